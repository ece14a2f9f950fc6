"""The store: what a step found, under a key made of everything the step depends on.

    OUT/.store/lock              held by the one run that uses the store
    OUT/.store/tmp/...           entries being written
    OUT/.store/ab/abcdef.../     one entry: document.json, and arrays.parquet where there are arrays

An entry appears whole, by renaming its folder, or not at all. ``document.json`` carries the SHA-256 of its
own body, byte by byte, and of the arrays; an entry that does not fit them, as a power cut may leave it, is thrown
away and its step is done again: nothing is forced to the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from byssus.errors import Problem, StoreError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Entry", "Store", "canonical", "code_version", "key_of", "packages"]

DOCUMENT, ARRAYS = "document.json", "arrays.parquet"
BODY = b', "body": '  # what stands between the sums of an entry and its body, which is taken as it stands
SOURCES = (".py", ".toml", ".j2", ".css", ".html", ".js")
# What the numbers rest on besides byssus itself: another version may round or read differently.
LIBRARIES = (
    "numpy", "scipy", "polars", "pint", "fastnda", "python-calamine", "matplotlib", "jinja2", "pillow", "scikit-image",
)  # fmt: skip


def canonical(value: Any) -> str:
    """``value`` as JSON text that is the same whenever the value is: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for child in sorted(folder.iterdir(), key=lambda c: c.name):
        if child.is_dir() and child.name != "__pycache__":
            yield from _walk(child, f"{prefix}{child.name}/")
        elif child.name.endswith(SOURCES):
            yield prefix + child.name, child


@cache
def packages() -> dict[str, str]:
    """The versions of the libraries that numbers rest on, by name."""
    found = {}
    for library in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


@cache
def code_version() -> str:
    """SHA-256 over the package's own sources, the Python version and the libraries' versions."""
    digest = hashlib.sha256()
    for name, source in _walk(files("byssus")):
        digest.update(f"{name}\0".encode() + hashlib.sha256(source.read_bytes()).digest())
    digest.update(".".join(platform.python_version_tuple()[:2]).encode())
    digest.update(canonical(packages()).encode())
    return digest.hexdigest()


def key_of(step: str, parameters: Mapping[str, Any], inputs: Sequence[str] = ()) -> str:
    """The key of a step: SHA-256 over its name, its JSON parameters, its inputs' SHA-256 and the code's version."""
    return hashlib.sha256(canonical([step, parameters, list(inputs), code_version()]).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One entry: its JSON document, and its arrays, which are read only when asked for."""

    document: dict[str, Any]
    arrays_path: Path | None = None

    def arrays(self) -> pl.DataFrame | None:
        """The table of arrays, or ``None`` where the step had none."""
        if self.arrays_path is None:
            return None
        import polars as pl

        return pl.read_parquet(self.arrays_path)


@dataclass
class Store:
    """A store in one folder; use it inside ``with store.locked():``.

    ``hits`` and ``redone`` count the lookups that found an entry and the entries written, by step name.
    """

    folder: Path
    hits: dict[str, int] = field(default_factory=dict)
    redone: dict[str, int] = field(default_factory=dict)

    @contextlib.contextmanager
    def locked(self, wait_s: float = 600.0, tell: Callable[[str], None] | None = None) -> Iterator[Store]:
        """Hold the store for one run; :class:`StoreError` when another run keeps it longer than ``wait_s``.

        ``tell`` is called once with a message if there is something to wait for.
        """
        from filelock import FileLock, Timeout

        self._make_folder()
        lock = FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if tell is not None and wait_s > 0:
                tell(f"waiting for another run that uses {self.folder.parent}")
            self._wait(lock, wait_s)
        try:
            shutil.rmtree(self.folder / "tmp", ignore_errors=True)
            yield self
        finally:
            lock.release()

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".probe-{uuid.uuid4().hex}"
            probe.touch()
            probe.unlink()
        except OSError as fault:
            problem = Problem(
                "cannot write here", str(self.folder.parent), fault.strerror or str(fault), mend="Give another --out."
            )
            raise StoreError(problem) from fault

    def _wait(self, lock: Any, wait_s: float) -> None:
        from filelock import Timeout

        try:
            lock.acquire(timeout=wait_s)
        except Timeout:
            problem = Problem(
                what="another run uses this folder",
                where=str(self.folder.parent),
                got=f"still in use after {wait_s:g} s",
                mend="Wait for it to end, or give another --out.",
            )
            raise StoreError(problem) from None

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def get(self, step: str, key: str) -> Entry | None:
        """The entry under ``key``; ``None`` if there is none or it is damaged (it is then removed)."""
        place = self._place(key)
        try:
            head, mark, rest = (place / DOCUMENT).read_bytes().partition(BODY)
            wrapped, text = json.loads(head + mark + b"null}"), rest.removesuffix(b"}")
            arrays_sha, sound = wrapped["arrays_sha256"], _sha(text) == wrapped["body_sha256"]
            body = json.loads(text)
            if arrays_sha is not None:
                sound = sound and _sha((place / ARRAYS).read_bytes()) == arrays_sha
        except FileNotFoundError:
            sound = False
        except (OSError, ValueError, KeyError, TypeError):
            sound = False
        if not sound:
            shutil.rmtree(place, ignore_errors=True)
            return None
        self.hits[step] = self.hits.get(step, 0) + 1
        return Entry(body, place / ARRAYS if arrays_sha is not None else None)

    def put(self, step: str, key: str, document: dict[str, Any], arrays: pl.DataFrame | None = None) -> Entry:
        """Keep ``document`` and ``arrays`` under ``key``; returns what :meth:`get` will return.

        Raises :class:`StoreError` when the disk does not take it.
        """
        place, temporary = self._place(key), self.folder / "tmp" / uuid.uuid4().hex
        try:
            temporary.mkdir(parents=True)
            arrays_sha = None
            if arrays is not None:
                arrays.write_parquet(temporary / ARRAYS, statistics=False)
                arrays_sha = _sha((temporary / ARRAYS).read_bytes())
            text = canonical(document).encode()
            head = json.dumps({"body_sha256": _sha(text), "arrays_sha256": arrays_sha}).encode().removesuffix(b"}")
            (temporary / DOCUMENT).write_bytes(b"".join((head, BODY, text, b"}")))
            body = json.loads(text)
            place.parent.mkdir(exist_ok=True)
            shutil.rmtree(place, ignore_errors=True)
            os.rename(temporary, place)
        except OSError as fault:
            problem = Problem("a result cannot be stored", str(self.folder), fault.strerror or str(fault))
            raise StoreError(problem) from fault
        self.redone[step] = self.redone.get(step, 0) + 1
        return Entry(body, place / ARRAYS if arrays_sha is not None else None)

    def write_file(self, path: Path, content: bytes) -> None:
        """Write a file beside the store, whole or not at all; one that holds this already is left alone."""
        with contextlib.suppress(OSError):
            if path.stat().st_size == len(content) and path.read_bytes() == content:
                return
        temporary = self.folder / "tmp" / uuid.uuid4().hex
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            _sync(temporary)
            os.replace(temporary, path)
        except OSError as fault:
            raise StoreError(Problem("a file cannot be written", str(path), fault.strerror or str(fault))) from fault


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sync(path: Path) -> None:
    """Make the system put a file or a folder on the disk; folders cannot be opened so on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
