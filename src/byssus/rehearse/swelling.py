"""A virtual microscopist: thickness readings of electrode cross-sections in three states, kept in a workbook."""

from __future__ import annotations

import datetime
import io

import numpy as np
import xlsxwriter

from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

CREATED = datetime.datetime(2026, 1, 1)  # a fixed date keeps the bytes the same
THINNEST = 0.05  # of the true thickness: a reading is never nothing
MICRO = 1e6

NEEDS = (
    Need("expansion_after_lithiation", "1", "expansion_after_lithiation"),
    Need("expansion_after_delithiation", "1", "expansion_after_delithiation"),
    Need("pristine_thickness", "m", default=8e-6,
         why="0.5 mg silicon per cm^2 at 60 % of the solids, half of the layer being pores"),
    Need("reading_noise", "1", default=0.02, why="relative roughness of a coating's edge in a cross-section"),
    Need("readings", "1", default=10.0, why="places measured along one cross-section"),
    Need("specimen_scatter", "1", default=0.0, why="one cross-section a state; replicates may be told to differ"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One electrode's workbook: state, number of the reading, thickness in µm."""
    pristine = truth["pristine_thickness"]
    swollen = 1 + scattered(truth["expansion_after_lithiation"], truth["specimen_scatter"], rng)
    shrunk = 1 + scattered(truth["expansion_after_delithiation"], truth["specimen_scatter"], rng)
    rows = []
    for state, ratio in (("pristine", 1.0), ("lithiated", swollen), ("delithiated", shrunk)):
        noise = truth["reading_noise"] * rng.standard_normal(max(round(truth["readings"]), 1))
        readings = pristine * ratio * np.maximum(1 + noise, THINNEST)
        rows += [(state, number, round(float(r) * MICRO, 4)) for number, r in enumerate(readings, start=1)]
    return file_name(truth, "swelling", ".xlsx"), _workbook(rows)


def _workbook(rows: list[tuple[str, int, float]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": CREATED, "comments": REHEARSED_MARK})
    sheet = book.add_worksheet("Thickness")
    sheet.write_row(0, 0, ("Remark", f"{REHEARSED_MARK} virtual microscope"))
    sheet.write_row(1, 0, ("State", "Reading", "Thickness [µm]"))
    for i, row in enumerate(rows, start=2):
        sheet.write_row(i, 0, row)
    book.close()
    return buffer.getvalue()


INSTRUMENT = Instrument("swelling", NEEDS, write)
