"""Contestants on the same cases, each in a process of its own with one thread; shared by the benchmarks.

A benchmark's module has ``CONTESTANTS``: by name, a function that imports what it needs and returns the call to be
measured. Those whose names begin with ``byssus`` run with this interpreter, every other with that named by PEER_PYTHON
(this one where none is named). The first case is run once before any is timed; CPU time is user plus system time of
the call alone.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["OURS", "SHARED", "Call", "Case", "Contestant", "Row", "compete", "cpu_ms", "fault_of", "rms", "show"]

OURS = "byssus"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
LIMIT_S = 900
Case = Mapping[str, Any]  # arrays, numbers and texts, by the names of the call's arguments
Call = Callable[..., Mapping[str, Any]]
Contestant = Callable[[], Call]


@dataclass(frozen=True)
class Row:
    """What one call found (``None``, with the reason in ``fault``, where it raised) and its CPU time."""

    found: Mapping[str, Any] | None
    fault: str
    cpu_s: float


def compete(module: str, name: str, cases: Sequence[Case]) -> list[Row] | str:
    """A row for every case; a text where the contestant is not there."""
    python = sys.executable if name.startswith(OURS) else os.environ.get("PEER_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given.npz", Path(folder) / "out.json"
        np.savez(given, **{f"{k}.{word}": value for k, case in enumerate(cases) for word, value in case.items()})
        command = [python, str(Path(__file__).resolve()), module, name, str(given), str(out)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, env={**os.environ, **ONE_THREAD}, check=False, timeout=LIMIT_S
            )
        except FileNotFoundError:
            return f"absent: no {python}"
        except subprocess.TimeoutExpired:
            return f"ended after {LIMIT_S} s"
        if done.returncode != 0:
            return f"failed: {(done.stderr.strip().splitlines() or ['no word'])[-1][:120]}"
        answer = json.loads(out.read_text(encoding="utf-8"))
    return answer if isinstance(answer, str) else [Row(**row) for row in answer]


def fault_of(rows: list[Row] | str) -> str:
    """Why a contestant has no figures; empty where it has all of them."""
    return rows if isinstance(rows, str) else next((row.fault for row in rows if row.found is None), "")


def show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in Markdown, its columns aligned."""
    widths = [max(len(line[k]) for line in (headings, *rows)) for k in range(len(headings))]
    print(f"\n{title}\n")
    for line in (headings, ["-" * width for width in widths], *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
    sys.stdout.flush()


def rms(values: Any) -> float:
    values = np.asarray(values, dtype=float)
    return float(np.sqrt(np.mean(values**2))) if values.size else float("nan")


def cpu_ms(rows: Sequence[Row]) -> str:
    """The median CPU time of a call in ms."""
    return f"{1e3 * float(np.median([row.cpu_s for row in rows])):.3g}"


def _cases(path: str) -> list[dict[str, Any]]:
    given = np.load(path)
    out: dict[int, dict[str, Any]] = {}
    for key in given.files:
        number, word = key.split(".", 1)
        value = given[key]
        out.setdefault(int(number), {})[word] = value if value.ndim else value.item()
    return [out[k] for k in sorted(out)]


def _measured(call: Call, case: Case) -> dict[str, Any]:
    found, fault = None, ""
    start = time.process_time()
    try:
        found = call(**case)
    except Exception as error:  # a contestant that fails is a result
        fault = f"{type(error).__name__}: {error}".splitlines()[0][:120]
    return {"found": found, "fault": fault, "cpu_s": time.process_time() - start}


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _contend(module: str, name: str, given: str, out: str) -> None:
    warnings.filterwarnings("ignore")
    contestant: Contestant = importlib.import_module(module).CONTESTANTS[name]
    answer: list[dict[str, Any]] | str
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            call = contestant()
        except ImportError as error:
            answer = f"absent: {error}"[:120]
        else:
            cases = _cases(given)
            _measured(call, cases[0])
            answer = [_measured(call, case) for case in cases]
    Path(out).write_text(json.dumps(answer, default=_plain), encoding="utf-8")


if __name__ == "__main__":
    _contend(*sys.argv[1:])
