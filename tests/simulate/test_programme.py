"""Temperature programmes from the steps of a study, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.errors import StudyError
from byssus.simulate.programme import Programme, programme_of
from byssus.study.model import CureStep


def test_holds_and_ramps() -> None:
    steps = (
        CureStep(temperature="85 °C", time="1 h", ramp="10 K/min"),
        CureStep(temperature="205 °C", time="90 min", atmosphere="Vacuum", ramp="0.1 K/s"),
    )
    found = programme_of(steps)
    assert found.times_s == pytest.approx([0, 360, 3960, 5160, 10560])
    assert found.temperature_k == pytest.approx([298.15, 358.15, 358.15, 478.15, 478.15])
    assert found.vacuum == (False, False, True, True)
    assert found.at(4560.0) == pytest.approx(418.15)
    assert found.duration_s == pytest.approx(10560)


def test_a_ramp_that_nobody_says_is_five_kelvin_a_minute() -> None:
    found = programme_of((CureStep(temperature="75 °C", time="1 h"),))
    assert found.times_s[1] == pytest.approx(600.0)


def test_a_hold_at_room_temperature_needs_no_ramp_and_cooling_has_one() -> None:
    found = programme_of((CureStep(temperature="298.15 K", time="1 h"), CureStep(temperature="273.15 K", time="1 s")))
    assert found.times_s == pytest.approx([0, 3600, 3900, 3901])


def test_everything_wrong_in_a_programme_at_once() -> None:
    with pytest.raises(StudyError) as fault:
        Programme(np.array([0.0, 10.0, 5.0, 6.0]), np.array([300.0, -1.0, 400.0, np.nan]), (False,) * 3)
    said = str(fault.value)
    assert len(fault.value.problems) == 3
    assert "goes back in time" in said
    assert "5 s after 10 s" in said
    assert "-1 K" in said


def test_everything_wrong_in_a_studys_steps_at_once() -> None:
    steps = (
        CureStep(temperature="-300 °C", time="-1 h"),
        CureStep(temperature="200 °C", time="2 h", ramp="0 K/min"),
        CureStep(temperature="hot", time="2 h"),
    )
    with pytest.raises(StudyError) as fault:
        programme_of(steps, where="binder[1].cure")
    wheres = [problem.where for problem in fault.value.problems]
    assert wheres == [
        "binder[1].cure[1].temperature",
        "binder[1].cure[1].time",
        "binder[1].cure[2].ramp",
        "binder[1].cure[3].temperature",
    ]


def test_no_steps_and_no_pieces() -> None:
    with pytest.raises(StudyError, match="no step of curing"):
        programme_of(())
    with pytest.raises(StudyError, match="needs pieces"):
        Programme(np.array([0.0]), np.array([300.0]), ())
