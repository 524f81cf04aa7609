import hashlib

from odoo import api, fields, models
from odoo.tools import SQL

# From then on only the last word about each record is kept; whoever polls or is told reads it long before.
DAYS_KEPT_WHOLE = 30
_VACUUMED_AT_ONCE = 100_000


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
    _walk_index = models.Index("(company_id, model, res_id, txid)")
    _at_index = models.Index("(company_id, at)")

    def init(self):
        """A transaction's number outgrows the ORM's integer."""
        for column in ("txid", "oldest_txid"):
            self.env.cr.execute(SQL("ALTER TABLE klientbox_change ALTER COLUMN %s TYPE bigint", SQL.identifier(column)))

    @api.model
    def _oldest_running(self):
        """(the number of the oldest transaction that is still running, the numbering).

        Whatever has a lower number is over. Numbers can be compared within one numbering: a database that is restored,
        also to an earlier point in time, counts anew.
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
        """The number of a transaction such that all that this company's records became after `moment` (naive UTC) is
        that one's or a later one's; 0 where the log has no row as old.

        What was over when a row was written, before `moment`, had a lower number than that row's `oldest_txid`.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT oldest_txid FROM klientbox_change WHERE company_id = %s AND at <= %s ORDER BY at DESC LIMIT 1",
                self.env.company.id,
                moment,
            )
        )
        # A later number than any that runs is of another numbering.
        return next((number for [number] in rows if number and number <= oldest_running), 0)

    @api.model
    def _changed_since(self, model, txid, after, limit):
        """The first `limit` ids beyond `after` of this company's records that transaction `txid` or a later one has
        made, changed or deleted, in their order."""
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
        """How many records `_changed_since` would give without a limit."""
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
        """Of each record keep what is younger than 30 days, and its last row for good: a poller finds the record by
        that as well as by all before it, and a deleted one is told of however late somebody asks.

        A later row with a lower number would not do: a transaction may begin first and write last.
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
        """After a restore: what another server numbered higher than anything here is of long ago, not of the future."""
        self.env.cr.execute(
            """
            UPDATE klientbox_change SET txid = 0, oldest_txid = 0
             WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            """
        )
