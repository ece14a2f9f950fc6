"""Curves come out of the store as they went in."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np

from byssus.figure import Mark, Series
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
    assert (one.kind, one.lower, one.upper, one.marks) == ("", None, None, ())
    assert list(two.x) == ["PI", "<b>"]
    np.testing.assert_array_equal(two.y_error, bars["y_error"])
    assert len(three.y) == 0
    assert three.label == "empty"


def test_every_field_of_a_series_survives(tmp_path: Path) -> None:
    tau_s = np.array([1e-3, 1e-2, np.nan])
    marks = (Mark("tau1", 1e-3), Mark("window", 0.1, 0.2), Mark("80 %", 0.8, axis="y"))
    whole = Series(
        "relaxation", tau_s, tau_s * 2, "cycle 1", np.array([0.1, 0.2, 0.3]), {"cycle": 1}, "points",
        lower=tau_s - 1, upper=tau_s + 1, marks=(*marks, Mark("lost", math.nan)),
    )  # fmt: skip
    assert all(value for name, value in vars(whole).items() if not isinstance(value, np.ndarray)), "a field is untried"
    result = {"specimens": [{"name": "a", "series": [dict(vars(whole))]}], "errors": []}
    ((again,),) = unpack(Store(tmp_path).put("analyse", "k" * 64, *pack(result)))
    for field in dataclasses.fields(Series):
        if field.name == "marks":
            assert again.marks == marks  # one without a place has nothing to point at
        else:
            np.testing.assert_equal(getattr(again, field.name), getattr(whole, field.name))


def test_no_curves_at_all(tmp_path: Path) -> None:
    document, table = pack({"specimens": [{"name": "a", "series": []}], "errors": []})
    assert table is None
    assert unpack(Store(tmp_path).put("analyse", "k" * 64, document)) == [()]
