"""Long computations kept for ever: one file a job, shared by all studies and processes of this user.

    FOLDER/ab/abcd....json      the job's declaration, the versions it was done with, its result
    FOLDER/ab/abcd....lock      held by whoever does the job; others wait and take what it leaves

The name of a file is the SHA-256 of declaration and versions. A file appears whole, by renaming, or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from byssus.errors import Problem, StoreError
from byssus.run.store import canonical

__all__ = ["FOLDER_VARIABLE", "Job", "JobStore", "Kept", "copy_jobs", "default_folder", "versions_of"]

FOLDER_VARIABLE = "BYSSUS_ENERGIES"
# What the numbers of a job rest on. A search takes D3 and D4 of B3LYP away, which no version changes.
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "search": ("rdkit", "tblite"),
    "point": ("pyscf", "dftd3", "dftd4"),
    "quick": ("tblite",),
    "relaxation": ("pyscf", "dftd3", "dftd4"),
}


@dataclass(frozen=True)
class Job:
    """One job: its kind (one of ``LIBRARIES``), its declaration as JSON, its name."""

    kind: str
    declaration: Mapping[str, Any]
    name: str = ""

    @cached_property
    def cost(self) -> float:
        """What it costs beside others; asked for only where something is to be computed, as it loads PySCF."""
        from byssus.compute.jobs import relative_cost

        return relative_cost(self.declaration)

    @property
    def identity(self) -> str:
        """SHA-256 of the declaration alone: the same job whatever the versions."""
        return hashlib.sha256(canonical([self.kind, dict(self.declaration)]).encode()).hexdigest()


@dataclass(frozen=True)
class Kept:
    """A result that was there: from the store ("stored") or from the study's own folder ("shipped")."""

    result: dict[str, Any]
    versions: Mapping[str, str]
    origin: str


@cache
def versions_of(kind: str) -> Mapping[str, str]:
    """The installed versions of what a job of this kind rests on; "absent" for what is not installed."""
    found = {}
    for library in LIBRARIES[kind]:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "absent"
    return MappingProxyType(found)


def default_folder() -> Path:
    """Where jobs are kept unless told otherwise: ``$BYSSUS_ENERGIES``, else this user's cache folder."""
    if given := os.environ.get(FOLDER_VARIABLE):
        return Path(given)
    cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(cache) if cache else Path.home() / ".cache") / "byssus" / "energies"


@dataclass
class JobStore:
    """A folder of finished jobs. ``shipped`` are further folders, read only, whose results count in any version."""

    folder: Path
    shipped: tuple[Path, ...] = ()
    asked: set[str] = field(default_factory=set)  # the identities that anybody wanted, there or not
    _index: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.shipped:
            for path in sorted(place.glob("*.json")):
                self._index.setdefault(path.stem.rsplit("-", 1)[-1], path)

    def path(self, job: Job) -> Path:
        key = hashlib.sha256(canonical([job.identity, dict(versions_of(job.kind))]).encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.json"

    def get(self, job: Job) -> Kept | None:
        """What is kept of a job in these versions, else what is shipped of it in any; a damaged file is none."""
        self.asked.add(job.identity)
        own = _sound(self.path(job), job)
        if own is not None:
            return Kept(own["result"], own["versions"], "stored")
        place = self._index.get(job.identity[:16])
        other = _sound(place, job) if place else None
        return Kept(other["result"], other["versions"], "shipped") if other is not None else None

    def put(self, job: Job, result: Mapping[str, Any]) -> Kept:
        """Keep a result; :class:`StoreError` where the disk does not take it."""
        versions = versions_of(job.kind)
        write_job(self.path(job), job, result, versions)
        return Kept(dict(result), versions, "computed")

    @contextlib.contextmanager
    def doing(self, job: Job, wait_s: float = 0.0) -> Iterator[bool]:
        """Hold a job's lock; ``False`` where another process still holds it after ``wait_s`` seconds."""
        from filelock import FileLock, Timeout

        path = self.path(job)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(path.with_suffix(".lock"))
            lock.acquire(timeout=wait_s)
        except Timeout:
            yield False
            return
        except OSError as fault:
            raise _unwritable(path.parent, fault) from fault
        try:
            yield True
        finally:
            lock.release()


def write_job(path: Path, job: Job, result: Mapping[str, Any], versions: Mapping[str, str]) -> None:
    """One job's file, whole or not at all; :class:`StoreError` where the disk does not take it."""
    body = {"kind": job.kind, "declaration": dict(job.declaration), "versions": dict(versions), "result": dict(result)}
    text = json.dumps({"sha256": _digest(body), **body}, ensure_ascii=False, allow_nan=False)
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise _unwritable(path.parent, fault) from fault


def copy_jobs(folder: Path, to: Path) -> int:
    """Every sound job of a store, as a study ships them: one folder, files named by kind and identity. How many."""
    count = 0
    for path in sorted(folder.glob("*/*.json")):
        body = _whole(path)
        if body is not None:
            job = Job(body["kind"], body["declaration"])
            write_job(to / f"{job.kind}-{job.identity[:16]}.json", job, body["result"], body["versions"])
            count += 1
    return count


def _unwritable(folder: Path, fault: OSError) -> StoreError:
    mend = f"Make room there and make it writable, or name another folder in {FOLDER_VARIABLE}. "
    mend += "What was finished is kept."
    return StoreError(Problem("a computed result cannot be kept", str(folder), fault.strerror or str(fault), mend=mend))


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(body)).encode()).hexdigest()


def _sound(path: Path, job: Job) -> dict[str, Any] | None:
    """The file's body where it is whole and of this job."""
    body = _whole(path)
    same = body is not None and canonical([body["kind"], body["declaration"]]) == canonical(
        [job.kind, dict(job.declaration)]
    )
    return body if same else None


def _whole(path: Path) -> dict[str, Any] | None:
    """The file's body where its sum is right; a file cut short or changed is none."""
    try:
        body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        sound = body.pop("sha256") == _digest(body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return body if sound and {"kind", "declaration", "versions", "result"} <= set(body) else None
