"""The cycle map and the cells in time, with the same damage, end their delithiations at the same lithium.

They share potential, kinetics and resistance. Two things differ by design: the map takes the exchange current of
half-filled silicon where the cells take that of their surface, and it fills silicon to a share it is given. So the
cells fill slowly, the map is given the share they reach, and diffusion is made quick. What is left, where delithiation
ends early, is 2RT/F ln(2 sqrt(x(1-x))) over the slope of the potential: at 15 C and x = 0.2, 11 mV over 1 V.
"""

from __future__ import annotations

import numpy as np
import pytest

from byssus.simulate.electrode import cycle_map
from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.parameters import values
from byssus.simulate.particle import Cycled, Protocol
from byssus.simulate.particle.of_map import FIGURE, in_time, voltage_series

CYCLES, CAPACITY, LOADING = 20, 3579.0 * 3600.0, 5e-3
BINDERS = Binders(
    np.array([0.98e9, 1.6e9, 2.9e9]),
    np.array([22e6, 34e6, 90e6]),
    np.array([1.1, 3.9, 5.4]),
    np.array([0.23, 0.28, 0.2]),
)
ELECTRODE = Electrode(0.35, LOADING, CAPACITY)


def both(c_rate: float) -> tuple[Cycled, cycle_map.States, cycle_map.Ledger]:
    """Cells in time with the map's damage; the map's states and ledger with the share at which the cells are full."""
    given = dict(values())
    given["contact_area"] = given["contact_area"] / 30  # else little silicon is left to compare
    given["lithium_share"] = np.float64(0.996)
    slow = Protocol(CYCLES, 0.02, c_rate, hold_until_c_rate=0.002)
    got = in_time(BINDERS, ELECTRODE, given, slow, diffusivity_m2_per_s=1e-14, branch_share=1e-3)
    assert np.ptp(got.most_share) < 1e-3
    given["lithium_share"] = np.float64(got.most_share.mean())
    found = cycle_map.states(BINDERS, ELECTRODE, given, np.arange(1.0, CYCLES + 1), c_rate)
    return got, found, cycle_map.ledger(BINDERS, ELECTRODE, given, CYCLES, c_rate, found)


@pytest.mark.parametrize(("c_rate", "allowed"), [(0.2, 1e-3), (1.0, 1e-3), (5.0, 1e-3), (15.0, 0.015)])
def test_capacities_and_lithium_agree(c_rate: float, allowed: float) -> None:
    got, found, ledger = both(c_rate)
    np.testing.assert_allclose(got.least_share, found.end_share, rtol=0, atol=allowed)
    pairs = {
        "delithiation": (got.delithiation_c_per_kg, ledger.delithiation_c_per_kg),
        "lithiation": (got.lithiation_c_per_kg, ledger.lithiation_c_per_kg),
        "trapped": (got.trapped_c_per_kg, ledger.cut_off_c_per_kg),
        "side": (got.side_c_per_kg, ledger.side_c_per_kg),
    }
    for name, (ours, theirs) in pairs.items():
        np.testing.assert_allclose(ours / CAPACITY, theirs / CAPACITY, rtol=0, atol=allowed, err_msg=name)


def test_at_a_high_rate_both_leave_lithium_behind() -> None:
    got, found, _ = both(15.0)
    assert min(got.least_share.min(), found.end_share.min()) > 0.15


def test_curves_become_series_of_their_binder() -> None:
    given, names = values(), ("a", "b", "c")
    got = in_time(BINDERS, ELECTRODE, given, Protocol(5, 0.2), keep=(1, 5))
    series = voltage_series(got, names, 0.2)
    assert tuple(series) == names
    for k, name in enumerate(names):
        assert [(one.at["cycle"], one.at["half"]) for one in series[name]] == [
            (1, "lithiation"), (1, "delithiation"), (5, "lithiation"), (5, "delithiation"),
        ]  # fmt: skip
        assert {one.figure for one in series[name]} == {FIGURE}
        assert series[name][1].x[-1] == got.delithiation_c_per_kg[0, k]
        assert series[name][1].y[-1] <= 1.5 + 1e-6
