"""VAMAS, ISO 14976:1998: surface spectra as lines of text, one item a line, with regular and irregular abscissae.

The order of the items is that of the standard (Dench, Hazell, Seah, Surf. Interface Anal. 13 (1988) 63). A file of
scan mode IRREGULAR has no start and increment: its first corresponding variable is the abscissa. MultiPak writes the
same layout as .npl. CasaXPS puts its regions and components into the comments of a block; they are kept as header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from byssus.read.core_level import MAX_POINTS, Floats, Region, as_tables, cut, number, region_name
from byssus.read.problems import escaped, refuse
from byssus.read.table import Table
from byssus.read.text.textfile import load_text

__all__ = ["is_vamas", "read_vamas"]

TITLE = b"VAMAS Surface Chemical Analysis Standard Data Transfer Format"
UNKNOWN = 1e36  # the standard's 1E+37 for "not known"
MAX_ITEMS = 100_000  # comment lines, variables, blocks: a garbled count may say more
MAPS = ("MAP", "MAPDP")
PROFILES = ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
MODES = ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP")
ION_TECHNIQUES = (
    "FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec",
)  # fmt: skip
SPUTTERED = ("AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF")
SPECTRA = ("XPS", "UPS")  # what has a binding energy


def is_vamas(head: bytes) -> bool:
    """Whether the first line is that of the standard."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(TITLE)


class _Lines:
    """The lines of a file, taken one by one."""

    def __init__(self, lines: Sequence[str], where: str) -> None:
        self.lines, self.where, self.at = lines, where, 0

    def text(self) -> str:
        if self.at >= len(self.lines):
            cut(self.where, f"the end after line {len(self.lines)}", "the items that ISO 14976 lists")
        self.at += 1
        return self.lines[self.at - 1].replace("\x00", "").strip()

    def number(self, what: str) -> float:
        line = self.at + 1
        return number(self.text(), f"{what} (line {line})", self.where)

    def known(self, what: str) -> float | None:
        """A number, or None where the standard's 1E+37 says that it is not known."""
        value = self.number(what)
        return None if abs(value) >= UNKNOWN else value

    def count(self, what: str, most: int = MAX_ITEMS) -> int:
        value = self.number(what)
        if value != int(value) or not 0 <= value <= most:
            cut(self.where, f"{value:g} for {what} (line {self.at})", f"a count of at most {most}")
        return int(value)

    def texts(self, count: int) -> list[str]:
        return [self.text() for _ in range(count)]


@dataclass(frozen=True)
class _Experiment:
    """What the header says of every block."""

    mode: str
    scan: str
    variables: int
    manual: int
    future: int
    blocks: int
    said: dict[str, str] = field(default_factory=dict)


