"""What computed contacts say of printed numbers: invented energies whose verdicts are known by hand."""

from __future__ import annotations

from typing import Any

import pytest

from byssus.compute.sensitivity import sensitivities
from byssus.compute.verdicts import AGREED_J_PER_MOL, DIFFERENT, Verdict, verdicts_of
from byssus.findings import Finding
from byssus.study.model import Assertion, Claim

KCAL = 4184.0


def energy(binder: str, contact: str, value: float, kind: str = "pair", site: str = "acid", **more: Any) -> Finding:
    at = {"contact": contact, "kind": kind, "site": site, **more.pop("at", {})}
    quantity = more.pop("quantity", "binding_energy")
    like: dict[str, Any] = {"binder": binder, "technique": "binding", "basis": "computed", **more}
    return Finding(quantity, value * KCAL, "J/mol", at, **like)


def spread(binder: str, contact: str, value: float, **more: Any) -> Finding:
    return energy(binder, contact, value, quantity="binding_energy_conformer_spread", **more)


def claim(binder: str, value: str, bond: str = "", unit: str = "kcal/mol", **at: Any) -> Claim:
    conditions = {**({"bond": bond} if bond else {}), **at}
    return Claim(binder=binder, quantity="binding_energy", value=value, unit=unit, at=conditions)


def order(*binders: str, by: Any = "magnitude") -> Assertion:
    return Assertion(quantity="binding_energy", order=binders, by=by)


def of(found: tuple[Verdict, ...], about: str) -> list[Verdict]:
    return [one for one in found if one.about == about]


def one_claim(printed: Claim, *findings: Finding) -> Verdict:
    return of(verdicts_of([printed], [], findings), "claim")[0]


CONTACTS = (energy("A", "small", -10.0), energy("A", "large", -20.0), spread("A", "large", 3.0))


def test_a_number_within_the_spread_of_a_contact_is_supported() -> None:
    found = one_claim(claim("A", "-18.0"), *CONTACTS)
    assert (found.verdict, found.nearest) == ("supported", "large")
    assert found.deviation_j_per_mol == pytest.approx(2.0 * KCAL)
    assert found.outside_j_per_mol == 0.0
    assert found.range_j_per_mol == pytest.approx((-20.0 * KCAL, -10.0 * KCAL))


def test_a_number_between_the_contacts_but_near_none_depends_on_the_model() -> None:
    found = one_claim(claim("A", "-14.0"), *CONTACTS)
    assert found.verdict == "depends on the model"
    assert "in the spread of none" in found.sentence


def test_another_way_to_hold_a_contact_meets_no_number_that_does_not_ask_for_it() -> None:
    """A stacked pair is another arrangement: the range of the contacts as they are meant does not reach to it."""
    held = [energy("A", "small", -3.0, at={"held": "stacked"}), spread("A", "small", 1.0, at={"held": "stacked"})]
    for bond in ("hydrogen bond", ""):
        found = one_claim(claim("A", "-3.0", bond), *CONTACTS, *held)
        assert found.verdict == "not supported"
        assert found.range_j_per_mol == pytest.approx((-20.0 * KCAL, -10.0 * KCAL))
    asked = one_claim(claim("A", "-3.0", held="stacked"), *CONTACTS, *held)
    assert (asked.verdict, asked.contacts) == ("supported", ("small",))


def test_contacts_that_are_not_computed_are_counted() -> None:
    waiting = Finding("binding_energy", None, "J/mol", {"contact": "huge", "kind": "pair"}, binder="A",
                      technique="binding", basis="computed", status="missing_input")  # fmt: skip
    assert "(2 of 3 contacts computed, −20.00 to −10.00" in one_claim(claim("A", "-25.0"), *CONTACTS, waiting).sentence
    assert "(2 contacts computed, −20.00 to −10.00" in one_claim(claim("A", "-25.0"), *CONTACTS).sentence


def test_a_number_beside_a_spread_is_not_said_to_be_within_it() -> None:
    found = one_claim(claim("A", "-20.400"), *CONTACTS)
    assert found.verdict == "supported"
    assert "0.40 kcal/mol from the spread of a contact computed" in found.sentence
    assert "supported, within the spread" in one_claim(claim("A", "-18.0"), *CONTACTS).sentence


