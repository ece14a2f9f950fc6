"""Specimen tables: csv of any locale and xlsx, and each way they can be wrong."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from byssus.errors import StudyError
from byssus.study.load import load_study
from byssus.study.specimens import read_specimens

BINDERS = {"raw/a.csv": ("PI",), "raw/b.csv": ("PAID",)}
NAMES = ("PI", "PAID")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    for name in BINDERS:
        (tmp_path / name).write_text("x")
    return tmp_path


def read(folder: Path, text: str | bytes, **kwargs):
    path = folder / "specimens.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_specimens(path, folder, "", BINDERS, NAMES, **kwargs)


def refused(folder: Path, text: str, **kwargs) -> list[str]:
    with pytest.raises(StudyError) as fault:
        read(folder, text, **kwargs)
    return [str(problem) for problem in fault.value.problems]


def book(path: Path, rows: list[list[object]], sheet: str = "Proben") -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        page = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "file,binder,width [mm],thickness (µm),mass / mg\nraw/a.csv,PI,12.7,50,0.55\nb.csv,PAID,12.5,,\n",
        "Datei;Bindemittel;Breite [mm];Dicke (µm);Masse / mg\nraw/a.csv;PI;12,7;50;0,55\nb.csv;PAID;12,5;;\n",
        "Fichier\tLiant\tLargeur (mm)\tÉpaisseur [µm]\tMasse / mg\na.csv\tPI\t12,7\t50\t0,55\nb.csv\tPAID\t12,5\t\t\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_of_every_locale_say_the_same(folder, text, encoding):
    rows = read(folder, text.encode(encoding))
    assert set(rows) == {"raw/a.csv", "raw/b.csv"}
    assert dict(rows["raw/a.csv"].values) == {"width": "12.7 mm", "thickness": "50 µm", "mass": "0.55 mg"}
    assert dict(rows["raw/b.csv"].values) == {"width": "12.5 mm"}
    assert rows["raw/b.csv"].binder == "PAID"


def test_an_xlsx_says_the_same(folder):
    rows = [["Datei", "Breite (mm)", "Bemerkung"], [], ["a.csv", 12.7, "ok"], ["raw/b.csv", 10, ""]]
    found = read_specimens(book(folder / "s.xlsx", rows), folder, "Proben", BINDERS, NAMES)
    assert {file: dict(row.values) for file, row in found.items()} == {
        "raw/a.csv": {"width": "12.7 mm"},
        "raw/b.csv": {"width": "10 mm"},
    }
    assert found["raw/a.csv"].where == "s.xlsx row 3"


def test_cells_may_carry_their_own_unit_and_other_columns_are_left_alone(folder):
    rows = read(folder, "file,width,operator,date\na.csv,12.7 mm,me,2026-01-01\n")
    assert dict(rows["raw/a.csv"].values) == {"width": "12.7 mm"}


def test_parameters_of_techniques_are_headings_too(folder):
    known = {"peel": {"angle": "rad", "width": "m"}}
    assert dict(read(folder, "file,angle [°]\na.csv,180\n", known_parameters=known)["raw/a.csv"].values) == {
        "angle": "180 °"
    }
    lines = refused(folder, "file,angel [°],widht\na.csv,180,1\n", known_parameters=known)
    assert 'Did you mean "angle"?' in lines[0]
    assert 'Did you mean "width"?' in lines[1]
    many = {"peel": {f"parameter_{number}": "m" for number in range(30)}}
    assert refused(folder, "file,Bemerkung [mm]\na.csv,1\n", known_parameters=many) == [
        'specimens.csv heading "Bemerkung [mm]": unknown parameter, expected a parameter of a technique, as in '
        '"width [unit]", "thickness [unit]", "mass [unit]", "gauge_length [unit]", "area [unit]", got "bemerkung". '
        "Rename the column, or take its unit away if it is a remark."
    ]


@pytest.mark.parametrize("heading", ["Einspannlänge", "Gage length", "L0", "Anfangsmesslänge", "Longueur initiale"])
def test_gauge_length_by_other_names(folder, heading):
    rows = read(folder, f"Datei;{heading} [mm]\na.csv;20,5\n", known_parameters={"tensile": {"gauge_length": "m"}})
    assert dict(rows["raw/a.csv"].values) == {"gauge_length": "20.5 mm"}


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("file,width [mm]\nc.csv,1\n", 'specimens.csv row 2 "file": unknown file', 'got "c.csv"'),
        ("file,width [mm]\na.csv,1\nraw/a.csv,2\n", "specimens.csv row 3: file listed twice", "row 2 too"),
        ("file,width [mm]\n,1\n", 'specimens.csv row 2 "file": no file', "Name the raw file"),
        ("file,width [mm]\n../a.csv,1\n", 'specimens.csv row 2 "file": a path that leaves', "../a.csv"),
        ("file,binder\na.csv,PAID\n", 'specimens.csv row 2 "binder": binder is not the', 'expected "PI"'),
        ("file,binder\na.csv,PAIX\n", 'specimens.csv row 2 "binder": unknown binder', 'Did you mean "PAID"?'),
        ("file,width [mm]\na.csv,wide\n", 'specimens.csv row 2 "width [mm]": not a quantity', "wide"),
        ("file,width [mm]\na.csv,-12.7\n", 'specimens.csv row 2 "width [mm]": must be greater', "-12.7 mm"),
        ("file,width [mm]\na.csv,0\n", 'specimens.csv row 2 "width [mm]": must be greater', "0 mm"),
        ("file,width [foo]\na.csv,1\n", 'specimens.csv heading "width [foo]"', "'foo' cannot be read"),
        ("file,width [kg]\na.csv,1\n", 'specimens.csv heading "width [kg]"', "converts to m"),
        ("file,width\na.csv,12.7\n", 'specimens.csv row 2 "width": not a quantity', "with a unit"),
        ("file,width [mm],Breite [mm]\na.csv,1,1\n", 'specimens.csv heading "Breite [mm]": two columns', "Keep one"),
        ('file,width [mm]\na.csv,"1,234"\n', 'specimens.csv row 2 "width [mm]": a number', "Write 1234 or 1.234."),
        ("probe,width [mm]\na.csv,1\n", "specimens.csv: no column of files", "Datei"),
        ("file,width [mm]\n", "specimens.csv: no rows of specimens", "a row a file"),
        ("", "specimens.csv: no rows of specimens", "a row a file"),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_heading(folder, text, start, said):
    lines = refused(folder, text)
    hit = [line for line in lines if line.startswith(start)]
    assert len(hit) == 1, lines
    assert said in hit[0]


def test_all_wrong_cells_come_at_once(folder):
    assert len(refused(folder, "file,width [mm],mass [mg]\na.csv,-1,x\nc.csv,y,-2\n")) == 5


@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 50, b"\xd0\xcf\x11\xe0" + b"\0" * 100, b"PK\x03\x04 not a zip"])
def test_what_is_no_table_is_refused(folder, data):
    with pytest.raises(StudyError, match=r"specimens\.csv"):
        read(folder, data)


def test_a_sheet_that_is_not_there_names_those_that_are(folder):
    with pytest.raises(StudyError, match="Proben"):
        read_specimens(book(folder / "s.xlsx", [["file"], ["a.csv"]]), folder, "Tabelle1", BINDERS, NAMES)


def rewritten(path: Path, content: bytes) -> Path:
    """The same workbook with another first sheet."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("lies", [False, True])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(folder, lies):
    path = rewritten(book(folder / "bomb.xlsx", [["file"], ["a.csv"]]), b" " * 30_000_000)
    if lies:  # the directory at the end then says 1,000 bytes
        path.write_bytes(path.read_bytes().replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000)))
    with pytest.raises(StudyError, match=r"bomb\.xlsx: (unpacks to far more|not an xlsx file)"):
        read_specimens(path, folder)


