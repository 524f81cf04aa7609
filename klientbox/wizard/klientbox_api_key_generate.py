from odoo import api, fields, models


class KlientboxApiKeyGenerate(models.TransientModel):
    _name = "klientbox.api.key.generate"
    _description = "Generate an API key"
    _inherit = ["klientbox.owned"]

    name = fields.Char("What will use it", required=True)
    expires_at = fields.Datetime("Expires", help="Empty: the key does not expire.")

    def action_generate(self):
        """Make the key and show it, this once."""
        self.ensure_one()
        _key, text = self.env["klientbox.api.key"]._generate(self.company_id, self.name, expires_at=self.expires_at)
        curl = f'curl -H "X-API-Key: {text}" {self.get_base_url()}/klientbox/api/v1/clients'
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your new API key"),
            "res_model": "klientbox.api.key.show",
            "view_mode": "form",
            "target": "new",
            "context": {"default_key": text, "default_curl": curl},
        }


class KlientboxApiKeyShow(models.AbstractModel):
    """A form without a table: the key passes through the browser and is written nowhere."""

    _name = "klientbox.api.key.show"
    _description = "Show an API key"

    # The form's onchange, which brings the key, asks for an id.
    id = fields.Id()
    key = fields.Char("API key", readonly=True)
    curl = fields.Char("Try it", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Nothing is kept: a tab closed over the form makes the browser save it."""
        return self.browse()
