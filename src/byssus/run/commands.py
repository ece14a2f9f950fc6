"""What each command does: call the rooms, show what came out, and say how it ended (the exit code)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from byssus.errors import ByssusError, Problem
from byssus.run.usage import UsageError, unknown

__all__ = [
    "analyse",
    "audit",
    "check",
    "compare",
    "complain",
    "new",
    "print_json",
    "refused",
    "rehearse",
    "run",
    "schema",
]

RAN, UNREADABLE = 0, 1
Pairs = Sequence[tuple[str, str]]


def complain(problems: Sequence[Problem]) -> None:
    """Each problem as one line on stderr."""
    for problem in problems:
        print("error: " + " ".join(str(problem).split()), file=sys.stderr)


def print_json(results: Mapping[str, Any]) -> None:
    """A results document on stdout."""
    from byssus.report.write import results_text

    sys.stdout.write(results_text(results))


def refused(fault: ByssusError, as_json: bool) -> int:
    """A study or a file that cannot be taken: every reason on stderr, and in the JSON if that was asked for."""
    from byssus.run.results import document, now, provenance
    from byssus.run.steps import problem_json

    complain(fault.problems)
    if as_json:
        print_json(document([], [], [problem_json(p) for p in fault.problems], provenance(now())))
    return UNREADABLE


def new(folder: Path) -> int:
    """``byssus new DIR``: write a study that runs as it is. The exit code."""
    from byssus.rehearse.instrument import instruments
    from byssus.study.scaffold import scaffold

    for path in scaffold(folder, tuple(instruments())):
        print(path)
    print(f"Next: byssus run {folder}", file=sys.stderr)
    return RAN


def check(path: Path, as_json: bool) -> int:
    """``byssus check STUDY``: what is there, missing and wrong, all at once. The exit code."""
    from byssus.run.checking import check_study
    from byssus.run.results import document, now, provenance
    from byssus.run.steps import problem_json

    started = now()
    report, missing = check_study(path)
    if as_json:
        counts = {"claims": report.claims, "assertions": report.assertions, "specimens": report.specimens}
        virtual = report.rehearsed or {}
        files = [
            {"binder": b, "technique": t, "files": n, "rehearsed": virtual.get((b, t), 0)}
            for (b, t), n in (report.files or {}).items()
        ]
        study = {"title": report.title, "binders": list(report.binders), **counts, "measurements": files}
        study["techniques"] = report.techniques.to_json() if report.techniques else []
        made = provenance(started, study=study, missing=missing)
        print_json(document([], [], [problem_json(p) for p in report.problems], made))
    else:
        sys.stdout.write(report.to_text())
    if as_json or not (sys.stdout.isatty() and sys.stderr.isatty()):
        complain(report.problems)  # on a terminal the report above has said it
    return RAN if report.ok else UNREADABLE


def run(path: Path, *, as_json: bool, out: Path | None, **how: Any) -> int:
    """``byssus run STUDY``: everything, into OUT. The exit code."""
    from byssus.run.plan import load
    from byssus.run.progress import Progress
    from byssus.run.study import Options, run_study

    try:
        loaded = load(path)
        with Progress() as progress:
            outcome = run_study(loaded, Options(out or loaded.folder / "out", **how), progress)
    except ByssusError as fault:
        return refused(fault, as_json)
    if as_json:
        sys.stdout.write(outcome.results.read_text(encoding="utf-8"))
        return RAN
    from byssus.run.show import show_run

    show_run(outcome.summary, outcome.page)
    return RAN


def rehearse(path: Path, out: Path) -> int:
    """``byssus rehearse STUDY --out DIR``: raw files of virtual instruments. The exit code."""
    from byssus.run.plan import load
    from byssus.run.progress import Progress
    from byssus.run.study import rehearse_study

    with Progress() as progress:
        samples, assumed = rehearse_study(load(path), out, progress)
    for sample in samples:
        if sample.problems:
            for problem in sample.problems:
                print("missing: " + " ".join(str(problem).split()), file=sys.stderr)
        else:
            print(out / sample.shown_as)
    if assumed:
        print(f"{len(assumed)} parameters are assumed; 'byssus run' lists them.", file=sys.stderr)
    return RAN


def audit(path: Path, as_json: bool) -> int:
    """``byssus audit STUDY|CLAIMS.toml``: printed numbers against each other. The exit code."""
    from byssus.audit import published
    from byssus.run.results import document, now, provenance
    from byssus.run.steps import audit_step
    from byssus.study.load import load_claims

    started = now()
    try:
        claims = load_claims(path)
    except ByssusError as fault:
        return refused(fault, as_json)
    said = (claims.claim, claims.assertion, claims.relation)
    printed, ordered, own = ([row.model_dump(mode="json") for row in rows] for rows in said)
    rows = audit_step(printed, ordered, [], own)["rows"]
    if as_json:
        study = {"title": claims.title, "reference": claims.reference}
        print_json(document(published(claims.claim), rows, [], provenance(started, study=study)))
        return RAN
    from byssus.run.show import show_audit

    show_audit(rows, len(claims.claim), len(claims.assertion))
    return RAN


def compare(
    path: Path, a: str, b: str, quantity: str | None, out: Path | None, *, everything: bool, as_json: bool
) -> int:
    """``byssus compare STUDY A B``: B less A, for all that both have. The exit code."""
    from byssus.run.comparing import compare_pair, study_results
    from byssus.run.plan import load

    if a == b:
        raise UsageError(Problem(f"'{a}' is compared with itself", expected="two binders"))
    try:
        loaded = load(path)
        names = loaded.study.binder_names()
        if missing := [unknown("binder", name, names) for name in (a, b) if name not in names]:
            raise UsageError(*missing)  # before the study is run for nothing
        results = study_results(loaded, out or loaded.folder / "out")
    except UsageError:
        raise
    except ByssusError as fault:
        return refused(fault, as_json)
    found = compare_pair(results, a, b, quantity, everything)
    if as_json:
        print_json(found.document())
        return RAN
    from byssus.run.show_compare import show_compared

    show_compared(found, everything or quantity is not None)
    return RAN


def analyse(
    name: str,
    files: Sequence[Path],
    given: Pairs,
    columns: Pairs,
    *,
    as_json: bool = False,
    everything: bool = False,
    one_specimen: bool = False,
    references: Sequence[Path] = (),
) -> int:
    """``byssus analyse TECHNIQUE FILE...``: one technique without a study. The exit code."""
    from byssus.run.single import analyse_files

    values = _values(name, files, given, columns)
    if one_specimen:
        _refuse_joining(name)
    if references:
        _refuse_comparing(name)
    found = analyse_files(name, files, values, dict(columns), one_specimen=one_specimen, references=references)
    if as_json:
        print_json(found.results)
    if found.unreadable:
        complain([_problem(error) for error in found.unreadable])
    if not as_json and len(found.unreadable) < len(files):
        from byssus.run.show import show_findings

        show_findings(found.results, everything)
    return UNREADABLE if found.unreadable else RAN


def _refuse_joining(name: str) -> None:
    from byssus.analyse.technique import techniques

    joining = [one.name for one in techniques().values() if one.together is not None]
    if name not in joining:
        what = f"{name} does not join the files of one specimen"
        raise UsageError(Problem(what, "--one-specimen", expected=" or ".join(joining), mend="Leave it away."))


def _refuse_comparing(name: str) -> None:
    from byssus.analyse.technique import techniques

    able = [one.name for one in techniques().values() if one.compares]
    if name not in able:
        what = f"{name} compares no files"
        raise UsageError(Problem(what, "--reference", expected=" or ".join(able), mend="Leave it away."))


def _problem(error: Mapping[str, Any]) -> Problem:
    return Problem(**{key: error[key] for key in ("what", "where", "got", "expected", "mend")})


def _values(name: str, files: Sequence[Path], given: Pairs, columns: Pairs) -> dict[str, float | str]:
    """The parameters in SI; :class:`UsageError` with everything that is wrong in the command's words."""
    from byssus.analyse.technique import techniques
    from byssus.vocabulary import columns as known_columns

    known = techniques().get(name)
    if known is None:
        raise UsageError(unknown("technique", name, techniques()))
    problems = [] if files else [Problem("no file given", mend=f"Write 'byssus analyse {name} FILE'.")]
    names = [parameter.name for parameter in known.parameters]
    values: dict[str, float | str] = {}
    for key, raw in given:
        parameter = known.parameter(key.strip())
        if parameter is None:
            problems.append(unknown("parameter", key, names, "--set"))
            continue
        try:
            values[parameter.name] = parameter.parse(raw.strip(), where=f"--set {parameter.name}")
        except ByssusError as fault:
            problems.extend(fault.problems)
    problems += [
        unknown("column", key, known_columns(), "--columns") for key, _ in columns if key not in known_columns()
    ]
    if problems:
        raise UsageError(*problems)
    return values


def schema(which: str) -> int:
    """``byssus schema study|results``: the published JSON Schemas. The exit code."""
    if which == "study":
        from byssus.study.schema import schema_text
    else:
        from byssus.report.schema import schema_text
    sys.stdout.write(schema_text())
    return RAN
