"""Detects a database that was copied to another server, or a gap that a restored backup may explain.

Messages that were queued in a backup have been sent since, and later messages are missing in it: only a person can
decide whether it is safe to continue. So the outbox of each company that contacts clients, or sends webhooks, is held
until a user decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import sql_files
from .cursors import autocommit_cursor

if TYPE_CHECKING:
    from odoo.modules.registry import Registry
    from odoo.sql_db import BaseCursor

GAP = "15 min"
# The row is not written more often than this.
PULSE = "30 s"


def install(cr: BaseCursor) -> None:
    """The single row that is written while the jobs run, and the function that reads it first."""
    sql_files.run(cr, "heartbeat", gap=GAP, pulse=PULSE)


def beat(registry: Registry) -> str | None:
    """Record that the jobs run; returns why the outbox was held just now ("copied", "gap"), or None."""
    with autocommit_cursor(registry) as cr:
        cr.execute("SELECT klientbox_beat()")
        cause: str | None
        [cause] = cr.fetchone()
        return cause
