"""Bad input: a one-line error that mends, or a warned or failed finding; never a traceback, nothing lost silently."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from byssus.cli import main
from byssus.report.schema import results_schema

_SPEC = importlib.util.spec_from_file_location("studies", Path(__file__).with_name("studies.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
studies = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(studies)

SIZE = ["--set", "width=10 mm", "thickness=0.1mm", "gauge_length=20 mm"]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def called(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return called


def pull(path: Path, strength: float = 100.0) -> Path:
    path.write_text(studies.tensile_csv(strength), encoding="utf-8")
    return path


# ---- bad input: what the file holds, and what must be said of it (a word of the error, or of a remark)

N = 200
X, F = np.linspace(0, 2, N), np.linspace(0, 100, N)


def _csv(x: Any, f: Any, head: str = "Extension [mm],Force [N]") -> bytes:
    return (head + "\n" + "\n".join(f"{a},{b}" for a, b in zip(x, f, strict=True)) + "\n").encode()


def _timed_csv(t: Any) -> bytes:
    rows = "\n".join(f"{a},{b},{c}" for a, b, c in zip(t, X, F, strict=True))
    return f"Time [s],Extension [mm],Force [N]\n{rows}\n".encode()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b"0" * 1_000_000)
    return buffer.getvalue()


BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.csv", lambda: b""),
    "truncated xlsx": ("a.xlsx", lambda: b"PK\x03\x04" + bytes(40)),
    "truncated parquet": ("a.parquet", lambda: b"PAR1" + bytes(100)),
    "garbage": ("a.csv", lambda: np.random.default_rng(1).bytes(5000)),
    "wrong extension": ("a.ndax", lambda: _csv(X, F)),
    "nan column": ("a.csv", lambda: _csv(X, np.full(N, np.nan))),
    "inf column": ("a.csv", lambda: _csv(X, np.where(np.arange(N) == 50, np.inf, F))),
    "swapped columns": ("a.csv", lambda: _csv(F, X)),
    "swapped headings": ("a.csv", lambda: _csv(X, F, "Force [N],Extension [mm]")),
    "duplicated times": ("a.csv", lambda: _timed_csv(np.repeat(np.arange(N // 2), 2))),
    "clock backwards": ("a.csv", lambda: _timed_csv(np.r_[np.arange(N // 2), np.arange(N // 2)])),
    "unknown unit": ("a.csv", lambda: _csv(X, F, "Extension [mm],Force [blub]")),
    "10,000 columns": (
        "a.csv",
        lambda: (",".join(f"c{k}" for k in range(10_000)) + "\n" + "1," * 9_999 + "1\n").encode(),
    ),
    "zip bomb": ("a.xlsx", _bomb),
}
MUST_REFUSE = {"empty", "truncated xlsx", "truncated parquet", "garbage", "10,000 columns", "zip bomb"}
MUST_WARN = {"nan column", "inf column", "duplicated times", "clock backwards"}


@pytest.mark.parametrize("case", BAD)
def test_bad_file(call: Callable[..., Any], tmp_path: Path, case: str) -> None:
    """Refused with one mending line, or analysed with a warned, failed or missing finding; nothing else."""
    name, content = BAD[case]
    path = tmp_path / name
    path.write_bytes(content())
    start = time.perf_counter()
    code, out, err = call("analyse", "tensile", path, *SIZE, "--json")
    assert time.perf_counter() - start < 10
    document = json.loads(out)
    jsonschema.validate(document, results_schema())
    if case in MUST_REFUSE:
        assert code == 1
    if code == 1:
        assert len(err.splitlines()) == len(document["errors"]) >= 1
        assert err.startswith("error: ")
        assert name in err
        assert {row["status"] for row in document["findings"]} == {"failed"}
        return
    assert code == 0
    assert err == ""
    assert document["findings"]
    if case in MUST_WARN:
        said = [remark for row in document["findings"] for remark in row["remarks"]]
        assert said
        assert "ok" not in {row["status"] for row in document["findings"] if row["quantity"] == "tensile_strength"}
    if case == "unknown unit":
        assert all("Force [blub]" in row["remarks"][0] for row in document["findings"] if row["status"] == "failed")
        assert {row["status"] for row in document["findings"]} == {"failed"}
    for row in document["findings"]:
        assert row["status"] in ("ok", "warned") or row["remarks"], "no number without a reason"


STUDIES: dict[str, tuple[Callable[[str], str], str]] = {
    "negative width": (lambda t: t.replace('"10 mm"', '"-10 mm"'), "greater than zero"),
    "unknown unit": (lambda t: t.replace('"10 mm"', '"10 blub"'), "blub"),
    "unknown binder": (lambda t: t.replace('[[measurement]]\nbinder = "A"', '[[measurement]]\nbinder = "Q"'), "Q"),
    "duplicate binder": (lambda t: t.replace('name = "B"', 'name = "A"'), "A"),
    "path outside": (lambda t: t.replace("raw/*.csv", "../*.csv"), ".."),
    "absolute path": (lambda t: t.replace("raw/*.csv", "/etc/passwd"), "/etc/passwd"),
    "no toml": (lambda t: t + "[[[", "study.toml"),
}


@pytest.mark.parametrize("case", STUDIES)
def test_bad_study(call: Callable[..., Any], tmp_path: Path, case: str) -> None:
    change, said = STUDIES[case]
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    text = (folder / "study.toml").read_text(encoding="utf-8")
    assert change(text) != text
    (folder / "study.toml").write_text(change(text), encoding="utf-8")
    for command in ("check", "run"):
        code, _, err = call(command, folder)
        assert code == 1
        assert said in err
        assert all(line.startswith("error: ") for line in err.splitlines())
    assert not (folder / "out").exists()


def test_link_out_of_the_study_is_refused(call: Callable[..., Any], tmp_path: Path) -> None:
    folder = studies.make_study(tmp_path / "s", studies.MEASURED)
    os.symlink(pull(tmp_path / "secret.csv"), folder / "raw" / "link.csv")
    code, _, err = call("run", folder)
    assert code == 1
    assert "link" in err


def test_script_in_a_name_stays_text(call: Callable[..., Any], tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    folder = studies.make_study(tmp_path / "s", studies.MEASURED, strengths=(100.0,))
    text = (folder / "study.toml").read_text(encoding="utf-8").replace('"A"', f'"{evil}"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    code, _, _ = call("run", folder)
    assert code == 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert evil not in page
    assert "&lt;script&gt;" in page
    for drawing in (folder / "out" / "figures").glob("*.svg"):
        assert "<script" not in drawing.read_text(encoding="utf-8")
