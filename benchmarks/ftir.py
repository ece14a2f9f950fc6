"""Infrared spectra: readers beside peers on the same files, and bands of spectra that are known exactly.

    python benchmarks/ftir.py [--seeds 40]

Spectra: eleven Lorentz and Gauss bands of a polyimide with silica on a bent baseline, one point a 1/cm, white noise of
1e-3. Position and height are held against the summit of the noise-free bands without baseline, the area against the
band's own. All tools take off the same kind of baseline (asymmetric penalised squares) with the same penalty.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import samples_infrared as made
from contest import OURS, SHARED, Call, compete, cpu_ms, fault_of, rms, show

X = np.arange(400.0, 4001.0)
# Place and full width at half height (1/cm), height, share of Lorentz
BANDS = (
    (725.0, 16.0, 0.35, 1.0), (910.0, 14.0, 0.08, 0.0), (1083.0, 40.0, 0.45, 0.0), (1170.0, 22.0, 0.25, 1.0),
    (1240.0, 30.0, 0.80, 1.0), (1374.0, 24.0, 0.70, 1.0), (1500.0, 16.0, 1.00, 1.0), (1720.0, 22.0, 0.90, 0.0),
    (1776.0, 14.0, 0.20, 0.0), (2850.0, 26.0, 0.06, 0.0), (2925.0, 34.0, 0.10, 0.0),
)  # fmt: skip
NOISE = 1e-3
PENALTY = (1000.0 / (2 * np.pi)) ** 4  # half of an oscillation of 1000 1/cm passes: what byssus takes by default
LEAST = 0.02  # what the peers are told to look for: the smallest band is three times higher
SLOW = 10  # spectra for who takes seconds each
NEAR = 8.0  # 1/cm, within which a band counts as found
HALF = float(np.sqrt(np.pi / np.log(2)) / 2)


def band(x: np.ndarray, place: float, width: float, height: float, lorentz: float) -> np.ndarray:
    u = 2 * (x - place) / width
    return height * (lorentz / (1 + u * u) + (1 - lorentz) * np.exp(-np.log(2) * u * u))


def area(width: float, height: float, lorentz: float) -> float:
    return height * width * (lorentz * np.pi / 2 + (1 - lorentz) * HALF)


def spectrum(seed: int) -> np.ndarray:
    bent = 0.10 + 0.08 * np.cos((X - 400) / 1400) + 2e-5 * (X - 400)
    clean = bent + sum(band(X, *one) for one in BANDS)
    return np.asarray(clean + NOISE * np.random.default_rng(seed).standard_normal(len(X)))


def truth() -> np.ndarray:
    """Summit's place (1/cm) and height, and area of every band, shape ``(bands, 3)``."""
    out = []
    for place, width, height, lorentz in BANDS:
        x = np.linspace(place - width / 3, place + width / 3, 4001)
        y = sum(band(x, *one) for one in BANDS)
        out.append((float(x[np.argmax(y)]), float(np.max(y)), area(width, height, lorentz)))
    return np.array(out)


# ---- contestants: bands ----------------------------------------------------------------------------------------------


