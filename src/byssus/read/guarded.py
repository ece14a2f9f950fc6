"""Libraries that a damaged file can hang or end, at work in a process of their own with limits of time and memory.

HDF5 loops or aborts on some damaged files, and polars ends the process on some damaged pages; neither can be caught.
:func:`guarded` calls a function of this room in a child that is begun once and kept, so that a study of many files
pays for one start. The child is a plain subprocess: it needs no ``if __name__ == "__main__"``, and may be begun by
daemonic workers (process pools, Dask), under any start method. Arrays come back as raw buffers (pickle, protocol 5).
"""

from __future__ import annotations

import atexit
import contextlib
import faulthandler
import importlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from byssus.errors import ReadError
from byssus.read.problems import refuse

__all__ = ["guarded", "serve", "served_by"]

SECONDS = 6.0  # for a small file; whole ones take hundredths
BYTES_PER_SECOND = 4e6  # what a slow disk gives: larger files get as much longer
BYTES = 1_000_000_000  # of memory for a small file
EXPANSION = 64  # bytes of memory more for every byte of a file, as compressed columns may need
START_SECONDS = 60.0  # of the interpreter and its imports on a busy machine
GRACE_SECONDS = 2.0  # the child ends itself in time; the parent sees to it should it not
SERVED = 200  # calls of one child: polars keeps some memory after every panic
_HEAD = struct.Struct("<QI")
_SIZE = struct.Struct("<Q")
_MAIN = "import pickle,sys;sys.path[:]=pickle.load(sys.stdin.buffer);from byssus.read.guarded import serve;serve()"


@dataclass
class _Child:
    """A child process that serves calls."""

    process: subprocess.Popen[bytes]
    served: int = 0

    def ask(self, call: tuple[Any, ...], seconds: float) -> Any:
        """The answer; ``EOFError`` or ``OSError`` where the child ended, also by the timer."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            self.served += 1
            _send(self.process.stdin, call)
            return _receive(self.process.stdout)
        finally:
            timer.cancel()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)


_kept: list[_Child] = []
_inherited: list[_Child] = []  # after a fork: they and their pipes are the parent's
_lock = threading.Lock()


def guarded(
    module: str, function: str, path: Path, where: str, *more: Any, what: str, mend: str, small: float = BYTES
) -> Any:
    """What ``module.function(path, where, *more)`` gives, done in the child; arguments and answer can be pickled.

    Raises what the function raises as :class:`ReadError`; one, too, where the child dies or takes too long. ``what``
    names the kind of file in that message, ``small`` is the memory that a small one may take. Where no process can be
    begun, the function is called right here.
    """
    size = path.stat().st_size
    seconds, most = SECONDS + size / BYTES_PER_SECOND, small + EXPANSION * size
    with _lock:
        try:
            child = _child()
        except OSError:
            found: Callable[..., Any] = getattr(importlib.import_module(module), function)
            return found(path, where, *more)
        kind, answer = _asked(child, (module, function, (path, where, *more), seconds, most), seconds)
    if kind == "answer":
        return answer
    if kind == "refused":
        raise ReadError(*answer)
    if kind == "fault":
        raise answer
    slow = kind == "lost" and answer >= seconds
    return refuse(
        f"the {what} file cannot be read: its reader {'does not come back' if slow else 'is ended by it'}", where,
        got=f"no answer within {seconds:.0f} s" if slow else "the process died, or asked for more memory than it may",
        expected=f"a whole file, read within {seconds:.0f} s and {most / 1e9:.1f} GB", mend=mend,
    )  # fmt: skip


def served_by() -> int | None:
    """The process number of the child that is kept, if there is one."""
    return _kept[0].process.pid if _kept else None


def _asked(child: _Child, call: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
    """The child's answer and its kind; ``"lost"`` with the seconds it took where the child ended."""
    begun = time.monotonic()
    try:
        kind, answer = child.ask(call, seconds + GRACE_SECONDS)
    except (EOFError, OSError, pickle.UnpicklingError, struct.error):
        kind, answer = "lost", time.monotonic() - begun
    except BaseException:  # interrupted: what the child still says answers nothing that is asked later
        _drop(child)
        raise
    if kind in ("lost", "memory") or child.served >= SERVED:
        _drop(child)
    return kind, answer


