"""What cannot be a cell, a protocol or a damage gets one error that lists everything wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from byssus.errors import StudyError
from byssus.simulate.particle import Cells, Damage, Protocol, cycle

GOOD = {"radius_m": 1e-7, "diffusivity_m2_per_s": 1e-16, "exchange_at_half_a_per_m2": 0.1, "loading_kg_per_m2": 5e-3}


def test_all_problems_of_a_cell_at_once() -> None:
    with pytest.raises(StudyError) as caught:
        Cells(-1e-7, np.nan, np.array([0.1, 0.0, -3.0]), np.inf, resistance_ohm_m2=-1.0, branch_share="x")  # type: ignore[arg-type]
    lines = str(caught.value).splitlines()
    assert lines == [
        "cells.radius_m: out of its range, expected more than 0, got -1e-07",
        "cells.diffusivity_m2_per_s: out of its range, expected more than 0, got nan",
        "cells.exchange_at_half_a_per_m2: out of its range, expected more than 0, got 0 (2 of 3)",
        "cells.loading_kg_per_m2: out of its range, expected more than 0, got inf",
        "cells.resistance_ohm_m2: out of its range, expected 0 or more, got -1",
        "cells.branch_share: no number, expected a number or an array of numbers, got 'x'",
    ]


def test_fields_of_different_lengths() -> None:
    with pytest.raises(StudyError, match="2 and 3"):
        Cells(np.ones(2), 1e-16, np.ones(3), 5e-3)
    with pytest.raises(StudyError, match="empty array"):
        Cells(np.array([]), 1e-16, 0.1, 5e-3)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"c_rate": 0.0}, "protocol.c_rate: out of its range, expected more than 0, got 0"),
        ({"c_rate": np.nan}, "got nan"),
        ({"cycles": 0}, "nothing to cycle"),
        ({"cycles": 2.5}, "protocol.cycles"),
        ({"lower_v": 1.5, "upper_v": 0.005}, "limits do not enclose a window, expected lower below upper"),
        ({"lower_v": np.nan}, "limits do not enclose a window"),
        ({"hold_until_c_rate": 1.0}, "the hold ends above the current"),
        ({"hold_until_c_rate": -0.1}, "protocol.hold_until_c_rate: out of its range"),
    ],
)
def test_a_protocol_nobody_can_run(given: dict[str, Any], said: str) -> None:
    with pytest.raises(StudyError) as caught:
        Protocol(**({"cycles": 1, "c_rate": 0.5} | given))
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_all_problems_of_a_protocol_at_once() -> None:
    with pytest.raises(StudyError) as caught:
        Protocol(0, -1.0, lower_v=2.0)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"connected_share": 1.2}, "expected more than 0 and at most 1, got 1.2"),
        ({"connected_share": 0.0}, "got 0"),
        ({"connected_share": np.array([[0.8], [0.9]])}, "silicon reconnects"),
        ({"resistance_ohm_m2": -1e-3}, "expected 0 or more"),
        ({"side_share": 1.0}, "expected 0 or more and below 1, got 1"),
    ],
)
def test_damage_that_cannot_be(given: dict[str, Any], said: str) -> None:
    with pytest.raises(StudyError) as caught:
        Damage(**given)
    assert said in str(caught.value)


def test_shapes_and_beginnings_that_do_not_fit() -> None:
    cells, protocol = Cells(**GOOD), Protocol(3, 0.5)
    with pytest.raises(StudyError, match=r"damage.connected_share: shape does not fit.*3x1"):
        cycle(cells, protocol, Damage(connected_share=np.array([0.9, 0.8])))
    with pytest.raises(StudyError) as caught:
        cycle(cells, protocol, begin_share=1.0, begin_branch=2.0)
    assert len(caught.value.problems) == 2