def test_a_number_beyond_all_contacts_is_not_supported_and_says_by_how_much() -> None:
    found = one_claim(claim("A", "-25.00"), *CONTACTS)
    assert found.verdict == "not supported"
    assert found.outside_j_per_mol == pytest.approx(4.995 * KCAL)  # from the end of the printed digits
    assert "−25.00 kcal/mol printed" in found.sentence
    assert "5.00 kcal/mol away" in found.sentence
    assert "−20.00 to −10.00" in found.sentence


@pytest.mark.parametrize(("away", "verdict"), [(0.49, "supported"), (0.52, "not supported")])
def test_a_method_repeats_itself_to_half_a_kcal(away: float, verdict: str) -> None:
    assert AGREED_J_PER_MOL == 2092.0
    assert one_claim(claim("A", f"{-20.0 - away:.3f}"), *CONTACTS).verdict == verdict


def test_units_do_not_change_a_verdict() -> None:
    kilo = one_claim(claim("A", "-104.600", unit="kJ/mol"), *CONTACTS)
    volt = one_claim(claim("A", "-1.08411", unit="eV"), *CONTACTS)  # 25.000 kcal/mol per molecule
    for found in (kilo, volt):
        assert found.verdict == "not supported"
        assert found.deviation_j_per_mol == pytest.approx(-5.0 * KCAL, abs=5.0)


def test_the_bond_printed_tells_which_kind_of_contact_is_meant() -> None:
    both = (
        energy("A", "dimer", -12.0),
        energy("A", "opened", -30.0, "ring opening"),
        energy("A", "skin", -3.0, "adsorption"),
    )
    assert one_claim(claim("A", "-30.0", "covalent"), *both).contacts == ("opened",)
    assert one_claim(claim("A", "-30.0", "hydrogen bond"), *both).verdict == "not supported"
    assert one_claim(claim("A", "-30.0"), *both).contacts == ("dimer", "opened")  # what is not said matches any
    assert one_claim(claim("A", "-3.0", kind="adsorption"), *both).contacts == ("skin",)
    assert one_claim(claim("A", "-12.0", contact="dimer"), *both).contacts == ("dimer",)


def test_a_bond_of_another_name_is_a_kind_of_contact_or_none() -> None:
    some = (energy("A", "Li+ on cage", -50.0, "ion", ""), energy("A", "dimer", -12.0))
    assert one_claim(claim("A", "-50.0", "ion"), *some).contacts == ("Li+ on cage",)
    assert one_claim(claim("A", "-50.0", "ionic"), *some).verdict == "not computed"


@pytest.mark.parametrize(
    ("value", "verdict", "away"),
    [("-21 to -19", "supported", 0.0), ("<-25", "not supported", -5.0), (">-11", "supported", -1.0)],
)
def test_a_printed_range_is_held_against_contacts_by_its_ends(value: str, verdict: str, away: float) -> None:
    """Of a range the middle is told, of a bound its end: -25 lies 5 below the nearest of -20 and -10."""
    found = one_claim(claim("A", value), *CONTACTS[:2])
    assert found.verdict == verdict
    assert found.deviation_j_per_mol == pytest.approx(away * KCAL, abs=1.0)


def test_another_binders_contacts_and_measured_numbers_do_not_count() -> None:
    measured = Finding("binding_energy", -18.0 * KCAL, "J/mol", {"kind": "pair"}, binder="A", technique="binding")
    found = one_claim(claim("B", "-18.0"), *CONTACTS, measured)
    assert found.verdict == "not computed"
    assert verdicts_of([claim("A", "-18.0")], [], [measured]) == ()


def test_an_order_that_every_model_keeps_is_supported() -> None:
    found = verdicts_of([], [order("A", "B")], [energy("A", "a", -5.0), energy("A", "b", -6.0), energy("B", "c", -7.0)])
    assert [one.verdict for one in of(found, "order")] == ["supported"]


