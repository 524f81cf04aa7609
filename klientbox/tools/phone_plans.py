"""Kinds of phones, written set by set: for migrations, and for a new edition of the numbering plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.tools import SQL

from ..lib import phone
from .name_order import UNNOTED

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

PARAMETER = "klientbox.phone_plans"
# Phones that are checked in one go.
CHUNK = 10_000


def rewrite(cr: BaseCursor, after: int = 0) -> int | None:
    """Check the phones of the next clients after the id `after`; returns their last id, or None at the end.

    Versions and the change log are not affected: no data that integrators copy has changed.
    """
    cr.execute(
        SQL(
            "SELECT id, phone FROM klientbox_client WHERE id > %s AND phone IS NOT NULL ORDER BY id LIMIT %s",
            after,
            CHUNK,
        )
    )
    rows = cr.fetchall()
    if not rows:
        return None
    ids, phones = zip(*rows, strict=True)
    cr.execute(SQL("SELECT set_config(%s, 'on', TRUE)", UNNOTED))
    cr.execute(
        SQL(
            """
            UPDATE klientbox_client AS client SET phone_kind = new.kind
              FROM unnest(%s, %s) AS new (id, kind)
             WHERE client.id = new.id AND client.phone_kind IS DISTINCT FROM new.kind
            """,
            list(ids),
            [phone.kind(number) for number in phones],
        )
    )
    cr.execute(SQL("SELECT set_config(%s, 'off', TRUE)", UNNOTED))
    last: int = ids[-1]
    return last
