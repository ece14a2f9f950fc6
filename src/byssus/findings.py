"""Finding: one reportable number, with everything needed to open it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

import numpy as np

from byssus.trace import Source

__all__ = ["BASES", "STATUSES", "Basis", "Finding", "Status", "plain", "sort_findings"]

Basis = Literal["published", "measured", "computed", "simulated", "rehearsed"]
Status = Literal["ok", "warned", "failed", "not_identifiable", "missing_input"]
BASES: tuple[str, ...] = get_args(Basis)
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class Finding:
    """One number of the report.

    Parameters
    ----------
    quantity : str
        A name of ``vocabulary.toml``.
    value : float or None
        In ``unit``; ``None`` unless status is ``ok`` or ``warned``.
    unit : str
        SI; a percentage is a fraction with unit ``"1"``.
    at : mapping
        The conditions (``{"cycle": 200, "c_rate": 0.2}``); a single specimen of several is told by
        ``at["specimen"]``, the summary over specimens has no such key.
    standard_uncertainty, interval
        Standard uncertainty (GUM, JCGM 100:2008) and 95 % interval, in ``unit``; ``None`` where unknown.
    n : int or None
        How many specimens the number rests on.
    method, equation : str
        How it was found, in words, and the equation itself.
    inputs : tuple of Source
        The files it was found in.
    basis, status
        See the module's ``BASES`` and ``STATUSES``. Outcomes are data: a number that could not be had
        is a finding with a status and a reason in ``remarks``.
    remarks : tuple of str
        Warnings and reasons.
    printed, printed_unit : str or None
        Of a published number: its digits and unit exactly as they stand.
    """

    quantity: str
    value: float | None
    unit: str
    at: Mapping[str, Any] = field(default_factory=dict)
    standard_uncertainty: float | None = None
    interval: tuple[float, float] | None = None
    n: int | None = None
    method: str = ""
    equation: str = ""
    binder: str | None = None
    technique: str | None = None
    inputs: tuple[Source, ...] = ()
    basis: Basis = "measured"
    status: Status = "ok"
    remarks: tuple[str, ...] = ()
    printed: str | None = None
    printed_unit: str | None = None

    def to_json(self) -> dict[str, Any]:
        """All keys, in a fixed order, with ``None`` for what is unknown and for non-finite numbers."""
        own = {**self.__dict__, "inputs": ()}
        row = {name: plain(own[name]) for name in KEYS}
        row["inputs"] = [plain(source.to_json()) for source in self.inputs]
        if self.value is None:
            row["n"] = None  # a number nobody has rests on no specimen
        return row

    def but(self, **changes: Any) -> Finding:
        """The same finding with other values: :func:`dataclasses.replace`, quick enough for ten thousands."""
        made = object.__new__(Finding)
        made.__dict__.update(self.__dict__, **changes)
        return made

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Finding:
        kept = {k: v for k, v in row.items() if k in KNOWN}
        kept["inputs"] = tuple(Source(**source) for source in row.get("inputs") or ())
        kept["remarks"] = tuple(row.get("remarks") or ())
        if kept.get("interval") is not None:
            kept["interval"] = tuple(kept["interval"])
        return cls(**kept)


KEYS = (
    "binder", "technique", "quantity", "at", "value", "unit", "standard_uncertainty", "interval", "n",
    "method", "equation", "inputs", "basis", "status", "remarks", "printed", "printed_unit",
)  # fmt: skip
KNOWN = frozenset(f.name for f in fields(Finding))


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: numpy scalars unwrapped, NaN and infinity as ``None``."""
    kind = type(value)
    if kind is float:  # the four kinds nearly every value is of, asked first
        return value if math.isfinite(value) else None
    if kind is str or kind is int or value is None:
        return value
    if kind is list or kind is tuple:
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in one stable order: binder, technique, quantity, basis, conditions."""

    def key(f: Finding) -> tuple[Any, ...]:
        conditions = tuple(
            (k, (0, v, "") if isinstance(v, (int, float)) else (1, 0, str(v))) for k, v in sorted(f.at.items())
        )
        return (f.binder or "", f.technique or "", f.quantity, f.basis, conditions)

    return sorted(findings, key=key)
