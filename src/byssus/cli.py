"""The commands. Nothing heavy is imported before a command needs it, so that ``--help`` answers at once."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from byssus import __version__
from byssus.errors import ByssusError, Problem
from byssus.run.usage import UsageError, unknown

__all__ = ["main"]

RAN, UNREADABLE, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130
OF_A_BINDER = ("reduced_modulus", "hardness", "peel_force", "porosity")
STUDY_HELP = "a study: its folder, or its study.toml"


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line, like every other error here."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(Problem(message, mend=f"See '{self.prog} --help'."))


@dataclass(frozen=True)
class Command:
    """One command: its line in the help, its arguments, and what it does (returning an exit code)."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    do: Callable[[argparse.Namespace], int]


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="write JSON to stdout, and nothing else")


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to make")


def _new(given: argparse.Namespace) -> int:
    from byssus.run.commands import new

    return new(given.folder)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    _json(parser)


def _check(given: argparse.Namespace) -> int:
    from byssus.run.commands import check

    return check(given.study, given.json)


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    from byssus.run.lookup import ENERGIES

    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--out", metavar="DIR", type=Path, help="where everything is written (default: STUDY/out)")
    parser.add_argument("--jobs", metavar="N", type=_positive, help="processes to use (default: what pays for itself)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, e.g. tcp://127.0.0.1:8786")
    parser.add_argument("--png", action="store_true", help="write the figures as PNG as well")
    parser.add_argument(
        "--wait", metavar="SECONDS", type=_seconds, default=600.0, help="how long to wait for another run (600)"
    )
    parser.add_argument(
        "--energies", choices=ENERGIES, default="default",
        help="contacts whose binding energies are shown: none, the small set at the quick level, that set, or all; "
        "what would take longer than ten minutes is left to 'byssus bind'",
    )  # fmt: skip
    _json(parser)


def _run(given: argparse.Namespace) -> int:
    from byssus.run.commands import run

    options = {name: getattr(given, name) for name in ("out", "jobs", "scheduler", "png", "wait", "energies")}
    return run(given.study, as_json=given.json, **options)


def _analyse_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("technique", metavar="TECHNIQUE", help="e.g. tensile")
    parser.add_argument("files", metavar="FILE", nargs="*", help="raw files; several are specimens of one sample")
    for option, of in (("--set", "what the technique must be told"), ("--columns", "headings of an unusual file")):
        parser.add_argument(option, metavar="NAME=VALUE", nargs="+", action="extend", default=[], help=of)
    parser.add_argument(
        "--one-specimen", action="store_true", help="the files are parts of one specimen, in the order given"
    )
    parser.add_argument(
        "--reference", metavar="FILE", type=Path, action="append", default=[],
        help="another binder's file that the files are compared with; given again, another film of it",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="show every row of long lists")
    _json(parser)


def _analyse(given: argparse.Namespace) -> int:
    from byssus.run.commands import analyse

    files = list(given.files)
    pairs = {}
    for option in ("set", "columns"):
        words = getattr(given, option)
        # a word without "=" after --set is a file that came last
        files += [word for word in words if "=" not in word]
        pairs[option] = [tuple(word.split("=", 1)) for word in words if "=" in word]
    how = {"as_json": given.json, "everything": given.all, "one_specimen": given.one_specimen}
    how["references"] = given.reference
    return analyse(given.technique, [Path(f) for f in files], pairs["set"], pairs["columns"], **how)


def _audit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="STUDY|CLAIMS.toml", type=Path, help="a study, or a file of claims alone")
    _json(parser)


def _audit(given: argparse.Namespace) -> int:
    from byssus.run.commands import audit

    return audit(given.path, given.json)


def _bind_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", nargs="?", type=Path, help=STUDY_HELP)
    parser.add_argument("--pair", metavar=("A", "B"), nargs=2, default=(), help="two molecules side by side, as SMILES")
    parser.add_argument("--reactant", metavar="SMILES", action="append", default=[], help="of a reaction; give two")
    parser.add_argument("--product", metavar="SMILES", default="", help="what the two reactants become")
    parser.add_argument(
        "--energies", choices=("default", "full"), default="default", help="the study's small set of contacts, or all"
    )
    parser.add_argument("--quick", action="store_true", help="GFN2-xTB alone, in seconds; marked so")
    parser.add_argument(
        "--functional", metavar="NAME", default="b3lypg", help="as libxc knows it (b3lypg: Gaussian's B3LYP)"
    )
    parser.add_argument("--basis", metavar="NAME", default="6-31g(d,p)", help="a basis set (6-31g(d,p))")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the search for geometries (0)")
    parser.add_argument("--memory", metavar="GB", type=_seconds, default=4.0, help="for all processes together (4)")
    parser.add_argument("--engine", choices=("pyscf", "gpu4pyscf"), default="pyscf", help="what computes single points")
    parser.add_argument("--jobs", metavar="N", type=_positive, help="processes to use (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, e.g. tcp://127.0.0.1:8786")
    parser.add_argument(
        "--recompute", action="store_true", help="compute a study's contacts afresh, beside those it ships"
    )
    parser.add_argument("--ship", action="store_true", help="with --recompute: and put that in its place")
    _json(parser)


def _bind(given: argparse.Namespace) -> int:
    from byssus.run.bind_command import Wanted, bind, settings_of

    wanted = Wanted(
        given.study, tuple(given.pair), tuple(given.reactant), given.product, given.recompute, given.ship
    )  # fmt: skip
    return bind(wanted, settings_of(given), as_json=given.json)


