"""The same process followed from spectrum to spectrum, under the study's own names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from byssus.analyse.impedance._linking import Chain, Spot, link, name_chains
from byssus.analyse.impedance._merging import Merger, mergers
from byssus.errors import AnalysisError, Problem
from byssus.findings import Status

__all__ = ["Peak", "Track", "TrackPoint", "Tracks", "track"]


class Peak(Protocol):
    """What is followed. ``tau_uncertainty_s``, ``resistance_uncertainty_ohm``, ``identifiable`` are used if there."""

    @property
    def tau_s(self) -> float: ...
    @property
    def resistance_ohm(self) -> float: ...
    @property
    def capacitance_f(self) -> float: ...


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """A process in one spectrum: ``peak`` is its place among that spectrum's peaks as given, ``None`` without one.

    ``status`` is "ok", or "not_identifiable" with the ``reason``: no peak continues the process, the peak holds
    another process too, or the distribution itself could not identify it.
    """

    spectrum: int
    peak: int | None
    tau_s: float | None
    resistance_ohm: float | None
    capacitance_f: float | None
    status: Status
    reason: str = ""


@dataclass(frozen=True)
class Track:
    """One process through all spectra. ``name`` is ``None`` where no name could be given; ``remarks`` say why."""

    name: str | None
    points: tuple[TrackPoint, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tracks:
    """All processes, from short to long tau. ``unassigned`` holds names no process could be given, with the reason."""

    tracks: tuple[Track, ...]
    unassigned: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]

    def of(self, spectrum: int, peak: int) -> Track | None:
        """The track that has this peak; ``None`` if there is none."""
        return next((t for t in self.tracks if t.points[spectrum].peak == peak), None)

    def named(self, name: str) -> Track | None:
        """The track of that name; ``None`` if there is none."""
        return next((t for t in self.tracks if t.name == name), None)


def track(spectra_peaks: Sequence[Sequence[Peak]], *, names: Sequence[str] = ()) -> Tracks:
    """Follow the peaks of spectra in their order (over cycles, say) and name them from short to long tau.

    Parameters
    ----------
    spectra_peaks : sequence of sequences of Peak
        One sequence per spectrum; peaks in any order, resistances negative for inductive loops.
    names : sequence of str
        The study's names of the processes, from short to long tau; none leaves all tracks without.

    Raises
    ------
    AnalysisError
        Listing every peak whose time or resistance makes no sense, and names given twice.

    Notes
    -----
    Linking goes by small steps in ln tau and ln R alone. Processes that all move by more than half a decade between
    two spectra, or that cross, cannot be followed so. Names go by order: two processes that changed places while they
    were one peak keep the names of the places.
    """
    spectra = _spots(spectra_peaks, names)
    chains = link(spectra)
    places: list[int | None] = [None] * len(chains)
    joined: list[int] = []
    if names:
        chains, places, joined = name_chains(chains, len(names), len(spectra))
    labels = [names[p] if p is not None else f"process {i + 1}" for i, p in enumerate(places)]
    found = mergers(chains, len(spectra))
    unassigned = tuple((n, _why(spectra, len(names))) for p, n in enumerate(names) if p not in places)
    tracks = []
    for i, chain in enumerate(chains):
        points = tuple(_point(i, s, chain, spectra_peaks, found, labels) for s in range(len(spectra)))
        place = places[i]
        remarks = []
        if place is None and names:
            remarks.append(f"none of the names can be given to it: {_why(spectra, len(names))}")
        if place is not None and place in joined:
            remarks.append("named by its place between the others; it cannot be followed through every step")
        tracks.append(Track(None if place is None else names[place], points, tuple(remarks)))
    return Tracks(tuple(tracks), unassigned, tuple(_said(merger, labels) for merger in found))


def _spots(spectra_peaks: Sequence[Sequence[Peak]], names: Sequence[str]) -> list[list[Spot]]:
    problems = []
    if len(set(names)) < len(names):
        problems.append(Problem("a name is given twice", "names", ", ".join(names), "each name once"))
    spectra = []
    for s, peaks in enumerate(spectra_peaks):
        spots = []
        for k, peak in enumerate(peaks):
            where = f"spectrum {s + 1}, peak {k + 1}"
            if not (math.isfinite(peak.tau_s) and peak.tau_s > 0):
                problems.append(Problem("a time that makes no sense", where, f"{peak.tau_s}", "tau_s above 0"))
            elif not math.isfinite(peak.resistance_ohm) or peak.resistance_ohm == 0:
                got = f"{peak.resistance_ohm}"
                problems.append(Problem("a resistance that makes no sense", where, got, "a number other than 0"))
            else:
                spots.append(_spot(k, peak))
        spectra.append(spots)
    if problems:
        raise AnalysisError(*problems)
    return spectra


def _spot(k: int, peak: Peak) -> Spot:
    def variance(uncertainty: Any, value: float) -> float:
        known = uncertainty is not None and math.isfinite(uncertainty)
        return (uncertainty / value) ** 2 if known else 0.0

    r = peak.resistance_ohm
    return Spot(
        k,
        math.log(peak.tau_s),
        math.log(abs(r)),
        1 if r > 0 else -1,
        variance(getattr(peak, "tau_uncertainty_s", None), peak.tau_s),
        variance(getattr(peak, "resistance_uncertainty_ohm", None), r),
    )


def _point(
    i: int,
    s: int,
    chain: Chain,
    spectra_peaks: Sequence[Sequence[Peak]],
    found: Sequence[Merger],
    labels: Sequence[str],
) -> TrackPoint:
    if s not in chain:
        into = next((m for m in found if m.lost == i and s in m.spectra), None)
        reason = f"it merged into the peak of {labels[into.into]}" if into else "no peak of this spectrum continues it"
        return TrackPoint(s, None, None, None, None, "not_identifiable", reason)
    at = chain[s].peak
    peak = spectra_peaks[s][at]
    holds = [labels[m.lost] for m in found if m.into == i and s in m.spectra]
    reason = f"its peak holds {' and '.join(holds)} too" if holds else ""
    if not reason and not getattr(peak, "identifiable", True):
        reason = "; ".join(getattr(peak, "remarks", ())) or "its peak is not identifiable"
    status: Status = "not_identifiable" if reason else "ok"
    return TrackPoint(s, at, peak.tau_s, peak.resistance_ohm, peak.capacitance_f, status, reason)


def _why(spectra: Sequence[Sequence[Spot]], names: int) -> str:
    counts = sorted({len(spots) for spots in spectra})
    if names in counts:
        return "the order of the peaks leaves it open"
    seen = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}" if counts else "no"
    return f"{seen} peak{'' if seen == '1' else 's'} in a spectrum for {names} name{'' if names == 1 else 's'}"


def _said(merger: Merger, labels: Sequence[str]) -> str:
    first, last = min(merger.spectra) + 1, max(merger.spectra) + 1
    where = f"spectrum {first}" if first == last else f"spectra {first} to {last}"
    return f"{labels[merger.lost]} and {labels[merger.into]} are one peak in {where}"
