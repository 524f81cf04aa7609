"""Odoo 19.0: from $ODOO_SRC, the cache, Debian's package or Odoo's own repository, in this order."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debian
from .console import Problem, say, step
from .home import folder, locked, log_path, require_space
from .processes import CommandFailed, clean_environment, run_logged

SERIES = (19, 0)
PACKAGE = "odoo-19"
PACKAGE_SUITE = "sid"
# The build that this code was tried with. Debian replaces it now and then; a newer one of the same series is taken.
TRIED_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
TRIED_VERSION = "19.0.0+dfsg-1"
# Debian replaces Odoo's fonts and icons by links to these. The suite is fixed: later ones have other file names.
FONT_PACKAGES = (
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
FONT_SUITE = "trixie"
REPOSITORY = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
NEEDED_GIGABYTES = 3.0
# Debian leaves this file out (no source for it); without it every page logs an error in the browser's console.
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    """A runnable Odoo: the program, its Python path, its addons."""

    launcher: Path
    python_path: Path
    addons_paths: tuple[Path, ...]
    identity: str


def find() -> OdooSource | None:
    """The Odoo that is present already, or None. $ODOO_SRC comes first."""
    chosen = os.environ.get("ODOO_SRC")
    if chosen:
        return _checkout(Path(chosen).expanduser().resolve(), chosen=True)
    builds = sorted(folder("odoo").glob("debian-*[0-9a-f]"), key=lambda build: build.name == _name_of(TRIED_SHA256))
    if builds:
        return _debian_tree(builds[-1])
    if _clone_root().exists():
        return _checkout(_clone_root())
    return None


def ensure() -> OdooSource:
    """An Odoo 19.0, downloaded when there is none yet."""
    source = find()
    if source:
        return source
    with locked("setup", "the set-up"):
        return find() or _download()


def _download() -> OdooSource:
    require_space(NEEDED_GIGABYTES, "Odoo with its databases")
    try:
        return _from_debian()
    except debian.Unavailable as reason:
        say(f"  Debian's package of Odoo is not available: {reason}. Continuing with Odoo's own repository.")
        return _from_git(str(reason))


def _name_of(sha256: str) -> str:
    """The folder of a build of Debian's package."""
    return f"debian-{sha256[:12]}"


def _clone_root() -> Path:
    return folder("odoo") / f"git-{BRANCH}"


def _debian_tree(root: Path) -> OdooSource:
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    return OdooSource(
        launcher=root / "usr" / "bin" / "odoo",
        python_path=packages,
        addons_paths=(packages / "odoo" / "addons",),
        identity=root.name.removeprefix("debian-"),
    )


def _checkout(root: Path, chosen: bool = False) -> OdooSource:
    """A git checkout (or the same layout): odoo-bin, odoo/ and addons/ beside each other."""
    wrong = _what_is_wrong(root)
    if wrong:
        if chosen:
            place, remedy = "$ODOO_SRC", "Point ODOO_SRC at a checkout of Odoo's branch 19.0, or unset it."
        else:
            place, remedy = "The cache", f"Remove {root} and try again."
        raise Problem(f"{place} ({root}) is not Odoo 19.0: {wrong}.", remedy)
    return OdooSource(
        launcher=root / "odoo-bin",
        python_path=root,
        addons_paths=(root / "addons", root / "odoo" / "addons"),
        identity=_checkout_identity(root),
    )


def _what_is_wrong(root: Path) -> str:
    for name in ("odoo-bin", "addons/web/__manifest__.py", "odoo/addons/base/__manifest__.py", "odoo/release.py"):
        if not (root / name).exists():
            return f"it has no {name}"
    release = (root / "odoo" / "release.py").read_text()
    version = re.search(r"^version_info = \((\d+), (\d+),", release, re.MULTILINE)
    found = tuple(map(int, version.groups())) if version else None
    if found != SERIES:
        return f"it is version {'.'.join(map(str, found))}" if found else "its version is unknown (a saas release?)"
    return ""


