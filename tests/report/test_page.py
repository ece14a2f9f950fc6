"""The page: every part there, nothing unescaped, nothing rehearsed ranked."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from byssus.figure import Axis, Figure, Series
from byssus.findings import Finding
from byssus.report.chapters import chapters_of
from byssus.report.drawing import draw_all
from byssus.report.glance import glance
from byssus.report.page import render_page
from byssus.report.rows import numbers_of
from byssus.report.section import Curve, Section

PARTS = [
    "glance", "audit", "literature", "technique-tensile", "technique-cycling", "claims", "missing", "assumed",
    "provenance", "glossary",
]  # fmt: skip


class Reader(HTMLParser):
    """Tags, ids and links of a page, and the words inside <strong>."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.split("</style>")[-1]).split())


@pytest.fixture
def page(results: Any, sections: Any) -> str:
    return render_page(results, sections, draw_all(sections))


def test_all_parts_in_order(page: str) -> None:
    ids = Reader(page).ids
    assert [i for i in ids if i in PARTS] == PARTS


def test_ids_are_unique_and_inner_links_lead_somewhere(page: str) -> None:
    read = Reader(page)
    assert [i for i, n in Counter(read.ids).items() if n > 1] == []
    targets = {v[1:] for tag, name, v in read.attributes if name == "href" and v.startswith("#")}
    assert targets - set(read.ids) == set()
    assert len(targets) > 20


def test_nothing_comes_from_elsewhere(page: str) -> None:
    read = Reader(page)
    assert read.tags["script"] == 0
    loads = [(t, n, v) for t, n, v in read.attributes if n in ("src", "srcset", "poster", "action") or n == "data"]
    assert loads == []
    outward = {(t, n) for t, n, v in read.attributes if re.match(r"(https?:)?//", v) and not n.startswith("xmlns")}
    assert outward <= {("a", "href")}
    assert "@import" not in page
    assert "url(http" not in page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page


def test_title_counts_and_reference(page: str) -> None:
    assert "<h1>Two binders</h1>" in page
    assert 'href="https://doi.org/10.1039/D6TA00020G"' in page
    assert "1 disagrees 1 implausible 1 unverifiable 1 agrees" in words(page)
    assert "3 published 3 measured 202 rehearsed" in words(page), "the failed one has no value"


def test_disagreements_come_first(page: str) -> None:
    audit = page.split('id="audit"')[1].split('id="literature"')[0]
    verdicts = ["Do not reproduce each other", "Beyond a known bound", "Cannot be verified", "Agree (1)"]
    assert [audit.index(v) for v in verdicts] == sorted(audit.index(v) for v in verdicts)
    assert audit.index("Agree (1)") > audit.index('<details class="fold">')
    assert "These printed numbers do not reproduce each other." in audit
    assert audit.index("The reference may be another cycle.") < audit.index("569 mAh/g would give 27 %.")
    assert "7.840 to 7.910 %" in words(audit)
    assert "19 percentage points" in audit


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(lower - higher <= 1 for higher, lower in itertools.pairwise(levels))


def test_rehearsed_is_never_bold_and_always_says_so(page: str) -> None:
    bold = re.findall(r"<strong[^>]*>(.*?)</strong>", page, re.S)
    assert bold
    assert not any("999" in b for b in bold)
    assert any(b.startswith("279") for b in bold)
    assert any(b.startswith("200") for b in bold)
    for cell in re.findall(r'<div class="num rehearsed">.*?</div>', page, re.S):
        assert ">rehearsed</span>" in cell
        assert "<strong" not in cell


def test_numbers_carry_their_uncertainty_and_origin(page: str) -> None:
    said = words(page)
    assert "160.0 ± 2.0" in said
    facts = page.split('id="n3"')[1].split("</dl>")[0]
    for part in ("raw/PI-measured.csv", "0123456789abcdef" * 4, "1234 rows", "delimited text", "largest nominal stress",
                 "σm = max(F) / (b h)", "156.0 to 164.0", "PI-a"):  # fmt: skip
        assert part in facts, part


