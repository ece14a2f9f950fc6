"""The figures of the chapter from chemistry to cycle life, as declared data, and drawn."""

from __future__ import annotations

from collections.abc import Sequence

from byssus.figure import Axis, Figure, Series

__all__ = ["FIGURES", "draw_life"]

NAME = "life"
FIGURES = (
    Figure(
        "rings", "Rings closed in the cure", Axis("cure_time"), Axis("ring_closure", from_zero=True),
        caption="Nominal constants, and the 95 % band of sampling them. The rise is the ramp to the last step.",
    ),
    Figure(
        "oxirane", "Oxirane opened in the cure", Axis("cure_time"), Axis("epoxide_conversion", from_zero=True),
        caption="All channels together.",
    ),
    Figure(
        "gel", "Gel fraction against oxirane tied", Axis("epoxide_conversion"), Axis("gel_fraction", from_zero=True),
        panels="binder", vary="molar_mass",
        caption="At each reading of the molar mass; the gel point is where a curve leaves zero.",
    ),
)  # fmt: skip


def draw_life(curves: Sequence[tuple[str, Series]], binders: Sequence[str]) -> dict[str, str]:
    """SVG by key, of the figures that have a curve."""
    from byssus.report.drawing import draw_all
    from byssus.report.section import Curve, Section

    made = tuple(Curve(binder, "simulated", series) for binder, series in curves)
    return draw_all([Section(NAME, "From chemistry to cycle life", figures=FIGURES, curves=made)], binders=binders)
