"""The store keeps what it was given, says what it lost, and lets one run in at a time."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import polars as pl
import pytest

from byssus.errors import StoreError
from byssus.run import store as module
from byssus.run.store import ARRAYS, DOCUMENT, Store, canonical, key_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".store")


def test_keeps_document_and_arrays(store: Store) -> None:
    key = key_of("analyse", {"width": 0.01}, ["ab"])
    arrays = pl.DataFrame({"x": [0.1, float("nan")], "name": ["ä", None]})
    with store.locked():
        assert store.get("analyse", key) is None
        store.put("analyse", key, {"n": 1, "text": "σ"}, arrays)
        entry = store.get("analyse", key)
    assert entry is not None
    assert entry.document == {"n": 1, "text": "σ"}
    assert entry.arrays().equals(arrays, null_equal=True)
    assert store.redone == {"analyse": 1}
    assert store.hits == {"analyse": 1}


def test_key_depends_on_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    base = key_of("a", {"x": 1, "y": 2}, ["i"])
    assert key_of("a", {"y": 2, "x": 1}, ["i"]) == base
    others = {key_of("b", {"x": 1, "y": 2}, ["i"]), key_of("a", {"x": 1}, ["i"]), key_of("a", {"x": 1, "y": 2}, ["j"])}
    monkeypatch.setattr(module, "code_version", lambda: "another")
    others.add(key_of("a", {"x": 1, "y": 2}, ["i"]))
    assert len(others | {base}) == 5


def test_code_version_is_of_the_sources() -> None:
    names = [name for name, _ in module._walk(module.files("byssus"))]
    assert {"vocabulary.toml", "trace.py", "run/store.py"} <= set(names)


@pytest.mark.parametrize("name", [DOCUMENT, ARRAYS])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_damaged_entry_is_redone(store: Store, name: str, damage: str) -> None:
    key = key_of("analyse", {})
    store.put("analyse", key, {"n": 1}, pl.DataFrame({"x": [1.0, 2.0]}))
    path = store._place(key) / name
    content = path.read_bytes()
    middle = len(content) // 2
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[:middle])
    else:
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    assert store.get("analyse", key) is None
    assert not store._place(key).exists()
    store.put("analyse", key, {"n": 1})
    assert store.get("analyse", key) is not None


def test_not_a_number_is_refused(store: Store) -> None:
    with pytest.raises(ValueError):
        store.put("analyse", "ab" * 32, {"x": float("nan")})


def test_write_file_leaves_an_equal_file_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.html"
    store.write_file(path, b"one")
    before = path.stat().st_mtime_ns
    store.write_file(path, b"one")
    assert path.stat().st_mtime_ns == before
    store.write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list((store.folder / "tmp").iterdir()) == []


def _hold(folder: Path, ready: object, seconds: float) -> None:
    with Store(folder).locked():
        ready.set()  # type: ignore[attr-defined]
        time.sleep(seconds)


def test_second_run_waits_or_says_so(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    other = context.Process(target=_hold, args=(tmp_path / ".store", ready, 1.0))
    other.start()
    assert ready.wait(5)
    said: list[str] = []
    try:
        with pytest.raises(StoreError, match="another run uses this folder"), Store(tmp_path / ".store").locked(0):
            pass
        with Store(tmp_path / ".store").locked(30, said.append):
            assert len(said) == 1
    finally:
        other.join(5)


def test_lock_clears_what_a_killed_run_left(store: Store) -> None:
    (store.folder / "tmp" / "half").mkdir(parents=True)
    with store.locked():
        assert not (store.folder / "tmp").exists()


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot write here"), Store(tmp_path / "file" / ".store").locked():
        pass


def test_canonical_is_one_text() -> None:
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'
