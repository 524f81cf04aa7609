"""From an HTTP request to an operation and back. JSON on every path, also where Odoo would return a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import psycopg2
from odoo import http
from odoo.http import Response
from odoo.service.db import list_dbs
from pydantic import BaseModel, ValidationError

from .. import compat
from ..lib import clock
from . import cors, direct_reads, idempotency, versions
from .errors import ApiError, from_exception, invalid, not_found, unavailable
from .facade import owner_of, require_admitted
from .raw import RawDispatcher
from .response import finish, make_response, request_id
from .routes import JSON_TYPE
from .shapes import Query, problems

if TYPE_CHECKING:
    from odoo.http import HTTPRequest, Request
    from odoo.models import BaseModel as OdooModel
    from werkzeug.routing import Rule

    from .errors import Problem
    from .facade import Facade
    from .routes import Operation, Routes

MAX_BODY = 1024 * 1024
_Shape = TypeVar("_Shape", bound=BaseModel)


class ApiDispatcher(RawDispatcher):
    """Serves the routes of type `klientbox_api`: route, key and limit, shapes, operation, answer.

    The framework may run `dispatch` up to five times (serialization failures), so the key is checked and the request
    counted only the first time: the result is stored on the request.
    """

    routing_type = "klientbox_api"

    def pre_dispatch(self, rule: Rule, args: dict[str, Any]) -> None:  # pylint: disable=missing-return
        """No session, no cookie, and a maximum size of the body."""
        super().pre_dispatch(rule, args)
        self.request.httprequest.max_content_length = MAX_BODY

    def dispatch(self, endpoint: Callable[..., Any], args: dict[str, Any]) -> Response:
        """Execute the operation of this path and method."""
        httprequest = self.request.httprequest
        facade = _owner(httprequest.path)
        routes, path = facade.routes(self.request.registry), facade.below_prefix(httprequest.path) or "/"
        if httprequest.method == "OPTIONS":
            methods = routes.methods_of(path)
            allow = ("Allow", ", ".join(methods))
            return Response(
                status=204, headers=[allow, *cors.preflight_headers(self.request, methods, facade.key_header)]
            )
        facade.check_address(httprequest)
        operation, path_args = routes.find(httprequest.method, path)
        self.request.klientbox_operation = operation
        if operation.public:
            text = operation.function(facade, routes)
            return make_response(self.request, text, operation.status, operation.content_type, operation.headers)
        self._enter(facade, operation)
        members = facade.members(httprequest) if operation.takes else None
        if facade.heeds_idempotency_key:
            repeated = idempotency.begin(self.request, self.request.klientbox_admission, members)
            if repeated:
                return repeated
        if operation.prepare:
            operation.prepare(self.request.env, path_args.get("id"), members)
        response = self._carry_out(facade, routes, operation, path_args, members)
        if hasattr(self.request, "klientbox_call"):
            repeated = self._refuse_secret(facade) if operation.gives_secret else response
            self.request.klientbox_call.keep(self.request.env, repeated)
        return response

    def _refuse_secret(self, facade: Facade) -> Response:
        """The error for a repeated call whose answer contained a secret: it was not stored."""
        refusal = facade.refusal(ApiError(422, "secret_given_once"), request_id(self.request))
        return make_response(self.request, refusal.text, refusal.status, refusal.content_type, refusal.headers)

    def post_dispatch(self, response: Response) -> None:
        """Headers only: no session is saved."""
        compat.inject_future_response(self.request, response)
        finish(self.request, response)
        http.root.set_csp(response)

    def handle_error(self, exc: Exception) -> Response:
        """The error in the facade's format."""
        return error_response(self.request, exc)

    def _enter(self, facade: Facade, operation: Operation) -> None:
        """Check the key and its scopes, count the request, and from here on act for the key's company alone."""
        request = self.request
        if request.registry is None:
            raise _without_database(request.httprequest)
        admission = getattr(request, "klientbox_admission", None)
        if admission is None:
            admission = request.klientbox_admission = facade.admit(request)
        require_admitted(admission, operation)
        request.update_env(
            user=compat.id_of(request.env, "klientbox.user_api"),
            context={
                "lang": "en_US",
                "allowed_company_ids": [admission.company_id],
                "klientbox_admission": admission,
                "mail_create_nolog": True,
                "mail_create_nosubscribe": True,
                "tracking_disable": True,
            },
            su=False,
        )

    def _carry_out(
        self, facade: Facade, routes: Routes, operation: Operation, path_args: dict[str, Any], members: Any
    ) -> Response:
        """Read the request's values, call the operation, and shape its result."""
        httprequest, zone = self.request.httprequest, self.request.klientbox_admission.zone
        region = self.request.env.company._klientbox_region
        context = {"zone": zone, "region": region, "today": clock.today(zone)}
        arguments, included, moved = [], None, []
        if operation.subject:
            record_id = path_args.pop("id")
            subject = self._subject(operation, record_id)
            if subject.id != record_id:
                moved = [("Content-Location", facade.address_of(operation, subject.id))]
            versions.require_match(httprequest, subject)
            arguments.append(subject)
        if operation.query:
            query = _read(operation.query, {**facade.query(operation.query, httprequest.args), **path_args}, context)
            included = query.included()
            arguments.append(query)
        else:
            # An operation without a shape has no parameters.
            _read(Query, facade.query(Query, httprequest.args), context)
        if operation.takes:
            arguments.append(self._body(facade, operation, operation.takes, arguments, members, context))
        if hasattr(self.request, "klientbox_call"):
            self.request.klientbox_call.is_at_work = True
        result = operation.function(self.request.env, *arguments)
        if facade.is_direct and not httprequest.args.keys() - direct_reads.PLAIN_PARAMETERS:
            direct_reads.keep(self.request.env, operation, self.request.klientbox_admission.company_id, result)
        text, headers = facade.answer(httprequest, operation, result, context, included)
        headers += moved
        if operation.status == 201 and routes.shows_what_is_made_by(operation):
            headers.append(("Location", f"{facade.prefix}{operation.path}/{result['id']}"))
        tag = versions.tag_of(result, has_changed=httprequest.method not in versions.READING)
        if tag:
            headers.append(("ETag", tag))
        return make_response(self.request, text, operation.status, JSON_TYPE, headers)

    def _subject(self, operation: Operation, record_id: int) -> OdooModel:
        """The record of the path. Another company's record and a missing one have the same error."""
        model = self.request.env[operation.subject]
        sought = model.with_context(active_test=not operation.archived)
        found = sought.search([("id", "=", record_id)]) or (operation.merged and sought._survivor(record_id))
        return (found and found.with_env(model.env)) or _raise(not_found(model._description))

    def _body(
        self,
        facade: Facade,
        operation: Operation,
        takes: type[BaseModel],
        arguments: list[Any],
        members: Any,
        context: dict[str, Any],
    ) -> BaseModel:
        if not isinstance(members, dict):
            raise invalid([("body", "invalid_type", "The body must be a JSON object.")])
        if not operation.subject:
            return _read(takes, members, context)
        present = json.loads(operation.gives.model_validate(arguments[0], context=context).model_dump_json())
        changes, problems = facade.changes(operation, members, present)
        return _read(takes, changes, context, problems)


