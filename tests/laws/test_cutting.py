"""Cutting laws against hand numbers, and against each other where they must agree."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byssus.laws.cutting import (
    adhesion_per_width,
    chip_shear_angle,
    cutting_forces,
    descent_angle,
    friction_angle,
    least_force_shear_angle,
    least_force_shear_load,
    resolved_shear_load,
    shear_strength,
    stated_angle_shear_load,
)

ANGLES = st.floats(0.05, 1.5)
FORCES = st.floats(1e-3, 10.0)


def test_hand_numbers() -> None:
    # 3 N along, 4 N across: (5 - 4)/2; and across at 0: half of the horizontal force, at 45 degrees
    assert least_force_shear_load(3.0, 4.0) == pytest.approx(0.5)
    assert least_force_shear_load(0.2, 0.0) == pytest.approx(0.1)
    assert least_force_shear_angle(0.2, 0.0) == pytest.approx(math.radians(45))
    assert least_force_shear_angle(1.0, math.sqrt(3)) == pytest.approx(math.radians(15))
    assert stated_angle_shear_load(0.2, math.radians(45)) == pytest.approx(0.1)
    assert stated_angle_shear_load(1.0, math.radians(60)) == pytest.approx(math.sqrt(3) / 2)
    assert resolved_shear_load(1.0, 0.0, math.radians(30)) == pytest.approx(math.sqrt(3) / 4)
    assert shear_strength(0.1, 1e-3, 10e-6) == pytest.approx(10e6)
    assert cutting_forces(10e6, 1e-3, 10e-6, math.radians(45)) == pytest.approx((0.2, 0.0), abs=1e-15)
    assert adhesion_per_width(0.25, 1e-3) == pytest.approx(250.0)
    assert descent_angle(1e-6, 1e-6) == pytest.approx(math.radians(45))


def test_the_chips_angle() -> None:
    # without rake tan(phi) = r; a chip twice as thick as the cut, at a rake of 30 degrees: tan(phi) = .433/.75
    assert chip_shear_angle(1.0, 0.0) == pytest.approx(math.radians(45))
    assert math.tan(chip_shear_angle(0.5, math.radians(30))) == pytest.approx(math.sqrt(3) / 3)


@given(FORCES, ANGLES)
def test_forces_of_a_layer_give_back_its_strength(strength: float, angle: float) -> None:
    horizontal, vertical = cutting_forces(strength * 1e6, 1e-3, 5e-6, angle)
    assert least_force_shear_angle(horizontal, vertical) == pytest.approx(angle)
    for load in (
        least_force_shear_load(horizontal, vertical),
        resolved_shear_load(horizontal, vertical, angle),
        stated_angle_shear_load(horizontal, angle),
    ):
        assert shear_strength(load, 1e-3, 5e-6) == pytest.approx(strength * 1e6, rel=1e-6)


@given(ANGLES, st.floats(-0.3, 0.7), st.floats(0.05, 0.6))
def test_least_force_is_least(angle: float, rake: float, friction: float) -> None:
    # Merchant's own form, Fh = tau w d cos(beta - alpha)/(sin(phi) cos(phi + beta - alpha)), tried at every angle
    lean = friction - rake
    best = math.pi / 4 - lean / 2

    def force(phi: float) -> float:
        return math.cos(lean) / (math.sin(phi) * math.cos(phi + lean))

    assert best == pytest.approx(least_force_shear_angle(math.cos(lean), math.sin(lean)))
    assert friction_angle(math.cos(lean), math.sin(lean), rake) == pytest.approx(friction)
    if 0 < angle < math.pi / 2 - lean - 1e-3:
        assert force(angle) >= force(best) * (1 - 1e-12)
    assert force(best) == pytest.approx(2 / math.tan(best))
