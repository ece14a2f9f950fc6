"""The virtual tensile tester: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.tensile import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth
from byssus.rehearse.tensile import INSTRUMENT
from byssus.trace import REHEARSED_MARK

PRINTED = {"tensile_strength": 165e6, "elongation_at_break": 0.081}  # PI of doi:10.1039/D6TA00020G
DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
TRUTH = Truth("PI", {**DEFAULTS, **PRINTED, "specimen_scatter": 0.0}, {})


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[str, Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    path = folder / name
    path.write_bytes(data)
    (trace,) = read_file(path)
    assert trace.rehearsed
    assert not trace.warnings
    return {f.quantity: f for f in TECHNIQUE.findings(TECHNIQUE.analyse(trace, TECHNIQUE.specimen(name, {})))}


def test_gives_back_the_truth(tmp_path: Path) -> None:
    f = found(TRUTH, tmp_path)
    # force noise 0.02 N on 82.5 N
    assert f["tensile_strength"].value == pytest.approx(165e6, rel=4 * 0.02 / 82.5)
    assert f["elongation_at_break"].value == pytest.approx(0.081, rel=1e-5)
    # the slope over the window lies between the slopes at its ends, all below the initial 3 GPa
    modulus = f["young_modulus"]
    assert 2.9e9 < modulus.value < 3.0e9
    assert modulus.status == "ok"
    # a concave curve: sigma eps / 2 < U < sigma eps
    assert 0.5 < f["toughness"].value / (165e6 * 0.081) < 1


def test_the_file_looks_like_the_instruments() -> None:
    name, data = INSTRUMENT.write(TRUTH, np.random.default_rng(1))
    text = data.decode("latin-1")
    assert name == "PI_tensile_01.TRA"
    assert REHEARSED_MARK in text.splitlines()[0]
    assert '"Cross-section",0.5,"mm²"' in text


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_specimens_scatter_about_the_truth(tmp_path: Path) -> None:
    scattering = replace(TRUTH, values={**TRUTH.values, "specimen_scatter": 0.02})
    strengths = [
        found(replace(scattering, specimen=i), tmp_path, seed=100 + i)["tensile_strength"].value for i in range(25)
    ]
    assert np.std(strengths, ddof=1) / 165e6 == pytest.approx(0.02, rel=0.5)
    assert np.mean(strengths) == pytest.approx(165e6, rel=4 * 0.02 / 5)


def test_no_concave_curve_is_refused() -> None:
    # 144 MPa at 1.3 % is 11.1 GPa already along the chord
    brittle = replace(
        TRUTH, binder="PAID-P", values={**TRUTH.values, "tensile_strength": 144e6, "elongation_at_break": 0.013}
    )
    with pytest.raises(StudyError, match=r"at least .* 11\.08 GPa"):
        INSTRUMENT.write(brittle, np.random.default_rng(1))


def test_every_assumption_says_why() -> None:
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
