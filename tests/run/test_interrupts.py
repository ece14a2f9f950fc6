"""A run that is interrupted or ended stops at once, says one line, and keeps nothing that was cut short."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

from byssus.compute.conformers import conformers
from byssus.compute.molecule import parse
from byssus.run.executors import Call, ProcessExecutor

if os.name != "posix":
    pytest.skip("signals as terminals send them", allow_module_level=True)

# Its 300 embeddings take minutes; RDKit takes an interrupt in them for itself.
LONG = "NC(=O)" + "c1ccc(cc1)C(=O)N" * 5 + "c1ccccc1"


@contextlib.contextmanager
def begun(store: Path, jobs: int) -> Iterator[subprocess.Popen[str]]:
    """The command, in the middle of its searches."""
    said = [sys.executable, "-m", "byssus", "bind", "--quick", "--jobs", str(jobs), "--pair", LONG, "O"]
    run = subprocess.Popen(
        said, env=os.environ | {"BYSSUS_ENERGIES": str(store)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    try:
        assert run.stderr is not None
        assert any(line.startswith("searching: 3 to do") for line in run.stderr)
        time.sleep(4.0 if jobs > 1 else 1.5)  # until the processes are there and embed
        yield run
    finally:
        run.kill()


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_in_a_search_stops_it_at_once(tmp_path: Path, jobs: int) -> None:
    """A terminal sends it to the run and to its processes alike."""
    with begun(tmp_path, jobs) as run:
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert out == ""
    assert [line for line in err.splitlines() if not line.startswith("searching")] == ["error: interrupted"]
    kept = [path for path in tmp_path.rglob("*.json") if LONG[:12] in path.read_text(encoding="utf-8")]
    assert kept == []


def test_a_run_that_is_ended_says_nothing_of_semaphores(tmp_path: Path) -> None:
    with begun(tmp_path, 2) as run:
        run.terminate()
        _, err = run.communicate(timeout=30)
    assert run.returncode == -signal.SIGTERM
    assert [line for line in err.splitlines() if not line.startswith("searching")] == []


def test_processes_are_ended_in_the_middle_of_their_work() -> None:
    processes = ProcessExecutor(2)
    started = time.monotonic()
    results = processes.map([Call(pow, {"base": 2, "exp": 2}), Call(signal.pause)])
    assert next(results) == (0, 4)
    processes.stop()
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("smiles", ["[He]", "[H-]", "[Mg+2]", "F[P-](F)(F)(F)(F)F"])
def test_rdkit_says_nothing_on_the_terminal(smiles: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Atoms that its force fields do not know, and a hydride that is kept."""
    assert conformers(parse(smiles), 0)
    assert capfd.readouterr() == ("", "")
