"""Spectra, runs and curves as labs export them: German headings, decimal commas, units behind a blank or nowhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import Trace

X = np.arange(3900.0, 500.0, -4.0)
Y = 0.02 + 0.5 / (1 + ((X - 1720.0) / 12.0) ** 2)


def read(folder: Path, heads: str, x: np.ndarray, y: np.ndarray, encoding: str = "utf-8") -> Trace:
    rows = [heads, *(f"{a:.2f};{b:.6f}".replace(".", ",") for a, b in zip(x, y, strict=True))]
    path = folder / "file.csv"
    path.write_text("\n".join(rows) + "\n", encoding=encoding)
    (one,) = read_file(path)
    return one


@pytest.mark.parametrize(
    ("heads", "column", "factor", "encoding"),
    [
        ("Wellenzahl [cm-1];Transmission [%]", "transmittance_1", 100.0, "utf-8"),
        ("Wellenzahl (1/cm);Durchlässigkeit (%)", "transmittance_1", 100.0, "latin-1"),
        ("Wellenzahl cm-1;Extinktion", "absorbance", 1.0, "utf-8"),
        ("Wellenzahl;Extinktion", "absorbance", 1.0, "utf-8"),
        ("Wavenumber;Transmittance [1]", "transmittance_1", 1.0, "utf-8"),
    ],
)
def test_infrared(heads: str, column: str, factor: float, encoding: str, tmp_path: Path) -> None:
    one = read(tmp_path, heads, X, factor * Y, encoding)
    np.testing.assert_allclose(one["wavenumber_per_m"], 100 * X, atol=1.0)
    np.testing.assert_allclose(one[column], Y, atol=1e-6)
    told = any("1/cm is taken" in w for w in one.warnings)
    assert told is ("cm" not in heads)


def test_a_wavenumber_without_a_spectrum_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        read(tmp_path, "Wellenzahl;Temperatur", X, Y)


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        ("Bindungsenergie [eV];Intensity [cps]", ("binding_energy_ev", "count_rate_per_s")),
        ("Zeit [s];RI-Signal [mV]", ("time_s", "detector_signal")),
        ("Druck [Pa];Volumen [m^3/kg]", ("pressure_pa", "specific_intrusion_m3_per_kg")),
        ("Druck [Pa];Volumen [m^3]", ("pressure_pa", "intrusion_volume_m3")),
        ("Pore diameter [m];Intrusion [m^3/kg]", ("pore_diameter_m", "specific_intrusion_m3_per_kg")),
    ],
)
def test_other_tables(heads: str, columns: tuple[str, str], tmp_path: Path) -> None:
    one = read(tmp_path, heads, X[::-1], Y[::-1])
    np.testing.assert_allclose(one[columns[0]], X[::-1])
    np.testing.assert_allclose(one[columns[1]], Y[::-1], atol=1e-6)


def test_fahrenheit(tmp_path: Path) -> None:
    one = read(tmp_path, "Temp [°F];E' [ksi]", np.linspace(80.0, 400.0, 40), np.linspace(300.0, 5.0, 40))
    assert one["temperature_k"][0] == pytest.approx((80 - 32) * 5 / 9 + 273.15)
    assert one["storage_modulus_pa"][0] == pytest.approx(300 * 6.894757e6, rel=1e-6)