def test_failures_are_words_with_a_reason(page: str) -> None:
    for section in ("technique-tensile", "missing"):
        part = page.split(f'id="{section}"')[1].split("</section>")[0]
        assert "failed" in part
        assert "The curve never breaks." in part


def test_many_cycles_show_the_telling_ones(page: str) -> None:
    part = page.split('id="technique-cycling"')[1].split("</section>")[0]
    cycles = {int(c) for c in re.findall(r"cycle (\d+), 0.2 C", part)}
    assert cycles == {1, 2, 5, 10, 50, 100, 137, 200}
    assert "tables/cycling.csv" in part


def test_a_printed_number_stands_beside_the_rehearsed_one_of_its_conditions(page: str) -> None:
    row = re.search(r'<tr role="row"[^>]*>(?:(?!</tr>).)*cycle 137, 0.2 C.*?</tr>', page.split('id="audit"')[0], re.S)
    assert row is not None
    assert "27" in words(row[0])
    assert "72.6 ± 1.0" in words(row[0])


def test_hostile_text_is_escaped(hostile: Any, make: Any) -> None:
    bad = make.BAD
    axis = Axis("strain")
    figure = Figure("f" + bad, "t" + bad, axis, axis, caption=bad)
    bars = Figure("b" + bad, "t" + bad, axis, axis, "bars")
    x = np.linspace(0, 1, 5)
    names = np.array([bad, "_hidden $x^{2}$"])
    curves = (
        Curve("PI" + bad, "rehearsed", Series(figure.name, x, x, bad)),
        Curve("_$\\frac{" + bad, "measured", Series(figure.name, x, x, bad)),
        Curve("PI" + bad, "rehearsed", Series(bars.name, names, np.array([1.0, 2.0]))),
    )
    sections = [Section("s" + bad, bad, bad, (bad,), (figure, bars), curves)]
    page = render_page(hostile, sections, draw_all(sections))
    read = Reader(page)
    assert page.count("&lt;script&gt;alert(1)") > 50
    assert "<script" not in page
    assert read.tags["img"] == 0
    assert [a for a in read.attributes if a[1].startswith("on") or a[2].lower().startswith("javascript:")] == []
    assert all(re.fullmatch(r"[\w.-]+", i) for i in read.ids)


def test_same_input_same_bytes(results: Any, sections: Any) -> None:
    assert render_page(results, sections, draw_all(sections)) == render_page(results, sections, draw_all(sections))


def test_bare_documents_still_make_a_page(make: Any) -> None:
    assert "There is no number to show." in render_page({}, [], {})
    lone = {"findings": [make.strength("PI", "measured", 1e8, 1e6) | {"binder": None}], "provenance": {}}
    page = render_page(lone, [], {})
    assert "100.0 ± 1.0" in page
    assert "technique-tensile" in Reader(page).ids


def test_page_stays_small_with_many_findings(results: Any, make: Any) -> None:
    many = [{**make.retention(c), "binder": f"B{b}", "technique": f"t{b % 4}", "at": {"cycle": c, "k": k}}
            for b in range(5) for c in range(1, 201) for k in range(10)]  # fmt: skip
    page = render_page(results | {"findings": many}, [], {})
    assert len(many) == 10_000
    assert len(page.encode()) < 3_000_000


def test_ties_bounds_and_overlaps_are_not_best(results: Any, make: Any) -> None:
    close = [make.strength("PI", "measured", 160e6, 5e6), make.strength("PAID", "measured", 165e6, 5e6)]
    page = render_page(results | {"findings": close}, [], {})
    assert "<strong" not in page
    bound = [{**results["findings"][0], "printed": ">165"}, results["findings"][1]]
    assert "<strong" not in render_page(results | {"findings": bound}, [], {})
    tie = [results["findings"][0], results["findings"][0] | {"binder": "PAID"}]
    assert "<strong" not in render_page(results | {"findings": tie}, [], {})


