"""Where files are kept: the cache that all clones share, and the locks between commands."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .console import Problem, say

REPOSITORY = Path(__file__).resolve().parent.parent
GIGABYTE = 1024**3


def home() -> Path:
    """The folder of everything downloaded, built or written by these commands."""
    configured = os.environ.get("KLIENTBOX_HOME")
    return Path(configured).expanduser().resolve() if configured else Path.home() / ".cache" / "klientbox"


def folder(*parts: str) -> Path:
    """A folder below the home, created when missing."""
    path = home().joinpath(*parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(
            f"The folder {path} can't be made: {error.strerror}.",
            "Set KLIENTBOX_HOME to a folder you may write to.",
        ) from error
    return path


def log_path(name: str) -> Path:
    return folder("log") / f"{name}.log"


def require_space(gigabytes: float, purpose: str) -> None:
    """Stop before a long step that would run out of disk half-way."""
    free = shutil.disk_usage(folder()).free / GIGABYTE
    if free < gigabytes:
        raise Problem(
            f"{purpose} needs about {gigabytes:g} GB, but only {free:.1f} GB are free in {home()}.",
            "Make room, or set KLIENTBOX_HOME to a folder on another disk.",
        )


class Lock:
    """A lock between commands. The system releases it when its process dies, however it dies."""

    def __init__(self, name: str, purpose: str) -> None:
        self.path = folder("locks") / f"{name}.lock"
        self.purpose = purpose
        self._file: TextIO | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def acquire(self, wait: bool = True) -> bool:
        """Take the lock; when another command has it, print that and wait, or return False at once."""
        if self.held:
            return True
        file = self.path.open("a+")
        if not _flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if not wait:
                file.close()
                return False
            say(f"Waiting for another command (process {_holder(file)}) that uses {self.purpose} ...")
            _flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file
        return True

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def holder(self) -> str:
        with self.path.open() as file:
            return _holder(file)


@contextmanager
def locked(name: str, purpose: str) -> Iterator[None]:
    lock = Lock(name, purpose)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()


def write_private(path: Path, text: str) -> None:
    """Write a file with secrets: completely or not at all, readable by its owner only."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)


def _flock(file: TextIO, operation: int) -> bool:
    try:
        fcntl.flock(file, operation)
    except BlockingIOError:
        return False
    return True


def _holder(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip() or "unknown"
