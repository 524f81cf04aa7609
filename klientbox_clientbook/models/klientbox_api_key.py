from odoo import api, fields, models

from ..lib.key_parts import CLIENT_BOOK
from .klientbox_clientbook_integration import exceeds


class KlientboxApiKey(models.Model):
    """An API key may be an access token of a Client Book integration: its public part the token, the rest the
    secret."""

    _inherit = "klientbox.api.key"

    audience = fields.Selection(selection_add=[(CLIENT_BOOK, "Client Book")], ondelete={CLIENT_BOOK: "cascade"})
    clientbook_integration_id = fields.Many2one(
        "klientbox.clientbook.integration",
        "Client Book integration",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    clientbook_user_id = fields.Many2one(
        "res.users",
        "Created with the password of",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The token stops working when this user leaves or has fewer rights.",
    )

    def _access_vals(self):
        """The access of a token includes its use for this facade."""
        return {
            **super()._access_vals(),
            "clientbook_integration_id": self.clientbook_integration_id.id,
            "clientbook_user_id": self.clientbook_user_id.id,
        }

    def _action_show(self, text):
        """A token is shown in its two parts."""
        integration = self.clientbook_integration_id
        return integration._action_show(text) if integration else super()._action_show(text)

    def _clientbook_revoke_orphans(self):
        """Revoke the tokens whose users have lost rights that the token has."""
        for key in self.filtered(lambda key: key.clientbook_user_id and not key.revoked_at):
            allowed = key.clientbook_user_id._klientbox_clientbook_access(key.company_id)
            if exceeds(key._access(), allowed):
                key.action_revoke()

    @api.autovacuum
    def _gc_clientbook_orphans(self):
        """Roles may also change on the group, without a write on a user."""
        self.search([("clientbook_user_id", "!=", False), ("revoked_at", "=", False)])._clientbook_revoke_orphans()
