"""Photoelectron spectra of every maker: the regions, energies and counts that the manifest of real files lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import read_file
from byssus.read.reader import FORMATS
from byssus.trace import Trace

# file -> reader, then for each of the first regions its name, points, binding energy and counts of the largest count
# (the manifest's values where it has them)
FILES = {
    "casaxps_FeO_analyzed.vms": ("vamas", 1, [("Fe 2p", 1121, 710.10, 24040.7)]),
    "casaxps_FeO_analyzed_lineshapes_cols.txt": ("casaxps", 1, [("Fe 2p", 1121, 710.10, 24040.7)]),
    "casaxps_vms_txt_export.txt": ("casaxps", 4, [("Survey", 1201, 853.0, 23869.7), ("Ni 2p", 501, 852.7, 27449.8)]),
    "khervefitting_Pt4f.vms": ("vamas", 1, [("Pt 4f", 281, 71.1, 4433.43)]),
    "khervefitting_LaSrTiO3.xlsx": ("xlsx", 6, [("Sr 3d", 161, 133.58, 5201.65), ("Ti 2p", 271, 458.98, 9706.9)]),
    "phi_C1s_sample.csv": ("lg4x", 1, [("C 1s", 351, 284.6, 9359)]),
    "phi_SnO2_10nm.spe": ("phi", 1, [("Survey", 1751, 485.6, 50119)]),
    "phi_SnO2_10nm_1.pro": ("phi", 84, [("Survey", 1751, 485.6, 155682)]),
    "phi_multipak_vms.npl": (
        "vamas",
        5,
        [
            ("C 1s", 601, 284.85, 2506),
            ("O 1s", 601, 531.60, 1851),
            ("S 2p", 501, 161.40, 1620),
            ("N 1s", 401, 399.25, 2944),
            ("Mo 3d", 401, 228.45, 3365),
        ],
    ),
    "scienta_Ag_0001.txt": ("scienta", 1, [("Ag 3d", 361, 369.9, 49.123)]),
    "specs_In-situ_PBTTT.xml": ("specs", 3, [("Survey", 1403, 285.0, 1714), ("C 1s", 201, 285.0, 11240)]),
    "specs_MgFe2O4_small.xy": ("specs", 2, [("Survey", 1351, 306.0, 10836.6), ("Fe 2p", 56, 712.0, 2284.18)]),
    "specs_irregular.vms": ("vamas", 1, [("Survey", 1351, 306.0, 108366)]),
    "specs_regular.vms": ("vamas", 1, [("Survey", 1351, 306.0, 10836.6)]),
}


@pytest.mark.parametrize("name", FILES)
def test_real_files(name: str, shared_data: Path) -> None:
    reader, regions, expected = FILES[name]
    traces = read_file(shared_data / "xps" / name)
    assert len(traces) == regions
    assert all(("at" in trace.metadata) is (regions > 1) for trace in traces)
    for trace, (region, points, energy, most) in zip(traces, expected, strict=False):
        assert trace.source.reader == reader in FORMATS
        assert trace.metadata["region"] == region
        assert len(trace) == points
        top = int(np.argmax(trace["counts"]))
        assert trace["binding_energy_ev"][top] == pytest.approx(energy, abs=1e-6)
        assert trace["counts"][top] == pytest.approx(most, rel=1e-5)


def test_the_same_survey_from_three_layouts(shared_data: Path) -> None:
    regular, irregular, serializer = (
        read_file(shared_data / "xps" / name)[0]
        for name in ("specs_regular.vms", "specs_irregular.vms", "specs_MgFe2O4_small.xy")
    )
    # the irregular file has counts per second under the unit of counts: ten times those of 0.1 s, to six digits
    np.testing.assert_allclose(irregular["counts"], 10 * regular["counts"], rtol=1e-5)
    np.testing.assert_allclose(irregular["binding_energy_ev"], regular["binding_energy_ev"], atol=1e-9)
    np.testing.assert_allclose(serializer["counts"], regular["counts"], rtol=1e-5)
    assert "counts are taken" in irregular.warnings[0]


def test_counts_of_a_rate_are_whole(shared_data: Path) -> None:
    """Rate times dwell times sweeps is what a counter counted, in every region of PHI's own files and exports."""
    for name in ("phi_multipak_vms.npl", "phi_SnO2_10nm.spe"):
        for trace in read_file(shared_data / "xps" / name):
            np.testing.assert_allclose(trace["counts"], np.round(trace["counts"]), atol=0.02)