def test_two_cells_far_apart_are_refused(folder):
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    path = rewritten(book(folder / "wide.xlsx", [["file"], ["a.csv"]]), sheet + b"</worksheet>")
    with pytest.raises(StudyError, match="1048576 rows x 16384 columns"):
        read_specimens(path, folder)


def study(folder: Path, extra: str = "") -> Path:
    (folder / "study.toml").write_text(
        'title = "t"\n[[binder]]\nname = "PI"\n[specimens]\nfile = "s.csv"\n'
        '[[measurement]]\nbinder = "PI"\ntechnique = "tensile"\nfiles = ["raw/a.csv"]\n' + extra
    )
    return folder


def test_a_study_takes_its_table(folder):
    (folder / "s.csv").write_text("file,width [mm]\na.csv,12.7\n")
    loaded = load_study(study(folder))
    assert loaded.parameters_for(folder / "raw" / "a.csv") == {"width": "12.7 mm"}
    assert loaded.parameters_for(Path("raw/a.csv")) == {"width": "12.7 mm"}
    assert loaded.parameters_for(Path("raw/b.csv")) == {}
    assert len(loaded.specimens_sha256) == 64


def test_a_study_named_by_a_relative_path_takes_its_table_too(folder, monkeypatch):
    (folder / "s.csv").write_text("file,width [mm]\na.csv,12.7\n")
    study(folder)
    monkeypatch.chdir(folder.parent)
    loaded = load_study(Path(folder.name))
    assert loaded.parameters_for(Path(folder.name) / "raw" / "a.csv") == {"width": "12.7 mm"}


def test_a_table_and_a_study_that_are_both_wrong_are_listed_together(folder):
    (folder / "s.csv").write_text("file,binder,width [mm]\na.csv,PAID,-1\n")
    with pytest.raises(StudyError) as fault:
        load_study(study(folder, "replicates = 0\n"))
    places = [problem.where for problem in fault.value.problems]
    assert places == ["measurement[1].replicates", 's.csv row 2 "binder"', 's.csv row 2 "width [mm]"']


def test_a_table_that_is_not_there_is_a_problem(folder):
    with pytest.raises(StudyError, match=r"specimens\.file: no such file"):
        load_study(study(folder))
