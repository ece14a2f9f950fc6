"""Findings of a rate test: capacity of each block, what of the first is kept, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from byssus.analyse.cycling._finding import cell_finding
from byssus.analyse.cycling._findings import (
    CELL_MEND,
    HELD_METHOD,
    MASS_MEND,
    beyond_matter,
    counter_ratio,
    current_doubt,
    standing,
)
from byssus.analyse.rate._blocks import Block, c_rate
from byssus.findings import Finding, Status
from byssus.vocabulary import quantity

if TYPE_CHECKING:
    from byssus.analyse.cycling.technique import Way
    from byssus.analyse.rate.technique import RateResult

__all__ = ["rate_findings"]

NO_STEP = "the current does not change from cycle to cycle: this is no rate test"
NO_RETURN = "the file does not come back to a current it ran at before, so what recovers is not known"
LATER = (
    "the first current of the file does not come back; this is recovery at that of cycles {}, the earliest that does"
)
MOST_REMARKS = 3  # of single half-cycles, on a block of them
RATE_EQUATION = "I · 1 h / (q(1 C) m)"


def rate_findings(result: RateResult) -> Iterator[Finding]:
    """All numbers of one rate test, block by block in the order run."""
    yield from _file(result)
    for block in result.blocks:
        for way in result.cell.ways:
            yield from _capacity(result, block, way)
        yield from _shares(result, block)
    if result.cell.cell:
        yield from _kept(result)
        yield _recovery(result)


def _finding(name: str, value: float | None, **said: Any) -> Finding:
    return cell_finding(name, value, technique="rate", **said)


def _file(result: RateResult) -> Iterator[Finding]:
    cell = result.cell
    doubts = [*cell.warnings, *([NO_STEP] if len(result.blocks) < 2 else [])]
    remarks = (*cell.notes, *doubts, *(() if cell.cell else (CELL_MEND,)))
    yield _finding(
        "cycle_count",
        float(cell.cycles.whole),
        method=f"pairs of half-cycles of opposite current, in {len(result.blocks)} blocks of one current",
        status="warned" if doubts else "ok",
        remarks=remarks,
    )
    yield from counter_ratio(cell, technique="rate")
    if cell.mass_kg is None and cell.cell:
        for way in cell.ways:
            remark = f"no mass is given. {MASS_MEND}"
            yield _finding(way.specific, None, status="missing_input", remarks=(remark,))
    if cell.mass_kg is None or cell.one_c_c_per_kg is None:
        lacking = " and ".join(
            name for name, v in (("mass", cell.mass_kg), ("one_c", cell.one_c_c_per_kg)) if v is None
        )
        remark = f"{lacking} not given: the blocks are told by their current. Give it in study.toml or with --set"
        yield _finding("c_rate", None, status="missing_input", remarks=(remark,))


def _capacity(result: RateResult, block: Block, way: Way) -> Iterator[Finding]:
    """Mean capacity of a block, and that of its last cycle; the charge where there is no mass."""
    cell, charge_c = result.cell, result.charge_c(block, way)
    per_mass = cell.mass_kg is not None
    scale = cell.mass_kg or 1.0
    name = way.specific if per_mass else way.charge
    mean, spread = float(np.mean(charge_c)) / scale, 0.0
    said, told = _doubts(result, block, way), f"cycles {block.cycles}"
    if per_mass:
        said = beyond_matter(cell, way, mean, said)
    if len(charge_c) > 1:
        show = quantity(name)
        spread = float(np.std(charge_c, ddof=1)) / scale
        told = f"mean of {told}, standard deviation {show.display(spread):.3g} {show.display_unit}"
    parts = [spread / len(charge_c) ** 0.5]
    if cell.mass_uncertainty_kg is not None and per_mass:
        parts.append(mean * cell.mass_uncertainty_kg / scale)
    known = len(charge_c) > 1 or len(parts) > 1
    per = f"; per mass of {cell.per}" if per_mass else ""
    yield _finding(
        name,
        mean,
        at=block.at,
        uncertainty=float(np.hypot.reduce(parts)) if known else None,
        method=f"{told}{per}; uncertainty: scatter of the cycles as s/√n{' and mass' if len(parts) > 1 else ''}",
        equation=f"mean of Q{cell.divisor}",
        **said,
    )
    if block.last > block.first:
        yield _finding(
            name,
            float(charge_c[-1]) / scale,
            at={**block.at, "cycle": block.last},
            uncertainty=parts[1] * float(charge_c[-1]) / scale / mean if len(parts) > 1 and mean > 0 else None,
            method=f"the block's last cycle{per}",
            equation=f"Q{cell.divisor}",
            **said,
        )


def _doubts(result: RateResult, block: Block, way: Way) -> dict[str, Any]:
    """Status and remarks of a block, from those of its half-cycles."""
    remarks = []
    for cycle in range(block.first, block.last + 1):
        row = int(result.cell.paired(way)[cycle - result.cell.first])
        remarks += [f"cycle {cycle}: {remark}" for remark in standing(result.cell, cycle, row)[1]]
    more = [f"and {len(remarks) - MOST_REMARKS} more"] if len(remarks) > MOST_REMARKS else []
    status: Status = "warned" if remarks else "ok"
    return {"status": status, "remarks": (*remarks[:MOST_REMARKS], *more)}


def _shares(result: RateResult, block: Block) -> Iterator[Finding]:
    """C-rate, constant-voltage share and Coulombic efficiency of a block."""
    cell = result.cell
    cycles = slice(block.first - cell.first, block.last - cell.first + 1)
    for way, current_a in zip(cell.ways, (block.up_a, block.back_a), strict=True):
        rate = c_rate(current_a, cell)
        if rate is not None:
            yield _finding(
                "c_rate",
                rate,
                at={"block": block.number, "half": way.word},
                method=f"median current of cycles {block.cycles}, before any hold of the voltage",
                equation=RATE_EQUATION,
                **current_doubt(cell),
            )
        yield _finding(
            "constant_voltage_share",
            float(np.mean(cell.cycles.held_share[cell.paired(way)][cycles])),
            at={**block.at, "half": way.word},
            method=f"mean over cycles {block.cycles} of the {HELD_METHOD}",
        )
    if cell.cell:
        up, back = cell.ways
        # the cell's first cycle, with its irreversible loss, says nothing of a rate
        begin = block.first + (block.number == 1 and block.last > block.first)
        yield _finding(
            "coulombic_efficiency",
            float(np.mean(cell.efficiency[begin - cell.first : cycles.stop])),
            at=block.at,
            method=f"mean over cycles {begin}-{block.last}" if begin < block.last else f"cycle {begin}",
            equation=f"mean of Q({back.word}) / Q({up.word})",
        )


def _kept(result: RateResult) -> Iterator[Finding]:
    """Capacity of each later block over that of the first."""
    if not result.blocks:
        return
    way = result.cell.ways[1]
    base = float(np.mean(result.charge_c(result.blocks[0], way)))
    for block in result.blocks[1:]:
        yield _finding(
            "rate_retention",
            float(np.mean(result.charge_c(block, way))) / base if base > 0 else float("nan"),
            at=block.at,
            method=f"mean {way.word} of cycles {block.cycles} over that of cycles {result.blocks[0].cycles}",
            equation="mean Q(block) / mean Q(first block)",
            **_doubts(result, block, way),
        )


def _recovery(result: RateResult) -> Finding:
    """Capacity of the last block at an earlier block's currents over that of the earliest such block.

    That is the first of all, unless formation, say, ran at a current that never comes back.
    """
    way = result.cell.ways[1]
    pairs = [(a, b) for k, a in enumerate(result.blocks) for b in reversed(result.blocks[k + 2 :]) if b.as_fast_as(a)]
    if not pairs:
        remark = NO_RETURN if len(result.blocks) > 1 else NO_STEP
        at = result.blocks[0].at if result.blocks else {}
        return _finding("rate_recovery", None, at=at, status="not_identifiable", remarks=(remark,))
    first, last = pairs[0]
    said = _doubts(result, last, way)
    if first.number > 1:
        said["remarks"] = (*said["remarks"], LATER.format(first.cycles))
    base = float(np.mean(result.charge_c(first, way)))
    return _finding(
        "rate_recovery",
        float(np.mean(result.charge_c(last, way))) / base if base > 0 else float("nan"),
        at=first.at,
        method=f"mean {way.word} of cycles {last.cycles} over that of cycles {first.cycles}, at the same current",
        equation="mean Q(last block at that rate) / mean Q(earliest block at that rate)",
        **said,
    )
