"""Neware .nda and .ndax through fastnda (BSD-3-Clause, Empa)."""

from __future__ import annotations

import logging
import shutil
import struct
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import refuse
from byssus.read.table import Kind, Table
from byssus.trace import REHEARSED_MARK

__all__ = ["read_neware"]

_HEADINGS = {
    "total_time_s": "Test Time [s]",
    "unix_time_s": "Unix Time [s]",
    "step_time_s": "Step Time [s]",
    "voltage_V": "Voltage [V]",
    "current_mA": "Current [mA]",
    "cycle_count": "Cycle Count",
    "step_index": "Step Index",
    "charge": "Charge Capacity [mAh]",
    "discharge": "Discharge Capacity [mAh]",
}
# Where an .nda lists its sections as (offset, length), by version: first byte, integer code, number of
# sections; seen in files of versions 29 and 130, whose listed ends agree with their sizes.
_SECTIONS = {29: (16, "I", 8), 130: (18, "Q", 3)}
HEAD_BYTES = 512
# fastnda reads the members of an .ndax in threads that share one ZipFile. From Python 3.12 on zipfile seeks
# relative to where another thread may have left the file, and one whole file in twenty seems damaged.
_ONE_THREAD = partial(ThreadPoolExecutor, max_workers=1)
COUNTER_NOTE = (
    "charge and discharge capacity start from zero in every step, as the tester counts them; "
    "the file holds their difference, so a step that does both shows only the net charge"
)


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Gathers what fastnda logs, so that it stands in the trace's warnings and not on the terminal."""
    logger, handler = logging.getLogger("fastnda"), _Warnings()
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield handler.texts
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def read_neware(path: Path, where: str, suffix: str) -> Table:
    """The table of a Neware file; ``suffix`` is what its content says: ``.nda`` or ``.ndax``.

    Positive current charges. The cycle number is the tester's own. :class:`ReadError` where the file is
    cut, damaged or of a version fastnda does not know.
    """
    with tempfile.TemporaryDirectory() as folder:
        named = path
        if path.suffix.lower() != suffix:  # fastnda goes by the extension
            named = Path(folder) / f"file{suffix}"
            shutil.copyfile(path, named)
        frame, metadata, said = _through_fastnda(named, where)
    columns = _columns(frame)
    headings = tuple(columns)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[headings[i]] for i in wanted}

    kinds: tuple[Kind, ...] = tuple("number" for _ in headings)
    return Table(
        reader="neware",
        headings=headings,
        kinds=kinds,
        fetch=fetch,
        preamble={**metadata, "counter_note": COUNTER_NOTE, "cycle_number": "the tester's own"},
        warnings=(*(f"fastnda: {text}" for text in said), *(_cut(path) if suffix == ".nda" else ())),
        rehearsed=REHEARSED_MARK in str(metadata) or REHEARSED_MARK.encode() in path.read_bytes(),
        counter_scope="step",
    )


def _cut(path: Path) -> tuple[str, ...]:
    """A warning where an .nda is shorter than the sections its own header lists."""
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    version = int.from_bytes(head[14:16], "little")
    if version not in _SECTIONS or len(head) < HEAD_BYTES:
        return ()
    start, code, count = _SECTIONS[version]
    numbers = struct.unpack_from(f"<{2 * count}{code}", head, start)
    claimed = max(offset + length for offset, length in zip(numbers[::2], numbers[1::2], strict=True))
    size = path.stat().st_size
    if claimed <= size:
        return ()
    return (f"the file is cut: its header speaks of {claimed} bytes, there are {size}; the last rows are missing",)


def _through_fastnda(path: Path, where: str) -> tuple[Any, dict[str, Any], list[str]]:
    import fastnda
    import polars as pl
    from fastnda import ndax

    ndax.ThreadPoolExecutor = _ONE_THREAD
    with _listening() as said, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            frame = fastnda.read(path, cycle_mode="raw")
            metadata = _flat(fastnda.read_metadata(path))
        except (Exception, pl.exceptions.PanicException) as fault:
            reason = str(fault).splitlines()[0][:100] if str(fault) else type(fault).__name__
            refuse(
                "the Neware file cannot be read: it is cut short, damaged or of an unknown version",
                where,
                got=reason,
                mend="Copy it again from the tester, or export it from BTSDA as csv.",
            )
    if warned:
        metadata["reader_notes"] = "; ".join(dict.fromkeys(str(w.message).split(". ")[0] for w in warned))
    if frame.height == 0:
        refuse("the Neware file holds no records", where, expected="at least one row of data")
    return frame, metadata, list(dict.fromkeys(said))


def _columns(frame: Any) -> dict[str, NDArray[np.float64]]:
    """fastnda's columns under headings with units; the net counter parted into charge and discharge."""
    out: dict[str, NDArray[np.float64]] = {}
    for name, heading in _HEADINGS.items():
        if name in frame.columns:
            out[heading] = frame[name].to_numpy().astype(np.float64)
    if "capacity_mAh" in frame.columns:
        net = frame["capacity_mAh"].to_numpy().astype(np.float64)
        out[_HEADINGS["charge"]] = np.maximum(net, 0.0)
        out[_HEADINGS["discharge"]] = np.maximum(-net, 0.0)
    for name in frame.columns:
        if name.startswith("aux") and "temperature" in name and "Temperature [°C]" not in out:
            out["Temperature [°C]"] = frame[name].to_numpy().astype(np.float64)
    return out


_KEPT = (
    "active_mass", "mass", "start_time", "StartTime", "creator", "Creator", "remark", "Remark", "barcode", "Barcode",
    "test_name", "step_name", "StepName", "SN", "sn", "nda_version", "server_version", "SvrVer",
)  # fmt: skip


def _flat(metadata: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The few words of the tester's metadata that say which test this was, whatever depth they stand at."""
    found: dict[str, Any] = {}
    for key, value in metadata.items():
        if isinstance(value, Mapping) and depth < 4:
            inner = value.get("Value")
            if inner is not None and key.startswith(_KEPT):
                found.setdefault(key, str(inner)[:300])
            else:
                for name, deep in _flat(value, depth + 1).items():
                    found.setdefault(name, deep)
        elif isinstance(value, (str, int, float)) and key.startswith(_KEPT) and value != "":
            found.setdefault(key, str(value)[:300])
    return found
