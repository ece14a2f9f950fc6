"""Dynamic mechanical analysis of a fractional Zener solid with a WLF shift, and readers of rheometer files.

    python benchmarks/dma.py [--seeds 40]

Truth: E0 5 MPa, E1 2 GPa, exponent 0.4, C1 15, C2 60 K at 100 °C; proportional noise of 0.5 %. Ramps of 1 Hz every
0.5 K: the glass transition by three criteria; that of the onset is held against the same definition evaluated on the
closed form every 0.01 K. Isotherms of 17 frequencies every 5 K: shift factors and WLF constants. The raw Eplexor file
has no stated shifts: there each tool's shifted isotherms are held against each other where they overlap.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from contest import OURS, SHARED, Call, compete, cpu_ms, fault_of, rms, show

SOFT, HARD, A, REFERENCE, C1, C2 = 5e6, 2e9, 0.4, 373.15, 15.0, 60.0
NOISE = 5e-3
FIRST, LAST, STEP = 325.0, 520.0, 0.5
GLASSY_K, STEEP_SHARE = 30.0, 0.1  # where the glassy line lies: the definition that byssus states in its findings
EPLEXOR = SHARED / "rheology_dma" / "eplexor_freq_raw.xls"


def modulus(t: np.ndarray, f: np.ndarray | float) -> np.ndarray:
    log_a = -C1 * (t - REFERENCE) / (C2 + t - REFERENCE)
    z = (2j * np.pi * f * 10**log_a) ** A
    return np.asarray((SOFT + HARD * z) / (1 + z))


def transitions() -> np.ndarray:
    """Peak of tan delta and of the loss modulus, and the onset of 1 Hz (K), from the closed form every 0.01 K."""
    t = np.arange(FIRST, LAST, 0.01)
    e = modulus(t, 1.0)
    y = np.log10(e.real)
    slope = np.gradient(y, t)
    steep = int(np.argmin(slope))
    end = int(np.flatnonzero(np.abs(slope[:steep]) < STEEP_SHARE * -slope[steep])[-1])
    glassy = (t >= t[end] - GLASSY_K) & (t <= t[end])
    b, a = np.polyfit(t[glassy], y[glassy], 1)
    onset = (y[steep] - slope[steep] * t[steep] - a) / (b - slope[steep])
    return np.array([t[np.argmax(e.imag / e.real)], t[np.argmax(e.imag)], onset])


def noisy(e: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    parts = (part * (1 + NOISE * rng.standard_normal(len(e))) for part in (e.real, e.imag))
    return dict(zip(("storage", "loss"), parts, strict=True))


def isotherms() -> tuple[np.ndarray, np.ndarray]:
    t, f = np.meshgrid(np.arange(358.15, 420.0, 5.0), np.logspace(-2, 2, 17), indexing="ij")
    return t.ravel(), f.ravel()


# ---- contestants -----------------------------------------------------------------------------------------------------


def _run_ours(t: np.ndarray, f: np.ndarray, storage: np.ndarray, loss: np.ndarray, **given: float) -> Any:
    from byssus.analyse.technique import technique
    from byssus.trace import Source, Trace

    dma = technique("dma")
    names = ("temperature_k", "frequency_hz", "storage_modulus_pa", "loss_modulus_pa")
    trace = Trace(dict(zip(names, (t, f, storage, loss), strict=True)), Source("made", "0" * 64, "made", len(t)))
    return dma.analyse(trace, dma.specimen("film", given))


def _ours_ramp() -> Call:
    import byssus.analyse.dma

    assert byssus.analyse.dma.TECHNIQUE

    def ramp(t: np.ndarray, storage: np.ndarray, loss: np.ndarray) -> dict[str, Any]:
        (one,) = _run_ours(t, np.ones(len(t)), storage, loss).ramps
        return {"tg": [one.tan_delta.temperature_k, one.loss.temperature_k, one.onset_k]}

    return ramp


def _notebook_ramp() -> Call:
    from scipy.signal import savgol_filter

    def ramp(t: np.ndarray, storage: np.ndarray, loss: np.ndarray) -> dict[str, Any]:
        """Smoothed over 5 K by Savitzky and Golay, maxima of what was smoothed; the glassy range by eye, to 355 K."""
        y, tan, lost = (savgol_filter(v, 11, 3) for v in (np.log10(storage), loss / storage, loss))
        slope = np.gradient(y, t)
        steep = int(np.argmin(slope))
        b, a = np.polyfit(t[t <= 355.0], y[t <= 355.0], 1)
        onset = (y[steep] - slope[steep] * t[steep] - a) / (b - slope[steep])
        return {"tg": [t[np.argmax(tan)], t[np.argmax(lost)], onset]}

    return ramp


def _ours_shift() -> Call:
    import byssus.analyse.dma

    assert byssus.analyse.dma.TECHNIQUE

    def shift(t: np.ndarray, f: np.ndarray, storage: np.ndarray, loss: np.ndarray, zero: float) -> dict[str, Any]:
        found = _run_ours(t, f, storage, loss, reference_temperature=zero)
        law = found.wlf
        return {
            "t": found.shift.temperature_k, "log_a": found.shift.log_a, "wlf": [law.c1, law.c2_k] if law else None,
        }  # fmt: skip

    return shift


def _sets(f: np.ndarray) -> np.ndarray:
    """Numbers of the isotherms: frequencies begin anew with each."""
    return np.concatenate(([0], np.cumsum(np.diff(f) < 0)))


def _pyvisco() -> Call:
    import pandas as pd
    from pyvisco import master
    from pyvisco import shift as law

    def shift(t: np.ndarray, f: np.ndarray, storage: np.ndarray, loss: np.ndarray, zero: float) -> dict[str, Any]:
        mpa = {"E_stor": storage / 1e6, "E_loss": loss / 1e6}  # its fit starts from ones: in Pa it finds nothing
        table = pd.DataFrame({"f_set": f, **mpa, "T": t - 273.15, "Set": _sets(f)})
        table["T_round"] = table.groupby("Set")["T"].transform("mean").round(2)
        table.domain, table.modul = "freq", "E"
        places = table["T_round"].unique()
        reference = float(places[np.argmin(np.abs(places - (zero - 273.15)))])
        factors, _ = master.get_aT(table, reference)
        found = law.fit_WLF(reference, factors)
        return {
            "t": factors["T"].to_numpy() + 273.15, "log_a": factors["log_aT"].to_numpy(),
            "wlf": [float(found["C1"].iloc[0]), float(found["C2"].iloc[0])],
        }  # fmt: skip

    return shift


def _mastercurves() -> Call:
    import mastercurves
    from mastercurves.transforms import Multiply
    from scipy.optimize import curve_fit

    def shift(t: np.ndarray, f: np.ndarray, storage: np.ndarray, zero: float, **_: np.ndarray) -> dict[str, Any]:
        sets = _sets(f)
        groups = [sets == k for k in np.unique(sets)]
        places = np.array([t[rows].mean() for rows in groups])
        curve = mastercurves.MasterCurve(fixed_noise=NOISE)
        curve.add_data([np.log(f[r]) for r in groups], [np.log(storage[r]) for r in groups], list(places))
        curve.add_htransform(Multiply())
        curve.superpose()
        log_a = np.log10(np.asarray(curve.hparams[0], dtype=float))
        log_a -= log_a[np.argmin(np.abs(places - zero))]
        reference = places[np.argmin(np.abs(places - zero))]
        (c1, c2), _ = curve_fit(lambda x, c1, c2: -c1 * (x - reference) / (c2 + x - reference), places, log_a, (10, 80))
        return {"t": places, "log_a": log_a, "wlf": [c1, c2]}

    return shift


def _ours_read() -> Call:
    from byssus.read import read_file

    def read(path: str) -> dict[str, Any]:
        traces = read_file(Path(path))
        return {"steps": len(traces), "rows": sum(len(one) for one in traces)}

    return read


def _hermes() -> Call:
    from hermes_rheo.file_readers import TriosRheoReader, read_file

    def read(path: str) -> dict[str, Any]:
        steps = [data for one in read_file(path, TriosRheoReader).measurements for data in one.datasets]
        return {"steps": len(steps), "rows": sum(len(data.data_arrays[0]) for data in steps)}

    return read


def _pyvisco_read() -> Call:
    from pyvisco import load

    def read(path: str) -> dict[str, Any]:
        table, *_ = load.Eplexor_raw(load.file(path), "E")
        return {"steps": 1, "rows": len(table)}

    return read


RAMPS = {f"{OURS}, ramp": _ours_ramp, "scipy (notebook)": _notebook_ramp}
SHIFTS = {f"{OURS}, shift": _ours_shift, "pyvisco": _pyvisco, "mastercurves (hermes-rheo)": _mastercurves}
READERS = {f"{OURS}, reading": _ours_read, "hermes-rheo": _hermes, "pyvisco, reading": _pyvisco_read}
CONTESTANTS = {**RAMPS, **SHIFTS, **READERS}


def _name(name: str) -> str:
    return name.split(",")[0]


def of_ramps(seeds: int) -> None:
    cases = []
    for seed in range(seeds):
        t = np.arange(FIRST, LAST, STEP) + STEP * seed / seeds  # so that no reading of all lies on the truth
        cases.append({"t": t, **noisy(modulus(t, 1.0), seed)})
    table, right = [], transitions()
    for name in RAMPS:
        rows = compete("dma", name, cases)
        if why := fault_of(rows):
            table.append((_name(name), why, "", "", ""))
            continue
        off = np.array([row.found["tg"] for row in rows]) - right
        table.append((_name(name), *(f"{rms(off[:, k]):.2f}" for k in range(3)), cpu_ms(rows)))
    headings = ("tool", "tan δ peak / K", "loss peak / K", "onset / K", "CPU ms a ramp")
    show("Glass transition: rms errors", headings, table)


def of_shifts(seeds: int) -> None:
    t, f = isotherms()
    table = []
    for noise, count in (("0 %", 1), ("0.5 %", seeds)):
        clean = {"storage": modulus(t, f).real, "loss": modulus(t, f).imag}
        parts = [clean if count == 1 else noisy(modulus(t, f), seed) for seed in range(count)]
        for name in SHIFTS:
            few = parts[:10] if name.startswith("mastercurves") else parts
            rows = compete("dma", name, [{"t": t, "f": f, **part, "zero": REFERENCE} for part in few])
            if why := fault_of(rows):
                table.append((noise, _name(name), why, "", "", ""))
                continue
            places = np.array(rows[0].found["t"])
            right = -C1 * (places - REFERENCE) / (C2 + places - REFERENCE)
            log_a = np.array([row.found["log_a"] for row in rows]) - right
            law = np.array([row.found["wlf"] for row in rows]) / (C1, C2) - 1
            table.append(
                (noise, _name(name), f"{rms(log_a):.4f}", *(f"{rms(law[:, k]):.2%}" for k in (0, 1)), cpu_ms(rows))
            )
    show("Shift: rms errors", ("noise", "tool", "log aT", "C1", "C2", "CPU ms"), table)


def of_eplexor() -> None:
    if not EPLEXOR.is_file():
        print(f"\n{EPLEXOR.name}: absent")
        return
    from byssus.read import read_file

    (one,) = read_file(EPLEXOR)
    names = {"t": "temperature_k", "f": "frequency_hz", "storage": "storage_modulus_pa", "loss": "loss_modulus_pa"}
    case = {**{word: one[column] for word, column in names.items()}, "zero": 298.15}
    table = []
    for name in SHIFTS:
        rows = compete("dma", name, [case])
        if why := fault_of(rows):
            table.append((_name(name), why, "", ""))
            continue
        found = rows[0].found
        law = ", ".join(f"{v:.4g}" for v in found["wlf"]) if found["wlf"] else "not told"
        table.append((_name(name), f"{_disagreement(case, found):.4f}", law, cpu_ms(rows)))
    show(f"{EPLEXOR.name}, shifted to 25 °C", ("tool", "rms of log E' in the overlaps", "C1, C2 / K", "CPU ms"), table)


def _disagreement(case: dict[str, Any], found: dict[str, Any]) -> float:
    """Neighbouring isotherms after the shift, by straight lines between readings, where both have some."""
    sets = _sets(case["f"])
    curves = []
    for k in np.unique(sets):
        rows = sets == k
        log_a = found["log_a"][int(np.argmin(np.abs(np.array(found["t"]) - case["t"][rows].mean())))]
        curves.append((np.log10(case["f"][rows]) + log_a, np.log10(case["storage"][rows])))
    curves.sort(key=lambda curve: float(curve[0].mean()))
    rest = []
    for (x, y), (u, v) in pairwise(curves):
        inside = (u >= x[0]) & (u <= x[-1])
        rest += list(np.interp(u[inside], x, y) - v[inside])
    return rms(rest)


def of_reading() -> None:
    table = []
    for path in sorted((SHARED / "rheology_dma").glob("*")):
        peer = "hermes-rheo" if path.name.startswith("trios") else "pyvisco, reading"
        for name in (f"{OURS}, reading", peer) if "master" not in path.name else ():
            rows = compete("dma", name, [{"path": str(path)}])
            if why := fault_of(rows):
                table.append((path.name, _name(name), why, "", ""))
                continue
            found = rows[0].found
            table.append((path.name, _name(name), str(found["steps"]), str(found["rows"]), cpu_ms(rows)))
    show("Reading", ("file", "tool", "steps", "rows", "CPU ms"), table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    given = parser.parse_args()
    of_reading()
    of_ramps(given.seeds)
    of_shifts(given.seeds)
    of_eplexor()


if __name__ == "__main__":
    main()
