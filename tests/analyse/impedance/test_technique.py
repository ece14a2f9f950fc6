"""The technique on spectra whose circuit is known, and on real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.impedance._measured import Spectrum, averaged
from byssus.analyse.impedance.technique import TECHNIQUE, analyse, together
from byssus.analyse.technique import Specimen
from byssus.errors import AnalysisError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.trace import Source, Trace

FREQUENCY = np.geomspace(1e6, 1e-2, 81)
ARCS = ((8.0, 1e-5, 0.9), (20.0, 1e-3, 0.85), (40.0, 3e-2, 0.8))
NAMES = "τ1 contact; τ2 SEI; τ3 charge transfer"


def spectrum(arcs=ARCS, noise: float = 1e-3, seed: int = 0, ohmic: float = 5.0) -> Trace:
    omega = 2 * np.pi * FREQUENCY
    z = ohmic + sum(r / (1 + (1j * omega * tau) ** phi) for r, tau, phi in arcs)
    rng = np.random.default_rng(seed)
    z = z + noise * np.abs(z) * (rng.standard_normal(len(z)) + 1j * rng.standard_normal(len(z)))
    columns = {"frequency_hz": FREQUENCY, "impedance_real_ohm": z.real, "impedance_imaginary_ohm": z.imag}
    return Trace(columns, Source("cell.mpt", "0" * 64, "test", len(z)))


def told(specimen: dict[str, str] | None = None) -> Specimen:
    return TECHNIQUE.specimen("cell", specimen or {})


def rows(result, name: str, **at: object) -> list[Finding]:
    found = [f for f in TECHNIQUE.findings(result) if f.quantity == name]
    return [f for f in found if all(f.at.get(key) == value for key, value in at.items())]


def test_the_circuit_comes_back_by_the_studys_names() -> None:
    result = analyse(spectrum(), told({"processes": NAMES}))
    for name, (ohm, tau, _) in zip(NAMES.split("; "), ARCS, strict=True):
        (resistance,) = rows(result, "peak_resistance", process=name)
        (time,) = rows(result, "peak_time_constant", process=name)
        (capacitance,) = rows(result, "peak_capacitance", process=name)
        assert resistance.value == pytest.approx(ohm, rel=0.05)
        assert abs(np.log10(time.value / tau)) < 0.05
        assert capacitance.value == pytest.approx(time.value / resistance.value)
        assert resistance.interval[0] < ohm < resistance.interval[1] or abs(resistance.value / ohm - 1) < 0.02
    (total,) = rows(result, "polarisation_resistance")
    assert total.value == pytest.approx(68.0, rel=0.02)
    (series,) = rows(result, "ohmic_resistance")
    assert series.value == pytest.approx(5.0, rel=0.02)
    assert len(rows(result, "arc_exponent")) == 3


def test_the_flank_of_diffusion_is_no_process() -> None:
    root = np.sqrt(2j * np.pi * FREQUENCY * 4e2)
    for seed in range(3):
        arcs = spectrum(seed=seed)
        z = arcs["impedance_real_ohm"] + 1j * arcs["impedance_imaginary_ohm"] + 30.0 / (root * np.tanh(root))
        columns = {"frequency_hz": FREQUENCY, "impedance_real_ohm": z.real, "impedance_imaginary_ohm": z.imag}
        result = analyse(Trace(columns, arcs.source), told({"processes": NAMES}))
        times = [row.value for row in rows(result, "peak_time_constant") if "process" in row.at]
        assert len(times) == 3
        assert max(times) < 1.0
        (total,) = rows(result, "polarisation_resistance")
        assert any("does not close" in remark for remark in total.remarks)


def test_a_closed_spectrum_keeps_its_slowest_process() -> None:
    slow = (*ARCS, (30.0, 3.0, 0.9))  # its summit lies at 53 mHz, the range ends at 10 mHz
    for seed in range(3):
        result = analyse(spectrum(slow, seed=seed), told())
        times = [row.value for row in rows(result, "peak_time_constant") if "process" in row.at]
        assert len(times) == 4


def test_many_points_are_averaged_and_the_arcs_stay() -> None:
    dense = np.geomspace(1e6, 1e-2, 1601)
    omega = 2 * np.pi * dense
    z = 5.0 + sum(r / (1 + (1j * omega * tau) ** phi) for r, tau, phi in ARCS)
    few = averaged(Spectrum(dense, np.asarray(z), {}, "cell"))
    assert len(few.frequency_hz) == 161
    assert len(averaged(few).frequency_hz) == 161
    columns = {"frequency_hz": dense, "impedance_real_ohm": z.real, "impedance_imaginary_ohm": z.imag}
    result = analyse(Trace(columns, Source("cell.mpt", "0" * 64, "test", len(dense))), told())
    for number, (ohm, tau, phi) in enumerate(ARCS, 1):
        (resistance,) = rows(result, "peak_resistance", arc=number)
        (time,) = rows(result, "peak_time_constant", arc=number)
        (exponent,) = rows(result, "arc_exponent", arc=number)
        assert (resistance.value, time.value, exponent.value) == pytest.approx((ohm, tau, phi), rel=2e-3)


def test_a_two_electrode_cell_says_what_is_inside_its_peaks() -> None:
    for electrodes, expected in (("two", True), ("three", False)):
        result = analyse(spectrum(), told({"electrodes": electrodes}))
        remarks = [r for f in rows(result, "peak_resistance") if "process" in f.at for r in f.remarks]
        assert any("counter electrode" in r for r in remarks) is expected


def grown(factor: float, seed: int) -> Trace:
    return spectrum(tuple((r * (factor if tau > 1e-4 else 1), tau, phi) for r, tau, phi in ARCS), seed=seed)


def test_a_process_keeps_its_name_over_the_cycles() -> None:
    traces = [grown(1.0, 1), grown(1.4, 2), grown(2.0, 3)]
    result = together(traces, told({"after_cycles": "1, 10, 20", "processes": NAMES}))
    values = [rows(result, "peak_resistance", process="τ2 SEI", cycle=c)[0].value for c in (1, 10, 20)]
    assert values == pytest.approx([20.0, 28.0, 40.0], rel=0.05)
    contact = [rows(result, "peak_resistance", process="τ1 contact", cycle=c)[0].value for c in (1, 10, 20)]
    assert contact == pytest.approx([8.0, 8.0, 8.0], rel=0.05)
    figures = {s.figure for s in TECHNIQUE.series(result)}
    assert figures == {figure.name for figure in TECHNIQUE.figures}


def test_the_marks_of_a_distribution_are_symbols_or_whole_names() -> None:
    result = analyse(spectrum(), told({"processes": "τ1 contact; charge transfer; slow one"}))
    (drawn,) = (s for s in TECHNIQUE.series(result) if s.figure == "relaxation_times")
    assert [mark.name for mark in drawn.marks] == ["τ1", "charge transfer", "slow one"]


def test_cycles_and_spectra_must_be_as_many() -> None:
    with pytest.raises(AnalysisError, match="not as many cycles as spectra"):
        together([spectrum(), spectrum(seed=1)], told({"after_cycles": "1, 10, 20"}))
    with pytest.raises(AnalysisError, match="no numbers of cycles"):
        analyse(spectrum(), told({"after_cycles": "first"}))
    with pytest.raises(AnalysisError, match="named twice"):
        together([spectrum(), spectrum(seed=1)], told({"after_cycles": "1, 1"}))


def test_one_bad_spectrum_of_several_fails_alone() -> None:
    short = Trace({k: v[:3] for k, v in spectrum().columns.items()}, Source("cell.mpt", "0" * 64, "test", 3))
    result = together([spectrum(), short], told())
    assert [f.status for f in rows(result, "ohmic_resistance", spectrum=2)] == ["failed"]
    assert [f.status for f in rows(result, "ohmic_resistance", spectrum=1)] == ["ok"]


def test_an_inconsistent_spectrum_warns_with_every_number() -> None:
    trace = spectrum()
    drift = 1 + 0.3 * np.linspace(0, 1, len(FREQUENCY)) ** 8  # the cell changes while the slow points are measured
    columns = {k: v if k == "frequency_hz" else v * drift for k, v in trace.columns.items()}
    result = analyse(Trace(columns, trace.source), told())
    (row,) = rows(result, "kramers_kronig_residual")
    assert row.status == "warned"
    assert all(f.status != "ok" for f in TECHNIQUE.findings(result))


def test_a_missing_column_is_named() -> None:
    trace = spectrum()
    bare = Trace({"frequency_hz": trace["frequency_hz"]}, trace.source)
    with pytest.raises(AnalysisError, match="impedance_real_ohm"):
        analyse(bare, told())


def test_a_range_that_leaves_nothing_is_told() -> None:
    specimen = Specimen("cell", {"lowest_frequency": 1e7})
    with pytest.raises(AnalysisError, match=r"no point of the spectrum is left.*lowest_frequency"):
        analyse(spectrum(), specimen)


def test_four_real_spectra_of_one_cell(shared_data: Path) -> None:
    traces = read_file(shared_data / "eis_biologic" / "aurora_PEIS.mpr")
    result = together(traces, told())
    ohmic = [rows(result, "ohmic_resistance", spectrum=k)[0] for k in (1, 2, 3, 4)]
    # below the real part at 10 kHz of the manifest, and of its size
    for row, limit in zip(ohmic, (5.4893, 7.6160, 8.4927, 8.8458), strict=True):
        assert 0 < row.value < limit
