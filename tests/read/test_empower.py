"""Waters Empower .arw in both layouts, and .gpc distributions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import read_file

PAIRS = '"SampleName"\t"PMMA22.8kDa"\r\n"Injection"\t1\r\n"Vial"\t"5"\r\n"Channel"\t"410 "\r\n'
NAMES = '"SampleName"\t"Vial"\t"Injection"\r"PSt707Da"\t"1"\t1\r'
ROWS = ((0.0166667, 0.5), (0.5, -1.25e-3), (1.0, 7.0))


def written(folder: Path, text: str) -> Path:
    path = folder / "a.arw"
    path.write_bytes(text.encode("latin-1"))
    return path


@pytest.mark.parametrize(("head", "end"), [(PAIRS, "\r\n"), (NAMES, "\r"), (NAMES.replace("\r", "\n"), "\n")])
@pytest.mark.parametrize("decimal", [".", ","])
def test_both_layouts(head: str, end: str, decimal: str, tmp_path: Path) -> None:
    rows = end.join(f"{t}\t{s}".replace(".", decimal) for t, s in ROWS) + end
    (trace,) = read_file(written(tmp_path, head + rows))
    assert (trace.source.reader, trace.warnings) == ("empower", ())
    np.testing.assert_allclose(trace["time_s"], [60 * t for t, _ in ROWS], rtol=1e-15)
    np.testing.assert_allclose(trace["detector_signal"], [s for _, s in ROWS], rtol=1e-15)
    preamble = trace.metadata["preamble"]
    assert (preamble["SampleName"], preamble["Injection"]) in (("PMMA22.8kDa", "1"), ("PSt707Da", "1"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAIRS + "0.1\t1\r\n0.2\t1\t3\r\n", "3 fields in row 2"),
        (PAIRS + "0.1\t1\r\n0.2", "1 fields in row 2"),
    ],
)
def test_what_is_no_chromatogram_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=said) as caught:
        read_file(written(tmp_path, text))
    assert len(caught.value.problems) == 1


def test_a_cell_without_a_number_is_told(tmp_path: Path) -> None:
    (trace,) = read_file(written(tmp_path, PAIRS + "0.1\t1\r\n0.2\t?\r\n0.3\t2\r\n"))
    assert trace.warnings == ("1 of 3 rows have no number in detector_signal (row 2)",)


NAMES_BY_FILE = {
    "calib1": "PMMA459kDa", "calib2": "PMMA217kDa", "calib3": "PMMA88.5kDa", "calib5": "PMMA22.8kDa",
    "calib6": "PMMA12.8kDa", "calib8": "PMMA1.93kDa", "calib9": "PMMA1.1kDa", "calib_all": "PMMAfourplus",
    "sample1": "PMMA88.5kDa_THF", "sample2": "pHPA7", "sample3": "pHPA6", "sample4": "PMMAfourplus",
    "sample6": "PSt707Da", "sample7": "X90A",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES_BY_FILE)
def test_real_files(name: str, shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "gpc" / f"waters_empower_{name}.arw")
    assert (trace.source.reader, len(trace), trace.warnings) == ("empower", 1200, ())
    assert trace.metadata["preamble"]["SampleName"] == NAMES_BY_FILE[name]
    assert trace["time_s"][-1] == 1200.0
    assert not trace.rehearsed


@pytest.mark.parametrize("heads", ["", "M (g/mol)\tW(logM) (-)\n", "# made\nM(w) w\n"])
def test_a_distribution(heads: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gpc"
    path.write_text("Mn=161;Mw=255;PDI=1.58\n" + heads + "1.0E+04\t0.5\n2e4 1.5\n30000\t0\n")
    (trace,) = read_file(path)
    assert (trace.source.reader, trace.warnings) == ("gpc", ())
    np.testing.assert_allclose(trace["molar_mass_kg_per_mol"], [10, 20, 30], rtol=1e-15)
    assert list(trace["mass_distribution"]) == [0.5, 1.5, 0.0]
    assert trace.metadata["preamble"]["Mw"] == "255"


@pytest.mark.parametrize(
    ("rows", "said"), [("", "no rows of data"), ("M\tW\n", "no rows of data"), ("1\t2\n3\t4\t5\n", "3 fields in row 2")]
)
def test_a_distribution_without_rows_is_refused(rows: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gpc"
    path.write_text("Mn=161;Mw=255;PDI=1.58\n" + rows)
    with pytest.raises(ReadError, match=said):
        read_file(path)
