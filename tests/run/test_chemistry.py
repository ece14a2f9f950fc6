"""Chemistry within a run: what is stored or shipped is shown, little is computed, and nothing where there is none."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from byssus.errors import Problem
from byssus.report.schema import results_schema
from byssus.run import chemistry, lookup
from byssus.run.jobs import FOLDER_VARIABLE, Job, copy_jobs, write_job
from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, run_study

_SPEC = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
studies = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(studies)

TIMES = r"20\d\d-\d\d-\d\dT[\d:]+Z"
LACKING = lookup.lacking("quick")
needs_extra = pytest.mark.skipif(bool(LACKING), reason=f"the extra 'chemistry' is not installed ({', '.join(LACKING)})")

TINY = """
title = "Amides"
[[binder]]
name = "A"
[[contact]]
name = "formamide dimer"
binder = "A"
site = "amide N-H"
reactants = ["NC=O", "NC=O"]
[[claim]]
binder = "A"
quantity = "binding_energy"
value = "-40.0"
unit = "kcal/mol"
at = { bond = "hydrogen bond" }
"""
MONOMERS = """
title = "An imide"
[[binder]]
name = "PI"
monomers = [{ name = "pyromellitic dianhydride" }, { name = "4,4'-oxydianiline" }]
"""


@dataclass
class Ran:
    results: dict[str, Any]
    page: str
    out: Path

    def findings(self, technique: str) -> list[dict[str, Any]]:
        return [row for row in self.results["findings"] if row["technique"] == technique]

    @property
    def missing(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.results["provenance"]["missing"]
        return found


class Heard(Progress):
    """Keeps what would be said."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


def study(folder: Path, text: str = TINY) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, energies: lookup.Energies = "quick", out: str = "out", tell: Progress | None = None) -> Ran:
    outcome = run_study(load(folder), Options(folder / out, jobs=1, energies=energies), tell or Progress(quiet=True))
    results = json.loads(outcome.results.read_text(encoding="utf-8"))
    return Ran(results, outcome.page.read_text(encoding="utf-8"), outcome.page.parent)


