"""Models of binder and cell: PyBaMM beside byssus on the same 200 cycles, and what the batches take.

    make benchmark-simulate
    PEER_PYTHON=peers/bin/python make benchmark-simulate

PEER_PYTHON is the interpreter of an environment with PyBaMM (pip install pybamm); without it the peer is printed as
absent. Every contestant is a process of its own with one thread. CPU time is user plus system time of the process, the
start of the interpreter and imports included, best of three; in brackets that of the computation alone. Peak memory is
the largest resident set. What is not in this tree yet is printed as absent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CYCLES, C_RATE, REPEATS = 200, 0.2, 3
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

FRAME = """
import json, time
import numpy as np
{setup}
begun = time.process_time()
{work}
print(json.dumps({{"solve_s": time.process_time() - begun, "said": {said}}}))
"""
CELLS = """
from byssus.simulate.particle import Cells, Damage, Fineness, Protocol, cycle
rng = np.random.default_rng(6)
cells = Cells(rng.uniform(40e-9, 150e-9, 1000), 2e-17, rng.uniform(0.05, 0.5, 1000), 5e-3, 3e-3)
damage = Damage(np.linspace(1.0, 0.7, 20)[:, None], np.linspace(0.0, 1e-3, 20)[:, None], 0.02)
"""
MAP = """
from byssus.simulate.electrode.binders import Binders, Electrode
from byssus.simulate.electrode.cycle_map import ledger, states
from byssus.simulate.electrode.parameters import values
rng = np.random.default_rng(6)
low, high = np.array([0.5e9, 2e7, 1.0, 0.15]), np.array([4e9, 1e8, 6.0, 0.35])
binders, given = Binders.stacked(rng.uniform(low, high, (10000, 4))), values()
electrode, numbers = Electrode(0.35, 5e-3, 3579.0 * 3600.0), np.arange(1.0, 201.0)
"""
GELATION = """
from byssus.simulate.chains import Chains
from byssus.simulate.gelation import network
sites = np.arange(1.0, 2001.0)
chains = Chains(sites, sites * np.exp(-sites / 300.0))
network(8, 0.5, chains, 0.004)
"""
CALIBRATION = """
import contextlib, io
from byssus.cli import main
out = io.StringIO()
"""
MANY = {
    "1,000 cells x 20 cycles, CC, every curve of 41 points": (
        CELLS, "got = cycle(cells, Protocol(20, 0.2), damage)", "float(got.delithiation_c_per_kg[-1].mean() / 3600)",
    ),
    "1,000 cells x 20 cycles, CC-CV, every curve of 53 points": (
        CELLS,
        "got = cycle(cells, Protocol(20, 0.2, hold_until_c_rate=0.02), damage)",
        "float(got.delithiation_c_per_kg[-1].mean() / 3600)",
    ),
    "10,000 candidates x 200 cycles, cycle map with ledger": (
        MAP,
        "found = states(binders, electrode, given, numbers, 0.2)\nledger(binders, electrode, given, 200, 0.2, found)",
        "float(found.delithiation_c_per_kg[-1].mean() / 3600)",
    ),
    "calibration and leave-one-out of the default study, byssus electrode": (
        CALIBRATION,
        "with contextlib.redirect_stdout(out):\n    main(['electrode', '../studies/poss-polyimide', '--json'])",
        "float(len(json.loads(out.getvalue())['findings']))",
    ),
    "gelation of 2,000 kinds of chains": (GELATION, "got = network(8, 0.5, chains, 0.004)", "got.chain_sol"),
}  # fmt: skip
OURS = """
from byssus.simulate.particle import Cells, Damage, Protocol, cycle
from particle_voltages import BEGIN, CELL
rows = json.loads({rows!r})
known = np.array([row["cycle"] for row in rows], dtype=float)
every = np.arange(1.0, {cycles} + 1)
column = lambda name: np.interp(every, known, [row[name] for row in rows])[:, None]
side = np.diff(column("sei"), axis=0, prepend={first!r}) / column("lithiation")
damage = Damage(np.minimum(column("connected"), 1.0), column("resistance"), np.maximum(side, 0.0))
cells = Cells(**CELL, branch_share=1e-4)
"""


def run(python: str, *arguments: str) -> tuple[dict[str, object], float, float] | str:
    """What a process says as JSON, its CPU time (s) and its peak memory (MB); its last words where it failed."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen(
            [python, *arguments], stdout=out, stderr=err, cwd=HERE, env={**os.environ, **ONE_THREAD}, text=True
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        said, words = out.read().splitlines(), err.read().splitlines()
    if child.returncode or not said:
        return words[-1] if words else "said nothing"
    return json.loads(said[-1]), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def best(python: str, *arguments: str) -> tuple[dict[str, object], float, float] | str:
    """The repeat with the least CPU time."""
    runs = [run(python, *arguments) for _ in range(REPEATS)]
    fine = [one for one in runs if not isinstance(one, str)]
    return min(fine, key=lambda one: one[1]) if fine else runs[0]


