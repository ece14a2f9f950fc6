"""Pores by mercury known in closed form, and the BET area of a report that states its own.

    python benchmarks/porosimetry.py [--seeds 40]

Mercury: log-normal pores, 150 pressures from 0.5 to 60,000 psi, noise as a share of the total volume. The volume below
a diameter is a normal integral in ln D; the wall area 4 dV/D of cylinders has the same spread about
ln(median) - spread^2, which gives its median and its total. Nitrogen: the isotherm of the TriStar report, its own six
readings (p/p0 from 0.12 to 0.27), area 65.1632 m2/g and C 67.187 stated by the instrument.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np
from contest import OURS, SHARED, Call, compete, cpu_ms, fault_of, rms, show

PSI = 6894.757293168361
PRESSURE = np.geomspace(0.5, 60e3, 150) * PSI
ANGLE, TENSION = math.radians(130.0), 0.485
TOTAL, MASS = 0.4e-6, 1e-3  # m3 of a specimen of 1 g
CASES = {"0.2 µm, σ = 0.5": (0.2e-6, 0.5), "1 µm, σ = 1": (1e-6, 1.0), "30 nm, σ = 0.3": (30e-9, 0.3)}
NOISES = (0.0, 1e-3)
REPORT = SHARED / "hg_porosimetry" / "micromeritics_tristar_N2_K01072A.TXT"
STATED = (65.1632, 67.187)
WINDOW = (0.12, 0.27)


def intruded(median: float, spread: float) -> np.ndarray:
    diameter = -4 * TENSION * math.cos(ANGLE) / PRESSURE
    u = (math.log(median) - np.log(diameter)) / spread
    return TOTAL * np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in u])


def truth(median: float, spread: float) -> np.ndarray:
    """Median diameter by volume, by area (m), total area (m2)."""
    return np.array([median, median * math.exp(-(spread**2)), 4 * TOTAL / median * math.exp(spread**2 / 2)])


def _ours_mercury() -> Call:
    from byssus.analyse.technique import technique
    from byssus.trace import Source, Trace

    porosimetry = technique("porosimetry")

    def pores(pressure: np.ndarray, volume: np.ndarray) -> dict[str, Any]:
        columns = {"pressure_pa": pressure, "intrusion_volume_m3": volume}
        trace = Trace(columns, Source("made", "0" * 64, "made", len(volume)))
        one = porosimetry.analyse(trace, porosimetry.specimen("coat", {"sample_mass": MASS})).intrusion
        return {"pores": [one.median(one.volume), one.median(one.area), float(one.area[-1])]}

    return pores


def _notebook_mercury() -> Call:
    def pores(pressure: np.ndarray, volume: np.ndarray) -> dict[str, Any]:
        diameter = -4 * TENSION * np.cos(ANGLE) / pressure
        steps = np.diff(volume)
        area = np.concatenate(([0.0], np.cumsum(4 * steps / (0.5 * (diameter[1:] + diameter[:-1])))))
        medians = [np.interp(0.5 * of[-1], np.maximum.accumulate(of), diameter) for of in (volume, area)]
        return {"pores": [*medians, area[-1]]}

    return pores


def _ours_gas() -> Call:
    from byssus.analyse.technique import technique
    from byssus.trace import Source, Trace

    porosimetry = technique("porosimetry")

    def surface(x: np.ndarray, adsorbed: np.ndarray, low: float, high: float) -> dict[str, Any]:
        columns = {"relative_pressure": x, "adsorbed_m3_per_kg": adsorbed}
        trace = Trace(columns, Source("report", "0" * 64, "made", len(x)))
        window = {"bet_from": low, "bet_to": high} if low else {}
        one = porosimetry.analyse(trace, porosimetry.specimen("powder", window)).sorption
        return {"area": one.area / 1e3, "c": one.constant}

    return surface


def _rising(x: np.ndarray, adsorbed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The adsorption branch, in mmol/g (1 cm3/g at 273.15 K and 1 atm is 1/22.41397 mmol/g)."""
    sound = np.isfinite(x) & np.isfinite(adsorbed)
    x, adsorbed = x[sound], adsorbed[sound] * 1e3 / 22.41396954
    top = int(np.argmax(x)) + 1
    return x[:top], adsorbed[:top]


