"""What ``byssus bind`` does: compute contacts, show them beside what is printed, compare with what is shipped."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError, Problem
from byssus.laws.atomic import JOULE_PER_KCAL
from byssus.run.usage import UsageError

if TYPE_CHECKING:
    from byssus.compute.models import Contact
    from byssus.run.binding import Bound
    from byssus.run.energies import Settings
    from byssus.run.progress import Progress
    from byssus.study.load import LoadedStudy

__all__ = ["Wanted", "bind", "settings_of"]

RAN, UNREADABLE = 0, 1
LONG_S = 120.0
NO_CONTACT = (
    "No contact of this study can be told: give its binders monomers (and what crosslinks them), or declare "
    "[[contact]] tables.\n"
)


@dataclass(frozen=True)
class Wanted:
    """What the command was asked for: a study, or two molecules (a pair), or two and what they become."""

    study: Path | None = None
    pair: tuple[str, ...] = ()
    reactants: tuple[str, ...] = ()
    product: str = ""
    recompute: bool = False
    ship: bool = False


def settings_of(given: Any) -> Settings:
    """The settings that the command's options say."""
    from byssus.compute.basis import has_cartesian_d
    from byssus.compute.single_point import Method
    from byssus.run.energies import Settings

    told = {name: value.strip() for name in ("functional", "basis") if (value := getattr(given, name)) is not None}
    quick = given.quick or told.get("functional", "").lower() == "gfn2"
    if (given.quick and told) or (quick and "basis" in told):
        names = ", ".join(f"--{name}" for name in told)
        raise UsageError(Problem(f"--quick has neither functional nor basis: it is GFN2-xTB, not {names}"))
    if "basis" in told:
        told["cartesian"] = has_cartesian_d(told["basis"])
    method = Method("gfn2") if quick else Method(**told)
    return Settings(
        method, given.energies, given.seed, given.memory, given.engine, given.jobs, given.scheduler
    )  # fmt: skip


def bind(wanted: Wanted, settings: Settings, *, as_json: bool) -> int:
    """``byssus bind STUDY``, ``--pair A B`` or ``--reactant A --reactant B --product C``. The exit code."""
    from byssus.run.energies import SHIPPED, bound, study_contacts
    from byssus.run.progress import Progress
    from byssus.run.results import now
    from byssus.study.load import load_study

    started, loaded = now(), None
    problems: list[Problem] = []
    _refuse(wanted)
    try:
        if wanted.study is not None:
            loaded = load_study(wanted.study)  # names of techniques are not looked at: that would load them all
            contacts, problems = study_contacts(loaded, settings.level)
        else:
            contacts = [_by_hand(wanted)]
        shipped = (loaded.folder / SHIPPED,) if loaded is not None else ()
        if wanted.recompute and loaded is not None:
            return _recompute(contacts, settings, loaded, wanted.ship)
        with Progress() as progress:
            _foretell(contacts, settings, shipped, progress)
            found = bound(contacts, settings, progress, shipped)
    except ByssusError as fault:
        from byssus.run.commands import refused

        return refused(fault, as_json)
    return _show(found, problems, loaded, started, as_json)


def _foretell(contacts: Sequence[Contact], settings: Settings, shipped: Sequence[Path], progress: Progress) -> None:
    """Say how long all of it takes before any of it begins: each stretch tells of itself alone."""
    from byssus.run.energies import looked_up
    from byssus.run.estimate import seconds_left, told
    from byssus.run.executors import cores

    left = looked_up(contacts, settings, shipped)[1]
    seconds = seconds_left(left, settings.method, settings.jobs or cores()) if left else 0.0
    if seconds > LONG_S:
        progress.say(f"{told(seconds)} in all, roughly; stopped and begun again, it goes on with what is left")


def _refuse(wanted: Wanted) -> None:
    given = [bool(wanted.study), bool(wanted.pair), bool(wanted.reactants or wanted.product)]
    if sum(given) != 1:
        raise UsageError(
            Problem(
                "nothing to bind, or several things", expected="a study, or --pair A B, or --reactant A --reactant B "
                "--product C", mend="See 'byssus bind --help'.",
            )
        )  # fmt: skip
    if (wanted.reactants or wanted.product) and (len(wanted.reactants) != 2 or not wanted.product):
        raise UsageError(Problem("a ring opening needs two --reactant and one --product"))
    if (wanted.recompute or wanted.ship) and wanted.study is None:
        raise UsageError(Problem("--recompute compares with what a study ships", mend="Name the study."))
    if wanted.ship and not wanted.recompute:
        raise UsageError(Problem("--ship puts what is recomputed in its place", mend="Give --recompute too."))


def _by_hand(wanted: Wanted) -> Contact:
    """One contact, named as its molecules were written; what is computed does not hang on how that was."""
    from byssus.compute.models import Contact, kind_of, refuse_unbalanced
    from byssus.compute.molecule import parse

    smiles = wanted.pair or (*wanted.reactants, wanted.product)
    names = "--pair" if wanted.pair else "--reactant or --product"
    faults: list[Problem] = []
    found: list[str] = []
    for one in smiles:
        try:
            found.append(parse(one, where=names).smiles)
        except ByssusError as fault:
            faults += fault.problems
    if faults:
        raise ByssusError(*faults)
    if wanted.pair:
        return Contact(" with ".join(one.strip() for one in smiles), kind_of(found), "", "", tuple(found))
    *reactants, product = found
    refuse_unbalanced(reactants, product, "--product")
    name = f"{' + '.join(wanted.reactants)} -> {wanted.product}"
    return Contact(name, "ring_opening", "", "", tuple(reactants), product)


