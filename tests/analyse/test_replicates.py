"""Replicates gathered into one number: mean, interval, outcomes, speed, and what must not be mixed."""

from __future__ import annotations

import time

import pytest

from byssus.analyse.replicates import gather
from byssus.findings import Finding
from byssus.trace import Source


def source(name: str) -> Source:
    return Source(f"{name}.csv", name * 8, "test", 10)


def strength(value: float | None, name: str = "a", **more: object) -> Finding:
    return Finding("tensile_strength", value, "Pa", n=1, method="largest stress", equation="max(F/A)",
                   inputs=(source(name),), **more)  # type: ignore[arg-type]  # fmt: skip


def summary(findings: tuple[Finding, ...]) -> Finding:
    (one,) = [f for f in findings if "specimen" not in f.at]
    return one


def test_one_specimen_comes_back_as_it_is() -> None:
    findings = (strength(100.0, standard_uncertainty=2.0),)
    assert gather([("a", findings)]) == findings
    assert gather([]) == ()


def test_three_specimens() -> None:
    out = gather([(name, [strength(value, name)]) for name, value in (("a", 1.0), ("b", 2.0), ("c", 3.0))])
    one = summary(out)
    assert (one.value, one.n, one.status) == (2.0, 3, "ok")
    assert one.standard_uncertainty == pytest.approx(3**-0.5)
    assert one.interval == pytest.approx((2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), rel=1e-4)
    assert one.method == "mean of 3 specimens; largest stress"
    assert one.equation == "max(F/A)"
    assert one.inputs == (source("a"), source("b"), source("c"))
    assert [(f.at["specimen"], f.value) for f in out if "specimen" in f.at] == [("a", 1.0), ("b", 2.0), ("c", 3.0)]


def test_conditions_keep_apart() -> None:
    def at(cycle: int, value: float) -> Finding:
        return Finding("delithiation_capacity", value, "C/kg", {"cycle": cycle})

    out = gather([("a", [at(1, 10.0), at(2, 8.0)]), ("b", [at(2, 6.0), at(1, 12.0)])])
    assert {f.at["cycle"]: f.value for f in out if "specimen" not in f.at} == {1: 11.0, 2: 7.0}


def test_a_failed_specimen_is_counted() -> None:
    lost = strength(None, "b", status="failed", remarks=("columns look swapped",))
    one = summary(gather([("a", [strength(1.0)]), ("b", [lost]), ("c", [strength(3.0)])]))
    assert (one.value, one.n, one.status) == (2.0, 2, "warned")
    assert one.remarks == ("1 of 3 specimens failed: b (columns look swapped)",)


def test_warnings_carry_over_with_names() -> None:
    odd = strength(3.0, "b", status="warned", remarks=("a single point",))
    one = summary(gather([("a", [strength(1.0)]), ("b", [odd])]))
    assert (one.status, one.remarks) == ("warned", ("a single point (b)",))
    both = summary(gather([("a", [odd]), ("b", [odd])]))
    assert both.remarks == ("a single point",)


def test_absent_numbers_are_said() -> None:
    one = summary(gather([("a", [strength(1.0)]), ("b", []), ("c", [strength(3.0)])]))
    assert one.n == 2
    assert one.remarks == ("1 of 3 specimens have no such number",)


def test_one_value_of_several_keeps_its_own_uncertainty() -> None:
    lost = strength(None, "b", status="not_identifiable", remarks=("too few points",))
    single = strength(1.0, standard_uncertainty=0.1, interval=(0.8, 1.2))
    one = summary(gather([("a", [single]), ("b", [lost])]))
    assert (one.value, one.n, one.standard_uncertainty, one.interval) == (1.0, 1, 0.1, (0.8, 1.2))


@pytest.mark.parametrize("status", ["missing_input", "failed", "not_identifiable"])
def test_all_without_a_number(status: str) -> None:
    lost = strength(None, status=status, remarks=("give width",))
    one = summary(gather([("a", [lost]), ("b", [lost])]))
    assert (one.status, one.value, one.n, one.interval) == (status, None, None, None)
    assert one.remarks == ("give width",)


def test_nothing_is_mixed() -> None:
    with pytest.raises(ValueError, match="mixes bases: measured, rehearsed"):
        gather([("a", [strength(1.0)]), ("b", [strength(1.0, basis="rehearsed")])])
    with pytest.raises(ValueError, match="two findings"):
        gather([("a", [strength(1.0), strength(2.0)]), ("b", [strength(1.0)])])
    with pytest.raises(ValueError, match="mixes units"):
        gather([("a", [Finding("mass", 1.0, "kg")]), ("b", [Finding("mass", 1.0, "g")])])


def test_fast_enough_for_long_cycling() -> None:
    def cell(offset: float) -> list[Finding]:
        return [Finding(f"q{q}", c + offset, "1", {"cycle": c}) for q in range(6) for c in range(200)]

    cells = [(f"cell {i}", cell(float(i))) for i in range(5)]
    start = time.process_time()
    out = gather(cells)
    assert time.process_time() - start < 1.0  # about 0.1 s on two cores
    assert len(out) == 1200 * 6
    assert next(f for f in out if dict(f.at) == {"cycle": 100}).value == 102.0


def test_a_specimen_apart_is_named_and_kept() -> None:
    values = (1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 9.0)
    one = summary(gather([(f"s{k}", [strength(v, f"s{k}")]) for k, v in enumerate(values)]))
    assert (one.n, one.status) == (8, "warned")
    assert one.value == pytest.approx(sum(values) / 8)
    assert any(r.startswith("s7 lies apart") for r in one.remarks)
    assert summary(gather([(f"s{k}", [strength(v, f"s{k}")]) for k, v in enumerate(values[:7])])).status == "ok"
