"""Layer thickness and peel width of a study: where they come from, whether they enter, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.run.test_electrode import BINDERS, DEFAULT, claim, said, study

from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.report.schema import results_schema
from byssus.run.confrontation import gather
from byssus.run.plan import load
from byssus.simulate.electrode import calibrate

PRISTINE = 'state = "pristine"'
PEEL = 'technique = "peel"'
OWN = ["--reduced-modulus", "2.0 ± 0.2 GPa", "--hardness", "0.05 GPa", "--peel", "4 N", "--porosity", "0.24"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains too short for numbers, long enough for everything around them."""
    monkeypatch.setattr(calibrate.posterior, "__kwdefaults__", {"burn": 10, "steps": 20})


def thick(*names: str, at: str = PRISTINE) -> str:
    return "".join(claim(name, "layer_thickness", f"2{k}.0", "µm", at) for k, name in enumerate(names))


def wide(*names: str) -> str:
    return "".join(claim(name, "specimen_width", "20", "mm", PEEL) for name in names)


def entering(place: Path, findings: Any = ()) -> Any:
    found = gather(load(place), findings)
    assert found.reported is not None
    return found


def test_both_of_every_binder_enter_as_they_are_printed(tmp_path: Path) -> None:
    found = entering(study(tmp_path / "s", thick(*BINDERS), wide(*BINDERS)))
    assert found.reported.inputs.shape == (3, 6)
    assert found.reported.inputs[:, 4].tolist() == pytest.approx([20e-6, 21e-6, 22e-6])
    assert found.reported.inputs[:, 5].tolist() == pytest.approx([20e-3] * 3)
    assert found.reported.uncertainty[0, 4] == pytest.approx(0.1e-6 / 12**0.5)  # the last digit's breadth
    assert not found.missing
    assert not found.aside


@pytest.mark.parametrize("name", ["specimen_width", "peel_width"])
def test_one_strip_may_be_printed_for_all(tmp_path: Path, name: str) -> None:
    for_all = f'[[claim]]\nquantity = "{name}"\nvalue = "25"\nunit = "mm"\nat = {{ {PEEL} }}\n'
    found = entering(study(tmp_path / "s", thick(*BINDERS), for_all, claim("B", name, "12", "mm", PEEL)))
    assert found.reported.inputs[:, 5].tolist() == pytest.approx([25e-3, 12e-3, 25e-3])


def test_other_widths_and_swollen_layers_are_none_of_these(tmp_path: Path) -> None:
    other = "".join(claim(name, "specimen_width", "5", "mm", 'technique = "tensile"') for name in BINDERS)
    swollen = thick(*BINDERS, at='state = "lithiated"')
    found = entering(study(tmp_path / "s", other, swollen))
    assert found.reported.inputs.shape == (3, 4)
    assert not found.missing  # nothing of it is known, so nothing is half known
    assert not found.aside


def test_a_width_follows_from_force_and_force_by_width(tmp_path: Path) -> None:
    strengths = "".join(claim(name, "peel_strength", "0.100", "N/mm") for name in BINDERS)
    found = entering(study(tmp_path / "s", thick(*BINDERS), strengths))
    assert found.reported.inputs[:, 5].tolist() == pytest.approx([0.012, 0.039, 0.05])
    assert found.inputs["A", "peel_width"].remarks == ("peel force over peel strength",)
    measured = [
        Finding("peel_force", 2.0, "N", binder="A", technique="peel"),
        Finding("peel_strength", 80.0, "N/m", binder="A", technique="peel"),
    ]
    known = gather(load(tmp_path / "s"), measured).inputs["A", "peel_width"]
    assert (known.value, known.basis) == (pytest.approx(0.025), "measured")
    rehearsed = [one.but(basis="rehearsed") for one in measured]
    assert gather(load(tmp_path / "s"), rehearsed).inputs["A", "peel_width"].basis == "published"


