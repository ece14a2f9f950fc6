"""Cure, network and glass transition of studies: what is told, what is lacking, nothing fitted in silence."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from byssus.cli import main
from byssus.findings import Finding
from byssus.report.schema import results_schema
from byssus.run import comparing, curing
from byssus.run.curing_known import measured_of
from byssus.run.plan import load

pytestmark = pytest.mark.skipif(find_spec("rdkit") is None, reason="RDKit is not installed")

STUDY = """
title = "Network"
seed = 5
[[binder]]
name = "plain"
monomers = [{ name = "PMDA" }, { name = "ODA" }]
cure = [{ temperature = "80 °C", time = "1 h" }, { temperature = "200 °C", time = "2 h", atmosphere = "vacuum" }]
[[binder]]
name = "tied"
monomers = [{ name = "PMDA" }, { name = "ODA" }]
crosslinker = "octa(3-glycidoxypropyl) POSS"
cure = [{ temperature = "80 °C", time = "1 h" }, { temperature = "200 °C", time = "2 h", atmosphere = "vacuum" }]
[electrode]
mass_fractions = { silicon = "60 %", carbon = "20 %", binder = "19.8 %", poss = "0.2 %" }
"""


def claim(binder: str, quantity: str, value: str, unit: str) -> str:
    return f'[[claim]]\nbinder = "{binder}"\nquantity = "{quantity}"\nvalue = "{value}"\nunit = "{unit}"\n'


MASSES = claim("plain", "number_average_molar_mass", "50", "kDa") + claim(
    "plain", "weight_average_molar_mass", "100", "kDa"
)
GLASS = claim("plain", "glass_transition_temperature", "408.8", "°C") + claim(
    "tied", "glass_transition_temperature", "382.2", "°C"
)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    monkeypatch.setattr(curing, "SAMPLES", 12)

    def write(text: str) -> Any:
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return load(tmp_path).study

    return write


def one(findings: list[Any], quantity: str, binder: str, **at: Any) -> Any:
    found = [
        f for f in findings
        if f.quantity == quantity and f.binder == binder and all(f.at.get(k) == v for k, v in at.items())
    ]  # fmt: skip
    assert len(found) == 1, (quantity, binder, at, [dict(f.at) for f in found])
    return found[0]


def test_everything_is_simulated_with_an_interval(study: Callable[[str], Any]) -> None:
    findings, rows, curves = curing.curing_findings(study(STUDY + MASSES + GLASS))
    assert {f.basis for f in findings} == {"simulated"}
    assert {f.status for f in findings} <= {"ok", "warned"}
    for f in findings:
        assert f.interval is not None
        assert f.interval[0] <= f.value <= f.interval[1], (f.quantity, dict(f.at))
    assert [row["binder"] for row in rows] == ["plain", "tied"]
    assert {series.figure for _, series in curves} == {"rings", "oxirane", "gel"}
    keys = [(f.technique, f.quantity, f.binder, tuple(sorted((k, str(v)) for k, v in f.at.items()))) for f in findings]
    assert len(set(keys)) == len(keys)


def test_what_is_assumed_or_fitted_is_a_finding_of_its_own(study: Callable[[str], Any]) -> None:
    from byssus.simulate.cure_channels import constants_table
    from byssus.simulate.parameters import ASSUMED

    findings, _, _ = curing.curing_findings(study(STUDY + MASSES + GLASS))
    told = {f.at.get("parameter") for f in findings if f.quantity == "model_parameter"}
    assert {c.label for c in constants_table().values()} <= told
    assert {a.label for a in ASSUMED.values()} <= told
    fitted = [f for f in findings if f.quantity == "blocking_multiplier"]
    assert len(fitted) == 4
    assert all(f.at["parameter"] == "fitted" and f.method.startswith("FITTED") and f.status == "warned" for f in fitted)


def test_the_network_of_one_reading_by_hand(study: Callable[[str], Any]) -> None:
    """Arms per chain from masses: w/(1 - w) of 0.2 over 19.8 %, eight arms of 1337.9 g/mol, Mn 50 kg/mol, k = 1."""
    findings, rows, _ = curing.curing_findings(study(STUDY + MASSES))
    arms_per_chain = 0.2 / 19.8 * 8 / 1.3379 * 50
    loops = one(findings, "loop_share", "tied").value
    # (f - 1) a^2 (1 - l)^2 (arms per chain) (k + 1)/k = 1
    expected = 1 / np.sqrt(7 * arms_per_chain * 2) / (1 - loops)
    assert one(findings, "gel_point_conversion", "tied").value == pytest.approx(expected, rel=1e-3)
    assert [n["reading"] for n in rows[1]["networks"]] == ["as printed"]  # nothing calls 50 kDa in doubt


def test_the_mechanism_alone_is_told_in_one_sentence(study: Callable[[str], Any]) -> None:
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES + GLASS), "tied")
    said, *rest = rows[0]["verdicts"]
    assert said["about"] == "glass transition, the mechanism alone"
    alone = [v for v in rest if v.get("mechanism") == "rings blocked, crosslinks"]
    assert len(alone) == 2
    for v in alone:
        assert f"{v['predicted_k'][0] - v['reference_k']:+.1f}".replace("-", "−") in said["sentence"]
    assert "is a change of −26.6 K" in said["sentence"]
    assert {v["verdict"].split(" of ")[0] for v in alone} == {"explained only with a multiplier"}
    low, high = sorted(v["multiplier"][0] for v in alone)
    assert said["verdict"] == f"explained only with a multiplier of {low:.1f} to {high:.1f}"


def test_ceilings_follow_the_recipe(study: Callable[[str], Any]) -> None:
    """Two amides in 418.36 g/mol beside eight rings in 1337.9 g/mol."""
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES))
    ceiling = 0.2 / 19.8 * (8 / 1337.9) / (2 / 418.36)
    said = next(v for v in rows[1]["verdicts"] if v["about"] == "ring blocking")
    assert said["verdict"] == "a ceiling"
    assert f"At most {100 * ceiling:.2f} %" in said["sentence"]


def test_the_verdicts_do_not_depend_on_the_order_of_binders(study: Callable[[str], Any]) -> None:
    whole, _, _ = curing.curing_findings(study(STUDY + MASSES + GLASS))
    alone, _, _ = curing.curing_findings(study(STUDY + MASSES + GLASS), "tied")
    assert [f.to_json() for f in whole if f.binder == "tied"] == [f.to_json() for f in alone if f.binder == "tied"]


def test_a_doubted_molar_mass_is_read_three_ways(study: Callable[[str], Any]) -> None:
    masses = claim("plain", "number_average_molar_mass", "4526", "kDa")
    amounts = "".join(
        f'[[claim]]\nbinder = "plain"\nquantity = "mass"\nvalue = "{v}"\nunit = "mg"\nat = {{ monomer = "{m}" }}\n'
        for m, v in (("PMDA", "500"), ("ODA", "459"))
    )
    findings, rows, _ = curing.curing_findings(study(STUDY + masses + amounts))
    readings = [n["reading"] for n in rows[1]["networks"]]
    assert readings == ["as printed", "a tenth", "a thousandth"]
    points = [one(findings, "gel_point_conversion", "tied", molar_mass=r).value for r in readings]
    assert points[1] / points[0] == pytest.approx(np.sqrt(10), rel=1e-6)
    assert points[2] / points[0] == pytest.approx(np.sqrt(1000), rel=1e-6)


def test_without_molar_mass_or_glass_transition_these_are_missing_inputs(study: Callable[[str], Any]) -> None:
    findings, _, _ = curing.curing_findings(study(STUDY))
    for quantity in ("gel_fraction", "gel_point_conversion", "crosslink_density", "glass_transition_shift"):
        lacking = one(findings, quantity, "tied")
        assert lacking.status == "missing_input"
        assert lacking.value is None
        assert lacking.remarks


def test_averages_of_no_chains_are_refused_with_both_numbers(study: Callable[[str], Any]) -> None:
    """A weight average is never below a number average: then no network is told, and why."""
    masses = MASSES.replace('"100"', '"20"')
    findings, _, _ = curing.curing_findings(study(STUDY + masses + GLASS))
    found = {f.quantity: f for f in findings if f.binder == "tied"}
    for quantity in ("gel_fraction", "gel_point_conversion", "crosslink_density"):
        assert (found[quantity].value, found[quantity].status) == (None, "missing_input")
        (said,) = found[quantity].remarks
        assert "Mw 20 kg/mol lies below Mn 50 kg/mol" in said


def test_without_a_cure_or_a_known_crosslinker_the_binder_says_why(study: Callable[[str], Any]) -> None:
    text = STUDY.replace("octa(3-glycidoxypropyl) POSS", "magic dust").replace("cure = [", "cure = [] # [", 1)
    findings, rows, _ = curing.curing_findings(study(text + MASSES))
    assert rows == []
    assert "no step of curing is given" in one(findings, "ring_closure", "plain").remarks[0]
    assert "magic dust" in one(findings, "ring_closure", "tied").remarks[0]


def _measured(binder: str, quantity: str, value: float, unit: str, **at: Any) -> Finding:
    return Finding(quantity, value, unit, at, binder=binder, basis=at.pop("basis", "measured"))


def test_measured_numbers_go_before_printed_ones_and_rehearsed_ones_never_count(study: Callable[[str], Any]) -> None:
    given = study(STUDY + MASSES + GLASS)
    told = [
        _measured("plain", "number_average_molar_mass", 12.0, "kg/mol"),
        _measured("plain", "number_average_molar_mass", 13.0, "kg/mol", specimen="1"),
        _measured("plain", "weight_average_molar_mass", 36.0, "kg/mol"),
        _measured("tied", "number_average_molar_mass", 999.0, "kg/mol", basis="rehearsed"),
    ]
    _, rows, _ = curing.curing_findings(given, "tied", measured_of(told))
    network = rows[0]["networks"][0]
    assert network["reading"] == "as measured"
    assert (network["number_average_kg_per_mol"], network["weight_average_kg_per_mol"]) == (12.0, 36.0)
    assert {v["reported_basis"] for v in rows[0]["verdicts"] if "reported_basis" in v} == {"published"}


def test_glass_transitions_are_compared_only_when_found_alike(study: Callable[[str], Any]) -> None:
    quantity, loss, tan = "glass_transition_temperature", "peak of loss modulus", "peak of tan δ"
    one_side = [
        _measured("tied", quantity, 640.0, "K", criterion=tan),
        _measured("plain", quantity, 660.0, "K", criterion=loss),
    ]
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES), "tied", one_side)
    assert any("not found in the same way" in v["sentence"] for v in rows[0]["verdicts"])
    both = [*one_side, _measured("plain", quantity, 670.0, "K", criterion=tan)]
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES + GLASS), "tied", both)
    found = {(v["reported_k"], v["reference_k"], v["reported_basis"]) for v in rows[0]["verdicts"] if "reported_k" in v}
    assert found == {(640.0, 670.0, "measured")}


def test_the_rubbery_modulus_has_a_verdict_for_each_network(study: Callable[[str], Any]) -> None:
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES), "tied")
    network = rows[0]["networks"][0]
    inside, beyond = network["affine_pa"][0], 10 * network["affine_pa"][2]

    def verdict(pascal: float) -> tuple[list[Any], Any]:
        text = STUDY + MASSES + claim("tied", "rubbery_modulus", f"{pascal / 1e6:.6g}", "MPa")
        findings, rows, _ = curing.curing_findings(study(text), "tied")
        said = next(v for v in rows[0]["verdicts"] if v["about"] == "rubbery modulus")
        return [f for f in findings if f.quantity == "modulus_multiplier"], said

    assert verdict(inside)[0] == []
    assert verdict(inside)[1]["verdict"] == "explained"
    fitted, said = verdict(beyond)
    assert fitted[0].value == pytest.approx(beyond / network["affine_pa"][0], rel=1e-4)
    assert fitted[0].interval[0] == pytest.approx(10.0, rel=1e-4)
    assert fitted[0].method.startswith("FITTED")
    assert said["verdict"] == f"explained only with a multiplier of {fitted[0].value:.2g}"


def test_a_polymer_of_another_kind_is_left_alone(study: Callable[[str], Any]) -> None:
    text = 'title = "CMC"\n[[binder]]\nname = "A"\nmonomers = [{ name = "CMC, DS = 0.7" }]\n'
    assert curing.curing_findings(study(text)) == ([], [], [])


def test_the_command_prints_a_table_and_a_valid_document(
    study: Callable[[str], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study(STUDY + MASSES + GLASS)
    assert main(["cure", str(tmp_path), "--binder", "tied"]) == 0
    text = capsys.readouterr().out
    for word in ("tied", "by acid", "gel point", "multiplier of", "rival, solvent"):
        assert word in text
    assert "plain\n" not in text
    assert main(["cure", str(tmp_path), "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    jsonschema.validate(results, results_schema())
    assert len(results["provenance"]["life"]) == 2


def test_the_command_takes_what_the_studys_files_say_before_what_is_printed(
    study: Callable[[str], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _measured("plain", "number_average_molar_mass", 12.0, "kg/mol").to_json()
    rehearsed = {**row, "value": 99.0, "basis": "rehearsed"}
    monkeypatch.setattr(comparing, "study_results", lambda *_: {"findings": [row, rehearsed]})
    study(STUDY + MASSES)
    assert main(["cure", str(tmp_path), "--binder", "tied"]) == 0
    assert "Mn as printed (50 kg/mol)" in capsys.readouterr().out  # without a file there is nothing to run
    study(STUDY + MASSES + '[[measurement]]\nbinder = "plain"\ntechnique = "gpc"\nfiles = ["a.gpc"]\n')
    assert main(["cure", str(tmp_path), "--binder", "tied"]) == 0
    assert "Mn as measured (12 kg/mol)" in capsys.readouterr().out


def test_a_seed_moves_the_bands_and_no_nominal_value(
    study: Callable[[str], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study(STUDY + MASSES)

    def of(*seed: str) -> dict[str, Any]:
        assert main(["cure", str(tmp_path), "--binder", "plain", "--json", *seed]) == 0
        rows = json.loads(capsys.readouterr().out)["findings"]
        found = next(row for row in rows if row["quantity"] == "ring_closure")
        return {"value": found["value"], "interval": found["interval"]}

    own, same, other = of(), of("--seed", "5"), of("--seed", "6")
    assert own == same
    assert other["value"] == pytest.approx(own["value"], abs=1e-6)
    assert other["interval"] != own["interval"]
    assert main(["cure", str(tmp_path), "--seed", "-1"]) == 2
    assert "whole number from 0" in capsys.readouterr().err


def test_the_command_refuses_an_unknown_binder_and_a_bad_programme(
    study: Callable[[str], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study(STUDY)
    assert main(["cure", str(tmp_path), "--binder", "tide"]) == 2
    assert "Did you mean 'tied'?" in capsys.readouterr().err
    text = STUDY.replace('time = "2 h"', 'time = "-2 h", ramp = "0 K/min"', 1)
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert main(["cure", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "binder[1].cure[2].time" in said
    assert "binder[1].cure[2].ramp" in said
    assert "Traceback" not in said


def test_a_run_takes_the_cure_along_and_does_it_once(study: Callable[[str], Any], tmp_path: Path) -> None:
    from byssus.run.progress import Progress
    from byssus.run.study import Options, run_study

    study(STUDY + MASSES + GLASS)
    out = tmp_path / "out"
    with Progress() as progress:
        first = run_study(load(tmp_path), Options(out, jobs=1, energies="none"), progress)
    results = json.loads(first.results.read_text(encoding="utf-8"))
    jsonschema.validate(results, results_schema())
    assert {f["basis"] for f in results["findings"]} >= {"simulated", "published"}
    page = first.page.read_text(encoding="utf-8")
    assert 'id="life"' in page
    assert "multiplier of" in page
    assert (out / "figures" / "life_rings.svg").exists()
    with Progress() as progress:
        again = run_study(load(tmp_path), Options(out, jobs=1, energies="none"), progress)
    assert sum(again.redone.values()) == 0


def _widths(findings: list[Any]) -> dict[tuple[Any, ...], float]:
    """Of the band over the number itself, for each that the crosslinked binder has."""
    return {
        (f.quantity, *sorted((k, str(v)) for k, v in f.at.items())): (f.interval[1] - f.interval[0]) / abs(f.value)
        for f in findings
        if f.binder == "tied" and f.value
    }


def _with_mass(study: Callable[[str], Any], relative: float | None) -> list[Any]:
    masses = [
        _measured("plain", f"{kind}_average_molar_mass", value, "kg/mol").but(
            standard_uncertainty=None if relative is None else relative * value
        )
        for kind, value in (("number", 12.0), ("weight", 36.0))
    ]
    return curing.curing_findings(study(STUDY + GLASS), "tied", measured_of(masses))[0]


def test_an_uncertain_molar_mass_widens_what_rests_on_it(study: Callable[[str], Any]) -> None:
    none, zero, one_, two = (_widths(_with_mass(study, r)) for r in (None, 0.0, 0.3, 0.6))
    assert none == zero
    told = {key: (zero[key], one_[key], two[key]) for key in zero}
    for quantity in ("gel_point_conversion", "gel_fraction", "crosslink_density", "rubbery_modulus"):
        of = [widths for key, widths in told.items() if key[0] == quantity]
        assert of
        for exact, once, twice in of:
            assert exact < once < twice, quantity
    for key, (exact, once, twice) in told.items():
        if key[0] in ("ring_closure", "glass_transition_temperature", "loop_share", "blocked_site_share"):
            assert exact == once == twice


def test_the_gel_point_follows_the_molar_masses_drawn(
    study: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes as Mw to the power -1/2, whose band of two standard uncertainties then rules all others."""
    monkeypatch.setattr(curing, "SAMPLES", 400)
    findings = _with_mass(study, 0.6)
    low, high = one(findings, "gel_point_conversion", "tied").interval
    sigma = np.sqrt(np.log1p(0.6**2))
    exact = one(_with_mass(study, None), "gel_point_conversion", "tied").interval
    own = np.log(exact[1] / exact[0]) / (2 * 1.96)
    assert np.log(high / low) / (2 * 1.96) == pytest.approx(np.hypot(sigma / 2, own), rel=0.1)


