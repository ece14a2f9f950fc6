"""What a TOML parser and a model complain about, as problems with a path a person can follow.

Tables are counted as people count: ``binder[2]`` is the second ``[[binder]]``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from byssus.errors import Problem, StudyError

__all__ = ["did_you_mean", "keys_at", "parse_toml", "path_of", "problems_of", "shown", "unknown_name"]

MAX_SHOWN = 60  # characters of a bad value that a message repeats
_PLACE = re.compile(r"^(?P<what>.*?)\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S)
_EXPECTED = {
    "string_type": "text in quotes",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a table of names and values",
    "model_type": "a table of names and values",
    "tuple_type": "a list in square brackets",
    "list_type": "a list in square brackets",
    "string_too_short": "text that is not empty",
}


def parse_toml(data: bytes, where: str) -> dict[str, Any]:
    """TOML bytes as a dict.

    Raises
    ------
    StudyError
        Not UTF-8, or not TOML: line and column are named and the offending line is shown.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        problem = Problem("not UTF-8 text", f"{where} line {line}", mend="Save the file as UTF-8.")
        raise StudyError(problem) from None
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise StudyError(_syntax_problem(str(fault), text, where)) from None
    except RecursionError:
        raise StudyError(Problem("tables nested too deep to be a study", where)) from None


def _syntax_problem(message: str, text: str, where: str) -> Problem:
    match, lines = _PLACE.match(message), text.splitlines() or [""]
    what = f"not TOML: {match['what'] if match else message}"
    number = int(match["line"]) if match and match["line"] else len(lines)
    column = f", column {match['column']}" if match and match["column"] else ""
    line = lines[min(number, len(lines)) - 1].strip()
    mend = "Put text in quotes and close every quote and bracket."
    return Problem(what, f"{where} line {number}{column}", shown(line), mend=mend)


def problems_of(fault: ValidationError, raw: Mapping[str, Any], model: type[BaseModel]) -> list[Problem]:
    """Every complaint of the model as a problem; those about one place (a choice of types) become one."""
    by_path: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {}
    for error in fault.errors(include_url=False):
        loc = _inside(error["loc"], raw, error["type"] in ("missing", "extra_forbidden"))
        by_path.setdefault(path_of(loc), []).append((loc, dict(error)))
    return [_one_problem(path, group, model) for path, group in by_path.items()]


def _one_problem(path: str, group: list[tuple[tuple[Any, ...], dict[str, Any]]], model: type[BaseModel]) -> Problem:
    loc, error = group[0]
    kind, got = error["type"], error.get("input")
    if kind == "missing":
        return Problem(f"'{loc[-1]}' is missing", path_of(loc[:-1]) or "study.toml", mend=f"Add {loc[-1]} = ...")
    if kind == "extra_forbidden":
        return unknown_name("key", str(loc[-1]), keys_at(model, loc[:-1]), path)
    if kind in ("tuple_type", "list_type") and isinstance(got, Mapping):
        name = ".".join(str(part) for part in loc if isinstance(part, str))
        return Problem("one table where several may stand", path, f"[{name}]", f"[[{name}]]", "Use two brackets.")
    expected = " or ".join(dict.fromkeys(_EXPECTED.get(e["type"], _said(e)) for _, e in group))
    mend = f'Put it in quotes, as in "{got}".' if kind == "string_type" and isinstance(got, (int, float)) else ""
    if mend and isinstance(got, float):  # TOML keeps no closing zero, and a printed number's digits are its precision
        mend = 'Put it in quotes with every digit as it stands: "0.5" is not "0.50".'
    return Problem("not what belongs here", path, shown(got), expected, mend)


def _said(error: Mapping[str, Any]) -> str:
    message = re.sub(r" after validation, not \d+$", "", str(error["msg"]))
    return re.sub(r"^(Input|Value|Tuple) should (be|have) (a valid )?", "", message)


def _inside(loc: Sequence[Any], raw: Any, last_may_be_absent: bool) -> tuple[Any, ...]:
    """The part of pydantic's location that lies in the file: names of union members are left out."""
    kept: list[Any] = []
    for index, part in enumerate(loc):
        in_table = isinstance(raw, Mapping) and part in raw
        if in_table or (isinstance(raw, list) and isinstance(part, int) and part < len(raw)):
            raw = raw[part]
        elif not (last_may_be_absent and index == len(loc) - 1):
            break
        kept.append(part)
    return tuple(kept)


def path_of(loc: Iterable[Any]) -> str:
    """``("binder", 1, "recipe", "poss")`` -> ``"binder[2].recipe.poss"``."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        else:
            name = part if re.fullmatch(r"[\w-]+", part) else f'"{part}"'
            path += f".{name}" if path else name
    return path


def keys_at(model: type[BaseModel], loc: Iterable[Any]) -> tuple[str, ...]:
    """The keys that may stand in the table at ``loc``."""
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            if inner is None:
                return ()
            model = inner
    return tuple(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean "..."?``, or what there is, or nothing."""
    names = list(dict.fromkeys(known))
    lowered = {n.lower(): n for n in reversed(names)}
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {shown(lowered[near[0]])}?"
    return f"There is: {', '.join(shown(n)[1:-1] for n in names)}." if 0 < len(names) <= 20 else ""


def unknown_name(kind: str, name: str, known: Iterable[str], where: str) -> Problem:
    """A name that is not among those known, with the nearest that is."""
    return Problem(f"unknown {kind}", where, shown(name), mend=did_you_mean(name, known))


def shown(value: Any) -> str:
    """A value as a message repeats it: quoted, printable, short."""
    text = value if isinstance(value, (str, Path, date)) else repr(value)
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))
    clean = clean if len(clean) <= MAX_SHOWN else clean[: MAX_SHOWN - 1] + "…"
    return f'"{clean}"' if isinstance(value, str) else clean
