"""A whole study: rehearse, read and analyse, audit, draw, report; every step taken from the store where it is there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError, Problem
from byssus.findings import plain
from byssus.run.chemistry import Chemistry, chemistry_of
from byssus.run.curing import curing_of, has_chemistry
from byssus.run.curves import pack
from byssus.run.executors import Call, choose, seldom_collected
from byssus.run.lookup import Energies
from byssus.run.plan import Rehearsal, Sample, real_samples, refuse_output, rehearsals, rehearsed_sample
from byssus.run.progress import Progress
from byssus.run.reference import with_references
from byssus.run.report import PAGE, RESULTS, timed, write, written
from byssus.run.results import now, summarise
from byssus.run.steps import analyse_step, audit_step, lost_analysis, rehearse_step
from byssus.run.store import Store, key_of
from byssus.run.work import Task, Work
from byssus.study.load import LoadedStudy
from byssus.trace import sha256_of

if TYPE_CHECKING:
    from byssus.run.assemble import Analysis

__all__ = ["Options", "Outcome", "analyse_task", "rehearse_study", "run_study"]

# Reading and analysing go at about this many bytes a second; it only decides whether processes pay.
BYTES_PER_S = 2e7


@dataclass(frozen=True)
class Options:
    """How to run: where to write, how many processes, which scheduler, PNG too, how long to wait for the lock.

    ``energies`` says which contacts the run takes along: none, the small set at the quick level, that, or all.
    """

    out: Path
    jobs: int | None = None
    scheduler: str | None = None
    png: bool = False
    wait: float = 600.0
    energies: Energies = "default"


@dataclass(frozen=True)
class Outcome:
    """What a run left in its folder: ``summary`` for people, and how many steps were taken and done, by name."""

    page: Path
    results: Path
    summary: Mapping[str, Any]
    hits: Mapping[str, int]
    redone: Mapping[str, int]


def run_study(loaded: LoadedStudy, options: Options, progress: Progress) -> Outcome:
    """Run a study and write everything into ``options.out``.

    Raises :class:`StoreError` when the folder cannot be used, :class:`ByssusError` when the scheduler cannot.
    """
    started, out = now(), options.out
    refuse_output(loaded, out)
    store = Store(out / ".store")
    with (
        seldom_collected(),
        store.locked(options.wait, progress.say),
        choose(options.jobs, options.scheduler) as executor,
    ):
        work = Work(store, executor, progress)
        samples, assumed = _samples(loaded, out, work)
        chemistry = chemistry_of(loaded, options.energies, work, options.jobs, options.scheduler)
        key = _study_key(loaded, samples, assumed, options.png, chemistry)
        kept = store.get("study", key)
        if kept is not None and kept.document["files"] == written(out):
            summary = kept.document["summary"]
            text, _ = timed((out / RESULTS).read_bytes(), started, now())
            store.write_file(out / RESULTS, text)
        else:
            from byssus.run.assemble import assemble
            from byssus.run.distributions import distributions_of
            from byssus.run.electrode import simulate_electrode
            from byssus.run.twins import without_twins

            analyses = without_twins(_analyse(samples, work), work)
            results, sections, drawings = assemble(
                loaded, analyses, assumed, started, lambda *what: _audit(work, *what), chemistry,
                lambda findings: curing_of(loaded, findings, work, distributions_of(analyses)),
                lambda findings: simulate_electrode(loaded, findings, work),
            )  # fmt: skip
            write(work, out, results, sections, options.png, drawings)
            summary = summarise(results)
            if not any(analysis.entry and "lost" in analysis.entry.document for analysis in analyses):
                store.put("study", key, {"files": written(out), "summary": summary})
    return Outcome(out / PAGE, out / RESULTS, summary, dict(store.hits), dict(store.redone))


def _study_key(
    loaded: LoadedStudy, samples: Sequence[Sample], assumed: Sequence[Mapping[str, Any]], png: bool,
    chemistry: Chemistry,
) -> str:  # fmt: skip
    """What the whole of the output depends on."""
    parameters = {
        "study": loaded.study.model_dump(mode="json"),
        "sha256": [loaded.sha256, loaded.specimens_sha256],
        "samples": [
            [analyse_task(s).key, s.binder, plain(dict(s.conditions)), s.remarks, [str(p) for p in s.problems]]
            for s in samples
        ],
        "assumed": list(assumed),
        "png": png,
        "chemistry": chemistry.digest,
        "rdkit": has_chemistry(),
    }
    return key_of("study", parameters)


def rehearse_study(loaded: LoadedStudy, out: Path, progress: Progress) -> tuple[list[Sample], list[dict[str, Any]]]:
    """Let the virtual instruments write their files into ``out``; the samples and what was assumed for them."""
    refuse_output(loaded, out)
    store = Store(out / ".store")
    with store.locked(tell=progress.say), choose(1, None) as executor:
        return _rehearse(loaded, out, Work(store, executor, progress))


def _samples(loaded: LoadedStudy, out: Path, work: Work) -> tuple[list[Sample], list[dict[str, Any]]]:
    rehearsed, assumed = _rehearse(loaded, out, work)
    return with_references([*real_samples(loaded, out), *rehearsed]), assumed


def _rehearse(loaded: LoadedStudy, out: Path, work: Work) -> tuple[list[Sample], list[dict[str, Any]]]:
    """Rehearse every measurement that asks for it; samples of the files, and what was assumed."""
    able, samples = rehearsals(loaded)
    pairs = [(one, number) for one in able for number in range(one.measurement.replicates)]
    entries = work.do("rehearse", [_rehearse_task(one, number, out, work.store) for one, number in pairs])
    seen: dict[str, int] = {}
    for (one, number), entry in zip(pairs, entries, strict=True):
        document = entry.document
        name = str(document.get("name", ""))
        path = out / one.folder / name
        sample = rehearsed_sample(loaded, one, number, path, name, str(document.get("sha256", "")))
        if "errors" in document:
            keys = ("what", "where", "got", "expected", "mend")
            problems = tuple(Problem(**{key: error[key] for key in keys}) for error in document["errors"])
            sample = _failed(sample, problems, document["status"])
        elif seen.setdefault(str(path), number) != number:
            problem = Problem("two specimens were rehearsed into one file", sample.shown_as)
            raise ByssusError(problem)
        samples.append(sample)
    return samples, [note for one in able for note in one.prepared.assumed]


def _failed(sample: Sample, problems: tuple[Problem, ...], status: Any) -> Sample:
    from dataclasses import replace

    return replace(sample, path=None, problems=problems, status=status)


def _rehearse_task(one: Rehearsal, number: int, out: Path, store: Store) -> Task:
    measurement, values = one.measurement, dict(one.prepared.values)
    arguments = {
        "technique": measurement.technique,
        "binder": measurement.binder,
        "values": values,
        "conditions": dict(measurement.conditions),
        "specimen": number,
        "seed": one.seed,
    }
    folder = out / one.folder

    def keep(result: dict[str, Any]) -> tuple[dict[str, Any], None]:
        if "errors" in result:
            return result, None
        name = Path(result["name"]).name
        store.write_file(folder / name, result["content"])
        return {"name": name, "sha256": hashlib.sha256(result["content"]).hexdigest()}, None

    def sound(document: dict[str, Any]) -> bool:
        if "errors" in document:
            return False
        path = folder / document["name"]
        return path.is_file() and sha256_of(path) == str(document["sha256"])

    name = f"{measurement.technique} on {measurement.binder}"
    key = key_of("rehearse", {**arguments, "folder": one.folder})
    return Task("rehearse", key, lambda: Call(rehearse_step, arguments, name), keep, sound)


def _analyse(samples: Sequence[Sample], work: Work) -> list[Analysis]:
    """Each sample with its entry, ``None`` where there is no file to analyse."""
    from byssus.run.assemble import Analysis

    able = [sample for sample in samples if sample.path is not None and not sample.problems]
    entries = iter(zip(able, work.do("analyse", [analyse_task(sample) for sample in able]), strict=True))
    keys = {id(sample): (entry, analyse_task(sample).key) for sample, entry in entries}
    return [Analysis(sample, *keys.get(id(sample), (None, ""))) for sample in samples]


def analyse_task(sample: Sample) -> Task:
    """The step that reads and analyses a sample's file."""
    arguments: dict[str, Any] = {
        "technique": sample.technique,
        "specimen": sample.specimen,
        "values": dict(sample.values or {}),
        "columns": dict(sample.columns or {}),
        "shown_as": sample.shown_as,
    }
    if sample.more:
        arguments["more"] = [shown_as for _, shown_as in sample.more]
    if sample.reference:
        arguments["reference"] = [[shown, sample.compared_with, sha256] for _, shown, sha256 in sample.reference]

    def make() -> Call:
        path = sample.path
        assert path is not None
        more = [(str(other.resolve()), shown_as) for other, shown_as in sample.more]
        lost: Callable[[str], Any] = lost_analysis(sample.technique, sample.specimen, sample.shown_as)
        size = sum(one.stat().st_size for one in (path, *(other for other, _ in sample.more)))
        cost = 0.05 + size / BYTES_PER_S
        given = {**arguments, "path": str(path.resolve()), "more": more}
        if sample.reference:
            given["reference"] = [(str(p.resolve()), shown, sample.compared_with) for p, shown, _ in sample.reference]
        return Call(analyse_step, given, sample.shown_as, cost, lost)

    def sound(document: dict[str, Any]) -> bool:
        return "lost" not in document

    key = key_of("analyse", arguments, [sample.sha256, *sample.beside])
    return Task("analyse", key, make, pack, sound)


def _audit(
    work: Work,
    claims: Sequence[Mapping[str, Any]],
    assertions: Sequence[Mapping[str, Any]],
    findings: Sequence[Any],
    relations: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    arguments = {"claims": claims, "assertions": assertions, "findings": findings, "relations": relations}
    task = Task("audit", key_of("audit", arguments), lambda: Call(audit_step, arguments, "printed numbers"))
    rows: list[dict[str, Any]] = work.do("audit", [task])[0].document["rows"]
    return rows
