"""The virtual microscopist: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.swelling import TECHNIQUE
from byssus.errors import MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth
from byssus.rehearse.swelling import INSTRUMENT

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
PRINTED = {"PI": (1.36, 1.02), "PAID": (1.00, 0.70), "PI-P": (0.77, 0.32), "PAID-P": (0.56, 0.26)}


def truth(binder: str, **values: float | str) -> Truth:
    after, back = PRINTED[binder]
    printed = {"expansion_after_lithiation": after, "expansion_after_delithiation": back}
    return Truth(binder, {**DEFAULTS, **printed, **values}, {})


def found(t: Truth, folder: Path, seed: int = 1) -> dict[str, Finding]:
    name, data = INSTRUMENT.write(t, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert not trace.warnings
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, {}))
    return {f.quantity: f for f in TECHNIQUE.findings(result) if not f.at}


@pytest.mark.parametrize("binder", list(PRINTED))
def test_gives_back_the_truth(tmp_path: Path, binder: str) -> None:
    after, back = PRINTED[binder]
    f = found(truth(binder), tmp_path)
    for name, true in (
        ("expansion_after_lithiation", after),
        ("expansion_after_delithiation", back),
        ("thickness_recovery", (after - back) / after),
    ):
        assert abs(f[name].value - true) < 4 * f[name].standard_uncertainty
        assert f[name].standard_uncertainty < 0.05
        assert f[name].status == "ok"


def test_without_noise_it_is_exact(tmp_path: Path) -> None:
    f = found(truth("PI", reading_noise=0.0), tmp_path)
    # readings are kept to 0.1 nm of 8 µm
    assert f["expansion_after_lithiation"].value == pytest.approx(1.36, abs=3e-5)
    assert f["thickness_recovery"].value == pytest.approx(0.25, abs=3e-5)


def test_intervals_hold_as_often_as_they_say(tmp_path: Path) -> None:
    held = 0
    for seed in range(60):
        low, high = found(truth("PI-P"), tmp_path, seed)["thickness_recovery"].interval
        held += low <= 45 / 77 <= high
    assert held >= 51  # 95 % of 60 is 57; fewer than 51 has a chance below 1 in 300


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(truth("PI"), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_replicates_may_differ(tmp_path: Path) -> None:
    t = truth("PI", specimen_scatter=0.05, reading_noise=0.0)
    values = [found(replace(t, specimen=i), tmp_path, 10 + i)["expansion_after_lithiation"].value for i in range(20)]
    assert np.std(values, ddof=1) / 1.36 == pytest.approx(0.05, rel=0.5)


def test_needs_are_direct_readings_and_say_why() -> None:
    assert "thickness_recovery" not in {need.quantity for need in INSTRUMENT.needs}
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)


# ---- micrographs -----------------------------------------------------------------------------------------------

STATES = {"pristine": 0, "lithiated": 1, "delithiated": 2}


def micrograph(binder: str, state: str, **values: float | str) -> Truth:
    return replace(truth(binder, kind="micrograph", **values), conditions={"state": state})


def thickness(t: Truth, folder: Path, seed: int = 1) -> Finding:
    name, data = INSTRUMENT.write(t, np.random.default_rng(seed))
    assert len(data) < 250_000
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert not trace.warnings
    assert trace.metadata["maker"] == "FEI/Thermo"
    assert trace.metadata["databar_rows"] == 32
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, {}))
    return {f.quantity: f for f in TECHNIQUE.findings(result)}["layer_thickness"]


@pytest.mark.parametrize("binder", ["PI", "PAID-P"])
@pytest.mark.parametrize("state", list(STATES))
def test_a_micrograph_gives_back_the_thickness(tmp_path: Path, binder: str, state: str) -> None:
    f = thickness(micrograph(binder, state), tmp_path)
    true = 8e-6 * (1 + (0.0, *PRINTED[binder])[STATES[state]])
    assert f.status == "ok"
    assert f.value == pytest.approx(true, abs=60e-9)  # a pixel
    assert f.interval[0] < true < f.interval[1]


def test_micrographs_of_other_sizes(tmp_path: Path) -> None:
    f = thickness(micrograph("PI", "lithiated", pristine_thickness=20e-6, pixel_size=150e-9), tmp_path)
    assert f.value == pytest.approx(20e-6 * 2.36, abs=150e-9)


@pytest.mark.parametrize(
    ("values", "conditions", "says"),
    [
        ({"kind": "film"}, {"state": "pristine"}, "no such kind"),
        ({"kind": "micrograph"}, {}, "no state"),
        ({"kind": "micrograph", "pristine_thickness": 30e-6}, {"state": "lithiated"}, "does not fit"),
    ],
)
def test_what_cannot_be_pictured_is_said(values: dict[str, float | str], conditions: dict[str, str], says: str) -> None:
    with pytest.raises(MissingInput, match=says):
        INSTRUMENT.write(replace(truth("PI", **values), conditions=conditions), np.random.default_rng(1))
