from odoo.tools import sql


def migrate(cr, version):
    """A field of webhooks has a new name, and a member of the visits in checked rows that are not imported yet."""
    cr.execute("ALTER TABLE klientbox_webhook RENAME COLUMN is_told TO is_announced")
    cr.execute(
        "UPDATE ir_model_fields SET name = 'is_announced' WHERE model = 'klientbox.webhook' AND name = 'is_told'"
    )
    cr.execute(
        """
        UPDATE ir_model_data SET name = 'field_klientbox_webhook__is_announced'
         WHERE module = 'klientbox' AND name = 'field_klientbox_webhook__is_told'
        """
    )
    if sql.table_exists(cr, "klientbox_import_row"):
        cr.execute(
            """
            UPDATE klientbox_import_row SET visit = visit - 'state_told' || '{"has_state": true}'
             WHERE visit ? 'state_told'
            """
        )
