"""Electrode studies that are not the usual ones: recipes by binder, bounds, composites, results of one binder alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.run.test_electrode import BINDERS, MAH_PER_G, claim, said, study

from byssus.cli import main
from byssus.report.schema import results_schema
from byssus.run.confrontation import gather
from byssus.run.plan import load
from byssus.simulate.electrode import calibrate
from byssus.simulate.electrode.targets import Target


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains too short for numbers, long enough for everything around them."""
    monkeypatch.setattr(calibrate.posterior, "__kwdefaults__", {"burn": 10, "steps": 20})


def changed(place: Path, old: str, new: str) -> Path:
    """The study with one of its texts replaced wherever it stands."""
    text = (place / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (place / "study.toml").write_text(text.replace(old, new), encoding="utf-8")
    return place


RECIPE = 'mass_fractions = { silicon = "60 %", carbon = "20 %", binder = "20 %" }\n'


@pytest.mark.usefixtures("quick")
def test_ones_own_binder_takes_the_recipe_that_all_binders_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ["--reduced-modulus", "2.0 GPa", "--hardness", "0.05 GPa", "--peel", "4 N", "--porosity", "0.24", "--json"]

    def foretold(place: Path) -> list[Any]:
        code, out, _ = said(capsys, place, *own)
        assert code == 0
        return [(row["value"], row["interval"]) for row in json.loads(out)["findings"] if row["binder"] == "own binder"]

    common = foretold(study(tmp_path / "s"))
    place = changed(study(tmp_path / "t"), RECIPE, "")
    for name in BINDERS:
        changed(place, f'name = "{name}"\n', f'name = "{name}"\n{RECIPE.replace("mass_fractions", "recipe")}')
    assert foretold(place) == common
    changed(place, f'name = "A"\n{RECIPE.replace("mass_fractions", "recipe")}',
            'name = "A"\nrecipe = { silicon = "70 %", carbon = "10 %", binder = "20 %" }\n')  # fmt: skip
    code, _, errors = said(capsys, place, *own[:-1])
    assert code == 1
    assert len(errors) == 1
    assert "electrode.mass_fractions: the share of silicon is not given" in errors[0]


def test_cycles_are_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["--reduced-modulus", "2 GPa", "--hardness", "0.05 GPa", "--peel", "4 N", "--porosity", "0.24"]
    code, _, errors = said(capsys, study(tmp_path / "s"), *own, "--c-rate", "0.5", "--cycles", "2.7")
    assert code == 2
    assert "--cycles: no whole number" in errors[0]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (RECIPE, 'mass_fractions = { silicon = "100 %" }\n', "electrode: silicon_volume_fraction: out of its range"),
        ("[electrode]\n", "[electrode]\nsilicon_share = 0.4\n", "electrode.silicon_share"),
    ],
)
def test_an_electrode_that_the_model_is_not_of_stops_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    place = changed(study(tmp_path / "s"), old, new)
    assert any(words in str(problem) for problem in gather(load(place)).missing)
    assert main(["run", str(place), "--json", "--jobs", "1"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert [row for row in results["provenance"]["missing"] if "electrode model" in row["blocks"]]


@pytest.mark.usefixtures("quick")
def test_a_result_of_one_binder_alone_and_a_bound_from_above(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No baseline can be had where no other binder reports; "<1900" is a bound and no interval between two numbers."""
    alone = claim("A", "delithiation_capacity", "<1900", "mAh/g", "cycle = 100, c_rate = 0.5")
    place = study(tmp_path / "s", alone)
    code, out, _ = said(capsys, place)
    assert code == 0
    assert "no baseline to compare with" in out
    assert "No baseline can be had for delithiation, 0.5 C, cycle 100" in out
    assert "cycle 100, A by a bound:" in out
    assert "<1900" in out
    code, out, _ = said(capsys, place, "--json")
    document = json.loads(out)
    jsonschema.validate(document, results_schema())
    section = document["provenance"]["simulation"]["electrode"]
    (score,) = [one for one in section["scores"] if one["at"]]
    assert (score["against_baseline"], score["best_baseline"]) == ("no baseline", "")
    (row,) = [one for one in section["leave_one_out"] if one["at"]]
    assert row["reported"] == [None, pytest.approx(1900 * MAH_PER_G)]


def test_bounds_that_exclude_one_another_are_no_number(tmp_path: Path) -> None:
    at = "cycle = 100, c_rate = 0.5"
    bounds = [claim("A", "delithiation_capacity", value, "mAh/g", at) for value in (">1500", "<1000")]
    known = gather(load(study(tmp_path / "s", *bounds))).results["A", Target("cycling", 0.5, 100.0)]
    assert (known.low, known.high) == pytest.approx((1000 * MAH_PER_G, 1500 * MAH_PER_G))
    assert "differ" in known.remarks[0]
