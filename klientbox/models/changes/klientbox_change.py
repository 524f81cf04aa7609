import hashlib

from odoo import api, fields, models
from odoo.tools import SQL

# Older rows are reduced to the last one of each record; pollers and webhooks read changes long before.
DAYS_KEPT_WHOLE = 30
_VACUUMED_AT_ONCE = 100_000


class KlientboxChange(models.Model):
    """The change log, written by the triggers of klientbox.logged alone.

    `txid` is the number of the transaction that made the change (xid8), `oldest_txid` that of the oldest transaction
    that was still running then: a poll that starts from there misses nothing, however late another transaction commits.
    """

    _name = "klientbox.change"
    _description = "Change of a record"
    _order = "id"
    _log_access = False
    _rec_name = "model"

    model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [("insert", "Created"), ("update", "Changed"), ("delete", "Deleted")], required=True, readonly=True
    )
    was = fields.Char(
        "Value before", readonly=True, help="The value of the logged column (active or state) before the change."
    )
    became = fields.Char("Value after", readonly=True)
    txid = fields.Integer("Transaction", required=True, readonly=True)
    oldest_txid = fields.Integer("Oldest transaction", readonly=True)
    at = fields.Datetime("Time", required=True, readonly=True)

    _poll_index = models.Index("(company_id, model, txid)")
    _walk_index = models.Index("(company_id, model, res_id, txid)")
    _at_index = models.Index("(company_id, at)")

    def init(self):
        """A transaction's number doesn't fit into the ORM's integer."""
        for column in ("txid", "oldest_txid"):
            self.env.cr.execute(SQL("ALTER TABLE klientbox_change ALTER COLUMN %s TYPE bigint", SQL.identifier(column)))

    @api.model
    def _oldest_running(self):
        """(the number of the oldest transaction that is still running, the numbering).

        Transactions with lower numbers have ended. Numbers can be compared within one numbering: a database that is
        restored, also to an earlier point in time, starts another one.
        """
        [[oldest, cluster]] = self.env.execute_query(
            SQL(
                """
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, (system_identifier, timeline_id)::text
                  FROM pg_control_system(), pg_control_checkpoint()
                """
            )
        )
        return oldest, hashlib.blake2s(cluster.encode(), digest_size=4).hexdigest()

    @api.model
    def _watermark(self, moment, oldest_running):
        """A transaction number that no change of this company's records after `moment` (naive UTC) is below; 0 where
        the log has no row that old.

        Transactions that had ended when a row was written, before `moment`, have lower numbers than that row's
        `oldest_txid`.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT oldest_txid FROM klientbox_change WHERE company_id = %s AND at <= %s ORDER BY at DESC LIMIT 1",
                self.env.company.id,
                moment,
            )
        )
        # A number above all running transactions belongs to another numbering.
        return next((number for [number] in rows if number and number <= oldest_running), 0)

    @api.model
    def _changed_since(self, model, txid, after, limit):
        """The first `limit` ids after `after`, in order, of this company's records that transaction `txid` or a later
        one has created, changed or deleted."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT res_id FROM klientbox_change WHERE %s AND res_id > %s ORDER BY res_id LIMIT %s",
                self._changes_of(model, txid),
                after,
                limit,
            )
        )
        return [res_id for [res_id] in rows]

    @api.model
    def _count_changed(self, model, txid):
        """How many records `_changed_since` would return without a limit."""
        self.env.flush_all()
        changes = self._changes_of(model, txid)
        [[count]] = self.env.execute_query(
            SQL("SELECT count(*) FROM (SELECT DISTINCT res_id FROM klientbox_change WHERE %s) AS changed", changes)
        )
        return count

    @api.model
    def _changes_of(self, model, txid):
        return SQL("company_id = %s AND model = %s AND txid >= %s", self.env.company.id, model, txid)

    @api.autovacuum
    def _forget(self):
        """Delete rows older than 30 days, except the last one of each record: a poll finds the record by its last row
        as well as by earlier ones, and a deletion is reported however late the poll comes.

        A later row with a lower number can't replace it: a transaction may begin first and write last.
        """
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM klientbox_change WHERE id IN (
                    SELECT change.id FROM klientbox_change AS change
                     WHERE change.at < (now() AT TIME ZONE 'UTC') - make_interval(days => %s)
                       AND EXISTS (
                           SELECT FROM klientbox_change AS later
                            WHERE later.company_id = change.company_id AND later.model = change.model
                              AND later.res_id = change.res_id
                              AND later.txid >= change.txid AND later.id > change.id)
                     LIMIT %s)
                """,
                DAYS_KEPT_WHOLE,
                _VACUUMED_AT_ONCE,
            )
        )
        deleted = self.env.cr.rowcount
        self._renumber()
        return deleted, int(deleted == _VACUUMED_AT_ONCE)

    @api.model
    def _renumber(self):
        """After a restore: treat transaction numbers of another server, above all numbers here, as old ones."""
        self.env.cr.execute(
            """
            UPDATE klientbox_change SET txid = 0, oldest_txid = 0
             WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            """
        )
