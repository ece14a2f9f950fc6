"""One binder through cure, network and glass transition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from byssus.figure import Series
from byssus.findings import Finding
from byssus.run.curing_findings import of_samples, three
from byssus.run.curing_network import distribution_told, networks_of
from byssus.run.curing_subjects import Crosslinker, Subject
from byssus.run.curing_verdicts import verdicts_of
from byssus.simulate.cure import OXIRANE_CHANNELS, Cured, Mixture, cure
from byssus.simulate.cure_channels import sample_constants
from byssus.simulate.programme import Programme, programme_of
from byssus.study.model import Study

__all__ = ["Done", "of_subject"]

Json = dict[str, Any]
Floats = NDArray[np.float64]

GLASS = "No reaction is slowed by diffusion: once the film is a glass, conversions are upper ends."
ESTER = "An ester beside an amide may still close to the imide and let its chain go; that is not modelled."


@dataclass(frozen=True)
class Done:
    """One cure: with one of the products that the crosslinker may be, or with none."""

    product: Crosslinker | None
    cured: Cured

    @property
    def at(self) -> dict[str, Any]:
        return {"crosslinker": self.product.name} if self.product else {}


def of_subject(study: Study, subject: Subject, samples: int) -> tuple[list[Finding], Json, list[Any]]:
    """Findings, the row of the report, and curves. Raises :class:`ByssusError` where the cure cannot be had."""
    from byssus.errors import StudyError

    if subject.problems:
        raise StudyError(*subject.problems)
    programme = programme_of(subject.binder.cure, where=f"binder {subject.name}: cure")
    done = _cures(study, subject, programme, samples)
    findings = [one for each in done for one in _cure_findings(subject.name, each)]
    row: Json = {
        "binder": subject.name,
        "programme": [[float(t), float(k)] for t, k in zip(programme.times_s, programme.temperature_k, strict=True)],
        "cures": [_cure_row(each) for each in done],
    }
    curves = [curve for each in done[:1] for curve in _curves(subject.name, each)]
    if subject.binder.crosslinker:
        more, row["networks"], drawn = networks_of(study, subject, done, samples)
        findings += more
        curves += drawn
        if told := distribution_told(subject, row["networks"]):
            row["distribution"] = told
        more, row["verdicts"], row["rivals"] = verdicts_of(study, subject, done, row["networks"], samples)
        findings += more
    return findings, row, curves


def _cures(study: Study, subject: Subject, programme: Programme, samples: int) -> list[Done]:
    """The same sampled constants for every product and every binder, so that their differences are of the recipe."""
    constants = sample_constants(samples, study.seed)
    out = []
    for product in subject.crosslinkers or (None,):
        whole = 1 + (product.mass[1] if product else 0.0)
        oxirane = product.mass[1] * product.oxirane_mol_per_kg if product else 0.0
        amides, amines = (subject.sites.get(site, 0.0) / whole for site in ("amide N-H", "aromatic amine"))
        out.append(Done(product, cure(Mixture(amides, min(amines, amides), oxirane / whole), programme, constants)))
    return out


def _cure_findings(binder: str, each: Done) -> list[Finding]:
    cured, at = each.cured, each.at
    told = "parallel channels with Arrhenius constants through the study's temperature programme; band by sampling them"

    def one(quantity: str, values: Floats, equation: str, remarks: tuple[str, ...] = (), **more: Any) -> Finding:
        return of_samples(quantity, values, "1", {**at, **more}, "cure", binder, told, equation, remarks)

    found = [one("ring_closure", cured.ring_closure[-1], "(imide + benzimidazole rings) / sites")]
    if not each.product:
        return found
    opened = np.minimum(cured.epoxide_conversion[-1], 1.0)
    found.append(one("epoxide_conversion", opened, "1 - oxirane / oxirane at the start", (GLASS,)))
    found.append(
        one(
            "blocked_site_share",
            cured.blocked[-1],
            "sites open for an oxirane at amide or acid / sites",
            (ESTER,),
            of="cure",
        )
    )
    found += [
        one("oxirane_channel_share", _opened(cured, name), "opened by the channel / oxirane at the start",
            channel=name)
        for name in OXIRANE_CHANNELS
    ]  # fmt: skip
    return found


def _opened(cured: Cured, channel: str) -> Floats:
    """At the end; what the integrator left of nothing is nothing."""
    return np.asarray(np.clip(cured.share_of_oxirane(channel)[-1], 0.0, 1.0))


def _cure_row(each: Done) -> Json:
    cured = each.cured
    row: Json = {
        "crosslinker": each.product.name if each.product else None,
        "ring_closure": three(cured.ring_closure[-1]),
    }
    row["benzimidazole"] = three(np.maximum(cured.gone("benzimidazole")[-1], 0.0) / cured.mixture.sites)
    if each.product:
        row["epoxide_conversion"] = three(np.minimum(cured.epoxide_conversion[-1], 1.0))
        row["blocked"] = three(cured.blocked[-1])
        row["channels"] = {name: three(_opened(cured, name)) for name in OXIRANE_CHANNELS}
    return row


def _curves(binder: str, each: Done) -> list[tuple[str, Series]]:
    cured = each.cured
    shown = [("rings", cured.ring_closure)]
    if each.product:
        shown.append(("oxirane", np.clip(cured.epoxide_conversion, 0.0, 1.0)))
    out = []
    for name, values in shown:
        low, high = np.percentile(values, (2.5, 97.5), axis=1)
        nominal = values[:, 0]
        low, high = np.minimum(low, nominal), np.maximum(high, nominal)
        out.append((binder, Series(name, cured.times_s, nominal, lower=low, upper=high)))
    return out
