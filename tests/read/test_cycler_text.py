"""Text and workbooks of Maccor and LAND testers, written here in the layouts of their exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from byssus.analyse import cycling
from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import Trace

# time s, voltage V, current A: 6 rows of rest, then charge and discharge of 40 rows each at half a minute
ROWS = [(30.0 * n, 3.0, 0.0) for n in range(6)]
ROWS += [(180.0 + 30.0 * n, 3.1 + 0.02 * n, 0.24) for n in range(40)]
ROWS += [(1380.0 + 30.0 * n, 3.9 - 0.02 * n, -0.24) for n in range(40)]
TRUTH = np.array(ROWS)


def state(current: float) -> str:
    return "R" if current == 0 else "C" if current > 0 else "D"


def step(current: float) -> int:
    return 1 if current == 0 else 2 if current > 0 else 3


def counted(n: int) -> float:
    """Ampere-hours since the step began."""
    first = 0 if n < 6 else 6 if n < 46 else 46
    return abs(ROWS[n][2]) * (n - first) * 30 / 3600


def clock(seconds: float, days: bool = True) -> str:
    """Maccor's way: ``  0d 00:01:0.5``, seconds without a leading zero."""
    day, rest = divmod(seconds, 86400)
    text = f"{int(rest // 3600):02}:{int(rest // 60 % 60):02}:{rest % 60:g}"
    return f"  {int(day)}d {text}" if days else f"{int(day)} {text}"


def maccor_tabs(offset: float = 0.0) -> str:
    head = "Today's Date:\t14 December 2020\tDate of Test:\t11 December 2020, 12:22:12 PM\nFilename:\tcell 1\t"
    head += "Tester Channel:\t1\nProcedure:\tform.000\tDescription:\t\nRec#\tCyc#\tStep\tTestTime\tStepTime\tAmp-hr\t"
    head += "Watt-hr\tAmps\tVolts\tState\tES\tDPt Time\tACImp/Ohms\tAux #1\t Units\tAux #2\t Units\tVAR1\t\n"
    for n, (t, v, i) in enumerate(ROWS):
        head += f"{n + 1}\t0\t{step(i)}\t{clock(t + offset)}\t{clock(0.0)}\t{counted(n):.7f}\t0.0\t{abs(i):.5f}\t"
        head += f"{v:.5f}\t{state(i)}\t1\t12/11/2020 12:22:12\t0.0\t-2501.71411\t C  \t-2526.14868\t C  \t0.0\t\n"
    return head


def maccor_minutes() -> str:
    head = "Today's Date 04/04/2016  Date of Test:\t04/01/2016\t Filename:\tC:\\a.001 Procedure: X\tComment: Y\n"
    head += "Rec#\tCyc#\tStep\tTest (Min)\tStep (Min)\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time\n"
    for n, (t, v, i) in enumerate(ROWS):
        head += (
            f"{n + 1}\t0\t{step(i)}\t{t / 60:.4f}\t0.0\t{counted(n):.10f}\t0.0\t{abs(i):.10f}\t{v:.8f}\t{state(i)}\t1\t"
        )
        head += f"16:{n % 60:02}:31\n"
    return head


def maccor_seconds() -> str:
    head = "Today's Date ,28-Nov-23\nDate of Test:,23-Nov-23 3:56:08 PM\nRec,Cycle C,Step,Test Time (sec),"
    head += "Step Time (sec),Capacity,Energy,Current,Voltage,DPT Time,Temp 1\n"
    for n, (t, v, i) in enumerate(ROWS):
        at = f"{3 + n // 120}:{n // 2 % 60:02}:{30 * (n % 2):02}"
        head += f"{n + 1},1,{step(i)},{t:.4f},0.0000,{counted(n):.6f},0.002,{i},{v:.3f},23-Nov-23 {at} PM,22.25\n"
    return head


