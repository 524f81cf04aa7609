"""The access of a key: per resource nothing, read, or read and write. Scopes are `<resource>:<read|write>`.

A resource exists once the field of its access is declared, by the core or another addon (`models/access`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

NONE, READ, WRITE = "none", "read", "write"
_IMPLIED = {NONE: (), READ: (READ,), WRITE: (READ, WRITE)}


@dataclass(frozen=True)
class Resource:
    """The addon of a resource, and the highest level of access to it."""

    addon: str
    highest: str


_declared: dict[str, Resource] = {}


def declare(name: str, addon: str, highest: str) -> None:
    """Declare a resource. Raises ValueError if another addon has one of this name."""
    resource = _declared.setdefault(name, Resource(addon, highest))
    if resource.addon != addon:
        raise ValueError(f"{addon} declares access to {name}, which {resource.addon} has declared.")


def resources(addons: Collection[str] | None = None) -> dict[str, str]:
    """{resource: highest level} of these addons, by default of all, in the order of their declaration."""
    return {name: each.highest for name, each in _declared.items() if addons is None or each.addon in addons}


def addons() -> set[str]:
    """The addons that have declared resources."""
    return {resource.addon for resource in _declared.values()}


def addon_of(scope: str) -> str | None:
    """The addon that must be installed for a scope; None if no key can have it."""
    name, _, level = scope.partition(":")
    resource = _declared.get(name)
    return resource.addon if resource and level in _IMPLIED[resource.highest] else None


def scopes(access: Mapping[str, str | None]) -> list[str]:
    """The scopes of {resource: level}; write includes read."""
    return [f"{name}:{right}" for name, level in access.items() for right in _IMPLIED[level or NONE]]
