"""A whole study: what it finds, what it does again, and that no way of running it changes a number."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from PIL import Image

from byssus.analyse.technique import techniques
from byssus.errors import StoreError, StudyError
from byssus.figure import Axis, Figure, Series
from byssus.report.schema import results_schema
from byssus.run.checking import check_study
from byssus.run.plan import load
from byssus.run.progress import Progress
from byssus.run.study import Options, Outcome, rehearse_study, run_study

_SPEC = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
studies = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(studies)


def run(folder: Path, out: Path | None = None, **how: Any) -> Outcome:
    return run_study(load(folder), Options(out or folder / "out", **{"jobs": 1, **how}), Progress(quiet=True))


def findings(outcome: Outcome, **wanted: Any) -> list[dict[str, Any]]:
    rows = json.loads(outcome.results.read_text(encoding="utf-8"))["findings"]
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def test_measured_study(tmp_path: Path) -> None:
    """100, 110 and 120 N over 1 mm^2 are 100, 110, 120 MPa: mean 110, s 10, u 10/sqrt(3)."""
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0, 110.0, 120.0))
    outcome = run(folder)
    document = json.loads(outcome.results.read_text(encoding="utf-8"))
    jsonschema.validate(document, results_schema())
    rows = findings(outcome, quantity="tensile_strength", basis="measured")
    summary = [row for row in rows if "specimen" not in row["at"]]
    assert [row["at"] for row in summary] == [{"humidity": "dry"}]
    assert summary[0]["value"] == pytest.approx(110e6)
    assert summary[0]["standard_uncertainty"] == pytest.approx(10e6 / 3**0.5)
    assert summary[0]["n"] == 3
    assert summary[0]["binder"] == "A"
    assert {source["path"] for source in summary[0]["inputs"]} == {"raw/s1.csv", "raw/s2.csv", "raw/s3.csv"}
    assert sorted(row["at"]["specimen"] for row in rows if "specimen" in row["at"]) == ["s1", "s2", "s3"]
    audited = [row for row in document["audit"] if row["quantity"] == "tensile_strength" and row["binder"] == "A"]
    assert "disagrees" in {row["verdict"] for row in audited}, "110 MPa measured is not the 150 MPa printed"
    assert outcome.page.is_file()


def test_second_run_does_nothing(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, studies.REHEARSED, strengths=(100.0,))
    first = run(folder)
    before = studies.timeless(first.results)
    page = first.page.stat().st_mtime_ns
    second = run(folder)
    assert second.redone == {}
    assert second.hits == {"rehearse": 24, "study": 1}
    assert studies.timeless(second.results) == before
    assert second.page.stat().st_mtime_ns == page


def test_pictures_reach_the_page_by_way_of_the_store_and_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two specimens of one binder and condition: each has its own picture, with its own line on it."""
    figure = Figure("section", "Sections", Axis("layer_thickness"), Axis("layer_thickness"), "picture")
    none, known = np.empty(0), techniques()["tensile"]

    def series(result: Any) -> tuple[Series, ...]:
        strength = next(f.value for f in known.findings(result) if f.quantity == "tensile_strength")
        grey = np.full((30, 40), round(strength / 1e6), dtype=np.uint8)
        depth = np.full(2, 1e-6 * (1 if strength < 105e6 else 2))
        return (Series("section", np.array([0, 4e-6]), depth, "top"),
                Series("section", none, none, picture=grey, extent_m=(4e-6, 3e-6)))  # fmt: skip

    monkeypatch.setitem(techniques(), "tensile", replace(known, figures=(figure,), series=series))
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0, 110.0))
    first = run(folder)
    drawn = first.page.with_name("figures") / "tensile_section.svg"
    svg = drawn.read_text(encoding="utf-8")
    assert svg.partition("?>")[2].strip() in first.page.read_text(encoding="utf-8")
    root = ET.fromstring(svg)
    images = list(root.iter("{http://www.w3.org/2000/svg}image"))
    data = [base64.b64decode(one.attrib["{http://www.w3.org/1999/xlink}href"].partition(",")[2]) for one in images]
    assert [set(np.asarray(Image.open(io.BytesIO(one))).ravel().tolist()) for one in data] == [{100}, {110}]
    assert {"A, humidity dry, s1", "A, humidity dry, s2"} <= set(root.itertext())
    for image, share in zip(images, (1 / 3, 2 / 3), strict=True):
        x, y, height = (float(image.attrib[name]) for name in ("x", "y", "height"))
        assert f'd="M {x:.2f} {y + share * height:.2f} L ' in svg
    written = (first.results.read_bytes(), *(p.read_bytes() for p in first.page.parent.glob("tables/*")))
    assert not any(b"base64" in text or b"section" in text for text in written)
    for kept in (first.page.parent / ".store").glob("*/*/document.json"):
        if "svg" in json.loads(kept.read_text(encoding="utf-8"))["body"]:
            shutil.rmtree(kept.parent)  # drawn again, from what the store keeps of the analysis
    drawn.unlink()
    again = run(folder)
    assert "analyse" not in again.redone
    assert (again.redone["draw"], drawn.read_text(encoding="utf-8")) == (1, svg)


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0, 110.0, 120.0))
    run(folder)
    (folder / "raw" / "s2.csv").write_text(studies.tensile_csv(130.0), encoding="utf-8")
    again = run(folder)
    assert again.redone["analyse"] == 1
    assert again.hits["analyse"] == 2
    strength = [r for r in findings(again, quantity="tensile_strength", basis="measured") if "specimen" not in r["at"]]
    assert strength[0]["value"] == pytest.approx((100e6 + 130e6 + 120e6) / 3)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(text.replace("150", "151"), encoding="utf-8")
    reprinted = run(folder)
    assert "analyse" not in reprinted.redone
    assert "draw" not in reprinted.redone
    assert reprinted.redone["audit"] == 1


