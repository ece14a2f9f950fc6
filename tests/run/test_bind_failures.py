"""`byssus bind` on bad molecules, a full disk, killed processes and too little memory: one message, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")
pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

import byssus.run.jobs as jobs
from byssus.cli import main
from byssus.compute.jobs import declare_point, point_job
from byssus.compute.molecule import Geometry
from byssus.compute.single_point import Method

PAIR = ("bind", "--pair", "[Li+]", "O")
QUICK, SMALL = (*PAIR, "--quick", "--jobs", "1"), (*PAIR, "--basis", "sto-3g", "--jobs", "2")
# Put on the path of every process of a command: at the third field of an SCF it kills, as WHOM says, and only once.
KILLER = """
import importlib.abc, importlib.util, os, signal, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "pyscf.dft.rks":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            plain, count = module.RKS.get_veff, [0]
            def get_veff(field, mol=None, *args, **more):
                count[0] += (mol or field.mol).natm == 4
                if count[0] == 3:
                    strike()
                return plain(field, mol, *args, **more)
            module.RKS.get_veff = get_veff
        spec.loader.exec_module = exec_module
        return spec

def strike():
    whom = os.environ["WHOM"]
    if whom != "always":
        try:
            os.close(os.open(os.environ["STRUCK"], os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
    if whom == "both":
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)

sys.meta_path.insert(0, Finder())
"""
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command in processes of its own; ``whom`` is killed in the middle of an SCF, ``store`` keeps the jobs."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(KILLER, encoding="utf-8")

    def run(*words: str, store: str = "store", whom: str = "") -> subprocess.CompletedProcess[str]:
        more = {"BYSSUS_ENERGIES": str(tmp_path / store), "WHOM": whom, "STRUCK": str(tmp_path / "struck")}
        more |= {"PYTHONPATH": str(tmp_path / "path")} if whom else {}
        said = [sys.executable, "-m", "byssus", *words]
        done = subprocess.run(said, env=os.environ | more, capture_output=True, text=True, timeout=600, check=False)
        assert "Traceback" not in done.stderr
        return done

    return run


def energies(done: subprocess.CompletedProcess[str]) -> dict[str, float]:
    document = json.loads(done.stdout)
    return {
        f["quantity"]: f["value"] for f in document["findings"] if f["quantity"] != "binding_energy_with_dispersion"
    }


def files(store: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in store.glob("*/*.json")}


def test_a_kill_of_everything_in_an_scf_loses_only_that(command: Command, tmp_path: Path) -> None:
    whole = command(*SMALL, "--json", store="other")
    assert whole.returncode == 0
    assert command(*SMALL, whom="both").returncode == -signal.SIGKILL
    assert (tmp_path / "struck").exists()
    before = files(tmp_path / "store")
    assert 3 <= len(before) < len(files(tmp_path / "other"))
    again = command(*SMALL, "--json", whom="both")
    assert again.returncode == 0
    assert energies(again) == pytest.approx(energies(whole), rel=1e-9)
    after = files(tmp_path / "store")
    assert after.keys() == files(tmp_path / "other").keys()
    assert {name: after[name] for name in before} == before  # what was finished has not been computed again
    assert not list((tmp_path / "store").rglob("*.tmp"))


def test_a_killed_child_is_done_again_by_the_same_run(command: Command, tmp_path: Path) -> None:
    done = command(*SMALL, "--json", whom="child")
    assert (tmp_path / "struck").exists()
    assert done.returncode == 0
    assert "error" not in done.stderr
    assert energies(done)["binding_energy"] < 0


def test_a_child_that_always_dies_is_one_message(command: Command, tmp_path: Path) -> None:
    done = command(*SMALL, whom="always")
    assert done.returncode == 1
    (line,) = [row for row in done.stderr.splitlines() if row.startswith("error")]
    assert "died" in line
    assert "--memory" in line
    assert len(files(tmp_path / "store")) == 5  # three searches and the points of the two parts


def test_two_processes_never_do_a_job_twice(tmp_path: Path) -> None:
    said = [sys.executable, "-m", "byssus", *QUICK, "--json"]
    env = os.environ | {"BYSSUS_ENERGIES": str(tmp_path)}
    both = [subprocess.Popen(said, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    documents = [json.loads(one.communicate(timeout=300)[0]) for one in both]
    assert documents[0]["findings"] == documents[1]["findings"]
    origins = [one["provenance"]["contacts"][0]["origins"] for one in documents]
    assert sum(one.get("computed", 0) for one in origins) == len(files(tmp_path))
    assert all(sum(one.values()) == len(files(tmp_path)) for one in origins)


def test_a_disk_that_fills_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each time there is room for one more result: each run gets one further, says what is wrong, and loses nothing."""
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path))
    plain, room = os.fsync, [0]

    def fsync(handle: int) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(28, "No space left on device")
        plain(handle)

    monkeypatch.setattr(jobs.os, "fsync", fsync)
    for kept in range(20):
        room[0] = 1
        before = files(tmp_path)
        assert len(before) == kept
        code = main(list(QUICK))
        out, err = capsys.readouterr()
        after = files(tmp_path)
        assert {name: after[name] for name in before} == before
        assert not list(tmp_path.rglob("*.tmp"))
        if code == 0:
            break
        (line,) = [row for row in err.splitlines() if row.startswith("error")]
        assert "No space left on device" in line
        assert "What was finished is kept" in line
        assert out == ""
    assert code == 0
    assert kept + 1 == len(files(tmp_path)) == 8  # three searches, three points, two parts


