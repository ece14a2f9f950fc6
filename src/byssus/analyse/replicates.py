"""Several specimens into one number: single findings keep ``at.specimen``, their mean stands for the binder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from byssus.findings import Finding, Status
from byssus.laws.statistics import outliers, summarise
from byssus.trace import Source

__all__ = ["gather"]

One = tuple[str, Finding]
Key = tuple[str, tuple[tuple[str, Any], ...]]

# Of several ways to have no number, the one said is the one a user can do most about.
NO_NUMBER: tuple[Status, ...] = ("missing_input", "failed", "not_identifiable")


def gather(findings_per_specimen: Sequence[tuple[str, Sequence[Finding]]]) -> tuple[Finding, ...]:
    """Findings of all specimens of one binder, technique and set of conditions.

    ``findings_per_specimen`` holds (specimen name, its findings). One specimen's findings come back as they
    are. Of several, every finding comes back with ``at["specimen"]``, and one summary per quantity and
    conditions: mean, s/sqrt(n), Student's 95 % interval, n. Raises ``ValueError`` where one summary would mix
    bases or units, or a specimen has two findings of one quantity and conditions.
    """
    if len(findings_per_specimen) <= 1:
        return tuple(f for _, findings in findings_per_specimen for f in findings)
    single: list[Finding] = []
    groups: dict[Key, list[One]] = {}
    for name, findings in findings_per_specimen:
        seen: set[Key] = set()
        for finding in findings:
            key = _key(finding)
            if key in seen:
                raise ValueError(f"specimen '{name}' has two findings of {finding.quantity} at {dict(finding.at)}")
            seen.add(key)
            groups.setdefault(key, []).append((name, finding))
            single.append(finding.but(at={**finding.at, "specimen": name}))
    summaries = [_summary(group, len(findings_per_specimen)) for group in groups.values()]
    return (*summaries, *single)


def _key(finding: Finding) -> Key:
    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return finding.quantity, tuple(sorted((k, plain(v)) for k, v in finding.at.items()))


def _summary(group: Sequence[One], specimens: int) -> Finding:
    first = group[0][1]
    for what, found in (("bases", {f.basis for _, f in group}), ("units", {f.unit for _, f in group})):
        if len(found) > 1:
            raise ValueError(f"{first.quantity} at {dict(first.at)} mixes {what}: {', '.join(sorted(found))}")
    valued = [(name, f) for name, f in group if f.value is not None and f.status in ("ok", "warned")]
    lost = [(name, f) for name, f in group if f.value is None or f.status not in ("ok", "warned")]
    inputs = _union(f.inputs for _, f in group)
    if not valued:
        status: Status = next((s for s in NO_NUMBER if any(f.status == s for _, f in lost)), "failed")
        remarks = _remarks(lost)
        return replace(
            first, value=None, standard_uncertainty=None, interval=None, n=None, inputs=inputs, status=status,
            remarks=tuple(remarks),
        )  # fmt: skip
    remarks = [*_lost(lost, specimens), *_absent(len(group), specimens), *_remarks(valued)]
    warned = bool(lost) or any(f.status == "warned" for _, f in valued)
    common = replace(valued[0][1], inputs=inputs, status="warned" if warned else "ok", remarks=tuple(remarks))
    if len(valued) == 1:
        name, only = valued[0]
        return replace(common, n=1, method=f"the one specimen with a value ({name}); {only.method}")
    mean = summarise([f.value for _, f in valued if f.value is not None])
    far = [valued[k][0] for k in outliers([f.value for _, f in valued if f.value is not None])]
    if far:
        said = (
            f"{', '.join(far)} {'lies' if len(far) == 1 else 'lie'} apart from the others (Rosner, 1 %); not left out"
        )
        common = replace(common, status="warned", remarks=(*common.remarks, said))
    return replace(
        common,
        value=mean.mean,
        standard_uncertainty=mean.standard_uncertainty,
        interval=mean.interval_95,
        n=mean.n,
        method=_method(valued, mean.n),
    )


def _method(valued: Sequence[One], n: int) -> str:
    methods = dict.fromkeys(f.method for _, f in valued)
    first = next(iter(methods))
    more = " (so for the first; the others' details differ and stand with each)" if len(methods) > 1 else ""
    return f"mean of {n} specimens; {first}{more}"


def _lost(lost: Sequence[One], specimens: int) -> list[str]:
    words: Mapping[str, str] = {
        "failed": "failed",
        "not_identifiable": "gave no identifiable value",
        "missing_input": "lacked an input",
    }
    out = []
    for status in NO_NUMBER:
        those = [(name, f) for name, f in lost if f.status == status]
        if those:
            reasons = "; ".join(f"{name} ({', '.join(f.remarks)})" if f.remarks else name for name, f in those)
            out.append(f"{len(those)} of {specimens} specimens {words[status]}: {reasons}")
    return out


def _absent(present: int, specimens: int) -> list[str]:
    gone = specimens - present
    return [f"{gone} of {specimens} specimens have no such number"] if gone else []


def _remarks(group: Sequence[One]) -> list[str]:
    """Each remark once; with the specimens' names where not all have it."""
    names: dict[str, list[str]] = {}
    for name, finding in group:
        for remark in finding.remarks:
            names.setdefault(remark, []).append(name)
    return [r if len(who) == len(group) else f"{r} ({', '.join(who)})" for r, who in names.items()]


def _union(inputs: Any) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for sources in inputs for source in sources))
