"""Binding energies of a study, or of molecules given by hand: contacts in, findings and what stands behind them out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from byssus.compute.contacts import hydrogen_bonds
from byssus.compute.ledger import FORMULA, findings
from byssus.compute.models import Contact
from byssus.compute.single_point import Method
from byssus.findings import Finding
from byssus.run.bench import Bench
from byssus.run.binding import Bound, How, bind
from byssus.run.executors import choose, cores
from byssus.run.jobs import Job, JobStore, default_folder
from byssus.run.progress import Progress
from byssus.run.relaxing import relaxed

if TYPE_CHECKING:
    from byssus.errors import Problem
    from byssus.study.load import LoadedStudy
    from byssus.study.model import Contact as DeclaredContact

__all__ = ["SHIPPED", "Settings", "bound", "contact_rows", "energy_findings", "energy_problems", "looked_up"]
__all__ += ["asked_for", "study_contacts"]

SHIPPED = "computed"  # a study's folder of results that come with it
Level = Literal["default", "full"]


@dataclass(frozen=True)
class Settings:
    """How contacts are computed.

    ``memory_gb`` is for all processes together; ``store`` is where jobs are kept, this user's cache unless given;
    ``may`` says whether anything is computed at all, else only what is there is shown.
    """

    method: Method
    level: Level = "default"
    seed: int = 0
    memory_gb: float = 4.0
    engine: str = "pyscf"
    jobs: int | None = None
    scheduler: str | None = None
    store: Path | None = None
    may: bool = True


def study_contacts(loaded: LoadedStudy, level: Level) -> tuple[list[Contact], list[Problem]]:
    """The contacts of all binders of a study, and why a binder has none."""
    from byssus.compute.models import contacts_of
    from byssus.errors import ComputeError

    found: list[Contact] = []
    problems: list[Problem] = []
    for binder in loaded.study.binder:
        # each for itself: one that cannot be costs none of the others
        own: list[tuple[DeclaredContact, ...]] = [(c,) for c in loaded.study.contact if c.binder == binder.name]
        for some in own or ([()] if binder.monomers else []):
            try:
                found += contacts_of(binder, level, some)
            except ComputeError as fault:
                problems += [p.at(f"chemistry of {binder.name}") for p in fault.problems]
    return found, problems


def bound(
    contacts: Sequence[Contact], settings: Settings, progress: Progress, shipped: Sequence[Path] = ()
) -> list[Bound]:
    """Every contact with its ledgers, in the order given."""
    with _bench(settings, progress, shipped) as bench:
        return _bound(contacts, settings, bench)


def looked_up(
    contacts: Sequence[Contact], settings: Settings, shipped: Sequence[Path] = ()
) -> tuple[list[Bound], list[Job]]:
    """Every contact as far as it is stored or shipped, and the jobs that are known to be left."""
    with _bench(replace(settings, may=False), Progress(quiet=True), shipped) as bench:
        return _bound(contacts, settings, bench), bench.left


def _bound(contacts: Sequence[Contact], settings: Settings, bench: Bench) -> list[Bound]:
    # where nothing is computed, what lacks only ghosts of what is told apart is shown as it is
    everywhere = settings.level == "full" and bench.may
    how = How(settings.method, settings.seed, "everywhere" if everywhere else "first")
    found = bind(contacts, how, bench)
    return relaxed(found, how, bench, asked=settings.level == "full")


def asked_for(contacts: Sequence[Contact], settings: Settings, shipped: Sequence[Path]) -> set[str]:
    """The identities of all jobs that contacts ask for at the full level, as far as what is there tells."""
    how = How(settings.method, settings.seed)
    with _bench(replace(settings, may=False), Progress(quiet=True), shipped) as bench:
        relaxed(bind(contacts, how, bench), how, bench)
        return bench.store.asked


@contextlib.contextmanager
def _bench(settings: Settings, progress: Progress, shipped: Sequence[Path]) -> Iterator[Bench]:
    processes = settings.jobs or cores()
    with choose(settings.jobs, settings.scheduler) as executor:
        store = JobStore(settings.store or default_folder(), tuple(shipped))
        yield Bench(
            store, executor, progress, settings.memory_gb * 1000.0, processes, settings.engine, settings.may
        )  # fmt: skip


def _conditions(contact: Contact, held: str | None, first: bool) -> dict[str, Any]:
    at: dict[str, Any] = {"contact": contact.name, "kind": contact.kind.replace("_", " ")}
    if contact.site:
        at["site"] = contact.site
    return at if first or held is None else {**at, "held": held}


def energy_findings(found: Sequence[Bound]) -> list[Finding]:
    """Each line of each ledger as a finding; one without value for a contact that could not be computed."""
    out: list[Finding] = []
    for one in found:
        binder = one.contact.binder or None
        for place, by in enumerate(one.ledgers):
            at = _conditions(one.contact, by.held, place == 0)
            out += [_told(finding, one) for finding in findings(by.ledger, at, binder)]
        if not one.ledgers:
            reasons = tuple(" ".join(str(p).split()) for p in one.problems)
            missing = all(p.what == "not computed yet" for p in one.problems)
            out.append(
                Finding(
                    "binding_energy", None, "J/mol", _conditions(one.contact, None, True), equation=FORMULA,
                    binder=binder, technique="binding", basis="computed",
                    status="missing_input" if missing else "failed", remarks=reasons,
                )
            )  # fmt: skip
    return out


def _told(finding: Finding, one: Bound) -> Finding:
    """A finding with where its numbers came from, warned where they rest on other versions, or not on all they should.

    A geometry whose energy failed may have been the lowest.
    """
    said = []
    if one.origins.get("shipped"):
        made = ", ".join(f"{name} {version}" for name, version in one.versions.items())
        said.append(f"shipped with the study, computed by {made}")
    said += [f"computed with other versions than are installed: {line}" for line in one.outdated]
    if one.problems:
        failed = "; ".join(dict.fromkeys(p.what for p in one.problems))
        said.append(f"a part of what it rests on could not be computed: {failed}")
    status = "warned" if (one.outdated or one.problems) and finding.status == "ok" else finding.status
    return replace(finding, remarks=(*finding.remarks, *said), status=status)


def energy_problems(found: Sequence[Bound]) -> list[dict[str, Any]]:
    """The problems of contacts that failed, as results.json lists errors."""
    return [
        {**asdict(problem.at(" on ".join(filter(None, (one.contact.name, one.contact.binder))))), "status": "failed"}
        for one in found
        for problem in one.problems
        if problem.what != "not computed yet"
    ]


def contact_rows(found: Sequence[Bound]) -> list[dict[str, Any]]:
    """What stands behind the numbers: each contact's declaration, its lowest geometry, its hydrogen bonds, origins."""
    return [
        {
            **asdict(one.contact),
            "origins": dict(one.origins),
            "versions": dict(one.versions),
            "geometries": [
                {
                    "held": by.held,
                    "split": by.top.split if one.contact.kind != "ring_opening" else None,
                    "numbers": by.top.geometry.numbers.tolist(),
                    "positions_bohr": np.round(by.top.geometry.positions_bohr, 4).tolist(),
                    "hydrogen_bonds": [
                        [b.donor, b.hydrogen, b.acceptor]
                        for b in hydrogen_bonds(by.top.geometry, _split(one.contact, by.top.split))
                    ],
                    "binding_j_per_mol": by.ledger.binding,
                }
                for by in one.ledgers
            ],
        }
        for one in found
    ]


def _split(contact: Contact, split: int) -> int | None:
    return None if contact.kind == "ring_opening" else split
