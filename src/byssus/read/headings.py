"""What a heading means: its name and unit, however a lab wrote them, against the vocabulary's columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from byssus.errors import UnitError
from byssus.units import factor_to
from byssus.vocabulary import Column, columns

__all__ = ["Match", "alike", "is_unit", "matches", "needs_unit", "plain", "split_heading", "unit_scale"]

# Units as machine-readable headings spell them in lower case (Battery Data Format, and canonical names),
# and as people spell them out. "mpa" and "mn" are left out: mega or milli cannot be told.
_SPOKEN = {
    "ah": "Ah", "mah": "mAh", "amperehour": "Ah", "ampere_hour": "Ah", "ampere hour": "Ah", "v": "V", "mv": "mV",
    "a": "A", "ma": "mA", "ua": "uA", "n": "N", "kn": "kN", "newton": "N", "k": "K", "kelvin": "K", "pa": "Pa",
    "kpa": "kPa", "gpa": "GPa", "degc": "degC", "celsius": "degC", "deg_c": "degC", "volt": "V", "ampere": "A",
    "second": "s", "seconds": "s", "sekunde": "s", "sekunden": "s", "seconde": "s", "secondes": "s", "sek": "s",
    "std": "h", "stunden": "h", "stunde": "h", "heure": "h", "heures": "h", "minuten": "min", "mikrometer": "um",
    "ohm": "ohm", "ohms": "ohm", "kohm": "kohm", "hz": "Hz", "khz": "kHz", "hertz": "Hz", "deg": "degree",
    "degree": "degree", "degrees": "degree", "rad": "rad",
    "psia": "psi", "cc": "cm^3", "ccm": "cm^3", "cc/g": "cm^3/g", "millimeter": "mm", "millimetre": "mm",
    "micron": "um", "microns": "um", "prozent": "%", "mil": "thou", "mils": "thou", "lbs": "lbf",
    "cps": "1/s", "counts/s": "1/s", "counts per second": "1/s",
}  # fmt: skip
# In a temperature column a bare C, also behind a degree sign lost to a wrong encoding, is Celsius.
_CELSIUS = re.compile(r"[?\ufffd°º*]?\s*C", re.I)
# A column in whatever unit its detector has (mV, counts, RIU): read as it is written.
ARBITRARY = "arbitrary"
CLOCK_UNIT = re.compile(r"d?d?:?h+:m+(in)?:s+.*", re.I)
_SPLITS = (
    re.compile(r"^(?P<base>.+?)\s*[\[(<{](?P<unit>[^\[\]()<>{}]*(?:\([^()]*\))?[^\[\]()<>{}]*)[\])>}]\s*$"),
    re.compile(r"^(?P<base>[^/]+?)\s*/\s*(?P<unit>.+)$"),
    re.compile(r"^(?P<base>.+?)\s*,\s*(?P<unit>[^,]+)$"),
    re.compile(r"^(?P<base>.+?)\s+in\s+(?P<unit>\S+)$", re.I),
    # behind a mere blank only the usual units count: "F dyn." is no force in dyne
    re.compile(
        r"^(?P<base>.+?)\s+(?P<unit>[numµμkM]?[smNVAC]|min|h|cm|[kMG]?Pa|[mµ]?Ah|%|°C|degC|K|cm\^?-1|cm⁻¹|1/cm|eV)$"
    ),
    re.compile(r"^(?P<base>.+?)_(?P<unit>[^_]+)$"),
    re.compile(r"^(?P<base>.+?)_(?P<unit>[^_]+_[^_]+)$"),
)


@dataclass(frozen=True, slots=True)
class Match:
    """A heading of a file that may be a canonical column.

    ``scale`` is ``(factor, offset)`` to SI; ``None`` where nothing says the unit. ``preference`` is the
    place among the column's headings, the smaller the better.
    """

    index: int
    heading: str
    column: Column
    preference: int
    unit: str
    scale: tuple[float, float] | None


def unquoted(text: str) -> str:
    """Text without the blanks and the pair of quotes around it; the prime of E' stays."""
    bare = text.strip()
    return bare[1:-1].strip() if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A heading for comparison: without case, spaces, underscores, quotes and leading comment signs."""
    folded = unquoted(unicodedata.normalize("NFC", text).casefold()).lstrip("~#%;! ")
    return re.sub(r"[\s_]+", "", folded)


def split_heading(text: str, *, marked: bool = False) -> list[tuple[str, str]]:
    """All ways to take a heading apart into (name, unit), the surest first; the last is the whole text.

    ``marked`` leaves only the ways where brackets or a slash mark the unit.
    """
    bare = unquoted(text).lstrip("~#%! ").strip()
    ways = []
    for pattern in _SPLITS[:2] if marked else _SPLITS:
        if match := pattern.match(bare):
            ways.append((match["base"], match["unit"].strip()))
    return [*ways, (bare, "")]


def needs_unit(column: Column) -> bool:
    """Whether numbers in this column mean nothing without a unit; counters, text and detectors' signals need none."""
    return column.unit not in ("text", ARBITRARY) and (column.unit != "1" or column.name.endswith("_1"))


