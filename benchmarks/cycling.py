"""Reading and analysing a large cycler file, beside named peers in the same run.

    python benchmarks/cycling.py [--rows 2000000] [--repeat 3] [--ndax FILE]

Every contestant runs in a process of its own, on the same file; its CPU time (user and system, start of the
interpreter and imports included) and its peak memory are what the kernel says of that process. The best of
the repeats counts. Peers run in the interpreter named by PEER_PYTHON; where one is not installed the table
says "absent". See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
SHARED_NDAX = SHARED / "cycler_neware" / "fastnda_test_2.ndax"
SHARED_MPR = SHARED / "cycler_biologic" / "cellpy_biol.mpr"  # the largest cycler file there

# A half cell: lithiation at constant current, then held voltage; delithiation at constant current.
WRITE = """
import sys, numpy as np, polars as pl
folder, rows = sys.argv[1], int(sys.argv[2])
per = 4000
n = rows // per
row = np.tile(np.arange(per), n)
cycle = np.repeat(np.arange(n), per)
rng = np.random.default_rng(1)
cc, cv = 1700, 200
size = 1e-3 * (1 - 0.3 * cycle / n)
current = np.where(row < cc, -1.0, np.where(row < cc + cv, -np.exp(-(row - cc) / 60), 1.0)) * size
x = np.where(row < cc + cv, np.minimum(row / cc, 1), (row - cc - cv) / (per - cc - cv))
voltage = np.where(row < cc + cv, 0.5 - 0.49 * x, 0.2 + 0.8 * x) + 1e-4 * rng.standard_normal(len(row))
step = np.where(row < cc, 1, np.where(row < cc + cv, 2, 3))
time = np.arange(len(row)) * 10.0
moved = current * 10.0 / 3600
moved[0] = 0.0
def counter(part):
    total = np.cumsum(part)
    return total - np.repeat(total[::per] - part[::per], per)
frame = pl.DataFrame({
    "Test Time / s": time, "Voltage / V": voltage.round(6), "Current / A": current.round(9),
    "Unix Time / s": 1.7e9 + time, "Cycle Count / 1": cycle + 1, "Step Index / 1": step,
    "Step Time / s": row * 10.0, "Charging Capacity / Ah": counter(np.maximum(moved, 0)).round(9),
    "Discharging Capacity / Ah": counter(np.maximum(-moved, 0)).round(9), "Record Index / 1": np.arange(len(row)) + 1,
})
frame.write_csv(folder + "/cell.bdf.csv")
frame.write_parquet(folder + "/cell.bdf.parquet")
"""

BYSSUS = """
import json, sys
from pathlib import Path
from byssus.analyse.cycling.technique import TECHNIQUE
from byssus.read import read_file
trace = read_file(Path(sys.argv[1]))[0]
result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", {}))
found = {(f.quantity, f.at.get("cycle")): f.value for f in TECHNIQUE.findings(result)}
TECHNIQUE.series(result)
print(json.dumps([found["cycle_count", None], found["discharge_capacity", 1] / 3.6]))
"""

# What a lab writes in a notebook: the tester's cycle numbers, the integral of each sign of the current.
PANDAS = """
import json, sys
import numpy as np, pandas as pd
name = sys.argv[1]
if name.endswith(".ndax"):
    import fastnda
    frame = fastnda.read(name).to_pandas()
    time, current, cycle = frame["total_time_s"], frame["current_mA"] / 1e3, frame["cycle_count"]
else:
    frame = pd.read_parquet(name) if name.endswith(".parquet") else pd.read_csv(name)
    time, current, cycle = frame["Test Time / s"], frame["Current / A"], frame["Cycle Count / 1"]
work = pd.DataFrame({"cycle": cycle, "t": time, "down": np.maximum(-current, 0), "up": np.maximum(current, 0)})
out = work.groupby("cycle").apply(
    lambda g: pd.Series({k: np.trapezoid(g[k], g["t"]) for k in ("down", "up")}), include_groups=False
)
print(json.dumps([len(out), out["down"].iloc[0] / 3.6]))
"""

CELLPY = """
import json, logging, sys
from pathlib import Path
import cellpy
name = Path(sys.argv[1])
logging.disable(logging.CRITICAL)
instruments = {".ndax": "neware_nda", ".mpr": "biologics_mpr"}
if name.suffix in instruments:
    cell = cellpy.get(str(name), instrument=instruments[name.suffix], mass=1.0)
