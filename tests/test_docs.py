"""The generated pages of docs/ are as the code says, and the README speaks of commands and files that are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from byssus.analyse import techniques
from byssus.study.load import load_study

ROOT = Path(__file__).resolve().parents[1]


def test_generated_pages_are_current() -> None:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.stale() == [], "run make docs"


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_no_path_or_registry_of_any_machine() -> None:
    names = ["pypi" + ".org", "python" + "hosted", "/" + "root/", "/home" + "/"]
    files = [p for p in ROOT.glob("*") if p.is_file()] + list((ROOT / ".ci").glob("*"))
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [n for n in names if n in text], path.name


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)`", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_python_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "72 (73.568, 73.6181) %" in printed
    assert "fracture_energy" in printed


def test_study_of_the_readme_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "study.toml").write_text(block, encoding="utf-8")
    assert load_study(tmp_path, known_techniques=techniques()).study.binder_names() == ("ALG-Ca",)
