"""Progress on stderr: a bar on a terminal, plain lines in a pipe, nothing when asked to be quiet."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Progress"]


class Progress:
    """Says what goes on; use it as a context manager.

    ``say(text)`` writes one line. ``start(label, total, said)`` begins a stretch of steps, ``said`` is how long it is
    thought to take, and ``step(name)`` says that one of them is done. On a terminal both stand behind the bar.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self._bar: Bar | None = None
        self._task: Any = None
        self._label, self._total, self._done = "", 0, 0

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar
            from rich.table import Column

            said = TextColumn("{task.fields[said]}", markup=False, table_column=Column(ratio=1, no_wrap=True))
            columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), said)
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True, expand=True)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def say(self, text: str) -> None:
        if self.quiet:
            return
        if self._bar is not None:
            self._bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def start(self, label: str, total: int, said: str = "") -> None:
        self._label, self._total, self._done = label, total, 0
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(label, total=total, said=said)
        elif said:
            self.say(f"{label}: {total} to do, {said}")

    def step(self, name: str) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._task, advance=1, said=name)
        else:
            self.say(f"{self._label} {self._done}/{self._total}: {name}")
