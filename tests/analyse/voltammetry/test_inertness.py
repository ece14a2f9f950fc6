"""A binder's share beside the silicon electrode's: exact ratios, bounds in noise, and doubts where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from byssus.analyse.voltammetry.technique import TECHNIQUE
from byssus.findings import Finding
from byssus.trace import Source


def one(quantity: str, electrode: str, value: float | None, u: float | None = None, **at: Any) -> Finding:
    source = Source(f"{electrode}.mpt", "0" * 64, "test", 100)
    return Finding(quantity, value, "1", at={"electrode": electrode, **at}, standard_uncertainty=u, binder="PI",
                   technique="voltammetry", basis="rehearsed", inputs=(source,))  # fmt: skip


def electrode(
    name: str, charge: float, current: float, area: float | None = 1e-4, u: float = 0.0, **more: float
) -> list[Finding]:
    swept = {"scan_rate": 1e-4, "lower_potential_limit": 0.05, "upper_potential_limit": 3.5, **more}
    out = [one(quantity, name, value) for quantity, value in swept.items()]
    for cycle in (1, 2):
        for half in ("anodic", "cathodic"):
            out.append(one(f"{half}_charge", name, charge * cycle, u, cycle=cycle))
            if area is not None:
                per_area = one(f"areal_{half}_charge", name, charge * cycle / area, u / area, cycle=cycle)
                out.append(per_area)
            out.append(one("largest_current", name, current * cycle, u, cycle=cycle, half=half))
    return out


def shares(findings: Iterable[Finding]) -> dict[tuple[Any, ...], Finding]:
    assert TECHNIQUE.across is not None
    return {(f.quantity, f.at["cycle"], f.at["half"]): f for f in TECHNIQUE.across(list(findings))}


SILICON = electrode("silicon", 2.0, 1e-3)


def test_the_share_is_the_ratio_at_the_same_cycle() -> None:
    got = shares([*electrode("binder", 0.05, 2e-5), *SILICON])
    assert len(got) == 8
    for cycle in (1, 2):
        for half in ("anodic", "cathodic"):
            assert got["binder_charge_share", cycle, half].value == pytest.approx(0.025)
            assert got["binder_current_share", cycle, half].value == pytest.approx(0.02)
    f = got["binder_charge_share", 1, "anodic"]
    assert (f.status, f.basis, f.binder, f.unit) == ("ok", "rehearsed", "PI", "1")
    assert [s.path for s in f.inputs] == ["binder.mpt", "silicon.mpt"]
    assert "electrode" not in f.at
    assert "as much binder and carbon" in f.remarks[-1]


def test_electrodes_of_different_size_are_compared_per_area() -> None:
    # twice the area carries twice the charge: the same binder, the same share
    got = shares([*electrode("binder", 0.10, 4e-5, area=2e-4), *SILICON])
    assert got["binder_charge_share", 1, "anodic"].value == pytest.approx(0.025)
    assert got["binder_current_share", 1, "anodic"].value == pytest.approx(0.02)
    assert "per area" in got["binder_charge_share", 1, "anodic"].equation


def test_without_areas_it_is_as_measured_and_warned() -> None:
    got = shares([*electrode("binder", 0.05, 2e-5, area=None), *SILICON])
    for f in got.values():
        assert f.status == "warned"
        assert "not both areas are given" in f.remarks[0]
    assert got["binder_charge_share", 1, "anodic"].value == pytest.approx(0.025)


def test_uncertainties_of_both_combine() -> None:
    whole = electrode("silicon", 2.0, 1e-3, u=0.04)
    f = shares([*electrode("binder", 0.05, 2e-5, u=0.001), *whole])["binder_charge_share", 1, "anodic"]
    assert f.standard_uncertainty == pytest.approx(0.025 * math.hypot(0.02, 0.02))


def test_a_signal_lost_in_noise_has_an_upper_bound_only() -> None:
    got = shares([*electrode("binder", 0.001, 1e-6, u=0.001), *SILICON])
    f = got["binder_charge_share", 1, "anodic"]
    assert (f.value, f.status) == (None, "not_identifiable")
    # 0.001 C + 1.645 * 0.001 C over 2 C
    assert f.remarks[0].endswith(f"at most {0.002645 / 2.0:.2g} (95 %)")
    none = shares([*electrode("binder", -0.001, -1e-6), *SILICON])["binder_charge_share", 1, "anodic"]
    assert none.status == "not_identifiable"


def test_different_sweeps_are_doubted_with_both_numbers() -> None:
    faster = shares([*electrode("binder", 0.05, 2e-5, scan_rate=2e-4), *SILICON])["binder_charge_share", 1, "anodic"]
    assert faster.status == "warned"
    assert "binder 0.2 mV/s, silicon 0.1 mV/s" in faster.remarks[0]
    narrow = shares([*electrode("binder", 0.05, 2e-5, upper_potential_limit=1.5), *SILICON])
    assert "binder 0.05 to 1.5 V, silicon 0.05 to 3.5 V" in narrow["binder_charge_share", 1, "anodic"].remarks[0]
    close = shares([*electrode("binder", 0.05, 2e-5, scan_rate=1.03e-4), *SILICON])
    assert close["binder_charge_share", 1, "anodic"].status == "ok"


def test_only_cycles_and_conditions_that_both_have() -> None:
    short = [f for f in electrode("binder", 0.05, 2e-5) if f.at.get("cycle") != 2]
    assert {key[1] for key in shares([*short, *SILICON])} == {1}
    warm = [replace(f, at={**f.at, "temperature": 318.0}) for f in electrode("binder", 0.05, 2e-5)]
    assert not shares([*warm, *SILICON])


def test_one_electrode_alone_has_no_share() -> None:
    assert not shares(SILICON)
    assert not shares(electrode("binder", 0.05, 2e-5))
    assert not shares([])


def test_a_number_that_is_missing_says_why() -> None:
    lost = [
        replace(f, value=None, status="missing_input", remarks=("give scan_rate",)) if "charge" in f.quantity else f
        for f in electrode("binder", 0.05, 2e-5)
    ]
    f = shares([*lost, *SILICON])["binder_charge_share", 1, "anodic"]
    assert (f.status, f.remarks) == ("missing_input", ("give scan_rate",))


def test_specimens_do_not_count_beside_their_summary() -> None:
    single = [replace(f, at={**f.at, "specimen": "a"}, value=99.0) for f in electrode("binder", 0.05, 2e-5)]
    got = shares([*single, *electrode("binder", 0.05, 2e-5), *SILICON])
    assert got["binder_charge_share", 1, "anodic"].value == pytest.approx(0.025)
