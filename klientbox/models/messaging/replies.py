import re
from datetime import timedelta

from lxml import html
from lxml.html import builder
from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext, html_sanitize

from ...lib import clock, incoming_mail
from ...lib.address import EMAIL, SMS
from ...lib.message import FAILED, REPLIED
from ...lib.replies import REFUSAL, UNCLEAR, classify
from ...lib.text import short, storable
from ...tools.outbox import Outbox
from ..clients.klientbox_client import ADDRESS_FIELDS
from ..clients.klientbox_consent_event import OWN_REFUSALS

OUR_REFERENCE = re.compile(r"(?:<|STOP )([0-9a-f]{32})\b")
LONGEST_REPLY = 5000
QUOTED = ">"
# The same text from the same phone within this time is a repetition by the provider.
REPETITION = timedelta(hours=1)


class KlientboxMessage(models.Model):
    """Replies of clients by SMS or e-mail: stored as incoming messages; a STOP opts the sender out."""

    _inherit = "klientbox.message"

    @api.model
    def _receive_reply(self, outbox, company, channel, address, body, replied_to, event_id=None):
        """Store a client's reply. A refusal takes effect at once; a repetition of the same reply changes nothing.

        An unclear reply waits for a person to read it. Until then its sender gets no commercial messages.
        """
        company = replied_to.company_id or company
        client = replied_to.client_id
        if channel == SMS and not client:
            client = self.env["klientbox.client"]._person_with_phone(company, address)
        reply_class = incoming_mail.classify_reply(body) if channel == EMAIL else classify(body)
        if reply_class == REFUSAL:
            self._record_refusal(company, channel, address, client, body)
        if not self._is_known_reply(company, channel, address, body, event_id):
            self.create(
                {
                    "company_id": company.id,
                    "client_id": client.id,
                    "direction": "in",
                    "channel": channel,
                    "state": REPLIED,
                    "address": address,
                    "body": body[:LONGEST_REPLY],
                    "reply_class": reply_class,
                    "needs_review": reply_class == UNCLEAR,
                    "provider_ref": event_id,
                    "day": company._klientbox_settings()._today(),
                    "sent_at": clock.now(),
                    "reply_to_id": replied_to.id,
                }
            )
        if replied_to:
            outbox.report(replied_to.id, REPLIED)

    @api.model
    def _record_provider_refusal(self, company, channel, address, client):
        """Record that the owner of this address has refused messages at the provider, who accepts no more for it."""
        words = self.env._("The provider has reported that the recipient refuses messages.")
        self._record_refusal(company, channel, address, client, words, source="provider")

    @api.model
    def _record_refusal(self, company, channel, address, client, words, source="stop"):
        """Record a refusal for this address, and for the client where the client's address is another one."""
        Event = self.env["klientbox.consent.event"]
        key = Event._hash(channel, address)
        known = self.env["klientbox.suppression"]._find(company, {channel: {key}})[channel, key]
        if known.source not in OWN_REFUSALS:
            # A reply from another address identifies its sender by that address alone.
            is_theirs = client and Event._hash(channel, client[ADDRESS_FIELDS[channel]]) == key
            Event._record(
                source,
                [
                    {
                        "company_id": company.root_id.id,
                        "client_id": is_theirs and client.id,
                        "channel": channel,
                        "address": address,
                        "kind": "withdrawn",
                        "text": words[:LONGEST_REPLY],
                    }
                ],
            )
        if client and client._refused_by(channel) not in OWN_REFUSALS:
            client._opt_out(channel, source, text=words[:LONGEST_REPLY])

    @api.model
    def _is_known_reply(self, company, channel, address, body, event_id):
        same = fields.Domain(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "in"),
                ("channel", "=", channel),
                ("address", "=", address),
            ]
        )
        if event_id:
            return bool(self.search_count(same & fields.Domain("provider_ref", "=", event_id), limit=1))
        recent = fields.Domain("sent_at", ">", clock.now() - REPETITION)
        return bool(self.search_count(same & recent & fields.Domain("body", "=", body[:LONGEST_REPLY]), limit=1))

    @api.model
    def _receive_mail(self, mail, parsed):
        """Process a reply to one of our e-mails; returns whether the mail was one."""
        named = f"{parsed.get('references') or ''} {parsed.get('in_reply_to') or ''} {parsed.get('subject') or ''}"
        outbox = Outbox(self.env.registry)
        replied_to = self._find_mailed(outbox, named)
        if not replied_to:
            return False
        if _is_delivery_report(mail):
            self._receive_delivery_report(mail, replied_to)
            return True
        words = _mail_text(mail)
        reply_class = incoming_mail.classify_reply(words)
        # Servers and companies also mark mails of persons as automatic: a text that is nothing but a refusal still
        # counts.
        if _is_unsubscribe_mail(parsed) or not incoming_mail.is_automatic(mail) or reply_class == REFUSAL:
            subject = parsed.get("subject") or ""
            if classify(subject) == REFUSAL and reply_class != REFUSAL:
                words = f"{subject}\n{words}"
            sender = email_normalize(parsed.get("email_from")) or replied_to.address
            event_id = short(storable(parsed.get("message_id") or "")) or None
            # The sender is no user of KlientBox; the reply belongs to the company whose e-mail it replies to.
            self.sudo()._receive_reply(
                outbox, replied_to.company_id, EMAIL, sender, storable(words), replied_to, event_id
            )
        return True

    # -- delivery reports -------------------------------------------------------

    @api.model
    def _receive_bounce(self, mail, message_ids):
        """Process a mail server's report on one of our e-mails. It names the e-mail, or only the failed address."""
        outbox = Outbox(self.env.registry)
        returned = self._find_mailed(outbox, " ".join(message_ids))
        if returned:
            self._receive_delivery_report(mail, returned)
            return
        for address in incoming_mail.recipients(mail)[0]:
            if message_id := outbox.find_mailed_to(address):
                outbox.report(message_id, FAILED, incoming_mail.failure_reason(mail, address))

    def _receive_delivery_report(self, mail, message):
        """Only a permanent failure fails a message: not a delay, a relay, a delivery or a read receipt."""
        failed, others = incoming_mail.recipients(mail)
        address = (message.address or "").lower()
        # An alias may have been forwarded: then the report names an address unknown to us.
        if failed and (address in failed or address not in others):
            reason = incoming_mail.failure_reason(mail, address)
            Outbox(self.env.registry).report(message.id, FAILED, reason)

    @api.model
    def _find_mailed(self, outbox, text):
        """The message that a mail's headers name, in any company: Odoo routes mail for all of them."""
        for reference in OUR_REFERENCE.findall(text):
            if message_id := outbox.find(None, reference, None):
                return self.sudo().browse(message_id)
        return self.browse()


