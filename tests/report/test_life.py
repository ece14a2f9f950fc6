"""The chapter from chemistry to cycle life from an invented results document."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from byssus.findings import Finding
from byssus.report.life import life_of
from byssus.report.page import render_page
from byssus.report.rows import numbers_of

SVG = "<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-label='curve'><path d='M0 0L1 1'/></svg>"
NETWORK = {
    "crosslinker": "cage", "reading": "as printed", "number_average_kg_per_mol": 50.0,
    "weight_average_kg_per_mol": 100.0, "gel_point": [0.2, 0.1, 0.3], "gel": [1.0, 1.0, 1.0],
    "strands_mol_per_m3": [70.0, 60.0, 80.0], "cycle_rank_mol_per_m3": [60.0, 50.0, 70.0],
    "affine_pa": [1.2e6, 1e6, 1.4e6], "phantom_pa": [2.5e4, 2e4, 3e4], "temperature_k": 685.15,
}  # fmt: skip
ROW: dict[str, Any] = {
    "binder": "P<i>",
    "programme": [[0, 298.15], [660, 353.15], [4260, 353.15]],
    "cures": [
        {
            "crosslinker": "cage", "ring_closure": [0.9, 0.7, 1.0], "benzimidazole": [0.0, 0.0, 0.0],
            "epoxide_conversion": [0.98, 0.4, 1.0], "blocked": [0.0124, 0.0051, 0.0126],
            "channels": {"acid": [0.9, 0.4, 1.0], "aromatic amine": [0.0, 0.0, 1e-20]},
        }
    ],
    "networks": [NETWORK],
    "verdicts": [
        {"about": "ring blocking", "verdict": "a ceiling", "sentence": "At most 1 %.", "crosslinker": "cage"},
        {
            "about": "glass transition", "verdict": "explained only with a multiplier of 3.0", "sentence": "So.",
            "crosslinker": "cage", "mechanism": "rings blocked", "equation": "Fox",
            "reported_k": 655.35, "reported_basis": "published", "reference_k": 681.95,
            "predicted_k": [679.0, 673.0, 684.0], "multiplier": [3.0, 2.0, 5.0],
        },
    ],
    "rivals": [{"component": "solvent", "share": [0.01, 0.0, 0.02], "sentence": "1 % would do it alone."}],
}  # fmt: skip


def finding(quantity: str, value: float | None, **more: Any) -> dict[str, Any]:
    like = {
        "binder": "P<i>",
        "technique": "network",
        "basis": "simulated",
        "interval": None if value is None else (0, 1),
    }
    return Finding(quantity, value, "1", **{**like, **more}).to_json()


FINDINGS = [
    finding("gel_fraction", 0.5),
    finding("gel_fraction", None, status="missing_input", remarks=("no molar mass is printed",), binder="Q"),
    finding("blocking_multiplier", 3.0, at={"parameter": "fitted"}, technique="mechanism"),
    finding("model_parameter", 0.3, at={"parameter": "slow share", "kind": "assumption"}, binder=None),
]


def document(**more: Any) -> dict[str, Any]:
    return {
        "schema": "byssus-results/1", "findings": FINDINGS, "audit": [], "errors": [],
        "provenance": {"life": [copy.deepcopy(ROW)], "study": {"binders": [{"name": "P<i>"}]}}, **more,
    }  # fmt: skip


def test_tables_of_a_binder() -> None:
    chapter = life_of(document(), numbers_of(FINDINGS), {"life_rings": SVG})
    assert chapter is not None
    (one,) = chapter.binders
    assert one.programme == "80 °C for 60 min"
    rows = dict(one.cure[1])
    assert rows["Rings closed"] == "90 % (70 to 100)"
    assert rows["Rings kept open"] == "1.24 % (0.51 to 1.26)"
    assert "by aromatic amine" not in rows  # nothing, to twenty digits
    assert "of them benzimidazole" not in rows
    assert one.network[1] == (("as printed, Mn 50 kg/mol", "20 % (10 to 30)", "100 %", "0.025 to 1.2"),)
    assert [figure.key for figure in chapter.figures] == ["life_rings"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ([3.7e-5, 1e-6, 6.5e-4], "0.004 % (0 to 0.065)"),
        ([0.0, 0.0, 0.0], "0 % (0 to 0)"),
        ([0.9, 0.7, 1.0], "90 % (70 to 100)"),
    ],
)
def test_a_small_share_is_not_told_as_none(share: list[float], text: str) -> None:
    row = copy.deepcopy(ROW)
    row["cures"][0]["channels"] = {"hydroxyl": share, "amide N-H": [0.1, 0.0, 0.2]}
    row["cures"][0]["blocked"] = share
    results = document()
    results["provenance"]["life"] = [row]
    chapter = life_of(results, [], {})
    assert chapter is not None
    assert dict(row[:2] for row in chapter.binders[0].cure[1])["Rings kept open"] == text
    named = [cells[0] for cells in chapter.binders[0].cure[1]]
    assert ("by hydroxyl" in named) == (share[2] > 0)
    assert "of them benzimidazole" not in named


def test_words_and_numbers_of_verdicts_stand_apart() -> None:
    chapter = life_of(document(), numbers_of(FINDINGS), {})
    assert chapter is not None
    (one,) = chapter.binders
    assert [said.word for said in one.verdicts] == ["a ceiling"]
    (said,) = one.reckoned
    assert said.kind == "implausible"
    assert said.cells == ("rings blocked", "cage", "Fox", "406 (400 to 411)", "382.2 printed")


def test_assumed_fitted_and_found_are_kept_apart() -> None:
    chapter = life_of(document(), numbers_of(FINDINGS), {})
    assert chapter is not None
    assert [n.quantity for n in chapter.numbers] == ["gel_fraction"]
    assert [n.quantity for n in chapter.fitted] == ["blocking_multiplier"]
    assert [n.quantity for n in chapter.assumed] == ["model_parameter"]
    assert chapter.lacking == (("Q", "no molar mass is printed"),)


def test_the_page_shows_it_escaped_and_a_study_without_has_none() -> None:
    page = render_page(document(), (), {"life_rings": SVG})
    assert '<section id="life">' in page
    assert 'href="#life"' in page
    assert "P&lt;i&gt;" in page
    assert "<i>" not in page.split('<section id="life">')[1].split("</section>")[0]
    assert "1 % would do it alone." in page
    bare = render_page({**document(), "findings": [], "provenance": {}}, (), {})
    assert 'id="life"' not in bare
    assert life_of({"provenance": {}}, (), {}) is None


@pytest.mark.parametrize("key", ["networks", "verdicts", "rivals", "programme"])
def test_a_part_that_is_absent_is_left_out(key: str) -> None:
    row = {k: v for k, v in ROW.items() if k != key}
    page = render_page({**document(), "provenance": {"life": [row]}}, (), {})
    assert '<section id="life">' in page


@pytest.mark.parametrize(("point", "told"), [(3.64, "none: no conversion suffices"), (0.2, "20 % (10 to 400)")])
def test_a_gel_point_beyond_all_conversion_is_none(point: float, told: str) -> None:
    row = copy.deepcopy(ROW)
    row["networks"][0]["gel_point"] = [point, 0.1, 4.0]
    chapter = life_of({"provenance": {"life": [row]}}, numbers_of(FINDINGS), {})
    assert chapter is not None
    assert chapter.binders[0].network[1][0][1] == told


def test_a_list_leads_to_each_binder_where_there_are_several() -> None:
    results = document()
    assert "One binder through" not in render_page(results, [], {})
    results["provenance"]["life"] = [ROW, {**ROW, "binder": "Q"}]
    page = render_page(results, [], {})
    for k in (1, 2):
        assert page.count(f'href="#life-binder-{k}"') == page.count(f'id="life-binder-{k}"') == 1
