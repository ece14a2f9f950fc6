"""What the provenance holds of cure and network, as JSON Schema; a study without chemistry has none of it."""

from __future__ import annotations

from typing import Any

__all__ = ["life_properties"]

TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}
MAYBE_NUMBER = {"type": ["number", "null"]}
BAND = {
    "type": "array",
    "description": "Nominal value, and the ends of its 95 % band.",
    "items": MAYBE_NUMBER,
    "minItems": 3,
    "maxItems": 3,
}


def life_properties() -> dict[str, Any]:
    """The property ``life`` of the provenance."""
    point = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    return {
        "life": {
            "type": "array",
            "description": "Of each binder, what the models of cure, network and glass transition say.",
            "items": {
                "type": "object",
                "required": ["binder", "programme", "cures"],
                "properties": {
                    "binder": TEXT,
                    "programme": {"type": "array", "description": "Time (s), temperature (K).", "items": point},
                    "cures": {"type": "array", "items": _cure()},
                    "networks": {"type": "array", "items": _network()},
                    "distribution": _distribution(),
                    "verdicts": {"type": "array", "items": _verdict()},
                    "rivals": {"type": "array", "items": _rival()},
                },
            },
        }
    }


def _cure() -> dict[str, Any]:
    channels = {"type": "object", "description": "Oxirane opened by each.", "additionalProperties": BAND}
    bands = dict.fromkeys(("ring_closure", "benzimidazole", "epoxide_conversion", "blocked"), BAND)
    return {
        "type": "object",
        "required": ["crosslinker", "ring_closure"],
        "properties": {"crosslinker": MAYBE_TEXT, **bands, "channels": channels},
    }


def _network() -> dict[str, Any]:
    names = ("gel_point", "gel", "strands_mol_per_m3", "cycle_rank_mol_per_m3", "affine_pa", "phantom_pa")
    return {
        "type": "object",
        "required": ["crosslinker", "reading", "number_average_kg_per_mol", *names],
        "properties": {
            "crosslinker": TEXT,
            "reading": TEXT | {"description": "How the printed molar mass is read, or that it is measured."},
            "chains": TEXT | {"description": "Of what distribution they are taken."},
            "number_average_kg_per_mol": {"type": "number"},
            "weight_average_kg_per_mol": MAYBE_NUMBER,
            "temperature_k": {"type": "number", "description": "Of the moduli."},
            **dict.fromkeys(names, BAND),
        },
    }


def _distribution() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "The measured distribution of molar mass that is taken for the chains, where there is one.",
        "required": ["files", "slices", "sentence"],
        "properties": {"files": {"type": "array", "items": TEXT}, "slices": {"type": "integer"}, "sentence": TEXT},
    }


def _verdict() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["about", "verdict", "sentence"],
        "properties": {
            "about": TEXT,
            "verdict": TEXT,
            "sentence": TEXT,
            "crosslinker": TEXT,
            "mechanism": TEXT,
            "equation": TEXT,
            "reported_k": {"type": "number", "description": "Measured or printed, of the crosslinked film."},
            "reported_basis": {"enum": ["measured", "published"]},
            "reference_k": {"type": "number"},
            "predicted_k": BAND,
            "multiplier": BAND | {"description": "Fitted."},
        },
    }


def _rival() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["component", "share", "sentence"],
        "properties": {"component": TEXT, "share": BAND, "sentence": TEXT},
    }
