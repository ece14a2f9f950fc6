"""The virtual peel tester: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.peel import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth
from byssus.rehearse.peel import INSTRUMENT
from byssus.trace import REHEARSED_MARK

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
TRUTH = Truth("PAID-P", {**DEFAULTS, "peel_force": 5.4, "specimen_scatter": 0.0}, {"angle": 180})
GIVEN = {"plateau_from": 0.02, "width": 0.02, "angle": math.pi}


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[str, Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert not trace.warnings
    return {f.quantity: f for f in TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, GIVEN)))}


@pytest.mark.parametrize("force", [1.1, 3.9, 4.2, 5.4])
def test_gives_back_the_truth(tmp_path: Path, force: float) -> None:
    f = found(replace(TRUTH, values={**TRUTH.values, "peel_force": force}), tmp_path)
    peel = f["peel_force"]
    # the sawtooth averages out over whole teeth; noise 0.5 % over 2000 readings, one reading of collapse at the end
    assert peel.value == pytest.approx(force, rel=5e-4)
    assert abs(peel.value - force) < 2 * peel.standard_uncertainty
    assert f["fracture_energy"].value == pytest.approx(2 * force / 0.02, rel=5e-4)
    # sawtooth of amplitude 6 % and noise of 0.5 %, which straight lines between readings smooth by 2/3
    assert f["peel_force_spread"].value == pytest.approx(
        math.hypot(0.06 / math.sqrt(3), 0.005 * math.sqrt(2 / 3)), rel=0.03
    )
    assert {g.status for g in f.values()} == {"ok"}


def test_the_file_is_a_german_labs() -> None:
    name, data = INSTRUMENT.write(TRUTH, np.random.default_rng(1))
    text = data.decode("latin-1")
    assert name == "PAID-P_peel_angle-180_01.csv"
    assert REHEARSED_MARK in text
    assert "Weg [mm];Kraft [N]\r\n0,000;" in text
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_strips_scatter_about_the_truth(tmp_path: Path) -> None:
    scattering = replace(TRUTH, values={**TRUTH.values, "specimen_scatter": 0.03})
    forces = [found(replace(scattering, specimen=i), tmp_path, seed=50 + i)["peel_force"].value for i in range(16)]
    assert np.std(forces, ddof=1) / 5.4 == pytest.approx(0.03, rel=0.6)
    assert np.mean(forces) == pytest.approx(5.4, rel=4 * 0.03 / 4)


def test_any_binder_name_is_written() -> None:
    _, data = INSTRUMENT.write(replace(TRUTH, binder="Ω;<b>\n"), np.random.default_rng(1))
    assert b"Probe;?,<b> Nr. 1\r\n" in data


def test_ramp_must_end_before_the_plateau() -> None:
    with pytest.raises(StudyError, match="ramp runs into the plateau"):
        INSTRUMENT.write(replace(TRUTH, values={**TRUTH.values, "ramp_length": 0.03}), np.random.default_rng(1))


def test_every_assumption_says_why() -> None:
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
