"""The statements by which webhooks are delivered, each committed by itself, never through the ORM.

At least once: a delivery is claimed, sent, and its result written. A process that dies in between leaves a claim that
expires, and then it is sent again with the same id. A token fences each attempt, and an index allows a webhook one
delivery in progress at a time, over all processes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg2.errors import UniqueViolation

from ..lib import clock, webhook
from .cursors import autocommit_cursor

if TYPE_CHECKING:
    from datetime import datetime

    from odoo.modules.registry import Registry

# Well over the longest request.
LEASE_SECONDS = 60
# A webhook that has failed for this long without a success is switched off.
PATIENCE_DAYS = 5
LONGEST_LOG = 2000
_READY = """
    delivery.state = 'pending' AND delivery.next_at <= %(now)s AND hook.enabled
    AND delivery.company_id NOT IN (SELECT klientbox_held_companies())
    AND delivery.company_id NOT IN (SELECT id FROM res_company WHERE active IS NOT TRUE)
    AND (hook.api_key_id IS NULL OR EXISTS (
        -- The events of a webhook made by a key are those that the key may read now, see lib/webhook.scope_of.
        SELECT FROM klientbox_api_key key
         WHERE key.id = hook.api_key_id AND key.revoked_at IS NULL
           AND (key.expires_at IS NULL OR key.expires_at > clock_timestamp() AT TIME ZONE 'UTC')
           AND (delivery.type = %(test)s
                OR split_part(delivery.type, '.', 1) || 's:read' = ANY(string_to_array(key.scopes, ' ')))
    ))
"""


@dataclass(frozen=True)
class OutgoingEvent:
    """A delivery at the moment it is sent."""

    id: int
    token: str
    webhook_id: int
    event_id: str
    payload: str = field(repr=False)
    attempts: int
    url: str = field(repr=False)
    secret: str = field(repr=False)
    previous_secret: str | None = field(repr=False)

    @property
    def secrets(self) -> list[str]:
        """The signing secrets: the webhook's, and for a day after a rotation the previous one."""
        return [secret for secret in (self.secret, self.previous_secret) if secret]


@dataclass(frozen=True)
class DeliveryResult:
    """The result of an attempt: the HTTP status where there was one, and a short error where it failed."""

    status: int | None
    error: str | None
    milliseconds: int
    retry_after: int | None = None


