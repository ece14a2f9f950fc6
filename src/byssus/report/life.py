"""The chapter from chemistry to cycle life: of each binder, cure, network, and what its mechanism explains.

A row of ``provenance.life`` is one binder; what another model has to say of it stands in that row under its own key,
and in ``life_cell.html.j2``, which this chapter's page takes in for each binder where it is there.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.report.rows import Number
from byssus.report.words import number

__all__ = ["TECHNIQUES", "BinderLife", "LifeChapter", "LifeFigure", "Said", "life_of"]

TECHNIQUES = ("cure", "network", "mechanism")  # whose numbers this chapter shows
MOST_NUMBERS = 300  # opened on the page; the CSV files hold all
# Key of the drawing, its title, and what stands beneath it.
FIGURES = (
    ("life_rings", "Rings closed in the cure", "Nominal constants with the 95 % band of sampling them."),
    ("life_oxirane", "Oxirane opened in the cure", "All channels together."),
    ("life_gel", "Gel fraction against oxirane tied to chains", "One line for each reading of the molar mass."),
)
ZERO_C = 273.15
TRACE = 1e-6  # a share that never reaches this has no row
KINDS = {"explained": "agrees", "not explained": "disagrees"}
Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class LifeFigure:
    """One drawing with its words."""

    key: str
    title: str
    svg: str
    caption: str


@dataclass(frozen=True)
class Said:
    """One verdict: ``kind`` is its colour's class, ``of`` what it speaks of; ``cells`` are a table's."""

    word: str
    kind: str
    of: str
    sentence: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class BinderLife:
    """One binder's part; each table is (heads, rows of cells), the first cell heading its row.

    ``chains`` says whether a measured distribution was taken for them.
    """

    binder: str
    programme: str
    cure: Table
    network: Table
    chains: str
    verdicts: tuple[Said, ...]
    reckoned: tuple[Said, ...]
    rivals: tuple[tuple[str, str], ...]
    row: Mapping[str, Any]


@dataclass(frozen=True)
class LifeChapter:
    """What the page shows; ``assumed`` are parameters that nobody measured, ``fitted`` those chosen to fit."""

    figures: tuple[LifeFigure, ...]
    binders: tuple[BinderLife, ...]
    numbers: tuple[Number, ...]
    assumed: tuple[Number, ...]
    fitted: tuple[Number, ...]
    lacking: tuple[tuple[str, str], ...]
    left_out: int

    @property
    def told(self) -> set[str]:
        """The ids of numbers that are opened in this chapter."""
        return {one.id for one in (*self.numbers, *self.assumed, *self.fitted)}


def life_of(results: Mapping[str, Any], numbers: Sequence[Number], drawings: Mapping[str, str]) -> LifeChapter | None:
    """The chapter, or ``None`` for a study of which nothing is simulated."""
    rows = (results.get("provenance") or {}).get("life") or ()
    mine = [one for one in numbers if one.technique in TECHNIQUES and one.basis == "simulated"]
    if not (rows or mine):
        return None
    there = [one for one in mine if one.value is not None]
    fitted = [one for one in there if one.at.get("parameter") == "fitted"]
    assumed = [one for one in there if "parameter" in one.at and one not in fitted]
    plain = [one for one in there if "parameter" not in one.at]
    lacking = dict.fromkeys(
        (one.binder, str(remark)) for one in mine if one.value is None for remark in one.row.get("remarks") or ()
    )
    return LifeChapter(
        tuple(LifeFigure(k, title, drawings[k], caption) for k, title, caption in FIGURES if k in drawings),
        tuple(_binder(row) for row in rows),
        tuple(plain[:MOST_NUMBERS]),
        tuple(assumed),
        tuple(fitted),
        tuple(lacking),
        max(len(plain) - MOST_NUMBERS, 0),
    )


def _binder(row: Mapping[str, Any]) -> BinderLife:
    return BinderLife(
        str(row.get("binder") or ""),
        _programme(row.get("programme") or ()),
        _cure_table(row.get("cures") or ()),
        _network_table(row.get("networks") or ()),
        str((row.get("distribution") or {}).get("sentence") or ""),
        tuple(said for said in _said(row.get("verdicts") or ()) if not said.cells),
        tuple(said for said in _said(row.get("verdicts") or ()) if said.cells),
        tuple((str(one.get("component") or ""), str(one.get("sentence") or "")) for one in row.get("rivals") or ()),
        row,
    )


def _programme(points: Sequence[Sequence[float]]) -> str:
    """``"80 °C for 60 min, 200 °C for 120 min"``; ramps lie between."""
    holds = []
    for (start, before), (end, after) in itertools.pairwise(points):
        if before == after:
            holds.append(f"{number(after - ZERO_C)} °C for {number((end - start) / 60)} min")
    return ", ".join(holds)


def _cure_table(cures: Sequence[Mapping[str, Any]]) -> Table:
    """A column a product that the crosslinker may be; a row a number."""
    if not cures:
        return (), ()
    heads = ("", *(str(one.get("crosslinker") or "without crosslinker") for one in cures))
    names: dict[str, list[str]] = {"Rings closed": [_percent(one.get("ring_closure")) for one in cures]}
    if any((one.get("benzimidazole") or (0, 0, 0))[2] >= TRACE for one in cures):
        names["of them benzimidazole"] = [_percent(one.get("benzimidazole")) for one in cures]
    if any(one.get("channels") for one in cures):
        names["Oxirane opened"] = [_percent(one.get("epoxide_conversion")) for one in cures]
        for channel in dict.fromkeys(c for one in cures for c in one.get("channels") or ()):
            cells = [(one.get("channels") or {}).get(channel) for one in cures]
            if any(cell and cell[2] >= TRACE for cell in cells):
                names[f"by {channel}"] = [_percent(cell) for cell in cells]
        names["Rings kept open"] = [_percent(one.get("blocked")) for one in cures]
    return heads, tuple((name, *cells) for name, cells in names.items())


def _network_table(networks: Sequence[Mapping[str, Any]]) -> Table:
    if not networks:
        return (), ()
    kelvin = networks[0].get("temperature_k")
    at = f", {number(float(kelvin) - ZERO_C, 0)} °C" if kelvin else ""
    heads = ("Molar mass read", "Gel point", "Gel", f"Rubbery modulus / MPa (phantom to affine{at})")
    several = len({one.get("crosslinker") for one in networks}) > 1
    rows = []
    for one in networks:
        mn = number(float(one["number_average_kg_per_mol"]))
        head = f"{one['reading']}, Mn {mn} kg/mol" + (f"; {one['crosslinker']}" if several else "")
        low, high = (f"{float(one[name][0]) / 1e6:.2g}" for name in ("phantom_pa", "affine_pa"))
        point = one["gel_point"]
        never = bool(point) and point[0] is not None and point[0] > 1
        rows.append(
            (
                head,
                "none: no conversion suffices" if never else _percent(point),
                _percent(one["gel"]),
                f"{low} to {high}",
            )
        )
    return heads, tuple(rows)


def _said(rows: Iterable[Mapping[str, Any]]) -> Iterator[Said]:
    for row in rows:
        word = str(row.get("verdict") or "")
        kind = KINDS.get(word, "implausible" if word.startswith("explained only") else "unverifiable")
        parts = (row.get("about"), row.get("mechanism"), row.get("equation"), row.get("crosslinker"))
        of = "; ".join(str(p) for p in parts if p)
        yield Said(word, kind, of, str(row.get("sentence") or ""), _cells(row))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Mechanism, crosslinker, equation, predicted and reported glass transition (°C); none for a verdict in words."""
    predicted, reported = row.get("predicted_k"), row.get("reported_k")
    if not predicted or None in predicted or reported is None:
        return ()
    value, low, high = (f"{one - ZERO_C:.0f}" for one in predicted)
    names = (str(row.get(name) or "") for name in ("mechanism", "crosslinker", "equation"))
    word = "measured" if row.get("reported_basis") == "measured" else "printed"
    return (*names, f"{value} ({low} to {high})", f"{reported - ZERO_C:.1f} {word}")


def _percent(value: Sequence[float] | None) -> str:
    """``"98 % (40 to 100)"``, to digits that its band leaves a meaning."""
    if not value or None in value:
        return "–"
    places = _places(100 * (value[2] - value[1]), 100 * value[0])
    nominal, low, high = (_trimmed(100 * one, places) for one in value)
    return f"{nominal} % ({low} to {high})".replace("100 % (100 to 100)", "100 %")


def _places(width: float, nominal: float) -> int:
    """By the band's width; more where a nominal value above nothing would read as 0."""
    places = 0 if width >= 10 else 1 if width >= 1 else 2 if max(width, abs(nominal)) >= 0.05 else 4
    while places < 4 and nominal > 0 and round(nominal, places) == 0:
        places += 1
    return places


def _trimmed(value: float, places: int) -> str:
    return re.sub(r"(\.\d*?)0+$", r"\1", f"{value:.{places}f}").rstrip(".") or "0"
