"""How long the jobs that are left would take: by their basis functions, before a geometry is known by its formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from byssus.compute.feasible import size_of
from byssus.compute.jobs import COST_POWER, ROUGH_SHARE
from byssus.compute.molecule import rdkit_of
from byssus.compute.ranking import MOST_FINAL, MOST_ROUGH
from byssus.compute.single_point import Method
from byssus.errors import ComputeError
from byssus.run.bench import SECONDS_PER_COST
from byssus.run.jobs import Job

__all__ = ["seconds_left", "told"]

# How many single points a search is taken to bring: of a molecule that turns; of a pair, whose four parts, two of them
# among ghosts, come on top. A rigid molecule brings one.
POINTS = {"molecule": MOST_FINAL["molecule"], "pair": MOST_FINAL["pair"] + 4}


def seconds_left(jobs: Iterable[Job], method: Method, processes: int) -> float:
    """Of all jobs, with the single points that the searches among them will bring."""
    unique = {job.identity: job for job in jobs}.values()
    cost = sum(job.cost for job in unique)
    cost += sum(_points_after(job.declaration["smiles"], method) for job in unique if job.kind == "search")
    return cost * SECONDS_PER_COST / max(min(processes, len(unique)), 1)


def _points_after(smiles: Sequence[str], method: Method) -> float:
    try:
        functions = size_of(smiles, method)
    except ComputeError:
        return 0.0  # what cannot be computed takes no time; the job itself says why
    kind = "pair" if len(smiles) == 2 else "molecule"
    roughly = 0.0 if method.quick else ROUGH_SHARE * MOST_ROUGH[kind]
    points = 1.0 if kind == "molecule" and not _turns(smiles[0]) else POINTS[kind] + roughly
    return float(points * functions**COST_POWER)


def _turns(smiles: str) -> bool:
    from rdkit.Chem import rdMolDescriptors

    return int(rdMolDescriptors.CalcNumRotatableBonds(rdkit_of(smiles))) > 0


def told(seconds: float) -> str:
    """``about 12 min``, ``about 3 h``; never less than a minute."""
    minutes = max(round(seconds / 60), 1)
    return f"about {minutes} min" if minutes < 120 else f"about {round(minutes / 60)} h"
