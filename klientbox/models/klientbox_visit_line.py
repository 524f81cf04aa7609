from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class KlientboxVisitLine(models.Model):
    """One service of a visit, with who does it and when."""

    _name = "klientbox.visit.line"
    _description = "Service of a visit"
    _order = "visit_id, sequence, id"
    _check_company_auto = True
    _rec_name = "service_id"

    visit_id = fields.Many2one("klientbox.visit", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, precompute=True, index=True)
    sequence = fields.Integer(default=10)
    service_id = fields.Many2one("klientbox.service", ondelete="restrict", check_company=True, index="btree_not_null")
    staff_id = fields.Many2one("klientbox.staff", ondelete="restrict", check_company=True, index="btree_not_null")
    staff_name = fields.Char(
        compute="_compute_staff_name",
        store=True,
        readonly=False,
        precompute=True,
        help="As an integration wrote it, where nobody of the staff has this name.",
    )
    start = fields.Datetime(compute="_compute_start", store=True, readonly=False)
    duration = fields.Integer(
        compute="_compute_from_service", store=True, readonly=False, precompute=True, help="Minutes."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(compute="_compute_from_service", store=True, readonly=False, precompute=True)

    _duration_not_negative = models.Constraint("CHECK(duration >= 0)", "A duration can't be negative.")

    def write(self, vals):
        """A line stays in its visit; else it could be slipped into another company's."""
        if "visit_id" in vals and any(line.visit_id.id != vals["visit_id"] for line in self):
            raise UserError(self.env._("A service stays in its visit."))
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
        """One after the other, unless somebody says otherwise."""
        for visit in self.visit_id:
            start = visit.start
            for line in visit.line_ids:
                if line in self:
                    line.start = start
                start = start and start + timedelta(minutes=line.duration)
