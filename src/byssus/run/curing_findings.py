"""Numbers of the models of cure and network as findings of basis ``simulated``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.findings import Finding, Status

__all__ = ["ENDS", "of_samples", "parameter_findings", "simulated", "three"]

Floats = NDArray[np.float64]
ENDS = (2.5, 97.5)


def three(values: Floats) -> list[float]:
    """(nominal, low, high) of samples whose first is nominal; the nominal is never outside the band."""
    low, high = (float(one) for one in np.percentile(values, ENDS))
    nominal = float(values[0])
    return [nominal, min(low, nominal), max(high, nominal)]


def of_samples(
    quantity: str, values: Floats, unit: str, at: Mapping[str, Any], technique: str, binder: str, method: str,
    equation: str = "", remarks: Sequence[str] = (), status: Status = "ok",
) -> Finding:  # fmt: skip
    """A finding with the 95 % band of its samples."""
    return simulated(quantity, three(values), unit, at, technique, binder, method, equation, remarks, status)


def simulated(
    quantity: str, value: Sequence[float], unit: str, at: Mapping[str, Any], technique: str, binder: str | None,
    method: str, equation: str = "", remarks: Sequence[str] = (), status: Status = "ok",
) -> Finding:  # fmt: skip
    """A finding of (nominal, low, high)."""
    nominal, low, high = value
    shown = nominal if math.isfinite(nominal) else None
    return Finding(
        quantity, shown, unit, dict(at), interval=(low, high), method=method, equation=equation, binder=binder,
        technique=technique, basis="simulated", status=status if shown is not None else "not_identifiable",
        remarks=tuple(remarks),
    )  # fmt: skip


def parameter_findings() -> Iterator[Finding]:
    """Every constant that a model needed and nobody measured here, with its band and where it comes from."""
    from byssus.simulate.cure_channels import AIR_WATER_MOL_PER_KG, SLOW_SHARE, constants_table
    from byssus.simulate.parameters import ASSUMED
    from byssus.simulate.programme import RAMP_K_PER_S

    for one in constants_table().values():
        at = {"parameter": one.label, "kind": one.kind, "temperature": "200 °C"}
        band: Sequence[float] = (one.value, one.value / one.factor, one.value * one.factor)
        yield _parameter(band, one.unit, at, "cure", f"{one.kind}: {one.said}", one.note)
        if one.energy:
            band = (one.energy, max(one.energy - one.energy_band, 0.0), one.energy + one.energy_band)
            at = {"parameter": f"{one.label}, activation energy", "kind": one.energy_kind}
            yield _parameter(band, "J/mol", at, "cure", f"{one.energy_kind}: {one.said}", one.note)
    for label, ends, unit in (
        ("share of sites slow to close", SLOW_SHARE, "1"),
        ("water that a film keeps in air", AIR_WATER_MOL_PER_KG, "mol/kg"),
    ):
        yield _parameter(ends, unit, {"parameter": label, "kind": "assumption"}, "cure", "assumption")
    yield simulated(
        "heating_rate", [RAMP_K_PER_S] * 3, "K/s", {"parameter": "ramp where none is said"}, "cure", None, "assumption"
    )
    for other in ASSUMED.values():
        at = {"parameter": other.label, "kind": other.kind}
        yield _parameter(
            (other.value, other.low, other.high), other.unit, at, "network", f"{other.kind}: {other.source}"
        )


def _parameter(
    value: Sequence[float], unit: str, at: Mapping[str, Any], technique: str, method: str, note: str = ""
) -> Finding:
    return simulated("model_parameter", value, unit, at, technique, None, method, remarks=(note,) if note else ())
