"""The commands of the models: binding energies, cure, electrode."""

from __future__ import annotations

import argparse
from pathlib import Path

from byssus.cli_arguments import STUDY_HELP, gigabytes, json_option, positive, whole

__all__ = ["bind", "bind_arguments", "cure", "cure_arguments", "electrode", "electrode_arguments"]

OF_A_BINDER = {
    "reduced_modulus": "reduced_modulus", "hardness": "hardness", "peel_force": "peel", "porosity": "porosity",
    "layer_thickness": "thickness", "peel_width": "peel_width",
}  # fmt: skip


def bind_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", nargs="?", type=Path, help=STUDY_HELP)
    parser.add_argument("--pair", metavar=("A", "B"), nargs=2, default=(), help="two molecules side by side, as SMILES")
    parser.add_argument("--reactant", metavar="SMILES", action="append", default=[], help="of a reaction; give two")
    parser.add_argument("--product", metavar="SMILES", default="", help="what the two reactants become")
    parser.add_argument(
        "--energies", choices=("default", "full"), default="default", help="the study's small set of contacts, or all"
    )
    parser.add_argument("--quick", action="store_true", help="GFN2-xTB alone, in seconds; marked so")
    parser.add_argument("--functional", metavar="NAME", help="as libxc knows it (b3lypg, which is Gaussian's B3LYP)")
    parser.add_argument("--basis", metavar="NAME", help="a basis set (6-31g(d,p))")
    parser.add_argument("--seed", metavar="N", type=whole, default=0, help="of the search for geometries (0)")
    parser.add_argument("--memory", metavar="GB", type=gigabytes, default=4.0, help="for all processes together (4)")
    parser.add_argument("--engine", choices=("pyscf", "gpu4pyscf"), default="pyscf", help="what computes single points")
    parser.add_argument("--jobs", metavar="N", type=positive, help="processes to use (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, e.g. tcp://127.0.0.1:8786")
    parser.add_argument(
        "--recompute", action="store_true", help="compute a study's contacts afresh, beside those it ships"
    )
    parser.add_argument("--ship", action="store_true", help="with --recompute: and put that in its place")
    json_option(parser)


def bind(given: argparse.Namespace) -> int:
    from byssus.run import bind_command as command

    wanted = command.Wanted(
        given.study, tuple(given.pair), tuple(given.reactant), given.product, given.recompute, given.ship
    )  # fmt: skip
    return command.bind(wanted, command.settings_of(given), as_json=given.json)


def electrode_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--binder", metavar="NAME", help="show this binder of the study alone")
    own = parser.add_argument_group("a binder of your own, foretold in the study's electrode")
    for option, of in (
        ("--reduced-modulus", 'of the electrode, e.g. "3.0 ± 0.2 GPa"'),
        ("--hardness", 'of the electrode, e.g. "0.09 GPa"'),
        ("--peel", 'force of a 180 degree test like the study\'s, e.g. "4.2 N"'),
        ("--porosity", 'of the electrode, e.g. "23 ± 5 %%"'),
        ("--thickness", 'of the layer before cycling, where the study gives those of its binders, e.g. "20 µm"'),
        ("--peel-width", 'of the strip, where the study gives those of its binders, e.g. "20 mm"'),
    ):
        own.add_argument(option, metavar="TEXT", default="", help=of)
    own.add_argument("--c-rate", metavar="C", help="and a cycling at this rate")
    own.add_argument("--cycles", metavar="N", help="of so many cycles")
    json_option(parser)


def electrode(given: argparse.Namespace) -> int:
    from byssus.run import electrode_command as command

    own = {name: getattr(given, option) for name, option in OF_A_BINDER.items()}
    told = {name: text for name, text in own.items() if text}
    asked = command.Asked(given.study, given.binder, told, given.c_rate, given.cycles)
    return command.electrode(asked, as_json=given.json)


def cure_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--binder", metavar="NAME", default="", help="only this binder")
    parser.add_argument("--seed", metavar="N", type=whole, help="of the sampled constants (default: the study's)")
    json_option(parser)


def cure(given: argparse.Namespace) -> int:
    from byssus.run import cure_command as command

    return command.cure(given.study, given.binder, given.seed, as_json=given.json)
