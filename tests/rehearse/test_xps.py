"""The virtual spectrometer: rehearse, read, analyse gives back what was taken for true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.xps import TECHNIQUE
from byssus.errors import StudyError
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth
from byssus.rehearse.xps import INSTRUMENT
from byssus.trace import REHEARSED_MARK

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
TRUTH = Truth("PAID-P", {**DEFAULTS, "li2co3_fraction": 0.0634, "lif_fraction": 0.546}, {"cycle": 200})
GIVEN = {"components": "C 1s: C-C; C-O; O-C=O; Li2CO3; F 1s: LiF; LixPOyFz", "charge_reference": "C 1s: C-C"}


def found(truth: Truth, folder: Path, seed: int = 1) -> dict[tuple[str, str], Finding]:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    (folder / name).write_bytes(data)
    traces = read_file(folder / name)
    assert all(trace.rehearsed and not trace.warnings for trace in traces)
    assert TECHNIQUE.together is not None
    result = TECHNIQUE.together(traces, TECHNIQUE.specimen(name, GIVEN))
    return {(f.quantity, f.at.get("component", f.at.get("element", ""))): f for f in TECHNIQUE.findings(result)}


@pytest.mark.parametrize(("carbonate", "fluoride"), [(0.184, 0.432), (0.152, 0.29), (0.0937, 0.69), (0.0634, 0.546)])
def test_gives_back_the_truth(tmp_path: Path, carbonate: float, fluoride: float) -> None:
    values = {**TRUTH.values, "li2co3_fraction": carbonate, "lif_fraction": fluoride}
    f = found(replace(TRUTH, values=values), tmp_path)
    for name, true in (("Li2CO3", carbonate), ("LiF", fluoride)):
        one = f["component_fraction", name]
        assert one.standard_uncertainty is not None
        assert 0 < one.standard_uncertainty < 0.01
        assert one.value == pytest.approx(true, abs=4 * one.standard_uncertainty)
        assert one.status == "ok"
    # the charging of 0.6 eV is taken out again
    assert f["core_level_energy", "LiF"].value == pytest.approx(685.0, abs=0.03)


def test_coverage_over_seeds(tmp_path: Path) -> None:
    """Of 40 intervals of 95 % about 38 hold the truth: fewer than 33 in one of ten thousand."""
    held = 0
    for seed in range(20):
        f = found(TRUTH, tmp_path, seed)
        for name, true in (("Li2CO3", 0.0634), ("LiF", 0.546)):
            low, high = f["component_fraction", name].interval or (0.0, 0.0)
            held += low <= true <= high
    assert held >= 33


def test_the_file_is_vamas() -> None:
    name, data = INSTRUMENT.write(TRUTH, np.random.default_rng(1))
    assert name == "PAID-P_xps_cycle-200_01.vms"
    assert data.startswith(b"VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\r\n")
    assert REHEARSED_MARK.encode() in data


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_shares_must_be_shares() -> None:
    with pytest.raises(StudyError, match="shares that are none"):
        INSTRUMENT.write(replace(TRUTH, values={**TRUTH.values, "ether_share": 0.6}), np.random.default_rng(1))
