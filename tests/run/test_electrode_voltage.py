"""The calibrated model in time: one curve for each binder, rate, cycle shown and direction."""

from __future__ import annotations

from functools import cache

import numpy as np

from byssus.run.electrode_section import section_of
from byssus.run.electrode_voltage import voltages_of
from byssus.simulate.electrode.binders import Electrode
from byssus.simulate.electrode.confront import Confrontation, Reported, confront
from byssus.simulate.electrode.targets import Target

INPUTS = np.array(
    [[1.0e9, 2.2e7, 1.1, 0.23], [1.6e9, 3.4e7, 3.9, 0.28], [2.9e9, 8.9e7, 4.2, 0.24], [3.1e9, 9.0e7, 5.4, 0.2]]
)
AH = 3600.0


NAMES = ("A", "B", "C", "D")


@cache
def found() -> Confrontation:
    targets = (Target("first_delithiation", 0.2, 1), Target("cycling", 1.0, 12), Target("cycling", 0.5, 2))
    first = np.array([2100.0, 2550.0, 2650.0, 2820.0])
    results = np.array([first, 0.9 * first, 0.99 * first]) * AH
    electrode = Electrode(0.35, 5e-3, 3579.0 * AH)
    return confront(Reported(NAMES, electrode, targets, INPUTS, 0.05 * INPUTS, results, results), 1, burn=20, steps=20)


def test_the_slowest_rate_goes_into_the_results() -> None:
    rows = section_of(found(), [], 1)["voltage"]
    assert [(row["binder"], row["cycle"], row["half"]) for row in rows[:4]] == [
        ("A", 1, "lithiation"), ("A", 1, "delithiation"), ("A", 2, "lithiation"), ("A", 2, "delithiation"),
    ]  # fmt: skip
    assert {row["binder"] for row in rows} == set(NAMES)
    assert {row["c_rate"] for row in rows} == {0.5}
    assert all(len(row["x"]) == len(row["value"]) <= 82 for row in rows)
    for row in rows:
        ends = (row["value"][0], row["value"][-1])
        assert (ends[0] > ends[1]) == (row["half"] == "lithiation")


def test_every_binder_gets_its_curves() -> None:
    names = NAMES
    got = {name: [s for s in series if s.at["c_rate"] == 1.0] for name, series in voltages_of(found()).items()}
    assert tuple(got) == names
    for series in got.values():
        assert [(one.at["cycle"], one.at["half"]) for one in series] == [
            (cycle, half) for cycle in (1, 10, 12) for half in ("lithiation", "delithiation")
        ]
        assert {one.at["c_rate"] for one in series} == {1.0}
        assert all(np.isfinite(one.x).all() and np.isfinite(one.y).all() for one in series)
        assert series[-1].x[-1] > 0
        assert series[1].x[-1] > series[-1].x[-1]  # capacity fades
    last = [series[-1].x[-1] for series in got.values()]
    assert len(set(last)) == len(names)  # each by its own numbers