def test_what_was_printed_stands_as_printed(make: Any) -> None:
    rows = [
        ("saicas_force", "0.30", "N", 0.3, "N"),
        ("capacity_retention", ">65", "%", None, "1"),
        ("mass_loading", "0.50 ± 0.1", "mg/cm^2", 0.005, "kg/m^2"),
        ("number_average_molar_mass", "4526", "kDa", 4526.0, "kg/mol"),
        ("toughness", "7", "furlongs", None, "J/m^3"),
    ]
    findings = [make.published("PI", *row) | {"method": "printed: Fig. 2d"} for row in rows]
    said = words(render_page({"findings": findings}, [], {}))
    for part in ("0.30", "&gt;65", "0.50 ± 0.1", "4526", "7 furlongs"):
        assert f"published {part}" in said, part
    assert "printed: Fig. 2d" in said


def test_an_asserted_order_is_no_number(results: Any, make: Any) -> None:
    row = make.audit_row("disagrees", "porosity", printed="PI-P < PI", recomputed=None, binder=None,
                         remarks=["These printed numbers do not reproduce each other.", "See peel_force."])  # fmt: skip
    page = render_page(results | {"audit": [row]}, [], {})
    audit = words(page.split('id="audit"')[1].split('id="literature"')[0])
    assert "PI-P &lt; PI Recomputed" in audit
    assert "Gap" not in audit
    assert audit.count("do not reproduce each other.") == 1
    assert "See peel force." in audit


def test_every_number_at_a_glance_opens(results: Any, sections: Any, make: Any) -> None:
    many = [make.retention(c) | {"binder": b} for b in ("B1", "B2", "B3") for c in range(1, 201)]
    crowd = [make.strength(f"B{k}", "measured", 1e8, 1e6, at={"k": k % 97}) for k in range(400)]
    page = render_page(results | {"findings": [*crowd, *many]}, sections, {})
    glance = page.split('id="glance"')[1].split('id="audit"')[0]
    cells = re.findall(r'<div class="num.*?</div>', glance, re.S)
    assert len(cells) > 100
    assert all("<a href" in cell for cell in cells)


def test_measured_at_other_conditions_is_no_field_for_a_best(results: dict[str, Any], make: Any) -> None:
    def best(rate: float) -> bool:
        rows = [
            make.published("PI", "tensile_strength", "165", "MPa", 165e6, "Pa"),
            make.strength("PI", "measured", 160e6, 2e6, at={"c_rate": 0.2}),
            make.strength("PAID", "measured", 200e6, 3e6, at={"c_rate": rate}),
        ]
        return "<strong" in render_page(results | {"findings": rows, "audit": []}, [], {})

    assert best(0.2)
    assert not best(0.1)


def test_a_measured_input_without_a_printed_number_has_no_empty_place(results: dict[str, Any], make: Any) -> None:
    given = {
        "binder": "PI",
        "quantity": "capacity_retention",
        "at": {},
        "printed": "",
        "unit": "",
        "where": "raw/x.csv",
    }
    page = render_page(results | {"audit": [make.audit_row("disagrees", inputs=[given])]}, [], {})
    part = page.split("Recomputed from")[1].split("</ul>")[0]
    assert "raw/x.csv" in part
    assert "<b></b>" not in part


def peak(cycle: int, process: str, quantity: str = "peak_resistance", **at: Any) -> dict[str, Any]:
    told = {"cycle": cycle, "process": process, **at}
    found = Finding(quantity, float(cycle), "ohm", told, binder="PI", technique="impedance", basis="measured", n=1)
    return found.to_json()


def impedance_chapter(*rows: dict[str, Any]) -> Any:
    section = Section("impedance", "Impedance", key_quantities=("peak_resistance",))
    (chapter,) = chapters_of([section], numbers_of(rows), {})
    return chapter


def test_a_table_follows_each_process_through_its_cycles_in_the_order_met() -> None:
    chapter = impedance_chapter(*(peak(c, p) for c in (1, 2, 10) for p in ("SEI", "charge transfer")))
    assert [row.conditions for row in chapter.rows] == [
        f"{process}, cycle {cycle}" for process in ("SEI", "charge transfer") for cycle in (1, 2, 10)
    ]


