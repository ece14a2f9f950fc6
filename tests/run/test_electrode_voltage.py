"""The calibrated model in time: one curve for each binder, rate, cycle shown and direction."""

from __future__ import annotations

import numpy as np

from byssus.run.electrode_voltage import voltages_of
from byssus.simulate.electrode.binders import Electrode
from byssus.simulate.electrode.confront import Reported, confront
from byssus.simulate.electrode.targets import Target

INPUTS = np.array(
    [[1.0e9, 2.2e7, 1.1, 0.23], [1.6e9, 3.4e7, 3.9, 0.28], [2.9e9, 8.9e7, 4.2, 0.24], [3.1e9, 9.0e7, 5.4, 0.2]]
)
AH = 3600.0


def test_every_binder_gets_its_curves() -> None:
    names = ("A", "B", "C", "D")
    targets = (Target("first_delithiation", 0.2, 1), Target("cycling", 1.0, 12))
    results = np.array([[2100.0, 2550.0, 2650.0, 2820.0], [1800.0, 2300.0, 2400.0, 2600.0]]) * AH
    electrode = Electrode(0.35, 5e-3, 3579.0 * AH)
    found = confront(Reported(names, electrode, targets, INPUTS, 0.05 * INPUTS, results, results), 1, burn=20, steps=20)
    got = voltages_of(found)
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
