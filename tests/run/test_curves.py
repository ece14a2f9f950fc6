"""Curves come out of the store as they went in."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np

from byssus.figure import Mark, Series
from byssus.run.curves import pack, unpack
from byssus.run.steps import _series_json
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
        picture=np.array([[0, 255], [7, 8], [1, 2]], dtype=np.uint8), extent_m=(2e-6, 3e-6),
    )  # fmt: skip
    assert all(value for name, value in vars(whole).items() if not isinstance(value, np.ndarray)), "a field is untried"
    result = {"specimens": [{"name": "a", "series": [dict(vars(whole))]}], "errors": []}
    ((again,),) = unpack(Store(tmp_path).put("analyse", "k" * 64, *pack(result)))
    for field in dataclasses.fields(Series):
        if field.name == "marks":
            assert again.marks == marks  # one without a place has nothing to point at
        else:
            np.testing.assert_equal(getattr(again, field.name), getattr(whole, field.name))


def test_pictures_with_and_without_lines_survive_between_other_curves(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (40, 30), dtype=np.uint8)
    none = np.empty(0)
    bare = Series("section", none, none, picture=grey, extent_m=(3e-6, 4e-6))
    turned = Series("section", none, none, picture=grey.T[::-1], extent_m=(4e-6, 3e-6))  # not contiguous
    edge = Series("section", np.array([0.0, 1e-6, np.nan]), np.array([1e-6, 2e-6, np.nan]), "top")
    names = Series("bars", np.array(["a"]), np.array([1.0]))
    whole = (edge, bare, names, turned)
    result = {"specimens": [{"name": "a", "series": [dict(vars(one)) for one in whole]}], "errors": []}
    stored = Store(tmp_path).put("analyse", "k" * 64, *pack(result))
    (again,) = unpack(stored)
    for before, after in zip(whole, again, strict=True):
        for field in dataclasses.fields(Series):
            np.testing.assert_equal(getattr(after, field.name), getattr(before, field.name))
    assert again[1].picture is not None
    assert again[1].picture.dtype == np.uint8
    assert len(json.dumps(stored.document)) < 1000  # the greys are not in it
    assert stored.arrays_path is not None
    assert stored.arrays_path.stat().st_size < 2 * grey.size + 6000


def test_a_step_hands_on_a_picture_no_larger_than_the_page_shows() -> None:
    grey = np.zeros((1000, 2000), dtype=np.uint8)
    one = Series("section", np.empty(0), np.empty(0), picture=grey, extent_m=(2e-6, 1e-6))
    handed = _series_json(one)
    assert handed["picture"].shape == (450, 900)
    assert handed["extent_m"] == (2e-6, 1e-6)
    assert _series_json(Series("x", np.zeros(1), np.zeros(1)))["picture"] is None


def test_no_curves_at_all(tmp_path: Path) -> None:
    document, table = pack({"specimens": [{"name": "a", "series": []}], "errors": []})
    assert table is None
    assert unpack(Store(tmp_path).put("analyse", "k" * 64, document)) == [()]
