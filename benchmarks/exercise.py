"""What must hold after damage: a file is read and analysed, or refused in the house's own words."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

__all__ = ["DEEP_TURN", "MOST_SPECTRA", "exercise"]

DEEP_TURN = 10  # every tenth damaged copy also goes through what takes longest
DEEP = frozenset({"impedance"})  # a second and more a spectrum
MOST_SPECTRA = 2  # of one file: enough to follow a process; more take longer, not another way
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "cycling": {"cell": "half", "mass": 1e-6, "silicon_share": 0.8, "area": 1e-4, "one_c": 3.6e6},
    "rate": {"cell": "half", "mass": 1e-6, "silicon_share": 0.8, "area": 1e-4, "one_c": 3.6e6},
    "dma": {"frequency": 1.0, "reference_temperature": 373.15},
    "ftir": {"ordinate": "absorbance", "full_ratio": 1.2, "bands": "imide C=O: 1705-1730", "compare": "first"},
    "voltammetry": {"scan_rate": 1e-3, "mass": 1e-6, "area": 1e-4, "series_resistance": 5.0, "baseline": "tangent"},
    "impedance": {"processes": "contact; SEI", "lowest_frequency": 0.02, "highest_frequency": 5e4},
    "tensile": {"width": 5e-3, "thickness": 5e-5, "gauge_length": 0.03},
    "peel": {"width": 0.02, "angle": 3.141592653589793},
    "saicas": {"blade_width": 1e-3, "rake_angle": 0.35, "clearance": 0.17, "coating_thickness": 1e-5},
    "gpc": {"standards": "400 kDa at 6 min; 20 kDa at 8 min; 1 kDa at 10 min", "order": 1.0},
    "indentation": {
        "area_function": "24.5, 150",
        "poisson_ratio": 0.3,
        "zero": "first contact",
        "reference_modulus": 7e10,
    },
    "xps": {"components": "C 1s: C-C; C-O; Li2CO3; F 1s: LiF", "charge_reference": "C 1s: C-C", "mixing": 0.3},
    "porosimetry": {"sample_mass": 1e-3, "foil_mass": 9e-4, "bulk_volume": 6e-7, "foil_volume": 1e-7},
    "swelling": {"collector_thickness": 1e-5, "pixel_size": 2e-8, "view": "top", "crop": "top 2 px"},
}


def exercise(path: Path, *, given: bool = True, deep: bool = True) -> str:
    """Read a file and analyse what is in it by every technique that fits: ``"read"`` or ``"refused"``.

    ``given`` says whether the techniques get parameters. ``deep`` adds what takes longest: impedance, of two spectra
    at most, and a cell's file joined with itself. Anything but a ``ByssusError`` comes through, so does a
    RuntimeWarning of byssus or a finding JSON cannot hold.
    """
    from byssus.analyse.technique import techniques
    from byssus.errors import ByssusError
    from byssus.read import read_file

    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=RuntimeWarning, module="byssus")
        try:
            traces = read_file(path)
        except ByssusError as fault:
            if "does not fit into memory" in str(fault):
                raise MemoryError(str(fault)) from fault
            return "refused"
        for one in techniques().values():
            for task in _tasks(one, traces, deep):
                try:
                    _analyse(one, task, PARAMETERS[one.name] if given else {})
                except ByssusError:
                    continue
    return "read"


def _tasks(one: Any, traces: Sequence[Any], deep: bool) -> Iterator[tuple[Any, ...]]:
    """The traces that a technique gets: each alone; spectra together, and a trace of a cell twice, where deep."""
    fitting = [
        trace
        for trace in traces
        if set(one.columns) <= set(trace.columns) and {*one.columns, *one.optional_columns} & set(trace.columns)
    ]
    if one.name in DEEP:
        if deep and fitting:
            yield tuple(fitting[:MOST_SPECTRA])
        return
    for trace in fitting:
        yield (trace,)
        if deep and one.together is not None:
            yield (trace, trace)


def _analyse(one: Any, traces: tuple[Any, ...], given: Mapping[str, Any]) -> None:
    """All that a technique makes of traces: result, findings as JSON, curves, and what two conditions show together."""
    specimen = one.specimen("a", given)
    result = one.analyse(traces[0], specimen) if len(traces) == 1 else one.together(traces, specimen)
    findings = one.findings(result)
    json.dumps([finding.to_json() for finding in findings], allow_nan=False)
    tuple(one.series(result))
    if one.across is not None:
        both = [replace(f, at={**f.at, "electrode": kind}) for f in findings for kind in ("binder", "silicon")]
        json.dumps([finding.to_json() for finding in one.across(both)], allow_nan=False)
