"""The list of shifts in an Eplexor workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from byssus.read import read_file
from byssus.read.eplexor import shift_list

LIST = [
    ["Ref.Temp.", "25,0 °C", ""],
    ["WLF", "C1 : 13.50", "C2 : 141.19 K"],
    ["Temp.", "Shift", ""],
    [40.0, -1.5, ""],
    [25.0, 0.0, ""],
    ["sum", -1.5, ""],
    [float("nan"), 1.0, ""],
]


def test_a_list_is_read() -> None:
    found = shift_list([("Data", [[1.0, 2.0]]), ("ShiftList", LIST)])
    assert found == {
        "shift_temperature_k": (313.15, 298.15), "shift_log_a": (-1.5, 0.0), "shift_reference_k": 298.15,
        "wlf_c1": 13.5, "wlf_c2_k": 141.19,
    }  # fmt: skip


def test_what_is_not_told_is_not_there() -> None:
    assert set(shift_list([("Shiftlist", LIST[2:])])) == {"shift_temperature_k", "shift_log_a"}
    assert set(shift_list([("Shiftlist", [["WLF", "C1 : ?", ""], *LIST[3:]])])) == {
        "shift_temperature_k",
        "shift_log_a",
    }
    assert shift_list([("Shiftlist", LIST[:3])]) == {}
    assert shift_list([("Data", LIST)]) == {}


def test_the_real_workbook(shared_data: Path) -> None:
    (one,) = read_file(shared_data / "rheology_dma" / "eplexor_freq_master.xls")
    assert len(one.metadata["shift_log_a"]) == 21
    assert (one.metadata["wlf_c1"], one.metadata["wlf_c2_k"]) == (13.50, 141.19)
    assert one.metadata["shift_reference_k"] == pytest.approx(298.15)
