from odoo import api, fields, models

from ..exceptions import FieldError
from ..lib.api_key import LIVE, TEST


class KlientboxApiKeyGenerate(models.TransientModel):
    _name = "klientbox.api.key.generate"
    _description = "Generate an API key"
    _inherit = ["klientbox.owned", "klientbox.api.access"]

    name = fields.Char("To be used by", required=True)
    mode = fields.Selection([(LIVE, "Live"), (TEST, "Test")], required=True, default=LIVE)
    rate_limit = fields.Integer(
        "Requests a minute",
        required=True,
        default=lambda self: self.env["klientbox.api.key"].default_get(["rate_limit"])["rate_limit"],
        help="In any 60 seconds; 0 means no limit.",
    )
    expires_at = fields.Datetime("Expires", help="Empty: the key does not expire.")

    def action_generate(self):
        """Make the key and show it once."""
        self.ensure_one()
        if self.expires_at and self.expires_at <= fields.Datetime.now():
            raise FieldError(
                ("expires_at", "past", self.env._("This expiry is in the past: the key would never work."))
            )
        key, text = self.env["klientbox.api.key"]._generate(
            self.company_id,
            self.name,
            mode=self.mode,
            rate_limit=self.rate_limit,
            expires_at=self.expires_at,
            **self._access_vals(),
        )
        return key._action_show(text)


class KlientboxApiKeyShow(models.AbstractModel):
    """A form without a table: the key passes through the browser and is stored nowhere."""

    _name = "klientbox.api.key.show"
    _description = "Show an API key"

    # The form's onchange, which returns the key, requires an id.
    id = fields.Id()
    key = fields.Char("API key", readonly=True)
    curl = fields.Char("Try it", readonly=True)
    mode = fields.Char(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Store nothing: when a tab with the form is closed, the browser saves it."""
        return self.browse()

    @api.model
    def _action(self, key, text):
        """The dialog that shows a key once."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your new API key"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_key": text,
                "default_curl": f'curl -H "X-API-Key: {text}" {key.get_base_url()}/klientbox/api/v1/me',
                "default_mode": key.mode,
            },
        }
