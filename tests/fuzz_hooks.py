"""Loaded by schemathesis (SCHEMATHESIS_HOOKS): changes valid requests to meet conditions that no schema can express.

A phone must be possible and unused, a day must be in the calendar and in the past, a record must exist, `updated_since`
is alone, an Idempotency-Key is used once, and If-Match names an existing version. Requests generated as invalid stay
unchanged.
"""

import itertools
import json
import os
import unicodedata
import uuid

import schemathesis
from schemathesis.core.parameters import ParameterLocation

RECORDS = json.loads(os.environ["KLIENTBOX_FUZZ_RECORDS"])
NEVER = 2**31 - 1
MOMENT, FROM, TO = "2026-01-15T10:00:00", "2026-01-01", "2026-01-31"
MOMENTS = ("date", "created", "sent", "delivered", "updated_since")
_numbers = itertools.count(int(os.environ["KLIENTBOX_FUZZ_FROM"]))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Correct requests generated as valid. Records that others refer to are not deleted."""
    if case.method == "DELETE" and str(case.path_parameters.get("id")) in map(str, RECORDS.values()):
        case.path_parameters["id"] = NEVER
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    mend_headers(case)
    if isinstance(case.body, dict):
        case.body = mended(case.body)
    if case.query:
        case.query = {name: mended(value, name) for name, value in case.query.items()}
        if "updated_since" in case.query:
            case.query = {name: case.query[name] for name in ("updated_since", "per_page") if name in case.query}


def mend_headers(case):
    """An unused key, and an existing version."""
    for name, value in (("Idempotency-Key", str(uuid.uuid4())), ("If-Match", "*")):
        if name in (case.headers or {}):
            case.headers[name] = value


@schemathesis.check
def no_item_is_taken_that_breaks_the_schema(context, response, case):
    """Many records in one call: a wrong item is refused in an answer that is 200."""
    is_json = response.request.headers.get("Content-Type") == "application/json"
    body = case.meta and case.meta.components.get(ParameterLocation.BODY)
    if is_json and case.path.endswith("/bulk") and body and body.mode.is_negative:
        assert response.status_code != 200 or response.json()["failed"] > 0


def mended(value, name=None):
    """The same by the schema alone, so that it is valid in every other way."""
    if isinstance(value, dict):
        return {member: mended(inner, member) for member, inner in value.items()}
    if isinstance(value, list):
        return [mended(inner, name) for inner in value]
    if isinstance(value, str):
        return mended_text(value, name)
    if isinstance(value, float) and value.is_integer():
        # For JSON Schema 30.0 is a whole number; v1 requires it without a decimal point.
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and name and name.endswith("_id"):
        return RECORDS.get(f"{name.removesuffix('_id')}s", value)
    return value


def mended_text(value, name):
    field = name.partition("__")[0] if name else None
    special = {
        "phone": lambda: f"+420{next(_numbers)}",
        "external_id": lambda: f"number {next(_numbers)}",
        "email": lambda: "made.up@example.com",
        "date_from": lambda: FROM,
        "date_to": lambda: TO,
        "url": lambda: "https://shop.example/hook",
        "events": lambda: "*",
        **dict.fromkeys(MOMENTS, lambda: MOMENT),
    }
    is_flag = value in ("true", "false")
    if field in special and not is_flag:
        return special[field]()
    # A text shown in one line has no control characters.
    return "".join(char for char in value if unicodedata.category(char) not in ("Cc", "Cs")).strip() or "Something"
