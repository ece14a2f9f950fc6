"""Measured distributions of molar mass, as the models take them: from what the analyses of a run left in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byssus.analyse.technique import technique

if TYPE_CHECKING:
    from byssus.run.assemble import Analysis
    from byssus.study.load import LoadedStudy

__all__ = ["Distribution", "distributions_in", "distributions_of"]

AXES = ("molar_mass", "mass_distribution")  # of a figure that shows a distribution, whatever the technique


@dataclass(frozen=True)
class Distribution:
    """One specimen's distribution: molar masses in kg/mol and the share of mass at each, both shape ``(n,)``."""

    binder: str
    file: str
    sha256: str
    molar_mass_kg_per_mol: NDArray[np.float64]
    mass: NDArray[np.float64]

    @property
    def digest(self) -> str:
        """SHA-256 of the numbers: a file analysed otherwise is another distribution."""
        return hashlib.sha256(np.concatenate([self.molar_mass_kg_per_mol, self.mass]).tobytes()).hexdigest()


def distributions_of(analyses: Iterable[Analysis]) -> tuple[Distribution, ...]:
    """Those among analyses, each file's content once; what is rehearsed never counts."""
    found: dict[tuple[str, str], list[Distribution]] = {}
    for analysis in analyses:
        if analysis.entry is not None and not analysis.twin_of and _figures(analysis.sample.technique):
            found.setdefault((analysis.sample.binder, analysis.sample.sha256), list(_of(analysis)))
    return tuple(one for several in found.values() for one in several)


def distributions_in(loaded: LoadedStudy, out: Path) -> tuple[Distribution, ...]:
    """The same of a study that has been run into ``out``; none where there is nothing in its store."""
    from byssus.run.assemble import Analysis
    from byssus.run.plan import real_samples
    from byssus.run.store import Store
    from byssus.run.study import analyse_task

    samples = [one for one in real_samples(loaded, out) if one.path and not one.problems and _figures(one.technique)]
    if not samples:
        return ()
    store = Store(out / ".store")
    with store.locked():
        tasks = [(sample, analyse_task(sample).key) for sample in samples]
        return distributions_of(Analysis(sample, store.get("analyse", key), key) for sample, key in tasks)


def _figures(name: str) -> set[str]:
    """The figures of a technique that show a distribution."""
    return {one.name for one in technique(name).figures if (one.x.quantity, one.y.quantity) == AXES}


def _of(analysis: Analysis) -> Iterator[Distribution]:
    from byssus.run.curves import unpack

    sample, wanted = analysis.sample, _figures(analysis.sample.technique)
    assert analysis.entry is not None
    for specimen, curves in zip(analysis.specimens(), unpack(analysis.entry), strict=True):
        for one in curves:
            if one.figure in wanted and not specimen["rehearsed"] and len(one.y) > 1:
                # per decade of molar mass in the figure, so its share of mass is by trapezia over log M
                mass = one.y * np.gradient(np.log10(one.x))
                source = specimen["sources"][-1]  # its standards, where there are such files, come before it
                yield Distribution(sample.binder, source["path"], source["sha256"], one.x, mass)
