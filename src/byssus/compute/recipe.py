"""What follows from a recipe by arithmetic: amounts, ratio of monomers, chain length, oxirane per site.

Printed numbers enter as the interval of their digits. The ends of a result are those of the inputs; its standard
uncertainty takes each input as evenly spread between its ends (JCGM 100:2008, 4.3.7), independent of the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from byssus.compute.models import NUCLEOPHILES
from byssus.compute.monomers import Monomer, crosslinkers, monomer, of_study
from byssus.compute.polymer import Form, Polymer, of_binder
from byssus.compute.structure import groups_in, open_of
from byssus.errors import ByssusError, ComputeError, Problem
from byssus.findings import Finding
from byssus.laws.matter import carothers_degree
from byssus.study.model import Binder, Claim, Study
from byssus.study.printed import parse_printed
from byssus.units import convert, split_number

__all__ = [
    "Range",
    "Weighed",
    "oxirane_findings",
    "printed_range",
    "ratio_findings",
    "recipe_findings",
    "structure_findings",
    "weighed_in",
]

CAROTHERS = "Carothers (1936), doi:10.1039/TF9363200039"
DIGITS = "bounds from the printed digits"


@dataclass(frozen=True)
class Range:
    """A number in SI with the ends between which it lies."""

    low: float
    nominal: float
    high: float

    def __truediv__(self, other: Range) -> Range:
        return Range(self.low / other.high, self.nominal / other.nominal, self.high / other.low)

    def scaled(self, factor: float) -> Range:
        return Range(self.low * factor, self.nominal * factor, self.high * factor)

    @property
    def relative_variance(self) -> float:
        """Of a number evenly spread between its ends, over its square."""
        return ((self.high - self.low) / (2 * math.sqrt(3.0) * self.nominal)) ** 2


@dataclass(frozen=True)
class Weighed:
    """One monomer as weighed: its mass in kg, and the mass fraction of the compound in it (1 where not stated)."""

    monomer: Monomer
    mass_kg: Range
    purity: Range = Range(1.0, 1.0, 1.0)
    purity_stated: bool = False

    @property
    def amount_mol(self) -> Range:
        """n = m / M, without purity."""
        return self.mass_kg.scaled(1 / self.monomer.molar_mass_kg_per_mol)


def printed_range(text: str | float, unit: str, si_unit: str, most: float = math.inf) -> Range:
    """A printed number with its unit, or ``"19.8 %"`` with its own, as the interval of its digits in SI.

    ``most`` is what the quantity cannot be above: ">98 %" of a share lies between 98 % and all of it.
    Raises :class:`ComputeError` where it has no two ends above zero.
    """
    said = str(text)
    own = split_number(said)
    if own and own[1] and not any(c in own[1] for c in "±+-–~e×("):
        said, unit = said[: len(said) - len(own[1])].strip(), own[1]
    printed = parse_printed(said)
    low, high = (min(float(convert(end, unit, si_unit)), most) for end in (printed.low, printed.high))
    nominal = float(convert(printed.value, unit, si_unit)) if printed.value is not None else (low + high) / 2
    if not (0 < low <= nominal <= high < math.inf):
        raise ComputeError(Problem("a recipe needs amounts above zero", got=f"'{text}'", expected="a positive number"))
    return Range(low, nominal, high)


def weighed_in(study: Study, binder: Binder) -> tuple[Weighed, ...]:
    """The binder's monomers whose masses the study claims, in the order of its monomers."""
    found = []
    for entry in binder.monomers:
        one = of_study(entry, where=f"binder {binder.name}")
        names = {entry.name.casefold(), one.name.casefold()}
        masses, own, common = (
            [claim for claim in study.claim if (claim.binder, claim.quantity) == of and _speaks_of(claim, one, names)]
            for of in ((binder.name, "mass"), (binder.name, "purity"), ("", "purity"))
        )
        if masses:
            mass = printed_range(masses[0].value, masses[0].unit, "kg")
            pure = [printed_range(claim.value, claim.unit, "1", most=1.0) for claim in (*own, *common)]
            found.append(Weighed(one, mass, *((pure[0], True) if pure else ())))
    return tuple(found)


def _speaks_of(claim: Claim, one: Monomer, names: set[str]) -> bool:
    """Whether a claim is about a monomer: by the name it has in the study, or by the structure of another name."""
    named = claim.at.get("monomer", claim.at.get("compound"))
    if named is None or str(named).casefold() in names:
        return named is not None
    try:
        return monomer(str(named)).smiles == one.smiles
    except ComputeError:
        return False  # a solvent, a salt, a product nobody has drawn


