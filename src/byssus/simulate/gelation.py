"""When a binder gels, and what network it makes: the recursive theory of Macosko and Miller.

A crosslinker of ``f`` arms, a share ``a`` of them reacted, ties chains of which a share ``q`` of the sites has reacted.
Tree-like: no ring of bonds within a finite part (:mod:`byssus.simulate.loops` corrects for the shortest).
Source: Macosko and Miller (1976), doi:10.1021/ma60050a003; Miller and Macosko (1976), doi:10.1021/ma60050a004.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from byssus.errors import Problem, StudyError
from byssus.simulate.chains import Ensemble

__all__ = ["HomoNetwork", "Network", "gel_point", "homopolymer", "homopolymer_gel_point", "network"]

STEPS = 200  # Newton's method needs some ten; near the gel point, where two roots meet, some thirty
SMALLEST = 1e-14  # relative change below which a root is found


@dataclass(frozen=True)
class HomoNetwork:
    """A network of one monomer whose arms react with one another (A_f).

    ``finite`` is the chance that an arm leads out into a finite part, ``sol`` the mass fraction of sol; ``joints[m]``
    the share of monomers with m arms into the gel; ``strands`` and ``cycle_rank`` are per monomer, of joints of three
    arms or more.
    """

    finite: float
    sol: float
    joints: tuple[float, ...]
    strands: float
    cycle_rank: float


@dataclass(frozen=True)
class Network:
    """A network of crosslinkers and chains.

    ``crosslinker_finite`` and ``chain_finite`` are the chances that an arm, and a site, leads out into a finite part;
    ``chain_sol`` and ``crosslinker_sol`` the mass fractions of each that are sol. ``joints[m]`` is the share of
    crosslinkers with m arms into the gel. ``strands`` (elastically effective) and ``cycle_rank`` (strands less their
    joints) are per chain; ``tied`` is the number of reacted sites of a chain.
    """

    crosslinker_finite: float
    chain_finite: float
    chain_sol: float
    crosslinker_sol: float
    joints: tuple[float, ...]
    strands: float
    cycle_rank: float
    tied: float


def homopolymer(arms: int, conversion: float) -> HomoNetwork:
    """A_f at a conversion: F = p F^(f-1) + 1 - p, sol F^f, joints of m arms C(f, m) F^(f-m) (1-F)^m."""
    _refuse(arms, conversion)
    finite = _least_root(
        lambda v: conversion * v ** (arms - 1) + 1 - conversion, lambda v: conversion * (arms - 1) * v ** (arms - 2)
    )
    joints = _joints(arms, 1 - finite)
    return HomoNetwork(
        finite,
        finite**arms,
        joints,
        sum(m * x for m, x in enumerate(joints) if m > 2) / 2,
        sum((m - 2) * x for m, x in enumerate(joints) if m > 2) / 2,
    )


def homopolymer_gel_point(arms: int) -> float:
    """The conversion at which A_f gels, 1/(f - 1); infinite for two arms, which make chains only."""
    _refuse(arms, 1.0)
    return math.inf if arms == 2 else 1 / (arms - 1)


def network(arms: int, conversion: float, chains: Ensemble, tied_share: float) -> Network:
    """The network at a conversion ``a`` of the arms, with a share ``q`` of the chains' sites tied.

    With v the chance that an arm's chain is finite beyond it, and u that a site's crosslinker is:
    u = (1 - a + a v)^(f-1), v = mean over sites of (1 - q + q u)^(N-1); for very many sites exp(-N q (1 - u)).
    """
    _refuse(arms, conversion, tied_share)
    a, q = conversion, tied_share

    def beyond_crosslinker(v: float) -> tuple[float, float]:
        out = 1 - a + a * v
        return out ** (arms - 1), (arms - 1) * a * out ** (arms - 2)

    def beyond_chain(u: float) -> tuple[float, float]:
        rate, slope = _rate(q, u, chains.exact)
        left, change = chains.by_site(rate)
        return left, change * slope

    def again(v: float) -> float:
        return beyond_chain(beyond_crosslinker(v)[0])[0]

    def slope(v: float) -> float:
        u, du = beyond_crosslinker(v)
        return beyond_chain(u)[1] * du

    v = _least_root(again, slope)
    u = beyond_crosslinker(v)[0]
    return _network(arms, a, chains, q, v, u)


def _network(arms: int, a: float, chains: Ensemble, q: float, v: float, u: float) -> Network:
    rate, _ = _rate(q, u, chains.exact)
    out = 1 - a + a * v
    joints = _joints(arms, a * (1 - v))
    strands, rank = _effective(joints, chains, q, u, v, rate)
    return Network(
        crosslinker_finite=out,
        chain_finite=1 - q + q * u,
        chain_sol=min(chains.by_mass(rate), 1.0),
        crosslinker_sol=out**arms,
        joints=joints,
        strands=strands,
        cycle_rank=rank,
        tied=q * chains.sites,
    )


def _effective(
    joints: tuple[float, ...], chains: Ensemble, q: float, u: float, v: float, rate: float
) -> tuple[float, float]:
    """Strands and cycle rank per chain, a strand being held at both ends by three ways into the gel or more.

    A chain with m sites tied to the gel has m - 1 strands. A crosslinker that ties but two ends of chains joins two
    strands into one. Source: Scanlan (1960), J. Polym. Sci. 43, 501; Case (1960), J. Polym. Sci. 45, 397.
    """
    into = q * (1 - u)  # the chance that a site is tied to the gel
    tied_once = into * chains.sites * v
    untied = chains.by_number(rate)
    holding = max(1 - untied - tied_once, 0.0)  # chains with two such sites or more
    ends = into * chains.sites - tied_once  # sites that carry, of chains that hold
    if v >= 1 or ends <= 0:
        return 0.0, 0.0
    carrying = sum(m * x for m, x in enumerate(joints) if m > 1)
    per_chain = ends / carrying if carrying else 0.0
    terminal = min(2 * holding / ends, 1.0)
    straight = joints[2] * terminal**2 * per_chain
    strands = ends - holding - straight
    joined = per_chain * sum(x for m, x in enumerate(joints) if m > 1) - straight
    return strands, strands - joined


def gel_point(arms: int, sites_per_arm: float, chains: Ensemble) -> float:
    """The conversion of the arms at which the network first exists, above 1 where it never does.

    (f - 1) a q g = 1, with q = a / sites_per_arm of all sites tied and g the other sites on a site's chain; infinite
    where more sites would have to be tied than there are.
    """
    _refuse(arms, 1.0)
    if not sites_per_arm > 0:
        raise StudyError(Problem("no such ratio", "sites per arm", f"{sites_per_arm:g}", "a number above 0"))
    g = chains.others
    point = math.sqrt(sites_per_arm / ((arms - 1) * g)) if g > 0 else math.inf
    return point if point <= sites_per_arm or point > 1 else math.inf


def _rate(q: float, u: float, exact: bool) -> tuple[float, float]:
    """The rate of :class:`Ensemble` at ``u``, and its slope in u.

    Where the rate is infinite no slope is given (0): Newton's step is then a plain one, which cannot pass the root.
    """
    if not exact:
        return q * (1 - u), -q
    left = 1 - q * (1 - u)
    return (-math.log(left), -q / left) if left > 0 else (math.inf, 0.0)


def _joints(arms: int, into: float) -> tuple[float, ...]:
    """The share of units with m arms into the gel, each with chance ``into``."""
    return tuple(math.comb(arms, m) * into**m * (1 - into) ** (arms - m) for m in range(arms + 1))


def _least_root(again: Callable[[float], float], slope: Callable[[float], float]) -> float:
    """The least fixed point in [0, 1] of a generating function, which is convex: Newton's steps from 0 rise to it."""
    if slope(1.0) <= 1:
        return 1.0
    v = 0.0
    for _ in range(STEPS):
        steep = 1 - slope(v)
        step = (again(v) - v) / steep if steep > 0 else 0.0
        if not step > SMALLEST * v and not (v == 0 and step > 0):
            break
        v = min(v + step, 1.0)
    return v


def _refuse(arms: int, *shares: float) -> None:
    problems = []
    if int(arms) != arms or arms < 2:
        problems.append(Problem("no such crosslinker", "arms", f"{arms:g}", "a whole number from 2"))
    problems += [
        Problem("no such share", name, f"{value:g}", "between 0 and 1")
        for name, value in zip(("conversion of the arms", "share of sites tied"), shares, strict=False)
        if not 0 <= value <= 1
    ]
    if problems:
        raise StudyError(*problems)
