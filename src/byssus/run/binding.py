"""Binding energies of declared contacts: searches, rough energies of what they find, final ones, then ledgers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from byssus.compute.feasible import refuse_beforehand
from byssus.compute.jobs import candidates_of, declare_point, declare_search, point_of
from byssus.compute.ledger import Apart, Ledger, Ranked, ledger, lowest
from byssus.compute.models import MODEL_NAMES, Contact
from byssus.compute.molecule import Geometry, parse
from byssus.compute.ranking import MOST_FINAL, lowest_by_search, to_finish, to_rank
from byssus.compute.search import Candidate
from byssus.compute.single_point import B3LYP, Method, rough
from byssus.errors import ComputeError, Problem
from byssus.run.bench import Bench
from byssus.run.jobs import Job, Kept, versions_of

__all__ = ["Bound", "BoundBy", "How", "bind"]

SIDE_GRIDS = (2,)  # a coarser grid, on which the binding energy's spread is told


Species = tuple[str, ...]  # the SMILES of a molecule, or of a pair
Part = tuple[str, int, bool]  # what holds the complex, which part, whether ghosts stand beside it


@dataclass(frozen=True)
class How:
    """How energies are computed: the method, the seed of the searches, whether ghosts correct for the basis.

    ``counterpoise`` "first" computes it for what holds a pair first; of what is told apart it is taken where it is.
    """

    method: Method = B3LYP
    seed: int = 0
    counterpoise: Literal["none", "first", "everywhere"] = "everywhere"


@dataclass(frozen=True)
class BoundBy:
    """One ledger of a contact with its lowest whole and lowest parts; ``held`` is what holds it, of a pair."""

    held: str | None
    ledger: Ledger
    top: Candidate
    parts: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Bound:
    """A contact with its ledgers (the first is the one meant), or with the problems that left it without.

    ``origins`` counts its jobs by where they came from, ``versions`` are what they rest on; ``outdated`` says which
    shipped jobs rest on others than are installed here.
    """

    contact: Contact
    ledgers: tuple[BoundBy, ...] = ()
    problems: tuple[Problem, ...] = ()
    origins: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    outdated: tuple[str, ...] = ()


def bind(contacts: Sequence[Contact], how: How, bench: Bench) -> list[Bound]:
    """Every contact's ledgers, in the order given. A contact that cannot be computed has problems instead."""
    refused = _refused(contacts, how, bench)
    found = dict(zip(left := [c for c in contacts if c not in refused], _bind(left, how, bench), strict=True))
    return [Bound(c, (), refused[c]) if c in refused else found[c] for c in contacts]


def _refused(contacts: Sequence[Contact], how: How, bench: Bench) -> dict[Contact, tuple[Problem, ...]]:
    """The contacts that would be searched for in vain: no energy by this method can be had of their molecules."""
    refused: dict[Contact, tuple[Problem, ...]] = {}
    for contact in contacts if bench.may and not how.method.quick else ():
        jobs = [_search_job(smiles, how) for smiles in _species(contact)]
        if len(bench.there(jobs)) < len({job.identity for job in jobs}):
            try:
                refuse_beforehand(_species(contact)[-1], how.method, bench.memory_each_mb, bench.engine)
            except ComputeError as fault:
                refused[contact] = fault.problems
    return refused


def _bind(contacts: Sequence[Contact], how: How, bench: Bench) -> list[Bound]:
    searches = {smiles: _search_job(smiles, how) for c in contacts for smiles in _species(c)}
    done = bench.do("searching", searches.values())
    found = {s: to_rank(candidates_of(done[job.identity].result)) for s, job in searches.items() if _usable(done, job)}
    roughs = {(s, k): _rough_job(some[k], s, how) for s, some in found.items() for k in _roughly(some, how)}
    done |= bench.do("ranking", roughs.values())
    chosen = {s: _chosen(s, some, roughs, done) for s, some in found.items()}
    points = {(s, k): _point_job(found[s][k], s, how) for s, places in chosen.items() for k in places}
    firsts = _firsts(found, chosen, how)
    parts = {(smiles,) for c in contacts for smiles in c.reactants}
    done |= bench.do("single points", [*points.values(), *(job for (s, _), job in firsts.items() if s in parts)])
    done |= bench.there(job for (s, _), job in firsts.items() if s not in parts)
    ranked = _ranked(found, points, firsts, done)
    possible = {c: _apart_jobs(c, ranked, how) for c in contacts}
    beside = [job for parts in possible.values() for job in _beside(parts, how)]
    spare = {job.identity for job in beside}
    every = [job for parts in possible.values() for job in parts.values()]
    done |= bench.do("parts of complexes", (job for job in every if job.identity not in spare)) | bench.there(beside)
    apart = {
        c: {part: job for part, job in parts.items() if job.identity not in spare or job.identity in done}
        for c, parts in possible.items()
    }
    mine = {c: _own_jobs(c, searches, (roughs, points), firsts, apart[c]) for c in contacts}
    return [_bound(c, how, ranked, apart[c], mine[c], done) for c in contacts]


