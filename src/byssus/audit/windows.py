"""Test windows: does a test cover the range it is said to speak for, and lie results within it?"""

from __future__ import annotations

from collections.abc import Sequence

from byssus.audit.row import Mend, Row, row_on
from byssus.audit.stated import Interval, Stated, canonical, same_value

__all__ = ["window_rows"]

SCANS = ("voltammetry", "cv", "cyclic voltammetry", "lsv")
THERMAL = ("dma", "dsc", "tma", "dynamic mechanical analysis")
CYCLING = ("cycling", "gcd", "galvanostatic", "rate")


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
    scans = [c for c in windows if _technique(c) in SCANS]
    cycling = [c for c in windows if _technique(c) in CYCLING]
    pairs = ((s, c) for s in scans for c in cycling if not s.binder or c.binder in (s.binder, ""))
    return [_scan_row(scan, cycled) for scan, cycled in pairs]


def _scan_row(scan: Stated, cycled: Stated) -> Row:
    (scan_low, scan_high), (low, high) = _ends(scan), _ends(cycled)
    covered = scan_low.low <= low.high and scan_high.high >= high.low
    mend = Mend("benign", "The scan may have been run to the lower limit and the printed window be abridged.")
    return row_on(
        scan,
        Interval(_middle(low), _middle(high)),
        "agrees" if covered else "disagrees",
        "the scan covers the cycling window",
        (cycled,),
        equation="voltammetry window >= cycling window",
        mends=() if covered else (mend,),
        remarks=() if covered else ("What happens between the two limits was not tested by the scan.",),
    )


def _ends(window: Stated) -> tuple[Interval, Interval]:
    """The two ends of a printed range, each with the rounding of its own digits."""
    low, high = window.interval.low, window.interval.high
    ends = window.printed.ends
    if ends is None:
        return Interval(low, low), Interval(high, high)
    return Interval(low, 2 * window.to_si(ends[0]) - low), Interval(2 * window.to_si(ends[1]) - high, high)


def _middle(end: Interval) -> float:
    return (end.low + end.high) / 2


def _within(claims: Sequence[Stated], window_of: str, quantity: str) -> list[Row]:
    """Each result against the window of its own technique."""
    windows = [c for c in claims if c.quantity == window_of]
    results = [c for c in claims if c.quantity == quantity]
    return [
        _result_row(result, window)
        for result in results
        for window in windows
        if window.binder in (result.binder, "") and _same_test(result, window)
    ]


def _same_test(result: Stated, window: Stated) -> bool:
    """A result without a technique meets windows of thermal analysis only."""
    test = window.at.get("technique")
    if "technique" in result.at:
        return test is not None and same_value(result.at["technique"], test)
    return test is None or str(canonical(test)) in THERMAL


def _result_row(result: Stated, window: Stated) -> Row:
    inside = window.interval.overlaps(result.interval)
    return row_on(
        result,
        window.interval,
        "agrees" if inside else "disagrees",
        "a result lies in the window of its test",
        (window,),
        equation=f"{result.quantity} within {window.quantity}",
        mends=() if inside else (Mend("benign", "The window may be that of another test."),),
    )


def _rates(claims: Sequence[Stated]) -> list[Row]:
    """A stated range of C-rates against the rates at which results are printed."""
    return [row for window in claims if window.quantity == "c_rate_window" if (row := _rate_row(window, claims))]


def _rate_row(window: Stated, claims: Sequence[Stated]) -> Row | None:
    printed = [(c, rate) for c in claims if not window.binder or c.binder == window.binder if (rate := _rate(c))]
    if not printed:
        return None
    outside = [c for c, rate in printed if not window.interval.overlaps(Interval(rate, rate))]
    mend = Mend("benign", "The range may be that of the cycling tests alone, the rate test's left unsaid.")
    rates = [rate for _, rate in printed]
    return row_on(
        window,
        Interval(min(rates), max(rates)),
        "disagrees" if outside else "agrees",
        "results lie in the stated range of C-rates",
        outside or [c for c, _ in printed],
        equation="c_rate of each result within c_rate_window",
        mends=(mend,) if outside else (),
        remarks=("Results are printed at rates outside the range stated.",) if outside else (),
    )


def _rate(claim: Stated) -> float | None:
    rate = canonical(claim.at.get("c_rate"), "c_rate")
    return rate if isinstance(rate, float) else None
