"""The fit of core levels against an exact truth: fractions, their scatter beside its bound, covariance, links."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import erf

from byssus.analyse.xps._components import parse_components
from byssus.analyse.xps._fit import fit, information
from byssus.analyse.xps._lines import doniach, line, pseudo_voigt
from byssus.analyse.xps._model import Spectrum, evaluate, operator
from byssus.analyse.xps._regions import Measured, net_area
from byssus.analyse.xps._result import Quantification, RegionFit, atomic_fractions, fit_regions
from byssus.analyse.xps._setup import Freedom, prepare
from byssus.errors import AnalysisError

ENERGY = np.round(280 + 0.1 * np.arange(161), 10)
LINES = ((284.8, 1.2, 4000), (286.4, 1.3, 2500), (288.7, 1.3, 1200), (290.1, 1.2, 1800), (292.0, 1.3, 500))
FRACTIONS = np.array([0.40, 0.25, 0.12, 0.18, 0.05])
MIXING = 0.15
TEXT = "C 1s: " + "; ".join(f"{name} at={at} within=0.6" for name, (at, _, _) in zip("abcde", LINES, strict=True))


def truth() -> NDArray[np.float64]:
    """300 + 0.04 times the running area, and the lines: the running areas in closed form, as the code has them not."""
    total = np.full(len(ENERGY), 300.0)
    for position, width, area in LINES:
        u = (ENERGY - position) / width
        gauss = 2 / width * np.sqrt(np.log(2) / np.pi) * np.exp(-4 * np.log(2) * u * u)
        lorentz = 2 / np.pi / width / (1 + 4 * u * u)
        total += area * (MIXING * lorentz + (1 - MIXING) * gauss)
        below = MIXING * (np.arctan(2 * u) / np.pi + 0.5) + (1 - MIXING) * 0.5 * (1 + erf(2 * np.sqrt(np.log(2)) * u))
        total += 0.04 * area * below
    return total


def measured(counts: NDArray[np.float64], name: str = "C 1s", counted: bool = True) -> Measured:
    energy = ENERGY if name == "C 1s" else ENERGY + 400
    return Measured(name, name, energy, counts, counted, 1486.6, None)


def fitted(counts: NDArray[np.float64], freedom: Freedom, text: str = TEXT) -> RegionFit:
    (one,) = fit_regions([measured(counts)], parse_components(text, ["C 1s"]), "shirley", freedom, Quantification())
    return one


FREE = Freedom(mixing=MIXING)
FIXED = Freedom(positions="fixed", mixing=MIXING)


@pytest.mark.parametrize("freedom", [FREE, FIXED])
def test_exact_without_noise(freedom: Freedom) -> None:
    found = fitted(truth(), freedom)
    assert found.converged
    np.testing.assert_allclose(found.fractions, FRACTIONS, atol=2e-5)
    np.testing.assert_allclose(found.positions_ev, [p for p, _, _ in LINES], atol=2e-4)
    np.testing.assert_allclose(found.widths_ev, [w for _, w, _ in LINES], atol=2e-4)


@pytest.mark.parametrize(("freedom", "bound_points", "free"), [(FREE, 0.52, 17), (FIXED, 0.27, 12)])
def test_scatter_reaches_the_bound(freedom: Freedom, bound_points: float, free: int) -> None:
    """20 seeds of Poisson noise: rms of the five fractions over the bound of Cramer and Rao at most 1.15.

    Free are the background's level and loss, and of each line area and width, and its position unless fixed.
    """
    exact = fitted(truth(), freedom)
    assert len(exact.free) == free
    # the model's own covariance at the truth, without the factor of the scatter, is the bound
    bound = np.sqrt(np.mean(np.diag(exact.fraction_covariance)))
    assert 100 * bound == pytest.approx(bound_points, abs=0.005)
    seeds = [fitted(np.random.default_rng(seed).poisson(truth()).astype(float), freedom) for seed in range(20)]
    rms = np.sqrt(np.mean([(one.fractions - FRACTIONS) ** 2 for one in seeds]))
    assert rms / bound <= 1.15
    assert rms / bound > 0.7  # less would be a scatter that is none
    assert all(one.converged for one in seeds)


def test_uncertainties_are_those_of_repeats() -> None:
    many = [fitted(np.random.default_rng(seed).poisson(truth()).astype(float), FIXED) for seed in range(100, 180)]
    spread = np.std([one.fractions for one in many], axis=0, ddof=1)
    stated = np.mean([np.sqrt(np.diag(one.fraction_covariance)) for one in many], axis=0)
    np.testing.assert_allclose(spread / stated, 1.0, atol=0.3)  # 80 repeats: 8 %, and the worst of five
    pulls = np.array([(one.fractions - FRACTIONS) / np.sqrt(np.diag(one.fraction_covariance)) for one in many])
    assert abs(pulls.mean()) < 4 / np.sqrt(80)


def test_derivatives_are_those_of_the_model() -> None:
    components = parse_components("C 1s: a at=284.8; b at=286 tail=0.1; c at=290 split=1 ratio=0.5", ["C 1s"])
    for kind in ("shirley", "linear", "tougaard", "shirley and linear"):
        spectrum = Spectrum("C 1s", ENERGY, truth(), kind)
        ready = prepare([spectrum], components, Freedom(mix="one a region"), {})
        free = ready.start.copy()
        if kind == "tougaard":
            free[ready.layout.names.index("C 1s loss")] = 500.0
        mean, slope = evaluate([spectrum], [operator(spectrum)], ready.layout, free)
        for j in range(len(free)):
            step = 1e-5 * max(abs(free[j]), 1.0)
            up, down = free.copy(), free.copy()
            up[j] += step
            down[j] -= step
            ends = [evaluate([spectrum], [operator(spectrum)], ready.layout, x)[0] for x in (up, down)]
            np.testing.assert_allclose(
                slope[:, j], (ends[0] - ends[1]) / (2 * step), rtol=2e-4, atol=1e-3 * np.abs(slope[:, j]).max()
            )
        assert np.isfinite(mean).all()


def test_areas_of_lines() -> None:
    wide = np.linspace(-4000, 4000, 800001)
    assert np.trapezoid(pseudo_voigt(wide, 0.0, 1.3, 0.4)[0], wide) == pytest.approx(1.0, abs=2e-4)
    value = pseudo_voigt(np.array([-0.65, 0.0, 0.65]), 0.0, 1.3, 0.4)[0]
    np.testing.assert_allclose(value[[0, 2]] / value[1], 0.5)
    near = np.linspace(-10, 10, 4001)
    asymmetric = doniach(near, 0.0, 1.2, 0.5, 0.15)
    assert np.trapezoid(asymmetric, near) == pytest.approx(1.0, abs=0.01)
    assert asymmetric[near > 2].sum() > 1.5 * asymmetric[near < -2].sum()  # the tail is at higher binding energy
    # without asymmetry a Lorentzian broadened by a Gaussian: symmetric
    even = doniach(near, 0.0, 1.2, 0.5, 0.0)
    np.testing.assert_allclose(even, even[::-1], rtol=1e-9)
    assert line(near, np.array([0.0, 1.2, 0.5, 0.0]), False)[1].shape == (4001, 4)


def test_other_backgrounds_give_their_truth() -> None:
    clean = sum(a * pseudo_voigt(ENERGY, p, w, MIXING)[0] for p, w, a in LINES)
    # Tougaard's convolution, written out: B sum_k A_k int L_k(E - x) x / (1643 + x^2)^2 dx, line by line on a fine grid
    x = np.linspace(0.0, 40.0, 16001)
    kernel = x / (1643.0 + x * x) ** 2
    lost = [
        sum(a * np.trapezoid(kernel * pseudo_voigt(e - x, p, w, MIXING)[0], x) for p, w, a in LINES) for e in ENERGY
    ]
    for kind, background, close in (
        ("linear", 300 + 12 * (ENERGY - ENERGY[0]), 1e-4),
        ("tougaard", 300 + 1500 * np.array(lost), 2e-4),
    ):
        components = parse_components(TEXT, ["C 1s"])
        (found,) = fit_regions([measured(background + clean)], components, kind, FREE, Quantification())
        np.testing.assert_allclose(found.fractions, FRACTIONS, atol=close)
        assert found.background_kind == kind


@pytest.mark.parametrize("mixing", [1.0, 0.5, 0.1])
def test_the_asymmetric_line_is_doniach_and_sunjics(mixing: float) -> None:
    """cos(pi a/2 + (1 - a) atan(x/g)) / (x^2 + g^2)^((1 - a)/2) on x = E0 - E, broadened, of area one within 10 eV."""
    alpha, fwhm, at = 0.12, 1.0, 71.1
    g, s = 0.5 * fwhm * mixing, fwhm * (1 - mixing) / (2 * np.sqrt(2 * np.log(2)))
    step = 0.002
    fine = np.arange(-40.0, 40.0 + step / 2, step)
    bare = np.cos(np.pi * alpha / 2 + (1 - alpha) * np.arctan(-fine / g)) / (fine**2 + g**2) ** ((1 - alpha) / 2)
    bare /= np.trapezoid(bare[np.abs(fine) <= 10], fine[np.abs(fine) <= 10])
    if s > 0:
        gauss = np.exp(-0.5 * (step * np.arange(-1600, 1601) / s) ** 2)
        bare = np.convolve(bare, gauss / gauss.sum(), mode="same")
    energy = np.arange(66.0, 79.0, 0.05)
    np.testing.assert_allclose(doniach(energy, at, fwhm, mixing, alpha), np.interp(energy - at, fine, bare), rtol=2e-3)


def test_an_asymmetric_line_is_fitted() -> None:
    energy = np.round(66 + 0.05 * np.arange(261), 10)
    clean = 200 + 5000 * doniach(energy, 71.1, 0.9, 0.6, 0.1) + 3750 * doniach(energy, 74.43, 0.9, 0.6, 0.1)
    region = Measured("Pt 4f", "Pt 4f", energy, clean, True, 1486.6, None)
    text = "Pt 4f: Pt at=71.0 within=0.5 fwhm=1.2 mix=0.6 tail=0.1 split=3.33 ratio=0.75"
    (found,) = fit_regions([region], parse_components(text, ["Pt 4f"]), "linear", Freedom(), Quantification())
    assert found.areas[0] == pytest.approx(8750, rel=1e-3)
    assert found.positions_ev[0] == pytest.approx(71.1, abs=1e-3)
    assert found.widths_ev[0] == pytest.approx(0.9, abs=2e-3)


def test_a_doublet_and_links() -> None:
    """Si 2p: partner at 0.63 eV of half the area; a second component tied by distance, area and width."""
    energy = np.round(95 + 0.05 * np.arange(261), 10)
    clean = np.full(len(energy), 200.0)
    for position, area in ((99.3, 3000.0), (103.4, 1200.0)):
        for shift, ratio in ((0.0, 1.0), (0.63, 0.5)):
            clean = clean + ratio * area * pseudo_voigt(energy, position + shift, 0.9, 0.3)[0]
    region = Measured("Si 2p", "Si 2p", energy, clean, True, 1486.6, None)
    text = "Si 2p: Si; SiO2 of=Si shift=4.1 area=0.4 fwhm=same"
    (found,) = fit_regions([region], parse_components(text, ["Si 2p"]), "shirley", Freedom(), Quantification())
    np.testing.assert_allclose(found.areas, [4500, 1800], rtol=1e-4)
    np.testing.assert_allclose(found.positions_ev, [99.3, 103.4], atol=1e-4)
    assert len(found.free) == 5  # level, loss, area, position, width


def test_a_link_across_regions_by_atoms() -> None:
    """CF2 has two F: F 1s area = 2 C 1s area times the factors; fitted together they are the better known."""
    how = Quantification({"C 1s": 1.0, "F 1s": 4.43}, escape_exponent=0.0)
    carbon = 400 + sum(a * pseudo_voigt(ENERGY, p, 1.3, 0.3)[0] for p, a in ((284.8, 4000.0), (290.7, 300.0)))
    fluorine = 400 + sum(a * pseudo_voigt(ENERGY + 400, p, 1.6, 0.3)[0] for p, a in ((685.0, 5000.0), (688.0, 2658.0)))
    rng = np.random.default_rng(5)
    regions = [measured(rng.poisson(carbon).astype(float)), measured(rng.poisson(fluorine).astype(float), "F 1s")]
    linked = parse_components("C 1s: C-C; CF2; F 1s: LiF; C-F of=C 1s:CF2 atoms=2", ["C 1s", "F 1s"])
    alone = parse_components("C 1s: C-C; CF2; F 1s: LiF; C-F", ["C 1s", "F 1s"])
    first, second = fit_regions(regions, linked, "shirley", Freedom(), how)
    free, _ = fit_regions(regions, alone, "shirley", Freedom(), how)
    assert second.areas[1] == pytest.approx(2 * 4.43 * first.areas[1])
    assert first.area_covariance[1, 1] < free.area_covariance[1, 1]
    assert first.areas[1] == pytest.approx(300, abs=4 * np.sqrt(first.area_covariance[1, 1]))


def test_properties_scale_and_order() -> None:
    base = fitted(truth(), FREE)
    scaled = fitted(9 * truth(), FREE)
    np.testing.assert_allclose(scaled.fractions, base.fractions, atol=1e-4)
    # nine times the counts are a third of the uncertainty
    np.testing.assert_allclose(np.diag(scaled.fraction_covariance), np.diag(base.fraction_covariance) / 9, rtol=0.01)
    turned = fitted(truth(), FREE, TEXT.replace("C 1s: a at=284.8 within=0.6; ", "C 1s: ") + "; a at=284.8 within=0.6")
    np.testing.assert_allclose(np.roll(turned.fractions, 1), base.fractions, atol=1e-5)
    np.testing.assert_allclose(base.fraction_covariance.sum(axis=0), 0, atol=1e-9)  # fractions add up to one


def test_a_rate_takes_its_noise_from_the_fit() -> None:
    counts = np.random.default_rng(3).poisson(truth()).astype(float)
    (known,) = fit_regions([measured(counts)], parse_components(TEXT, ["C 1s"]), "shirley", FIXED, Quantification())
    (rate,) = fit_regions(
        [measured(counts / 7, counted=False)], parse_components(TEXT, ["C 1s"]), "shirley", FIXED, Quantification()
    )
    np.testing.assert_allclose(rate.fractions, known.fractions, atol=1e-4)
    np.testing.assert_allclose(np.diag(rate.fraction_covariance), np.diag(known.fraction_covariance), rtol=0.2)


def test_nothing_there_is_told() -> None:
    flat = np.random.default_rng(1).poisson(np.full(161, 300.0)).astype(float)
    found = fitted(flat, FIXED)
    assert np.all(found.areas < 4 * np.sqrt(np.diag(found.area_covariance)))


def test_atomic_fractions_of_a_made_sample() -> None:
    how = Quantification({"C 1s": 1.0, "F 1s": 4.43}, escape_exponent=0.5)
    kinetic = [1486.6 - np.mean(ENERGY), 1486.6 - np.mean(ENERGY + 400)]
    atoms = (3.0, 1.0)
    regions = [
        measured(300 + 1000 * n * s * k**0.5 / 30 * pseudo_voigt(e, p, 1.3, 0.0)[0], name)
        for n, s, k, e, p, name in (
            (atoms[0], 1.0, kinetic[0], ENERGY, 288.0, "C 1s"),
            (atoms[1], 4.43, kinetic[1], ENERGY + 400, 688.0, "F 1s"),
        )
    ]
    found = atomic_fractions(fit_regions(regions, (), "shirley", Freedom(), how), how)
    assert found is not None
    np.testing.assert_allclose(found.fractions, [0.75, 0.25], atol=1e-6)
    assert found.elements == ("C", "F")
    assert found.covariance[0, 1] == pytest.approx(-found.covariance[0, 0])


def test_net_area_of_a_step() -> None:
    clean = sum(a * pseudo_voigt(ENERGY, p, w, 0.0)[0] for p, w, a in LINES)
    running = np.concatenate(([0.0], np.cumsum(0.05 * (clean[1:] + clean[:-1]))))
    area, u, _ = net_area(ENERGY, 300 + clean + 0.04 * running)
    assert area == pytest.approx(10000, rel=1e-4)
    assert u == pytest.approx(0.1 * np.sqrt(np.sum(300 + clean + 0.04 * running)), rel=0.01)


def test_information_is_that_of_counts() -> None:
    """One level alone: the variance of a mean of n counts is that of the mean over n."""
    spectrum = Spectrum("C 1s", ENERGY, np.full(161, 400.0), "linear")
    ready = prepare([spectrum], (), Freedom(), {})
    mean, slope = evaluate([spectrum], [None], ready.layout, np.array([400.0, 0.0]))
    assert information(mean, slope)[0, 0] == pytest.approx(161 / 400)
    assert fit([spectrum], ready.layout, np.array([1.0, 0.0])).free[0] == pytest.approx(400.0, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("C 1s: nobody", "without position"),
        ("a at=284", "without a region"),
        ("C 1s: a at=x", "not a number"),
        ("C 1s: C-C; C-C", "named twice"),
        ("C 1s: C-C of=O-O shift=1", "linked to none"),
        ("C 1s: a at=284 mix=2", "out of its range"),
    ],
)
def test_components_that_cannot_be_read(text: str, what: str) -> None:
    with pytest.raises(AnalysisError, match=what):
        parse_components(text, ["C 1s", "F 1s"])


def test_components_linked_in_a_circle() -> None:
    components = parse_components("C 1s: a of=b shift=1; b of=a shift=-1", ["C 1s"])
    with pytest.raises(AnalysisError, match="circle"):
        prepare([Spectrum("C 1s", ENERGY, truth())], components, Freedom(), {})
