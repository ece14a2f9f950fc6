"""Several files of one specimen, and one test in two files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from byssus.cli import main
from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, run_study

HEAD = """
title = "Cells"
[[binder]]
name = "A"
[electrode]
cell = "half"
"""


def cycler_csv(first_cycle: int, cycles: int, amount: float = 1.0, offset: float = 0.0) -> str:
    """A cell that takes up 2 mAh and gives back ``amount`` mAh in each cycle, at 1 mA, a row every 3 minutes."""
    rows, clock = ["Test Time / s,Voltage / V,Current / A,Cycle Count / 1"], 0.0
    for cycle in range(first_cycle, first_cycle + cycles):
        for current, hours, begin, end in ((-1e-3, 2.0, 0.9, 0.01), (1e-3, amount, 0.1, 1.0)):
            points = round(20 * hours)
            for k in range(points + 1):
                volts = begin + (end - begin) * k / points
                rows.append(f"{clock + 180.0 * k:.1f},{volts + offset + 1e-4 * cycle:.6f},{current},{cycle}")
            clock += 180.0 * points + 1.0
    return "\n".join(rows) + "\n"


def study(folder: Path, measurement: str, **files: str) -> Path:
    (folder / "raw").mkdir(parents=True)
    for name, text in files.items():
        (folder / "raw" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "study.toml").write_text(HEAD + measurement, encoding="utf-8")
    return folder


def results(folder: Path) -> dict:
    with Progress() as progress:
        outcome = run_study(load(folder), Options(folder / "out", jobs=1), progress)
    return json.loads(outcome.results.read_text(encoding="utf-8"))


def count(found: dict) -> list[dict]:
    return [row for row in found["findings"] if row["quantity"] == "cycle_count"]


JOINED = """
[[measurement]]
binder = "A"
technique = "cycling"
files = ["raw/formation.csv", "raw/aging_*.csv"]
one_specimen = true
"""


def test_formation_and_cycling_are_one_cell(tmp_path: Path) -> None:
    texts = {
        "formation": cycler_csv(1, 2),
        "aging_10": cycler_csv(1, 4, offset=0.011),
        "aging_2": cycler_csv(1, 3, offset=0.017),
    }
    found = results(study(tmp_path / "s", JOINED, **texts))
    (row,) = count(found)
    assert row["value"] == 9
    paths = [Path(source["path"]).name for source in row["inputs"]]
    assert paths == ["formation.csv", "aging_2.csv", "aging_10.csv"]  # as given, and 2 before 10
    assert len(found["provenance"]["files"]) == 3


def test_a_technique_that_joins_nothing_says_so(tmp_path: Path) -> None:
    wrong = JOINED.replace("cycling", "tensile")
    found = results(study(tmp_path / "s", wrong, formation=cycler_csv(1, 1)))
    (error,) = found["errors"]
    assert "does not join" in error["what"]


def test_one_bad_part_is_named(tmp_path: Path) -> None:
    found = results(study(tmp_path / "s", JOINED, formation=cycler_csv(1, 2), aging_1="nothing\n"))
    assert [Path(error["where"]).name for error in found["errors"]] == ["aging_1.csv"]


def test_one_test_in_two_formats_is_one_cell(tmp_path: Path, shared_data: Path) -> None:
    folder = study(tmp_path / "s", JOINED.replace("one_specimen = true\n", "").replace("raw/aging_*.csv", "raw/*"))
    for name in ("cycler_arbin_res/navani_arbin_example.res", "cycler_bdf/datalab_arbin_example.bdf.csv"):
        (folder / "raw" / Path(name).name).write_bytes((shared_data / name).read_bytes())
    rows = [row for row in count(results(folder)) if "specimen" not in row["at"]]
    assert [row["n"] for row in rows] == [1]
    assert any("same test" in remark for remark in rows[0]["remarks"])


def test_a_copy_taken_while_the_test_ran_counts_once_and_the_longer_is_kept(tmp_path: Path) -> None:
    apart = JOINED.replace("one_specimen = true\n", "")
    for measurement in (JOINED, apart):
        folder = study(
            tmp_path / str(len(measurement)), measurement, formation=cycler_csv(1, 3), aging_1=cycler_csv(1, 8)
        )
        rows = [row for row in count(results(folder)) if "specimen" not in row["at"]]
        assert [row["value"] for row in rows] == [8]
        assert rows[0]["status"] == "warned"


def test_two_cells_of_one_schedule_stay_two(tmp_path: Path) -> None:
    files = {"one": cycler_csv(1, 3), "two": cycler_csv(1, 3, amount=0.95)}
    found = results(
        study(tmp_path / "s", JOINED.replace("one_specimen = true\n", "").replace("formation", "*"), **files)
    )
    (row,) = [row for row in count(found) if "specimen" not in row["at"]]
    assert row["n"] == 2


def test_analyse_joins_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, cycles in (("a.csv", 2), ("b.csv", 3)):
        (tmp_path / name).write_text(cycler_csv(1, cycles, offset=0.01 * cycles), encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert main(["analyse", "cycling", *files, "--one-specimen", "--json"]) == 0
    (row,) = count(json.loads(capsys.readouterr().out))
    assert row["value"] == 5
    assert main(["analyse", "tensile", *files, "--one-specimen"]) == 2
    assert "does not join" in capsys.readouterr().err