def _child() -> _Child:
    """The child of this process, begun if there is none."""
    for one in [child for child in _kept if child.process.poll() is not None]:
        _drop(one)
    if not _kept:
        _kept.append(_begun())
    return _kept[0]


def _begun() -> _Child:
    if not sys.executable:
        raise OSError("no interpreter")
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _MAIN],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, creationflags=flags,
    )  # fmt: skip
    child = _Child(process)
    try:
        assert process.stdin is not None
        pickle.dump(sys.path, process.stdin)
        if child.ask(("builtins", "abs", (1,), START_SECONDS, 0.0), START_SECONDS) != ("answer", 1):
            raise EOFError
    except (EOFError, OSError, pickle.UnpicklingError, struct.error) as fault:
        child.end()
        raise OSError("the child did not begin") from fault
    return child


def _drop(child: _Child) -> None:
    child.end()
    _kept[:] = [one for one in _kept if one is not child]


@atexit.register
def _end_all() -> None:
    for child in list(_kept):
        _drop(child)


def _forked() -> None:
    global _lock
    _inherited.extend(_kept)
    _kept.clear()
    _lock = threading.Lock()  # another thread of the parent may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _send(pipe: Any, value: Any) -> None:
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, 5, buffer_callback=buffers.append)
    pipe.write(_HEAD.pack(len(head), len(buffers)) + head)
    for buffer in buffers:
        with buffer.raw() as raw:
            pipe.write(_SIZE.pack(raw.nbytes))
            pipe.write(raw)
    pipe.flush()


def _receive(pipe: Any) -> Any:
    length, count = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    head = _exactly(pipe, length)
    buffers = [_exactly(pipe, _SIZE.unpack(_exactly(pipe, _SIZE.size))[0]) for _ in range(count)]
    return pickle.loads(head, buffers=buffers)


def _exactly(pipe: Any, length: int) -> bytearray:
    held = bytearray(length)
    view, at = memoryview(held), 0
    while at < length:
        got = pipe.readinto(view[at:])
        if not got:
            raise EOFError
        at += got
    return held


# ---- the child -------------------------------------------------------------------------------------------------


def serve() -> None:
    """Answers calls until the pipe closes. What libraries print goes to stderr, which nobody reads."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt ends
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ["RUST_BACKTRACE"] = "0"  # the names behind a panic of polars take seconds to find
    while True:
        try:
            module, function, given, seconds, most = _receive(calls)
        except EOFError:
            return
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)  # its thread needs no lock of Python's
        _limit_memory(most)
        answer = _answer(module, function, given)
        faulthandler.cancel_dump_traceback_later()
        _send_to(answers, answer)


def _answer(module: str, function: str, given: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "answer", getattr(importlib.import_module(module), function)(*given)
    except ReadError as fault:
        return "refused", fault.problems
    except MemoryError:
        return "memory", None
    except Exception as fault:  # no damage, but a fault of ours: it goes on in the parent
        return "fault", RuntimeError(f"{module}.{function}: {type(fault).__name__}: {fault}")


def _send_to(pipe: BinaryIO, answer: tuple[str, Any]) -> None:
    try:
        _send(pipe, answer)
    except BrokenPipeError:  # nobody waits any more
        os._exit(1)


def _limit_memory(most: float) -> None:
    """At most so much more private memory than now. Linux keeps to it; elsewhere only the limit of time holds."""
    if not most or not sys.platform.startswith("linux"):
        return
    import resource

    with Path("/proc/self/status").open() as status:
        held = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = held + int(most)
    resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
