"""The page: a results document, sections and drawings -> one self-contained HTML file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from byssus.findings import BASES, STATUSES
from byssus.report import chemistry as chemical
from byssus.report import cycle_life as foretold
from byssus.report import life as lived
from byssus.report.chapters import Chapter, chapters_of, titles
from byssus.report.chemistry import chemistry_of
from byssus.report.cycle_life import cycle_life_of
from byssus.report.glance import glance
from byssus.report.life import life_of
from byssus.report.listing import files_listed, specimens_listed
from byssus.report.literature import literature
from byssus.report.pairs import OUTCOMES, pairs_of, picker
from byssus.report.rows import Number, binders_of, numbers_of
from byssus.report.section import Section
from byssus.report.verdicts import SAYINGS, VERDICTS, verdicts_of
from byssus.report.words import BASIS_MEANING, linked, named, pretty_unit, quantity_of
from byssus.vocabulary import quantities

__all__ = ["render_page"]

CONTACTS = "binding"  # the technique whose ledgers tell themselves what they lack
HELD = ("ok", "warned")  # statuses of numbers that have a value

# How much of each list the page shows; the CSV files and results.json hold all of it.
MOST = {"rows": 150, "others": 250, "verdicts": 200, "agrees": 300, "claims": 400, "files": 400, "problems": 200}


def render_page(
    results: Mapping[str, Any],
    sections: Sequence[Section],
    drawings: Mapping[str, str],
    comparisons: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The report as one HTML page that needs no network and no script.

    Parameters
    ----------
    results : mapping
        The results document (``docs/results.schema.json``); absent parts are left out.
    sections : sequence of Section
        One a technique, in the order of the page.
    drawings : mapping
        SVG by drawing key, as :func:`byssus.report.drawing.draw_all` gives it.
    comparisons : sequence of mapping
        Every two binders: ``a``, ``b``, ``left_out`` and ``rows``, each row a difference as a finding with what a
        comparison has beside; its ``of`` are places in ``results["findings"]``.

    The same input gives the same text. All text is escaped; drawings stand as they are.
    """
    numbers = numbers_of(results.get("findings") or ())
    binders = binders_of(results)
    provenance = results.get("provenance") or {}
    main, others = glance(numbers, [name for s in sections for name in s.key_quantities])
    order = [n.index for row in main[: MOST["rows"]] for n in row.numbers]
    wanted = set(order)
    pairs = pairs_of(comparisons, numbers, order, wanted)
    chapters = chapters_of(sections, [n for n in numbers if not _told_elsewhere(n)], drawings, wanted)
    chemistry = chemistry_of(results, numbers, drawings)
    life = life_of(results, numbers, drawings)
    cycle_life = cycle_life_of(results, numbers, drawings)
    problems = _problems(results, [n for n in numbers if n.technique != CONTACTS])
    problems["elsewhere"] = sum(n.technique == CONTACTS and n.status == "not_identifiable" for n in numbers)
    printed = [n for n in numbers if n.basis == "published"]
    told = {n.id for n in printed[: MOST["claims"]]} | {n.id for c in chapters for n in c.numbers}
    told = told.union(*(part.told for part in (chemistry, life, cycle_life) if part))
    return _environment().get_template("page.html.j2").render(
        study=_study(provenance),
        provenance=provenance,
        binders=_columns(binders, main),
        other_binders=_columns(binders, others),
        main=main[: MOST["rows"]],
        main_left=max(len(main) - MOST["rows"], 0),
        others=others[: MOST["others"]],
        others_left=max(len(others) - MOST["others"], 0),
        pairs=pairs,
        pairs_left=max(len(comparisons) - len(pairs), 0),
        **picker(pairs),
        chapters=chapters,
        chapter_binders={c.id: _columns(binders, (*c.rows, *c.beside)) for c in chapters},
        chemistry=chemistry,
        chemistry_binders=_columns(binders, chemistry.recipe) if chemistry else [],
        life=life,
        cycle_life=cycle_life,
        verdicts=verdicts_of(results.get("audit") or ()),
        counts=_counts(results),
        table=literature(results, numbers, binders),
        printed=printed[: MOST["claims"]],
        printed_left=max(len(printed) - MOST["claims"], 0),
        problems=problems,
        glossary=_glossary(results),
        contents=_contents(chapters, bool(chemistry), bool(life), bool(cycle_life), bool(problems["not_identifiable"])),
        told=told,
    )  # fmt: skip


