"""SPECS: SpecsLab .xml (a tree of groups, regions, cycles, scans) and Prodigy .xy (blocks under ``# Region:``).

In the .xml each detector of a scan counted at every step from ``mcd_head`` steps before the region to ``mcd_tail``
behind it. A detector's electrons are shifted by its ``shift`` times the pass energy; its counts are moved back by that
many steps, weighted with its gain and summed (the nearest step, as SpecsLab does, so that counts stay counts).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np

from byssus.read.core_level import Floats, Region, as_tables, cut, number, region_name
from byssus.read.problems import refuse
from byssus.read.table import Table
from byssus.read.text.textfile import load_text

__all__ = ["is_specs_xml", "is_specs_xy", "read_specs_xml", "read_specs_xy"]

MAX_XML = 400 << 20  # bytes; a tree takes some ten times as much


def is_specs_xml(head: bytes) -> bool:
    """Whether this is an XML document of SpecsLab."""
    return head[:200].lstrip().startswith(b"<?xml") and (b"specs.de" in head or b"CORBA XML document" in head)


def is_specs_xy(head: bytes) -> bool:
    """Whether the first lines are those of Prodigy's XY serializer."""
    return head.startswith(b"#") and b"XY-Serializer" in head[:2000]


def read_specs_xml(path: Path, where: str) -> list[Table]:
    """A table for every region, its scans and detectors summed. Raises :class:`ReadError` where it is cut."""
    data = path.read_bytes()
    if len(data) > MAX_XML or b"<!ENTITY" in data:
        refuse("an XML file of absurd size or with entities", where, got=f"{len(data)} bytes", mend="Export as .xy.")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        cut(where, str(fault)[:80], "a whole XML document")
    regions = []
    for group in root.iter("struct"):
        for one in _items(_child(group, "regions")):
            region = _xml_region(one, _text(group, "name"), where)
            if region is not None:
                regions.append(region)
    return as_tables(regions, "specs", where, rehearsed=b"byssus-rehearsed" in data)


