"""Loading studies: the good one comes through, every bad input is named with its place and its mend."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest

from byssus.errors import StudyError
from byssus.study.amounts import amount, fraction, fractions_of
from byssus.study.load import load_claims, load_study, resolve_files

GOOD = """
title = "A study"
[[binder]]
name = "PI"
[[binder]]
name = "PAID"
recipe = { binder = "19.8 %", poss = "0.2 %" }
cure = [{ temperature = "200 °C", time = "2 h" }]
[electrode]
cell = "half"
mass_fractions = { silicon = "60 %", carbon = 0.2, binder = "20 %" }
loading = "0.50 ± 0.1 mg/cm^2"
area = "1.1 cm^2"
window = ["0.005 V", "1.5 V"]
one_c = "3579 mAh/g"
[[measurement]]
binder = "PI"
technique = "tensile"
files = ["raw/*.csv", "raw/a.csv"]
parameters = { width = "10 mm" }
[[claim]]
binder = "PAID"
quantity = "capacity_retention"
value = ">65"
unit = "%"
at = { cycle = 200, c_rate = 0.2 }
[[assertion]]
quantity = "binding_energy"
order = ["PI", "PAID"]
by = "magnitude"
"""
TECHNIQUES = ("tensile", "peel", "cycling")


@dataclass(frozen=True)
class Parameter:
    unit: str
    positive: bool = True
    choices: tuple[str, ...] = ()


PARAMETERS = {
    "tensile": {"width": Parameter("m"), "toe": Parameter("text", choices=("on", "off")), "gauge_length": "m"}
}


def write(folder: Path, text: str) -> Path:
    (folder / "raw").mkdir(exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, text: str):
    return load_study(write(folder, text), known_techniques=TECHNIQUES, known_parameters=PARAMETERS)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(StudyError) as fault:
        load(folder, text)
    return [str(problem) for problem in fault.value.problems]


def one(folder: Path, text: str) -> str:
    lines = refused(folder, text)
    assert len(lines) == 1, lines
    return lines[0]


def with_measurement(extra: str) -> str:
    return f'title = "t"\n[[binder]]\nname = "PI"\n[[measurement]]\nbinder = "PI"\ntechnique = "tensile"\n{extra}\n'


def with_claim(extra: str) -> str:
    return f'title = "t"\n[[binder]]\nname = "PI"\n[[claim]]\nbinder = "PI"\n{extra}\n'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("value = 0.50", 'Put it in quotes with every digit as it stands: "0.5" is not "0.50".'),
        ('value = "27"\nat = "x"', "expected a table of names and values"),
        ('value = "27"\nat = { day = 1979-05-27 }', "got 1979-05-27"),
    ],
)
def test_what_a_key_of_another_type_should_be(tmp_path, written, said):
    (tmp_path / "study.toml").write_text(
        f'title = "T"\n[[claim]]\nquantity = "porosity"\n{written}\n', encoding="utf-8"
    )
    with pytest.raises(StudyError) as caught:
        load_study(tmp_path)
    assert said in str(caught.value)


def test_a_good_study_loads(tmp_path):
    loaded = load(tmp_path, GOOD)
    assert loaded.study.binder_names() == ("PI", "PAID")
    assert loaded.sha256 == hashlib.sha256((tmp_path / "study.toml").read_bytes()).hexdigest()
    assert loaded.folder == tmp_path
    assert loaded.study.claim[0].value == ">65"
    assert pickle.loads(pickle.dumps(loaded)) == loaded
    assert load_study(tmp_path / "study.toml") == load_study(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    write(tmp_path, "")
    (tmp_path / "study.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_study(tmp_path).study.title == "A study"


def test_fractions_of_a_binder_replace_the_electrodes(tmp_path):
    study = load(tmp_path, GOOD).study
    assert fractions_of(study.electrode, study.binder[1]) == pytest.approx(
        {"silicon": 0.6, "carbon": 0.2, "binder": 0.198, "poss": 0.002}
    )


def test_files_are_sorted_once_each_and_hidden_ones_left_out(tmp_path):
    write(tmp_path, GOOD)
    for name in ("b.csv", "a.csv", ".c.csv"):
        (tmp_path / "raw" / name).write_text("x")
    (tmp_path / "raw" / "folder.csv").mkdir()
    loaded = load_study(tmp_path)
    assert [p.name for p in resolve_files(loaded, loaded.study.measurement[0])] == ["a.csv", "b.csv"]


def test_a_glob_that_matches_nothing_is_no_error(tmp_path):
    loaded = load(tmp_path, GOOD)
    assert resolve_files(loaded, loaded.study.measurement[0]) == ()


def test_a_binder_name_with_markup_is_text(tmp_path):
    loaded = load(tmp_path, 'title = "t"\n[[binder]]\nname = "<script>alert(1)</script>"\n')
    assert loaded.study.binder[0].name == "<script>alert(1)</script>"


@pytest.mark.parametrize("name", [r"a\nb", r"a\u0000", r"a\u202Eb", r"a\u2028b"])
def test_a_binder_name_with_control_characters_is_refused(tmp_path, name):
    line = one(tmp_path, f'title = "t"\n[[binder]]\nname = "{name}"\n')
    assert line.startswith("binder[1].name: ")
    assert all(c.isprintable() for c in line)


def test_an_empty_binder_name_is_refused(tmp_path):
    assert "binder[1].name" in one(tmp_path, 'title = "t"\n[[binder]]\nname = " "\n')


def test_everything_wrong_is_listed_at_once(tmp_path):
    text = """