else:
    rules = name.parent / "bdf.yml"
    headings = {"test_time_txt": "Test Time / s", "current_txt": "Current / A", "voltage_txt": "Voltage / V",
                "step_index_txt": "Step Index / 1", "cycle_index_txt": "Cycle Count / 1",
                "charge_capacity_txt": "Charging Capacity / Ah", "discharge_capacity_txt": "Discharging Capacity / Ah",
                "datetime_txt": "Unix Time / s", "step_time_txt": "Step Time / s", "data_point_txt": "Record Index / 1"}
    limits = {"current_hard": 1e-13, "current_soft": 1e-5, "stable_current_hard": 2.0, "stable_current_soft": 4.0,
              "stable_voltage_hard": 2.0, "stable_voltage_soft": 4.0, "stable_charge_hard": 0.001,
              "stable_charge_soft": 5.0, "ir_change": 1e-5}
    rules.write_text(json.dumps({
        "formatters": {"file_format": "csv", "sep": ",", "skiprows": 0, "header": 0, "encoding": "utf-8",
                       "decimal": "."},
        "normal_headers_renaming_dict": headings, "raw_limits": limits, "pre_processors": {},
        "raw_units": {"current": "A", "charge": "Ah", "mass": "g", "voltage": "V"},
        "states": {"column_name": "x", "charge_keys": ["c"], "discharge_keys": ["d"], "rest_keys": ["r"]},
        "post_processors": {"rename_headers": True, "set_index": True}}))
    cell = cellpy.get(str(name), instrument="custom", instrument_file=str(rules), mass=1.0)
summary = cell.data.summary
unit = 1.0 if name.suffix in instruments else 1e3
print(json.dumps([len(summary), float(summary["discharge_capacity"].iloc[0]) * unit]))
"""


@dataclass(frozen=True)
class Run:
    """One process: seconds of CPU, peak MB, and what it printed (cycles, first discharge in mAh)."""

    cpu_s: float
    peak_mb: float
    answer: tuple[float, float] | None
    fault: str = ""


def measure(python: str, code: str, *arguments: str, log: Path) -> Run:
    """Run ``code`` in a process of its own and ask the kernel what it used."""
    with log.open("w+") as out, (log.parent / "stderr.txt").open("w+") as err:
        files = [(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
        child = os.posix_spawn(python, [python, "-c", code, *arguments], os.environ, file_actions=files)
        _, status, used = os.wait4(child, 0)
        out.seek(0)
        err.seek(0)
        said, faults = out.read().strip().splitlines(), err.read().strip().splitlines()
    seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    if status:
        return Run(seconds, peak, None, faults[-1] if faults else f"exit status {status}")
    answer = tuple(json.loads(said[-1])) if said else None
    return Run(seconds, peak, answer)


def best(python: str, code: str, file: Path, folder: Path, repeat: int) -> Run:
    """The repeat that used least CPU; stops at the first that fails."""
    runs: list[Run] = []
    for _ in range(repeat):
        runs.append(measure(python, code, str(file), log=folder / "stdout.txt"))
        if runs[-1].answer is None:
            return runs[-1]
    return min(runs, key=lambda run: run.cpu_s)


def table(title: str, file: Path, contestants: list[tuple[str, str, str]], folder: Path, repeat: int) -> None:
    """Measure the contestants on one file and print their rows; the first is what the ratios refer to."""
    print(f"\n{title}")
    print(f"{'':28}{'CPU / s':>9}{'ratio':>8}{'peak / MB':>11}{'ratio':>8}{'cycles':>8}{'first discharge / mAh':>23}")
    own: Run | None = None
    for name, python, code in contestants:
        run = best(python, code, file, folder, repeat)
        own = own or run
        if run.answer is None:
            absent = "ModuleNotFoundError" in run.fault
            print(f"{name:28}{'absent' if absent else 'failed'}: {run.fault}")
            continue
        cycles, charge = run.answer
        ratios = (run.cpu_s / own.cpu_s, run.peak_mb / own.peak_mb)
        print(
            f"{name:28}{run.cpu_s:9.2f}{ratios[0]:8.2f}{run.peak_mb:11.0f}{ratios[1]:8.2f}{cycles:8.0f}{charge:23.5f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ndax", type=Path, default=SHARED_NDAX)
    given = parser.parse_args()
    own, peer = sys.executable, os.environ.get("PEER_PYTHON", sys.executable)
    contestants = [("byssus", own, BYSSUS), ("cellpy", peer, CELLPY)]
    with tempfile.TemporaryDirectory(prefix="byssus-benchmark-") as name:
        folder = Path(name)
        made = measure(own, WRITE, name, str(given.rows), log=folder / "stdout.txt")
        if made.fault:
            sys.exit(f"the synthetic file could not be written: {made.fault}")
        baseline = ("pandas, groupby, trapezoid", peer, PANDAS)
        for kind in ("csv", "parquet"):
            file = folder / f"cell.bdf.{kind}"
            size = file.stat().st_size / 1e6
            peers = [*contestants, baseline] if kind == "csv" else [contestants[0], baseline]
            table(f"{given.rows:,} rows, {kind}, {size:.0f} MB", file, peers, folder, given.repeat)
        if given.ndax.is_file():
            peers = [*contestants, ("fastnda, pandas, trapezoid", peer, PANDAS)]
            table(f"{given.ndax.name}, 108,563 rows", given.ndax, peers, folder, given.repeat)
        else:
            print("\nNeware file: absent (give one with --ndax)")
        if SHARED_MPR.is_file():
            table(f"{SHARED_MPR.name}, 23,561 rows", SHARED_MPR, contestants, folder, given.repeat)


if __name__ == "__main__":
    main()