class HttpDispatcher(http.HttpDispatcher):
    """Odoo's own, except for errors below our prefixes before a route is known: no database, no registry, no such
    path."""

    routing_type = "http"

    def handle_error(self, exc: Exception) -> Response:
        """JSON for our paths, Odoo's pages for all others."""
        if not owner_of(self.request.httprequest.path):
            return super().handle_error(exc)
        if self.request.db is None or self.request.registry is None:
            exc = _without_database(self.request.httprequest)
        return error_response(self.request, exc)


def _without_database(httprequest: HTTPRequest) -> ApiError:
    """Why a request has no database: an ApiError. It may name an unknown one, or none where there are several."""
    named = httprequest.headers.get("X-Odoo-Database")
    try:
        known = http.db_filter(list_dbs(force=True), host=httprequest.environ.get("HTTP_HOST", ""))
    except psycopg2.Error:
        return unavailable()
    if not known:
        return unavailable()
    if named and named not in known:
        return ApiError(404, "unknown_database", "There is no database of the name in X-Odoo-Database here.")
    if not named and len(known) > 1:
        return ApiError(400, "database_missing", "Name the database in the header X-Odoo-Database.")
    return unavailable()


def error_response(request: Request, exc: Exception) -> Response:
    """An error as a JSON response of the facade that owns the path."""
    facade = _owner(request.httprequest.path)
    field_names = getattr(request, "klientbox_operation", facade).field_names
    refusal = facade.refusal(from_exception(exc, field_names, request.env), request_id(request))
    response = make_response(request, refusal.text, refusal.status, refusal.content_type, refusal.headers)
    if hasattr(request, "klientbox_call"):
        request.klientbox_call.end(request.env, response)
    finish(request, response)
    return response


def _owner(path: str) -> Facade:
    """The facade of a path that is known to have one."""
    facade = owner_of(path)
    if facade is None:
        raise LookupError(path)
    return facade


def _read(
    shape: type[_Shape], values: dict[str, Any], context: dict[str, Any], found: Iterable[Problem] = ()
) -> _Shape:
    """Values validated by the shape; raises one ApiError with all problems, including `found`."""
    wrong = list(found)
    try:
        result = shape.model_validate(values, context=context)
    except ValidationError as error:
        wrong += problems(error)
    if wrong:
        raise invalid(wrong)
    return result


def _raise(error: Exception) -> NoReturn:
    raise error
