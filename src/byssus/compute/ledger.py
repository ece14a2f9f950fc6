"""The ledger of one binding energy: the paper's formula and, apart from it, everything it leaves out.

E_bind = E_AB - (E_A + E_B), electronic energies, every part in its own lowest geometry. Counterpoise: Boys and
Bernardi, doi:10.1080/00268977000101561. Interaction and deformation: E_bind = E_int + E_def, where E_def is what it
costs to bring the parts into the geometry they have in the complex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from byssus.compute.contacts import nearest
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method, PointEnergy
from byssus.errors import ComputeError, Problem
from byssus.findings import Finding, Status
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE, JOULE_PER_KCAL

__all__ = ["Apart", "Ledger", "Ranked", "findings", "ledger", "lowest"]

Kind = Literal["pair", "ring_opening", "adsorption", "ion"]
SPREAD_J_PER_MOL = 3.0 * JOULE_PER_KCAL  # conformers within 3 kcal/mol of the lowest are told: GFN2 errs by as much
SAME_J_PER_MOL = 50.0  # less is no difference in the digits told
# A part may lie this much lower as it stands in the complex: the final method ranks GFN2's geometries a little anew.
LOWER_J_PER_MOL = 0.1 * JOULE_PER_KCAL
MISSED = (
    "part {}, as it stands in the complex, lies {:.2f} kJ/mol below its lowest geometry alone: GFN2-xTB rests where "
    "the final method would not, or the search missed a geometry"
)
LOOSE_ANGSTROM = 1.5  # beyond the van der Waals distance: nothing holds parts that are further from each other
BARE_IONS = (
    "GFN2-xTB errs by hundreds of kcal/mol for bare ions of several charges: Mg2+ on water comes out at -384 kcal/mol, "
    "by B3LYP at -87"
)
HELD = {"hydrogen-bonded": "hydrogen-bonded", "stacked": "stacked", "other": "neither hydrogen-bonded nor stacked"}
GHOSTS = "; each part with the other's basis functions"
FORMULA = "E_bind = E_AB - (E_A + E_B)"
NOT_RELAXED_YET = "not relaxed yet; 'byssus bind STUDY --energies full' does it"
NO_PARTS = "a ring-opened product has no parts that stand in it unchanged: no counterpoise, no deformation"


@dataclass(frozen=True)
class Ranked:
    """A geometry that was found, with its energy by the final method."""

    candidate: Candidate
    point: PointEnergy


@dataclass(frozen=True)
class Apart:
    """The two parts as they stand in the lowest complex: by themselves, and with the other's functions (ghosts)."""

    alone: tuple[PointEnergy, PointEnergy]
    with_ghosts: tuple[PointEnergy, PointEnergy] | None = None


@dataclass(frozen=True)
class Ledger:
    """Everything in J/mol; ``None`` where the kind of contact has no such number, or nobody asked for it.

    ``conformers`` are the binding energies of the complex's next geometries, from the lowest up; ``by_grid`` the
    binding energy on other grids; ``dispersion`` what D3(BJ) and D4 would add, never part of ``binding``.
    ``parts_by_search`` is the binding energy with each part in the geometry that the search puts lowest; ``relaxed``
    that with every part relaxed by the final method, ``unrelaxed`` says why there is none.
    """

    kind: Kind
    method: Method
    binding: float
    conformers: tuple[float, ...]
    hydrogen_bonds: int
    contact: str | None
    by_grid: Mapping[int, float] = field(default_factory=dict)
    dispersion: Mapping[str, float] = field(default_factory=dict)
    parts_by_search: float | None = None
    interaction: float | None = None
    deformation: float | None = None
    counterpoise_interaction: float | None = None
    counterpoise_binding: float | None = None
    relaxed: float | None = None
    unrelaxed: str = ""
    warnings: tuple[str, ...] = ()


def lowest(found: Sequence[Ranked], *, contact: str | None = None) -> tuple[Ranked, ...]:
    """The geometries by rising final energy; with ``contact`` only those held so ("hydrogen-bonded", "stacked")."""
    kept = [one for one in found if contact is None or one.candidate.contact == contact]
    return tuple(sorted(kept, key=lambda one: one.point.energy_hartree))


