"""What every reader of photoelectron spectra hands on: one region as a Table, energies in eV, counts with their dwell.

A region's ``counts`` are what a detector counted where the file lets them be had, since their square root is their
noise; ``count_rate_per_s`` where it does not. Metadata: ``region`` ("C 1s"), ``photon_energy_ev``, ``pass_energy_ev``,
``dwell_s``, ``sweeps``, and ``at`` where a file holds several regions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from byssus.read.problems import escaped, refuse
from byssus.read.table import Kind, Table

__all__ = ["Region", "as_tables", "cut", "named_by_sheet", "number", "region_name"]

Floats = NDArray[np.float64]
MAX_POINTS = 2_000_000  # no region has more; a garbled count may say so
# "C1s", "C 1s Scan", "Ti2p3/2", and PHI's "Sn3d5"
_LEVEL = re.compile(r"^([A-Z][a-z]?)\s*[_-]?\s*([1-7])\s*([spdf])\s*(?:([1357])(?:/2)?)?(?=$|[\s_,-])")
_SURVEY = re.compile(r"^(su1s|survey|wide|xps survey)\b", re.I)


@dataclass(frozen=True)
class Region:
    """One region as its file has it; ``intensity`` are counts, or a rate where ``is_rate``.

    ``counts_per_unit`` turns a rate into counts: dwell times sweeps. None where nothing says it.
    """

    name: str
    energy_ev: Floats
    kinetic: bool
    intensity: Floats
    is_rate: bool
    photon_energy_ev: float | None = None
    dwell_s: float | None = None
    sweeps: float | None = None
    pass_energy_ev: float | None = None
    transmission: Floats | None = None
    sample: str = ""
    level: int | None = None
    header: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def number(text: str, what: str, where: str) -> float:
    """A finite number of a header; :class:`ReadError` naming the field where it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        refuse(f"{what} is no number", where, got=f"'{escaped(text, 40)}'", mend="Export the file again.")
    return value


def cut(where: str, got: str, expected: str) -> NoReturn:
    """Refuse a file that ends before what it announces."""
    refuse("the file is cut or damaged", where, got=got, expected=expected, mend="Export it again.")


def region_name(text: str) -> str:
    """A region as the field writes it: "C1s", "C 1s Scan" are "C 1s"; anything else stays as it is."""
    bare = re.sub(r"^\d{1,4}[ ._-]+(?=[A-Za-z])", "", " ".join(text.replace("\x00", " ").split()))
    if _SURVEY.match(bare):
        return "Survey"
    found = _LEVEL.match(bare)
    return f"{found[1]} {found[2]}{found[3]}{found[4] + '/2' if found[4] else ''}" if found else bare


def as_tables(regions: Sequence[Region], reader: str, where: str, *, rehearsed: bool = False) -> list[Table]:
    """The tables of a file's regions, in its order; several regions say in ``at`` which is which.

    Equal names get numbers ("C 1s (2)"). Raises :class:`ReadError` where there is no region with points.
    """
    if not regions:
        refuse("no spectrum in this file", where, expected="at least one region", mend="Export the regions again.")
    several, seen, tables = len(regions) > 1, dict[tuple[str, str, int | None], int](), []
    for region in regions:
        key = (region.sample, region.name, region.level)
        seen[key] = seen.get(key, 0) + 1
        name = region.name if seen[key] == 1 else f"{region.name} ({seen[key]})"
        at: dict[str, Any] = {"region": name} if several else {}
        if several and len({r.sample for r in regions}) > 1:
            at["sample"] = region.sample
        if region.level is not None:
            at["level"] = region.level
        tables.append(_table(region, name, at, reader, where, rehearsed))
    return tables


def _table(region: Region, name: str, at: Mapping[str, Any], reader: str, where: str, rehearsed: bool) -> Table:
    energy, intensity, said = region.energy_ev, region.intensity, list(region.warnings)
    if not 0 < len(energy) == len(intensity) <= MAX_POINTS:
        cut(where, f"{len(energy)} energies and {len(intensity)} intensities in '{escaped(name, 40)}'", "one for one")
    columns: dict[str, Floats] = {}
    photon = region.photon_energy_ev if region.photon_energy_ev and region.photon_energy_ev > 0 else None
    if not region.kinetic:
        columns["binding_energy_ev"] = energy
    else:
        columns["kinetic_energy_ev"] = energy
        if photon is not None:
            # ten digits: a difference of two decimal numbers, not of their binary ones
            columns["binding_energy_ev"] = np.round(photon - energy, 10)
    counting = (region.dwell_s or 0.0) * (region.sweeps or 0.0)
    if not region.is_rate:
        columns["counts"] = intensity
    elif counting > 0:
        columns["counts"] = intensity * counting
        columns["count_rate_per_s"] = intensity
    else:
        columns["count_rate_per_s"] = intensity
        said.append("a count rate without its dwell time: counts, and so their noise, are not known")
    if region.transmission is not None and len(region.transmission) == len(energy):
        columns["transmission"] = region.transmission
    facts = {"photon_energy_ev": photon, "pass_energy_ev": region.pass_energy_ev, "dwell_s": region.dwell_s}
    facts |= {"sweeps": region.sweeps, "level": region.level}
    si: dict[str, Any] = {key: value for key, value in facts.items() if value is not None}
    si |= {"region": name} | ({"at": dict(at)} if at else {}) | ({"sample": region.sample} if region.sample else {})
    headings = tuple(columns)
    kinds: tuple[Kind, ...] = tuple("number" for _ in headings)

    def fetch(wanted: Mapping[int, Kind]) -> dict[int, NDArray[Any]]:
        return {i: columns[headings[i]] for i in wanted}

    return Table(
        reader, headings, kinds, fetch, preamble=dict(region.header), warnings=tuple(said),
        rehearsed=rehearsed, header_si=si,
    )  # fmt: skip


def named_by_sheet(tables: Sequence[Table]) -> list[Table]:
    """Sheets of spectra, each with the region that its sheet is named for ("C1s Scan")."""
    seen, named = dict[str, int](), []
    for table in tables:
        name = region_name(str(table.preamble.get("sheet", "")))
        seen[name] = seen.get(name, 0) + 1
        shown = name if seen[name] == 1 else f"{name} ({seen[name]})"
        at = {"at": {"region": shown}} if len(tables) > 1 else {}
        named.append(replace(table, header_si={**table.header_si, "region": shown, **at}))
    return named
