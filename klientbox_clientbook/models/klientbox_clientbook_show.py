from odoo import api, fields, models


class KlientboxClientbookShow(models.AbstractModel):
    """The four credentials pass through the browser and are written nowhere."""

    _name = "klientbox.clientbook.show"
    _description = "Show credentials for Client Book integrations"

    # The form's onchange, which brings the credentials, asks for an id.
    id = fields.Id()
    app_id = fields.Char("Application ID", readonly=True)
    app_key = fields.Char("Application key", readonly=True)
    token = fields.Char("Access token", readonly=True)
    secret = fields.Char("Access token secret", readonly=True)
    line = fields.Char("All in one line", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Nothing is kept: a tab closed over the form makes the browser save it."""
        return self.browse()
