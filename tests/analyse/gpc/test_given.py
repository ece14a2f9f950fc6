"""The molar mass that a standard's file says in its sample's name."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.analyse.gpc._given import nominal_mass
from byssus.trace import Source, Trace


@pytest.mark.parametrize(
    ("name", "kg_per_mol"),
    [
        ("PMMA88.5kDa", 88.5), ("PMMA 88,5 kDa", 88.5), ("PS 3 88.5 kDa", 88.5), ("PS 580 g/mol", 0.58),
        ("PEG 12.345 kDa", 12.345), ("PMMA fourplus", None), ("PS 1 kDa and 2 kDa", None),
        ("PS 2,820 Da", None), ("PS 2 820 Da", None), ("PS 2'820 Da", None), ("PS 1,234,567 Da", None),
    ],
)  # fmt: skip
def test_only_one_number_that_can_be_read_in_one_way_is_a_mass(name: str, kg_per_mol: float | None) -> None:
    trace = Trace({"time_s": np.zeros(1)}, Source("a", "", "test", 1), {"preamble": {"SampleName": name}})
    assert nominal_mass(trace) == (kg_per_mol if kg_per_mol is None else pytest.approx(kg_per_mol))
