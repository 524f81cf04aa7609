"""A Chromium for the browser tests: found, or installed as root."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .console import Problem, step
from .home import folder, locked, log_path
from .processes import CommandFailed, clean_environment, run_logged

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a browser: $CHROMIUM, else the first known name on the PATH."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        path = shutil.which(chosen)
        if not path:
            raise Problem(
                f"$CHROMIUM is {chosen}, which can't be run.", "Unset it, or give the path of a Chromium or Chrome."
            )
        return path
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> str:
    """The path of a browser; installs Debian's chromium when we are root."""
    path = find()
    if path:
        return path
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(
            "The browser tests need Chromium or Chrome, and none was found.",
            "As root: apt install chromium   (or install Google Chrome, or set CHROMIUM to a browser's path)",
        )
    with locked("browser", "the browser's installation"):
        return find() or _install()


def environment() -> dict[str, str]:
    """The environment with which Odoo's own browser tests (which search for ``chromium`` on the PATH) and Playwright
    use this browser."""
    path = Path(ensure())
    links = folder("run", "browser")
    link = links / "google-chrome"
    if not link.is_symlink() or link.readlink() != path:
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    return {"CHROMIUM": str(path), "PATH": f"{links}{os.pathsep}{os.environ['PATH']}"}


def _install() -> str:
    log = log_path("browser")
    with step("Chromium, for the browser tests") as current:

        def show(line: str) -> None:
            current.detail = line

        options = {"env": clean_environment(DEBIAN_FRONTEND="noninteractive")}
        try:
            run_logged(["apt-get", "update"], log, show, **options)
            run_logged(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], log, show, **options)
        except CommandFailed as error:
            raise Problem(
                "Chromium could not be installed with apt.",
                f"Install Chromium or Chrome by hand, or set CHROMIUM to a browser's path. Whole log: {log}",
                error.tail,
            ) from error
    path = find()
    if not path:
        raise Problem(
            "apt installed chromium, but no browser can be found on the PATH.", "Set CHROMIUM to the browser's path."
        )
    return path
