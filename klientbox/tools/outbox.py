"""The outbox's own statements, each committed by itself, never through the ORM.

A message is claimed, then moved to `sending` by a second statement just before the call, and its result is written by a
third. A process that dies before the second has sent nothing (the claim expires, the message is queued again); one that
dies after it leaves a message in the state `unknown`. A token fences each attempt: a worker whose lease expired can't
overwrite later results.

A message to a client goes to the client's address at the time of sending. The claim returns that address and the
company's sending hours, the caller checks them, and the second statement compares: where they have changed since, the
message is queued again and checked anew.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg2.errors import UniqueViolation

from ..lib import clock
from ..lib.message import STATES
from ..lib.sending_hours import SendingHours
from . import sql_files
from .cursors import autocommit_cursor
from .last_check import ADDRESS, AROUND, COLUMNS, HOURS, START
from .outcome import NOT_SENT, REFUSED, SENT, OutgoingMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from odoo.modules.registry import Registry
    from odoo.sql_db import BaseCursor

    from .outcome import Outcome

CLAIM_SECONDS = 30
LOOK_UP_SECONDS = 60
# How long after an attempt the gateway's answer "not found" is reliable: by then a sent message has arrived.
BELIEVE_SECONDS = 60
# With the waits between them more than a day; a commercial message expires earlier.
LAST_ATTEMPT = 30
# Mail servers give up after two to five days.
REPORT_DAYS = 6
# Lanes of test companies have this prefix; their messages are never sent.
TEST_LANE = "test:"


@dataclass(frozen=True)
class Claim:
    """A claimed message and the values to check: its destination, and its company's sending hours.

    `address` is None where the client no longer has one.
    """

    id: int
    token: str
    company_id: int
    is_commercial: bool
    channel: str
    address: str | None
    hours: SendingHours


class Outbox:
    """The rows of klientbox_message that are being sent."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def lanes(self) -> list[str]:
        """Lanes with work now: messages to send, or to look up at the gateway."""
        return [
            lane
            for [lane] in self._rows(
                """
            SELECT DISTINCT lane FROM klientbox_message message
             WHERE state IN ('queued', 'unknown') AND due_at <= %(now)s AND lane IS NOT NULL
               AND company_id NOT IN (SELECT klientbox_held_companies())
            """
            )
        ]

    def count(self) -> int:
        """How many messages are due now."""
        count: int
        [[count]] = self._rows(
            """
            SELECT count(*) FROM klientbox_message
             WHERE state = 'queued' AND due_at <= %(now)s AND company_id NOT IN (SELECT klientbox_held_companies())
            """
        )
        return count

    def claim(self, lane: str, limit: int) -> list[Claim]:
        """Claim messages of a lane, oldest first, as Claims."""
        rows = self._rows(
            f"""
            WITH message AS (
                UPDATE klientbox_message SET state = 'claimed', claim_token = %(token)s || '-' || id,
                       lease_until = clock_timestamp() + make_interval(secs => %(seconds)s)
                 WHERE id IN (
                    SELECT id FROM klientbox_message
                     WHERE state = 'queued' AND lane = %(lane)s AND due_at <= %(now)s
                       AND company_id NOT IN (SELECT klientbox_held_companies())
                     ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                 )
                RETURNING *
            )
            SELECT message.id, message.claim_token, message.company_id,
                   message.purpose IS NOT DISTINCT FROM 'marketing', message.channel, {ADDRESS}, {HOURS}
              FROM message {AROUND} ORDER BY message.id
            """,
            token=secrets.token_hex(8),
            lane=lane,
            limit=limit,
            seconds=CLAIM_SECONDS,
        )
        return [
            Claim(message_id, token, company_id, is_commercial, channel, address, SendingHours(*hours))
            for message_id, token, company_id, is_commercial, channel, address, *hours in rows
        ]

    def start(self, claim: Claim, address_hash: str | None, lease: int, once: bool = False) -> OutgoingMessage | None:
        """The last statement before the call. Returns the message, or None when it must not or need not be sent,
        or not yet.

        `address_hash` is that of the claim's address; `once` says that the gateway accepts a reference only once.

        It is on the disk before the call, also where the database does not wait for its disk: were it lost in a crash,
        the message would be sent again.
        """
        hours = claim.hours
        try:
            rows = self._rows(
                START,
                id=claim.id,
                token=claim.token,
                address=claim.address,
                address_hash=address_hash,
                zone=hours.zone,
                opens=hours.opens,
                closes=hours.closes,
                rest_days=hours.rest_days,
                country=hours.country,
                day=clock.today(hours.zone),
                once=once,
                lease=lease,
            )
        except UniqueViolation:
            # A night has just queued the same for the new address. The claim expires, and then the conflict is seen.
            return None
        return next((OutgoingMessage(*row[1:]) for row in rows if row[0]), None)

    def postpone(self, message_id: int, token: str, due_at: datetime) -> None:
        """Return a claimed message to the queue, for later."""
        self._rows(
            """
            UPDATE klientbox_message SET state = 'queued', claim_token = NULL, lease_until = NULL, due_at = %(due_at)s
             WHERE id = %(id)s AND state = 'claimed' AND claim_token = %(token)s
            RETURNING id
            """,
            id=message_id,
            token=token,
            due_at=due_at,
        )

    def release(self, claims: Iterable[Claim]) -> None:
        """Return claimed messages to the queue unchanged."""
        self._rows(
            """
            UPDATE klientbox_message SET state = 'queued', claim_token = NULL, lease_until = NULL
             WHERE state = 'claimed' AND claim_token = ANY(%(tokens)s)
            RETURNING id
            """,
            tokens=[claim.token for claim in claims],
        )

    def rest(self, lane: str, until: datetime) -> None:
        """Delay a whole lane: its gateway requested a delay, or fails repeatedly."""
        self._rows(
            """
            UPDATE klientbox_message SET due_at = %(until)s
             WHERE state = 'queued' AND lane = %(lane)s AND due_at < %(until)s
            RETURNING id
            """,
            lane=lane,
            until=until,
        )

    def finish(self, message: OutgoingMessage, outcome: Outcome, due_at: datetime | None) -> None:
        """Write the result of an attempt. An earlier report stays; `due_at` is the time of another try or check."""
        if outcome.kind in (SENT, REFUSED):
            self._settle(message, outcome)
        else:
            again = outcome.kind == NOT_SENT and message.attempts < LAST_ATTEMPT
            state = "queued" if again else "failed" if outcome.kind == NOT_SENT else "unknown"
            self._rows(
                """
                UPDATE klientbox_message
                   SET state = %(state)s, reason = %(reason)s, due_at = %(due_at)s, lease_until = NULL,
                       claim_token = CASE WHEN %(state)s = 'queued' THEN NULL ELSE claim_token END
                 WHERE id = %(id)s AND state = 'sending' AND claim_token = %(token)s
                RETURNING id
                """,
                id=message.id,
                token=message.token,
                state=state,
                reason=outcome.reason,
                due_at=due_at,
            )

    def _settle(self, message: OutgoingMessage, outcome: Outcome) -> None:
        """A certain result also counts for a worker whose lease expired, as long as no other attempt was made since."""
        state = "sent" if outcome.kind == SENT else "failed"
        self._rows(
            """
            UPDATE klientbox_message message
               SET state = CASE WHEN news THEN %(state)s ELSE state END,
                   reason = CASE WHEN news THEN %(reason)s ELSE reason END,
                   sent_at = coalesce(sent_at, CASE WHEN %(state)s = 'sent' THEN %(now)s::timestamp END),
                   provider_ref = coalesce(%(provider_ref)s, provider_ref),
                   parts = coalesce(%(parts)s, parts),
                   cost = coalesce(%(price)s, coalesce(%(parts)s, parts) * part_price, cost),
                   lease_until = NULL
              FROM (
                SELECT id, klientbox_message_rank(%(state)s) > klientbox_message_rank(state) AS news
                  FROM klientbox_message WHERE id = %(id)s FOR UPDATE
              ) present
             WHERE message.id = present.id AND claim_token = %(token)s
            RETURNING message.id
            """,
            id=message.id,
            token=message.token,
            state=state,
            reason=outcome.reason,
            provider_ref=outcome.provider_ref,
            parts=outcome.parts,
            price=outcome.price,
        )

    def report(self, message_id: int, state: str, reason: str | None = None) -> bool:
        """Apply a report: moves a message forward, never back. Returns whether it changed anything."""
        return bool(
            self._rows(
                """
            UPDATE klientbox_message
               SET state = %(state)s, reason = CASE WHEN %(state)s = 'failed' THEN %(reason)s END, lease_until = NULL,
                   sent_at = coalesce(sent_at, CASE WHEN %(state)s <> 'failed' THEN %(now)s::timestamp END),
                   delivered_at = coalesce(
                       delivered_at, CASE WHEN %(state)s IN ('delivered', 'replied') THEN %(now)s::timestamp END),
                   day = coalesce(day, %(now)s::date)
             WHERE id = %(id)s AND direction = 'out'
               AND klientbox_message_rank(state) < klientbox_message_rank(%(state)s)
            RETURNING id
            """,
                id=message_id,
                state=state,
                reason=reason,
            )
        )

    def find(self, gateway_id: int | None, reference: str | None, provider_ref: str | None) -> int | None:
        """The id of the outgoing message with our reference, or with the gateway's own number; else None.

        A gateway finds only messages that were sent by it.
        """
        rows = self._rows(
            """
            SELECT id FROM klientbox_message
             WHERE direction = 'out' AND gateway_id IS NOT DISTINCT FROM %(gateway)s
               AND ((%(reference)s IS NOT NULL AND reference = %(reference)s)
                    OR (%(provider_ref)s IS NOT NULL AND provider_ref = %(provider_ref)s))
             ORDER BY reference = %(reference)s DESC LIMIT 1
            """,
            gateway=gateway_id,
            reference=reference,
            provider_ref=provider_ref,
        )
        return rows[0][0] if rows else None

    def find_mailed_to(self, address: str) -> int | None:
        """The id of the last e-mail to an address in the past days, or None.

        For reports that do not name their e-mail.
        """
        rows = self._rows(
            """
            SELECT id FROM klientbox_message
             WHERE direction = 'out' AND channel = 'email' AND state IN ('sent', 'unknown')
               AND lower(address) = %(address)s
               AND tried_at > %(now)s::timestamp - make_interval(days => %(days)s)
             ORDER BY tried_at DESC, id DESC LIMIT 1
            """,
            address=address.lower(),
            days=REPORT_DAYS,
        )
        return rows[0][0] if rows else None

    def find_replied_to(self, gateway_id: int | None, number: str | None, reference: str | None) -> int | None:
        """The id of the message that a reply belongs to: the one it names, else the last one to its number; or None."""
        rows = self._rows(
            """
            SELECT id FROM klientbox_message
             WHERE direction = 'out' AND channel = 'sms' AND gateway_id = %(gateway)s AND attempts > 0
               AND (reference = %(reference)s OR address = %(number)s)
             ORDER BY reference = %(reference)s DESC NULLS LAST, tried_at DESC, id DESC LIMIT 1
            """,
            gateway=gateway_id,
            number=number,
            reference=reference,
        )
        return rows[0][0] if rows else None

    def recover(self) -> tuple[int, int]:
        """Clean up after dead workers: claims are queued again, attempts become unknown. Returns (claims, attempts)."""
        rows = self._rows(
            """
            UPDATE klientbox_message
               SET state = CASE state WHEN 'claimed' THEN 'queued' ELSE 'unknown' END,
                   claim_token = CASE state WHEN 'claimed' THEN NULL ELSE claim_token END,
                   reason = CASE state WHEN 'sending' THEN 'interrupted' END,
                   due_at = CASE state WHEN 'sending' THEN %(now)s::timestamp ELSE due_at END,
                   lease_until = NULL
             WHERE state IN ('claimed', 'sending') AND lease_until < clock_timestamp()
            RETURNING state
            """
        )
        unknown = sum(state == "unknown" for [state] in rows)
        return len(rows) - unknown, unknown

    def claim_look_ups(self, lane: str, limit: int) -> list[OutgoingMessage]:
        """Unknown messages of a lane to look up at the gateway, each at most once in LOOK_UP_SECONDS."""
        rows = self._rows(
            f"""
            UPDATE klientbox_message SET due_at = %(now)s::timestamp + make_interval(secs => %(seconds)s)
             WHERE id IN (
                SELECT id FROM klientbox_message
                 WHERE state = 'unknown' AND lane = %(lane)s AND due_at <= %(now)s AND claim_token IS NOT NULL
                 ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
             )
            RETURNING {COLUMNS}
            """,
            lane=lane,
            limit=limit,
            seconds=LOOK_UP_SECONDS,
        )
        return [OutgoingMessage(*row) for row in rows]

    def leave_unknown(self, lane: str) -> None:
        """No more look-ups of a lane's unknown messages: only a report or a user can resolve them."""
        self._rows(
            """
            UPDATE klientbox_message SET due_at = NULL
             WHERE state = 'unknown' AND lane = %(lane)s AND due_at <= %(now)s
            RETURNING id
            """,
            lane=lane,
        )

    def requeue(self, message: OutgoingMessage, believe: int = BELIEVE_SECONDS) -> None:
        """Send an unknown message again: its gateway does not have it, or accepts each reference only once."""
        self._rows(
            """
            UPDATE klientbox_message SET state = 'queued', claim_token = NULL, due_at = %(now)s, reason = 'not_received'
             WHERE id = %(id)s AND state = 'unknown' AND claim_token = %(token)s
               AND tried_at <= %(now)s::timestamp - make_interval(secs => %(believe)s)
            RETURNING id
            """,
            id=message.id,
            token=message.token,
            believe=believe,
        )

    def sent_tests(self) -> list[tuple[Any, ...]]:
        """Simulated messages of test companies: [(id, channel, address)]. Of e-mails, only those with a further report
        to come."""
        return self._rows(
            f"""
            SELECT id, channel, address FROM klientbox_message
             WHERE state = 'sent' AND starts_with(lane, '{TEST_LANE}')
               AND (channel = 'sms' OR split_part(split_part(lower(address), '@', 1), '+', 1) = 'bounced')
             ORDER BY id LIMIT 100
            """
        )

    def changed_for_odoo(self) -> list[tuple[Any, ...]]:
        """SMS of Odoo's own whose state Odoo does not have yet: [(id, uuid, state, reason)]."""
        return self._rows(
            """
            SELECT id, sms_uuid, state, reason FROM klientbox_message
             WHERE sms_uuid IS NOT NULL AND odoo_state IS DISTINCT FROM state
               AND state NOT IN ('queued', 'claimed', 'sending')
             ORDER BY id LIMIT 100
            """
        )

    def record_odoo_states(self, states: Sequence[tuple[int, str]]) -> None:
        """Record the states that Odoo has: [(id, state)]."""
        self._rows(
            """
            UPDATE klientbox_message message SET odoo_state = changed.state
              FROM unnest(%(ids)s::int[], %(states)s::text[]) AS changed(id, state)
             WHERE message.id = changed.id
            RETURNING message.id
            """,
            ids=[message_id for message_id, _state in states],
            states=[state for _id, state in states],
        )

    def _rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with autocommit_cursor(self._registry) as cr:
            cr.execute(statement, {"now": clock.now(), **parameters})
            rows: list[tuple[Any, ...]] = cr.fetchall()
            return rows


def install(cr: BaseCursor) -> None:
    """Create the outbox's functions: the order of states, and the companies whose messages are held (in a copy,
    all)."""
    sql_files.run(cr, "message_rank", states=" ".join(STATES))
    sql_files.run(cr, "held_companies")