def _show(
    found: Sequence[Bound], problems: Sequence[Problem], loaded: LoadedStudy | None, started: str, as_json: bool
) -> int:
    from byssus.run.commands import complain, print_json
    from byssus.run.energies import contact_rows, energy_findings, energy_problems
    from byssus.run.results import document, provenance
    from byssus.run.show_binding import binding_lines
    from byssus.run.steps import problem_json

    findings = energy_findings(found)
    faults = [*energy_problems(found), *(problem_json(p, status="failed") for p in problems)]
    if as_json:
        made = provenance(started, contacts=contact_rows(found))
        print_json(document(findings, [], faults, made))
    else:
        claims = loaded.study.claim if loaded is not None else ()
        text = "".join(f"{line}\n" for line in binding_lines(found, claims))
        sys.stdout.write(text if found or problems else NO_CONTACT)
    complain([Problem(**{k: row[k] for k in ("what", "where", "got", "expected", "mend")}) for row in faults])
    by_hand_failed = loaded is None and not any(one.ledgers for one in found)
    return UNREADABLE if by_hand_failed else RAN


def _recompute(contacts: Sequence[Contact], settings: Settings, loaded: LoadedStudy, ship: bool) -> int:
    """Everything computed afresh beside what is shipped, a line a contact; ``ship`` then puts it in its place."""
    from byssus.run.energies import SHIPPED, bound
    from byssus.run.progress import Progress

    fresh = _fresh(contacts, settings)
    nothing = fresh / "nothing"
    with Progress() as progress:
        if fresh.exists():
            progress.say(f"a recomputation that was cut short goes on; remove {fresh} to begin anew")
        new = bound(contacts, replace(settings, store=fresh), progress)
        old = bound(contacts, replace(settings, store=nothing, may=False), progress, (loaded.folder / SHIPPED,))
        for line in _differences(new, old):
            print(line)
        if ship:
            _replace(loaded, settings, fresh)
            _ship_shown(loaded, settings)
    shutil.rmtree(fresh, ignore_errors=True)
    return RAN


def _fresh(contacts: Sequence[Contact], settings: Settings) -> Path:
    """Where a recomputation of these contacts keeps its jobs until it ends: hours of work outlive a kill."""
    from byssus.run.jobs import default_folder
    from byssus.run.store import canonical

    asked = [[asdict(one) for one in contacts], asdict(settings.method), settings.level, settings.seed]
    return default_folder() / "recomputed" / hashlib.sha256(canonical(asked).encode()).hexdigest()[:16]


def _ship_shown(loaded: LoadedStudy, settings: Settings) -> None:
    """What is shipped as the report shows it, for those who have not the extra."""
    from byssus.run.chemistry import chemistry_shipped

    usual = type(settings.method)()
    if settings.method == usual:
        print(chemistry_shipped(loaded, "default"))
        print(chemistry_shipped(loaded, "full"))


def _differences(new: Sequence[Bound], old: Sequence[Bound]) -> list[str]:
    said = []
    for a, b in zip(new, old, strict=True):
        name = f"{a.contact.binder} {a.contact.name}".strip()
        energies = [one.ledgers[0].ledger.binding / JOULE_PER_KCAL if one.ledgers else None for one in (a, b)]
        if energies[0] is None or energies[1] is None:
            said.append(f"{name}: {'not computed' if energies[0] is None else f'{energies[0]:.3f}, not shipped'}")
            continue
        told = f"recomputed {energies[0]:.3f}, shipped {energies[1]:.3f}"
        said.append(f"{name}: {told}, difference {energies[0] - energies[1]:+.3f} kcal/mol")
    return said


def _replace(loaded: LoadedStudy, settings: Settings, fresh: Path) -> None:
    """What was computed takes the place of what was shipped; what neither this command nor a run asks for goes."""
    from byssus.run.energies import SHIPPED
    from byssus.run.jobs import LIBRARIES, copy_jobs

    shipped = loaded.folder / SHIPPED
    shipped.mkdir(exist_ok=True)
    written = copy_jobs(fresh, shipped)
    asked = {one[:16] for one in _asked(loaded, replace(settings, store=fresh), shipped)}
    kept = {f"{kind}-{identity}" for kind in LIBRARIES for identity in asked}
    gone = [p for p in shipped.glob("*-*.json") if p.stem.split("-")[0] in LIBRARIES and p.stem not in kept]
    for path in gone:
        path.unlink()
    print(f"{written} results written to {shipped}, {len(gone)} that nothing asks for any more removed")


def _asked(loaded: LoadedStudy, settings: Settings, shipped: Path) -> set[str]:
    """The identities of all jobs of a study: by this command's method and seed, and by those of a run."""
    from byssus.run.energies import asked_for, study_contacts
    from byssus.run.lookup import ENERGIES, settings_for

    contacts, _ = study_contacts(loaded, "full")
    usual = [settings_for(level) for level in ENERGIES]
    hows = {(one.method, one.seed) for one in (settings, *usual)}
    return set().union(*(asked_for(contacts, replace(settings, method=m, seed=s), (shipped,)) for m, s in hows))
