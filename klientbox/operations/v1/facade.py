from functools import cache

from pydantic import Field

from ...api import openapi
from ...api.facade import Facade
from ...api.shapes import Answer
from .examples import EXAMPLES

REFUSALS = {
    400: "Missing or invalid fields",
    401: "API key missing",
    403: "API key invalid or tier too low",
    404: "Not found in this company",
    429: "Rate limit of this key exceeded",
    500: "Server error",
}

DESCRIPTION = """\
Clients, visits, services and reports of one company of the tier Provoz.

- Send the key in the header `X-API-Key`; in the query string it is refused (400, `api_key_in_address`).
  A key `kbx_test_…` sees and changes test data only.
- Every response is JSON in UTF-8. All errors have the same shape: a stable `code`, a `message` for people, one entry
  in `details` for each invalid field, and the `request_id` to quote when you ask for help.
- Times without an offset are the company's local time; with an offset they are converted.
- Lists have `page`, `per_page` (at most 200) and `total`. An unknown parameter is refused, not ignored.
- Each key may make 100 requests in any 60 seconds, unless it has another limit; above it, 429 with `Retry-After`.
- A method that a path does not support is 405, with `Allow`.
"""

v1 = Facade(
    addon="klientbox",
    prefix="/klientbox/api/v1",
    title="KlientBox REST API",
    version="1.0.0",
    description=DESCRIPTION,
    is_direct=True,
    tags={
        "Key": "The API key of the request, its company and scopes. Test a new key here first.",
        "Clients": "The clients of a company. Their status depends on the time since the last visit.",
        "Visits": "Appointments and walk-ins. Only visits in the state `done` count for a client's status and totals.",
        "Services": "The services of a company: duration and price.",
        "Messages": "Messages to clients and their replies, with their states. Read-only.",
        "Reports": "The figures of the dashboard, and the results of reactivation.",
        "Webhooks": "Notifications of changes, signed as in Standard Webhooks.",
    },
    examples=EXAMPLES,
)


class Problem(Answer):
    """An invalid field."""

    field: str
    code: str
    message: str


class ErrorBody(Answer):
    """The error: `code` is stable, `message` is for people."""

    code: str
    message: str
    details: list[Problem] = Field(
        default_factory=list, json_schema_extra={"description": "One entry for each invalid field."}
    )
    request_id: str


class Error(Answer):
    """The body of every error."""

    error: ErrorBody


@v1.operation("GET", "/openapi.json", name="openapi", tag="Document", gives=None, public=True)
def serve_document(facade, routes):
    """This API as an OpenAPI document"""
    return _document(routes)


@cache
def _document(routes):
    """Made once for each set of installed addons."""
    return openapi.document(v1, routes, Error, REFUSALS)
