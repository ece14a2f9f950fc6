"""A study of micrographs: states side by side, sidecars that count, twelve pictures drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples_micrographs import section, tiff

from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, Outcome, run_study

HEAD = """
title = "Swelling"
[[binder]]
name = "A"
"""
SIDECAR = "[MAIN]\nPixelSizeX={size}\nPixelSizeY={size}\n"


def run(folder: Path) -> tuple[Outcome, dict[str, Any]]:
    with Progress() as progress:
        outcome = run_study(load(folder), Options(folder / "out", jobs=1), progress)
    return outcome, json.loads(outcome.results.read_text(encoding="utf-8"))


def values(results: dict[str, Any], quantity: str) -> list[dict[str, Any]]:
    return [f for f in results["findings"] if f["quantity"] == quantity and "specimen" not in f["at"]]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two pictures a state, with TESCAN sidecars; the lithiated ones at twice the pixel: expansion 100 %."""
    text = HEAD
    for state, size in (("pristine", 5e-8), ("lithiated", 1e-7)):
        (tmp_path / state).mkdir()
        for k in (1, 2):
            (tmp_path / state / f"{k}.tif").write_bytes(tiff(section(192, 256, seed=k + round(size * 1e8)), {}))
            (tmp_path / state / f"{k}.hdr").write_text(SIDECAR.format(size=size))
        text += f'[[measurement]]\nbinder = "A"\ntechnique = "swelling"\nfiles = ["{state}/*"]\n'
        text += f'conditions = {{ state = "{state}" }}\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_states_make_expansions_and_bars(study: Path) -> None:
    outcome, results = run(study)
    thickness = {f["at"]["state"]: f for f in values(results, "layer_thickness")}
    assert thickness["pristine"]["value"] == pytest.approx(96 * 5e-8, abs=5e-8)
    assert thickness["lithiated"]["value"] == pytest.approx(96 * 1e-7, abs=1e-7)
    assert {f["n"] for f in thickness.values()} == {2}  # the sidecars that the glob took are no specimens
    (expansion,) = values(results, "expansion_after_lithiation")
    assert expansion["value"] == pytest.approx(1.0, abs=0.04)
    assert expansion["basis"] == "measured"
    paths = {source["path"] for source in expansion["inputs"]}
    assert paths == {f"{s}/{k}.{e}" for s in ("pristine", "lithiated") for k in (1, 2) for e in ("tif", "hdr")}
    (lacking,) = values(results, "thickness_recovery")
    assert lacking["status"] == "missing_input"
    drawn = {path.name for path in (outcome.page.parent / "figures").iterdir()}
    assert {"swelling_cross-section.svg", "swelling_thickness.svg", "swelling_expansion.svg"} <= drawn
    assert not results["errors"]


def test_a_changed_sidecar_is_read_again(study: Path) -> None:
    run(study)
    again, _ = run(study)
    assert not again.redone.get("analyse")
    (study / "pristine" / "1.hdr").write_text(SIDECAR.format(size=6e-8))
    changed, results = run(study)
    assert changed.redone["analyse"] == 1
    single = [f for f in results["findings"] if f["quantity"] == "layer_thickness" and f["at"].get("specimen") == "1"]
    by_state = {f["at"]["state"]: f["value"] for f in single}
    assert by_state["pristine"] == pytest.approx(96 * 6e-8, abs=6e-8)
    (study / "pristine" / "1.hdr").unlink()
    gone, results = run(study)
    assert gone.redone["analyse"] == 1
    lost = [f for f in results["findings"] if f["at"].get("specimen") == "1" and f["at"]["state"] == "pristine"]
    assert "missing_input" in {f["status"] for f in lost}


def test_rehearsed_micrographs_of_three_states(tmp_path: Path) -> None:
    text = HEAD
    for name, value in (("expansion_after_lithiation", "77"), ("expansion_after_delithiation", "32")):
        text += f'[[claim]]\nbinder = "A"\nquantity = "{name}"\nvalue = "{value}"\nunit = "%"\n'
    for state in ("pristine", "lithiated", "delithiated"):
        text += '[[measurement]]\nbinder = "A"\ntechnique = "swelling"\nrehearse = true\n'
        text += f'conditions = {{ state = "{state}" }}\nparameters = {{ kind = "micrograph" }}\n'
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    _, results = run(tmp_path)
    (recovery,) = [f for f in values(results, "thickness_recovery") if f["basis"] != "published"]
    assert recovery["basis"] == "rehearsed"
    assert recovery["interval"][0] < 45 / 77 < recovery["interval"][1]
    assumed = {row["parameter"] for row in results["provenance"]["assumed"]}
    assert {"pixel_size", "edge_roughness"} <= assumed
    assert not assumed & {"readings", "reading_noise"}  # those are of the other kind
