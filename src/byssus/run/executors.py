"""Where steps are done: in this process, in several processes, or on a Dask cluster.

All three take the same calls (plain top-level functions with plain arguments) and give
``(position, result)`` as results come, in whatever order. Who collects them puts them back in order,
so the numbers do not depend on the executor.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from byssus.errors import ByssusError, Problem
from byssus.run.calls import Call, Executor, lost
from byssus.run.processes import SELDOM, ProcessExecutor

__all__ = ["Call", "DaskExecutor", "Executor", "InlineExecutor", "ProcessExecutor", "choose", "cores"]
__all__ += ["seldom_collected"]

# Starting workers costs about two seconds of imports (measured on two cores); less work than this is done right here.
START_S = 3.0
# How long a scheduler may take to answer before the run says that it does not.
CONNECT_S = 10


class InlineExecutor:
    """Does every call right here, one after the other."""

    def map(self, calls: Sequence[Call]) -> Iterator[tuple[int, Any]]:
        for position, call in enumerate(calls):
            yield position, call.do()


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: a run makes ten thousands of findings that stay, and walks them all each time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class DaskExecutor:
    """Sends calls to the Dask scheduler at ``address``; its workers must see the same files.

    Raises :class:`ByssusError` when ``distributed`` is not installed, when nobody answers at the address
    within ``CONNECT_S`` seconds, when there is no worker, or when a worker runs other code than this one.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = self._connect()

    def _connect(self) -> Any:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            problem = Problem("--scheduler needs Dask", mend="Install it: pip install 'byssus[dask]'.")
            raise ByssusError(problem) from None
        _hush()
        try:
            client = distributed.Client(self.address, timeout=f"{CONNECT_S}s", set_as_default=False)
        except (OSError, ValueError, RuntimeError, TimeoutError, ImportError) as fault:
            problem = Problem(
                what="no Dask scheduler answers here",
                where=self.address,
                got=str(fault).splitlines()[0] if str(fault) else type(fault).__name__,
                expected="an address such as tcp://127.0.0.1:8786",
                mend="Start one with 'dask scheduler', or leave --scheduler out.",
            )
            raise ByssusError(problem) from None
        try:
            self._check_workers(client)
        except BaseException:
            client.close()
            raise
        return client

    def _check_workers(self, client: Any) -> None:
        from byssus.run.store import code_version

        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
            versions = client.run(code_version)
        except Exception as fault:
            problem = Problem(
                what="its workers cannot run byssus",
                where=self.address,
                got=(str(fault).splitlines() or [type(fault).__name__])[0],
                expected="at least one worker in an environment that has byssus",
                mend="Start one with 'dask worker ADDRESS'.",
            )
            raise ByssusError(problem) from None
        others = sorted(name for name, found in versions.items() if found != code_version())
        if others:
            mend = "Install the same byssus and libraries on every worker."
            raise ByssusError(Problem("these workers run another version of the code", ", ".join(others), mend=mend))

    def map(self, calls: Sequence[Call]) -> Iterator[tuple[int, Any]]:
        distributed: Any = importlib.import_module("distributed")
        sent = {
            self._client.submit(_perform, call.function, call.arguments, pure=False): position
            for position, call in enumerate(calls)
        }
        for future in distributed.as_completed(list(sent), loop=self._client.loop):
            position = sent[future]
            try:
                result = future.result()
            except distributed.scheduler.KilledWorker:
                result = lost(calls[position], "the workers that did this step died; they may have run out of memory")
            yield position, result

    def close(self) -> None:
        self._client.close()


def _perform(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    """Arguments travel as one: Dask's ``submit`` has keywords of its own."""
    return function(**arguments)


def _hush() -> None:
    """Keep distributed's log of lost connections off the terminal: the error says it once."""
    import logging

    logging.getLogger("distributed").setLevel(logging.CRITICAL)


def cores() -> int:
    """How many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def choose(jobs: int | None, scheduler: str | None) -> Iterator[Callable[[Sequence[Call]], Executor]]:
    """A chooser: for these calls, which executor. ``jobs`` ``None`` means as many processes as pay for themselves."""
    if scheduler:
        dask = DaskExecutor(scheduler)
        with contextlib.closing(dask):
            yield lambda _calls: dask
        return
    processes = ProcessExecutor(jobs or cores())

    def executor(calls: Sequence[Call]) -> Executor:
        worth = jobs is not None or sum(call.cost_s for call in calls) > START_S
        return processes if processes.jobs > 1 and len(calls) > 1 and worth else InlineExecutor()

    try:
        yield executor
    except BaseException:  # interrupted, or the disk is full: what is still under way nobody would take
        processes.stop()
        raise
    finally:
        processes.close()