def test_what_is_gone_from_the_output_is_written_again(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    first = run(folder)
    before = studies.timeless(first.results)
    first.page.unlink()
    first.results.write_text("{}", encoding="utf-8")
    again = run(folder)
    assert again.page.is_file()
    assert studies.timeless(again.results) == before
    assert "analyse" not in again.redone


def test_jobs_change_no_number(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, studies.REHEARSED, strengths=(100.0, 110.0))
    one, two = run(folder, tmp_path / "one"), run(folder, tmp_path / "two", jobs=2)
    assert studies.timeless(one.results) == studies.timeless(two.results)
    assert one.page.read_bytes()[:200] == two.page.read_bytes()[:200]


def test_dask_changes_no_number(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, studies.REHEARSED, strengths=(100.0, 110.0))
    one = run(folder, tmp_path / "one")
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    )
    try:
        two = run(folder, tmp_path / "two", scheduler=cluster.scheduler_address)
    finally:
        cluster.close(timeout=10)
    assert two.redone["analyse"] == 26
    assert studies.timeless(one.results) == studies.timeless(two.results)


def test_killed_at_ten_random_moments(tmp_path: Path) -> None:
    """Each kill strikes after a random number of steps and a random while; the end is as if nothing happened."""
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, studies.REHEARSED, strengths=(100.0, 110.0))
    whole = studies.timeless(run(folder, tmp_path / "whole").results)
    out, chance = tmp_path / "killed", random.Random(20260101)
    command = [sys.executable, "-m", "byssus", "run", str(folder), "--out", str(out), "--jobs", "1"]
    killed = 0
    for _ in range(10):
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert process.stderr is not None
        for _ in range(chance.randint(0, 6)):
            process.stderr.readline()
        time.sleep(chance.uniform(0.0, 0.05))
        process.send_signal(signal.SIGKILL)
        killed += process.wait(20) == -signal.SIGKILL
        process.stderr.close()
    assert killed == 10
    assert not (out / "report.html").exists() or not (out / "results.json").exists()
    last = run(folder, out)
    assert last.hits.get("rehearse", 0) > 0, "the last run went on from what the killed ones had done"
    assert studies.timeless(last.results) == whole


def test_rehearsed_is_never_measured(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.REHEARSED)
    outcome = run(folder)
    own = findings(outcome, technique="tensile")
    assert own
    assert {row["basis"] for row in own} == {"rehearsed"}
    document = json.loads(outcome.results.read_text(encoding="utf-8"))
    assert not any("measured" in json.dumps(row["inputs"]) for row in document["audit"])
    # the same files given as a lab's own still say what they are
    lab = studies.make_study(tmp_path / "lab", studies.MEASURED)
    for path in (folder / "out" / "rehearsed" / "tensile").iterdir():
        (lab / "raw" / (path.stem + ".csv")).write_bytes(path.read_bytes())
    found = findings(run(lab), technique="tensile")
    assert found
    assert {row["basis"] for row in found} == {"rehearsed"}


def test_own_output_is_no_input(tmp_path: Path) -> None:
    """A glob that reaches into OUT does not analyse what the last run wrote there."""
    folder = studies.make_study(
        tmp_path / "s", studies.MEASURED.replace("raw/*.csv", "**/*.csv"), studies.REHEARSED, strengths=(100.0,)
    )
    first = studies.timeless(run(folder).results)
    assert studies.timeless(run(folder).results) == first


