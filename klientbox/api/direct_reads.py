"""Answers to common reads without Odoo's environment, for a third of its cost.

A request takes this way when an earlier one has left the statement that answers it: a list without filters, a record by
its id, the key. The statement was made by the ORM, with the rights and company rules of that moment, and PostgreSQL
keeps its plan. It is used while nothing has signalled a change of models, rights, rules or other cached values; the
signals are read with the check of the key. Everything else, every error as well, takes the usual way (dispatcher.py),
which then does not count the request again.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from weakref import ReferenceType, ref

import psycopg2
from odoo import http
from odoo.modules import module
from pydantic import ValidationError

from .. import compat
from ..lib import clock
from ..lib.api_key import API
from ..tools.admission import admit_with_signals
from ..tools.cursors import execute_prepared, kept_open_cursor
from . import rows, versions
from .errors import ApiError
from .facade import is_admitted, owner_of
from .paging import Page, offset_of
from .response import finish, make_response
from .routes import JSON_TYPE

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.http import HTTPRequest, Request, Response
    from odoo.modules.registry import Registry
    from odoo.sql_db import BaseCursor

    from .facade import Admission, Facade
    from .routes import Operation

PLAIN_PARAMETERS = {"page", "per_page"}
# Statements of one database; each company has a few.
MOST_STATEMENTS = 2_000


class Known(NamedTuple):
    """The statements of a database, by operation and company, made at the time of these signals."""

    registry: ReferenceType[Registry]
    signals: compat.Signals
    statements: dict[tuple[str, int], rows.Statement]


_known: dict[str, Known] = {}


def keep(env: Environment, operation: Operation, company_id: int, result: Any) -> None:
    """Keep the statement of an operation whose `result` was just made, if it is one that depends on nothing else."""
    registry = env.registry
    if not operation.is_direct or operation.read or module.current_test or compat.has_replica(registry):
        return
    known = _known_of(registry, compat.signals_of(registry))
    if known is None or len(known) >= MOST_STATEMENTS:
        known = {}
        _known[registry.db_name] = Known(ref(registry), compat.signals_of(registry), known)
    if (operation.name, company_id) in known:
        return
    statement = rows.statement_of_one(result, operation.gives) if operation.subject else result["listing"].statement()
    if statement:
        known[operation.name, company_id] = statement


def _known_of(registry: Registry, signals: compat.Signals) -> dict[tuple[str, int], rows.Statement] | None:
    """The statements of this registry, if they were made at the time of these signals."""
    known = _known.get(registry.db_name)
    return known.statements if known and known.signals == signals and known.registry() is registry else None


def serve(request: Request) -> Response | None:
    """The response to a read with a known statement; None for all other requests."""
    httprequest = request.httprequest
    facade = owner_of(httprequest.path) if httprequest.method == "GET" else None
    if facade is None or not facade.is_direct or module.current_test:
        return None
    registry = compat.loaded_registry(request.db)
    key = httprequest.headers.get(facade.key_header, "").strip()
    if registry is None or not key or compat.has_replica(registry):
        return None
    try:
        operation, arguments = facade.routes(registry).find("GET", facade.below_prefix(httprequest.path) or "/")
        if not operation.is_direct or httprequest.args.keys() - (PLAIN_PARAMETERS if operation.query else set()):
            return None
        facade.check_address(httprequest)
        query = _page_query(facade, operation, httprequest)
    except (ApiError, ValidationError):
        # The usual way finds the same, and has the words for it.
        return None
    result: dict[str, Any] | None = None
    try:
        with kept_open_cursor(registry) as cr:
            checked, signals = admit_with_signals(cr, key, httprequest.remote_addr or "", API)
            admission = request.klientbox_admission = cast("Admission", checked)
            statements = _known_of(registry, signals) or {}
            statement = statements.get((operation.name, admission.company_id))
            # Not require_admitted: an error would return the connection to the pool, and the next check costs twice.
            if is_admitted(admission, operation):
                if operation.read:
                    result = operation.read(cr, admission)
                elif statement:
                    result = _page(cr, statement, query) if query else _one(cr, statement, arguments["id"])
    except psycopg2.Error:
        return None
    return result and _response(request, registry, facade, operation, result)


def _page_query(facade: Facade, operation: Operation, httprequest: HTTPRequest) -> Page | None:
    """The requested page of a list; None for other operations. Nothing but pages is read, which needs no context."""
    if not operation.query:
        return None
    parameters = facade.query(operation.query, httprequest.args)
    return cast("Page", operation.query.model_validate(parameters))


def _one(cr: BaseCursor, statement: rows.Statement, record_id: int) -> dict[str, Any] | None:
    execute_prepared(cr, statement.text, (record_id,))
    found = cr.fetchall()
    return statement.row(found[0]) if found else None


def _page(cr: BaseCursor, statement: rows.Statement, query: Page) -> dict[str, Any] | None:
    offset = offset_of(query)
    execute_prepared(cr, statement.text, (query.per_page, offset))
    found = cr.fetchall()
    if not found and offset:
        # The total comes with a row.
        return None
    return {
        "data": [statement.row(values) for values in found],
        "total": found[0][-1] if found else 0,
        "page": query.page,
        "per_page": query.per_page,
    }


def _response(
    request: Request, registry: Registry, facade: Facade, operation: Operation, result: dict[str, Any]
) -> Response:
    zone = request.klientbox_admission.zone
    context = {"zone": zone, "today": clock.today(zone), "region": None}
    text, headers = facade.answer(request.httprequest, operation, result, context, None)
    if "version" in result:
        headers.append(versions.tag(result["version"]))
    # Odoo's log names the database.
    threading.current_thread().dbname = registry.db_name  # type: ignore[attr-defined]
    request.session.can_save = False
    response = make_response(request, text, operation.status, JSON_TYPE, headers)
    compat.inject_future_response(request, response)
    finish(request, response)
    http.root.set_csp(response)
    return response
