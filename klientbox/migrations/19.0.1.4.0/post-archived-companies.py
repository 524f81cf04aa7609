from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Companies that were archived when KlientBox was installed have no settings; they may be restored."""
    companies = api.Environment(cr, SUPERUSER_ID, {})["res.company"].with_context(active_test=False)
    companies.search([("klientbox_settings_ids", "=", False)])._klientbox_prepare()