def test_unreadable_file_is_a_finding(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    (folder / "raw" / "s9.csv").write_bytes(b"")
    outcome = run(folder)
    failed = [r for r in findings(outcome, status="failed") if r["at"].get("specimen") == "s9"]
    assert {row["quantity"] for row in failed} >= {"tensile_strength", "young_modulus"}
    assert failed[0]["inputs"][0]["path"] == "raw/s9.csv"
    strength = [
        r for r in findings(outcome, quantity="tensile_strength", basis="measured") if "specimen" not in r["at"]
    ]
    assert strength[0]["value"] == pytest.approx(100e6)
    assert "raw/s9.csv" in json.loads(outcome.results.read_text(encoding="utf-8"))["errors"][0]["where"]
    assert [line for line in outcome.summary["said"]["failed"] if line.startswith("raw/s9.csv: ")]
    assert '1 part failed: <a href="#missing">' in outcome.page.read_text(encoding="utf-8")


def test_fault_of_our_own_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from byssus.analyse.technique import techniques

    def broken(*_: object) -> None:
        raise ZeroDivisionError("no luck")

    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    real = techniques()["tensile"]
    monkeypatch.setattr("byssus.run.steps.find_technique", lambda _name: replace(real, analyse=broken))
    outcome = run(folder)
    rows = findings(outcome, quantity="tensile_strength", basis="measured")
    assert rows[0]["status"] == "failed"
    assert "internal fault: ZeroDivisionError: no luck" in rows[0]["remarks"][0]


def test_rehearse_alone_writes_files(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.REHEARSED)
    samples, assumed = rehearse_study(load(folder), tmp_path / "files", Progress(quiet=True))
    assert len(samples) == 24
    assert all(sample.path is not None and sample.path.is_file() for sample in samples)
    assert all(note["why"] for note in assumed)
    again = tmp_path / "again"
    rehearse_study(load(folder), again, Progress(quiet=True))
    for sample in samples:
        assert (again / sample.shown_as).read_bytes() == (tmp_path / "files" / sample.shown_as).read_bytes()


def test_missing_files_and_needs_are_listed(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED)
    outcome = run(folder)
    rows = findings(outcome, quantity="tensile_strength", basis="measured")
    assert [row["status"] for row in rows] == ["missing_input"]
    missing = json.loads(outcome.results.read_text(encoding="utf-8"))["provenance"]["missing"]
    assert "no file for tensile on A" in missing[0]["what"]
    assert set(outcome.summary["bases"]) == {"published"}, "what has no value is not counted as measured"
    assert outcome.summary["said"]["missing"][0].startswith("measurement[1]: no file for tensile on A. ")
    assert '1 input is missing: <a href="#missing">' in outcome.page.read_text(encoding="utf-8")


def test_a_named_file_that_is_not_there_is_missed_beside_others(tmp_path: Path) -> None:
    two = studies.MEASURED.replace('"raw/*.csv"', '"raw/*.csv", "raw/gone.csv"')
    outcome = run(studies.make_study(tmp_path / "s", two, strengths=(100.0, 110.0)))
    (row,) = (
        r for r in findings(outcome, quantity="tensile_strength", basis="measured") if not r["at"].get("specimen")
    )
    assert (row["n"], row["status"]) == (2, "warned")
    assert "1 of 3 specimens lacked an input: raw/gone.csv" in row["remarks"][0]
    assert outcome.summary["said"]["missing"][0].startswith("measurement[1].files[2]: no file matches 'raw/gone.csv'")


def test_unknown_technique_lists_all(tmp_path: Path) -> None:
    bad = studies.MEASURED.replace('"tensile"', '"tensil"') + studies.MEASURED.replace('"A"', '"C"')
    folder = studies.make_study(tmp_path / "s", bad)
    with pytest.raises(StudyError) as caught:
        load(folder)
    text = str(caught.value)
    assert "tensil" in text
    assert "C" in text
    assert len(caught.value.problems) >= 2


def test_output_among_the_raw_files_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    before = sorted(folder.rglob("*"))
    for out in (folder / "raw", folder):
        with pytest.raises(StoreError, match="raw files of the study lie in here"):
            run(folder, out)
    assert sorted(folder.rglob("*")) == before
    assert run(folder, folder / "raw" / "out").page.is_file()


def test_a_column_whose_unit_is_not_understood_is_said(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    path = next((folder / "raw").iterdir())
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",Strain [furlong],Note [bar]", *(f"{line},1,2" for line in lines[1:])]))
    remarks = findings(run(folder), quantity="tensile_strength", basis="measured")[0]["remarks"]
    assert [remark for remark in remarks if "'Strain [furlong]' is left out" in remark]
    assert not [remark for remark in remarks if "bar" in remark]


def test_check_says_what_a_technique_must_still_be_told(tmp_path: Path) -> None:
    peel = studies.MEASURED.split("[[measurement]]")[0] + (
        '[[measurement]]\nbinder = "A"\ntechnique = "peel"\nfiles = ["raw/*.csv"]\nparameters = { width = "10 mm" }\n'
    )
    report, missing = check_study(studies.make_study(tmp_path / "s", peel, strengths=(100.0,)))
    assert report.ok
    told = {row["what"]: row["blocks"] for row in missing}
    assert told["'angle' is not given"] == "fracture energy"
    assert "peel force" in told["'plateau_from' is not given"]
    assert "'width' is not given" not in told


def test_a_copied_file_is_no_second_specimen(tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0, 110.0))
    (folder / "raw" / "s2 - copy.csv").write_bytes((folder / "raw" / "s2.csv").read_bytes())
    rows = findings(run(folder), quantity="tensile_strength", basis="measured")
    (summary,) = [row for row in rows if "specimen" not in row["at"]]
    assert summary["n"] == 2
    assert summary["status"] == "warned"
    assert any("copy" in remark for remark in summary["remarks"])
