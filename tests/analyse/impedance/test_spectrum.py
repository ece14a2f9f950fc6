"""What no instrument measures is refused, and what numbers cannot follow ends with a reason."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from byssus.analyse.impedance import _posterior
from byssus.analyse.impedance._spectrum import checked
from byssus.analyse.impedance.technique import TECHNIQUE, analyse
from byssus.errors import AnalysisError
from byssus.trace import Source, Trace

FREQUENCY = np.geomspace(1e5, 1e-2, 36)
IMPEDANCE = 5 + 40 / (1 + 2j * np.pi * FREQUENCY * 1e-2)


@pytest.mark.parametrize(
    ("frequency_hz", "modulus_ohm", "said"),
    [
        (1e13, 1.0, "at this frequency"),
        (1e-10, 1.0, "at this frequency"),
        (1.0, 1e13, "of this size"),
        (1.0, 1e-13, "of this size"),
        (1.0, 1.7e308, "of this size"),
        (1.0, 1e-320, "of this size"),
    ],
)
def test_one_point_that_no_instrument_measures_is_named(frequency_hz: float, modulus_ohm: float, said: str) -> None:
    frequency, impedance = FREQUENCY.copy(), IMPEDANCE.copy()
    frequency[7], impedance[7] = frequency_hz, modulus_ohm * (1 + 1j)
    with pytest.raises(AnalysisError, match=said) as caught:
        checked(frequency, impedance)
    (problem,) = caught.value.problems
    assert "[7]" in problem.where
    assert "1 such of 36 points" in problem.got
    assert problem.expected
    assert problem.mend


def test_the_ends_of_what_is_measured_are_taken() -> None:
    frequency = np.array([1e12, 1e6, 1.0, 1e-6, 1e-9])
    impedance = np.array([1e-12, 1e-6, 1.0, 1e6, 1e12], dtype=complex)
    found, z, order = checked(frequency[::-1], impedance[::-1])
    np.testing.assert_array_equal(found, frequency)
    np.testing.assert_array_equal(z, impedance)
    np.testing.assert_array_equal(order, [4, 3, 2, 1, 0])


def test_a_hessian_that_no_lift_mends_has_no_factor() -> None:
    """It was lifted for ever."""
    with pytest.raises(AnalysisError, match="no distribution"):
        _posterior._factor(np.diag([1.0, -1.0, 1.0]))
    indefinite = np.diag([1.0, 2.0, 3.0]) + np.eye(3, k=1) * 1.5
    with np.errstate(all="raise"):
        assert np.all(np.isfinite(_posterior._factor(indefinite)))


def test_arcs_that_the_solver_gives_up_leave_the_rest_of_the_spectrum(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise ValueError("`x` is not within the trust region.")

    monkeypatch.setattr(optimize, "least_squares", give_up)
    columns = {
        "frequency_hz": FREQUENCY,
        "impedance_real_ohm": IMPEDANCE.real,
        "impedance_imaginary_ohm": IMPEDANCE.imag,
    }
    result = analyse(Trace(columns, Source("cell.mpt", "0" * 64, "test", 36)), TECHNIQUE.specimen("cell", {}))
    assert result.spectra[0].arcs is None
    assert "no series of arcs" in result.spectra[0].why_no_arcs
    (total,) = [f for f in TECHNIQUE.findings(result) if f.quantity == "polarisation_resistance"]
    assert total.value == pytest.approx(40, rel=0.02)
