"""What the mechanism explains of printed numbers: ceilings, glass transition, rubbery plateau, and rivals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.findings import Finding
from byssus.run.curing_findings import of_samples, simulated, three
from byssus.run.curing_known import Known
from byssus.run.curing_subjects import Subject, without_crosslinker
from byssus.simulate.mechanism import Explained, Softening, explain, explain_modulus, needed_shares, predict
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
FITTED = "FITTED: chosen so that the prediction is the reported number; it predicts nothing"
MOST = "at the ceiling: every oxirane keeps another ring open"


def verdicts_of(
    study: Study, subject: Subject, done: list[Done], networks: list[Json], samples: int
) -> tuple[list[Finding], list[Json], list[Json]]:
    """Findings, verdicts and rivals of one crosslinked binder."""
    verdicts = [_ceiling(each) for each in done if each.product]
    findings, rubbery = _rubbery(subject, networks, samples, study.seed)
    verdicts += rubbery
    base = without_crosslinker(study, subject.binder)
    pair = subject.numbers.alike(subject.name, base, "glass_transition_temperature")
    if pair is None:
        why = _why_no_shift(subject, base)
        one = Finding(
            "glass_transition_shift", None, "K", technique="mechanism", binder=subject.name, basis="simulated",
            status="missing_input", remarks=(why,),
        )  # fmt: skip
        said = _said("glass transition", "not tested", why[0].upper() + why[1:] + ".")
        return [*findings, one], [*verdicts, said], []
    assumed = draw_assumptions(samples, study.seed)
    own, reference = (one.draws(samples, study.seed) for one in pair)
    for each in done:
        if each.product is None:
            continue
        for mechanism, film in _films(each, reference, samples, study.seed):
            at = {"crosslinker": each.product.name, "mechanism": mechanism}
            for equation in ("Fox", "Couchman-Karasz"):
                found = explain(film, own, assumed, equation)
                predicted = predict(film, assumed, equation)
                findings += _findings(subject.name, {**at, "model": equation}, found, predicted, pair[1], reference)
                verdicts.append(_verdict(at, found, *pair))
    verdicts.insert(0, _blocking_alone([v for v in verdicts if v.get("mechanism") == BLOCKING], *pair))
    # a share below nothing is none: where the glass transition rose, nothing that softens has done it
    shares = {name: (value, max(low, 0.0), high)
              for name, (value, low, high) in needed_shares(reference, own, assumed).items() if value > 0}  # fmt: skip
    findings += [_required(subject.name, name, share) for name, share in shares.items()]
    told = _imidisation(study, subject.name)
    return findings, verdicts, [_rival(name, share, done, told) for name, share in shares.items()]


def _why_no_shift(subject: Subject, base: str) -> str:
    own, other = (subject.numbers.of(name, "glass_transition_temperature") for name in (subject.name, base))
    end = "so that a change by crosslinking cannot be explained"
    if own and other:
        return f"the glass transitions of {subject.name} and {base} were not found in the same way, {end}"
    lacks = subject.name if own is None else base or f"the polymer of {subject.name} without crosslinker"
    return f"no glass transition is measured or printed for {lacks}, {end}"


def _films(each: Done, reference: Floats, samples: int, seed: int) -> Iterator[tuple[str, Softening]]:
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


def _findings(
    binder: str, at: Json, found: Explained, predicted: Floats, reference: Known, drawn: Floats
) -> list[Finding]:
    method = f"{found.equation} on closed and open units, {MOST}; from that {reference.word} without crosslinker"
    tg = of_samples("glass_transition_temperature", predicted, "K", at, "mechanism", binder, method)
    shift = of_samples("glass_transition_shift", predicted - drawn, "K", at, "mechanism", binder, method)
    remark = f"All rings would be open at {found.most:.3g}."
    fitted = simulated(
        "blocking_multiplier", found.multiplier, "1", {**at, "parameter": "fitted"}, "mechanism", binder, FITTED,
        remarks=(remark,), status="warned",
    )  # fmt: skip
    return [tg, shift, fitted]


def _verdict(at: Json, found: Explained, own: Known, reference: Known) -> Json:
    value, low, high = (one - ZERO_C for one in found.predicted_k)
    sentence = f"Predicted {value:.0f} °C ({low:.0f} to {high:.0f}), {own.word} {own.value - ZERO_C:.1f} °C"
    word: str = found.word
    if found.word == "explained only with a multiplier":
        x, least, most = found.multiplier
        word = f"explained only with a multiplier of {x:.1f}"
        sentence += (
            f": each oxirane would have to keep {x:.1f} rings open ({least:.1f} to {most:.1f}), where it can keep one"
        )
    elif found.in_part:
        x = found.multiplier[0]
        sentence += f": fewer open rings would do, one for {100 * x:.0f} % of the oxiranes (fitted)"
    elif found.word == "not explained":
        sentence += ": no share of open rings gives that"
    return {
        **_said("glass transition", word, sentence + "."), **at, "equation": found.equation, "reported_k": own.value,
        "reported_basis": own.basis, "reference_k": reference.value, "predicted_k": list(found.predicted_k),
        "multiplier": list(found.multiplier),
    }  # fmt: skip


def _blocking_alone(rows: list[Json], own: Known, reference: Known) -> Json:
    """The mechanism without its rival, over all equations and products, in one sentence."""
    falls = [row["predicted_k"][0] - reference.value for row in rows]
    words = {str(row["verdict"]).split(" of ")[0] for row in rows}
    needed = [row["multiplier"][0] for row in rows]
    several = "explained by some equations, not by others"
    word = words.pop() if len(words) == 1 else several
    if word == "explained only with a multiplier":
        word = f"{word} of {min(needed):.1f} to {max(needed):.1f}"
    enough = ", for which fewer open rings would do" if min(needed) >= 0 and max(needed) < 1 else ""
    sentence = (
        f"Rings kept open and crosslinks alone change the glass transition by {_between(falls)} K, every oxirane at "
        f"its ceiling; {own.word} is a change of {_signed(own.value - reference.value)} K{enough}."
    )
    return _said("glass transition, the mechanism alone", word, sentence)


def _between(values: list[float]) -> str:
    low, high = _signed(min(values)), _signed(max(values))
    return low if low == high else f"{low} to {high}"


def _signed(kelvin: float) -> str:
    return f"{kelvin:+.1f}".replace("-", "−")


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


def _rubbery(subject: Subject, networks: list[Json], samples: int, seed: int) -> tuple[list[Finding], list[Json]]:
    """The networks beside the rubbery modulus: a verdict each, and where one needs a multiplier, that as a finding."""
    own = subject.numbers.of(subject.name, "rubbery_modulus")
    if own is None or not networks:
        lacks = "No rubbery modulus is measured or printed" if own is None else "No network could be reckoned"
        return [], [_said("rubbery modulus", "not tested", f"{lacks}, so the network's strands are not tested.")]
    findings, verdicts = [], []
    value, low, high = three(own.draws(samples, seed))
    for row in networks:
        phantom, affine = row["phantom_pa"], row["affine_pa"]
        found, multiplier = explain_modulus(tuple(phantom), tuple(affine), (value, low, high))
        word: str = found
        at = {"crosslinker": row["crosslinker"], "mechanism": f"molar mass {row['reading']}"}
        ends = f"{_mega(phantom[0])} to {_mega(affine[0])} MPa ({_mega(phantom[1])} to {_mega(affine[2])})"
        reported = f"{_mega(value)} MPa" + (f" ({_mega(low)} to {_mega(high)})" if low < high else "")
        sentence = f"Predicted {ends}, phantom to affine; {own.word} {reported}."
        told = str(word)
        if word == "explained only with a multiplier":
            told = f"{word} of {multiplier:.2g}"
            band = sorted((low / affine[2], high / phantom[1] if phantom[1] > 0 else math.inf))
            fitted = (multiplier, min(band[0], multiplier), max(band[1], multiplier))
            findings.append(
                simulated("modulus_multiplier", fitted, "1", {**at, "parameter": "fitted"}, "mechanism", subject.name,
                          FITTED, status="warned")
            )  # fmt: skip
        verdicts.append({**_said("rubbery modulus", told, sentence), **at})
    return findings, verdicts


def _mega(pascal: float) -> str:
    return f"{pascal / 1e6:.2g}"


def _required(binder: str, name: str, share: tuple[float, float, float]) -> Finding:
    method = "the Fox equation turned round; band over both equations and what they assume"
    return simulated("required_share", share, "1", {"component": name}, "mechanism", binder, method)


def _imidisation(study: Study, binder: str) -> str:
    """What the study prints of the degree of imidisation, in words."""
    own = (c for c in study.claim if c.binder in ("", binder) and c.quantity in ("imidisation_degree", "ring_closure"))
    return next((f"{c.value} {c.unit} closed are printed" for c in own), "no degree of imidisation is printed")


def _rival(name: str, share: tuple[float, float, float], done: list[Done], told: str) -> Json:
    low, high = three(done[0].cured.ring_closure[-1])[1:]
    left = f"{100 * (1 - high):.0f} and {100 * (1 - low):.0f} %"
    why = {
        "amic acid units": f"the cure leaves between {left} of the rings open, with or without crosslinker, and {told}",
        "solvent": "no residual solvent is printed; amic acids hold theirs up to some 150 °C",
        "crosslinker as a diluent": "soft arms soften what they are mixed with, tied or not",
    }[name]
    value, least, most = (100 * one for one in share)
    would = (
        "would do it alone" if value <= 100 else "would have to be there, so that even all of it does not do it alone"
    )
    sentence = f"{value:.1f} % ({least:.1f} to {most:.1f}) {would}: {why}."
    return {"component": name, "share": list(share), "sentence": sentence}


def _said(about: str, word: str, sentence: str) -> Json:
    return {"about": about, "verdict": word, "sentence": sentence}
