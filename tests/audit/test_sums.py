"""Shares of one whole, some of them printed as a bound."""

from __future__ import annotations

import pytest

from byssus.audit import audit
from byssus.audit.row import Row
from byssus.study.model import Claim


def _sums(*printed: str) -> list[Row]:
    shares = [
        Claim(binder="X", quantity="atomic_fraction", value=share, unit="%", at={"element": element})
        for share, element in zip(printed, ("C", "O", "N", "Si"), strict=False)
    ]
    return [row for row in audit(shares) if row.relation == "shares of one whole sum to 100 %"]


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (("60", "20", "25", "<1"), "disagrees"),  # 103.5 at least
        (("60", "20", "19", "<1"), "agrees"),
        (("60", "20", "19", "<=1.5"), "agrees"),
    ],
)
def test_a_share_below_a_bound_counts_from_nothing(printed: tuple[str, ...], verdict: str) -> None:
    (row,) = _sums(*printed)
    assert row.verdict == verdict
    assert all("Si" not in mend.text for mend in row.mends)


def test_a_share_above_a_bound_leaves_the_sum_open() -> None:
    assert _sums("60", "20", ">10") == []
