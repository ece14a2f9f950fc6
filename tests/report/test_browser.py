"""The page in a real browser: quiet, alone, and never wider than a phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.report.electrode_section import section

from byssus.figure import Axis, Figure, Series
from byssus.report.chemistry import pictures_of
from byssus.report.cycle_life_figures import cycle_life_drawings
from byssus.report.drawing import draw_all
from byssus.report.page import render_page
from byssus.report.section import Curve, Section

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on PATH (Debian: apt install chromium)")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0", "--virtual-time-budget=4000",
)  # fmt: skip
# A page's script may measure it only in a copy whose policy allows scripts.
MEASURE = (
    "<script>addEventListener('load', () => parent.postMessage(document.documentElement.scrollWidth, '*'))</script>"
)
FRAME = """<!DOCTYPE html><title>frame</title><body>
<iframe src="{name}" style="width:390px;height:900px;border:0"></iframe>
<script>addEventListener('message', (e) => document.body.setAttribute('data-width', e.data))</script>"""


def visit(page: Path, folder: Path) -> tuple[str, str, list[str]]:
    """(DOM, console lines, addresses the page asked for)"""
    log = folder / "net.json"
    command = (str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom")
    done = subprocess.run(
        (*command, page.as_uri()), capture_output=True, text=True, timeout=120, check=True, encoding="utf-8"
    )
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    asked = [e["params"] for e in events if "url" in e.get("params", {}) and "initiator" in e["params"]]
    # What the browser asks for on its own account has no origin.
    return done.stdout, console, [p["url"] for p in asked if p["initiator"] != "not an origin"]


@pytest.fixture
def page(results: Any, sections: Any) -> str:
    return render_page(results, sections, draw_all(sections))


def test_quiet_complete_and_alone(page: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    dom, console, asked = visit(path, tmp_path)
    assert console == ""
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    wanted = set(re.findall(r'<section id="([^"]+)"', page))
    assert len(wanted) == 11
    assert wanted <= set(re.findall(r'<section id="([^"]+)"', dom))
    assert dom.count("<svg") == page.count("<svg")


def test_a_page_that_asks_and_complains_would_be_caught(tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text('<img src="http://byssus.invalid/x.png"><script>console.error("oh")</script>', encoding="utf-8")
    _, console, asked = visit(path, tmp_path)
    assert "oh" in console
    assert "http://byssus.invalid/x.png" in asked


@pytest.mark.parametrize("unfolded", [False, True], ids=["as it opens", "all unfolded"])
def test_no_sideways_scrolling_on_a_phone(page: str, tmp_path: Path, unfolded: bool) -> None:
    assert width_of(page.replace("<details", "<details open") if unfolded else page, tmp_path) == 390


def test_panels_fit_a_phone(results: Any, make: Any, tmp_path: Path) -> None:
    figure = replace(make.CURVES, panels="binder")
    curves = tuple(c for b in ("PI", "PAID", "a binder of a long name, 3 wt%", "x" * 60) for c in make.stress_curves(
        b, "measured"))  # fmt: skip
    sections = [Section("tensile", "Tensile test", figures=(figure,), curves=curves)]
    page = render_page(results, sections, draw_all(sections))
    assert 'class="panels"' in page
    assert width_of(page, tmp_path) == 390


@pytest.fixture
def pictures(results: Any) -> str:
    figure = Figure("section", "Sections", Axis("layer_thickness"), Axis("layer_thickness"), "picture")
    none, grey = np.empty(0), np.full((300, 400), 181, dtype=np.uint8)
    curves = tuple(
        Curve("PI", "measured", Series("section", none, none, at={"state": state}, picture=grey, extent_m=(4e-6, 3e-6)))
        for state in ("pristine", "lithiated", "x" * 60)
    )
    sections = [Section("tensile", "Tensile test", figures=(figure,), curves=curves)]
    return render_page(results, sections, draw_all(sections))


def test_pictures_fit_a_phone(pictures: str, tmp_path: Path) -> None:
    assert width_of(pictures, tmp_path) == 390


@pytest.mark.parametrize("scheme", ["0", "1"], ids=["dark", "light"])
def test_pictures_show_their_own_greys_and_ask_for_nothing(pictures: str, tmp_path: Path, scheme: str) -> None:
    path, shot = tmp_path / "report.html", tmp_path / "shot.png"
    path.write_text(pictures, encoding="utf-8")
    _, console, asked = visit(path, tmp_path)
    assert console == ""
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    look = (f"--blink-settings=preferredColorScheme={scheme}", "--window-size=1200,9000", f"--screenshot={shot}")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    subprocess.run((str(BROWSER), *FLAGS, profile, *look, path.as_uri()), capture_output=True, timeout=120, check=True)
    seen = np.asarray(Image.open(shot).convert("RGB"))
    assert (seen[5, 5].max() < 60) == (scheme == "0"), "the page is not as dark as was asked for"
    greys = np.sum(np.all(seen == 181, axis=2))
    assert greys > 3 * 200 * 150  # three pictures at half their size, less their bars


def test_a_ledger_and_its_pictures_fit_a_phone(results: Any, make: Any, tmp_path: Path) -> None:
    name = "glycidyl methyl ether + 2-aminoacetanilide, at aromatic amine " + "x" * 60
    quantities = ("binding_energy", "interaction_energy", "deformation_energy", "binding_energy_grid_spread")
    results["findings"] += [
        make.finding(quantity, -1e5, "J/mol", at={"contact": name, "kind": "pair"}, binder="PI", technique="binding",
                     basis="computed")
        for quantity in quantities
    ]  # fmt: skip
    geometry = {"numbers": [8, 1, 1], "positions_bohr": [[0, 0, 0], [1.8, 0, 0], [-0.5, 1.8, 0]], "split": None}
    results["provenance"]["contacts"] = [{"name": name, "kind": "pair", "binder": "PI", "geometries": [geometry]}]
    results["provenance"]["verdicts"] = [{"about": "note", "verdict": "", "sentence": f"Of {name}."}]
    page = render_page(results, (), pictures_of(results)).replace("<details", "<details open")
    assert 'id="chemistry"' in page
    assert width_of(page, tmp_path) == 390


def test_the_electrode_model_fits_a_phone_and_asks_for_nothing(results: Any, tmp_path: Path) -> None:
    own = section()
    own["parameters"][0]["source"] = own["origins"][0]["where"] = "x" * 120
    results["provenance"]["simulation"] = {"electrode": own}
    page = render_page(results, (), cycle_life_drawings(results, ("PI", "PAID"))).replace("<details", "<details open")
    assert 'id="cycle-life"' in page
    assert width_of(page, tmp_path) == 390
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    _, console, asked = visit(path, tmp_path)
    assert console == ""
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_long_names_do_not_widen_the_page(hostile: Any, sections: Any, tmp_path: Path) -> None:
    hostile["provenance"]["study"]["title"] = "x" * 300
    page = render_page(hostile, sections, {}).replace("<details", "<details open")
    assert width_of(page, tmp_path) == 390


def width_of(page: str, folder: Path) -> int:
    copy = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", MEASURE + "</body>")
    (folder / "copy.html").write_text(copy, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME.format(name="copy.html"), encoding="utf-8")
    dom, _, _ = visit(folder / "frame.html", folder)
    found = re.search(r'data-width="(\d+)"', dom)
    assert found is not None
    return int(found[1])
