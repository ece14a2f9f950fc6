"""The virtual indenter: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.indentation import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.indentation import INSTRUMENT
from byssus.rehearse.instrument import Truth

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
OWN = {"indentation_depth": 4.44e-6, "reduced_modulus": 0.983e9, "hardness": 0.022e9, "specimen_scatter": 0.0}
TRUTH = Truth("PI", {**DEFAULTS, **OWN}, {})


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[str, Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    specimen = TECHNIQUE.specimen(name, {"area_function": "24.5"})
    return {f.quantity: f for f in TECHNIQUE.findings(TECHNIQUE.analyse(trace, specimen))}


@pytest.mark.parametrize(("h", "er", "hard"), [(4.44e-6, 0.983e9, 0.022e9), (2.26e-6, 3.093e9, 0.090e9)])
@pytest.mark.parametrize("m", [1.3, 1.5, 2.0])
def test_gives_back_the_truth(tmp_path: Path, h: float, er: float, hard: float, m: float) -> None:
    own = {"indentation_depth": h, "reduced_modulus": er, "hardness": hard, "unloading_exponent": m}
    f = found(replace(TRUTH, values={**TRUTH.values, **own}), tmp_path)
    # drift of 0.05 nm/s known to a few percent over 35 s, noise of 0.5 nm: below 1 nm in the depth
    assert f["indentation_depth"].value == pytest.approx(h, rel=1e-3)
    assert f["hardness"].value == pytest.approx(hard, rel=5e-3)
    assert f["reduced_modulus"].value == pytest.approx(er, rel=1e-2)
    assert f["thermal_drift"].value == pytest.approx(0.05e-9, abs=0.02e-9)
    assert {g.status for g in f.values()} == {"ok", "missing_input"}  # no Poisson's ratio
    assert f["unloading_exponent"].value == pytest.approx(m, rel=0.02)


def test_stated_uncertainty_covers_the_truth(tmp_path: Path) -> None:
    off = []
    for seed in range(30):
        f = found(TRUTH, tmp_path, seed)["contact_stiffness"]
        off.append((f.value - found_truth()) / f.standard_uncertainty)
    assert np.sqrt(np.mean(np.square(off))) < 2.0  # noise in the depth comes on top of that in the load


def found_truth() -> float:
    """S = 2 Er sqrt(A/pi), with hc from the depth: ratio and epsilon written out for m = 1.5."""
    ratio = np.sqrt(np.pi * 24.5) / 2 * 0.022 / 0.983
    hc = 4.44e-6 / (1 + 0.75 * ratio)
    return float(2 * 0.983e9 * np.sqrt(24.5 / np.pi) * hc)


def test_same_seed_same_bytes_and_specimens_differ() -> None:
    one = INSTRUMENT.write(TRUTH, np.random.default_rng(4))
    assert one == INSTRUMENT.write(TRUTH, np.random.default_rng(4))
    assert one != INSTRUMENT.write(TRUTH, np.random.default_rng(5))


def test_a_contact_that_cannot_be_is_refused() -> None:
    with pytest.raises(StudyError, match="no unloading"):
        INSTRUMENT.write(replace(TRUTH, values={**TRUTH.values, "hardness": 1e9}), np.random.default_rng(1))
