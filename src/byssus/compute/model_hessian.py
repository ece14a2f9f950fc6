"""What the force constants of a geometry are about, told from distances alone: where a relaxation begins.

Lindh, Bernhardsson, Karlström and Malmqvist (1995), doi:10.1016/0009-2614(95)00646-L: each stretch, bend and torsion
of neighbours is a spring whose constant falls off with the distances along it.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

__all__ = ["model_hessian"]

Floats = NDArray[np.float64]

# By the rows of the periodic table of both atoms: how fast a bond's weight falls off (1/bohr^2), where it is 1 (bohr).
FALL = np.array([[1.0, 0.3949, 0.3949], [0.3949, 0.28, 0.28], [0.3949, 0.28, 0.28]])
REFERENCE_BOHR = np.array([[1.35, 2.10, 2.53], [2.10, 2.87, 3.40], [2.53, 3.40, 3.40]])
STRETCH, BEND, TORSION = 0.45, 0.15, 0.005  # hartree/bohr^2, and hartree/rad^2 twice
LEAST_WEIGHT, LEAST_BEND, LEAST_BOND = 1e-4, 3e-3, 0.05  # of a stretch, of each side of a bend, of a torsion's bonds
LEAST_SINE = 0.1  # of an angle that bends: a straight one has no plane


def model_hessian(numbers: NDArray[np.int_], positions_bohr: Floats) -> Floats:
    """Second derivatives in Cartesian coordinates, shape ``(3 n, 3 n)``, hartree/bohr^2; none is negative.

    ``numbers`` are atomic numbers, shape ``(n,)``; ``positions_bohr`` has shape ``(n, 3)``.
    """
    row = np.searchsorted([2, 10], numbers)
    ways = positions_bohr[:, None] - positions_bohr
    apart = np.sqrt((ways**2).sum(axis=-1)) + np.eye(len(numbers))
    reference, fall = REFERENCE_BOHR[row[:, None], row], FALL[row[:, None], row]
    weight = np.exp(fall * (reference**2 - apart**2)) * ~np.eye(len(numbers), dtype=bool)
    unit = ways / apart[..., None]
    springs = [_stretches(weight, unit), _bends(weight, unit, apart), _torsions(weight, positions_bohr)]
    rows = np.concatenate(springs).reshape(-1, 3 * len(numbers))
    return np.asarray(rows.T @ rows)


def _springs(count: int, constant: Floats, *moved: tuple[NDArray[np.intp], Floats]) -> Floats:
    """Each coordinate's derivative by the positions, shape ``(m, n, 3)``, times the root of its force constant."""
    rows = np.zeros((len(constant), count, 3))
    each = np.arange(len(constant))
    for atoms, derivative in moved:
        np.add.at(rows, (each, atoms), derivative)
    return np.asarray(rows * np.sqrt(constant)[:, None, None])


def _stretches(weight: Floats, unit: Floats) -> Floats:
    i, j = np.nonzero(np.triu(weight > LEAST_WEIGHT))
    return _springs(len(weight), STRETCH * weight[i, j], (i, unit[i, j]), (j, -unit[i, j]))


def _bends(weight: Floats, unit: Floats, apart: Floats) -> Floats:
    near = weight > LEAST_BEND
    i, j, k = np.nonzero(near[:, :, None] & near[None, :, :])
    i, j, k = (some[i < k] for some in (i, j, k))
    cosine = (unit[i, j] * unit[k, j]).sum(axis=-1)
    sine = np.sqrt(np.maximum(1.0 - cosine**2, 0.0))
    i, j, k, cosine, sine = (some[sine > LEAST_SINE] for some in (i, j, k, cosine, sine))
    u, v = unit[i, j], unit[k, j]
    first = (cosine[:, None] * u - v) / (apart[i, j] * sine)[:, None]
    last = (cosine[:, None] * v - u) / (apart[k, j] * sine)[:, None]
    return _springs(len(weight), BEND * weight[i, j] * weight[j, k], (i, first), (j, -first - last), (k, last))


def _torsions(weight: Floats, positions_bohr: Floats) -> Floats:
    near = [np.flatnonzero(some) for some in weight > LEAST_BOND]
    four = [
        (i, j, k, m)
        for j in range(len(weight))
        for k in near[j][near[j] > j]
        for i, m in product(near[j], near[k])
        if i not in (k, m) and m != j
    ]
    if not four:
        return np.zeros((0, len(weight), 3))
    i, j, k, m = np.array(four).T
    before, axis, after = (positions_bohr[b] - positions_bohr[a] for a, b in ((i, j), (j, k), (k, m)))
    p, q = np.cross(before, axis), np.cross(axis, after)
    length = np.linalg.norm(axis, axis=1)[:, None]
    # a straight angle has no torsion: its derivative would be without bound
    straight = np.maximum((p**2).sum(axis=1), 0.05)[:, None], np.maximum((q**2).sum(axis=1), 0.05)[:, None]
    first, last = -length * p / straight[0], length * q / straight[1]
    a, b = ((part * axis).sum(axis=1)[:, None] / length**2 for part in (before, after))
    second = -(1.0 + a) * first + b * last
    third = a * first - (1.0 + b) * last
    constant = TORSION * weight[i, j] * weight[j, k] * weight[k, m]
    return _springs(len(weight), constant, (i, first), (j, second), (k, third), (m, last))
