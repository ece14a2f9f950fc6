"""The chemistry that a run takes along: structures, recipes, and what is stored or shipped of binding energies.

A run shows what is there. It computes what is not only where that is asked for, can be done here, and takes no longer
than ``MOST_S``; the rest is a missing input that says which command computes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError, Problem, StoreError
from byssus.findings import Finding, sort_findings
from byssus.run.lookup import (
    EXTRA,
    NOT_YET,
    OPTIONAL,
    Energies,
    Means,
    bounds_of,
    has_failed,
    is_missing,
    is_wanted,
    name_of,
    settings_for,
)
from byssus.run.store import canonical, key_of
from byssus.trace import sha256_of

if TYPE_CHECKING:
    from byssus.run.binding import Bound
    from byssus.run.jobs import Job
    from byssus.run.work import Work
    from byssus.study.load import LoadedStudy

__all__ = ["Chemistry", "chemistry_of", "chemistry_shipped", "verdict_rows"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Chemistry:
    """What a run takes along, as JSON; ``drawings`` are SVG by key.

    ``failed`` names contacts that were tried and failed, so that no run tries them again by itself. ``waits_for`` are
    the files of jobs that are not there: until one of them is, there is nothing new to find.
    """

    findings: list[Json] = field(default_factory=list)
    contacts: list[Json] = field(default_factory=list)
    structures: list[Json] = field(default_factory=list)
    drawings: dict[str, str] = field(default_factory=dict)
    errors: list[Json] = field(default_factory=list)
    missing: list[Json] = field(default_factory=list)
    failed: dict[str, list[Json]] = field(default_factory=dict)
    waits_for: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical(asdict(self)).encode()).hexdigest() if self != Chemistry() else ""


def verdict_rows(loaded: LoadedStudy, findings: Sequence[Finding]) -> list[Json]:
    """What the computed contacts say of the study's printed binding energies."""
    from byssus.compute.verdicts import verdicts_of

    place = {name: k for k, name in enumerate(loaded.study.binder_names())}
    ordered = sorted(findings, key=lambda one: place.get(one.binder or "", len(place)))
    return [one.to_json() for one in verdicts_of(loaded.study.claim, loaded.study.assertion, ordered)]


def chemistry_of(loaded: LoadedStudy, energies: Energies, work: Work, jobs: int | None, scheduler: Any) -> Chemistry:
    """The chemistry of a study; nothing is imported for one without structures.

    What was found is taken from the run's own store until there can be more, so that a run with nothing new costs
    nothing.
    """
    study = loaded.study
    if not study.contact and not any(binder.monomers for binder in study.binder):
        return Chemistry()
    if find_spec("rdkit") is None:
        return _without(loaded, energies)
    key = key_of("chemistry", {**_declared(loaded, energies), **_recipe(loaded), "here": _here(loaded)})
    kept = work.store.get("chemistry", key)
    earlier = Chemistry(**kept.document) if kept is not None else Chemistry()
    if kept is not None and not any(Path(path).exists() for path in earlier.waits_for):
        return earlier
    means = Means(work, jobs, scheduler, earlier.failed)
    try:
        found = _found(loaded, energies, means)
    except StoreError as fault:
        # the rest of the report stands; nothing of this is kept, so that the next run tries again
        return _found(loaded, energies, replace(means, hindered=str(fault)))
    work.store.put("chemistry", key, asdict(found))
    return found


def _declared(loaded: LoadedStudy, energies: Energies) -> Json:
    """What structures and contacts follow from."""
    study = loaded.study
    return {
        "binders": [b.model_dump(mode="json", include={"name", "monomers", "crosslinker"}) for b in study.binder],
        "contacts": [one.model_dump(mode="json") for one in study.contact],
        "energies": energies,
    }


def _recipe(loaded: LoadedStudy) -> Json:
    """What the arithmetic of recipes follows from, beside the structures."""
    study = loaded.study
    claims = [one.model_dump(mode="json") for one in study.claim if one.quantity in ("mass", "purity")]
    recipes = [binder.recipe for binder in study.binder]
    return {"claims": claims, "recipes": recipes, "fractions": study.electrode.mass_fractions}


def _here(loaded: LoadedStudy) -> Json:
    """What is installed, what the study ships, and where jobs are kept."""
    from byssus.run.energies import SHIPPED
    from byssus.run.jobs import LIBRARIES, default_folder, versions_of

    folder = loaded.folder / SHIPPED
    shipped = [(path.name, sha256_of(path)) for path in sorted(folder.glob("*.json"))]
    versions = {kind: dict(versions_of(kind)) for kind in LIBRARIES}
    return {"versions": versions, "shipped": shipped, "store": str(default_folder())}


