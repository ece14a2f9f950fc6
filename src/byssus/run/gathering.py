"""Specimens of one binder, technique and set of conditions gathered: each file once, each finding with its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from byssus.analyse.technique import technique, techniques
from byssus.findings import Finding
from byssus.run.single import merge_specimens
from byssus.run.steps import absent, report_internal
from byssus.trace import Source

if TYPE_CHECKING:
    from byssus.run.assemble import Analysis
    from byssus.run.plan import Sample

__all__ = ["gathered", "told"]

Json = dict[str, Any]


def gathered(group: Sequence[Analysis]) -> list[Finding]:
    """The findings of one binder, technique and set of conditions."""
    sample = group[0].sample
    specimens: list[Json] = []
    once, copies = _told_apart(group)
    for analysis, name in zip(once, _names(once), strict=True):
        for one in analysis.specimens():
            own = str(one["name"])
            specimens.append({**one, "name": name + own.removeprefix(analysis.sample.specimen)})
            specimens[-1]["findings"] = [told(row, analysis.sample) for row in one["findings"]]
    return [
        _warned(finding.but(binder=sample.binder, at={**sample.conditions, **finding.at}), copies)
        for finding in _merged(sample, specimens)
    ]


def _merged(sample: Sample, specimens: Sequence[Json]) -> tuple[Finding, ...]:
    """The specimens' findings gathered; a technique that says one thing twice costs its own numbers, not the run."""
    try:
        return merge_specimens(sample.technique, specimens)
    except ValueError as fault:
        problem = report_internal(fault, f"{sample.technique} on {sample.binder}")
        return absent(technique(sample.technique), (problem,), "failed")


def _told_apart(group: Sequence[Analysis]) -> tuple[list[Analysis], tuple[str, ...]]:
    """Each file's content once: a copy is no second specimen. With a remark that names the copies."""
    first: dict[str, Analysis] = {}
    copies: list[str] = []
    for analysis in group:
        content = analysis.sample.sha256
        if analysis.twin_of:
            copies.append(f"{analysis.sample.shown_as} holds the same test as {analysis.twin_of}")
        elif content and content in first:
            copies.append(f"{analysis.sample.shown_as} is a copy of {first[content].sample.shown_as}")
        else:
            first[content or str(id(analysis))] = analysis
    remark = (f"{'; '.join(copies)}: counted once",) if copies else ()
    return list(first.values()), remark


def _warned(finding: Finding, remarks: tuple[str, ...]) -> Finding:
    """A summary finding with a remark on its files."""
    if not remarks or "specimen" in finding.at:
        return finding
    status = "warned" if finding.status == "ok" else finding.status
    return replace(finding, status=status, remarks=(*finding.remarks, *remarks))


def _names(group: Sequence[Analysis]) -> list[str]:
    """Specimen names that tell the group's files apart."""
    short = [analysis.sample.specimen for analysis in group]
    return short if len(set(short)) == len(short) else [analysis.sample.shown_as for analysis in group]


def told(row: Json, sample: Sample) -> Json:
    """A finding with its file, even if that could not be read, and with what was derived for its specimen."""
    inputs = row["inputs"]
    if not inputs and sample.path is not None:
        source = Source(sample.shown_as, sample.sha256, "", 0)
        inputs = [{"path": source.path, "sha256": source.sha256, "reader": source.reader, "rows": source.rows}]
    key = row["quantity"] in techniques()[sample.technique].key_quantities
    # what was derived is the mass, and an efficiency or a retention has none in it
    derived = sample.remarks if key and row["value"] is not None and "kg" in row["unit"] else ()
    remarks = [*row["remarks"], *derived]
    return {**row, "inputs": inputs, "remarks": remarks}
