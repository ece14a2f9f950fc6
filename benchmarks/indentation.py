"""The stiffness of unloading against its Cramer-Rao bound, beside named peers on the same curves in one run.

    python benchmarks/indentation.py [--seeds 300] [--noise 0.005]

Curves are P = a (h - hf)^m with white noise in the load, cut to one window of unloading (95 to 20 %); every tool gets
exactly these points. From each tool's law the stiffness at the depth where unloading began is compared with the
truth: root mean square error over the bound, share of curves without a fit, CPU time a curve. "whole" is the CPU time
of a whole analysis where the tool has one for arrays: byssus from load and depth of the same curve with its loading to
findings (zero, cycles, window and its influence, contact depth, area, modulus, hardness, 1000 Monte Carlo draws);
nanodent its fit with area and hardness; micromechanics its fit with its method of Oliver and Pharr. Every tool runs
in a process of its own with one thread. PEER_PYTHON names the interpreter of an environment with nanodent and
micromechanics; a peer that is not there prints "absent".
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

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
TRUTHS = {"metal": (0.012, 250.0, 1.35), "paraboloid": (0.005, 400.0, 1.5), "cone": (0.001, 300.0, 2.0)}
TOP_NM = 1000.0
POINTS = 150
FRAME = """
import contextlib, io, json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
{imports}
given = np.load(sys.argv[1])
h, loads = given["h"], given["loads"]
def slope(k, hf, m):
    return float(k * m * ({top} - hf) ** (m - 1))
rows = []
for p in [loads[0], *loads]:
    found = None
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.process_time()
        try:
            {call}
        except Exception:
            pass
        cpu = time.process_time() - start
        {before}
        start = time.process_time()
        try:
            {whole}
            whole = time.process_time() - start
        except Exception:
            whole = float("nan")
    rows.append((found, cpu, whole))
print(json.dumps(rows[1:]))
"""
TOOLS = {
    "byssus": {
        "imports": (
            "from byssus.analyse.indentation import TECHNIQUE\n"
            "from byssus.analyse.indentation._unloading import fit_power_law\n"
            "from byssus.trace import Source, Trace\n"
            "specimen = TECHNIQUE.specimen('made', dict(poisson_ratio=0.3, area_function='24.5'))"
        ),
        "call": f"found = fit_power_law(h, p, {TOP_NM}).stiffness_n_per_m",
        "before": (
            f"up = np.linspace(0, 1, len(h)); depth = np.concatenate(({TOP_NM} * up, h)) * 1e-9; "
            "load = np.concatenate((p[0] / 0.95 * up**2, p)) * 1e-6; "
            "trace = Trace(dict(depth_m=depth, force_n=load), Source('made', '', '', len(load)), dict())"
        ),
        "whole": "assert TECHNIQUE.findings(TECHNIQUE.analyse(trace, specimen))[4].value",
    },
    "nanodent": {
        "imports": (
            "from nanodent.analysis.oliver_pharr import _power_law_fit_parameters as fit\n"
            "from nanodent.analysis.oliver_pharr import analyze_oliver_pharr"
        ),
        "before": "pass",
        "whole": "assert analyze_oliver_pharr(h, p, fit_model='power_law_full').success",
        "call": "k, m, hf, _ = fit(fit_disp=h, fit_force=p); found = slope(k, hf, m)",
    },
    "micromechanics": {
        "imports": (
            "from types import SimpleNamespace\n"
            "from micromechanics.indentation import Indentation\n"
            "from micromechanics.indentation.definitions import Method\n"
            "model = dict(unloadPMax=1e9, unloadPMin=-1e9, unloadInitialM=-1.0, evaluateSAtMax=True)\n"
            "stub = SimpleNamespace(method=Method.ISO, output=dict(verbose=0, ax=None), model=model, "
            f"iLHU=[[0, 0, 0, {POINTS - 1}]], unloadingPowerFunc=Indentation.unloadingPowerFunc)\n"
            "from micromechanics.indentation.tip import Tip\n"
            "stub.tip = Tip(); model['beta'] = 0.75"
        ),
        "before": "pass",
        "whole": (
            "stiffness = Indentation.stiffnessFromUnloading(stub, p, h)[0]; "
            f"Indentation.OliverPharrMethod(stub, np.array([stiffness]), p[:1] / 0.95, np.array([{TOP_NM / 1e3}]))"
        ),
        "call": "k, hf, m = Indentation.stiffnessFromUnloading(stub, p, h)[3]; found = slope(k, hf, m)",
    },
}


def curves(truth: tuple[float, float, float], noise: float, seeds: int) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Depths, loads of every seed, the true stiffness and its Cramer-Rao bound for these points and this noise."""
    a, hf, m = truth
    share = np.linspace(0.95, 0.20, POINTS)
    h = hf + (TOP_NM - hf) * share ** (1 / m)
    clean = a * (h - hf) ** m
    sigma = noise * a * (TOP_NM - hf) ** m
    reach = TOP_NM - hf
    slope = a * m * reach ** (m - 1)
    jacobian = np.column_stack(((h - hf) ** m, -a * m * (h - hf) ** (m - 1), clean * np.log(h - hf)))
    gradient = np.array([slope / a, -(m - 1) * slope / reach, slope * (1 / m + np.log(reach))])
    scale = np.linalg.norm(jacobian, axis=0)
    inverse = np.linalg.inv((jacobian / scale).T @ (jacobian / scale))
    bound = sigma * float(np.sqrt((gradient / scale) @ inverse @ (gradient / scale)))
    rng = np.random.default_rng(20240131)
    return h, clean + sigma * rng.standard_normal((seeds, POINTS)), slope, bound


def run(tool: str, path: Path) -> list[tuple[float | None, float, float]] | None:
    """What one tool finds and takes for each curve; ``None`` where it is not there."""
    python = sys.executable if tool == "byssus" else os.environ.get("PEER_PYTHON", sys.executable)
    code = FRAME.format(top=TOP_NM, **TOOLS[tool])
    done = subprocess.run(
        [python, "-c", code, str(path)], capture_output=True, text=True, env={**os.environ, **ONE_THREAD}, check=False
    )
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--noise", type=float, default=0.005, help="of the top load")
    given = parser.parse_args()
    print(
        f"{'curve':12} {'tool':16} {'rms/bound':>10} {'median/bound':>13} {'no fit':>7} {'CPU ms':>8} {'whole ms':>9}"
    )
    for name, truth in TRUTHS.items():
        h, loads, slope, bound = curves(truth, given.noise, given.seeds)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "curves.npz"
            np.savez(path, h=h, loads=loads)
            for tool in TOOLS:
                rows = run(tool, path)
                if rows is None:
                    print(f"{name:12} {tool:16} {'absent':>10}")
                    continue
                off = np.array([value - slope for value, *_ in rows if value is not None]) / bound
                middle = 1.4826 * np.median(np.abs(off)) if len(off) else np.nan
                lost = 1 - len(off) / len(rows)
                cpu = np.median([cpu for _, cpu, _ in rows]) * 1e3
                whole = np.median([whole for *_, whole in rows]) * 1e3
                rms = np.sqrt(np.mean(off**2)) if len(off) else np.nan
                print(f"{name:12} {tool:16} {rms:10.3f} {middle:13.3f} {lost:7.1%} {cpu:8.2f} {whole:9.2f}")


if __name__ == "__main__":
    main()
