from odoo import api, fields, models
from odoo.addons.klientbox.lib import clock
from odoo.fields import Domain

ADDED, SENT, RECEIVED, CONTACTED, COMPLETED = "added", "sent", "received", "contacted", "completed"
# When a stage was reached; the latest filled one is the present stage.
STAGE_DATES = {SENT: "sent_date", RECEIVED: "received_date", CONTACTED: "contacted_date", COMPLETED: "completed_date"}


class KlientboxRepair(models.Model):
    """A repair of a client's article: its stage, and whether the client was notified.

    Not Odoo's repair order, which moves stock products and their parts: a client's own article is none.
    """

    _name = "klientbox.repair"
    _description = "Repair"
    _inherit = ["klientbox.clientbook.record", "klientbox.owned"]
    _order = "state, due_date, id"
    _rec_name = "item"
    _check_company_auto = True
    _clientbook_texts = ("item", "description", "requested_repair", "client_id.name")

    item = fields.Char(required=True)
    client_id = fields.Many2one("klientbox.client", required=True, ondelete="restrict", index=True, check_company=True)
    description = fields.Text()
    condition = fields.Char(help="Condition in which it was brought in.")
    requested_repair = fields.Char("To be done")
    state = fields.Selection(
        [
            (ADDED, "Taken in"),
            (SENT, "Sent out"),
            (RECEIVED, "Returned"),
            (CONTACTED, "Client notified"),
            (COMPLETED, "Handed over"),
        ],
        required=True,
        default=ADDED,
        index=True,
    )
    due_date = fields.Datetime("Due")
    sent_date = fields.Datetime("Sent out on")
    sent_where = fields.Char("Sent to")
    received_date = fields.Datetime("Returned on")
    contacted_date = fields.Datetime("Client notified on")
    completed_date = fields.Datetime("Handed over on")
    is_sent = fields.Boolean("Was sent out", compute="_compute_reached")
    is_received = fields.Boolean("Is returned", compute="_compute_reached")
    is_contacted = fields.Boolean("Client was notified", compute="_compute_reached")
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    currency_id = fields.Many2one(related="company_id.currency_id")
    price_estimate = fields.Monetary("Estimate")
    image = fields.Char("Picture", help="Address of the picture.")
    active = fields.Boolean(default=True)

    _price_not_negative = models.Constraint("CHECK(price_estimate >= 0)", "A price can't be negative.")

    @api.depends(*STAGE_DATES.values())
    def _compute_reached(self):
        for repair in self:
            repair.is_sent = bool(repair.sent_date)
            repair.is_received = bool(repair.received_date)
            repair.is_contacted = bool(repair.contacted_date)

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        now = clock.now()
        for repair in self:
            repair.is_overdue = bool(repair.due_date and repair.due_date < now and repair.state != COMPLETED)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("due_date", "<", clock.now()) & Domain("state", "!=", COMPLETED)

    @api.model_create_multi
    def create(self, vals_list):
        """A reached stage sets its time, and a time sets its stage."""
        return super().create([self._with_stage(vals) for vals in vals_list])

    def write(self, vals):
        """See create."""
        if "state" not in vals and not vals.keys() & set(STAGE_DATES.values()):
            return super().write(vals)
        for repair in self:
            super(KlientboxRepair, repair).write(repair._with_stage(vals))
        return True

    def action_sent(self):
        """Mark as sent out."""
        self.state = SENT

    def action_received(self):
        """Mark as returned."""
        self.state = RECEIVED

    def action_contacted(self):
        """Mark the client as notified."""
        self.state = CONTACTED

    def action_completed(self):
        """Mark as handed to the client."""
        self.state = COMPLETED

    def _with_stage(self, vals):
        """A stage in the values sets its time and empties the later ones; times in the values set the stage."""
        stages = list(STAGE_DATES)
        if vals.get("state"):
            reached = stages.index(vals["state"]) + 1 if vals["state"] in STAGE_DATES else 0
            dates = {STAGE_DATES[stage]: False for stage in stages[reached:]}
            if reached:
                last = STAGE_DATES[stages[reached - 1]]
                dates[last] = vals.get(last) or self[last] or clock.now()
            return {**vals, **{name: vals.get(name) or date for name, date in dates.items()}}
        dates = {stage: vals.get(name, self[name]) for stage, name in STAGE_DATES.items()}
        return {**vals, "state": next((stage for stage in reversed(stages) if dates[stage]), ADDED)}

    def _prepare_erasure_vals(self):
        emptied = dict.fromkeys(("description", "condition", "requested_repair", "sent_where", "image"), False)
        return super()._prepare_erasure_vals() | emptied | {"item": self.env._("Repair")}

    @api.model
    def _clientbook_domain(self, query):
        """An archived repair is still a repair: the list decides which are shown."""
        domain = super()._clientbook_domain(query)
        wanted = {"active": [True], "archived": [False]}.get(query.get("status"), [True, False])
        return domain & Domain("active", "in", wanted)

    def _clientbook_prepare(self, vals):
        """A flag means the time: set without one it is now, unset it is empty."""
        vals = dict(vals)
        for flag, date in (
            ("is_sent", "sent_date"),
            ("is_received", "received_date"),
            ("is_contacted", "contacted_date"),
        ):
            if flag in vals and not vals.get(date):
                vals[date] = vals[flag] and (self[date] or clock.now())
            vals.pop(flag, None)
        if not self:
            vals["item"] = vals.get("item") or vals.get("description") or self.env._("Repair")
        return vals