def recipe_findings(study: Study, binder: Binder) -> tuple[Finding, ...]:
    """Everything a binder's structure and recipe say, as findings of basis ``computed``.

    Raises :class:`ComputeError` where its structure cannot be had; a mass or a share that is no amount is a finding
    without value.
    """
    polymer = of_binder(binder)
    said = {**study.electrode.mass_fractions, **binder.recipe}
    found = [*structure_findings(polymer), *_or_missing("stoichiometric_ratio", lambda: _ratio(study, binder))]
    if binder.crosslinker:
        found += _or_missing("oxirane_per_site", lambda: oxirane_findings(polymer, binder.crosslinker, said))
    return tuple(one.but(binder=binder.name) for one in found)


def _ratio(study: Study, binder: Binder) -> Iterable[Finding]:
    weighed = weighed_in(study, binder)
    return ratio_findings(weighed[0], weighed[1]) if len(weighed) == 2 else ()


def _or_missing(quantity: str, make: Callable[[], Iterable[Finding]]) -> list[Finding]:
    try:
        return list(make())
    except ByssusError as fault:
        reasons = tuple(" ".join(str(problem).split()) for problem in fault.problems)
        return [Finding(quantity, None, "1", basis="computed", status="missing_input", remarks=reasons)]


def structure_findings(polymer: Polymer) -> Iterator[Finding]:
    """Molar mass, mass loss and density of sites of each form of the repeat unit."""
    for form in polymer.forms:
        at = {"form": form.name}
        unit = f"{form.formula}, {form.smiles or 'a ladder'}"
        yield _computed(
            "repeat_unit_molar_mass", form.molar_mass_kg_per_mol, "kg/mol", at, f"from the structure: {unit}",
            "M = sum of atoms * atomic weight",
        )  # fmt: skip
        if form.water:
            yield _computed(
                "closure_mass_loss", form.mass_loss, "1", at, f"{form.water:g} H2O per repeat unit",
                "n(H2O) M(H2O) / M(open)",
            )  # fmt: skip
        for site, n in ((site, n) for site, n in form.sites.items() if site in (*NUCLEOPHILES, "imide", "oxirane")):
            yield _computed(
                "site_density", form.site_density_mol_per_kg(site), "mol/kg", {**at, "site": site},
                f"{n:g} per repeat unit", "n(sites) / M",
            )  # fmt: skip


def ratio_findings(first: Weighed, second: Weighed) -> Iterator[Finding]:
    """Amounts, their ratio as weighed, and how long chains of it can grow; where purity is stated, with it too."""
    for one in (first, second):
        method = f"as weighed, without purity; M({one.monomer.formula}); {DIGITS}"
        yield _ranged("amount", one.amount_mol, "mol", {"monomer": one.monomer.name}, method, "m / M", (one.mass_kg,))
    ratio = first.amount_mol / second.amount_mol
    masses = (first.mass_kg, second.mass_kg)
    at = {"first": first.monomer.name, "second": second.monomer.name}
    yield _ranged("stoichiometric_ratio", ratio, "1", at, f"as weighed; {DIGITS}", "(m1 / M1) / (m2 / M2)", masses)
    yield _degree(ratio, {**at, "purity": "not counted"})
    if first.purity_stated or second.purity_stated:
        # what is sold as 98 % holds at least that: the compound is between its purity and all of it
        pure = [Range(one.purity.low, one.purity.nominal, 1.0) for one in (first, second)]
        low = ratio.low * pure[0].low / pure[1].high
        high = ratio.high * pure[0].high / pure[1].low
        wide = Range(low, ratio.nominal * pure[0].nominal / pure[1].nominal, high)
        method = "each monomer between its stated purity and pure; " + DIGITS
        equation = "(m1 w1 / M1) / (m2 w2 / M2)"
        yield _ranged(
            "stoichiometric_ratio", wide, "1", {**at, "purity": "as stated"}, method, equation, (*masses, *pure)
        )
        yield _degree(wide, {**at, "purity": "as stated"})


