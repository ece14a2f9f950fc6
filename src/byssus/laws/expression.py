"""Equations as text: what is shown to a reader is what is computed.

An equation is arithmetic over names: + - * / **, min, max, sqrt, cos, and the constants pi, F and R.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from byssus.errors import Problem, UnitError
from byssus.laws.matter import FARADAY_C_PER_MOL, GAS_CONSTANT_J_PER_MOL_K

__all__ = ["names", "solve", "value"]

_FUNCTIONS: dict[str, Callable[..., float]] = {"cos": math.cos, "sqrt": math.sqrt, "min": min, "max": max}
MAX_SHOWN = 80
_CONSTANTS = {"pi": math.pi, "F": FARADAY_C_PER_MOL, "R": GAS_CONSTANT_J_PER_MOL_K}
_ALLOWED = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.USub, ast.UAdd,
)  # fmt: skip


@lru_cache(maxsize=256)
def _compiled(equation: str) -> tuple[CodeType, tuple[str, ...]]:
    try:
        tree = ast.parse(equation.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused(equation) from None
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    called = {id(n.func) for n in calls}
    loose = any(isinstance(n, ast.Name) and n.id in _FUNCTIONS and id(n) not in called for n in ast.walk(tree))
    constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    numbers = all(type(n.value) in (int, float) for n in constants)
    if loose or not numbers or not all(map(_known, calls)) or not all(isinstance(n, _ALLOWED) for n in ast.walk(tree)):
        raise _refused(equation)
    for constant in constants:  # whole numbers have no bound: 9**9**9 would be counted out to its last digit
        constant.value = _float(constant.value)
    placed = sorted((n.lineno, n.col_offset, n.id) for n in ast.walk(tree) if isinstance(n, ast.Name))
    found = [name for _, _, name in placed]
    inputs = tuple(dict.fromkeys(n for n in found if n not in _FUNCTIONS and n not in _CONSTANTS))
    return compile(tree, "<relation>", "eval"), inputs


def _known(call: ast.Call) -> bool:
    """Whether a call is of one of the functions, with as many arguments as that takes."""
    if not isinstance(call.func, ast.Name) or call.func.id not in _FUNCTIONS:
        return False
    return len(call.args) >= 2 if call.func.id in ("min", "max") else len(call.args) == 1


def _float(number: Any) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _refused(equation: str) -> UnitError:
    shown = equation if len(equation) <= MAX_SHOWN else equation[:MAX_SHOWN] + "…"
    expected = "arithmetic over names of quantities, such as tensile_strength / elongation_at_break"
    return UnitError(Problem("not an equation", got=f"'{shown}'", expected=expected))


def names(equation: str) -> tuple[str, ...]:
    """The inputs an equation names, in the order they stand; ``UnitError`` where it is no equation."""
    return _compiled(equation)[1]


def value(equation: str, numbers: Mapping[str, float]) -> float:
    """The equation at one point; NaN where it has no value."""
    code = _compiled(equation)[0]
    try:
        out = eval(code, {"__builtins__": {}}, {**_FUNCTIONS, **_CONSTANTS, **numbers})
        return float(out) if isinstance(out, (int, float)) else math.nan
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


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
