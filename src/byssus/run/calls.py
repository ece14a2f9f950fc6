"""What executors do: calls of plain top-level functions with plain arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from byssus.errors import ByssusError, Problem

__all__ = ["Call", "Executor", "lost"]


@dataclass(frozen=True)
class Call:
    """One step to do: a top-level function and its keyword arguments, all of them picklable.

    ``name`` is what progress says, ``cost_s`` a guess of how long it takes. ``lost(reason)`` gives the
    result when a worker dies in it.
    """

    function: Callable[..., Any]
    arguments: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    cost_s: float = 0.1
    lost: Callable[[str], Any] | None = None

    def do(self) -> Any:
        return self.function(**self.arguments)


class Executor(Protocol):
    """What does calls and yields ``(position, result)`` in the order of completion."""

    def map(self, calls: Sequence[Call]) -> Iterator[tuple[int, Any]]: ...


def lost(call: Call, reason: str) -> Any:
    """The result of a call whose worker died; raises :class:`ByssusError` where the call has none for that."""
    if call.lost is None:
        raise ByssusError(Problem(reason, call.name, mend="Try --jobs 1."))
    return call.lost(reason)
