"""Tables: the results document as CSV files, in SI and in display units."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from byssus.findings import KEYS
from byssus.report.files import replace_file
from byssus.report.section import slug
from byssus.report.words import quantity_of, scale_of, unit_of

__all__ = ["table_texts", "write_tables"]

# A spreadsheet takes a cell that starts so for a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\n")
RESERVED = ("findings", "audit", "claims", "comparisons")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
FINDING_COLUMNS = (
    "binder", "technique", "quantity", "label", "at", "specimen", "value", "standard_uncertainty", "low", "high",
    "unit", "display_value", "display_standard_uncertainty", "display_low", "display_high", "display_unit", "n",
    "basis", "status", "method", "equation", "files", "sha256", "rows", "readers", "remarks",
)  # fmt: skip
CLAIM_COLUMNS = (
    "binder", "quantity", "label", "at", "printed", "printed_unit", "value", "low", "high", "unit", "display_value",
    "display_low", "display_high", "display_unit", "where", "remarks",
)  # fmt: skip
AUDIT_COLUMNS = (
    "verdict", "binder", "quantity", "label", "at", "printed", "unit", "recomputed_low", "recomputed_high", "relation",
    "equation", "inputs", "mends", "remarks", "where",
)  # fmt: skip
COMPARISON_COLUMNS = (
    "a", "b", "technique", "quantity", "label", "at", "basis", "a_value", "b_value", "a_n", "b_n", "difference",
    "standard_uncertainty", "low", "high", "unit", "display_difference", "display_standard_uncertainty", "display_low",
    "display_high", "display_unit", "change", "change_low", "change_high", "degrees", "p", "tests", "p_holm", "differs",
    "differs_together", "status", "remarks",
)  # fmt: skip


def write_tables(
    results: Mapping[str, Any], folder: Path, comparisons: Sequence[Mapping[str, Any]] = ()
) -> tuple[Path, ...]:
    """Write ``findings.csv``, ``claims.csv``, ``audit.csv`` and one file a technique into ``folder``.

    ``comparisons.csv`` too, where there are two binders to compare.

    UTF-8, comma, decimal point; values in SI (``unit``) and as people read them (``display_unit``). Text that a
    spreadsheet would take for a formula gets a leading ``'``. The same results give the same bytes.
    """
    out = []
    for name, text in table_texts(results, comparisons).items():
        out.append(folder / f"{name}.csv")
        replace_file(out[-1], text.encode())
    return tuple(out)


def table_texts(results: Mapping[str, Any], comparisons: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:
    """The tables as CSV text, by name."""
    findings = results.get("findings") or ()
    rows = [_cells(_finding(row)) for row in findings]
    printed = [row for row, raw in zip(rows, findings, strict=True) if raw.get("basis") == "published"]
    out = {
        "findings": _csv(FINDING_COLUMNS, rows),
        "claims": _csv(CLAIM_COLUMNS, printed),
        "audit": _csv(AUDIT_COLUMNS, map(_cells, map(_audit, results.get("audit") or ()))),
    }
    if beside := [row for pair in comparisons for row in pair.get("rows") or ()]:
        out["comparisons"] = _csv(COMPARISON_COLUMNS, map(_cells, map(_comparison, beside)))
    techniques = dict.fromkeys(str(f["technique"]) for f in findings if f.get("technique"))
    for technique in techniques:
        own = [(row, raw) for row, raw in zip(rows, findings, strict=True) if raw.get("technique") == technique]
        conditions = tuple(dict.fromkeys(f"at.{k}" for _, raw in own for k in raw.get("at") or {} if k != "specimen"))
        split = FINDING_COLUMNS.index("at")
        columns = (*FINDING_COLUMNS[:split], *conditions, *FINDING_COLUMNS[split + 1 :])
        out[table_name(technique)] = _csv(columns, (row for row, _ in own))
    return out


def table_name(technique: str) -> str:
    """The file stem of one technique's table."""
    name = slug(technique)
    return f"technique-{name}" if name in RESERVED else name


