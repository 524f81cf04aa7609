from odoo import fields, models


class KlientboxClientbookShow(models.AbstractModel):
    """The four credentials pass through the browser, like an API key, and are stored nowhere."""

    _name = "klientbox.clientbook.show"
    _description = "Show credentials for Client Book integrations"
    _inherit = ["klientbox.api.key.show"]

    app_id = fields.Char("Application ID", readonly=True)
    app_key = fields.Char("Application key", readonly=True)
    token = fields.Char("Access token", readonly=True)
    secret = fields.Char("Access token secret", readonly=True)
    line = fields.Char("All in one line", readonly=True)
