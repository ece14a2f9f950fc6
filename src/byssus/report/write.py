"""The report written: page, results document, tables and drawings."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from byssus.findings import plain
from byssus.report.chemistry import pictures_of
from byssus.report.cycle_life_figures import cycle_life_drawings, cycle_life_sections
from byssus.report.drawing import draw, draw_all
from byssus.report.files import replace_file
from byssus.report.page import render_page
from byssus.report.rows import binders_of
from byssus.report.section import Section, drawing_key
from byssus.report.tables import write_tables

__all__ = ["results_text", "write_report"]

WRITTEN = ".report-files"  # beside the page: the tables and drawings it came with
OURS = re.compile(r"(tables|figures)/[a-z0-9_-]+\.(csv|svg|png)")
FIRST_KEYS = ("schema", "findings", "audit", "errors", "provenance")


def write_report(
    out: Path,
    results: Mapping[str, Any],
    sections: Sequence[Section],
    *,
    png: bool = False,
    drawings: Mapping[str, str] | None = None,
    comparisons: Sequence[Mapping[str, Any]] = (),
) -> Path:
    """Write ``report.html``, ``results.json``, ``tables/*.csv`` and ``figures/*.svg`` into ``out``.

    Parameters
    ----------
    out : Path
        The folder, made where absent. Each file is replaced in one step; tables and figures that an earlier
        report wrote and this one has not are removed.
    results : mapping
        The results document.
    sections : sequence of Section
    png : bool
        Whether to write ``figures/*.png`` too.
    drawings : mapping, optional
        What :func:`byssus.report.drawing.draw_all` gave, where it is already there.
    comparisons : sequence of mapping
        Every two binders compared, as :func:`byssus.report.page.render_page` takes them.

    Returns the path of ``report.html``. The same input gives the same bytes. Raises ``OSError`` where ``out`` cannot
    be written.
    """
    results = plain(results)
    binders = binders_of(results)
    drawn = draw_all(sections, binders=binders) if drawings is None else drawings
    drawn = {**drawn, **pictures_of(results), **cycle_life_drawings(results, binders)}
    kept = set(write_tables(results, out / "tables", comparisons))
    for key, svg in drawn.items():
        kept.add(
            replace_file(out / "figures" / f"{key}.svg", f'<?xml version="1.0" encoding="utf-8"?>\n{svg}\n'.encode())
        )
    if png:
        kept.update(_pictures(out / "figures", (*sections, *cycle_life_sections(results)), binders))
    _drop_old(out, kept)
    replace_file(out / "results.json", _text(results).encode())
    return replace_file(out / "report.html", render_page(results, sections, drawn, plain(comparisons)).encode())


def results_text(results: Mapping[str, Any]) -> str:
    """The results document as JSON: one line a finding or audit row, keys in their fixed order, a newline at the end.

    Numbers that are not finite become ``null``.
    """
    return _text(plain(results))


def _text(results: Mapping[str, Any]) -> str:
    names = [*(k for k in FIRST_KEYS if k in results), *(k for k in results if k not in FIRST_KEYS)]
    parts = [f" {_json(name)}: {_block(results[name])}" for name in names]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _block(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(map(_json, value)) + "\n ]"
    if isinstance(value, dict) and value:
        return "{\n  " + ",\n  ".join(f"{_json(k)}: {_json(v)}" for k, v in value.items()) + "\n }"
    return _json(value)


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _pictures(folder: Path, sections: Sequence[Section], binders: Sequence[str]) -> list[Path]:
    out = []
    for section in sections:
        for figure in section.figures:
            if curves := section.of_figure(figure):
                picture = draw(figure, curves, fmt="png", binders=binders)
                out.append(replace_file(folder / f"{drawing_key(section, figure)}.png", picture))
    return out


def _drop_old(out: Path, kept: set[Path]) -> None:
    """Remove the tables and drawings an earlier report wrote and this one has not, and note what this one wrote."""
    names = {path.relative_to(out).as_posix() for path in kept}
    note = out / WRITTEN
    if note.is_file():
        for name in set(note.read_text(encoding="utf-8").splitlines()) - names:
            if OURS.fullmatch(name):
                (out / name).unlink(missing_ok=True)
    replace_file(note, "".join(f"{name}\n" for name in sorted(names)).encode())
