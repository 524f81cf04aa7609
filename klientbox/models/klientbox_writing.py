import uuid
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..exceptions import FieldError
from ..lib import clock, placeholders, sms_parts, text
from ..lib.address import EMAIL, SMS
from ..lib.purpose import MARKETING, TRANSACTIONAL
from .klientbox_client import ADDRESS_FIELDS
from .klientbox_reactivation import VALID_HOURS
from .klientbox_rule import LONGEST_SMS

# Placeholders for clients with visits.
OF_LAST_VISIT = ("last_visit", "days")


class KlientboxWriting(models.AbstractModel):
    """A message from a user to one client by the button Write: permission, time, texts and price.

    A purpose is MARKETING (an offer) or TRANSACTIONAL (about a visit or an order).
    """

    _name = "klientbox.writing"
    _description = "What a person writes to a client"

    # -- permission ---------------------------------------------------------------

    @api.model
    def _objection(self, client, channel, purpose):
        """Why such a message can't be sent to a client, as text; False where it can."""
        return (
            self._objection_to_client(client)
            or self._objection_to_channel(client, channel)
            or (purpose == MARKETING and self._objection_to_offer(client, channel))
        )

    @api.model
    def _objection_to_client(self, client):
        """Why nothing can be sent to a client, or False."""
        if client.erased_at:
            return client._erased_for_good()
        if not client.active:
            return self.env._("The client is archived. Restore the client first.")
        return False

    @api.model
    def _objection_to_channel(self, client, channel):
        """Why nothing can be sent to a client by a channel, or False."""
        if client[ADDRESS_FIELDS[channel]]:
            return False
        return self.env._("The client has no phone.") if channel == SMS else self.env._("The client has no e-mail.")

    @api.model
    def _objection_to_offer(self, client, channel):
        """Why no offer can be sent to a client by a channel, or False; messages about a visit may still be possible."""
        address = self._address(client, channel)
        if client._refused_by(channel):
            return (
                self.env._("The client has refused SMS.")
                if channel == SMS
                else self.env._("The client has refused e-mails.")
            )
        if obstacle := self._obstacle(client, channel):
            return obstacle
        if self._is_blacklisted(channel, address):
            return self.env._("The address is on Odoo's blacklist.")
        if self._is_reply_unclear(client, address):
            return self.env._("A reply of the client waits to be read in Messages: it may be a refusal.")
        settings = client.company_id._klientbox_settings()
        # Limits count messages of every branch.
        reactivation_sudo = self.env["klientbox.reactivation"].sudo()
        day = settings._local_day(reactivation_sudo._next_due(settings, clock.now()))
        last = reactivation_sudo._last_written_day(settings, channel, address, day, client)
        if last:
            return self.env._(
                "The last offer went on %(last)s; the next may go from %(next)s on.",
                last=format_date(self.env, last),
                next=format_date(self.env, last + timedelta(days=settings.days_between)),
            )
        return False

    @api.model
    def _obstacle(self, client, channel):
        """Why nothing arrives at the client's address, as text, or False: a landline, or an undeliverable address."""
        return client.sms_obstacle if channel == SMS else client.email_obstacle

    @api.model
    def _address(self, client, channel):
        """The normalised address that a message goes to; False where there is none."""
        address = client[ADDRESS_FIELDS[channel]]
        return address.lower() if address and channel == EMAIL else address

    @api.model
    def _is_blacklisted(self, channel, address):
        model, field = {SMS: ("phone.blacklist", "number"), EMAIL: ("mail.blacklist", "email")}[channel]
        # Odoo shows its lists to few users; every sender needs to know about one address.
        return bool(self.env[model].sudo().search_count([(field, "=", address)], limit=1))

    @api.model
    def _is_reply_unclear(self, client, address):
        """Whether a reply of the client, or from this address, is unread."""
        theirs = Domain("client_id", "=", client.id) | Domain("address", "=", address)
        return bool(self.env["klientbox.sending"]._unread_replies(client.company_id, theirs))

    @api.model
    def _warning(self, client, channel, purpose):
        """A remark before a message that may be sent, or False."""
        if purpose == MARKETING or self._objection(client, channel, purpose):
            return False
        if client._refused_by(channel):
            return self.env["klientbox.sending"]._warning(channel, [client.name])
        if self._is_reply_unclear(client, self._address(client, channel)):
            return self.env._("A reply of the client waits to be read in Messages: it may be a refusal.")
        return self._obstacle(client, channel)

    # -- time ---------------------------------------------------------------------

    @api.model
    def _schedule(self, client, purpose):
        """(due, expires) of a message that is queued now: an offer respects sending hours and the day's limit."""
        now = clock.now()
        if purpose != MARKETING:
            return now, None
        settings = client.company_id._klientbox_settings()
        # As above.
        due_at = self.env["klientbox.reactivation"].sudo()._next_due(settings, now)
        return due_at, due_at + timedelta(hours=VALID_HOURS)

    @api.model
    def _when(self, client, purpose):
        """When a message will be sent, as text."""
        settings, now = client.company_id._klientbox_settings(), clock.now()
        due_at, _expires = self._schedule(client, purpose)
        wall = clock.local(due_at, settings.timezone)
        if due_at > now:
            return self.env._(
                "Will be sent on %(day)s at %(time)s: offers keep to sending hours and the day's limit.",
                day=format_date(self.env, wall.date()),
                time=f"{wall:%H:%M}",
            )
        if not settings._sending_hours().are_open(now):
            return self.env._("Will be sent at once, although it is %(time)s.", time=f"{wall:%H:%M}")
        return self.env._("Will be sent at once.")

    # -- texts --------------------------------------------------------------------

    @api.model
    def _render(self, client, channel, purpose, subject, body):
        """(subject, text) as they arrive, in the client's language."""
        settings = client.company_id._klientbox_settings()
        step = self.env["klientbox.rule.step"].with_context(lang=client.lang or settings.lang)
        values = step._values_of(client, settings._today())
        subject = text.one_line(placeholders.fill(subject or "", values)) if channel == EMAIL else None
        filled = placeholders.fill(self._with_stop(channel, purpose, (body or "").strip()), values)
        return subject, step._as_it_arrives(channel, filled, settings)

    @api.model
    def _with_stop(self, channel, purpose, body):
        """Add the way to refuse to an offer, also where its author has forgotten it."""
        if purpose != MARKETING or not body or "{stop}" in body:
            return body
        return f"{body}\n\n{{stop}}" if channel == EMAIL else f"{body} {{stop}}"

    @api.model
    def _text_problems(self, client, channel, purpose, subject, body):
        """[(field, code, message)]: why these texts can't be sent."""
        problems = []
        texts = {"subject": subject or "", "body": body or ""} if channel == EMAIL else {"body": body or ""}
        for name, template in texts.items():
            if not template.strip():
                message = self.env._("Write the text.") if name == "body" else self.env._("An e-mail needs a subject.")
                problems.append((name, "required", message))
            problems += self.env["klientbox.rule.step"]._unknown_placeholders(name, template)
            if not client.last_visit_date and any(f"{{{known}}}" in template for known in OF_LAST_VISIT):
                message = self.env._("The client has no visit yet: take out {last_visit} and {days}.")
                problems.append((name, "no_visit", message))
        if purpose == MARKETING and body and not self._names_company(client, body):
            message = self.env._("An offer must name your company: write {salon} where its name belongs.")
            problems.append(("body", "placeholder_missing", message))
        _subject, arrives = self._render(client, channel, purpose, subject, body)
        if channel == SMS and len(arrives) > LONGEST_SMS:
            message = self.env._("An SMS has at most %(count)s characters.", count=LONGEST_SMS)
            problems.append(("body", "too_long", message))
        return problems

    @api.model
    def _names_company(self, client, body):
        return "{salon}" in body or text.fold(client.company_id.name) in text.fold(body)

    # -- price --------------------------------------------------------------------

    @api.model
    def _price(self, client, parts):
        """The price of a number of SMS parts, as text; or that it is unknown."""
        # A receptionist can't read gateways; the price of an SMS is no secret.
        gateway_sudo = client.company_id._klientbox_settings()._sms_gateway().sudo()
        if not gateway_sudo.part_price:
            return self.env._("price not known")
        return format_amount(self.env, parts * gateway_sudo.part_price, client.company_id.currency_id)

    # -- sending ------------------------------------------------------------------

    @api.model
    def _reference(self, client, attempt):
        """The message's number: the same for each try of one dialog of this user, whatever `attempt` they send."""
        return uuid.uuid5(uuid.NAMESPACE_OID, f"klientbox.writing {self.env.uid} {client.id} {attempt}").hex

    @api.model
    def _queue(self, client, channel, purpose, subject, body, attempt):
        """Queue a message; returns it. A second call with the same `attempt` changes nothing.

        The caller checks the rights to write to the client. Raises FieldError where the message can't be sent.
        """
        settings = client.company_id._klientbox_settings()
        reference = self._reference(client, attempt)
        # Only the engine may write messages, and limits count those of every branch.
        messages_sudo = self.env["klientbox.message"].sudo()
        if purpose == MARKETING:
            self.env["klientbox.reactivation"]._lock(settings)
        if known_sudo := messages_sudo.search([("reference", "=", reference)]):
            return known_sudo.sudo(self.env.su)
        self._refuse(client, channel, purpose, subject, body)
        rows = [self._prepare_row(client, channel, purpose, subject, body, reference)]
        messages_sudo._track(rows, messages_sudo._insert(rows))
        message = messages_sudo.search([("reference", "=", reference)]).sudo(self.env.su)
        self.env.ref("klientbox.cron_messages")._trigger(at=rows[0]["due_at"])
        return message

    @api.model
    def _refuse(self, client, channel, purpose, subject, body):
        """Raise FieldError where a message can't be sent, or not with these texts."""
        if purpose not in (MARKETING, TRANSACTIONAL):
            raise FieldError(("purpose", "required", self.env._("Choose what it is about.")))
        if objection := self._objection(client, channel, purpose):
            raise FieldError((ADDRESS_FIELDS[channel], "not_writable", objection))
        if problems := self._text_problems(client, channel, purpose, subject, body):
            raise FieldError(*problems)

    @api.model
    def _prepare_row(self, client, channel, purpose, subject, body, reference):
        settings = client.company_id._klientbox_settings()
        # A receptionist sends by a gateway without access to it.
        gateway_sudo = settings._sms_gateway().sudo()
        address = self._address(client, channel)
        subject, body = self._render(client, channel, purpose, subject, body)
        due_at, expires_at = self._schedule(client, purpose)
        return {
            **self.env["klientbox.message"]._prepare_row(settings, channel, address, reference, gateway_sudo),
            "client_id": client.id,
            "queued_for": client.id,
            "purpose": purpose,
            "queued_day": settings._local_day(due_at),
            "address_hash": self.env["klientbox.consent.event"]._hash(channel, address),
            "subject": subject,
            "body": body,
            "parts": sms_parts.count(body) if channel == SMS else None,
            "due_at": due_at,
            "expires_at": expires_at,
        }
