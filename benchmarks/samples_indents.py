"""Small whole files of indenters: a cone-like contact, loaded, unloaded and held."""

from __future__ import annotations

import io
from collections.abc import Sequence

__all__ = ["fischerscope", "hdf5", "hysitron", "keysight"]

Rows = Sequence[tuple[float, float, float]]


def indent() -> list[tuple[float, float, float]]:
    """Time s, depth nm, load uN: to 1000 nm and 10 mN, down to a tenth, held there."""
    rows = [(k * 0.5, k * 1000 / 40, 10000 * (k / 40) ** 2) for k in range(41)]
    for k in range(1, 41):
        share = 1 - 0.9 * k / 40
        rows.append((20 + k * 0.5, 400 + 600 * share ** (1 / 1.5), 10000 * share))
    low = rows[-1]
    return [*rows, *((40 + k * 0.5, low[1] + 0.01 * k, low[2]) for k in range(1, 31))]


def hysitron() -> bytes:
    rows = indent()
    head = ["File Version: Hysitron HighLoad FBControls 6.1 Release", "Test Type: Indentation"]
    head += ["Machine Comp: 0.0066 nm/µN", "Tip C0: 24.5 nm^2/nm^2", "Tip C1: 150 nm^2/nm", "Drift Rate: 0.02 nm/s"]
    head += ["Drift Measurement Data Points: 2", "Time_s\tDisp_nm", "0.1\t1.0", "0.2\t1.1"]
    head += [f"Test Data Points: {len(rows)}", "Time_s\tDisp_nm\tForce_µN\tDisp_V"]
    lines = [f"{t:.6f}\t{h:.6f}\t{p:.6f}\t0.1" for t, h, p in rows]
    return ("\r\n".join([*head, *lines]) + "\r\n").encode("latin-1")


def fischerscope(indents: Sequence[Rows] = (), comment: str = "") -> bytes:
    """A block an indent, from rows of time s, depth nm, load uN; two of the small one where none are given."""
    lines = ["FS.hap\tName of the application", f"{comment}\tApplication comment", "Standard\tName of test parameters"]
    for number, rows in enumerate(indents or (indent(), indent()), 1):
        lines += ["FS.hap   26.05.2020  15:17:54", "HM  0.010000/    20.0/      0.0=   400.6"]
        lines += [f"Block : 1   Value : {number}", "EIT/(1-vs^2)\t[GPa]\t     12.7", "hmax\t[µm]\t    1.000", "F\th\tt"]
        lines += [f"{p / 1e3:.6g}\t{h / 1e3:.6g}\t{t:.6g}".replace(".", ",") for t, h, p in rows]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def hdf5() -> bytes:
    import h5py
    import numpy as np

    held = io.BytesIO()
    columns = np.array(indent())
    with h5py.File(held, "w", track_order=False) as file:
        file.attrs["original_file_name"] = "FS.hap"
        for number in (1, 2):
            for name, values, unit in (
                ("time", columns[:, 0], "s"),
                ("displacement", columns[:, 1] / 1e3, "um"),
                ("force", columns[:, 2] / 1e3, "mN"),
            ):
                data = file.create_dataset(f"test_{number}/data/{name}", data=values, track_times=False)
                data.attrs["unit"] = unit
    return held.getvalue()


def keysight() -> bytes:
    import datetime as dt

    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2020, 1, 1)})
        _rows(book, "Results", ["Test", "Area Coefficient 1", "Area Coefficient 2"], ["", "", ""], [(1, 24.5, 150)] * 2)
        _rows(book, "Required Inputs", ["Test", "Poissons Ratio"], ["", ""], [(1, 0.3), (2, 0.3)])
        for test in (2, 1):
            heads = ["Segment", "Displacement Into Surface", "Load On Sample", "Time On Sample"]
            rows = [("", h, p / 1e3, t) for t, h, p in indent()]
            _rows(book, f"Test {test:03d}", heads, ["", "nm", "mN", "s"], rows)
    return held.getvalue()


def _rows(book: object, name: str, heads: list[str], units: list[str], rows: list[tuple[object, ...]]) -> None:
    sheet = book.add_worksheet(name)  # type: ignore[attr-defined]
    for at, row in enumerate([heads, units, *rows]):
        sheet.write_row(at, 0, row)
