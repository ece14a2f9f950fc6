"""What a reference material calibrates: the frame's compliance, or the tip's area function, from all its indents."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.indentation._area import calibrate
from byssus.analyse.indentation._frame import LEAST, Contacts, Frame, fit_frame, jackknife, load_line
from byssus.analyse.indentation._indent import IndentationResult, analyse_indent
from byssus.analyse.indentation._settings import CALIBRATES, Settings
from byssus.errors import AnalysisError, MissingInput, Problem
from byssus.laws.indentation import EPSILON, AreaFunction
from byssus.trace import Trace

__all__ = ["AreaCalibration", "FrameCalibration", "calibrated"]

Floats = NDArray[np.float64]

FRAME_FROM = 0.5  # of the deepest: 1/S of shallower contacts is nearly all contact, and says little of the frame
AREA_FROM = 0.05  # of the deepest: shallower, the zero of depth is as large as the blunting of the tip
MOST_ROUNDS = 12
SETTLED = 1e-7  # of the stiffest contact's compliance: what is left of the frame when it is found
TOLD_AT = 5  # depths at which a calibrated area is told with its uncertainty


@dataclass(frozen=True)
class FrameCalibration:
    """The frame by all contacts (``all_contacts``) deeper than ``from_m``, and two others to judge it by.

    ``by_load`` rests on one hardness instead of the area function, ``of_all`` (m/N) on every depth; ``modulus_pa`` is
    the reduced modulus that the contacts share. ``uncertainty`` (m/N, Pa) is by leaving indents out where there are
    three, else by the scatter about the line. ``taken_m_per_n`` is off the contacts' depth and stiffness already.
    """

    frame: Frame
    modulus_pa: float
    uncertainty: tuple[float, float]
    by_load: Frame
    of_all: float
    all_contacts: Contacts
    taken_m_per_n: float
    from_m: float
    indents: int
    settings: Settings
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class AreaCalibration:
    """The tip's area function by ``contacts`` from ``from_m`` on, and its relative uncertainty at ``depth_m``, (k,)."""

    area: AreaFunction
    depth_m: Floats
    relative_u: Floats
    scatter: float
    contacts: Contacts
    from_m: float
    indents: int
    settings: Settings
    warnings: tuple[str, ...]

    @property
    def contact_depth_m(self) -> Floats:
        return self.contacts.contact_depth()


def calibrated(traces: Sequence[Trace], settings: Settings) -> FrameCalibration | AreaCalibration:
    """What ``settings.calibrate`` asks for, from all ``traces`` of one reference material.

    Raises :class:`AnalysisError` where there are too few contacts, :class:`MissingInput` where the reference's
    modulus is not given but needed.
    """
    if settings.calibrate == CALIBRATES[1] and settings.reference_pa is None:
        expected = "the reduced modulus of the reference, 69.6 GPa for fused silica"
        raise MissingInput(
            Problem("'reference_modulus' is not given", expected=expected, mend="Give reference_modulus.")
        )
    if settings.calibrate == CALIBRATES[2]:
        return _frame(traces, settings)
    results, used, start, _ = _deep(traces, settings, AREA_FROM)
    return _tip(used, start, len(results), settings, _warnings(results))


def _deep(
    traces: Sequence[Trace], s: Settings, share: float
) -> tuple[list[IndentationResult], Contacts, float, Contacts]:
    """The indents, their contacts deeper than was asked for or than ``share`` of the deepest, that depth, and all."""
    given = s.continuous_m
    low = s.calibrate_from_m or (given[0] if given else 1e-12)
    results = [analyse_indent(trace, replace(s, continuous_m=(low, math.inf))) for trace in traces]
    contacts = _contacts(results)
    start = s.calibrate_from_m or share * (float(np.max(contacts.depth_m)) if len(contacts) else 0.0)
    used = contacts.where(contacts.depth_m >= start)
    if len(used) < LEAST or not float(np.ptp(used.depth_m)) > 0:
        got, expected = f"{len(used)} contacts deeper than {start * 1e9:.4g} nm", f"at least {LEAST} at different loads"
        raise AnalysisError(Problem("too few contacts to calibrate by", traces[0].source.path, got, expected))
    return results, used, start, contacts


def _warnings(results: Sequence[IndentationResult]) -> tuple[str, ...]:
    return _once([w for r in results for w in dict.fromkeys(r.warnings)])