def test_an_order_that_some_models_keep_depends_on_the_model() -> None:
    found = verdicts_of([], [order("A", "B")], [energy("A", "a", -5.0), energy("A", "b", -9.0), energy("B", "c", -7.0)])
    assert of(found, "order")[0].verdict == "depends on the model"
    assert "in 1 of 2 combinations" in of(found, "pair of an order")[0].sentence


def test_an_order_that_no_model_keeps_is_contradicted_even_if_others_are_not_computed() -> None:
    found = verdicts_of([], [order("A", "B", "C")], [energy("A", "a", -8.0), energy("B", "c", -7.0)])
    assert of(found, "order")[0].verdict == "contradicted"
    words = [one.verdict for one in of(found, "pair of an order")]
    assert words == ["contradicted", "not computed", "not computed"]


@pytest.mark.parametrize(("second", "word"), [(-5.4, "depends on the model"), (-5.6, "supported")])
def test_energies_nearer_than_a_method_repeats_itself_rank_nothing(second: float, word: str) -> None:
    found = verdicts_of([], [order("A", "B")], [energy("A", "a", -5.0), energy("B", "c", second)])
    (pair,) = of(found, "pair of an order")
    assert (pair.verdict, of(found, "order")[0].verdict) == (word, word)
    assert ("in 1 they lie within 0.50 kcal/mol" in pair.sentence) == (word != "supported")
    assert pair.sentence.startswith("A below B in magnitude: ")


def test_an_assertion_holds_at_its_own_conditions() -> None:
    """By all contacts A is above B; by hydrogen bonds, which the assertion is of, below."""
    some = [energy("A", "pair", -5.0), energy("A", "opened", -30.0, "ring opening"), energy("B", "other", -8.0)]
    asserted = Assertion(quantity="binding_energy", order=("A", "B"), by="magnitude", at={"bond": "hydrogen bond"})
    assert of(verdicts_of([], [asserted], some), "order")[0].verdict == "supported"
    assert of(verdicts_of([], [order("A", "B")], some), "order")[0].verdict == "depends on the model"


def test_by_value_and_by_magnitude_are_opposites_for_bound_pairs() -> None:
    two = [energy("A", "a", -8.0), energy("B", "c", -7.0)]
    assert of(verdicts_of([], [order("A", "B", by="value")], two), "order")[0].verdict == "supported"
    assert of(verdicts_of([], [order("A", "B")], two), "order")[0].verdict == "contradicted"


def test_the_printed_kind_decides_what_an_order_ranks() -> None:
    findings = [energy("A", "pair", -8.0), energy("A", "opened", -40.0, "ring opening"), energy("B", "other", -20.0)]
    claims = [claim("A", "-8", "hydrogen bond"), claim("B", "-20", "hydrogen bond")]
    assert of(verdicts_of(claims, [order("A", "B")], findings), "order")[0].verdict == "supported"


def test_ranking_hydrogen_bonds_beside_reactions_is_said() -> None:
    findings = [energy("A", "pair", -8.0), energy("B", "opened", -20.0, "ring opening")]
    mixed = verdicts_of([claim("A", "-8", "hydrogen bond"), claim("B", "-20", "covalent")], [order("A", "B")], findings)
    assert [one.sentence for one in of(mixed, "note")] == [DIFFERENT]
    alike = verdicts_of([claim("A", "-8", "hydrogen bond")], [], findings)
    assert of(alike, "note") == []


def test_the_quick_level_is_called_provisional() -> None:
    found = verdicts_of([], [], [energy("A", "pair", -8.0, remarks=("quick level: GFN2-xTB alone",))])
    assert "provisional" in of(found, "note")[0].sentence


def test_a_scaling_of_all_energies_scales_the_deviation() -> None:
    one = one_claim(claim("A", "-25.0"), *CONTACTS)
    scaled = [energy("A", "small", -100.0), energy("A", "large", -200.0), spread("A", "large", 30.0)]
    ten = one_claim(claim("A", "-250"), *scaled)
    assert ten.deviation_j_per_mol == pytest.approx(10.0 * (one.deviation_j_per_mol or 0.0))


