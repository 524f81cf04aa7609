"""Taking away what the ORM does not know of: triggers, functions and tables that were made by SQL, system parameters,
and rows of Odoo's own tables that belong to our records by their names alone.

The extensions pg_trgm and btree_gin stay: Odoo and other modules may use them as well.
"""

from odoo.tools import SQL

# Odoo's tables whose rows name the model of a record in this column.
_NAMING = (
    ("mail_message", "model"),
    ("mail_followers", "res_model"),
    ("mail_activity", "res_model"),
    ("ir_filters", "model_id"),
    ("ir_exports", "resource"),
)


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


def forget_records(env, prefix):
    """Delete parameters, files, messages and the like of all whose names begin like this."""
    env["ir.config_parameter"].search([("key", "=like", f"{prefix}%")]).unlink()
    # Also those of fields, which a search without `res_field` passes over; the ORM has the files themselves removed.
    files = [("res_model", "=like", f"{prefix}%"), ("res_field", "in", [False, *_file_fields(env, prefix)])]
    env["ir.attachment"].with_context(active_test=False).search(files).unlink()
    env.flush_all()
    for table, column in _NAMING:
        env.cr.execute(
            SQL("DELETE FROM %s WHERE starts_with(%s, %s)", SQL.identifier(table), SQL.identifier(column), prefix)
        )
    env.invalidate_all()


def _file_fields(env, prefix):
    fields = env["ir.model.fields"].search([("model", "=like", f"{prefix}%"), ("ttype", "in", ("binary", "html"))])
    return fields.mapped("name")
