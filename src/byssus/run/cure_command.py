"""What ``byssus cure`` does: the models of cure, network and glass transition alone, as a table or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import ByssusError
from byssus.run.usage import UsageError, unknown

if TYPE_CHECKING:
    from byssus.findings import Finding

__all__ = ["cure"]

RAN = 0
TRACE = 1e-6  # a channel that opens less of the oxirane has no line


def cure(path: Path, only: str, seed: int | None = None, *, as_json: bool) -> int:
    """``byssus cure STUDY [--binder NAME] [--seed N]``, the study's seed unless one is given. The exit code.

    What the study's own files say goes before what is printed.
    """
    from byssus.run.commands import print_json, refused
    from byssus.run.comparing import measured_in
    from byssus.run.curing import curing_findings
    from byssus.run.curing_known import measured_of
    from byssus.run.distributions import distributions_in
    from byssus.run.plan import load
    from byssus.run.results import document, now, provenance

    started = now()
    try:
        loaded = load(path)
        names = loaded.study.binder_names()
        if only and only not in names:
            raise UsageError(unknown("binder", only, names))
        study = loaded.study if seed is None else loaded.study.model_copy(update={"seed": seed})
        measured = measured_of(measured_in(loaded))
        findings, rows, _ = curing_findings(study, only, measured, distributions_in(loaded, loaded.folder / "out"))
    except UsageError:
        raise
    except ByssusError as fault:
        return refused(fault, as_json)
    if as_json:
        print_json(document(findings, [], [], provenance(started, life=rows)))
    else:
        sys.stdout.write(_text(findings, rows))
    return RAN


def _text(findings: Sequence[Finding], rows: Sequence[Mapping[str, Any]]) -> str:
    lines: list[str] = []
    for row in rows:
        lines += [row["binder"], *(f"  {line}" for line in _binder(row)), ""]
    for one in findings:
        if one.status in ("missing_input", "failed"):
            lines.append(f"{one.binder}: {one.quantity.replace('_', ' ')} is not simulated: {'; '.join(one.remarks)}")
    if rows:
        lines.append("Simulated, from assumed and literature constants; --json lists each with its band.")
    return "\n".join(lines).rstrip() + "\n" if lines else "No binder of this study is a poly(amic acid).\n"


def _binder(row: Mapping[str, Any]) -> list[str]:
    several = len(row["cures"]) > 1
    lines = []
    for one in row["cures"]:
        if several:
            lines.append(f"with {one['crosslinker']}:")
        lines.append(f"rings closed            {_percent(one['ring_closure'])}")
        if one.get("channels"):
            lines.append(f"oxirane opened          {_percent(one['epoxide_conversion'])}")
            lines += [
                f"  by {name:<20} {_percent(share)}" for name, share in one["channels"].items() if share[2] > TRACE
            ]
            lines.append(f"rings kept open         {_percent(one['blocked'])}")
    for one in row.get("networks") or ():
        mn = one["number_average_kg_per_mol"]
        head = f"Mn {one['reading']} ({mn:.4g} kg/mol)" + (f", {one['crosslinker']}" if several else "")
        never = "none, as no conversion suffices"
        point = never if one["gel_point"][0] > 1 else _percent(one["gel_point"])
        told = f"gel point {point}, gel {_percent(one['gel'])}"
        lines.append(f"{head}: {told}, rubbery modulus {_mega(one['phantom_pa'])} to {_mega(one['affine_pa'])} MPa")
    lines += [row["distribution"]["sentence"]] if "distribution" in row else []
    for one in row.get("verdicts") or ():
        parts = (one["about"], *(one.get(name) for name in ("equation", "mechanism", "crosslinker")))
        what = ", ".join(filter(None, parts))
        lines.append(f"{what}: {one['verdict']}. {one['sentence']}")
    lines += [f"rival, {one['component']}: {one['sentence']}" for one in row.get("rivals") or ()]
    return lines


def _percent(value: Sequence[float]) -> str:
    nominal, low, high = (100 * one for one in value)
    return f"{nominal:.3g} % ({low:.3g} to {high:.3g})"


def _mega(value: Sequence[float]) -> str:
    return f"{value[0] / 1e6:.2g}"
