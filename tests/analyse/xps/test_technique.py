"""The technique from traces to findings: charge reference, windows, statuses, real files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byssus.analyse.technique import technique
from byssus.analyse.xps import TECHNIQUE
from byssus.analyse.xps._library import LIBRARY, SENSITIVITY
from byssus.analyse.xps._lines import pseudo_voigt
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace
from byssus.vocabulary import quantities

ENERGY = np.round(280 + 0.1 * np.arange(161), 10)


def spectrum(shift: float = 0.0, level: str = "C 1s", **columns: Any) -> Trace:
    lines = sum(
        a * pseudo_voigt(ENERGY, p, 1.3, 0.3)[0] for p, a in ((284.8, 8000.0), (286.3, 3000.0), (290.1, 2000.0))
    )
    held = columns or {"binding_energy_ev": ENERGY + shift, "counts": 500 + lines}
    return Trace(held, Source("a.vms", "0", "vamas", 161), {"region": level, "photon_energy_ev": 1486.6})


def run(traces: tuple[Trace, ...], **given: str) -> tuple[Finding, ...]:
    values = {name: TECHNIQUE.parameter(name).parse(raw) for name, raw in given.items()}
    specimen = TECHNIQUE.specimen("one", values)
    assert TECHNIQUE.together is not None
    result = TECHNIQUE.together(traces, specimen) if len(traces) > 1 else TECHNIQUE.analyse(traces[0], specimen)
    found: tuple[Finding, ...] = TECHNIQUE.findings(result)
    for one in TECHNIQUE.series(result):
        assert len(one.x) == len(one.y)
    assert all(one.quantity in quantities() for one in found)
    return found


def by(found: tuple[Finding, ...], quantity: str, component: str = "") -> Finding:
    return next(f for f in found if f.quantity == quantity and (not component or f.at.get("component") == component))


def test_is_registered_with_sources_for_all_it_knows() -> None:
    assert technique("xps") is TECHNIQUE
    assert all(known.source and known.within_ev > 0 for known in LIBRARY)
    assert {(k.region, k.name) for k in LIBRARY} >= {
        ("C 1s", "C-C"), ("C 1s", "C-O"), ("C 1s", "C=O"), ("C 1s", "Li2CO3"), ("F 1s", "LiF"), ("F 1s", "LixPOyFz"),
    }  # fmt: skip
    # what nobody could look up a second time is known to be so, and no more of it than these
    assert {k.name for k in LIBRARY if not k.checked} == {
        "N-C=O", "O=C-N-C=O", "CF2", "LixPOyFz", "Li2O", "SiO2", "amide", "imide", "LixSi", "LixSiOy", "LixPFy",
    }  # fmt: skip
    assert SENSITIVITY["C 1s"] == 1.0
    assert SENSITIVITY["Fe 2p"] == 16.42  # as CasaXPS writes it into FeO_analyzed.vms


def test_fractions_and_energies() -> None:
    found = run((spectrum(),), components="C-C; C-O; Li2CO3")
    assert by(found, "component_fraction", "C-C").value == pytest.approx(8 / 13, abs=1e-4)
    assert by(found, "component_fraction", "Li2CO3").value == pytest.approx(2 / 13, abs=1e-4)
    energy = by(found, "core_level_energy", "Li2CO3")
    assert energy.value == pytest.approx(290.1, abs=1e-3)
    assert "no charge reference" in energy.remarks[0]
    assert "11 free parameters: level, loss, C-C area" in by(found, "component_fraction").method


@pytest.mark.parametrize("shift", [-1.7, 0.0, 2.4])
def test_charge_reference(shift: float) -> None:
    found = run((spectrum(shift),), components="C-C; C-O; Li2CO3", charge_reference="C 1s: C-C")
    assert by(found, "core_level_energy", "C-C").value == pytest.approx(284.8, abs=1e-9)
    assert by(found, "core_level_energy", "Li2CO3").value == pytest.approx(290.1, abs=2e-3)
    assert by(found, "component_fraction", "C-C").value == pytest.approx(8 / 13, abs=1e-3)
    alone = run((spectrum(shift),), components="C-C; C-O; Li2CO3", charge_shift=f"{-shift} eV")
    parts = [by(alone, "core_level_energy", name).standard_uncertainty or 0 for name in ("Li2CO3", "C-C")]
    u = by(found, "core_level_energy", "Li2CO3").standard_uncertainty
    assert u == pytest.approx(np.hypot(*parts), rel=0.01)  # the reference's own uncertainty comes on top
    assert by(found, "core_level_energy", "C-C").standard_uncertainty is None
    told = run((spectrum(shift),), components="C-C; C-O; Li2CO3", charge_shift=f"{-shift} eV")
    assert by(told, "core_level_energy", "C-O").value == pytest.approx(286.3, abs=1e-3)


@pytest.mark.parametrize("shift", [-1.7, 0.0, 0.6, 2.3])
def test_the_reference_need_not_be_the_largest_line(shift: float) -> None:
    """C-C is the smallest of three: the shift that the whole region fits is found, not that of the largest line."""
    lines = ((284.8, 1.2, 700.0), (286.3, 1.3, 4000.0), (290.1, 1.3, 1500.0))
    counts = 400 + sum(a * pseudo_voigt(ENERGY, p, w, 0.3)[0] for p, w, a in lines)
    one = Trace(
        {"binding_energy_ev": ENERGY + shift, "counts": np.random.default_rng(3).poisson(counts).astype(float)},
        Source("c.vms", "0" * 64, "vamas", len(ENERGY)), {"region": "C 1s"},
    )  # fmt: skip
    found = run((one,), components="C-C; C-O; Li2CO3", charge_reference="C 1s: C-C")
    assert by(found, "core_level_energy", "C-O").value == pytest.approx(286.3, abs=0.03)
    assert by(found, "core_level_energy", "Li2CO3").value == pytest.approx(290.1, abs=0.03)
    assert by(found, "component_fraction", "C-C").value == pytest.approx(700 / 6200, abs=0.02)


def test_ranges_hold_on_the_corrected_scale() -> None:
    """A first guess 0.4 eV off must not leave a component at the edge of a range that has moved away with it."""
    found = run((spectrum(),), components="C-C; C-O; Li2CO3 within=0.05", charge_reference="C 1s: C-C",
                charge_shift="-0.25 eV")  # fmt: skip
    assert not [r for f in found for r in f.remarks if "limit of its range" in r]
    assert by(found, "core_level_energy", "Li2CO3").value == pytest.approx(290.1, abs=5e-3)


def test_what_is_not_there_is_not_found() -> None:
    found = run((spectrum(),), components="C-C; C-O; Li2CO3; x at=294 within=0.2")
    absent = by(found, "core_level_energy", "x")
    assert (absent.value, absent.status) == (None, "not_identifiable")
    assert "not detected" in by(found, "component_fraction", "x").remarks[0]


def test_a_fit_is_drawn_with_its_residuals_and_the_names_of_its_components() -> None:
    result = TECHNIQUE.analyse(spectrum(), TECHNIQUE.specimen("a", {"components": "C-C; C-O; Li2CO3"}))
    curves = {(c.figure, c.at.get("component", "")): c for c in TECHNIQUE.series(result)}
    assert [m.name for m in curves["core_level_c_1s", "sum"].marks] == ["C-C", "C-O", "Li2CO3"]
    left = curves["core_level_c_1s_residuals", ""].y
    assert np.abs(left).max() < 0.01  # the made spectrum has no noise
    names = {figure.name for figure in TECHNIQUE.figures}
    assert {c.figure for c in TECHNIQUE.series(result)} <= names
    assert all(figure.x.descending for figure in TECHNIQUE.figures)


def test_a_position_says_where_it_was_sought_and_by_whose_word() -> None:
    found = run((spectrum(),), components="C-C; C-O; Li2CO3 at=290.0 within=0.4")
    assert "within 0.3 eV of 284.8 eV (Thermo Fisher" in by(found, "core_level_energy", "C-C").method
    assert "not checked)" in by(run((spectrum(),), components="C-C; CF2"), "core_level_energy", "CF2").method
    assert "within 0.4 eV of 290 eV (given)" in by(found, "core_level_energy", "Li2CO3").method


def test_without_components() -> None:
    (found,) = run((spectrum(),))
    assert found.status == "missing_input"
    assert "components = " in found.remarks[0]


def test_a_photon_energy_may_be_given() -> None:
    counts = spectrum()["counts"]
    one = spectrum(kinetic_energy_ev=1253.6 - ENERGY, counts=counts)
    one = Trace(one.columns, one.source, {"region": "C 1s"})
    found = run((one,), components="C-C; C-O; Li2CO3", photon_energy="1253.6 eV")
    assert by(found, "core_level_energy", "C-C").value == pytest.approx(284.8, abs=2e-3)


def test_kinetic_energies_need_the_photon_energy() -> None:
    with pytest.raises(MissingInput, match="photon energy"):
        run((spectrum(kinetic_energy_ev=ENERGY, counts=ENERGY),))


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"windows": "C 1s: 200 210", "components": "C-C"}, "too few points"),
        ({"windows": "everything"}, "windows cannot be read"),
        ({"components": "C-C", "charge_reference": "O 1s: C=O"}, "no such reference"),
        ({"mixing": "1.5"}, "mixing is no share"),
        ({"escape_exponent": "75"}, "escape_exponent makes no sense"),
        ({"escape_exponent": "1e12"}, "escape_exponent makes no sense"),
    ],
)
def test_bad_parameters(given: dict[str, str], what: str) -> None:
    with pytest.raises(AnalysisError, match=what):
        run((spectrum(),), **given)


def test_casaxps_table_is_told_as_it_stands(shared_data: Path) -> None:
    found = run(read_file(shared_data / "xps" / "casaxps_FeO_analyzed_results.csv"))
    shares = [f.value for f in found if f.quantity == "component_fraction"]
    np.testing.assert_allclose(shares, [0.4189, 0.1965, 0.2806, 0.1040])
    assert "not fitted again" in found[0].method


def test_platinum(shared_data: Path) -> None:
    """Pt 4f of a clean plate: 4f7/2 at 71.1 eV (71.0 to 71.2), the doublet 3.33 eV apart in the ratio 3 to 4."""
    traces = read_file(shared_data / "xps" / "khervefitting_Pt4f.vms")
    found = run(traces, components="Pt at=71.1 tail=0.2 split=3.33 ratio=0.75 fwhm=0.9", windows="Pt 4f: 67 82")
    assert 71.0 <= (by(found, "core_level_energy").value or 0) <= 71.2
    assert by(found, "component_fraction").value == pytest.approx(1.0)


def test_multipak_regions_become_atoms(shared_data: Path) -> None:
    traces = read_file(shared_data / "xps" / "phi_multipak_vms.npl")
    text = "C 1s: C-C; C-O; C=O; Mo 3d: MoS2 at=228.6 split=3.13 ratio=0.667; S2s at=226"
    missing = run(traces, components=text)
    assert {f.status for f in missing if f.quantity == "atomic_fraction"} == {"missing_input"}
    found = run(traces, components=text, sensitivity="Mo 3d: 9.5")
    atoms = [f.value for f in found if f.quantity == "atomic_fraction"]
    assert sum(atoms) == pytest.approx(1.0)
    assert {f.at["element"] for f in found if f.quantity == "atomic_fraction"} == {"C", "O", "S", "N", "Mo"}


def test_a_profile_is_quantified_level_by_level(shared_data: Path) -> None:
    traces = read_file(shared_data / "xps" / "phi_SnO2_10nm_1.pro")
    found = run(traces, sensitivity="Sn 3d5/2: 14.6")
    silicon = {f.at["level"]: f.value for f in found if f.quantity == "atomic_fraction" and f.at["element"] == "Si"}
    assert len(silicon) == 21
    assert silicon[20] > 0.4 > 0.01 > silicon[0]  # through SnO2 towards the silicon below
    first = next(f for f in found if f.quantity == "atomic_fraction" and f.at == {"element": "Si", "level": 0})
    assert "not detected" in first.remarks[-1]


def test_intensities_that_no_detector_gives() -> None:
    """Damaged bytes read as floats: 1e20 and 1e-37 counts made the fit's covariance overflow."""
    whole = spectrum()
    counts = np.array(whole["counts"])
    counts[5], counts[100] = 4.6e20, -4.6e20
    found = run((spectrum(binding_energy_ev=ENERGY, counts=counts),), components="C-C; C-O; Li2CO3")
    fraction = by(found, "component_fraction", "C-C")
    assert fraction.value == pytest.approx(8 / 13, abs=1e-3)
    assert any("2 points without number, below zero or beyond any detector" in r for r in fraction.remarks)
    with pytest.raises(AnalysisError, match="no detector gives"):
        run((spectrum(binding_energy_ev=ENERGY, counts=2.9e-40 * counts.clip(0, 1e4)),), components="C-C; C-O")
