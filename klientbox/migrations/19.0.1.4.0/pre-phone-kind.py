from odoo.addons.klientbox.tools import phone_plans
from odoo.tools.sql import table_exists


def migrate(cr, version):
    """Set the kind of phones, before the ORM would compute a million of them one by one."""
    if not table_exists(cr, "klientbox_client"):
        return
    cr.execute("ALTER TABLE klientbox_client ADD COLUMN IF NOT EXISTS phone_kind varchar")
    # Existing triggers record every change.
    cr.execute("ALTER TABLE klientbox_client DISABLE TRIGGER USER")
    last = 0
    while last is not None:
        last = phone_plans.rewrite(cr, last)
    cr.execute("ALTER TABLE klientbox_client ENABLE TRIGGER USER")
