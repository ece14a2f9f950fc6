"""The virtual porosimeter: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.porosimetry import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth
from byssus.rehearse.porosimetry import INSTRUMENT

GIVEN = {"bulk_volume": 0.15e-6, "foil_volume": 0.1e-6, "sample_mass": 0.979e-3, "foil_mass": 0.896e-3}
DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
TRUTH = Truth("PI", {**DEFAULTS, **GIVEN, "porosity": 0.2342, "specimen_scatter": 0.0}, {})


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[tuple[str, str], Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert not trace.warnings
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, GIVEN))
    return {(f.quantity, str(f.at.get("by", ""))): f for f in TECHNIQUE.findings(result)}


@pytest.mark.parametrize("porosity", [0.1975, 0.2342, 0.2763])
def test_gives_back_the_truth(tmp_path: Path, porosity: float) -> None:
    f = found(replace(TRUTH, values={**TRUTH.values, "porosity": porosity}), tmp_path)
    # noise of 0.05 % in the last reading
    assert f["porosity", ""].value == pytest.approx(porosity, rel=2e-3)
    assert f["median_pore_diameter", "volume"].value == pytest.approx(200e-9, rel=0.01)
    mass, layer = 0.083e-3, 0.05e-6
    assert f["bulk_density", ""].value == pytest.approx(mass / layer, rel=1e-9)
    assert f["skeletal_density", ""].value == pytest.approx(mass / (layer * (1 - porosity)), rel=1e-3)
    assert {g.status for g in f.values()} == {"ok"}


def test_coverage_over_seeds(tmp_path: Path) -> None:
    """Of 20 values about 19 lie within two standard uncertainties of the truth: fewer than 15 in one of a thousand.

    Log-normal pores: area over volume is 4/D0 exp(σ²/2), the median by area D0 exp(-σ²), 4V/A D0 exp(-σ²/2).
    """
    spread, at, total = 0.7, 200e-9, 0.2342 * 0.05e-6 / 0.083e-3
    true = {
        ("porosity", ""): 0.2342, ("total_intrusion_volume", ""): total,
        ("total_pore_area", ""): 4 * total / at * math.exp(spread**2 / 2),
        ("median_pore_diameter", "volume"): at, ("median_pore_diameter", "area"): at * math.exp(-(spread**2)),
        ("average_pore_diameter", ""): at * math.exp(-(spread**2) / 2),
        ("skeletal_density", ""): 0.083e-3 / (0.05e-6 * (1 - 0.2342)),
    }  # fmt: skip
    runs = [found(TRUTH, tmp_path, seed) for seed in range(20)]
    for key, value in true.items():
        z = [(run[key].value - value) / run[key].standard_uncertainty for run in runs]
        assert sum(abs(one) < 2 for one in z) >= 15, (key, z)
        assert np.sqrt(np.mean(np.square(z))) > 0.4, key  # nor are they stated far too wide


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("values", [{"porosity": 1.2}, {"foil_volume": 0.2e-6}])
def test_no_such_layer(values: dict[str, float]) -> None:
    with pytest.raises(StudyError, match="no layer with these pores"):
        INSTRUMENT.write(replace(TRUTH, values={**TRUTH.values, **values}), np.random.default_rng(1))


def test_every_assumption_says_why() -> None:
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
