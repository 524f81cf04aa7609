"""Debian packages without root: downloaded by apt with lists and status of their own, unpacked into a folder."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .processes import CommandFailed, clean_environment, run_logged

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)


class Unavailable(Exception):  # noqa: N818
    """Debian's packages are not available here; the text is the reason."""


@dataclass
class Candidate:
    """A package that the mirror offers now."""

    name: str
    version: str
    size: int
    sha256: str


class Apt:
    """The machine's own Debian mirror with other suites than the machine's, all state below ``folder``.

    Without suites: the machine's own sources, whatever distribution it is.
    """

    def __init__(self, folder: Path, suites: tuple[str, ...], log: Path) -> None:
        self.folder = folder
        self.log = log
        self._suites = suites
        self._write_sources(suites)

    def update(self) -> None:
        try:
            self._run("apt-get", "update")
        except CommandFailed as error:
            raise Unavailable(f"the Debian mirror could not be reached ({_last_words(error)})") from error

    def candidate(self, package: str, suite: str) -> Candidate:
        """The mirror's candidate for a package, without downloading it."""
        try:
            output = self._run("apt-get", "download", "--print-uris", f"{package}/{suite}")
        except CommandFailed as error:
            raise Unavailable(f"Debian no longer has the package {package} in {suite}") from error
        found = re.search(r"^'[^']+' (\S+) (\d+) SHA256:([0-9a-f]{64})$", output, re.MULTILINE)
        if not found:
            raise Unavailable(f"apt returned no usable information about the package {package}")
        version = found[1].split("_")[1].replace("%3a", ":")
        return Candidate(package, version, int(found[2]), found[3])

    def download(self, *packages: str) -> list[Path]:
        """Fetch packages (``name/suite``), verified by apt against the signed index."""
        into = self.folder / "packages"
        into.mkdir(exist_ok=True)
        known = set(into.glob("*.deb"))
        try:
            self._run("apt-get", "download", *packages, cwd=into)
        except CommandFailed as error:
            raise Unavailable(f"the download failed ({_last_words(error)})") from error
        return sorted(set(into.glob("*.deb")) - known)

    def downloaded_bytes(self) -> int:
        return sum(path.stat().st_size for path in (self.folder / "packages").glob("*.deb*"))

    def _write_sources(self, suites: tuple[str, ...]) -> None:
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        if not suites:
            return
        keyring = _keyring()
        mirror = _mirror()
        lines = [f"deb [signed-by={keyring}] {mirror} {suite} main\n" for suite in suites]
        (self.folder / "sources.list").write_text("".join(lines))

    def _run(self, *command: str, cwd: Path | None = None) -> str:
        places = {
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "Dir::State::status": self.folder / "status",
            # The sandbox user of a root's apt can't write below a private home.
            "APT::Sandbox::User": "root",
            "APT::Update::Error-Mode": "any",
            "Acquire::Retries": "2",
            "Acquire::Languages": "none",
        }
        if self._suites:
            places |= {
                "Dir::Etc::SourceList": self.folder / "sources.list",
                "Dir::Etc::SourceParts": "/dev/null",
                "Dir::Etc::PreferencesParts": "/dev/null",
            }
        options = [f"-o{key}={value}" for key, value in places.items()]
        return run_logged([command[0], *options, *command[1:]], self.log, cwd=cwd, env=clean_environment(LC_ALL="C"))


def unpack(package: Path, into: Path, log: Path) -> None:
    run_logged(["dpkg-deb", "-x", package, into], log)


def require_debian() -> None:
    """Refuse other systems: their mirror has no Debian packages, and mixing keys and mirrors by guess is worse."""
    require_packages()
    if _system_id() != "debian":
        raise Unavailable("this machine does not run Debian")
    _keyring()


def require_packages() -> None:
    """Refuse a system without Debian's kind of packages."""
    if not all(map(shutil.which, ("apt-get", "dpkg-deb"))):
        raise Unavailable("this machine has no apt")


def _system_id() -> str:
    try:
        return platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return ""


def _keyring() -> str:
    found = next(filter(os.path.exists, KEYRINGS), None)
    if not found:
        raise Unavailable("Debian's keyring is not installed (package debian-archive-keyring)")
    return found


def _mirror() -> str:
    """The address the machine itself uses for Debian's main archive."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    mirror = next((uri for uri in output.split() if "security" not in uri), None)
    if not mirror:
        raise Unavailable("apt on this machine has no package source")
    return mirror


def _last_words(error: CommandFailed) -> str:
    lines = [line.strip() for line in error.tail.splitlines() if line.startswith(("E:", "Err:", "W:"))]
    return lines[0] if lines else f"apt ended with status {error.status}"
