"""Every printed number against every other, and against what the study measured itself.

:func:`audit` is the one verb. The relations and bounds are declared in :mod:`byssus.audit.table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from byssus.audit.chains import chain_rows
from byssus.audit.evaluate import implied_rows, relation_rows
from byssus.audit.loads import load_rows
from byssus.audit.measured import measured_rows
from byssus.audit.orders import order_rows
from byssus.audit.relation import Relation, Way
from byssus.audit.repeats import repeat_rows
from byssus.audit.row import VERDICTS, Mend, Row, Verdict, sort_rows
from byssus.audit.stated import state
from byssus.audit.sums import sum_rows
from byssus.audit.table import IMPLIED, RELATIONS
from byssus.audit.windows import window_rows
from byssus.findings import Finding
from byssus.study.model import Assertion, Claim, OwnRelation

__all__ = ["IMPLIED", "RELATIONS", "VERDICTS", "Mend", "Row", "audit", "published"]


INSIDE = 15  # points between the ends of an input's interval at which a study's own equation is tried


def audit(
    claims: Iterable[Claim],
    assertions: Sequence[Assertion] = (),
    findings: Sequence[Finding] = (),
    own: Sequence[OwnRelation] = (),
) -> tuple[Row, ...]:
    """Every verdict on the claims and assertions, disagreements first.

    Parameters
    ----------
    claims, assertions
        As declared in a study or a file of claims; each printed number is the interval its digits imply.
    own
        Relations that the study declares beside those of the table.
    findings
        The study's own; only those with basis ``measured`` are compared with claims.

    Raises
    ------
    UnitError, StudyError
        A claim's unit or number cannot be read (loading a study has checked both already).
    """
    stated = [state(claim, order) for order, claim in enumerate(claims)]
    rows = [
        *relation_rows((*RELATIONS, *(_declared(row) for row in own)), stated),
        *implied_rows(IMPLIED, stated),
        *chain_rows(stated),
        *load_rows(stated),
        *sum_rows(stated),
        *repeat_rows(stated),
        *window_rows(stated),
        *order_rows(assertions, stated),
        *measured_rows(stated, findings),
    ]
    return sort_rows(rows)


def _declared(row: OwnRelation) -> Relation:
    broken: Verdict = "disagrees" if row.kind == "equals" else "implausible"
    return Relation(
        row.name, row.of, (Way(row.equation, inside=INSIDE),), row.kind, broken, source=row.source or "this study"
    )


def published(claims: Iterable[Claim]) -> tuple[Finding, ...]:
    """Claims as findings of basis ``published``: the printed number in SI with the interval of its digits."""
    out = []
    for order, claim in enumerate(claims):
        one = state(claim, order)
        value = None if one.printed.value is None else one.to_si(one.printed.value)
        out.append(
            Finding(
                quantity=one.quantity,
                value=value,
                unit=one.si_unit,
                at=one.at,
                interval=(one.interval.low, one.interval.high),
                method=f"printed: {one.where}" if one.where else "printed",
                binder=one.binder or None,
                basis="published",
                remarks=(claim.note,) if claim.note else (),
                printed=one.printed.text,
                printed_unit=one.unit,
            )
        )
    return tuple(out)
