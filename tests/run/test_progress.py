"""Progress in a pipe and on a terminal: what is being done, and what is left of it."""

from __future__ import annotations

import io
import sys

import pytest

from byssus.run.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def do(progress: Progress) -> None:
    with progress:
        progress.start("searching", 2, "about 12 s")
        progress.step("about 6 s left; search water is done")
        progress.step("search aniline")


def test_plain_lines_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    do(Progress())
    assert capsys.readouterr().err.splitlines() == [
        "searching: 2 to do, about 12 s",
        "searching 1/2: about 6 s left; search water is done",
        "searching 2/2: search aniline",
    ]


def test_nothing_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    do(Progress(quiet=True))
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    do(Progress())
    assert "2/2" in shown.getvalue()
    assert "search aniline" in shown.getvalue()
