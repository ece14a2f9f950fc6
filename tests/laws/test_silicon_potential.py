"""The potential of silicon: the published branches, monotone, its slope, its mix."""

from __future__ import annotations

from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.laws.silicon_potential import DELITHIATION, LITHIATION, equilibrium_potential_v, equilibrium_slope_v

# What silicon_ocp_lithiation_Mark2016 and silicon_ocp_delithiation_Mark2016 of PyBaMM 26.10.1.1 (BSD-3) return (V).
PYBAMM = [
    (0.001, 0.9539766575892126, 0.9899248113799944),
    (0.01, 0.7864100305106235, 0.9574096215907898),
    (0.05, 0.5321537332249178, 0.8397444492031251),
    (0.1, 0.3761658258888889, 0.7365591980000001),
    (0.25, 0.266354386393229, 0.5649932128906252),
    (0.5, 0.19100312499999839, 0.4262937500000006),
    (0.75, 0.10134278157550478, 0.2938687011718768),
    (0.9, 0.06426426411102587, 0.24971246199999664),
    (0.99, 0.035413886421161014, 0.12281914573669717),
    (0.999, -0.06169606089076167, 0.09504498440579257),
]


@pytest.mark.parametrize(("share", "lithiation", "delithiation"), PYBAMM)
def test_both_branches_as_published(share: float, lithiation: float, delithiation: float) -> None:
    assert equilibrium_potential_v(share, LITHIATION) == pytest.approx(lithiation, abs=1e-12)
    assert equilibrium_potential_v(share, DELITHIATION) == pytest.approx(delithiation, abs=1e-12)


def test_in_decimal_arithmetic_from_the_printed_coefficients() -> None:
    # Written out by powers, exact: sum p_k / 2^k at x = 1/2, where the published end terms cancel.
    getcontext().prec = 40
    printed = ["0.8633", "-9.286", "62.99", "-232.8", "489.9", "-587.6", "372.6", "-96.63"]
    exact = sum(Decimal(p) / 2**k for k, p in enumerate(printed))
    assert float(exact) == pytest.approx(0.191003125, abs=1e-12)
    assert equilibrium_potential_v(0.5, LITHIATION) == pytest.approx(float(exact), abs=1e-12)


@given(st.floats(-1, 1))
def test_it_falls_with_lithium_on_every_branch(branch: float) -> None:
    share = np.concatenate(
        [np.geomspace(1e-8, 1e-2, 200), np.linspace(0.0101, 0.9899, 2000), 1 - np.geomspace(1e-2, 1e-8, 200)]
    )
    assert (np.diff(equilibrium_potential_v(share, branch)) < 0).all()
    assert (equilibrium_slope_v(share, branch) < 0).all()


def test_delithiation_lies_above_lithiation_but_for_the_first_trace_of_lithium() -> None:
    share = np.linspace(8e-4, 0.999, 5000)
    assert (equilibrium_potential_v(share, 1.0) > equilibrium_potential_v(share, -1.0)).all()
    assert equilibrium_potential_v(7e-4, 1.0) < equilibrium_potential_v(7e-4, -1.0)


@given(st.floats(0.001, 0.999), st.floats(-1, 1))
def test_the_mix_is_linear_in_the_branch(share: float, branch: float) -> None:
    down, up = equilibrium_potential_v(share, -1.0), equilibrium_potential_v(share, 1.0)
    assert equilibrium_potential_v(share, branch) == pytest.approx(down + (up - down) * (branch + 1) / 2, abs=1e-12)


@given(st.floats(0.01, 0.99), st.floats(-1, 1))
def test_the_slope_is_that_of_the_potential(share: float, branch: float) -> None:
    h = 1e-5
    rise = equilibrium_potential_v(share + h, branch) - equilibrium_potential_v(share - h, branch)
    assert equilibrium_slope_v(share, branch) == pytest.approx(rise / (2 * h), rel=1e-4)


def test_the_ends_are_finite_and_arrays_broadcast() -> None:
    got = equilibrium_potential_v(np.array([[-0.5, 0.0], [1.0, 1.5]]), np.array([[0.3], [0.3]]))
    assert np.isfinite(got).all()
    assert got[0, 0] == got[0, 1] > 1.5
    assert got[1, 0] == got[1, 1] < 0.0
