"""Micromeritics reports as text, and psi and ml without headings."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from samples_pores import mercury_report, psi_volume

from byssus.errors import ReadError
from byssus.read import read_file


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "cp1252"])
def test_a_report_of_mercury(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(mercury_report().encode(encoding))
    (trace,) = read_file(path)
    assert (trace.source.reader, trace.warnings, len(trace)) == ("micromeritics", (), 60)
    psi = 6894.757293168361
    np.testing.assert_allclose(trace["pressure_pa"][[0, -1]], [0.5 * psi, 59988.2 * psi], rtol=1e-6)
    assert trace["specific_intrusion_m3_per_kg"][-1] == pytest.approx(0.3e-3, rel=1e-3)
    said = trace.metadata
    assert said["sample_mass_kg"] == 0.1493e-3
    assert said["penetrometer_volume_m3"] == pytest.approx(5.1234e-6, rel=1e-12)
    assert said["assembly_mass_kg"] == pytest.approx(0.1289931, rel=1e-12)
    assert said["contact_angle_rad"] == pytest.approx(math.radians(140.0), rel=1e-9)
    assert said["surface_tension_n_per_m"] == pytest.approx(0.485, rel=1e-9)
    assert said["mercury_density_kg_per_m3"] == pytest.approx(13533.5, rel=1e-9)


def test_a_summary_without_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(mercury_report().split("Tabular")[0])
    with pytest.raises(ReadError, match="without a table of pressure and volume") as caught:
        read_file(path)
    assert len(caught.value.problems) == 1


def test_psi_and_ml_are_told_by_their_range(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(psi_volume())
    (trace,) = read_file(path)
    assert trace.source.reader == "psi-volume"
    assert trace["pressure_pa"][0] == pytest.approx(1.0 * 6894.757293168361, rel=1e-9)
    assert "no headings" in trace.warnings[0]
    (mapped,) = read_file(path, columns={"pressure_pa": "column 1 [kPa]", "intrusion_volume_m3": "column 2 [ul]"})
    assert (mapped["pressure_pa"][0], mapped.warnings) == (1000.0, ())


def test_two_columns_of_another_range_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"{n / 10}\t{n * 1e-3}\n" for n in range(1, 200)))
    with pytest.raises(ReadError, match="no known column"):
        read_file(path)
