"""One frequency over temperature: glass transition by three criteria, tan delta's peak, rubbery plateau."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from byssus.laws.statistics import running_median

__all__ = ["FEWEST", "FLAT", "Plateau", "Ramp", "Summit", "examine"]

Floats = NDArray[np.float64]
FEWEST = 8  # temperatures below which no course is seen
TOP = 0.95  # of a summit's height: points above are fitted with a quartic
LEAST_RISE = 0.15  # of its height, by which a peak must stand over both flanks
SMOOTH_K = 5.0  # over which a slope is taken
RESOLVED_K = 0.05  # readings closer than this are one: a hold, a fast log or a coarse thermometer makes no course
STEEP_SHARE = 0.10  # of the steepest slope of log E': where the glassy line ends
GLASSY_K = 30.0  # of which the glassy line is fitted
PLATEAU_K, BEYOND_K = 20.0, 15.0  # width of the plateau's window, and how far above tan delta's peak it may begin
FEW = 9.0  # what a variance from one or two degrees of freedom is multiplied by
FLAT = 0.005  # decades of E' a kelvin: what falls or rises faster is no plateau


@dataclass(frozen=True)
class Summit:
    """A peak: temperature (K), height, standard uncertainties from the scatter about the fit, full width (K)."""

    temperature_k: float
    u_temperature_k: float
    height: float
    u_height: float
    width_k: float


@dataclass(frozen=True)
class Plateau:
    """The flattest window above the transition: mean temperature (K), modulus (Pa), slope of log10 E' (1/K).

    ``u_modulus_pa`` counts the scatter within it, and how the mean differs among windows that noise alone does not
    tell from the flattest; ``u_ratio`` is the same of E'/T, relative.
    """

    temperature_k: float
    modulus_pa: float
    u_modulus_pa: float
    slope_per_k: float
    u_ratio: float


@dataclass(frozen=True)
class Ramp:
    """One frequency (Hz, NaN where not said): temperature (K, ascending), storage and loss modulus (Pa), ``(n,)``.

    ``onset_k`` is NaN, a summit or the plateau ``None``, where the data do not show it; ``onset_window_k`` is where
    the glassy line was fitted.
    """

    frequency_hz: float
    temperature_k: Floats
    storage_pa: Floats
    loss_pa: Floats
    tan_delta: Summit | None
    loss: Summit | None
    onset_k: float
    onset_window_k: tuple[float, float]
    plateau: Plateau | None

    @property
    def loss_factor(self) -> Floats:
        return self.loss_pa / self.storage_pa


def examine(frequency_hz: float, temperature_k: Floats, storage_pa: Floats, loss_pa: Floats) -> Ramp:
    """All of a ramp; shapes ``(n,)``, in any order."""
    order = np.argsort(temperature_k, kind="stable")
    whole = temperature_k[order], storage_pa[order], loss_pa[order]
    t, e, loss = _apart(*whole)
    if len(t) < FEWEST or not t[-1] - t[0] > FEWEST:
        return Ramp(frequency_hz, *whole, None, None, float("nan"), (float("nan"),) * 2, None)
    tan, peak = summit(t, loss / e), summit(t, loss)
    onset, window = _onset(t, running_median(e))  # a falling course stays as it is, a stray reading goes
    plateau = _plateau(t, e, tan.temperature_k) if tan else None
    return Ramp(frequency_hz, *whole, tan, peak, onset, window, plateau)


def _apart(*columns: Floats) -> list[Floats]:
    """Columns ``(n,)`` of which the first ascends, readings within ``RESOLVED_K`` of one another averaged."""
    first = np.flatnonzero(np.diff(np.floor(columns[0] / RESOLVED_K), prepend=-np.inf) > 0)
    count = np.diff(np.r_[first, len(columns[0])])
    return [np.add.reduceat(values, first) / count for values in columns] if len(first) else [*columns]


def summit(t: Floats, y: Floats) -> Summit | None:
    """The highest peak by a quartic through its top; ``None`` where it lies at an end or hardly stands out."""
    smooth, wide = _averaged(t, y, SMOOTH_K / 3), _averaged(t, y, SMOOTH_K)
    top = int(np.argmax(wide))
    height = float(smooth[top])
    lowest = max(float(np.min(smooth[: top + 1])), float(np.min(smooth[top:])))
    if not height > 0 or height - lowest < LEAST_RISE * height or top in (0, len(t) - 1):
        return None
    low, high = top, top
    while low > 0 and wide[low - 1] > TOP * wide[top]:
        low -= 1
    while high < len(t) - 1 and wide[high + 1] > TOP * wide[top]:
        high += 1
    low, high = max(min(low, top - 2), 0), min(max(high, top + 2), len(t) - 1)
    found = _vertex(t[low : high + 1] - t[top], y[low : high + 1])
    if found is None:
        return Summit(float(t[top]), float(np.median(np.diff(t))), float(y[top]), 0.0, float("nan"))
    at, u_at, value, u_value = found
    half = 0.5 * value
    width = _crossing(t, smooth, top, half, 1) - _crossing(t, smooth, top, half, -1)
    return Summit(float(t[top]) + at, u_at, value, u_value, width)


def _averaged(t: Floats, y: Floats, width_k: float) -> Floats:
    """Moving mean, so that no stray point is the highest."""
    step = max(float(np.median(np.diff(t))), 1e-9)
    points = max(int(width_k / step) // 2 * 2 + 1, 1)
    points = min(points, (len(y) - 1) // 2 * 2 + 1)
    padded = np.pad(y, points // 2, mode="edge")
    return np.convolve(padded, np.full(points, 1.0 / points), mode="valid")


def _vertex(x: Floats, y: Floats) -> tuple[float, float, float, float] | None:
    """Place and height of the maximum of a quartic (of lower degree for few points), with uncertainties."""
    degree = min(4, len(x) - 2)
    if degree < 2:
        return None
    scale = max(float(np.max(np.abs(x))), 1e-9)
    basis = np.vander(x / scale, degree + 1)
    if np.linalg.matrix_rank(basis) <= degree:
        return None
    coefficients = np.asarray(np.linalg.lstsq(basis, y, rcond=None)[0], dtype=np.float64)
    slope, bend = np.polyder(coefficients), np.polyder(coefficients, 2)
    real = [float(root.real) for root in np.roots(slope) if abs(root.imag) < 1e-9]
    maxima = [root for root in real if np.polyval(bend, root) < 0 and x[0] <= root * scale <= x[-1]]
    if not maxima:
        return None
    at = sorted(maxima, key=abs)[0]
    rest = y - basis @ coefficients
    freedom = max(len(x) - degree - 1, 1)
    # a scatter from few points is itself uncertain: the variance of Student's t
    student = freedom / (freedom - 2) if freedom > 2 else FEW
    covariance = np.linalg.inv(basis.T @ basis) * float(rest @ rest) / freedom * student
    powers = np.arange(float(degree), -1.0, -1.0)
    to_height = np.power(at, powers)
    to_slope = powers * np.power(at, np.maximum(powers - 1, 0))
    u_at = float(np.sqrt(max(to_slope @ covariance @ to_slope, 0.0))) / abs(float(np.polyval(bend, at)))
    u_height = float(np.sqrt(max(to_height @ covariance @ to_height, 0.0)))
    return at * scale, u_at * scale, float(np.polyval(coefficients, at)), u_height


def _crossing(t: Floats, y: Floats, top: int, level: float, way: int) -> float:
    k = top
    while 0 <= k + way < len(y) and y[k] > level:
        k += way
    if y[k] > level or k == top:
        return float("nan")
    before = k - way
    return float(t[before] + (y[before] - level) / (y[before] - y[k]) * (t[k] - t[before]))


def _slopes(t: Floats, y: Floats) -> Floats:
    """dy/dt by a line through the points within the smoothing width about each, at least three."""
    step = max(float(np.median(np.diff(t))), 1e-9)
    half = max(round(SMOOTH_K / 2 / step), 1)
    k = np.arange(len(t))
    return _window_slopes(t, y, np.maximum(k - half, 0), np.minimum(k + half + 1, len(t)))


def _window_slopes(t: Floats, y: Floats, first: NDArray[np.intp], end: NDArray[np.intp]) -> Floats:
    """Least-squares dy/dt of the readings ``first[k]`` up to ``end[k]``, from running sums; 0 where t stands still."""
    x, z = t - t.mean(), y - y.mean()
    sums = [np.concatenate(([0.0], np.cumsum(v))) for v in (x, z, x * z, x * x)]
    of_x, of_y, of_xy, of_xx = (total[end] - total[first] for total in sums)
    n = np.maximum(end - first, 1)
    below = of_xx - of_x**2 / n
    along = of_xy - of_x * of_y / n
    return np.asarray(np.where(below > 1e-9 * np.maximum(of_xx, 1e-300), along / np.maximum(below, 1e-300), 0.0))


def _onset(t: Floats, storage_pa: Floats) -> tuple[float, tuple[float, float]]:
    """Where the tangent of log E' at its steepest fall meets the line through the glassy part before it (K)."""
    nothing = float("nan"), (float("nan"), float("nan"))
    y = np.log10(storage_pa)
    slope = _slopes(t, y)
    steep = int(np.argmin(slope))
    gentle = np.flatnonzero(np.abs(slope[:steep]) < STEEP_SHARE * abs(slope[steep]))
    if not len(gentle) or not slope[steep] < 0:
        return nothing
    end = int(gentle[-1])
    glassy = np.flatnonzero((t >= t[end] - GLASSY_K) & (t <= t[end]))
    if len(glassy) < 3:
        return nothing
    b, a = np.polyfit(t[glassy] - t[end], y[glassy], 1)
    fall = slope[steep]
    if not abs(b) < abs(fall):
        return nothing
    meeting = (y[steep] - a - fall * (t[steep] - t[end])) / (b - fall)
    return float(t[end] + meeting), (float(t[glassy[0]]), float(t[end]))