def jobs_in(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*/*.json")}


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ran, Path]:
    """The tiny study, run once at the quick level into an empty store of jobs."""
    if LACKING:
        pytest.skip(f"the extra 'chemistry' is not installed ({', '.join(LACKING)})")
    place = tmp_path_factory.mktemp("chemistry")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(place / "jobs"))
        return run(study(place / "study")), place / "jobs"


@pytest.fixture
def stored(computed: tuple[Ran, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that store, in use."""
    folder = tmp_path / "jobs"
    shutil.copytree(computed[1], folder)
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "empty"))
    return tmp_path / "empty"


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (chemistry, lookup):
        monkeypatch.setattr(module, "find_spec", lambda name: None if name in lookup.COMPUTES else find_spec(name))
    monkeypatch.setitem(sys.modules, "rdkit", None)


def test_a_contact_goes_from_smiles_to_the_page(computed: tuple[Ran, Path]) -> None:
    ran, _ = computed
    jsonschema.validate(ran.results, results_schema())
    energy = next(row for row in ran.findings("binding") if row["quantity"] == "binding_energy")
    # GFN2-xTB binds the cyclic dimer a little less than B3LYP/6-31G(d,p) without counterpoise, -16.9 kcal/mol
    assert -17.5 < energy["value"] / 4184.0 < -14.0
    assert energy["basis"] == "computed"
    count = next(row for row in ran.findings("binding") if row["quantity"] == "hydrogen_bond_count")
    assert count["value"] == 2.0
    (contact,) = ran.results["provenance"]["contacts"]
    assert len(contact["geometries"][0]["hydrogen_bonds"]) == 2
    for text in ('id="chemistry"', "formamide dimer", "not supported", "quick level", 'role="img"'):
        assert text in ran.page
    assert len(list((ran.out / "figures").glob("contact_*.svg"))) == 1
    assert len(list((ran.out / "figures").glob("structure_*.svg"))) == 1


def test_computed_numbers_confirm_nothing(computed: tuple[Ran, Path]) -> None:
    assert not any(row["verdict"] == "agrees" for row in computed[0].results["audit"])
    (claim,) = [row for row in computed[0].results["provenance"]["verdicts"] if row["about"] == "claim"]
    assert claim["verdict"] == "not supported"


def test_what_is_stored_is_taken_and_gives_the_same_bytes(
    computed: tuple[Ran, Path], stored: Path, tmp_path: Path
) -> None:
    before = jobs_in(stored)
    again = run(study(tmp_path / "study"))
    assert jobs_in(stored) == before
    assert studies.timeless(again.out / "results.json") == studies.timeless(computed[0].out / "results.json")
    assert re.sub(TIMES, "", again.page) == re.sub(TIMES, "", computed[0].page)


def test_a_killed_run_goes_on_with_what_is_left(stored: Path, tmp_path: Path) -> None:
    before = jobs_in(stored)
    lost = next(path for path in sorted(stored.glob("*/*.json")) if json.loads(path.read_text())["kind"] == "quick")
    lost.unlink()
    ran = run(study(tmp_path / "study"))
    after = jobs_in(stored)
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {lost.name}
    assert all(row["value"] is not None for row in ran.findings("binding"))


@needs_extra
def test_what_would_take_long_is_left_to_bind(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MOST_S", 0.0)
    ran = run(study(tmp_path / "study"))
    (finding,) = ran.findings("binding")
    assert (finding["status"], finding["value"]) == ("missing_input", None)
    (row,) = ran.missing
    assert row["mend"].startswith("'byssus bind STUDY --quick' computes it, about ")
    assert jobs_in(empty) == {}
    assert "formamide dimer" in ran.page


@needs_extra
def test_a_run_may_compute_the_small_set_of_the_default_study_never_the_large_one(empty: Path, tmp_path: Path) -> None:
    default = Path(__file__).parents[2] / "studies" / "poss-polyimide" / "study.toml"
    found = load(study(tmp_path / "study", default.read_text(encoding="utf-8")))
    from byssus.compute.single_point import Method
    from byssus.run.energies import Settings, looked_up, study_contacts
    from byssus.run.estimate import seconds_left

    contacts, problems = study_contacts(found, "full")
    assert problems == []
    small = [one for one in contacts if one.level == "default"]
    asked = {
        level: looked_up(some, Settings(Method(), store=empty))[1] for level, some in (("a", small), ("b", contacts))
    }
    short, long = (seconds_left(asked[level], Method(), processes=2) for level in ("a", "b"))
    assert short < lookup.MOST_S < long


def test_shipped_results_are_shown_without_the_extra(
    stored: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study(tmp_path / "study")
    copy_jobs(stored, folder / "computed")
    chemistry.chemistry_shipped(load(folder), "quick")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "nothing"))
    request.getfixturevalue("without_extra")
    ran = run(folder)
    assert [row["status"] for row in ran.findings("binding") if row["quantity"] == "binding_energy"] == ["warned"]
    assert any("shipped with the study, computed by" in r for r in ran.findings("binding")[0]["remarks"])
    assert list((ran.out / "figures").glob("structure_*.svg"))
    changed = study(tmp_path / "study", TINY.replace('"NC=O", "NC=O"', '"NC=O", "O"'))
    other = run(changed, out="other")
    assert [row["status"] for row in other.findings("binding")] == ["missing_input"]


@pytest.mark.usefixtures("empty", "without_extra")
def test_without_the_extra_and_nothing_shipped_it_says_how_to_install(tmp_path: Path) -> None:
    ran = run(study(tmp_path / "study", MONOMERS))
    assert [row["remarks"] for row in ran.findings("binding")] == [[lookup.EXTRA]]
    assert [row["mend"] for row in ran.missing] == [lookup.EXTRA]
    assert "byssus[chemistry]" in ran.page


def test_shipped_results_of_other_versions_warn_and_start_nothing(stored: Path, empty: Path, tmp_path: Path) -> None:
    folder = study(tmp_path / "study")
    copy_jobs(stored, folder / "computed")
    for path in (folder / "computed").glob("*.json"):
        body = json.loads(path.read_text(encoding="utf-8"))
        old = dict.fromkeys(body["versions"], "0.0.1")
        write_job(path, Job(body["kind"], body["declaration"]), body["result"], old)
    heard = Heard()
    ran = run(folder, tell=heard)
    energy = next(row for row in ran.findings("binding") if row["quantity"] == "binding_energy")
    assert energy["status"] == "warned"
    assert any("computed with other versions" in remark and "tblite 0.0.1" in remark for remark in energy["remarks"])
    assert any("byssus bind STUDY --recompute" in line for line in heard.lines)
    assert jobs_in(empty) == {}


@needs_extra
@pytest.mark.usefixtures("empty")
def test_what_has_failed_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from byssus.run import energies
    from byssus.run.binding import Bound

    tried: list[str] = []

    def bound(contacts: Any, *_: Any) -> list[Bound]:
        tried.extend(one.name for one in contacts)
        return [Bound(one, (), (Problem("the SCF does not converge", "NC=O"),)) for one in contacts]

    monkeypatch.setattr(energies, "bound", bound)
    folder = study(tmp_path / "study")
    first, second = run(folder), run(folder)
    assert tried == ["formamide dimer"]
    for ran in (first, second):
        assert [row["status"] for row in ran.findings("binding")] == ["failed"]
        assert [row["what"] for row in ran.results["errors"]] == ["the SCF does not converge"]


@pytest.mark.usefixtures("empty", "without_extra")
def test_a_study_without_structures_has_no_chemistry_and_imports_none(tmp_path: Path) -> None:
    text = 'title = "None"\n[[binder]]\nname = "A"\n[[claim]]\nbinder = "A"\nquantity = "binding_energy"\n'
    ran = run(study(tmp_path / "study", text + 'value = "-11.2"\nunit = "kcal/mol"\n'), "default")
    assert not {"structures", "contacts", "verdicts"} & set(ran.results["provenance"])
    assert 'id="chemistry"' not in ran.page
    assert ran.missing == []


@needs_extra
@pytest.mark.usefixtures("empty")
def test_structures_and_recipes_need_no_energies(tmp_path: Path) -> None:
    ran = run(study(tmp_path / "study", MONOMERS), "none")
    jsonschema.validate(ran.results, results_schema())
    assert ran.findings("binding") == []
    roles = {row["role"] for row in ran.results["provenance"]["structures"]}
    assert roles == {"monomer", "repeat unit"}
    masses = {
        row["at"]["form"]: row["value"] for row in ran.findings("recipe") if row["quantity"] == "repeat_unit_molar_mass"
    }
    assert masses["imide"] == pytest.approx(0.38233, abs=2e-5)  # C22H10N2O5
    assert "Repeat units, open and closed" in ran.page


@needs_extra
@pytest.mark.usefixtures("empty")
def test_a_monomer_nobody_knows_is_a_missing_input_and_the_run_stands(tmp_path: Path) -> None:
    ran = run(study(tmp_path / "study", MONOMERS.replace("4,4'-oxydianiline", "monomer 2")), "default")
    assert len(ran.missing) == 1
    assert "monomer 2" in json.dumps(ran.missing)
    assert ran.results["errors"] == []


@needs_extra
@pytest.mark.usefixtures("stored")
def test_the_level_decides_what_the_output_depends_on(tmp_path: Path) -> None:
    folder = study(tmp_path / "study")
    first, second, third = (len(run(folder, level).findings("binding")) for level in ("none", "quick", "none"))
    assert (first, third) == (0, 0)
    assert second > 0


@needs_extra
def test_a_run_with_nothing_new_to_find_looks_for_nothing_until_there_is(
    stored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = {path: path.read_bytes() for path in stored.glob("*/*.json")}
    for path in aside:
        path.unlink()
    folder = study(tmp_path / "study")
    with monkeypatch.context() as patch:
        patch.setattr(lookup, "MOST_S", 0.0)
        assert run(folder).missing
        patch.setattr(chemistry, "_found", None)  # looking again would fail
        assert run(folder).missing
    for path, content in aside.items():  # as 'byssus bind STUDY' leaves them
        path.write_bytes(content)
    assert run(folder).missing == []
