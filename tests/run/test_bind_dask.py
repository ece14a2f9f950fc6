"""Jobs of chemistry on a Dask cluster of this machine: taken unchanged, the same results."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

import distributed

from byssus.compute.models import Contact
from byssus.compute.single_point import Method
from byssus.run.energies import Settings, bound
from byssus.run.progress import Progress

LITHIUM = Contact("Li+ on water", "ion", "", "", ("[Li+]", "O"))


def test_a_cluster_gives_what_this_process_gives(tmp_path: Path) -> None:
    quick = Settings(Method("gfn2"), jobs=1, store=tmp_path / "here")
    (here,) = bound([LITHIUM], quick, Progress(quiet=True))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        there = Settings(Method("gfn2"), scheduler=cluster.scheduler_address, store=tmp_path / "there")
        (found,) = bound([LITHIUM], there, Progress(quiet=True))
    assert found.problems == ()
    assert found.origins == here.origins
    assert set(found.origins) == {"computed"}
    assert found.ledgers[0].ledger == here.ledgers[0].ledger
