"""Glass transition of a mixture, or of a chain of two kinds of unit, and what crosslinks add. Any shapes broadcast."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["couchman_karasz", "crosslink_rise", "fox", "share_by_couchman_karasz", "share_by_fox"]

Floats = NDArray[np.float64]


def fox(shares: ArrayLike, temperatures_k: ArrayLike) -> Floats:
    """1/Tg = sum w/Tg over mass shares, along the first axis. Source: Fox (1956), Bull. Am. Phys. Soc. 1, 123."""
    return np.asarray(1 / np.sum(np.asarray(shares) / np.asarray(temperatures_k), axis=0))


def couchman_karasz(shares: ArrayLike, temperatures_k: ArrayLike, steps: ArrayLike) -> Floats:
    """ln Tg = sum w dCp ln Tg / sum w dCp, along the first axis; ``steps`` dCp of heat capacity in one unit.

    Source: Couchman and Karasz (1978), doi:10.1021/ma60061a021.
    """
    weight = np.asarray(shares) * np.asarray(steps)
    return np.asarray(np.exp(np.sum(weight * np.log(temperatures_k), axis=0) / np.sum(weight, axis=0)))


def crosslink_rise(tied_mol_per_kg: ArrayLike, constant_k_kg_per_mol: ArrayLike = 39.0) -> Floats:
    """dTg = K / Mc, Mc the mass per mole of crosslinks. Source: Nielsen (1969), doi:10.1080/15583726908545897."""
    return np.asarray(np.asarray(constant_k_kg_per_mol) * np.asarray(tied_mol_per_kg))


def share_by_fox(mixed_k: ArrayLike, matrix_k: ArrayLike, part_k: ArrayLike) -> Floats:
    """The mass share of a part that brings a matrix to ``mixed_k``: the Fox equation, turned round."""
    base = 1 / np.asarray(matrix_k)
    return np.asarray((1 / np.asarray(mixed_k) - base) / (1 / np.asarray(part_k) - base))


def share_by_couchman_karasz(mixed_k: ArrayLike, matrix_k: ArrayLike, part_k: ArrayLike, ratio: ArrayLike) -> Floats:
    """The same by Couchman and Karasz; ``ratio`` of the part's step of heat capacity over the matrix's."""
    down = np.log(np.asarray(matrix_k)) - np.log(np.asarray(mixed_k))
    further = np.asarray(ratio) * (np.log(np.asarray(mixed_k)) - np.log(np.asarray(part_k)))
    return np.asarray(down / (further + down))
