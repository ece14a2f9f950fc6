"""The electrode model from a study: what is gathered of it, what a run takes along, what the command says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from scipy.stats import truncnorm

from byssus.cli import main
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.report.schema import results_schema
from byssus.run.confrontation import gather
from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, run_study
from byssus.simulate.electrode import calibrate
from byssus.simulate.electrode.targets import Target

DEFAULT = Path(__file__).parents[2] / "studies" / "poss-polyimide"
MAH_PER_G = 3600.0
INPUTS = {"reduced_modulus": "GPa", "hardness": "GPa", "peel_force": "N", "porosity": "%"}
BINDERS = {
    "A": ("1.0", "0.02", "1.2", "23", "130", "95", "2200"),
    "B": ("1.6", "0.04", "3.9", "27", "100", "70", "2500"),
    "C": ("2.9", "0.09", "5.0", "20", "70", "30", "2700"),
}
ELECTRODE = """
[electrode]
cell = "half"
mass_fractions = { silicon = "60 %", carbon = "20 %", binder = "20 %" }
loading = "0.5 mg/cm^2"
one_c = "3579 mAh/g"
"""


def claim(binder: str, quantity: str, value: str, unit: str, at: str = "") -> str:
    conditions = f"at = {{ {at} }}\n" if at else ""
    return f'[[claim]]\nbinder = "{binder}"\nquantity = "{quantity}"\nvalue = "{value}"\nunit = "{unit}"\n{conditions}'


def study(folder: Path, *more: str, head: str = "", without: tuple[str, str] = ("", ""), cell: str = ELECTRODE) -> Path:
    """Three binders with inputs, both expansions and the first delithiation; ``without`` leaves one input away."""
    text = 'title = "Three"\n'
    for name in BINDERS:
        text += f'[[binder]]\nname = "{name}"\n' + (head if name == without[0] else "")
    for name, (*given, swollen, dry, first) in BINDERS.items():
        for (quantity, unit), value in zip(INPUTS.items(), given, strict=True):
            if (name, quantity) != without:
                text += claim(name, quantity, value, unit)
        text += claim(name, "expansion_after_lithiation", swollen, "%")
        text += claim(name, "expansion_after_delithiation", dry, "%")
        text += claim(name, "first_delithiation_capacity", first, "mAh/g")
    folder.mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text + cell + "".join(more), encoding="utf-8")
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains too short for numbers, long enough for everything around them."""
    monkeypatch.setattr(calibrate.posterior, "__kwdefaults__", {"burn": 10, "steps": 20})


def test_the_default_study_is_read_as_it_is_printed() -> None:
    found = gather(load(DEFAULT))
    assert found.reported is not None
    assert not found.missing
    known = {(name, t.quantity, t.cycle, t.c_rate): k for (name, t), k in found.results.items()}
    two = known["PI", "delithiation_capacity", 200, 0.2]
    assert two.low == pytest.approx(166 * MAH_PER_G)
    assert two.high == pytest.approx(0.27 * 2108 * MAH_PER_G)
    for name, first in (("PAID", 2550), ("PI-P", 2648)):
        bound = known[name, "delithiation_capacity", 200, 0.2]
        assert bound.low == pytest.approx(0.65 * first * MAH_PER_G)
        assert math.isinf(bound.high)
    one_c = known["PAID", "delithiation_capacity", 150, 1.0]
    assert one_c.low == one_c.high == pytest.approx(1149 * MAH_PER_G)
    assert found.inputs["PI-P", "porosity"].basis == "assumed"
    prior = found.inputs["PI-P", "porosity"]
    assert (prior.value, prior.uncertainty) == pytest.approx((0.193, 0.031))
    assert found.inputs["PI", "porosity"].basis == "published"


def test_measured_comes_before_printed_and_nothing_else_counts(tmp_path: Path) -> None:
    loaded = load(study(tmp_path / "s"))
    like = Finding("reduced_modulus", 2e9, "Pa", binder="A", technique="indentation", standard_uncertainty=1e8)
    assert gather(loaded, [like]).inputs["A", "reduced_modulus"].value == 2e9
    assert gather(loaded, [like]).inputs["A", "reduced_modulus"].basis == "measured"
    for basis in ("rehearsed", "computed", "simulated"):
        kept = gather(loaded, [like.but(basis=basis)]).inputs["A", "reduced_modulus"]
        assert (kept.value, kept.basis) == (1e9, "published")
    swollen = Finding("expansion_after_lithiation", 0.5, "1", binder="A", technique="swelling")
    assert gather(loaded, [swollen]).results["A", Target("expansion")].value == 0.5


