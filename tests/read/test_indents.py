"""Indenters' files: every real file with the values its manifest states, small ones made here, and bad input."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from mutations import mutate
from samples_indents import fischerscope, hdf5, hysitron, keysight

from byssus.analyse.indentation import TECHNIQUE as INDENTATION
from byssus.errors import ReadError
from byssus.findings import Finding
from byssus.read import read_file

FOLDER = "nanoindentation"
# file: reader, indents, rows of the first, its largest load in N
REAL = {
    "agilent_FS_Calibration.xls": ("keysight", 16, 1211, 0.4077),
    "agilent_FS_XP.xls": ("keysight", 9, 1521, 0.11138),
    "keysight_Tungsten_FrameStiffness.xlsx": ("keysight", 8, 2039, 0.0450),
    "fischerscope_FS1.txt": ("fischerscope", 10, 1200, 0.3000),
    "fischerscope_N1_1.hdf5": ("indent-hdf5", 16, 2381, 0.01493),
    "hysitron_Exp-50mN_0000.hld": ("hysitron", 1, 1068, 0.0502),
    "hysitron_RobinSteel0000LC.txt": ("delimited", 1, 5304, 0.0030),
}


def _findings(path: Path, **given: float | str) -> list[list[Finding]]:
    specimen = INDENTATION.specimen(path.name, given)
    return [list(INDENTATION.findings(INDENTATION.analyse(t, specimen))) for t in read_file(path)]


@pytest.mark.parametrize("name", REAL)
def test_every_real_file(shared_data: Path, name: str) -> None:
    reader, indents, rows, load = REAL[name]
    traces = read_file(shared_data / FOLDER / name)
    assert (traces[0].source.reader, len(traces), len(traces[0])) == (reader, indents, rows)
    assert np.nanmax(traces[0]["force_n"]) == pytest.approx(load, rel=2e-3)
    assert {"force_n", "depth_m", "time_s"} <= set(traces[0].columns)


# mean and standard deviation of E and H (GPa) over the tests, as the instrument's Results sheet prints them
@pytest.mark.parametrize(
    ("name", "modulus", "hardness"),
    [
        ("agilent_FS_Calibration.xls", (75.25, 1.352), (9.551, 0.281)),
        ("agilent_FS_XP.xls", (77.722, 1.663), (10.211, 0.284)),
    ],
)
def test_continuous_stiffness_gives_what_the_instrument_printed(
    shared_data: Path, name: str, modulus: tuple[float, float], hardness: tuple[float, float]
) -> None:
    path = shared_data / FOLDER / name
    found = [{f.quantity: f.value for f in one if f.at} for one in _findings(path)]
    e = np.array([f["indentation_modulus"] for f in found]) / 1e9
    h = np.array([f["hardness"] for f in found]) / 1e9
    assert (np.mean(e), np.std(e, ddof=1)) == (pytest.approx(modulus[0], rel=3e-3), pytest.approx(modulus[1], rel=0.05))
    assert (np.mean(h), np.std(h, ddof=1)) == (
        pytest.approx(hardness[0], rel=4e-3),
        pytest.approx(hardness[1], rel=0.05),
    )
    printed = [t.metadata["instrument_modulus_pa"] / 1e9 for t in read_file(path)]
    assert e == pytest.approx(printed, rel=0.015)


def test_fischerscope_blocks_hold_what_the_statistics_say(shared_data: Path) -> None:
    traces = read_file(shared_data / FOLDER / "fischerscope_FS1.txt")
    martens = np.array([t.metadata["instrument_martens_hardness_pa"] for t in traces]) / 1e6
    assert (np.mean(martens), np.std(martens, ddof=1)) == (pytest.approx(3677.88), pytest.approx(130.272, rel=1e-3))
    for one, trace in zip(_findings(shared_data / FOLDER / "fischerscope_FS1.txt"), traces, strict=True):
        depth = next(f.value for f in one if f.quantity == "indentation_depth" and f.at == {"cycle": 8})
        assert depth == pytest.approx(trace.metadata["instrument_depth_m"], rel=3e-3)


def test_a_soft_sample_is_as_deep_as_known(shared_data: Path) -> None:
    """4.23 um at 14.9 mN; soft as a polymer: far below a gigapascal-hard glass."""
    path = shared_data / FOLDER / "fischerscope_N1_1.hdf5"
    assert np.nanmax(read_file(path)[0]["depth_m"]) == pytest.approx(4.23e-6, rel=2e-3)
    first = {f.quantity: f.value for f in _findings(path)[0] if "cycle" not in f.at}
    assert first["indentation_depth"] == pytest.approx(4.23e-6, rel=2e-2)
    assert 0 < (first["hardness"] or 0) < 0.1e9


def test_unloading_of_fused_silica_is_near_its_modulus(shared_data: Path) -> None:
    """72 GPa; the file's own area function was made at shallower depths."""
    found = _findings(shared_data / FOLDER / "agilent_FS_XP.xls")
    values = [f.value for one in found for f in one if f.quantity == "indentation_modulus" and not f.at]
    assert np.mean(values) / 1e9 == pytest.approx(72, rel=0.03)