def _found(loaded: LoadedStudy, energies: Energies, means: Means | None) -> Chemistry:
    """Structures, recipes and energies; without ``means`` only what the study ships."""
    from byssus.run.energies import SHIPPED, contact_rows, energy_findings, energy_problems, study_contacts
    from byssus.run.steps import problem_json
    from byssus.run.structures import structures_of

    settings = settings_for(energies, means)
    contacts, problems = ([], []) if energies == "none" else study_contacts(loaded, "full")
    shipped = (loaded.folder / SHIPPED,)
    bounds, left, why = bounds_of(contacts, settings, shipped, means)
    wanted = [one for one in bounds if is_wanted(one.contact, settings)]
    shown = [one.contact for one in bounds if one.ledgers or is_wanted(one.contact, settings)]
    structures, drawings, more = structures_of(loaded.study.binder, shown)
    faults = [problem_json(p, status="missing_input") for p in dict.fromkeys((*problems, *more))]
    bounds = [_waiting(one, why if is_wanted(one.contact, settings) else OPTIONAL) for one in bounds]
    findings = [*energy_findings(bounds), *_recipe_findings(loaded)]
    failed = {name_of(one.contact): [asdict(p) for p in one.problems] for one in bounds if has_failed(one)}
    return Chemistry(
        [one.to_json() for one in sort_findings(findings)],
        contact_rows(bounds),
        structures,
        drawings,
        energy_problems(bounds),
        [*_missing(faults), *_not_yet(wanted, why)],
        failed,
        _files(left),
    )


def _waiting(one: Bound, mend: str) -> Bound:
    """A contact that is not computed, with what would compute it."""
    return replace(one, problems=(Problem(NOT_YET, mend=mend),)) if mend and is_missing(one) else one


def _files(jobs: Sequence[Job]) -> list[str]:
    from byssus.run.jobs import JobStore, default_folder

    store = JobStore(default_folder())
    return sorted({str(store.path(job)) for job in jobs})


def _missing(faults: Sequence[Json]) -> list[Json]:
    from byssus.run.single import missing_row

    told = [{**fault, "what": ": ".join(filter(None, (fault["what"], fault["got"])))} for fault in faults]
    return [missing_row(fault, "structures and binding energies") for fault in told]


def _not_yet(bounds: Sequence[Bound], why: str) -> list[Json]:
    """One row for all contacts that are not computed, so that they swamp no list."""
    waiting = [one.contact for one in bounds if is_missing(one)]
    if not waiting:
        return []
    binders = ", ".join(dict.fromkeys(one.binder for one in waiting))
    what = f"{len(waiting)} of {len(bounds)} binding energies are not computed"
    return [{"what": what, "where": binders, "blocks": "chemistry", "mend": why}]


def _recipe_findings(loaded: LoadedStudy) -> list[Finding]:
    """What the structures and recipes give by arithmetic; a binder whose structure is not known has none."""
    from byssus.compute.recipe import recipe_findings

    out: list[Finding] = []
    for binder in loaded.study.binder:
        if not binder.monomers:
            continue
        try:
            out += [replace(one, technique="recipe") for one in recipe_findings(loaded.study, binder)]
        except ByssusError:
            continue  # the structures have said why
    return out


def _shipped_path(loaded: LoadedStudy, energies: Energies) -> Path:
    from byssus.run.energies import SHIPPED

    return loaded.folder / SHIPPED / f"chemistry-{energies}.json"


def chemistry_shipped(loaded: LoadedStudy, energies: Energies) -> Path:
    """Write what the study ships as it is shown, for those who have not the extra; where it stands."""
    from byssus.report.files import replace_file

    found = _found(loaded, energies, None)
    document = {"declared": _declared(loaded, energies), "recipe": _recipe(loaded), "chemistry": asdict(found)}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"
    return replace_file(_shipped_path(loaded, energies), text.encode())


def _without(loaded: LoadedStudy, energies: Energies) -> Chemistry:
    """Without RDKit: what the study ships as it is shown, if it is of the same structures; else how to install."""
    try:
        document = json.loads(_shipped_path(loaded, energies).read_text(encoding="utf-8"))
        found = Chemistry(**document["chemistry"])
        same = canonical(document["declared"]) == canonical(_declared(loaded, energies))
        recipe = canonical(document["recipe"]) == canonical(_recipe(loaded))
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if same:
        rows = [row for row in found.findings if recipe or row["technique"] != "recipe"]
        return replace(found, findings=rows)
    binders = [b.name for b in loaded.study.binder if b.monomers]
    binders += [one.binder for one in loaded.study.contact if one.binder not in binders]
    like = Finding(
        "binding_energy", None, "J/mol", technique="binding", basis="computed", status="missing_input", remarks=(EXTRA,)
    )
    rows = [] if energies == "none" else [replace(like, binder=name).to_json() for name in binders]
    what = "chemistry needs RDKit, which is not installed"
    row = {"what": what, "where": ", ".join(binders), "blocks": "structures and binding energies", "mend": EXTRA}
    return Chemistry(rows, missing=[row])
