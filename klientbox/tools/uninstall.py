"""Removes objects unknown to the ORM: triggers, functions and tables that were created by SQL.

The extensions pg_trgm and btree_gin stay: Odoo and other modules may use them as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.tools import SQL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo.sql_db import BaseCursor


def drop_functions(cr: BaseCursor, prefix: str) -> None:
    """Drop all functions with this prefix, with their triggers.

    This comes first: Odoo's own uninstalling then deletes rows that a trigger protects, or writes rows whose trigger
    writes to a dropped table.
    """
    cr.execute(
        """
        SELECT function.oid::regprocedure::text FROM pg_proc AS function
         WHERE function.pronamespace = current_schema()::regnamespace AND starts_with(function.proname, %s)
        """,
        [prefix],
    )
    for [function] in cr.fetchall():
        # The arguments are part of the name, and PostgreSQL has quoted both.
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL(function)))


def drop_triggers(cr: BaseCursor, tables: Iterable[str]) -> None:
    """Drop our triggers on these tables."""
    cr.execute(
        """
        SELECT relation.relname, tgname FROM pg_trigger JOIN pg_class AS relation ON relation.oid = tgrelid
         WHERE NOT tgisinternal AND starts_with(tgname, 'klientbox_') AND relation.relname = ANY(%s)
           AND relation.relnamespace = current_schema()::regnamespace
        """,
        [list(tables)],
    )
    for table, trigger in cr.fetchall():
        cr.execute(SQL("DROP TRIGGER %s ON %s", SQL.identifier(trigger), SQL.identifier(table)))


def drop_tables(cr: BaseCursor, *names: str) -> None:
    """Drop tables that belong to no model."""
    for name in names:
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(name)))
