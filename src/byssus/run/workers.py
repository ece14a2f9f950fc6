"""The processes that do calls: one thread each, deaf to what is typed, and none outlives the run that started it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait

__all__ = ["SELDOM", "end", "pool_of"]

# Python's collector of cycles: objects made before it looks, and how many looks before it looks further.
SELDOM = (100_000, 20, 20)
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "POLARS_MAX_THREADS",
)


def pool_of(jobs: int) -> ProcessPoolExecutor:
    """``jobs`` processes for calls, each started anew."""
    _hush_tracker()
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_start_worker)


def end(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes, whatever they do."""
    for worker in list((getattr(pool, "_processes", None) or {}).values()):
        worker.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


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


def _start_worker() -> None:
    """One thread a worker, and no worker outlives the run that started it, even if that was killed.

    A session of its own: what is typed at a terminal goes to the run alone. Libraries that take an interrupt for
    themselves would else hand back half of what was asked for.
    """
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
