"""Bounds of swelling along the share of lithium, as the page gets them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.simulate.electrode.test_confront import NAMES, QUICK, reported

from byssus.run.electrode_bounds import bounds_rows
from byssus.simulate.electrode.confront import confront


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    origins = [
        {"binder": "a", "quantity": "expansion_after_lithiation", "role": "result", "standard_uncertainty": 0.05},
        {"binder": "b", "quantity": "expansion_after_lithiation", "role": "result", "standard_uncertainty": 0.0},
        {"binder": "c", "quantity": "porosity", "role": "input", "standard_uncertainty": 0.03},
    ]
    return bounds_rows(confront(reported(), 1, **QUICK), origins)


def test_bounds_follow_their_equations_at_each_share(rows: list[dict[str, Any]]) -> None:
    """Half silicon by volume, 2.8 for Li15Si4: e_a = 1.4 x; porosities 0.23, 0.27, (0.25), 0.20 without spread."""
    assert [row["binder"] for row in rows] == list(NAMES)
    for row, porosity in zip(rows, (0.23, 0.27, None, 0.2), strict=True):
        along = row["by_share"]
        x = np.array(along["share"])
        assert (x[0], x[-1]) == (0, 1)
        np.testing.assert_allclose(along["affine"]["value"], 1.4 * x, atol=1e-12)
        if porosity is not None:
            np.testing.assert_allclose(along["pores_kept"]["value"], (1 - porosity) * 1.4 * x, atol=1e-12)
            filled = np.maximum(0, (1 - porosity) * (1 + 1.4 * x) - 1)
            np.testing.assert_allclose(along["pores_filled"]["value"], filled, atol=1e-12)
            assert along["pores_filled"]["lower"] == along["pores_filled"]["upper"]


def test_an_uncertain_porosity_widens_its_bounds(rows: list[dict[str, Any]]) -> None:
    along = rows[2]["by_share"]
    assert along["pores_kept"]["upper"][-1] - along["pores_kept"]["lower"][-1] > 0.02
    assert along["affine"]["upper"] == along["affine"]["lower"]


def test_the_model_lies_between_and_meets_itself_when_full(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        along, share = row["by_share"], row["lithium_share"]
        for end in ("lower", "value", "upper"):
            model = np.array(along["model"][end])
            assert np.all(model <= np.array(along["affine"]["upper"]) + 1e-12)
            assert np.all(model >= np.array(along["pores_filled"]["lower"]) - 1e-12)
        assert share[0] < share[1] < share[2] <= 1
        full = np.interp(share[1], along["share"], along["model"]["value"])
        assert full == pytest.approx(row["model"][1], abs=0.05)  # other draws of the same posterior


def test_uncertainty_of_what_was_reported_is_told_where_there_is_any(rows: list[dict[str, Any]]) -> None:
    assert [row["reported_uncertainty"] for row in rows] == [0.05, None, None, None]
    assert all(row["reported"][0] == row["reported"][1] > 0 for row in rows)
