from odoo.addons.klientbox.tools import name_order
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

TABLES = ("klientbox_client", "klientbox_service", "klientbox_staff", "klientbox_tag", "klientbox_gateway")


def migrate(cr, version):
    """Set the sort key of names, before the ORM would compute a million of them one by one."""
    # The first version had no language of its own: each company then gets English.
    cr.execute(
        "SELECT company_id, lang FROM klientbox_settings"
        if column_exists(cr, "klientbox_settings", "lang")
        else "SELECT company_id, NULL FROM klientbox_settings"
    )
    languages = cr.fetchall()
    for table in TABLES:
        if table_exists(cr, table):
            _fill(cr, table, languages)


def _fill(cr, table, languages):
    name = SQL.identifier(table)
    cr.execute(SQL('ALTER TABLE %s ADD COLUMN IF NOT EXISTS name_order varchar COLLATE "C"', name))
    # Existing triggers record every change.
    cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", name))
    for company_id, language in languages:
        name_order.rewrite(cr, table, company_id, language)
    cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", name))
