import hashlib
import hmac
import logging
import time
from datetime import timedelta
from typing import NamedTuple

import psycopg2.errors
from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL
from psycopg2.extras import Json

from ...lib import clock, phone
from ...lib.address import SMS
from ...lib.callback import InvalidFormat, Reply
from ...lib.failure_reasons import EXPIRED, PERMANENT, REJECTED, UNDELIVERED, UNSUBSCRIBED
from ...lib.replies import refuses
from ...tools.cursors import autocommit_cursor
from ...tools.provider import GatewayProvider
from ..mixins.bulk_insert import insert

_logger = logging.getLogger(__name__)

# Rows of one call, and its seconds: the job has other work. A turn of one company is shorter: a STOP of another waits.
BATCH, SECONDS, TURN = 200, 5, 0.2
KEEP_WAITING = timedelta(hours=24)
KEEP_DONE = timedelta(days=30)
LAST_TRY = 5
# Results of one event. After a race it is always tried again; an unreadable one is left to people.
SETTLED, MISSING, RACED, FAILED, UNREADABLE = "settled", "missing", "raced", "failed", "unreadable"
# Error names of gateways that mean more than that a message did not arrive.
KNOWN_REASONS = (REJECTED, EXPIRED, UNSUBSCRIBED, *PERMANENT)
# A repetition opens its row again.
REPEATED = SQL(
    """
    ON CONFLICT (gateway_id, digest) DO UPDATE
       SET repeats = klientbox_inbound.repeats + 1, state = 'new', tries = 0, settled = NULL, is_expecting = NULL,
           received_at = excluded.received_at
    """
)
# The whole text of a callback, in SQL.
CALLBACK_TEXT = SQL("concat_ws(' ', query, body)")


class _UnknownSenderError(Exception):
    """A refusal without a phone: no number can be opted out until a person looks at it."""


class CallbackGateway(NamedTuple):
    """The gateway that the token of a callback identifies, and its provider."""

    gateway_id: int
    company_id: int
    provider: GatewayProvider


