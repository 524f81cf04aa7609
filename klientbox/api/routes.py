"""Operations, and the routes to those of installed addons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from ..lib import scope
from .errors import NOTHING_HERE, ApiError

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor
    from pydantic import BaseModel

    from .shapes import Answer, Query

JSON_TYPE = "application/json; charset=utf-8"


class IdConverter(BaseConverter):
    """A positive id that fits PostgreSQL's integer; anything else is a path that does not exist."""

    regex = r"[1-9]\d{0,9}"

    def to_python(self, value: str) -> int:
        number = int(value)
        # A number beyond the column's range is no record's id.
        return number if number <= 2**31 - 1 else 0


@dataclass(frozen=True)
class Operation:
    """One call: its input, its answer, and its function.

    `addon` must be installed for it; by default the addon of the function's code.
    `scope` is required of the key. `subject` names the model of the record with `{id}` in the path; the function then
    gets the record, and the document calls it by `noun`. `prepare` is called before anything is read, to lock records
    to be changed: with the environment, the record's id or None, and the body as it was sent.
    `query` and `takes` are the shapes of query string and body; other braces in the path are read as if they were in
    the query string.
    A `public` one needs no key and is in no document: it describes the API, and its function gets the facade and its
    routes. It alone has a `content_type` of its own, and `headers`. `archived` says that the record may be archived,
    `merged` that the id of a merged entry means the remaining record, `gives_secret` that the answer contains a secret
    that can't be read again: a repeated call with its Idempotency-Key is refused.
    `is_direct` says that the statement of a record, or of a list without parameters but those of the page, depends on
    the company alone, so that it is kept (direct_reads.py). `read` gets the result with an autocommit cursor and the
    Admission instead; None where it can't.
    `about` describes the tag, unless the facade does. `field_names` maps fields of models to their names here, for
    errors.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    function: Callable[..., Any]
    addon: str
    gives: type[Answer]
    scope: str | None = None
    status: int = 200
    subject: str | None = None
    prepare: Callable[..., None] | None = None
    query: type[Query] | None = None
    takes: type[BaseModel] | None = None
    public: bool = False
    archived: bool = False
    merged: bool = False
    gives_secret: bool = False
    is_direct: bool = False
    read: Callable[[BaseCursor, Any], dict[str, Any] | None] | None = None
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = ()
    description: str = ""
    noun: str = "record"
    about: str = ""
    field_names: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def addons(self) -> set[str]:
        """The addons that must be installed for it: also that of its scope."""
        return {self.addon, *filter(None, [self.scope and scope.addon_of(self.scope)])}

    @property
    def readonly(self) -> bool:
        """Whether a read replica may answer."""
        return self.method == "GET"


class Routes:
    """The operations of an API in one database, and the lookup of a request's operation. `scopes` are all that a key
    may have there."""

    def __init__(
        self, operations: Sequence[Operation], id_converter: type[BaseConverter], scopes: Sequence[str] = ()
    ) -> None:
        self.operations, self.scopes = operations, scopes
        self._map = Map(strict_slashes=False, merge_slashes=False, converters={"id": id_converter})
        for operation in operations:
            rule = operation.path.replace("{id}", "<id:id>")
            self._map.add(Rule(rule, methods=[operation.method], endpoint=operation))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, Any]]:
        """(operation, path arguments) of a request for a path below the prefix; raises ApiError 404 or 405."""
        try:
            operation, arguments = self._map.bind("", "/").match(path, method=method)
        except MethodNotAllowed as error:
            allow = ", ".join(sorted({*(error.valid_methods or ()), "OPTIONS"}))
            raise ApiError(405, "method_not_allowed", f"Allowed here: {allow}.", headers=[("Allow", allow)]) from error
        except NotFound as error:
            raise _nothing_here() from error
        return operation, dict(arguments)

    def methods_of(self, path: str) -> list[str]:
        """The methods of a path below the prefix; raises ApiError 404."""
        allowed = self._map.bind("", "/").allowed_methods(path)
        if not allowed:
            raise _nothing_here()
        return sorted({*allowed, "OPTIONS"})

    def shows_what_is_made_by(self, operation: Operation) -> bool:
        """Whether an operation creates records that another one returns by their id."""
        return operation.method == "POST" and any(
            other.method == "GET" and other.path == f"{operation.path}/{{id}}" for other in self.operations
        )


def check_declaration(operation: Operation, declared: Iterable[Operation]) -> None:
    """Raise ValueError for an operation that can't be served: another one has its method and path, or its name, or no
    key can have its scope."""
    called = f"{operation.method} {operation.path}"
    for other in declared:
        by = f"{operation.addon} declares {called}"
        if (other.method, _pattern(other.path)) == (operation.method, _pattern(operation.path)):
            raise ValueError(f"{by}, which {other.addon} has declared as {other.name}.")
        if other.name == operation.name:
            raise ValueError(f"{by} as {operation.name}, which is the name of {other.method} {other.path}.")
    if operation.scope and not scope.addon_of(operation.scope):
        resource, _, level = operation.scope.partition(":")
        raise ValueError(
            f"{called} needs the scope {operation.scope}, which no key can have: first declare the field"
            f" {resource}_access of klientbox.api.access, with the level {level}."
        )


def _pattern(path: str) -> str:
    """A path without the names in braces."""
    return re.sub(r"{\w+}", "{}", path)


def addon_of(function: Callable[..., Any]) -> str:
    """The addon of a function's code."""
    return function.__module__.removeprefix("odoo.addons.").partition(".")[0]


def single_slashes(path: str) -> str:
    """A path with one slash instead of several."""
    return re.sub(r"/{2,}", "/", path)


def _nothing_here() -> ApiError:
    return ApiError(404, "not_found", NOTHING_HERE)
