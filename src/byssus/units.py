"""Units at the edge: whatever a file or a person wrote becomes SI here, by pint, and nowhere else."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from byssus.errors import Problem, UnitError

if TYPE_CHECKING:
    import pint

__all__ = ["convert", "factor_to", "normalise", "parse_quantity", "split_number"]

# How labs write units, and what pint calls them. Longest first where one holds another.
_SPELLINGS = (
    ("Ohm", "ohm"), ("ºC", "degC"), ("°C", "degC"),
    ("℃", "degC"), ("° C", "degC"), ("deg C", "degC"), ("deg.C", "degC"),
    ("°F", "degF"), ("°", "degree"), ("µ", "u"), ("μ", "u"), ("\u2126", "ohm"), ("Ω", "ohm"), ("Å", "angstrom"),
    ("·", "*"), ("⋅", "*"), ("×", "*"), ("−", "-"), ("–", "-"),
)  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_WHOLE = {
    "%": "percent", "wt%": "percent", "wt.%": "percent", "wt %": "percent", "at%": "percent", "at.%": "percent",
    "vol%": "percent", "mol%": "percent", "pct": "percent", "ppm": "ppm",
    "": "dimensionless", "-": "dimensionless", "1": "dimensionless", "none": "dimensionless",
    "kda": "kilogram/mol", "da": "gram/mol", "mda": "1000*kilogram/mol",
    "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "hrs": "hour", "hr": "hour", "h": "hour",
    "kgf": "kgf", "gf": "kgf/1000", "lbf": "lbf", "lb": "lbf", "psi": "psi", "ksi": "ksi", "in": "inch",
    "c": "coulomb", "oc": "degC", "ºc": "degC", "°c": "degC", "degc": "degC", "k": "kelvin",
}  # fmt: skip
# "wt.-%", "at. %", "% per cycle"; "mAh/gSi" and "mAh g_Si-1" are per gram, of silicon; "N/25 mm" is a peel strength.
_PERCENT = re.compile(r"(?:wt|at|vol|mol|atom|atomic|weight|mass)?[\s.\-]*(?:%|percent)(?:\s*(?:per|/)\s*cycle)?", re.I)
_OF_SILICON = re.compile(r"(?<=\bg)[_\s-]?\(?Si\)?(?=$|[\s*/^⁻−-])")
_PER_WIDTH = re.compile(r"^(\w+)\s*/\s*(\d+(?:\.\d+)?)\s*(\w+)$")
# A unit comes from anybody's file: "9**9**9" would keep pint counting for ever.
_ENDLESS = re.compile(r"\*\*\s*[+-]?\d{3,}|\*\*[^*/]*\*\*|\*\*\s*\(")
MAX_UNIT_LENGTH = 80
# What instruments, studies and the report ask for all day, as pint answers it (a test holds each): starting pint takes
# half a second, more than reading most files.
COMMON = {
    ("V", "V"): 1.0, ("mV", "V"): 1e-3, ("A", "A"): 1.0, ("mA", "A"): 1e-3, ("uA", "A"): 1e-6, ("s", "s"): 1.0,
    ("h", "s"): 3600.0, ("hour", "s"): 3600.0, ("C", "C"): 1.0, ("Ah", "C"): 3600.0, ("mAh", "C"): 3.6,
    ("Hz", "Hz"): 1.0, ("ohm", "ohm"): 1.0, ("Ohm", "ohm"): 1.0, ("deg", "rad"): 0.0174532925199433,
    ("rad", "rad"): 1.0, ("K", "K"): 1.0, ("C", "mAh"): 0.277777777777778, ("1", "1"): 1.0, ("", "1"): 1.0,
    ("N", "N"): 1.0, ("mN", "N"): 1e-3, ("N", "mN"): 1e3, ("m", "m"): 1.0, ("mm", "m"): 1e-3, ("µm", "m"): 1e-6,
    ("nm", "m"): 1e-9, ("m", "mm"): 1e3, ("m", "µm"): 1e6, ("m", "nm"): 1e9, ("m/s", "nm/s"): 1e9,
    ("cm^2", "m^2"): 1e-4, ("ml", "m^3"): 1e-6, ("mg", "kg"): 1e-6, ("mmol", "mol"): 1e-3, ("kDa", "kg/mol"): 1.0,
    ("Pa", "Pa"): 1.0, ("MPa", "Pa"): 1e6, ("GPa", "Pa"): 1e9, ("Pa", "MPa"): 1e-6, ("Pa", "GPa"): 1e-9,
    ("N/m", "mN/µm"): 1e-3, ("mg/cm^2", "kg/m^2"): 1e-2, ("mAh/g", "C/kg"): 3600.0,
    ("degree", "rad"): 0.0174532925199433,
    ("%", "1"): 1e-2, ("1", "%"): 100.0, ("cm^-1", "m^-1"): 100.0, ("m^-1", "cm^-1"): 1e-2, ("eV", "eV"): 1.0,
    ("K/min", "K/s"): 0.0166666666666667, ("°C", "K"): 1.0, ("K", "°C"): 1.0, ("mV/s", "V/s"): 1e-3,
    ("A/m^2", "A/m^2"): 1.0, ("kgf", "N"): 9.80665, ("kcal/mol", "J/mol"): 4184.0, ("mol/l", "mol/m^3"): 1e3,
}  # fmt: skip
OFFSETS = {("°C", "K"): 273.15, ("K", "°C"): -273.15}
# Words of column headings that stand where a unit could; none of them is one. Nor are the ends of our own columns'
# names, binding_energy_ev and wavenumber_per_m, nor what holds a colon.
NO_UNITS = frozenset(("index", "time", "capacity", "energy", "number", "discharge", "record", "step", "range"))
OWN_ENDS = frozenset(("ev", "per_m"))
_COMMA = re.compile(r"^\s*([+-]?\d+),(\d+(?:[eE][+-]?\d+)?)(?![,.\d])\s*(.*)$", re.S)
# A second number beside a quantity's own ("2 820 mAh/g", "0.50(3) mg", "1,234.5 mm", "5 mm 3") would be multiplied in.
# One that a unit may hold stands behind a stroke or a power ("N/25 mm", "cm^2"), or is the 1 of "1/cm".
_SECOND_NUMBER = re.compile(r"[,;±'’]|^\(?\s*(?!1\s*/)[.\d]|(?<![/*^])\s\(?[.\d]|%\s*%")
_GROUPED = re.compile(r"^\s*([+-]?\d{1,3})((?:[\s'’]\d{3})+)(?![\d,])(.*)$", re.S)
_NUMBER = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$", re.S)


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    if "percent" not in registry:  # older pint
        registry.define("percent = 0.01")
    return registry


@lru_cache(maxsize=512)
def normalise(unit: str) -> str:
    """A unit as pint reads it: ``"mA h g⁻¹"`` -> ``"mA*h*g**-1"``, ``"wt%"`` -> ``"percent"``."""
    text = unit.strip()
    if text.lower() in _WHOLE and text not in ("C", "K", "Da", "kDa", "MDa"):
        return _WHOLE[text.lower()]
    if text in ("Da", "kDa", "MDa", "C", "K"):
        return _WHOLE[text.lower()]
    if _PERCENT.fullmatch(text):
        return "percent"
    for old, new in _SPELLINGS:
        text = text.replace(old, new)
    text = _OF_SILICON.sub("", text)
    text = _PER_WIDTH.sub(r"\1/(\2*\3)", text)
    text = re.sub(r"([A-Za-z)])([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"{m[1]}**{m[2].translate(_SUPERSCRIPTS)}", text)
    text = re.sub(r"([A-Za-z)])\s*\^\s*([+-]?\d+)", r"\1**\2", text)
    text = re.sub(r"([A-Za-z)])([+-]\d+)", r"\1**\2", text)
    text = re.sub(r"\b([a-zA-Z]*m|s|in|ft)([23])\b", r"\1**\2", text)
    text = text.replace("mAh", "mA*h").replace("uAh", "uA*h").replace("mWh", "mW*h")
    text = re.sub(r"\bAh\b", "A*h", text)
    text = re.sub(r"\bWh\b", "W*h", text)
    text = re.sub(r"(?<=[\w)])\s*\.\s*(?=[A-Za-z])", "*", text)
    text = re.sub(r"(?<=[\w)])\s+(?=[A-Za-z(])", "*", text)
    return re.sub(r"\bsec\b", "s", text)


def _ends(unit: str, target: str) -> tuple[float, float]:
    """0 and 1 of ``unit``, in ``target``."""
    registry = _registry()
    if re.search(r"(?<![\w.*)-])\d|\*\d", unit.replace("**", "^")):  # a number in a unit: N/(25*mm)
        return 0.0, float((1.0 * registry.parse_expression(unit)).to(target).magnitude)
    zero, one = (registry.Quantity(number, unit).to(target).magnitude for number in (0.0, 1.0))
    return float(zero), float(one)


@lru_cache(maxsize=2048)
def _scale(unit: str, target: str) -> tuple[float, float]:
    """(factor, offset) with value_in_target = factor * value + offset."""
    if (unit, target) in COMMON:
        return COMMON[unit, target], OFFSETS.get((unit, target), 0.0)
    try:
        if unit in OWN_ENDS or ":" in unit or NO_UNITS & set(re.split(r"[^a-z]+", unit.lower())):
            raise ValueError("a word of a heading")
        if _ENDLESS.search(normalise(unit)) or len(unit) > MAX_UNIT_LENGTH:
            raise ValueError("a tower of powers")
        zero, one = _ends(normalise(unit), normalise(target))
    except Exception as fault:
        raise UnitError(
            Problem(
                what=f"the unit '{unit}' cannot be read as '{target}'",
                got=f"'{unit}'",
                expected=f"a unit that converts to {target}",
                mend="Write a unit such as mm, N, MPa, mAh/g, %, °C.",
            )
        ) from fault
    # fifteen digits: 1 ml is 1e-6 m^3, not 1.0000000000000002e-6
    return float(f"{one - zero:.15g}"), float(f"{zero:.15g}")


def factor_to(unit: str, target: str) -> tuple[float, float]:
    """``(factor, offset)`` so that ``value_in_target = factor * value + offset``.

    Raises :class:`UnitError` when either is unknown or their dimensions differ.
    """
    return _scale(unit, target)


def convert(value: Any, unit: str, target: str) -> Any:
    """``value`` (a number or an array) in ``unit``, expressed in ``target``."""
    factor, offset = _scale(unit, target)
    return value * factor + offset if offset else value * factor


def split_number(text: str) -> tuple[float, str] | None:
    """``"12.7 mm"`` -> ``(12.7, "mm")``; ``None`` where no number leads."""
    match = _NUMBER.match(text.replace("−", "-"))
    return (float(match[1]), match[2].strip()) if match else None


def parse_quantity(text: str | float | int, target: str, *, where: str = "") -> float:
    """A person's ``"12.7 mm"`` in the SI unit ``target``; a bare number only for ``target == "1"``.

    Raises :class:`UnitError`: no number, an unknown unit, another dimension, or no unit where one is needed.
    """
    dimensionless = target in ("1", "")
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        text = repr(text)
    if comma := _COMMA.match(str(text)):
        mend = f"Write {comma[1]}.{comma[2]} {comma[3]}".rstrip() + "."
        raise UnitError(
            Problem("a comma in a number can be read in two ways", where, f"'{text}'", "a decimal point", mend)
        )
    parts = split_number(str(text))
    if parts is None or (not parts[1] and not dimensionless):
        raise UnitError(
            Problem(
                what="not a quantity",
                where=where,
                got=f"'{text}'",
                expected="a number" if dimensionless else f"a number with a unit that converts to {target}",
                mend="" if dimensionless else f"Write it with its unit, as in '1.5 {target}'.",
            )
        )
    number, unit = parts
    if _SECOND_NUMBER.search(unit):
        grouped = _GROUPED.match(str(text))
        joined = re.sub(r"\D", "", grouped[2]) if grouped else ""
        mend = f"Write {grouped[1]}{joined}{grouped[3]}." if grouped else ""
        raise UnitError(Problem("more than one number in a quantity", where, f"'{text}'", "one number, one unit", mend))
    try:
        return float(convert(number, unit or "1", target or "1"))
    except UnitError as fault:
        raise UnitError(*(p.at(where) if where else p for p in fault.problems)) from None
