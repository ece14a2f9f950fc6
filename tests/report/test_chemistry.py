"""The chapter on chemistry from an invented results document: ledgers, verdicts, pictures, and nothing swamped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from byssus.findings import Finding
from byssus.report.chemistry import chemistry_of, pictures_of
from byssus.report.page import render_page
from byssus.report.rows import numbers_of
from byssus.report.write import write_report

KCAL = 4184.0
STRUCTURE = "<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-label='aniline'><path d='M0 0L1 1'/></svg>"


def finding(quantity: str, kcal: float | None, contact: str, **more: Any) -> dict[str, Any]:
    at = {"contact": contact, "kind": "pair", "site": "acid", **more.pop("at", {})}
    unit = more.pop("unit", "J/mol")
    value = None if kcal is None else kcal * (KCAL if unit == "J/mol" else 1.0)
    like = {"binder": "PI", "technique": "binding", "basis": "computed", "n": 1,
            "method": "B3LYP/6-31g(d,p) on GFN2-xTB geometries, every part in its lowest geometry"}  # fmt: skip
    return Finding(quantity, value, unit, at, **{**like, **more}).to_json()


def contact(name: str, binder: str = "PI", shift: float = 0.0) -> dict[str, Any]:
    places = [
        [0.0, 0.0, 0.0],
        [1.8, 0.0, 0.0],
        [-0.45, 1.76, 0.0],
        [5.5, 0.0, shift],
        [6.4, 1.4, 0.0],
        [6.4, -1.4, 0.0],
    ]
    geometry = {"held": "hydrogen-bonded", "split": 3, "numbers": [8, 1, 1, 8, 1, 1], "positions_bohr": places,
                "hydrogen_bonds": [[0, 1, 3]], "binding_j_per_mol": -5.0 * KCAL}  # fmt: skip
    return {"name": name, "kind": "pair", "binder": binder, "site": "acid", "reactants": ["O", "O"], "product": "",
            "level": "default", "rule": "the group alone", "origins": {"shipped": 7}, "versions": {"pyscf": "9.9"},
            "geometries": [geometry]}  # fmt: skip


def ledger(name: str = "water dimer", formula: float = -10.0) -> list[dict[str, Any]]:
    return [
        finding("binding_energy", formula, name, equation="E_bind = E_AB - (E_A + E_B)", remarks=("no bond is made",)),
        finding("binding_energy_counterpoise", formula + 3.0, name),
        finding("interaction_energy", formula - 1.5, name),
        finding("deformation_energy", 1.5, name),
        finding("binding_energy_with_dispersion", formula - 2.0, name, at={"dispersion": "D3(BJ)"}),
        finding("binding_energy_with_dispersion", formula - 2.25, name, at={"dispersion": "D4"}),
        finding("binding_energy_conformer_spread", 0.75, name),
        finding("binding_energy_grid_spread", 0.02, name),
        finding("hydrogen_bond_count", 1.0, name, unit="1"),
    ]


def claim(contacts: list[str]) -> dict[str, Any]:
    return {"about": "claim", "verdict": "not supported", "sentence": "PI: −11.22 kcal/mol printed: not supported.",
            "binder": "PI", "printed": "-11.22", "unit": "kcal/mol", "contacts": contacts,
            "range_j_per_mol": [-10.0 * KCAL, -9.25 * KCAL], "nearest": contacts[0],
            "nearest_j_per_mol": -10.0 * KCAL, "deviation_j_per_mol": -1.22 * KCAL,
            "outside_j_per_mol": 1.215 * KCAL}  # fmt: skip


@pytest.fixture
def chemical(results: dict[str, Any]) -> dict[str, Any]:
    structure = {"role": "model compound", "name": "aniline", "binders": ["PI"], "smiles": "Nc1ccccc1",
                 "formula": "C6H7N", "molar_mass_kg_per_mol": 0.09313, "sites": {"aromatic amine": 1.0},
                 "tints": {"aromatic amine": "#e8a33d"}, "drawing": "structure_a"}  # fmt: skip
    results["findings"] += ledger()
    results["provenance"] |= {
        "structures": [structure], "contacts": [contact("water dimer")], "verdicts": [claim(["water dimer"])],
    }  # fmt: skip
    return results


def page_of(results: dict[str, Any], sections: Any = ()) -> str:
    return render_page(results, sections, {"structure_a": STRUCTURE, **pictures_of(results)})


def chapter(page: str) -> str:
    start = page.index('<section id="chemistry">')
    return page[start : page.index("</section>", start)]


def test_the_ledger_shows_kcal_with_kj_beside_and_the_printed_number_with_its_distance(chemical: Any) -> None:
    own = chemistry_of(chemical, numbers_of(chemical["findings"]), {})
    assert own is not None
    ((binder, (row,)),) = own.ledgers
    assert binder == "PI"
    shown = {name: (cell.kcal, cell.kj) for name, cell in row.cells.items()}
    assert shown == {
        "binding_energy": ("−10.00", "−41.8"), "binding_energy_counterpoise": ("−7.00", "−29.3"),
        "interaction_energy": ("−11.50", "−48.1"), "deformation_energy": ("1.50", "6.3"),
        "D3(BJ)": ("−12.00", "−50.2"), "D4": ("−12.25", "−51.3"),
        "binding_energy_conformer_spread": ("0.75", "3.1"), "binding_energy_grid_spread": ("0.02", "0.1"),
        "hydrogen_bond_count": ("1", ""),
    }  # fmt: skip
    assert row.printed == (("−11.22 kcal/mol", "−1.22"),)
    assert row.origin == "shipped with the study: pyscf 9.9"
    assert (own.same_method, own.same_origin) == ("B3LYP/6-31g(d,p)", "shipped with the study")


def test_every_number_of_the_ledger_opens(chemical: Any) -> None:
    text = chapter(page_of(chemical))
    links = re.findall(r'href="#(n\d+)"', text)
    assert len(links) == 9
    assert all(f'id="{link}"' in text for link in links)
    for said in (
        "E_bind = E_AB - (E_A + E_B)",
        "the group alone",
        "pyscf 9.9",
        "-41840 J/mol in SI",
        "no bond is made",
    ):
        assert said in text


def test_the_chapter_says_verdict_structure_and_picture(chemical: Any) -> None:
    text = chapter(page_of(chemical))
    assert "PI: −11.22 kcal/mol printed: not supported." in text
    assert STRUCTURE in text
    assert "93.13 g/mol" in text
    assert text.count("<circle") == 6
    assert "1.96 Å" in text  # 3.7 bohr


def test_computed_numbers_stay_in_their_chapter(chemical: Any, sections: Any) -> None:
    page = page_of(chemical, sections)
    outside = page.replace(chapter(page), "")
    assert 'id="technique-binding"' not in outside
    glance = page[page.index('<section id="glance">') : page.index('<section id="audit">')]
    assert "computed" not in glance
    assert "water dimer" not in outside


def test_a_study_without_chemistry_has_no_chapter(results: Any) -> None:
    assert chemistry_of(results, numbers_of(results["findings"]), {}) is None
    page = render_page(results, (), {})
    assert 'id="chemistry"' not in page
    assert 'href="#chemistry"' not in page


def test_contacts_without_a_number_are_listed_and_the_reason_is_said_once(chemical: Any) -> None:
    why = "not computed yet. 'byssus bind STUDY' computes it, about 47 min."
    names = ("large", "larger", "largest")
    chemical["findings"] += [
        finding("binding_energy", None, name, status="missing_input", remarks=(why,)) for name in names
    ]
    text = chapter(page_of(chemical))
    assert text.count("about 47 min.") == 1
    assert "large; larger; largest" in text


def test_contacts_that_failed_say_why(chemical: Any) -> None:
    chemical["findings"].append(
        finding("binding_energy", None, "large", status="failed", remarks=("the SCF does not converge",))
    )
    assert "the SCF does not converge" in chapter(page_of(chemical))


def test_one_geometry_of_two_binders_is_drawn_once_and_another_apart(chemical: Any) -> None:
    contacts = [contact("water dimer"), contact("water dimer", "PAID"), contact("water dimer", "PAID", shift=0.5)]
    chemical["provenance"]["contacts"] = contacts
    assert len(pictures_of(chemical)) == 2
    assert "PI, PAID: 1 hydrogen bond" in page_of(chemical)


def test_another_geometry_of_the_same_pair_is_a_row_of_its_own(chemical: Any) -> None:
    chemical["findings"].append(finding("binding_energy", -6.0, "water dimer", at={"held": "stacked"}))
    own = chemistry_of(chemical, numbers_of(chemical["findings"]), {})
    assert own is not None
    rows = own.ledgers[0][1]
    assert [row.held for row in rows] == ["", "stacked"]
    assert rows[1].printed == ()


def test_ids_are_unique_and_hostile_words_are_escaped(chemical: Any) -> None:
    page = page_of(chemical)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    bad = "<script>alert(1)</script>"
    spoiled = chemical | {"provenance": chemical["provenance"] | {"contacts": [contact(bad)], "verdicts": [
        claim(["water dimer"]) | {"sentence": bad}]}}  # fmt: skip
    spoiled["findings"] = [*chemical["findings"], *ledger(bad)]
    assert "<script" not in page_of(spoiled)


def test_pictures_and_tables_are_written_beside_the_page(chemical: Any, tmp_path: Path) -> None:
    write_report(tmp_path, chemical, (), drawings={"structure_a": STRUCTURE})
    names = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert names[1] == "structure_a.svg"
    assert re.fullmatch(r"contact_[0-9a-f]{12}\.svg", names[0])
    assert "water dimer" in (tmp_path / "tables" / "binding.csv").read_text(encoding="utf-8")


def test_an_ion_says_what_it_touches_and_how_far(chemical: Any) -> None:
    ion = contact("Li+ on two oxygens")
    ion["kind"] = "ion"
    ion["geometries"][0] |= {
        "numbers": [3, 8, 8], "split": 1, "held": "other", "hydrogen_bonds": [],
        "positions_bohr": [[0.0, 0.0, 0.0], [3.6, 0.0, 0.0], [0.0, 4.0, 0.0]],
    }  # fmt: skip
    chemical["provenance"]["contacts"] = [ion]
    assert "the ion touches 2 atoms, 1.91 to 2.12 Å away" in chapter(page_of(chemical))


def test_binders_that_depend_on_the_same_share_a_line(chemical: Any) -> None:
    said = "Basis set: the counterpoise correction changes it by 3.00 kcal/mol."
    chemical["provenance"]["verdicts"] = [
        {"about": "sensitivity", "verdict": "", "sentence": said, "binder": binder} for binder in ("PI", "PAID")
    ]
    page = chapter(page_of(chemical))
    assert page.count(said) == 1
    assert "<b>PI, PAID.</b>" in page


@pytest.mark.parametrize(
    ("remarks", "status", "warned"),
    [
        (("quick level: GFN2-xTB alone",), "warned", False),
        (("quick level: GFN2-xTB alone", "GFN2-xTB errs for bare ions"), "warned", True),
        (("part 2 lies lower",), "warned", True),
        (("shipped with the study",), "ok", False),
    ],
)
def test_a_warning_of_its_own_shows_at_the_quick_level_too(
    chemical: Any, remarks: tuple[str, ...], status: str, warned: bool
) -> None:
    """That it is quick the chapter says once; what more there is, at the number."""
    for row in chemical["findings"]:
        if row["technique"] == "binding":
            row |= {"remarks": [*remarks, *row["remarks"]], "status": status}
    own = chemistry_of(chemical, numbers_of(chemical["findings"]), {})
    assert own is not None
    ((_, (row,)),) = own.ledgers
    assert row.warned is warned
    head = chapter(page_of(chemical)).split("<tbody")[1].split("</th>")[0]
    assert ("with a warning" in head) is warned
