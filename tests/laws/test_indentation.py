"""The load that hardness, modulus and depth imply, against the contact solved forwards."""

from __future__ import annotations

import math

import pytest

from byssus.laws.indentation import peak_load_n


@pytest.mark.parametrize(("hc_m", "hardness_pa", "modulus_pa"), [(1e-6, 1e9, 20e9), (4e-6, 0.02e9, 1e9)])
def test_forward_and_back(hc_m: float, hardness_pa: float, modulus_pa: float) -> None:
    area = 24.5 * hc_m**2
    load = hardness_pa * area
    stiffness = 2 / math.sqrt(math.pi) * modulus_pa * math.sqrt(area)
    assert peak_load_n(hc_m + 0.75 * load / stiffness, hardness_pa, modulus_pa) == pytest.approx(load, rel=1e-12)
