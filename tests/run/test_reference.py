"""A binder's spectra compared with another binder's: a study's ``reference``, and ``--reference``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byssus.cli import main
from byssus.errors import StudyError
from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, run_study

X = np.arange(600.0, 3800.0, 2.0)
BACKBONE = ((1500.0, 14.0, 0.4), (1720.0, 24.0, 0.6), (910.0, 16.0, 0.1))
CAGE = (1080.0, 40.0, 0.12)
HEAD = """
title = "Films"
[[binder]]
name = "PI"
[[binder]]
name = "PI-P"
"""
PLAIN = '[[measurement]]\nbinder = "PI"\ntechnique = "ftir"\nfiles = ["raw/PI.csv"]\n'
LINKED = '[[measurement]]\nbinder = "PI-P"\ntechnique = "{technique}"\nfiles = ["raw/PI-P.csv"]\nreference = "{of}"\n'


def spectrum(seed: int, *bands: tuple[float, float, float], thickness: float = 1.0) -> str:
    """A table as spectrometers export it: wavenumbers falling, absorbance with noise."""
    y = thickness * sum(h / (1 + ((X - p) / (w / 2)) ** 2) for p, w, h in bands)
    y = y + 3e-4 * np.random.default_rng(seed).standard_normal(len(X))
    rows = [f"{a:.2f},{b:.6f}" for a, b in zip(X[::-1], y[::-1], strict=True)]
    return "\n".join(["cm-1,A", *rows]) + "\n"


def study(folder: Path, *, technique: str = "ftir", of: str = "PI", plain: str = PLAIN) -> Path:
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "PI.csv").write_text(spectrum(1, *BACKBONE), encoding="utf-8")
    linked = (*BACKBONE[:2], CAGE)  # the oxirane's band is gone, the cage's has come, in a thicker film
    (folder / "raw" / "PI-P.csv").write_text(spectrum(2, *linked, thickness=1.4), encoding="utf-8")
    text = HEAD + plain + LINKED.format(technique=technique, of=of)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path) -> tuple[dict[str, Any], Any]:
    with Progress() as progress:
        outcome = run_study(load(folder), Options(folder / "out", jobs=1), progress)
    return json.loads(outcome.results.read_text(encoding="utf-8")), outcome


def changed(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Changes of height by their kind."""
    rows = [row for row in found["findings"] if row["quantity"] == "band_height_change"]
    assert {row["binder"] for row in rows} <= {"PI-P"}
    return {row["at"].get("change", ""): row for row in rows}


def test_two_binders_are_compared(tmp_path: Path) -> None:
    found, _ = run(study(tmp_path / "s"))
    changes = changed(found)
    assert set(changes) == {"gained", "lost"}
    # heights on the scale of the thicker film: 1.4 times what the bands were given
    assert changes["gained"]["value"] == pytest.approx(1.4 * 0.12, rel=0.05)
    assert changes["lost"]["value"] == pytest.approx(-1.4 * 0.1, rel=0.05)
    assert {change["at"]["reference"] for change in changes.values()} == {"PI"}
    assert [source["path"] for source in changes["gained"]["inputs"]] == ["raw/PI.csv", "raw/PI-P.csv"]
    assert "of PI," in changes["gained"]["method"]
    # the reference's own bands are told of its own binder alone
    assert len([r for r in found["findings"] if r["quantity"] == "band_ratio" and r["binder"] == "PI-P"]) <= 1
    assert (tmp_path / "s" / "out" / "figures").is_dir()
    assert any("comparison" in path.name for path in (tmp_path / "s" / "out" / "figures").iterdir())