def test_a_profile_has_its_levels(shared_data: Path) -> None:
    traces = read_file(shared_data / "xps" / "phi_SnO2_10nm_1.pro")
    assert {trace.metadata["at"]["region"] for trace in traces} == {"Survey", "C 1s", "Si 2p", "Sn 3d5/2"}
    tin = [trace["counts"].max() for trace in traces if trace.metadata["region"] == "Sn 3d5/2"]
    assert len(tin) == 21
    assert max(tin) > 1.5 * tin[-1]  # tin oxide is sputtered away


def test_specs_detectors_add_up(shared_data: Path) -> None:
    """Summed with their shifts, detectors give a narrower line than summed without."""
    trace = read_file(shared_data / "xps" / "specs_In-situ_PBTTT.xml")[1]
    net = trace["counts"] - np.median(trace["counts"])
    width = np.ptp(trace["binding_energy_ev"][net > net.max() / 2])
    assert width < 1.5


def test_casaxps_peaks(shared_data: Path) -> None:
    (trace,) = read_file(shared_data / "xps" / "casaxps_FeO_analyzed_results.csv")
    np.testing.assert_allclose(trace["position_ev"], [709.03, 715.73, 722.18, 730.22])
    np.testing.assert_allclose(trace["atomic_share"], [0.4189, 0.1965, 0.2806, 0.1040])


HEAD = (
    "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4|lab|machine|me|exp|1|comment"
    "|{mode}|{scan}|1|0|0|0|0|0|1|block|sample|2026|1|2|3|4|5|0|0|XPS"
)
MIDDLE = "|Al|1486.6|1e37|1e37|1e37|1e37|1e37|FAT|20|1e37|1e37|1e37|1e37|1e37|1e37|1e37|C|1s|-1"
REGULAR = "|kinetic energy|eV|1200|0.5|1|counts|d|pulse counting|0.1|3|0"
IRREGULAR = "|2|kinetic energy|eV|counts|d|pulse counting|0.1|3|0"
TAIL = "|1e37|1e37|1e37|0"


def vamas(tmp_path: Path, text: str) -> Trace:
    path = tmp_path / "a.vms"
    path.write_text("\n".join(text.split("|")) + "\nend of experiment\n")
    (trace,) = read_file(path)
    return trace


def test_vamas_regular_and_irregular(tmp_path: Path) -> None:
    regular = HEAD.format(mode="NORM", scan="REGULAR") + MIDDLE + REGULAR + TAIL + "|4|1|9|3|9|1|5"
    irregular = HEAD.format(mode="NORM", scan="IRREGULAR") + MIDDLE + IRREGULAR + TAIL
    irregular += "|8|1200|1203|1|9|1200|3|1200.5|9|1201|1|1203|5"
    one, other = vamas(tmp_path, regular), vamas(tmp_path, irregular)
    np.testing.assert_allclose(one["binding_energy_ev"], [286.6, 286.1, 285.6, 285.1])
    np.testing.assert_allclose(other["binding_energy_ev"], [286.6, 286.1, 285.6, 283.6])
    np.testing.assert_array_equal(one["counts"], other["counts"])
    assert one.metadata["region"] == "C 1s"
    assert (one.metadata["dwell_s"], one.metadata["sweeps"]) == (0.1, 3.0)


def test_vamas_profile_has_its_sputtering_items(tmp_path: Path) -> None:
    """In a sputter profile three items of the ion and seven of the source stand in a block."""
    text = HEAD.format(mode="SDP", scan="REGULAR") + MIDDLE.replace("|Al|", "|Al|18|1|1|") + REGULAR
    trace = vamas(tmp_path, text + "|1|2|3|4|5|6|7" + TAIL + "|4|1|9|3|9|1|5")
    np.testing.assert_array_equal(trace["counts"], [3, 9, 1, 5])


WHOLE = HEAD.format(mode="NORM", scan="REGULAR") + MIDDLE + REGULAR + TAIL + "|4|1|9|3|9|1|5"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (WHOLE.replace("REGULAR", "MAPPING"), "mode that is not read"),
        (WHOLE.replace("|4|1|9|3|9", "|40|1|9|3|9"), "cut"),
        (WHOLE.replace("|3|9|1|5", "|3|x|1|5"), "no number"),
        (WHOLE.replace("|XPS|", "|SIMS|").replace("|Al|", "|Al|1|2|3|"), "no photoelectron spectrum"),
        (WHOLE.replace("|NORM|REGULAR|1|0|0", "|NORM|REGULAR|1|0|-2"), "leave out parameters"),
        (WHOLE.replace("kinetic energy|eV", "mass|u"), "not in eV"),
    ],
)
def test_vamas_that_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ReadError, match=what):
        vamas(tmp_path, text)


