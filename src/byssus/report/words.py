"""Numbers, units and conditions as people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from byssus.errors import UnitError
from byssus.units import factor_to
from byssus.vocabulary import Quantity, quantities

__all__ = [
    "BASIS_MEANING",
    "STATUS_WORDS",
    "axis_title",
    "conditions",
    "linked",
    "named",
    "number",
    "pretty_unit",
    "quantity_of",
    "scale_of",
    "unit_of",
    "with_uncertainty",
]

BASIS_MEANING = {
    "published": "printed in the cited work",
    "measured": "found in a laboratory's own file",
    "computed": "computed from structure",
    "simulated": "from a model",
    "rehearsed": "from a virtual instrument; shows that the analysis runs, says nothing about the material",
}
STATUS_WORDS = {
    "ok": "ok",
    "warned": "with a warning",
    "failed": "failed",
    "not_identifiable": "not identifiable",
    "missing_input": "missing input",
}
# Two digits of an uncertainty below 3.55, one above: PDG Review of Particle Physics, introduction, 5.3
TWO_DIGITS_BELOW = 3.55
LARGEST_PLAIN = 1e7
SMALLEST_PLAIN = 1e-4
SIGNIFICANT = 4  # where no uncertainty is known
MOST_SIGNIFICANT = 5  # however small the uncertainty: more digits than that are read by nobody
# Conditions whose value says by itself what it is: "anodic", "SEI".
PLAIN = ("state", "component", "region", "band", "standard", "half", "process", "part")
_SUPERSCRIPT = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_DOI = re.compile(
    r"(?i)(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s*|\bdoi\s+)?\b(10\.\d{4,9}/[^\s,;\"'<>]*[^\s,;.\"'<>)\]])"
)


def pretty_unit(unit: str) -> str:
    """``"MJ/m^3"`` as ``"MJ/m³"``; nothing for a pure number."""
    if unit in ("1", ""):
        return ""
    return re.sub(r"\^([+-]?\d+)", lambda m: m[1].translate(_SUPERSCRIPT), unit)


def quantity_of(name: str, unit: str = "1") -> Quantity:
    """The vocabulary's quantity, or one made of the bare name where it has none."""
    known = quantities().get(name)
    if known is not None:
        return known
    label = name.replace("_", " ").strip().capitalize() or "Unnamed"
    return Quantity(name, label, "", unit, unit, "Not in the vocabulary.", "")


@lru_cache(maxsize=2048)
def unit_of(name: str, unit: str) -> str:
    """The unit a number of this quantity is shown in: the display unit, or its own where that does not convert."""
    shown = quantity_of(name, unit).display_unit
    try:
        factor_to(unit or "1", shown or "1")
    except UnitError:
        return unit
    return shown


def scale_of(unit: str, shown: str) -> tuple[float, float]:
    """``(factor, offset)`` from ``unit`` to ``shown``; differences take the factor alone."""
    return (1.0, 0.0) if unit == shown else factor_to(unit or "1", shown or "1")


def axis_title(name: str) -> str:
    """``"Tensile strength / MPa"``, ``"Specific capacity / (mAh/g)"``."""
    what = quantity_of(name)
    unit = pretty_unit(what.display_unit)
    if not unit:
        return what.label
    return f"{what.label} / ({unit})" if "/" in unit else f"{what.label} / {unit}"


def number(value: float, decimals: int | None = None) -> str:
    """``value`` with that many decimals (negative: rounded to tens, hundreds), else four significant digits."""
    if value and not SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        return _scientific(value, decimals)
    if decimals is None:
        decimals = SIGNIFICANT - 1 - math.floor(math.log10(abs(value))) if value else 0
        text = f"{value:.{max(decimals, 0)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{round(value, decimals):.{max(decimals, 0)}f}"
    return text.replace("-", "−")


def _scientific(value: float, decimals: int | None) -> str:
    exponent = math.floor(math.log10(abs(value)))
    places = SIGNIFICANT - 1 if decimals is None else min(max(decimals + exponent, 0), 15)
    mantissa = f"{value / 10**exponent:.{places}f}"
    if decimals is None and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}×10{str(exponent).translate(_SUPERSCRIPT)}".replace("-", "−")


def decimals_for(uncertainty: float) -> int:
    """How many decimals keep one or two significant digits of ``uncertainty`` (> 0)."""
    exponent = math.floor(math.log10(uncertainty))
    return (1 if uncertainty / 10**exponent < TWO_DIGITS_BELOW else 0) - exponent


def with_uncertainty(value: float, uncertainty: float | None) -> tuple[str, str]:
    """``(value, uncertainty)`` as texts that end at the same digit; the second is empty where unknown or zero."""
    if not uncertainty or not math.isfinite(uncertainty) or uncertainty < 0:
        return number(value), ""
    largest = max(abs(value), uncertainty)
    if SMALLEST_PLAIN <= largest < LARGEST_PLAIN:
        places = min(decimals_for(uncertainty), MOST_SIGNIFICANT - 1 - math.floor(math.log10(largest)))
        return _fixed(value, places), _around(uncertainty, places)
    exponent = math.floor(math.log10(largest))
    places = min(decimals_for(uncertainty / 10**exponent), MOST_SIGNIFICANT - 1)
    power = f"×10{str(exponent).translate(_SUPERSCRIPT)}"
    return _fixed(value / 10**exponent, places) + power, _around(uncertainty / 10**exponent, places) + power


def _fixed(value: float, places: int) -> str:
    return f"{round(value, places):.{max(places, 0)}f}".replace("-", "−")


def _around(uncertainty: float, places: int) -> str:
    """An uncertainty at that many decimals, or that it is smaller than the last of them."""
    return _fixed(uncertainty, places) if uncertainty >= 0.5 * 10.0**-places else f"<{_fixed(10.0**-places, places)}"


def conditions(at: Mapping[str, Any] | None, *, without: Iterable[str] = ()) -> str:
    """``{"cycle": 200, "c_rate": 0.2}`` as ``"cycle 200, 0.2 C"``."""
    parts = []
    for key, value in (at or {}).items():
        if key in without:
            continue
        told = f"{value:g}" if isinstance(value, float) else str(value)
        if key == "c_rate":
            parts.append(f"{told} C")
        elif key in PLAIN:
            parts.append(told)
        elif key == "electrode":
            parts.append(f"{told} electrode")
        else:
            parts.append(f"{key.replace('_', ' ')} {told}")
    return ", ".join(parts)


def named(text: str) -> str:
    """``text`` with the vocabulary's names (``peel_force``) as people say them (``peel force``)."""

    def say(match: re.Match[str]) -> str:
        known = quantities().get(match[0])
        if known is None:
            return match[0]
        proper = known.label[1:2].isupper() or "'" in known.label.split()[0] or known.label.startswith("C-")
        return known.label if proper else known.label[:1].lower() + known.label[1:]

    return _NAME.sub(say, text)


def linked(text: str) -> Markup:
    """``text`` escaped, with each DOI in it as a plain link."""
    out, last = Markup(""), 0
    for match in _DOI.finditer(text or ""):
        out += escape(text[last : match.start()])
        link = Markup('<a href="https://doi.org/{}" rel="noreferrer">{}</a>')
        out += link.format(match[1], match[0])
        last = match.end()
    return out + escape((text or "")[last:])
