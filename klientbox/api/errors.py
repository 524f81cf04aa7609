"""Errors of the API. An operation or a model raises; the dispatcher turns it into the facade's own error body."""

from __future__ import annotations

import http
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import psycopg2
from odoo.exceptions import AccessError, LockError, MissingError, UserError
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException

from ..exceptions import FieldError

if TYPE_CHECKING:
    from odoo.api import Environment

# {header} is the facade's.
MESSAGES = {
    "api_key_missing": "API key missing: send it in the header {header}.",
    "api_key_in_address": (
        "Send the API key in the header {header}, never in the address: addresses end up in logs. "
        "If this was a real key, replace it."
    ),
    "api_key_invalid": "Invalid API key.",
    "api_key_revoked": "This API key has been revoked.",
    "api_key_expired": "This API key has expired.",
    "api_key_elsewhere": "This API key is for another API.",
    "company_inactive": "The company of this API key is archived.",
    "tier_too_low": "The company's tier does not include the API.",
    "secret_given_once": (
        "The first call with this Idempotency-Key was executed. Its response contained the signing secret, which is "
        "returned only once: if you do not have it, rotate the secret with another key."
    ),
    "idempotency_in_progress": "The first call with this key is still running.",
    "idempotency_key_reused": "This Idempotency-Key was used for another call.",
    "internal_error": "Internal server error",
    "precondition_failed": "The record has changed meanwhile: read it again.",
    "rate_limited": "Too many requests.",
    "too_many_invalid_keys": "Too many requests with invalid API keys from this address.",
    "unavailable": "The service is not available at the moment.",
}
NOTHING_HERE = "There is nothing at this address."
# Temporary refusals: 429 with Retry-After.
TOO_MANY = {"rate_limited", "too_many_invalid_keys"}
# A single problem with one of these reasons gets a code of its own; all others are invalid requests.
SPEAKING = {"phone_taken", "external_id_taken", "consent_required"}


# (field, code, message)
Problem = tuple[str, str, str]


class ApiError(HTTPException):
    """An error with its HTTP status and a stable snake_case code. `details` are (field, code, message)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str | None = None,
        details: Iterable[Problem] = (),
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message or MESSAGES[code])
        self.code: int = status
        self.error_code = code
        self.message = message or MESSAGES[code]
        self.details = list(details)
        self.headers = list(headers)


def not_found(what: str) -> ApiError:
    """404 for an id that does not exist or belongs to another company; both have the same error."""
    return ApiError(404, "not_found", f"{what} not found")


def invalid(details: Iterable[Problem]) -> ApiError:
    """400 that lists every (field, code, message)."""
    details = list(details)
    if len(details) == 1:
        [[_field, code, message]] = details
        return ApiError(400, code if code in SPEAKING else "invalid_request", message, details)
    return ApiError(400, "invalid_request", "; ".join(message for _field, _code, message in details), details)


def unavailable() -> ApiError:
    """503: the database is unavailable or too busy; nothing was done, try again."""
    return ApiError(503, "unavailable", headers=[("Retry-After", "1")])


def from_exception(error: BaseException, field_names: Mapping[str, str], env: Environment) -> ApiError:
    """The ApiError of an exception. `field_names` maps a model's fields to their names in the API."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, HTTPException):
        status = error.code or 500
        phrase = http.HTTPStatus(status).phrase
        headers = [pair for pair in error.get_headers() if pair[0] in ("Allow", "Retry-After")]
        return ApiError(status, phrase.lower().replace(" ", "_").replace("-", "_"), phrase, headers=headers)
    if (
        isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError))
        or type(error) is psycopg2.DatabaseError
    ):
        return unavailable()
    if isinstance(error, FieldError):
        return invalid((field_names.get(name, name), code, message) for name, code, message in error.problems)
    if problem := _unique_problem(error, env):
        name, code, message = problem
        return invalid([(field_names.get(name, name), code, message)])
    if isinstance(error, MissingError):
        return not_found("Record")
    if isinstance(error, LockError):
        return unavailable()
    if isinstance(error, AccessError):
        return ApiError(403, "access_denied", "This API key may not do that.")
    if isinstance(error, UserError):
        return ApiError(400, "invalid_request", str(error))
    return ApiError(500, "internal_error")


def _unique_problem(error: BaseException, env: Environment) -> Problem | None:
    """The problem of a violated unique index, by the model that has it: (field, code, message); None for anything
    else."""
    cause = error if isinstance(error, psycopg2.IntegrityError) else error.__cause__
    if not isinstance(cause, psycopg2.IntegrityError):
        return None
    for model in env.values():
        if model._table == cause.diag.table_name and hasattr(model, "_unique_problems"):
            problem: Problem | None = model._unique_problems().get(cause.diag.constraint_name)
            return problem
    return None
