"""``byssus analyse`` on files of several conditions: what they tell together, without a study."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from samples_indents import fischerscope, indent
from samples_micrographs import section, tiff

from byssus.analyse.electrode_state import state_in
from byssus.cli import main

SIZES = {"pristine": 5e-8, "lithiated": 1e-7, "delithiated": 7.5e-8}  # m a pixel: the layer is 96 of them


def pictures(folder: Path, *names: str) -> list[str]:
    """A cross-section a name, its scale by the state the name ends with; TESCAN sidecars."""
    for k, name in enumerate(names):
        size = SIZES[name.split("_")[-1].lower()]
        (folder / f"{name}.tif").write_bytes(tiff(section(192, 256, seed=k), {}))
        (folder / f"{name}.hdr").write_text(f"[MAIN]\nPixelSizeX={size}\nPixelSizeY={size}\n")
    return [str(folder / f"{name}.tif") for name in names]


def found(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, Any]]:
    assert main(["analyse", *words, "--json"]) == 0
    return {
        row["quantity"]: row for row in json.loads(capsys.readouterr().out)["findings"] if "specimen" not in row["at"]
    }


@pytest.mark.parametrize("told", ["by names", "by a list"])
def test_three_states_make_expansions(tmp_path: Path, capsys: pytest.CaptureFixture[str], told: str) -> None:
    files = pictures(tmp_path, "PI_pristine", "PI_lithiated", "PI_delithiated")
    words = []
    if told == "by a list":
        files = [str(Path(path).rename(tmp_path / f"{k}.tif")) for k, path in enumerate(files)]
        for k, name in enumerate(("PI_pristine", "PI_lithiated", "PI_delithiated")):
            (tmp_path / f"{name}.hdr").rename(tmp_path / f"{k}.hdr")
        words = ["--set", "state=pristine, lithiated, delithiated"]
    rows = found(capsys, "swelling", *files, *words)
    assert rows["expansion_after_lithiation"]["value"] == pytest.approx(1.0, abs=0.04)
    assert rows["expansion_after_delithiation"]["value"] == pytest.approx(0.5, abs=0.04)
    assert rows["thickness_recovery"]["value"] == pytest.approx(0.5, abs=0.05)
    assert rows["thickness_recovery"]["basis"] == "measured"
    assert rows["thickness_recovery"]["technique"] == "swelling"
    said = any("taken from its name" in remark for remark in rows["expansion_after_lithiation"]["remarks"])
    assert said is (told == "by names")


def test_replicates_of_a_state_are_gathered_by_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = pictures(tmp_path, "1_pristine", "2_pristine", "1_lithiated", "2_lithiated")
    assert main(["analyse", "swelling", *files, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["findings"]
    layers = {r["at"]["state"]: r for r in rows if r["quantity"] == "layer_thickness" and "specimen" not in r["at"]}
    assert {state: row["n"] for state, row in layers.items()} == {"pristine": 2, "lithiated": 2}
    assert not any("have no such number" in remark for row in layers.values() for remark in row["remarks"])
    (expansion,) = [r for r in rows if r["quantity"] == "expansion_after_lithiation"]
    assert expansion["value"] == pytest.approx(1.0, abs=0.04)


def test_names_that_tell_no_difference_tell_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = pictures(tmp_path, "1_pristine", "2_pristine")
    rows = found(capsys, "swelling", *files)
    assert "state" not in rows["layer_thickness"]["at"]
    assert "expansion_after_lithiation" not in rows


def test_as_many_words_as_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = pictures(tmp_path, "1_pristine", "1_lithiated", "1_delithiated")
    assert main(["analyse", "swelling", *files, "--set", "state=pristine,lithiated"]) == 2
    said = capsys.readouterr().err
    assert "2 words for 3 files" in said
    assert "one for each of the 3 files" in said


def test_indents_to_other_loads_are_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = [(t, 2 * h, 4 * p) for t, h, p in indent()]
    (tmp_path / "a.txt").write_bytes(fischerscope([indent(), deep]))
    spread = found(capsys, "indentation", str(tmp_path / "a.txt"))["peak_load_spread"]
    # 10 and 40 mN: their deviation is 15 √2 of a mean of 25
    assert spread["value"] == pytest.approx(15 * 2**0.5 / 25, rel=1e-3)
    assert spread["status"] == "warned"
    (tmp_path / "b.txt").write_bytes(fischerscope())
    assert found(capsys, "indentation", str(tmp_path / "b.txt"))["peak_load_spread"]["status"] == "ok"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("PI_pristine_01", "pristine"),
        ("PAID-after-lithiation", "lithiated"),
        ("PI_de-lithiated_2", "delithiated"),
        ("cellDelithiated", "delithiated"),
        ("nach_der_Lithiierung", "lithiated"),
        ("after first cycle 3", "delithiated"),
        ("pristine_vs_lithiated", None),
        ("IMG_0042", None),
        ("", None),
    ],
)
def test_states_in_names(name: str, state: str | None) -> None:
    assert state_in(name) == state
