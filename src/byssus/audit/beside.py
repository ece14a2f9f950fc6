"""Whether two findings come of tests that were alike: what each was set to, how it was found, how many specimens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from byssus.findings import Finding
from byssus.units import convert
from byssus.vocabulary import quantity

__all__ = ["SETTINGS", "doubts"]

# What a test is set to, and its file tells: two tests set otherwise are two tests. A tenth apart is no slip of the
# machine; ISO 14577-1 (2015) holds a load to 1 %, a cycler or potentiostat its current and scan rate far closer.
SETTINGS = ("peak_load", "scan_rate", "c_rate")
APART = 0.1


def doubts(
    a: Finding, b: Finding, set_a: Mapping[str, Sequence[Finding]], set_b: Mapping[str, Sequence[Finding]]
) -> tuple[str, ...]:
    """Remarks on a comparison of ``a`` and ``b``, whose tests were set as the findings ``set_a``, ``set_b`` say."""
    out = [_apart(name, a, b, set_a[name], set_b[name]) for name in SETTINGS if name in set_a and name in set_b]
    if a.equation != b.equation:
        out.append(f"found in two ways: {a.binder} by {a.equation or '?'}, {b.binder} by {b.equation or '?'}")
    return tuple(remark for remark in out if remark)


def _apart(name: str, a: Finding, b: Finding, of_a: Sequence[Finding], of_b: Sequence[Finding]) -> str:
    """That a setting differs, where it does; the setting itself may differ as it likes."""
    if a.quantity == name:
        return ""
    ours, theirs = (_near(one, found) for one, found in ((a, of_a), (b, of_b)))
    if ours is None or theirs is None or abs(theirs - ours) <= APART * max(abs(ours), abs(theirs)):
        return ""
    known = quantity(name)
    low, high = (float(convert(v, known.unit, known.display_unit)) for v in (ours, theirs))
    unit = "" if known.display_unit == "1" else f" {known.display_unit}"
    label = known.label[:1].lower() + known.label[1:] if not known.label[1:2].isupper() else known.label
    return f"{label} differs: {a.binder} {low:.3g}{unit}, {b.binder} {high:.3g}{unit}"


def _near(one: Finding, found: Sequence[Finding]) -> float | None:
    """The setting under the conditions nearest to the number's own."""
    fits = [f for f in found if f.value is not None and all(one.at.get(k, v) == v for k, v in f.at.items())]
    best = max(fits, key=lambda f: len(f.at.keys() & one.at.keys()), default=None)
    return None if best is None else best.value
