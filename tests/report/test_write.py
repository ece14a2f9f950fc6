"""The report's files: whole, the same for the same input, nothing stale beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from byssus.findings import KEYS
from byssus.report.files import replace_file
from byssus.report.schema import results_schema, schema_text
from byssus.report.write import results_text, write_report

ROOT = Path(__file__).resolve().parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_all_files_and_the_same_bytes_again(results: Any, sections: Any, tmp_path: Path) -> None:
    page = write_report(tmp_path / "a", results, sections)
    assert page == tmp_path / "a" / "report.html"
    write_report(tmp_path / "b", results, sections)
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "b")
    assert {"report.html", "results.json", "tables/findings.csv", "tables/tensile.csv", "tables/audit.csv",
            "tables/claims.csv", "figures/tensile_curves.svg", "figures/tensile_gain.svg"} <= set(first)  # fmt: skip


def test_pictures_on_request(results: Any, sections: Any, tmp_path: Path) -> None:
    write_report(tmp_path, results, sections, png=True)
    assert (tmp_path / "figures" / "tensile_curves.png").read_bytes().startswith(b"\x89PNG")


def test_given_drawings_are_used(results: Any, sections: Any, tmp_path: Path) -> None:
    write_report(tmp_path, results, sections, drawings={"tensile_curves": "<svg><title>mine</title></svg>"})
    assert "<title>mine</title>" in (tmp_path / "report.html").read_text()
    assert "mine" in (tmp_path / "figures" / "tensile_curves.svg").read_text()


def test_what_an_earlier_report_wrote_goes_and_what_others_put_there_stays(
    results: Any, sections: Any, tmp_path: Path
) -> None:
    write_report(tmp_path, results, sections, png=True)
    (tmp_path / "tables" / "mine.csv").write_text("x")
    write_report(tmp_path, results | {"findings": results["findings"][:3]}, sections[1:])
    left = set(contents(tmp_path))
    assert "tables/mine.csv" in left
    assert "tables/tensile.csv" not in left
    assert not any(name.startswith("figures/") for name in left)


def test_a_tampered_note_removes_nothing_elsewhere(results: Any, tmp_path: Path) -> None:
    (tmp_path / "keep.csv").write_text("x")
    out = tmp_path / "out"
    write_report(out, results, [])
    (out / ".report-files").write_text("../keep.csv\ntables/../../keep.csv\nresults.json\n")
    write_report(out, results, [])
    assert (tmp_path / "keep.csv").is_file()


def test_results_json_is_the_document(results: Any) -> None:
    text = results_text(results)
    assert json.loads(text) == results
    assert text.endswith("}\n")
    assert list(json.loads(text)) == ["schema", "findings", "audit", "errors", "provenance"]
    assert json.loads(results_text({"findings": [], "x": float("nan")})) == {"findings": [], "x": None}


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = replace_file(tmp_path / "deep" / "x.txt", b"old")

    def refuse(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        replace_file(path, b"new")
    assert contents(tmp_path) == {os.path.join("deep", "x.txt"): b"old"}


def test_published_schema_is_this_one_and_the_document_keeps_it(results: Any) -> None:
    assert (ROOT / "docs" / "results.schema.json").read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(results_schema())
    jsonschema.validate(results, results_schema())


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_finding_is_required(results: Any, key: str) -> None:
    row = {k: v for k, v in results["findings"][0].items() if k != key}
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(results | {"findings": [row]}, results_schema())


@pytest.mark.parametrize(
    "change",
    [{"basis": "guessed"}, {"status": "failed"}, {"value": "165"}, {"interval": [1.0]}, {"inputs": [{"path": "x"}]}],
)
def test_wrong_findings_are_refused(results: Any, change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(results | {"findings": [results["findings"][0] | change]}, results_schema())