titel = "x"
[[binder]]
name = "PI"
[[binder]]
name = "PI"
recipe = { poss = "0,2" }
[electrode]
window = ["1.5 V", "0.005 V"]
one_c = 3579
[[measurement]]
binder = "PIP"
technique = "tensil"
files = ["../x.csv", "/etc/passwd"]
[[measurement]]
binder = "PI"
technique = "tensile"
parameters = { width = "-3 mm", gauge_lenght = "1 mm", toe = "maybe" }
columns = { force_nn = "Kraft" }
[[claim]]
quantity = "tensile_strenght"
value = "2,820"
[[claim]]
quantity = "tensile_strength"
value = 27
unit = "kg"
"""
    lines = refused(tmp_path, text)
    for start in (
        "study.toml: 'title' is missing",
        'titel: unknown key, got "titel". Did you mean "title"?',
        "binder[2].name: binder name used twice",
        "binder[2].recipe.poss: ",
        "electrode.window: ",
        "electrode.one_c: ",
        "measurement[1].binder: unknown binder",
        'measurement[1].technique: unknown technique, got "tensil". Did you mean "tensile"?',
        "measurement[1].files[1]: a path that leaves the study folder",
        "measurement[1].files[2]: an absolute path",
        "measurement[2].parameters.width: must be greater than zero",
        'measurement[2].parameters.gauge_lenght: unknown parameter, got "gauge_lenght". Did you mean "gauge_length"?',
        "measurement[2].parameters.toe: not one of the words",
        'measurement[2].columns.force_nn: unknown column, got "force_nn". Did you mean "force_n"?',
        'claim[1].quantity: unknown quantity, got "tensile_strenght". Did you mean "tensile_strength"?',
        "claim[1].value: a comma",
        "claim[2].value: not what belongs here, expected text in quotes, got 27",
        "claim[2].unit: not a unit of tensile_strength, expected a unit that converts to Pa",
    ):
        assert sum(line.startswith(start) for line in lines) == 1, (start, lines)
    assert len(lines) == 18


def test_a_fraction_with_a_comma_says_how_to_write_it(tmp_path):
    line = one(tmp_path, GOOD.replace('"0.2 %"', '"0,2 %"'))
    assert line.startswith("binder[2].recipe.poss: ")
    assert "mass fraction" in line
    assert '"0,2 %"' in line
    assert line.endswith("Write 0.2 %.")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("carbon = 0.2", "carbon = 0.19", "electrode.mass_fractions: mass fractions do not sum to 1"),
        ('poss = "0.2 %"', 'poss = "2 %"', "binder[2].recipe: mass fractions do not sum to 1"),
        ("carbon = 0.2", "carbon = 20", 'Write "20 %" if percent is meant.'),
        ("carbon = 0.2", "carbon = -0.2", "electrode.mass_fractions.carbon: outside 0 to 1"),
        ("carbon = 0.2", "carbon = nan", "electrode.mass_fractions.carbon: not a number"),
        ('time = "2 h"', 'time = "-2 h"', "binder[2].cure[1].time: must be greater than zero"),
        ('time = "2 h"', 'time = "2"', "binder[2].cure[1].time: not a quantity"),
        ("200 °C", "-300 °C", "binder[2].cure[1].temperature: must be greater than zero"),
        ("1.1 cm^2", "1.1 cm", "electrode.area: the unit 'cm'"),
        ("± 0.1 mg", "± 0.1 mgg", "electrode.loading: "),
        ("3579 mAh/g", "0 mAh/g", "electrode.one_c: must be greater than zero"),
        ('"1.5 V"]', '"1.5 mA"]', "electrode.window[2]: "),
        ("1.5 V", "0.005 V", "electrode.window: the window's low end is not below its high end"),
        ('"half"', '"halv"', "electrode.cell: "),
        ('order = ["PI", "PAID"]', 'order = ["PI", "PAIX"]', 'Did you mean "PAID"?'),
        ('order = ["PI", "PAID"]', 'order = ["PI", "PI"]', "assertion[1].order: a binder stands twice"),
        ('order = ["PI", "PAID"]', 'order = ["PI"]', "assertion[1].order: "),
        ("cycle = 200", "cycle = inf", "claim[1].at.cycle: "),
        ("[[assertion]]", "[[assertions]]", 'Did you mean "assertion"?'),
        ("[[claim]]", "[claim]", "Use two brackets."),
        ('width = "10 mm"', "width = 10", "measurement[1].parameters.width: not a quantity"),
        ('width = "10 mm"', 'width = "10 foo"', "the unit 'foo' cannot be read"),
    ],
)
def test_one_wrong_thing_gives_one_line(tmp_path, old, new, said):
    assert GOOD.count(old) >= 1
    assert said in one(tmp_path, GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('quantity = "tensile_strength"\nvalue = "16,5"\nunit = "MPa"', "Write 16.5."),
        ('quantity = "tensile_strength"\nvalue = "165 MPa"\nunit = "MPa"', "carries no unit of its own"),
        ('quantity = "tensile_strength"\nvalue = "165"', 'unit = "MPa"'),
        ('quantity = "tensile_strength"\nvalue = "165"\nunit = "MPaa"', "a unit that converts to Pa"),
        ('quantity = "tensile_strength"\nvalue = "165"\nunit = "9**9**9"', "a unit that converts to Pa"),
    ],
)
def test_claims_that_cannot_be_taken(tmp_path, extra, said):
    assert said in one(tmp_path, with_claim(extra))


@pytest.mark.parametrize("path", ["../x.csv", "raw/../../x.csv", "/etc/passwd", r"..\\x.csv", "C:/x.csv", "~/x.csv"])
def test_paths_outside_are_refused(tmp_path, path):
    line = one(tmp_path, with_measurement(f'files = ["{path}"]'))
    assert line.startswith("measurement[1].files[1]: ")
    assert "Copy the file into the study folder" in line


@pytest.mark.parametrize("pattern", ["raw/out.csv", "raw/*.csv", "link/*.csv", "link/x.csv"])
def test_links_that_leave_the_study_are_refused(tmp_path, pattern):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.csv").write_text("secret")
    study = tmp_path / "study"
    study.mkdir()
    write(study, with_measurement(f'files = ["{pattern}"]'))
    (study / "raw" / "out.csv").symlink_to(outside / "x.csv")
    (study / "link").symlink_to(outside)
    with pytest.raises(StudyError, match="a link that leaves the study folder"):
        load_study(study)


def test_a_link_inside_the_study_is_fine(tmp_path):
    write(tmp_path, with_measurement('files = ["raw/l.csv"]'))
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "raw" / "l.csv").symlink_to(tmp_path / "a.csv")
    loaded = load_study(tmp_path)
    assert len(resolve_files(loaded, loaded.study.measurement[0])) == 1


def test_files_and_rehearse_exclude_each_other(tmp_path):
    line = one(tmp_path, with_measurement('files = ["raw/a.csv"]\nrehearse = true'))
    assert "rehearse" in line


def test_syntax_errors_show_line_column_and_text(tmp_path):
    line = one(tmp_path, 'title = "t"\n[[binder]]\nname = PI\n')
    assert "study.toml line 3, column 8" in line
    assert "name = PI" in line
    assert "line 2" in one(tmp_path, 'title = "t"\nsummary = """open')


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "study.toml").write_bytes(b'title = "x"\nsummary = "\xff\xfe"\n')
    with pytest.raises(StudyError, match=r"study.toml line 2: not UTF-8 text"):
        load_study(tmp_path)


