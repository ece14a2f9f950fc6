"""What the provenance holds of a study's chemistry, as JSON Schema; a study without chemistry has none of it."""

from __future__ import annotations

from typing import Any

__all__ = ["chemistry_properties"]

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
MAYBE_NUMBER = {"type": ["number", "null"]}
MAYBE_TEXT = {"type": ["string", "null"]}


def chemistry_properties() -> dict[str, Any]:
    """The properties ``structures``, ``contacts`` and ``verdicts`` of the provenance."""
    return {
        "structures": {
            "type": "array",
            "description": "Monomers, repeat units, crosslinkers and model compounds of the binders.",
            "items": _structure(),
        },
        "contacts": {
            "type": "array",
            "description": "What stands behind computed binding energies: declarations, geometries, origins.",
            "items": _contact(),
        },
        "verdicts": {
            "type": "array",
            "description": "What the computed contacts say of printed binding energies; energies in J/mol.",
            "items": _verdict(),
        },
    }


def _structure() -> dict[str, Any]:
    counted = {"type": "object", "description": "Reactive sites, counted.", "additionalProperties": {"type": "number"}}
    return {
        "type": "object",
        "required": ["role", "name", "binders", "smiles", "formula", "molar_mass_kg_per_mol"],
        "properties": {
            "role": TEXT,
            "name": TEXT,
            "binders": TEXTS,
            "smiles": TEXT | {"description": "With * at open ends; empty where no one bond can be cut (a ladder)."},
            "formula": TEXT,
            "molar_mass_kg_per_mol": {"type": "number"},
            "sites": counted,
            "tints": {
                "type": "object",
                "description": "The colour each site has in the drawing.",
                "additionalProperties": TEXT,
            },
            "drawing": MAYBE_TEXT | {"description": "Stem of the drawing's file in figures/."},
        },
    }


def _contact() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["name", "kind", "binder", "site", "reactants", "product", "level", "rule", "geometries"],
        "properties": {
            "name": TEXT,
            "kind": {"enum": ["pair", "ring_opening", "adsorption", "ion"]},
            "binder": TEXT,
            "site": TEXT,
            "reactants": TEXTS,
            "product": TEXT,
            "level": {"enum": ["default", "full"]},
            "rule": TEXT | {"description": "Why these molecules stand for the binder."},
            "origins": {
                "type": "object",
                "description": "How many of its jobs are stored, shipped, computed, failed.",
                "additionalProperties": {"type": "integer"},
            },
            "versions": {"type": "object", "additionalProperties": TEXT},
            "geometries": {"type": "array", "items": _geometry()},
        },
    }


def _geometry() -> dict[str, Any]:
    whole = {"type": "integer", "minimum": 0}
    place = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
    return {
        "type": "object",
        "description": "The lowest geometry of what one ledger is of; the first is the one meant.",
        "required": ["held", "split", "numbers", "positions_bohr", "hydrogen_bonds"],
        "properties": {
            "held": MAYBE_TEXT | {"description": "hydrogen-bonded, stacked, enclosed or other; null for a product."},
            "split": {"type": ["integer", "null"], "description": "How many atoms are the first molecule's."},
            "numbers": {"type": "array", "items": whole, "description": "Atomic numbers."},
            "positions_bohr": {"type": "array", "items": place},
            "hydrogen_bonds": {
                "type": "array",
                "description": "Donor, hydrogen, acceptor by index from 0.",
                "items": {"type": "array", "items": whole, "minItems": 3, "maxItems": 3},
            },
            "binding_j_per_mol": MAYBE_NUMBER,
        },
    }


def _verdict() -> dict[str, Any]:
    words = ["supported", "depends on the model", "not supported", "contradicted", "not computed", ""]
    return {
        "type": "object",
        "required": ["about", "verdict", "sentence"],
        "properties": {
            "about": {"enum": ["claim", "order", "pair of an order", "sensitivity", "note"]},
            "verdict": {"enum": words},
            "sentence": TEXT,
            "binder": TEXT,
            "printed": TEXT,
            "unit": TEXT,
            "contacts": TEXTS,
            "range_j_per_mol": {"type": ["array", "null"], "items": MAYBE_NUMBER, "minItems": 2, "maxItems": 2},
            "nearest": TEXT,
            "nearest_j_per_mol": MAYBE_NUMBER,
            "deviation_j_per_mol": MAYBE_NUMBER | {"description": "Printed minus the nearest contact's."},
            "outside_j_per_mol": MAYBE_NUMBER | {"description": "How far beyond the range of all; 0 inside."},
        },
    }
