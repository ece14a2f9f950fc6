"""Calls done in several processes of this machine, of which any may die."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from byssus.run.calls import Call, lost

__all__ = ["SELDOM", "ProcessExecutor"]

AHEAD = 2  # calls handed to each process at a time: one under way, and the next, so that none waits
# Python's collector of cycles: objects made before it looks, and how many looks before it looks further.
SELDOM = (100_000, 20, 20)
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "POLARS_MAX_THREADS",
)


def _start_worker() -> None:
    """One thread a worker, and no worker outlives the run that started it, even if that was killed.

    A session of its own: what is typed at a terminal goes to the run alone. Libraries that take an interrupt for
    themselves would else hand back half of what was asked for.
    """
    import multiprocessing
    import threading
    import warnings
    from multiprocessing.connection import wait

    for variable in THREAD_VARIABLES:
        os.environ[variable] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()
    gc.set_threshold(*SELDOM)
    if not os.environ.get("BYSSUS_DEBUG"):
        warnings.simplefilter("ignore")
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class ProcessExecutor:
    """Does calls in ``jobs`` processes, which are started once and kept until :meth:`close`.

    A call that kills its worker is found out by doing again, each alone, the few calls that were under way then; only
    that one is lost, and the calls behind them go on in new processes.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._kept: ProcessPoolExecutor | None = None

    def map(self, calls: Sequence[Call]) -> Iterator[tuple[int, Any]]:
        if hasattr(signal, "siginterrupt"):
            # RDKit sets the handler back so that a wait goes on after an interrupt: Ctrl-C would not be seen
            signal.siginterrupt(signal.SIGINT, True)
        left, suspects = deque(enumerate(calls)), list[tuple[int, Call]]()
        while left:
            self._kept = pool = self._kept or _pool(self.jobs)
            yield from _until_broken(pool, left, AHEAD * self.jobs, suspects)
            if left or suspects:
                self.close()
            while suspects:
                position, call = suspects.pop(0)
                yield position, self._alone(call)

    def _alone(self, call: Call) -> Any:
        """One call in a process of its own, after a pool broke."""
        self._kept = pool = _pool(1)
        try:
            result = pool.submit(call.function, **call.arguments).result()
        except BrokenProcessPool:
            result = lost(call, "the process that did this step died; it may have run out of memory")
        self.close()
        return result

    def close(self) -> None:
        """Let the processes go; waits for what they do."""
        if self._kept is not None:
            self._kept.shutdown(wait=True, cancel_futures=True)
            self._kept = None

    def stop(self) -> None:
        """End the processes in the middle of what they do, whose results nobody takes any more."""
        pool, self._kept = self._kept, None
        if pool is not None:
            workers = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.kill()


def _until_broken(
    pool: ProcessPoolExecutor, left: deque[tuple[int, Call]], most: int, suspects: list[tuple[int, Call]]
) -> Iterator[tuple[int, Any]]:
    """Results of calls that are taken from ``left``, ``most`` at a time, until none is left or a worker dies.

    What was under way then is put into ``suspects``.
    """
    under_way: dict[Future[Any], tuple[int, Call]] = {}
    broken = False
    while under_way or (left and not broken):
        while left and not broken and len(under_way) < most:
            try:
                future = pool.submit(left[0][1].function, **left[0][1].arguments)
            except BrokenProcessPool:
                broken = True
            else:
                under_way[future] = left.popleft()
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            position, call = under_way.pop(future)
            try:
                result = future.result()
            except BrokenProcessPool:
                broken = True
                suspects.append((position, call))
            else:
                yield position, result


def _pool(jobs: int) -> ProcessPoolExecutor:
    import multiprocessing

    _hush_tracker()
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_start_worker)


def _hush_tracker() -> None:
    """Start Python's tracker of semaphores with its warning off: a killed run leaves some, and it clears them away."""
    if os.name != "posix":
        return
    from multiprocessing import resource_tracker

    name, before = "PYTHONWARNINGS", os.environ.get("PYTHONWARNINGS")
    os.environ[name] = ",".join(filter(None, (before, "ignore:resource_tracker:UserWarning")))
    try:
        resource_tracker.ensure_running()
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