@lru_cache(maxsize=8192)
def unit_scale(unit: str, target: str) -> tuple[float, float] | None:
    """``(factor, offset)`` from a unit as written to SI; ``None`` where it is none or of another dimension."""
    text = re.sub(r"^[\[(<{]\s*|\s*[\])>}]$", "", unit.strip())
    if not text or target in ("text", ARBITRARY):
        return None
    if target == "K" and _CELSIUS.fullmatch(text):
        text = "degC"
    if text == target:  # without waking pint
        return 1.0, 0.0
    if target == "s" and CLOCK_UNIT.fullmatch(text):
        return 1.0, 0.0
    for spelling in (text, _SPOKEN.get(text.casefold())):
        if spelling is None:
            continue
        try:
            return factor_to(spelling, target)
        except UnitError:
            continue
    return None


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether a cell of a units row is a unit: one that some canonical column could have, or none at all."""
    bare = text.strip()
    if not bare or re.fullmatch(r"[\[(]?\s*[-–—]?\s*[\])]?", bare):
        return True
    if len(bare) > 20 or re.fullmatch(r"[\d.,]+", bare):
        return False
    inner = re.sub(r"^[\[(]\s*|\s*[\])]$", "", bare)
    if unit_scale(bare, "K") or unit_scale(bare, "s"):
        return True
    try:
        factor_to(_SPOKEN.get(inner.casefold(), inner), _SPOKEN.get(inner.casefold(), inner))
    except UnitError:
        return False
    return True


@cache
def _lookup() -> Mapping[str, tuple[tuple[Column, int], ...]]:
    table: dict[str, list[tuple[Column, int]]] = {}
    for column in columns().values():
        for preference, heading in enumerate(column.headings):
            table.setdefault(plain(heading), []).append((column, preference))
    return {name: tuple(found) for name, found in table.items()}


def alike(heading: str) -> frozenset[str]:
    """Names of the columns that a heading would be, were its unit (or its lack of one) left out of account."""
    bases = {plain(base) for base, _ in split_heading(heading)}
    return frozenset(column.name for base in bases for column, _ in _lookup().get(base, ()))


@lru_cache(maxsize=8192)
def _of_heading(heading: str, row_unit: str) -> tuple[tuple[Column, int, str, tuple[float, float] | None], ...]:
    found: dict[str, tuple[Column, int, str, tuple[float, float] | None]] = {}
    whole = plain(heading)
    for name, column in columns().items():
        if plain(name) == whole:
            found[name] = (column, -1, column.unit, (1.0, 0.0))
    for base, own in split_heading(heading, marked=bool(row_unit.strip(" []()-"))):
        for column, preference in _lookup().get(plain(base), ()):
            unit = own or row_unit
            scale = unit_scale(unit, column.unit)
            if own and scale is None and plain(base) != whole and column.unit != ARBITRARY:
                continue  # the bracket holds no unit of this column: "Spannung [MPa]" is no voltage
            if not own and row_unit.strip(" []()-") and scale is None and needs_unit(column):
                continue
            known = found.get(column.name)
            if known is None or (known[3] is None and scale is not None):
                found[column.name] = (column, preference, unit if scale else "", scale)
    return tuple(found.values())


def matches(headings: tuple[str, ...], units_row: tuple[str, ...] = ()) -> list[Match]:
    """Every canonical column each heading may be, with the scale to SI where a unit is written."""
    found = []
    for index, heading in enumerate(headings):
        if not heading.strip():
            continue
        row_unit = units_row[index] if index < len(units_row) else ""
        for column, preference, unit, scale in _of_heading(heading, row_unit):
            found.append(Match(index, heading, column, preference, unit, scale))
    return found
