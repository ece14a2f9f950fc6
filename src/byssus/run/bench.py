"""Doing jobs of chemistry: each once, by one process; what is there is taken, what comes is kept at once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from byssus.compute.jobs import COST_PER_S, point_job, relaxation_job, search_job
from byssus.errors import Problem
from byssus.run.executors import Call, Executor
from byssus.run.jobs import Job, JobStore, Kept, versions_of
from byssus.run.progress import Progress

__all__ = ["Bench"]

FOREVER_S = 1e7
# Jobs held at once, each by an open file, of which systems allow a process 256 to 1024; at a part's end cores wait.
MOST_HELD, HELD_A_PROCESS = 128, 4
SECONDS_PER_COST = 1.0 / COST_PER_S  # of one core: whether processes pay, and what is told before the first job is done


@dataclass
class Bench:
    """What jobs are done with: the store, the chooser of executors, whom to tell.

    ``memory_mb`` is for all processes together, of which there are ``processes``. With ``may`` false nothing is
    computed: what is neither stored nor shipped is left out, and stands in ``left``.
    """

    store: JobStore
    executor: Callable[[Sequence[Call]], Executor]
    progress: Progress
    memory_mb: float = 4000.0
    processes: int = 1
    engine: str = "pyscf"
    may: bool = True
    left: list[Job] = field(default_factory=list)

    @property
    def memory_each_mb(self) -> float:
        """What one process may have."""
        return self.memory_mb / max(self.processes, 1)

    def do(self, label: str, wanted: Iterable[Job]) -> dict[str, Kept]:
        """The results by job identity; equal jobs once, those another process does are waited for."""
        found: dict[str, Kept] = {}
        left = self._absent({job.identity: job for job in wanted}.values(), found)
        if not self.may:
            self.left += left
            return found
        while left:
            others = self._own(label, left, found)
            if others:
                self.progress.say(f"waiting for another process that computes {others[0].name}")
                with self.store.doing(others[0], FOREVER_S):
                    pass
            # what it has not left behind, because it failed or was killed, is done here
            left = self._absent(others, found)
        return found

    def _absent(self, jobs: Iterable[Job], found: dict[str, Kept]) -> list[Job]:
        """Jobs that are neither stored nor shipped; what is, goes into ``found``."""
        absent = []
        for job in jobs:
            kept = self.store.get(job)
            if kept is None:
                absent.append(job)
            else:
                found[job.identity] = kept
        return absent

    def _own(self, label: str, left: Sequence[Job], found: dict[str, Kept]) -> list[Job]:
        """Do those that no other process does, into ``found``; the others are given back."""
        left = sorted(left, key=lambda job: -job.cost)  # the long ones first, so that no core waits at the end
        held = max(MOST_HELD, HELD_A_PROCESS * self.processes)
        parts = [left[k : k + held] for k in range(0, len(left), held)]
        others: list[Job] = []
        for k, part in enumerate(parts, 1):
            with contextlib.ExitStack() as locks:
                mine = [job for job in part if locks.enter_context(self.store.doing(job))]
                others += [job for job in part if job not in mine]
                # between the first look and the lock another process may have finished a job
                todo = self._absent(mine, found)
                self._compute(label if len(parts) == 1 else f"{label}, part {k} of {len(parts)}", todo, found)
        return others

    def there(self, wanted: Iterable[Job]) -> dict[str, Kept]:
        """What is stored or shipped of jobs that are not worth computing for their own sake."""
        return {job.identity: kept for job in wanted if (kept := self.store.get(job)) is not None}

    def _compute(self, label: str, mine: Sequence[Job], found: dict[str, Kept]) -> None:
        if not mine:
            return
        calls = [self._call(job) for job in mine]
        total, done, started = sum(job.cost for job in mine), 0.0, time.monotonic()
        at_first = total * SECONDS_PER_COST / max(min(self.processes, len(mine)), 1)
        self.progress.start(label, len(mine), f"about {_duration(at_first)}" if at_first >= 1.0 else "")
        for position, result in self.executor(calls).map(calls):
            job = mine[position]
            failed = "problems" in result
            found[job.identity] = (
                Kept(result, versions_of(job.kind), "failed") if failed else self.store.put(job, result)
            )
            done += job.cost
            left = (time.monotonic() - started) * (total - done) / done
            # what is left comes first: a narrow terminal cuts the end off
            told = f"{job.name} {'failed' if failed else 'is done'}"
            self.progress.step(f"about {_duration(left)} left; {told}" if done < total else told)

    def _call(self, job: Job) -> Call:
        def lost(reason: str) -> dict[str, Any]:
            return {"problems": [asdict(Problem(reason, job.name, mend="Try --jobs 1, or more with --memory."))]}

        arguments: dict[str, Any] = {"declaration": dict(job.declaration)}
        if job.kind == "search":
            return Call(search_job, arguments, job.name, job.cost * SECONDS_PER_COST, lost)
        arguments |= {"memory_mb": self.memory_each_mb, "engine": self.engine}
        function = relaxation_job if job.kind == "relaxation" else point_job
        return Call(function, arguments, job.name, job.cost * SECONDS_PER_COST, lost)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
