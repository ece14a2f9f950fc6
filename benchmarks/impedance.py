"""The distribution of relaxation times, beside named peers in the same run.

    python benchmarks/impedance.py [--seeds 10] [--fresh 100]

Every tool runs in a process of its own on the same spectra, with one thread. CPU time is that of the call alone,
imports done. PEER_PYTHON names the interpreter of an environment with pyDRTtools (and with what hybrid-drt needs);
PEER_DIR a checkout of hybrid-drt. A peer that is not there prints "absent". See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from impedance_truths import FREQUENCY, NOISES, TRUTHS, covered, peak_errors, relative_error

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# What the tools are asked for in common: read spectra, find gamma of each, write both and the CPU time of each call.
FRAME = """
import contextlib, io, json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
{imports}
given = np.load(sys.argv[1])
frequency, spectra = given["frequency"], given["spectra"]
{before}
rows = []
for number, z in enumerate(spectra):
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.process_time()
        {call}
        cpu = time.process_time() - start
    rows.append({{"cpu": cpu, "tau": list(map(float, tau)), "gamma": list(map(float, gamma)), **extra}})
print(json.dumps(rows))
"""
BYSSUS = {
    "imports": "from byssus.analyse.impedance.relaxation import relaxation_times",
    "before": "relaxation_times(frequency[::2], spectra[0][::2])",
    # Frequencies that differ in the last digits: no kernel is there yet.
    "call": (
        "found = relaxation_times(frequency * (1 + 1e-12 * number), z); tau, gamma = found.tau_s, found.gamma_ohm; "
        "extra = dict(lower=list(found.lower_ohm), upper=list(found.upper_ohm), "
        "peaks=[(p.tau_s, p.resistance_ohm) for p in found.peaks])"
    ),
}
PYDRTTOOLS = {
    # Its import asks for a window, which a process without a screen has not; nothing is drawn here.
    "imports": (
        "import matplotlib; matplotlib.use = lambda *a, **k: None; from pyDRTtools.runs import EIS_object, simple_run"
    ),
    "before": "",
    "call": (
        "one = simple_run(EIS_object(frequency, z.real, z.imag)); tau, gamma, extra = one.out_tau_vec, one.gamma, {}"
    ),
}
HYBRID_DRT = {
    "imports": "import os; sys.path.insert(0, os.environ['PEER_DIR']); from hybdrt.models import DRT",
    "before": "tau = np.logspace(-7, 3, 401)",
    "call": "one = DRT(); one.fit_eis(frequency, z); gamma, extra = one.predict_drt(tau), {}",
}
# Figures of the peers as published with the task: printed where a peer is absent.
KNOWN = {
    "pyDRTtools": (0.093, 0.116, 0.081, 0.102, 0.127, 0.140),
    "hybrid-drt": (0.041, 0.097, 0.024, 0.119, 0.0515, 0.095),
}
TO_REACH = (0.020, 0.042, 0.022, 0.068, 0.050, 0.080)

SERIES = """
import json, sys, time
import numpy as np
from byssus.analyse.impedance.relaxation import relaxation_series, relaxation_times
given = np.load(sys.argv[1])
relaxation_times(given["frequency"][::2], given["spectra"][0][::2])
times = []
for _ in range(3):
    start = time.process_time()
    relaxation_series(given["frequency"], given["spectra"])
    times.append((time.process_time() - start) / len(given["spectra"]))
print(json.dumps(times))
"""
KRAMERS_KRONIG = """
import json, sys, time
import numpy as np
from byssus.analyse.impedance import kramers_kronig
given = np.load(sys.argv[1])
kramers_kronig(given["frequency"], given["spectra"][0])
times = []
for z in given["spectra"]:
    start = time.process_time()
    kramers_kronig(given["frequency"], z)
    times.append(time.process_time() - start)
