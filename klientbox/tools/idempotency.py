"""The database's side of Idempotency-Key: who may execute a call, and its stored answer.

A claim is written at once, on a cursor of its own, so that concurrent repetitions see it; it expires when its process
dies. The answer is a row of the call's own transaction: answer and effect are committed together or not at all. If two
processes both hold the claim (one was given up too early), the answer's primary key decides, and the second is rolled
back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import psycopg2
from odoo.tools import SQL

from . import sql_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo.sql_db import BaseCursor

# Headers that name a record or its version.
NAMING = ("Content-Location", "ETag", "Location")
CLAIMED, REPLAY, REUSED, BUSY = "claimed", "replay", "reused", "busy"


class Verdict(NamedTuple):
    """`state` is one of the four above; status, headers (JSON) and body are those of the first answer, for the
    repetition."""

    state: str
    status: int | None
    headers: str | None
    body: str | None


def install(cr: BaseCursor) -> None:
    """Create tables and function. No foreign key to the API key: its row is updated once a minute while it is used, and
    a transaction whose snapshot is older would fail at the check."""
    sql_files.run(cr, "idempotency")


def begin(cr: BaseCursor, key_id: int, name: str, fingerprint: str, token: str) -> Verdict:
    """Claim a call, or get its result: a Verdict."""
    cr.execute("SELECT * FROM klientbox_idempotency_begin(%s, %s, %s, %s)", [key_id, name, fingerprint, token])
    return Verdict(*cr.fetchone())


def keep(cr: BaseCursor, key_id: int, name: str, fingerprint: str, status: int, headers: str, body: str) -> bool:
    """Store the answer; returns whether it is the first. After False the transaction can only be rolled back."""
    try:
        cr.execute(
            """
            INSERT INTO klientbox_idempotency_answer (key_id, name, fingerprint, status, headers, body)
            VALUES (%s, %s, %s, %s, %s, %s)
            """,
            [key_id, name, fingerprint, status, headers, body],
            log_exceptions=False,
        )
    except psycopg2.errors.UniqueViolation:
        return False
    return True


def release(cr: BaseCursor, key_id: int, name: str, token: str) -> None:
    """Release the claim: nothing was done, and the next call may try."""
    cr.execute(
        "DELETE FROM klientbox_idempotency_claim WHERE key_id = %s AND name = %s AND token = %s", [key_id, name, token]
    )


def erase(cr: BaseCursor, company_ids: list[int], numbers: Iterable[int], mentions: SQL) -> None:
    """Stop repeating answers of these companies' keys that contain a client of one of these ids; a repeated call gets
    the reason as an error, and nothing is done twice. `mentions` is a further condition on `body`."""
    any_number = "|".join(f"{number:d}" for number in numbers)
    cr.execute(
        SQL(
            """
            SELECT key_id, name, headers FROM klientbox_idempotency_answer
             WHERE key_id IN (SELECT id FROM klientbox_api_key WHERE company_id = ANY(%s))
               AND (body ~ %s OR (body ~ %s AND body ~ '"(sms_opt_out|is_envios_sms)"') OR %s)
            """,
            company_ids,
            f'"client_id": ?({any_number})[,}}]',
            f'"id": ?({any_number})[,}}]',
            mentions,
        )
    )
    for key_id, name, headers in cr.fetchall():
        kept = {header: value for header, value in json.loads(headers) if header not in NAMING}
        error = {
            "code": "client_erased",
            "message": "The stored response contained a client whose personal data have been erased since.",
            "request_id": kept.get("X-Request-Id"),
        }
        cr.execute(
            """
            UPDATE klientbox_idempotency_answer SET status = 422, headers = %s, body = %s
             WHERE key_id = %s AND name = %s
            """,
            [json.dumps(list(kept.items())), json.dumps({"error": error}), key_id, name],
        )


def forget(cr: BaseCursor) -> int:
    """Delete expired answers; returns how many."""
    cr.execute("DELETE FROM klientbox_idempotency_claim WHERE claimed_at < clock_timestamp() - interval '1 hour'")
    cr.execute("DELETE FROM klientbox_idempotency_answer WHERE answered_at <= clock_timestamp() - interval '24 hours'")
    forgotten: int = cr.rowcount
    return forgotten
