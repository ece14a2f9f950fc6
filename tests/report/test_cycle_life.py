"""The electrode model on the page, from invented numbers: wins and losses alike, bounds as bounds, priors as priors."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.report.electrode_section import MAH_G, SEEN, section

from byssus.findings import Finding
from byssus.report.cycle_life import CycleLife, cycle_life_of
from byssus.report.cycle_life_figures import cycle_life_drawings, cycle_life_sections
from byssus.report.page import render_page
from byssus.report.rows import numbers_of
from byssus.report.schema import results_schema
from byssus.report.write import write_report

BINDERS = ("PI", "PAID")


def finding(quantity: str, value: float | None, unit: str, **more: Any) -> dict[str, Any]:
    like = {"technique": "electrode", "basis": "simulated", "binder": "PAID"}
    return Finding(quantity, value, unit, **{**like, **more}).to_json()


@pytest.fixture
def foretold(results: dict[str, Any]) -> dict[str, Any]:
    results["provenance"]["simulation"] = {"electrode": section()}
    results["findings"] += [
        finding("expansion_after_lithiation", 0.9, "1", at={"calibration": "the other binders"}, interval=(0.5, 1.3)),
        finding("expansion_beyond_bounds", -0.25, "1", interval=(-0.3, -0.125), status="warned",
                remarks=("the published expansion", "below what the porosity allows")),
        finding("expansion_beyond_bounds", 0.0, "1", binder="PI", interval=(0.0, 0.0)),
        finding("holding_modulus", None, "Pa", binder=None, at={"parameter": "vague"}, status="not_identifiable"),
    ]  # fmt: skip
    return results


def part_of(results: dict[str, Any]) -> CycleLife:
    found = cycle_life_of(results, numbers_of(results["findings"]), cycle_life_drawings(results, BINDERS))
    assert found is not None
    return found


def page_of(results: dict[str, Any], sections: Any = ()) -> str:
    return render_page(results, sections, cycle_life_drawings(results, BINDERS))


def chapter(page: str) -> str:
    start = page.index('<section id="cycle-life">')
    return page[start : page.index("</section>", start)]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_errors_of_the_model_stand_beside_all_baselines_and_the_least_is_told(foretold: Any) -> None:
    swelling, cycling = part_of(foretold).results
    assert [(c.text, c.nearest) for c in swelling.errors] == [
        ("30", False), ("55", False), ("20", False), ("12", True)]  # fmt: skip
    assert [(c.text, c.nearest) for c in cycling.errors] == [
        ("50", True), ("750", False), ("100", False), ("65", False)]  # fmt: skip
    assert (swelling.against_baseline, cycling.against_baseline) == ("worse", "better")
    assert (swelling.unit, cycling.unit) == ("%", "mAh/g")
    assert swelling.covered == "1 of 2"
    assert part_of(foretold).wins == 1


def test_a_loss_is_written_like_a_win(foretold: Any) -> None:
    text = plain(chapter(page_of(foretold)))
    assert "1 of 2 results are clearly nearer by the model than by any baseline" in text
    assert re.search(r"30 55 20 12 \(nearest\) 1 of 2 worse", text)
    assert re.search(r"50 \(nearest\) 750 100 65 2 of 2 better", text)


def test_columns_stand_in_one_order_however_the_document_was_stored(foretold: Any) -> None:
    before = part_of(foretold)
    own = foretold["provenance"]["simulation"]["electrode"]
    for row in (*own["scores"], *own["leave_one_out"]):
        row["baselines"] = dict(reversed(row["baselines"].items()))
    assert part_of(foretold).results == before.results
    assert before.heads == ("Model", "Mean of the others", "Linear in log peel force", "Linear in reduced modulus")


def test_intervals_and_bounds_are_written_as_such_and_said_to_be_censored(foretold: Any) -> None:
    swelling, cycling = part_of(foretold).results
    assert [row.reported for row in swelling.rows] == ["120", "40"]
    assert [row.reported for row in cycling.rows] == ["150 to 510", ">1500"]
    assert swelling.censored == ""
    assert cycling.censored == (
        "PAID reports only a bound; PI reports values that differ: only what lies outside counts as an error."
    )


def test_each_row_has_the_interval_and_tells_who_is_nearest_and_what_lies_outside(foretold: Any) -> None:
    pi, paid = part_of(foretold).results[0].rows
    assert (pi.cells[0].text, pi.cells[0].beneath) == ("110", "90 to 130")
    assert [cell.nearest for cell in pi.cells] == [False, False, False, True]
    assert [cell.nearest for cell in paid.cells] == [False, False, True, False]
    assert (pi.outside, paid.outside) == (False, True)
    assert (pi.basis, paid.basis) == ("measured", "")


def test_what_must_be_read_first_stands_before_every_number(foretold: Any) -> None:
    text = plain(chapter(page_of(foretold)))
    assert text.index("Calibrated on two binders.") < text.index(SEEN) < text.index("p = 0.5") < text.index("110")


def test_parameters_tell_fitted_held_and_not_identified_apart(foretold: Any) -> None:
    fitted, vague, kept = part_of(foretold).parameters
    assert (fitted.label, fitted.symbol, fitted.name, vague.name) == ("Holding modulus", "E½", "", "vague modulus")
    assert (fitted.value, fitted.unit, fitted.interval, fitted.prior) == ("2.5", "GPa", "2 to 3", "0.2 to 18")
    assert (fitted.origin, fitted.known) == ("fitted", "yes: 0.10 of the prior’s width")
    assert (vague.identified, vague.known) == (False, "no: 0.97 of the prior’s width")
    assert (kept.interval, kept.prior, kept.known) == ("", "held", "held")
    text = chapter(page_of(foretold))
    assert text.count("Prior chosen in sight of the results.") == 1
    assert "https://doi.org/10.1000/xyz" in text


def test_the_page_names_all_by_which_a_binder_enters(foretold: Any) -> None:
    assert "a binder enters by reduced modulus, porosity alone" in plain(chapter(page_of(foretold)))


def test_a_prior_is_never_called_measured_or_published(foretold: Any) -> None:
    pi, paid = part_of(foretold).given
    assert [(c.head, c.text, c.basis) for c in pi.cells] == [
        ("Reduced modulus", "1.50 ± 0.08 GPa", "measured"), ("Porosity", "25 %", "published")]  # fmt: skip
    assert [(c.text, c.basis) for c in paid.cells] == [("3.25 GPa", "published"), ("20.0 ± 1.0 %", "assumed")]
    text = chapter(page_of(foretold))
    row = text[text.index("20.0 ± 1.0 %") :]
    assert row[: row.index("</td>")].count(">prior</span>") == 1


def test_an_expansion_beyond_its_bounds_is_told_and_opens(foretold: Any) -> None:
    (one,) = part_of(foretold).beyond
    assert one.binder == "PAID"
    text = chapter(page_of(foretold))
    assert f'href="#{one.id}"' in text
    assert f'id="{one.id}"' in text
    assert "below what the porosity allows" in text


def test_curves_are_simulated_and_reported_points_are_not(foretold: Any) -> None:
    (cycles, rates, potentials) = (
        cycle_life_sections(foretold)[0].of_figure(f) for f in cycle_life_sections(foretold)[0].figures
    )
    assert [(c.binder, c.basis, c.series.kind) for c in cycles if c.series.lower is not None] == [
        ("PI", "simulated", ""), ("PAID", "simulated", "")]  # fmt: skip
    drawn = {(c.binder, c.series.kind): c.series.y / MAH_G for c in cycles if c.series.lower is None}
    np.testing.assert_allclose(drawn["PI", "points"], [150, 510])
    np.testing.assert_allclose(drawn["PI", "line"], [150, 510])
    assert ("PAID", "line") not in drawn  # nothing tells how far up its bound could reach
    assert [(c.binder, c.basis, c.series.at["half"], c.series.y[-1]) for c in potentials] == [
        ("PI", "simulated", "lithiation", 0.01), ("PI", "simulated", "delithiation", 1.4)]  # fmt: skip
    (point,) = [c for c in rates if c.series.lower is None]
    assert (point.binder, float(point.series.x[0]), float(point.series.y[0])) == ("PI", 12.0, 77 * MAH_G)


def test_a_bound_is_drawn_up_to_the_first_delithiation_and_never_as_a_point(foretold: Any) -> None:
    own = foretold["provenance"]["simulation"]["electrode"]
    first = copy.deepcopy(own["leave_one_out"][3])
    first |= {"quantity": "first_delithiation_capacity", "at": {}, "reported": [2500 * MAH_G] * 2}
    own["leave_one_out"].append(first)
    (held,) = cycle_life_sections(foretold)
    drawn = [c.series for c in held.curves if c.binder == "PAID" and c.series.lower is None]
    assert [series.kind for series in drawn] == ["line"]
    np.testing.assert_allclose(drawn[0].y / MAH_G, [1500, 2500])


def test_each_binder_of_the_chapter_before_has_what_is_foretold_of_it(foretold: Any) -> None:
    foretold["provenance"]["life"] = [{"binder": name} for name in ("PI", "unknown")]
    page = page_of(foretold)
    start = page.index('<section id="life">')
    text = plain(page[start : page.index("</section>", start)])
    assert text.count("Swelling and cycle life") == 1
    assert "Expansion after lithiation / % 120 110 (90 to 130)" in text
    assert "Delithiation, 0.5 C, cycle 90 / mAh/g 150 to 510 560 (460 to 660)" in text
    assert ">1500" not in text  # another binder's


def test_simulated_numbers_stay_in_their_part(foretold: Any, sections: Any) -> None:
    page = page_of(foretold, sections)
    glance = page[page.index('<section id="glance">') : page.index('<section id="audit">')]
    assert 'id="technique-electrode"' not in page
    assert "simulated" not in glance[glance.index("<table") :]


def test_a_study_without_the_model_has_no_such_part(results: Any) -> None:
    assert cycle_life_of(results, numbers_of(results["findings"]), {}) is None
    assert cycle_life_drawings(results, BINDERS) == {}
    assert "cycle-life" not in render_page(results, (), {})


def test_ids_are_unique_and_hostile_words_are_escaped(foretold: Any) -> None:
    page = page_of(foretold)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    bad = "<script>alert(1)</script>"
    own = foretold["provenance"]["simulation"]["electrode"]
    own["sentences"][1] = own["leave_one_out"][0]["binder"] = own["bounds"][0]["binder"] = bad
    own["origins"][0]["where"] = own["parameters"][0]["source"] = own["cycling"][0]["binder"] = bad
    assert "<script" not in page_of(foretold)


def test_the_document_fits_the_published_schema_and_a_broken_one_does_not(foretold: Any) -> None:
    jsonschema.validate(foretold, results_schema())
    foretold["provenance"]["simulation"]["electrode"]["leave_one_out"][0]["reported"] = [1.2]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(foretold, results_schema())


def test_drawings_are_written_beside_the_page_and_alike_each_time(foretold: Any, tmp_path: Path) -> None:
    pages = [write_report(tmp_path / name, foretold, (), png=True).read_bytes() for name in ("a", "b")]
    assert pages[0] == pages[1]
    names = {path.name for path in (tmp_path / "a" / "figures").iterdir()}
    assert names == {
        "electrode_capacity-by-cycle.svg", "electrode_capacity-by-cycle.png", "electrode_capacity-by-rate.svg",
        "electrode_capacity-by-rate.png", "electrode_swelling-bounds.svg", "electrode_simulated-voltage.svg",
        "electrode_simulated-voltage.png",
    }  # fmt: skip


def test_a_binder_without_results_is_foretold_with_its_warning(foretold: Any) -> None:
    at = {"calibration": "the other binders", "cycle": 200}
    foretold["findings"] += [
        finding("delithiation_capacity", 1800 * MAH_G, "C/kg", at=at, binder="Ä<", interval=(1e6, 9e6),
                status="warned", remarks=("hardness 9 GPa lies outside",)),
        finding("contact_number", 1.0, "1", at={"calibration": "the other binders"}, binder="Ä<"),
    ]  # fmt: skip
    ((binder, rows, warnings),) = part_of(foretold).silent  # not PAID, which has results
    assert (binder, warnings) == ("Ä<", ("hardness 9 GPa lies outside",))
    assert [row.number.quantity for row in rows] == ["delithiation_capacity"]
    assert "cycle 200" in rows[0].conditions
    text = plain(chapter(page_of(foretold)))
    assert "Foretold of binders without a known result" in text
    assert "Ä&lt; hardness 9 GPa lies outside" in text
    assert "Foretold of binders" not in plain(chapter(page_of({**foretold, "findings": foretold["findings"][:-2]})))