def test_a_force_printed_by_width_needs_the_width(tmp_path: Path) -> None:
    by_width = claim("B", "peel_force", "195", "N/m")
    found = gather(load(study(tmp_path / "s", by_width, without=("B", "peel_force"))))
    assert found.reported is None
    assert any(
        "peel_force of B is neither measured nor printed otherwise than by a width" in str(p) for p in found.missing
    )
    found = entering(study(tmp_path / "t", by_width, wide("B"), without=("B", "peel_force")))
    assert found.inputs["B", "peel_force"].value == pytest.approx(3.9)


def test_a_measured_layer_comes_before_a_printed_one_and_a_rehearsed_one_never(tmp_path: Path) -> None:
    place = study(tmp_path / "s", thick(*BINDERS), wide(*BINDERS))
    like = Finding("layer_thickness", 31e-6, "m", {"state": "pristine"}, binder="A", technique="swelling",
                   standard_uncertainty=1e-6)  # fmt: skip
    found = entering(place, [like, like.but(value=60e-6, at={"state": "lithiated"})])
    assert (found.reported.inputs[0, 4], found.reported.uncertainty[0, 4]) == (31e-6, 1e-6)
    assert entering(place, [like.but(basis="rehearsed")]).inputs["A", "layer_thickness"].basis == "published"


def test_priors_and_ranges_enter_with_their_spread(tmp_path: Path) -> None:
    ranged = claim("A", "layer_thickness", "15-21", "µm", PRISTINE)
    head = 'priors = { layer_thickness = "18 ± 4 µm" }\n'
    place = study(tmp_path / "s", ranged, thick("C"), wide(*BINDERS), head=head, without=("B", ""))
    found = entering(place)
    assert found.reported.inputs[:2, 4].tolist() == pytest.approx([18e-6, 18e-6])
    assert found.reported.uncertainty[0, 4] == pytest.approx(6e-6 / 12**0.5, rel=0.2)
    assert found.reported.uncertainty[1, 4] == pytest.approx(4e-6)
    assert found.inputs["B", "layer_thickness"].basis == "assumed"


@pytest.mark.parametrize("prior", ["18 µm", "18 ± 4 mm^2", "-3 ± 1 µm"])
def test_a_prior_that_cannot_be(tmp_path: Path, prior: str) -> None:
    with pytest.raises(StudyError) as fault:
        load(study(tmp_path / "s", head=f'priors = {{ layer_thickness = "{prior}" }}\n', without=("B", "")))
    assert all("binder[2].priors.layer_thickness" in problem.where for problem in fault.value.problems)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("more", "wanting", "sentence"),
    [
        (thick(*BINDERS), ["peel_width of A, B, C"], "layer thickness of every binder and peel width of none"),
        (thick("A", "C") + wide(*BINDERS), ["layer_thickness of B"], "layer thickness of A, C and peel width of every"),
        (thick("A") + wide("B"), ["layer_thickness of B, C", "peel_width of A, C"], "layer thickness of A and peel w"),
    ],
)
def test_a_part_of_it_is_told_and_does_not_enter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str, wanting: list[str], sentence: str
) -> None:
    place = study(tmp_path / "s", more)
    found = entering(place)
    assert found.reported.inputs.shape == (3, 4)
    told = [str(problem) for problem in found.missing]
    assert len(told) == len(wanting)
    assert all(what in line and "for all binders or for none" in line for what, line in zip(wanting, told, strict=True))
    assert main_json(capsys, place)["contact"]["thickness_and_width"] == "fitted"
    contact = main_json(capsys, place)["contact"]
    assert sentence in contact["sentence"]
    assert len(contact["known_but_not_used"]) == len(found.aside) > 0
    code, out, _ = said(capsys, place)
    assert code == 0
    assert sentence in out