def read_vamas(path: Path, where: str) -> list[Table]:
    """A table for every block that is a photoelectron spectrum, in the file's order.

    Raises :class:`ReadError`: cut, a count or number that is none, mapping scans, lists of left-out parameters.
    """
    text = load_text(path, where)
    lines = _Lines(text.data.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n"), where)
    experiment = _experiment(lines)
    regions, others = [], set[str]()
    for _ in range(experiment.blocks):
        region, technique = _block(lines, experiment)
        if region is None:
            others.add(technique)
        else:
            regions.append(region)
    if not regions:
        refuse("no photoelectron spectrum in this VAMAS file", where, got=", ".join(sorted(others)), expected="XPS")
    return as_tables(regions, "vamas", where, rehearsed=text.rehearsed)


def _experiment(lines: _Lines) -> _Experiment:
    lines.text()
    names = ("institution", "instrument", "operator", "experiment")
    said = {name: lines.text() for name in names}
    comments = lines.texts(lines.count("the number of comment lines"))
    said["comment"] = "\n".join(comments)[:2000]
    mode, scan = lines.text().upper(), lines.text().upper()
    if mode not in MODES or scan not in ("REGULAR", "IRREGULAR"):
        refuse(
            "an experiment or scan mode that is not read",
            lines.where,
            got=escaped(f"{mode}, {scan}", 60),
            expected="spectra with scan mode REGULAR or IRREGULAR",
            mend="Export the spectra of the map one by one.",
        )
    if mode in (*MAPS, "NORM", "SDP"):
        lines.number("the number of spectral regions")
    if mode in MAPS:
        for what in ("analysis positions", "x coordinates", "y coordinates"):
            lines.number(f"the number of {what}")
    variables = lines.count("the number of experimental variables")
    lines.texts(2 * variables)
    if lines.number("the number of entries in the inclusion list") != 0:
        refuse(
            "blocks that leave out parameters are not read",
            lines.where,
            got="a parameter inclusion or exclusion list",
            mend="Save the file again with CasaXPS, which writes every parameter.",
        )
    lines.texts(lines.count("the number of manual items"))
    future = lines.count("the number of future upgrade experiment entries")
    blocks = lines.count("the number of future upgrade block entries")
    lines.texts(future)
    return _Experiment(mode, scan, variables, 0, blocks, lines.count("the number of blocks"), said)


def _block(lines: _Lines, experiment: _Experiment) -> tuple[Region | None, str]:
    block, sample = lines.text(), lines.text()
    date = lines.texts(7)
    comment = lines.texts(lines.count("the number of block comment lines"))
    technique = lines.text()
    if experiment.mode in MAPS:
        lines.texts(2)
    profile = [lines.known("the value of an experimental variable") for _ in range(experiment.variables)]
    source = lines.text()
    if experiment.mode in PROFILES or technique in ION_TECHNIQUES:
        lines.texts(3)
    photon = lines.known("the source's energy")
    lines.texts(3)  # strength, width in x and in y
    if experiment.mode in (*MAPS, "MAPSV", "MAPSVDP", "SEM"):
        lines.texts(2)
    if experiment.mode == "SEM":
        lines.texts(6)
    lines.texts(2)  # the source's angles
    lines.text()  # the analyser's mode
    pass_energy = lines.known("the pass energy")
    if technique == "AES diff":
        lines.text()
    lines.texts(7)  # magnification, work function, bias, widths and angles of the analyser
    species, transition = lines.text(), lines.text()
    lines.text()  # charge of the particle
    header: dict[str, Any] = {
        **experiment.said, "block": block, "sample": sample, "date": " ".join(date), "source": source,
        "block_comment": "\n".join(comment)[:8000], "variables": profile,
    }  # fmt: skip
    named = region_name(f"{species} {transition}".strip()) or region_name(block)
    region = _spectrum(lines, experiment, technique, named or "region", sample, photon, pass_energy, header)
    return (region if technique in SPECTRA else None), technique


def _spectrum(
    lines: _Lines, experiment: _Experiment, technique: str, name: str, sample: str, photon: float | None,
    pass_energy: float | None, header: dict[str, Any],
) -> Region:  # fmt: skip
    """The second half of a block: abscissa, corresponding variables, counting, ordinates."""
    regular = experiment.scan == "REGULAR"
    label, unit, start, step = "", "", 0.0, 0.0
    if regular:
        label, unit = lines.text(), lines.text()
        start, step = lines.number("the abscissa's start"), lines.number("the abscissa's increment")
    variables = [(lines.text(), lines.text()) for _ in range(lines.count("the number of corresponding variables"))]
    lines.text()  # signal mode
    dwell, sweeps = lines.known("the collection time"), lines.known("the number of scans")
    lines.text()  # time correction
    if experiment.mode in PROFILES and technique in SPUTTERED:
        lines.texts(7)
    lines.texts(3)  # tilt and rotation of the sample
    extra = [(lines.text(), lines.text(), lines.text()) for _ in range(lines.count("the number of added parameters"))]
    lines.texts(experiment.future)
    total = lines.count("the number of ordinate values", MAX_POINTS)
    lines.texts(2 * len(variables))  # least and largest ordinates
    if len(variables) < (1 if regular else 2) or not total or total % len(variables):
        cut(lines.where, f"{total} ordinates of {len(variables)} variables in '{name}'", "as many of each")
    table = _ordinates(lines, total).reshape(-1, len(variables))
    if not regular:
        label, unit = variables[0]
        energy, table, variables = table[:, 0], table[:, 1:], variables[1:]
    else:
        # ten digits: multiples of a decimal increment, without what binary adds
        energy = np.round(start + step * np.arange(len(table)), 10)
    if unit.casefold() != "ev":
        refuse(f"the abscissa of '{name}' is not in eV", lines.where, got=f"'{escaped(unit, 20)}'", expected="eV")
    side = next((i for i, (word, _) in enumerate(variables) if "transmission" in word.casefold()), None)
    header["added"] = {word: value for word, _, value in extra}
    return Region(
        name, energy, "binding" not in label.casefold(), table[:, 0], variables[0][1].casefold() == "c/s", photon,
        dwell, sweeps, pass_energy, table[:, side] if side else None, sample, header=header,
        warnings=_doubts(header, variables[0][1]),
    )  # fmt: skip


def _doubts(header: dict[str, Any], unit: str) -> tuple[str, ...]:
    if "per second" in header["block"].casefold() and unit.casefold() != "c/s":
        return (
            f"the block is called '{escaped(header['block'], 40)}' but its unit is '{escaped(unit, 10)}', which the "
            "standard has for counts: counts are taken",
        )
    return ()


def _ordinates(lines: _Lines, total: int) -> Floats:
    rest = lines.lines[lines.at : lines.at + total]
    if len(rest) < total:
        cut(lines.where, f"{len(rest)} ordinates", f"{total}")
    try:
        values = np.array([float(line) for line in rest], dtype=np.float64)
    except ValueError:
        values = np.array([_loose(line) for line in rest], dtype=np.float64)
        if not np.isfinite(values).all():
            bad = lines.at + int(np.argmin(np.isfinite(values))) + 1
            refuse("an ordinate is no number", lines.where, got=f"line {bad}: '{escaped(lines.lines[bad - 1], 30)}'")
    lines.at += total
    return values


def _loose(line: str) -> float:
    try:
        return float(line.replace("\x00", "").replace(",", "."))
    except ValueError:
        return float("nan")
