"""On what the electrode model rests: its numbers beside their priors, and what was given of each binder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.report.words import number, pretty_unit, quantity_of, scale_of, unit_of, with_uncertainty

__all__ = ["GivenCell", "GivenRow", "ModelNumber", "basis_of", "given_rows", "model_numbers"]


@dataclass(frozen=True)
class ModelNumber:
    """One number of the model; ``known`` says in words whether the results tell anything of it."""

    label: str
    symbol: str
    name: str
    unit: str
    value: str
    interval: str
    prior: str
    known: str
    identified: bool
    origin: str
    source: str
    in_sight: bool
    block: str


@dataclass(frozen=True)
class GivenCell:
    """What was given of one property of one binder; no text where nothing was."""

    head: str
    text: str
    basis: str
    where: str


@dataclass(frozen=True)
class GivenRow:
    """One binder's properties, as they enter the model."""

    binder: str
    cells: tuple[GivenCell, ...]


def model_numbers(rows: Sequence[Mapping[str, Any]]) -> tuple[ModelNumber, ...]:
    """The table of parameters, fitted ones and held ones, in the order given."""
    return tuple(_model_number(row) for row in rows)


def given_rows(origins: Sequence[Mapping[str, Any]]) -> tuple[GivenRow, ...]:
    """What entered of each binder, from the origins whose role is ``input``."""
    inputs = [row for row in origins if row["role"] == "input"]
    names = list(dict.fromkeys(str(row["quantity"]) for row in inputs))
    found = {(str(row["binder"]), str(row["quantity"])): row for row in inputs}
    return tuple(
        GivenRow(binder, tuple(_given(name, found.get((binder, name))) for name in names))
        for binder in dict.fromkeys(str(row["binder"]) for row in inputs)
    )


def basis_of(row: Mapping[str, Any], origins: Sequence[Mapping[str, Any]]) -> str:
    """What a reported result rests on; empty where its origin is not told."""
    for one in origins:
        if one["role"] == "result" and all(one[name] == row[name] for name in ("binder", "quantity", "at")):
            return str(one["basis"])
    return ""


def _model_number(row: Mapping[str, Any]) -> ModelNumber:
    unit = unit_of(row["quantity"], row["unit"])
    factor, offset = scale_of(row["unit"], unit)

    def shown(value: float) -> str:
        return number(float(f"{factor * value + offset:.3g}"))

    def between(ends: Sequence[float] | None) -> str:
        return f"{shown(ends[0])} to {shown(ends[1])}" if ends else ""

    what, name = quantity_of(row["quantity"]), str(row["name"]).replace("_", " ")
    identified, width = bool(row["identified"]), row["width_by_prior"]
    learnt = "yes" if identified else "no"
    return ModelNumber(
        what.label, what.symbol or str(row["symbol"]), name if name != what.label.casefold() else "", pretty_unit(unit),
        shown(row["value"]), between(row["interval_95"]), between(row["prior_interval_95"]) or "held",
        "held" if width is None else f"{learnt}: {width:.2f} of the prior’s width", identified, str(row["origin"]),
        str(row["source"]), bool(row["in_sight"]), str(row["block"]),
    )  # fmt: skip


def _given(name: str, row: Mapping[str, Any] | None) -> GivenCell:
    label = quantity_of(name).label
    if row is None:
        return GivenCell(label, "", "", "")
    unit = quantity_of(name).display_unit
    factor = scale_of(quantity_of(name).unit, unit)[0]
    low, high, spread = row["low"], row["high"], row["standard_uncertainty"]
    if low == high and row["basis"] != "published":
        value, around = with_uncertainty(factor * low, factor * spread)
        text = f"{value} ± {around}" if around else value
    else:  # the digits of a printed number say how well it is known
        text = " to ".join(number(factor * end) for end in dict.fromkeys((low, high)) if end is not None)
    return GivenCell(label, f"{text} {pretty_unit(unit)}".strip(), str(row["basis"]), str(row["where"]))