def test_no_room_for_temporary_files_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path))

    def full(*_words: Any, **_more: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    assert main([*PAIR, "--basis", "sto-3g", "--jobs", "1"]) == 1
    line, *_ = [row for row in capsys.readouterr().err.splitlines() if row.startswith("error")]
    assert "TMPDIR" in line
    assert "internal" not in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pair", "[CH3]", "O"), "a radical"),
        (("--pair", "C1CC", "O"), "not a molecule in SMILES notation"),
        (("--pair", "C(C)(C)(C)(C)C", "O"), "not a molecule in SMILES notation"),
        (("--pair", "[Li+].[F-]", "O"), "several molecules"),
        (("--pair", "[H+]", "O"), "without electrons"),
        (("--pair", "[Og]", "O"), "an element beyond"),
        (("--reactant", "C1OC1", "--reactant", "O", "--product", "[O]CCO"), "a radical"),
        (("--reactant", "C1OC1", "--reactant", "O", "--product", "CCO"), "not the atoms of its reactants"),
        (("--reactant", "[Li]C", "--reactant", "C", "--product", "[Li+]"), "not the atoms of its reactants"),
        (("--reactant", "C[O-]", "--reactant", "[H][H]", "--product", "C[OH2+]"), "not the charge of its reactants"),
    ],
)
def test_a_bad_molecule_is_one_message_and_starts_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path))
    assert main(["bind", *words, "--quick"]) == 1
    out, err = capsys.readouterr()
    (line,) = [row for row in err.splitlines() if row]
    assert line.startswith("error")
    assert said in line
    assert out == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "ghosts", "said"),
    [
        ({"charge": 1}, (), "charge and multiplicity do not fit"),
        ({"multiplicity": 3, "charge": 1}, (), "charge and multiplicity do not fit"),
        ({"positions_bohr": [[0, 0, 0], [0, 0, 0.5], [0, 1.8, 0]]}, (), "two atoms clash"),
        ({"positions_bohr": [[0, 0, 0], [0, 0, 0.5], [0, 1.8, 0]], "charge": 1}, (1,), "two atoms clash"),
    ],
)
def test_a_job_that_cannot_be_says_why(change: dict[str, Any], ghosts: tuple[int, ...], said: str) -> None:
    water = {
        "numbers": [8, 1, 1],
        "positions_bohr": [[0, 0, 0], [0, 0, 1.8], [0, 1.8, 0]],
        "charge": 0,
        "multiplicity": 1,
    }
    geometry = Geometry.from_json(water | change)
    (problem,) = point_job(declare_point(geometry, Method(), ghosts), 1000.0, "pyscf")["problems"]
    assert problem["what"] == said


def test_too_little_memory_is_refused_with_what_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path))
    assert main([*PAIR, "--memory", "0.1", "--jobs", "1"]) == 1
    (line,) = {row for row in capsys.readouterr().err.splitlines() if row.startswith("error")}
    assert "100 MB for one process" in line
    assert "--memory" in line
    assert "internal" not in line


PEAK = """
from pathlib import Path
from byssus.compute.conformers import conformers
from byssus.compute.molecule import parse
from byssus.compute.single_point import single_point
single_point(conformers(parse("Nc1ccccc1"), 0, 1)[0], memory_mb=300.0, grids=(2,))
(peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(float(peak.split()[1]) / 1024)  # kB: of this program alone, where getrusage counts the one that started it
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is told in other units elsewhere")
def test_the_memory_given_is_kept() -> None:
    """Aniline takes 560 MB where it may."""
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True, timeout=300)
    assert float(done.stdout) < 330


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["s", "--ship"], "--recompute"), (["--pair", "O", "O", "--memory", "x"], "gigabytes"),
        (["--pair", "O", "O", "--memory", "0"], "gigabytes"),
        (["--pair", "O", "O", "--seed=-3"], "whole number from 0"),
        (["--pair", "O", "O", "--quick", "--basis", "def2-svp"], "--quick has neither functional nor basis"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bind", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_study_without_contacts_says_what_one_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.toml").write_text('title = "Bare"\n[[binder]]\nname = "B"\n', encoding="utf-8")
    assert main(["bind", str(tmp_path), "--quick"]) == 0
    assert "[[contact]]" in capsys.readouterr().out