def _degree(ratio: Range, at: Mapping[str, str]) -> Finding:
    """Xn at full conversion; where the ends of the ratio enclose 1, only its least value is known."""
    ends = [carothers_degree(min(r, 1 / r)) for r in (ratio.low, ratio.high)]
    what, equation = f"limit at full conversion ({CAROTHERS})", "Xn = (1 + r) / (1 - r)"
    least = min(ends)
    if ratio.low <= 1 <= ratio.high:
        remark = f"The ratio may be 1, so Xn has no upper limit from the recipe; it is at least {least:.3g}."
        return Finding(
            "degree_of_polymerisation", None, "1", at, interval=(least, math.inf), method=what, equation=equation,
            basis="computed", status="not_identifiable", remarks=(remark,),
        )  # fmt: skip
    value = carothers_degree(min(ratio.nominal, 1 / ratio.nominal))
    return Finding(
        "degree_of_polymerisation", value, "1", at, interval=(least, max(ends)), method=what, equation=equation,
        basis="computed",
    )  # fmt: skip


def oxirane_findings(polymer: Polymer, crosslinker: str, fractions: Mapping[str, float | str]) -> Iterator[Finding]:
    """Oxirane rings over each site of the open form, from mass fractions; for every product the words may mean.

    Each ring occupies one site at most, so the same ratio is the ceiling of sites it can block.
    """
    known = crosslinkers(crosslinker)
    products = [(one, rings) for one in known if (rings := groups_in(open_of(one.smiles)).get("oxirane", 0))]
    binder_part, part = _component(fractions, ("binder",)), _component(fractions, _words(crosslinker))
    sites = {site: n for site, n in polymer.open.sites.items() if site in NUCLEOPHILES}
    if not products or binder_part is None or part is None or not sites:
        missing = (
            f"the crosslinker '{crosslinker}' is not known" if not known
            else f"the crosslinker '{crosslinker}' has no oxirane" if not products
            else "the repeat unit has no site that opens an oxirane" if not sites
            else "the mass fractions name no binder or no crosslinker"
        )  # fmt: skip
        yield Finding("oxirane_per_site", None, "1", basis="computed", status="missing_input", remarks=(missing,))
        return
    masses = tuple(printed_range(w, "1", "1") for w in (part, binder_part))
    told = () if len(products) == 1 else (f"'{crosslinker}' fits {len(products)} products; which one is not said.",)
    if len(sites) > 1:
        sites = {**sites, "all of these": sum(sites.values())}
    for product, rings in products:
        density = rings / product.molar_mass_kg_per_mol
        yield _computed(
            "oxirane_density", density, "mol/kg", {"crosslinker": product.name}, f"{rings} rings, {product.formula}",
            "n(oxirane) / M",
        )  # fmt: skip
        for site, n in sites.items():
            yield from _per_site(polymer.open, product, site, n, density, masses, told)


def _per_site(
    form: Form, product: Monomer, site: str, n: float, density: float, masses: tuple[Range, ...], told: tuple[str, ...]
) -> Iterator[Finding]:
    per_site = (masses[0] / masses[1]).scaled(density * form.molar_mass_kg_per_mol / n)
    at = {"site": site, "crosslinker": product.name, "form": form.name}
    method = f"by the slurry's mass fractions; binder as {form.name}; {DIGITS}"
    equation = "w(crosslinker) n(oxirane) / M(crosslinker) / (w(binder) n(sites) / M(repeat unit))"
    yield _ranged("oxirane_per_site", per_site, "1", at, method, equation, masses, told)
    ceiling = Range(*(min(1.0, end) for end in (per_site.low, per_site.nominal, per_site.high)))
    method = f"a ceiling: every ring opens, each at another site; {DIGITS}"
    yield _ranged("blocked_site_share", ceiling, "1", at, method, "min(1, oxirane_per_site)", masses, told)


def _words(crosslinker: str) -> tuple[str, ...]:
    words = [w.strip("()[],").lower() for w in crosslinker.replace("-", " ").split()]
    return (*words, "crosslinker")


def _component(fractions: Mapping[str, float | str], words: Sequence[str]) -> float | str | None:
    """The fraction of the component whose name is one of the words."""
    for name, value in fractions.items():
        if name.lower() in words or name.lower().replace("_", "") in words:
            return value
    return None


def _computed(quantity: str, value: float, unit: str, at: Mapping[str, str], method: str, equation: str) -> Finding:
    return Finding(quantity, value, unit, at, method=method, equation=equation, basis="computed")


def _ranged(
    quantity: str, value: Range, unit: str, at: Mapping[str, str], method: str, equation: str, inputs: Sequence[Range],
    remarks: tuple[str, ...] = (),
) -> Finding:  # fmt: skip
    uncertainty = abs(value.nominal) * math.sqrt(math.fsum(one.relative_variance for one in inputs))
    return Finding(
        quantity, value.nominal, unit, at, uncertainty, (value.low, value.high), method=method, equation=equation,
        basis="computed", remarks=remarks,
    )  # fmt: skip