def ledger(
    kind: Kind, method: Method, parts: Sequence[Sequence[Ranked]], whole: Sequence[Ranked], apart: Apart | None = None
) -> Ledger:
    """The ledger of a contact from the energies of its two parts and of the whole, each in several geometries.

    Raises :class:`ComputeError` where a part or the whole has no energy, or where nothing holds the parts.
    """
    ordered = [lowest(one) for one in (*parts, whole)]
    if len(parts) != 2 or not all(ordered):
        raise ComputeError(Problem("a binding energy needs two parts and a whole, each with an energy"))
    a, b, ab = (one[0].point for one in ordered)
    binding = _mole(ab.energy_hartree - a.energy_hartree - b.energy_hartree)
    conformers = tuple(_mole(one.point.energy_hartree - a.energy_hartree - b.energy_hartree) for one in ordered[2][1:])
    grids = set(a.by_grid) & set(b.by_grid) & set(ab.by_grid)
    terms = set(a.dispersion_hartree) & set(b.dispersion_hartree) & set(ab.dispersion_hartree) - _unfit(kind)
    top = ordered[2][0].candidate
    made = Ledger(
        kind, method, binding, conformers, top.hydrogen_bonds, top.contact,
        {g: _mole(ab.by_grid[g] - a.by_grid[g] - b.by_grid[g]) for g in sorted(grids)},
        {t: _mole(ab.dispersion_hartree[t] - a.dispersion_hartree[t] - b.dispersion_hartree[t]) for t in sorted(terms)},
        _mole(ab.energy_hartree - sum(_first(one).energy_hartree for one in parts)),
        warnings=(
            *(f"converged with {p.helped_by}" for p in (a, b, ab) if p.helped_by),
            *_doubts(kind, method, [one[0].candidate for one in ordered]),
        ),
    )  # fmt: skip
    return made if apart is None else _with_parts(made, a, b, ab, apart)


def _doubts(kind: Kind, method: Method, tops: Sequence[Candidate]) -> list[str]:
    """What a number of bare ions is worth at the quick level; parts that fly apart have none, which is raised."""
    *parts, whole = tops
    if kind != "ring_opening" and 0 < whole.split < len(whole.geometry):
        apart, beyond = nearest(whole.geometry, whole.split)
        if beyond > LOOSE_ANGSTROM:
            mend = "They repel each other, or what attracts them is too weak to be found."
            raise ComputeError(Problem("nothing holds the two", got=f"nearest atoms {apart:.1f} Å apart", mend=mend))
    bare = [abs(one.geometry.charge) for one in parts if len(one.geometry) == 1]
    return [BARE_IONS] if kind == "ion" and method.quick and max(bare, default=0) > 1 else []


def _first(found: Sequence[Ranked]) -> PointEnergy:
    """The energy of the geometry that the search puts lowest."""
    return min(found, key=lambda one: one.candidate.energy_hartree).point


def _with_parts(made: Ledger, a: PointEnergy, b: PointEnergy, ab: PointEnergy, apart: Apart) -> Ledger:
    alone = [one.energy_hartree for one in apart.alone]
    interaction = _mole(ab.energy_hartree - sum(alone))
    deformation = _mole(sum(alone) - a.energy_hartree - b.energy_hartree)
    missed = [free.energy_hartree - one for free, one in zip((a, b), alone, strict=True)]
    said = tuple(
        MISSED.format(part, _mole(by) / 1000) for part, by in enumerate(missed, 1) if _mole(by) > LOWER_J_PER_MOL
    )
    warnings = (*made.warnings, *said)
    made = replace(made, interaction=interaction, deformation=deformation, warnings=warnings)
    if apart.with_ghosts is None:
        return made
    corrected = _mole(ab.energy_hartree - sum(one.energy_hartree for one in apart.with_ghosts))
    return replace(made, counterpoise_interaction=corrected, counterpoise_binding=corrected + deformation)


def _mole(energy_hartree: float) -> float:
    return energy_hartree * J_PER_MOL_PER_HARTREE


def findings(made: Ledger, at: Mapping[str, Any], binder: str | None = None) -> tuple[Finding, ...]:
    """Each line of the ledger as a finding of its own (J/mol, basis computed), at the conditions given."""
    how = f"{made.method.name} on GFN2-xTB geometries, every part in its lowest geometry"
    quick = ("quick level: GFN2-xTB alone, no density functional",) if made.method.quick else ()
    like = Finding(
        "binding_energy", None, "J/mol", dict(at), n=1, method=how, equation=FORMULA, binder=binder,
        technique="binding", basis="computed", status="warned" if made.warnings or quick else "ok",
        remarks=(*quick, *made.warnings),
    )  # fmt: skip
    out = [replace(like, value=made.binding, remarks=(*like.remarks, _what(made)))]
    out += [_spread(like, made), *_beside(like, made), *_parts(like, made), *_relaxed(like, made)]
    out.append(
        replace(
            like, quantity="hydrogen_bond_count", unit="1", value=float(made.hydrogen_bonds),
            method="counted by geometry: H...A below 2.5 Å, D-H...A above 110 degrees (doi:10.1351/PAC-REC-10-01-02)",
            equation="",
        )
    )  # fmt: skip
    return tuple(out)