def test_what_nobody_knows_is_missing_unless_a_prior_is_declared(tmp_path: Path) -> None:
    without = ("B", "porosity")
    found = gather(load(study(tmp_path / "s", without=without)))
    assert found.reported is None  # two binders are left
    said = " ".join(str(p) for p in found.missing)
    assert "porosity of B is neither measured nor printed" in said
    assert "priors" in said
    found = gather(load(study(tmp_path / "t", without=without, head='priors = { porosity = "25 ± 6 %" }\n')))
    assert found.reported is not None
    assert found.reported.uncertainty[1, 3] == pytest.approx(0.06)


def test_the_default_study_assumes_nothing_against_its_own_words() -> None:
    """A prior of 23 +- 5 % for a porosity that the paper puts below another, which it prints."""
    loaded = load(DEFAULT)
    found = gather(loaded)
    assert found.reported is not None
    below = [one.order for one in loaded.study.assertion if one.quantity == "porosity" and one.order[0] == "PI-P"]
    assert below == [("PI-P", "PI")]
    edge = found.inputs["PI", "porosity"].value
    left = truncnorm(-math.inf, (edge - 0.23) / 0.05, 0.23, 0.05)
    at = found.reported.names.index("PI-P"), 3
    assert found.reported.inputs[at] == pytest.approx(left.mean(), abs=5e-4)
    assert found.reported.uncertainty[at] == pytest.approx(left.std(), abs=5e-4)
    assert found.reported.inputs[at] + found.reported.uncertainty[at] < edge


@pytest.mark.parametrize("prior", ["25 %", "125 ± 5 %", "-3 ± 1 %", "25 ± 5 GPa", "thick"])
def test_a_prior_that_cannot_be(tmp_path: Path, prior: str) -> None:
    with pytest.raises(StudyError) as fault:
        load(study(tmp_path / "s", without=("B", "porosity"), head=f'priors = {{ porosity = "{prior}" }}\n'))
    assert all("binder[2].priors.porosity" in problem.where for problem in fault.value.problems)


def test_an_electrode_that_says_too_little(tmp_path: Path) -> None:
    found = gather(load(study(tmp_path / "s", cell="")))
    assert found.reported is None
    where = {problem.where for problem in found.missing}
    assert where == {"electrode.loading", "electrode.one_c", "electrode.cell", "electrode.mass_fractions"}


@pytest.mark.usefixtures("quick")
def test_a_run_takes_the_model_along_and_keeps_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = study(tmp_path / "s")
    assert main(["run", str(place), "--json", "--jobs", "1"]) == 0
    results = json.loads(capsys.readouterr().out)
    jsonschema.validate(results, results_schema())
    section = results["provenance"]["simulation"]["electrode"]
    assert section["calibrated_on"] == ["A", "B", "C"]
    assert "Calibrated on three binders." in section["sentences"]
    assert {"bounds", "cycling", "rate", "leave_one_out", "scores", "parameters", "origins"} <= set(section)
    assert section["voltage"] == []  # no cycling is reported
    own = [row for row in results["findings"] if row["technique"] == "electrode"]
    assert {row["basis"] for row in own} == {"simulated"}
    foretold = [row for row in own if "calibration" in row["at"] and row["status"] in ("ok", "warned")]
    assert len(foretold) == 3 * (3 * 2 + 1)  # three results, with and without the binder; a contact number
    assert all(row["interval"][0] <= row["value"] <= row["interval"][1] for row in foretold)
    fitted = {row["at"]["parameter"] for row in own if "parameter" in row["at"]}
    assert fitted == {row["name"] for row in section["parameters"]}
    loaded = load(place)
    options = Options(place / "out", jobs=1)
    (place / "out" / "report.html").unlink()
    with Progress() as progress:
        again = run_study(loaded, options, progress)
    assert again.hits.get("electrode") == 1
    assert not again.redone.get("electrode")


