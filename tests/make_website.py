"""Run inside Odoo: install a website in Czech and English."""

env["ir.module.module"].search([("name", "=", "website")]).button_immediate_install()  # noqa: F821
# The installation has made a new registry; this environment belongs to the old one.
from odoo.api import SUPERUSER_ID, Environment  # noqa: E402
from odoo.modules.registry import Registry  # noqa: E402

with Registry(env.cr.dbname).cursor() as cr:  # noqa: F821
    fresh = Environment(cr, SUPERUSER_ID, {})
    website = fresh["website"].search([], limit=1)
    website.language_ids = fresh["res.lang"].search([("code", "in", ("en_US", "cs_CZ"))])
    website.default_lang_id = fresh["res.lang"].search([("code", "=", "en_US")])
    website.auto_redirect_lang = True