def beside_peer() -> float | None:
    """The same 200 cycles: PyBaMM with its own damage, byssus with that; seconds of PyBaMM for one of them."""
    peer = best(os.environ.get("PEER_PYTHON", sys.executable), "simulate_peer.py", str(CYCLES), str(C_RATE))
    print(f"One half cell, {CYCLES} cycles at {C_RATE} C between 0.005 and 1.5 V, SEI and loss of active material\n")
    print("| contestant | CPU / s (computation) | ratio | peak / MB | delithiation in mAh/g at cycle 1, 100, 200 |")
    print("|---|---|---|---|---|")
    rows = [] if isinstance(peer, str) else peer[0]["rows"]
    flat = [{"cycle": 1, "connected": 1.0, "resistance": 0.0, "sei": 0.0, "lithiation": 1.2e7}]
    setup = OURS.format(rows=json.dumps(rows or flat), cycles=CYCLES, first=(rows or flat)[0]["sei"])
    work = f"got = cycle(cells, Protocol({CYCLES}, {C_RATE}), damage, begin_share=BEGIN['lithiation'])"
    ours = best(
        sys.executable, "-c", FRAME.format(setup=setup, work=work, said="got.delithiation_c_per_kg[:, 0].tolist()")
    )
    if isinstance(ours, str):
        sys.exit(f"byssus: {ours}")
    found, cpu, peak = ours
    print(f"| byssus | {cpu:.2f} ({found['solve_s']:.3f}) | 1.00 | {peak:.0f} | {shown(found['said'])} |")
    if isinstance(peer, str):
        print(f"| PyBaMM | absent ({peer[:80]}) | | | |")
        return None
    theirs = {int(row["cycle"]): row["delithiation"] for row in rows}
    worst = max(abs(found["said"][k - 1] / value - 1) for k, value in theirs.items())
    ratio = f"{peer[1] / cpu:.1f} ({peer[0]['solve_s'] / found['solve_s']:.1f})"
    line = ", ".join(f"{theirs[k] / 3600:.1f}" for k in (1, CYCLES // 2, CYCLES))
    print(
        f"| PyBaMM {peer[0]['version']} | {peer[1]:.2f} ({peer[0]['solve_s']:.3f}) | {ratio} | {peer[2]:.0f} | {line} |"
    )
    print(f"\nLargest difference in a delithiation: {100 * worst:.3f} %.")
    print(
        "PyBaMM also integrates its SEI and its loss of active material in time, with 30 volumes a particle. byssus\n"
        "is handed both by cycle (here what PyBaMM found, every 20th cycle), takes 12 modes, cuts silicon off when\n"
        "full and keeps all curves; PyBaMM keeps every 20th cycle. One cell alone is byssus at its slowest."
    )
    return float(peer[0]["solve_s"]) / CYCLES


def shown(capacities: list[float]) -> str:
    return ", ".join(f"{capacities[k - 1] / 3600:.1f}" for k in (1, CYCLES // 2, CYCLES))


def batches(peer_s: float | None) -> None:
    """What byssus computes by the thousand; ``peer_s`` is what PyBaMM takes for one cell and cycle."""
    print("\n| batch | CPU / s (computation) | peak / MB | what it finds (mean) |\n|---|---|---|---|")
    for name, (setup, work, said) in MANY.items():
        done = best(sys.executable, "-c", FRAME.format(setup=setup, work=work, said=said))
        if isinstance(done, str):
            print(f"| {name} | absent ({done[:80]}) | | |")
            continue
        print(f"| {name} | {done[1]:.2f} ({done[0]['solve_s']:.4f}) | {done[2]:.0f} | {done[0]['said']:.6g} |")
        if name.startswith("1,000 cells") and peer_s is not None:
            each = done[0]["solve_s"] / 20_000
            print(
                f"| . a cell and cycle: {1e6 * each:.0f} us; PyBaMM {1e6 * peer_s:.0f}, ratio {peer_s / each:.0f} |||"
            )


def main() -> None:
    batches(beside_peer())


if __name__ == "__main__":
    main()