def _ours() -> Call:
    from byssus.analyse.technique import technique
    from byssus.trace import Source, Trace

    ftir = technique("ftir")

    def bands(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        trace = Trace({"wavenumber_per_m": 100.0 * x, "absorbance": y}, Source("made", "0" * 64, "made", len(x)))
        (one,) = ftir.analyse(trace, ftir.specimen("film", {})).spectra
        return {"bands": [(p.position_per_m / 100, p.height, p.area_per_m / 100) for p in one.peaks]}

    return bands


def _feet(x: np.ndarray, y: np.ndarray, tops: np.ndarray) -> list[float]:
    """Areas between the valleys, as far as a window of three widths: what a notebook does."""
    from scipy.signal import peak_widths

    widths = peak_widths(y, tops, rel_height=0.5)[0]
    ends = [0, *((tops[1:] + tops[:-1]) // 2), len(x) - 1]
    out = []
    for k, top in enumerate(tops):
        low, high = max(int(top - 1.5 * widths[k]), ends[k]), min(int(top + 1.5 * widths[k]), ends[k + 1])
        out.append(float(np.trapezoid(y[low : high + 1], x[low : high + 1])))
    return out


def _notebook() -> Call:
    from pybaselines import Baseline
    from scipy.signal import find_peaks

    def bands(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        above = y - Baseline(x_data=x).arpls(y, lam=PENALTY)[0]
        tops, _ = find_peaks(above, prominence=LEAST)
        return {"bands": list(zip(x[tops], above[tops], _feet(x, above, tops), strict=True))}

    return bands


def _rampy() -> Call:
    import rampy
    from scipy.signal import find_peaks

    def bands(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        above = np.ravel(rampy.baseline(x, y, method="arPLS", lam=PENALTY, ratio=1e-3)[0])
        smooth = rampy.smooth(x, above, method="savgol", window_length=9, polyorder=3)
        tops, _ = find_peaks(smooth, prominence=LEAST)
        return {"bands": list(zip(x[tops], smooth[tops], _feet(x, smooth, tops), strict=True))}

    return bands


def _spectrochempy() -> Call:
    import spectrochempy as scp

    def plain(quantity: Any) -> float:
        return float(getattr(quantity, "magnitude", quantity))

    def bands(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        given = scp.NDDataset(y, coordset=[scp.Coord(x, units="cm^-1")])
        process = scp.Baseline(model="asls", lamb=PENALTY, asymmetry=0.01)
        process.fit(given)
        above = process.transform()
        found = above.find_peaks(prominence=LEAST, window_length=5, as_result=True)
        rows = sorted((plain(one["position"]), plain(one["height"])) for one in found.to_dict())
        tops = np.array([int(np.argmin(np.abs(x - place))) for place, _ in rows])
        areas = _feet(x, np.ravel(above.data), tops)
        return {"bands": [(*one, covered) for one, covered in zip(rows, areas, strict=True)]}

    return bands


def _lmfit() -> Call:
    from lmfit.models import PseudoVoigtModel
    from pybaselines import Baseline
    from scipy.signal import find_peaks

    def bands(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        above = y - Baseline(x_data=x).arpls(y, lam=PENALTY)[0]
        tops, _ = find_peaks(above, prominence=LEAST)
        model, start = None, None
        for k, top in enumerate(tops):
            one = PseudoVoigtModel(prefix=f"p{k}_")
            values = one.make_params(center=x[top], sigma=10.0, amplitude=25 * above[top], fraction=0.5)
            values[f"p{k}_sigma"].set(min=2.0, max=60.0)
            values[f"p{k}_amplitude"].set(min=0.0)
            model, start = (one, values) if model is None else (model + one, start + values)
        best = model.fit(above, start, x=x)
        grid = np.arange(x[0], x[-1], 0.1)
        whole = best.eval(x=grid)
        out = []
        for k in range(len(tops)):
            inside = np.abs(grid - best.params[f"p{k}_center"].value) < 4.0
            top = int(np.argmax(np.where(inside, whole, -1.0)))
            out.append((float(grid[top]), float(whole[top]), float(best.params[f"p{k}_amplitude"].value)))
        return {"bands": out}

    return bands


# ---- contestants: reading --------------------------------------------------------------------------------------------


def _read_ours() -> Call:
    from byssus.read import read_file

    def read(path: str) -> dict[str, Any]:
        one = read_file(Path(path))[0]
        name = next(n for n in one.columns if n != "wavenumber_per_m")
        return _summary(one["wavenumber_per_m"] / 100.0, one[name])

    return read


def _summary(x: Any, y: Any) -> dict[str, Any]:
    x, y = np.ravel(np.asarray(x, dtype=float)), np.ravel(np.asarray(y, dtype=float))
    return {"points": len(y), "low": x.min(), "high": x.max(), "least": y.min(), "most": y.max()}


def _read_jcamp() -> Call:
    import jcamp

    def read(path: str) -> dict[str, Any]:
        given = jcamp.readfile(path)
        return _summary(given["x"], given["y"])

    return read


def _read_spectrochempy() -> Call:
    import spectrochempy as scp

    def read(path: str) -> dict[str, Any]:
        given = scp.read(path)
        if given is None:
            raise ValueError("fails, reads nothing")
        return _summary(given.x.data, given.data)

    return read


def _read_opus() -> Call:
    import brukeropusreader

    def read(path: str) -> dict[str, Any]:
        given = brukeropusreader.read_file(path)
        return _summary(given.get_range("AB"), given["AB"])

    return read


def _read_spc() -> Call:
    import spc_io

    def read(path: str) -> dict[str, Any]:
        with open(path, "rb") as file:
            spectrum = spc_io.SPC.from_bytes_io(file)
        one = spectrum[0]
        return _summary(one.xarray, one.yarray)

    return read


BAND_TOOLS = {
    OURS: _ours, "scipy, pybaselines (notebook)": _notebook, "SpectroChemPy": _spectrochempy, "rampy, scipy": _rampy,
    "lmfit (lines fitted)": _lmfit,
}  # fmt: skip
READERS = {
    f"{OURS} reads": _read_ours, "SpectroChemPy reads": _read_spectrochempy, "jcamp": _read_jcamp,
    "brukeropusreader": _read_opus, "spc-io": _read_spc,
}  # fmt: skip
CONTESTANTS = {**BAND_TOOLS, **READERS}
MADE = {"film.0": made.opus, "film.spc": made.spc}  # no real file of these kinds is among the shared ones
GENERAL = "SpectroChemPy reads"
PEERS = {".jdx": (GENERAL, "jcamp"), ".asp": (GENERAL,), ".0": ("brukeropusreader",), ".spc": (GENERAL, "spc-io")}


def errors(found: list[tuple[float, float, float]]) -> tuple[np.ndarray, int, int]:
    """Errors of place (1/cm), height and area (relative) of each band, NaN where it was missed; missed; false."""
    right, bands = truth(), np.array(found).reshape(-1, 3)
    out, used = np.full(right.shape, np.nan), set()
    for k, one in enumerate(right):
        near = np.flatnonzero(np.abs(bands[:, 0] - one[0]) < NEAR)
        if len(near):
            best = int(near[np.argmin(np.abs(bands[near, 0] - one[0]))])
            used.add(best)
            out[k] = (bands[best] - one) / (1.0, one[1], one[2])
    return out, int(np.isnan(out[:, 0]).sum()), len(bands) - len(used)


def of_bands(seeds: int) -> None:
    cases = [{"x": X, "y": spectrum(seed)} for seed in range(seeds)]
    table = []
    for name in BAND_TOOLS:
        rows = compete("ftir", name, cases[:SLOW] if name.startswith("lmfit") else cases)
        if why := fault_of(rows):
            table.append((name, why, *[""] * 5))
            continue
        told = [errors(row.found["bands"]) for row in rows]
        off = np.array([one for one, *_ in told])
        found = np.isfinite(off[..., 0])
        missed, false = (float(np.mean([one[k] for one in told])) for k in (1, 2))
        table.append((
            name, f"{rms(off[..., 0][found]):.3f}", f"{rms(off[..., 1][found]):.2%}", f"{rms(off[..., 2][found]):.1%}",
            f"{missed:.2f}", f"{false:.2f}", cpu_ms(rows),
        ))  # fmt: skip
    what = f"Bands of {seeds} spectra, {len(BANDS)} bands each: rms errors over all bands that were found"
    headings = ("tool", "place / cm⁻¹", "height", "area", "missed", "false", "CPU ms a spectrum")
    show(what, headings, table)


def of_reading() -> None:
    table = []
    with tempfile.TemporaryDirectory() as folder:
        for name, make in MADE.items():
            (Path(folder) / name).write_bytes(make())
        paths = [*sorted((SHARED / "ftir").glob("*.[ja]*")), *(Path(folder) / name for name in MADE)]
        for path in paths:
            for name in (f"{OURS} reads", *PEERS[path.suffix]):
                rows = compete("ftir", name, [{"path": str(path)}])
                label = path.name if path.parent != Path(folder) else f"{path.name} (made here)"
                if why := fault_of(rows):
                    table.append((label, name.removesuffix(" reads"), why, "", "", ""))
                    continue
                f = rows[0].found
                ends, span = f"{f['low']:.2f} to {f['high']:.2f}", f"{f['least']:.5g} to {f['most']:.5g}"
                table.append((label, name.removesuffix(" reads"), str(f["points"]), ends, span, cpu_ms(rows)))
    show("Reading", ("file", "tool", "points", "1/cm", "ordinate", "CPU ms"), table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    given = parser.parse_args()
    of_reading()
    of_bands(given.seeds)


if __name__ == "__main__":
    main()