def _pygaps() -> Call:
    import logging

    import pygaps
    import pygaps.characterisation

    logging.disable(logging.CRITICAL)

    def surface(x: np.ndarray, adsorbed: np.ndarray, low: float, high: float) -> dict[str, Any]:
        x, loading = _rising(x, adsorbed)
        isotherm = pygaps.PointIsotherm(
            pressure=x, loading=loading, material="powder", adsorbate="N2", temperature=77.355,
            pressure_mode="relative", loading_basis="molar", loading_unit="mmol", material_basis="mass",
            material_unit="g", temperature_unit="K",
        )  # fmt: skip
        found = pygaps.characterisation.area_BET(isotherm, p_limits=(low, high) if low else None)
        return {"area": found["area"], "c": found["c_const"]}

    return surface


def _pygaps_raw() -> Call:
    from pygaps.characterisation.area_bet import area_BET_raw

    def surface(x: np.ndarray, adsorbed: np.ndarray, low: float, high: float) -> dict[str, Any]:
        x, loading = _rising(x, adsorbed)
        area, c, *_ = area_BET_raw(x, loading / 1e3, 0.162, p_limits=(low, high) if low else None)
        return {"area": area, "c": c}

    return surface


def _notebook_gas() -> Call:
    def surface(x: np.ndarray, adsorbed: np.ndarray, low: float, high: float) -> dict[str, Any]:
        x, loading = _rising(x, adsorbed)
        inside = (x >= (low or 0.05)) & (x <= (high or 0.30))
        x, loading = x[inside], loading[inside] / 1e3
        slope, intercept = np.polyfit(x, x / (loading * (1 - x)), 1)
        return {"area": 6.02214076e23 * 0.162e-18 / (slope + intercept), "c": slope / intercept + 1}

    return surface


MERCURY = {OURS: _ours_mercury, "numpy (notebook)": _notebook_mercury}
GAS = {
    f"{OURS}, gas": _ours_gas, "pygaps": _pygaps, "pygaps, raw function": _pygaps_raw,
    "numpy (notebook), gas": _notebook_gas,
}  # fmt: skip
CONTESTANTS = {**MERCURY, **GAS}


def of_mercury(seeds: int) -> None:
    table = []
    for label, (median, spread) in CASES.items():
        for noise in NOISES:
            rng = np.random.default_rng(7)
            clean = intruded(median, spread)
            count = seeds if noise else 1
            cases = [
                {"pressure": PRESSURE, "volume": clean + noise * TOTAL * rng.standard_normal(len(clean))}
                for _ in range(count)
            ]
            for name in MERCURY:
                rows = compete("porosimetry", name, cases)
                if why := fault_of(rows):
                    table.append((label, f"{noise:.1%}", name, why, "", "", ""))
                    continue
                off = np.array([row.found["pores"] for row in rows]) / truth(median, spread) - 1
                told = (f"{rms(off[:, k]):.3%}" for k in range(3))
                table.append((label, f"{noise:.1%}", name, *told, cpu_ms(rows)))
    headings = ("pores", "noise", "tool", "median by volume", "median by area", "area", "CPU ms")
    show("Mercury: rms errors", headings, table)


def of_gas() -> None:
    if not REPORT.is_file():
        print(f"\n{REPORT.name}: absent")
        return
    from byssus.read import read_file

    (one,) = read_file(REPORT)
    x, adsorbed = one["relative_pressure"], one["adsorbed_m3_per_kg"]
    table = []
    for label, (low, high) in (("the report's six readings", WINDOW), ("each tool's own window", (0.0, 0.0))):
        for name in GAS:
            rows = compete("porosimetry", name, [{"x": x, "adsorbed": adsorbed, "low": low, "high": high}])
            if why := fault_of(rows):
                table.append((label, name.removesuffix(", gas"), why, "", "", "", ""))
                continue
            f = rows[0].found
            off = (f"{f['area']:.4f}", f"{f['area'] / STATED[0] - 1:+.3%}", f"{f['c']:.3f}")
            table.append((label, name.removesuffix(", gas"), *off, f"{f['c'] / STATED[1] - 1:+.3%}", cpu_ms(rows)))
    headings = ("window", "tool", "area / m²/g", "off", "C", "off", "CPU ms")
    show(f"Nitrogen: {REPORT.name}, which states {STATED[0]} m²/g and C = {STATED[1]}", headings, table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40)
    given = parser.parse_args()
    of_mercury(given.seeds)
    of_gas()


if __name__ == "__main__":
    main()
