"""ZPlot and ZView .z files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import read_file

HEADINGS = "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange\n"
ROWS = "".join(f"1.0E+0{n}\t1.0E-02\t0.0E+00\t{5 - n}.5\t2.{n}E+01\t-1.{n}E+00\t0\t0\t4\n" for n in range(5, 0, -1))


@pytest.mark.parametrize(
    ("name", "rows", "first"),
    [
        ("impedancepy_Circuit1_EIS_1.z", 48, 29.036 + 0.63662j),
        ("impedancepy_Circuit1_EIS_2.z", 48, 29.001 + 0.5992j),
        ("impedancepy_exampleDataZPlot.z", 21, 147.77 - 11.335j),
    ],
)
def test_real_files(name: str, rows: int, first: complex, shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "eis_zplot" / name)
    assert (trace.source.reader, len(trace), trace.warnings) == ("zplot", rows, ())
    top = int(np.argmax(trace["frequency_hz"]))
    assert complex(trace["impedance_real_ohm"][top], trace["impedance_imaginary_ohm"][top]) == first
    assert trace.metadata["preamble"]["Date"] == "10-12-2018"


@pytest.mark.parametrize("end", ["End Comments\n", "End Header:\n", '"End Comments"\n', ""])
def test_every_way_the_header_ends(end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.z"
    for text in (HEADINGS + end + ROWS, (HEADINGS + end + ROWS).replace(".", ",")):
        path.write_text("ZPLOT2 ASCII\n  Date:  10-12-2018\n" + text)
        (trace,) = read_file(path)
        assert trace.source.reader == "zplot"
        np.testing.assert_allclose(trace["frequency_hz"], [1e5, 1e4, 1e3, 1e2, 1e1], rtol=1e-15)
        np.testing.assert_allclose(trace["impedance_real_ohm"], [25, 24, 23, 22, 21], rtol=1e-15)
        np.testing.assert_allclose(trace["impedance_imaginary_ohm"], [-1.5, -1.4, -1.3, -1.2, -1.1], rtol=1e-15)
        np.testing.assert_allclose(trace["time_s"], [0.5, 1.5, 2.5, 3.5, 4.5], rtol=1e-15)


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.z"
    path.write_text("ZPLOT2 ASCII\n  Date:  10-12-2018\n" + HEADINGS + "End Comments\n")
    with pytest.raises(ReadError) as caught:
        read_file(path)
    assert len(caught.value.problems) == 1
