"""The JSON Schema of results.json, which ``docs/results.schema.json`` publishes."""

from __future__ import annotations

import json
from typing import Any

from byssus.findings import BASES, KEYS, STATUSES
from byssus.report.schema_chemistry import chemistry_properties
from byssus.report.schema_cycle_life import cycle_life_properties
from byssus.report.schema_life import life_properties
from byssus.report.verdicts import VERDICTS

__all__ = ["results_schema", "schema_text"]

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["number", "null"]}
TEXTS = {"type": "array", "items": TEXT}
CONDITIONS = {
    "type": "object",
    "description": "Conditions, such as cycle, c_rate; a single specimen is told by specimen.",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}


def results_schema() -> dict[str, Any]:
    """The schema as a document (JSON Schema 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Results of byssus",
        "description": "What `byssus run` and the `--json` of `analyse`, `audit`, `compare`, `cure` give, in SI.",
        "type": "object",
        "required": ["schema", "findings", "audit", "errors", "provenance"],
        "properties": {
            "schema": {"const": "byssus-results/1"},
            "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}},
            "audit": {"type": "array", "items": {"$ref": "#/$defs/audit_row"}},
            "errors": {"type": "array", "items": {"$ref": "#/$defs/problem"}},
            "provenance": {
                "type": "object",
                "properties": chemistry_properties() | life_properties() | cycle_life_properties(),
            },
        },
        "$defs": {"finding": _finding(), "audit_row": _audit_row(), "source": _source(), "problem": _problem()},
    }


def schema_text() -> str:
    """The published file, byte for byte."""
    return json.dumps(results_schema(), indent=2, ensure_ascii=False) + "\n"


def _finding() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "One reportable number. Every key is always there and may be null.",
        "required": list(KEYS),
        "properties": {
            "binder": MAYBE_TEXT,
            "technique": MAYBE_TEXT,
            "quantity": TEXT,
            "at": CONDITIONS,
            "value": MAYBE_NUMBER | {"description": "In unit; null unless status is ok or warned."},
            "unit": TEXT | {"description": "SI; a percentage is a fraction with unit 1."},
            "standard_uncertainty": MAYBE_NUMBER,
            "interval": {
                "description": "95 % interval; of a published number, what its digits imply.",
                "type": ["array", "null"],
                "items": MAYBE_NUMBER,
                "minItems": 2,
                "maxItems": 2,
            },
            "n": {"type": ["integer", "null"], "minimum": 0},
            "method": TEXT,
            "equation": TEXT,
            "inputs": {"type": "array", "items": {"$ref": "#/$defs/source"}},
            "basis": {"enum": list(BASES)},
            "status": {"enum": list(STATUSES)},
            "remarks": TEXTS,
            "printed": MAYBE_TEXT | {"description": "Of a published number: its digits as printed."},
            "printed_unit": MAYBE_TEXT,
            "where": MAYBE_TEXT,
        },
        "allOf": [
            {
                "if": {"properties": {"status": {"enum": ["failed", "not_identifiable", "missing_input"]}}},
                "then": {"properties": {"value": {"type": "null"}}},
            }
        ],
    }


def _audit_row() -> dict[str, Any]:
    known = ("binder", "quantity", "at", "printed", "unit", "recomputed", "verdict", "relation", "inputs", "mends")
    mend = {
        "type": "object",
        "required": ["kind", "text"],
        "properties": {"kind": TEXT, "text": TEXT},
    }
    return {
        "type": "object",
        "description": "One verdict; it sits on the derived quantity.",
        "required": list(known),
        "properties": {
            "binder": MAYBE_TEXT,
            "quantity": TEXT,
            "at": CONDITIONS,
            "printed": MAYBE_TEXT,
            "unit": MAYBE_TEXT,
            "recomputed": {
                "description": "Low and high in the printed unit; null where unbounded or not computable.",
                "type": ["array", "null"],
                "items": MAYBE_NUMBER,
                "minItems": 2,
                "maxItems": 2,
            },
            "verdict": {"enum": list(VERDICTS)},
            "relation": TEXT,
            "equation": TEXT,
            "inputs": {"type": "array", "items": {"type": "object"}},
            "mends": {"type": "array", "items": mend},
            "remarks": TEXTS,
            "where": TEXT,
        },
    }


def _source() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "A file a number was found in.",
        "required": ["path", "sha256", "reader", "rows"],
        "properties": {
            "path": TEXT,
            "sha256": {"type": "string"},
            "reader": TEXT,
            "rows": {"type": "integer", "minimum": 0},
        },
    }


def _problem() -> dict[str, Any]:
    keys = ("what", "where", "got", "expected", "mend")
    return {
        "type": "object",
        "description": "One thing that is wrong and how to mend it.",
        "required": ["what"],
        "properties": dict.fromkeys(keys, TEXT),
    }
