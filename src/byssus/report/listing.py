"""The lists behind one number, as HTML: its files, its specimens; hundreds of lines for each of many numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from byssus.report.rows import Number

__all__ = ["files_listed", "specimens_listed"]


@lru_cache(maxsize=8192, typed=True)
def _safe(text: Any) -> str:
    return str(escape(text))


def files_listed(inputs: Sequence[Mapping[str, Any]]) -> Markup:
    """Each file with its rows, its reader and its SHA-256."""
    return Markup(
        "".join(
            f"<div><code>{_safe(file.get('path', ''))}</code>, {_safe(file.get('rows', '?'))} rows, read by "
            f'{_safe(file.get("reader", "?"))}<br><span class="soft">SHA-256</span> '
            f"<code>{_safe(file.get('sha256', ''))}</code></div>\n"
            for file in inputs
        )
    )


def specimens_listed(singles: Sequence[Number]) -> Markup:
    """Each specimen with its value, its status and its files."""
    return Markup("".join(f"<li>{_one(single)}</li>" for single in singles))


def _one(single: Number) -> str:
    spread = f" ± {single.spread}" if single.spread else ""
    unit = f" {single.shown_unit}" if single.shown_unit and single.text != single.status_word else ""
    status = "" if single.status == "ok" else f" ({_status(single)})"
    files = "".join(
        f' <span class="soft">from <code>{_safe(file.get("path", ""))}</code></span>'
        for file in single.row.get("inputs") or ()
    )
    return f"{_safe(single.specimen)}: {escape(single.text + spread + unit)}{status}{files}"


def _status(single: Number) -> str:
    remarks = "; ".join(_safe(remark) for remark in single.row.get("remarks") or ())
    return f"{_safe(single.status_word)}: {remarks}" if remarks else _safe(single.status_word)
