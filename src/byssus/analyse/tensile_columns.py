"""Which columns of a tensile trace become stress and strain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.specimen_size import Size
from byssus.trace import Trace

__all__ = ["COLUMNS", "STRAIN_FROM", "load_column", "own_stress", "taken_off", "travel_column"]

COLUMNS = ("force_n", "stress_pa", "extensometer_m", "strain_1", "displacement_m")
SAME_STRESS = 0.01  # the file's own stress column and force/area are one number within this
IDLE_SHARE = 0.1  # of the crosshead's travel: an extensometer that stands so long was taken off or slipped
# best first: an extensometer sees the specimen alone, the crosshead sees the machine too
STRAIN_FROM = {
    "extensometer_m": "extensometer over gauge length",
    "strain_1": "the file's own strain column",
    "displacement_m": "crosshead travel over gauge length (nominal strain)",
}


def load_column(trace: Trace, size: Size) -> str:
    """``force_n``, or ``stress_pa`` where there is no force or no area; :class:`AnalysisError` for neither."""
    if "stress_pa" in trace and ("force_n" not in trace or size.area_m2 is None):
        return "stress_pa"
    _ = trace["force_n"]  # says what is there if it is not
    return "force_n"


def travel_column(trace: Trace, size: Size) -> tuple[str, tuple[str, ...]]:
    """The best column for strain that changes at all, and what was passed over.

    Raises :class:`AnalysisError` where there is none.
    """
    usable = [c for c in STRAIN_FROM if c in trace and (c == "strain_1" or size.gauge_length_m is not None)]
    present = [c for c in STRAIN_FROM if c in trace]
    for name in usable:
        values = np.asarray(trace[name], dtype=np.float64)
        values = values[np.isfinite(values)]
        if len(values) and float(np.ptp(values)) > 0:
            skipped = usable[: usable.index(name)]
            return name, tuple(f"'{c}' never changes: '{name}' was used instead" for c in skipped)
    if not present:
        _ = trace["displacement_m"]
    return (usable or present)[-1], ()


def own_stress(trace: Trace, load_name: str, stress: NDArray[np.float64] | None) -> tuple[str, ...]:
    """A warning where the file's own stress column is not force over area."""
    if load_name != "force_n" or stress is None or "stress_pa" not in trace:
        return ()
    own = np.abs(np.asarray(trace["stress_pa"], dtype=np.float64))
    ratio = float(np.nanmax(own)) / float(np.max(stress)) if np.any(np.isfinite(own)) else 1.0
    if abs(ratio - 1) <= SAME_STRESS:
        return ()
    return (f"the file's own stress column peaks at {ratio:.4g} times force over area: another cross-section",)


def taken_off(extensometer_m: NDArray[np.float64], crosshead_m: NDArray[np.float64]) -> tuple[str, ...]:
    """A warning where the extensometer, shape ``(n,)``, stands while the crosshead goes on to the break."""
    whole = float(crosshead_m[-1] - crosshead_m[0])
    gone = float(extensometer_m[0]) + 0.999 * float(np.max(extensometer_m) - extensometer_m[0])
    reached = int(np.argmax(extensometer_m >= gone))
    share = float(crosshead_m[-1] - crosshead_m[reached]) / whole if whole > 0 else 0.0
    if share <= IDLE_SHARE:
        return ()
    return (f"the extensometer stands for the last {share:.0%} of the crosshead's travel: was it taken off?",)
