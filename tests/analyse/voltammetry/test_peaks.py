"""Peaks of a voltammogram whose position, height and charge are known: surface, diffusion, none, in noise."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from byssus.analyse.voltammetry._baselines import Baseline, Readings
from byssus.analyse.voltammetry._peaks import _within, standing_out
from byssus.trace import Trace

_SPEC = importlib.util.spec_from_file_location("voltammograms", Path(__file__).with_name("voltammograms.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made)
RATE = made.RATE
clock = made.clock
found = made.found
gaussian = made.gaussian
run = made.run
trace = made.trace
triangle = made.triangle
two_peaks = made.two_peaks


Floats = NDArray[np.float64]


@pytest.mark.parametrize("baseline", ["flanks", "tangent"])
def test_gaussian_peaks_on_a_sloping_line(baseline: str) -> None:
    got = found(trace(*two_peaks()), {"baseline": baseline})
    assert got["scan_rate",].value == pytest.approx(RATE, rel=1e-9)
    assert got["cycle_count",].value == 2
    for cycle in (1, 2):
        for half, position, height in (("anodic", 0.5, 1e-4), ("cathodic", 0.42, 8e-5)):
            at = (cycle, half, 1)
            assert got["peak_potential", *at].value == pytest.approx(position, abs=1e-4)
            assert got["peak_current", *at].value == pytest.approx(height, rel=5e-3)
            area = height * 0.03 * math.sqrt(2 * math.pi)
            assert got["peak_charge", *at].value == pytest.approx(area / RATE, rel=1e-2)
            assert got["peak_half_width", *at].value == pytest.approx(0.03 * 2 * math.sqrt(2 * math.log(2)), rel=5e-3)
        assert got["peak_separation", cycle, 1].value == pytest.approx(0.08, abs=2e-4)
        assert got["midpoint_potential", cycle, 1].value == pytest.approx(0.46, abs=1e-4)
    assert not any(f.quantity == "double_layer_capacitance" for f in got.values())


def test_flanks_baseline_is_nearly_exact() -> None:
    e, i, t = two_peaks()
    got = found(trace(e, i, t))
    assert got["peak_current", 2, "anodic", 1].value == pytest.approx(1e-4, rel=1e-3)
    assert got["peak_potential", 2, "anodic", 1].value == pytest.approx(0.5, abs=1e-5)


def test_two_peaks_that_touch_share_one_baseline() -> None:
    e, d = triangle(1)
    i = d * 2e-5 + np.where(d > 0, gaussian(e, 0.35, 6e-5, 0.04) + gaussian(e, 0.52, 1e-4, 0.04), 0.0)
    got = found(trace(e, i, clock(e)))
    # the neighbour's tail lifts each by exp(-(0.17/0.04)^2/2) = 1.2e-4 of its height
    assert got["peak_current", 1, "anodic", 1].value == pytest.approx(6e-5, rel=5e-3)
    assert got["peak_current", 1, "anodic", 2].value == pytest.approx(1e-4, rel=5e-3)
    both = sum(got["peak_charge", 1, "anodic", k].value or 0.0 for k in (1, 2))
    assert both == pytest.approx(1.6e-4 * 0.04 * math.sqrt(2 * math.pi) / RATE, rel=1e-2)


def reversible(x: Floats) -> Floats:
    """The dimensionless current of a reversible couple: the semiderivative of 1 / (1 + e^-x), by the L1 rule.

    Nicholson and Shain's integral equation says that its semi-integral is that function. ``x`` is even, from far
    below zero. The largest value is 0.4463 at x = 1.109 (Bard and Faulkner, table 6.2.1).
    """
    h = x[1] - x[0]
    rises = np.diff(1.0 / (1.0 + np.exp(-x)))
    k = np.arange(len(rises), dtype=float)
    weights = np.sqrt(k + 1) - np.sqrt(k)
    value = np.convolve(rises, weights)[: len(rises)] / math.sqrt(h) / math.gamma(1.5)
    return np.concatenate([[0.0], value])


def test_the_reversible_current_of_this_test_is_the_textbooks() -> None:
    x = np.linspace(-25, 25, 20001)
    chi = reversible(x)
    assert chi.max() == pytest.approx(0.4463, abs=1e-4)
    assert x[chi.argmax()] == pytest.approx(1.109, abs=5e-3)


def test_a_peak_of_diffusion() -> None:
    volt = 8.314462618 * 298.15 / 96485.33212  # RT/F
    n = 1600
    up = np.linspace(-0.4, 0.4, n + 1)
    e = np.concatenate([up, up[::-1][1:]])
    chi = np.concatenate([reversible(up / volt), np.full(n, 1e-9)])
    got = found(trace(e, 1e-3 * chi, clock(e)), {"baseline": "tangent"})
    assert got["peak_potential", 1, "anodic", 1].value == pytest.approx(0.0285, abs=5e-4)  # 28.5 mV past E1/2
    assert got["peak_current", 1, "anodic", 1].value == pytest.approx(0.4463e-3, rel=0.01)
    # the flat tail of diffusion is why the default line is not for such peaks
    assert (found(trace(e, 1e-3 * chi, clock(e)))["peak_current", 1, "anodic", 1].value or 0) < 0.4e-3


def test_noise_alone_has_no_peaks() -> None:
    e, d = triangle(20)
    rng = np.random.default_rng(5)
    got = run(trace(e, 2e-5 * d + 1e-6 * rng.standard_normal(len(e)), clock(e)), {"least_peak": 1e-6})
    assert sum(len(h.peaks) for h in got.halves) == 0  # 40 sweeps, and no floor but the noise


def test_uncertainties_are_those_of_the_noise() -> None:
    e, i, t = two_peaks(1)
    rng = np.random.default_rng(3)
    off, heights = [], []
    for _ in range(60):
        got = found(trace(e, i + 1e-6 * rng.standard_normal(len(e)), t))
        place, height = got["peak_potential", 1, "anodic", 1], got["peak_current", 1, "anodic", 1]
        assert place.value is not None
        assert place.standard_uncertainty is not None
        assert height.value is not None
        assert height.standard_uncertainty is not None
        off.append((place.value - 0.5) / place.standard_uncertainty)
        heights.append((height.value - 1e-4) / height.standard_uncertainty)
    assert 0.7 < float(np.std(off)) < 1.4
    assert abs(float(np.mean(off))) < 0.5
    assert abs(float(np.mean(heights))) < 1.5  # a hull lies a little low in noise
    assert 0.6 < float(np.std(heights)) < 1.6


@pytest.mark.parametrize("seed", range(8))
def test_maxima_and_prominences_are_scipys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    s = np.round(np.cumsum(rng.standard_normal(400)) + rng.standard_normal(400), seed % 3)  # with level stretches
    rows, theirs = signal.find_peaks(s, prominence=1.5)
    ours = standing_out(s, 1.5)
    assert [top.row for top in ours] == list(rows)
    assert [top.prominence for top in ours] == pytest.approx(list(theirs["prominences"]))
    assert not standing_out(np.ones(50), 1e-9)
    assert not standing_out(np.arange(50.0), 1e-9)


def test_a_summit_beyond_its_valley_has_nothing_behind_it() -> None:
    """Two bumps so near each other that the higher reading of one lies behind the lowest between them."""
    u = np.linspace(0.0, 1.0, 21)
    curve = Readings(u, np.ones(21), np.ones(21), 1e-3, 1e-3)
    line = Baseline(0.0, 0.1, 0.0, 0.0, 1e-3, closed=False)
    assert _within(curve, 12, line, (3, 10), curve.s) == (3, 10)
    assert _within(curve, 6, line, (3, 10), curve.s - u) == (3, 10)


@pytest.mark.parametrize(("apart", "status"), [(0.10, "warned"), (0.30, "ok")])
def test_peaks_that_overlap_are_told(apart: float, status: str) -> None:
    e, d = made.triangle(1)
    i = d * 1e-6 + np.where(d > 0, made.gaussian(e, 0.4, 1e-4, 0.03) + made.gaussian(e, 0.4 + apart, 6e-5, 0.03), 0.0)
    got = made.found(made.trace(e, i, made.clock(e)))
    for quantity in ("peak_potential", "peak_current", "peak_charge"):
        for peak in (1, 2):
            one = got[quantity, 1, "anodic", peak]
            assert one.status == status
            assert ("overlaps a neighbour" in " ".join(one.remarks)) is (status == "warned")


HEIGHT, AT, SIGMA, SLOW = 1e-4, 0.5, 0.03, 1e-4  # A, V, V, V/s


def slow(every_s: float, potential_step: float = 0.0, current_step: float = 0.0) -> Trace:
    """Two cycles from 0.01 V at 0.1 mV/s, a Gaussian on a capacitive current that turns with the sweep."""
    half = 0.99 / SLOW
    t = np.arange(0, 4 * half, every_s)
    phase = t % (2 * half)
    up = phase < half
    e = np.where(up, 0.01 + SLOW * phase, 1.0 - SLOW * (phase - half))
    i = np.where(up, 2e-6 + gaussian(e, AT, HEIGHT, SIGMA), -2e-6 - gaussian(e, 0.42, 8e-5, SIGMA))
    i = i + 2e-7 * np.random.default_rng(0).standard_normal(len(t))
    rounded = (np.round(v / step) * step if step else v for v, step in ((e, potential_step), (i, current_step)))
    return trace(*rounded, t)


@pytest.mark.parametrize(
    "one",
    [slow(10.0), slow(1.0), slow(1.0, potential_step=1e-3), slow(10.0, current_step=2e-6)],
    ids=["the turn's reading", "ten readings a point", "ten readings a level of potential", "a coarse range"],
)
def test_the_readings_at_a_turn_carry_no_baseline(one: Trace) -> None:
    numbers = found(one)
    assert {f.at["peak"] for f in numbers.values() if "peak" in f.at} == {1}
    for quantity, truth in (
        ("peak_potential", AT),
        ("peak_current", HEIGHT),
        ("peak_charge", HEIGHT * SIGMA * np.sqrt(2 * np.pi) / SLOW),
    ):
        peak = numbers[quantity, 2, "anodic", 1]
        assert peak.standard_uncertainty is not None
        assert peak.value == pytest.approx(truth, rel=0.01), quantity
        assert peak.value == pytest.approx(truth, abs=4 * peak.standard_uncertainty), quantity


def test_coarse_steps_of_the_current_are_no_peaks() -> None:
    """Fifty levels over the range, each two per cent of it: the slope of the background climbs in steps."""
    e, i, t = two_peaks()
    i = i + 2e-7 * np.random.default_rng(0).standard_normal(len(i))
    level = np.ptp(i) / 50
    numbers = found(trace(e, np.round(i / level) * level, t))
    assert {f.at["peak"] for f in numbers.values() if "peak" in f.at} == {1}
    one = numbers["peak_potential", 1, "cathodic", 1]
    assert one.value == pytest.approx(0.42, abs=1e-3)
    assert one.standard_uncertainty is not None
    assert one.standard_uncertainty > 1e-5


def test_rows_written_twice_count_once() -> None:
    e, i, t = two_peaks()
    i = i + 2e-7 * np.random.default_rng(0).standard_normal(len(i))
    once, thrice = found(trace(e, i, t)), found(trace(*(np.repeat(v, 3) for v in (e, i, t))))
    key = ("peak_current", 2, "anodic", 1)
    assert thrice[key].value == once[key].value
    assert thrice[key].standard_uncertainty == once[key].standard_uncertainty
    assert any("repeat the row before" in remark for remark in thrice["cycle_count",].remarks)
