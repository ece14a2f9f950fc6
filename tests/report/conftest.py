"""A small study as the report gets it: two measured files' worth of numbers, printed ones and a rehearsal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.report.section import Curve, Section
from byssus.trace import Source

BINDERS = ["PI", "PAID"]


def source(name: str) -> Source:
    return Source(f"raw/{name}.csv", "0123456789abcdef" * 4, "delimited text", 1234)


def finding(quantity: str, value: float | None, unit: str, **more: Any) -> dict[str, Any]:
    """One finding as results.json holds it; ``printed``, ``printed_unit`` and ``where`` ride along."""
    extra = {k: more.pop(k) for k in ("printed", "printed_unit", "where") if k in more}
    return Finding(quantity, value, unit, **more).to_json() | extra


def published(binder: str, quantity: str, printed: str, printed_unit: str, value: float, unit: str, **at: Any) -> Any:
    return finding(
        quantity, value, unit, at=at, binder=binder, basis="published", printed=printed, printed_unit=printed_unit,
        where="Table 1",
    )  # fmt: skip


def strength(binder: str, basis: Any, value: float, spread: float, **more: Any) -> dict[str, Any]:
    return finding(
        "tensile_strength", value, "Pa", binder=binder, technique="tensile", basis=basis, standard_uncertainty=spread,
        interval=(value - 2 * spread, value + 2 * spread), n=3, equation="σm = max(F) / (b h)",
        method="largest nominal stress", inputs=(source(f"{binder}-{basis}"),), **more,
    )  # fmt: skip


def audit_row(verdict: str, quantity: str = "capacity_retention", **more: Any) -> dict[str, Any]:
    return {
        "binder": "PI", "quantity": quantity, "at": {"cycle": 200}, "printed": "27", "unit": "%",
        "recomputed": [7.84, 7.91], "verdict": verdict, "relation": "capacity_retention",
        "equation": "retention = Q_N / Q_1", "inputs": [
            {"binder": "PI", "quantity": "delithiation_capacity", "at": {"cycle": 200}, "printed": "166",
             "unit": "mAh/g", "where": "Fig. 3b"}],
        "mends": [{"kind": "number", "text": "569 mAh/g would give 27 %."},
                  {"kind": "benign", "text": "The reference may be another cycle."}],
        "remarks": ["A remark."], "where": "Results", **more,
    }  # fmt: skip


def retention(cycle: int) -> dict[str, Any]:
    return finding(
        "capacity_retention", 1 - cycle / 500, "1", at={"cycle": cycle, "c_rate": 0.2}, binder="PI",
        technique="cycling", basis="rehearsed", standard_uncertainty=0.01, n=1, inputs=(source("cycles"),),
    )  # fmt: skip


@pytest.fixture
def results() -> dict[str, Any]:
    findings = [
        published("PI", "tensile_strength", "165", "MPa", 165e6, "Pa"),
        published("PAID", "tensile_strength", "279", "MPa", 279e6, "Pa"),
        published("PI", "capacity_retention", "27", "%", 0.27, "1", cycle=137, c_rate=0.2),
        strength("PI", "measured", 160e6, 2e6),
        strength("PAID", "measured", 200e6, 3e6),
        strength("PI", "rehearsed", 165.2e6, 1e6),
        strength("PAID", "rehearsed", 999e6, 1e6),
        strength("PI", "measured", 161e6, 0.0, at={"specimen": "PI-a"}),
        finding("toughness", None, "J/m^3", binder="PAID", technique="tensile", basis="measured", status="failed",
                remarks=("The curve never breaks.",)),
        *(retention(cycle) for cycle in range(1, 201)),
    ]  # fmt: skip
    provenance = {
        "study": {"title": "Two binders", "reference": "A journal, doi:10.1039/D6TA00020G", "summary": "A summary.",
                  "sha256": "ab" * 32, "binders": BINDERS, "electrode": {"loading": "0.50 mg/cm^2"}},
        "byssus": "0.1.0", "python": "3.11", "packages": {"numpy": "2.1"},
        "started": "2026-01-01T00:00:00Z", "finished": "2026-01-01T00:00:09Z",
        "assumed": [{"binder": "", "technique": "peel", "parameter": "width", "value": 0.025, "unit": "m",
                     "why": "common"}],
        "missing": [{"what": "raw files of PAID", "where": "measurement[1]", "blocks": "peel", "mend": "Give them."}],
        "literature": [{"name": "PAA", "reference": "doi:10.1021/am100871y", "loading": "0.6 mg/cm^2",
                        "silicon_fraction": 0.43, "rate": "0.5 C", "note": "",
                        "claims": [{"quantity": "capacity_retention", "printed": "80", "unit": "%", "at": {}}]}],
        "files": [{"path": "raw/PI-measured.csv", "sha256": "0123456789abcdef" * 4, "reader": "delimited text",
                   "rows": 1234, "basis": "measured"}],
    }  # fmt: skip
    audit = [audit_row("agrees"), audit_row("unverifiable", recomputed=None), audit_row("implausible"),
             audit_row("disagrees")]  # fmt: skip
    errors = [{"what": "cannot be read", "where": "raw/x.csv", "got": "0 bytes", "expected": "a table", "mend": "Ask."}]
    return {
        "schema": "byssus-results/1", "findings": findings, "audit": audit, "errors": errors, "provenance": provenance,
    }  # fmt: skip


CURVES = Figure("curves", "Stress against strain", Axis("strain", from_zero=True), Axis("stress"), caption="A caption.")
BARS = Figure("gain", "Thickness gained", Axis("electrode_state"), Axis("expansion_after_lithiation"), "bars")


def stress_curves(binder: str, basis: str, specimens: int = 1) -> list[Curve]:
    x = np.linspace(0.0, 0.1, 300)
    return [
        Curve(binder, basis, Series("curves", x, (1.0 + 0.02 * k) * 2e9 * x * (1 - 3 * x), f"{binder}-{k}"))
        for k in range(specimens)
    ]


@pytest.fixture
def sections() -> Sequence[Section]:
    states = np.array(["lithiated", "delithiated"])
    bars = [
        Curve(b, "rehearsed", Series("gain", states, np.array([1.0, 0.5]), y_error=np.array([0.1, 0.1])))
        for b in BINDERS
    ]
    curves = (*stress_curves("PI", "measured", 3), *stress_curves("PAID", "rehearsed"), *bars)
    return (
        Section("tensile", "Tensile test", "Films drawn to break.", ("tensile_strength",), (CURVES, BARS), curves),
        Section("cycling", "Cycling", "Capacity over cycles.", ("capacity_retention",)),
    )


@pytest.fixture
def hostile(results: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with markup in every text it holds."""
    return spoiled(results)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The builders of this file, for tests that need other findings or curves."""
    return SimpleNamespace(
        BAD=BAD, CURVES=CURVES, BARS=BARS, finding=finding, published=published, strength=strength,
        audit_row=audit_row, retention=retention, stress_curves=stress_curves,
    )  # fmt: skip


BAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
KEPT = ("schema", "basis", "status", "verdict", "unit", "printed_unit")


def spoiled(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {k: spoiled(v, k) for k, v in value.items()} | ({BAD: BAD} if key in ("at", "electrode") else {})
    if isinstance(value, (list, tuple)):
        return [spoiled(v, key) for v in value]
    return f"{value}{BAD}" if isinstance(value, str) and key not in KEPT else value
