"""The network of a cured binder, in every reading of its molar mass that is in question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from byssus.figure import Series
from byssus.findings import Finding
from byssus.laws.viscoelastic import rubbery_modulus
from byssus.run.curing_findings import of_samples, three
from byssus.run.curing_subjects import Crosslinker, Reading, Subject, without_crosslinker
from byssus.simulate.network_of import Binder, Grown, gel_curve, grow, loops_of
from byssus.simulate.parameters import draw_assumptions
from byssus.study.model import Study

if TYPE_CHECKING:
    from byssus.run.curing_binder import Done

__all__ = ["distribution_told", "networks_of"]

Json = dict[str, Any]
Floats = NDArray[np.float64]
PER_KELVIN = rubbery_modulus(1.0, 1.0)  # of a mole of strands per m^3; the law is linear in both
ABOVE_TG_K = 30.0  # where a plateau is usually read
WITHOUT_TG_K = 680.0  # for a binder of which no glass transition is known
THEORY = "Macosko and Miller's recursive theory, after loops; chains: {}"
NEVER = "Above 100 %: these chains and this much crosslinker make no network."
TREE = "Every tied arm counts; entanglements and physical crosslinks are left out."


def networks_of(
    study: Study, subject: Subject, done: list[Done], samples: int
) -> tuple[list[Finding], list[Json], list[tuple[str, Series]]]:
    """Findings, rows and gel curves; without a molar mass all is a missing input."""
    if why := _without_chains(subject):
        lacking = [
            _lacking(subject.name, q, why) for q in ("gel_fraction", "gel_point_conversion", "crosslink_density")
        ]
        return lacking, [], []
    assumed = draw_assumptions(samples, study.seed)
    rng = np.random.default_rng([study.seed, 2])
    findings: list[Finding] = []
    rows: list[Json] = []
    curves: list[tuple[str, Series]] = []
    temperature = _plateau_k(study, subject, samples)
    for each in done:
        product = each.product
        if product is None:
            continue
        richness = rng.uniform(product.mass[0], product.mass[2], samples) / product.mass[1]
        richness[0] = 1.0
        for reading in subject.masses:
            binder = _binder(subject, product, reading)
            loops = loops_of(
                binder, assumed["unit_length"], assumed["persistence"], assumed["reach"], assumed["density"]
            )
            mn = reading.number.draws(samples, study.seed)
            mw = reading.weight.draws(samples, study.seed) if reading.weight else None
            grown = grow(binder, each.cured.tied[-1], loops, richness, assumed["density"], mn, mw)
            at = {"crosslinker": product.name, "molar_mass": reading.name}
            if reading is subject.masses[0]:
                findings.append(_loops(subject.name, product.name, loops))
            findings += _findings(subject.name, at, grown, temperature, THEORY.format(reading.chains))
            rows.append(_row(product.name, reading, grown, temperature))
            if each is done[0]:
                tied, gel = gel_curve(binder, loops)
                curves.append((subject.name, Series("gel", tied, gel, at={"molar_mass": reading.name})))
    return findings, rows, curves


def _without_chains(subject: Subject) -> str:
    """Why a binder has no chains to tie; nothing where it has."""
    if not subject.masses:
        return "no molar mass of this polymer is measured or printed: give number_average_molar_mass"
    for one in subject.masses:
        if not one.number.value > 0:
            return f"Mn {one.number.value:g} kg/mol is of no chains"
    for number, weight in ((one.number.value, one.weight.value) for one in subject.masses if one.weight):
        if weight < number:
            return (
                f"Mw {weight:g} kg/mol lies below Mn {number:g} kg/mol, as of no chains: mend one of them, or its unit"
            )
    return ""


def _binder(subject: Subject, product: Crosslinker, reading: Reading) -> Binder:
    per_unit = subject.all_sites * subject.unit_kg_per_mol
    return Binder(
        product.arms, subject.all_sites, per_unit, product.mass[1], product.oxirane_mol_per_kg, reading.number.value,
        reading.weight.value if reading.weight else None, reading.slices,
    )  # fmt: skip


def _plateau_k(study: Study, subject: Subject, samples: int) -> Floats:
    """Where the plateau is read, sampled as far as the glass transition is uncertain."""
    for name in (subject.name, without_crosslinker(study, subject.binder)):
        if tg := subject.numbers.of(name, "glass_transition_temperature"):
            return tg.draws(samples, study.seed) + ABOVE_TG_K
    return np.full(samples, WITHOUT_TG_K)


def _loops(binder: str, product: str, loops: Floats) -> Finding:
    method = "chance of a site of the same chain within reach; from assumed lengths"
    return of_samples(
        "loop_share", loops, "1", {"crosslinker": product}, "network", binder, method, "c_in / (c_in + c_all)"
    )


def _findings(binder: str, at: Json, grown: Grown, temperature: Floats, theory: str) -> list[Finding]:
    def one(
        quantity: str, values: Floats, unit: str, equation: str, remarks: tuple[str, ...] = (), **more: Any
    ) -> Finding:
        return of_samples(quantity, values, unit, {**at, **more}, "network", binder, theory, equation, remarks)

    point = one("gel_point_conversion", grown.gel_point, "1", "(f - 1) a q g = 1, a of the arms tied")
    if grown.gel_point[0] > 1:
        point = point.but(status="warned", remarks=(NEVER,))
    found = [
        one("gel_fraction", grown.gel, "1", "1 - sol of chains and crosslinker", (TREE,)),
        one("gel_fraction", grown.chain_gel, "1", "1 - mean of exp(-q n (1 - u))", (TREE,), of="chains alone"),
        point,
    ]
    for model, strands in (("affine", grown.strands_mol_per_m3), ("phantom", grown.cycle_rank_mol_per_m3)):
        found.append(one("crosslink_density", strands, "mol/m^3", "strands, or cycle rank, per volume", model=model))
        modulus = strands * temperature * PER_KELVIN
        told = {"model": model, "temperature": f"{temperature[0] - 273.15:.0f} °C"}
        found.append(one("rubbery_modulus", modulus, "Pa", "E = 3 v R T", (), **told))
    return found


def _row(product: str, reading: Reading, grown: Grown, temperature: Floats) -> Json:
    scale = temperature * PER_KELVIN
    return {
        "crosslinker": product,
        "reading": reading.name,
        "chains": reading.chains,
        "number_average_kg_per_mol": reading.number.value,
        "weight_average_kg_per_mol": reading.weight.value if reading.weight else None,
        "gel_point": three(grown.gel_point),
        "gel": three(grown.gel),
        "strands_mol_per_m3": three(grown.strands_mol_per_m3),
        "cycle_rank_mol_per_m3": three(grown.cycle_rank_mol_per_m3),
        "affine_pa": three(grown.strands_mol_per_m3 * scale),
        "phantom_pa": three(grown.cycle_rank_mol_per_m3 * scale),
        "temperature_k": float(temperature[0]),
    }


def distribution_told(subject: Subject, networks: list[Json]) -> Json | None:
    """Whether the chains are a measured distribution itself, and what it changes beside its two averages."""
    whole = next((one for one in subject.masses if one.slices is not None), None)
    if whole is None or whole.slices is None or not networks:
        return None
    own, alone = networks[:2]
    beside = ", ".join(
        f"{name} {100 * own[key][0]:.3g} % against {100 * alone[key][0]:.3g} %"
        for name, key in (("gel point", "gel_point"), ("gel", "gel"))
    )
    sentence = (
        f"The chains are the distribution measured in {', '.join(whole.files)} itself, not its two averages: {beside} "
        "for Schulz-Zimm chains of its Mn and Mw."
    )
    return {"files": list(whole.files), "slices": len(whole.slices.mass), "sentence": sentence}


def _lacking(binder: str, quantity: str, why: str) -> Finding:
    from byssus.vocabulary import quantity as known

    return Finding(
        quantity, None, known(quantity).unit, technique="network", binder=binder, basis="simulated",
        status="missing_input", remarks=(why,),
    )  # fmt: skip
