"""What the virtual impedance analyser writes is what was asked of it, and says that it was rehearsed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.errors import MissingInput
from byssus.read import read_file
from byssus.rehearse.impedance import INSTRUMENT, impedance_of
from byssus.rehearse.instrument import Truth

TRUTH = Truth("PI-P", {need.name: need.default for need in INSTRUMENT.needs}, {})


def write(truth: Truth, folder: Path, seed: int = 1) -> Path:
    name, content = INSTRUMENT.write(truth, np.random.default_rng(seed))
    (folder / name).write_bytes(content)
    return folder / name


def test_three_spectra_over_the_stated_range(tmp_path: Path) -> None:
    traces = read_file(write(TRUTH, tmp_path))
    assert [len(trace) for trace in traces] == [91, 91, 91]
    assert all(trace.rehearsed for trace in traces)
    for trace in traces:
        assert trace["frequency_hz"][[0, -1]] == pytest.approx([1e6, 1e-3])


def test_without_noise_and_growth_it_is_the_cell(tmp_path: Path) -> None:
    quiet = {**TRUTH.values, "impedance_noise": 1e-12, "cell_spread": 1e-12, "growth": 0.0}
    first, *_, last = read_file(write(replace(TRUTH, values=quiet), tmp_path))
    z = first["impedance_real_ohm"] + 1j * first["impedance_imaginary_ohm"]
    # by hand, at 1 kHz: electrolyte, leads, four arcs and the diffusion's 45 degree line
    w, at = 2 * np.pi * 1e3, int(np.argmin(np.abs(first["frequency_hz"] - 1e3)))
    by_hand = 4.0 + 1j * w * 4e-7 + 60.0 / np.sqrt(1j * w * 4e3)
    for ohm, tau, phi in ((5.0, 2e-5, 0.92), (22.0, 8e-4, 0.88), (30.0, 2.5e-2, 0.88), (26.0, 0.7, 0.86)):
        by_hand += ohm / (1 + (1j * w * tau) ** phi)
    assert z[at] == pytest.approx(by_hand, rel=1e-6)
    np.testing.assert_allclose(last["impedance_real_ohm"], first["impedance_real_ohm"], rtol=1e-6)


def test_arcs_grow_with_cycles_and_the_electrolyte_does_not() -> None:
    grown = replace(TRUTH, values={**TRUTH.values, "growth": 1.0, "diffusion_resistance": 1e-9})
    frequency = np.array([1e-4, 1e8])
    z1, z10 = impedance_of(grown, frequency, 1), impedance_of(grown, frequency, 10)
    assert (z10[0].real - 9.0) / (z1[0].real - 9.0) == pytest.approx(10.0, rel=1e-3)  # 9 ohm stay
    assert z10[1].real == pytest.approx(4.0, rel=0.01)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert INSTRUMENT.write(TRUTH, np.random.default_rng(5)) == INSTRUMENT.write(TRUTH, np.random.default_rng(5))
    assert INSTRUMENT.write(TRUTH, np.random.default_rng(5)) != INSTRUMENT.write(TRUTH, np.random.default_rng(6))


def test_words_that_are_no_cycles_are_refused() -> None:
    wrong = replace(TRUTH, values={**TRUTH.values, "after_cycles": "first, last"})
    with pytest.raises(MissingInput, match=r"1, 10, 20, got first, last"):
        INSTRUMENT.write(wrong, np.random.default_rng(1))