def _species(contact: Contact) -> list[Species]:
    """The two parts and the whole; of a pair the whole is both parts together."""
    whole = (contact.product,) if contact.kind == "ring_opening" else tuple(contact.reactants)
    return [*((smiles,) for smiles in contact.reactants), whole]


def _usable(done: Mapping[str, Kept], job: Job) -> bool:
    return job.identity in done and "problems" not in done[job.identity].result


def _roughly(some: Sequence[Candidate], how: How) -> Sequence[int]:
    """Which of a species' geometries are ranked roughly first: none where fewer are there than may be finished."""
    return () if how.method.quick or len(some) < MOST_FINAL["pair"] else range(len(some))


def _chosen(
    species: Species, some: Sequence[Candidate], roughs: Mapping[tuple[Species, int], Job], done: Mapping[str, Kept]
) -> list[int]:
    """The places of those that the final method ranks; nothing before all rough energies are there."""
    mine = {k: job for (s, k), job in roughs.items() if s == species}
    if any(job.identity not in done for job in mine.values()):
        return []
    usable = {k: point_of(done[job.identity].result).energy_hartree for k, job in mine.items() if _usable(done, job)}
    return to_finish(some, usable) if usable or not mine else []


def _firsts(
    found: Mapping[Species, Sequence[Candidate]], chosen: Mapping[Species, Sequence[int]], how: How
) -> dict[tuple[Species, int], Job]:
    """GFN2's own lowest of each molecule, where it is not chosen: only of a part is its energy worth computing."""
    places = {s: lowest_by_search(found[s]) for s, some in chosen.items() if some}
    return {
        (s, k): _point_job(found[s][k], s, how) for s, k in places.items() if k is not None and k not in chosen[s]
    }  # fmt: skip


def _ranked(
    found: Mapping[Species, Sequence[Candidate]], points: Mapping[tuple[Species, int], Job],
    firsts: Mapping[tuple[Species, int], Job], done: Mapping[str, Kept],
) -> dict[Species, list[Ranked]]:  # fmt: skip
    """The final energies of each species; of one that is half done none: what still waits may be the lowest."""
    waiting = {species for (species, _), job in points.items() if job.identity not in done}
    ranked: dict[Species, list[Ranked]] = {}
    for (species, k), job in (*points.items(), *firsts.items()):
        if species not in waiting and _usable(done, job):
            ranked.setdefault(species, []).append(Ranked(found[species][k], point_of(done[job.identity].result)))
    return ranked


def _search_job(smiles: Sequence[str], how: How) -> Job:
    declaration = declare_search(smiles, how.seed)
    return Job("search", declaration, f"search {_named(smiles)}")


def _named(smiles: Sequence[str]) -> str:
    """What progress calls a species: names where there are any, else SMILES."""
    return " with ".join(MODEL_NAMES.get(one, one) for one in smiles)


def _point_job(candidate: Candidate, species: Species, how: How) -> Job:
    grids = () if how.method.quick else SIDE_GRIDS
    return _job(how, candidate.geometry, _named(species), grids=grids)


def _rough_job(candidate: Candidate, species: Species, how: How) -> Job:
    declaration = declare_point(candidate.geometry, rough(how.method))
    return Job("point", declaration, f"rough {' with '.join(species)}")


def _job(how: How, geometry: Geometry, name: str, *, ghosts: Sequence[int] = (), grids: Sequence[int] = ()) -> Job:
    declaration = declare_point(geometry, how.method, ghosts, grids)
    kind = "quick" if how.method.quick else "point"
    return Job(kind, declaration, f"{how.method.name} {name}")


def _apart_jobs(contact: Contact, ranked: Mapping[Species, Sequence[Ranked]], how: How) -> dict[Part, Job]:
    """The parts of each kind of complex's lowest geometry, alone and among ghosts; of a product there are none."""
    if contact.kind == "ring_opening" or not ranked.get(tuple(contact.reactants)):
        return {}
    charges = [parse(smiles).charge for smiles in contact.reactants]
    jobs: dict[Part, Job] = {}
    for held in _held(ranked.get(tuple(contact.reactants), ())):
        top = lowest(ranked[tuple(contact.reactants)], contact=held)[0].candidate
        atoms = [range(top.split), range(top.split, len(top.geometry))]
        for part, (own, charge) in enumerate(zip(atoms, charges, strict=True)):
            name = f"{_named(contact.reactants[part : part + 1])} as in its complex"
            jobs[held, part, False] = _job(how, top.geometry.part(slice(own.start, own.stop), charge), name)
            if how.counterpoise != "none" and not how.method.quick:
                whole = Geometry(top.geometry.numbers, top.geometry.positions_bohr, charge)
                lent = list(atoms[1 - part])
                jobs[held, part, True] = _job(how, whole, f"{name}, ghosts beside it", ghosts=lent)
    return jobs


