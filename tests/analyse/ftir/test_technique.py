"""Infrared spectra: bands of known place, real polymers, the band ratio, two spectra compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from byssus.analyse.ftir._spectrum import noise_of
from byssus.analyse.technique import technique
from byssus.errors import AnalysisError, MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace

Floats = NDArray[np.float64]
FTIR = technique("ftir")
GRID = np.arange(399.19, 4000.0, 1.9285)


def lorentz(x: Floats, *bands: tuple[float, float, float]) -> Floats:
    """Sum of (position 1/cm, full width 1/cm, height)."""
    return np.asarray(sum(h / (1 + ((x - p) / (w / 2)) ** 2) for p, w, h in bands))


def trace(y: Floats, column: str = "absorbance", x: Floats = GRID) -> Trace:
    return Trace({"wavenumber_per_m": 100 * x, column: y}, Source("film.jdx", "0" * 64, "jcamp", len(x)))


def found(*traces: Trace, **given: Any) -> tuple[Finding, ...]:
    specimen = FTIR.specimen("film", given)
    if len(traces) == 1:
        return FTIR.findings(FTIR.analyse(traces[0], specimen))
    assert FTIR.together is not None
    return FTIR.findings(FTIR.together(traces, specimen))


def pick(findings: tuple[Finding, ...], quantity: str, **at: Any) -> Finding:
    (one,) = [f for f in findings if f.quantity == quantity and all(f.at.get(k) == v for k, v in at.items())]
    return one


IMIDE = ((1719.0, 24.0, 0.7), (1772.0, 12.0, 0.18), (1372.0, 26.0, 0.5), (1500.0, 14.0, 0.4), (2930.0, 30.0, 0.2))


def test_lone_bands_are_measured_as_they_are() -> None:
    """A Lorentzian of width w and height h, alone: half its area lies within half a width of the summit."""
    fs = found(trace(lorentz(GRID, (1500.3, 30.0, 0.4), (2925.0, 40.0, 0.2))), baseline="none")
    ring = {
        q: pick(fs, q, band="aromatic ring near 1500").value for q in ("band_wavenumber", "band_height", "band_width")
    }
    assert ring["band_wavenumber"] == pytest.approx(150_030, abs=10)
    assert ring["band_height"] == pytest.approx(0.4, rel=5e-3)
    assert ring["band_width"] == pytest.approx(3000, rel=0.03)
    area = pick(fs, "band_area", band="aromatic ring near 1500").value
    assert area is not None
    assert 0.85 * np.pi / 2 * 0.4 * 3000 < area < np.pi / 2 * 0.4 * 3000 + 0.02 * 2500 * 100


def test_positions_scatter_as_their_uncertainty_says() -> None:
    rng = np.random.default_rng(7)
    clean = lorentz(GRID, (1500.3, 30.0, 0.4))
    off, u = [], []
    for _ in range(40):
        one = pick(found(trace(clean + 1e-3 * rng.standard_normal(len(GRID))), baseline="none", least_band=0.2),
                   "band_wavenumber", band="aromatic ring near 1500")  # fmt: skip
        assert one.value is not None
        assert one.standard_uncertainty is not None
        off.append(one.value - 150_030)
        u.append(one.standard_uncertainty)
    assert 0.6 < float(np.std(off)) / float(np.mean(u)) < 1.5


def test_noise_is_found_beside_bands() -> None:
    rng = np.random.default_rng(3)
    estimates = [noise_of(lorentz(GRID, *IMIDE) + 2e-3 * rng.standard_normal(len(GRID))) for _ in range(20)]
    assert float(np.mean(estimates)) == pytest.approx(2e-3, rel=0.1)


@pytest.mark.parametrize("baseline", ["arpls", "asls", "airpls", "rubberband"])
def test_every_baseline_leaves_the_bands(baseline: str) -> None:
    y = lorentz(GRID, *IMIDE) + 0.1 + 0.05 * (GRID / 4000) ** 2
    fs = found(trace(y), baseline=baseline)
    assert pick(fs, "band_wavenumber", band="imide C=O near 1720").value == pytest.approx(171_900, abs=50)
    assert pick(fs, "band_height", band="imide C=O near 1720").value == pytest.approx(0.71, rel=0.06)


def test_transmittance_absorbance_and_percent_are_one() -> None:
    y = lorentz(GRID, *IMIDE)
    from_absorbance = found(trace(y))
    from_transmittance = found(trace(10**-y, "transmittance_1"))
    from_percent = found(trace(100 * 10**-y, "spectrum_ordinate"), ordinate="percent transmittance")
    for a, b, c in zip(from_absorbance, from_transmittance, from_percent, strict=True):
        assert (a.quantity, a.at) == (b.quantity, b.at) == (c.quantity, c.at)
        assert len({v.value is None for v in (a, b, c)}) == 1
        if a.value is not None:
            assert b.value == pytest.approx(a.value, rel=1e-6)
            assert c.value == pytest.approx(a.value, rel=1e-6)


def test_the_order_of_the_rows_does_not_matter() -> None:
    y = lorentz(GRID, *IMIDE)
    turned = trace(y[::-1].copy(), x=GRID[::-1].copy())
    assert [f.value for f in found(turned)] == [f.value for f in found(trace(y))]


def test_both_carbonyls_carry_both_assignments() -> None:
    fs = found(trace(lorentz(GRID, *IMIDE)))
    for name in ("imide C=O near 1720", "imide C=O near 1775"):
        (remark,) = [r for r in pick(fs, "band_wavenumber", band=name).remarks if "usual assignment" in r]
        assert "asymmetric" in remark
        assert "symmetric (in phase) near 1775" in remark
        assert "print the reverse" in remark


def test_the_study_s_own_bands_come_first_and_a_missing_one_is_said() -> None:
    fs = found(trace(lorentz(GRID, *IMIDE)), bands="our carbonyl: 1710-1730; oxirane: 900-920")
    assert pick(fs, "band_wavenumber", band="our carbonyl").value == pytest.approx(171_900, abs=50)
    gone = pick(fs, "band_wavenumber", band="oxirane")
    assert (gone.value, gone.status) == (None, "not_identifiable")
    with pytest.raises(AnalysisError) as caught:
        found(trace(lorentz(GRID, *IMIDE)), bands="a: 900-910; b 12; c: 920-900")
    assert len(caught.value.problems) == 2


def test_the_degree_of_imidisation_is_a_ratio_of_ratios() -> None:
    y = lorentz(GRID, (1719.0, 24.0, 0.7), (1372.0, 20.0, 0.5), (1500.0, 20.0, 0.4))
    at_1372, at_1500 = (lorentz(np.array([p]), (1719.0, 24.0, 0.7), (1372.0, 20.0, 0.5), (1500.0, 20.0, 0.4))[0]
                        for p in (1372.0, 1500.0))  # fmt: skip
    fs = found(trace(y), baseline="none", full_ratio=1.6)
    assert pick(fs, "band_ratio").value == pytest.approx(at_1372 / at_1500, rel=3e-3)
    assert pick(fs, "imidisation_degree").value == pytest.approx(at_1372 / at_1500 / 1.6, rel=3e-3)
    assert pick(found(trace(y)), "imidisation_degree").status == "missing_input"
    above = pick(found(trace(y), baseline="none", full_ratio=1.0), "imidisation_degree")
    assert above.status == "warned"


def test_a_spectrum_without_imide_is_not_asked_for_imidisation() -> None:
    fs = found(trace(lorentz(GRID, (2920.0, 30.0, 0.5), (1372.0, 20.0, 0.1), (1500.0, 20.0, 0.1), (720.0, 10.0, 0.2))))
    assert not [f for f in fs if f.quantity in ("imidisation_degree", "band_ratio")]
    assert not [f for f in fs if "imide" in str(f.at.get("band"))]


# ---- two spectra -----------------------------------------------------------------------------------------------------


def noisy(seed: int, *bands: tuple[float, float, float], scale: float = 1.0) -> Trace:
    rng = np.random.default_rng(seed)
    return trace(scale * lorentz(GRID, *bands) + 5e-4 * rng.standard_normal(len(GRID)))


def kinds(fs: tuple[Finding, ...]) -> dict[int, set[str]]:
    """Kinds of change by place, 10 1/cm."""
    out: dict[int, set[str]] = {}
    for f in fs:
        if "change" in f.at:
            place = float(f.remarks[0].split(" at ")[1].split()[0])
            out.setdefault(round(place, -1), set()).add(str(f.at["change"]))
    return {int(k): v for k, v in out.items()}


def test_bands_gained_lost_and_shifted_are_told() -> None:
    first = noisy(1, (1500.0, 14.0, 0.4), (1720.0, 24.0, 0.6), (910.0, 16.0, 0.1), (1250.0, 20.0, 0.3))
    second = noisy(2, (1500.0, 14.0, 0.4), (1724.0, 24.0, 0.6), (1080.0, 40.0, 0.1), (1250.0, 20.0, 0.3), scale=1.3)
    fs = found(first, second, compare="first", baseline="none")
    changed = kinds(fs)
    assert changed[910] == {"lost"}
    assert changed[1080] == {"gained"}
    assert "shifted" in changed[1720]
    shift = pick(fs, "band_shift", change="shifted")
    assert shift.value == pytest.approx(400, abs=40)
    gained = pick(fs, "band_height_change", change="gained")
    assert gained.value == pytest.approx(0.13, rel=0.05)


def test_two_spectra_of_one_film_seldom_differ() -> None:
    told = 0
    for seed in range(20):
        fs = found(noisy(seed, *IMIDE), noisy(100 + seed, *IMIDE), compare="first", baseline="none")
        told += sum("change" in f.at for f in fs)
    assert told <= 2


def test_without_being_asked_nothing_is_compared() -> None:
    fs = found(noisy(1, *IMIDE), noisy(2, *IMIDE[:2]))
    assert not [f for f in fs if f.quantity == "band_height_change"]
    assert {f.at["spectrum"] for f in fs} == {1, 2}


# ---- real files ------------------------------------------------------------------------------------------------------

MAPPED = {"wavenumber_per_m": "column 1 [cm^-1]", "absorbance": "column 2"}


@pytest.mark.parametrize(
    ("name", "columns", "expected", "tolerance"),
    [
        # NIST SRM 1921, and the manifest's own reading of this file
        ("jcamp_jtpolys.jdx", None, (540.1, 906.6, 1028.3, 1583.0, 1601.0, 1942.9, 2849.5, 3024.7, 3059.6), 1.0),
        ("openspecy_ftir_ldpe_soil.asp", None, (717.5, 1464.8, 2847.7, 2914.8), 2.0),
        ("openspecy_ftir_pva_without_header.csv", MAPPED, (1018.3, 1242.0, 1431.0, 1735.7), 2.0),
    ],
)
def test_bands_of_real_polymers(
    name: str, columns: Mapping[str, str] | None, expected: tuple[float, ...], tolerance: float, shared_data: Path
) -> None:
    (one,) = read_file(shared_data / "ftir" / name, columns=columns)
    fs = found(one, ordinate="absorbance")
    positions = np.array([f.value for f in fs if f.quantity == "band_wavenumber"]) / 100
    for place in expected:
        assert np.min(np.abs(positions - place)) < tolerance, place


def test_an_ordinate_that_nobody_names_is_asked_for(shared_data: Path) -> None:
    (one,) = read_file(shared_data / "ftir" / "openspecy_ftir_ldpe_soil.asp")
    with pytest.raises(MissingInput, match="does not say what its ordinate is"):
        found(one)


def test_a_reflectance_is_said_to_be_one(shared_data: Path) -> None:
    (one,) = read_file(shared_data / "ftir" / "openspecy_fitr_nitrocellulose.jdx")
    assert any("apparent" in r for f in found(one) for r in f.remarks)


# ---- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "given", "problems"),
    [
        (np.zeros(len(GRID)), {}, 1),
        (np.full(len(GRID), np.nan), {}, 1),
        (lorentz(GRID, *IMIDE), {"baseline": "guess", "least_band": 2.0, "full_ratio": -1.0}, 3),
    ],
)
def test_bad_input_is_refused(y: Floats, given: dict[str, Any], problems: int) -> None:
    with pytest.raises(AnalysisError) as caught:
        found(trace(y), **given)
    assert len(caught.value.problems) == problems


def test_transmittance_in_percent_that_is_called_absorbance_is_doubted() -> None:
    fs = found(trace(100 * 10 ** -lorentz(GRID, *IMIDE)))
    assert {f.status for f in fs if f.value is not None} == {"warned"}
    assert all(any("is it transmittance in %" in r for r in f.remarks) for f in fs if f.value is not None)


def test_an_ordinate_without_a_unit_is_named() -> None:
    bare = Trace({"wavenumber_per_m": 100 * GRID}, Source("f", "0" * 64, "csv", len(GRID)),
                 {"unused_headings": ("Transmittance",)})  # fmt: skip
    with pytest.raises(AnalysisError) as caught:
        found(bare)
    assert caught.value.problems[0].mend.endswith("Not understood: Transmittance.")


def test_no_light_is_refused() -> None:
    with pytest.raises(AnalysisError, match="no light"):
        found(trace(np.linspace(-1e-5, 1e-5, len(GRID)), "transmittance_1"))


# ---- several films of the reference ---------------------------------------------------------------------------------

BANDS = (*IMIDE, (1250.0, 20.0, 0.3), (820.0, 14.0, 0.15), (1100.0, 30.0, 0.25), (2860.0, 24.0, 0.15))


def film(seed: int, *more: tuple[float, float, float], whose: str = "", scatter: float = 0.04) -> Trace:
    """One film of a binder: its thickness by chance, each band's height off by ``scatter``, places by 0.6 1/cm."""
    rng = np.random.default_rng([8, seed])
    thickness = rng.uniform(0.8, 1.3)
    bands = [
        (p + 0.6 * rng.standard_normal(), w, h * (1 + scatter * rng.standard_normal())) for p, w, h in (*BANDS, *more)
    ]
    y = thickness * lorentz(GRID, *bands) + 3e-4 * rng.standard_normal(len(GRID))
    one = trace(y)
    return Trace(one.columns, one.source, {"reference": whose}) if whose else one


