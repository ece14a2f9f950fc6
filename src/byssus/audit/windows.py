"""Test windows: does a test cover the range it is said to speak for, and lie results within it?"""

from __future__ import annotations

from collections.abc import Sequence

from byssus.audit.evaluate import in_printed_unit
from byssus.audit.row import Mend, Row
from byssus.audit.stated import Interval, Stated, same_value

__all__ = ["window_rows"]


def window_rows(claims: Sequence[Stated]) -> list[Row]:
    """Voltammetry against the cycling window, results against the range of temperature or rate they came from."""
    return [
        *_potential(claims),
        *_within(claims, "temperature_window", "glass_transition_temperature"),
        *_rates(claims),
    ]


def _technique(claim: Stated) -> str:
    return str(claim.at.get("technique", "")).casefold()


def _potential(claims: Sequence[Stated]) -> list[Row]:
    """A voltammogram that is to show a binder inert must reach the potentials the cell is cycled between."""
    windows = [c for c in claims if c.quantity == "potential_window"]
    scans = [c for c in windows if _technique(c) in ("voltammetry", "cv", "cyclic voltammetry", "lsv")]
    cycling = [c for c in windows if _technique(c) in ("cycling", "gcd", "galvanostatic", "rate")]
    rows = []
    for scan in scans:
        for cycled in (c for c in cycling if c.binder in (scan.binder, "") or not scan.binder):
            covered = scan.interval.low <= cycled.interval.high and _covers(scan, cycled)
            mends = () if covered else (
                Mend("benign", "The scan may have been run to the lower limit and the printed window be abridged."),
            )  # fmt: skip
            rows.append(
                Row(
                    binder=scan.binder or None,
                    quantity="potential_window",
                    at=scan.at,
                    printed=scan.printed.text,
                    unit=scan.unit,
                    recomputed=in_printed_unit(scan, cycled.interval),
                    verdict="agrees" if covered else "disagrees",
                    relation="the scan covers the cycling window",
                    equation="voltammetry window >= cycling window",
                    inputs=(cycled.to_input(),),
                    mends=mends,
                    remarks=() if covered else ("What happens between the two limits was not tested by the scan.",),
                    where=scan.where,
                )
            )
    return rows


def _covers(outer: Stated, inner: Stated) -> bool:
    """Whether the printed range holds the other, each end with the rounding of its digits."""
    low_edge, high_edge = _ends(outer)
    low, high = _ends(inner)
    return low_edge.low <= low.high and high_edge.high >= high.low


def _ends(window: Stated) -> tuple[Interval, Interval]:
    """The two ends of a printed range, each within half a unit of its finest digit."""
    unit = abs(window.to_si(10.0**window.printed.digits) - window.to_si(0.0))
    low, high = window.interval.low, window.interval.high
    return Interval(low, low + unit), Interval(high - unit, high)


def _within(claims: Sequence[Stated], window_of: str, quantity: str) -> list[Row]:
    """Each result against the window of its own technique."""
    rows = []
    for result in (c for c in claims if c.quantity == quantity):
        for window in (c for c in claims if c.quantity == window_of and c.binder in (result.binder, "")):
            if "technique" in result.at and not same_value(result.at["technique"], window.at.get("technique", "")):
                continue
            inside = window.interval.overlaps(result.interval)
            rows.append(
                Row(
                    binder=result.binder or None,
                    quantity=quantity,
                    at=result.at,
                    printed=result.printed.text,
                    unit=result.unit,
                    recomputed=in_printed_unit(result, window.interval),
                    verdict="agrees" if inside else "disagrees",
                    relation="a result lies in the window of its test",
                    equation=f"{quantity} within {window_of}",
                    inputs=(window.to_input(),),
                    mends=() if inside else (Mend("benign", "The window may be that of another test."),),
                    where=result.where,
                )
            )
    return rows


def _rates(claims: Sequence[Stated]) -> list[Row]:
    """A stated range of C-rates against the rates at which results are printed."""
    return [row for window in claims if window.quantity == "c_rate_window" if (row := _rate_row(window, claims))]


def _rate_row(window: Stated, claims: Sequence[Stated]) -> Row | None:
    printed = [(c, rate) for c in claims if not window.binder or c.binder == window.binder if (rate := _rate(c))]
    if not printed:
        return None
    outside = [c for c, rate in printed if not window.interval.overlaps(Interval(rate, rate))]
    mend = Mend("benign", "The range may be that of the cycling tests alone, the rate test's left unsaid.")
    return Row(
        binder=window.binder or None,
        quantity="c_rate_window",
        at=window.at,
        printed=window.printed.text,
        unit=window.unit,
        recomputed=(min(rate for _, rate in printed), max(rate for _, rate in printed)),
        verdict="disagrees" if outside else "agrees",
        relation="results lie in the stated range of C-rates",
        equation="c_rate of each result within c_rate_window",
        inputs=tuple(c.to_input() for c in outside or [c for c, _ in printed]),
        mends=(mend,) if outside else (),
        remarks=("Results are printed at rates outside the range stated.",) if outside else (),
        where=window.where,
    )


def _rate(claim: Stated) -> float | None:
    try:
        return float(str(claim.at["c_rate"]).rstrip("Cc "))
    except (KeyError, ValueError):
        return None
