"""Testing machines' text: Instron, Shimadzu, walter+bai and an indenter's, of one specimen and of several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples_indents import indent
from samples_machines import (
    SPECIMENS,
    anton_paar,
    bluehill,
    bluehill_raw,
    pull,
    trapezium_below,
    trapezium_beside,
    walter_bai,
)

from byssus.analyse.indentation import TECHNIQUE as INDENTATION
from byssus.analyse.peel import TECHNIQUE as PEEL
from byssus.analyse.tensile import TECHNIQUE as TENSILE
from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import Trace


def read(folder: Path, data: bytes | str, **columns: str) -> tuple[Trace, ...]:
    path = folder / "curves.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_file(path, columns=columns or None)


def holds_pull(trace: Trace, specimen: int = 1, rtol: float = 1e-9) -> None:
    time, force, travel = np.array(pull(specimen)).T
    np.testing.assert_allclose(trace["time_s"], time, rtol=rtol, atol=1e-12)
    np.testing.assert_allclose(trace["force_n"], force, rtol=rtol, atol=1e-12)
    np.testing.assert_allclose(trace["displacement_m"], travel / 1e3, rtol=rtol, atol=1e-12)


def test_specimens_beside_one_another(tmp_path: Path) -> None:
    traces = read(tmp_path, trapezium_beside())
    assert [t.metadata["specimen"] for t in traces] == ["1 _ 1", "1 _ 2", "1 _ 3"]
    for number, trace in enumerate(traces, start=1):
        assert trace.source.reader == "specimens"
        assert trace.source.rows == len(pull(number))
        assert trace.warnings == ()
        holds_pull(trace, number)


def test_specimens_one_below_the_other_with_their_sizes(tmp_path: Path) -> None:
    first, second = read(tmp_path, trapezium_below())
    holds_pull(first, 1)
    holds_pull(second, 2)
    sizes = [(t.metadata["width_m"], t.metadata["thickness_m"], t.metadata["gauge_length_m"]) for t in (first, second)]
    assert sizes == [(5e-3, 5e-5, 0.03), (4e-3, 6e-5, 0.03)]
    assert first.warnings == second.warnings == ()


def test_inches_and_pounds(tmp_path: Path) -> None:
    traces = read(tmp_path, bluehill())
    assert [t.metadata["specimen"] for t in traces] == ["1", "2"]
    for number, trace in enumerate(traces, start=1):
        np.testing.assert_allclose(trace["force_n"], np.array(pull(number))[:, 1], rtol=1e-4, atol=3e-6)
        np.testing.assert_allclose(trace["displacement_m"], np.array(pull(number))[:, 2] / 1e3, atol=2e-8)
        # one pound-force a square inch is 4.4482216152605 N over (25.4 mm)^2
        psi = np.array(pull(number))[:, 1] * 100
        np.testing.assert_allclose(trace["stress_pa"], psi * 6894.757293168361, rtol=1e-6)
        assert trace.warnings == ()
    widths = [trace.metadata["width_m"] for trace in traces]
    assert widths == pytest.approx([0.2 * 0.0254, 0.19 * 0.0254], rel=1e-14)
    assert traces[1].metadata["thickness_m"] == pytest.approx(0.0021 * 0.0254, rel=1e-14)


def test_raw_data_of_one_specimen(tmp_path: Path) -> None:
    (trace,) = read(tmp_path, bluehill_raw())
    holds_pull(trace, rtol=1e-6)
    np.testing.assert_allclose(trace["strain_1"], np.array(pull())[:, 2] / 30, atol=1e-6)
    said = {name: trace.metadata[name] for name in ("specimen", "width_m", "thickness_m", "gauge_length_m")}
    assert said == {"specimen": "PI-1", "width_m": 5e-3, "thickness_m": 5e-5, "gauge_length_m": 0.03}


def test_german_headings_with_units_in_brackets(tmp_path: Path) -> None:
    (trace,) = read(tmp_path, walter_bai())
    holds_pull(trace, rtol=1e-6)
    assert [trace.metadata[n] for n in ("width_m", "thickness_m", "gauge_length_m")] == [5e-3, 5e-5, 0.03]


def test_indents_one_below_the_other(tmp_path: Path) -> None:
    traces = read(tmp_path, anton_paar())
    assert len(traces) == 2
    time, depth, load = np.array(indent()).T
    for trace in traces:
        np.testing.assert_allclose(trace["time_s"], time, atol=1e-4)
        np.testing.assert_allclose(trace["depth_m"], depth * 1e-9, atol=1e-13)
        np.testing.assert_allclose(trace["force_n"], load * 1e-6, atol=1e-9)
        given = {"area_function": "24.5", "poisson_ratio": 0.3, "zero": "first contact"}
        found = INDENTATION.findings(INDENTATION.analyse(trace, INDENTATION.specimen("a", given)))
        assert any(f.quantity == "hardness" and f.value is not None for f in found)


def test_curves_without_headings_are_read_by_a_map_that_says_the_unit_of_load(tmp_path: Path) -> None:
    rows = "".join(f"{t:.4f} {h:.4f} {p / 1000:.4f}\n" for t, h, p in indent())
    with pytest.raises(ReadError, match="no known column"):
        read(tmp_path, rows)
    (trace,) = read(tmp_path, rows, time_s="column 1 [s]", depth_m="column 2 [nm]", force_n="column 3 [mN]")
    assert np.max(trace["force_n"]) == pytest.approx(0.01, rel=1e-12)


@pytest.mark.parametrize("technique", [TENSILE, PEEL])
def test_both_techniques_take_every_specimen(technique: object, tmp_path: Path) -> None:
    given = {"width": 5e-3, "thickness": 5e-5, "gauge_length": 0.03} if technique is TENSILE else {"width": 0.02}
    peaks = []
    for trace in read(tmp_path, trapezium_beside()):
        result = technique.analyse(trace, technique.specimen("a", given))  # type: ignore[attr-defined]
        peaks.append(np.max(result.stress_pa * 2.5e-7 if technique is TENSILE else result.force_n))
    assert peaks == pytest.approx([max(f for _, f, _ in pull(k + 1)) for k in range(SPECIMENS)], rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(
    lengths=st.lists(st.integers(3, 30), min_size=2, max_size=6),
    locale=st.sampled_from([(";", ","), (",", "."), ("\t", ",")]),
    labelled=st.booleans(),
)
def test_several_in_one_file_are_what_each_is_alone(
    lengths: list[int], locale: tuple[str, str], labelled: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("many")
    separator, decimal = locale
    head = [separator.join(("Time [s]", "Force [N]", "Stroke [mm]"))]
    curves = [[[n / 4, (k + 1) * n / 8, n / 16] for n in range(length)] for k, length in enumerate(lengths)]
    told = [[separator.join(str(c).replace(".", decimal) for c in row) for row in rows] for rows in curves]
    alone = [read(folder, "\n".join([*head, *rows, ""]))[0] for rows in told]
    below = "\n".join(line for k, rows in enumerate(told) for line in ([f"film {k}"] if labelled else []) + head + rows)
    blank = separator * 2
    wide = [separator.join(rows[n] if n < len(rows) else blank for rows in told) for n in range(max(lengths))]
    labels = [separator.join(f"film {k}" + blank for k in range(len(told)))] if labelled else []
    beside = "\n".join([*labels, separator.join(head * len(told)), *wide, ""])
    for text in (below + "\n", beside):
        together = read(folder, text)
        assert len(together) == len(alone)
        for one, other in zip(together, alone, strict=True):
            for name in ("time_s", "force_n", "displacement_m"):
                np.testing.assert_array_equal(one[name], other[name])


def test_a_heading_that_is_only_repeated_parts_no_test(tmp_path: Path) -> None:
    head, rows = "Time [s],Force [N]\n", [f"{n},{n}\n" for n in range(6)]
    (trace,) = read(tmp_path, head + "".join(rows[:3]) + head + "".join(rows[3:]))
    assert list(trace["time_s"]) == [0, 1, 2, 3, 4, 5]
    assert len(trace.warnings) == 1


def test_a_cell_s_record_is_never_taken_apart(tmp_path: Path) -> None:
    head = "Time [s],Voltage [V]\n"
    (trace,) = read(tmp_path, head + "0,1\n1,2\n" + head + "0,3\n1,4\n")
    assert list(trace["voltage_v"]) == [1, 2, 3, 4]


def test_a_specimen_that_cannot_be_read_is_told_with_the_others(tmp_path: Path) -> None:
    head = "Time [s],Force [N],Stroke [mm]\n"
    good = "".join(f"{n},{n},{n}\n" for n in range(5))
    for bad in ("1,2,3,4\n1,2\n3,4,5\n", "1,2,3\n1,2\n3,4,5\n"):
        (trace,) = read(tmp_path, f"one\n{head}{good}two\n{head}{bad}")
        assert any("a specimen of this file cannot be read" in w for w in trace.warnings)
    beside = "one,,,two,,\n" + ",".join(["Time [s],Force [N],Stroke [mm]"] * 2) + "\n" + "1,2,3,,,\n2,3,4,,,\n"
    (trace,) = read(tmp_path, beside)
    assert any("'two' of this file cannot be read" in w for w in trace.warnings)


def test_sizes_of_another_number_of_specimens_are_not_taken(tmp_path: Path) -> None:
    text = bluehill().decode().replace('2,"0.19000","0.00210","9.5"\r\n', "").replace('1,"0.20', 'film 7,"0.20')
    traces = read(tmp_path, text)
    assert [("width_m" in t.metadata, len(t.warnings)) for t in traces] == [(False, 1), (False, 1)]
    assert "2 curves and sizes of 1 specimens" in traces[0].warnings[0]


def test_a_map_by_place_takes_the_columns_of_the_whole_file(tmp_path: Path) -> None:
    (trace,) = read(
        tmp_path, trapezium_beside(), time_s="column 4 [s]", force_n="column 5 [N]", displacement_m="column 6 [mm]"
    )
    np.testing.assert_allclose(trace["force_n"][: len(pull(2))], np.array(pull(2))[:, 1])


def test_a_header_of_its_own_for_each_specimen(tmp_path: Path) -> None:
    rows = "Time [s];Force [N];Stroke [mm]\n" + "".join(f"{n};{n};{n}\n" for n in range(4))
    own = "".join(f"Width: {width} mm\n\n{rows}\n" for width in (5, 6))
    assert [t.metadata["width_m"] for t in read(tmp_path, own)] == [5e-3, 6e-3]
    shared = read(tmp_path, f"Width: 5 mm\n\n{rows}\nsecond\n{rows}")
    assert [t.metadata["width_m"] for t in shared] == [5e-3, 5e-3]
    assert "width_m" not in read(tmp_path, f"Width: 5 mm\n\n{rows}\nThickness: 9 µm\n{rows}")[1].metadata


def test_pairs_with_commas_and_an_extensometer_s_length_is_no_grips(tmp_path: Path) -> None:
    text = (
        'Course,"AE 1"\nGeometry,Circular\nArea,38.1553,mm^2\nGage Length (Extensometer),25.40,mm\nNotes,""\n\n'
        "Time,Extension,Load,Strain 1\n(sec),(mm),(N),(mm/mm)\n0.0,0.00,-43.4,0\n0.5,0.03,524.7,0.0002\n"
    )
    (trace,) = read(tmp_path, text)
    assert trace.metadata["area_m2"] == pytest.approx(38.1553e-6, rel=1e-14)
    assert not {"gauge_length_m", "specimen"} & set(trace.metadata)
    assert list(trace["strain_1"]) == [0, 0.0002]


def test_quoted_numbers_are_not_taken_for_another_machine_s(tmp_path: Path) -> None:
    rows = "".join(f'"{n}","{n / 7:.7f}","{n / 9:.7f}"\n' for n in range(9))
    (trace,) = read(tmp_path, '"Time","Force","Stroke"\n"sec","N","mm"\n' + rows)
    assert trace.source.reader == "delimited"
    assert list(trace["force_n"]) == [float(f"{n / 7:.7f}") for n in range(9)]


@pytest.mark.parametrize(
    ("heads", "codec"),
    [
        ("時間,試験力,ストローク", "cp932"),
        ("시간,시험력,스트로크", "cp949"),
        ("Czas,Siła,Przemieszczenie", "cp1250"),
        ("Temps d'essai,Force standard,Déplacement", "cp1252"),
    ],
)
def test_headings_of_other_code_pages(heads: str, codec: str, tmp_path: Path) -> None:
    (trace,) = read(tmp_path, (heads + "\nsec,N,mm\n0,1,2\n1,2,4\n").encode(codec))
    assert {name: list(trace[name]) for name in trace.columns} == {
        "time_s": [0, 1],
        "force_n": [1, 2],
        "displacement_m": [0.002, 0.004],
    }
    assert trace.metadata["preamble"]["encoding"] == codec
