"""A virtual microscopist: electrode cross-sections in three states, as readings in a workbook or as micrographs."""

from __future__ import annotations

import datetime
import io

import numpy as np
import xlsxwriter

from byssus.errors import MissingInput, Problem
from byssus.rehearse._section import COLLECTOR, ROWS, Scene, section_tiff
from byssus.rehearse.instrument import Instrument, Need, Truth
from byssus.rehearse.shared import file_name, scattered
from byssus.trace import REHEARSED_MARK

__all__ = ["INSTRUMENT", "write"]

CREATED = datetime.datetime(2026, 1, 1)  # a fixed date keeps the bytes the same
THINNEST = 0.05  # of the true thickness: a reading is never nothing
MICRO = 1e6
KINDS = READINGS, MICROGRAPH = "readings", "micrograph"
STATES = ("pristine", "lithiated", "delithiated")
FULLEST = 0.95  # of the rows above the collector, that a layer may fill

NEEDS = (
    Need("kind", "text", default=READINGS, why="readings in a workbook; or a micrograph a state"),
    Need("expansion_after_lithiation", "1", "expansion_after_lithiation"),
    Need("expansion_after_delithiation", "1", "expansion_after_delithiation"),
    Need("pristine_thickness", "m", default=8e-6,
         why="0.5 mg silicon per cm^2 at 60 % of the solids, half of the layer being pores"),
    Need("reading_noise", "1", default=0.02, why="relative roughness of a coating's edge in a cross-section",
         only={"kind": READINGS}),
    Need("edge_roughness", "1", default=0.03, why="root mean square of a micrograph's top edge over the thickness",
         only={"kind": MICROGRAPH}),
    Need("pixel_size", "m", default=60e-9, why="a micrograph 38 µm wide shows every state at one magnification",
         only={"kind": MICROGRAPH}),
    Need("readings", "1", default=10.0, why="places measured along one cross-section",
         only={"kind": READINGS}),
    Need("specimen_scatter", "1", default=0.0, why="one cross-section a state; replicates may be told to differ"),
)  # fmt: skip


def write(truth: Truth, rng: np.random.Generator) -> tuple[str, bytes]:
    """One electrode's workbook (state, number of the reading, thickness in µm), or a micrograph of one state.

    Raises :class:`MissingInput` for another kind, or a micrograph whose condition ``state`` is none of the three.
    """
    kind = truth.words("kind")
    if kind not in KINDS:
        raise MissingInput(Problem("no such kind", truth.binder, kind, " or ".join(KINDS)))
    pristine = truth["pristine_thickness"]
    swollen = 1 + scattered(truth["expansion_after_lithiation"], truth["specimen_scatter"], rng)
    shrunk = 1 + scattered(truth["expansion_after_delithiation"], truth["specimen_scatter"], rng)
    ratios = dict(zip(STATES, (1.0, swollen, shrunk), strict=True))
    if kind == MICROGRAPH:
        return file_name(truth, "swelling", ".tif"), _micrograph(truth, ratios, rng)
    rows = []
    for state, ratio in ratios.items():
        noise = truth["reading_noise"] * rng.standard_normal(max(round(truth["readings"]), 1))
        readings = pristine * ratio * np.maximum(1 + noise, THINNEST)
        rows += [(state, number, round(float(r) * MICRO, 4)) for number, r in enumerate(readings, start=1)]
    return file_name(truth, "swelling", ".xlsx"), _workbook(rows)


def _micrograph(truth: Truth, ratios: dict[str, float], rng: np.random.Generator) -> bytes:
    state = str(truth.conditions.get("state", ""))
    if state not in ratios:
        mend = 'Give the measurement conditions = { state = "lithiated" }.'
        raise MissingInput(Problem("no state", truth.binder, f"'{state}'", ", ".join(STATES), mend))
    thickness, pixel = truth["pristine_thickness"] * ratios[state], truth["pixel_size"]
    most = FULLEST * ROWS * (1 - COLLECTOR) * pixel
    if not 0 < thickness <= most:
        mend = "Assume a larger pixel_size or a thinner pristine_thickness."
        got = f"{thickness * MICRO:.3g} µm"
        raise MissingInput(Problem("the layer does not fit into the picture", truth.binder, got,
                                   f"at most {most * MICRO:.3g} µm", mend))  # fmt: skip
    return section_tiff(Scene(thickness, truth["edge_roughness"] * thickness, pixel), rng)


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
