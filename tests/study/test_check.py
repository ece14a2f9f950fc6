"""Check, scaffold and schema: a new study is right, runs as it is, and says what it lacks when changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from byssus.errors import StudyError
from byssus.study.check import Missing, check, gathered
from byssus.study.load import load_study
from byssus.study.printed import parse_printed
from byssus.study.reference import reference
from byssus.study.scaffold import scaffold
from byssus.study.schema import schema, schema_text

ROOT = Path(__file__).resolve().parents[2]
TECHNIQUES = ("cycling", "peel", "swelling", "tensile")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    scaffold(tmp_path / "new", TECHNIQUES)
    return tmp_path / "new"


def edited(folder: Path, old: str, new: str) -> Path:
    text = (folder / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "study.toml").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_the_scaffold_has_nothing_wrong_and_nothing_missing(new):
    report = check(new, known_techniques=TECHNIQUES)
    assert report.ok
    assert report.missing == ()
    assert report.rehearsed is not None
    assert set(report.rehearsed) == {(b, t) for b in ("Example A", "Example B") for t in TECHNIQUES}
    assert re.search(r"^ +Example A +Example B$", report.to_text(), re.M)
    assert re.search(r"^  tensile +3 rehearsed +3 rehearsed$", report.to_text(), re.M)


def test_the_scaffold_claims_what_rehearsals_start_from_and_they_agree(new):
    study = load_study(new).study
    for binder in study.binder_names():
        value = {c.quantity: parse_printed(c.value).value for c in study.claim if c.binder == binder}
        assert {"tensile_strength", "elongation_at_break", "peel_force"} <= set(value)
        swollen, shrunk = value["expansion_after_lithiation"], value["expansion_after_delithiation"]
        assert value["thickness_recovery"] == pytest.approx(100 * (swollen - shrunk) / swollen)
        first = value["first_delithiation_capacity"]
        assert value["initial_coulombic_efficiency"] == pytest.approx(100 * first / value["first_lithiation_capacity"])
        assert value["capacity_retention"] == pytest.approx(100 * value["delithiation_capacity"] / first)
    at = [c.at for c in study.claim if c.quantity == "delithiation_capacity"]
    assert all(set(conditions) == {"cycle", "c_rate"} for conditions in at)


def test_the_scaffolds_specimen_table_is_right_once_its_files_are_there(new):
    edited(new, '# [specimens]\n# file = "specimens.csv"', '[specimens]\nfile = "specimens.csv"')
    assert any("unknown file" in str(p) for p in check(new).problems)
    for name in ("tensile/a-1.TRA", "tensile/a-2.TRA", "tensile/b-1.TRA", "cycling/a-1.ndax"):
        (new / "raw" / name).parent.mkdir(exist_ok=True)
        (new / "raw" / name).write_text("x")
    assert check(new).specimens == 4


def test_the_scaffold_overwrites_nothing(new):
    before = (new / "study.toml").read_bytes()
    with pytest.raises(StudyError, match="not an empty folder"):
        scaffold(new, TECHNIQUES)
    assert (new / "study.toml").read_bytes() == before


def test_check_lists_what_is_missing_what_it_blocks_and_the_mend(new):
    edited(new, 'loading = "0.50 ± 0.1 mg/cm^2"', "")
    edited(
        new,
        '# files = ["raw/peel/a-*.csv"]\nparameters = { width = "10 mm", angle = "180 deg" }\nrehearse = true',
        'files = ["raw/*.csv"]',
    )
    report = check(new, required={"peel": {"width": "force per width"}})
    assert report.ok
    by_place = {m.where: m for m in report.missing}
    assert "per gram" in by_place["electrode.loading"].blocks
    assert "mg/cm^2" in by_place["electrode.loading"].mend
    peel = next(i for i, m in enumerate(load_study(new).study.measurement, 1) if m.files)
    assert "raw/*.csv" in by_place[f"measurement[{peel}]"].what
    assert by_place[f"measurement[{peel}].parameters"].blocks == "force per width"
    assert "Missing inputs: 3" in report.to_text()


def test_a_required_parameter_may_come_from_the_measurement_or_the_electrode(new):
    needs = {"cycling": {"mass": "x", "area": "x", "one_c": "x", "cell": "x"}, "tensile": {"width": "x"}}
    edited(new, 'technique = "tensile"\n', 'technique = "tensile"\nparameters = { width = "10 mm" }\n')
    assert check(new, required=needs).missing == ()
    assert check(new, required=lambda technique: needs.get(technique, {})).missing == ()


def test_check_never_raises_for_a_wrong_study(tmp_path):
    report = check(tmp_path / "nowhere")
    assert not report.ok
    assert "no such folder" in report.to_text()


def test_the_schema_is_a_schema_and_takes_the_scaffold(new):
    jsonschema.Draft202012Validator.check_schema(schema())
    study = tomllib.loads((new / "study.toml").read_text(encoding="utf-8"))
    jsonschema.validate(study, schema(), jsonschema.Draft202012Validator)
    assert schema()["title"]
    assert schema()["$id"]


@pytest.mark.parametrize("wrong", [{"quantity": "peel_farce"}, {"value": 27}, {"colour": "red"}])
def test_the_schema_refuses_what_loading_refuses(wrong):
    study = {"title": "t", "claim": [{"quantity": "peel_force", "value": "1.1", "unit": "N", **wrong}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(study, schema(), jsonschema.Draft202012Validator)


def test_the_published_schema_is_the_codes():
    published = (ROOT / "docs" / "study.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == schema(), "python -m byssus.study.schema > docs/study.schema.json"


def test_the_command_writes_the_schema():
    out = subprocess.run([sys.executable, "-m", "byssus.study.schema"], capture_output=True, check=True)
    assert out.stdout.decode("utf-8") == schema_text()


def test_the_published_reference_is_the_models():
    published = (ROOT / "docs" / "study.md").read_text(encoding="utf-8")
    assert published == reference(), "python -m byssus.study.reference > docs/study.md"


def test_every_key_of_a_study_has_a_meaning():
    rows = [line for line in reference().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if row.rstrip("| ").count(" | ") < 3] == []


def test_a_file_that_is_not_there_is_missing_beside_one_that_is(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "study.toml").write_text(
        'title = "t"\n[[binder]]\nname = "PI"\n[[measurement]]\nbinder = "PI"\ntechnique = "tensile"\n'
        'files = ["a.csv", "b.csv"]\n'
    )
    (said,) = (m.what for m in check(tmp_path).missing if m.where == "measurement[1]")
    assert said == "no file matches b.csv"


def test_what_is_missing_alike_is_said_once_with_its_places() -> None:
    def lacks(where: str, what: str = "'width' is not given") -> Missing:
        return Missing(where, what, "peel strength", "Give it.")

    rows = [lacks(f"measurement[{n}].parameters") for n in (6, 7, 8, 9, 12, 14, 15)]
    other = lacks("measurement[7].parameters", "'angle' is not given")
    assert [str(one) for one in gathered([rows[0], other, *rows[1:]])] == [
        "measurement[6-9, 12, 14, 15].parameters: 'width' is not given. Without it: peel strength. Give it.",
        "measurement[7].parameters: 'angle' is not given. Without it: peel strength. Give it.",
    ]
    assert gathered([lacks("electrode.area"), lacks("measurement[1]"), lacks("measurement[1].files")])[0].where == (
        "electrode.area, measurement[1], measurement[1].files"
    )
    assert gathered([]) == []


def test_the_report_of_a_check_counts_inputs_and_places(tmp_path: Path) -> None:
    text = 'title = "Strips"\n[[binder]]\nname = "A"\n[[claim]]\nbinder = "A"\nquantity = "peel_force"\nvalue = "2"\n'
    text += 'unit = "N"\n' + '[[measurement]]\nbinder = "A"\ntechnique = "peel"\nfiles = ["a.csv"]\n' * 3
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "a.csv").write_text("x\n", encoding="utf-8")
    report = check(tmp_path, required={"peel": {"width": "peel strength", "angle": "fracture energy"}})
    assert report.ok, report.problems
    assert len(report.missing) == 6  # each place stands in the JSON
    lines = report.to_text().splitlines()
    assert "Missing inputs: 2, at 6 places" in lines
    assert sum("measurement[1-3].parameters: 'width' is not given" in line for line in lines) == 1
