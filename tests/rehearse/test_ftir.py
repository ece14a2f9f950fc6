"""The virtual infrared spectrometer: its file is read, marked, and gives back its truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from byssus.analyse.technique import technique
from byssus.errors import MissingInput
from byssus.read import read_file
from byssus.rehearse.instrument import Truth, instruments

FTIR = technique("ftir")
INSTRUMENT = instruments()["ftir"]


def truth(**given: float) -> Truth:
    return Truth("PI-P", {n.name: n.default for n in INSTRUMENT.needs} | given, {})


def written(folder: Path, one: Truth, seed: int = 1) -> Path:
    name, data = INSTRUMENT.write(one, np.random.default_rng(seed))
    (folder / name).write_bytes(data)
    return folder / name


def values(path: Path, **given: Any) -> dict[tuple[str, int], float | None]:
    assert FTIR.together is not None
    result = FTIR.together(read_file(path), FTIR.specimen("a", given))
    return {
        (str(f.at["band"]), int(f.at.get("spectrum", 0))): f.value
        for f in FTIR.findings(result)
        if f.quantity == "band_wavenumber"
    }


def test_the_truth_comes_back(tmp_path: Path) -> None:
    path = written(tmp_path, truth(carbonyl_low=171_500.0))
    assert all(t.rehearsed and not t.warnings for t in read_file(path))
    found = values(path)
    assert found["imide C=O near 1720", 0] == pytest.approx(171_500, abs=40)
    assert found["imide C-N-C", 0] == pytest.approx(137_200, abs=40)


def test_a_crosslinked_film_is_written_beside_the_one_before(tmp_path: Path) -> None:
    path = written(tmp_path, truth(crosslinker_bands=0.1))
    found = values(path, bands="POSS C-H: 2850-2941; POSS Si-O-Si: 1010-1083")
    assert found["POSS Si-O-Si", 1] is None
    assert found["POSS Si-O-Si", 2] is not None
    assert found["POSS C-H", 2] == pytest.approx(293_200, abs=200)


def test_the_same_seed_writes_the_same_bytes() -> None:
    one, two, other = (INSTRUMENT.write(truth(), np.random.default_rng(s))[1] for s in (5, 5, 6))
    assert one == two != other


def test_nonsense_is_refused_at_once() -> None:
    with pytest.raises(MissingInput) as caught:
        INSTRUMENT.write(truth(imide_ring=1.0, carbonyl_height=9.0), np.random.default_rng(1))
    assert len(caught.value.problems) == 2
