"""Two means compared: hand-worked truth, the intervals of a published example, and Holm's procedure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from byssus.laws.comparison import difference, holm, implied_degrees, relative_change
from byssus.laws.thickness import Mean

FINITE = st.floats(-1e6, 1e6)
SPREAD = st.floats(1e-3, 1e3)
DEGREES = st.integers(1, 60).map(float)


def test_a_worked_difference() -> None:
    # u = sqrt(3^2 + 4^2) = 5; nu = 625/(81/4 + 256/9) = 12.8369...; t(12.8369; 97.5 %) = 2.1632 by interpolation
    found = difference(Mean(100.0, 3.0, 4.0), Mean(112.0, 4.0, 9.0))
    assert found.value == 12.0
    assert found.standard_uncertainty == pytest.approx(5.0)
    assert found.degrees == pytest.approx(625 / (81 / 4 + 256 / 9))
    low, high = found.interval_95
    assert (high - low) / 2 / 5 == pytest.approx(2.163, abs=2e-3)
    assert low + high == pytest.approx(24.0)


def test_the_p_is_welchs() -> None:
    rng = np.random.default_rng(3)
    for n1, n2 in ((2, 2), (3, 7), (5, 5), (12, 4)):
        x, y = rng.normal(10, 1, n1), rng.normal(11, 3, n2)
        means = [Mean(float(np.mean(v)), float(np.std(v, ddof=1) / math.sqrt(len(v))), len(v) - 1.0) for v in (x, y)]
        found = difference(*means)
        wanted = stats.ttest_ind(y, x, equal_var=False)
        assert found.p == pytest.approx(float(wanted.pvalue), rel=1e-9)
        assert found.interval_95 == pytest.approx(tuple(wanted.confidence_interval(0.95)), rel=1e-9)


@given(a=FINITE, b=FINITE, ua=SPREAD, ub=SPREAD, na=DEGREES, nb=DEGREES)
def test_the_interval_leaves_out_zero_just_where_p_is_below_the_level(
    a: float, b: float, ua: float, ub: float, na: float, nb: float
) -> None:
    found = difference(Mean(a, ua, na), Mean(b, ub, nb))
    assert found.p is not None
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) == (not found.interval_95[0] <= 0 <= found.interval_95[1])
    back = difference(Mean(b, ub, nb), Mean(a, ua, na))
    assert back.value == -found.value
    assert back.p == pytest.approx(found.p)
    assert min(na, nb) * (1 - 1e-9) <= found.degrees <= (na + nb) * (1 + 1e-9)


@given(scale=st.floats(1e-9, 1e9))
def test_the_unit_does_not_matter(scale: float) -> None:
    one, other = Mean(3.0, 0.2, 4.0), Mean(4.0, 0.1, 2.0)
    scaled = [Mean(m.value * scale, (m.standard_uncertainty or 0) * scale, m.degrees) for m in (one, other)]
    assert difference(*scaled).p == pytest.approx(difference(one, other).p)
    assert relative_change(*scaled).value == pytest.approx(1 / 3)
    assert relative_change(*scaled).interval_95 == pytest.approx(relative_change(one, other).interval_95)


def test_what_has_no_spread_is_no_test() -> None:
    found = difference(Mean(1.0, 0.0, 4.0), Mean(2.0, 0.0, 4.0))
    assert found.p is None
    assert found.interval_95 == (1.0, 1.0)
    with pytest.raises(ValueError, match="without uncertainty"):
        difference(Mean(1.0, None, None), Mean(2.0, 0.1, 4.0))
    with pytest.raises(ValueError, match="above zero"):
        relative_change(Mean(-1.0, 0.1, 4.0), Mean(2.0, 0.1, 4.0))


def test_a_relative_change_to_first_order() -> None:
    # 120/100: u = 1.2 sqrt(0.03^2 + 0.04^2) = 0.06
    found = relative_change(Mean(100.0, 3.0, math.inf), Mean(120.0, 4.8, math.inf))
    assert found.value == pytest.approx(0.2)
    assert found.standard_uncertainty == pytest.approx(0.06)
    assert found.interval_95 == pytest.approx((0.2 - 1.959964 * 0.06, 0.2 + 1.959964 * 0.06), abs=1e-7)


@pytest.mark.parametrize(("degrees", "t"), [(1, 12.706), (2, 4.3027), (4, 2.7764), (9, 2.2622), (30, 2.0423)])
def test_degrees_from_an_interval(degrees: int, t: float) -> None:
    # Student's t as tabulated (GUM, table G.2)
    assert implied_degrees(t * 0.3, 0.3) == pytest.approx(degrees, rel=5e-3)


def test_a_normal_interval_has_endless_degrees() -> None:
    assert implied_degrees(1.96 * 0.3, 0.3) == math.inf
    assert implied_degrees(1.0, 0.0) == math.inf


def test_holm_by_hand() -> None:
    # sorted .01 .02 .03 .04: 4 x .01 = .04; 3 x .02 = .06; 2 x .03 = .06; 1 x .04 = .04, kept at .06
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))
    assert holm([]) == ()
    assert holm([0.6, 0.9]) == (1.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_rejects_what_its_procedure_rejects(p: list[float]) -> None:
    adjusted = holm(p)
    rejected = set()
    for rank, index in enumerate(sorted(range(len(p)), key=lambda k: p[k])):
        if p[index] * (len(p) - rank) >= 0.05:
            break
        rejected.add(index)
    assert {k for k, value in enumerate(adjusted) if value < 0.05} == rejected
    assert all(value >= one for value, one in zip(adjusted, p, strict=True))
