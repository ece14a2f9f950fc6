"""The run of benchmarks/fuzz.py itself: one reader's end is not that of the others, and time is the processor's."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time

import fuzz
import pytest


class Scripted:
    """A worker that answers what the number of the copy says, without a process."""

    begun = 0

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        type(self).begun += 1

    renew = begin

    def end(self) -> None:
        pass

    def ask(self, _name: str, data: bytes, number: int) -> tuple[str, str, float, float]:
        if number == 3:
            return "failed", "ZeroDivisionError", 0.5, 0.0
        if number == 4:
            return "read", "", 0.1, 2 * fuzz.MAX_MB
        if number == 5 and data == b"lost":
            raise OSError("the pipe is gone")
        return ("refused" if number % 2 else "read"), "", 0.01 * number, 100.0


GIVEN = argparse.Namespace(start=0, count=8, keep=None)


def test_a_row_counts_what_came_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "Worker", Scripted)
    Scripted.begun = 0
    row = fuzz.run("zwick", {"a.TRA": b"whole"}, GIVEN)
    assert (row.read, row.refused) == (3, 3)
    assert [failure.split(":")[0] for failure in row.failures] == ["a.TRA 3", "a.TRA 4"]
    assert (row.slowest_s, row.slowest, row.peak_mb) == (0.5, "a.TRA 3", 2 * fuzz.MAX_MB)
    assert Scripted.begun == 2  # once more after the copy that took too much memory


def test_what_breaks_the_run_of_one_reader_fails_its_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "Worker", Scripted)
    row = fuzz.run("zwick", {"a.TRA": b"lost"}, GIVEN)
    assert "the pipe is gone" in row.failures[-1]
    assert fuzz.run("zwick", {"a.TRA": b"whole"}, GIVEN).read == 3


def work_for(seconds: float) -> None:
    begun = time.process_time()
    while time.process_time() - begun < seconds:
        pass
    time.sleep(60)


@pytest.mark.skipif(sys.platform != "linux", reason="the processor's time of another process is read from /proc")
def test_the_processors_time_of_a_process_and_its_children_counts_not_the_clocks() -> None:
    before = fuzz.busy_seconds(os.getpid())
    child = multiprocessing.get_context("fork").Process(target=work_for, args=(0.3,), daemon=True)
    child.start()
    try:
        for _ in range(600):
            if fuzz.busy_seconds(child.pid or 0) >= 0.29:
                break
            time.sleep(0.1)
        first = fuzz.busy_seconds(child.pid or 0)
        assert fuzz.busy_seconds(os.getpid()) - before >= 0.25  # the child's is in it
        time.sleep(0.5)
        assert fuzz.busy_seconds(child.pid or 0) - first < 0.3  # asleep, it takes none
    finally:
        child.kill()
        child.join()
    assert fuzz.busy_seconds(2**22 + 1) == 0.0  # no such process
