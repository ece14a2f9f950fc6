"""The virtual dynamic mechanical analyser: its file is read, marked, and gives back its truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.analyse.technique import technique
from byssus.errors import MissingInput
from byssus.read import read_file
from byssus.rehearse.instrument import Truth, instruments

DMA = technique("dma")
INSTRUMENT = instruments()["dma"]


def truth(**given: float) -> Truth:
    known = {n.name: n.default for n in INSTRUMENT.needs if n.default is not None}
    return Truth("PI", known | {"glass_transition": 681.95} | given, {})


def test_the_truth_comes_back(tmp_path: Path) -> None:
    name, data = INSTRUMENT.write(truth(specimen_scatter=0.0), np.random.default_rng(1))
    (tmp_path / name).write_bytes(data)
    (trace,) = read_file(tmp_path / name)
    assert trace.rehearsed
    assert (trace.source.reader, trace.warnings) == ("trios", ())
    assert len(trace) == 470
    fs = DMA.findings(DMA.analyse(trace, DMA.specimen("a", {})))
    (tg,) = [f for f in fs if f.at.get("criterion") == "tan delta peak"]
    assert tg.value == pytest.approx(681.95, abs=1.0)
    (plateau,) = [f for f in fs if f.quantity == "rubbery_modulus"]
    assert plateau.value is not None
    assert 4e7 < plateau.value < 8e7


def test_the_same_seed_writes_the_same_bytes() -> None:
    one, two, other = (INSTRUMENT.write(truth(), np.random.default_rng(s))[1] for s in (5, 5, 6))
    assert one == two != other


def test_nonsense_is_refused_at_once() -> None:
    with pytest.raises(MissingInput) as caught:
        INSTRUMENT.write(truth(last_temperature=400.0, rubbery_modulus=1e10), np.random.default_rng(1))
    assert len(caught.value.problems) == 2