def _electrode_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--binder", metavar="NAME", help="show this binder of the study alone")
    own = parser.add_argument_group("a binder of your own, foretold in the study's electrode (give all four)")
    for option, of in (
        ("--reduced-modulus", 'of the electrode, e.g. "3.0 ± 0.2 GPa"'),
        ("--hardness", 'of the electrode, e.g. "0.09 GPa"'),
        ("--peel", 'force of a 180 degree test like the study\'s, e.g. "4.2 N"'),
        ("--porosity", 'of the electrode, e.g. "23 ± 5 %%"'),
    ):
        own.add_argument(option, metavar="TEXT", default="", help=of)
    own.add_argument("--c-rate", metavar="C", help="and a cycling at this rate")
    own.add_argument("--cycles", metavar="N", help="of so many cycles")
    _json(parser)


def _electrode(given: argparse.Namespace) -> int:
    from byssus.run.electrode_command import Asked, electrode

    own = {name: getattr(given, name.removesuffix("_force")) for name in OF_A_BINDER}
    told = {name: text for name, text in own.items() if text}
    return electrode(Asked(given.study, given.binder, told, given.c_rate, given.cycles), as_json=given.json)


def _cure_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--binder", metavar="NAME", default="", help="only this binder")
    parser.add_argument("--seed", metavar="N", type=_whole, help="of the sampled constants (default: the study's)")
    _json(parser)


def _cure(given: argparse.Namespace) -> int:
    from byssus.run.cure_command import cure

    return cure(given.study, given.binder, given.seed, as_json=given.json)


def _rehearse_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the files are written")


def _rehearse(given: argparse.Namespace) -> int:
    from byssus.run.commands import rehearse

    return rehearse(given.study, given.out)


def _compare_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("a", metavar="A", help="a binder of the study")
    parser.add_argument("b", metavar="B", help="another; differences are B less A")
    parser.add_argument("--quantity", metavar="Q", help="only this quantity, e.g. peel_force")
    parser.add_argument("--out", metavar="DIR", type=Path, help="where the study was run (default: STUDY/out)")
    parser.add_argument("--all", action="store_true", help="every quantity and every cycle")
    _json(parser)


def _compare(given: argparse.Namespace) -> int:
    from byssus.run.commands import compare

    return compare(given.study, given.a, given.b, given.quantity, given.out, everything=given.all, as_json=given.json)


def _schema_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", nargs="?", choices=("study", "results"), default="study")


def _schema(given: argparse.Namespace) -> int:
    from byssus.run.commands import schema

    return schema(given.which)


COMMANDS = {
    "new": Command("scaffold a study that runs", _new_arguments, _new),
    "check": Command("say what is there, what is missing, what is wrong", _check_arguments, _check),
    "run": Command("read, analyse, audit and report a whole study", _run_arguments, _run),
    "analyse": Command("analyse files of one technique, without a study", _analyse_arguments, _analyse),
    "audit": Command("check printed numbers against one another", _audit_arguments, _audit),
    "bind": Command("compute binding energies of a study's contacts, or of molecules", _bind_arguments, _bind),
    "cure": Command("simulate cure, network and glass transition of a study's binders", _cure_arguments, _cure),
    "compare": Command("set two binders beside each other, quantity by quantity", _compare_arguments, _compare),
    "electrode": Command(
        "confront a model of swelling and cycle life with a study, or foretell a binder",
        _electrode_arguments,
        _electrode,
    ),
    "rehearse": Command("let virtual instruments write a study's raw files", _rehearse_arguments, _rehearse),
    "schema": Command("print the JSON Schema of study.toml or of results.json", _schema_arguments, _schema),
}


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got '{text}'")
    return int(text)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0, got '{text}'")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds, 0 or more, got '{text}'")
    return value


def _top() -> Parser:
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {command.help}" for name, command in COMMANDS.items())
    parser = Parser(
        prog="byssus",
        usage="byssus [--version] [--debug] COMMAND ...",
        description="From raw instrument files, chemistry and printed numbers to one audited report.",
        epilog=f"commands:\n{listed}\n\n'byssus COMMAND --help' tells more. Exit codes: 0 it ran (disagreements and\n"
        "failed parts are results), 1 a study or a named file cannot be read, 2 wrong usage,\n3 internal fault.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"byssus {__version__}")
    parser.add_argument("--debug", action="store_true", help="show where an internal fault happened")
    parser.add_argument("command", metavar="COMMAND", nargs="?", help="one of those below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _dispatch(words: list[str]) -> int:
    top = _top()
    given = top.parse_args(words)
    if given.debug:
        os.environ["BYSSUS_DEBUG"] = "1"
    if given.command is None:
        top.print_help()
        return RAN
    command = COMMANDS.get(given.command)
    if command is None:
        raise UsageError(unknown("command", given.command, COMMANDS))
    if not given.debug:
        # libraries' warnings are for developers; what matters to a number stands with it as a remark
        warnings.simplefilter("ignore")
    parser = Parser(prog=f"byssus {given.command}", description=command.help, allow_abbrev=False)
    command.arguments(parser)
    return command.do(parser.parse_intermixed_args(given.rest))


def _complain(fault: ByssusError) -> None:
    for problem in fault.problems:
        print("error: " + " ".join(str(problem).split()), file=sys.stderr)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is a line on stderr, never a traceback."""
    words = list(sys.argv[1:] if argv is None else argv)
    if "--debug" in words:
        words = ["--debug", *(word for word in words if word != "--debug")]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings():
            code = _dispatch(words)
        sys.stdout.flush()
    except UsageError as fault:
        _complain(fault)
        return USAGE
    except ByssusError as fault:
        _complain(fault)
        return UNREADABLE
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # who read our output has gone; Python must not complain about it again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return RAN
    except Exception as fault:
        from byssus.run.steps import report_internal

        print("error: " + str(report_internal(fault, "")), file=sys.stderr)
        return INTERNAL
    return code
