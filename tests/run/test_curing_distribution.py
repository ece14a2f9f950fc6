"""A measured distribution of molar mass in the network itself, from a chromatogram to the page."""

from __future__ import annotations

import json
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq

from byssus.cli import main
from byssus.report.schema import results_schema
from byssus.run import curing
from byssus.run.comparing import measured_in
from byssus.run.curing_known import measured_of
from byssus.run.distributions import distributions_in
from byssus.run.plan import load
from byssus.trace import REHEARSED_MARK

pytestmark = pytest.mark.skipif(find_spec("rdkit") is None, reason="RDKit is not installed")

Floats = NDArray[np.float64]
CURE = '[{ temperature = "80 °C", time = "1 h" }, { temperature = "200 °C", time = "2 h", atmosphere = "vacuum" }]'
STUDY = f"""
title = "Network"
seed = 5
[[binder]]
name = "plain"
monomers = [{{ name = "PMDA" }}, {{ name = "ODA" }}]
cure = {CURE}
[[binder]]
name = "tied"
monomers = [{{ name = "PMDA" }}, {{ name = "ODA" }}]
crosslinker = "octa(3-glycidoxypropyl) POSS"
cure = {CURE}
[electrode]
mass_fractions = {{ silicon = "60 %", carbon = "20 %", binder = "19.8 %", poss = "0.2 %" }}
[[measurement]]
binder = "plain"
technique = "gpc"
files = ["raw/*.csv"]
parameters = {{ calibration = "10, -0.6", peak_from = "1 min", peak_to = "19 min", baseline = "none" }}
"""
MINUTES = np.linspace(0.0, 20.0, 1601)
MOLAR_MASS = 10 ** (7.0 - 0.6 * MINUTES)  # kg/mol
NUMBER, WEIGHT = 50.0, 100.0
ARMS, CROSSLINKER = 8, 0.2 / 19.8
ARMS_PER_CHAIN = CROSSLINKER * ARMS / 1.3379 * NUMBER  # of 1337.9 g/mol


def most_probable(number: float = NUMBER) -> Floats:
    """Mass per decade; the signal over time is proportional to it, for the calibration is a straight line."""
    return np.asarray((MOLAR_MASS / number) ** 2 * np.exp(-MOLAR_MASS / number))


def bimodal() -> Floats:
    """Two narrow halves by mass whose averages are those of the most probable distribution above."""
    apart = math.sqrt(WEIGHT**2 - NUMBER * WEIGHT)
    peaks = [np.exp(-0.5 * (np.log(MOLAR_MASS / (WEIGHT + s * apart)) / 0.03) ** 2) for s in (-1, 1)]
    return np.asarray(peaks[0] + peaks[1])


