import uuid
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ...exceptions import FieldError
from ...lib import clock, placeholders, sms_parts, text
from ...lib.address import EMAIL, SMS
from ...lib.purpose import MARKETING, TRANSACTIONAL
from ..clients.klientbox_client import ADDRESS_FIELDS
from . import sending_rules
from .klientbox_rule import LONGEST_SMS
from .message_limits import VALID_HOURS

# Placeholders for clients with visits.
OF_LAST_VISIT = ("last_visit", "days")


class KlientboxClient(models.Model):
    """A message from a user to one client by the button Write: permission, time, texts and price.

    A purpose is MARKETING (an offer) or TRANSACTIONAL (about a visit or an order).
    """

    _inherit = "klientbox.client"

    # -- permission ---------------------------------------------------------------

    def _writing_objection(self, channel, purpose):
        """Why such a message can't be sent to a client, as text; False where it can."""
        return (
            self._writing_objection_to_record()
            or self._writing_objection_to_channel(channel)
            or (purpose == MARKETING and self._writing_objection_to_offer(channel))
        )

    def _writing_objection_to_record(self):
        """Why nothing can be sent to a client, or False."""
        if self.erased_at:
            return self._erased_text()
        if not self.active:
            return self.env._("The client is archived. Restore the client first.")
        return False

    def _writing_objection_to_channel(self, channel):
        """Why nothing can be sent to a client by a channel, or False."""
        if self[ADDRESS_FIELDS[channel]]:
            return channel == SMS and self.company_id._klientbox_settings()._why_no_sms()
        return self.env._("The client has no phone.") if channel == SMS else self.env._("The client has no e-mail.")

    def _writing_objection_to_offer(self, channel):
        """Why no offer can be sent to a client by a channel, or False; messages about a visit may still be possible."""
        address = self._writing_address(channel)
        if self._refused_by(channel):
            return (
                self.env._("The client has refused SMS.")
                if channel == SMS
                else self.env._("The client has refused e-mails.")
            )
        if obstacle := self._writing_obstacle(channel):
            return obstacle
        if self._is_blacklisted_in_odoo(channel, address):
            return self.env._("The address is on Odoo's blacklist.")
        if self._has_unclear_reply(address):
            return self._unclear_reply_text()
        settings = self.company_id._klientbox_settings()
        # Limits count messages of every branch.
        settings_sudo = settings.sudo()
        day = settings._local_day(settings_sudo._next_due(clock.now()))
        last = settings_sudo._last_contact_day(channel, address, day, self)
        if last:
            return self.env._(
                "The last offer was sent on %(last)s. The next one can be sent from %(next)s.",
                last=format_date(self.env, last),
                next=format_date(self.env, last + timedelta(days=settings.days_between)),
            )
        return False

    def _writing_obstacle(self, channel):
        """Why nothing arrives at the client's address, as text, or False: a landline, or an undeliverable address."""
        return self.sms_obstacle if channel == SMS else self.email_obstacle

    def _writing_address(self, channel):
        """The normalised address that a message goes to; False where there is none."""
        address = self[ADDRESS_FIELDS[channel]]
        return address.lower() if address and channel == EMAIL else address

    @api.model
    def _is_blacklisted_in_odoo(self, channel, address):
        model, field = {SMS: ("phone.blacklist", "number"), EMAIL: ("mail.blacklist", "email")}[channel]
        # Odoo shows its lists to few users; every sender needs to know about one address.
        return bool(self.env[model].sudo().search_count([(field, "=", address)], limit=1))

    def _has_unclear_reply(self, address):
        """Whether a reply of the client, or from this address, is unread."""
        theirs = Domain("client_id", "=", self.id) | Domain("address", "=", address)
        return bool(sending_rules.unread_replies(self.env, self.company_id, theirs))

    @api.model
    def _unclear_reply_text(self):
        return self.env._("A reply from the client is waiting to be read in Messages. It may be a refusal.")

    def _writing_warning(self, channel, purpose):
        """A remark before a message that may be sent, or False."""
        if purpose == MARKETING or self._writing_objection(channel, purpose):
            return False
        if self._refused_by(channel):
            return sending_rules.refusal_warning(self.env, channel, [self.name])
        if self._has_unclear_reply(self._writing_address(channel)):
            return self._unclear_reply_text()
        return self._writing_obstacle(channel)

    # -- time ---------------------------------------------------------------------

    def _writing_schedule(self, purpose):
        """(due, expires) of a message that is queued now: an offer respects sending hours and the day's limit."""
        now = clock.now()
        if purpose != MARKETING:
            return now, None
        settings = self.company_id._klientbox_settings()
        # As above.
        due_at = settings.sudo()._next_due(now)
        return due_at, due_at + timedelta(hours=VALID_HOURS)

    def _writing_time(self, purpose):
        """When a message will be sent, as text."""
        settings, now = self.company_id._klientbox_settings(), clock.now()
        due_at, _expires = self._writing_schedule(purpose)
        wall = clock.local(due_at, settings.timezone)
        if due_at > now:
            return self.env._(
                "Will be sent on %(day)s at %(time)s: offers follow sending hours and the daily limit.",
                day=format_date(self.env, wall.date()),
                time=f"{wall:%H:%M}",
            )
        if not settings._sending_hours().are_open(now):
            return self.env._("Will be sent at once, although it is %(time)s.", time=f"{wall:%H:%M}")
        return self.env._("Will be sent at once.")

    # -- texts --------------------------------------------------------------------

    def _writing_render(self, channel, purpose, subject, body):
        """(subject, text) as they arrive, in the client's language."""
        settings = self.company_id._klientbox_settings()
        step = self.env["klientbox.rule.step"].with_context(lang=self.lang or settings.lang)
        values = step._values_of(self, settings._today())
        subject = text.one_line(placeholders.fill(subject or "", values)) if channel == EMAIL else None
        filled = placeholders.fill(self._with_stop(channel, purpose, (body or "").strip()), values)
        return subject, step._as_sent(channel, filled, settings)

    @api.model
    def _with_stop(self, channel, purpose, body):
        """Add the way to refuse to an offer, also where its author has forgotten it."""
        if purpose != MARKETING or not body or "{stop}" in body:
            return body
        return f"{body}\n\n{{stop}}" if channel == EMAIL else f"{body} {{stop}}"

    def _writing_problems(self, channel, purpose, subject, body):
        """[(field, code, message)]: why these texts can't be sent."""
        problems, steps = [], self.env["klientbox.rule.step"]
        texts = {"subject": subject or "", "body": body or ""} if channel == EMAIL else {"body": body or ""}
        for name, template in texts.items():
            if not template.strip():
                no_text = ("body", "required", self.env._("Write the text."))
                problems.append(no_text if name == "body" else steps._no_subject())
            problems += steps._wrong_placeholders(name, template)
            if name == "subject":
                problems += steps._long_subject(template)
            if not self.last_visit_date and any(f"{{{known}}}" in template for known in OF_LAST_VISIT):
                message = self.env._("The client has no visit yet. Remove {last_visit} and {days}.")
                problems.append((name, "no_visit", message))
        if purpose == MARKETING and body and not self._names_company(body):
            message = self.env._("An offer must name your company. Insert {salon} in the text.")
            problems.append(("body", "placeholder_missing", message))
        _subject, arrives = self._writing_render(channel, purpose, subject, body)
        if channel == SMS and len(arrives) > LONGEST_SMS:
            problems.append(steps._too_long())
        return problems

    def _names_company(self, body):
        return "{salon}" in body or text.fold(self.company_id.name) in text.fold(body)

    # -- price --------------------------------------------------------------------

    def _writing_price(self, parts):
        """The price of a number of SMS parts, as text; or that it is unknown."""
        # A receptionist can't read gateways; the price of an SMS is no secret.
        gateway_sudo = self.company_id._klientbox_settings()._sms_gateway().sudo()
        if not gateway_sudo.part_price:
            return self.env._("price not known")
        return format_amount(self.env, parts * gateway_sudo.part_price, self.company_id.currency_id)

    # -- sending ------------------------------------------------------------------

    def _writing_reference(self, attempt):
        """The message's number: the same for each try of one dialog of this user, whatever `attempt` they send.

        The salt keeps it unknown to this user: a reply by e-mail is recognised by it.
        """
        salt = self.env["klientbox.consent.event"]._salt()
        return uuid.uuid5(uuid.NAMESPACE_OID, f"klientbox.writing {salt} {self.env.uid} {self.id} {attempt}").hex

    def _queue_writing(self, channel, purpose, subject, body, attempt):
        """Queue a message; returns it. A second call with the same `attempt` changes nothing.

        The caller checks the rights to write to the client. Raises FieldError where the message can't be sent.
        """
        settings = self.company_id._klientbox_settings()
        reference = self._writing_reference(attempt)
        # Only the engine may write messages, and limits count those of every branch.
        messages_sudo = self.env["klientbox.message"].sudo()
        if purpose == MARKETING:
            settings._lock_limits()
        if known_sudo := messages_sudo.search([("reference", "=", reference)]):
            return known_sudo.sudo(self.env.su)
        self._refuse_writing(channel, purpose, subject, body)
        rows = [self._prepare_writing_row(channel, purpose, subject, body, reference)]
        messages_sudo._track(rows, messages_sudo._insert(rows))
        message = messages_sudo.search([("reference", "=", reference)]).sudo(self.env.su)
        self.env.ref("klientbox.cron_messages")._trigger(at=rows[0]["due_at"])
        return message

    def _refuse_writing(self, channel, purpose, subject, body):
        """Raise FieldError where a message can't be sent, or not with these texts."""
        if purpose not in (MARKETING, TRANSACTIONAL):
            raise FieldError(("purpose", "required", self._no_purpose_text()))
        if objection := self._writing_objection(channel, purpose):
            raise FieldError((ADDRESS_FIELDS[channel], "not_writable", objection))
        if problems := self._writing_problems(channel, purpose, subject, body):
            raise FieldError(*problems)

    @api.model
    def _no_purpose_text(self):
        return self.env._("Choose the purpose.")

    def _prepare_writing_row(self, channel, purpose, subject, body, reference):
        settings = self.company_id._klientbox_settings()
        # A receptionist sends by a gateway without access to it.
        gateway_sudo = settings._sms_gateway().sudo()
        address = self._writing_address(channel)
        subject, body = self._writing_render(channel, purpose, subject, body)
        due_at, expires_at = self._writing_schedule(purpose)
        return {
            **self.env["klientbox.message"]._prepare_row(settings, channel, address, reference, gateway_sudo),
            "client_id": self.id,
            "queued_for": self.id,
            "purpose": purpose,
            "queued_day": settings._local_day(due_at),
            "address_hash": self.env["klientbox.consent.event"]._hash(channel, address),
            "subject": subject,
            "body": body,
            "parts": sms_parts.count(body) if channel == SMS else None,
            "due_at": due_at,
            "expires_at": expires_at,
        }
