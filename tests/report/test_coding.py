"""What tells the curves of one figure apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from byssus.figure import Axis, Figure, Series
from byssus.report.coding import RAMP, Coding, ramp
from byssus.report.section import Curve

BINDERS = ("PI", "PAID")
PLANE = Figure("z", "t", Axis("impedance_real"), Axis("minus_impedance_imaginary"), panels="binder", vary="cycle")


def spectra(cycles: Sequence[int] = (1, 10, 20)) -> list[Curve]:
    x = np.linspace(0.0, 1.0, 5)
    return [Curve(b, "measured", Series("z", x, x, at={"cycle": c})) for b in BINDERS for c in cycles]


def test_conditions_are_ordered_by_number_however_they_come() -> None:
    curves = spectra(cycles=(20, 100, 1))
    assert Coding.of(PLANE, curves, BINDERS).told == ("cycle 1", "cycle 20", "cycle 100")


def test_a_cycle_is_told_only_where_the_figure_names_it() -> None:
    plain = Figure("z", "t", PLANE.x, PLANE.y, "points")
    assert Coding.of(plain, spectra(), BINDERS).told == ("",)
    assert Coding.of(PLANE, spectra(), BINDERS).told == ("cycle 1", "cycle 10", "cycle 20")


def test_many_conditions_name_the_first_the_last_and_some_between() -> None:
    coding = Coding.of(PLANE, spectra(cycles=range(1, 41)), BINDERS)
    assert len(coding.told) == 40
    named = coding.named()
    assert len(named) < 9
    assert (named[0], named[-1]) == ("cycle 1", "cycle 40")


def test_a_short_entry_keeps_its_number() -> None:
    coding = Coding.of(PLANE, spectra(), BINDERS)
    assert [coding.short(told) for told in coding.told] == ["cycle 1", "10", "20"]


def test_words_keep_the_order_they_come_in() -> None:
    x = np.linspace(0.0, 1.0, 5)
    curves = [Curve("PI", "measured", Series("z", x, x, at={"region": r})) for r in ("wet", "dry", "wet")]
    assert Coding.of(PLANE, curves, BINDERS).told == ("wet", "dry")


def luminance(colour: str, brighter: float = 1.0) -> float:
    """Relative luminance, WCAG 2.2, behind a CSS filter ``brightness(brighter)``."""
    parts = [min(brighter * int(colour[i : i + 2], 16) / 255, 1.0) for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_scale_of_conditions_prints_in_grey_and_reads_on_light_and_dark() -> None:
    colours = [ramp(k, 9) for k in range(9)]
    assert (colours[0], colours[-1]) == (RAMP[0], RAMP[-1])
    assert all(a < b for a, b in pairwise(map(luminance, colours)))
    dark = luminance("#14181d", 1.0)
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 3.0
        assert (luminance(colour, 1.3) + 0.05) / (dark + 0.05) >= 3.0  # the page brightens drawings there
