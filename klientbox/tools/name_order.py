"""Sort keys of a company's records, written set by set: for a change of its language, and for migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.tools import SQL

from ..lib import collation

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

# Names whose keys are made in one go.
CHUNK = 10_000
# While it is set, triggers record no change: no data that integrators copy has changed.
UNNOTED = "klientbox.unnoted"


def rewrite(cr: BaseCursor, table: str, company_id: int, language: str | None) -> None:
    """Rewrite the sort key of each name of a company's records in a table, including archived ones.

    Versions and the change log are not affected.
    """
    cr.execute(SQL("SELECT set_config(%s, 'on', TRUE)", UNNOTED))
    last = 0
    while rows := _names_after(cr, table, company_id, last):
        ids, names = zip(*rows, strict=True)
        keys = [collation.sort_key(name, language) for name in names]
        cr.execute(
            SQL(
                """
                UPDATE %(table)s AS record SET name_order = new.key
                  FROM unnest(%(ids)s, %(keys)s) AS new (id, key)
                 WHERE record.id = new.id AND record.name_order IS DISTINCT FROM new.key
                """,
                table=SQL.identifier(table),
                ids=list(ids),
                keys=keys,
            )
        )
        last = ids[-1]
    cr.execute(SQL("SELECT set_config(%s, 'off', TRUE)", UNNOTED))


def _names_after(cr: BaseCursor, table: str, company_id: int, last: int) -> list[tuple[int, str]]:
    cr.execute(
        SQL(
            "SELECT id, name FROM %s WHERE company_id = %s AND id > %s AND name IS NOT NULL ORDER BY id LIMIT %s",
            SQL.identifier(table),
            company_id,
            last,
            CHUNK,
        )
    )
    rows: list[tuple[int, str]] = cr.fetchall()
    return rows
