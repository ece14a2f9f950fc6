"""Swelling between its bounds: at the calibrated share of lithium, and along it from none to Li15Si4."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.simulate.electrode.binders import Binders
from byssus.simulate.electrode.confront import Confrontation
from byssus.simulate.electrode.swelling import Bounds, bounds, expansion

__all__ = ["bounds_of", "bounds_rows", "reported_expansion"]

Json = dict[str, Any]
Floats = NDArray[np.float64]
KINDS = ("affine", "pores_kept", "pores_filled")
SHARES = 41
MOST_DRAWS = 600  # a band's edge to about a hundredth of its width
ENDS = (0.025, 0.5, 0.975)


def bounds_of(found: Confrontation, every: int = 1, share: float | None = None) -> tuple[Bounds, Floats]:
    """Bounds of every binder ``(draws, binders)`` on all binders, and the expansion between them.

    At the calibrated share of lithium unless another ``share`` is asked for; of every so many draws.
    """
    given = {name: value[::every] if np.ndim(value) else value for name, value in found.posterior.given(0).items()}
    if share is not None:
        given["lithium_share"] = np.asarray(share)
    binders = Binders.stacked(found.posterior.drawn_inputs()[::every])
    phi = found.reported.electrode.silicon_volume_fraction
    between = bounds(given["lithium_share"], binders.porosity, phi, given["silicon_expansion"])
    swollen = expansion(binders, found.reported.electrode, given)
    shape = np.shape(swollen)
    return Bounds(*(np.broadcast_to(getattr(between, kind), shape) for kind in KINDS)), swollen


def reported_expansion(found: Confrontation) -> list[tuple[float, float]]:
    """Of each binder; NaN where none is reported."""
    for k, target in enumerate(found.reported.targets):
        if target.kind == "expansion":
            return list(zip(found.reported.low[k].tolist(), found.reported.high[k].tolist(), strict=True))
    return [(math.nan, math.nan)] * len(found.reported.names)


def bounds_rows(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Of each binder what the page draws: ``(2.5 %, median, 97.5 %)`` when full, curves along the share of lithium."""
    between, swollen = bounds_of(found)
    share = _ends(found.posterior.given(0)["lithium_share"][:, 0])
    along = _along(found)
    spread = {row["binder"]: row["standard_uncertainty"] for row in origins if _is_result(row)}
    rows = []
    for k, (name, ends) in enumerate(zip(found.reported.names, reported_expansion(found), strict=True)):
        row: Json = {
            "binder": name,
            "reported": [float(end) if math.isfinite(end) else None for end in ends],
            "reported_uncertainty": spread.get(name) or None,
            "lithium_share": share,
        }
        row |= {kind: _ends(getattr(between, kind)[:, k]) for kind in KINDS}
        row["model"] = _ends(swollen[:, k])
        row["by_share"] = {"share": np.linspace(0.0, 1.0, SHARES).tolist()} | {
            kind: dict(zip(("lower", "value", "upper"), ends[..., k].tolist(), strict=True))
            for kind, ends in along.items()
        }
        rows.append(row)
    return rows


def _is_result(row: Mapping[str, Any]) -> bool:
    return (row["role"], row["quantity"]) == ("result", "expansion_after_lithiation")


def _ends(draws: Floats) -> list[float]:
    return [float(q) for q in np.quantile(draws, ENDS)]


def _along(found: Confrontation) -> dict[str, Floats]:
    """Ends of each bound and of the model, ``(3, shares, binders)``; scatter is not in them."""
    every = max(1, len(found.posterior.drawn_inputs()) // MOST_DRAWS)
    out: dict[str, list[Floats]] = {kind: [] for kind in (*KINDS, "model")}
    for share in np.linspace(0.0, 1.0, SHARES):
        between, swollen = bounds_of(found, every, float(share))
        for kind in KINDS:
            out[kind].append(np.quantile(getattr(between, kind), ENDS, axis=0))
        out["model"].append(np.quantile(swollen, ENDS, axis=0))
    return {kind: np.stack(each, axis=1) for kind, each in out.items()}