def test_a_folder_without_a_study_says_how_to_make_one(tmp_path):
    with pytest.raises(StudyError, match="byssus new"):
        load_study(tmp_path)
    with pytest.raises(StudyError, match="no such folder"):
        load_study(tmp_path / "nowhere")


def test_nothing_is_checked_against_names_that_are_not_given(tmp_path):
    write(tmp_path, with_measurement('parameters = { anything = "1 foo" }').replace('"tensile"', '"other"'))
    assert load_study(tmp_path).study.measurement[0].technique == "other"


def test_claims_alone_need_no_binders(tmp_path):
    path = tmp_path / "claims.toml"
    path.write_text('[[claim]]\nbinder = "X"\nquantity = "peel_force"\nvalue = "1.1"\nunit = "N"\n')
    assert load_claims(path).claim[0].binder == "X"
    path.write_text('[[claims]]\nbinder = "X"\n[[claim]]\nquantity = "peel_farce"\nvalue = "1.1"\nunit = "N"\n')
    with pytest.raises(StudyError) as fault:
        load_claims(path)
    assert [p.where for p in fault.value.problems] == ["claim[1].quantity", "claims"]


def test_claims_of_a_study_ignore_the_rest(tmp_path):
    write(tmp_path, GOOD.replace('cell = "half"', 'cell = "wrong"'))
    for path in (tmp_path, tmp_path / "study.toml"):
        claims = load_claims(path)
        assert (len(claims.claim), len(claims.assertion)) == (1, 1)


