"""Curves come out of the store as they went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from byssus.run.curves import pack, unpack
from byssus.run.store import Store


def test_round_trip(tmp_path: Path) -> None:
    first = {
        "figure": "curve",
        "x": np.array([0.1, 1 / 3, np.nan]),
        "y": np.array([1.0, -0.0, np.inf]),
        "y_error": None,
        "label": "specimen 1",
        "at": {"cycle": np.int64(3)},
    }
    bars = {**first, "x": np.array(["PI", "<b>"]), "y": np.array([1.0, 2.0]), "y_error": np.array([0.1, np.nan])}
    nothing = {**first, "x": np.array([]), "y": np.array([]), "label": "empty"}
    result = {"specimens": [{"name": "a", "series": [first, bars]}, {"name": "b", "series": [nothing]}], "errors": []}
    store = Store(tmp_path)
    store.put("analyse", "k" * 64, *pack(result))
    entry = store.get("analyse", "k" * 64)
    assert entry is not None
    (one, two), (three,) = unpack(entry)
    np.testing.assert_array_equal(one.x, first["x"])
    np.testing.assert_array_equal(one.y, first["y"])
    assert one.y_error is None
    assert one.at == {"cycle": 3}
    assert list(two.x) == ["PI", "<b>"]
    np.testing.assert_array_equal(two.y_error, bars["y_error"])
    assert len(three.y) == 0
    assert three.label == "empty"


def test_no_curves_at_all(tmp_path: Path) -> None:
    document, table = pack({"specimens": [{"name": "a", "series": []}], "errors": []})
    assert table is None
    assert unpack(Store(tmp_path).put("analyse", "k" * 64, document)) == [()]