def test_a_study_of_other_things_hears_nothing_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.toml").write_text('title = "T"\n[[binder]]\nname = "A"\n' + claim("A", "porosity", "20", "%"))
    assert main(["run", str(tmp_path), "--json", "--jobs", "1"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert "simulation" not in results["provenance"]
    assert not [row for row in results["provenance"]["missing"] if "electrode model" in row["blocks"]]


def said(capsys: pytest.CaptureFixture[str], *words: Any) -> tuple[int, str, list[str]]:
    code = main(["electrode", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, [line for line in err.splitlines() if line.startswith("error")]


@pytest.mark.usefixtures("quick")
def test_the_command_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, errors = said(capsys, study(tmp_path / "s"))
    assert (code, errors) == (0, [])
    for words in ("Each binder foretold from the others", "Mean absolute errors", "had seen the results", "0.167 is"):
        assert words in out  # six orders of three binders: 1/6
    code, out, _ = said(capsys, tmp_path / "s", "--binder", "B")
    assert code == 0
    assert " B " in out
    assert " A " not in out


@pytest.mark.usefixtures("quick")
def test_a_binder_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--reduced-modulus", "2.0 ± 0.2 GPa", "--hardness", "0.05 GPa", "--peel", "4 N", "--porosity", "0.24"]
    more = ["--c-rate", "0.5", "--cycles", "300"]
    code, out, _ = said(capsys, study(tmp_path / "s"), *own, *more, "--json")
    assert code == 0
    rows = [row for row in json.loads(out)["findings"] if row["binder"] == "own binder"]
    assert len(rows) == 4
    assert {"cycle": 300, "c_rate": 0.5, "calibration": "all binders"} in [row["at"] for row in rows]
    assert all(row["status"] == "ok" and row["interval"] for row in rows)
    own[1] = "6.0 ± 0.2 GPa"
    _, out, _ = said(capsys, tmp_path / "s", *own, "--json")
    rows = [row for row in json.loads(out)["findings"] if row["binder"] == "own binder"]
    assert all(row["status"] == "warned" and "outside the calibrated" in row["remarks"][0] for row in rows)


@pytest.mark.usefixtures("quick")
def test_a_binder_without_results_is_foretold_and_calibrates_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = {"reduced_modulus": "70", "hardness": "0.05", "peel_force": "4", "porosity": "24"}
    more = ['[[binder]]\nname = "Ä"\n', *(claim("Ä", q, v, INPUTS[q]) for q, v in own.items())]
    code, out, errors = said(capsys, study(tmp_path / "s", *more))
    assert (code, errors) == (0, [])
    for words in ("Calibrated on three binders.", "Of 6 ways", "Ä, of which no result is known, foretold"):
        assert words in out
    assert "reduced modulus 70 GPa lies outside the calibrated 1 to 2.9 GPa" in out
    code, out, _ = said(capsys, tmp_path / "s", "--binder", "Ä")
    assert code == 0
    assert out.startswith("Ä, of which no result is known")
    code, out, _ = said(capsys, tmp_path / "s", "--json")
    document = json.loads(out)
    assert document["provenance"]["simulation"]["electrode"]["calibrated_on"] == list(BINDERS)
    rows = [row for row in document["findings"] if row["binder"] == "Ä" and row["quantity"] != "contact_number"]
    assert len(rows) == 6  # three results, without it and with it
    assert all(row["status"] == "warned" for row in rows)
    # what lies far off calibrates nothing, and so widens no range for the others
    told = [row for row in document["findings"] if row["binder"] == "C" and "calibration" in row["at"]]
    assert any("calibrated 1 to 1.6 GPa" in remark for row in told for remark in row["remarks"])


def test_everything_wrong_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = study(tmp_path / "s")
    wrong = [
        "--reduced-modulus=-3 GPa",
        "--hardness=0.05 m",
        "--peel=0 N",
        "--porosity=1.2",
        "--c-rate=0",
        "--cycles=5",
    ]
    code, out, errors = said(capsys, place, *wrong)
    assert (code, out) == (2, "")
    assert [line.split(":")[1].strip() for line in errors] == [one.split("=")[0] for one in wrong[:5]]
    code, _, errors = said(capsys, place, "--peel", "2 N")
    assert code == 2
    assert len(errors) == 3  # the other three are not given
    assert said(capsys, place, "--binder", "Z")[0] == 2
    assert said(capsys, tmp_path / "nowhere")[0] == 1


def test_a_study_that_does_not_suffice_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = said(capsys, study(tmp_path / "s", without=("B", "hardness")))
    assert code == 1
    assert any("hardness of B" in line for line in errors)
    assert any("too few binders" in line for line in errors)