def _beside(parts: Mapping[Part, Job], how: How) -> list[Job]:
    """What is not computed for its own sake: ghosts of what is told apart, unless counterpoise is asked everywhere."""
    first = next(iter(parts), (None,))[0]
    return [job for (held, _, lent), job in parts.items() if lent and held != first and how.counterpoise == "first"]


def _held(ranked: Iterable[Ranked]) -> list[str]:
    """What holds the geometries of a pair: the hydrogen-bonded come first, the others only where there are none."""
    kinds = {one.candidate.contact for one in ranked}
    first = "hydrogen-bonded" if "hydrogen-bonded" in kinds else "other"
    return [kind for kind in (first, "stacked", "enclosed") if kind in kinds]


def _own_jobs(
    contact: Contact, searches: Mapping[Species, Job], points: Sequence[Mapping[tuple[Species, int], Job]],
    firsts: Mapping[tuple[Species, int], Job], apart: Mapping[Part, Job],
) -> list[Job]:  # fmt: skip
    """Every job a contact rests on."""
    *parts, whole = _species(contact)
    found = [job for s, job in searches.items() if s in (*parts, whole)]
    found += [job for some in points for (s, _), job in some.items() if s in (*parts, whole)]
    return [*found, *(job for (s, _), job in firsts.items() if s in parts), *apart.values()]


def _bound(
    contact: Contact,
    how: How,
    ranked: Mapping[Species, Sequence[Ranked]],
    apart: Mapping[Part, Job],
    jobs: Sequence[Job],
    done: Mapping[str, Kept],
) -> Bound:
    kept = [done[job.identity] for job in jobs if job.identity in done]
    problems = [Problem(**p) for one in kept for p in one.result.get("problems", ())]
    *parts, whole = (ranked.get(species, ()) for species in _species(contact))
    lacking = [" with ".join(s) for s in _species(contact) if not ranked.get(s)]
    # a ledger without its deformation and counterpoise is half a ledger: what was killed before them goes on there
    lacking += [] if lacking else [job.name for job in jobs if job.identity not in done]
    if lacking:
        said = problems or [Problem("not computed yet", ", ".join(lacking), mend="'byssus bind STUDY' computes it.")]
        return Bound(contact, (), tuple(dict.fromkeys(said)), Counter(one.origin for one in kept))
    ledgers = []
    for held in [None] if contact.kind == "ring_opening" else _held(whole):
        mine = lowest(whole, contact=held)
        try:
            made = ledger(contact.kind, how.method, parts, mine, _apart(held, apart, done))
        except ComputeError as fault:  # nothing holds the two
            problems += fault.problems
            continue
        ledgers.append(BoundBy(held, made, mine[0].candidate, tuple(lowest(one)[0].candidate for one in parts)))
    return Bound(
        contact, tuple(ledgers), tuple(dict.fromkeys(problems)), Counter(one.origin for one in kept), _versions(kept),
        _outdated(jobs, done),
    )  # fmt: skip


def _apart(held: str | None, jobs: Mapping[Part, Job], done: Mapping[str, Kept]) -> Apart | None:
    """The energies of the parts, where all of them are there."""
    wanted = {key: job for key, job in jobs.items() if key[0] == held and _usable(done, job)}
    energy = {key: point_of(done[job.identity].result) for key, job in wanted.items()}
    if held is None or not {(held, 0, False), (held, 1, False)} <= set(energy):
        return None
    alone = energy[held, 0, False], energy[held, 1, False]
    lent = {(held, 0, True), (held, 1, True)} <= set(energy)
    return Apart(alone, (energy[held, 0, True], energy[held, 1, True]) if lent else None)


def _versions(kept: Iterable[Kept]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for one in kept:
        for name, version in one.versions.items():
            found.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(versions)) for name, versions in sorted(found.items())}


def _outdated(jobs: Iterable[Job], done: Mapping[str, Kept]) -> tuple[str, ...]:
    """What shipped results were computed with, where other versions are installed here."""
    said: dict[str, None] = {}
    for job in jobs:
        kept = done.get(job.identity)
        if kept is not None and kept.origin == "shipped":
            here = versions_of(job.kind)
            said |= {
                f"{n} {v}, here {here[n]}": None
                for n, v in kept.versions.items()
                if here.get(n, v) not in (v, "absent")
            }
    return tuple(said)
