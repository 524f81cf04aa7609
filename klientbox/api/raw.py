"""Routes that read their body themselves: Odoo's own routes read a form before the function is called, for any
caller."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from odoo import http
from odoo.http import Response
from werkzeug.exceptions import HTTPException, InternalServerError

from .. import compat

if TYPE_CHECKING:
    from odoo.http import Request
    from werkzeug.routing import Rule

_logger = logging.getLogger(__name__)


class RawDispatcher(http.Dispatcher):
    """Serves routes of type `klientbox_raw`: the body is not read, and no session is saved."""

    routing_type = "klientbox_raw"

    @classmethod
    def is_compatible_with(cls, request: Request) -> bool:
        """Any request: the route reports errors in its own format."""
        return True

    def pre_dispatch(self, rule: Rule, args: dict[str, Any]) -> None:
        """No session and no cookie."""
        # Core reads them in its error handling.
        self.request.params = {}
        self.request.session.can_save = False

    def dispatch(self, endpoint: Callable[..., Any], args: dict[str, Any]) -> Response:
        """Call the function with the arguments of the path."""
        return Response.load(endpoint(**args))

    def post_dispatch(self, response: Response) -> None:
        """Headers only."""
        compat.inject_future_response(self.request, response)
        http.root.set_csp(response)

    def handle_error(self, exc: Exception) -> Response:
        """A status without a page: the callers are programs."""
        error = exc if isinstance(exc, HTTPException) else InternalServerError()
        if error is not exc:
            _logger.error("A callback could not be taken.", exc_info=exc)
        response = Response(error.name, status=error.code, content_type="text/plain")
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response
