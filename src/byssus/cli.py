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
from byssus.cli_arguments import STUDY_HELP, json_option, positive, seconds
from byssus.cli_models import bind, bind_arguments, cure, cure_arguments, electrode, electrode_arguments
from byssus.errors import ByssusError, Problem
from byssus.run.usage import UsageError, unknown

__all__ = ["main"]

RAN, UNREADABLE, USAGE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130


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


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to make")


def _new(given: argparse.Namespace) -> int:
    from byssus.run.commands import new

    return new(given.folder)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    json_option(parser)


def _check(given: argparse.Namespace) -> int:
    from byssus.run.commands import check

    return check(given.study, given.json)


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    from byssus.run.lookup import ENERGIES

    parser.add_argument("study", metavar="STUDY", type=Path, help=STUDY_HELP)
    parser.add_argument("--out", metavar="DIR", type=Path, help="where everything is written (default: STUDY/out)")
    parser.add_argument("--jobs", metavar="N", type=positive, help="processes to use (default: what pays for itself)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, e.g. tcp://127.0.0.1:8786")
    parser.add_argument("--png", action="store_true", help="write the figures as PNG as well")
    parser.add_argument(
        "--wait", metavar="SECONDS", type=seconds, default=600.0, help="how long to wait for another run (600)"
    )
    parser.add_argument(
        "--energies", choices=ENERGIES, default="default",
        help="contacts whose binding energies are shown: none, the small set at the quick level, that set, or all; "
        "what would take longer than ten minutes is left to 'byssus bind'",
    )  # fmt: skip
    json_option(parser)


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
    json_option(parser)


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
    json_option(parser)


def _audit(given: argparse.Namespace) -> int:
    from byssus.run.commands import audit

    return audit(given.path, given.json)


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
    json_option(parser)


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
    "bind": Command("compute binding energies of a study's contacts, or of molecules", bind_arguments, bind),
    "cure": Command("simulate cure, network and glass transition of a study's binders", cure_arguments, cure),
    "compare": Command("set two binders beside each other, quantity by quantity", _compare_arguments, _compare),
    "electrode": Command(
        "confront a model of swelling and cycle life with a study, or foretell a binder",
        electrode_arguments,
        electrode,
    ),
    "rehearse": Command("let virtual instruments write a study's raw files", _rehearse_arguments, _rehearse),
    "schema": Command("print the JSON Schema of study.toml or of results.json", _schema_arguments, _schema),
}


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
