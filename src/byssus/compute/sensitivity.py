"""How much a computed binding energy owes to its conformer, to dispersion, the basis, the model and the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from byssus.findings import Finding
from byssus.laws.atomic import JOULE_PER_KCAL

__all__ = ["Energy", "Said", "between", "energies_of", "kcal", "sensitivities"]

SPREAD = "binding_energy_conformer_spread"


@dataclass(frozen=True)
class Energy:
    """The binding energy of one contact of a binder, and how far its next conformers reach; J/mol.

    ``held`` is empty for the geometry meant, else what holds another one of the same pair ("stacked").
    """

    binder: str
    contact: str
    kind: str
    site: str
    value: float
    spread: float = 0.0
    held: str = ""

    @property
    def low(self) -> float:
        return self.value

    @property
    def high(self) -> float:
        return self.value + self.spread


@dataclass(frozen=True)
class Said:
    """One sentence on one binder, and the contacts it speaks of."""

    binder: str
    sentence: str
    contacts: tuple[str, ...]


def kcal(value: float) -> str:
    """An energy of J/mol in kcal/mol, two decimals, with a true minus."""
    return f"{round(value / JOULE_PER_KCAL, 2) + 0.0:.2f}".replace("-", "−")


def _place(one: Finding) -> tuple[str, str, str, str, str]:
    at = one.at
    return (
        one.binder or "", str(at.get("contact", "")), str(at.get("kind", "")), str(at.get("site", "")),
        str(at.get("held", "")),
    )  # fmt: skip


def energies_of(findings: Iterable[Finding]) -> tuple[Energy, ...]:
    """The contacts that have a binding energy, each with the spread over its conformers."""
    kept = [one for one in findings if one.value is not None]
    spread = {_place(one): one.value or 0.0 for one in kept if one.quantity == SPREAD}
    return tuple(
        Energy(*_place(one)[:4], one.value or 0.0, spread.get(_place(one), 0.0), _place(one)[4])
        for one in kept
        if one.quantity == "binding_energy"
    )


def sensitivities(findings: Sequence[Finding]) -> tuple[Said, ...]:
    """A sentence for each binder and each thing its energies depend on, where there is anything to compare."""
    kept = [one for one in findings if one.value is not None and "held" not in one.at]
    energies = energies_of(kept)
    out: list[Said] = []
    for binder in dict.fromkeys(one.binder for one in energies):
        mine = [one for one in energies if one.binder == binder]
        own = [one for one in kept if (one.binder or "") == binder]
        out += [*_conformers(binder, mine), *_dispersion(binder, own), *_counterpoise(binder, own)]
        out += [*_sizes(binder, mine), *_sites(binder, mine)]
    return tuple(out)


def _conformers(binder: str, mine: Sequence[Energy]) -> Iterator[Said]:
    most = max(mine, key=lambda one: one.spread)
    if most.spread > 0:
        text = (
            "Conformer: over geometries within 3 kcal/mol of its lowest the same contact varies by up to "
            f"{kcal(most.spread)} kcal/mol ({most.contact})."
        )
        yield Said(binder, text, (most.contact,))


def _dispersion(binder: str, own: Sequence[Finding]) -> Iterator[Said]:
    plain = {_place(one): one.value or 0.0 for one in own if one.quantity == "binding_energy"}
    terms: dict[str, list[tuple[float, str]]] = {}
    for one in own:
        if one.quantity == "binding_energy_with_dispersion" and _place(one) in plain:
            change = (one.value or 0.0) - plain[_place(one)]
            terms.setdefault(str(one.at.get("dispersion", "")), []).append((change, _place(one)[1]))
    if terms:
        told = [f"{name} {between([value for value, _ in rows])}" for name, rows in terms.items()]
        text = f"Dispersion: it would add {'; '.join(told)} kcal/mol, which the formula's own number lacks."
        yield Said(binder, text, tuple(dict.fromkeys(name for rows in terms.values() for _, name in rows)))


def _counterpoise(binder: str, own: Sequence[Finding]) -> Iterator[Said]:
    plain = {_place(one): one.value or 0.0 for one in own if one.quantity == "binding_energy"}
    changes = {
        _place(one)[1]: (one.value or 0.0) - plain[_place(one)]
        for one in own
        if one.quantity == "binding_energy_counterpoise" and _place(one) in plain
    }
    if changes:
        text = f"Basis set: the counterpoise correction changes it by {between(list(changes.values()))} kcal/mol."
        yield Said(binder, text, tuple(changes))


def _sizes(binder: str, mine: Sequence[Energy]) -> Iterator[Said]:
    """Contacts of one kind at one site, by different model compounds."""
    for (kind, site), group in _grouped(mine).items():
        if len(group) > 1 and site:
            low, high = min(group, key=lambda one: one.value), max(group, key=lambda one: one.value)
            text = (
                f"Size of the model: {kind} at {site} spans {kcal(high.value - low.value)} kcal/mol over "
                f"{len(group)} models, from {kcal(low.value)} ({low.contact}) to {kcal(high.value)} ({high.contact})."
            )
            yield Said(binder, text, tuple(one.contact for one in group))


def _sites(binder: str, mine: Sequence[Energy]) -> Iterator[Said]:
    """The competing sites of one kind of contact, each by its lowest model; an ion has ligands, and no site."""
    by_kind: dict[str, list[Energy]] = {}
    for (kind, _), group in _grouped(mine).items():
        if kind != "ion":
            by_kind.setdefault(kind, []).append(min(group, key=lambda one: one.value))
    for kind, lowest in by_kind.items():
        if len(lowest) > 1:
            ordered = sorted(lowest, key=lambda one: one.value)
            told = "; ".join(f"{one.site or one.contact} {kcal(one.value)}" for one in ordered)
            text = f"Competing site, {kind}, each by its lowest model: {told} kcal/mol."
            yield Said(binder, text, tuple(one.contact for one in ordered))


def _grouped(mine: Sequence[Energy]) -> dict[tuple[str, str], list[Energy]]:
    found: dict[tuple[str, str], list[Energy]] = {}
    for one in mine:
        found.setdefault((one.kind, one.site), []).append(one)
    return found


def between(values: Sequence[float]) -> str:
    """The least and the largest, or the one there is."""
    low, high = kcal(min(values)), kcal(max(values))
    return low if low == high else f"{low} to {high}"
