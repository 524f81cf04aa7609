from odoo import api, fields, models
from odoo.addons.klientbox.lib import clock
from odoo.fields import Domain


class KlientboxSpecialOrder(models.Model):
    """An article ordered for one client from a vendor."""

    _name = "klientbox.special.order"
    _description = "Special order"
    _inherit = ["klientbox.clientbook.goods"]
    _order = "is_completed, due_date, id"
    _rec_name = "description"
    _clientbook_texts = ("description", "sku", "style_number", "client_id.name")

    description = fields.Char("Ordered item", required=True)
    license = fields.Char("Licence", readonly=True, help="As sent by the integration.")
    due_date = fields.Datetime("Due")
    is_completed = fields.Boolean("Handed over", index=True)
    completed_date = fields.Datetime("Handed over on")
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue")

    @api.depends("is_completed", "due_date")
    def _compute_is_overdue(self):
        now = clock.now()
        for order in self:
            order.is_overdue = bool(order.due_date and order.due_date < now and not order.is_completed)

    @api.model_create_multi
    def create(self, vals_list):
        """A delivered order has its time."""
        return super().create([self._with_time(vals) for vals in vals_list])

    def write(self, vals):
        """See create."""
        if not vals.keys() & {"is_completed", "completed_date"}:
            return super().write(vals)
        for order in self:
            super(KlientboxSpecialOrder, order).write(order._with_time(vals))
        return True

    def action_completed(self):
        """Mark as handed to the client."""
        self.is_completed = True

    def action_reopen(self):
        """Undo the handover."""
        self.is_completed = False

    def _with_time(self, vals):
        if "is_completed" in vals:
            time = vals.get("completed_date") or self.completed_date or clock.now()
            return {**vals, "completed_date": vals["is_completed"] and time}
        return {**vals, "is_completed": True} if vals.get("completed_date") else vals

    def _prepare_erasure_vals(self):
        return super()._prepare_erasure_vals() | {"description": self.env._("Special order"), "license": False}

    @api.model
    def _clientbook_domain(self, query):
        """An archived order is still an order."""
        return super()._clientbook_domain(query) & Domain("active", "in", [True, False])

    def _clientbook_prepare(self, vals):
        """An order has a name, even if the integration sends none."""
        if not self and not vals.get("description"):
            return {**vals, "description": vals.get("sku") or vals.get("style_number") or self.env._("Special order")}
        return vals
