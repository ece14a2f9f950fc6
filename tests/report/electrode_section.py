"""``provenance.simulation.electrode`` with invented numbers: two binders, not all results a single number."""

from __future__ import annotations

from typing import Any

MAH_G = 3600.0  # C/kg
MEAN, PEEL, MODULUS = "mean of the others", "linear in log peel force", "linear in reduced modulus"
SEEN = "The equations were chosen by people who had seen all binders."


def said(value: float, reach: float) -> dict[str, Any]:
    return {"value": value, "interval_90": [value - reach, value + reach],
            "interval_95": [value - 1.2 * reach, value + 1.2 * reach]}  # fmt: skip


def foretold(binder: str, name: str, reported: list[float | None], value: float, reach: float, errors: Any,
             guesses: Any, covered: bool = True, **more: Any) -> dict[str, Any]:  # fmt: skip
    model_error, *others = errors
    names = (MEAN, PEEL, MODULUS)
    return {
        "binder": binder, "quantity": "expansion_after_lithiation", "name": name, "at": {}, "unit": "1",
        "reported": reported, "model": said(value, reach), "with_it": said(value, reach / 2), "error": model_error,
        "covered": covered, "baselines": dict(zip(names, guesses, strict=True)),
        "baseline_errors": dict(zip(names, others, strict=True)), **more,
    }  # fmt: skip


def capacity(binder: str, reported: list[float | None], value: float, errors: Any, guesses: Any) -> dict[str, Any]:
    scaled = [None if end is None else end * MAH_G for end in reported]
    return foretold(
        binder, "delithiation, 0.5 C, cycle 90", scaled, value * MAH_G, 100 * MAH_G, [e * MAH_G for e in errors],
        [g * MAH_G for g in guesses], quantity="delithiation_capacity", unit="C/kg", at={"cycle": 90, "c_rate": 0.5},
    )  # fmt: skip


def score(rows: list[dict[str, Any]], model: float, baselines: Any, best: str, verdict: str) -> dict[str, Any]:
    first = {k: rows[0][k] for k in ("quantity", "name", "at", "unit")}
    return first | {
        "model": model, "n": len(rows), "covered": sum(row["covered"] for row in rows),
        "baselines": dict(zip((MEAN, PEEL, MODULUS), baselines, strict=True)), "best_baseline": best,
        "against_baseline": verdict,
    }  # fmt: skip


def origin(binder: str, quantity: str, value: float, basis: str, role: str = "input", **at: Any) -> dict[str, Any]:
    return {"binder": binder, "quantity": quantity, "at": at, "role": role, "low": value, "high": value,
            "standard_uncertainty": 0.05 * value, "basis": basis, "where": "Table 7", "remarks": []}  # fmt: skip


def parameter(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "symbol": "E_half", "quantity": "holding_modulus", "unit": "Pa", "block": "swelling",
        "value": 2.5e9, "interval_95": [2.0e9, 3.0e9], "prior": "2e+09 Pa, within a factor of 3",
        "prior_interval_95": [0.2e9, 18e9], "width_by_prior": 0.1, "identified": True, "origin": "fitted",
        "source": "Invented, doi:10.1000/xyz", "in_sight": True,
    } | more  # fmt: skip


def swelling_row(binder: str, reported: float, model: list[float], along: tuple[float, ...]) -> dict[str, Any]:
    """Bounds of one binder when full at a share of 0.8, and curves through three shares of lithium."""

    def band(*value: float) -> dict[str, Any]:
        return {"lower": [0.75 * v for v in value], "value": list(value), "upper": [1.125 * v for v in value]}

    return {
        "binder": binder, "reported": [reported, reported], "reported_uncertainty": None,
        "lithium_share": [0.75, 0.8, 0.9], "affine": [1.0, 1.1, 1.2], "pores_kept": [0.7, 0.8, 0.9],
        "pores_filled": [0.5, 0.6, 0.7], "model": model,
        "by_share": {
            "share": [0.0, 0.5, 1.0], "affine": band(0.0, 0.625, 1.25), "pores_kept": band(0.0, 0.5, 1.0),
            "pores_filled": band(0.0, 0.125, 0.875), "model": band(*along),
        },
    }  # fmt: skip


