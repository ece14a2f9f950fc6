"""The commands: exit codes, what goes to stdout and what to stderr, and that bad input never gives a traceback."""

from __future__ import annotations

import importlib.util
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from byssus.analyse.technique import techniques
from byssus.cli import main
from byssus.rehearse.instrument import instruments
from byssus.report.schema import results_schema

_SPEC = importlib.util.spec_from_file_location("studies", Path(__file__).parent / "run" / "studies.py")
assert _SPEC is not None
assert _SPEC.loader is not None
studies = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(studies)

SIZE = ["--set", "width=10 mm", "thickness=0.1mm", "gauge_length=20 mm"]
CLAIMS = """
[[claim]]
binder = "X"
quantity = "first_lithiation_capacity"
value = "3537"
unit = "mAh/g"
[[claim]]
binder = "X"
quantity = "first_delithiation_capacity"
value = "2108"
unit = "mAh/g"
[[claim]]
binder = "X"
quantity = "initial_coulombic_efficiency"
value = "72"
unit = "%"
"""


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def called(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return called


def python(*words: object, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "byssus", *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **how)


def pull(path: Path, strength: float = 100.0) -> Path:
    path.write_text(studies.tensile_csv(strength), encoding="utf-8")
    return path


def value(document: dict[str, Any], quantity: str, **at: Any) -> Any:
    rows = [row for row in document["findings"] if row["quantity"] == quantity and row["at"] == at]
    assert len(rows) == 1
    return rows[0]["value"]


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from byssus.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'polars', 'pydantic', 'pint', 'rich', 'matplotlib', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    best = min(_timed("--help") for _ in range(3))
    assert best < 0.5


def _timed(*words: str) -> float:
    start = time.perf_counter()
    assert python(*words).returncode == 0
    return time.perf_counter() - start


def test_version() -> None:
    assert python("--version").stdout.startswith("byssus 0.")


def test_analyse_gives_the_truth(call: Callable[..., Any], tmp_path: Path) -> None:
    code, out, _ = call("analyse", "tensile", pull(tmp_path / "a.csv"), *SIZE, "--json")
    document = json.loads(out)
    assert code == 0
    jsonschema.validate(document, results_schema())
    assert value(document, "tensile_strength") == pytest.approx(100e6)
    assert value(document, "elongation_at_break") == pytest.approx(0.1)


def test_several_files_are_specimens_also_after_options(call: Callable[..., Any], tmp_path: Path) -> None:
    files = [pull(tmp_path / f"{name}.csv", s) for name, s in (("a", 100.0), ("b", 110.0), ("c", 120.0))]
    code, out, _ = call("analyse", "tensile", files[0], *SIZE, files[1], "--json", files[2])
    document = json.loads(out)
    assert code == 0
    assert value(document, "tensile_strength") == pytest.approx(110e6)
    assert value(document, "tensile_strength", specimen="b") == pytest.approx(110e6)
    code, out, _ = call("analyse", "tensile", *files, *SIZE)
    assert "Tensile strength" in out
    assert "110.0 ± 5.8" in out


def test_columns_are_mapped(call: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(studies.tensile_csv().replace("Force [N]", "Channel 7"), encoding="utf-8")
    code, out, _ = call("analyse", "tensile", path, *SIZE, "--columns", "force_n=Channel 7 [N]", "--json")
    assert code == 0
    assert value(json.loads(out), "tensile_strength") == pytest.approx(100e6)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyse", "tensil", "x.csv"], "Did you mean 'tensile'?"),
        (["analyse", "tensile"], "no file given"),
        (["analyse", "tensile", "x.csv", "--set", "widht=1 mm"], "Did you mean 'width'?"),
        (["analyse", "tensile", "x.csv", "--set", "width=-1 mm"], "greater than zero"),
        (["analyse", "tensile", "x.csv", "--set", "width=1e999 mm"], "beyond all numbers"),
        (["analyse", "cycling", "x.csv", "--set", "formation_cycles=1e999"], "beyond all numbers"),
        (["analyse", "tensile", "x.csv", "--set", "width=1 parsec/fortnight"], "converts to m"),
        (["analyse", "tensile", "x.csv", "--set", "width=10"], "with a unit"),
        (["analyse", "tensile", "x.csv", "--set", "width=10,5 mm"], "Write 10.5 mm."),
        (["analyse", "tensile", "x.csv", "--columns", "force=F"], "no column 'force'"),
        (["rnu", "x"], "Did you mean 'run'?"),
        (["run"], "STUDY"),
        (["run", "x", "--jobs", "0"], "whole number from 1"),
        (["run", "x", "--jbos", "2"], "--jbos"),
        (["schema", "nothing"], "nothing"),
    ],
)
def test_wrong_usage_is_2(call: Callable[..., Any], words: list[str], said: str) -> None:
    code, out, err = call(*words)
    assert code == 2
    assert out == ""
    assert said in err
    assert all(line.startswith("error: ") for line in err.splitlines())