def write(folder: Path, *signals: Floats, head: str = "") -> Path:
    (folder / "raw").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for number, signal in enumerate(signals):
        rows = "\n".join(f"{t:.6f},{s:.9g}" for t, s in zip(MINUTES, signal, strict=True))
        (folder / "raw" / f"{number}.csv").write_text(f"{head}Time (min),RI signal (mV)\n{rows}\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curing, "SAMPLES", 8)


def simulated(folder: Path) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Findings, rows, and gel curves by reading."""
    loaded = load(folder)
    measured = measured_of(measured_in(loaded))
    whole = distributions_in(loaded, folder / "out")
    findings, rows, curves = curing.curing_findings(loaded.study, "tied", measured, whole)
    return findings, rows, {s.at["molar_mass"]: s for _, s in curves if s.figure == "gel"}


def closed_gel(tied: float, loops: float) -> float:
    """Gel of all for most probable chains, k = 1, few sites of very many tied: by a root finder of its own.

    n q [1 - (1 - a + a s)^(f-1)] = k (s^(-1/(k+1)) - 1), and the crosslinker's sol (1 - a + a s)^f.
    """
    a = tied * (1 - loops)

    def left_over(s: float) -> float:
        return a * ARMS_PER_CHAIN * (1 - (1 - a + a * s) ** (ARMS - 1)) - (s**-0.5 - 1)

    s = brentq(left_over, 1e-9, 1 - 1e-6)
    return (1 - s + CROSSLINKER * (1 - (1 - a + a * s) ** ARMS)) / (1 + CROSSLINKER)


def loops_in(findings: list[Any]) -> float:
    return float(next(f.value for f in findings if f.quantity == "loop_share"))


def test_a_schulz_zimm_chromatogram_gives_the_closed_form(tmp_path: Path) -> None:
    findings, rows, curves = simulated(write(tmp_path / "s", most_probable()))
    own, alone = rows[0]["networks"]
    assert (own["reading"], alone["reading"]) == ("as measured, whole distribution", "as measured, averages alone")
    assert (own["chains"], alone["chains"]) == ("the measured distribution", "Schulz-Zimm")
    for row in (own, alone):
        assert row["number_average_kg_per_mol"] == pytest.approx(NUMBER, rel=2e-3)
        assert row["weight_average_kg_per_mol"] == pytest.approx(WEIGHT, rel=2e-3)
    loops = loops_in(findings)
    gel = curves["as measured, whole distribution"]
    for place in (40, 60, 80, 100):
        # whole sites, of which up to 1.4 % are tied, and not very many: half of that is what the closed form is off
        assert gel.y[place] == pytest.approx(closed_gel(float(gel.x[place]), loops), abs=7e-3)
    assert own["gel"][0] == pytest.approx(alone["gel"][0], abs=7e-3)
    point = 1 / math.sqrt(7 * ARMS_PER_CHAIN * WEIGHT / NUMBER) / (1 - loops)
    assert own["gel_point"][0] == pytest.approx(point, rel=7e-3)


def test_a_bimodal_one_does_not(tmp_path: Path) -> None:
    """Two kinds of chain by hand: s = mean of exp(-q n (1 - u)), v the same over sites, by plain iteration."""
    findings, rows, curves = simulated(write(tmp_path / "b", bimodal()))
    own, alone = rows[0]["networks"]
    assert own["weight_average_kg_per_mol"] == pytest.approx(alone["weight_average_kg_per_mol"], rel=2e-3)
    loops, gel = loops_in(findings), curves["as measured, whole distribution"]
    ends = np.array([gel.y[100], curves["as measured, averages alone"].y[100]])
    a = 1 - loops
    masses = WEIGHT + np.array([-1, 1]) * math.sqrt(WEIGHT**2 - NUMBER * WEIGHT)
    tied = a * ARMS_PER_CHAIN * masses / NUMBER
    v = 0.0
    for _ in range(500):
        v = float(np.mean(np.exp(-tied * (1 - (1 - a + a * v) ** (ARMS - 1)))))  # mass and sites go together
    truth = (1 - v + CROSSLINKER * (1 - (1 - a + a * v) ** ARMS)) / (1 + CROSSLINKER)
    assert ends[0] == pytest.approx(truth, abs=7e-3)
    assert ends[1] == pytest.approx(closed_gel(1.0, loops), abs=7e-3)
    assert ends[1] - ends[0] > 0.02


def test_specimens_count_in_equal_parts_whatever_their_signal(tmp_path: Path) -> None:
    """A copy is no second specimen; of a blend in equal parts Mn is the harmonic mean, Mw the plain one."""
    half = 40 * most_probable(NUMBER / 2)
    _, rows, _ = simulated(write(tmp_path / "two", most_probable(), half, half))
    own, alone = rows[0]["networks"]
    assert rows[0]["distribution"]["files"] == ["raw/0.csv", "raw/1.csv"]
    assert own["number_average_kg_per_mol"] == pytest.approx(2 / (1 / NUMBER + 2 / NUMBER), rel=2e-3)
    assert own["weight_average_kg_per_mol"] == pytest.approx(0.75 * WEIGHT, rel=2e-3)
    assert alone["number_average_kg_per_mol"] == pytest.approx(0.75 * NUMBER, rel=2e-3)


def test_page_and_command_say_that_it_is_the_distribution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "s", bimodal())
    assert main(["run", str(folder), "--energies", "none"]) == 0
    said = "The chains are the distribution measured in raw/0.csv itself"
    results = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, results_schema())
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert said in page
    capsys.readouterr()
    assert main(["cure", str(folder), "--binder", "tied"]) == 0
    text = capsys.readouterr().out
    assert said in text
    assert "Mn as measured, whole distribution (49.98" in text
    assert main(["cure", str(folder), "--binder", "tied", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["provenance"]["life"][0]
    of_the_run = next(row for row in results["provenance"]["life"] if row["binder"] == "tied")
    assert told["networks"][0] == of_the_run["networks"][0]
    assert told["distribution"]["sentence"] == of_the_run["distribution"]["sentence"]


def test_a_rehearsed_chromatogram_is_never_taken(tmp_path: Path) -> None:
    findings, rows, _ = simulated(write(tmp_path / "r", most_probable(), head=f"# {REHEARSED_MARK}\n"))
    assert rows[0]["networks"] == []
    assert "distribution" not in rows[0]
    lacking = [f for f in findings if f.quantity == "gel_fraction"]
    assert [f.status for f in lacking] == ["missing_input"]


def test_a_real_sample_with_the_files_of_its_standards(tmp_path: Path, shared_data: Path) -> None:
    """One specimen of several files: the last is the sample, whose own Mn the chains then have."""
    folder = tmp_path / "real"
    (folder / "raw").mkdir(parents=True)
    names = [f"waters_empower_{n}.arw" for n in ("calib1", "calib2", "calib3", "calib5", "calib6", "calib8", "sample2")]
    for name in names:
        (folder / "raw" / name).write_bytes((shared_data / "gpc" / name).read_bytes())
    files = ", ".join(f'"raw/{name}"' for name in names)
    head = STUDY.partition('files = ["raw/*.csv"]')[0]
    (folder / "study.toml").write_text(f"{head}files = [{files}]\none_specimen = true\n", encoding="utf-8")
    _, rows, _ = simulated(folder)
    own, alone = rows[0]["networks"]
    assert rows[0]["distribution"]["files"] == ["raw/waters_empower_sample2.arw"]
    for kind in ("number", "weight"):
        assert own[f"{kind}_average_kg_per_mol"] == pytest.approx(alone[f"{kind}_average_kg_per_mol"], rel=0.02)
    assert own["gel"][0] != alone["gel"][0]
