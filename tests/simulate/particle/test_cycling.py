"""Batches of half cells: against finite volumes, lithium conserved, order of convergence, scaling, damage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from byssus.simulate.particle import Cells, Cycled, Damage, Fineness, Protocol, cycle

FARADAY, GAS, ONE_C, CAPACITY = 96485.33212, 8.314462618, 3579.0, 3579.0 * 3600.0
RADIUS, DIFFUSIVITY, AT_HALF, LOADING, RESISTANCE, BRANCH_SHARE = 150e-9, 2e-17, 0.1, 5e-3, 2e-3, 0.02
CELL = Cells(RADIUS, DIFFUSIVITY, AT_HALF, LOADING, RESISTANCE, branch_share=BRANCH_SHARE)


def by_finite_volumes(c_rate: float, hold: float, volumes: int) -> tuple[float, float, float]:
    """Charge (C/kg) at the end of constant current, of the hold and of delithiation, all written out anew."""
    edges = np.linspace(0, 1, volumes + 1)
    bulk, gap = np.diff(edges**3) / 3, 1 / volumes
    time, thermal = RADIUS**2 / DIFFUSIVITY, GAS * 298.15 / FARADAY

    def volts(x: float, b: float, i: float) -> float:
        low = np.polyval([-96.63, 372.6, -587.6, 489.9, -232.8, 62.99, -9.286, 0.8633], x) + 1e-4 * (
            1 / x - 1 / (1 - x)
        )
        high = np.polyval([-51.02, 161.3, -205.7, 140.2, -58.76, 16.87, -3.792, 0.9937], x)
        j = i * 2330.0 * RADIUS / 3
        eta = 2 * thermal * np.arcsinh(j / (2 * 2 * AT_HALF * np.sqrt(x * (1 - x))))
        return float((low + high) / 2 + b * (high - low) / 2 + eta + i * LOADING * RESISTANCE)

    def surface(c: np.ndarray, i: float) -> float:
        # one-sided quadratic through the last two centres with the gradient at the surface
        slope = -time * i / (3 * CAPACITY)
        return float((9 * c[-1] - c[-2]) / 8 + 0.375 * gap * slope)

    def change(y: np.ndarray, i: float) -> np.ndarray:
        c, b, sign = y[:volumes], y[volumes], np.sign(i)
        inner = edges[1:-1] ** 2 * np.diff(c) / gap
        flows = np.concatenate([[0.0], inner, [-time * i / (3 * CAPACITY)]]) / time
        return np.concatenate([np.diff(flows) / bulk, [(sign - b) * abs(i) / CAPACITY / BRANCH_SHARE, abs(i)]])

    def run(y: np.ndarray, current, stop) -> np.ndarray:  # type: ignore[no-untyped-def]
        stop.terminal = True
        options = {"method": "BDF", "rtol": 1e-8, "atol": 1e-10, "events": stop}
        return solve_ivp(lambda _, y: change(y, current(y)), (0, 3e5), y, **options).y[:, -1]

    def potential(y: np.ndarray, i: float) -> float:
        return volts(min(max(surface(y[:volumes], i), 1e-9), 1 - 1e-9), y[volumes], i)

    def allowed(y: np.ndarray) -> float:
        return brentq(lambda i: potential(y, i) - 0.005, -1.001 * c_rate * ONE_C, -1e-6, xtol=1e-9)

    begun = np.concatenate([np.full(volumes, 0.01), [-1.0, 0.0]])
    full = run(begun, lambda _: -c_rate * ONE_C, lambda _, y: potential(y, -c_rate * ONE_C) - 0.005)

    topped = run(full, allowed, lambda _, y: allowed(y) + hold * ONE_C)
    begun = np.concatenate([topped[: volumes + 1], [0.0]])
    empty = run(begun, lambda _: c_rate * ONE_C, lambda _, y: potential(y, c_rate * ONE_C) - 1.5)
    return float(full[-1]), float(topped[-1]), float(empty[-1])


def test_constant_current_and_hold_as_finite_volumes_have_them() -> None:
    got = cycle(CELL, Protocol(1, 1.0, hold_until_c_rate=0.05))
    current = got.curves[0].curve.charge_c_per_kg[40, 0]
    np.testing.assert_allclose(
        [current, got.lithiation_c_per_kg[0, 0], got.delithiation_c_per_kg[0, 0]],
        by_finite_volumes(1.0, 0.05, 200),
        rtol=2e-4,
    )


def errors(fine: list[Fineness], best: Fineness) -> list[float]:
    def charge(fineness: Fineness) -> float:
        got = cycle(CELL, Protocol(1, 1.0, hold_until_c_rate=0.05), fineness=fineness)
        return float(got.lithiation_c_per_kg[0, 0])

    exact = charge(best)
    return [abs(charge(one) / exact - 1) for one in fine]


def test_the_hold_converges_with_its_steps() -> None:
    coarse, middle, fine = errors([Fineness(24, n) for n in (6, 12, 24)], Fineness(24, 384))
    assert fine < 2e-5
    assert np.log2(coarse / middle) > 1.4
    assert np.log2(middle / fine) > 1.4


def test_it_converges_with_the_modes() -> None:
    few, more, many = errors([Fineness(n, 48) for n in (2, 4, 8)], Fineness(64, 48))
    assert few > more > many
    assert many < 1e-6


def ledger(got: Cycled, begin: float) -> np.ndarray:
    """What has passed into the cell, less what the ledger says is there, relative to what is there."""
    there = got.connected_c_per_kg + got.trapped_c_per_kg + got.side_c_per_kg
    passed = np.cumsum(got.lithiation_c_per_kg - got.delithiation_c_per_kg, axis=0) + begin * CAPACITY
    return np.asarray(passed / there - 1)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.05, 3.0), st.floats(0.3, 0.99), st.floats(0.0, 0.2), st.floats(1e-18, 1e-14), st.booleans())
def test_lithium_is_conserved(c_rate: float, kept: float, side: float, diffusivity: float, holds: bool) -> None:
    cells = replace(CELL, diffusivity_m2_per_s=np.array([diffusivity, 1e-16]))
    damage = Damage(kept ** np.arange(5.0)[:, None], np.linspace(0, 5e-3, 5)[:, None], side)
    protocol = Protocol(5, c_rate, hold_until_c_rate=0.3 * c_rate if holds else None)
    got = cycle(cells, protocol, damage, begin_share=0.05)
    assert np.abs(ledger(got, 0.05)).max() < 1e-9


@pytest.mark.parametrize("hold", [None, 0.05])
def test_the_curve_holds_the_charge_and_stays_between_the_limits(hold: float | None) -> None:
    got = cycle(CELL, Protocol(3, 0.5, hold_until_c_rate=hold), Damage(0.8, 1e-3, 0.05), fineness=Fineness(points=81))
    for half in got.curves:
        curve, total = half.curve, got.lithiation_c_per_kg if half.lithiation else got.delithiation_c_per_kg
        integral = np.trapezoid(np.abs(curve.current_a_per_kg[:, 0]), curve.time_s[:, 0])
        assert integral == pytest.approx(total[half.cycle - 1, 0], rel=1e-9)
        assert curve.potential_v.min() > 0.005 - 1e-6
        assert curve.potential_v.max() < 1.5 + 1e-6


def test_a_batch_is_its_cells_one_by_one() -> None:
    radii, rates = np.array([50e-9, 150e-9, 300e-9]), np.array([0.2, 1.0, 4.0])
    protocol = Protocol(3, rates, hold_until_c_rate=rates / 10)
    whole = cycle(replace(CELL, radius_m=radii), protocol).delithiation_c_per_kg
    for k in range(3):
        alone = cycle(replace(CELL, radius_m=radii[k]), Protocol(3, rates[k], hold_until_c_rate=rates[k] / 10))
        np.testing.assert_allclose(alone.delithiation_c_per_kg[:, 0], whole[:, k], rtol=1e-9)


def test_only_the_diffusion_time_matters_where_charge_transfer_scales_along() -> None:
    # radius x 2 halves the surface; exchange x 2 mends it, diffusivity x 4 keeps R^2/D
    other = replace(
        CELL, radius_m=2 * RADIUS, diffusivity_m2_per_s=4 * DIFFUSIVITY, exchange_at_half_a_per_m2=2 * AT_HALF
    )
    one, two = (cycle(cells, Protocol(2, 1.0)).delithiation_c_per_kg for cells in (CELL, other))
    np.testing.assert_allclose(one, two, rtol=1e-9)


def test_a_higher_rate_and_a_higher_resistance_deliver_less() -> None:
    rates = cycle(replace(CELL, radius_m=np.full(4, RADIUS)), Protocol(2, np.array([0.1, 0.5, 2.0, 8.0])))
    assert (np.diff(rates.delithiation_c_per_kg[1]) < 0).all()
    ohms = cycle(replace(CELL, resistance_ohm_m2=np.array([0.0, 0.01, 0.03])), Protocol(2, 1.0))
    assert (np.diff(ohms.delithiation_c_per_kg[1]) < 0).all()


def test_beyond_the_cliff_nothing_passes() -> None:
    # 15 C over 5 g/m2 is 268 A/m2: at 0.01 Ohm m2 the ohmic drop alone, 2.7 V, is more than the window
    got = cycle(replace(CELL, resistance_ohm_m2=0.01), Protocol(2, 15.0))
    assert (got.lithiation_c_per_kg == 0).all()
    assert (got.delithiation_c_per_kg == 0).all()
    assert np.isfinite(got.curves[0].curve.potential_v).all()


def test_side_reactions_lower_the_efficiency_only() -> None:
    clean, side = (cycle(CELL, Protocol(1, 1e-3), Damage(side_share=share)) for share in (0.0, 0.1))
    assert side.lithiation_c_per_kg[0, 0] == pytest.approx(clean.lithiation_c_per_kg[0, 0] / 0.9, rel=1e-3)
    assert side.delithiation_c_per_kg[0, 0] == pytest.approx(clean.delithiation_c_per_kg[0, 0], rel=1e-3)


def test_half_the_silicon_at_half_the_current_is_the_same_particle() -> None:
    cells = replace(CELL, resistance_ohm_m2=0.0)
    rates = np.array([[1.0], [0.5], [0.5]])
    whole = cycle(cells, Protocol(3, 1.0))
    half = cycle(cells, Protocol(3, rates, np.array([0.5])), Damage(connected_share=0.5))
    for name in ("delithiation_c_per_kg", "least_share", "most_share"):
        scale = 0.5 if name == "delithiation_c_per_kg" else 1.0
        np.testing.assert_allclose(getattr(half, name), scale * getattr(whole, name), rtol=1e-9)
    np.testing.assert_allclose(half.lithiation_c_per_kg[1:], whole.lithiation_c_per_kg[1:] / 2, rtol=1e-9)
    np.testing.assert_allclose(half.trapped_c_per_kg, np.full((3, 1), 0.5 * CAPACITY * whole.most_share[0]), rtol=1e-9)


def test_only_the_curves_asked_for_are_kept() -> None:
    kept = cycle(CELL, Protocol(4, 1.0), keep=(1, 4)).curves
    assert [(half.cycle, half.lithiation) for half in kept] == [(1, True), (1, False), (4, True), (4, False)]


def test_a_delithiation_ends_where_the_surface_is_empty_below_the_limit() -> None:
    # at a share of 1e-9 the potential is 0.9937 V + 2RT/F asinh(j / 4 j_half sqrt(1e-9)), here with j = j_half / 10
    quick = replace(CELL, diffusivity_m2_per_s=1e-12, resistance_ohm_m2=0.0)
    j = 0.1 * AT_HALF
    c_rate = j * 3 / (2330.0 * RADIUS) / ONE_C
    got = cycle(quick, Protocol(1, c_rate))
    end = got.curves[1].curve.potential_v[-1, 0]
    assert end == pytest.approx(0.9937 + 2 * 0.025692579 * np.arcsinh(0.1 / (4 * np.sqrt(1e-9))), abs=1e-3)
    assert end < 1.5
    assert 0 < got.least_share[0, 0] < 1e-3