def _once(said: Sequence[str]) -> tuple[str, ...]:
    """What the indents' warnings say, those that differ in their numbers alone told once."""
    alike: dict[str, list[str]] = {}
    for one in said:
        alike.setdefault(re.sub(r"[\d.]+", "#", one), []).append(one)
    return tuple(
        group[0] + (f" (and likewise in {len(group) - 1} others)" if len(set(group)) > 1 else "")
        for group in alike.values()
    )


def _contacts(results: Sequence[IndentationResult]) -> Contacts:
    """Every contact of every indent: along its depth where the stiffness was measured there, else its unloadings."""
    rows: list[tuple[float, float, float, float, int]] = []
    for number, r in enumerate(results):
        along = r.continuous
        if along is not None:
            epsilon = EPSILON if r.settings.epsilon is None else r.settings.epsilon
            load = along.hardness_pa * along.area_m2
            rows += [
                (h, p, k, epsilon, number)
                for h, p, k in zip(along.depth_m, load, along.stiffness_n_per_m, strict=True)
            ]  # fmt: skip
        else:
            rows += [
                (u.cycle.depth_m, u.cycle.load_n, u.law.stiffness_n_per_m, u.epsilon, number)
                for u in r.unloadings
                if u.law is not None
            ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    found = Contacts(table[0], table[1], table[2], table[3], table[4].astype(np.intp))
    return found.where(found.contact_depth() > 0)


def _frame(traces: Sequence[Trace], s: Settings) -> FrameCalibration:
    """The frame, taken off the records again and again: an unloading behind a frame is no power law."""
    total, found = s.compliance_m_per_n, None
    for _ in range(MOST_ROUNDS):
        results, used, start, contacts = _deep(traces, replace(s, compliance_m_per_n=total), FRAME_FROM)
        found = fit_frame(used, s.area)
        if found is None or abs(found.compliance_m_per_n) <= SETTLED / float(np.max(used.stiffness_n_per_m)):
            break
        total += found.compliance_m_per_n
    if found is None:
        got = f"{len(used)} contacts without a line of 1/S on 1/√A that rises"
        where = traces[0].source.path
        raise AnalysisError(Problem("no frame's compliance gives these contacts one modulus", where, got))

    def both(some: Contacts) -> Floats | None:
        one = fit_frame(some, s.area)
        return None if one is None else np.array([one.compliance_m_per_n, _modulus(one, s)])

    spread = jackknife(used, both)
    u = (found.uncertainty, math.nan) if spread is None else (float(spread[0]), float(spread[1]))
    of_all = fit_frame(contacts, s.area)
    frame, by_load = (replace(f, compliance_m_per_n=f.compliance_m_per_n + total) for f in (found, load_line(used)))
    return FrameCalibration(
        frame, _modulus(found, s), u, by_load, math.nan if of_all is None else of_all.compliance_m_per_n + total,
        contacts, total, start, len(results), s, _warnings(results),
    )  # fmt: skip


def _modulus(frame: Frame, s: Settings) -> float:
    """Er of the slope sqrt(pi)/(2 beta Er)."""
    return math.sqrt(math.pi) / (2 * s.beta * frame.slope)


def _tip(used: Contacts, start: float, indents: int, s: Settings, warnings: tuple[str, ...]) -> AreaCalibration:
    reference = s.reference_pa or math.nan
    told = np.geomspace(float(np.min(used.contact_depth())), float(np.max(used.contact_depth())), TOLD_AT)

    def areas(some: Contacts) -> Floats:
        function = calibrate(some.contact_depth(), some.stiffness_n_per_m, reference, s.beta)
        return np.asarray(function(told))

    area = calibrate(used.contact_depth(), used.stiffness_n_per_m, reference, s.beta)
    implied = math.pi / 4 * (used.stiffness_n_per_m / (s.beta * reference)) ** 2
    off = implied / area(used.contact_depth()) - 1
    scatter = float(np.sqrt(np.mean(off**2)))
    spread = jackknife(used, areas)
    relative = np.full(TOLD_AT, scatter) if spread is None else spread / area(told)
    without = tuple(w for w in warnings if not w.startswith("no area function"))
    return AreaCalibration(area, told, relative, scatter, used, start, indents, s, without)
