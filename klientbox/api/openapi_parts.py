"""Parts of the document that the operations of a facade share, defined once and referred to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .idempotency import METHODS as REPEATABLE
from .versions import READING

if TYPE_CHECKING:
    from .routes import Operation, Routes

# Errors that any operation of a kind may return, whatever it declares.
REFUSALS = {
    409: "The first call with this Idempotency-Key is still running",
    412: "The record is no longer the version that If-Match names",
    413: "The body is over 1 MB",
    415: "The body is not declared as JSON",
    422: "This Idempotency-Key was used for another call",
    503: "Not available at the moment; nothing was done",
}
_WITH_RETRY_AFTER = (409, 429, 503)

# A JSON Schema, or another object of the document.
Schema = dict[str, Any]

PARAMETERS: Schema = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
        "description": (
            "A unique text for each action, such as a UUID. A repeated request with the same key is not executed "
            "again: for 24 hours it returns the first response."
        ),
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The ETag from your last read. If the record has changed since, the response is 412.",
    },
}


def _header(kind: str, description: str, example: str | int) -> Schema:
    return {"description": description, "schema": {"type": kind}, "example": example}


HEADERS = {
    "X-Request-Id": _header("string", "The request's own id, or a generated one.", "5f2b8c1d9e3a4f60"),
    "RateLimit-Policy": _header("string", "The limit: q requests in any w seconds.", '"default";q=100;w=60'),
    "RateLimit": _header(
        "string", "The rest of the limit: r requests left; t seconds until the next one.", '"default";r=97;t=0'
    ),
    **{
        f"{prefix}{name}": _header("integer", description, example)
        for prefix in ("RateLimit-", "X-RateLimit-")
        for name, description, example in (
            ("Limit", "Requests in any 60 seconds.", 100),
            ("Remaining", "Requests left.", 97),
            ("Reset", "Seconds until the next request is available; 0 while requests are left.", 0),
        )
    },
    "Location": _header("string", "The path of the new record.", "/klientbox/api/v1/clients/42"),
    "Content-Location": _header(
        "string",
        "The path of the remaining client, if the id in the path is that of a merged client.",
        "/klientbox/api/v1/clients/42",
    ),
    "ETag": _header("string", "The version of the record, for If-Match: of clients, visits and services.", '"3"'),
    "Link": _header("string", "Addresses of the first, previous, next and last page.", '</clients?page=2>; rel="next"'),
    "Idempotency-Replayed": _header("string", "`true` if this is the stored first response.", "true"),
}
_ALWAYS = ("X-Request-Id", *(name for name in HEADERS if "RateLimit" in name))


def parameters(operation: Operation) -> list[dict[str, str]]:
    """Headers that a caller may send."""
    names = ["IdempotencyKey"] * _is_repeatable(operation) + ["IfMatch"] * _is_versioned_write(operation)
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def statuses(operation: Operation) -> list[int]:
    """The errors of an operation of its kind, in order."""
    # A key in the address is refused everywhere.
    more = [400, 401, 403, 429, 500, 503]
    if operation.subject:
        more.append(404)
    if operation.takes:
        more += [413, 415]
    if _is_repeatable(operation):
        more += [409, 422]
    if _is_versioned_write(operation):
        more.append(412)
    return sorted(more)


def headers(routes: Routes, operation: Operation) -> dict[str, dict[str, str]]:
    """Headers of an operation's answer."""
    names = list(_ALWAYS)
    if "data" in operation.gives.model_fields:
        names.append("Link")
    elif {"id", "created"} <= operation.gives.model_fields.keys():
        names.append("ETag")
    if operation.status == 201 and routes.shows_what_is_made_by(operation):
        names.append("Location")
    if operation.merged:
        names.append("Content-Location")
    if _is_repeatable(operation):
        names.append("Idempotency-Replayed")
    return _refer(names)


def refusal(status: int, description: str, schema: Schema, example: Schema) -> Schema:
    """An error as a component."""
    return {
        "description": description,
        "headers": {
            **_refer(["X-Request-Id"]),
            **({"Retry-After": _retry_after()} if status in _WITH_RETRY_AFTER else {}),
            **({"WWW-Authenticate": _challenge()} if status == 401 else {}),
        },
        "content": {"application/json": {"schema": schema, "example": example}},
    }


def scopes(names: Iterable[str]) -> Schema:
    """A scope that a key may have, with names for generated clients."""
    names = list(names)
    return {"enum": names, "type": "string", "x-enum-varnames": [name.replace(":", "_").upper() for name in names]}


def tidy(schema: Any) -> Any:
    """A JSON Schema without pydantic's titles, which repeat the name and spoil that of generated classes."""
    if isinstance(schema, list):
        return [tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        # Below `properties` a title is a member of that name.
        name: {each: tidy(inner) for each, inner in value.items()} if name in ("properties", "$defs") else tidy(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }


def with_examples(schema: Schema, examples: Mapping[str, Any]) -> Schema:
    """An object's schema with an example of each member that has none."""
    members = schema.get("properties", {})
    described = {
        name: {**member, "examples": [examples[name]]} if name in examples and "examples" not in member else member
        for name, member in members.items()
    }
    return {**schema, "properties": described} if members else schema


def _refer(names: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _retry_after() -> Schema:
    return {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}, "example": 1}


def _challenge() -> Schema:
    return {"description": "The header of the key.", "schema": {"type": "string"}}


def _is_repeatable(operation: Operation) -> bool:
    return operation.method in REPEATABLE


def _is_versioned_write(operation: Operation) -> bool:
    return bool(operation.subject and operation.method not in READING and operation.method != "POST")
