"""A facade is one API: its prefix, its operations, its protocol.

v1 is one; another vendor's API is another. The class has the protocol of v1; a vendor's facade is a subclass that
overrides the differences.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, TypeVar
from urllib.parse import unquote_plus

from odoo import http

from .. import compat
from ..lib import api_key, scope
from . import strict_json
from .errors import MESSAGES, TOO_MANY, ApiError, invalid
from .paging import links
from .resource import Resource
from .routes import JSON_TYPE, IdConverter, Operation, Routes, addon_of, check_declaration, single_slashes
from .shapes import is_list

if TYPE_CHECKING:
    from odoo.http import HTTPRequest, Request
    from odoo.modules.registry import Registry
    from werkzeug.datastructures import MultiDict
    from werkzeug.routing import BaseConverter

    from .errors import Problem
    from .shapes import Answer, Query

# Parameters that are meant to be a key, whatever their value; compared by their letters alone.
KEY_NAMES = {"apikey", "xapikey"}
# A body with another declared format can't be meant as JSON; curl declares a form by default.
BODY_TYPES = ("", "application/json", "application/x-www-form-urlencoded", "text/plain")

_Function = TypeVar("_Function", bound=Callable[..., Any])
_facades: list[Facade] = []


def owner_of(path: str) -> Facade | None:
    """The facade a path belongs to, however many slashes it contains; None for the rest of Odoo."""
    return next((facade for facade in _facades if facade.below_prefix(path)), None)


class Admission(Protocol):
    """The result of the check of a request's key. Company and zone are None if the key is not valid."""

    @property
    def refusal(self) -> str | None: ...
    @property
    def company_id(self) -> int: ...
    @property
    def limit(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def retry_ms(self) -> int: ...
    @property
    def key_id(self) -> int: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def origins(self) -> frozenset[str]: ...
    @property
    def zone(self) -> str: ...


class Refusal(NamedTuple):
    """An error response."""

    status: int
    text: str
    headers: list[tuple[str, str]]
    content_type: str = JSON_TYPE


@dataclass
class Facade:
    """Operations under a prefix, and the protocol of an API. `addon` must be installed for it; other addons may declare
    operations of their own.

    `prefix` is the path of its controller's one route; `other_prefixes` lead to the same operations. `families` are the
    first path segments that are its own, where another API shares the prefix; empty: all. `field_names` maps fields of
    models to their names in the API, for errors; resources and operations add theirs. `tags` describes the tags, in the
    order of the document; `examples` are values by shape and member. `is_direct`: common reads are answered without an
    environment (direct_reads.py); only with this class's own check of keys.
    """

    addon: str
    prefix: str
    title: str
    version: str
    other_prefixes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    description: str = ""
    license: str = "LGPL-3.0-only"
    tags: dict[str, str] = field(default_factory=dict)
    examples: dict[str, dict[str, Any]] = field(default_factory=dict)
    key_header: str = "X-API-Key"
    field_names: dict[str, str] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    is_direct: bool = False

    # How `{id}` in a path is read.
    id_converter: ClassVar[type[BaseConverter]] = IdConverter
    # Whether Idempotency-Key is supported; then answers are kept for a day.
    heeds_idempotency_key: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._addons: set[str] = set()
        self._routes: dict[tuple[int, frozenset[str]], Routes] = {}
        _facades.append(self)

    def operation(
        self, method: str, path: str, *, field_names: Mapping[str, str] | None = None, **declaration: Any
    ) -> Callable[[_Function], _Function]:
        """Declare the operation of a function; its docstring becomes the summary.

        Raises ValueError for a declaration that can't be served.
        """

        def declare(function: _Function) -> _Function:
            summary, _, description = (function.__doc__ or "").partition("\n")
            operation = Operation(
                method,
                path,
                function=function,
                summary=summary.rstrip("."),
                description=" ".join(description.split()),
                field_names={**self.field_names, **(field_names or {})},
                **{"addon": addon_of(function), **declaration},
            )
            check_declaration(operation, self.operations)
            self.operations.append(operation)
            self._addons.add(operation.addon)
            return function

        return declare

    def resource(self, path: str, model: str, singular: str, gives: type[Answer], **more: Any) -> Resource:
        """A Resource of this API: the common properties of the operations on one model. `more` are its members."""
        return Resource(self, path, model, singular, gives, **more)

    def routes(self, registry: Registry | None) -> Routes:
        """The Routes of a database, by its registry: only installed addons. Without a database, all.

        Raises ApiError 404 where the facade itself is not installed.
        """
        addons = self._addons | scope.addons()
        modules = addons if registry is None else compat.init_modules(registry)
        if self.addon not in modules and registry is not None:
            raise ApiError(404, "not_installed", f"{self.title} is not installed in this database.")
        installed = frozenset(addon for addon in addons if addon in modules)
        # Addons that are loaded later declare more operations.
        key = (len(self.operations), installed)
        if key not in self._routes:
            served = [operation for operation in self.operations if operation.addons <= installed]
            self._routes[key] = Routes(served, self.id_converter, scope.scopes(scope.resources(installed)))
        return self._routes[key]

    def http_route(self) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """The decorator of the route for all requests of this facade; the decorated function is never called.

        A replica may serve requests that only read.
        """
        route: Callable[[Callable[..., Any]], Callable[..., Any]] = http.route(
            self.prefix,
            type="klientbox_api",
            auth="none",
            csrf=False,
            save_session=False,
            readonly=lambda controller, rule, args: http.request.httprequest.method in ("GET", "HEAD"),
        )
        return route

    def below_prefix(self, path: str) -> str | None:
        """The rest of a path below one of the prefixes, "/" at least; None when it is not this facade's."""
        path = single_slashes(path)
        for prefix in (self.prefix, *self.other_prefixes):
            if path == prefix or path.startswith(f"{prefix}/"):
                rest = path[len(prefix) :] or "/"
                if not self.families or rest.split("/")[1] in self.families:
                    return rest
        return None

    def check_address(self, httprequest: HTTPRequest) -> None:
        """Raises ApiError for an address with a key in it, before any other check: the key is in logs and histories by
        now, and a caller must learn that at the first try."""
        names = {re.sub(r"[^a-z]", "", name.lower()) for name in httprequest.args}
        if names & KEY_NAMES or api_key.BEGINNING.search(unquote_plus(httprequest.query_string.decode("latin-1"))):
            raise ApiError(400, "api_key_in_address", self.message("api_key_in_address"))

    def admit(self, request: Request) -> Admission:
        """Check the key and count the request: its Admission. Raises ApiError."""
        key = request.httprequest.headers.get(self.key_header, "").strip()
        if not key:
            challenge = [("WWW-Authenticate", self.challenge())]
            raise ApiError(401, "api_key_missing", self.message("api_key_missing"), headers=challenge)
        admission: Admission = request.env["klientbox.api.key"]._admit(key, request.httprequest.remote_addr or "")
        return admission

    def message(self, code: str) -> str:
        """The message of a code, with the header of this API."""
        return MESSAGES[code].format(header=self.key_header)

    def challenge(self) -> str:
        """The authentication scheme in a 401. No scheme is registered for a key in a header of its own; browsers show
        no dialog for this one."""
        return f'ApiKey realm="{self.title}", header="{self.key_header}"'

    def query(self, shape: type[Query], parameters: MultiDict[str, str]) -> dict[str, str]:
        """Validate the query string by a shape; a repeated parameter is refused, as it is ambiguous.

        For a list all values count, as many clients send it so; documented is the form with commas.
        """
        repeated = [name for name in parameters if len(parameters.getlist(name)) > 1]
        lists = {name for name in repeated if name in shape.model_fields and is_list(shape.model_fields[name])}
        twice = [(name, "repeated", f"{name} is repeated") for name in repeated if name not in lists]
        if twice:
            raise invalid(twice)
        return {**parameters.to_dict(), **{name: ",".join(parameters.getlist(name)) for name in lists}}

    def members(self, httprequest: HTTPRequest) -> Any:
        """The content of a request's body."""
        if httprequest.mimetype not in BODY_TYPES:
            raise ApiError(415, "unsupported_media_type", "Send JSON.")
        try:
            return strict_json.loads(httprequest.get_data())
        except strict_json.InvalidJson as error:
            raise ApiError(400, "invalid_json", str(error)) from error

    def changes(
        self, operation: Operation, members: dict[str, Any], present: dict[str, Any]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """(values to write, problems) of a body that changes the record whose answer is `present`.

        Read, modify, write: a member with its present value counts as not sent. A problem is (field, code, message).
        """
        taken = operation.takes.model_fields if operation.takes else {}
        read_only = (members.keys() & present.keys()) - taken.keys()
        problems = [
            (name, "read_only", f"{name} can't be written")
            for name in sorted(read_only)
            if members[name] != present[name]
        ]
        if not members:
            problems.append(("body", "required", "Send at least one member."))
        return {name: value for name, value in members.items() if name not in read_only}, problems

    def answer(
        self,
        httprequest: HTTPRequest,
        operation: Operation,
        result: Any,
        context: dict[str, Any],
        included: dict[str, Any] | None,
    ) -> tuple[str, list[tuple[str, str]]]:
        """(text, headers) of an operation's result; `included` are the requested members, as in pydantic's
        `include`."""
        answer = operation.gives.model_validate(result, context=context)
        return answer.model_dump_json(include=included), links(httprequest, answer)

    def address_of(self, operation: Operation, record_id: int) -> str:
        """The path of an operation's record."""
        return self.prefix + operation.path.replace("{id}", str(record_id))

    def error_body(self, error: ApiError, request_id: str) -> dict[str, Any]:
        """The body of an error."""
        body: dict[str, Any] = {"code": error.error_code, "message": error.message}
        if error.details:
            body["details"] = [
                {"field": name, "code": code, "message": message} for name, code, message in error.details
            ]
        return {"error": {**body, "request_id": request_id}}

    def refusal(self, error: ApiError, request_id: str) -> Refusal:
        """An ApiError in this facade's format: a Refusal."""
        body = json.dumps(self.error_body(error, request_id), ensure_ascii=False)
        return Refusal(error.code, body, error.headers)


def is_admitted(admission: Admission, operation: Operation) -> bool:
    """Whether the key may execute the operation."""
    return not admission.refusal and (not operation.scope or operation.scope in admission.scopes)


def require_admitted(admission: Admission, operation: Operation) -> None:
    """Raise ApiError unless the key may execute the operation."""
    if is_admitted(admission, operation):
        return
    if admission.refusal in TOO_MANY:
        seconds = -(-admission.retry_ms // 1000)
        raise ApiError(429, admission.refusal, headers=[("Retry-After", str(max(seconds, 1)))])
    if admission.refusal:
        raise ApiError(403, admission.refusal)
    raise ApiError(403, "scope_missing", f"This API key lacks the scope {operation.scope}.")
