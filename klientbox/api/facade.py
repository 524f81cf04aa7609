"""A facade is one API on the wire: its prefix, its operations, its errors.

v1 is one; another vendor's API is another.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from .errors import ApiError

_facades = []


def owner_of(path):
    """The facade a path belongs to, however many slashes it is spelt with; None for the rest of Odoo."""
    path = _single_slashes(path)
    for facade in _facades:
        if path == facade.prefix or path.startswith(f"{facade.prefix}/"):
            return facade
    return None


def _single_slashes(path):
    return re.sub(r"/{2,}", "/", path)


class _IdConverter(BaseConverter):
    """A positive id that fits PostgreSQL's integer; anything else is a path that is not there."""

    regex = r"[1-9]\d{0,9}"

    def to_python(self, value):
        number = int(value)
        # A number beyond the column's range is an id that no record has.
        return number if number <= 2**31 - 1 else 0


@dataclass(frozen=True)
class Operation:
    """One call: what it takes, what it gives, and the function that does it.

    `scope` is what the key must be allowed. `subject` names the model of the record that `{id}` in the path stands for;
    the function then gets the record.
    `query` and `takes` are the shapes of query string and body. `statuses` are the refusals that the document lists.
    A `public` one needs no key and stands in no document: it describes the API. It alone has a `content_type` of its
    own, and `headers`.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    function: Any
    gives: Any
    scope: str | None = None
    status: int = 200
    subject: str | None = None
    query: Any = None
    takes: Any = None
    statuses: tuple = ()
    public: bool = False
    content_type: str = "application/json; charset=utf-8"
    headers: tuple = ()
    description: str = ""

    @property
    def readonly(self):
        """Whether a read replica may answer."""
        return self.method == "GET"


@dataclass
class Facade:
    """Operations under a prefix. `field_names` maps fields of models to their names on the wire, for errors; `tags`
    describes the tags, in the order of the document; `examples` are values by shape and member."""

    prefix: str
    title: str
    version: str
    description: str = ""
    license: str = "LGPL-3.0-only"
    tags: dict = field(default_factory=dict)
    examples: dict = field(default_factory=dict)
    key_header: str = "X-API-Key"
    field_names: dict = field(default_factory=dict)
    subjects: dict = field(default_factory=dict)
    operations: list = field(default_factory=list)

    def __post_init__(self):
        self._map = Map(strict_slashes=False, merge_slashes=False, converters={"id": _IdConverter})
        _facades.append(self)

    def operation(self, method, path, **declaration):
        """Declare the operation that a function carries out; its docstring becomes the summary."""

        def declare(function):
            summary, _, description = (function.__doc__ or "").partition("\n")
            operation = Operation(
                method,
                path,
                function=function,
                summary=summary.rstrip("."),
                description=" ".join(description.split()),
                **declaration,
            )
            self.operations.append(operation)
            self._map.add(Rule(path.replace("{id}", "<id:id>"), methods=[method], endpoint=operation))
            return function

        return declare

    def find(self, method, path):
        """(operation, path arguments) of a request; raises ApiError 404 or 405. `path` is the whole one."""
        router = self._map.bind("", "/")
        try:
            return router.match(self._below_prefix(path), method=method)
        except MethodNotAllowed as error:
            allow = ", ".join(sorted({*error.valid_methods, "OPTIONS"}))
            raise ApiError(405, "method_not_allowed", f"Allowed here: {allow}.", headers=[("Allow", allow)]) from error
        except NotFound as error:
            raise ApiError(404, "not_found", "There is nothing at this address.") from error

    def methods_of(self, path):
        """The methods that a path answers to; raises ApiError 404."""
        router = self._map.bind("", "/")
        allowed = router.allowed_methods(self._below_prefix(path))
        if not allowed:
            raise ApiError(404, "not_found", "There is nothing at this address.")
        return sorted({*allowed, "OPTIONS"})

    def _below_prefix(self, path):
        return _single_slashes(path).removeprefix(self.prefix) or "/"

    def error_body(self, error, request_id):
        """The body of a refusal, in this facade's shape."""
        body = {"code": error.word, "message": error.message}
        if error.details:
            body["details"] = [
                {"field": name, "code": code, "message": message} for name, code, message in error.details
            ]
        return {"error": {**body, "request_id": request_id}}
