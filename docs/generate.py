"""Writes the generated pages of docs/: the glossary, the relations of the audit, the techniques, the models, the JSON Schemas.

python docs/generate.py            writes them
python docs/generate.py --check    exits 1 and names the pages that are not as the code says
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent


def glossary() -> str:
    """Every quantity of the vocabulary."""
    from byssus.vocabulary import quantities

    lines = [
        "# Glossary",
        "",
        "Every quantity that studies, results and tables share. Generated from `src/byssus/vocabulary.toml`.",
        "results.json carries the SI unit (a percentage is a fraction); tables and figures show the display unit.",
        "",
        "| name | symbol | SI unit | shown in | definition | source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{q.name}` | {q.symbol} | {q.unit} | {q.display_unit} | {q.definition} | {q.source} |"
        for q in quantities().values()
    ]
    return "\n".join(lines) + "\n"


def relations() -> str:
    """Every relation and bound of the audit."""
    from byssus.audit import IMPLIED, RELATIONS

    sign = {"equals": "=", "at least": "≥", "at most": "≤", "within": "within"}
    lines = [
        "# What the audit checks",
        "",
        "Generated from `src/byssus/audit/table/`, where one entry is one relation. A printed number is the",
        "interval its digits imply; an equation is evaluated over the intervals of its inputs. Beside these, the",
        "audit checks shares that sum to 100 %, numbers printed twice, test windows, orders the text asserts, the",
        "chain length Carothers allows, whether indentations could have had one load, and claims against the study's own measured findings.",
        "",
        "| relation | derived quantity | | equation, by preference | if broken | source |",
        "|---|---|---|---|---|---|",
    ]
    for r in RELATIONS:
        ways = "; or ".join(f"`{w.equation}`" + (f" to `{w.upper}`" if w.upper else "") for w in r.ways)
        lines.append(f"| {r.name} | `{r.of}` | {sign[r.kind]} | {ways} | {r.broken} | {r.source} |")
    for i in IMPLIED:
        equation = f"`{i.equation}` at most {i.at_most:g} in SI"
        lines.append(f"| {i.name} | `{i.quantity}` | ≤ | {equation} | implausible | {i.source} |")
    return "\n".join(lines) + "\n"


def parameters() -> str:
    """Every technique, what it needs of a file, and every parameter it takes."""
    from byssus.analyse import techniques

    lines = [
        "# Techniques and their parameters",
        "",
        "Generated from `src/byssus/analyse/`. A parameter stands in a measurement's `parameters`, in a column of the",
        'specimen table or after `--set`, as text with its unit: `mass = "1.2 mg"`. How the files of a cell go',
        "together: [cells.md](cells.md); what is read from pictures: [micrographs.md](micrographs.md).",
    ]
    for one in techniques().values():
        lines += ["", f"## {one.name}", "", one.summary, ""]
        lines += ["| parameter | SI unit | default | meaning |", "|---|---|---|---|"]
        for p in one.parameters:
            unit = "text" if p.unit == "text" else p.unit
            default = "" if p.default is None else f"{p.default:g}" if isinstance(p.default, float) else str(p.default)
            lines.append(f"| `{p.name}` | {unit} | {default} | {p.description} |")
    return "\n".join(lines) + "\n"


def models() -> str:
    """What is computed and simulated: the head as written, then every number of the models."""
    from byssus.simulate.cure_channels import constants_table
    from byssus.simulate.electrode.parameters import table

    lines = ["## Constants of the cure", "", "At 200 °C, with the factor and half-width of their 95 % bands."]
    lines += ["", "| reaction | constant | activation energy / kJ/mol | source |", "|---|---|---|---|"]
    for one in constants_table().values():
        value = f"{one.value:g} {one.unit}, factor {one.factor:g} ({one.kind})"
        energy = f"{one.energy / 1e3:g} ± {one.energy_band / 1e3:g} ({one.energy_kind})"
        lines.append(f"| {one.label} | {value} | {energy} | {one.said}. {one.note} |")
    lines += ["", "## Numbers of the electrode model", "", "In sight: chosen by people who had seen the results."]
    lines += [
        "",
        "| number | before any result is seen | origin | in sight | what it is, and source |",
        "|---|---|---|---|---|",
    ]
    for row in table().values():
        told = row.prior_text if row.prior else f"{row.value:g} {row.unit}"
        name = f"`{row.name}`" + (f" {row.symbol}" if row.symbol else "")
        lines.append(f"| {name} | {told} | {row.origin} | {'yes' if row.in_sight else ''} | {row.source} |")
    return (HERE / "models.head.md").read_text("utf-8") + "\n" + "\n".join(lines) + "\n"


def study_schema() -> str:
    """The JSON Schema of study.toml."""
    from byssus.study.schema import schema_text

    return schema_text()


def results_schema() -> str:
    """The JSON Schema of results.json."""
    from byssus.report.schema import schema_text

    return schema_text()


PAGES: dict[str, Callable[[], str]] = {
    "glossary.md": glossary,
    "relations.md": relations,
    "techniques.md": parameters,
    "models.md": models,
    "study.schema.json": study_schema,
    "results.schema.json": results_schema,
}


def stale() -> list[str]:
    """Pages that are not as the code says."""
    return [n for n, make in PAGES.items() if not (HERE / n).is_file() or (HERE / n).read_text("utf-8") != make()]


def main() -> int:
    if "--check" in sys.argv:
        wrong = stale()
        print("\n".join(f"docs/{name} is not as the code says; run make docs" for name in wrong))
        return 1 if wrong else 0
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
