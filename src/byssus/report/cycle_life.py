"""From binder to cycle life: what the electrode model foretells of each binder, where it is wrong, on what it rests.

Everything comes from ``provenance.simulation.electrode`` and from the findings of that technique;
``cycle_life.html.j2`` shows it, as a part of a chapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byssus.report.cycle_life_figures import FIGURES
from byssus.report.cycle_life_numbers import GivenRow, ModelNumber, basis_of, given_rows, model_numbers
from byssus.report.rows import Number
from byssus.report.words import conditions, number, pretty_unit, scale_of, unit_of

__all__ = ["TECHNIQUES", "Cell", "CycleLife", "DrawnCell", "Foretold", "Result", "cycle_life_of"]

TECHNIQUES = ("electrode",)  # whose numbers this part shows
OTHERS = "the other binders"  # what a number that leaves its binder out is calibrated on
MOST_NUMBERS = 300  # opened on the page; the CSV files hold all
SAME = 1e-9


@dataclass(frozen=True)
class Cell:
    """What the model or a baseline says: its number, what stands beneath it, and whether none came nearer."""

    head: str
    text: str
    beneath: str = ""
    nearest: bool = False


@dataclass(frozen=True)
class Foretold:
    """One binder's result, foretold from the others."""

    binder: str
    reported: str
    basis: str
    cells: tuple[Cell, ...]
    outside: bool


@dataclass(frozen=True)
class Result:
    """One result of all binders: each foretold from the others, and the mean absolute errors, model first."""

    name: str
    unit: str
    rows: tuple[Foretold, ...]
    errors: tuple[Cell, ...]
    covered: str
    against_baseline: str
    best_baseline: str
    censored: str


@dataclass(frozen=True)
class DrawnCell:
    """One drawing with its words; ``panels`` says that it has one for each binder."""

    key: str
    title: str
    svg: str
    caption: str
    panels: bool


@dataclass(frozen=True)
class SilentRow:
    """A number foretold of a binder without results, and the conditions it is of."""

    number: Number
    conditions: str


@dataclass(frozen=True)
class CycleLife:
    """What the page shows; ``head`` must be read first, ``beyond`` are expansions outside their bounds.

    ``silent`` are what is foretold of binders that report no result, by binder.
    """

    head: str
    sentences: tuple[str, ...]
    results: tuple[Result, ...]
    figures: tuple[DrawnCell, ...]
    beyond: tuple[Number, ...]
    silent: tuple[tuple[str, tuple[SilentRow, ...], tuple[str, ...]], ...]
    parameters: tuple[ModelNumber, ...]
    given: tuple[GivenRow, ...]
    numbers: tuple[Number, ...]
    left_out: int

    @property
    def told(self) -> set[str]:
        """The ids of numbers that are opened here."""
        return {one.id for one in self.numbers}

    @property
    def heads(self) -> tuple[str, ...]:
        """The model and its baselines, as columns name them."""
        return tuple(cell.head for cell in self.results[0].errors) if self.results else ()

    def of(self, binder: str) -> tuple[tuple[Result, Foretold], ...]:
        """What is foretold of one binder, result by result."""
        return tuple((one, row) for one in self.results for row in one.rows if row.binder == binder)

    @property
    def wins(self) -> int:
        """For how many results the model errs clearly less than every baseline."""
        return sum(one.against_baseline == "better" for one in self.results)


def cycle_life_of(
    results: Mapping[str, Any], numbers: Sequence[Number], drawings: Mapping[str, str]
) -> CycleLife | None:
    """This part of the page, or ``None`` for a study without an electrode model."""
    section = ((results.get("provenance") or {}).get("simulation") or {}).get("electrode") or {}
    mine = [one for one in numbers if one.technique in TECHNIQUES and one.basis == "simulated"]
    if not section:
        return None
    said = [str(one) for one in section.get("sentences") or ()]
    origins = section.get("origins") or ()
    beyond = [one for one in mine if one.quantity == "expansion_beyond_bounds" and one.value]
    return CycleLife(
        head=said[0] if said else "",
        sentences=tuple(said[1:]),
        results=tuple(_results(section, origins)),
        figures=tuple(DrawnCell(k, t, drawings[k], words, panels) for k, t, words, panels in FIGURES if k in drawings),
        beyond=tuple(beyond),
        silent=tuple(_silent(mine, section.get("calibrated_on") or ())),
        parameters=model_numbers(section.get("parameters") or ()),
        given=given_rows(origins),
        numbers=tuple(mine[:MOST_NUMBERS]),
        left_out=max(len(mine) - MOST_NUMBERS, 0),
    )


