"""How long may a chain grow? The imbalance of monomers a molar mass would require, against what can be weighed.

Two bifunctional monomers in amounts of ratio r reach Xn = (1 + r)/(1 - r) at full conversion (Carothers,
doi:10.1039/TF9363200039), so a number-average molar mass M of units of mean mass m needs 1 - r = 2/(M/m + 1).
"""

from __future__ import annotations

from collections.abc import Sequence

from byssus.audit.providers import formula_mass
from byssus.audit.relation import substance
from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Interval, Stated
from byssus.laws.matter import carothers_degree, imbalance_for

__all__ = ["chain_rows"]

# A molar mass that asks for a balance ten times finer than weighing or purity give is called implausible.
FINER = 10.0


def chain_rows(claims: Sequence[Stated]) -> list[Row]:
    """One row for each number-average molar mass of a binder whose two monomers' masses are printed."""
    rows = []
    for target in (c for c in claims if c.quantity == "number_average_molar_mass" and c.interval.low > 0):
        monomers = _monomers(target.binder, claims)
        if len(monomers) == 2:
            rows.append(_row(target, monomers, claims))
    return rows


def _monomers(binder: str, claims: Sequence[Stated]) -> list[tuple[Stated, float]]:
    """Masses printed for this binder's monomers, with the molar mass of each; none twice."""
    out: dict[str, tuple[Stated, float]] = {}
    for mass in (c for c in claims if c.quantity == "mass" and c.binder == binder and c.interval.is_positive):
        named, given = substance(mass.at), formula_mass(mass, claims)
        if (
            named
            and given is not None
            and given.interval.is_positive
            and not {"solvent", "salt", "initiator"} & mass.at.keys()
        ):
            out.setdefault(named, (mass, given.interval.low))
    return list(out.values())


def _resolution(monomers: list[tuple[Stated, float]], binder: str, claims: Sequence[Stated]) -> tuple[float, str]:
    """The finest balance the preparation allows, as printed: digits of the masses, purity of the monomers."""
    weighing = sum((m.interval.high - m.interval.low) / 2 / m.nominal for m, _ in monomers)
    purities = [
        c
        for c in claims
        if c.quantity == "purity"
        and c.binder in (binder, "")
        and substance(c.at) in {substance(m.at) for m, _ in monomers}
    ]
    impurity = max((1.0 - c.nominal for c in purities), default=0.0)
    if impurity > weighing:
        return impurity, f"the printed purity leaves {impurity:.2g} of a monomer unnamed"
    return weighing, f"the printed masses are given to {weighing:.2g}"


def _least_imbalance(monomers: list[tuple[Stated, float]], resolution: float) -> float:
    """1 - r that the printed masses leave at the least, after their digits and the purity."""
    amounts = sorted(mass.nominal / molar for mass, molar in monomers)
    return max(0.0, 1.0 - amounts[0] / amounts[1] - resolution)


def _row(target: Stated, monomers: list[tuple[Stated, float]], claims: Sequence[Stated]) -> Row:
    unit_mass = sum(molar for _, molar in monomers) / 2
    degree = target.interval.low / unit_mass
    required = imbalance_for(degree)
    resolution, said = _resolution(monomers, target.binder, claims)
    finest, stated_imbalance = resolution / FINER, _least_imbalance(monomers, resolution)
    reach = Interval(0.0, carothers_degree(1.0 - max(finest, stated_imbalance)) * unit_mass)
    holds = target.interval.overlaps(reach)
    remark = f"Xn of about {float(f'{degree:.3g}'):.0f} needs the monomers balanced to {required:.1e}; {said}, " + (
        f"{resolution / required:.0f} times coarser." if resolution > 2 * required else "which is fine enough."
    )
    if stated_imbalance > finest:
        remark += f" The printed masses are out of balance by at least {stated_imbalance:.2g}."
    mends: tuple[Mend, ...] = ()
    if not holds:
        benign = Mend("benign", "A calibration with flexible standards can overstate a rigid chain's molar mass.")
        slips = [
            Mend("unit", f"A unit slip: {target.printed.text} meant a thousandth of what {target.unit} says.")
            for scale in (1e-3,)
            if target.interval.scaled(scale).overlaps(reach)
        ]
        mends = (benign, *slips)
    return row_on(
        target,
        reach,
        "agrees" if holds else "implausible",
        "the chain length Carothers allows",
        (mass for mass, _ in monomers),
        equation="1 - r = 2 / (Xn + 1), Xn = Mn / mean molar mass of the monomers",
        mends=mends,
        remarks=(remark,),
        source="doi:10.1039/TF9363200039",
    )