class Deliveries:
    """The rows of klientbox_webhook_delivery that are being delivered."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def lanes(self) -> list[int]:
        """The webhooks with a due delivery and none in progress."""
        rows = self._rows(
            f"""
            SELECT hook.id FROM klientbox_webhook hook
             WHERE EXISTS (
                SELECT FROM klientbox_webhook_delivery delivery WHERE delivery.webhook_id = hook.id AND {_READY}
             ) AND NOT EXISTS (
                SELECT FROM klientbox_webhook_delivery other
                 WHERE other.webhook_id = hook.id AND other.state = 'sending'
             )
            """
        )
        return [webhook_id for [webhook_id] in rows]

    def count(self) -> int:
        """How many deliveries are due now."""
        count: int
        [[count]] = self._rows(
            f"""
            SELECT count(*)
              FROM klientbox_webhook_delivery delivery JOIN klientbox_webhook hook ON hook.id = delivery.webhook_id
             WHERE {_READY}
            """
        )
        return count

    def seconds_to_next(self) -> int | None:
        """Seconds until another delivery is due; None while there is none."""
        seconds: int | None
        [[seconds]] = self._rows(
            """
            SELECT ceil(extract(epoch FROM min(next_at) - %(now)s::timestamp))::int
              FROM klientbox_webhook_delivery delivery JOIN klientbox_webhook hook ON hook.id = delivery.webhook_id
             WHERE delivery.state = 'pending' AND hook.enabled AND next_at > %(now)s
            """
        )
        return seconds

    def claim(self, webhook_id: int) -> OutgoingEvent | None:
        """Claim the webhook's first due delivery, or None when there is none, or one is in progress."""
        try:
            rows = self._rows(
                f"""
                UPDATE klientbox_webhook_delivery delivery
                   SET state = 'sending', claim_token = %(token)s, attempts = delivery.attempts + 1,
                       tried_at = %(now)s, lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
                  FROM klientbox_webhook hook
                 WHERE hook.id = delivery.webhook_id AND delivery.id = (
                    SELECT delivery.id
                      FROM klientbox_webhook_delivery delivery
                      JOIN klientbox_webhook hook ON hook.id = delivery.webhook_id
                     WHERE {_READY} AND hook.id = %(webhook)s
                     ORDER BY delivery.sequence LIMIT 1 FOR UPDATE OF delivery SKIP LOCKED
                 )
                RETURNING delivery.id, claim_token, webhook_id, event_id, payload, delivery.attempts, hook.url,
                          hook.secret, CASE WHEN hook.previous_until > %(now)s THEN hook.previous_secret END
                """,
                webhook=webhook_id,
                token=secrets.token_hex(8),
                lease=LEASE_SECONDS,
            )
        except UniqueViolation:
            # Another job has one of the same webhook in progress.
            return None
        return OutgoingEvent(*rows[0]) if rows else None

    def finish(self, event: OutgoingEvent, result: DeliveryResult, next_at: datetime | None) -> bool:
        """Record the result of an attempt; `next_at` is the time of the next one, None after the last. Returns whether
        this attempt was still the current one."""
        state = "delivered" if result.error is None else "pending" if next_at else "dead"
        line = f"{clock.now():%Y-%m-%d %H:%M:%S} {result.status or '-'} {result.error or 'ok'} {result.milliseconds} ms"
        rows = self._rows(
            """
            UPDATE klientbox_webhook_delivery
               SET state = %(state)s, next_at = %(next_at)s, claim_token = NULL, lease_until = NULL,
                   last_status = %(status)s, last_error = %(error)s, duration = %(duration)s,
                   finished_at = CASE WHEN %(state)s <> 'pending' THEN %(now)s::timestamp END,
                   log = right(coalesce(log || E'\\n', '') || %(line)s, %(longest)s)
             WHERE id = %(id)s AND state = 'sending' AND claim_token = %(token)s
            RETURNING id
            """,
            id=event.id,
            token=event.token,
            state=state,
            next_at=next_at,
            status=result.status,
            error=result.error,
            duration=result.milliseconds,
            line=line,
            longest=LONGEST_LOG,
        )
        return bool(rows)

    def succeeded(self, webhook_id: int) -> None:
        """Reset the webhook's failures."""
        self._rows(
            """
            UPDATE klientbox_webhook SET failing_since = NULL WHERE id = %(id)s AND failing_since IS NOT NULL
            RETURNING id
            """,
            id=webhook_id,
        )

    def failed(self, webhook_id: int, is_gone: bool) -> None:
        """Record since when a webhook fails; switch it off when its receiver is gone, or after PATIENCE_DAYS."""
        self._rows(
            """
            UPDATE klientbox_webhook
               SET failing_since = coalesce(failing_since, %(now)s),
                   enabled = NOT off, disabled_reason = CASE WHEN %(gone)s THEN 'gone' WHEN off THEN 'failing' END
              FROM (
                SELECT id AS hook_id, %(gone)s OR coalesce(
                           failing_since <= %(now)s::timestamp - make_interval(days => %(days)s), false) AS off
                  FROM klientbox_webhook WHERE id = %(id)s
              ) judged
             WHERE id = hook_id AND enabled AND (off OR failing_since IS NULL)
            RETURNING id
            """,
            id=webhook_id,
            gone=is_gone,
            days=PATIENCE_DAYS,
        )

    def rest(self, webhook_id: int, until: datetime) -> None:
        """Delay all queued deliveries of a webhook: its receiver fails repeatedly, or requested a delay."""
        self._rows(
            """
            UPDATE klientbox_webhook_delivery SET next_at = %(until)s
             WHERE webhook_id = %(webhook)s AND state = 'pending' AND next_at < %(until)s
            RETURNING id
            """,
            webhook=webhook_id,
            until=until,
        )

    def recover(self) -> int:
        """Queue claims of dead workers again, or give them up after the last attempt. Returns how many there were."""
        rows = self._rows(
            """
            UPDATE klientbox_webhook_delivery
               SET state = CASE WHEN attempts < %(most)s THEN 'pending' ELSE 'dead' END,
                   next_at = CASE WHEN attempts < %(most)s THEN %(now)s::timestamp END,
                   finished_at = CASE WHEN attempts < %(most)s THEN NULL ELSE %(now)s::timestamp END,
                   last_error = 'interrupted', claim_token = NULL, lease_until = NULL
             WHERE state = 'sending' AND lease_until < clock_timestamp()
            RETURNING id
            """,
            most=len(webhook.SCHEDULE),
        )
        return len(rows)

    def _rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with autocommit_cursor(self._registry) as cr:
            values = {"now": clock.now(), "test": webhook.TEST, **parameters}
            cr.execute(statement, values, log_exceptions=False)
            rows: list[tuple[Any, ...]] = cr.fetchall()
            return rows
