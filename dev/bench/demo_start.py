"""The waiting time of a newcomer for ``make run``: the first time, with nothing on the machine, and every other
time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from dev.console import Problem, step
from dev.home import REPOSITORY
from dev.processes import clean_environment, stop_group
from dev.server import free_port

from .result import Result

COLD_SECONDS, WARM_SECONDS = 300, 25
ROUNDS = 5
READY = "KlientBox is ready."
PATIENCE = 900
STOP_PATIENCE = 60


def measure() -> list[Result]:
    """Two results, from one home folder that is deleted afterwards. The download counts to the first."""
    home = Path(tempfile.mkdtemp(prefix="klientbox-bench-"))
    try:
        with step("make run on an empty machine"):
            cold = _seconds_to_ready(home)
        warm = []
        for number in range(1, ROUNDS + 1):
            with step(f"make run again, {number} of {ROUNDS}"):
                warm.append(_seconds_to_ready(home))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return [
        Result("run_cold_s", cold, "s", COLD_SECONDS),
        Result("run_warm_s", median(warm), "s", WARM_SECONDS),
    ]


def _seconds_to_ready(home: Path) -> float:
    """From the command to its message that it is ready and the first clients from the API. Ctrl-C must leave
    nothing."""
    port = free_port()
    started = time.monotonic()
    with _running(home, port) as process:
        _wait_for(process)
        _require_clients(home)
        seconds = time.monotonic() - started
    _require_nothing_left(home, port)
    return seconds


@contextmanager
def _running(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """``make run`` with this home, as from a terminal: an interrupt reaches the whole process group."""
    # The interpreter outside our virtual environment, as a newcomer has no other.
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    environment = clean_environment(KLIENTBOX_HOME=str(home), PORT=str(port), WORKERS="0")
    for inherited in ("KLIENTBOX_PG", "ODOO_SRC", "MAKEFLAGS", "MAKELEVEL"):
        environment.pop(inherited, None)
    process = subprocess.Popen(
        ["make", "run", f"PYTHON={python}"],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=STOP_PATIENCE)
    finally:
        stop_group(process.pid, signal.SIGINT, grace=STOP_PATIENCE)
        process.wait()


def _wait_for(process: subprocess.Popen[str]) -> None:
    lines = []
    timer = threading.Timer(PATIENCE, stop_group, [process.pid])
    timer.start()
    try:
        for line in process.stdout or ():
            lines.append(line)
            if READY in line:
                return
    finally:
        timer.cancel()
    raise Problem("make run ended before it was ready.", details="".join(lines[-15:]))


def _require_clients(home: Path) -> None:
    """Ready means that the API returns clients to the displayed key."""
    access = json.loads((home / "run" / "demo.json").read_text())
    url = f"{access['url']}/klientbox/api/v1/clients?per_page=3"
    request = urllib.request.Request(url, headers={"X-API-Key": access["keys"]["salon"]})
    with urllib.request.urlopen(request, timeout=30) as answer:
        clients = json.load(answer)["data"]
    if len(clients) != 3:
        raise Problem(f"The demo was ready but gave {len(clients)} clients instead of 3.")


def _require_nothing_left(home: Path, port: int) -> None:
    """No process in this home, and no listener at the port."""
    left = [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if _mentions(path, home)]
    if left:
        raise Problem(f"After Ctrl-C these processes are left: {', '.join(left)}.")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise Problem(f"After Ctrl-C something still answers at port {port}.")


def _mentions(path: Path, home: Path) -> bool:
    try:
        return os.fsencode(home) in path.read_bytes()
    except OSError:
        return False