def _finding(row: Mapping[str, Any]) -> dict[str, Any]:
    quantity, unit = str(row.get("quantity") or ""), str(row.get("unit") or "1")
    shown = unit_of(quantity, unit)
    factor, offset = scale_of(unit, shown)
    low, high = row.get("interval") or (None, None)
    inputs = row.get("inputs") or ()
    at = row.get("at") or {}
    spread = row.get("standard_uncertainty")

    def display(value: float | None) -> float | None:
        return None if value is None else float(f"{factor * value + offset:.12g}")

    return {
        **{key: row.get(key) for key in KEYS if key not in ("at", "interval", "inputs", "remarks")},
        **{f"at.{key}": value for key, value in at.items()},
        "label": quantity_of(quantity, unit).label,
        "at": _at(at, without="specimen"),
        "specimen": at.get("specimen"),
        "low": low,
        "high": high,
        "display_value": display(row.get("value")),
        "display_standard_uncertainty": None if spread is None else float(f"{abs(factor) * spread:.12g}"),
        "display_low": display(low),
        "display_high": display(high),
        "display_unit": shown,
        "files": _joined(one.get("path") for one in inputs),
        "sha256": _joined(one.get("sha256") for one in inputs),
        "rows": _joined(one.get("rows") for one in inputs),
        "readers": _joined(one.get("reader") for one in inputs),
        "remarks": _joined(row.get("remarks") or ()),
        **{key: row.get(key) for key in ("printed", "printed_unit")},
        "where": where[0] if (where := re.findall(r"^printed: (.*)", str(row.get("method") or ""), re.S)) else None,
    }


def _audit(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row.get("recomputed") or (None, None)
    inputs = (
        f"{one.get('binder') or ''} {one.get('quantity') or ''} {_at(one.get('at') or {})} = "
        f"{one.get('printed')} {one.get('unit') or ''}"
        for one in row.get("inputs") or ()
    )
    return {
        **row,
        "label": quantity_of(str(row.get("quantity") or "")).label,
        "at": _at(row.get("at") or {}),
        "recomputed_low": low,
        "recomputed_high": high,
        "inputs": _joined(" ".join(one.split()) for one in inputs),
        "mends": _joined(m.get("text") if isinstance(m, Mapping) else m for m in row.get("mends") or ()),
        "remarks": _joined(row.get("remarks") or ()),
    }


def _comparison(row: Mapping[str, Any]) -> dict[str, Any]:
    quantity, unit = str(row["quantity"]), str(row.get("unit") or "1")
    shown = unit_of(quantity, unit)
    factor = scale_of(unit, shown)[0]  # of a difference: no offset
    low, high = row.get("interval") or (None, None)
    change_low, change_high = row.get("change_interval") or (None, None)
    told = {"difference": row.get("value"), "low": low, "high": high}
    told["standard_uncertainty"] = row.get("standard_uncertainty")
    display = {f"display_{k}": None if v is None else float(f"{factor * v:.12g}") for k, v in told.items()}
    return {
        **row, **told, **display,
        "label": quantity_of(quantity, unit).label,
        "at": _at(row.get("at") or {}, without="minus"),
        "a_value": row["values"][0], "b_value": row["values"][1], "a_n": row["n"][0], "b_n": row["n"][1],
        "change_low": change_low, "change_high": change_high,
        "display_unit": shown,
        "remarks": _joined(row.get("remarks") or ()),
    }  # fmt: skip


def _at(at: Mapping[str, Any], without: str = "") -> str:
    return "; ".join(f"{key}={_cell(value)}" for key, value in at.items() if key != without)


def _joined(parts: Iterable[Any]) -> str:
    return "; ".join(str(part) for part in parts)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The table of rows of cells (:func:`_cells`)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> str:
    """A cell: numbers as they are, text that would be a formula made harmless."""
    if value is None or value == "":
        return ""
    text = repr(value) if isinstance(value, float) else str(value)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text
