"""Orthogonal cutting of a layer by a blade, and peeling it off: forces, shear plane, shear strength, adhesion.

A chip of depth ``d`` and width ``w`` leaves along one plane, at the shear angle phi to the direction of travel.
``horizontal`` is the force along the travel, ``vertical`` the one across it, positive where the layer pushes the
blade out. It holds for a sharp, wide blade (w >> d, plane strain), a continuous chip, slow travel, and a path so flat
that the depth is the thickness of the chip before it is cut. Source: Merchant (1945), doi:10.1063/1.1707586.
"""

from __future__ import annotations

import math

__all__ = [
    "adhesion_per_width",
    "chip_shear_angle",
    "cutting_forces",
    "descent_angle",
    "friction_angle",
    "least_force_shear_angle",
    "least_force_shear_load",
    "resolved_shear_load",
    "shear_strength",
    "stated_angle_shear_load",
]


def least_force_shear_angle(horizontal_n: float, vertical_n: float) -> float:
    """phi in rad = pi/4 - arctan(Fv/Fh)/2: the plane on which the blade needs the least force.

    Merchant's 2 phi + beta - alpha = pi/2, where Fv/Fh = tan(beta - alpha) is measured, so that neither the rake
    angle alpha nor the friction angle beta need be known. Without vertical force it is 45 degrees.
    """
    return math.pi / 4 - math.atan2(vertical_n, horizontal_n) / 2


def chip_shear_angle(chip_ratio: float, rake_rad: float) -> float:
    """phi in rad from tan phi = r cos(alpha)/(1 - r sin(alpha)), r = depth of cut over thickness of the chip."""
    return math.atan2(chip_ratio * math.cos(rake_rad), 1 - chip_ratio * math.sin(rake_rad))


def resolved_shear_load(horizontal_n: float, vertical_n: float, shear_angle_rad: float) -> float:
    """S sin(phi) = (Fh cos phi - Fv sin phi) sin phi in N: the force along the shear plane, which is w d/sin phi large.

    It is balance of forces alone; the angle must come from elsewhere, such as from the chip.
    """
    along = horizontal_n * math.cos(shear_angle_rad) - vertical_n * math.sin(shear_angle_rad)
    return along * math.sin(shear_angle_rad)


def least_force_shear_load(horizontal_n: float, vertical_n: float) -> float:
    """(sqrt(Fh^2 + Fv^2) - Fv)/2 in N: :func:`resolved_shear_load` at :func:`least_force_shear_angle`."""
    return (math.hypot(horizontal_n, vertical_n) - vertical_n) / 2


def stated_angle_shear_load(horizontal_n: float, shear_angle_rad: float) -> float:
    """Fh/(2 cot phi) in N: what users of SAICAS divide by w d where they know the horizontal force alone.

    It follows from Merchant's least force, with whatever vertical force belongs to phi: Fv = Fh cot(2 phi).
    """
    return horizontal_n * math.tan(shear_angle_rad) / 2


def shear_strength(shear_load_n: float, width_m: float, depth_m: float) -> float:
    """tau in Pa: a shear load (one of the three above) over w d."""
    return shear_load_n / (width_m * depth_m)


def cutting_forces(shear_pa: float, width_m: float, depth_m: float, shear_angle_rad: float) -> tuple[float, float]:
    """(Fh, Fv) in N that cut a layer of shear strength tau by least force: 2 tau w d cot phi, and that cot(2 phi)."""
    horizontal = 2 * shear_pa * width_m * depth_m / math.tan(shear_angle_rad)
    return horizontal, horizontal / math.tan(2 * shear_angle_rad)


def friction_angle(horizontal_n: float, vertical_n: float, rake_rad: float) -> float:
    """beta in rad = alpha + arctan(Fv/Fh), between the force on the rake face and its normal."""
    return rake_rad + math.atan2(vertical_n, horizontal_n)


def adhesion_per_width(horizontal_n: float, width_m: float) -> float:
    """P = Fh/w in N/m, at constant depth along the interface (Son et al. 2014, doi:10.1021/am404580f).

    The same number in J/m^2 is the work of the blade per area laid bare. It holds the bending of the chip and the
    friction on the blade too, so the fracture energy of the interface is at most this.
    """
    return horizontal_n / width_m


def descent_angle(depth_m: float, travel_m: float) -> float:
    """Angle in rad of the blade's path below the surface; a flank of less clearance than this rubs."""
    return math.atan2(depth_m, travel_m)
