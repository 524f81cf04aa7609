"""What a key may do: per resource nothing, read, or read and write. Scopes are `<resource>:<read|write>`."""

NONE, READ, WRITE = "none", "read", "write"
# What the API has, and how far a key may go there at most.
RESOURCES = {
    "clients": WRITE,
    "visits": WRITE,
    "services": WRITE,
    "messages": READ,
    "reports": READ,
    "webhooks": WRITE,
}
_IMPLIED = {NONE: (), READ: (READ,), WRITE: (READ, WRITE)}


def scopes(access):
    """The scopes of {resource: level}, in the order of RESOURCES; write includes read."""
    return [f"{resource}:{right}" for resource in RESOURCES for right in _IMPLIED[access.get(resource) or NONE]]


SCOPES = tuple(scopes(RESOURCES))