def told_changes(reference: int, seed: int, *more: tuple[float, float, float]) -> list[Finding]:
    films = [film(1000 * seed + k, whose="PI") for k in range(reference)]
    fs = found(*films, film(1000 * seed + 500, *more), baseline="none")
    return [f for f in fs if f.value is not None and "change" in f.at]


def test_films_of_one_binder_do_not_differ_from_it() -> None:
    """40 films against others of the same binder, whose heights scatter by 4 %: changes told that are none.

    Against one film some five a comparison; against the mean of three, with their scatter, fewer than one in ten.
    """
    lone = [len(told_changes(1, seed)) for seed in range(40)]
    several = [len(told_changes(3, seed)) for seed in range(40)]
    assert np.mean(lone) > 3
    assert np.mean(several) <= 0.1


def test_a_band_gained_is_still_told_over_the_scatter_of_films() -> None:
    for seed in range(10):
        (gained,) = [f for f in told_changes(3, seed, (1030.0, 16.0, 0.1)) if f.at["change"] == "gained"]
        assert gained.at["reference"] == "PI"
        assert "the mean of 3 films of PI" in gained.method
        assert "scatter among 3 films" in gained.method
        # band and reference band are each off by 4 %; a film more by all of it, the mean of three by 1/sqrt(3) of it
        assert gained.standard_uncertainty / gained.value == pytest.approx(0.04 * np.sqrt(2 * 4 / 3), rel=0.6)


