"""Every quantity and every column heading once: the reader of ``vocabulary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from byssus.errors import UnitError
from byssus.units import convert, factor_to

__all__ = ["Column", "Quantity", "columns", "quantities", "quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity: its field's name, symbol, SI unit, the unit people read it in, definition and source.

    ``also`` are SI units of other dimension that people print it in (a charge per gram or per area).
    ``better`` is ``"high"``, ``"low"`` or ``""``: which end the at-a-glance table sets in bold.
    ``scale`` is ``"ratio"`` where zero means none of it, so that a percentage of it has a meaning, else ``"interval"``.
    """

    name: str
    label: str
    symbol: str
    unit: str
    display_unit: str
    definition: str
    source: str
    better: str = ""
    also: tuple[str, ...] = ()
    scale: str = "ratio"

    def si_unit_for(self, unit: str) -> str:
        """The SI unit that ``unit`` converts to: this quantity's own, or one of those it is also printed in.

        Raises ``UnitError`` where it is none of them.
        """
        for option in (self.unit, *self.also):
            try:
                factor_to(unit, option)
            except UnitError:
                continue
            return option
        factor_to(unit, self.unit)  # says what was expected
        return self.unit

    def display(self, value: float) -> float:
        """An SI value in the display unit."""
        return float(convert(value, self.unit, self.display_unit))

    @property
    def axis_title(self) -> str:
        """For axes and table heads: ``"Tensile strength / MPa"``."""
        return self.label if self.display_unit in ("1", "") else f"{self.label} / {self.display_unit}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column a trace may have: canonical name, SI unit, and the headings instruments give it."""

    name: str
    unit: str
    headings: tuple[str, ...]


@cache
def _table() -> Mapping[str, dict[str, dict[str, object]]]:
    text = files("byssus").joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def quantities() -> Mapping[str, Quantity]:
    """All quantities, by name, in the file's order."""
    out = {}
    for name, row in _table()["quantity"].items():
        unit = str(row["unit"])
        out[name] = Quantity(
            name=name,
            label=str(row.get("label") or name.replace("_", " ").capitalize()),
            symbol=str(row.get("symbol", "")),
            unit=unit,
            display_unit=str(row.get("display_unit", unit)),
            definition=str(row["definition"]),
            source=str(row.get("source", "")),
            better=str(row.get("better", "")),
            also=tuple(row.get("also", ())),  # type: ignore[arg-type]
            scale=str(row.get("scale", "ratio")),
        )
    return out


def quantity(name: str) -> Quantity:
    """The quantity of that name; ``KeyError`` if the vocabulary has none."""
    return quantities()[name]


@cache
def columns() -> Mapping[str, Column]:
    """All canonical trace columns, by name."""
    return {
        name: Column(name, str(row["unit"]), tuple(str(h) for h in row.get("headings", ())))  # type: ignore[attr-defined]
        for name, row in _table()["column"].items()
    }
