"""Where a rehearsal's truth and a technique's parameters come from, and which source wins."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.analyse.technique import techniques
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.run.gathering import told
from byssus.run.parameters import electrode_values, tell
from byssus.run.plan import Sample
from byssus.run.rehearsal import prepare
from byssus.study.model import Assumed, Claim, Electrode, Measurement, Study


def _never(_truth: Truth, _rng: np.random.Generator) -> tuple[str, bytes]:
    raise AssertionError("only its needs are looked at")


NEEDS = (
    Need("last", "C/kg", "delithiation_capacity"),
    Need("cycles", "1"),
    Need("mass", "kg", "mass"),
    Need("noise", "1", default=0.01, why="usual"),
)
INSTRUMENT = Instrument("cycling", NEEDS, _never)
MEASUREMENT = Measurement(binder="A", technique="cycling", conditions={"c_rate": 0.2}, rehearse=True)


def claim(value: str, **at: float | str) -> Claim:
    return Claim(binder="A", quantity="delithiation_capacity", value=value, unit="mAh/g", at=at)


def study(*claims: Claim) -> Study:
    cycles = Assumed(technique="cycling", parameter="cycles", value=200, at={"c_rate": 0.2}, why="Fig. 3")
    return Study(title="t", claim=claims, assumed=(cycles,))


def test_claim_of_the_right_cycle_and_rate() -> None:
    right, others = claim("1881", cycle=200, c_rate=0.2), (claim("150", cycle=150, c_rate=1), claim("999", cycle=100))
    prepared = prepare(study(*others, right), MEASUREMENT, INSTRUMENT, {"mass": 5e-7})
    assert prepared.missing == ()
    assert prepared.values == {"last": pytest.approx(1881 * 3600), "cycles": 200.0, "mass": 5e-7, "noise": 0.01}
    assert [(note["parameter"], note["by"]) for note in prepared.assumed] == [
        ("cycles", "study"),
        ("noise", "instrument"),
    ]


def test_bound_is_no_reading() -> None:
    prepared = prepare(study(claim(">1881", cycle=200)), MEASUREMENT, INSTRUMENT, {"mass": 5e-7})
    assert ["last" in problem.what for problem in prepared.missing] == [True]


def test_mass_of_a_chemical_is_not_the_electrode() -> None:
    weighed = Claim(binder="A", quantity="mass", value="500", unit="mg", at={"compound": "dianhydride"})
    prepared = prepare(study(claim("1", cycle=200), weighed), MEASUREMENT, INSTRUMENT, {})
    assert "mass" not in prepared.values
    assert len(prepared.missing) == 1


def test_mass_is_loading_times_area() -> None:
    """0.50 mg/cm^2 over 1.1 cm^2 is 0.55 mg; ± 0.1 as limits is 0.11/sqrt(3) mg."""
    electrode = electrode_values(Electrode(cell="half", loading="0.50 ± 0.1 mg/cm^2", area="1.1 cm^2"))
    told = tell(techniques()["cycling"], MEASUREMENT, {}, electrode, "x")
    assert told.values["mass"] == pytest.approx(0.55e-6)
    assert told.values["mass_uncertainty"] == pytest.approx(0.11e-6 / 3**0.5)
    assert told.values["cell"] == "half"
    assert len(told.remarks) == 1


def test_where_the_mass_is_from_is_said_of_what_it_divides_alone() -> None:
    sample = Sample("A", "cycling", {}, "1", remarks=("mass = loading × area",))
    row = {"inputs": [], "value": 1.0, "remarks": []}
    assert told({**row, "quantity": "capacity_retention", "unit": "1"}, sample)["remarks"] == []
    assert told({**row, "quantity": "first_lithiation_capacity", "unit": "C/kg"}, sample)["remarks"] == [
        "mass = loading × area"
    ]


def test_specimen_row_before_measurement_before_electrode() -> None:
    electrode = electrode_values(Electrode(loading="0.50 mg/cm^2", area="1.1 cm^2"))
    given = MEASUREMENT.model_copy(update={"parameters": {"mass": "2 mg"}})
    known = techniques()["cycling"]
    assert tell(known, given, {"mass": "3 mg"}, electrode, "x").values["mass"] == pytest.approx(3e-6)
    assert tell(known, given, {}, electrode, "x").values["mass"] == pytest.approx(2e-6)
    assert tell(known, given, {}, electrode, "x").remarks == ()


def test_electrode_area_is_no_cross_section() -> None:
    electrode = electrode_values(Electrode(area="1.1 cm^2"))
    assert "area" in tell(techniques()["cycling"], MEASUREMENT, {}, electrode, "x").values
    assert "area" not in tell(techniques()["tensile"], MEASUREMENT, {}, electrode, "x").values


def test_bad_values_are_problems() -> None:
    electrode = electrode_values(Electrode(loading="much", area="1.1 cm^2", one_c="7 blub"))
    assert len(electrode.problems) == 2
    given = MEASUREMENT.model_copy(update={"parameters": {"mass": "-2 mg"}})
    assert len(tell(techniques()["cycling"], given, {}, electrode, "x").problems) == 1