def main_json(capsys: pytest.CaptureFixture[str], place: Path) -> dict[str, Any]:
    code, out, _ = said(capsys, place, "--json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, results_schema())
    return dict(document["provenance"]["simulation"]["electrode"]) | {"findings": document["findings"]}


@pytest.mark.usefixtures("quick")
def test_output_says_which_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    section = main_json(capsys, study(tmp_path / "s"))
    assert section["contact"]["fitted"] == "contact_area"
    assert "Neither layer thickness h nor peel width b is given" in section["contact"]["sentence"]
    assert section["contact"]["sentence"] in section["sentences"]
    (row,) = [row for row in section["findings"] if row["quantity"] == "contact_area"]
    assert any("not identifiable apart" in remark for remark in row["remarks"])
    section = main_json(capsys, study(tmp_path / "t", thick(*BINDERS), wide(*BINDERS)))
    assert section["contact"] == section["contact"] | {
        "thickness_and_width": "given", "fitted": "contact_energy_share", "known_but_not_used": []}  # fmt: skip
    assert "enter as given" in section["contact"]["sentence"]
    assert "As h b is the same" not in section["contact"]["sentence"]
    names = [row["name"] for row in section["parameters"]]
    assert "contact_energy_share" in names
    assert "contact_area" not in names
    inputs = {(row["binder"], row["quantity"]) for row in section["origins"] if row["role"] == "input"}
    assert {("A", "layer_thickness"), ("C", "peel_width")} <= inputs
    (row,) = [row for row in section["findings"] if row["quantity"] == "contact_energy_share"]
    assert any("only as its product" in remark for remark in row["remarks"])
    numbers = [row for row in section["findings"] if row["quantity"] == "contact_number"]
    alone = [row for row in numbers if row["at"].get("contact_energy_share") == 1]
    assert (len(numbers), len(alone)) == (6, 3)
    assert all("stay connected" in row["remarks"][-1] for row in alone)


@pytest.mark.usefixtures("quick")
def test_one_geometry_for_all_is_said_to_change_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = "".join(claim(name, "layer_thickness", "20.0", "µm", PRISTINE) for name in BINDERS)
    section = main_json(capsys, study(tmp_path / "s", same, wide(*BINDERS)))
    assert "As h b is the same for every binder, nothing is foretold" in section["contact"]["sentence"]


@pytest.mark.usefixtures("quick")
def test_ones_own_binder_has_a_geometry_where_the_studys_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = study(tmp_path / "s", thick(*BINDERS), wide(*BINDERS))
    geometry = ["--thickness", "21.0 ± 0.5 µm", "--peel-width", "20 mm"]
    code, out, _ = said(capsys, place, *OWN, *geometry, "--json")
    assert code == 0
    rows = [row for row in json.loads(out)["findings"] if row["binder"] == "own binder"]
    assert len(rows) == 3
    assert all(row["status"] == "ok" for row in rows)
    _, out, _ = said(capsys, place, *OWN, "--thickness", "90 µm", "--peel-width", "2 mm", "--json")
    rows = [row for row in json.loads(out)["findings"] if row["binder"] == "own binder"]
    assert any("layer thickness" in remark for remark in rows[0]["remarks"])
    assert any("peel strength" in remark for remark in rows[0]["remarks"])
    code, _, errors = said(capsys, place, *OWN)
    assert code == 2
    assert "--thickness, --peel-width: not given" in errors[0]
    code, _, errors = said(capsys, place, *OWN, "--thickness", "20 µm")
    assert code == 2
    assert "--peel-width: not given" in errors[0]
    code, _, errors = said(capsys, study(tmp_path / "t"), *OWN, *geometry)
    assert code == 2
    assert "a length squared is fitted in their place" in errors[0]
    code, _, errors = said(capsys, place, *OWN, "--thickness", "20 GPa", "--peel-width=0 mm")
    assert code == 2
    assert len(errors) == 2


def test_a_layer_of_less_than_nothing_is_one_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = claim("A", "layer_thickness", "-20", "µm", PRISTINE) + thick("B", "C") + wide(*BINDERS)
    code, _, errors = said(capsys, study(tmp_path / "s", bad))
    assert code == 1
    assert len(errors) == 1
    assert "thickness" in errors[0]


def test_the_default_study_prints_neither() -> None:
    found = gather(load(DEFAULT))
    assert found.reported is not None
    assert found.reported.inputs.shape == (4, 4)
    assert not found.aside
