"""Routes that read their body themselves: Odoo's own read a form before the function is asked, whoever sends it."""

import logging

from odoo import http
from odoo.http import Response
from werkzeug.exceptions import HTTPException, InternalServerError

_logger = logging.getLogger(__name__)


class RawDispatcher(http.Dispatcher):
    """Serves routes of type `klientbox_raw`: nothing of the body is touched, and nothing of a session is saved."""

    routing_type = "klientbox_raw"

    @classmethod
    def is_compatible_with(cls, request):
        """Any request: what is wrong with it is said in the route's own form."""
        return True

    def pre_dispatch(self, rule, args):
        """No session and no cookie."""
        # Core reads them where it says what went wrong.
        self.request.params = {}
        self.request.session.can_save = False

    def dispatch(self, endpoint, args):
        """Call the function with what the path holds."""
        return Response.load(endpoint(**args))

    def post_dispatch(self, response):
        """Headers only."""
        self.request._inject_future_response(response)
        http.root.set_csp(response)

    def handle_error(self, exc):
        """A status without a page: programs ask."""
        error = exc if isinstance(exc, HTTPException) else InternalServerError()
        if error is not exc:
            _logger.error("A callback could not be taken.", exc_info=exc)
        response = Response(error.name, status=error.code, content_type="text/plain")
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response
