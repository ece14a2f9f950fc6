"""A table of peaks that another program found: told as it stands, in its own words, never refitted."""

from __future__ import annotations

from dataclasses import dataclass

from byssus.trace import Trace

__all__ = ["PeakTable", "peak_table"]


@dataclass(frozen=True)
class PeakTable:
    """Rows of (region, component, position in eV, share of the atoms); components of one name tell their position."""

    program: str
    rows: tuple[tuple[str, str, float, float], ...]


def peak_table(trace: Trace) -> PeakTable:
    """The table of a trace with ``component``, ``position_ev`` and ``atomic_share``."""
    names = [str(name) for name in trace["component"]]
    rows = []
    for name, position, share in zip(names, trace["position_ev"], trace["atomic_share"], strict=True):
        told = name if names.count(name) == 1 else f"{float(position):.2f} eV"
        rows.append((name, told, float(position), float(share)))
    return PeakTable("CasaXPS", tuple(rows))
