"""Readers in a process of their own: what they give, and what a hang, a death or too much memory ends in."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from byssus.errors import ReadError
from byssus.read import guarded, read_file
from byssus.read.guarded import served_by


def ask(path: Path, module: str, function: str, *more: object) -> object:
    return guarded.guarded(module, function, path, str(path), *more, what="odd", mend="Copy it again.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.bin"
    file.write_bytes(b"x")
    return file


def hang(_path: Path, _where: str) -> None:
    threading.Event().wait()


def spin(_path: Path, _where: str) -> None:
    sum(iter(int, 1))  # one call into C that never gives the lock back


def die(_path: Path, _where: str) -> None:
    os.abort()


def hoard(_path: Path, _where: str) -> int:
    return len(np.ones(10**9))


def print_and_give(_path: Path, _where: str, count: int) -> dict[str, object]:
    print("words of a library")
    return {"numbers": np.arange(count) / 7, "words": np.array(["a", "bc"]), "none": None}


def slip(_path: Path, _where: str) -> None:
    raise TypeError("a fault of ours")


def test_arrays_come_back_whole_and_may_be_written_to(path: Path) -> None:
    got = ask(path, __name__, "print_and_give", 300_000)
    assert isinstance(got, dict)
    np.testing.assert_array_equal(got["numbers"], np.arange(300_000) / 7)
    assert list(got["words"]) == ["a", "bc"]
    got["numbers"][0] = 1.0


@pytest.mark.parametrize("function", ["hang", "spin"])
def test_a_hang_is_one_error_in_time(function: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "SECONDS", 0.5)
    with pytest.raises(ReadError, match="does not come back"):
        ask(path, __name__, function)
    monkeypatch.setattr(guarded, "SECONDS", 30.0)
    assert isinstance(ask(path, __name__, "print_and_give", 3), dict)  # and the next file is read


def test_a_death_is_one_error(path: Path) -> None:
    with pytest.raises(ReadError, match="the process died") as caught:
        ask(path, __name__, "die")
    assert len(caught.value.problems) == 1
    assert isinstance(ask(path, __name__, "print_and_give", 3), dict)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps to a limit of memory")
def test_memory_has_a_limit(path: Path) -> None:
    with pytest.raises(ReadError, match="more memory"):
        ask(path, __name__, "hoard")


def test_a_fault_of_ours_is_no_damage(path: Path) -> None:
    with pytest.raises(RuntimeError, match="slip: TypeError: a fault of ours"):
        ask(path, __name__, "slip")


def test_an_interrupt_leaves_no_answer_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(path, __name__, "print_and_give", 1)
    receive = guarded._receive

    def interrupted(_pipe: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(guarded, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(path, __name__, "print_and_give", 2)
    monkeypatch.setattr(guarded, "_receive", receive)
    got = ask(path, __name__, "print_and_give", 3)
    assert isinstance(got, dict)
    assert len(got["numbers"]) == 3


def test_one_child_serves_many_threads(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda n: ask(path, __name__, "print_and_give", n), range(1, 9)))
    assert [len(one["numbers"]) for one in got] == list(range(1, 9))  # type: ignore[index]
    first = served_by()
    ask(path, __name__, "print_and_give", 1)
    assert served_by() == first


def _in_a_worker(path: Path, answers: multiprocessing.Queue[object]) -> None:
    try:
        answers.put(len(read_file(path)))
    except BaseException as fault:
        answers.put(repr(fault))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_daemonic_workers_may_read(method: str, tmp_path: Path) -> None:
    from samples_indents import hdf5

    path = tmp_path / "indents.hdf5"
    path.write_bytes(hdf5())
    assert len(read_file(path)) == 2  # a forked worker inherits the child's pipes, and must not use them
    context = multiprocessing.get_context(method)
    answers = context.Queue()
    worker = context.Process(target=_in_a_worker, args=(path, answers), daemon=True)
    worker.start()
    assert answers.get(timeout=60) == 2
    worker.join(10)
    assert len(read_file(path)) == 2


def test_without_an_interpreter_the_file_is_read_here(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "_kept", [])
    monkeypatch.setattr(sys, "executable", "")
    assert isinstance(ask(path, __name__, "print_and_give", 3), dict)
    assert guarded._kept == []


def test_a_panic_of_polars_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import polars as pl

    path = tmp_path / "a.parquet"
    pl.DataFrame({"Time [s]": [1.0, 2.0], "Force [N]": [1.0, 2.0]}).write_parquet(path)
    whole = path.read_bytes()
    for at in range(4, len(whole) - 8, 7):
        path.write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
        try:
            read_file(path)
        except ReadError:
            continue
    assert capfd.readouterr() == ("", "")