def _told_elsewhere(one: Number) -> bool:
    """Whether a chapter of its own shows the number."""
    simulated = (*lived.TECHNIQUES, *foretold.TECHNIQUES)
    return one.technique in chemical.TECHNIQUES or (one.basis == "simulated" and one.technique in simulated)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("byssus.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"files_listed": files_listed, "specimens_listed": specimens_listed}
    made.filters |= {"linked": linked, "named": named, "pretty_unit": pretty_unit, "drawing": Markup, "told": _told}
    made.globals |= {"BASIS_MEANING": BASIS_MEANING, "SAYINGS": SAYINGS, "MOST": MOST, "quantity_of": quantity_of}
    made.globals |= {"OUTCOMES": OUTCOMES}
    return made


def _told(value: Any) -> str:
    """Any value of the provenance as text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_told(v)}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_told(v) for v in value)
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def _study(provenance: Mapping[str, Any]) -> dict[str, Any]:
    study = provenance.get("study") or {}
    return {"title": "", "reference": "", "summary": "", "sha256": "", "electrode": {}} | dict(study)


def _columns(binders: Sequence[str], rows: Sequence[Any]) -> list[str]:
    """The binders that have a cell in these rows, in the study's order; the nameless one last."""
    used = {binder for row in rows for binder in row.cells}
    return [*(b for b in binders if b in used), *([""] if "" in used else [])]


def _counts(results: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    audit = Counter(str(row.get("verdict")) for row in results.get("audit") or ())
    held = [row for row in results.get("findings") or () if row.get("status") in HELD]
    basis = Counter(str(row.get("basis")) for row in held)
    return {
        "verdicts": [(name, audit[name]) for name in VERDICTS if audit[name]],
        "bases": [(name, basis[name]) for name in BASES if basis[name]],
    }


def _problems(results: Mapping[str, Any], numbers: Sequence[Number]) -> dict[str, Any]:
    """What is missing, what went wrong, and by status the findings that are words instead of numbers.

    A number that nothing identifies lacks no input. Specimens are told where their summary has a number.
    """
    keys = ("what", "where", "got", "expected", "mend", "blocks")
    errors = [
        {k: _told(row.get(k)) for k in keys} if isinstance(row, Mapping) else dict.fromkeys(keys, "") | {"what": row}
        for row in results.get("errors") or ()
    ]
    missing = [{k: _told(row.get(k)) for k in keys} for row in (results.get("provenance") or {}).get("missing") or ()]
    without = [n for n in numbers if n.status not in HELD]
    without += [s for n in numbers if n.status in HELD for s in n.singles if s.status not in HELD]
    by_status = {status: [n for n in without if n.status == status] for status in STATUSES if status not in HELD}
    return {"errors": errors, "missing": missing, **by_status}


def _glossary(results: Mapping[str, Any]) -> list[Any]:
    rows = (*(results.get("findings") or ()), *(results.get("audit") or ()))
    used = {str(row.get("quantity")) for row in rows}
    return [known for name, known in quantities().items() if name in used]


def _contents(
    chapters: Sequence[Chapter], chemistry: bool, life: bool, cycle_life: bool, unidentified: bool
) -> list[tuple[str, str, bool]]:
    """``(id, title, whether it is a technique)``, in the order of the page."""
    return [
        ("glance", "At a glance", False),
        ("audit", "Audit", False),
        ("pairs", "Two binders compared", False),
        ("literature", "Literature", False),
        *([("chemistry", "Chemistry", False)] if chemistry else []),
        *([("life", "From chemistry to cycle life", False)] if life else []),
        *([("cycle-life", "Swelling and cycle life", False)] if cycle_life else []),
        *((name, title, True) for name, title in titles(chapters)),
        ("claims", "Printed numbers", False),
        ("missing", "Missing and failed", False),
        *([("unidentified", "Not identifiable", False)] if unidentified else []),
        ("assumed", "Assumed", False),
        ("provenance", "Provenance", False),
        ("glossary", "Glossary", False),
    ]