def test_amounts_with_a_tolerance():
    assert amount("0.50 ± 0.1 mg/cm^2", "kg/m^2") == pytest.approx((0.005, 0.001))
    assert amount("(0.50 +/- 0.1) mg/cm^2", "kg/m^2") == pytest.approx((0.005, 0.001))
    assert amount("200 ± 5 °C", "K") == pytest.approx((473.15, 5.0))  # a tolerance has no zero of its own
    assert amount("23 % ± 5 %", "1") == pytest.approx((0.23, 0.05))
    with pytest.raises(StudyError, match=r'got "10\.0 ± 0,1 mm"'):
        amount("10.0 ± 0,1 mm", "m")
    assert amount("1.1 cm^2", "m^2") == (pytest.approx(1.1e-4), None)
    for wrong in ("0.5 ± x mg/cm^2", "nan mg/cm^2", "1e999 mg/cm^2", "0.50 ± 0.1"):
        with pytest.raises(StudyError):
            amount(wrong, "kg/m^2")


def test_fractions_in_every_spelling():
    assert fraction(0.6) == 0.6
    assert fraction("0.6") == 0.6
    assert fraction("60 %") == pytest.approx(0.6)
    assert fraction("60 wt%") == pytest.approx(0.6)


def test_a_bare_unit_allows_any_sign(tmp_path):
    assert load(tmp_path, with_measurement('parameters = { gauge_length = "0 mm" }'))
    assert "greater than zero" in one(tmp_path, with_measurement('parameters = { width = "0 mm" }'))


def test_a_quantity_of_ones_own_is_kept_and_a_misprint_refused(tmp_path: Path) -> None:
    text = '[[claim]]\nbinder = "A"\nquantity = "{}"\nvalue = "1.2"\nunit = "{}"\n'
    path = tmp_path / "claims.toml"
    path.write_text(text.format("swelling_ratio_in_electrolyte", "%"), encoding="utf-8")
    assert load_claims(path).claim[0].quantity == "swelling_ratio_in_electrolyte"
    for name in ("capacity_retension", "Swelling ratio"):
        path.write_text(text.format(name, "%"), encoding="utf-8")
        with pytest.raises(StudyError, match="unknown quantity"):
            load_claims(path)


def test_a_claims_file_may_carry_tables_of_its_own_but_no_misspelled_claim(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    text = '[meta]\ndoi = "10.1/x"\n[[claim]]\nquantity = "dispersity"\nvalue = "1.9"\nnote = "GPC"\n'
    path.write_text(text, encoding="utf-8")
    assert load_claims(path).claim[0].value == "1.9"
    path.write_text(text.replace("[[claim]]", "[[claims]]"), encoding="utf-8")
    with pytest.raises(StudyError, match="claims"):
        load_claims(path)


def test_a_list_of_the_wrong_length_says_how_many_belong_there(tmp_path):
    contact = '[[contact]]\nname = "o"\nbinder = "{}"\nreactants = ["O"]\n'
    text = 'title = "x"\n[[binder]]\nname = "A"\n' + contact.format("A")
    (line,) = refused(tmp_path, text)
    assert line == "contact[1].reactants: not what belongs here, expected at least 2 items, got ['O']"
