"""All executors give the same results; a dead worker costs one step, not the run."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from timeit import timeit

import pytest

from byssus.errors import ByssusError
from byssus.run.executors import CONNECT_S, Call, DaskExecutor, InlineExecutor, ProcessExecutor, choose
from byssus.run.store import code_version

CALLS = [Call(pow, {"base": k, "exp": 2}) for k in range(5)]


def test_inline_and_processes_agree() -> None:
    processes = ProcessExecutor(2)
    try:
        assert dict(processes.map(CALLS)) == dict(InlineExecutor().map(CALLS)) == {k: k * k for k in range(5)}
        # a worker that dies in one step costs that step alone
        calls = [*CALLS, Call(os._exit, {"status": 3}, lost=lambda reason: reason)]
        results = dict(processes.map(calls))
        assert results.pop(5).startswith("the process that did this step died")
        assert results == {k: k * k for k in range(5)}
        with pytest.raises(ByssusError, match="died"):
            dict(processes.map([Call(os._exit, {"status": 3}, "bad")]))
        # one thread a worker
        names = [Call(os.getenv, {"key": "POLARS_MAX_THREADS"}), Call(os.getenv, {"key": "OMP_NUM_THREADS"})]
        assert dict(processes.map(names)) == {0: "1", 1: "1"}
    finally:
        processes.close()


def test_what_comes_after_a_death_is_not_done_one_by_one() -> None:
    """Only what was under way is a suspect and gets a process of its own: two each of two workers."""
    processes = ProcessExecutor(2)
    calls = [Call(os._exit, {"status": 3}, lost=lambda _: -1), *[Call(os.getpid)] * 40]
    try:
        results = dict(processes.map(calls))
        assert set(results) == set(range(41))
        assert results.pop(0) == -1
        assert len(set(results.values())) <= 2 + 3 + 2  # before the death, suspects, after it
        # a worker that was killed between two stretches costs nothing
        worker = next(iter(processes.map([Call(os.getpid)])))[1]
        os.kill(worker, signal.SIGKILL)
        assert dict(processes.map(CALLS)) == {k: k * k for k in range(5)}
    finally:
        processes.close()


def test_an_interrupt_does_not_wait_for_what_is_under_way() -> None:
    calls = [Call(timeit, {"setup": "import time", "stmt": f"time.sleep({s})", "number": 1}) for s in (0, 60, 60, 60)]
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), choose(2, None) as executor:
        _interrupted(executor(calls).map(calls))
    assert time.monotonic() - started < 40.0


def _interrupted(results: Iterator[object]) -> None:
    next(results)
    raise KeyboardInterrupt


def test_few_cheap_steps_stay_here() -> None:
    dear = [Call(pow, {"base": 2, "exp": 2}, cost_s=5.0)] * 2
    with choose(None, None) as executor:
        assert isinstance(executor(CALLS), InlineExecutor)
    with choose(1, None) as executor:
        assert isinstance(executor(dear), InlineExecutor)
    with choose(2, None) as executor:
        assert isinstance(executor(dear), ProcessExecutor)
        assert isinstance(executor(dear[:1]), InlineExecutor)


def test_unreachable_scheduler_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("byssus.run.executors.CONNECT_S", 1)
    with pytest.raises(ByssusError, match="no Dask scheduler answers here"), choose(None, "tcp://127.0.0.1:9"):
        pass
    with pytest.raises(ByssusError, match="no Dask scheduler answers here"), choose(None, "not an address"):
        pass


def test_without_dask_the_error_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ByssusError, match=r"byssus\[dask\]"), choose(None, "tcp://127.0.0.1:9"):
        pass


class Client:
    """What of a client of Dask is asked before any work is sent."""

    def __init__(self, found: dict[str, str] | Exception) -> None:
        self.found = found

    def wait_for_workers(self, count: int, timeout: float) -> None:
        assert (count, timeout) == (1, CONNECT_S)

    def run(self, _function: object) -> dict[str, str]:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"tcp://one": code_version(), "tcp://two": "older"}, "^tcp://two: these workers run another version"),
        (ModuleNotFoundError("No module named 'byssus'"), "cannot run byssus.*No module named"),
        (TimeoutError(), "cannot run byssus.*TimeoutError.*dask worker"),
    ],
)
def test_workers_of_another_kind_are_refused(found: dict[str, str] | Exception, said: str) -> None:
    dask = object.__new__(DaskExecutor)
    dask.address = "tcp://127.0.0.1:8786"
    with pytest.raises(ByssusError, match=said):
        dask._check_workers(Client(found))
    dask._check_workers(Client({"tcp://one": code_version()}))
