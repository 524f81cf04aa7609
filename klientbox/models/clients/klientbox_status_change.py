from odoo import api, fields, models

from ...lib.client_status import STATUSES


class KlientboxStatusChange(models.Model):
    """A change of a client's status by date or by new thresholds, written by the updating statement.

    Changes by a visit need no row: the visit shows them.
    """

    _name = "klientbox.status.change"
    _description = "Status change"
    _inherit = ["klientbox.owned"]
    _order = "id desc"
    _rec_name = "client_id"
    _check_company_auto = True

    company_id = fields.Many2one(ondelete="cascade")
    client_id = fields.Many2one("klientbox.client", required=True, readonly=True, ondelete="cascade", index=True)
    old_status = fields.Selection(selection="_selection_status", string="Old status", readonly=True)
    new_status = fields.Selection(selection="_selection_status", string="New status", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True, help="The company's local day.")

    _day_index = models.Index("(company_id, day, new_status)")

    @api.model
    def _selection_status(self):
        labels = dict(self.env["klientbox.client"]._fields["status"]._description_selection(self.env))
        return [(status, labels[status]) for status in STATUSES]
