"""Two binders compared, on the page: chosen without a script, each number linked, nothing mixed."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from byssus.report.page import render_page
from byssus.report.tables import table_texts
from byssus.run.comparing import every_pair


def _with_names(results: Any) -> Any:
    study = results["provenance"]["study"]
    return results | {
        "provenance": results["provenance"] | {"study": study | {"binders": [{"name": "PI"}, {"name": "PAID"}]}}
    }


def _section(page: str) -> str:
    return page[page.index('<section id="pairs">') : page.index('<section id="literature">')]


def test_each_row_links_to_both_numbers_and_says_what_they_rest_on(results: Any, sections: Any) -> None:
    page = render_page(results, sections, {}, every_pair(_with_names(results)))
    part = _section(page)
    links = re.findall(r'href="#(n\d+)"', part)
    assert len(links) == 6  # printed, measured and rehearsed strength, both binders each
    assert all(f'id="{one}"' in page for one in links)
    assert "PAID less PI" in part
    # 200 - 160 MPa with u = sqrt(2^2 + 3^2) MPa, n = 3 and 3
    assert "40 ± 4" in part  # 3.6 to the digits of PDG
    assert re.search(r"differs</span>", part)
    assert "says nothing of the materials" in part


def test_choosing_needs_no_script(results: Any, sections: Any) -> None:
    part = _section(render_page(results, sections, {}, every_pair(_with_names(results))))
    (chosen,) = re.findall(r'<input [^>]*id="([^"]+)"[^>]* checked>', part)
    assert f'<label for="{chosen}">' in part
    assert f"#{chosen}:checked ~ .of-{chosen} {{ display: block; }}" in part
    assert "<script" not in part


def test_a_page_without_comparisons_says_so(results: Any, sections: Any) -> None:
    assert "No two binders have" in _section(render_page(results, sections, {}))


def test_markup_in_a_name_stays_text(hostile: Any, sections: Any, make: Any) -> None:
    names = {"study": {"binders": [{"name": b} for b in dict.fromkeys(f["binder"] for f in hostile["findings"])]}}
    findings = [*hostile["findings"], *({**f, "binder": make.BAD + "2"} for f in hostile["findings"])]
    spoiled = hostile | {"findings": findings, "provenance": hostile["provenance"] | names}
    spoiled["provenance"]["study"]["binders"].append({"name": make.BAD + "2"})
    part = _section(render_page(spoiled, sections, {}, every_pair(spoiled)))
    assert "<img" not in part
    assert "<script" not in part


def test_the_table_holds_every_comparison_in_both_units(results: Any) -> None:
    pairs = every_pair(_with_names(results))
    rows = list(csv.DictReader(io.StringIO(table_texts(results, pairs)["comparisons"])))
    measured = next(r for r in rows if r["basis"] == "measured" and r["quantity"] == "tensile_strength")
    assert float(measured["difference"]) == 40e6
    assert float(measured["display_difference"]) == 40.0
    assert measured["display_unit"] == "MPa"
    assert (measured["a"], measured["b"]) == ("PI", "PAID")
    assert measured["differs_together"] == "True"
    assert {r["basis"] for r in rows} == {"published", "measured", "rehearsed"}
