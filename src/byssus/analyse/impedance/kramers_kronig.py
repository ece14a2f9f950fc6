"""Is a spectrum linear, causal and steady? The linear Kramers-Kronig test.

A chain of RC elements obeys the Kramers-Kronig relations whatever its resistances; what it cannot reproduce did not
come from a linear, causal, stationary cell. Boukamp 1995, doi:10.1149/1.2044210; Schoenleber, Klotz and
Ivers-Tiffee 2014, doi:10.1016/j.electacta.2014.01.034.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from byssus.analyse.impedance._examined import CHAIN_LIMIT, Examined, examine, failing_bands, failing_points
from byssus.analyse.impedance._rc_chain import FITS, ChainFit, Fit, choose_chain
from byssus.analyse.impedance._residual_trend import Band
from byssus.analyse.impedance._spectrum import checked
from byssus.errors import AnalysisError, Problem

__all__ = ["MU_LIMIT", "TOLERANCE", "Band", "KramersKronig", "Verdict", "kramers_kronig"]

Verdict = Literal["valid", "bad_points", "drifting", "invalid"]

MU_LIMIT = 0.85  # Schoenleber et al. 2014
TOLERANCE = 0.005  # half a per cent of |Z|, what a good potentiostat is trusted with; systematic residuals below pass
EXTENSION_DECADES = 0.5  # times beyond the measured range, for processes whose flank alone is seen (Warburg tails)
LEAST_POINTS = 6  # with fewer, a chain of three elements leaves nothing to contradict it
WEAK = 12  # below this the chain takes about as many numbers as are left to test it
NOISY = 0.02  # noise above two per cent hides systematic residuals of the size looked for
SPILL = 3.0  # least squares spread a misfit: what is this much smaller than at low frequency may come from there
NAMED = 5  # so many frequencies are named in a remark


@dataclass(frozen=True)
class KramersKronig:
    """What the test found; all arrays have shape ``(n,)``, in the order of the points given.

    ``residual_real`` and ``residual_imaginary`` are (Z - fit)/|Z|. ``elements`` counts RC elements, ``capacitor`` says
    whether a series capacitance was needed, ``mu`` is the measure of over-fitting at that number. ``chi_squared`` is
    the sum of squared relative residuals (Boukamp's pseudo chi squared), ``rms_residual`` their root mean square per
    real number, both without the bad points. ``noise`` is the standard deviation of relative noise in each part.
    ``trend`` says band by band whether residuals are noise. ``bad_points`` are indices of points that stray alone,
    ``failing_points`` those and all where the systematic residual exceeds the tolerance.
    ``verdict`` is "valid"; "bad_points" (valid but for those); "drifting" (systematic at low frequency, where a
    measurement takes longest, and at most by spill in the middle); or "invalid". ``valid_above_hz`` is where the
    part of a drifting spectrum begins that passes alone, if it does. ``remarks`` say why in words.
    """

    residual_real: NDArray[np.float64]
    residual_imaginary: NDArray[np.float64]
    fitted_impedance_ohm: NDArray[np.complex128]
    elements: int
    capacitor: bool
    mu: float
    mu_fell: bool
    chi_squared: float
    rms_residual: float
    noise: float
    trend: tuple[Band, ...]
    bad_points: tuple[int, ...]
    failing_points: tuple[int, ...]
    verdict: Verdict
    valid_above_hz: float | None
    remarks: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether the verdict is "valid"."""
        return self.verdict == "valid"


def kramers_kronig(
    frequency_hz: ArrayLike,
    impedance_ohm: ArrayLike,
    *,
    fit: Fit = "complex",
    mu_limit: float = MU_LIMIT,
    tolerance: float = TOLERANCE,
    extension_decades: float = EXTENSION_DECADES,
    capacitor: bool | None = None,
) -> KramersKronig:
    """The linear Kramers-Kronig test of one spectrum, in any order of frequency.

    Parameters
    ----------
    frequency_hz, impedance_ohm : array_like, shape (n,)
        At least six frequencies above zero; complex impedance with the sign Z = Z' + j Z''.
    fit : "complex", "real" or "imaginary"
        The part the RC elements are fitted to. One part alone predicts the other: a sharper test, but one that asks
        for the whole dispersion within the range, most of all from the imaginary part, which also passes its noise
        on to the real part several times over: sound spectra with a tail may fail it.
    mu_limit : float
        Where over-fitting is said to begin.
    tolerance : float
        Systematic residuals up to this share of |Z| pass.
    extension_decades : float
        How far the times of the elements reach beyond the measured range. More hides drift, less refuses tails.
    capacitor : bool or None
        Whether a series capacitance belongs to the chain; ``None`` lets the evidence (BIC) say.

    Raises
    ------
    AnalysisError
        With all problems of the arrays or options at once.

    Notes
    -----
    Slow drift and the flank of a slow process look alike; a chain that reaches beyond the range follows part of
    either. A drift smaller than the tolerance passes. Nonlinearity that scales the whole spectrum cannot be seen.
    """
    _check_options(fit, mu_limit, tolerance, extension_decades)
    frequency, impedance, order = checked(frequency_hz, impedance_ohm, least=LEAST_POINTS)
    options: dict[str, Any] = {
        "fit": fit, "mu_limit": mu_limit, "extension_decades": extension_decades, "capacitor": capacitor,
    }  # fmt: skip
    found = examine(frequency, impedance, tolerance, options)
    verdict = _verdict(found, tolerance)
    remarks = _remarks(verdict, found, frequency, tolerance)
    above = _valid_above(frequency, impedance, found, tolerance, options) if verdict == "drifting" else None
    if above is not None:
        remarks.append(f"the part from {above:.3g} Hz up passes alone")
    if verdict == "invalid" and _turned_is_better(frequency, impedance, found.chain, options):
        remarks.append("with the sign of the imaginary part turned the fit is far better: the sign looks wrong")
    chain, residual = found.chain, found.chain.residual
    square = np.abs(residual[~found.stray]) ** 2
    back = np.argsort(order)
    return KramersKronig(
        residual_real=residual.real[back],
        residual_imaginary=residual.imag[back],
        fitted_impedance_ohm=(impedance - residual * np.abs(impedance))[back],
        elements=chain.elements,
        capacitor=chain.capacitor,
        mu=chain.mu,
        mu_fell=found.fallen,
        chi_squared=float(np.sum(square)),
        rms_residual=float(np.sqrt(np.mean(square) / 2)),
        noise=found.noise,
        trend=found.trend,
        bad_points=_indices(order, found.stray),
        failing_points=_indices(order, failing_points(found, frequency, tolerance)),
        verdict=verdict,
        valid_above_hz=above,
        remarks=tuple(remarks),
    )


def _check_options(fit: str, mu_limit: float, tolerance: float, extension_decades: float) -> None:
    problems = []
    if fit not in FITS:
        problems.append(Problem("no such fit", "fit", repr(fit), " or ".join(FITS)))
    if not 0 < mu_limit < 1:
        problems.append(Problem("mu_limit makes no sense", "mu_limit", f"{mu_limit}", "a number between 0 and 1"))
    if not 0 < tolerance < 1:
        problems.append(Problem("tolerance makes no sense", "tolerance", f"{tolerance}", "a share between 0 and 1"))
    if not 0 <= extension_decades <= 3:
        got = f"{extension_decades}"
        problems.append(Problem("extension_decades makes no sense", "extension_decades", got, "0 to 3 decades"))
    if problems:
        raise AnalysisError(*problems)


def _verdict(found: Examined, tolerance: float) -> Verdict:
    failing = {band.name: band for band in failing_bands(found.trend, tolerance)}
    low, middle = failing.get("low"), failing.get("middle")
    if low and low.kind == "systematic" and "high" not in failing:
        spilt = middle is None or SPILL * middle.beyond_noise < low.beyond_noise
        return "drifting" if spilt else "invalid"
    if failing:
        return "invalid"
    if np.any(found.ending):
        return "drifting"
    return "bad_points" if np.any(found.stray) else "valid"


def _remarks(verdict: Verdict, found: Examined, frequency: NDArray[np.float64], tolerance: float) -> list[str]:
    remarks = [remark for band in found.trend for remark in _about(band, tolerance)]
    if np.any(found.ending):
        remarks.append(f"the points from {np.max(frequency[found.ending]):.3g} Hz down leave the course of the rest")
    if verdict == "drifting":
        remarks.append("low frequencies fail: the cell drifted while they were measured, or was not at rest")
    if np.any(found.stray):
        count = int(np.sum(found.stray))
        named = ", ".join(f"{f:.3g}" for f in frequency[found.stray][:NAMED]) + (", ..." if count > NAMED else "")
        remarks.append(f"{count} of {len(frequency)} points stray alone, at {named} Hz")
    different = len(np.unique(frequency))
    if different < WEAK:
        remarks.append(f"only {different} different frequencies: little could contradict the fit")
    return remarks


def _about(band: Band, tolerance: float) -> list[str]:
    where = f"from {band.high_hz:.3g} to {band.low_hz:.3g} Hz"
    if band.kind == "erratic":
        return [f"residuals {where} are {100 * band.rms:.2g} % of |Z|: nothing can be read from them"]
    remarks = []
    size = f"{100 * band.beyond_noise:.2g} % of |Z|"
    if band.kind == "systematic" and band.beyond_noise > tolerance:
        remarks.append(f"residuals {where} are systematic ({size}, tolerance {100 * tolerance:.2g} %)")
    elif band.kind == "systematic" and band.beyond_noise > CHAIN_LIMIT:
        remarks.append(f"residuals {where} are systematic but small ({size})")
    if band.noise > NOISY:
        remarks.append(f"noise {where} is {100 * band.noise:.2g} % of |Z| and hides deviations of that size")
    return remarks


def _valid_above(
    frequency: NDArray[np.float64],
    impedance: NDArray[np.complex128],
    found: Examined,
    tolerance: float,
    options: dict[str, Any],
) -> float | None:
    low = [band.high_hz for band in failing_bands(found.trend, tolerance) if band.name == "low"]
    above = frequency > (low[0] if low else float(np.max(frequency[found.ending])))
    if len(np.unique(frequency[above])) < LEAST_POINTS:
        return None
    rest = examine(frequency[above], impedance[above], tolerance, options)
    passes = _verdict(rest, tolerance) in ("valid", "bad_points")
    return float(np.min(frequency[above])) if passes else None


def _turned_is_better(
    frequency: NDArray[np.float64], impedance: NDArray[np.complex128], chain: ChainFit, options: dict[str, Any]
) -> bool:
    turned, _ = choose_chain(frequency, np.conj(impedance), np.ones(len(frequency)), **options)
    # a tenth of the residual: chance or a better chain alone does not give that
    return bool(np.sum(np.abs(turned.residual) ** 2) < 0.01 * np.sum(np.abs(chain.residual) ** 2))


def _indices(order: NDArray[np.intp], chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.sort(order[chosen]))
