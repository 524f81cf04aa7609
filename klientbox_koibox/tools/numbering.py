"""Koibox's numbers of clients: whole numbers, one a client, counted up in each company.

A trigger of the database assigns them, for clients from a form, the API, an import or another module's SQL. A counter
is a sequence of PostgreSQL: concurrent transactions that create clients don't wait for each other, as they would behind
a long import for a counter row. So numbers may be skipped, but are never used twice: the unique index decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from odoo.addons.klientbox.tools import sql_files
from odoo.tools import SQL

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

SQL_FOLDER = Path(__file__).parents[1] / "sql"
# A salon's own number that is also valid as Koibox's.
_PLAIN = "^[1-9][0-9]{0,8}$"


def install(cr: BaseCursor) -> None:
    """Create the trigger; again when the addon is updated."""
    sql_files.run(cr, "koibox_number", SQL_FOLDER, plain=_PLAIN)


def uninstall(cr: BaseCursor) -> None:
    """Remove trigger, function and counters."""
    cr.execute(
        """
        DROP TRIGGER IF EXISTS klientbox_koibox_number ON klientbox_client;
        DROP FUNCTION IF EXISTS klientbox_koibox_number();
        DROP FUNCTION IF EXISTS klientbox_koibox_is_taken(integer, integer);
        SELECT sequencename FROM pg_sequences WHERE sequencename ~ '^klientbox_koibox_number_[0-9]+$'
        """
    )
    for [name] in cr.fetchall():
        cr.execute(SQL("DROP SEQUENCE %s", SQL.identifier(name)))


def add_counters(cr: BaseCursor, company_ids: Iterable[int]) -> None:
    """A counter for each of these companies."""
    for company_id in company_ids:
        name = SQL.identifier(f"klientbox_koibox_number_{company_id:d}")
        cr.execute(SQL("CREATE SEQUENCE IF NOT EXISTS %s AS integer", name))


def number_all(cr: BaseCursor) -> None:
    """Number the clients who have none: by the salon's own number where that is a plain one, else in order of creation,
    with the remaining numbers."""
    cr.execute(
        SQL("UPDATE klientbox_client SET koibox_code = code::integer WHERE koibox_code IS NULL AND code ~ %s", _PLAIN)
    )
    cr.execute(
        """
        SELECT array_agg(koibox_code) FILTER (WHERE koibox_code IS NOT NULL),
               array_agg(id ORDER BY id) FILTER (WHERE koibox_code IS NULL)
          FROM klientbox_client GROUP BY company_id
        """
    )
    for taken, waiting in cr.fetchall():
        known, ids = set(taken or ()), waiting or []
        numbers = list(islice((number for number in count(1) if number not in known), len(ids)))
        cr.execute(
            """
            UPDATE klientbox_client AS client SET koibox_code = given.number
              FROM unnest(%s::int[], %s::int[]) AS given (id, number) WHERE client.id = given.id
            """,
            [ids, numbers],
        )
