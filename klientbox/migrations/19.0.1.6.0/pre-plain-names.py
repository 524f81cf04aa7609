from odoo.tools import sql

# (table, column, new column)
COLUMNS = (
    ("klientbox_webhook", "is_told", "is_announced"),
    ("klientbox_import", "troubles", "failures"),
    ("klientbox_import_column", "fate", "treatment"),
)


def migrate(cr, version):
    """Fields have new names, and so has a member of the visits in checked rows that are not imported yet."""
    for table, old, new in COLUMNS:
        # The tables of imports are absent where that addon was uninstalled.
        if sql.column_exists(cr, table, old):
            _rename(cr, table, old, new)
    if sql.table_exists(cr, "klientbox_import_row"):
        cr.execute(
            """
            UPDATE klientbox_import_row SET visit = visit - 'state_told' || '{"has_state": true}'
             WHERE visit ? 'state_told'
            """
        )


def _rename(cr, table, old, new):
    sql.rename_column(cr, table, old, new)
    cr.execute(
        "UPDATE ir_model_fields SET name = %s WHERE model = %s AND name = %s", [new, table.replace("_", "."), old]
    )
    cr.execute(
        """
        UPDATE ir_model_data SET name = %s
         WHERE module IN ('klientbox', 'klientbox_import') AND model = 'ir.model.fields' AND name = %s
        """,
        [f"field_{table}__{new}", f"field_{table}__{old}"],
    )