def _plateau(t: Floats, storage_pa: Floats, peak_k: float) -> Plateau | None:
    """The window of 20 K, wholly above tan delta's peak, in which log E' is flattest; ``None`` without one."""
    y = np.log10(storage_pa)
    found = []
    for k in np.flatnonzero((t >= peak_k + BEYOND_K) & (t <= t[-1] - PLATEAU_K)):
        rows = np.flatnonzero((t >= t[k]) & (t <= t[k] + PLATEAU_K))
        if len(rows) >= 3:
            found.append(_window(t[rows], storage_pa[rows], y[rows]))
    if not found:
        return None
    windows = np.array(found)
    temperature, mean, scatter, slope, u_slope = windows.T
    best = int(np.argmin(np.abs(slope)))
    alike = np.abs(slope) <= abs(slope[best]) + 2.0 * u_slope[best]
    spread, ratios = float(np.std(mean[alike])), mean[alike] / temperature[alike]
    within = float(scatter[best] / mean[best])
    return Plateau(
        float(temperature[best]), float(mean[best]), float(np.hypot(scatter[best], spread)), float(slope[best]),
        float(np.hypot(within, np.std(ratios) / np.mean(ratios))),
    )  # fmt: skip


def _window(t: Floats, storage_pa: Floats, y: Floats) -> tuple[float, float, float, float, float]:
    """Mean temperature, mean modulus and its standard error, slope of log10 E' and its standard error."""
    x = t - t.mean()
    below = float(x @ x)
    slope = float(x @ y) / below
    rest = y - y.mean() - slope * x
    u_slope = float(np.sqrt(rest @ rest / max(len(t) - 2, 1) / below))
    error = float(np.std(storage_pa, ddof=1)) / float(np.sqrt(len(t)))
    return float(t.mean()), float(storage_pa.mean()), error, slope, u_slope
