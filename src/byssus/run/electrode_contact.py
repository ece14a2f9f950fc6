"""How thickness and peel width entered the contact number: as given, or as one fitted length squared; what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from byssus.findings import Finding
from byssus.simulate.electrode.binders import GEOMETRY, Binders
from byssus.simulate.electrode.confront import Confrontation
from byssus.simulate.electrode.contact import contact_number
from byssus.simulate.electrode.identified import calibrated
from byssus.simulate.electrode.swelling import expansion

__all__ = ["AREA", "SHARE", "contact_findings", "contact_section", "contact_sentence", "is_given", "product_remark"]

Json = dict[str, Any]
AREA, SHARE = "contact_area", "contact_energy_share"
ALIKE = 1e-6  # products of thickness and width that differ by less are one number
WORDS = {"layer_thickness": "layer thickness", "peel_width": "peel width"}


def is_given(found: Confrontation) -> bool:
    """Whether thickness and peel width of every binder enter as they are."""
    return Binders.stacked(found.reported.inputs).thickness_by_width_m2() is not None


def contact_section(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> Json:
    """What was given, what was fitted, and the sentence that says so."""
    given = is_given(found)
    return {
        "thickness_and_width": "given" if given else "fitted",
        "fitted": SHARE if given else AREA,
        "known_but_not_used": [dict(row) for row in origins if row["role"] == "aside"],
        "sentence": contact_sentence(found, origins),
    }


def contact_sentence(found: Confrontation, origins: Sequence[Mapping[str, Any]]) -> str:
    """Which of the two it was, and that the results hold only a product."""
    product = Binders.stacked(found.reported.inputs).thickness_by_width_m2()
    if product is None:
        return (
            f"{_wanting(found.reported.names, origins)}, so one length squared is fitted in the place of h b for all "
            "binders: the results hold only the product of h, b and the share of elastic energy that reaches contacts."
        )
    alike = np.ptp(product) <= ALIKE * np.max(product)
    same = " As h b is the same for every binder, nothing is foretold that a fitted length squared would not."
    share = next(one for one in calibrated(found.posterior) if one.parameter.name == SHARE)
    low, high = share.interval or (share.value, share.value)
    return (
        "Layer thickness h and peel width b of every binder enter as given; the share of elastic energy that reaches "
        f"contacts is fitted, {share.value:.2g} (95 %: {low:.2g} to {high:.2g}), where 1 is Griffith's own balance, "
        "nothing fitted. The results hold only share times h b: what is wrong with every h or b alike goes into it."
        f"{same if alike else ''}"
    )


def _wanting(names: Sequence[str], origins: Sequence[Mapping[str, Any]]) -> str:
    """Of which binders thickness and width are known."""
    aside = [(row["quantity"], row["binder"]) for row in origins if row["role"] == "aside"]
    if not aside:
        return "Neither layer thickness h nor peel width b is given"
    told = []
    for one in GEOMETRY:
        known = [name for name in names if (one, name) in aside]
        told.append(f"{WORDS[one]} of {'every binder' if len(known) == len(names) else ', '.join(known) or 'none'}")
    return f"Given are {told[0]} and {told[1]}, which do not enter unless both are given of every binder"


def product_remark(name: str) -> list[str]:
    """What the results cannot part in a number of the model."""
    if name == AREA:
        return ["layer thickness, peel width and the share of elastic energy are not identifiable apart, in it"]
    if name == SHARE:
        return ["identifiable only as its product with layer thickness and peel width, which are taken as given"]
    return []


def contact_findings(found: Confrontation, method: str, calibration: str) -> Iterator[Finding]:
    """The Griffith-type number of every binder, on all binders; with h b given also what it is if nothing is fitted."""
    given = found.posterior.given(0)
    binders = Binders.stacked(found.posterior.drawn_inputs())
    swollen = expansion(binders, found.reported.electrode, given)
    equation = "eta E e^2 h b / (4 F)" if is_given(found) else "E e^2 A / (4 F), A fitted for h b"
    at = {"calibration": calibration}
    yield from _numbers(found, contact_number(swollen, binders, given), at, method, equation, ())
    if is_given(found):
        whole = {**given, SHARE: np.asarray(1.0)}
        remarks = ("if all elastic energy reached contacts as tough as the peeled interface: only the expansion is the "
                   "calibrated one",)  # fmt: skip
        yield from _numbers(
            found, contact_number(swollen, binders, whole), {**at, SHARE: 1}, method, "E e^2 h b / (4 F)", remarks
        )


def _numbers(
    found: Confrontation, number: Any, at: Mapping[str, Any], method: str, equation: str, remarks: tuple[str, ...]
) -> Iterator[Finding]:
    for k, name in enumerate(found.reported.names):
        low, middle, high = (float(q) for q in np.quantile(number[:, k], (0.025, 0.5, 0.975)))
        survives = (f"exp(-G) = {np.exp(-middle):.2g} of the silicon would stay connected",) if remarks else ()
        yield Finding(
            "contact_number", middle, "1", at=dict(at), interval=(low, high),
            standard_uncertainty=float(np.std(number[:, k])), method=method, equation=equation, binder=name,
            technique="electrode", basis="simulated", remarks=(*remarks, *survives),
        )  # fmt: skip
