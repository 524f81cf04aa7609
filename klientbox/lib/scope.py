"""The access of a key: per resource nothing, read, or read and write. Scopes are `<resource>:<read|write>`."""

from __future__ import annotations

from collections.abc import Mapping

NONE, READ, WRITE = "none", "read", "write"
# The resources of the API, and the highest level of each.
RESOURCES = {
    "clients": WRITE,
    "visits": WRITE,
    "services": WRITE,
    "messages": READ,
    "reports": READ,
    "webhooks": WRITE,
}
_IMPLIED = {NONE: (), READ: (READ,), WRITE: (READ, WRITE)}


def scopes(access: Mapping[str, str | None]) -> list[str]:
    """The scopes of {resource: level}, in the order of RESOURCES; write includes read."""
    return [f"{resource}:{right}" for resource in RESOURCES for right in _IMPLIED[access.get(resource) or NONE]]


SCOPES = tuple(scopes(RESOURCES))
