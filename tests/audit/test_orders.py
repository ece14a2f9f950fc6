"""Orders the text asserts without saying where they hold: judged at every set of conditions that is printed."""

from __future__ import annotations

import itertools

import pytest

from byssus.audit import audit
from byssus.audit.row import Row
from byssus.study.model import Assertion, Claim

AT_50 = (("A", "90", 50), ("B", "95", 50))
AT_200 = (("A", "80", 200), ("B", "70", 200))  # the other way round
AT_300 = (("A", "60", 300), ("B", "60", 300))  # not told apart


def order(*printed: tuple[str, str, int]) -> Row:
    claims = [
        Claim(binder=binder, quantity="capacity_retention", value=value, unit="%", at={"cycle": cycle})
        for binder, value, cycle in printed
    ]
    said = Assertion(quantity="capacity_retention", order=("A", "B"))
    (row,) = (r for r in audit(claims, [said]) if r.relation == "an order the text asserts")
    return row


def test_an_order_that_holds_at_one_cycle_only_is_left_open_in_whatever_order_the_claims_stand() -> None:
    for printed in itertools.permutations((*AT_50, *AT_200)):
        row = order(*printed)
        assert row.verdict == "unverifiable"
        assert row.remarks[:2] == ("It holds at cycle 50.", "It does not at cycle 200.")


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (AT_50, "agrees"),
        ((*AT_50, *((b, v, 100) for b, v, _ in AT_50)), "agrees"),
        (AT_200, "disagrees"),
        ((*AT_200, *((b, v, 100) for b, v, _ in AT_200)), "disagrees"),
        ((*AT_50, *AT_300), "unverifiable"),
    ],
)
def test_an_order_that_is_the_same_everywhere_is_judged(
    printed: tuple[tuple[str, str, int], ...], verdict: str
) -> None:
    assert order(*printed).verdict == verdict
