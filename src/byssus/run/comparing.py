"""``byssus compare``: two binders of a study beside each other; and every two of them, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.analyse.technique import techniques
from byssus.audit.compare import Comparison, compare, compare_all
from byssus.findings import Finding
from byssus.run.results import document, now, provenance
from byssus.run.usage import UsageError, unknown
from byssus.vocabulary import quantities

if TYPE_CHECKING:
    from byssus.study.load import LoadedStudy

__all__ = ["Compared", "compare_pair", "every_pair", "measured_in", "study_results"]

Json = dict[str, Any]


def study_results(loaded: LoadedStudy, out: Path) -> Json:
    """The results document of a study: as it stands in ``out`` where nothing has changed since, else of a new run."""
    import json

    from byssus.run.progress import Progress
    from byssus.run.study import Options, run_study

    with Progress() as progress:
        outcome = run_study(loaded, Options(out), progress)
    found: Json = json.loads(outcome.results.read_text(encoding="utf-8"))
    return found


def measured_in(loaded: LoadedStudy) -> tuple[Finding, ...]:
    """What the study's own files say, analysed as in a run; a study of printed numbers alone has nothing to run."""
    if all(one.rehearse and not one.files for one in loaded.study.measurement):
        return ()
    rows = study_results(loaded, loaded.folder / "out")["findings"]
    return tuple(Finding.from_json(row) for row in rows if row["basis"] == "measured")


class Compared:
    """Two binders' comparisons: ``rows``, how many were left out, and the document that ``--json`` prints."""

    def __init__(self, a: str, b: str, rows: list[Comparison], left_out: int, results: Mapping[str, Any]) -> None:
        self.a, self.b, self.rows, self.left_out = a, b, rows, left_out
        self._of = results

    def document(self) -> Json:
        """Differences as findings, and beside each what only a comparison has (``provenance.comparison``)."""
        study = self._of["provenance"].get("study", {})
        rows = [row.to_json() for row in self.rows]
        comparison = {"a": self.a, "b": self.b, "adjusted": "Holm, doi:10.2307/4615733", "rows": rows}
        made = provenance(
            self._of["provenance"]["started"],
            study={"title": study.get("title", ""), "sha256": study.get("sha256", "")},
            comparison={**comparison, "left_out": self.left_out},
        )
        return document([row.finding for row in self.rows], [], [], {**made, "finished": now()})


def compare_pair(results: Mapping[str, Any], a: str, b: str, quantity: str | None, everything: bool) -> Compared:
    """``b`` less ``a`` in a results document. Raises :class:`UsageError` for a name that it does not hold."""
    known = [one["name"] for one in results["provenance"]["study"]["binders"]]
    problems = [unknown("binder", name, known) for name in dict.fromkeys((a, b)) if name not in known]
    names = dict.fromkeys(row["quantity"] for row in results["findings"])  # a study may have quantities of its own
    if quantity is not None and quantity not in quantities() and quantity not in names:
        problems.append(unknown("quantity", quantity, names, "--quantity"))
    if problems:
        raise UsageError(*problems)
    findings = [Finding.from_json(row) for row in results["findings"]]
    main = () if quantity else main_quantities()
    rows, left = compare(findings, a, b, main=main, quantity=quantity, every_cycle=everything)
    return Compared(a, b, rows, left, results)


def every_pair(results: Mapping[str, Any]) -> list[Json]:
    """Every two binders of a results document, as the report takes them."""
    binders = [one["name"] for one in results["provenance"]["study"]["binders"]]
    if len(binders) < 2:
        return []
    findings = [Finding.from_json(row) for row in results["findings"]]
    return [
        {"a": a, "b": b, "left_out": left, "rows": [{**row.finding.to_json(), **row.to_json()} for row in rows]}
        for a, b, rows, left in compare_all(findings, binders, main=main_quantities())
    ]


def main_quantities() -> frozenset[str]:
    """What the techniques are for."""
    return frozenset(name for one in techniques().values() for name in one.key_quantities)
