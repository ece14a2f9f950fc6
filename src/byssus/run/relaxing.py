"""The line "relaxed at the final level" of ledgers: parts and whole, each relaxed with the final method itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from byssus.compute.jobs import declare_relaxation, relaxed_of
from byssus.compute.ledger import NOT_RELAXED_YET
from byssus.compute.relax_final import too_large
from byssus.compute.search import Candidate
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE
from byssus.run.bench import Bench
from byssus.run.binding import Bound, BoundBy, How
from byssus.run.jobs import Job, Kept

__all__ = ["relaxed"]


def relaxed(bounds: Sequence[Bound], how: How, bench: Bench, *, asked: bool = True) -> list[Bound]:
    """The same contacts, the first ledger of each with its relaxed line, or with why it has none.

    Where nobody ``asked`` the line is there only if it is stored or shipped; nothing is computed or missed for it.
    A quick level has no final method beside the one its geometries are from; what it found is handed back.
    """
    if how.method.quick:
        return list(bounds)
    jobs = {
        k: [_job(how, one) for one in (*by.parts, by.top)]
        for k, bound in enumerate(bounds)
        if bound.ledgers and not _reason(by := bound.ledgers[0])
    }
    wanted = [job for some in jobs.values() for job in some]
    done = bench.do("relaxing at the final level", wanted) if asked else bench.there(wanted)
    whole = {k for k, some in jobs.items() if all(job.identity in done for job in some)}
    return [_with_line(one, jobs.get(k, ()), done) if asked or k in whole else one for k, one in enumerate(bounds)]


def _reason(by: BoundBy) -> str:
    """Why the geometries of a ledger are not relaxed."""
    return next(filter(None, (too_large(one.geometry) for one in (by.top, *by.parts))), "")


def _job(how: How, one: Candidate) -> Job:
    declaration = declare_relaxation(one.geometry, how.method, one.split)
    atoms = f"{len(one.geometry)} atoms"
    return Job("relaxation", declaration, f"relaxing {atoms} with {how.method.name}")


def _with_line(bound: Bound, jobs: Sequence[Job], done: dict[str, Kept]) -> Bound:
    if not bound.ledgers:
        return bound
    first = bound.ledgers[0]
    kept = [done.get(job.identity) for job in jobs]
    faults = [p["what"] for one in kept if one is not None for p in one.result.get("problems", ())]
    if reason := _reason(first) or "; ".join(dict.fromkeys(faults)):
        made = replace(first.ledger, unrelaxed=reason)
    elif any(one is None for one in kept):
        made = replace(first.ledger, unrelaxed=NOT_RELAXED_YET)
    else:
        a, b, ab = (relaxed_of(one.result).point.energy_hartree for one in kept if one is not None)
        made = replace(first.ledger, relaxed=(ab - a - b) * J_PER_MOL_PER_HARTREE)
    return replace(bound, ledgers=(replace(first, ledger=made), *bound.ledgers[1:]))
