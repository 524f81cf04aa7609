from odoo import SUPERUSER_ID, api
from odoo.tools import sql


def migrate(cr, version):
    """Folding also lowers capitals that appear by decomposition: "№ 5" is "no 5", not "No 5".

    Only keys with such a capital are computed anew. All others have no capital letter.
    """
    clients = api.Environment(cr, SUPERUSER_ID, {})["klientbox.client"]
    cr.execute("SELECT id, search_key FROM klientbox_client WHERE search_key ~ '[^ -@\\[-~]'")
    found = clients.browse(client_id for client_id, key in cr.fetchall() if key != key.casefold())
    clients.env.add_to_compute(clients._fields["search_key"], found)
    clients.env.flush_all()
    # Rows of imports that are not finished.
    if sql.table_exists(cr, "klientbox_import_row"):
        cr.execute(
            """
            UPDATE klientbox_import_row
               SET visit = jsonb_set(visit, '{service_key}', to_jsonb(lower(visit ->> 'service_key')))
             WHERE visit ->> 'service_key' ~ '[A-Z]'
            """
        )
