"""The virtual potentiostat: what it writes reads back as what it was told, marked, and alike every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.voltammetry.technique import TECHNIQUE
from byssus.errors import MissingInput
from byssus.findings import Finding
from byssus.read import read_file
from byssus.rehearse.instrument import Truth, instruments
from byssus.rehearse.voltammetry import INSTRUMENT
from byssus.trace import REHEARSED_MARK, Trace

DEFAULTS = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
AREA = 1.1e-4
TRUTH = Truth("PAID-P", {**DEFAULTS, "area": AREA, "specimen_scatter": 0.0}, {"electrode": "silicon"})
BINDER = replace(TRUTH, conditions={"electrode": "binder"})


def trace(truth: Truth, folder: Path, seed: int = 1) -> Trace:
    name, data = INSTRUMENT.write(truth, np.random.default_rng(seed))
    (folder / name).write_bytes(data)
    (one,) = read_file(folder / name)
    assert one.rehearsed
    assert not one.warnings
    return one


def found(truth: Truth, folder: Path) -> dict[tuple[object, ...], Finding]:
    result = TECHNIQUE.analyse(trace(truth, folder), TECHNIQUE.specimen("", {"area": AREA}))
    return {(f.quantity, *f.at.values()): f for f in TECHNIQUE.findings(result)}


def test_silicon_gives_back_what_was_told(tmp_path: Path) -> None:
    got = found(TRUTH, tmp_path)
    assert got["scan_rate",].value == pytest.approx(1e-4, rel=1e-4)
    assert (got["scan_rate",].status, got["cycle_count",].value) == ("ok", 3)
    assert got["lower_potential_limit",].value == pytest.approx(0.05, abs=1e-3)
    assert got["upper_potential_limit",].value == pytest.approx(3.5, abs=1e-3)
    # 9 A/m^2 over 1.1 cm^2, plus what the carbon has at 0.5 V; the neighbour at 0.33 V adds 0.7 %
    assert got["peak_current", 3, "anodic", 2].value == pytest.approx(9.0 * AREA, rel=0.02)
    assert got["peak_potential", 3, "anodic", 2].value == pytest.approx(0.50, abs=2e-3)
    assert got["peak_potential", 3, "anodic", 1].value == pytest.approx(0.33, abs=2e-3)
    assert got["peak_potential", 3, "cathodic", 1].value == pytest.approx(0.19, abs=5e-3)
    # peaks grow from cycle to cycle, as told
    for cycle, active in ((1, 0.6), (2, 0.85)):
        ratio = got["peak_current", cycle, "anodic", 2].value / got["peak_current", 3, "anodic", 2].value
        assert ratio == pytest.approx(active, rel=0.01)


def test_charge_given_back_is_the_share_told(tmp_path: Path) -> None:
    bare = dict.fromkeys(("binder_capacitance", "carbon_peak", "carbonyl_peak", "binder_interphase"), 0.0)
    got = found(replace(TRUTH, values={**TRUTH.values, **bare}), tmp_path)
    for cycle, share in ((1, 0.75), (2, 0.98), (3, 0.98)):
        # 5 mV steps resolve the rise towards the lower limit to about 1 %
        ratio = got["anodic_charge", cycle].value / got["cathodic_charge", cycle].value
        assert ratio == pytest.approx(share, rel=0.02)
    # two sech^2 peaks, 1.1346 h w each: 9 A/m^2 * (0.65 * 0.12 V + 0.10 V) over 0.1 mV/s
    assert got["anodic_charge", 3].value == pytest.approx(1.1346 * 9.0 * AREA * 0.178 / 1e-4, rel=0.01)


def test_the_binder_is_a_small_share_of_silicon(tmp_path: Path) -> None:
    both = [
        replace(f, at={"electrode": truth.conditions["electrode"], **f.at})
        for truth in (TRUTH, BINDER)
        for f in found(truth, tmp_path).values()
    ]
    assert TECHNIQUE.across is not None
    got = {(f.quantity, *f.at.values()): f for f in TECHNIQUE.across(both)}
    for cycle in (1, 2, 3):
        for half in ("anodic", "cathodic"):
            assert 0.001 < got["binder_charge_share", cycle, half].value < 0.05
            assert 0.001 < got["binder_current_share", cycle, half].value < 0.05
            assert got["binder_charge_share", cycle, half].status == "ok"
    # the current near 0.2 V: carbon's 0.1 A/m^2 and 10 F/m^2 times 0.1 mV/s
    binder = found(BINDER, tmp_path)
    assert binder["largest_current", 3, "anodic"].value == pytest.approx(AREA * (0.10 + 0.001), rel=0.02)


def test_without_carbon_and_carbonyls_it_is_a_capacitor(tmp_path: Path) -> None:
    plain = {"carbon_peak": 0.0, "carbonyl_peak": 0.0, "binder_interphase": 0.0}
    got = found(replace(BINDER, values={**BINDER.values, **plain}), tmp_path)
    assert got["double_layer_capacitance", 3].value == pytest.approx(10.0 * AREA, rel=0.01)
    assert got["peak_potential", 3, "anodic"].status == "not_identifiable"


def test_the_file_is_an_ec_lab_export() -> None:
    name, data = INSTRUMENT.write(TRUTH, np.random.default_rng(1))
    lines = data.decode("cp1252").split("\r\n")
    assert name == "PAID-P_voltammetry_electrode-silicon_01.mpt"
    assert lines[0] == "EC-Lab ASCII FILE"
    heads = int(lines[1].split(":")[1])
    assert lines[heads - 1].split("\t")[6:11] == ["time/s", "control/V", "Ewe/V", "<I>/mA", "cycle number"]
    assert len(lines[heads].split("\t")) == len(lines[heads - 1].split("\t"))
    assert any(REHEARSED_MARK in line for line in lines[:heads])
    assert len(data) < 500_000


def test_same_seed_same_bytes() -> None:
    first, again, other = (INSTRUMENT.write(TRUTH, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_electrodes_scatter_about_the_truth(tmp_path: Path) -> None:
    scattering = replace(BINDER, values={**BINDER.values, "specimen_scatter": 0.03, "cycles": 1.0})
    charges = []
    for seed in range(16):
        one = trace(scattering, tmp_path, seed)
        charges.append(float(np.trapezoid(np.abs(one["current_a"]), one["time_s"])))
    assert np.std(charges, ddof=1) / np.mean(charges) == pytest.approx(0.03, rel=0.6)


def test_any_binder_name_is_written() -> None:
    name, data = INSTRUMENT.write(replace(TRUTH, binder="../Ω <b>\n"), np.random.default_rng(1))
    assert "/" not in name
    assert b"silicon, ../? <b> no. 1\r\n" in data


@pytest.mark.parametrize(
    ("conditions", "values", "says"),
    [
        ({}, {}, r"which electrode is not said.*conditions = \{ electrode"),
        ({"electrode": "gold"}, {}, "silicon or binder.*'gold'"),
        ({"electrode": "silicon"}, {"lower_limit": 3.0}, "window makes no sense"),
        ({"electrode": "silicon"}, {"cycles": 0.0, "scan_rate": -1.0}, r"cycles makes[\s\S]*scan_rate makes"),
    ],
)
def test_what_makes_no_sense_is_refused(conditions: dict[str, str], values: dict[str, float], says: str) -> None:
    with pytest.raises(MissingInput, match=says):
        INSTRUMENT.write(Truth("PI", {**TRUTH.values, **values}, conditions), np.random.default_rng(1))


def test_every_assumption_says_why_and_no_claim_is_needed() -> None:
    assert instruments()["voltammetry"] is INSTRUMENT
    assert all(need.why for need in INSTRUMENT.needs if need.default is not None)
    assert all(need.default is not None for need in INSTRUMENT.needs)
