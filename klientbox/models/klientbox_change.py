from odoo import fields, models


class KlientboxChange(models.Model):
    """The change log, written by the triggers of klientbox.versioned alone.

    `txid` is the transaction's number (xid8): a poller that asks for all below the oldest running transaction misses
    nothing.
    """

    _name = "klientbox.change"
    _description = "Change of a record"
    _order = "id"
    _log_access = False
    _rec_name = "model"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("insert", "Created"), ("update", "Changed"), ("delete", "Deleted")], required=True, readonly=True
    )
    txid = fields.Integer(required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _poll_index = models.Index("(company_id, model, id)")

    def init(self):
        """A transaction's number outgrows the ORM's integer."""
        self.env.cr.execute("ALTER TABLE klientbox_change ALTER COLUMN txid TYPE bigint")
