"""What the virtual mechanical instruments share: names of files, and how specimens differ."""

from __future__ import annotations

import re

import numpy as np

from byssus.rehearse.instrument import Truth

__all__ = ["file_name", "scattered"]

SCATTER_CUT = 3.0  # no rehearsed specimen lies further from the mean, in standard deviations


def file_name(truth: Truth, technique: str, ending: str) -> str:
    """``"PI-P_peel_angle-180_02.csv"``: binder, technique, conditions, number of the specimen from 1."""
    conditions = [f"{key}-{value}" for key, value in sorted(truth.conditions.items())]
    parts = [re.sub(r"[^A-Za-z0-9.+-]+", "-", part).strip("-.") for part in (truth.binder, technique, *conditions)]
    return "_".join([*filter(None, parts), f"{truth.specimen + 1:02d}"]) + ending


def scattered(value: float, relative_sd: float, rng: np.random.Generator) -> float:
    """``value`` as one specimen of many has it: normal scatter, cut at three standard deviations."""
    return value * (1 + relative_sd * float(np.clip(rng.standard_normal(), -SCATTER_CUT, SCATTER_CUT)))
