"""Child processes: none outlives its command, and one that did (``kill -9``) is found and stopped by the next."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from .home import folder

POLL = 0.05
TAIL_LINES = 15


class CommandFailed(Exception):  # noqa: N818
    """A command failed; ``tail`` has its last lines."""

    def __init__(self, status: int, tail: str, log: Path) -> None:
        super().__init__(f"exit status {status}")
        self.status = status
        self.tail = tail
        self.log = log


def run_logged(
    arguments: Iterable[object], log: Path, on_line: Callable[[str], object] | None = None, **options: Any
) -> str:
    """Run a command to its end with its output in a log; call ``on_line`` with each line. Returns the output."""
    lines = []
    with (
        log.open("a") as sink,
        subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            **options,
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                sink.write(line)
                lines.append(line)
                if on_line:
                    on_line(line.strip())
            process.wait()
        except BaseException:
            stop_group(process.pid)
            raise
    if process.returncode:
        raise CommandFailed(process.returncode, "".join(lines[-TAIL_LINES:]), log)
    return "".join(lines)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    try:
        with log.open(errors="replace") as file:
            return "".join(deque(file, lines))
    except FileNotFoundError:
        return ""


class Service:
    """A process in the background, in a group of its own, that ends with the command that started it.

    ``owner`` names the lock whose holder may start such processes. They are recorded, so that the next holder finds
    those of a command that was killed: see ``stop_orphans``.
    """

    def __init__(
        self,
        owner: str,
        name: str,
        arguments: Iterable[object],
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        **options: Any,
    ) -> None:
        self._stop_signal = stop_signal
        self._record = folder("run", "processes") / f"{owner}.{name}.json"
        with log.open("a") as sink:
            self.process = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )
        self.pid = self.process.pid
        self._record.write_text(json.dumps({"pid": self.pid, "started": _start_time(self.pid)}))
        atexit.register(self.stop)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self, number: signal.Signals | None = None, grace: float = 30) -> None:
        """Stop the process (by another signal than usual if set), wait, then kill the rest of its group."""
        atexit.unregister(self.stop)
        if not self.ended():
            self.process.send_signal(number or self._stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        stop_group(self.pid, signal.SIGKILL)
        self.process.wait()
        self._record.unlink(missing_ok=True)


def stop_orphans(owner: str) -> None:
    """Stop processes that an earlier holder of the lock ``owner`` left behind, as after ``kill -9``."""
    for record in sorted(folder("run", "processes").glob(f"{owner}.*.json")):
        with contextlib.suppress(ValueError, KeyError):
            known = json.loads(record.read_text())
            if known["started"] and _start_time(known["pid"]) == known["started"]:
                stop_group(known["pid"], signal.SIGINT, grace=20)
        record.unlink(missing_ok=True)


def stop_group(group: int, first: signal.Signals = signal.SIGTERM, grace: float = 5) -> None:
    """Signal a process group and kill it when it is still there after the grace period."""
    if _signal_group(group, first) and first != signal.SIGKILL:
        deadline = time.monotonic() + grace
        while _group_alive(group) and time.monotonic() < deadline:
            time.sleep(POLL)
        _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _group_alive(group: int) -> bool:
    """Whether a process of the group still runs; zombies don't count."""
    return any(fields[2] == str(group) and fields[0] != "Z" for fields in _all_processes())


def _all_processes() -> Iterator[list[str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat_fields(path)
        if fields:
            yield fields


def _stat_fields(path: Path) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on: state, parent, group, session, ..."""
    try:
        return path.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _start_time(pid: int) -> str:
    """When a process began, in the kernel's ticks: distinguishes it from a later one with the same number."""
    fields = _stat_fields(Path(f"/proc/{pid}/stat"))
    return fields[19] if fields and fields[0] != "Z" else ""


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment without variables that would silently change Odoo's database, configuration or Python path."""
    dropped = ("PG", "ODOO_", "OPENERP_", "PYTHONPATH", "PYTHONHOME")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return {**kept, **extra}


def run_visible(arguments: Iterable[object], **options: Any) -> int:
    """Run an interactive command; it may read the terminal. Returns its exit status."""
    process = subprocess.Popen([str(argument) for argument in arguments], start_new_session=True, **options)
    try:
        return process.wait()
    except BaseException:
        stop_group(process.pid, signal.SIGINT, grace=30)
        raise
