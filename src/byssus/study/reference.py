"""The reference of study.toml, table by table, from the model.

``python -m byssus.study.reference > docs/study.md`` writes the published page.
"""

from __future__ import annotations

import re
import sys
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from byssus.study import model

__all__ = ["reference"]

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("top level", model.Study),
    ("[[binder]]", model.Binder),
    ("binder.monomers", model.Monomer),
    ("binder.cure, electrode.drying", model.CureStep),
    ("[electrode]", model.Electrode),
    ("[specimens]", model.SpecimenTable),
    ("[[measurement]]", model.Measurement),
    ("[[claim]]", model.Claim),
    ("[[assertion]]", model.Assertion),
    ("[[relation]]", model.OwnRelation),
    ("[[assumed]]", model.Assumed),
    ("[[contact]]", model.Contact),
    ("[[literature]]", model.Literature),
)
_HEAD = """\
# study.toml

A study is a folder with a `study.toml`, the raw files it names and, where a lab keeps one, a table of specimens.
`byssus new DIR` writes one that runs; `byssus check STUDY` lists everything that is wrong or missing, with its place:
`binder[2].recipe.poss` is the key `poss` in the `recipe` of the second `[[binder]]`.

This page is written by `python -m byssus.study.reference > docs/study.md`, and the
[JSON Schema](study.schema.json) by `python -m byssus.study.schema > docs/study.schema.json`; tests keep both equal to
the code. To have an editor complete a study (taplo, Even Better TOML), put the schema's path on its first line,
relative to the study: `#:schema ../../docs/study.schema.json`.

## Conventions

- **Amounts** are texts with their unit: `"12.7 mm"`, `"0.50 ± 0.1 mg/cm^2"`, `"200 °C"`. There is a decimal point, and
  no comma; digits are not grouped ("2820 mAh/g"), and a spread stands behind ±, not in brackets.
- **Mass fractions** are numbers from 0 to 1 or texts in percent (`"60 %"`). A binder's `recipe` replaces the
  electrode's fractions of the same name; together they sum to 1 (within 0.005).
- **Printed numbers** (`claim.value`) are texts, since their digits are their precision: `"72"` means [71.5, 72.5).
  Also taken: `"-11.22"` with any minus, `">65"` `"≥65"` `"<3"`, `"1368-1374"`, `"0.50 ± 0.1"`, `"0.50(3)"`, `"~20"`,
  `"1.2e3"`, `"1.2 × 10^3"`. `"2,820"` is refused, since it may be 2820 or 2.820.
- **Files** lie inside the study folder. Absolute paths, `..` and links that lead outside are refused. A glob that
  matches nothing is a missing input, not an error; hidden files are left out. A measurement has `files` or
  `rehearse = true`, never both.
- **Specimens**: csv (`,` `;` tab, decimal comma) or xlsx, one row a file. Headings: `file`, `binder`, and parameters
  with their unit (`width [mm]`, `Breite (mm)`, `masse / mg`). Empty cells mean "not given".
- A file of `[[claim]]` and `[[assertion]]` alone, without binders, is what `byssus audit CLAIMS.toml` takes.
"""


def reference() -> str:
    """The page, as Markdown."""
    parts = [_HEAD]
    for name, table in _TABLES:
        meaning = (table.__doc__ or "").strip().replace("``", "`")
        parts.append(f"## {name}\n\n{meaning}\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |")
        parts[-1] += "".join(f"\n{_row(key, info)}" for key, info in table.model_fields.items()) + "\n"
    return "\n".join(parts)


def _row(key: str, info: FieldInfo) -> str:
    default = "required" if info.is_required() else _default(info)
    cells = (f"`{key}`", _type(info.annotation), default, info.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ("", (), {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(annotation: Any) -> str:
    """A type in words: ``tuple[CureStep, ...]`` is "list of CureStep"."""
    simple = {str: "text", float: "number", int: "whole number", bool: "true or false", type(None): ""}
    if annotation in simple:
        return simple[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"table ({annotation.__name__})"
    args = get_args(annotation)
    name = getattr(annotation, "__origin__", None)
    if name is tuple:
        inner = re.sub(r"^table \((\w+)\)$", r"tables (\1)", _type(args[0]))
        return f"list of {inner}" if args[-1] is Ellipsis else f"{len(args)} x {inner}"
    if name is dict:
        return f"table of {_type(args[1])}"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    words = [f'`"{a}"`' if isinstance(a, str) else _type(a) for a in args]
    return " or ".join(word for word in words if word)


if __name__ == "__main__":
    sys.stdout.write(reference())
