"""Binding energies as far as they are stored or shipped; the rest is computed where it takes no longer than a run may.

What else is not there stays a missing input, which says the command that computes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from byssus.errors import Problem

if TYPE_CHECKING:
    from byssus.compute.models import Contact
    from byssus.run.binding import Bound
    from byssus.run.energies import Settings
    from byssus.run.jobs import Job
    from byssus.run.work import Work

__all__ = ["ENERGIES", "EXTRA", "MOST_S", "NOT_YET", "OPTIONAL", "Energies", "Means", "bounds_of", "has_failed"]
__all__ += ["is_missing", "is_wanted", "lacking", "name_of", "settings_for"]

Json = dict[str, Any]
Energies = Literal["none", "quick", "default", "full"]
ENERGIES: tuple[Energies, ...] = ("none", "quick", "default", "full")
MOST_S = 600.0  # a run computes what is estimated to take no longer
DRAWS, SEARCHES = ("rdkit",), ("rdkit", "tblite", "dftd3", "dftd4")
COMPUTES = (*SEARCHES, "pyscf")
EXTRA = "Install the extra: pip install 'byssus[chemistry]'."
NOT_YET = "not computed yet"
OPTIONAL = "Of the larger set: 'byssus bind STUDY --energies full' computes it."


def lacking(energies: Energies) -> list[str]:
    """The libraries that this level needs and that are not installed."""
    needs = {"none": DRAWS, "quick": SEARCHES}.get(energies, COMPUTES)
    return [name for name in needs if find_spec(name) is None]


@dataclass(frozen=True)
class Means:
    """What there is to compute with, which contacts have failed before, and what hinders any computing."""

    work: Work
    jobs: int | None
    scheduler: Any
    failed: Mapping[str, list[Json]] = field(default_factory=dict)
    hindered: str = ""


def settings_for(energies: Energies, means: Means | None = None) -> Settings:
    from byssus.compute.single_point import Method
    from byssus.run.energies import Settings

    method = Method("gfn2") if energies == "quick" else Method()
    level: Literal["default", "full"] = "full" if energies == "full" else "default"
    if means is None:
        return Settings(method, level, may=False)
    return Settings(method, level, jobs=means.jobs, scheduler=means.scheduler, may=False)


def name_of(contact: Contact) -> str:
    return f"{contact.binder}: {contact.name}"


def is_missing(one: Bound) -> bool:
    return not one.ledgers and all(p.what == NOT_YET for p in one.problems)


def has_failed(one: Bound) -> bool:
    return not one.ledgers and not is_missing(one)


def is_wanted(contact: Contact, settings: Settings) -> bool:
    """Whether a contact belongs to the level asked for; others are shown where they are known, and never computed."""
    return contact.level == "default" or settings.level == "full"


def bounds_of(
    contacts: Sequence[Contact], settings: Settings, shipped: Sequence[Path], means: Means | None
) -> tuple[list[Bound], list[Job], str]:
    """Each contact as far as it is known here, the jobs that are left, and what would do those that are wanted."""
    from byssus.run.energies import bound, looked_up
    from byssus.run.estimate import seconds_left, told
    from byssus.run.executors import cores

    if not contacts:
        return [], [], ""
    if means is None:
        nowhere = Path("/nonexistent")  # no store but what is shipped
        return looked_up(contacts, replace(settings, store=nowhere), shipped)[0], [], ""
    bounds, left = looked_up(contacts, settings, shipped)
    _warn(bounds, means)
    wanted = [one.contact for one in bounds if is_missing(one) and is_wanted(one.contact, settings)]
    todo = [one for one in wanted if name_of(one) not in means.failed]
    if means.hindered:
        return _failed_before(bounds, means), left, means.hindered
    why = "'byssus bind STUDY' computes it"
    absent = lacking("quick" if settings.method.quick else "default")
    if absent:
        return _failed_before(bounds, means), left, f"{EXTRA} Then {why}."
    mine = looked_up(todo, settings, shipped)[1] if todo else []
    seconds = seconds_left(mine, settings.method, settings.jobs or cores())
    if not todo or seconds > MOST_S:
        options = " --quick" * settings.method.quick + " --energies full" * (settings.level == "full")
        why = why.replace("STUDY", f"STUDY{options}")
        return _failed_before(bounds, means), left, f"{why}, {told(seconds)}."
    means.work.progress.say(f"computing the binding energies of {len(todo)} of {len(bounds)} contacts, {told(seconds)}")
    new = {name_of(b.contact): b for b in bound(todo, replace(settings, may=True), means.work.progress, shipped)}
    failed = {name: one for name, one in new.items() if not one.ledgers}
    # what has been computed is now stored: looked up, so that the next run says the same of it
    bounds, left = looked_up(contacts, settings, shipped)
    return _failed_before([failed.get(name_of(one.contact), one) for one in bounds], means), left, f"{why}."


def _warn(bounds: Sequence[Bound], means: Means) -> None:
    lines = dict.fromkeys(line for one in bounds for line in one.outdated)
    if lines:
        said = "warning: energies shipped with the study were computed with other versions than are installed"
        means.work.progress.say(f"{said} ({', '.join(lines)}); 'byssus bind STUDY --recompute' compares them")


def _failed_before(bounds: Sequence[Bound], means: Means) -> list[Bound]:
    """Contacts that are still not there and have failed before, with the reasons they failed for."""
    kept = []
    for one in bounds:
        reasons = means.failed.get(name_of(one.contact))
        again = reasons is not None and is_missing(one)
        kept.append(replace(one, problems=tuple(Problem(**p) for p in reasons or ())) if again else one)
    return kept
