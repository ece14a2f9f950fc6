"""Five carbon components with Poisson noise: fractions and CPU time, beside lmfit with lmfitxps in the same run.

    python benchmarks/xps.py [--seeds 20] [--regions 200]

The truth: 280 to 296 eV in steps of 0.1, pseudo-Voigt lines of mixing 0.15 on 300 + 0.04 times their running area.
Both tools get the same starts and the same free parameters: level and loss of the background, area and width of each
line, and its position in the first case. The bound is that of Cramer and Rao for these parameters, from the truth's own
derivatives by differences. The peer runs in a process of its own, with one thread; PEER_PYTHON names the interpreter of
an environment with lmfit and lmfitxps. A peer that is not there prints "absent".
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402  threads are set first
from numpy.typing import NDArray  # noqa: E402

Floats = NDArray[np.float64]
ENERGY = np.round(280 + 0.1 * np.arange(161), 10)
LINES = ((284.8, 1.2, 4000.0), (286.4, 1.3, 2500.0), (288.7, 1.3, 1200.0), (290.1, 1.2, 1800.0), (292.0, 1.3, 500.0))
FRACTIONS = np.array([0.40, 0.25, 0.12, 0.18, 0.05])
MIXING, WITHIN, START_WIDTH = 0.15, 0.6, 1.3
CASES = {"positions free": True, "positions fixed": False}
PEER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402  threads are set first
from lmfit.models import PseudoVoigtModel
from lmfitxps.models import ShirleyBG
given = np.load(sys.argv[1])
x, spectra, at, free = given["x"][::-1], given["spectra"][:, ::-1], given["at"], bool(given["free"])
model = ShirleyBG(independent_vars=["y"], prefix="s_")
for k in range(len(at)):
    model = model + PseudoVoigtModel(prefix=f"p{k}_")
rows = []
for y in spectra:
    start = time.process_time()
    values = model.make_params()
    values["s_k"].set(value=0.003, min=0.0)
    values["s_const"].set(value=float(y[-8:].mean()), min=0.0)
    for k, position in enumerate(at):
        values[f"p{k}_center"].set(value=position, min=position - 0.6, max=position + 0.6, vary=free)
        values[f"p{k}_amplitude"].set(value=2000.0, min=0.0)
        values[f"p{k}_sigma"].set(value=0.65, min=0.2, max=1.75)
        values[f"p{k}_fraction"].set(value=0.15, vary=False)
    out = model.fit(y, values, y=y, x=x, weights=1 / np.sqrt(np.maximum(y, 1.0)))
    cpu = time.process_time() - start
    areas = np.array([out.params[f"p{k}_amplitude"].value for k in range(len(at))])
    rows.append({"cpu": cpu, "fractions": list(map(float, areas / areas.sum())), "free": out.nvarys})
print(json.dumps(rows))
"""


def truth(parameters: Floats) -> Floats:
    """Expected counts of (level, loss, then area, width, position of each line), in closed form."""
    erf = np.vectorize(math.erf)
    total = np.full(len(ENERGY), parameters[0])
    for area, width, position in parameters[2:].reshape(-1, 3):
        u = 2 * (ENERGY - position) / width
        gauss = 2 / width * math.sqrt(math.log(2) / math.pi) * np.exp(-math.log(2) * u * u)
        lorentz = 2 / (math.pi * width) / (1 + u * u)
        running = MIXING * (np.arctan(u) / math.pi + 0.5) + (1 - MIXING) / 2 * (1 + erf(math.sqrt(math.log(2)) * u))
        total += area * (MIXING * lorentz + (1 - MIXING) * gauss + parameters[1] * running)
    return total


TRUE = np.array([300.0, 0.04, *(value for at, width, area in LINES for value in (area, width, at))])


def bound(free_positions: bool) -> float:
    """Root mean square over the five fractions of their Cramer-Rao bound."""
    free = [j for j in range(len(TRUE)) if free_positions or j < 2 or (j - 2) % 3 != 2]
    slopes = []
    for j in free:
        step = np.zeros(len(TRUE))
        step[j] = 1e-5 * max(abs(TRUE[j]), 1e-2)
        slopes.append((truth(TRUE + step) - truth(TRUE - step)) / (2 * step[j]))
    jacobian = np.column_stack(slopes)
    covariance = np.linalg.inv(jacobian.T @ (jacobian / truth(TRUE)[:, None]))
    areas = [free.index(2 + 3 * k) for k in range(5)]
    turn = (np.eye(5) - FRACTIONS[:, None]) / sum(area for *_, area in LINES)
    return float(np.sqrt(np.mean(np.diag(turn @ covariance[np.ix_(areas, areas)] @ turn.T))))


def ours(spectra: Floats, free_positions: bool) -> list[dict[str, Any]]:
    from byssus.analyse.xps._components import parse_components
    from byssus.analyse.xps._regions import Measured
    from byssus.analyse.xps._result import Quantification, fit_regions
    from byssus.analyse.xps._setup import Freedom

    text = "; ".join(f"{k} at={at} within={WITHIN} fwhm={START_WIDTH}" for k, (at, _, _) in enumerate(LINES))
    freedom = Freedom("free" if free_positions else "fixed", mixing=MIXING)
    rows = []
    for counts in spectra:
        start = time.process_time()
        components = parse_components(f"C 1s: {text}", ["C 1s"])
        region = Measured("C 1s", "C 1s", ENERGY, counts, True, 1486.6, None)
        (found,) = fit_regions([region], components, "shirley", freedom, Quantification())
        cpu = time.process_time() - start
        rows.append({"cpu": cpu, "fractions": found.fractions.tolist(), "free": len(found.free)})
    return rows


def peer(spectra: Floats, free_positions: bool) -> list[dict[str, Any]] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.npz"
        np.savez(path, x=ENERGY, spectra=spectra, at=[at for at, *_ in LINES], free=free_positions)
        python = os.environ.get("PEER_PYTHON", sys.executable)
        done = subprocess.run([python, "-c", PEER, str(path)], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--regions", type=int, default=200)
    given = parser.parse_args()
    noisy = [np.random.default_rng(seed).poisson(truth(TRUE)).astype(float) for seed in range(given.seeds)]
    print(f"{'case':18}{'tool':18}{'free':>5}{'rms / points':>14}{'bound':>8}{'ratio':>7}{'bias':>7}{'CPU ms':>8}")
    for case, free in CASES.items():
        least = bound(free)
        for tool, rows in (("byssus", ours(np.array(noisy), free)), ("lmfit, lmfitxps", peer(np.array(noisy), free))):
            if rows is None:
                print(f"{case:18}{tool:18}absent")
                continue
            error = np.array([row["fractions"] for row in rows]) - FRACTIONS
            rms, bias = math.sqrt(np.mean(error**2)), float(np.max(np.abs(error.mean(axis=0))))
            cpu = 1e3 * float(np.median([row["cpu"] for row in rows]))
            print(
                f"{case:18}{tool:18}{rows[0]['free']:5}{100 * rms:14.3f}{100 * least:8.3f}{rms / least:7.2f}"
                f"{100 * bias:7.2f}{cpu:8.1f}"
            )
    many = [np.random.default_rng(1000 + seed).poisson(truth(TRUE)).astype(float) for seed in range(given.regions)]
    start = time.perf_counter()
    ours(np.array(many), True)
    print(f"{given.regions} regions, one after the other: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
