"""What the mechanism explains of printed numbers: ceilings, glass transition, rubbery plateau, and rivals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.findings import Finding
from byssus.run.curing_findings import of_samples, simulated, three
from byssus.run.curing_subjects import Subject, printed, without_crosslinker
from byssus.simulate.mechanism import Explained, Softening, explain, needed_shares, predict
from byssus.simulate.parameters import draw_assumptions
from byssus.study.model import Study

if TYPE_CHECKING:
    from byssus.run.curing_binder import Done

__all__ = ["verdicts_of"]

Json = dict[str, Any]
Floats = NDArray[np.float64]
ZERO_C = 273.15
BLOCKING = "rings blocked, crosslinks"
WITH_DILUENT = "rings blocked, crosslinks, crosslinker as a diluent"
FITTED = "FITTED: chosen so that the prediction is the printed glass transition; it predicts nothing"
MOST = "at the ceiling: every oxirane keeps another ring open"


def verdicts_of(
    study: Study, subject: Subject, done: list[Done], samples: int
) -> tuple[list[Finding], list[Json], list[Json]]:
    """Findings, verdicts and rivals of one crosslinked binder."""
    verdicts = [_ceiling(each) for each in done if each.product]
    verdicts.append(_rubbery(study, subject))
    base = without_crosslinker(study, subject.binder)
    own = printed(study, subject.name, "glass_transition_temperature")
    reference = printed(study, base, "glass_transition_temperature") if base else None
    if own is None or reference is None:
        lacks = subject.name if own is None else base or f"the polymer of {subject.name} without crosslinker"
        why = f"no glass transition is printed for {lacks}, so that a change by crosslinking cannot be explained"
        one = Finding(
            "glass_transition_shift", None, "K", technique="mechanism", binder=subject.name, basis="simulated",
            status="missing_input", remarks=(why,),
        )  # fmt: skip
        return [one], [*verdicts, _said("glass transition", "not tested", why[0].upper() + why[1:] + ".")], []
    assumed = draw_assumptions(samples, study.seed)
    findings: list[Finding] = []
    for each in done:
        if each.product is None:
            continue
        for mechanism, film in _films(each, reference, samples, study.seed):
            at = {"crosslinker": each.product.name, "mechanism": mechanism}
            for equation in ("Fox", "Couchman-Karasz"):
                found = explain(film, own, assumed, equation)
                predicted = predict(film, assumed, equation)
                findings += _findings(subject.name, {**at, "model": equation}, found, predicted, reference)
                verdicts.append(_verdict(at, found, own, reference))
    shares = needed_shares(reference, own, assumed)
    findings += [_required(subject.name, name, share) for name, share in shares.items()]
    return findings, verdicts, [_rival(name, share, done) for name, share in shares.items()]


def _films(each: Done, reference: float, samples: int, seed: int) -> Iterator[tuple[str, Softening]]:
    """The mechanism at its ceiling: each oxirane keeps one more ring open; then with the crosslinker as a soft part."""
    product = each.product
    assert product is not None
    rng = np.random.default_rng([seed, 3])
    mass = rng.uniform(product.mass[0], product.mass[2], samples)
    mass[0] = product.mass[1]
    oxirane = mass * product.oxirane_mol_per_kg / (1 + mass)
    blocked = np.minimum(oxirane / each.cured.mixture.sites, 1.0)
    film = Softening(reference, blocked, np.zeros(samples), oxirane * each.cured.tied[-1])
    yield BLOCKING, film
    yield WITH_DILUENT, replace(film, diluent=mass / (1 + mass))


def _findings(binder: str, at: Json, found: Explained, predicted: Floats, reference: float) -> list[Finding]:
    method = f"{found.equation} on closed and open units, {MOST}; from the printed glass transition without crosslinker"
    tg = of_samples("glass_transition_temperature", predicted, "K", at, "mechanism", binder, method)
    shift = of_samples("glass_transition_shift", predicted - reference, "K", at, "mechanism", binder, method)
    remark = f"All rings would be open at {found.most:.3g}."
    fitted = simulated(
        "blocking_multiplier", found.multiplier, "1", {**at, "parameter": "fitted"}, "mechanism", binder, FITTED,
        remarks=(remark,), status="warned",
    )  # fmt: skip
    return [tg, shift, fitted]


def _verdict(at: Json, found: Explained, own: float, reference: float) -> Json:
    value, low, high = (one - ZERO_C for one in found.predicted_k)
    printed_c = own - ZERO_C
    sentence = f"Predicted {value:.0f} °C ({low:.0f} to {high:.0f}), printed {printed_c:.1f} °C"
    word: str = found.word
    if found.word == "explained only with a multiplier":
        x, least, most = found.multiplier
        word = f"explained only with a multiplier of {x:.1f}"
        sentence += (
            f": each oxirane would have to keep {x:.1f} rings open ({least:.1f} to {most:.1f}), where it can keep one"
        )
    elif found.word == "not explained":
        sentence += ": no share of open rings gives the printed number"
    return {
        **_said("glass transition", word, sentence + "."), **at, "equation": found.equation, "printed_k": own,
        "reference_k": reference, "predicted_k": list(found.predicted_k), "multiplier": list(found.multiplier),
    }  # fmt: skip


def _ceiling(each: Done) -> Json:
    product, sites = each.product, each.cured.mixture.sites
    assert product is not None
    low, value, high = (min(m * product.oxirane_mol_per_kg / (1 + product.mass[1]) / sites, 1.0) for m in product.mass)
    blocked = three(each.cured.blocked[-1])
    sentence = (
        f"At most {100 * value:.2f} % of the rings ({100 * low:.2f} to {100 * high:.2f}) can be kept open, "
        f"one an oxirane; as cured {100 * blocked[0]:.2f} % ({100 * blocked[1]:.2f} to {100 * blocked[2]:.2f})."
    )
    return {**_said("ring blocking", "a ceiling", sentence), "crosslinker": product.name}


def _rubbery(study: Study, subject: Subject) -> Json:
    own = printed(study, subject.name, "rubbery_modulus")
    if own is None:
        return _said(
            "rubbery modulus", "not tested", "No rubbery modulus is printed, so the network's strands are not tested."
        )
    return _said(
        "rubbery modulus", "printed", f"Printed {own / 1e6:.3g} MPa; the models' stand in the table of networks."
    )


def _required(binder: str, name: str, share: tuple[float, float, float]) -> Finding:
    method = "the Fox equation turned round; band over both equations and what they assume"
    return simulated("required_share", share, "1", {"component": name}, "mechanism", binder, method)


def _rival(name: str, share: tuple[float, float, float], done: list[Done]) -> Json:
    low, high = three(done[0].cured.ring_closure[-1])[1:]
    left = f"{100 * (1 - high):.0f} and {100 * (1 - low):.0f} %"
    why = {
        "amic acid units": f"the cure leaves between {left} of the rings open, "
        "with or without crosslinker, and no degree of imidisation is printed",
        "solvent": "no residual solvent is printed; amic acids hold theirs up to some 150 °C",
        "crosslinker as a diluent": "soft arms on a cage soften what they are mixed with, tied or not",
    }[name]
    value, least, most = (100 * one for one in share)
    return {
        "component": name, "share": list(share),
        "sentence": f"{value:.1f} % ({least:.1f} to {most:.1f}) would do it alone: {why}.",
    }  # fmt: skip


def _said(about: str, word: str, sentence: str) -> Json:
    return {"about": about, "verdict": word, "sentence": sentence}