def _relaxed(like: Finding, made: Ledger) -> list[Finding]:
    """Its own line: other geometries than the formula's number has, so the two are never mixed."""
    name = made.method.name
    one = replace(
        like, quantity="binding_energy_relaxed", method=f"{name}, every part relaxed with it at the final level"
    )
    if made.relaxed is not None:
        change = f"{(made.relaxed - made.binding) / 1000:+.2f} kJ/mol from that on GFN2-xTB geometries"
        return [replace(one, value=made.relaxed, remarks=(*like.remarks, change))]
    waits = made.unrelaxed == NOT_RELAXED_YET
    status: Status = "missing_input" if waits else "not_identifiable"
    return [replace(one, status=status, n=None, remarks=(made.unrelaxed,))] if made.unrelaxed else []


def _unfit(kind: Kind) -> set[str]:
    """D3(BJ) does not see charge: it would give Li+ the coefficients of the soft neutral atom."""
    return {"D3(BJ)"} if kind == "ion" else set()


def _what(made: Ledger) -> str:
    if made.kind == "ring_opening":
        return "a reaction energy: bonds are broken and made; not to be ranked on one axis with hydrogen bonds"
    if made.kind == "ion":
        inside = "inside the cage, which no computed path leads into" if made.contact == "enclosed" else "beside it"
        return f"an ion {inside}, in vacuum: no solvent and no other ion competes for it; no entropy"
    held = HELD.get(made.contact or "", made.contact)
    return f"a contact of two closed molecules ({held}); no bond is made"


def _spread(like: Finding, made: Ledger) -> Finding:
    near = [e for e in made.conformers if e - made.binding <= SPREAD_J_PER_MOL]
    told = ", ".join(f"{e / 1000:.1f}" for e in made.conformers[:6])
    remark = f"next geometries at {told} kJ/mol" if told else "only one geometry was found"
    if made.parts_by_search is not None and abs(made.parts_by_search - made.binding) > SAME_J_PER_MOL:
        remark += f"; {made.parts_by_search / 1000:.1f} kJ/mol with each part in GFN2-xTB's own lowest geometry"
    return replace(
        like, quantity="binding_energy_conformer_spread", value=max((*near, made.binding)) - made.binding,
        method=f"{like.method}; from the lowest geometry of the whole to the highest of those within 12.6 kJ/mol of it",
        equation="max E_bind,i - min E_bind,i", remarks=(*like.remarks, remark),
    )  # fmt: skip


def _beside(like: Finding, made: Ledger) -> list[Finding]:
    out = []
    if len(made.by_grid) > 1:
        values = list(made.by_grid.values())
        out.append(
            replace(
                like, quantity="binding_energy_grid_spread", value=max(values) - min(values),
                method=f"{like.method}; on integration grids of PySCF levels {', '.join(map(str, made.by_grid))}",
                equation="max E_bind - min E_bind",
            )
        )  # fmt: skip
    for term, value in made.dispersion.items():
        out.append(
            replace(
                like, quantity="binding_energy_with_dispersion", value=made.binding + value,
                at={**like.at, "dispersion": term}, equation="E_bind + ΔE_disp",
                method=f"{like.method}; plus {term} at the same geometries; never part of the formula's own number",
            )
        )  # fmt: skip
    return out


def _parts(like: Finding, made: Ledger) -> list[Finding]:
    named = (
        ("interaction_energy", made.interaction, "E_AB - (E_A@AB + E_B@AB)", ""),
        ("deformation_energy", made.deformation, "E_A@AB + E_B@AB - (E_A + E_B)", ""),
        (
            "interaction_energy_counterpoise",
            made.counterpoise_interaction,
            "E_AB - (E_A@AB,AB + E_B@AB,AB)",
            GHOSTS,
        ),
        ("binding_energy_counterpoise", made.counterpoise_binding, "E_int,CP + E_def", GHOSTS),
    )
    out = []
    for quantity, value, equation, more in named:
        one = replace(like, quantity=quantity, equation=equation, method=like.method + more)
        if value is not None:
            out.append(replace(one, value=value))
        elif made.kind == "ring_opening":
            out.append(replace(one, status="not_identifiable", n=None, remarks=(NO_PARTS,)))
    return out