def _silent(
    numbers: Sequence[Number], calibrated_on: Sequence[str]
) -> Iterator[tuple[str, tuple[SilentRow, ...], tuple[str, ...]]]:
    """Of each binder that calibrates nothing: what the others foretell of it, and what to be warned of."""
    own = [one for one in numbers if one.at.get("calibration") == OTHERS and one.value is not None]
    for binder in dict.fromkeys(one.binder for one in own if one.binder not in calibrated_on):
        its = [one for one in own if one.binder == binder and one.quantity != "contact_number"]
        warnings = dict.fromkeys(str(said) for one in its for said in one.row.get("remarks") or ())
        rows = tuple(SilentRow(one, conditions(one.at, without=("calibration",))) for one in its)
        yield binder, rows, tuple(warnings)


def _results(section: Mapping[str, Any], origins: Sequence[Mapping[str, Any]]) -> Iterator[Result]:
    rows = section.get("leave_one_out") or ()
    for score in section.get("scores") or ():
        own = [row for row in rows if row["name"] == score["name"]]
        shown = unit_of(score["quantity"], score["unit"])
        factor = scale_of(score["unit"], shown)[0]
        told = [("Model", score["model"]), *((k, score["baselines"][k]) for k in _in_order(score["baselines"]))]
        name = str(score["name"])
        yield Result(
            name=name[:1].upper() + name[1:],
            unit=pretty_unit(shown),
            rows=tuple(_foretold(row, factor, origins) for row in own),
            errors=tuple(
                Cell(_head(name), _whole(error, factor), nearest=near)
                for (name, error), near in zip(told, _nearest([error for _, error in told]), strict=True)
            ),
            covered=f"{score['covered']} of {score['n']}",
            against_baseline=str(score["against_baseline"]),
            best_baseline=str(score["best_baseline"]),
            censored=_censored(own),
        )


def _foretold(row: Mapping[str, Any], factor: float, origins: Sequence[Mapping[str, Any]]) -> Foretold:
    said, names = row["model"], _in_order(row["baselines"])
    near = _nearest([row["error"], *(row["baseline_errors"].get(name) for name in names)])
    low, high = (_whole(end, factor) for end in said["interval_90"])
    model = Cell("Model", _whole(said["value"], factor), f"{low} to {high}", near[0])
    others = (
        Cell(_head(name), _whole(row["baselines"][name], factor), nearest=is_near)
        for name, is_near in zip(names, near[1:], strict=True)
    )
    return Foretold(
        str(row["binder"]), _reported(row["reported"], factor), basis_of(row, origins), (model, *others),
        not row["covered"],
    )  # fmt: skip


def _in_order(baselines: Mapping[str, Any]) -> list[str]:
    """The mean first, then by name: the store keeps no order of its own."""
    return sorted(baselines, key=lambda name: (not name.startswith("mean"), name))


def _nearest(errors: Sequence[float | None]) -> list[bool]:
    """Which of them err least; equal ones all."""
    known = [error for error in errors if error is not None]
    least = min(known, default=0.0)
    return [error is not None and error <= least * (1 + SAME) for error in errors]


def _head(name: str) -> str:
    return name[:1].upper() + name[1:]


def _whole(value: float | None, factor: float) -> str:
    """Without decimals: what is foretold is not known better than that."""
    return "–" if value is None else number(float(round(factor * value)), 0)


def _reported(ends: Sequence[float | None], factor: float) -> str:
    """``"136"``; ``"166 to 569"`` between two that were reported; ``">1658"`` of a bound."""
    low, high = ends
    if low is None or high is None:
        return f"<{_whole(high, factor)}" if low is None else f">{_whole(low, factor)}"
    return _whole(low, factor) if low == high else f"{_whole(low, factor)} to {_whole(high, factor)}"


def _censored(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which reported results are no single number, so that the model errs only outside them."""
    bounds = [str(row["binder"]) for row in rows if None in row["reported"]]
    between = [str(row["binder"]) for row in rows if None not in row["reported"] and len(set(row["reported"])) > 1]
    said = [
        f"{', '.join(names)} report{'s' * (len(names) == 1)} {what}"
        for names, what in ((bounds, "only a bound"), (between, "values that differ"))
        if names
    ]
    return f"{'; '.join(said)}: only what lies outside counts as an error." if said else ""
