from odoo import fields, models


class KlientboxClientAlias(models.Model):
    """The numbers by which an integration for Client Book identifies a merged entry."""

    _inherit = "klientbox.client.alias"

    clientbook_new_id = fields.Char("Number in the integration", readonly=True, index="btree_not_null")
    clientbook_old_id = fields.Char("First number in the integration", readonly=True, index="btree_not_null")
