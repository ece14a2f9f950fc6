"""Sweeps found from the potential: steps, noise, holds, partial sweeps, either way first."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from byssus.analyse.voltammetry._sweeps import Sweep, find_sweeps, noise_of, turning_rows

Floats = NDArray[np.float64]


def course(points: list[float], step: float = 1e-3) -> Floats:
    """The potential along straight lines from point to point."""
    pieces = [np.array(points[:1])]
    for a, b in itertools.pairwise(points):
        pieces.append(np.linspace(a, b, max(round(abs(b - a) / step), 1) + 1)[1:])
    return np.concatenate(pieces)


def sweeps(e: Floats, t: Floats | None = None) -> tuple[Sweep, ...]:
    return find_sweeps(e, t, "cv.mpt")


def test_turns_are_where_they_were_put() -> None:
    e = course([0.0, 1.0, 0.0, 1.0, 0.0])
    assert turning_rows(e) == [0, 1000, 2000, 3000, 4000]
    got = sweeps(e, np.arange(len(e), dtype=float))
    assert [(s.direction, s.cycle) for s in got] == [(1, 1), (-1, 1), (1, 2), (-1, 2)]
    assert [s.half for s in got[:2]] == ["anodic", "cathodic"]
    assert got[0].rate_v_per_s == pytest.approx(1e-3)
    assert got[1].rate_v_per_s == pytest.approx(-1e-3)
    assert not any(s.late_start or s.early_end or s.held_s for s in got)


@pytest.mark.parametrize("noise", [1e-5, 1e-4, 1e-3])
def test_noise_makes_no_turns(noise: float) -> None:
    e = course([0.3, 1.0, 0.0, 1.0, 0.0])
    noisy = e + noise * np.random.default_rng(2).standard_normal(len(e))
    got = sweeps(noisy, np.arange(len(e), dtype=float))
    assert [s.direction for s in got] == [1, -1, 1, -1]
    for s, row in zip(got, (700, 1700, 2700, 3700), strict=True):
        assert s.last == pytest.approx(row, abs=4 + 3 * noise / 1e-3 * 2)
    assert got[1].rate_v_per_s == pytest.approx(-1e-3, rel=1e-3)


@pytest.mark.parametrize("samples", [2, 10])
def test_a_staircase_is_a_sweep(samples: int) -> None:
    e = np.repeat(course([0.0, 1.0, 0.0], step=5e-3), samples)
    got = sweeps(e, 0.1 * np.arange(len(e)))
    assert [s.direction for s in got] == [1, -1]
    assert abs(got[0].rate_v_per_s) == pytest.approx(5e-3 / (0.1 * samples), rel=1e-3)


def test_holds_are_left_out_and_said() -> None:
    e = np.concatenate(
        [np.full(500, 0.2), course([0.2, 1.0]), np.full(800, 1.0), course([1.0, 0.2]), np.full(300, 0.2)]
    )
    e = e + 1e-5 * np.random.default_rng(0).standard_normal(len(e))
    got = sweeps(e, np.arange(len(e), dtype=float))
    assert [s.direction for s in got] == [1, -1]
    assert got[0].first == pytest.approx(500, abs=20)
    assert got[0].last == pytest.approx(1300, abs=20)
    assert got[1].first == pytest.approx(2100, abs=20)
    # before and after the sweeps the cell is at rest, or held: only the 800 s in between are surely a hold
    assert 800 * 0.95 < sum(s.held_s for s in got) < 1600 * 1.05
    assert got[0].rate_v_per_s == pytest.approx(1e-3, rel=1e-4)


def test_a_short_way_to_the_first_limit_is_no_cycle() -> None:
    got = sweeps(course([3.0, 3.5, 0.05, 3.5, 0.05]))
    assert [s.cycle for s in got] == [0, 1, 1, 2]
    assert got[1].half == "cathodic"


def test_a_first_sweep_from_inside_the_window_opens_cycle_one() -> None:
    got = sweeps(course([2.5, 0.05, 3.5, 0.05, 3.5, 1.0]))
    assert [s.cycle for s in got] == [1, 1, 2, 2, 3]
    assert got[0].late_start
    assert not any(s.late_start for s in got[1:])
    assert [s.early_end for s in got] == [False, False, False, False, True]


def test_a_drift_before_the_first_sweep_is_no_sweep() -> None:
    rest = 2.5 + 0.02 * (1 - np.exp(-np.arange(400) / 100.0))
    got = sweeps(np.concatenate([rest, course([2.52, 0.05, 3.5])[1:]]), np.arange(400 + 2470 + 3450, dtype=float))
    assert [s.direction for s in got] == [-1, 1]
    assert got[0].first >= 300


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 100.0), st.floats(-5, 5), st.sampled_from([1.0, -1.0]))
def test_units_offset_and_direction(scale: float, offset: float, way: float) -> None:
    e = course([0.3, 1.0, 0.0, 0.9, 0.05], step=5e-3)
    plain = sweeps(e, np.arange(len(e), dtype=float))
    other = sweeps(way * scale * e + offset, np.arange(len(e), dtype=float))
    assert [(s.first, s.last) for s in plain] == [(s.first, s.last) for s in other]
    assert [s.direction for s in plain] == [int(way) * s.direction for s in other]


def test_one_spike_of_the_potential_is_no_turn() -> None:
    e = course([0.0, 1.0, 0.0])
    e[300] = 0.9
    assert turning_rows(e) == [0, 1000, 2000]


def test_noise_of_a_smooth_course() -> None:
    x = np.linspace(0, 1, 2001)
    white = np.random.default_rng(4).standard_normal(2001)
    assert noise_of(np.sin(6 * x) + 0.01 * white) == pytest.approx(0.01, rel=0.06)
    assert noise_of(3 * x) == pytest.approx(0.0, abs=1e-12)