def test_a_new_reference_file_redoes_the_comparison(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    run(folder)
    (folder / "raw" / "PI.csv").write_text(spectrum(3, *BACKBONE[:2], CAGE), encoding="utf-8")
    found, outcome = run(folder)
    assert outcome.redone["analyse"] == 2
    assert set(changed(found)) == {""}


def test_every_film_of_the_reference_counts(tmp_path: Path) -> None:
    folder = study(tmp_path / "s", plain=PLAIN.replace('"raw/PI.csv"', '"raw/PI.csv", "raw/PI_*.csv"'))
    for seed in (11, 12):
        (folder / "raw" / f"PI_{seed}.csv").write_text(spectrum(seed, *BACKBONE), encoding="utf-8")
    (folder / "raw" / "PI_copy.csv").write_bytes((folder / "raw" / "PI_11.csv").read_bytes())
    found, _ = run(folder)
    (lost,) = [row for row in changed(found).values() if row["at"]["change"] == "lost"]
    films = [source["path"] for source in lost["inputs"]]
    assert films == ["raw/PI.csv", "raw/PI_11.csv", "raw/PI_12.csv", "raw/PI-P.csv"]  # a copy is no film
    assert "the mean of 3 films of PI" in lost["method"]
    (folder / "raw" / "PI_12.csv").write_text(spectrum(13, *BACKBONE[:2], CAGE), encoding="utf-8")
    _, outcome = run(folder)
    assert outcome.redone["analyse"] == 2  # the film, and what is compared with it


def test_films_without_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study(tmp_path / "s") / "raw"
    (folder / "PI_2.csv").write_text(spectrum(11, *BACKBONE), encoding="utf-8")
    films = [word for name in ("PI.csv", "PI_2.csv") for word in ("--reference", str(folder / name))]
    assert main(["analyse", "ftir", str(folder / "PI-P.csv"), *films, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    rows = [row for row in found if row["quantity"] == "band_height_change"]
    assert {row["at"]["change"] for row in rows} == {"gained", "lost"}
    assert {row["at"]["reference"] for row in rows} == {"PI"}
    assert all("the mean of 2 films of PI" in row["method"] for row in rows)


def test_a_reference_that_is_not_there_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study(tmp_path / "s", plain="")
    found, _ = run(folder)
    assert [row["what"] for row in found["provenance"]["missing"]] == ["no file of PI to compare with"]
    assert main(["check", str(folder)]) == 0
    assert "no ftir of PI" in capsys.readouterr().out


@pytest.mark.parametrize(("of", "said"), [("PIP", "unknown binder"), ("PI-P", "compared with itself")])
def test_a_reference_that_cannot_be_is_refused(of: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        load(study(tmp_path / "s", of=of))
    (problem,) = caught.value.problems
    assert said in f"{problem.what}"
    assert problem.where == "measurement[2].reference"


def test_a_technique_that_compares_nothing_says_so(tmp_path: Path) -> None:
    found, _ = run(study(tmp_path / "s", technique="gpc"))
    (error,) = [e for e in found["errors"] if e["what"] == "this technique compares nothing"]
    assert error["expected"] == "ftir"


def test_without_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study(tmp_path / "s") / "raw"
    assert main(["analyse", "ftir", str(folder / "PI-P.csv"), "--reference", str(folder / "PI.csv"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    kinds = {row["at"]["change"] for row in found["findings"] if row["quantity"] == "band_height_change"}
    assert kinds == {"gained", "lost"}


def test_a_reference_that_cannot_be_read_is_told_with_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = study(tmp_path / "s") / "raw"
    assert main(["analyse", "ftir", str(folder / "PI-P.csv"), "--reference", str(folder / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
    assert main(["analyse", "gpc", str(folder / "PI-P.csv"), "--reference", str(folder / "PI.csv")]) == 2
    assert "gpc compares no files" in capsys.readouterr().err


def test_a_file_without_headings_is_told_in_the_technique_s_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("".join(f"{4000 - 2 * k}\t0.01{k % 10}\n" for k in range(200)), encoding="utf-8")
    assert main(["analyse", "ftir", str(path)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert 'columns = { wavenumber_per_m = "column 1" }' in said
    assert "absorbance, transmittance_1" in said
    assert "voltage_v" not in said
