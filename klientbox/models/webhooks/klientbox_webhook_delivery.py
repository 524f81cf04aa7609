from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...lib import clock
from ...lib.reasons import CONNECTION_LOST, FORBIDDEN_ADDRESS, INTERRUPTED
from ..mixins.reasons import sentence

KEEP_DELIVERED, KEEP_OTHERS = timedelta(days=30), timedelta(days=90)
CLEAN_BATCH = 10_000


class KlientboxWebhookDelivery(models.Model):
    """An event to deliver to one webhook.

    Its state is never written through the ORM while it is being delivered: see tools/webhook_deliveries.py.
    """

    _name = "klientbox.webhook.delivery"
    _description = "Delivery of a webhook"
    _inherit = ["klientbox.credential"]
    _order = "id desc"
    _rec_name = "type"
    _check_company_auto = True

    webhook_id = fields.Many2one(
        "klientbox.webhook", required=True, readonly=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(ondelete="cascade")
    event_id = fields.Char(
        "Number of the event", required=True, readonly=True, help="Stays the same when the event is sent again."
    )
    type = fields.Char(required=True, readonly=True)
    model = fields.Char(readonly=True)
    res_id = fields.Integer("Number of the record", readonly=True)
    sequence = fields.Integer(
        "No.", required=True, readonly=True, help="Position of the event among all events of this webhook."
    )
    payload = fields.Text("Payload sent", required=True, readonly=True)
    state = fields.Selection(
        [("pending", "Waiting"), ("sending", "Being sent"), ("delivered", "Delivered"), ("dead", "Given up")],
        required=True,
        readonly=True,
        default="pending",
    )
    attempts = fields.Integer(readonly=True, default=0)
    next_at = fields.Datetime("Next attempt", readonly=True)
    tried_at = fields.Datetime("Last attempt", readonly=True)
    finished_at = fields.Datetime("Ended", readonly=True)
    last_status = fields.Integer("HTTP status", readonly=True)
    last_error = fields.Char("Error", readonly=True, help="An error code; empty after a success.")
    error_text = fields.Char("Error details", compute="_compute_error_text")
    duration = fields.Integer("Milliseconds", readonly=True)
    log = fields.Text("Attempts made", readonly=True)
    claim_token = fields.Char("Claim token", readonly=True)
    lease_until = fields.Datetime("Claimed until", readonly=True)

    _event_unique = models.UniqueIndex("(webhook_id, event_id)", "This event is on its way already.")
    _under_way_unique = models.UniqueIndex(
        "(webhook_id) WHERE state = 'sending'", "A webhook sends one delivery at a time."
    )
    _due_index = models.Index("(webhook_id, next_at) WHERE state = 'pending'")
    _order_index = models.Index("(webhook_id, sequence) WHERE state = 'pending'")
    _state_index = models.Index("(webhook_id, state, id)")
    _lease_index = models.Index("(lease_until) WHERE state = 'sending'")
    _clean_index = models.Index("(create_date)")

    @api.depends("last_error")
    def _compute_error_text(self):
        words = {
            "timeout": self.env._("The receiver did not answer within 15 seconds"),
            "connection_lost": sentence(self.env, CONNECTION_LOST, end=""),
            "unreachable": self.env._("The receiver could not be reached"),
            "forbidden_address": sentence(self.env, FORBIDDEN_ADDRESS, end=""),
            "interrupted": sentence(self.env, INTERRUPTED, end=""),
            "restored": self.env._("It was waiting when a backup was restored"),
        }
        for delivery in self:
            error = delivery.last_error or ""
            if error.startswith("http_"):
                delivery.error_text = self.env._("The receiver answered %(status)s", status=error[5:])
            else:
                delivery.error_text = words.get(error, error)

    def action_replay(self):
        """Send given-up or delivered ones again."""
        self._replay()

    def _replay(self):
        """Start again with the same events; returns how many. Deliveries in progress are left alone."""
        self.webhook_id.check_access("write")
        self.webhook_id._require_enabled()
        # Compared in the statement: the job may be sending one of them.
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_webhook_delivery
                   SET state = 'pending', attempts = 0, next_at = %s, finished_at = NULL
                 WHERE id = ANY(%s) AND state IN ('dead', 'delivered')
                RETURNING id
                """,
                clock.now(),
                self.ids,
            )
        )
        replayed = self.env.cr.fetchall()
        self.invalidate_recordset()
        self.env["klientbox.webhook"]._wake()
        return len(replayed)

    @api.autovacuum
    def _gc_deliveries(self):
        """Bodies contain personal data and are deleted after a while."""
        now = clock.now()
        for age, more in ((KEEP_DELIVERED, [("state", "=", "delivered")]), (KEEP_OTHERS, [("state", "!=", "sending")])):
            old = [("create_date", "<", now - age), *more]
            self.search(old, limit=CLEAN_BATCH, order="id").unlink()
