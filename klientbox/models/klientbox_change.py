from odoo import fields, models
from odoo.tools import SQL


class KlientboxChange(models.Model):
    """The change log, written by the triggers of klientbox.logged alone.

    `txid` is the number of the transaction that made the change (xid8), `oldest_txid` that of the oldest transaction
    that was still running then: whoever asks for all from there on misses nothing, however late another commits.
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
    was = fields.Char(readonly=True, help="What the record's telling column held before: active, or state.")
    became = fields.Char(readonly=True, help="What it holds since.")
    txid = fields.Integer(required=True, readonly=True)
    oldest_txid = fields.Integer(readonly=True)
    at = fields.Datetime(required=True, readonly=True)

    _poll_index = models.Index("(company_id, model, txid)")

    def init(self):
        """A transaction's number outgrows the ORM's integer."""
        for column in ("txid", "oldest_txid"):
            self.env.cr.execute(SQL("ALTER TABLE klientbox_change ALTER COLUMN %s TYPE bigint", SQL.identifier(column)))
