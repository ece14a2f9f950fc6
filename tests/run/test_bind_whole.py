"""Contacts from the search to the shipped result, on an invented world whose energies are known in closed form.

H2 beside a helium atom: H2 is a spring about 1.4 bohr, the pair gains what a table says of its distance. What PySCF and
GFN2-xTB would do is put in place of them; everything between is the code as it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("pyscf", reason="the extra 'chemistry' is not installed")

import byssus.run.bench as bench_module
from byssus.compute.method import Method, PointEnergy
from byssus.compute.models import Contact
from byssus.compute.molecule import Geometry
from byssus.compute.relax_final import RelaxedPoint
from byssus.compute.search import Candidate
from byssus.findings import Finding
from byssus.laws.atomic import J_PER_MOL_PER_HARTREE
from byssus.run import bind_command
from byssus.run.bench import Bench
from byssus.run.binding import Bound, How, bind
from byssus.run.energies import Settings, energy_findings, looked_up
from byssus.run.executors import InlineExecutor
from byssus.run.jobs import JobStore
from byssus.run.progress import Progress
from byssus.run.relaxing import relaxed

H2, HE = "[H][H]", "[He]"
PAIR = Contact("H2 with He", "pair", "A", "", (H2, HE))
FREE, HELIUM, SPRING = -1.17, -2.9, 0.5  # hartree, hartree, hartree/bohr^2 (half of it is the curvature)
GAIN = {4.0: -0.020, 5.0: -0.012, 6.0: -0.004, 7.0: -0.001}  # hartree, by the distance of helium in bohr
LENT = {2: -0.0015, 1: -0.0005}  # hartree: what the ghosts of the other lower H2 and helium by
STUDY = """
title = "Helium"
[[binder]]
name = "A"
[[contact]]
name = "H2 with He"
binder = "A"
site = "hydroxyl"
reactants = ["[H][H]", "[He]"]
"""


def geometry(bond: float | None, apart: float | None) -> Geometry:
    """H2 of this length, or helium at this distance, or both."""
    places = [] if bond is None else [[0.0, 0.0, 0.0], [0.0, 0.0, bond]]
    places += [] if apart is None else [[apart, 0.0, 0.0]]
    numbers = [1] * (0 if bond is None else 2) + [2] * (0 if apart is None else 1)
    return Geometry(np.array(numbers), np.array(places))


def candidate(bond: float | None, apart: float | None, gfn2: float, contact: Any = None) -> dict[str, Any]:
    split = 2 if contact else 1 if bond is None else 2
    return Candidate(geometry(bond, apart), gfn2, gfn2, 0.0, split, contact, 1 if contact else 0).to_json()


FOUND = {
    (H2,): [candidate(1.5, None, -1.0), candidate(1.4, None, -0.999), candidate(1.6, None, -0.998)],
    (HE,): [candidate(None, 0.0, -2.0)],
    (H2, HE): [
        candidate(1.5, 7.0, -3.2, "hydrogen-bonded"), candidate(1.5, 6.0, -3.199, "hydrogen-bonded"),
        candidate(1.5, 5.0, -3.198, "hydrogen-bonded"), candidate(1.4, 4.0, -3.197, "stacked"),
    ],
}  # fmt: skip


def energy(where: Geometry, ghosts: list[int]) -> float:
    """In hartree: that of the atoms which are no ghosts."""
    real = [k for k in range(len(where)) if k not in ghosts]
    numbers, places = where.numbers[real], where.positions_bohr[real]
    hydrogen = places[numbers == 1]
    total = HELIUM * int((numbers == 2).sum())
    total += FREE + SPRING * (float(np.linalg.norm(hydrogen[0] - hydrogen[1])) - 1.4) ** 2 if len(hydrogen) else 0.0
    if len(real) == 3:
        total += GAIN[float(places[2, 0])]
    return total + (LENT[len(real)] if ghosts else 0.0)


def point_of(declaration: Mapping[str, Any]) -> PointEnergy:
    where, ghosts = Geometry.from_json(declaration["geometry"]), declaration["ghosts"]
    assert where.charge == 0
    rough = declaration["method"]["rough"]
    value = energy(where, ghosts) + (7.0 if rough else 0.0)
    levels = {} if rough or declaration["method"]["functional"] == "gfn2" else {3: value, 2: value + 1e-4 * len(where)}
    dispersion = {} if ghosts or rough else {"D4": -1e-3 * (len(where) == 3)}
    return PointEnergy(value, levels, dispersion)


def searched(declaration: Mapping[str, Any]) -> dict[str, Any]:
    return {"candidates": FOUND[tuple(declaration["smiles"])]}


def pointed(declaration: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    return {"point": point_of(declaration).to_json()}


def rested(declaration: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    """Relaxed, H2 is 1.4 bohr long and helium 5 bohr away."""
    there = Geometry.from_json(declaration["geometry"])
    ended = geometry(*{1: (None, 0.0), 2: (1.4, None), 3: (1.4, 5.0)}[len(there)])
    return {"relaxed": RelaxedPoint(ended, PointEnergy(energy(ended, [])), 0.0, 3).to_json()}


@pytest.fixture(autouse=True)
def invented(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, function in (("search_job", searched), ("point_job", pointed), ("relaxation_job", rested)):
        monkeypatch.setattr(bench_module, name, function)
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path / "energies"))


def bound(folder: Path, how: How, **more: Any) -> Bound:
    bench = Bench(JobStore(folder), lambda _calls: InlineExecutor(), Progress(quiet=True), **more)
    (found,) = relaxed(bind([PAIR], how, bench), how, bench)
    return found


def hartree(value: float | None) -> float:
    assert value is not None
    return value / J_PER_MOL_PER_HARTREE


def asked(folder: Path) -> Counter[tuple[str, bool, bool]]:
    """How many jobs of each kind were done, rough or not, among ghosts or not."""
    bodies = [json.loads(path.read_text()) for path in folder.glob("*/*.json")]
    return Counter(
        (
            body["kind"],
            bool(body["declaration"].get("method", {}).get("rough")),
            bool(body["declaration"].get("ghosts")),
        )
        for body in bodies
    )


def test_every_line_of_the_ledger_is_what_the_invented_world_says(tmp_path: Path) -> None:
    found = bound(tmp_path, How())
    first, stacked = found.ledgers
    assert found.problems == ()
    assert (first.held, stacked.held) == ("hydrogen-bonded", "stacked")
    made = first.ledger
    # in the pair H2 is 1.5 bohr long, which costs 0.5 x 0.1^2; alone its lowest is 1.4 long, though GFN2 has 1.5
    assert hartree(made.interaction) == pytest.approx(-0.012, abs=1e-12)
    assert hartree(made.deformation) == pytest.approx(0.005, abs=1e-12)
    assert hartree(made.binding) == pytest.approx(-0.007, abs=1e-12)
    assert hartree(made.parts_by_search) == pytest.approx(-0.012, abs=1e-12)
    assert hartree(made.counterpoise_interaction) == pytest.approx(-0.010, abs=1e-12)
    assert hartree(made.counterpoise_binding) == pytest.approx(-0.005, abs=1e-12)
    assert [hartree(one) for one in made.conformers] == pytest.approx([0.001], abs=1e-12)
    assert {g: hartree(e) for g, e in made.by_grid.items()} == pytest.approx({2: -0.007, 3: -0.007}, abs=1e-12)
    assert {t: hartree(e) for t, e in made.dispersion.items()} == pytest.approx({"D4": -0.001}, abs=1e-12)
    assert hartree(made.relaxed) == pytest.approx(-0.012, abs=1e-12)
    assert hartree(stacked.ledger.binding) == pytest.approx(-0.020, abs=1e-12)
    assert hartree(stacked.ledger.deformation) == pytest.approx(0.0, abs=1e-12)


def test_only_what_is_worth_it_is_computed(tmp_path: Path) -> None:
    """Three of H2 and four pairs get a rough energy; two of each and the stacked pair the final one; then the parts."""
    bound(tmp_path, How(counterpoise="first"))
    rough, final = ("point", True, False), ("point", False, False)
    done = asked(tmp_path)
    assert (done["search", False, False], done[rough]) == (3, 3 + 4)
    # two of H2 by the rough order, GFN2's own lowest among them; helium; three pairs; both parts as they stand in two
    assert done[final] == 2 + 1 + 3 + 4
    assert done["point", False, True] == 2
    assert done["relaxation", False, False] == 3
    bound(tmp_path, How(counterpoise="everywhere"))
    assert asked(tmp_path)["point", False, True] == 4


def test_what_is_stored_needs_no_computing_and_says_the_same(tmp_path: Path) -> None:
    first = bound(tmp_path, How())
    again = bound(tmp_path, How(), may=False)
    assert [one.ledger for one in again.ledgers] == [one.ledger for one in first.ledgers]
    assert set(again.origins) == {"stored"}


def test_a_relaxed_line_is_shown_where_it_is_there_and_never_missed(tmp_path: Path) -> None:
    unasked = Settings(Method(), store=tmp_path)
    bind([PAIR], How(), Bench(JobStore(tmp_path), lambda _calls: InlineExecutor(), Progress(quiet=True)))
    ((before,), left) = looked_up([PAIR], unasked)
    assert (before.ledgers[0].ledger.relaxed, before.ledgers[0].ledger.unrelaxed, left) == (None, "", [])
    bound(tmp_path, How())
    ((after,), left) = looked_up([PAIR], unasked)
    assert hartree(after.ledgers[0].ledger.relaxed) == pytest.approx(-0.012, abs=1e-12)
    assert left == []


def test_how_molecules_are_written_does_not_change_what_is_computed() -> None:
    by_hand = bind_command._by_hand(bind_command.Wanted(pair=("OCC", "[OH2]")))
    assert (by_hand.name, by_hand.kind, by_hand.reactants) == ("OCC with [OH2]", "pair", ("CCO", "O"))
    assert bind_command._by_hand(bind_command.Wanted(pair=("O", "[Na+]"))).kind == "ion"
    opened = bind_command._by_hand(bind_command.Wanted(reactants=("O1CC1", "[OH2]"), product="C(O)CO"))
    assert (opened.kind, opened.reactants, opened.product) == ("ring_opening", ("C1CO1", "O"), "OCCO")


def named(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def ship(study: Path, method: Method, level: Any, seed: int = 0) -> set[str]:
    wanted = bind_command.Wanted(study=study, recompute=True, ship=True)
    assert bind_command.bind(wanted, Settings(method, level, seed, jobs=1), as_json=False) == 0
    return named(study / "computed")


def test_shipping_one_level_leaves_what_the_other_levels_ask_for(tmp_path: Path) -> None:
    study = tmp_path / "study"
    study.mkdir()
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    whole = ship(study, Method(), "full")
    kinds = Counter(name.split("-")[0] for name in whole)
    assert kinds == {"search": 3, "point": 7 + 10 + 4, "relaxation": 3, "chemistry": 2}
    assert ship(study, Method(), "default") == whole
    quick = ship(study, Method("gfn2"), "default")
    assert whole < quick
    assert Counter(name.split("-")[0] for name in quick - whole) == {"quick": 8 + 2}
    assert quick < ship(study, Method("gfn2"), "default", seed=1)
    shown = json.loads((study / "computed" / "chemistry-full.json").read_text(encoding="utf-8"))
    rows = {row["quantity"]: row["value"] for row in shown["chemistry"]["findings"] if "held" not in row["at"]}
    assert hartree(rows["binding_energy_relaxed"]) == pytest.approx(-0.012, abs=1e-12)


def test_what_failed_on_the_way_is_told_of_the_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest pair has no final energy: the number is that of the next, and does not pass for sound."""

    def failing(declaration: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        where = Geometry.from_json(declaration["geometry"])
        if len(where) == 3 and where.positions_bohr[2, 0] == 5.0 and not declaration["method"]["rough"]:
            return {"problems": [{"what": "the field did not converge"}]}
        return pointed(declaration, **more)

    assert told(bound(tmp_path / "sound", How()))["binding_energy"].status == "ok"
    monkeypatch.setattr(bench_module, "point_job", failing)
    found = told(bound(tmp_path / "failing", How()))["binding_energy"]
    assert hartree(found.value) == pytest.approx(-0.004 + 0.005, abs=1e-12)
    assert found.status == "warned"
    assert "could not be computed: the field did not converge" in found.remarks[-1]


def test_a_part_that_failed_in_its_complex_leaves_the_formulas_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(declaration: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        apart = len(declaration["geometry"]["numbers"]) == 2 and not declaration["grids"]
        if apart and not declaration["method"]["rough"]:
            return {"problems": [{"what": "the field did not converge"}]}
        return pointed(declaration, **more)

    monkeypatch.setattr(bench_module, "point_job", failing)
    found = bound(tmp_path, How())
    made = found.ledgers[0].ledger
    assert hartree(made.binding) == pytest.approx(-0.007, abs=1e-12)
    assert (made.deformation, made.interaction, made.counterpoise_binding) == (None, None, None)
    assert told(found)["binding_energy"].status == "warned"


def test_what_lacks_one_rough_energy_chooses_nothing(tmp_path: Path) -> None:
    """What still waits may be the lowest."""
    bound(tmp_path, How())
    rough = [path for path in tmp_path.glob("*/*.json") if '"rough": true' in path.read_text()]
    assert len(rough) == 7
    rough[0].unlink()
    found = bound(tmp_path, How(), may=False)
    assert found.ledgers == ()
    assert {p.what for p in found.problems} == {"not computed yet"}


def told(found: Bound) -> dict[str, Finding]:
    return {one.quantity: one for one in energy_findings([found]) if "held" not in one.at}
