"""Processes are followed by continuity, named by order, and owned to be lost where they merge."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.analyse.impedance.tracking import track
from byssus.errors import AnalysisError

NAMES = ("contact", "SEI", "charge transfer 1", "charge transfer 2")


@dataclass(frozen=True)
class Peak:
    tau_s: float
    resistance_ohm: float
    capacitance_f: float = 1e-3


@dataclass(frozen=True)
class Doubtful(Peak):
    identifiable: bool = False
    remarks: tuple[str, ...] = ("it may hold a second process",)


def spectra(*rows):
    return [[Peak(tau, r) for tau, r in row] for row in rows]


GROWING = spectra(
    *[
        [(1e-5 * 1.1**c, 8 + c), (1e-3 * 1.2**c, 20 * 1.1**c), (3e-2 * 1.25**c, 40 * 1.3**c), (3 * 0.9**c, 15 + 2 * c)]
        for c in range(6)
    ]
)


def values(tracks, name):
    return [point.resistance_ohm for point in tracks.named(name).points]


def test_processes_that_move_slowly_keep_their_names():
    tracks = track(GROWING, names=NAMES)
    assert [t.name for t in tracks.tracks] == list(NAMES)
    assert tracks.unassigned == tracks.remarks == ()
    for k, name in enumerate(NAMES):
        assert values(tracks, name) == [row[k].resistance_ohm for row in GROWING]
    assert all(point.status == "ok" for t in tracks.tracks for point in t.points)


def test_without_names_tracks_stand_in_order_of_tau():
    tracks = track(GROWING)
    assert [t.name for t in tracks.tracks] == [None] * 4
    assert [t.points[0].peak for t in tracks.tracks] == [0, 1, 2, 3]


def test_processes_may_come_near_without_changing_places():
    rows = [[(1e-3, 100.0), (1e-1 / 3**c, 5.0)] for c in range(4)]  # the small one ends at 3.7e-3 s
    tracks = track(spectra(*rows), names=("large", "small"))
    assert values(tracks, "large") == [100.0] * 4
    assert values(tracks, "small") == [5.0] * 4


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e-6, 1e-2, 7.0, 1e5]), st.sampled_from([1e-4, 1.0, 1e3]))
def test_order_of_peaks_and_units_change_nothing(seed, ohm, second):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 6))
    tau = np.sort(10 ** rng.uniform(-6, 2, count))
    rows = []
    for _ in range(int(rng.integers(1, 6))):
        tau, size = tau * 10 ** rng.normal(0, 0.1, count), 10 ** rng.uniform(0, 2, count)
        present = rng.random(count) < 0.85
        rows.append([(float(t), float(r)) for t, r, here in zip(tau, size, present, strict=True) if here])
    first = track(spectra(*rows), names=("a", "b", "c"))
    orders = [rng.permutation(len(row)) for row in rows]
    moved = [[(rows[s][i][0] * second, rows[s][i][1] * ohm) for i in order] for s, order in enumerate(orders)]
    other = track(spectra(*moved), names=("a", "b", "c"))
    assert [t.name for t in other.tracks] == [t.name for t in first.tracks]
    assert other.unassigned == first.unassigned
    assert other.remarks == first.remarks
    for mine, theirs in zip(first.tracks, other.tracks, strict=True):
        for s, (point, same) in enumerate(zip(mine.points, theirs.points, strict=True)):
            assert same.peak == (None if point.peak is None else int(np.flatnonzero(orders[s] == point.peak)[0]))
            assert (same.status, same.reason) == (point.status, point.reason)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_every_peak_is_in_exactly_one_track(seed):
    rng = np.random.default_rng(seed)
    rows = [
        [(float(10 ** rng.uniform(-6, 2)), float(10 ** rng.uniform(-1, 3))) for _ in range(rng.integers(0, 6))]
        for _ in range(5)
    ]
    tracks = track(spectra(*rows), names=("a", "b", "c"))
    taken = sorted((p.spectrum, p.peak) for t in tracks.tracks for p in t.points if p.peak is not None)
    assert taken == [(s, k) for s, row in enumerate(rows) for k in range(len(row))]
    named = [t.name for t in tracks.tracks if t.name]
    assert len(named) == len(set(named))
    assert set(named) | {name for name, _ in tracks.unassigned} == {"a", "b", "c"}


def test_a_merged_pair_is_not_identifiable_and_named_again_after_it():
    apart = [(1e-5, 8.0), (1e-3, 20.0), (1e-2, 40.0), (3.0, 15.0)]
    merged = [(1e-5, 8.5), (7e-3, 61.0), (3.0, 15.0)]
    tracks = track(spectra(apart, merged, merged, apart), names=NAMES)
    sei, transfer = tracks.named("SEI"), tracks.named("charge transfer 1")
    assert [p.status for p in sei.points] == ["ok", "not_identifiable", "not_identifiable", "ok"]
    assert [p.status for p in transfer.points] == ["ok", "not_identifiable", "not_identifiable", "ok"]
    assert sei.points[1].reason == "it merged into the peak of charge transfer 1"
    assert transfer.points[1].reason == "its peak holds SEI too"
    assert tracks.remarks == ("SEI and charge transfer 1 are one peak in spectra 2 to 3",)
    assert all(p.status == "ok" for p in tracks.named("contact").points)


def test_a_pair_that_is_one_peak_at_first_is_found_when_it_parts():
    together = [(1e-5, 8.0), (7e-3, 61.0), (3.0, 15.0)]
    apart = [(1e-5, 8.0), (1e-3, 20.0), (1e-2, 40.0), (3.0, 15.0)]
    tracks = track(spectra(together, apart), names=NAMES)
    assert tracks.named("SEI").points[0].status == "not_identifiable"
    assert tracks.named("charge transfer 1").points[0].status == "not_identifiable"
    assert tracks.remarks == ("SEI and charge transfer 1 are one peak in spectrum 1",)


def test_a_process_that_fades_is_missing_not_merged():
    before, after = [(1e-5, 8.0), (1e-3, 20.0), (1.0, 40.0)], [(1e-3, 20.0), (1.0, 41.0)]
    tracks = track(spectra(before, after), names=("a", "b", "c"))
    assert tracks.remarks == ()
    assert tracks.named("a").points[1].reason == "no peak of this spectrum continues it"
    assert tracks.named("a").points[1].status == "not_identifiable"
    assert tracks.named("b").points[1].status == "ok"


@pytest.mark.parametrize("count", [3, 5])
def test_more_or_fewer_processes_than_names_get_none(count):
    row = [(10.0 ** (2 * k - 5), 10.0) for k in range(count)]
    tracks = track(spectra(row, row), names=NAMES)
    assert [t.name for t in tracks.tracks] == [None] * count
    assert [name for name, _ in tracks.unassigned] == list(NAMES)
    assert f"{count} peaks in a spectrum for 4 names" in tracks.unassigned[0][1]
    assert all("none of the names" in t.remarks[0] for t in tracks.tracks)


def test_one_more_process_in_one_spectrum_leaves_the_others_named():
    four = [(10.0 ** (2 * k - 5), 10.0) for k in range(4)]
    five = [*four, (100.0, 300.0)]
    tracks = track(spectra(four, five, four), names=NAMES)
    assert [t.name for t in tracks.tracks][:3] == list(NAMES[:3])
    assert [t.name for t in tracks.tracks].count(None) == 1


def test_a_jump_too_far_to_follow_is_named_by_its_place_and_says_so():
    one, two = [(1e-5, 8.0), (1e-3, 20.0), (1.0, 40.0)], [(1e-5, 8.0), (3e-2, 500.0), (1.0, 40.0)]
    tracks = track(spectra(one, two), names=("a", "b", "c"))
    assert values(tracks, "b") == [20.0, 500.0]
    assert "cannot be followed" in tracks.named("b").remarks[0]
    assert tracks.named("a").remarks == ()


def test_inductive_loops_are_never_linked_to_arcs():
    tracks = track(spectra([(1.0, 10.0)], [(1.0, -10.0)]))
    assert len(tracks.tracks) == 2


def test_uncertain_peaks_and_what_the_distribution_doubts():
    @dataclass(frozen=True)
    class Uncertain(Peak):
        tau_uncertainty_s: float = 0.0
        resistance_uncertainty_ohm: float = math.nan

    far = [[Uncertain(1.0, 10.0)], [Uncertain(20.0, 10.0)]]
    assert len(track(far).tracks) == 2
    wide = [[Uncertain(1.0, 10.0)], [Uncertain(20.0, 10.0, tau_uncertainty_s=30.0)]]
    assert len(track(wide).tracks) == 1
    point = track([[Doubtful(1.0, 10.0)]], names=("a",)).named("a").points[0]
    assert (point.status, point.reason) == ("not_identifiable", "it may hold a second process")
    assert point.resistance_ohm == 10.0


def test_nothing_to_follow():
    assert track([]).tracks == ()
    tracks = track([[], []], names=("a",))
    assert tracks.tracks == ()
    assert tracks.unassigned == (("a", "0 peaks in a spectrum for 1 name"),)


def test_peaks_are_found_again():
    tracks = track(GROWING, names=NAMES)
    assert tracks.of(2, 1).name == "SEI"
    assert tracks.of(2, 9) is None
    assert tracks.named("nobody") is None


def test_all_problems_at_once():
    with pytest.raises(AnalysisError) as caught:
        track(spectra([(0.0, 1.0), (1.0, 0.0)], [(math.nan, 1.0), (1.0, math.inf)]), names=("a", "a"))
    assert len(caught.value.problems) == 5
    assert "spectrum 2, peak 1" in str(caught.value)