def _checkout_identity(root: Path) -> str:
    """Changes whenever the checkout does; a tree without git is identified by its path and age."""
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    result = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("git") else None
    commit = result.stdout.strip() if result and result.returncode == 0 else ""
    state = commit or f"{root}:{(root / 'odoo' / 'release.py').stat().st_mtime_ns}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def _from_debian() -> OdooSource:
    """Debian's package of our series, checked by apt's signed index, completed, then moved into place."""
    debian.require_debian()
    work = folder("odoo") / "debian.partial"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        tree, sha256 = _build_debian_tree(work)
        root = tree.replace(folder("odoo") / _name_of(sha256))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _debian_tree(root)


def _build_debian_tree(work: Path) -> tuple[Path, str]:
    """The unpacked package, and its checksum."""
    log = log_path("odoo-download")
    apt = debian.Apt(work / "apt", (PACKAGE_SUITE, FONT_SUITE), log)
    with step("Odoo 19.0, Debian's package: index"):
        apt.update()
        offer = apt.candidate(PACKAGE, PACKAGE_SUITE)
        _require_series(offer)
    with step(f"Odoo 19.0, Debian's package: download of {_megabytes(offer.size)} MB") as current:
        current.detail = lambda: f"{_megabytes(apt.downloaded_bytes())} of {_megabytes(offer.size)} MB"
        [package] = apt.download(f"{PACKAGE}/{PACKAGE_SUITE}")
        _require_checksum(package, offer.sha256)
        fonts = _download_fonts(apt)
    with step("Odoo 19.0, Debian's package: unpacking"):
        tree = work / "root"
        try:
            for path in (package, *fonts):
                debian.unpack(path, tree, log)
        except CommandFailed as error:
            raise Problem("Odoo's package could not be unpacked.", f"Is the disk full? {log}", error.tail) from error
        _add_missing_script(_debian_tree(tree))
    return tree, offer.sha256


def _require_series(offer: debian.Candidate) -> None:
    """Refuse another series; name the tried build where the mirror has a later one."""
    series = ".".join(map(str, SERIES))
    if not offer.version.startswith(f"{series}."):
        raise debian.Unavailable(f"it is version {offer.version} now, and KlientBox needs Odoo {series}")
    if offer.sha256 != TRIED_SHA256:
        say(f"  Debian has a later build of Odoo: {offer.version}. This code was tried with {TRIED_VERSION}.")


def _require_checksum(package: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with package.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != sha256:
        raise debian.Unavailable(f"the downloaded file's checksum is wrong ({digest.hexdigest()}); it was deleted")


def _download_fonts(apt: debian.Apt) -> list[Path]:
    """Only checks: Odoo works without them, so a missing one is reported and accepted."""
    try:
        return apt.download(*(f"{name}/{FONT_SUITE}" for name in FONT_PACKAGES))
    except debian.Unavailable as reason:
        say(f"  Some fonts and icons will be missing in Odoo's pages: {reason}.")
        return []


def _add_missing_script(source: OdooSource) -> None:
    script = source.addons_paths[0] / MISSING_SCRIPT
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("// Left out by Debian; only the video call's background blur uses it.\n")


def _from_git(why_not_debian: str) -> OdooSource:
    """A shallow clone, made aside and renamed when complete."""
    log = log_path("odoo-clone")
    partial = folder("odoo") / "git.partial"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        if not shutil.which("git"):
            raise _no_odoo(why_not_debian, "git is not installed", "")
        with step("Odoo 19.0 from its own repository (several hundred MB)") as current:

            def show(line: str) -> None:
                current.detail = line

            command = ["git", "clone", "--progress", "--depth", "1", "--branch", BRANCH, REPOSITORY, partial]
            run_logged(command, log, show, env=clean_environment(GIT_TERMINAL_PROMPT="0", LC_ALL="C"))
    except CommandFailed as error:
        raise _no_odoo(why_not_debian, "the clone of Odoo's repository failed", error.tail) from error
    partial.replace(_clone_root())
    return _checkout(_clone_root())


def _no_odoo(why_not_debian: str, why_not_git: str, details: str) -> Problem:
    return Problem(
        f"Odoo 19.0 could not be had. Debian's package: {why_not_debian}. Otherwise: {why_not_git}.",
        "Check the network and try again; or set ODOO_SRC to a checkout of Odoo's branch 19.0; "
        "or copy the $KLIENTBOX_HOME of a machine where it worked.",
        details,
    )


def _megabytes(size: int) -> int:
    return round(size / 1e6)