def test_kinetic_energies_alone_stay_so(tmp_path: Path) -> None:
    trace = vamas(tmp_path, WHOLE.replace("|Al|1486.6|", "|Al|1e37|"))
    assert "binding_energy_ev" not in trace
    assert "kinetic_energy_ev" in trace


def test_delimited_text_and_avantage(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Binding energy [eV];Counts\n" + "\n".join(f"{280 + i};{100 + i}" for i in range(20)))
    (trace,) = read_file(path)
    np.testing.assert_allclose(trace["binding_energy_ev"], 280 + np.arange(20))
    path.write_text("Binding Energy (E),Counts / s\n" + "\n".join(f"{280 + i},{100 + i}" for i in range(20)))
    (trace,) = read_file(path)
    np.testing.assert_allclose(trace["count_rate_per_s"], 100 + np.arange(20))


@pytest.mark.parametrize("name", [n for n in FILES if not n.endswith("xlsx")])
def test_half_a_file_is_refused_or_read_in_part(name: str, tmp_path: Path, shared_data: Path) -> None:
    data = (shared_data / "xps" / name).read_bytes()
    for share in (0.3, 0.6, 0.95):
        path = tmp_path / name
        path.write_bytes(data[: int(share * len(data))])
        try:
            traces = read_file(path)
        except ReadError:
            continue
        assert all(len(trace) for trace in traces)


def test_avantage_workbook(tmp_path: Path) -> None:
    """A sheet a region, named "C1s Scan": title and settings, headings with empty columns between, a row of units."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, start in (("C1s Scan", 298.08), ("F1s Scan", 698.08)):
            sheet = book.add_worksheet(name)
            rows = [[name], [], ["Axis", "Energy"], ["Binding Energy (E)", "", "Counts / s"], ["eV", "", ""]]
            rows += [[start - 0.1 * k, "", 1000.0 + k] for k in range(40)]
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    traces = read_file(path)
    assert [trace.metadata["at"]["region"] for trace in traces] == ["C 1s", "F 1s"]
    for trace, start in zip(traces, (298.08, 698.08), strict=True):
        np.testing.assert_allclose(trace["binding_energy_ev"], start - 0.1 * np.arange(40))
        np.testing.assert_allclose(trace["count_rate_per_s"], 1000 + np.arange(40))


def test_avantage_workbook_with_its_fit(tmp_path: Path) -> None:
    """As Avantage 5 and 6 write it: the heading of the counts is empty, their unit stands below, fits stand beside."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, axis in (("XPS Survey", "Binding Energy (E)"), ("C1s Scan", "Binding Energy (E)"), ("O1s Scan", "")):
            sheet = book.add_worksheet(name)
            rows: list[list[object]] = [[" "], ["Axis", "Energy", "Elements=", 40.0], [], ["C:\\data\\C1s Scan.VGD"]]
            rows += [
                [axis, "", "", "", "C1s C-C", "Backgnd."],
                ["eV", "", "Counts / s", "", "Counts / s", "Counts / s"],
            ]
            rows += [[298.08 - 0.1 * k, "", 1000.0 + k, "", 0.0, 900.0] for k in range(40)]
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        book.add_worksheet("Peak Table").write_row(3, 1, ["Name", "", "Peak BE", "FWHM eV"])
    traces = read_file(path)
    assert [(t.source.reader, t.metadata["region"]) for t in traces] == [("avantage", "Survey"), ("avantage", "C 1s")]
    for trace in traces:
        np.testing.assert_allclose(trace["binding_energy_ev"], 298.08 - 0.1 * np.arange(40))
        np.testing.assert_allclose(trace["count_rate_per_s"], 1000 + np.arange(40))
        assert "2 curves that Avantage fitted are left out" in trace.warnings


def test_a_peak_table_with_garbled_headings(tmp_path: Path) -> None:
    path = tmp_path / "peaks.csv"
    path.write_text("Name\tPosition\tFWHM\tRaw Area\tx%At Conc\nC 1s\t284.8\t1.2\t400\t60\n")
    with pytest.raises(ReadError, match="without its headings"):
        read_file(path)


def test_a_casaxps_header_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """A lost tab runs two numbers of the header together."""
    file = tmp_path / "c1s.txt"
    head = "Cycle 0:a:C1s\n\tCharacteristic Energy eV\t1486.6\tAcquisition Time s\t1.0e-0012.9e+002\n"
    file.write_text(f"{head}K.E.\tCounts\tB.E.\n1200\t10\t286.6\n1201\t12\t285.6\n1202\t11\t284.6\n")
    with pytest.raises(ReadError, match="acquisition time is no number"):
        read_file(file)
