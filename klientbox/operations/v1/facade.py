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
    429: "Over the limit of requests of this key",
    500: "Server error",
}

DESCRIPTION = """\
Clients, visits, services and reports of one company of the tier Provoz.

- Send the key in the header `X-API-Key`; in the query string it is refused (400, `api_key_in_address`).
  A key `kbx_test_…` sees and changes test data only.
- Every answer is JSON in UTF-8. Every refusal has one shape: a stable `code`, a `message` for people, one entry in
  `details` for each bad field, and the `request_id` to name when you ask for help.
- Times without an offset are the company's local time; with an offset they are converted.
- Lists have `page`, `per_page` (at most 200) and `total`. An unknown parameter is refused, not ignored.
- 100 requests in any 60 seconds for each key unless the key says otherwise; then 429 with `Retry-After`.
- A method that an address does not have is 405, with `Allow`.
"""

v1 = Facade(
    addon="klientbox",
    prefix="/klientbox/api/v1",
    title="KlientBox REST API",
    version="1.0.0",
    description=DESCRIPTION,
    tags={
        "Key": "What the key of the request is and may do. Try a new key here first.",
        "Clients": "The people a company serves, with their status: how long they have been away.",
        "Visits": "Appointments and walk-ins. Only a visit that is done counts for a client's status and totals.",
        "Services": "What is sold: duration and price.",
        "Messages": "What was written to clients and what they answered, with what became of it. To be read only.",
        "Reports": "The figures of the dashboard, and what reactivation has brought.",
        "Webhooks": "Be told of a change instead of asking for it, signed as Standard Webhooks says.",
    },
    examples=EXAMPLES,
    field_names={"start": "date"},
)


class Problem(Answer):
    """One field and what is wrong with it."""

    field: str
    code: str
    message: str


class ErrorBody(Answer):
    """What went wrong: `code` is a stable word, `message` is for people."""

    code: str
    message: str
    details: list[Problem] = Field(
        default_factory=list, json_schema_extra={"description": "One entry for each bad field."}
    )
    request_id: str


class Error(Answer):
    """The shape of every refusal."""

    error: ErrorBody


@v1.operation("GET", "/openapi.json", name="openapi", tag="Document", gives=None, public=True)
def serve_document(facade, routes):
    """This API as an OpenAPI document"""
    return _document(routes)


@cache
def _document(routes):
    """Made once for each set of installed addons."""
    return openapi.document(v1, routes, Error, REFUSALS)
