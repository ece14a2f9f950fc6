"""The virtual chromatograph: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.gpc import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.gpc import INSTRUMENT
from byssus.rehearse.instrument import Truth
from byssus.trace import REHEARSED_MARK

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
NAMES = ("number_average_molar_mass", "weight_average_molar_mass")
TRUTH = Truth("PI", {**DEFAULTS, **dict(zip(NAMES, (4526.0, 5400.0), strict=True)), "specimen_scatter": 0.0}, {})
STANDARDS = "; ".join(f"{10 ** (8.2 - 0.6 * t):.8g} kDa at {t} min" for t in (6.5, 7.2, 8.0, 8.9, 9.8, 10.6, 11.3))


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[str, Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert (trace.source.reader, trace.warnings) == ("empower", ())
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, {"standards": STANDARDS}))
    return {f.quantity: f for f in TECHNIQUE.findings(result)}


@pytest.mark.parametrize(("number", "weight"), [(4526.0, 5400.0), (300.0, 360.0), (700.0, 1400.0)])
def test_gives_back_the_truth(tmp_path: Path, number: float, weight: float) -> None:
    values = {**TRUTH.values, **dict(zip(NAMES, (number, weight), strict=True))}
    f = found(replace(TRUTH, values=values), tmp_path)
    # what the limits cut off: 0.1 % of the height, or three noises
    assert f["number_average_molar_mass"].value == pytest.approx(number, rel=0.01)
    assert f["weight_average_molar_mass"].value == pytest.approx(weight, rel=0.01)
    for name, true in zip(NAMES, (number, weight), strict=True):
        assert abs(f[name].value - true) < 2 * f[name].standard_uncertainty
    assert {g.status for g in f.values()} == {"ok"}


def test_twenty_injections_lie_within_their_uncertainty(tmp_path: Path) -> None:
    """The uncertainty is of limits and calibration, not of noise alone: no injection may lie beyond three of it."""
    values = {**TRUTH.values, **dict(zip(NAMES, (700.0, 1400.0), strict=True))}
    for seed in range(20):
        f = found(replace(TRUTH, values=values), tmp_path, seed)
        for name, true in (*zip(NAMES, (700.0, 1400.0), strict=True), ("dispersity", 2.0)):
            one = f[name]
            assert abs(one.value - true) < 3 * one.standard_uncertainty, (seed, name)
            assert one.standard_uncertainty < 0.05 * true


def test_a_peak_beyond_the_largest_standard_is_told(tmp_path: Path) -> None:
    values = {**TRUTH.values, **dict(zip(NAMES, (2629.0, 7672.0), strict=True))}
    f = found(replace(TRUTH, values=values), tmp_path)["weight_average_molar_mass"]
    assert f.value == pytest.approx(7672.0, rel=0.03)
    assert f.status == "warned"
    # ln M is normal about ln √(Mn Mw) with variance ln(Mw/Mn): 7.45 % lies above 20 MDa, 1.443 standard deviations
    assert f.remarks == ("7% of the area elutes before the largest standard: there the calibration is extrapolated",)


def test_the_file_is_empowers() -> None:
    name, data = INSTRUMENT.write(TRUTH, np.random.default_rng(1))
    assert name == "PI_gpc_01.arw"
    assert REHEARSED_MARK.encode() in data
    assert data.startswith(b'"SampleName"\t"PI No. 1"\r\n')


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_averages_that_no_distribution_has() -> None:
    values = {**TRUTH.values, "weight_average_molar_mass": 4000.0}
    with pytest.raises(StudyError, match="no distribution has these averages"):
        INSTRUMENT.write(replace(TRUTH, values=values), np.random.default_rng(1))


def test_every_assumption_says_why() -> None:
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
