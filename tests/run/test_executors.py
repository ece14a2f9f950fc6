"""All executors give the same results; a dead worker costs one step, not the run."""

from __future__ import annotations

import os
import sys

import pytest

from byssus.errors import ByssusError
from byssus.run.executors import Call, InlineExecutor, ProcessExecutor, choose

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