def maccor_commas() -> str:
    head = (
        "Today's Date\t14.12.2020\nDate of Test:\t11.12.2020\nProcedure:\tX\n\nRec\tCycle P\tCycle C\tStep\tTestTime\t"
    )
    head += "StepTime\tCap. [Ah]\tEner. [Wh]\tCurrent [A]\tVoltage [V]\tMd\tES\tDPT Time\n"
    for n, (t, v, i) in enumerate(ROWS):
        row = f"{n + 1}\t0\t1\t{step(i)}\t{clock(t)}\t{clock(0.0)}\t{counted(n):.6f}\t0.0\t{abs(i)}\t{v:.4f}\t"
        head += row.replace(".", ",") + f"{state(i)}\t1\t11.12.2020 12:{n % 60:02}:12\n"
    return head


LAND = [
    "Record",
    "TestTime/Sec",
    "StepTime/Sec",
    "Voltage/V",
    "Current/mA",
    "Capacity/mAh",
    "SpeCap/mAh/g",
    "dQ/dV/mAh/V",
]
LAND += ["CycleNo", "StepNo", "SysTime"]
CHINESE = [
    "记录序号",
    "测试时间/Sec",
    "步骤时间/Sec",
    "电压/V",
    "电流/mA",
    "容量/mAh",
    "比容量/mAh/g",
    "dQ/dV/mAh/V",
    "循环序号",
]
CHINESE += ["工步序号", "系统时间"]


def land_rows() -> list[list[object]]:
    return [
        [n + 1, t, 0, round(v, 4), i * 1e3, round(counted(n) * 1e3, 6), round(counted(n) * 1e5, 5), 0.1, 1, step(i),
         f"2024-03-25 12:{n // 2:02}:{30 * (n % 2):02}"]
        for n, (t, v, i) in enumerate(ROWS)
    ]  # fmt: skip


def land(headings: list[str]) -> str:
    return "\n".join(",".join(str(c) for c in row) for row in [headings, *land_rows()]) + "\n"


def lanhe() -> str:
    """Unsigned currents in microamperes beside a state in Chinese, times as ``0 00:01:30``."""
    heads = "记录,系统时间,循环序号,工步序号,测试时间,电压/V,电流/uA,容量/uAh,状态\n"
    for n, (t, v, i) in enumerate(ROWS):
        word = "静置" if i == 0 else "恒流充电" if i > 0 else "恒流放电"
        heads += f"{n + 1},2024/03/25 12:{n // 2:02}:{30 * (n % 2):02},1,{step(i)},{clock(t, days=False)},{v:.4f},"
        heads += f"{abs(i) * 1e6:.1f},{counted(n) * 1e6:.3f},{word}\n"
    return heads


def one(folder: Path, data: str | bytes, name: str = "cell") -> Trace:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (trace,) = read_file(path)
    return trace


