from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import sql_files


class KlientboxVisitLine(models.Model):
    """One service of a visit, with member of staff and time."""

    _name = "klientbox.visit.line"
    _description = "Service of a visit"
    _inherit = ["klientbox.single.line"]
    _order = "visit_id, sequence, id"
    _check_company_auto = True
    _rec_name = "service_id"

    visit_id = fields.Many2one("klientbox.visit", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(default=10)
    service_id = fields.Many2one("klientbox.service", ondelete="restrict", check_company=True, index="btree_not_null")
    staff_id = fields.Many2one("klientbox.staff", ondelete="restrict", check_company=True, index="btree_not_null")
    staff_name = fields.Char(
        "Staff name",
        compute="_compute_staff_name",
        store=True,
        readonly=False,
        precompute=True,
        help="The name sent by an integration, if no staff member has this name.",
    )
    start = fields.Datetime("Start time", compute="_compute_start", store=True, readonly=False)
    duration = fields.Integer(
        compute="_compute_from_service", store=True, readonly=False, precompute=True, help="Minutes."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(compute="_compute_from_service", store=True, readonly=False, precompute=True)

    _duration_not_negative = models.Constraint("CHECK(duration >= 0)", "A duration can't be negative.")
    _price_not_negative = models.Constraint("CHECK(price >= 0)", "A price can't be negative.")

    def init(self):
        """Mark the visit as changed when its lines change, for readers who keep a copy: a visit shows its lines'
        services and staff.

        Not where the same transaction creates or changes the visit itself: that is recorded already.
        """
        sql_files.run(self.env.cr, "visit_lines")
        for event, table in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            name = SQL.identifier(f"klientbox_touch_visits_{event.lower()}")
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON klientbox_visit_line", name))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER %s ON klientbox_visit_line REFERENCING %s TABLE AS touched"
                    " FOR EACH STATEMENT EXECUTE FUNCTION klientbox_touch_visits()",
                    name,
                    SQL(event),
                    SQL(table),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """A text in place of a member of staff can't put a name on an erased client."""
        lines = super().create(vals_list)
        named = [line.id for line, vals in zip(lines, vals_list, strict=True) if vals.get("staff_name")]
        lines.browse(named).visit_id.client_id._refuse_erased()
        return lines

    def write(self, vals):
        """A line stays in its visit; else it could be moved to another company's."""
        if "visit_id" in vals and any(line.visit_id.id != vals["visit_id"] for line in self):
            raise UserError(self.env._("A service can't be moved to another visit."))
        if vals.get("staff_name"):
            self.visit_id.client_id._refuse_erased()
        return super().write(vals)

    @api.depends("service_id")
    def _compute_from_service(self):
        for line in self:
            line.duration = line.service_id.duration
            line.price = line.service_id.price

    @api.depends("staff_id")
    def _compute_staff_name(self):
        for line in self:
            line.staff_name = line.staff_id.name or line.staff_name

    @api.depends("visit_id.start", "visit_id.line_ids.sequence", "visit_id.line_ids.duration")
    def _compute_start(self):
        """Lines follow each other, unless a start is set."""
        for visit in self.visit_id:
            start = visit.start
            for line in visit.line_ids:
                if line in self:
                    line.start = start
                start = start and start + timedelta(minutes=line.duration)
