"""Recipe arithmetic against values worked out by hand, and against bounds from the printed digits."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="chemistry is an extra: pip install 'byssus[chemistry]'")

from byssus.compute.monomers import monomer
from byssus.compute.polymer import polymer_of
from byssus.compute.recipe import (
    Weighed,
    oxirane_findings,
    printed_range,
    ratio_findings,
    recipe_findings,
    structure_findings,
)
from byssus.errors import ComputeError
from byssus.findings import Finding
from byssus.study import model
from byssus.study.load import load_study
from byssus.vocabulary import quantities

DEFAULT = Path(__file__).resolve().parents[2] / "studies" / "poss-polyimide"


def one(found: list[Finding], quantity: str, **at: str) -> Finding:
    (match,) = [f for f in found if f.quantity == quantity and all(f.at.get(k) == v for k, v in at.items())]
    return match


def weighed(name: str, mass: str, purity: str = "") -> Weighed:
    kept = (printed_range(purity, "%", "1"), True) if purity else ()
    return Weighed(monomer(name), printed_range(mass, "mg", "kg"), *kept)


def test_printed_numbers_become_intervals() -> None:
    assert printed_range("19.8 %", "1", "1").low == pytest.approx(0.1975)
    assert printed_range("0.2 %", "1", "1").high == pytest.approx(0.0025)
    assert printed_range(0.198, "1", "1").nominal == 0.198
    assert printed_range("500", "mg", "kg").low == pytest.approx(499.5e-6)
    for bad in ("0", "-1", ">5"):
        with pytest.raises(ComputeError, match="above zero"):
            printed_range(bad, "mg", "kg")


def test_the_ratio_of_the_monomers() -> None:
    found = list(ratio_findings(weighed("PMDA", "500"), weighed("ODA", "459")))
    # 500/218.12 = 2.2923 and 459/200.24 = 2.2922 mmol
    assert one(found, "amount", monomer="pyromellitic dianhydride").value == pytest.approx(2.2923e-3, abs=1e-7)
    ratio = one(found, "stoichiometric_ratio")
    assert ratio.value == pytest.approx(1.00003, abs=2e-5)
    assert ratio.interval == pytest.approx(
        (499.5 / 459.5 / 218.12 * 200.241, 500.5 / 458.5 / 218.12 * 200.241), rel=1e-4
    )
    # half-widths 0.5 mg, evenly spread: 0.5/sqrt(3)/500 and 0.5/sqrt(3)/459
    assert ratio.standard_uncertainty == pytest.approx(math.hypot(0.5 / 500, 0.5 / 459) / math.sqrt(3), rel=1e-3)
    degree = one(found, "degree_of_polymerisation")
    assert (degree.value, degree.status) == (None, "not_identifiable")
    assert degree.interval is not None
    assert degree.interval[1] == math.inf


def test_an_excess_limits_the_chain() -> None:
    found = list(ratio_findings(weighed("PMDA", "490.0"), weighed("ODA", "459.0")))
    ratio = (490.0 / 218.12) / (459.0 / 200.241)
    degree = one(found, "degree_of_polymerisation")
    assert degree.value == pytest.approx((1 + ratio) / (1 - ratio), rel=1e-3)
    assert degree.interval is not None
    assert degree.interval[0] < degree.value < degree.interval[1]


def test_purity_widens_the_ratio_to_both_sides() -> None:
    found = list(ratio_findings(weighed("PMDA", "500", "98"), weighed("ODA", "459", "98")))
    wide = one(found, "stoichiometric_ratio", purity="as stated")
    assert wide.value == pytest.approx(1.00003, abs=2e-5)  # both alike
    assert wide.interval is not None
    assert wide.interval[0] == pytest.approx(0.9979 * 0.975, abs=2e-4)
    assert wide.interval[1] == pytest.approx(1.0021 / 0.975, abs=2e-4)


def test_oxirane_per_site_of_the_printed_slurry() -> None:
    fractions = {"silicon": "60 %", "super_p": "20 %", "binder": "19.8 %", "poss": "0.2 %"}
    found = list(oxirane_findings(polymer_of("PMDA", "ODA"), "octa(3-glycidoxypropyl) POSS", fractions))
    # 0.2/19.8 x (8/1337.88) / (2/418.36)
    amide = one(found, "oxirane_per_site", site="amide N-H")
    assert amide.value == pytest.approx(0.2 / 19.8 * (8 / 1337.88) / (2 / 418.36), rel=1e-4)
    assert amide.interval == pytest.approx((0.00945, 0.01583), abs=1e-5)
    blocked = one(found, "blocked_site_share", site="amide N-H")
    assert blocked.value == amide.value
    assert one(found, "oxirane_per_site", site="all of these").value == pytest.approx(amide.value / 2)
    assert amide.remarks == ()


def test_the_share_of_blocked_sites_stops_at_all() -> None:
    found = list(oxirane_findings(polymer_of("PAA"), "DGEBA", {"binder": "1.0 %", "crosslinker": "50.0 %"}))
    assert one(found, "oxirane_per_site").value > 1
    assert one(found, "blocked_site_share").value == 1.0


@pytest.mark.parametrize(
    ("said", "crosslinker", "fractions", "reason"),
    [
        ("PAA", "some glue", {"binder": "10 %"}, "not known"),
        ("PVDF", "DGEBA", {"binder": "10 %", "dgeba": "1 %"}, "no site"),
        ("PAA", "DGEBA", {"silicon": "10 %"}, "name no binder"),
        ("PAA", "citric acid", {"binder": "10 %", "crosslinker": "1 %"}, "has no oxirane"),
    ],
)
def test_what_is_missing_is_a_finding(said: str, crosslinker: str, fractions: dict[str, str], reason: str) -> None:
    (found,) = oxirane_findings(polymer_of(said), crosslinker, fractions)
    assert (found.value, found.status) == (None, "missing_input")
    assert reason in found.remarks[0]


OWN = model.Monomer(name="My Amine", smiles="Nc1ccc(CCc2ccc(N)cc2)cc1")


def weighing(*claims: tuple[str, str, str, str], binder: model.Binder | None = None) -> tuple[Finding, ...]:
    """What is found of a binder of PMDA and a diamine of one's own, with claims (quantity, monomer, value, unit)."""
    made = binder or model.Binder(name="B", monomers=(model.Monomer(name="PMDA"), OWN))
    told = tuple(
        model.Claim(binder="B", quantity=quantity, value=value, unit=unit, at={"monomer": name})
        for quantity, name, value, unit in claims
    )
    return recipe_findings(model.Study(title="t", binder=(made,), claim=told), made)