def test_an_area_function_beyond_its_range_is_doubted(shared_data: Path) -> None:
    """The .hld's six coefficients hold at depths other than this one: hardness comes out four times too large."""
    (one,) = _findings(shared_data / FOLDER / "hysitron_Exp-50mN_0000.hld")
    hardness = next(f for f in one if f.quantity == "hardness")
    assert hardness.status == "warned"
    assert any("sharper" in r for r in hardness.remarks)


def test_steel_without_an_area_function_is_warned(shared_data: Path) -> None:
    """The export's header is a date, the number of points and five headings: neither tip nor compliance are in it.

    At a contact depth of 149 nm an ideal tip makes 304 GPa of a steel of some 200: the true area at that depth is
    about twice the ideal one. Only a calibration of that very tip can tell, so the number stands warned.
    """
    path = shared_data / FOLDER / "hysitron_RobinSteel0000LC.txt"
    head = path.read_bytes().split(b"\n0.814723", 1)[0].decode("latin-1").split()
    assert " ".join(head) == (
        "Mon Apr 29 10:41:06 2019 Number of Points = 5304 Depth (nm) Load (\N{MICRO SIGN}N) Time (s) Depth (V) Load (V)"
    )
    (trace,) = read_file(path)
    assert not {"area_function_nm", "machine_compliance_m_per_n"} & set(trace.metadata)
    (one,) = _findings(path)
    modulus = next(f for f in one if f.quantity == "reduced_modulus")
    assert modulus.status == "warned"
    assert any("ideal Berkovich" in r for r in modulus.remarks)


@pytest.mark.parametrize(("name", "number"), [("agilent_FS_Calibration.xls", 4), ("agilent_FS_XP.xls", 240)])
def test_a_damaged_workbook_takes_no_process_with_it(shared_data: Path, tmp_path: Path, name: str, number: int) -> None:
    """One makes the spreadsheet library ask for 175 TB, which ends a process; the other lays sheets out over 1 GB."""
    (tmp_path / name).write_bytes(mutate((shared_data / FOLDER / name).read_bytes(), f"{name}:{number}"))
    with pytest.raises(ReadError, match="the xls file cannot be read"):
        read_file(tmp_path / name)


def test_tungsten_tells_a_frame_that_was_overcorrected(shared_data: Path) -> None:
    """The instrument's own 819 GPa for a metal of 410 means too much was taken off: the compliance left is negative."""
    found = _findings(shared_data / FOLDER / "keysight_Tungsten_FrameStiffness.xlsx")
    left = [f.value for one in found for f in one if f.quantity == "frame_compliance"]
    assert len(left) == 8
    assert max(left) < 0
    deepest = [f.value for one in found for f in one if f.quantity == "indentation_modulus" and f.at == {"cycle": 6}]
    assert np.mean(deepest) > 600e9


@pytest.mark.parametrize(
    ("name", "make", "indents"),
    [("i.hld", hysitron, 1), ("i.txt", fischerscope, 2), ("i.hdf5", hdf5, 2), ("i.xlsx", keysight, 2)],
)
def test_small_files_give_one_curve(tmp_path: Path, name: str, make: object, indents: int) -> None:
    assert callable(make)
    (tmp_path / name).write_bytes(make())
    traces = read_file(tmp_path / name)
    assert len(traces) == indents
    assert np.max(traces[0]["force_n"]) == pytest.approx(10e-3, rel=1e-3)
    assert np.max(traces[0]["depth_m"]) == pytest.approx(1e-6, rel=1e-3)
    if name in ("i.hld", "i.xlsx"):
        assert traces[0].metadata["area_function_nm"] == "24.5, 150"


@pytest.mark.parametrize(
    ("name", "make"), [("i.hld", hysitron), ("i.txt", fischerscope), ("i.hdf5", hdf5), ("i.xlsx", keysight)]
)
def test_cut_files_are_refused_or_read(tmp_path: Path, name: str, make: object) -> None:
    assert callable(make)
    whole = make()
    for share in (0.02, 0.3, 0.6, 0.9, 0.999):
        (tmp_path / name).write_bytes(whole[: int(share * len(whole))])
        with suppress(ReadError):
            assert len(read_file(tmp_path / name)[0])


def test_hld_without_a_force_is_refused(tmp_path: Path) -> None:
    (tmp_path / "i.hld").write_bytes(hysitron().replace("Force_µN".encode("latin-1"), b"Foo"))
    with pytest.raises(ReadError, match="column"):
        read_file(tmp_path / "i.hld")


def test_hdf5_of_another_kind_is_refused(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "o.h5", "w") as file:
        file["x"] = np.arange(3)
    with pytest.raises(ReadError, match="no indents"):
        read_file(tmp_path / "o.h5")


def test_delimited_with_units_in_brackets(tmp_path: Path) -> None:
    rows = [f"{k * 0.1:.1f},{k * 10},{(k / 10) ** 2:.4f}" for k in range(101)]
    (tmp_path / "i.csv").write_text("Time [s],Depth [nm],Load [uN]\n" + "\n".join(rows) + "\n")
    (trace,) = read_file(tmp_path / "i.csv")
    assert (trace["depth_m"][-1], trace["force_n"][-1]) == (pytest.approx(1e-6), pytest.approx(1e-4))
