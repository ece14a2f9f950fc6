"""Damaged copies of real and small files through every reader and the techniques that fit them.

    python benchmarks/fuzz.py [--count 2000] [--start 0] [--reader zwick] [--keep FOLDER] [--jobs 2]

Nothing but a ByssusError may come out, within 10 s and 1 GB. Every reader works in a process of its own with
these limits; one that dies or hangs is ended and counted as failed. The damage depends on file and number alone, so
that a failure comes again; --keep writes the files that failed. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from exercise import DEEP_TURN, MOST_SPECTRA, exercise
from mutations import mutate
from samples import small_files

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
FOLDERS = ("cycler_*", "tensile", "nanoindentation", "eis_*", "cv", "xps", "sem")
MAX_SECONDS = 10.0
MAX_MB = 1000.0
LARGE = 300_000  # bytes: a file beyond this is damaged a fifth as often as a smaller one
RENEWED = 500  # files that one process reads
START_SECONDS = 120.0  # a worker's start: the interpreter and the imports
Seeds = dict[str, bytes]


@dataclass
class Row:
    """What one reader made of its mutations."""

    reader: str
    files: int
    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    peak_mb: float = 0.0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        total = self.read + self.refused + len(self.failures)
        return (
            f"{self.reader:12}{self.files:7}{total:11}{self.read:7}{self.refused:9}{len(self.failures):8}"
            f"{self.slowest_s:12.2f}{self.peak_mb:10.0f}"
        )


def peak_mb() -> float:
    """The most memory this process held, or its guarded child where that held more."""
    from byssus.read.guarded import served_by

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        lines = Path(f"/proc/{served_by()}/status").read_text().splitlines()
    except OSError:
        return own
    return max(own, *(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def limit_memory() -> None:
    """No more private memory than the limit beyond what the imports took."""
    with Path("/proc/self/status").open() as status:
        held = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    most = held + int(MAX_MB * 1e6)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def work(pipe: Connection) -> None:
    """Serves (name, bytes, number) until None: answers (outcome, detail, seconds, peak MB)."""
    from byssus.read import read_file  # noqa: F401  imported before memory is limited

    with tempfile.TemporaryDirectory(prefix="byssus-fuzz-") as folder:
        for name, data in small_files().items():  # every library loaded, every pool of threads begun
            path = Path(folder) / name
            path.write_bytes(data)
            exercise(path)
        if sys.platform == "linux":
            limit_memory()
        pipe.send("ready")
        while (task := pipe.recv()) is not None:
            name, data, number = task
            path = Path(folder) / name
            path.write_bytes(mutate(data, f"{name}:{number}"))
            start = time.perf_counter()
            detail = ""
            try:
                outcome = exercise(path, given=number % 3 != 0, deep=number % DEEP_TURN == 0)
            except BaseException as fault:
                outcome, detail = "failed", "".join(traceback.format_exception(fault))
            pipe.send((outcome, detail, time.perf_counter() - start, peak_mb()))


class Worker:
    """One process, begun again when it dies or hangs."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process: Any = context.Process(target=work, args=(other,), daemon=True)
        self.process.start()
        other.close()
        if not self.pipe.poll(START_SECONDS) or self.pipe.recv() != "ready":
            raise RuntimeError("a worker did not begin")

    def ask(self, name: str, data: bytes, number: int) -> tuple[str, str, float, float]:
        self.pipe.send((name, data, number))
        try:
            if self.pipe.poll(MAX_SECONDS):
                answer: tuple[str, str, float, float] = self.pipe.recv()
                return answer
            outcome = ("failed", f"no answer within {MAX_SECONDS:.0f} s", MAX_SECONDS, 0.0)
        except (EOFError, OSError):
            self.process.join(5)
            outcome = ("failed", f"the process died, exit status {self.process.exitcode}", 0.0, 0.0)
        self.process.kill()
        self.process.join()
        self.begin()
        return outcome

    def end(self) -> None:
        self.pipe.send(None)
        self.process.join(10)


def by_reader() -> dict[str, Seeds]:
    """Every file the readers read, under the reader's name: the small ones, and the real ones where they are."""
    from byssus.errors import ByssusError
    from byssus.read import FORMATS, read_file

    found: dict[str, Seeds] = {reader: {} for reader in FORMATS}
    with tempfile.TemporaryDirectory(prefix="byssus-fuzz-") as folder:
        for name, data in small_files().items():
            (Path(folder) / name).write_bytes(data)
        real = [p for pattern in FOLDERS for f in SHARED.glob(pattern) for p in f.iterdir() if p.is_file()]
        for path in (*sorted(Path(folder).iterdir()), *sorted(real)):
            try:
                reader = read_file(path)[0].source.reader.split()[0]
            except ByssusError:
                continue
            found[reader][path.name] = path.read_bytes()
    return found


def run(reader: str, seeds: Seeds, given: argparse.Namespace) -> Row:
    row, worker, names = Row(reader, len(seeds)), Worker(), list(seeds)
    often = [1 if len(data) > LARGE else 5 for data in seeds.values()]
    for number in range(given.start, given.start + given.count):
        (name,) = random.Random(f"{reader}:{number}").choices(names, often)
        if number % RENEWED == 0 and number > given.start:  # polars keeps memory after a panic
            worker.end()
            worker.begin()
        outcome, detail, seconds, peak = worker.ask(name, seeds[name], number)
        row.slowest_s, row.peak_mb = max(row.slowest_s, seconds), max(row.peak_mb, peak)
        if outcome != "failed" and peak > MAX_MB:
            outcome, detail = "failed", f"{peak:.0f} MB"
            worker.end()
            worker.begin()
        if outcome == "failed":
            row.failures.append(f"{name} {number}: {detail.strip()}")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{number}-{name}").write_bytes(mutate(seeds[name], f"{name}:{number}"))
        else:
            row.read, row.refused = row.read + (outcome == "read"), row.refused + (outcome == "refused")
    worker.end()
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000, help="mutations a reader")
    parser.add_argument("--start", type=int, default=0, help="number of the first mutation")
    parser.add_argument("--reader", action="append", help="only this reader (may be given again)")
    parser.add_argument("--keep", type=Path, help="folder for the files that failed")
    parser.add_argument("--jobs", type=int, default=2, help="readers at once")
    given = parser.parse_args()
    wanted = {r: s for r, s in by_reader().items() if s and (not given.reader or r in given.reader)}
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the workers, which begin later
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["RUST_BACKTRACE"] = "0"  # the names behind a panic of polars take seconds and half a gigabyte to find
    print(f"Impedance (at most {MOST_SPECTRA} spectra a file) and files joined with themselves: each {DEEP_TURN}th.")
    head = f"{'reader':12}{'files':>7}{'mutations':>11}{'read':>7}{'refused':>9}{'failed':>8}"
    print(f"{head}{'slowest / s':>12}{'peak / MB':>10}", flush=True)
    failures: list[str] = []
    with ThreadPoolExecutor(given.jobs) as pool:
        for row in pool.map(lambda item: run(*item, given), wanted.items()):
            print(row, flush=True)
            failures += [f"{row.reader}: {text}" for text in row.failures]
    for text in failures:
        print(f"\n{text}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
