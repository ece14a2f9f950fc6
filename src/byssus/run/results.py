"""The results document: the shape of results.json and of every ``--json``."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from byssus import __version__
from byssus.findings import Finding, plain, sort_findings

__all__ = ["SCHEMA", "VERDICTS", "document", "now", "provenance", "summarise"]

SCHEMA = "byssus-results/1"
VERDICTS = ("disagrees", "implausible", "unverifiable", "agrees")


def now() -> str:
    """The time as results.json writes it: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def provenance(started: str, **more: Any) -> dict[str, Any]:
    """What ran, when, on what; only ``started`` and ``finished`` differ between equal runs."""
    from byssus.run.store import code_version, packages

    return {
        "byssus": __version__,
        "code_sha256": code_version(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "packages": packages(),
        "started": started,
        "finished": now(),
        **more,
    }


# Failures and missing inputs that the end of a run says on the terminal; the report lists all of them.
MOST_SAID = 5


def document(
    findings: Iterable[Finding],
    audit: Sequence[Mapping[str, Any]],
    errors: Sequence[Mapping[str, Any]],
    made: Mapping[str, Any],
) -> dict[str, Any]:
    """The whole document: findings in their stable order, audit rows, errors, provenance."""
    return {
        "schema": SCHEMA,
        "findings": [finding.to_json() for finding in sort_findings(findings)],
        "audit": [plain(dict(row)) for row in audit],
        "errors": [plain(dict(error)) for error in errors],
        "provenance": plain(dict(made)),
    }


def summarise(results: Mapping[str, Any]) -> dict[str, Any]:
    """How many findings that hold rest on what, statuses and verdicts by count, failures, missing inputs.

    Of numbers without a value the specimens of a summary are not counted beside it, and what is merely not computed yet
    is no missing input. ``said`` holds the first few failures and missing inputs, a line each.
    """
    errors, missing = results["errors"], results["provenance"].get("missing", ())
    return {
        "bases": dict(Counter(row["basis"] for row in results["findings"] if row["status"] in ("ok", "warned"))),
        "statuses": dict(Counter(_statuses(results["findings"]))),
        "verdicts": dict(Counter(row["verdict"] for row in results["audit"])),
        "errors": len(errors),
        "missing": len(missing),
        "said": {
            "failed": [_line(row["where"], row["what"], row["mend"]) for row in errors[:MOST_SAID]],
            "missing": [_line(row["where"], row["what"], row["mend"]) for row in missing[:MOST_SAID]],
        },
    }


def _statuses(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    from byssus.run.lookup import NOT_YET
    from byssus.run.store import canonical

    def place(row: Mapping[str, Any]) -> str:
        at = {name: value for name, value in row["at"].items() if name != "specimen"}
        return canonical([row["binder"], row["technique"], row["quantity"], row["basis"], at])

    without = [row for row in rows if row["status"] not in ("ok", "warned")]
    sums = {place(row) for row in without if "specimen" not in row["at"]}
    yield from (row["status"] for row in rows if row["status"] == "warned")
    for row in without:
        if "specimen" not in row["at"] or place(row) not in sums:
            waits = row["status"] == "missing_input" and any(str(r).startswith(NOT_YET) for r in row["remarks"])
            yield NOT_YET.replace(" ", "_") if waits else row["status"]


def _line(where: str, what: str, mend: str) -> str:
    text = f"{where}: {what}" if where else what
    return " ".join((f"{text.rstrip('.')}. {mend}" if mend else text).split())