def test_other_quantities_and_other_models_stand_beside() -> None:
    chapter = impedance_chapter(
        peak(1, "SEI"), peak(1, "SEI", "peak_time_constant"), peak(1, "SEI", model="arcs", arc=1)
    )
    assert [row.quantity for row in chapter.rows] == ["peak_resistance"]
    assert sorted((row.quantity, "model" in row.at) for row in chapter.beside) == [
        ("peak_resistance", True),
        ("peak_time_constant", False),
    ]
    assert len(chapter.numbers) == 3  # each can be opened


def test_a_rates_mean_stands_without_the_cycles_it_is_the_mean_of() -> None:
    def capacity(name: str, **at: Any) -> dict[str, Any]:
        return peak(1, "SEI") | {"at": {"c_rate": 0.2, **at}, "inputs": [{"path": name}]}

    same = impedance_chapter(capacity("a"), capacity("a", cycle=5))
    assert [row.conditions for row in same.rows] == ["0.2 C"]
    assert same.left_out == 1
    assert len(impedance_chapter(capacity("a"), capacity("b", cycle=5)).rows) == 2  # of another file: no part of it


def test_details_and_second_models_are_not_told_at_a_glance() -> None:
    rows = numbers_of([peak(20, "SEI"), peak(20, "SEI", model="arcs"), peak(20, "SEI", half="anodic", peak=1)])
    main, _ = glance(rows, ["peak_resistance"])
    assert [row.conditions for row in main] == ["SEI, cycle 20"]


def _toughness(value: float | None, status: Any = "ok", *remarks: str, **at: Any) -> dict[str, Any]:
    return Finding("toughness", value, "J/m^3", at, binder="PI", technique="tensile", status=status,
                   remarks=remarks).to_json()  # fmt: skip


def _section(page: str, name: str) -> str:
    return page.partition(f'<section id="{name}">')[2].partition("</section>")[0]


def test_what_nothing_identifies_is_not_among_missing_inputs(results: dict[str, Any]) -> None:
    rows = [
        _toughness(None, "missing_input", "No width was given.", humidity="dry"),
        _toughness(None, "missing_input", "No width was given.", humidity="dry", specimen="a"),
        _toughness(None, "missing_input", "No width was given.", humidity="dry", specimen="b"),
        _toughness(None, "not_identifiable", "A flank is cut off.", humidity="wet"),
        _toughness(None, "not_identifiable", "A flank is cut off.", humidity="moist"),
    ]
    page = render_page({**results, "findings": [*results["findings"], *rows]}, [], {})
    missing, vague = _section(page, "missing"), _section(page, "unidentified")
    assert "A flank is cut off." not in missing
    assert missing.count("No width was given.") == 1  # the two specimens stand for nothing of their own
    assert "Numbers that wait for a missing input: 1." in missing
    assert "Numbers that failed, with the reason: 1." in missing  # that of the study itself
    assert vague.count("A flank is cut off.") == 2
    assert "tell these numbers: 2." in vague
    assert '2 numbers are <a href="#unidentified">not identifiable</a>' in page
    assert '<a href="#unidentified">Not identifiable</a>' in page


def test_a_specimen_without_a_number_is_told_where_its_summary_has_one(results: dict[str, Any]) -> None:
    summary = _toughness(1e6)
    lost = _toughness(None, "not_identifiable", "A flank is cut off.", specimen="b")
    page = render_page({**results, "findings": [*results["findings"], summary, lost]}, [], {})
    assert _section(page, "unidentified").count("A flank is cut off.") == 1


def test_contacts_that_nothing_identifies_are_counted_and_told_elsewhere(results: dict[str, Any]) -> None:
    vague = _toughness(None, "not_identifiable", "A flank is cut off.", humidity="wet")
    contact = {**vague, "technique": "binding", "quantity": "deformation_energy", "basis": "computed"}
    page = render_page({**results, "findings": [*results["findings"], vague, contact]}, [], {})
    assert "tell these numbers: 1." in _section(page, "unidentified")
    assert "1 more, of contacts," in _section(page, "unidentified")
    assert '2 numbers are <a href="#unidentified">' in page


def test_a_page_without_such_numbers_has_no_such_part(page: str) -> None:
    assert "unidentified" not in page
