"""What real cycler files do to their readers, from the file to the finding; each trap with and without its harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.cycling.technique import TECHNIQUE
from byssus.analyse.same_test import same_test
from byssus.errors import ReadError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Trace

MAH = 3.6  # coulombs
CYCLES, STEP_ROWS, INTERVAL_S, CURRENT_A = 3, 40, 30.0, 0.002
CHARGE_C = CURRENT_A * (STEP_ROWS - 1) * INTERVAL_S  # in each half-cycle
HEADINGS = ("Time [s]", "Voltage [V]", "Current [A]", "Capacity [Ah]", "Cycle", "Step")


def rows() -> np.ndarray:
    """Discharge and charge, three times: time, voltage, current, capacity since the step began, cycle, step.

    A step begins at the instant the one before has ended, as testers write it.
    """
    out = []
    for half in range(2 * CYCLES):
        sign = -1 if half % 2 == 0 else 1
        for n in range(STEP_ROWS):
            time = INTERVAL_S * (half * (STEP_ROWS - 1) + n)
            counted = CURRENT_A * INTERVAL_S * n / 3600
            volts = (1.0 - 0.02 * n if sign < 0 else 0.22 + 0.02 * n) + 3e-4 * np.sin(7 * n + half)
            out.append((time, round(volts, 4), sign * CURRENT_A, counted, half // 2 + 1, half + 1))
    return np.array(out)


def text(table: np.ndarray, headings: tuple[str, ...] = HEADINGS, separator: str = ",", decimal: str = ".") -> str:
    lines = [separator.join(f"{v:.10g}".replace(".", decimal) for v in row) for row in table]
    return "\n".join([separator.join(headings), *lines, ""])


def one(folder: Path, written: str, name: str = "cell.csv", **columns: str) -> Trace:
    path = folder / name
    path.write_text(written, encoding="utf-8")
    (trace,) = read_file(path, columns=columns or None)
    return trace


def findings(trace: Trace, cell: str = "half") -> dict[tuple[str, object], Finding]:
    result = TECHNIQUE.analyse(trace, TECHNIQUE.specimen("cell", {"cell": cell} if cell else {}))
    return {(f.quantity, f.at.get("cycle")): f for f in TECHNIQUE.findings(result)}


def charges(trace: Trace) -> list[float]:
    got = findings(trace)
    return [got["lithiation_charge", k].value or 0.0 for k in range(1, CYCLES + 1)]


def test_the_file_without_a_trap(tmp_path: Path) -> None:
    trace = one(tmp_path, text(rows()))
    assert trace.warnings == ()
    assert charges(trace) == pytest.approx([CHARGE_C] * CYCLES, rel=1e-9)
    assert findings(trace)["counter_ratio", None].status == "ok"


# ---- a current a thousand times too small under a right-looking header ---------------------------------------------


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_a_current_a_thousand_times_off_is_warned_with_both_numbers(factor: float, tmp_path: Path) -> None:
    table = rows()
    table[:, 2] *= factor
    got = findings(one(tmp_path, text(table)))
    ratio, charge = got["counter_ratio", None], got["lithiation_charge", 1]
    assert (ratio.status, charge.status) == ("warned", "warned")
    assert ratio.value == pytest.approx(factor, rel=1e-6)
    assert charge.value == pytest.approx(CHARGE_C, rel=1e-9)  # the counter's, not the integral's
    said = " ".join(charge.remarks)
    assert f"{CHARGE_C / MAH:.5g} mAh" in said
    assert f"{CHARGE_C * factor / MAH:.5g} mAh" in said


def test_the_real_current_a_thousand_times_too_small(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cycler_bdf/datalab_arbin_example.bdf.csv")
    got = findings(trace)
    assert got["counter_ratio", None].status == "warned"
    assert got["counter_ratio", None].value == pytest.approx(1e-3, rel=1e-4)


# ---- capacity that goes back to zero -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["step", "cycle", "never", "net", "unsigned"])
def test_a_capacity_that_resets_or_not_gives_the_same_charges(kind: str, tmp_path: Path) -> None:
    table = rows()
    passed = np.diff(table[:, 3], prepend=0.0) * (np.arange(len(table)) % STEP_ROWS > 0)
    if kind == "net":
        table[:, 3] = np.cumsum(passed * np.sign(table[:, 2]))
    elif kind == "never":
        table[:, 3] = np.cumsum(passed)
    elif kind == "cycle":
        total = np.cumsum(passed)
        table[:, 3] = total - total[((table[:, 4] - 1) * 2 * STEP_ROWS).astype(int)]
    elif kind == "step":
        table[:, 3] *= np.sign(table[:, 2])
    trace = one(tmp_path, text(table))
    assert charges(trace) == pytest.approx([CHARGE_C] * CYCLES, rel=1e-9)
    assert findings(trace)["counter_ratio", None].value == pytest.approx(1.0, rel=1e-9)


def test_a_real_capacity_that_resets_every_step(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "cycler_neware/fastnda_TestFile.nda.zip")
    assert trace.metadata["counter_scope"] == "step"
    got = findings(trace)
    assert got["counter_ratio", None].value == pytest.approx(1.0, abs=1e-3)


# ---- cycle numbers that merge or split real cycles -----------------------------------------------------------------


@pytest.mark.parametrize(("kind", "numbered"), [("merge", 1), ("split", 2 * CYCLES)])
def test_the_tester_s_cycle_numbers_are_told_and_not_followed(kind: str, numbered: int, tmp_path: Path) -> None:
    table = rows()
    table[:, 4] = 1 if kind == "merge" else table[:, 5]
    trace = one(tmp_path, text(table))
    assert charges(trace) == pytest.approx([CHARGE_C] * CYCLES, rel=1e-9)
    count = findings(trace)["cycle_count", None]
    assert count.value == CYCLES
    assert count.status == "warned"
    assert f"shows {CYCLES} whole cycles, the tester numbers {numbered}" in " ".join(count.remarks)


@pytest.mark.parametrize(
    ("name", "whole", "numbered"),
    [
        ("cycler_neware/fastnda_test_2.ndax", 54, 44),
        ("cycler_arbin_xlsx/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx", 2, 1),
    ],
)
def test_real_cycle_numbers_that_merge(name: str, whole: int, numbered: int, shared_data: Path) -> None:
    got = findings(read_file(shared_data / name)[0], cell="")
    assert got["cycle_count", None].value == whole
    assert f"{whole} whole cycles, the tester numbers {numbered}" in " ".join(got["cycle_count", None].remarks)


# ---- a trailing field ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["rows", "headings", "both"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_trailing_field_shifts_no_column(where: str, separator: str, tmp_path: Path) -> None:
    lines = text(rows(), separator=separator).splitlines()
    first, rest = lines[0], lines[1:]
    first += separator if where != "rows" else ""
    rest = [line + (separator if where != "headings" else "") for line in rest]
    trace = one(tmp_path, "\n".join([first, *rest, ""]))
    for name, column in (("time_s", 0), ("voltage_v", 1), ("current_a", 2), ("step_index", 5)):
        np.testing.assert_array_equal(trace[name], rows()[:, column])


def test_a_field_more_than_there_are_headings_is_refused(tmp_path: Path) -> None:
    lines = text(rows()).splitlines()
    with pytest.raises(ReadError, match="same number of fields"):
        one(tmp_path, "\n".join([lines[0], *(f"{line},7" for line in lines[1:]), ""]))


def test_a_real_heading_row_with_a_trailing_field(shared_data: Path) -> None:
    path = shared_data / "cycler_biologic/hybriddrt_CP_SSB.txt"
    lines = path.read_text(encoding="cp1252").splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("time/s\t"))
    heads, fields = lines[place].split("\t"), [line.split("\t") for line in lines[place + 1 :]]
    assert len(heads) == len(fields[0]) + 1
    assert heads[-1] == ""
    (trace,) = read_file(path)
    for name, heading, factor in (("time_s", "time/s", 1), ("voltage_v", "Ewe/V", 1), ("current_a", "I/mA", 1e-3)):
        column = np.array([float(row[heads.index(heading)]) for row in fields])
        np.testing.assert_allclose(trace[name], column * factor, rtol=1e-12, atol=0)


# ---- millivolts under "Volts" --------------------------------------------------------------------------------------


def test_millivolts_under_volts_are_refused_and_a_map_mends_it(tmp_path: Path) -> None:
    table = rows()
    table[:, 1] *= 1000
    with pytest.raises(ReadError, match=r"'Voltage \[V\]' cannot be in volts.*median of 6\d\d.*\[mV\]") as caught:
        one(tmp_path, text(table))
    assert len(caught.value.problems) == 1
    trace = one(tmp_path, text(table), voltage_v="Voltage [mV]")
    np.testing.assert_allclose(trace["voltage_v"], rows()[:, 1], rtol=1e-12)


def test_a_stack_of_cells_is_confirmed_by_a_map(tmp_path: Path) -> None:
    table = rows()
    table[:, 1] *= 1000
    trace = one(tmp_path, text(table), voltage_v="Voltage [V]")
    np.testing.assert_allclose(trace["voltage_v"], table[:, 1], rtol=1e-12)


def test_a_few_wild_volts_are_no_millivolts(tmp_path: Path) -> None:
    table = rows()
    table[::50, 1] = 9999.0
    assert len(one(tmp_path, text(table))) == len(table)


# ---- a clock that jumps back ---------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_costs_one_interval_and_is_told(tmp_path: Path) -> None:
    table = rows()
    table[100:, 0] -= 3600.0  # an hour, in the second discharge
    trace = one(tmp_path, text(table))
    assert any("a time before that of the row before (row 101)" in w for w in trace.warnings)
    got = findings(trace)
    assert got["lithiation_charge", 2].value == pytest.approx(CHARGE_C, rel=1e-9)  # the counter knows nothing of clocks
    assert "backwards" in " ".join(got["cycle_count", None].remarks)
    without = findings(one(tmp_path, text(np.delete(table, 3, axis=1), tuple(h for h in HEADINGS if "Cap" not in h))))
    assert without["lithiation_charge", 2].value == pytest.approx(CHARGE_C * (1 - 1 / (STEP_ROWS - 1)), rel=1e-9)


# ---- decimal commas ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_give_the_same_numbers(separator: str, tmp_path: Path) -> None:
    trace = one(tmp_path, text(rows(), separator=separator, decimal=","))
    for name, column in (("time_s", 0), ("voltage_v", 1), ("current_a", 2)):
        np.testing.assert_array_equal(trace[name], rows()[:, column])
    assert charges(trace) == pytest.approx([CHARGE_C] * CYCLES, rel=1e-9)


# ---- one cell in two files -----------------------------------------------------------------------------------------


def test_one_cell_in_two_files(shared_data: Path, tmp_path: Path) -> None:
    original = one(tmp_path, text(rows()))
    table = rows()
    table[:, 2] /= 1000
    german = one(tmp_path, text(np.round(table, 6), separator=";", decimal=","), "export.csv")
    table[:, 1] += np.random.default_rng(4).normal(0, 2e-3, len(table))
    other = one(tmp_path, text(table), "other.csv")
    assert same_test(original, german)
    assert not same_test(original, other)
    for first, second in (
        ("cycler_arbin_res/navani_arbin_example.res", "cycler_bdf/datalab_arbin_example.bdf.csv"),
        ("cycler_biologic/hybriddrt_CP_SSB.mpr", "cycler_biologic/hybriddrt_CP_SSB.txt"),
    ):
        assert same_test(read_file(shared_data / first)[0], read_file(shared_data / second)[0])
