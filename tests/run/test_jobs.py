"""The store of long jobs: kept whole, once, in their versions; shipped ones count in any."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import byssus.run.bench as bench
import byssus.run.jobs as jobs
from byssus.errors import StoreError
from byssus.run.executors import InlineExecutor
from byssus.run.jobs import Job, JobStore, copy_jobs
from byssus.run.progress import Progress

JOB = Job("search", {"smiles": ["NC=O"], "seed": 0}, "search NC=O")


def test_what_is_put_is_got(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    assert store.get(JOB) is None
    store.put(JOB, {"candidates": [1.5]})
    kept = store.get(JOB)
    assert kept is not None
    assert (kept.result, kept.origin) == ({"candidates": [1.5]}, "stored")


def test_another_declaration_is_another_job(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    store.put(JOB, {"candidates": []})
    assert store.get(Job("search", {"smiles": ["NC=O"], "seed": 1})) is None


def test_other_versions_are_computed_again_but_shipped_ones_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    JobStore(tmp_path / "old").put(JOB, {"candidates": [2]})
    assert copy_jobs(tmp_path / "old", tmp_path / "shipped") == 1
    monkeypatch.setattr(jobs, "versions_of", lambda _kind: {"rdkit": "0.0"})
    assert JobStore(tmp_path / "old").get(JOB) is None
    kept = JobStore(tmp_path / "new", (tmp_path / "shipped",)).get(JOB)
    assert kept is not None
    assert (kept.result, kept.origin) == ({"candidates": [2]}, "shipped")
    assert kept.versions != {"rdkit": "0.0"}


@pytest.mark.parametrize("damage", [lambda text: text[:-20], lambda text: text.replace("1.5", "1.6"), lambda _: ""])
def test_a_damaged_file_is_none(tmp_path: Path, damage: Any) -> None:
    store = JobStore(tmp_path)
    store.put(JOB, {"candidates": [1.5]})
    path = store.path(JOB)
    path.write_text(damage(path.read_text()))
    assert store.get(JOB) is None


def test_a_damaged_file_is_not_shipped_and_stops_nothing(tmp_path: Path) -> None:
    store, other = JobStore(tmp_path / "own"), Job("search", {"smiles": ["O"], "seed": 0})
    store.put(JOB, {"candidates": [1.5]})
    store.put(other, {"candidates": []})
    store.path(JOB).write_text(store.path(JOB).read_text()[:-20])
    assert copy_jobs(tmp_path / "own", tmp_path / "shipped") == 1
    (shipped,) = (tmp_path / "shipped").iterdir()
    assert shipped.name == f"search-{other.identity[:16]}.json"


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = JobStore(tmp_path)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        store.put(JOB, {"candidates": []})
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_job_is_held_by_one_process(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    with store.doing(JOB) as mine, store.doing(JOB) as theirs:
        assert (mine, theirs) == (True, False)
    with store.doing(JOB) as again:
        assert again


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_more_jobs_than_files_may_be_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    done = computed(monkeypatch)
    many = [Job("search", {"n": n}) for n in range(700)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))  # as macOS has it
    try:
        found = desk(tmp_path).do("searching", [*many, *many])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert sorted(done) == list(range(700))
    assert set(found) == {job.identity for job in many}


def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the jobs that are done, as they are."""
    done: list[int] = []
    monkeypatch.setattr(bench, "search_job", lambda declaration: done.append(declaration["n"]) or {"candidates": []})
    monkeypatch.setattr(Job, "cost", 1.0)
    return done


def desk(folder: Path, said: list[str] | None = None) -> bench.Bench:
    progress = Progress(quiet=True)
    progress.say = (said if said is not None else []).append  # type: ignore[method-assign]
    return bench.Bench(JobStore(folder), lambda _calls: InlineExecutor(), progress, processes=2)


def test_what_another_process_leaves_undone_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds three jobs of five, finishes one and dies: one wait, and the other two are not waited for."""
    done, said, jobs_ = computed(monkeypatch), [], [Job("search", {"n": n}, f"job {n}") for n in range(5)]
    other = JobStore(tmp_path)
    with contextlib.ExitStack() as held:
        for job in jobs_[:3]:
            assert held.enter_context(other.doing(job))
        after = threading.Timer(1.0, lambda: (other.put(jobs_[1], {"candidates": [7]}), held.pop_all().close()))
        after.start()
        found = desk(tmp_path, said).do("searching", jobs_)
        after.join()
    assert sorted(done) == [0, 2, 3, 4]
    assert done[:2] == [3, 4]
    assert found[jobs_[1].identity].result == {"candidates": [7]}
    assert set(found) == {job.identity for job in jobs_}
    assert len([line for line in said if line.startswith("waiting for another process")]) == 1


def _hold_and_die(folder: str, ready: Any) -> None:
    lock = JobStore(Path(folder)).doing(JOB)
    lock.__enter__()
    ready.set()
    os._exit(9)  # as a kill in the middle of a computation


def test_a_killed_process_leaves_its_job_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_hold_and_die, args=(str(tmp_path), ready))
    process.start()
    assert ready.wait(60)
    process.join(60)
    with JobStore(tmp_path).doing(JOB, wait_s=5.0) as free:
        assert free


def test_the_file_says_what_it_rests_on(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    store.put(JOB, {"candidates": []})
    body = json.loads(store.path(JOB).read_text())
    assert body["declaration"] == dict(JOB.declaration)
    assert set(body["versions"]) == {"rdkit", "tblite"}
