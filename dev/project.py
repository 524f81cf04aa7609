"""The addons of this repository: their names, dependencies, and digests."""

from __future__ import annotations

import ast
import hashlib
from typing import Any

from .home import REPOSITORY

ADDONS = ("klientbox", "klientbox_import", "klientbox_koibox", "klientbox_clientbook")
# Neither changes the content of a database.
IGNORED = ("tests", "__pycache__")


def dependencies() -> tuple[str, ...]:
    """Odoo's modules that our addons need, from their manifests."""
    needed = {name for addon in ADDONS for name in _manifest(addon)["depends"]}
    return tuple(sorted(needed - set(ADDONS)))


def fingerprint() -> str:
    """Changes whenever an addon's files do: then installed databases need an update."""
    digest = hashlib.sha256()
    for addon in ADDONS:
        for path in sorted((REPOSITORY / addon).rglob("*")):
            parts = path.relative_to(REPOSITORY).parts
            if path.is_file() and not set(parts) & set(IGNORED):
                digest.update("/".join(parts).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _manifest(addon: str) -> dict[str, Any]:
    manifest: dict[str, Any] = ast.literal_eval((REPOSITORY / addon / "__manifest__.py").read_text())
    return manifest