def _is_unsubscribe_mail(parsed):
    """Whether a mail program has written to the unsubscribe address that our e-mails name."""
    return bool(re.fullmatch(r"\s*STOP [0-9a-f]{32}\s*", parsed.get("subject") or ""))


def _mail_text(mail):
    """The text of a mail, whatever charset it declares; in HTML, parts that Odoo recognises as quoted are marked as
    in plain text."""
    words = _part_text(mail.get_body(("plain",)))
    if words:
        return words
    # Some programs leave the plain text empty.
    words = _part_text(mail.get_body(("html",)))
    if not words:
        return ""
    tree = html.fragment_fromstring(html_sanitize(words), create_parent="div")
    is_quoted = "@data-o-mail-quote or self::blockquote"
    for quoted in tree.xpath(f"//*[{is_quoted}][not(ancestor::*[{is_quoted}])]"):
        # The text above may announce the quotation, and the sender's own text may be below it.
        mark = builder.DIV(builder.BR(), QUOTED, builder.BR())
        mark.tail, quoted.tail = quoted.tail, None
        quoted.getparent().replace(quoted, mark)
    return html2plaintext(html.tostring(tree, encoding="unicode")).strip()


def _part_text(part):
    """The text of a part of a mail, or "" where there is no such part."""
    if not part:
        return ""
    try:
        return part.get_content().strip()
    except LookupError:
        # An unknown charset; STOP has the same bytes in nearly all of them.
        return part.get_payload(decode=True).decode(errors="replace").strip()


def _is_delivery_report(mail):
    """Whether the sender is a mail server that reports on one of our e-mails, not a person."""
    if mail.get_content_type() == "multipart/report":
        return True
    return incoming_mail.is_automatic(mail) and any(incoming_mail.recipients(mail))
