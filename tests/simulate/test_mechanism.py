"""Verdicts on glass transitions whose cause is known."""

from __future__ import annotations

import numpy as np
import pytest

from byssus.simulate.mechanism import Softening, explain, explain_modulus, needed_shares, predict
from byssus.simulate.parameters import ASSUMED, draw_assumptions


def _certain(**changed: float) -> dict[str, np.ndarray]:
    values = {name: one.value for name, one in ASSUMED.items()}
    return {name: np.full(3, value) for name, value in (values | changed).items()}


def _film(blocked: float, diluent: float = 0.0, tied: float = 0.0) -> Softening:
    return Softening(680.0, np.full(3, blocked), np.full(3, diluent), np.full(3, tied))


@pytest.mark.parametrize("equation", ["Fox", "Couchman-Karasz"])
def test_the_multiplier_brings_the_prediction_to_the_printed_number(equation: str) -> None:
    assumed = _certain()
    truth = predict(_film(0.06, 0.01, 0.05), assumed, equation)[0]
    found = explain(_film(0.02, 0.01, 0.05), truth, assumed, equation)
    assert found.multiplier[0] == pytest.approx(3.0, rel=1e-9)
    assert found.word == "explained only with a multiplier"
    assert found.most == pytest.approx(50.0)


def test_open_units_in_equal_parts_by_hand() -> None:
    """1/T = 0.5/680 + 0.5/430, and 39 K for a mole of ties per kg."""
    assumed = _certain()
    assert predict(_film(0.5, tied=1.0), assumed, "Fox")[0] == pytest.approx(1 / (0.5 / 680 + 0.5 / 430) + 39.0)
    assert predict(_film(0.0), assumed, "Couchman-Karasz")[0] == pytest.approx(680.0)


def test_chains_all_open_in_as_much_crosslinker_by_hand() -> None:
    """Shares of mass sum to 1: half open units (430 K), half crosslinker (215 K), and nothing of the closed chain."""
    assumed, film = _certain(), _film(1.0, diluent=0.5)
    assert predict(film, assumed, "Fox")[0] == pytest.approx(1 / (0.5 / 430 + 0.5 / 215))
    assert predict(film, assumed, "Couchman-Karasz")[0] == pytest.approx(np.sqrt(430 * 215))  # steps of heat alike


def test_fewer_open_rings_than_the_ceiling_explain_too() -> None:
    """What the crosslinker can block is the most it can: a fall that needs less is no puzzle."""
    printed = 1 / (0.8 / 680 + 0.2 / 430)
    found = explain(_film(0.5), printed, _certain(), "Fox")
    assert (found.word, found.in_part) == ("explained", True)
    assert found.multiplier[0] == pytest.approx(0.4)
    needs_more = explain(_film(0.1), printed, _certain(), "Fox")
    assert (needs_more.word, needs_more.in_part) == ("explained only with a multiplier", False)


def test_words() -> None:
    assumed = draw_assumptions(400, 1)
    film = Softening(680.0, np.full(400, 0.012), np.zeros(400), np.full(400, 0.06))
    own = float(predict(film, assumed, "Fox")[0])
    assert explain(film, own, assumed, "Fox").word == "explained"
    assert explain(film, 655.0, assumed, "Fox").word == "explained only with a multiplier"
    assert explain(film, 300.0, assumed, "Fox").word == "not explained"  # below what all rings open would give
    assert explain(film, 720.0, assumed, "Fox").word == "not explained"  # open units never stiffen
    none = Softening(680.0, np.zeros(400), np.zeros(400), np.zeros(400))
    assert explain(none, 655.0, assumed, "Fox").word == "not explained"


def test_a_rubbery_modulus_between_phantom_and_affine_is_explained() -> None:
    phantom, affine = (1.0, 0.8, 1.2), (2.0, 1.6, 2.4)
    assert explain_modulus(phantom, affine, (2.3, 2.3, 2.3)) == ("explained", 1.0)
    assert explain_modulus(phantom, affine, (5.0, 5.0, 5.0)) == ("explained only with a multiplier", 2.5)
    assert explain_modulus(phantom, affine, (0.5, 0.5, 0.5)) == ("explained only with a multiplier", 0.5)
    assert explain_modulus((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)) == ("not explained", np.inf)


def test_rivals_by_hand() -> None:
    """w = (1/T - 1/Tr) / (1/Ti - 1/Tr)."""
    found = needed_shares(680.0, 650.0, _certain(step_ratio=1.0))
    assert found["solvent"][0] == pytest.approx((1 / 650 - 1 / 680) / (1 / 150 - 1 / 680))
    assert found["amic acid units"][0] > found["crosslinker as a diluent"][0] > found["solvent"][0]
    for value, low, high in needed_shares(680.0, 650.0, draw_assumptions(300, 2)).values():
        assert low <= value <= high


def test_assumptions_lie_in_their_bands_and_follow_the_seed() -> None:
    drawn, again = draw_assumptions(500, 3), draw_assumptions(500, 3)
    for name, one in ASSUMED.items():
        assert one.low <= one.value <= one.high
        assert one.source
        assert one.kind in ("literature", "analogue", "assumption")
        assert drawn[name][0] == one.value
        assert drawn[name].min() >= one.low
        assert drawn[name].max() <= one.high
        assert np.array_equal(drawn[name], again[name])