def test_all_that_is_wrong_is_said_at_once(call: Callable[..., Any]) -> None:
    _, _, err = call("analyse", "tensile", "--set", "widht=1 mm", "thickness=0 mm")
    assert len(err.splitlines()) == 3


def test_unreadable_named_file_is_1(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    good = pull(tmp_path / "a.csv")
    code, out, err = call("analyse", "tensile", good, tmp_path / "empty.csv", tmp_path / "none.csv", *SIZE, "--json")
    assert code == 1
    document = json.loads(out)
    assert len(document["errors"]) == 2
    assert len(err.splitlines()) == 2
    assert value(document, "tensile_strength", specimen="a") == pytest.approx(100e6)


def test_unreadable_study_is_1_with_every_reason(call: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(studies.HEAD + '[[claim]]\nbinder = "Z"\nquantity = "?"\nvalue = "1"\n')
    for words in (["run", tmp_path, "--json"], ["check", tmp_path, "--json"]):
        code, out, err = call(*words)
        assert code == 1
        assert len(json.loads(out)["errors"]) >= 2
        assert len(err.splitlines()) >= 2
    code, out, err = call("run", tmp_path / "nowhere")
    assert (code, out) == (1, "")
    assert "nowhere" in err


def test_audit_of_claims(call: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(CLAIMS, encoding="utf-8")
    code, out, _ = call("audit", path)
    assert code == 0
    assert "disagrees: initial_coulombic_efficiency (X)" in out
    code, out, _ = call("audit", path, "--json")
    document = json.loads(out)
    jsonschema.validate(document, results_schema())
    row = next(row for row in document["audit"] if row["quantity"] == "initial_coulombic_efficiency")
    assert row["verdict"] == "disagrees"
    # 2107.5/3537.5 and 2108.5/3536.5, in percent
    assert row["recomputed"] == pytest.approx([59.576, 59.621], abs=0.002)


def test_two_binders_are_compared(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, studies.OTHER, strengths=(100.0, 104.0))
    (folder / "raw" / "other").mkdir()
    for k, strength in enumerate((150.0, 153.0, 156.0), 1):
        pull(folder / "raw" / "other" / f"b{k}.csv", strength)
    code, out, err = call("compare", folder, "A", "B", "--json")
    assert code == 0
    assert "analyse" in err
    document = json.loads(out)
    jsonschema.validate(document, results_schema())
    rows = document["provenance"]["comparison"]["rows"]
    assert [(f["quantity"], f["basis"], f["at"]["minus"]) for f in document["findings"]] == [
        (r["quantity"], r["basis"], r["a"]) for r in rows
    ]
    found, row = next(
        (f, r) for f, r in zip(document["findings"], rows, strict=True)
        if f["quantity"] == "tensile_strength" and f["basis"] == "measured"
    )  # fmt: skip
    # strips of 1 mm2: 153 N less 102 N; u^2 = 2^2 + 3^2/3 = 7 MPa2
    assert found["value"] == pytest.approx(51e6)
    assert found["standard_uncertainty"] == pytest.approx(7**0.5 * 1e6)
    assert row["n"] == [2, 3]
    assert row["degrees"] == pytest.approx(49 / (16 / 1 + 9 / 2))
    code, out, err = call("compare", folder, "B", "A", "--quantity", "tensile_strength")
    assert (code, "analyse" in err) == (0, False)  # the run was fresh
    assert "A less B" in out
    assert "-51.0 ± 2.6" in out
    assert "Young" not in out


def test_comparing_what_is_not_there(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.REHEARSED)
    for words, said in (
        (("A", "C"), "no binder 'C'"),
        (("A", "A"), "compared with itself"),
        (("A",), "required: B"),
    ):
        code, _, err = call("compare", folder, *words)
        assert code == 2
        assert said in err
    assert not (folder / "out").exists()
    code, _, err = call("compare", folder, "A", "B", "--quantity", "tensile_strenght")
    assert code == 2
    assert "Did you mean 'tensile_strength'?" in err
    code, out, _ = call("compare", folder, "A", "B", "--quantity", "porosity")
    assert code == 0
    assert "Nothing to compare" in out
    assert call("compare", tmp_path / "nowhere", "A", "B")[0] == 1


def test_schemas(call: Callable[..., Any]) -> None:
    for which in ("study", "results"):
        code, out, _ = call("schema", which)
        assert code == 0
        jsonschema.Draft202012Validator.check_schema(json.loads(out))


def test_new_study_checks_and_runs(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert call("new", folder)[0] == 0
    code, out, _ = call("check", folder, "--json")
    assert code == 0
    assert json.loads(out)["provenance"]["missing"] == []
    code, out, err = call("run", folder)
    assert code == 0
    assert out.rstrip().endswith("report.html")
    assert "analyse 1/" in err
    assert "\x1b" not in err
    code, out, _ = call("run", folder, "--json")
    results = json.loads(out)
    jsonschema.validate(results, results_schema())
    assert results["provenance"]["missing"] == results["errors"] == []
    rehearsed = {(row["binder"], row["technique"]) for row in results["findings"] if row["basis"] == "rehearsed"}
    assert rehearsed == {(binder, name) for binder in ("Example A", "Example B") for name in instruments()}
    assert {row["status"] for row in results["findings"]} <= {"ok", "warned", "not_identifiable"}
    assert call("new", folder)[0] == 1
    assert call("rehearse", folder, "--out", tmp_path / "files")[0] == 0


def test_check_says_what_a_study_lacks_and_would_need(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    code, out, _ = call("check", folder)
    assert code == 0
    assert re.search(r"^  tensile +1 file +–$", out, re.M)
    assert re.search(r"^  peel: .*force_n, displacement_m.*width", out, re.M)
    assert "  tensile: B 2" in out  # its strength and elongation are printed
    rows = {
        r["technique"]: r for r in json.loads(call("check", folder, "--json")[1])["provenance"]["study"]["techniques"]
    }
    assert set(rows) == set(techniques())
    assert rows["tensile"]["binders"] == ["A"]
    assert "width" in rows["peel"]["parameters"]


def test_everything_that_is_analysed_can_be_rehearsed_so_that_a_new_study_has_it() -> None:
    assert set(instruments()) == set(techniques())


def test_reader_that_leaves_early_is_no_fault(tmp_path: Path) -> None:
    path = pull(tmp_path / "a.csv")
    command = f"{sys.executable} -m byssus analyse tensile {path} --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


def test_interrupt_is_130(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.REHEARSED)
    command = [sys.executable, "-m", "byssus", "run", str(folder), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "error: interrupted"


def test_internal_fault_is_3(call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_which: str) -> int:
        raise KeyError("lost")

    monkeypatch.setattr("byssus.run.commands.schema", broken)
    monkeypatch.delenv("BYSSUS_DEBUG", raising=False)
    code, _, err = call("schema")
    assert code == 3
    assert err.startswith("error: internal fault: KeyError")
    assert len(err.splitlines()) == 1


def test_manifest_cycler(call: Callable[..., Any], shared_data: Path) -> None:
    """The tester's own capacities (BTSDA export), in mAh: 0.10059, 0.06099, 0.03309 and cycle 6 0.00620."""
    code, out, _ = call("analyse", "cycling", shared_data / "cycler_neware" / "fastnda_test_2.ndax", "--json")
    assert code == 0
    document = json.loads(out)
    for cycle, expected in ((1, 0.10059), (2, 0.06099), (3, 0.03309), (6, 0.00620)):
        assert value(document, "discharge_capacity", cycle=cycle) / 3.6 == pytest.approx(expected, abs=6e-6)


def test_a_raw_file_is_not_taken_for_a_study(call: Callable[..., Any], tmp_path: Path) -> None:
    for command in ("run", "check", "audit"):
        code, _, err = call(command, pull(tmp_path / "a.csv"))
        assert code == 1
        assert "a.csv: not a study" in err
        assert "byssus analyse" in err


def test_check_says_a_thing_once_on_a_terminal(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, err = call("check", tmp_path)
    assert out.count("no study.toml") == err.count("no study.toml") == 1
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    _, out, err = call("check", tmp_path)
    assert (out.count("no study.toml"), err) == (1, "")
