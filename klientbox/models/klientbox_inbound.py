import hashlib
import hmac
import logging
from datetime import timedelta

import psycopg2.errors
from odoo import api, fields, models

from ..lib import clock, gateway_format, phone
from ..lib.address import SMS
from ..lib.gateway_format import Reply
from ..tools.cursors import autocommit_cursor

_logger = logging.getLogger(__name__)

BATCH = 200
KEEP_WAITING = timedelta(hours=24)
KEEP_DONE = timedelta(days=30)
LAST_TRY = 5
# Words of gateways that say more than that a message did not arrive.
TELLING_WORDS = ("rejected", "expired")


class KlientboxInbound(models.Model):
    """What a gateway has posted, as it came. Answered at once, worked on by the job; a repetition re-opens its row."""

    _name = "klientbox.inbound"
    _description = "Gateway callback"
    _inherit = ["klientbox.owned"]
    _order = "id desc"
    _rec_name = "received_at"

    company_id = fields.Many2one(ondelete="cascade")
    gateway_id = fields.Many2one("klientbox.gateway", required=True, readonly=True, ondelete="cascade", index=True)
    received_at = fields.Datetime(required=True, readonly=True)
    body = fields.Text(readonly=True)
    is_form = fields.Boolean(readonly=True)
    digest = fields.Char(required=True, readonly=True)
    repeats = fields.Integer(readonly=True, default=0)
    tries = fields.Integer(readonly=True, default=0)
    state = fields.Selection(
        [
            ("new", "New"),
            ("done", "Done"),
            ("waiting", "Waiting for its message"),
            ("unmatched", "No such message"),
            ("unreadable", "Unreadable"),
        ],
        required=True,
        readonly=True,
        default="new",
    )

    _digest_unique = models.UniqueIndex("(gateway_id, digest)", "This callback is known.")
    _work_index = models.Index("(id) WHERE state IN ('new', 'waiting')")

    @api.model
    def _receive(self, gateway_id, token, body, is_form):
        """Store a callback, in a transaction of its own. Returns whether the gateway and its token were right."""
        with autocommit_cursor(self.env.registry) as cr:
            cr.execute(
                "SELECT callback_token, company_id FROM klientbox_gateway WHERE id = %s AND active IS TRUE",
                [gateway_id],
            )
            known, company_id = cr.fetchone() or ("", None)
            if not hmac.compare_digest(known.encode(), token.encode()) or not company_id:
                return False
            cr.execute(
                """
                INSERT INTO klientbox_inbound AS known (company_id, gateway_id, received_at, body, is_form, digest,
                                                        repeats, tries, state, create_date)
                VALUES (%(company)s, %(gateway)s, %(now)s, %(body)s, %(form)s, %(digest)s, 0, 0, 'new', %(now)s)
                ON CONFLICT (gateway_id, digest) DO UPDATE
                   SET repeats = known.repeats + 1, state = 'new', tries = 0, received_at = excluded.received_at
                """,
                {
                    "company": company_id,
                    "gateway": gateway_id,
                    "now": clock.now(),
                    "body": body,
                    "form": is_form,
                    "digest": hashlib.sha256(body.encode()).hexdigest(),
                },
            )
        return True

    @api.model
    def _wake_job(self):
        """Let the job look at once; one trigger is enough for any number of callbacks."""
        # A gateway is nobody: it may wake the job, and nothing else.
        job_sudo = self.env.ref("klientbox.cron_post").sudo()
        waiting = [("cron_id", "=", job_sudo.id), ("call_at", "<=", fields.Datetime.now())]
        if job_sudo.env["ir.cron.trigger"].search_count(waiting, limit=1):
            # Whoever was woken for it may be dead.
            self.env.cr.postcommit.add(job_sudo._notifydb)
        else:
            job_sudo._trigger()

    @api.model
    def _work(self, box, states=("new",)):
        """Work on what came in; each row in a transaction of its own. Returns how many rows were settled."""
        rows = self.search([("state", "in", states)], order="id", limit=BATCH)
        settled = 0
        for row in rows:
            try:
                # Another job may be at it, or done with it.
                if not row.try_lock_for_update() or row.state not in states:
                    continue
                row._settle(box)
                self.env["ir.cron"]._commit_progress()
                settled += row.state not in ("new", "waiting")
            except psycopg2.errors.SerializationFailure:
                # Somebody writes the same client: next time.
                self.env.cr.rollback()
                self.env.invalidate_all()
            except Exception:
                self.env.cr.rollback()
                self.env.invalidate_all()
                _logger.exception("The callback %s could not be worked on.", row.id)
                row.tries += 1
                if row.tries >= LAST_TRY:
                    row.state = "unreadable"
                self.env["ir.cron"]._commit_progress()
        return settled

    def _settle(self, box):
        self.ensure_one()
        try:
            events = self.gateway_id._callback_format().events_of(self.body, self.is_form)
        except gateway_format.InvalidFormat:
            self.state = "unreadable"
            return
        missing = [event for event in events if not self._settle_event(box, event)]
        if not missing:
            state = "done"
        elif self.received_at < clock.now() - KEEP_WAITING:
            state = "unmatched"
        else:
            # The report may have been quicker than the answer that names the gateway's number.
            state = "waiting"
        if self.state != state:
            self.state = state

    def _settle_event(self, box, event):
        """One report or answer; False when it speaks of a message that is not known (yet)."""
        if isinstance(event, Reply):
            self._take_reply(box, event)
            return True
        message_id = box.find(self.gateway_id.id, event.reference, event.provider_ref)
        if message_id and event.state:
            word = (event.reason or "").lower()
            box.report(message_id, event.state, word if word in TELLING_WORDS else "undelivered")
        return bool(message_id) or not event.state

    def _take_reply(self, box, reply):
        Message = self.env["klientbox.message"]
        try:
            number = phone.e164(reply.sender, self.company_id._klientbox_region())
        except phone.InvalidPhone:
            number = reply.sender
        answered = Message.browse(box.find_answered(self.gateway_id.id, number, reply.reference))
        self.env["klientbox.answer"]._receive(box, self.company_id, SMS, number, reply.text, answered, reply.event_id)

    @api.autovacuum
    def _gc_inbound(self):
        """Raw callbacks are not kept for ever: they hold phones."""
        old = [("received_at", "<", clock.now() - KEEP_DONE), ("state", "not in", ("new", "waiting"))]
        self.search(old, limit=10_000).unlink()
