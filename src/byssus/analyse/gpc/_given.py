"""What a person says of a calibration: standards, coefficients, Mark-Houwink constants; and what files say."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.gpc._calibration import Calibration, from_coefficients, from_standards
from byssus.analyse.gpc._peak import summit_of
from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError, ByssusError, MissingInput, Problem
from byssus.trace import Trace
from byssus.units import parse_quantity

__all__ = ["RETENTION", "calibration_of", "nominal_mass", "retention_of", "sound"]

Floats = NDArray[np.float64]
# Retention by column: its SI unit, and that of printed coefficients (minutes, millilitres).
RETENTION = {"time_s": ("s", 60.0), "elution_volume_m3": ("m^3", 1e-6)}
_AT = re.compile(r"^(?P<mass>.+?)\s*(?:\bat\b|@|:)\s*(?P<retention>.+)$")
_NAMED = re.compile(
    r"(?<![\d.,])(?P<number>\d+(?:[ '\u00a0\u202f]\d{3}(?!\d))*(?:[.,]\d+)*)\s*(?P<unit>[kM]?Da|k?g/mol)(?![A-Za-z])"
)
# "2,820 Da" may be either of two masses, "PS 2 820 Da" too: neither is guessed
_ONE_NUMBER = re.compile(r"(?!\d{1,3},\d{3}$)\d+(?:[.,]\d+)?")
STIFFEST = 2.0  # the exponent of a rod; 0 is that of a sphere, 0.5 to 0.8 those of coils
MARK_HOUWINK = ("standard_k", "standard_a", "sample_k", "sample_a")
SAMPLE_FIELDS = ("SampleName", "Sample Name", "Sample", "Probe")
FEWEST_ROWS = 10


def sound(trace: Trace, names: Sequence[str]) -> tuple[list[Floats], tuple[str, ...]]:
    """The named columns in rising order of the first, without rows that have no number, and what is to be said.

    Raises :class:`AnalysisError` where fewer than ten rows are left.
    """
    columns = [np.asarray(trace[name], dtype=np.float64) for name in names]
    keep = np.all(np.isfinite(columns), axis=0)
    order = np.argsort(columns[0][keep], kind="stable")
    columns = [values[keep][order] for values in columns]
    fresh = np.concatenate(([True], np.diff(columns[0]) > 0)) if len(order) else keep[:0]
    columns = [values[fresh] for values in columns]
    dropped = len(keep) - len(columns[0])
    if len(columns[0]) < FEWEST_ROWS:
        raise AnalysisError(
            Problem("too few rows", trace.source.path, f"{len(columns[0])} with numbers", f"at least {FEWEST_ROWS}")
        )
    said = (f"{dropped} of {len(keep)} rows left out: no number, or a {names[0]} that was there before",)
    return columns, said if dropped else ()


def retention_of(trace: Trace) -> str:
    """The column of retention: time, else volume. Raises :class:`AnalysisError` naming what is there."""
    name = next((name for name in RETENTION if name in trace), "time_s")
    trace[name]
    return name


def nominal_mass(trace: Trace) -> float | None:
    """The molar mass (kg/mol) that a standard's file gives in its sample's name (``PMMA88.5kDa``); else ``None``."""
    preamble = trace.metadata.get("preamble", {})
    said = next((str(preamble[field]) for field in SAMPLE_FIELDS if preamble.get(field)), "")
    found = _NAMED.findall(said)
    if len(found) != 1 or not _ONE_NUMBER.fullmatch(found[0][0]):
        return None
    number, unit = found[0]
    return float(parse_quantity(f"{number.replace(',', '.')} {unit}", "kg/mol"))


def calibration_of(specimen: Specimen, name: str, files: Sequence[Trace], where: str) -> Calibration:
    """The calibration from the standards' files, from ``standards`` or from ``calibration``; universal where told.

    Raises :class:`MissingInput` where nothing calibrates, :class:`AnalysisError` for two calibrations at once and for
    texts or files that cannot be taken.
    """
    ways = [bool(files), bool(specimen.get("standards")), bool(specimen.get("calibration"))]
    if sum(ways) > 1:
        raise AnalysisError(
            Problem("calibrated in more than one way", specimen.name, expected="files, standards or coefficients")
        )
    if not any(ways):
        mend = 'Give standards = "459 kDa at 6.40 min; 217 kDa at 6.67 min; ...", or the standards\' files before the '
        mend += "sample's as one specimen, or calibration (coefficients)."
        raise MissingInput(Problem("no calibration is given", where, expected="narrow standards", mend=mend))
    order = _order(specimen)
    if files:
        one = from_standards(*_from_files(files, name), order, where)
    elif ways[1]:
        one = from_standards(*_from_text(str(specimen.get("standards")), name, specimen.name), order, specimen.name)
    else:
        one = _from_coefficients(str(specimen.get("calibration")), name, specimen.name)
    constants = [specimen.get(key) for key in MARK_HOUWINK]
    if all(value is None for value in constants):
        return one
    if any(value is None for value in constants):
        lacking = ", ".join(k for k, v in zip(MARK_HOUWINK, constants, strict=True) if v is None)
        raise MissingInput(Problem("universal calibration needs all four constants", specimen.name, f"no {lacking}"))
    k1, a1, k2, a2 = (float(value) for value in constants if value is not None)
    for key, a in (("standard_a", a1), ("sample_a", a2)):
        if not 0 < a <= STIFFEST:
            mend = "Are K and a exchanged?"
            raise AnalysisError(Problem(f"{key} makes no sense", specimen.name, f"{a:g}", f"0 to {STIFFEST:g}", mend))
    return one.universally((k1, a1), (k2, a2))


def _order(specimen: Specimen) -> int | None:
    given = specimen.get("order")
    if given is None:
        return None
    if not float(given).is_integer():
        raise AnalysisError(Problem("order is no whole number", specimen.name, f"{given:g}", "1, 2, 3, ..."))
    return int(given)


def _from_files(files: Sequence[Trace], name: str) -> tuple[Floats, Floats]:
    problems, x, masses = [], [], []
    for trace in files:
        where = trace.source.path
        mass = nominal_mass(trace)
        if mass is None:
            expected = "one molar mass in its sample's name, as in PMMA88.5kDa (no thousands set apart)"
            mend = 'Give standards = "459 kDa at 6.40 min; ..." instead of the files.'
            problems.append(Problem("a standard's file does not say its molar mass", where, "", expected, mend))
            continue
        try:
            (retention, signal), _ = sound(trace, (name, "detector_signal"))
            x.append(summit_of(retention, signal, where))
            masses.append(mass)
        except ByssusError as fault:
            problems.extend(fault.problems)
    if problems:
        raise AnalysisError(*problems)
    return np.array(x), np.array(masses)


def _from_text(text: str, name: str, where: str) -> tuple[Floats, Floats]:
    pairs, problems = [], []
    for number, part in enumerate(filter(None, map(str.strip, text.split(";"))), start=1):
        place = f"{where}: standards, entry {number}"
        match = _AT.match(part)
        if match is None:
            problems.append(Problem("not a molar mass and its retention", place, f"'{part}'", "459 kDa at 6.40 min"))
            continue
        try:
            mass = parse_quantity(match["mass"], "kg/mol", where=place)
            pairs.append((parse_quantity(match["retention"], RETENTION[name][0], where=place), mass))
            if not (0 < mass < math.inf and math.isfinite(pairs[-1][0])):
                problems.append(Problem("a molar mass must be above zero", place, f"'{part}'"))
        except ByssusError as fault:
            problems.extend(fault.problems)
    if problems:
        raise AnalysisError(*problems)
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def _from_coefficients(text: str, name: str, where: str) -> Calibration:
    try:
        values = np.array([float(part) for part in re.split(r"[;,\s]+", text.strip()) if part])
    except ValueError:
        values = np.array([])
    if len(values) < 2 or not np.all(np.isfinite(values)):
        expected = "coefficients of log10(M / (g/mol)), lowest power first: 11.2, -0.83"
        raise AnalysisError(Problem("calibration is no polynomial", where, f"'{text}'", expected))
    return from_coefficients(values, RETENTION[name][1])