def test_the_scatter_told_is_that_of_the_films() -> None:
    shares = []
    for seed in range(20):
        gained = [f for f in told_changes(6, seed, (1030.0, 16.0, 0.1)) if f.at["change"] == "gained"]
        shares.append(float(gained[0].method.split("heights ")[1].split("%")[0]) / 100)
    # each band is off by 4 %, the reference band that all are scaled to by as much: 4 % √2
    assert float(np.median(shares)) == pytest.approx(0.04 * np.sqrt(2), rel=0.2)


def test_one_film_of_the_reference_is_told_to_be_one() -> None:
    changes = told_changes(1, 1, (1030.0, 16.0, 0.1))
    assert changes
    assert all(any("PI is one film" in remark for remark in f.remarks) for f in changes)
    assert not any("one film" in r for f in told_changes(3, 1, (1030.0, 16.0, 0.1)) for r in f.remarks)


def test_reference_films_without_a_common_range_are_refused() -> None:
    low, high = GRID < 2000, GRID > 2100
    y = lorentz(GRID, *BANDS) + 3e-4 * np.random.default_rng(3).standard_normal(len(GRID))
    whose, source = {"reference": "PI"}, Source("a", "", "t", 9)
    parts = [Trace({"wavenumber_per_m": 100 * GRID[k], "absorbance": y[k]}, source, whose) for k in (low, high)]
    with pytest.raises(AnalysisError, match="share no range"):
        found(*parts, film(1))


@pytest.mark.parametrize("baseline", ["arpls", "asls", "airpls"])
def test_a_baseline_far_stiffer_than_the_spectrum_is_a_line(baseline: str) -> None:
    """A damaged abscissa, all points within a quarter of 1/cm: the penalty would be 1e21, which nothing can solve."""
    x = 3999.77 + 8e-4 * np.arange(291)
    line = 0.1 + 0.2 * np.linspace(0, 1, 291)
    y = line + 0.5 * np.exp(-(((np.arange(291) - 140) / 6) ** 2)) + 1e-4 * np.random.default_rng(5).standard_normal(291)
    result = FTIR.analyse(trace(y, x=x), FTIR.specimen("film", {"baseline": baseline}))
    away = np.abs(np.arange(291) - 140) > 40
    assert np.allclose(result.spectra[0].baseline[away], line[away], atol=0.02)


def test_coarse_ordinates_leave_no_area_certain() -> None:
    rounded = np.round(lorentz(GRID, *IMIDE) / 0.02) * 0.02
    areas = [f for f in found(trace(rounded), baseline="none") if f.quantity == "band_area" and f.value is not None]
    assert areas
    assert all((f.standard_uncertainty or 0.0) > 1e-5 * (f.value or 0.0) for f in areas)
