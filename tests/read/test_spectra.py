"""Every form of impedance as one, and one Trace a spectrum; sweeps made here, so that their ends are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.read.sweeps import groups
from byssus.trace import Trace

Floats = NDArray[np.float64]
F, RE, IM = "frequency_hz", "impedance_real_ohm", "impedance_imaginary_ohm"
DOWN = 10 ** np.linspace(5, -2, 43)


def impedance(frequency_hz: Floats) -> NDArray[np.complex128]:
    """10 ohm before 50 ohm beside 1 mF."""
    return 10 + 50 / (1 + 2j * np.pi * frequency_hz * 0.05)


def write(path: Path, **columns: object) -> Path:
    pl.DataFrame(columns).write_csv(path)
    return path


def one(path: Path, **columns: str) -> Trace:
    (trace,) = read_file(path, columns=columns)
    return trace


# ---- one form ---------------------------------------------------------------------------------------------------

Z = impedance(DOWN)
FORMS: dict[str, dict[str, object]] = {
    "imaginary": {"Freq / Hz": DOWN, "Z' [Ohm]": Z.real, "Z'' [Ohm]": Z.imag},
    "minus": {"freq/Hz": DOWN, "Re(Z)/Ohm": Z.real, "-Im(Z)/Ohm": -Z.imag},
    "degrees": {"Frequency (kHz)": DOWN / 1e3, "|Z| (mΩ)": abs(Z) * 1e3, "Phase (deg)": np.angle(Z, deg=True)},
    "radians": {"f [Hz]": DOWN, "Zmod [kOhm]": abs(Z) / 1e3, "Zphz [rad]": np.angle(Z)},
    "spoken": {"FREQ (HZ)": DOWN, "Zre (ohms)": Z.real, "Zim (OHMS)": Z.imag, "Zmod (ohms)": abs(Z)},
    "all": {
        "Freq [Hz]": DOWN, "Zreal [ohm]": Z.real, "-Z'' (Ω)": -Z.imag, "Zmod [\u2126]": abs(Z),
        "Phase(Z)/deg": np.angle(Z, deg=True),
    },
    "canonical": {F: DOWN, RE: Z.real, IM: Z.imag},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_as_one(form: str, tmp_path: Path) -> None:
    trace = one(write(tmp_path / "a.csv", **FORMS[form]))
    assert {n for n in trace.columns if "impedance" in n} == {RE, IM}
    np.testing.assert_allclose(trace[F], DOWN, rtol=1e-12)
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], Z, rtol=1e-12)
    assert trace.warnings == ()
    assert "at" not in trace.metadata


def test_headings_without_units_are_hertz_and_ohm_with_a_warning(tmp_path: Path) -> None:
    trace = one(write(tmp_path / "a.csv", Freq=DOWN, Real=Z.real, Imag=Z.imag, Zphz=np.angle(Z, deg=True)))
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], Z, rtol=1e-12)
    (said,) = trace.warnings
    assert "'Freq', 'Real', 'Imag'" in said
    # a phase without unit could be degrees or radians: it is not taken, and there is no impedance
    polar = one(write(tmp_path / "b.csv", Freq=DOWN, Zmod=abs(Z), Zphz=np.angle(Z)))
    assert not {RE, IM, "impedance_phase_rad"} & set(polar.columns)
    assert any('map impedance_phase_rad = "Zphz [deg]"' in w for w in polar.warnings)


def test_degrees_under_a_heading_of_radians_are_told_with_both_numbers(tmp_path: Path) -> None:
    columns = {"f [Hz]": DOWN, "Re(Z) [Ohm]": Z.real, "Im(Z) [Ohm]": Z.imag, "Phase [rad]": np.angle(Z, deg=True)}
    trace = one(write(tmp_path / "a.csv", **columns))
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], Z, rtol=1e-12)
    (said,) = trace.warnings
    row = int(np.argmin(np.abs(DOWN - float(said.split(" Hz")[0].split()[-1]))))
    assert f"{np.angle(Z[row], deg=True):.6g} and {np.angle(Z[row]):.6g} rad" in said
    assert "degrees under a heading of radians" in said


def test_a_modulus_that_disagrees_is_told_with_both_numbers(tmp_path: Path) -> None:
    columns = {"f [Hz]": DOWN, "Re(Z) [Ohm]": Z.real, "Im(Z) [Ohm]": Z.imag, "|Z| [Ohm]": abs(Z) * 1000}
    (said,) = one(write(tmp_path / "a.csv", **columns)).warnings
    assert "modulus disagrees" in said
    assert any(f"{1000 * abs(z):.6g} and {abs(z):.6g} ohm" in said for z in Z)


def test_the_sign_of_a_minus_that_disagrees_is_told(tmp_path: Path) -> None:
    columns = {"f [Hz]": DOWN, "Re(Z) [Ohm]": Z.real, "Im(Z) [Ohm]": Z.imag, "-Im(Z) [Ohm]": Z.imag}
    trace = one(write(tmp_path / "a.csv", **columns))
    np.testing.assert_array_equal(trace[IM], Z.imag)
    assert any("disagree" in w for w in trace.warnings)


def test_polar_degrees_called_radians_are_refused_and_can_be_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", **{"f [Hz]": DOWN, "|Z| [Ohm]": abs(Z), "Phase [rad]": np.angle(Z, deg=True)})
    with pytest.raises(ReadError, match=r'impedance_phase_rad = "Phase \[rad\] \[deg\]"'):
        read_file(path)
    trace = one(path, impedance_phase_rad="Phase [deg]")
    np.testing.assert_allclose(trace[RE] + 1j * trace[IM], Z, rtol=1e-12)


def test_a_capacitive_spectrum_with_positive_imaginary_part_is_doubted_and_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", **{"f [Hz]": DOWN, "Z' [Ohm]": Z.real, "Z'' [Ohm]": -Z.imag})
    trace = one(path)
    np.testing.assert_array_equal(trace[IM], -Z.imag)
    (said,) = trace.warnings
    assert "minus_impedance_imaginary_ohm = \"Z'' [Ohm]\"" in said
    mapped = one(path, minus_impedance_imaginary_ohm="Z'' [Ohm]")
    np.testing.assert_array_equal(mapped[IM], Z.imag)
    assert mapped.warnings == ()


@pytest.mark.parametrize("kind", ["inductor", "capacitor"])
def test_what_has_its_right_sign_is_not_doubted(kind: str, tmp_path: Path) -> None:
    w = 2 * np.pi * DOWN
    z = 5 + 2e-6 * w * 1j + 1e-3 * np.sqrt(w) if kind == "inductor" else 5 + 1 / (1j * w * 0.1)
    assert one(write(tmp_path / "a.csv", **{"f [Hz]": DOWN, "Zre [Ohm]": z.real, "Zim [Ohm]": z.imag})).warnings == ()


def test_every_impedance_column_can_be_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", a=DOWN / 1e3, b=Z.real * 1e3, c=-Z.imag, d=abs(Z), e=np.angle(Z, deg=True))
    maps = {F: "a [kHz]", RE: "b [mOhm]", "minus_impedance_imaginary_ohm": "c [Ohm]"}
    np.testing.assert_allclose(one(path, **maps)[RE] + 1j * one(path, **maps)[IM], Z, rtol=1e-12)
    maps = {F: "a [kHz]", "impedance_modulus_ohm": "d [Ohm]", "impedance_phase_rad": "e [deg]"}
    np.testing.assert_allclose(one(path, **maps)[RE] + 1j * one(path, **maps)[IM], Z, rtol=1e-12)


@pytest.mark.parametrize("unit", ["Ohm cm2", "Ω·cm²", "ohm*cm^2"])
def test_impedance_per_area_is_no_ohm(unit: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", **{"f [Hz]": DOWN, f"Z' [{unit}]": Z.real, f"Z'' [{unit}]": Z.imag})
    with pytest.raises(ReadError, match="the impedance is per area"):
        read_file(path)


def test_rows_that_are_no_point_are_left_out_and_counted(tmp_path: Path) -> None:
    f, z = np.concatenate(([0, 0, 0], DOWN)), np.concatenate(([0, 0, 0], Z))
    real = [None if n == 20 else v for n, v in enumerate(z.real)]
    path = write(tmp_path / "a.csv", **{"f [Hz]": f, "Z' [Ohm]": real, "Z'' [Ohm]": z.imag})
    trace = one(path)
    assert (len(trace), trace.source.rows) == (42, 42)
    assert 0 not in trace[F]
    assert "3 of 46 rows are left out: they have frequency 0, as rows recorded at rest" in trace.warnings
    assert "1 of 46 rows are left out: they lack a frequency or an impedance" in trace.warnings
    with pytest.raises(ReadError, match="no row has a frequency above zero"):
        read_file(write(tmp_path / "b.csv", **{"f [Hz]": f * 0, "Z' [Ohm]": z.real, "Z'' [Ohm]": z.imag}))


# ---- several spectra --------------------------------------------------------------------------------------------


def lengths(frequency_hz: Floats, **index: Floats) -> list[int]:
    parts, said = groups(frequency_hz, **index)
    assert said == []
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(frequency_hz)))
    return [len(part) for part in parts]


NOISY = DOWN * (1 + 0.02 * np.random.default_rng(1).standard_normal(len(DOWN)))
DENSE = np.sort(10 ** np.random.default_rng(2).uniform(-4, 2, 800))
PLACES: dict[str, tuple[Floats, list[int]]] = {
    "one down": (DOWN, [43]),
    "one up": (DOWN[::-1], [43]),
    "noisy": (NOISY, [43]),
    "a cloud in order": (DENSE, [800]),
    "every point twice": (np.repeat(DOWN, 2), [86]),
    "a point measured again": (np.concatenate((DOWN[:10], DOWN[7:])), [46]),
    "merged": (np.tile(DOWN, 3), [43, 43, 43]),
    "merged, up": (np.tile(DOWN[::-1], 2), [43, 43]),
    "merged, the last cut": (np.concatenate((DOWN, DOWN, DOWN[:4])), [43, 43, 4]),
    "merged, of other ranges": (np.concatenate((DOWN, DOWN[6:30], DOWN[:20])), [43, 24, 20]),
    "merged, the last point twice": (np.concatenate((DOWN, DOWN[-1:], DOWN)), [44, 43]),
    "down and up": (np.concatenate((DOWN, DOWN[::-1])), [43, 43]),
    "down, up, down": (np.concatenate((DOWN, DOWN[-2::-1], DOWN[1:])), [43, 42, 42]),
    "from the middle, up, then down": (np.concatenate((DOWN[20:0:-1], DOWN)), [63]),
    "two from the middle": (np.tile(np.concatenate((DOWN[20:0:-1], DOWN)), 2), [63, 63]),
    "a few points": (DOWN[:3], [3]),
    "one point": (DOWN[:1], [1]),
    "one frequency": (np.full(20, 1e3), [20]),
}


@pytest.mark.parametrize("name", PLACES)
def test_where_sweeps_end(name: str) -> None:
    frequency, expected = PLACES[name]
    assert lengths(frequency) == expected
    assert lengths(frequency * 1e-3) == expected  # whatever the unit


def test_frequencies_in_no_order_are_one_spectrum_with_a_warning() -> None:
    parts, said = groups(np.random.default_rng(3).permutation(DOWN))
    assert [len(part) for part in parts] == [43]
    assert len(said) == 1


def test_a_cycle_parts_sweeps_only_where_the_frequency_goes_back() -> None:
    narrow = 10 ** np.linspace(0.3, 0, 8)  # three sweeps over too little to see a jump
    cycle = np.repeat([1.0, 2.0, 3.0], 8)
    assert lengths(np.tile(narrow, 3)) == [24]
    assert lengths(np.tile(narrow, 3), cycle_index=cycle) == [8, 8, 8]
    assert lengths(DOWN, cycle_index=np.arange(43) // 10.0) == [43]


def test_a_spectrum_index_decides_unless_it_counts_rows() -> None:
    mixed = np.concatenate((DOWN, DOWN))
    assert lengths(mixed, spectrum_index=np.tile([7.0, 3.0], 43)) == [43, 43]
    assert lengths(DENSE, spectrum_index=np.repeat([1.0, 2.0], 400)) == [400, 400]
    assert lengths(DOWN, spectrum_index=np.arange(43.0)) == [43]


def test_each_spectrum_is_a_trace_of_its_own(tmp_path: Path) -> None:
    z = np.concatenate((Z, 2 * Z))
    columns = {"f [Hz]": np.tile(DOWN, 2), "Z' [Ohm]": z.real, "-Z'' [Ohm]": -z.imag, "Time [s]": np.arange(86.0)}
    traces = read_file(write(tmp_path / "a.csv", **columns))
    assert [t.metadata["at"] for t in traces] == [{"spectrum": 1}, {"spectrum": 2}]
    assert [t.source.rows for t in traces] == [43, 43]
    np.testing.assert_allclose(traces[1][RE] + 1j * traces[1][IM], 2 * Z, rtol=1e-12)
    assert traces[1]["time_s"][0] == 43.0


# ---- spectra between the rows of cycling ------------------------------------------------------------------------


def cycling(**more: object) -> dict[str, object]:
    rest = np.zeros(100)
    f = np.concatenate((rest, DOWN, rest, DOWN))
    z = np.concatenate((rest, Z, rest, 3 * Z))
    time = np.arange(286.0)
    return {
        "Time [s]": time, "Voltage [V]": 3 + time / 1e3, "Current [A]": np.full(286, 0.1), "freq [Hz]": f,
        "Re(Z) [Ohm]": z.real, "-Im(Z) [Ohm]": -z.imag, **more,
    }  # fmt: skip


def test_a_record_of_cycling_stays_whole_before_its_spectra(tmp_path: Path) -> None:
    record, *spectra = read_file(write(tmp_path / "a.csv", **cycling(Cycle=np.repeat([1, 2], 143))))
    assert (len(record), record.source.rows) == (286, 286)
    assert not {F, RE, IM} & set(record.columns)
    assert {"time_s", "voltage_v", "current_a", "cycle_index"} <= set(record.columns)
    assert "at" not in record.metadata
    assert [t.metadata["at"] for t in spectra] == [{"spectrum": 1}, {"spectrum": 2}]
    for number, trace in zip((1, 3), spectra, strict=True):
        np.testing.assert_allclose(trace[RE] + 1j * trace[IM], number * Z, rtol=1e-12)
    assert list(spectra[1]["time_s"][:2]) == [243.0, 244.0]
    assert not any(t.warnings for t in (record, *spectra))


def test_rest_before_a_spectrum_is_no_cycling(tmp_path: Path) -> None:
    traces = read_file(write(tmp_path / "a.csv", **cycling()))  # nothing counts cycles or steps
    assert [len(t) for t in traces] == [43, 43]
    assert any("200 of 286 rows are left out" in w for w in traces[0].warnings)


def test_a_cycling_file_whose_frequency_is_never_set_has_no_spectrum(tmp_path: Path) -> None:
    columns = cycling(Cycle=np.repeat([1, 2], 143)) | {"freq [Hz]": np.zeros(286)}
    trace = one(write(tmp_path / "a.csv", **columns))
    assert len(trace) == 286
    assert F not in trace
