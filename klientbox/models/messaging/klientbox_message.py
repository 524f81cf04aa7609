from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ...lib import clock
from ...lib.address import EMAIL, SMS
from ...lib.client_status import DUE, INACTIVE, LOST, WARNING
from ...lib.message import CANCELLED, DELIVERED, FAILED, HANDED_OVER, QUEUED, REPLIED, SENT, UNKNOWN
from ...lib.purpose import MARKETING, TRANSACTIONAL
from ...lib.reasons import CONNECTION_LOST, INTERRUPTED
from ...lib.replies import OTHER, REFUSAL, UNCLEAR, VISIT
from ...tools import heartbeat, outbox, undeliverable
from ..mixins.bulk_insert import insert
from ..mixins.reasons import sentence

# Users who compare unknown messages with the gateway, and decide on them.
DECIDING = "klientbox.group_manager"
MESSAGE_ID_DOMAIN = "klientbox.message"


class KlientboxMessage(models.Model):
    """An SMS or e-mail, kept as evidence; outgoing ones are the outbox at the same time.

    Its state is never written through the ORM: see tools/outbox.py.
    """

    _name = "klientbox.message"
    _description = "Message"
    _inherit = ["klientbox.owned", "klientbox.logged"]
    _order = "id desc"
    _check_company_auto = True
    _logged_column = "state"

    client_id = fields.Many2one("klientbox.client", readonly=True, ondelete="restrict", index=True, check_company=True)
    queued_for = fields.Integer(
        "Queued for client",
        readonly=True,
        help="The client at the time of queueing; a merge changes client_id, not this field.",
    )
    direction = fields.Selection([("out", "Outgoing"), ("in", "Incoming")], required=True, readonly=True, default="out")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, readonly=True)
    purpose = fields.Selection(
        [(MARKETING, "Commercial"), (TRANSACTIONAL, "About a visit or an order")],
        readonly=True,
        help="Commercial messages follow sending hours and limits, and are never sent to clients who have refused"
        " them.",
    )
    trigger = fields.Selection(
        [(WARNING, "Warning"), (INACTIVE, "Inactive"), (LOST, "Lost")],
        readonly=True,
        help="The status that made the client due, at that time.",
    )
    rule_id = fields.Many2one("klientbox.rule", readonly=True, ondelete="restrict", index="btree_not_null")
    step_id = fields.Many2one("klientbox.rule.step", readonly=True, ondelete="restrict", index="btree_not_null")
    step = fields.Integer("Number in the rule", readonly=True)
    absence_since = fields.Date("Absent since", readonly=True, help="The last visit before this absence.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("claimed", "About to be sent"),
            ("sending", "Being sent"),
            ("cancelled", "Cancelled"),
            ("unknown", "Unknown"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("delivered", "Delivered"),
            ("replied", "Replied"),
        ],
        required=True,
        readonly=True,
        default="queued",
        help="Unknown: the connection or the server failed during sending, and there has been no result since. The"
        " message is never sent again automatically.",
    )
    reason = fields.Char(readonly=True, help="Code of the reason why it was cancelled, failed or is unknown.")
    reason_text = fields.Char("Why", compute="_compute_reason_text")
    address = fields.Char(readonly=True, help="Phone or e-mail, until it is erased.")
    address_hash = fields.Char("Address hash", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Text("Text", readonly=True)
    parts = fields.Integer("SMS parts", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    part_price = fields.Float("Price of an SMS part", readonly=True, digits=(16, 4))
    cost = fields.Monetary(readonly=True)
    queued_day = fields.Date("Queued for day", readonly=True, help="The local day for which it was queued.")
    day = fields.Date(readonly=True, help="The local day of sending or, if that failed, of the attempt.")
    due_at = fields.Datetime(
        "Due",
        readonly=True,
        help="Earliest time of sending. For an unknown message, the time of the next status check.",
    )
    expires_at = fields.Datetime("Expires", readonly=True)
    tried_at = fields.Datetime("Last attempt", readonly=True)
    sent_at = fields.Datetime("Sent at", readonly=True)
    delivered_at = fields.Datetime("Delivered at", readonly=True)
    attempts = fields.Integer(readonly=True, default=0)
    # Who knows these numbers could reply in a client's name, or report for a gateway.
    reference = fields.Char(
        readonly=True, groups=DECIDING, help="Our number of the message, also known to the gateway."
    )
    provider_ref = fields.Char("Gateway's number", readonly=True, groups=DECIDING)
    gateway_id = fields.Many2one("klientbox.gateway", readonly=True, ondelete="restrict", index="btree_not_null")
    lane = fields.Char("Queue", readonly=True, help="Messages in different queues never wait for each other.")
    claim_token = fields.Char("Claim token", readonly=True, groups=NO_ACCESS)
    lease_until = fields.Datetime("Claimed until", readonly=True)
    sms_uuid = fields.Char("Odoo SMS id", readonly=True, help="Odoo's id of an SMS that was composed in Odoo.")
    odoo_state = fields.Char(
        "State in Odoo", readonly=True, help="The last state that was written to Odoo's own record of this SMS."
    )
    reply_to_id = fields.Many2one(
        "klientbox.message", "In reply to", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reply_class = fields.Selection(
        [(REFUSAL, "Refusal"), (VISIT, "About a visit"), (OTHER, "Other"), (UNCLEAR, "Unclear")],
        "Kind of reply",
        readonly=True,
        help="Based on the wording of the reply. An unclear reply waits for a decision; until then no commercial"
        " message is sent to its sender.",
    )
    needs_review = fields.Boolean("To be read", readonly=True)
    reviewed_by_id = fields.Many2one("res.users", "Read by", readonly=True, ondelete="set null")
    reviewed_at = fields.Datetime("Read at", readonly=True)
    reply_ids = fields.One2many("klientbox.message", "reply_to_id", "Replies received")

    _report_index = models.Index("(company_id, day, trigger, state) WHERE direction = 'out'")
    _reference_unique = models.UniqueIndex("(reference) WHERE reference IS NOT NULL", "This message is queued already.")
    _episode_unique = models.UniqueIndex(
        "(queued_for, rule_id, step, absence_since) WHERE rule_id IS NOT NULL",
        "This client was already contacted for this absence.",
    )
    _address_unique = models.UniqueIndex(
        "(company_id, channel, address_hash, trigger, step, absence_since) WHERE rule_id IS NOT NULL",
        "This address was already contacted for this absence.",
    )
    _claim_index = models.Index("(lane, due_at, id) WHERE state IN ('queued', 'unknown')")
    _lease_index = models.Index("(lease_until) WHERE state IN ('claimed', 'sending')")
    _address_index = models.Index("(company_id, address, id) WHERE address IS NOT NULL")
    _provider_ref_index = models.Index("(gateway_id, provider_ref) WHERE provider_ref IS NOT NULL")
    _odoo_state_index = models.Index("(id) WHERE sms_uuid IS NOT NULL AND odoo_state IS DISTINCT FROM state")
    _test_index = models.Index(f"(id) WHERE state = 'sent' AND starts_with(lane, '{outbox.TEST_LANE}')")
    _review_index = models.Index("(company_id, client_id) WHERE needs_review IS TRUE")
    _day_index = models.Index("(company_id, queued_day) WHERE purpose = 'marketing'")

    _rule_is_marketing = models.Constraint(
        "CHECK(rule_id IS NULL OR purpose = 'marketing')", "A rule's message must be commercial."
    )

    def init(self):
        """Create the functions of outbox, undeliverable addresses and heartbeat."""
        outbox.install(self.env.cr)
        undeliverable.install(self.env.cr)
        heartbeat.install(self.env.cr)
        return super().init()

    @api.depends("client_id", "channel", "day")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for message in self:
            message.display_name = f"{channels[message.channel]} · {message.client_id.name or message.address or ''}"

    @api.depends("reason")
    def _compute_reason_text(self):
        words = self._reason_labels()
        for message in self:
            message.reason_text = words.get(message.reason, message.reason)

    @api.model
    def _reason_labels(self):
        """{reason: text for users}."""
        refused = self.env._("The gateway refused it")
        return {
            **dict(self.env["klientbox.decision"]._fields["reason"]._description_selection(self.env)),
            "timeout": self.env._("The gateway did not answer in time"),
            "connection_lost": sentence(self.env, CONNECTION_LOST, end=""),
            "unreachable": self.env._("The gateway could not be reached"),
            "interrupted": sentence(self.env, INTERRUPTED, end=""),
            "unreadable_answer": self.env._("The gateway's response could not be read"),
            "not_received": self.env._("The gateway did not receive it"),
            "refused": refused,
            "rejected": refused,
            "undelivered": self.env._("The gateway could not deliver it"),
            "invalid_number": self.env._("The number is not valid"),
            "unknown_subscriber": self.env._("The number is not in use"),
            "landline": self.env._("The number is a landline, or its network can't be reached"),
            "unknown_recipient": self.env._("The mail server does not know this address"),
            "unsubscribed": self.env._("The recipient has refused messages at the provider"),
            "invalid_address": self.env._("The address is not valid"),
            "bounced": self.env._("The e-mail was returned"),
            "not_buildable": self.env._("The message could not be composed"),
            "no_sender": self.env._("The company has no e-mail address"),
        }

    # -- actions of users -------------------------------------------------------

    def action_cancel(self):
        """Cancel messages that have not been sent."""
        self._settle_by_hand({QUEUED}, CANCELLED, "by_hand")

    def action_mark_sent(self):
        """Mark unknown messages as sent: confirmed at the gateway."""
        self._settle_by_hand({UNKNOWN}, SENT)

    def action_mark_failed(self):
        """Mark unknown messages as failed: their result will stay unknown."""
        self._settle_by_hand({UNKNOWN}, FAILED, "by_hand")

    def action_send_again(self):
        """Send unknown messages again: confirmed at the gateway that they did not arrive there."""
        self._settle_by_hand({UNKNOWN}, QUEUED, "not_received")
        self.env.ref("klientbox.cron_messages")._trigger()

    def action_confirm_refusal(self):
        """Mark unclear replies as refusals. Recorded in the clients' own words."""
        for reply in self._review():
            # The sender of an e-mail may be anyone: the refusal is for the address that we wrote to.
            address = (reply.channel == EMAIL and reply.reply_to_id.address) or reply.address
            self._record_refusal(reply.company_id, reply.channel, address, reply.client_id, reply.body)

    def action_confirm_no_refusal(self):
        """Mark unclear replies as no refusals; messages continue."""
        self._review()

    def _review(self):
        """Mark unclear replies as read by this user; returns those that were still unread. Two users can't both
        decide."""
        if not self.env.user.has_group("klientbox.group_receptionist"):
            raise AccessError(self.env._("Only the salon's staff can handle replies."))
        self.check_access("read")
        self.flush_recordset(["needs_review"])
        self._wake_log_readers()
        self.env.cr.execute(
            """
            UPDATE klientbox_message SET needs_review = false, reviewed_by_id = %s, reviewed_at = %s
             WHERE id = ANY(%s) AND needs_review IS TRUE
            RETURNING id
            """,
            [self.env.uid, clock.now(), self.ids],
        )
        waited = self.browse(message_id for [message_id] in self.env.cr.fetchall())
        self.invalidate_recordset()
        if not waited:
            raise UserError(self.env._("This is only possible for replies that wait to be read."))
        return waited

    def _settle_by_hand(self, states, state, reason=None):
        if not self.env.user.has_group("klientbox.group_manager"):
            raise AccessError(self.env._("Only KlientBox managers can decide the result of messages."))
        self.check_access("read")
        self._wake_log_readers()
        # Compared in the statement: messages that have changed state meanwhile stay as they are.
        self.env.cr.execute(
            """
            UPDATE klientbox_message
               SET state = %(state)s, reason = %(reason)s, claim_token = NULL, lease_until = NULL,
                   due_at = CASE WHEN %(state)s = 'queued' THEN %(now)s::timestamp ELSE due_at END
             WHERE id = ANY(%(ids)s) AND direction = 'out' AND state = ANY(%(states)s)
            RETURNING id
            """,
            {"ids": self.ids, "state": state, "reason": reason, "states": list(states), "now": clock.now()},
        )
        settled = self.env.cr.fetchall()
        self.invalidate_recordset()
        if not settled:
            labels = dict(self._fields["state"]._description_selection(self.env))
            names = ", ".join(labels[state] for state in states)
            raise UserError(self.env._("This is only possible for messages in the state %(states)s.", states=names))

    def _cancel_waiting(self, company, reason):
        """Cancel the queued messages of a company."""
        self._cancel_where(SQL("company_id = %s", company.id), reason)

    def _cancel_of_gateways(self, gateways, reason):
        """Cancel the messages queued for these gateways; those of test data are simulated and stay. Nothing looks up
        unknown ones any more: a user decides."""
        lanes = SQL("lane = ANY(%s)", [self._gateway_lane(gateway) for gateway in gateways])
        self._cancel_where(lanes, reason)
        self.env.cr.execute(SQL("UPDATE klientbox_message SET due_at = NULL WHERE state = 'unknown' AND %s", lanes))

    def _cancel_where(self, condition, reason):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_message SET state = 'cancelled', reason = %s, claim_token = NULL, lease_until = NULL
                 WHERE state IN ('queued', 'claimed') AND %s
                """,
                reason,
                condition,
            )
        )
        self.invalidate_model()

    # -- queueing ---------------------------------------------------------------

    @api.model
    def _insert(self, rows):
        """Insert outgoing messages (see bulk_insert); returns the references of those that no unique index refused."""
        if not rows:
            return []
        self._wake_log_readers()
        return insert(self, rows, SQL("ON CONFLICT DO NOTHING"), returning="reference")

    @api.model
    def _prepare_row(self, settings, channel, address, reference, gateway):
        """The columns of an outgoing message that follow from its company, channel and address; `gateway` is the
        company's for SMS."""
        gateway = gateway if channel == SMS else gateway.browse()
        return {
            "company_id": settings.company_id.id,
            "direction": "out",
            "channel": channel,
            "state": QUEUED,
            "address": address,
            "reference": reference,
            "gateway_id": gateway.id or None,
            "part_price": gateway.part_price or None,
            "lane": self._lane(settings.company_id, channel, gateway),
        }

    @api.model
    def _track(self, rows, inserted):
        """Register SMS, inserted rows by their references, for the reports of Odoo's own provider."""
        texted = {row["reference"] for row in rows if row["channel"] == SMS and not row["gateway_id"]}
        self.env["sms.tracker"].create([{"sms_uuid": reference} for reference in inserted if reference in texted])

    @api.model
    def _lane(self, company, channel, gateway):
        """The sender of a company's messages: a gateway of ours, Odoo's SMS provider, or Odoo's mail; test data's are
        simulated."""
        if company._klientbox_settings().test_of_id:
            return f"{outbox.TEST_LANE}{company.id}"
        if channel == EMAIL:
            return f"mail:{company.id}"
        return self._gateway_lane(gateway) if gateway else f"odoo:{company.id}"

    @api.model
    def _gateway_lane(self, gateway):
        return f"gateway:{gateway.id}"

    @api.model
    def _message_id(self, reference):
        """The Message-ID of an e-mail, which identifies replies and bounces."""
        return f"<{reference}@{MESSAGE_ID_DOMAIN}>"

    @api.model
    def _client_of(self, company, number):
        return self.env["klientbox.client"].search([("company_id", "=", company.id), ("phone", "=", number)], limit=1)

    # -- reports ----------------------------------------------------------------

    def _count_handed_over(self, company, date_from, date_to):
        """How many outgoing messages were sent on these local days, both included."""
        return self.search_count(self._get_handed_over_domain(company, date_from, date_to))

    def _reactivation_results(self, company, date_from, date_to):
        """{trigger: {"sent", "delivered", "replied", "failed"}} for these local days, both included.

        Delivered includes replied: a reply proves delivery. An e-mail counts as delivered when the server accepted it
        and it did not bounce: there are no further reports.
        """
        domain = self._get_handed_over_domain(company, date_from, date_to) & fields.Domain("trigger", "in", DUE)
        results = {trigger: dict.fromkeys(("sent", "delivered", "replied", "failed"), 0) for trigger in DUE}
        for trigger, channel, state, count in self._read_group(domain, ["trigger", "channel", "state"], ["__count"]):
            result = results[trigger]
            result["sent"] += count
            if state in (DELIVERED, REPLIED) or (state == SENT and channel == EMAIL):
                result["delivered"] += count
            if state in (REPLIED, FAILED):
                result[state] += count
        return results

    @api.model
    def _get_days_domain(self, first, last):
        """Messages sent, tried or received on these local days, both included; queued ones by the day for which they
        were queued. None means no limit."""
        domain = fields.Domain.TRUE
        for operator, day in ((">=", first), ("<=", last)):
            if day:
                waiting = fields.Domain("day", "=", False) & fields.Domain("queued_day", operator, day)
                domain &= fields.Domain("day", operator, day) | waiting
        return domain

    def _get_handed_over_domain(self, company, date_from, date_to):
        return fields.Domain(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "out"),
                ("state", "in", HANDED_OVER),
                ("day", ">=", date_from),
                ("day", "<=", date_to),
            ]
        )
