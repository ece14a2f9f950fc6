"""TRIOS, RheoCompass and Universal Analysis text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples_dma import rheocompass, trios, universal

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.trace import Trace


def read(folder: Path, data: bytes) -> tuple[Trace, ...]:
    path = folder / "file"
    path.write_bytes(data)
    return read_file(path)


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (trios().encode(), "trios"),
        (trios().encode("utf-16"), "trios"),
        (trios().replace(".", ",").replace("version\t5,1", "version\t5.1").encode(), "trios"),
        (universal().encode("utf-16"), "ta-text"),
        (rheocompass().encode("utf-16"), "rheocompass"),
    ],
)
def test_each_layout(data: bytes, reader: str, tmp_path: Path) -> None:
    trace = read(tmp_path, data)[0]
    assert trace.source.reader == reader
    assert len(trace) == 100
    assert trace["temperature_k"][:2] == pytest.approx([303.15, 304.65])
    assert trace["storage_modulus_pa"][0] == pytest.approx(2e9, rel=1e-3)
    assert np.all(trace["loss_modulus_pa"] > 0)
    assert trace["frequency_hz"][0] == pytest.approx(1.0)


def test_marks_between_segments_are_no_data(tmp_path: Path) -> None:
    text = universal()
    assert "\n-2\t" in text
    assert np.all(read(tmp_path, text.encode())[0]["time_s"] >= 0)


def test_steps_keep_their_names(tmp_path: Path) -> None:
    text = trios()
    step = text[text.index("[step]") :]
    traces = read(tmp_path, (text + "\n" + step.replace("ramp - 1", "ramp - 2")).encode())
    assert [t.metadata["at"] for t in traces] == [{"step": "Temperature ramp - 1"}, {"step": "Temperature ramp - 2"}]


def test_real_steps(shared_data: Path) -> None:
    (creep,) = read_file(shared_data / "rheology_dma" / "trios_creep_experiment.txt")
    assert (creep.source.reader, creep["stress_pa"][0]) == ("trios", 500.0)
    several = read_file(shared_data / "rheology_dma" / "trios_multi_technique.txt")
    assert [len(t) for t in several] == [29, 29, 223]


def test_a_file_without_steps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no step of this file has data") as caught:
        read(tmp_path, trios().split("[step]")[0].encode())
    assert len(caught.value.problems) == 1