def _child(node: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    return None if node is None else next((c for c in node if c.get("name") == name), None)


def _items(node: ElementTree.Element | None) -> list[ElementTree.Element]:
    return [] if node is None else [c for c in node if c.tag == "struct"]


def _text(node: ElementTree.Element | None, name: str) -> str:
    found = _child(node, name)
    return (found.text or "").strip() if found is not None else ""


def _value(node: ElementTree.Element | None, name: str, where: str) -> float:
    return number(_text(node, name), f"'{name}'", where)


def _array(node: ElementTree.Element | None) -> Floats:
    if node is None:
        return np.empty(0)
    inner = list(node)
    text = " ".join(c.text or "" for c in inner) if inner else (node.text or "")
    try:
        return np.array(text.split(), dtype=np.float64)
    except ValueError:
        return np.empty(0)


def _xml_region(node: ElementTree.Element, group: str, where: str) -> Region | None:
    """One region, or None where it was defined but never measured."""
    definition = _child(node, "region")
    scans = [scan for cycle in _items(_child(node, "cycles")) for scan in _items(_child(cycle, "scans"))]
    if not scans:
        return None
    values = int(_value(definition, "values_per_curve", where))
    head, tail = (int(_value(node, name, where)) for name in ("mcd_head", "mcd_tail"))
    step, energy = (_value(definition, name, where) for name in ("scan_delta", "pass_energy"))
    detectors = _items(_child(_child(node, "analyzer_info"), "detectors"))
    shifts = [_value(d, "shift", where) * energy for d in detectors] or [0.0]
    gains = [_value(d, "gain", where) for d in detectors] or [1.0]
    counts, warned = np.zeros(max(values, 0)), []
    for scan in scans:
        raw = _array(_child(scan, "counts"))
        if values < 1 or not step or len(raw) != len(shifts) * (head + values + tail):
            wanted = f"{len(shifts)} detectors of {head} + {values} + {tail} steps"
            cut(where, f"a scan of {len(raw)} counts", wanted)
        counts += _summed(raw.reshape(-1, len(shifts)), shifts, gains, step, head, values)
    promised = int(_value(definition, "num_scans", where))
    if promised != len(scans):
        warned.append(f"{len(scans)} of {promised} scans were measured")
    mode = _text(_child(definition, "scan_mode"), "name")
    if mode not in ("FixedAnalyzerTransmission", "FixedEnergies"):
        warned.append(f"scan mode {mode[:40]}: the detectors' shifts are those of a fixed pass energy")
    transmission = _array(_child(node, "transmission"))
    photon = _value(definition, "excitation_energy", where)
    start = _value(definition, "kinetic_energy", where)
    header: dict[str, Any] = {key: _text(definition, key) for key in ("analysis_method", "analyzer_lens")}
    return Region(
        region_name(_text(node, "name")), np.round(start + step * np.arange(values), 10), True, counts, False, photon,
        _value(definition, "dwell_time", where), float(len(scans)), energy,
        transmission if len(transmission) == values else None, group, header=header, warnings=tuple(warned),
    )  # fmt: skip


def _summed(raw: Floats, shifts: list[float], gains: list[float], step: float, head: int, values: int) -> Floats:
    """The counts of all detectors at the region's own energies: ``raw`` has shape (steps, detectors)."""
    total = np.zeros(values)
    for column, (shift, gain) in enumerate(zip(shifts, gains, strict=True)):
        # steps beyond the measured ones repeat the last: a shift of more than head or tail has no count
        at = np.clip(head + np.arange(values) - round(shift / step), 0, len(raw) - 1)
        total += gain * raw[at, column]
    return total


_KEY = re.compile(r"^#\s*([^:]+?):\s*(.*?)\s*$")


def read_specs_xy(path: Path, where: str) -> list[Table]:
    """A table for every region, its scans summed. Raises :class:`ReadError` where rows are cut."""
    text = load_text(path, where)
    blocks: list[tuple[dict[str, str], list[list[tuple[float, float]]]]] = []
    said: dict[str, str] = {}
    group, export = "", dict[str, str]()
    for line in text.data.decode("utf-8", errors="replace").splitlines():
        if line.startswith("#"):
            key, value = _KEY.match(line).groups() if _KEY.match(line) else ("", "")  # type: ignore[union-attr]
            group = value if key == "Group" else group
            if key == "Region":
                said = {**export, "Group": group, "Region": value}
                blocks.append((said, []))
            elif key.startswith("Cycle") and "Scan" in line and blocks:
                blocks[-1][1].append([])
            elif key:
                (said if blocks else export).setdefault(key, value)
        elif line.strip() and blocks:
            cells = line.split()
            if len(cells) < 2:
                cut(where, f"the row '{line[:40]}'", "energy and intensity")
            if not blocks[-1][1]:
                blocks[-1][1].append([])
            blocks[-1][1][-1].append((number(cells[0], "an energy", where), number(cells[1], "a count", where)))
    regions = [_xy_region(said, [scan for scan in scans if scan], where) for said, scans in blocks]
    return as_tables([r for r in regions if r is not None], "specs", where, rehearsed=text.rehearsed)


def _xy_region(said: dict[str, str], scans: list[list[tuple[float, float]]], where: str) -> Region | None:
    if not scans:
        return None
    whole = [np.array(scan) for scan in scans if len(scan) == len(scans[0])]
    energy = whole[0][:, 0]
    alike = [scan[:, 1] for scan in whole if np.array_equal(scan[:, 0], energy)]
    rate = "second" in said.get("Count Rate", "").casefold() or "counts/s" in said.get("ColumnLabels", "")
    # several rates are averaged, several counts added
    intensity = np.mean(alike, axis=0) if rate else np.sum(alike, axis=0)
    left = len(scans) - len(alike)

    def known(key: str) -> float | None:
        return number(said[key], key, where) if said.get(key) else None

    return Region(
        region_name(said["Region"]), energy, "kinetic" in said.get("Energy Axis", "").casefold(),
        np.asarray(intensity, dtype=np.float64), rate, known("Excitation Energy"), known("Dwell Time"),
        _sweeps(said, len(alike)), known("Pass Energy"), sample=said.get("Group", ""), header=dict(said),
        warnings=(f"{left} scans of other energies are left out",) if left else (),
    )  # fmt: skip


def _sweeps(said: dict[str, str], scans: int) -> float:
    """Scans behind the mean: those in the file, or the number it says where they are written as one."""
    promised = said.get("Number of Scans", "")
    return float(promised) if scans == 1 and promised.isdigit() and int(promised) < 1e6 else float(scans)