def curve(binder: str, c_rate: float | None, x: list[float], value: list[float]) -> dict[str, Any]:
    return {"binder": binder, "c_rate": c_rate, "x": x, "value": [MAH_G * v for v in value],
            "lower": [MAH_G * 0.8 * v for v in value], "upper": [MAH_G * 1.2 * v for v in value]}  # fmt: skip


def section() -> dict[str, Any]:
    swelling = [
        foretold("PI", "expansion after lithiation", [1.2, 1.2], 1.1, 0.2, (0.1, 0.5, 0.3, 0.05), (0.7, 1.5, 1.15)),
        foretold("PAID", "expansion after lithiation", [0.4, 0.4], 0.9, 0.3, (0.5, 0.6, 0.1, 0.2), (1.0, 0.5, 0.6),
                 covered=False),
    ]  # fmt: skip
    cycling = [
        capacity("PI", [150, 510], 560, (50, 900, 200, 30), (1410, 710, 540)),
        capacity("PAID", [1500, None], 1450, (50, 600, 0, 100), (900, 1700, 1400)),
    ]
    rate = foretold(
        "PI", "delithiation, 12 C", [77 * MAH_G] * 2, 100 * MAH_G, 50 * MAH_G, (23 * MAH_G, None, None, None),
        (None, None, None), quantity="delithiation_capacity", unit="C/kg", at={"c_rate": 12.0},
    )  # fmt: skip
    return {
        "calibrated_on": ["PI", "PAID"],
        "sentences": ["Calibrated on two binders.", SEEN, "5 of 6 lie in their 90 % intervals.", "p = 0.5"],
        "origins": [
            origin("PI", "reduced_modulus", 1.5e9, "measured"), origin("PI", "porosity", 0.25, "published"),
            origin("PAID", "reduced_modulus", 3.25e9, "published"), origin("PAID", "porosity", 0.2, "assumed"),
            origin("PI", "expansion_after_lithiation", 1.2, "measured", "result"),
            origin("PI", "delithiation_capacity", 150 * MAH_G, "published", "result", cycle=90, c_rate=0.5),
        ],
        "contact": {"thickness_and_width": "fitted", "fitted": "contact_area", "known_but_not_used": [],
                    "sentence": "One length squared is fitted."},
        "parameters": [
            parameter("holding_modulus"),
            parameter("vague_modulus", identified=False, width_by_prior=0.97, origin="literature", in_sight=False),
            parameter("kept_modulus", interval_95=None, prior="held", prior_interval_95=None, width_by_prior=None,
                      origin="assumed", in_sight=False),
        ],
        "bounds": [
            swelling_row("PI", 1.2, [0.9, 1.0, 1.05], (0.0, 0.5, 1.25)),
            swelling_row("PAID", 0.4, [0.6, 0.7, 0.8], (0.0, 0.25, 0.875)),
        ],
        "leave_one_out": [*swelling, *cycling, rate],
        "scores": [
            score(swelling, 0.3, (0.55, 0.2, 0.125), MODULUS, verdict="worse"),
            score(cycling, 50 * MAH_G, (750 * MAH_G, 100 * MAH_G, 65 * MAH_G), MODULUS, verdict="better"),
        ],
        "coverage": {"covered": 5, "of": 6, "level": 0.9},
        "permutation": {"as_good": 1, "of": 2, "p": 0.5, "floor": 0.5},
        "cycling": [curve("PI", 0.5, [1, 90], [2000, 500]), curve("PAID", 0.5, [1, 90], [2400, 1700])],
        "voltage": [
            {"binder": "PI", "c_rate": 0.5, "cycle": 1, "half": half, "x": [0.0, 2000 * MAH_G], "value": ends}
            for half, ends in (("lithiation", [0.6, 0.01]), ("delithiation", [0.2, 1.4]))
        ],
        "rate": [curve("PI", None, [0.1, 12], [1500, 100]), curve("PAID", None, [0.1, 12], [2000, 900])],
    }  # fmt: skip
