"""Damaged copies of real and small files through every reader and the techniques that fit them.

    python benchmarks/fuzz.py [--count 2000] [--start 0] [--reader zwick] [--keep FOLDER] [--jobs 2]

Nothing but a ByssusError may come out, within 10 s of the processor's time and 1 GB. Every reader works in a process
of its own with these limits; one that dies or hangs is ended and counted as failed, and the other readers go on. The
damage depends on file and number alone, so that a failure comes again; --keep writes the files that failed. See
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
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
APART = ("reference",)  # tables of others' results, not what an instrument wrote
MAX_SECONDS = 10.0  # of the processor: on a busy machine the clock tells of the others
MAX_CLOCK_SECONDS = 90.0  # a worker that waits for ever takes no time of the processor
LOOK_SECONDS = 1.0  # how often a worker at work is looked at
MAX_MB = 1000.0
LARGE = 300_000  # bytes: a file beyond this is damaged a fifth as often as a smaller one
RENEWED = 500  # files that one process reads
START_SECONDS = 300.0  # a worker's start: the interpreter, the imports and the small files
STARTS = 3  # of one worker, before its reader is given up
Seeds = dict[str, bytes]


@dataclass
class Row:
    """What one reader made of its mutations."""

    reader: str
    files: int
    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    peak_mb: float = 0.0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        total = self.read + self.refused + len(self.failures)
        return (
            f"{self.reader:12}{self.files:7}{total:11}{self.read:7}{self.refused:9}{len(self.failures):8}"
            f"{self.slowest_s:12.2f}{self.peak_mb:10.0f}  {self.slowest}"
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


def busy_seconds(pid: int) -> float:
    """The processor's time that a process and its children took so far; 0 where the system does not say."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [c for f in Path(f"/proc/{pid}/task").glob("*/children") for c in f.read_text().split()]
    except OSError:
        return 0.0
    own = sum(int(ticks) for ticks in after_name[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(busy_seconds(int(child)) for child in children)


def limit_memory() -> None:
    """No more private memory than the limit beyond what the imports took."""
    with Path("/proc/self/status").open() as status:
        held = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    most = held + int(MAX_MB * 1e6)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def work(pipe: Connection) -> None:
    """Serves (name, bytes, number) until None: answers (outcome, detail, peak MB)."""
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
            detail = ""
            try:
                outcome = exercise(path, given=number % 3 != 0, deep=number % DEEP_TURN == 0)
            except BaseException as fault:
                outcome, detail = "failed", "".join(traceback.format_exception(fault))
            pipe.send((outcome, detail, peak_mb()))


class Worker:
    """One process, begun again when it dies or hangs."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        for _ in range(STARTS):
            self.pipe, other = context.Pipe()
            self.process: Any = context.Process(target=work, args=(other,), daemon=True)
            self.process.start()
            other.close()
            try:
                if self.pipe.poll(START_SECONDS) and self.pipe.recv() == "ready":
                    return
            except (EOFError, OSError):
                pass  # it died while it began
            self.kill()
        raise RuntimeError(f"a worker did not begin in {STARTS} attempts")

    def ask(self, name: str, data: bytes, number: int) -> tuple[str, str, float, float]:
        """(outcome, detail, seconds of the processor, peak MB) of one damaged copy."""
        before, began = busy_seconds(self.process.pid), time.monotonic()
        try:
            self.pipe.send((name, data, number))
            while not self.pipe.poll(LOOK_SECONDS):
                taken, clock = busy_seconds(self.process.pid) - before, time.monotonic() - began
                if taken > MAX_SECONDS or clock > (MAX_CLOCK_SECONDS if before else MAX_SECONDS):
                    self.renew()
                    return "failed", f"no answer within {taken:.0f} s of the processor, {clock:.0f} s", taken, 0.0
            outcome, detail, peak = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join(5)
            died = f"the process died, exit status {self.process.exitcode}"
            self.renew()
            return "failed", died, 0.0, 0.0
        seconds = busy_seconds(self.process.pid) - before if before else time.monotonic() - began
        if seconds > MAX_SECONDS:
            outcome, detail = "failed", f"an answer after {seconds:.0f} s"
        return outcome, detail, max(seconds, 0.0), peak

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def renew(self) -> None:
        self.kill()
        self.begin()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.pipe.send(None)
            self.process.join(10)
        self.kill()


def by_reader() -> dict[str, Seeds]:
    """Every file the readers read, under the reader's name: the small ones, and the real ones where they are."""
    from byssus.errors import ByssusError
    from byssus.read import FORMATS, read_file

    found: dict[str, Seeds] = {reader: {} for reader in FORMATS}
    with tempfile.TemporaryDirectory(prefix="byssus-fuzz-") as folder:
        for name, data in small_files().items():
            (Path(folder) / name).write_bytes(data)
        real = [p for f in SHARED.glob("*/") if f.name not in APART for p in f.iterdir() if p.is_file()]
        for path in (*sorted(Path(folder).iterdir()), *sorted(real)):
            try:
                reader = read_file(path)[0].source.reader.split()[0]
            except ByssusError:
                continue
            found[reader][path.name] = path.read_bytes()
    return found


def run(reader: str, seeds: Seeds, given: argparse.Namespace) -> Row:
    """The whole row of a reader; a fault of the benchmark itself ends this row alone, and fails it."""
    row = Row(reader, len(seeds))
    try:
        _run(row, seeds, given)
    except Exception as fault:
        row.failures.append(f"given up: {''.join(traceback.format_exception(fault)).strip()}")
    return row


def _run(row: Row, seeds: Seeds, given: argparse.Namespace) -> None:
    worker, names = Worker(), list(seeds)
    often = [1 if len(data) > LARGE else 5 for data in seeds.values()]
    for number in range(given.start, given.start + given.count):
        (name,) = random.Random(f"{row.reader}:{number}").choices(names, often)
        if number % RENEWED == 0 and number > given.start:  # polars keeps memory after a panic
            worker.end()
            worker.begin()
        outcome, detail, seconds, peak = worker.ask(name, seeds[name], number)
        if seconds > row.slowest_s:
            row.slowest_s, row.slowest = seconds, f"{name} {number}"
        row.peak_mb = max(row.peak_mb, peak)
        if outcome != "failed" and peak > MAX_MB:
            outcome, detail = "failed", f"{peak:.0f} MB"
            worker.renew()
        if outcome == "failed":
            row.failures.append(f"{name} {number}: {detail.strip()}")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{number}-{name}").write_bytes(mutate(seeds[name], f"{name}:{number}"))
        else:
            row.read, row.refused = row.read + (outcome == "read"), row.refused + (outcome == "refused")
    worker.end()


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
    print(f"{head}{'slowest / s':>12}{'peak / MB':>10}  slowest", flush=True)
    failed = False
    with ThreadPoolExecutor(given.jobs) as pool:
        for row in pool.map(lambda item: run(*item, given), wanted.items()):
            print(row, *row.failures, sep="\n  ", flush=True)  # at once: what is printed a later fault cannot lose
            failed = failed or bool(row.failures)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