def test_a_monomer_of_ones_own_is_weighed_by_its_own_name() -> None:
    found = list(weighing(("mass", "PMDA", "218.12", "mg"), ("mass", "my amine", "212.29", "mg")))
    ratio = one(found, "stoichiometric_ratio")
    assert ratio.value == pytest.approx(1.0, abs=1e-4)  # C14H16N2: 14 x 12.011 + 16 x 1.008 + 2 x 14.007 = 212.296


@pytest.mark.parametrize("said", [">98", "≥98", "98"])
def test_a_purity_of_at_least_so_much_lies_between_that_and_all(said: str) -> None:
    masses = (("mass", "PMDA", "218.12", "mg"), ("mass", "my amine", "212.296", "mg"))
    found = list(weighing(*masses, ("purity", "my amine", said, "%")))
    wide = one(found, "stoichiometric_ratio", purity="as stated")
    assert wide.interval is not None
    # of the scarce side nothing is missing; of the amine up to 2 % (or 2.5, from the digits of "98")
    assert wide.interval[0] == pytest.approx(1.0, abs=1e-3)
    assert wide.interval[1] == pytest.approx(1.0 / (0.975 if said == "98" else 0.98), abs=1e-3)
    assert wide.value is not None
    assert wide.interval[0] < wide.value < wide.interval[1]


def test_an_amount_that_is_none_leaves_the_other_numbers() -> None:
    found = weighing(("mass", "PMDA", ">500", "mg"), ("mass", "my amine", "459", "mg"))
    (ratio,) = [f for f in found if f.quantity == "stoichiometric_ratio"]
    assert (ratio.value, ratio.status, ratio.binder) == (None, "missing_input", "B")
    assert "amounts above zero" in ratio.remarks[0]
    assert [f for f in found if f.quantity == "repeat_unit_molar_mass"]
    none = model.Binder(name="B", monomers=(model.Monomer(name="PAA"),), crosslinker="DGEBA",
                        recipe={"binder": "10 %", "dgeba": "0 %"})  # fmt: skip
    (per_site,) = [f for f in weighing(binder=none) if f.quantity == "oxirane_per_site"]
    assert (per_site.value, per_site.status) == (None, "missing_input")


def test_cellulose_by_its_substitution_has_a_recipe() -> None:
    """Sodium carboxymethyl cellulose of 0.7: 162.14 + 0.7 x 80.02; of its three hydroxyls 2.3 are left."""
    found = list(weighing(binder=model.Binder(name="B", monomers=(model.Monomer(name="CMC, DS 0.7"),))))
    salt = "acid, DS 0.7, 100 % Na"
    assert one(found, "repeat_unit_molar_mass", form=salt).value == pytest.approx(0.218154, abs=2e-6)
    assert one(found, "site_density", form=salt, site="hydroxyl").value == pytest.approx(2.3 / 0.218154, rel=1e-5)


def test_the_structure_of_kapton_in_findings() -> None:
    found = list(structure_findings(polymer_of("PMDA", "ODA")))
    assert one(found, "repeat_unit_molar_mass", form="imide").value == pytest.approx(0.38233, abs=1e-5)
    assert one(found, "closure_mass_loss").value == pytest.approx(0.0861, abs=1e-4)
    assert one(found, "site_density", form="amic acid", site="amide N-H").value == pytest.approx(2 / 0.41836, rel=1e-4)


def test_the_default_study() -> None:
    study = load_study(DEFAULT).study
    for binder in study.binder:
        found = recipe_findings(study, binder)
        assert found
        assert all(f.basis == "computed" and f.binder == binder.name and f.equation for f in found if f.value)
        assert all(f.unit == quantities()[f.quantity].unit for f in found)
        assert len({(f.quantity, tuple(sorted(f.at.items()))) for f in found}) == len(found)
    pip = list(recipe_findings(study, study.binder[2]))
    fits = [f for f in pip if f.quantity == "oxirane_per_site" and f.at["site"] == "amide N-H"]
    assert len(fits) == 2  # the text does not say which POSS
    assert all("which one is not said" in f.remarks[0] for f in fits)
