"""The equations of the relation table: read from text, so that what is shown is what is computed.

An equation is arithmetic over names of quantities. Over intervals it is evaluated at the corners, which is
exact for an equation that is monotone in each of its numbers, as all of the table's are.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType

from byssus.audit.stated import Interval
from byssus.laws.matter import FARADAY_C_PER_MOL, GAS_CONSTANT_J_PER_MOL_K

__all__ = ["corners", "names", "solve", "value"]

_FUNCTIONS: dict[str, Callable[..., float]] = {"cos": math.cos, "sqrt": math.sqrt, "min": min, "max": max}
_CONSTANTS = {"pi": math.pi, "F": FARADAY_C_PER_MOL, "R": GAS_CONSTANT_J_PER_MOL_K}
_ALLOWED = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd,
)  # fmt: skip


@lru_cache(maxsize=256)
def _compiled(equation: str) -> tuple[CodeType, tuple[str, ...]]:
    tree = ast.parse(equation, mode="eval")
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise ValueError(f"an equation holds arithmetic only: {equation}")
    found = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    inputs = tuple(dict.fromkeys(n for n in found if n not in _FUNCTIONS and n not in _CONSTANTS))
    return compile(tree, "<relation>", "eval"), inputs


def names(equation: str) -> tuple[str, ...]:
    """The inputs an equation names, in the order they stand."""
    inputs = _compiled(equation)[1]
    return tuple(sorted(inputs, key=equation.index))


def value(equation: str, numbers: Mapping[str, float]) -> float:
    """The equation at one point; NaN where it has no value."""
    code = _compiled(equation)[0]
    try:
        out = eval(code, {"__builtins__": {}}, {**_FUNCTIONS, **_CONSTANTS, **numbers})
        return float(out) if isinstance(out, (int, float)) else math.nan
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


def corners(equation: str, intervals: Mapping[str, Interval]) -> Interval | None:
    """The range of the equation over intervals; ``None`` where it has no finite end at all."""
    keys = names(equation)
    points = itertools.product(*((intervals[k].low, intervals[k].high) for k in keys))
    reached = [value(equation, dict(zip(keys, point, strict=True))) for point in points]
    known = [v for v in reached if not math.isnan(v)]
    if not known or all(math.isinf(v) for v in known):
        return None
    low, high = min(known), max(known)
    if len(known) < len(reached):  # an undefined corner (a difference of infinities, a zero below): unbounded there
        low, high = (low, math.inf) if all(v >= 0 for v in known) else (-math.inf, math.inf)
    is_open = any(i.low_open or i.high_open for i in intervals.values())
    return Interval(low, high, low_open=is_open, high_open=is_open)


def solve(equation: str, numbers: Mapping[str, float], name: str, wanted: float) -> float | None:
    """The value of one input at which the equation gives ``wanted``, the other inputs held; else ``None``.

    Searched within three decades of the present value by Brent's method.
    """
    from scipy.optimize import brentq

    start = numbers[name]
    if start == 0 or not math.isfinite(start):
        return None

    def miss(scale: float) -> float:
        return value(equation, {**numbers, name: start * scale}) - wanted

    grid = [10 ** (k / 8) for k in range(-25, 26)]
    reached = [miss(scale) for scale in grid]
    spans = [
        (abs(math.log(a)), a, b)
        for (a, fa), (b, fb) in itertools.pairwise(zip(grid, reached, strict=True))
        if math.isfinite(fa) and math.isfinite(fb) and fa * fb <= 0
    ]
    if not spans:
        return None
    _, low, high = min(spans)
    return float(brentq(miss, low, high, xtol=1e-14)) * start
