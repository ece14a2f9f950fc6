"""Studies of many files, run as a person runs them: wall and CPU time of ``byssus run``, with its progress bar.

    python benchmarks/many.py [--study indents] [--count 500] [--jobs 2] [--keep DIR]

500 indents as 500 files, the same 500 in one file, 200 XPS regions (two a file) and 500 infrared spectra, all written
by the virtual instruments into a temporary folder first. Each study runs twice in processes of their own: into an
empty folder, and again with everything in the store. CPU is user plus system of the run and its workers (``wait4``).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from samples_indents import fischerscope

from byssus.read import read_file
from byssus.rehearse.instrument import Truth, instruments
from byssus.trace import REHEARSED_MARK

ALLOWED_S = 10.0
BINDER = "PI"
TRUTHS = {
    "indentation": {"indentation_depth": 4.44e-6, "reduced_modulus": 0.983e9, "hardness": 0.022e9},
    "xps": {"li2co3_fraction": 0.184, "lif_fraction": 0.432},
    "ftir": {},
}
PARAMETERS = {
    "indentation": 'area_function = "24.5", poisson_ratio = 0.35',
    "xps": 'components = "C 1s: C-C; C-O; O-C=O; Li2CO3; F 1s: LiF; LixPOyFz", charge_reference = "C 1s: C-C"',
    "ftir": 'bands = "imide C=O symmetric: 1705-1730; imide C-N-C symmetric: 1360-1385"',
}
STUDY = """title = "{count} of {technique}"

[[binder]]
name = "{binder}"

[[measurement]]
binder = "{binder}"
technique = "{technique}"
files = ["raw/*"]
parameters = {{ {parameters} }}
"""


def rehearsed(technique: str, count: int, folder: Path) -> None:
    """``count`` files of one technique, as its virtual instrument writes them."""
    instrument = instruments()[technique]
    values = {need.name: need.default for need in instrument.needs if need.default is not None} | TRUTHS[technique]
    for number in range(count):
        name, content = instrument.write(Truth(BINDER, values, {}, number), np.random.default_rng([7, number]))
        (folder / f"{number:04d}{Path(name).suffix}").write_bytes(content)


def one_file(_technique: str, count: int, folder: Path) -> None:
    """The same indents in one file of a Fischerscope."""
    with tempfile.TemporaryDirectory() as apart:
        rehearsed("indentation", count, Path(apart))
        traces = [read_file(path)[0] for path in sorted(Path(apart).iterdir())]
    indents = [
        list(zip(t["time_s"].tolist(), (t["depth_m"] * 1e9).tolist(), (t["force_n"] * 1e6).tolist(), strict=True))
        for t in traces
    ]
    (folder / "indents.txt").write_bytes(fischerscope(indents, REHEARSED_MARK))


STUDIES: dict[str, tuple[str, int, int, Callable[[str, int, Path], None]]] = {
    "indents": ("indentation", 500, 1, rehearsed),
    "indents in one file": ("indentation", 500, 1, one_file),
    "xps regions": ("xps", 200, 2, rehearsed),
    "infrared spectra": ("ftir", 500, 1, rehearsed),
}


def make(name: str, count: int, folder: Path) -> None:
    """The study of that name, with ``count`` indents, regions or spectra."""
    technique, _, each, write = STUDIES[name]
    (folder / "raw").mkdir(parents=True)
    write(technique, count // each, folder / "raw")
    text = STUDY.format(count=count, technique=technique, binder=BINDER, parameters=PARAMETERS[technique])
    (folder / "study.toml").write_text(text, encoding="utf-8")


def run(folder: Path, jobs: int | None) -> tuple[float, float]:
    """Wall and CPU seconds of one run; what it says on stderr is shown where that is a terminal."""
    command = [sys.executable, "-m", "byssus", "run", str(folder)] + (["--jobs", str(jobs)] if jobs else [])
    errors = None if sys.stderr.isatty() else subprocess.DEVNULL
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"byssus run ended with {process.returncode}: {' '.join(command)}")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--study", choices=STUDIES, action="append", help="one or more; else all")
    parser.add_argument("--count", type=int, help="instead of 500 or 200")
    parser.add_argument("--jobs", type=int, help="processes; else what byssus takes")
    parser.add_argument("--keep", type=Path, help="a folder, not there yet, to leave the studies in")
    given = parser.parse_args()
    print(
        f"{'study':22} {'count':>6} {'wall s':>8} {'CPU s':>8} {'again, wall s':>14}   under {ALLOWED_S:g} s",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.study or STUDIES:
            folder = (given.keep or Path(scratch)) / name.replace(" ", "-")
            count = given.count or STUDIES[name][1]
            make(name, count, folder)
            wall, cpu = run(folder, given.jobs)
            again, _ = run(folder, given.jobs)
            verdict = "yes" if wall < ALLOWED_S else "no"
            print(f"{name:22} {count:6} {wall:8.2f} {cpu:8.2f} {again:14.2f}   {verdict}", flush=True)


if __name__ == "__main__":
    main()
