"""Contacts from jobs that are there, half there, or failed; nothing here computes an energy by a functional."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("rdkit", reason="the extra 'chemistry' is not installed")
pytest.importorskip("tblite", reason="the extra 'chemistry' is not installed")

import byssus.run.binding as module
from byssus.compute.models import Contact
from byssus.compute.molecule import Geometry
from byssus.compute.search import Candidate
from byssus.compute.single_point import Method, PointEnergy
from byssus.run.bench import Bench
from byssus.run.binding import How, bind
from byssus.run.executors import Call, InlineExecutor
from byssus.run.jobs import Job, JobStore, Kept
from byssus.run.progress import Progress

WATERS = Contact("water with water", "pair", "PI", "", ("O", "O"))
QUICK = How(Method("gfn2"))


def bench(folder: Path, **more: Any) -> Bench:
    return Bench(JobStore(folder), lambda _calls: InlineExecutor(), Progress(quiet=True), **more)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which two waters are bound at the quick level."""
    folder = tmp_path_factory.mktemp("energies")
    (found,) = bind([WATERS], QUICK, bench(folder))
    assert found.problems == ()
    return folder


def test_two_waters_are_held_by_one_hydrogen_bond(done: Path) -> None:
    """GFN2-xTB binds the water dimer by about 5 kcal/mol (reference 4.9, doi:10.1021/acs.jctc.8b01176)."""
    (found,) = bind([WATERS], QUICK, bench(done, may=False))
    made = found.ledgers[0].ledger
    assert (made.contact, made.hydrogen_bonds) == ("hydrogen-bonded", 1)
    assert -6.5 < made.binding / 4184 < -3.5
    assert set(found.origins) == {"stored"}


def test_nothing_is_computed_where_it_may_not_be(tmp_path: Path) -> None:
    (found,) = bind([WATERS], QUICK, bench(tmp_path, may=False))
    assert found.ledgers == ()
    assert [p.what for p in found.problems] == ["not computed yet"]


def test_what_is_half_done_is_not_told(done: Path, tmp_path: Path) -> None:
    """The point that is missing may be that of the lowest geometry."""
    copied = [path for path in sorted(done.glob("*/*.json")) if '"kind": "search"' in path.read_text()]
    points = [path for path in sorted(done.glob("*/*.json")) if path not in copied]
    for path in [*copied, *points[:1]]:
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    (found,) = bind([WATERS], QUICK, bench(tmp_path, may=False))
    assert found.ledgers == ()


def test_a_broken_structure_leaves_the_others(done: Path) -> None:
    broken = Contact("nonsense", "pair", "PI", "", ("O", "C1CC"))
    found = bind([WATERS, broken], QUICK, bench(done))
    assert found[0].ledgers
    assert not found[1].ledgers
    assert any("not a molecule" in p.what for p in found[1].problems)


def test_a_worker_that_dies_costs_its_job_alone(tmp_path: Path) -> None:
    class Dying:
        def map(self, calls: list[Call]) -> Any:
            for position, call in enumerate(calls):
                assert call.lost is not None
                yield position, call.lost("the process that did this step died")

    one = Bench(JobStore(tmp_path), lambda _calls: Dying(), Progress(quiet=True))  # type: ignore[arg-type,return-value]
    (found,) = bind([WATERS], QUICK, one)
    assert any("died" in p.what for p in found.problems)
    assert not list(tmp_path.glob("*/*.json"))


def test_an_internal_fault_costs_its_job_alone(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import byssus.compute.jobs as jobs

    def faulty(_declared: Any) -> Any:
        raise IndexError("list index out of range")

    monkeypatch.setattr(jobs, "search", faulty)
    other = Contact("methane with methane", "pair", "PI", "", ("C", "C"))
    found = bind([WATERS, other], QUICK, bench(done))
    assert found[0].ledgers
    assert any("internal fault: IndexError" in p.what for p in found[1].problems)


def test_recomputing_ships_what_is_asked_for_and_removes_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from byssus.run import bind_command
    from byssus.run.energies import Settings, looked_up, study_contacts
    from byssus.run.plan import load

    text = 'title = "W"\n[[binder]]\nname = "A"\n[[contact]]\nname = "waters"\nbinder = "A"\nsite = "hydroxyl"\n'
    (tmp_path / "study.toml").write_text(text + 'reactants = ["O", "O"]\n', encoding="utf-8")
    shipped = tmp_path / "computed"
    shipped.mkdir()
    orphan = shipped / "point-0123456789abcdef.json"
    orphan.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(bind_command, "_ship_shown", lambda *_: None)
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path / "energies"))
    settings = Settings(Method("gfn2"), jobs=1)
    wanted = bind_command.Wanted(study=tmp_path, recompute=True, ship=True)
    assert bind_command.bind(wanted, settings, as_json=False) == 0
    said = capsys.readouterr().out
    assert "A waters: -" in said
    assert "not shipped" in said
    assert "1 that nothing asks for any more removed" in said
    assert not orphan.exists()
    contacts, _ = study_contacts(load(tmp_path), "default")
    nowhere = Settings(Method("gfn2"), store=tmp_path / "nothing")
    ((found,), left) = looked_up(contacts, nowhere, (shipped,))
    assert left == []
    assert set(found.origins) == {"shipped"}


