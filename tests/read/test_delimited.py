"""Delimited text: one table written in many locales must read as the same numbers."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import REHEARSED_MARK

TIME = [0.0, 0.5, 1.0, 1.5, 2.25]
FORCE = [0.125, 12.5, 1234.5, 20345.75, -3.5]
TRAVEL = [0.0, 0.01, 0.02, 0.035, 0.05]


def number(value: float, decimal: str = ".", thousands: str = "") -> str:
    text = f"{value:,.3f}" if thousands else f"{value:.3f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def table(
    separator: str = ",",
    decimal: str = ".",
    thousands: str = "",
    heading: str = "Time [s]|Force [N]|Displacement [mm]",
    units: str = "",
    before: str = "",
    newline: str = "\n",
    quote: str = "",
    trailing: str = "",
) -> str:
    rows = [heading.split("|")] + ([units.split("|")] if units else [])
    rows += [[number(v, decimal, thousands) for v in row] for row in zip(TIME, FORCE, TRAVEL, strict=True)]
    lines = [separator.join(f"{quote}{cell}{quote}" for cell in row) + trailing for row in rows]
    return before + newline.join(lines) + newline


def same(path: Path, **options: object) -> None:
    (trace,) = read_file(path, **options)  # type: ignore[arg-type]
    np.testing.assert_array_equal(trace["time_s"], TIME)
    np.testing.assert_array_equal(trace["force_n"], FORCE)
    np.testing.assert_allclose(trace["displacement_m"], np.array(TRAVEL) / 1000, rtol=1e-15, atol=0)
    assert trace.source.rows == len(TIME)
    assert trace.warnings == ()


GERMAN = "Prüfzeit [s]|Standardkraft [N]|Standardweg [mm]"
FRENCH = "Temps (s)|Effort (N)|Déplacement (mm)"
VARIANTS = {
    "plain": (table(), "utf-8"),
    "semicolon": (table(";"), "utf-8"),
    "german": (table(";", ",", heading=GERMAN), "utf-8"),
    "german latin-1": (table(";", ",", heading=GERMAN), "latin-1"),
    "german excel": (table(";", ",", heading=GERMAN, newline="\r\n"), "utf-8-sig"),
    "german thousands": (table(";", ",", ".", heading=GERMAN), "cp1252"),
    "german tab utf-16": (table("\t", ",", heading=GERMAN, newline="\r\n"), "utf-16"),
    "utf-16 without mark": (table("\t", ",", heading=GERMAN), "utf-16-le"),
    "french": (table(";", ",", heading=FRENCH), "utf-8"),
    "french thousands": (table(";", ",", "\u202f", heading=FRENCH), "utf-8"),
    "french nbsp": (table("\t", ",", "\u00a0", heading=FRENCH), "cp1252"),
    "swiss": (table(";", ".", "'", heading=GERMAN), "utf-8"),
    "american": (table("\t", ".", ","), "ascii"),
    "american quoted": (table(",", ".", ",", quote='"'), "ascii"),
    "quoted decimal comma": (table(",", ",", quote='"', heading=FRENCH), "utf-8"),
    "bar": (table("|", heading="Time [s]~Force [N]~Displacement [mm]".replace("~", "|")), "utf-8"),
    "units row": (table(";", ",", heading="Zeit|Kraft|Weg", units="s|N|mm"), "utf-8"),
    "units row in brackets": (table("\t", heading="Time|Force|Extension", units="(s)|(N)|(mm)"), "utf-8"),
    "slash": (table(heading="Time / s|Force / N|Displacement / mm"), "utf-8"),
    "snake": (table(heading="time_s|force_n|displacement_mm"), "utf-8"),
    "in": (table(";", ",", heading="Zeit in s|Kraft in N|Weg in mm"), "utf-8"),
    "bare unit": (table(heading="Time s|Force N|Displacement mm"), "utf-8"),
    "trailing": (table(";", trailing=";"), "utf-8"),
    "trailing rows only": (table(";").replace("\n", ";\n").replace(";\n", "\n", 1), "utf-8"),
    "spaces": (table("   ", heading="Time [s]|Force [N]|Displacement [mm]"), "utf-8"),
    "blanks": (table(" ", heading="time_s|force_n|displacement_mm"), "utf-8"),
    "blanks comma": (table(" ", ",", heading="time_s|force_n|displacement_mm"), "utf-8"),
    "old mac": (table(newline="\r"), "ascii"),
    "comments": (table(before="# made by hand\n# operator: AB\n"), "utf-8"),
    "commented heading": ("# " + table(), "utf-8"),
    "preamble": (table(";", ",", before="Probe: A1\nBreite b0;10,5;mm\nPrüfer: X; Y\n\n", heading=GERMAN), "utf-8"),
    "blank lines": (table().replace("\n", "\n\n"), "utf-8"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_locale_reads_as_the_same_numbers(name: str, tmp_path: Path) -> None:
    text, encoding = VARIANTS[name]
    path = tmp_path / "file.dat"
    path.write_bytes(text.encode(encoding))
    same(path)


finite = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 4))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(finite, finite), min_size=1, max_size=12),
    style=st.sampled_from([(s, d) for s, d in itertools.product(";\t,|", ".,") if s != d]),
)
def test_any_numbers_in_any_style(rows: list[tuple[float, float]], style: tuple[str, str], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    separator, decimal = style
    path = tmp_path_factory.mktemp("any") / "a.csv"
    cells = [[f"{v:.4f}".replace(".", decimal) for v in row] for row in rows]
    path.write_text("Time [s]" + separator + "Force [kN]\n" + "".join(separator.join(r) + "\n" for r in cells))
    (trace,) = read_file(path)
    np.testing.assert_array_equal(trace["time_s"], [float(f"{t:.4f}") for t, _ in rows])
    np.testing.assert_allclose(trace["force_n"], [1000 * float(f"{f:.4f}") for _, f in rows], rtol=1e-14)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_japanese_headings_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    text = "試料名,膜\n時間[s],水平力[mN],垂直変位[μm]\n" + "".join(f"{n},{2 * n},{n / 10}\n" for n in range(20))
    (tmp_path / "cut.csv").write_bytes(text.encode(encoding))
    (trace,) = read_file(tmp_path / "cut.csv")
    np.testing.assert_allclose(trace["horizontal_force_n"], 2e-3 * np.arange(20), rtol=1e-12)
    np.testing.assert_allclose(trace["depth_m"], 1e-7 * np.arange(20), rtol=1e-12)


def test_units_scale_to_si(tmp_path: Path) -> None:
    path = write(tmp_path, "Zeit [min];Kraft [kN];Weg [µm];Dehnung [%];Spannung [MPa];Temperatur [°C]\n1;2;3;4;5;25\n")
    (trace,) = read_file(path)
    found = {name: float(values[0]) for name, values in trace.columns.items()}
    expected = {"time_s": 60.0, "force_n": 2000.0, "displacement_m": 3e-6, "strain_1": 0.04, "stress_pa": 5e6}
    assert found == pytest.approx({**expected, "temperature_k": 298.15}, rel=1e-14)


def test_text_columns_and_clock(tmp_path: Path) -> None:
    text = "Probe;Zustand;Dicke [µm];Zeit\nA;initial;12,5;00:00:10\nÄ;lithiated;20;27:01:02,5\n"
    (trace,) = read_file(write(tmp_path, text))
    assert list(trace["specimen"]) == ["A", "Ä"]
    assert list(trace["state"]) == ["initial", "lithiated"]
    assert list(trace["thickness_m"]) == [1.25e-5, 2e-5]
    assert list(trace["time_s"]) == [10.0, 27 * 3600 + 62.5]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2024-03-01 12:00:00", "2024-03-01 12:00:05.5", 1709294400.0),
        ("2024-03-01T12:00:00", "2024-03-01T12:00:05.5", 1709294400.0),
        ("01.03.2024 12:00:00", "01.03.2024 12:00:05,5", 1709294400.0),
        ("03/25/2024 12:00:00", "03/25/2024 12:00:05.5", 1711368000.0),
        ("25/03/2024 12:00:00", "25/03/2024 12:00:05.5", 1711368000.0),
    ],
)
def test_dates_become_unix_time(first: str, second: str, expected: float, tmp_path: Path) -> None:
    text = f"DateTime;Voltage [V];Current [A]\n{first};3;1\n{second};3;1\n"
    (trace,) = read_file(write(tmp_path, text))
    assert list(trace["unix_time_s"]) == [expected, expected + 5.5]
    assert list(trace["time_s"]) == [0.0, 5.5]
    assert any("counted from the first date" in w for w in trace.warnings)


def test_an_ambiguous_date_is_not_guessed(tmp_path: Path) -> None:
    text = "Date;Time [s];Voltage [V]\n03/04/2024 12:00:00;1;3\n03/04/2024 12:00:05;2;3\n"
    (trace,) = read_file(write(tmp_path, text))
    assert "unix_time_s" not in trace


def test_preamble_pairs_and_their_si_numbers(tmp_path: Path) -> None:
    before = "# Specimen width: 12.7 mm\n# Thickness (µm): 55\nOperator: A. B.\nGauge length = 5 cm\n"
    (trace,) = read_file(write(tmp_path, table(before=before)))
    assert trace.metadata["preamble"]["Operator"] == "A. B."
    assert trace.metadata["width_m"] == pytest.approx(0.0127)
    assert trace.metadata["thickness_m"] == pytest.approx(55e-6)
    assert trace.metadata["gauge_length_m"] == pytest.approx(0.05)


def test_map_names_columns_and_its_unit_overrides(tmp_path: Path) -> None:
    path = write(tmp_path, table(heading="a [s]|b|c [mm]"))
    same(path, columns={"time_s": "a", "force_n": "b [N]", "displacement_m": "c [mm]"})
    (trace,) = read_file(path, columns={"time_s": "a [s]", "force_n": "column 2 [kN]", "displacement_m": "c [cm]"})
    np.testing.assert_allclose(trace["force_n"], np.array(FORCE) * 1000)
    np.testing.assert_allclose(trace["displacement_m"], np.array(TRAVEL) / 100)


def test_map_reads_a_file_without_headings(tmp_path: Path) -> None:
    text = "".join(f"{t},{f}\n" for t, f in zip(TIME, FORCE, strict=True))
    (trace,) = read_file(write(tmp_path, text), columns={"time_s": "column 1 [s]", "force_n": "column 2 [N]"})
    np.testing.assert_array_equal(trace["force_n"], FORCE)


def test_faults_of_the_map_come_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, table())
    with pytest.raises(ReadError) as caught:
        read_file(path, columns={"farce_n": "Force [N]", "force_n": "Kraft", "time_s": "Time [mm]"})
    assert len(caught.value.problems) == 3
    assert "force_n" in caught.value.problems[0].expected
    assert "'Force [N]'" in caught.value.problems[1].expected


def test_first_preference_wins_and_others_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Time [s],Position [mm],Displacement [mm],Force [N]\n1,2,3,4\n")
    (trace,) = read_file(path)
    assert trace["displacement_m"][0] == 0.003
    assert any("Position" in w for w in trace.warnings)


def test_unsigned_current_takes_its_sign_from_the_step_type(tmp_path: Path) -> None:
    text = "Time [s];Step Type;Current [mA];Voltage [V]\n0;Rest;0;3\n1;CC Chg;5;3\n2;CC DChg;5;3\n"
    (trace,) = read_file(write(tmp_path, text))
    assert list(trace["current_a"]) == [0.0, 0.005, -0.005]
    assert any("without sign" in w for w in trace.warnings)


def test_signed_current_stays_as_written(tmp_path: Path) -> None:
    text = "Time [s];Step Type;Current [A];Voltage [V]\n1;CC Chg;-5;3\n2;CC DChg;5;3\n"
    (trace,) = read_file(write(tmp_path, text))
    assert list(trace["current_a"]) == [-5.0, 5.0]


@pytest.mark.parametrize("place", ["comment", "heading", "cell", "utf-16"])
def test_the_rehearsed_mark_is_seen_anywhere(place: str, tmp_path: Path) -> None:
    text = table()
    if place == "heading":
        text = text.replace("Displacement [mm]", f"Displacement [mm],{REHEARSED_MARK}")
        text = "\n".join(line + ("," if i else "") for i, line in enumerate(text.splitlines())) + "\n"
    elif place == "cell":
        text = "Time [s],Force [N],Sample\n1,2,A\n2,3," + REHEARSED_MARK + "\n"
    else:
        text = f"# {REHEARSED_MARK}\n" + text
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("utf-16" if place == "utf-16" else "utf-8"))
    assert read_file(path)[0].rehearsed
    path.write_text(table())
    assert not read_file(path)[0].rehearsed


def test_shown_as_and_hash(tmp_path: Path) -> None:
    path = write(tmp_path, table())
    (trace,) = read_file(path, shown_as="raw/a.csv")
    assert trace.source.path == "raw/a.csv"
    assert len(trace.source.sha256) == 64
    assert read_file(str(path))[0].source.path == str(path)
