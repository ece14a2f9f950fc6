"""The JSON Schema of study.toml, from the model; editors complete and check a study with it.

``python -m byssus.study.schema > docs/study.schema.json`` writes the published file.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from byssus.study.model import Study
from byssus.vocabulary import columns, quantities

__all__ = ["SCHEMA_ID", "schema", "schema_text"]

SCHEMA_ID = "urn:byssus:study:1"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of study.toml as a dict.

    Quantities and columns are listed with their meaning, so that an editor shows it beside the name.
    """
    body = Study.model_json_schema(ref_template="#/$defs/{model}")
    for table in ("Claim", "Assertion"):
        body["$defs"][table]["properties"]["quantity"] = {"title": "Quantity", "oneOf": _quantity_choices()}
    names = {name: {"type": "string", "description": f"Heading that holds {name}."} for name in columns()}
    body["$defs"]["Measurement"]["properties"]["columns"].update(properties=names, additionalProperties=False)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "A byssus study (study.toml)",
        "description": "Binders, electrode, raw instrument files and printed numbers of one study.",
    }
    return {**head, **{key: value for key, value in body.items() if key not in head}}


def _quantity_choices() -> list[dict[str, str]]:
    return [
        {"const": q.name, "title": q.label, "description": f"{q.definition} Usual unit: {q.display_unit}."}
        for q in quantities().values()
    ]


def schema_text() -> str:
    """The schema as the published file holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
