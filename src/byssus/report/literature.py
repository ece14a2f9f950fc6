"""Other published binders beside the study's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.report.rows import Number
from byssus.report.words import conditions, pretty_unit, quantity_of

__all__ = ["LiteratureTable", "literature"]

BESIDE = ("published", "measured")  # what is rehearsed is compared with nobody
MOST_IN_CELL = 4


@dataclass(frozen=True)
class LiteratureTable:
    """``quantities`` are the columns; each row has name, reference, loading, ..., and a cell per quantity."""

    quantities: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, Any], ...]


def literature(results: Mapping[str, Any], numbers: Sequence[Number], binders: Sequence[str]) -> LiteratureTable:
    """The study's own binders first, then the cited ones, over the quantities the cited ones have."""
    provenance = results.get("provenance") or {}
    cited = provenance.get("literature") or ()
    claims = [claim for row in cited for claim in row.get("claims") or row.get("claim") or ()]
    names = tuple(dict.fromkeys(str(claim.get("quantity") or "") for claim in claims))
    loading = str(((provenance.get("study") or {}).get("electrode") or {}).get("loading") or "")
    own = [_own(binder, names, numbers, loading) for binder in binders] if cited else []
    return LiteratureTable(
        tuple((name, quantity_of(name).label) for name in names),
        (*(row for row in own if any(row["cells"].values())), *(_cited(row) for row in cited)),
    )


def _own(binder: str, names: Sequence[str], numbers: Sequence[Number], loading: str) -> dict[str, Any]:
    cells: dict[str, list[dict[str, str]]] = {name: [] for name in names}
    for one in numbers:
        if one.binder == binder and one.basis in BESIDE and one.quantity in cells and one.value is not None:
            said = f"{one.text} ± {one.spread}" if one.spread else one.text
            cells[one.quantity].append(
                {"text": f"{said} {one.shown_unit}".strip(), "at": one.conditions, "basis": one.basis}
            )
    return {"name": binder, "own": True, "loading": loading, "cells": {k: _spread(v) for k, v in cells.items()}}


def _spread(told: list[dict[str, str]]) -> list[dict[str, str]]:
    """At most a few of many: the first ones and the last."""
    return told if len(told) <= MOST_IN_CELL else [*told[: MOST_IN_CELL - 1], told[-1]]


def _cited(row: Mapping[str, Any]) -> dict[str, Any]:
    cells: dict[str, list[dict[str, str]]] = {}
    for claim in row.get("claims") or row.get("claim") or ():
        text = f"{claim.get('printed') or claim.get('value') or ''} {pretty_unit(str(claim.get('unit') or ''))}"
        told = {"text": text.strip(), "at": conditions(claim.get("at")), "basis": "published"}
        cells.setdefault(str(claim.get("quantity") or ""), []).append(told)
    return {**row, "own": False, "cells": cells}
