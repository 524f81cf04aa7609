"""The virtual environment: one for each Python version and content of requirements.txt."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from .console import Problem, step
from .home import REPOSITORY, folder, home, locked, log_path, require_space
from .processes import CommandFailed, run_logged

COMPLETE = ".complete"
NEEDED_GIGABYTES = 1.0


def enter(arguments: list[str]) -> None:
    """Continue inside the virtual environment, created first when missing. Returns only when already inside."""
    environment = _path()
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    if not _usable(environment):
        with locked("setup", "the set-up"):
            if not _usable(environment):
                _build(environment)
    python = environment / "bin" / "python"
    os.execv(python, [str(python), "-m", "dev", *arguments])


def _path() -> Path:
    digest = hashlib.sha256((REPOSITORY / "requirements.txt").read_bytes()).hexdigest()[:12]
    return home() / "venv" / f"{sys.version_info[0]}.{sys.version_info[1]}-{digest}"


def _usable(environment: Path) -> bool:
    return (environment / COMPLETE).exists() and (environment / "bin" / "python").exists()


def _build(environment: Path) -> None:
    """Virtual environments can't be moved, so it is built in place and marked at the very end."""
    _require_venv()
    require_space(NEEDED_GIGABYTES, "The Python environment")
    folder("venv")
    log = log_path("python-packages")
    shutil.rmtree(environment, ignore_errors=True)
    with step(f"Python packages for Python {sys.version_info[0]}.{sys.version_info[1]}") as current:
        _make_venv(environment, log)

        def show(line: str) -> None:
            if line.startswith(("Collecting", "Downloading", "Installing")):
                current.detail = line

        _install(environment, log, show)
    (environment / COMPLETE).touch()


def _require_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Problem(
            f"This Python {version} can't make virtual environments.",
            f"As root: apt install python{version}-venv   (or python3-venv)",
        )


def _make_venv(environment: Path, log: Path) -> None:
    try:
        run_logged([sys.executable, "-m", "venv", environment], log)
    except CommandFailed as error:
        raise Problem(
            "The virtual environment could not be made.",
            "On Debian and Ubuntu this usually helps, as root: apt install python3-venv",
            error.tail,
        ) from error


def _install(environment: Path, log: Path, on_line: Callable[[str], object]) -> None:
    python = environment / "bin" / "python"
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", "requirements.txt"]
    try:
        run_logged(command, log, on_line, cwd=REPOSITORY)
    except CommandFailed as error:
        raise _packages_problem(error) from error


def _packages_problem(error: CommandFailed) -> Problem:
    lines = error.tail.splitlines()
    if any("connection broken" in line for line in lines):
        return Problem(
            "The Python packages could not be downloaded: the package index can't be reached.",
            "Check the network (pip's own settings, such as a proxy, are honoured) and try again; "
            f"without a network only a $KLIENTBOX_HOME that was filled earlier helps. Log: {error.log}",
        )
    return Problem(
        "The Python packages could not be installed.",
        f"The lines above are pip's; a version may be gone, or the disk full. Whole log: {error.log}",
        "\n".join(line for line in lines if "WARNING" not in line),
    )
