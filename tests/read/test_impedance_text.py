"""Impedance as text and parquet of any origin, by the values the manifest and the closed forms state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from byssus.errors import ReadError
from byssus.read import read_file

F, RE, IM = "frequency_hz", "impedance_real_ohm", "impedance_imaginary_ohm"
# rows, frequency in Hz at the top, impedance in ohm there (None: not stated)
STATED: dict[str, tuple[int, float | None, complex | None]] = {
    "eis_text/impedancepy_exampleData.csv": (66, None, None),
    "eis_text/impedancepy_exampleDataCHInstruments.txt": (73, 9.961e4, 98.91 - 2.748j),
    "eis_text/impedancepy_exampleDataParstat.txt": (31, 1e4, None),
    "eis_text/pydrttools_LIB_data.txt": (107, 999.0404, 0.112363 + 0.003183j),
    "eis_analytic/pydrttools_zarc_data.txt": (81, 1e6, None),
    "eis_analytic/pydrttools_1ZARC.csv": (81, 1e6, None),
    "eis_analytic/bayesdrt_Z_2ZARC_noiseless.csv": (81, 1e6, None),
}


@pytest.mark.parametrize("name", STATED)
def test_real_files(name: str, shared_data: Path) -> None:
    rows, frequency, impedance = STATED[name]
    (trace,) = read_file(shared_data / name)
    assert (len(trace), trace.source.rows) == (rows, rows)
    top = int(np.argmax(trace[F]))
    if frequency is not None:
        assert trace[F][top] == pytest.approx(frequency, rel=1e-6)
    if impedance is not None:
        assert trace[RE][top] == pytest.approx(impedance.real, abs=5e-7)
        assert trace[IM][top] == pytest.approx(impedance.imag, abs=5e-7)
    assert len(trace.warnings) == (0 if "CHInstruments" in name else 1)


def test_single_values_of_real_files(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_text/impedancepy_exampleData.csv")
    assert trace[RE][np.argmax(trace[F])] == pytest.approx(0.015771, abs=5e-7)
    (trace,) = read_file(shared_data / "eis_analytic/pydrttools_zarc_data.txt")
    assert trace[RE][np.argmin(trace[F])] == pytest.approx(59.97, abs=5e-3)
    (trace,) = read_file(shared_data / "eis_text/impedancepy_exampleDataParstat.txt")
    assert trace.warnings == ("781 of 812 rows are left out: they have frequency 0, as rows recorded at rest",)
    assert trace["voltage_v"][0] == 3.50029397010803


def zarc(frequency_hz: NDArray[np.float64], *arcs: tuple[float, float, float]) -> NDArray[np.complex128]:
    return np.sum([r / (1 + (2j * np.pi * frequency_hz * tau) ** phi) for r, tau, phi in arcs], axis=0)


def test_analytic_files_are_their_closed_forms(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_analytic/bayesdrt_Z_2ZARC_noiseless.csv")
    z = 1 + zarc(trace[F], (1, 1e-2, 0.8), (1, 1e-3, 0.8))
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], z, rtol=1e-13)
    (trace,) = read_file(shared_data / "eis_analytic/pydrttools_1ZARC.csv")
    z = 10 + zarc(trace[F], (50, 0.1, 0.8)) + 2j * np.pi * trace[F] * 5e-6
    residual = trace[RE] + 1j * trace[IM] - z
    assert np.std(residual.real) == pytest.approx(0.51, abs=0.01)
    assert np.std(residual.imag) == pytest.approx(0.56, abs=0.01)


def test_twenty_spectra_of_one_parquet(shared_data: Path) -> None:
    path = shared_data / "eis_parquet/pybop_gunther2025_porous_42_microns.parquet"
    traces = read_file(path)
    assert [t.metadata["at"]["spectrum"] for t in traces] == list(range(1, 21))
    assert sum(len(t) for t in traces) == 15834
    frame = pl.read_parquet(path).filter(pl.col("indices") == 7)
    np.testing.assert_array_equal(traces[6][F], frame["frequencies [Hz]"].to_numpy())
    np.testing.assert_array_equal(traces[6][IM], frame["imaginary_impedances [Ω]"].to_numpy())
    (said,) = traces[0].warnings
    assert "degrees under a heading of radians" in said


# ---- no headings ------------------------------------------------------------------------------------------------

FREQUENCY = 10 ** np.linspace(5, -2, 36)
ARC = 5 + zarc(FREQUENCY, (40, 0.01, 0.9))


def text(path: Path, *columns: NDArray[np.float64], separator: str = ",") -> Path:
    np.savetxt(path, np.column_stack(columns), delimiter=separator)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "   ", " \t", "  \t "])
def test_three_columns_without_headings(separator: str, tmp_path: Path) -> None:
    (trace,) = read_file(text(tmp_path / "a.txt", FREQUENCY, ARC.real, ARC.imag, separator=separator))
    np.testing.assert_allclose(trace[F], FREQUENCY, rtol=1e-15)
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], ARC, rtol=1e-15)
    assert any("there are no headings" in w for w in trace.warnings)


def test_three_columns_of_something_else_are_not_taken_for_impedance(tmp_path: Path) -> None:
    time = np.arange(1.0, 40.0)
    for first in (time, time - 1, time * 1e3, np.sin(time), np.full(39, 5.0)):
        with pytest.raises(ReadError, match="no known column"):
            read_file(text(tmp_path / "a.txt", first, time, -time))
    with pytest.raises(ReadError, match="no known column"):
        read_file(text(tmp_path / "b.txt", FREQUENCY, ARC.real))


def test_a_map_goes_before_the_guess(tmp_path: Path) -> None:
    path = text(tmp_path / "a.txt", FREQUENCY, ARC.real, -ARC.imag)
    (trace,) = read_file(path)
    assert any("written as -Im" in w for w in trace.warnings)
    (mapped,) = read_file(path, columns={"minus_impedance_imaginary_ohm": "column 3 [ohm]"})
    np.testing.assert_allclose(mapped[RE] + 1j * mapped[IM], ARC, rtol=1e-15)
    (other,) = read_file(path, columns={"time_s": "column 1 [s]", "force_n": "column 2 [N]"})
    assert set(other.columns) == {"time_s", "force_n"}


def test_gamry_columns_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    columns = {"Pt": np.arange(36), "Freq": FREQUENCY, "Zreal": ARC.real, "Zimag": ARC.imag}
    pl.DataFrame(columns | {"Zphz": np.angle(ARC, deg=True)}).write_csv(path)
    (trace,) = read_file(path)
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], ARC, rtol=1e-15)
    assert trace.warnings == ()


def test_a_workbook_of_impedance(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    frame = pl.DataFrame({"f / Hz": FREQUENCY, "Re(Z) / Ohm": ARC.real, "-Im(Z) / Ohm": -ARC.imag})
    frame.write_excel(path)
    (trace,) = read_file(path)
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], ARC, rtol=1e-13)