LAYOUTS = {
    "maccor, tabs and clock": (maccor_tabs(), "maccor"),
    "maccor, minutes": (maccor_minutes(), "maccor"),
    "maccor, seconds": (maccor_seconds(), "maccor"),
    "maccor, decimal commas": (maccor_commas(), "maccor"),
    "land, English": (land(LAND), "landt"),
    "land, Chinese": (land(CHINESE), "landt"),
    "land, Chinese in GB18030": (land(CHINESE).encode("gb18030"), "landt"),
    "lanhe, unsigned, in GB18030": (lanhe().encode("gb18030"), "landt"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_holds_the_same_test(layout: str, tmp_path: Path) -> None:
    data, dialect = LAYOUTS[layout]
    trace = one(tmp_path, data)
    assert trace.metadata["dialect"] == dialect
    for name, column, least in (("time_s", 0, 1e-3), ("voltage_v", 1, 1e-9), ("current_a", 2, 1e-12)):
        np.testing.assert_allclose(trace[name], TRUTH[:, column], rtol=1e-12, atol=least)
    coulombs = 3600 * np.array([counted(n) for n in range(len(ROWS))])
    np.testing.assert_allclose(trace["capacity_c"], coulombs, rtol=0, atol=0.002)
    assert list(np.unique(trace["step_index"])) == [1, 2, 3]
    assert {"cycle_index", "voltage_v"} <= set(trace.columns)
    assert all("without sign" in w or "day and month" in w for w in trace.warnings)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_counter_agrees_with_the_current(layout: str, tmp_path: Path) -> None:
    trace = one(tmp_path, LAYOUTS[layout][0])
    result = cycling.analyse(trace, cycling.TECHNIQUE.specimen("a", {"cell": "full"}))
    # 39 intervals of 30 s at 0.24 A, in both directions
    np.testing.assert_allclose(result.cycles.charge_c, [280.8, 280.8], rtol=1e-4)
    assert list(result.cycles.halves.sign) == [1, -1]


def test_days_of_a_clock_count(tmp_path: Path) -> None:
    trace = one(tmp_path, maccor_tabs(offset=3 * 86400.0))
    np.testing.assert_allclose(trace["time_s"], TRUTH[:, 0] + 259200, rtol=0, atol=1e-6)


def test_dates_are_taken_where_day_and_month_are_clear(tmp_path: Path) -> None:
    assert "unix_time_s" not in one(tmp_path, maccor_tabs()).columns  # 12/11 is two days of the year
    # 2023-11-23 15:00:00, 2020-12-11 12:00:12 and 2024-03-25 12:00:00, as UTC
    assert one(tmp_path, maccor_seconds())["unix_time_s"][0] == 1700751600
    assert one(tmp_path, maccor_commas())["unix_time_s"][0] == 1607688012
    assert one(tmp_path, land(CHINESE).encode("gb18030"))["unix_time_s"][0] == 1711368000


def test_a_temperature_of_maccor(tmp_path: Path) -> None:
    np.testing.assert_allclose(one(tmp_path, maccor_seconds())["temperature_k"], 295.4)


def test_unsigned_current_without_a_state_is_told(tmp_path: Path) -> None:
    text = maccor_seconds().replace("-0.24", "0.24")
    assert any("no column says which way it flows" in w for w in one(tmp_path, text).warnings)


def test_a_numeric_test_time_of_unknown_unit_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="'Test Time' has no unit"):
        one(tmp_path, maccor_seconds().replace("Test Time (sec)", "Test Time"))


def test_a_workbook_of_land(tmp_path: Path) -> None:
    path = tmp_path / "cell.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Info").write_row(0, 0, ["Test name", "A-1"])
        sheet = book.add_worksheet("Record")
        for number, row in enumerate([LAND, *land_rows()]):
            sheet.write_row(number, 0, row)
        summed = book.add_worksheet("Cycle")
        summed.write_row(0, 0, ["CycleNo", "CapC/mAh", "CapD/mAh", "Capacity/mAh", "Current/mA"])
        summed.write_row(1, 0, [1, 0.078, 0.078, 0.078, 0.24])
    (trace,) = read_file(path)
    assert trace.metadata["dialect"] == "landt"
    np.testing.assert_allclose(trace["current_a"], TRUTH[:, 2], rtol=1e-12)
    np.testing.assert_allclose(trace["time_s"], TRUTH[:, 0])


def test_german_umlauts_are_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "Prüfer;Größe\nZeit [s];Spannung [V];Strom [mA]\n" + "".join(f"{n};3,{n};1,5\n" for n in range(20))
    trace = one(tmp_path, text.encode("cp1252"))
    assert trace.metadata["preamble"]["encoding"] == "cp1252"


@pytest.mark.parametrize(("name", "words"), [("a.cex", "LANDdt"), ("a.ccs", "LANDdt"), ("run.017", "Maccor Export")])
def test_testers_own_files_say_which_program_exports_them(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=words):
        one(tmp_path, bytes(range(256)) * 20, name)
