import re

from odoo import api, fields, models
from odoo.fields import Domain

_PRICE = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)


class KlientboxClientbookGoods(models.AbstractModel):
    """An article of a shop, for one client."""

    _name = "klientbox.clientbook.goods"
    _description = "Goods for a client"
    _inherit = ["klientbox.clientbook.record", "klientbox.owned"]
    _check_company_auto = True

    client_id = fields.Many2one("klientbox.client", required=True, ondelete="restrict", index=True, check_company=True)
    sku = fields.Char("SKU")
    style_number = fields.Char("Style number")
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary()
    vendor_id = fields.Many2one(
        "res.partner",
        domain="[('klientbox_is_vendor', '=', True), ('company_id', '=', company_id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    active = fields.Boolean(default=True)

    _price_not_negative = models.Constraint("CHECK(price >= 0)", "A price can't be negative.")

    @api.model
    def _clientbook_search_domain(self, text):
        """A number may be a price as well."""
        domain = super()._clientbook_search_domain(text)
        return domain | Domain("price", "=", float(text)) if _PRICE.fullmatch(text) else domain


class KlientboxClientbookItem(models.AbstractModel):
    """An article of a client's wish list or purchases."""

    _name = "klientbox.clientbook.item"
    _description = "Item that a client wishes or has bought"
    _inherit = ["klientbox.clientbook.goods"]
    _rec_name = "item"
    _clientbook_texts = ("item", "description", "sku", "style_number", "client_id.name")

    item = fields.Char(required=True)
    description = fields.Text()
    image = fields.Char("Picture", help="Address of the picture.")

    def _prepare_erasure_vals(self):
        emptied = dict.fromkeys(("description", "image"), False)
        return super()._prepare_erasure_vals() | emptied | {"item": self.env._("Item")}

    def _clientbook_prepare(self, vals):
        """An article has a name, even if the integration sends none."""
        if not self and not vals.get("item"):
            return {**vals, "item": vals.get("sku") or vals.get("description") or self.env._("Item")}
        return vals