def test_ghosts_of_what_is_told_apart_are_for_those_who_ask_for_counterpoise_everywhere() -> None:
    parts = {
        (held, part, lent): Job("point", {"of": [held, part, lent]})
        for held in ("hydrogen-bonded", "stacked")
        for part in (0, 1)
        for lent in (False, True)
    }
    spare = module._beside(parts, How(counterpoise="first"))
    assert [job.declaration["of"] for job in spare] == [["stacked", 0, True], ["stacked", 1, True]]
    assert module._beside(parts, How(counterpoise="everywhere")) == []
    assert module._beside({}, How(counterpoise="first")) == []


def test_what_is_not_worth_computing_is_taken_where_it_is(tmp_path: Path) -> None:
    here, absent = Job("quick", {"of": 1}), Job("quick", {"of": 2})
    store = JobStore(tmp_path)
    store.put(here, {"point": {}})
    bench = Bench(store, lambda _calls: pytest.fail("something is computed"), Progress(quiet=True))
    assert set(bench.there([here, absent])) == {here.identity}
    assert bench.left == []


def test_the_searchs_lowest_waits_for_none_but_is_told_where_it_is() -> None:
    """Of a product it is not worth an energy of its own; where there is one it counts with the others."""
    found = {("O",): [Candidate(helium(k), energy, 0.0, 0.0, 1, None, 0) for k, energy in enumerate((0.0, -1.0))]}
    chosen = {("O",): [0]}
    points = {(("O",), 0): module._point_job(found["O",][0], ("O",), How())}
    firsts = module._firsts(found, chosen, How())
    assert list(firsts) == [(("O",), 1)]
    done = {job.identity: Kept({"point": PointEnergy(-2.0).to_json()}, {}, "stored") for job in points.values()}
    assert [one.candidate for one in module._ranked(found, points, firsts, done)["O",]] == found["O",][:1]
    done |= {job.identity: Kept({"point": PointEnergy(-3.0).to_json()}, {}, "stored") for job in firsts.values()}
    assert [one.candidate for one in module._ranked(found, points, firsts, done)["O",]] == found["O",]
    assert module._firsts(found, {("O",): [0, 1]}, How()) == {}


def helium(place: int) -> Geometry:
    return Geometry(np.array([2]), np.full((1, 3), float(place)))


def test_a_recomputation_that_was_cut_short_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import byssus.compute.jobs as jobs
    from byssus.run import bind_command
    from byssus.run.energies import Settings

    text = 'title = "W"\n[[binder]]\nname = "A"\n[[contact]]\nname = "waters"\nbinder = "A"\nsite = "hydroxyl"\n'
    (tmp_path / "study.toml").write_text(text + 'reactants = ["O", "O"]\n', encoding="utf-8")
    monkeypatch.setenv("BYSSUS_ENERGIES", str(tmp_path / "energies"))
    wanted, settings = bind_command.Wanted(study=tmp_path, recompute=True), Settings(Method("gfn2"), jobs=1)

    def cut(*_: Any) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr(bind_command, "_differences", cut)
        with pytest.raises(KeyboardInterrupt):
            bind_command.bind(wanted, settings, as_json=False)
    (kept,) = (tmp_path / "energies" / "recomputed").iterdir()
    monkeypatch.setattr(jobs, "search", lambda _declared: pytest.fail("a search that was kept is done again"))
    capsys.readouterr()
    assert bind_command.bind(wanted, settings, as_json=False) == 0
    said = capsys.readouterr()
    assert f"remove {kept} to begin anew" in said.err
    assert "not shipped" in said.out
    assert not kept.exists()


def test_a_molecule_is_one_however_it_is_written() -> None:
    from byssus.run.bind_command import Wanted, _by_hand

    written = [_by_hand(Wanted(pair=pair)) for pair in (("OCC", " C(O)C "), ("CCO", "CCO"))]
    assert [one.reactants for one in written] == [("CCO", "CCO")] * 2
    assert [one.name for one in written] == ["OCC with C(O)C", "CCO with CCO"]
    opening = _by_hand(Wanted(reactants=("O1CC1", "[NH3]"), product="OCCN"))
    assert (opening.reactants, opening.product) == (("C1CO1", "N"), "NCCO")