def test_sensitivities_name_their_numbers() -> None:
    findings = [
        energy("A", "small", -10.0, "ring opening", "amide"),
        energy("A", "large", -14.5, "ring opening", "amide"),
        energy("A", "rival", -16.0, "ring opening", "acid"),
        spread("A", "large", 2.25, kind="ring opening", site="amide"),
        energy("A", "small", -13.0, "ring opening", "amide", quantity="binding_energy_with_dispersion",
               at={"dispersion": "D4"}),
        energy("A", "small", -9.0, "ring opening", "amide", quantity="binding_energy_counterpoise"),
    ]  # fmt: skip
    said = " | ".join(one.sentence for one in sensitivities(findings))
    assert "varies by up to 2.25 kcal/mol (large)" in said
    assert "D4 −3.00 kcal/mol" in said
    assert "counterpoise correction changes it by 1.00 kcal/mol" in said
    assert "spans 4.50 kcal/mol over 2 models, from −14.50 (large) to −10.00 (small)" in said
    assert "acid −16.00; amide −14.50 kcal/mol" in said


def test_a_lone_contact_has_no_sensitivity_and_nothing_computed_has_no_verdict() -> None:
    assert sensitivities([energy("A", "small", -10.0)]) == ()
    missing = Finding("binding_energy", None, "J/mol", {"contact": "x", "kind": "pair"}, binder="A",
                      technique="binding", basis="computed", status="missing_input")  # fmt: skip
    assert verdicts_of([claim("A", "-1")], [order("A", "B")], [missing]) == ()


def ions(cage: float, *, corrected: tuple[float, float] | None = None) -> str:
    """What is said of Li+ on a cage and on a carbonate (-50), which two binders share."""
    found = [
        energy(binder, contact, value, kind="ion", site="")
        for binder in ("A", "B")
        for contact, value in (("Li+ on cage", cage), ("Li+ on carbonate", -50.0))
    ]
    for contact, value in zip(("Li+ on cage", "Li+ on carbonate"), corrected or (), strict=False):
        found.append(energy("A", contact, value, kind="ion", site="", quantity="binding_energy_counterpoise"))
    (note,) = [one for one in of(verdicts_of([], [], found), "note") if one.sentence.startswith("Li+")]
    assert set(note.contacts) == {"Li+ on cage", "Li+ on carbonate"}
    return note.sentence


def test_an_ion_is_compared_once_over_its_ligands() -> None:
    alike = ions(-52.5, corrected=(-48.0, -47.0))
    assert "cage −52.50 (−48.00 counterpoise-corrected); carbonate −50.00 (−47.00 counterpoise-corrected)" in alike
    assert "Cage and carbonate hold it alike, one against one (2.50, 1.00 counterpoise-corrected, where" in alike
    assert "Carbonate holds it more strongly than cage, one against one (by 10.00);" in ions(-40.0)


@pytest.mark.parametrize("corrected", [(-46.0, -45.0), (-44.0, -48.0)])
def test_an_order_of_ligands_that_the_correction_undoes_is_not_asserted(corrected: tuple[float, float]) -> None:
    said = ions(-54.0, corrected=corrected)
    assert "Whether cage holds it more strongly than carbonate, one against one, hangs on the correction" in said


def test_what_another_version_gave_a_binder_is_not_called_a_correction() -> None:
    """Two binders share a contact, one number is shipped, the other computed: neither is counterpoise-corrected."""
    found = [
        energy(binder, contact, value, kind="ion", site="")
        for binder, more in (("A", 0.0), ("B", 0.03))
        for contact, value in (("Li+ on cage", -60.0 + more), ("Li+ on carbonate", -50.0))
    ]
    (note,) = of(verdicts_of([], [], found), "note")
    assert "counterpoise" not in note.sentence
    assert "cage −60.00; carbonate −50.00" in note.sentence


def test_an_ion_on_one_ligand_is_compared_with_nothing() -> None:
    found = verdicts_of([], [], [energy("A", "Li+ on cage", -50.0, kind="ion", site="")])
    assert not [one for one in found if one.sentence.startswith("Li+")]
