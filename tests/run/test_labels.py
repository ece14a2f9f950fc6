"""What specimens are called where one file holds several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples_machines import SPECIMENS, bluehill, trapezium_beside

from byssus.run.single import analyse_files
from byssus.run.wording import specimen_names
from byssus.trace import Source, Trace

SIZES = {"width": 5e-3, "thickness": 5e-5, "gauge_length": 0.03}


def labelled(*labels: str) -> list[Trace]:
    source = Source("pull.csv", "0" * 64, "specimens", 3)
    return [Trace({"force_n": np.arange(3.0)}, source, {"specimen": label} if label else {}) for label in labels]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (("1 _ 1", "1 _ 2"), ["batch 1 _ 1", "batch 1 _ 2"]),
        (("left", " right "), ["batch left", "batch right"]),
        (("PI-1", "PI-1", "PI-2"), ["batch 1", "batch 2", "batch 3"]),  # labels that tell no two apart
        (("PI-1", "pi-1"), ["batch 1", "batch 2"]),
        (("PI-1", ""), ["batch 1", "batch 2"]),
        (("PI-1",), ["batch"]),  # one specimen is the file's
    ],
)
def test_labels_of_the_file_name_its_specimens(labels: tuple[str, ...], names: list[str]) -> None:
    assert specimen_names("batch", labelled(*labels)) == names


@pytest.mark.parametrize(("data", "labels"), [(trapezium_beside(), "1 _ {}"), (bluehill(), "{}")])
def test_a_machine_s_own_labels_come_out(tmp_path: Path, data: bytes, labels: str) -> None:
    (tmp_path / "batch.csv").write_bytes(data)
    results = analyse_files("tensile", [tmp_path / "batch.csv"], SIZES, {}).results
    names = {f["at"]["specimen"] for f in results["findings"] if "specimen" in f["at"]}
    count = SPECIMENS if "_" in labels else 2
    assert names == {f"batch {labels.format(k + 1)}" for k in range(count)}
