"""Taking away what the ORM does not know of: triggers, functions and tables that were made by SQL.

The extensions pg_trgm and btree_gin stay: Odoo and other modules may use them as well.
"""

from odoo.tools import SQL


def drop_functions(cr, prefix):
    """Drop all functions whose names begin like this, with their triggers.

    This comes first: Odoo's own uninstalling then deletes rows that a trigger keeps, or writes rows of which a trigger
    tells a table that is gone.
    """
    cr.execute(
        """
        SELECT function.oid::regprocedure::text FROM pg_proc AS function
         WHERE function.pronamespace = current_schema()::regnamespace AND starts_with(function.proname, %s)
        """,
        [prefix],
    )
    for [function] in cr.fetchall():
        # Its arguments belong to its name, and PostgreSQL has quoted both.
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL(function)))


def drop_tables(cr, *names):
    """Drop tables that belong to no model."""
    for name in names:
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(name)))