print(json.dumps(times))
"""


def run(python: str, code: str, spectra: np.ndarray, folder: Path) -> list | str:
    """What the code prints of these spectra, in a process of its own; a phrase where it fails."""
    file = folder / "spectra.npz"
    np.savez(file, frequency=FREQUENCY, spectra=spectra)
    done = subprocess.run(
        [python, "-c", code, str(file)], capture_output=True, text=True, env={**os.environ, **ONE_THREAD}, check=False
    )
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    return json.loads(done.stdout.splitlines()[-1])


def accuracy(name: str, python: str, tool: dict[str, str], seeds: int, folder: Path) -> None:
    """The row of one tool: median errors, and CPU time of a call."""
    errors, cpu = [], []
    for truth in TRUTHS:
        for noise in NOISES:
            spectra = np.array([truth.impedance(FREQUENCY, noise, seed) for seed in range(seeds)])
            rows = run(python, FRAME.format(**tool), spectra, folder)
            if isinstance(rows, str):
                known = "".join(f"{figure:9.4f}" for figure in KNOWN.get(name, ()))
                print(f"{name:22}{known}   absent ({rows}); figures known before")
                return
            found = [relative_error(truth, np.array(row["tau"]), np.array(row["gamma"])) for row in rows]
            errors.append(float(np.median(found)))
            cpu += [row["cpu"] for row in rows]
    cells = "".join(f"{error:9.4f}" for error in errors)
    print(f"{name:22}{cells}   {1e3 * np.median(cpu):8.1f} ({1e3 * min(cpu):.1f} to {1e3 * max(cpu):.1f})", flush=True)


def peaks_and_bands(seeds: int, fresh: int, folder: Path) -> None:
    """Number, position and area of our peaks on the seeds; coverage and width of our bands on fresh ones."""
    print(f"\n{'byssus':8}{'noise':>8}{'right number':>14}{'position':>10}{'area':>9}{'coverage':>11}{'width':>8}")
    coverages = []
    for truth in TRUTHS:
        for noise in (*NOISES, 0.0):
            count = seeds if noise else 1
            numbers = [*range(count), *range(10_000, 10_000 + (fresh if noise else 0))]
            spectra = np.array([truth.impedance(FREQUENCY, noise, seed) for seed in numbers])
            rows = run(sys.executable, FRAME.format(**BYSSUS), spectra, folder)
            if isinstance(rows, str):
                sys.exit(rows)
            found = [peak_errors(truth, [tuple(peak) for peak in row["peaks"]]) for row in rows[:count]]
            right = [one for one in found if one is not None]
            position, area = np.median(right, axis=0) if right else (np.nan, np.nan)
            bands = [
                covered(truth, *(np.array(row[key]) for key in ("tau", "lower", "upper")))
                for row in rows[count if noise else 0 :]
            ]
            coverage, width = np.mean(bands, axis=0)
            coverages += [coverage] if noise else []
            right_of = f"{len(right)} of {count}"
            line = f"{truth.name:8}{noise:8.3%}{right_of:>14}{position:10.4f}{area:9.2%}{coverage:11.2%}{width:8.3f}"
            print(line, flush=True)
    print(
        f"95 % bands hold the truth in {np.mean(coverages):.2%} of places ({fresh} fresh seeds, all truths, with noise)"
    )


def speed(folder: Path) -> None:
    spectra = np.array([TRUTHS[-1].impedance(FREQUENCY, NOISES[-1], seed) for seed in range(40)])
    times = run(sys.executable, SERIES, spectra, folder)
    print(f"\nseries of 40: {times if isinstance(times, str) else f'{1e3 * min(times):.2f} ms CPU per spectrum'}")
    times = run(sys.executable, KRAMERS_KRONIG, spectra, folder)
    shown = "absent" if isinstance(times, str) else f"{1e3 * np.median(times):.2f} ms CPU per spectrum"
    print(f"Kramers-Kronig: {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--fresh", type=int, default=100)
    given = parser.parse_args()
    peer = os.environ.get("PEER_PYTHON", sys.executable)
    heads = "".join(f"{f'{truth.name} {100 * noise:.1f} %':>9}" for truth in TRUTHS for noise in NOISES)
    print(f"median relative L2 error of gamma over {given.seeds} seeds; CPU per call in ms, one thread")
    print(f"{'':22}{heads}   CPU / ms")
    with tempfile.TemporaryDirectory(prefix="byssus-benchmark-") as name:
        folder = Path(name)
        accuracy("byssus", sys.executable, BYSSUS, given.seeds, folder)
        accuracy("pyDRTtools", peer, PYDRTTOOLS, given.seeds, folder)
        accuracy("hybrid-drt", peer, HYBRID_DRT, given.seeds, folder)
        print(f"{'to reach':22}{''.join(f'{figure:9.4f}' for figure in TO_REACH)}        8.0")
        peaks_and_bands(given.seeds, given.fresh, folder)
        speed(folder)


if __name__ == "__main__":
    main()
