"""A virtual infrared spectrometer: transmittance of a polyimide film, as a JCAMP-DX file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from byssus.errors import MissingInput, Problem
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

Floats = NDArray[np.float64]
FIRST, LAST, STEP = 3999.64, 399.19, 1.9285  # 1/cm: a resolution of 4, zero-filled once
RESOLUTION = 1e9  # ordinates are written as whole numbers times 1/RESOLUTION
# Bands of the backbone that no number is printed of: position 1/cm, full width 1/cm, absorbance.
BACKBONE = (
    (1500.0, 14.0, 0.42), (1600.0, 18.0, 0.10), (1240.0, 30.0, 0.35), (1115.0, 25.0, 0.12), (1170.0, 22.0, 0.11),
    (820.0, 18.0, 0.10), (725.0, 14.0, 0.14), (3065.0, 24.0, 0.03),
)  # fmt: skip
# Bands of the crosslinker, heights over crosslinker_bands.
CAGE = ((1075.0, 60.0, 1.0), (1020.0, 40.0, 0.45), (2932.0, 34.0, 0.50), (2872.0, 30.0, 0.35))

NEEDS = (
    Need("imide_ring", "m^-1", default=137_200.0, why="printed for all binders, 1368-1374 1/cm"),
    Need("carbonyl_low", "m^-1", default=171_900.0, why="printed for all binders, 1719 1/cm"),
    Need("carbonyl_high", "m^-1", default=177_200.0, why="printed for all binders, 1772 1/cm"),
    Need("carbonyl_height", "1", default=0.70, why="a film of a few micrometres, not black at its strongest band"),
    Need("crosslinker_bands", "1", default=0.0, why="no crosslinker in this binder"),
    Need("slope", "1", default=0.04, why="absorbance of scattering, from one end of the spectrum to the other"),
    Need("noise", "1", default=3e-4, why="of the transmittance; a usual spectrum of 32 scans"),
    Need("specimen_scatter", "1", default=0.05, why="relative scatter of the thickness of films"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One file and its name. Raises :class:`MissingInput` for bands that cannot be."""
    _refuse(truth)
    x = np.arange(FIRST, LAST, -STEP)
    thickness = scattered(1.0, truth["specimen_scatter"], rng)
    return file_name(truth, "ftir", ".jdx"), _text(truth, x, _transmittance(truth, x, thickness, rng))


def _refuse(truth: Truth) -> None:
    where = f"ftir on {truth.binder}"
    problems = []
    for name in ("imide_ring", "carbonyl_low", "carbonyl_high"):
        if not LAST * 100 < truth[name] < FIRST * 100:
            problems.append(
                Problem(f"{name} is not in the spectrum", where, f"{truth[name]:g} 1/m", "400 to 4000 1/cm")
            )
    for name, limit in (("carbonyl_height", 3.0), ("crosslinker_bands", 3.0), ("noise", 1.0)):
        if not 0 <= truth[name] < limit:
            problems.append(Problem(f"{name} makes no sense", where, f"{truth[name]:g}", f"0 to {limit:g}"))
    if problems:
        raise MissingInput(*problems)


def _transmittance(truth: Truth, x: Floats, thickness: float, rng: np.random.Generator) -> Floats:
    height, cage = truth["carbonyl_height"], truth["crosslinker_bands"]
    bands = [
        (truth["carbonyl_low"] / 100, 24.0, height),
        (truth["carbonyl_high"] / 100, 12.0, 0.25 * height),
        (truth["imide_ring"] / 100, 26.0, 0.75 * height),
        *BACKBONE,
        *((position, width, cage * share) for position, width, share in CAGE),
    ]
    absorbance = truth["slope"] * (x / FIRST) ** 2
    for position, width, peak in bands:
        absorbance = absorbance + thickness * peak / (1 + ((x - position) / (width / 2)) ** 2)
    return np.asarray(10.0**-absorbance + truth["noise"] * rng.standard_normal(len(x)))


def _text(truth: Truth, x: Floats, y: Floats) -> bytes:
    binder = " ".join(truth.binder.encode("ascii", "replace").decode().split())
    whole = np.round(y * RESOLUTION).astype(np.int64)
    lines = [
        f"##TITLE= {binder} film no. {truth.specimen + 1}", "##JCAMP-DX= 4.24", "##DATA TYPE= INFRARED SPECTRUM",
        f"##ORIGIN= {REHEARSED_MARK} virtual spectrometer", "##OWNER= none", "##XUNITS= 1/CM",
        "##YUNITS= TRANSMITTANCE", "##RESOLUTION= 4", f"##FIRSTX= {x[0]:.6f}", f"##LASTX= {x[-1]:.6f}",
        f"##DELTAX= {-STEP}", "##XFACTOR= 1", f"##YFACTOR= {1 / RESOLUTION:.1E}", f"##NPOINTS= {len(x)}",
        f"##FIRSTY= {y[0]:.9f}", f"##MAXY= {y.max():.9f}", f"##MINY= {y.min():.9f}", "##XYDATA= (X++(Y..Y))",
        *(f"{x[k]:.3f} " + " ".join(str(v) for v in whole[k : k + 6]) for k in range(0, len(x), 6)),
        "##END=",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


INSTRUMENT = Instrument("ftir", NEEDS, write)
