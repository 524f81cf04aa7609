from pydantic import Field

from ...api import openapi
from ...api.facade import Facade
from ...api.shapes import Answer

REFUSALS = {
    400: "Missing or invalid fields",
    401: "API key missing",
    403: "API key invalid or tier too low",
    404: "Not found in this company",
    429: "Over the limit of requests of this key",
    500: "Server error",
}
READS = (401, 403, 429, 500)
LISTS = (400, *READS)
READS_ONE = (401, 403, 404, 429, 500)
WRITES_ONE = (400, *READS_ONE)

v1 = Facade(
    prefix="/klientbox/api/v1",
    title="KlientBox REST API",
    version="1.0.0",
    description=(
        "Clients, visits, services and reports of one company, for the tier Provoz. "
        "Send the key in the header X-API-Key. Times are the company's local time. "
        "Any address may also answer 405 (with Allow), 413, 415 and 503 (with Retry-After), "
        "in the same shape as every other error."
    ),
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
def serve_document(facade):
    """This API as an OpenAPI document"""
    return openapi.document(facade, Error, REFUSALS)