class KlientboxInbound(models.Model):
    """A gateway's callback, stored as it came. Answered at once, processed by the job; a repetition opens its row
    again."""

    _name = "klientbox.inbound"
    _description = "Gateway callback"
    _inherit = ["klientbox.owned"]
    _order = "id desc"
    _rec_name = "received_at"

    company_id = fields.Many2one(ondelete="cascade")
    gateway_id = fields.Many2one("klientbox.gateway", required=True, readonly=True, ondelete="cascade", index=True)
    received_at = fields.Datetime("Received at", required=True, readonly=True)
    headers = fields.Json(readonly=True, help="HTTP headers of the callback, without credentials.")
    query = fields.Text("Query parameters", readonly=True)
    body = fields.Text(readonly=True)
    digest = fields.Char(required=True, readonly=True)
    repeats = fields.Integer(readonly=True, default=0)
    tries = fields.Integer(readonly=True, default=0)
    settled = fields.Json(readonly=True, help="Digests of its events that are already processed.")
    is_expecting = fields.Boolean(
        "Expects a message", readonly=True, help="One of its reports is about a message that is not known yet."
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("done", "Done"),
            ("waiting", "Waiting for its message"),
            ("unmatched", "No matching message"),
            ("unreadable", "Unreadable"),
        ],
        required=True,
        readonly=True,
        default="new",
    )

    _digest_unique = models.UniqueIndex("(gateway_id, digest)", "This callback is already stored.")
    _work_index = models.Index("(id) WHERE state IN ('new', 'waiting') OR is_expecting")

    @api.model
    def _find_gateway(self, gateway_id, token):
        """The CallbackGateway of a callback's address, or None where gateway or token is wrong. After a change both
        tokens are valid for a while.

        Also of an archived gateway or company: a STOP may still reply to messages that they have sent.
        """
        with autocommit_cursor(self.env.registry) as cr:
            cr.execute(
                """
                SELECT company_id, callback_token,
                       CASE WHEN previous_callback_until > %s THEN previous_callback_token END
                  FROM klientbox_gateway WHERE id = %s
                """,
                [clock.now(), gateway_id],
            )
            company_id, present, previous = cr.fetchone() or (None, "", None)
            presented = token.encode()
            is_right = [hmac.compare_digest(known.encode(), presented) for known in (present, previous or "") if known]
            if not any(is_right):
                return None
            gateway = api.Environment(cr, SUPERUSER_ID, {})["klientbox.gateway"].browse(gateway_id)
            return CallbackGateway(gateway_id, company_id, gateway._provider())

    @api.model
    def _receive(self, gateway, headers, query, body):
        """Store a callback, in a transaction of its own. What its query and its body say makes it a repetition."""
        row = {
            "company_id": gateway.company_id,
            "gateway_id": gateway.gateway_id,
            "received_at": clock.now(),
            "headers": Json(headers),
            "query": query or None,
            "body": body,
            "digest": hashlib.sha256(f"{query}\n{body}".encode()).hexdigest(),
        }
        with autocommit_cursor(self.env.registry) as cr:
            insert(api.Environment(cr, SUPERUSER_ID, {})[self._name], [row], REPEATED)

    @api.model
    def _wake_job(self):
        """Start the job at once; one trigger is enough for any number of callbacks."""
        # A gateway has no user: it may start the job, and nothing else.
        job_sudo = self.env.ref("klientbox.cron_messages").sudo()
        waiting = [("cron_id", "=", job_sudo.id), ("call_at", "<=", fields.Datetime.now())]
        if job_sudo.env["ir.cron.trigger"].search_count(waiting, limit=1):
            # The job that was started for it may have died.
            self.env.cr.postcommit.add(job_sudo._notifydb)
        else:
            job_sudo._trigger()

    @api.model
    def _work(self, outbox, states=("new",)):
        """Process callbacks; each event in a transaction of its own. Returns how many rows were finished.

        Companies take turns, each with its oldest callback: a large one of a company delays no STOP of another.
        """
        deadline = time.monotonic() + SECONDS
        finished, begun = 0, self.browse()
        working = {}
        while time.monotonic() < deadline:
            for row in self._next_rows(states, begun, working)[: BATCH - len(begun)]:
                begun += row
                working[row.company_id.id] = row._turns(outbox, states)
            if not working:
                break
            for company_id, turns in list(working.items()):
                is_finished = next(turns)
                if is_finished is not None:
                    del working[company_id]
                    finished += is_finished
        return finished

    @api.model
    def _next_rows(self, states, begun, working):
        """The oldest callback of each company that is not in `working`; those that have begun are left out.

        Callbacks that were tried before come last: one of them may end the process again.
        """
        left = (
            self._get_work_domain(states)
            & fields.Domain("id", "not in", begun.ids)
            & fields.Domain("company_id", "not in", list(working))
        )
        fresh = self._oldest(left & fields.Domain("tries", "=", 0))
        return fresh if fresh or working else self._oldest(left)

    @api.model
    def _oldest(self, domain):
        """The oldest callback of each company among some."""
        oldest = self._read_group(domain, ["company_id"], ["id:min"])
        return self.browse(sorted(row_id for _company, row_id in oldest))

    @api.model
    def _get_work_domain(self, states):
        domain = fields.Domain("state", "in", states)
        return domain | fields.Domain("is_expecting", "=", True) if "waiting" in states else domain

    @api.model
    def _is_behind(self):
        """Whether there are unprocessed callbacks."""
        return bool(self.search_count([("state", "=", "new"), ("tries", "=", 0)], limit=1))

    def _turns(self, outbox, states):
        """Process one callback. Yields None at the end of a turn, and last whether it is finished; its errors don't
        affect the others."""
        try:
            yield (yield from self._work_on(outbox, states))
        except psycopg2.errors.SerializationFailure:
            self._roll_back()
        except Exception:
            self._roll_back()
            _logger.exception("The callback %s could not be worked on.", self.id)
            if self.tries >= LAST_TRY:
                self.state = "unreadable"
                self.gateway_id._open_alarm()
            self.env["ir.cron"]._commit_progress()
        yield False

    def _work_on(self, outbox, states):
        """Finish the remaining events of one callback. Yields at the end of a turn; returns whether none is left.

        A failed event does not block the others, and a finished one is not repeated when the rest is tried again.
        """
        self.ensure_one()
        repeats = self.repeats
        # Another job may be processing it, or have finished it.
        if not self._lock(repeats) or not self.filtered_domain(self._get_work_domain(states)):
            return False
        if self.tries >= LAST_TRY:
            # Its work has never ended: the process was killed for its time or its memory.
            return self._end("unreadable")
        self._count_try(1, repeats)
        if not self._lock(repeats):
            return False
        try:
            provider = self.gateway_id._provider()
            callback = provider.read_callback(self.headers or {}, self.query or "", self.body or "")
        except InvalidFormat:
            return self._end("unreadable")
        outcomes = yield from self._attempt_all(outbox, callback.events, repeats)
        if not self._lock(repeats):
            return False
        if RACED in outcomes:
            # Someone writes the same client, or the gateway repeats itself: next time.
            self._count_try(-1, repeats)
            return False
        if FAILED in outcomes and self.tries < LAST_TRY:
            self.env["ir.cron"]._commit_progress()
            return False
        # A report may arrive before the answer with the gateway's number of the message.
        is_expecting = MISSING in outcomes and self.received_at >= clock.now() - KEEP_WAITING
        if {FAILED, UNREADABLE} & set(outcomes) or not callback.is_whole:
            return self._end("unreadable", is_expecting)
        if is_expecting:
            self._end("waiting", is_expecting)
            return False
        return self._end("unmatched" if MISSING in outcomes else "done")

    def _attempt_all(self, outbox, events, repeats):
        """Attempt all events; returns their results. Yields at the end of a turn, when all of it is committed."""
        outcomes = set()
        turn_ends = time.monotonic() + TURN
        for event in events:
            outcomes.add(self._attempt(outbox, event, repeats, len(events) == 1))
            if time.monotonic() >= turn_ends:
                # The call may end here; then this was no failed try.
                self._count_try(-1, repeats)
                yield None
                self._count_try(1, repeats)
                turn_ends = time.monotonic() + TURN
        return outcomes

    def _count_try(self, change, repeats):
        """Count a try before it, so that one that ends with the process is counted, too; or take it back."""
        if self._lock(repeats):
            self.tries = max(self.tries + change, 0)
        self.env["ir.cron"]._commit_progress()

    def _lock(self, repeats):
        """Whether the row is locked by us, and unchanged: a repetition starts anew."""
        self.flush_recordset()
        self.invalidate_recordset()
        return bool(self.try_lock_for_update()) and self.repeats == repeats

    def _attempt(self, outbox, event, repeats, is_alone):
        """Process one event, unless it is finished; returns the result."""
        key = hashlib.sha256(repr(event).encode()).hexdigest()[:16]
        try:
            if not self._lock(repeats):
                return RACED
            if key in (self.settled or []):
                return SETTLED
            if not self._settle_event(outbox, event):
                return MISSING
            if not is_alone:
                self.settled = [*(self.settled or []), key]
                if isinstance(event, Reply):
                    # Reports may be repeated; replies are recorded once.
                    self.env["ir.cron"]._commit_progress()
        except psycopg2.errors.SerializationFailure:
            self._roll_back()
            return RACED
        except _UnknownSenderError:
            return UNREADABLE
        except Exception:
            self._roll_back()
            _logger.exception("An event of the callback %s could not be settled.", self.id)
            return FAILED
        return SETTLED

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.invalidate_all()

    def _end(self, state, is_expecting=False):
        """Write the new state of the row. The reports that an expecting one waits for are tried again."""
        if state == "unreadable" != self.state:
            self.gateway_id._raise_alarm()
        self.write({"state": state, "is_expecting": is_expecting, "tries": 0})
        self.env["ir.cron"]._commit_progress()
        return True

    def action_read_again(self):
        """Read unreadable callbacks again: the gateway's formats were corrected."""
        self._read_again()

    def _read_again(self):
        self.gateway_id.check_access("write")
        # Only the engine may write callbacks.
        unread_sudo = self.sudo().filtered(lambda callback: callback.state in ("unreadable", "unmatched"))
        unread_sudo.write({"state": "new", "tries": 0, "is_expecting": False})
        self._wake_job()

    def _settle_event(self, outbox, event):
        """Process one report or reply; False when it is about a message that is not known (yet)."""
        if isinstance(event, Reply):
            self._take_reply(outbox, event)
            return True
        message_id = outbox.find(self.gateway_id.id, event.reference, event.provider_ref)
        if message_id and event.state:
            reason = (event.reason or "").lower()
            outbox.report(message_id, event.state, reason if reason in KNOWN_REASONS else UNDELIVERED)
            if reason == UNSUBSCRIBED:
                # Also of a message that had failed before: its state would not show it.
                self._take_refusal(message_id)
        return bool(message_id) or not event.state

    def _take_refusal(self, message_id):
        """The provider has reported that the recipient of a message refuses them."""
        message = self.env["klientbox.message"].browse(message_id)
        if message.address:
            self.env["klientbox.message"]._record_provider_refusal(
                message.company_id, message.channel, message.address, message.client_id
            )

    def _take_reply(self, outbox, reply):
        message, number = self._replied_to(outbox, reply)
        if number is None and refuses(reply.text):
            raise _UnknownSenderError
        self.env["klientbox.message"]._receive_reply(
            outbox, self.company_id, SMS, number or reply.sender, reply.text, message, reply.event_id
        )

    def _replied_to(self, outbox, reply):
        """(the message that a reply belongs to, the phone that it is from): among the readings of the gateway's
        spelling, a number that we know, else the likeliest; without any, that of the message, or None."""
        Message = self.env["klientbox.message"]
        numbers = phone.readings(reply.sender, self.company_id._klientbox_region())
        for number in numbers:
            message = Message.browse(outbox.find_replied_to(self.gateway_id.id, number, reply.reference))
            is_known = self.env["klientbox.client"]._person_with_phone(self.company_id, number)
            if message.address == number or is_known:
                return message, number
        likeliest = numbers[0] if numbers else None
        message = Message.browse(outbox.find_replied_to(self.gateway_id.id, likeliest, reply.reference))
        return message, likeliest or message.address or None

    @api.autovacuum
    def _gc_inbound(self):
        """Raw callbacks are deleted after a while: they contain phones."""
        old = [("received_at", "<", clock.now() - KEEP_DONE), ("state", "not in", ("new", "waiting"))]
        self.search(old, limit=10_000).unlink()
