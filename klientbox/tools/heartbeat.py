"""Detects a database that was copied to another server, or a gap that a restored backup may explain.

Messages that were queued in a backup have been sent since, and later messages are missing in it: only a person can
decide whether it is safe to continue. So the outbox of each company that contacts clients, or sends webhooks, is held
until a user decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cursors import autocommit_cursor

if TYPE_CHECKING:
    from odoo.modules.registry import Registry
    from odoo.sql_db import BaseCursor

GAP = "15 min"
# The row is not written more often than this.
PULSE = "30 s"


def install(cr: BaseCursor) -> None:
    """The single row that is written while the jobs run, and the function that reads it first."""
    cr.execute(
        """
        CREATE TABLE IF NOT EXISTS klientbox_heartbeat (
            id bool PRIMARY KEY DEFAULT true CHECK (id), database_uuid text NOT NULL, at timestamptz NOT NULL
        );

        CREATE OR REPLACE FUNCTION klientbox_beat() RETURNS text LANGUAGE plpgsql AS $$
        DECLARE present text; last record; cause text;
        BEGIN
            SELECT value INTO present FROM ir_config_parameter WHERE key = 'database.uuid';
            SELECT * INTO last FROM klientbox_heartbeat;
            IF last.database_uuid = present AND last.at > clock_timestamp() - interval '{PULSE}' THEN
                RETURN NULL;
            END IF;
            SELECT * INTO last FROM klientbox_heartbeat FOR UPDATE;
            IF NOT FOUND THEN
                INSERT INTO klientbox_heartbeat (database_uuid, at)
                VALUES (coalesce(present, ''), clock_timestamp()) ON CONFLICT DO NOTHING;
                RETURN NULL;
            END IF;
            cause := CASE WHEN last.database_uuid <> coalesce(present, '') THEN 'copied'
                          WHEN last.at < clock_timestamp() - interval '{GAP}' THEN 'gap' END;
            IF cause IS NOT NULL THEN
                UPDATE klientbox_settings settings
                   SET held_since = last.at AT TIME ZONE 'UTC', held_reason = cause
                 WHERE held_since IS NULL AND (
                    EXISTS (SELECT FROM klientbox_rule rule
                             WHERE rule.company_id = settings.company_id AND rule.enabled AND rule.active)
                    OR EXISTS (SELECT FROM klientbox_message message
                                WHERE message.company_id = settings.company_id
                                  AND message.state IN ('queued', 'claimed', 'sending'))
                    OR EXISTS (SELECT FROM klientbox_webhook hook
                                WHERE hook.company_id = settings.company_id AND hook.enabled
                                  AND (cause = 'copied' OR EXISTS (
                                    SELECT FROM klientbox_webhook_delivery delivery
                                     WHERE delivery.webhook_id = hook.id
                                       AND delivery.state IN ('pending', 'sending'))))
                 );
            END IF;
            UPDATE klientbox_heartbeat SET database_uuid = coalesce(present, ''), at = clock_timestamp();
            RETURN cause;
        END $$;
        """.replace("{GAP}", GAP).replace("{PULSE}", PULSE)
    )


def beat(registry: Registry) -> str | None:
    """Record that the jobs run; returns why the outbox was held just now ("copied", "gap"), or None."""
    with autocommit_cursor(registry) as cr:
        cr.execute("SELECT klientbox_beat()")
        cause: str | None
        [cause] = cr.fetchone()
        return cause
