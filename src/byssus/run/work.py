"""Doing tasks: what the store has is taken from it, the rest is done and kept as soon as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from byssus.run.executors import Call, Executor
from byssus.run.progress import Progress
from byssus.run.store import Entry, Store

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Task", "Work"]

Packed = tuple[dict[str, Any], "pl.DataFrame | None"]


def _plain(result: Any) -> Packed:
    return result, None


@dataclass(frozen=True)
class Task:
    """One step with its key. ``make`` gives the call, asked for only when the step must be done.

    ``pack`` turns its result into a document and a table of arrays. ``sound(document)`` says whether a kept
    entry may be used, for steps that leave more than their entry.
    """

    step: str
    key: str
    make: Callable[[], Call]
    pack: Callable[[Any], Packed] = _plain
    sound: Callable[[dict[str, Any]], bool] = lambda _document: True


@dataclass(frozen=True)
class Work:
    """What tasks need to be done: the store, the chooser of executors, and whom to tell."""

    store: Store
    executor: Callable[[Sequence[Call]], Executor]
    progress: Progress

    def do(self, label: str, tasks: Sequence[Task]) -> list[Entry]:
        """The entries of the tasks, in their order; equal keys are done once."""
        entries: dict[str, Entry] = {}
        waiting: dict[str, Task] = {}
        for task in tasks:
            if task.key in entries or task.key in waiting:
                continue
            kept = self.store.get(task.step, task.key)
            if kept is not None and task.sound(kept.document):
                entries[task.key] = kept
            else:
                waiting[task.key] = task
        left = list(waiting.values())
        if left:
            self.progress.start(label, len(left))
            calls = [task.make() for task in left]
            for position, result in self.executor(calls).map(calls):
                task = left[position]
                entries[task.key] = self.store.put(task.step, task.key, *task.pack(result))
                self.progress.step(calls[position].name)
        return [entries[task.key] for task in tasks]