def test_a_printed_tolerance_widens_and_printed_digits_do_not(study: Callable[[str], Any]) -> None:
    def widths(mn: str, tg: str) -> dict[tuple[Any, ...], float]:
        text = STUDY + claim("plain", "number_average_molar_mass", mn, "kDa")
        text += claim("plain", "glass_transition_temperature", tg, "°C")
        text += claim("tied", "glass_transition_temperature", "382.2", "°C")
        return _widths(curing.curing_findings(study(text), "tied")[0])

    digits, mass, glass = widths("50", "408.8"), widths("50 ± 20", "408.8"), widths("50", "408.8 ± 20")
    assert digits == widths("50.0", "408.8") == widths("50 ± 0", "408.8")
    for key, width in digits.items():
        if key[0] == "gel_point_conversion":
            assert mass[key] > width == glass[key]
        if key[0] in ("glass_transition_temperature", "blocking_multiplier", "required_share"):
            assert glass[key] > width == mass[key]


@pytest.mark.parametrize(
    ("printed", "unit", "expected"), [("50 ± 4", "kDa", 4.0), ("50(3)", "kDa", 3.0), ("50000 ± 4000", "g/mol", 4.0)]
)
def test_what_stands_after_a_printed_sign_is_one_standard_uncertainty(
    study: Callable[[str], Any], printed: str, unit: str, expected: float
) -> None:
    from byssus.run.curing_known import Numbers

    given = study(STUDY + claim("plain", "number_average_molar_mass", printed, unit))
    known = Numbers(given).of("plain", "number_average_molar_mass")
    assert known is not None
    assert (known.value, known.uncertainty) == (pytest.approx(50.0), pytest.approx(expected))
    drawn = known.draws(4000, 1)
    assert drawn[0] == 50.0
    assert np.std(drawn) == pytest.approx(expected, rel=0.05)


def test_an_uncertain_rubbery_modulus_is_explained_where_its_band_reaches(study: Callable[[str], Any]) -> None:
    _, rows, _ = curing.curing_findings(study(STUDY + MASSES), "tied")
    beyond = 1.5 * rows[0]["networks"][0]["affine_pa"][2]

    def verdict(uncertainty: float | None) -> tuple[Any, list[Any]]:
        told = _measured("tied", "rubbery_modulus", beyond, "Pa").but(standard_uncertainty=uncertainty)
        findings, rows, _ = curing.curing_findings(study(STUDY + MASSES), "tied", [told])
        said = next(v for v in rows[0]["verdicts"] if v["about"] == "rubbery modulus")
        return said, [f.interval for f in findings if f.quantity == "modulus_multiplier"]

    exact, somewhat, widely = verdict(None), verdict(0.02 * beyond), verdict(0.6 * beyond)
    assert "(" not in exact[0]["sentence"].split("measured")[1]
    assert exact[1][0][0] > somewhat[1][0][0]
    assert exact[1][0][1] < somewhat[1][0][1]
    assert "explained only with" in somewhat[0]["verdict"]
    assert widely[0]["verdict"] == "explained"
