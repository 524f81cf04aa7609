import re
from datetime import timedelta

from lxml import html
from lxml.html import builder
from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext, html_sanitize

from ...lib import clock, incoming_mail, mail_reports, quotations
from ...lib.address import EMAIL, SMS
from ...lib.message import FAILED, REPLIED
from ...lib.replies import OTHER, REFUSAL, UNCLEAR, classify
from ...lib.text import short, storable
from ...tools.outbox import Outbox
from ..clients.klientbox_client import ADDRESS_FIELDS
from ..clients.klientbox_consent_event import OWN_REFUSALS

OUR_REFERENCE = re.compile(r"(?:<|STOP )([0-9a-f]{32})\b")
LONGEST_REPLY = 5000
QUOTED = ">"
# Classes and ids of signatures, which Odoo marks as quoted as well.
SIGNATURE = re.compile("signature", re.IGNORECASE)
CHECK_ADDRESS = "klientbox.activity_check_address"
# The same text from the same phone within this time is a repetition by the provider.
REPETITION = timedelta(hours=1)


class KlientboxMessage(models.Model):
    """Replies of clients by SMS or e-mail: stored as incoming messages; a STOP opts the sender out."""

    _inherit = "klientbox.message"

    @api.model
    def _receive_reply(self, outbox, company, channel, address, body, replied_to, event_id=None, reply_class=None):
        """Store a client's reply. A refusal takes effect at once; a repetition of the same reply changes nothing.

        Without `reply_class` its words decide. An unclear reply waits for a person to read it. Until then its sender
        gets no commercial messages. So does a refusal by e-mail from an address other than the one that we wrote to:
        anyone can write any sender into a mail.
        """
        company = replied_to.company_id or company
        client = replied_to.client_id
        if channel == SMS and not client:
            client = self.env["klientbox.client"]._person_with_phone(company, address)
        reply_class = reply_class or classify(body)
        is_proven = channel != EMAIL or address == email_normalize(replied_to.address)
        if reply_class == REFUSAL and is_proven:
            self._record_refusal(company, channel, address, client, body)
        self._keep_incoming(company, client, channel, address, body, replied_to, event_id, reply_class, is_proven)
        if replied_to:
            outbox.report(replied_to.id, REPLIED)

    @api.model
    def _keep_incoming(
        self, company, client, channel, address, body, replied_to, event_id, reply_class, is_proven=True
    ):
        """Store an incoming message once; an unclear one, and an unproven refusal, wait for a person to read it."""
        if self._is_known_reply(company, channel, address, body, event_id):
            return
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
                "needs_review": reply_class == UNCLEAR or (reply_class == REFUSAL and not is_proven),
                "provider_ref": event_id,
                "day": company._klientbox_settings()._today(),
                "sent_at": clock.now(),
                "reply_to_id": replied_to.id,
            }
        )

    @api.model
    def _record_provider_refusal(self, company, channel, address, client, words=None):
        """Record that the owner of this address has refused messages at the provider, who accepts no more for it."""
        words = words or self.env._("The provider has reported that the recipient refuses messages.")
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
            self._receive_report(outbox, mail, replied_to)
            return True
        words, declared = _mail_text(mail)
        ours = incoming_mail.Answered(replied_to.subject or "", replied_to.body or "")
        reply_class, words = incoming_mail.classify_mail(parsed.get("subject") or "", words, ours, declared)
        if _is_unsubscribe_mail(parsed) or incoming_mail.counts(mail, words, reply_class):
            if reply_class in (REFUSAL, UNCLEAR) and declared:
                # It may be the reason.
                words = f"{words}\n\n{declared}"
            sender = email_normalize(parsed.get("email_from")) or ""
            # The sender is no user of KlientBox; the reply belongs to the company whose e-mail it replies to.
            self.sudo()._receive_reply(
                outbox,
                replied_to.company_id,
                EMAIL,
                sender,
                storable(words),
                replied_to,
                _mail_number(mail),
                reply_class,
            )
        return True

    # -- reports of mail servers and providers ------------------------------------

    @api.model
    def _receive_bounce(self, mail, message_ids):
        """Process a mail server's or a provider's report on one of our e-mails.

        Anyone can write a report about any address: it counts where it names the e-mail, whose number only its
        recipient and the servers on its way know. A report that names the address alone goes before a person. A
        complaint waits as an unclear reply does: it may be a refusal.
        """
        outbox = Outbox(self.env.registry)
        returned = self._find_mailed(outbox, " ".join([*message_ids, mail_reports.references(mail)]))
        if returned:
            self._receive_report(outbox, mail, returned)
            return
        is_complaint = mail_reports.complaint(mail) in (REFUSAL, UNCLEAR)
        for address in self._reported_addresses(mail):
            # The report may concern an e-mail of any company.
            message = self.sudo().browse(outbox.find_mailed_to(address))
            if is_complaint and message:
                self._keep_report(mail, message)
            else:
                message._report_unproven_failure(address)

    def _report_unproven_failure(self, address):
        """Ask an administrator to check an address, by one activity of the client at a time."""
        client = self.client_id
        user = self.company_id._klientbox_administrators()[:1] if client else None
        if not user or client.activity_search([CHECK_ADDRESS]):
            return
        translated = client.with_context(lang=user.lang)
        translated.activity_schedule(
            CHECK_ADDRESS,
            user_id=user.id,
            note=translated.env._(
                "A mail server reports that e-mails to %(address)s are not delivered. The report does not name our"
                " e-mail, so anyone may have written it, and KlientBox continues to use the address. Ask the client"
                " whether it is right.",
                address=address,
            ),
        )

    @api.model
    def _reported_addresses(self, mail):
        """The addresses that a report is about, where it does not name its e-mail."""
        complaint = mail_reports.complaint(mail)
        if complaint:
            return () if complaint == OTHER else mail_reports.complainants(mail)
        failed, others = mail_reports.recipients(mail)
        if failed or others:
            return failed
        said = _mail_text(mail)[0]
        return mail_reports.addresses_in(said) if mail_reports.reason_in_words(said)[1] else ()

    @api.model
    def _receive_report(self, outbox, mail, message):
        """Process a report on an e-mail of ours: that the recipient complains, or of a mail server."""
        complaint = mail_reports.complaint(mail)
        if complaint == REFUSAL and message.address:
            words = self.env._("The recipient has marked an e-mail as spam.")
            self._record_provider_refusal(message.company_id, EMAIL, message.address, message.client_id, words)
        elif complaint == UNCLEAR:
            self._keep_report(mail, message)
        elif not complaint:
            self._receive_delivery_report(outbox, mail, message)

    @api.model
    def _receive_delivery_report(self, outbox, mail, message):
        """Only a permanent failure fails a message: not a delay, a relay, a delivery or a read receipt."""
        failed, others = mail_reports.recipients(mail)
        address = (message.address or "").lower()
        said = quotations.without(_mail_text(mail)[0], message.body or "")
        if failed and (address in failed or address not in others):
            # An alias may have been forwarded: then the report names an address unknown to us.
            outbox.report(message.id, FAILED, mail_reports.failure_reason(mail, address, said))
        elif not (failed or others or mail_reports.is_receipt(mail)):
            # A format that no library knows.
            is_understood, reason = mail_reports.reason_in_words(f"{mail.get('Subject', '')}\n{said}")
            if reason:
                outbox.report(message.id, FAILED, reason)
            elif not is_understood:
                self._keep_report(mail, message)

    @api.model
    def _keep_report(self, mail, message):
        """Put a report that we don't understand before a person."""
        sender = email_normalize(str(mail.get("From", ""))) or message.address
        body = storable(f"{mail.get('Subject', '')}\n\n{_mail_text(mail)[0]}")
        # Mail servers are no users of KlientBox; the report belongs to the company whose e-mail it is about.
        self.sudo()._keep_incoming(
            message.company_id, message.client_id, EMAIL, sender, body, message, _mail_number(mail), UNCLEAR
        )

    @api.model
    def _find_mailed(self, outbox, text):
        """The message that a mail's headers name, in any company: Odoo routes mail for all of them."""
        for reference in OUR_REFERENCE.findall(text):
            message = self.sudo().browse(outbox.find(None, reference, None))
            if message.channel == EMAIL:
                return message
        return self.browse()


def _is_unsubscribe_mail(parsed):
    """Whether a mail program has written to the unsubscribe address that our e-mails name."""
    return bool(re.fullmatch(r"\s*STOP [0-9a-f]{32}\s*", parsed.get("subject") or ""))


def _mail_number(mail):
    """The Message-ID of a mail, as the number of the event."""
    return short(storable(str(mail.get("Message-ID", "")).strip())) or None


def _mail_text(mail):
    """(text of a mail, whatever charset it declares; what it declares as quoted besides).

    In HTML, parts that Odoo recognises as quoted are marked as in plain text. Their text is the second part where the
    sender may have written into them: Outlook puts the cursor below the quotation into the same part.
    """
    words = _part_text(mail.get_body(("plain",)))
    if words:
        return words, ""
    # Some programs leave the plain text empty.
    words = _part_text(mail.get_body(("html",)))
    if not words:
        return "", ""
    tree = html.fragment_fromstring(html_sanitize(words), create_parent="div")
    is_quoted = "@data-o-mail-quote or self::blockquote"
    declared = []
    for quoted in tree.xpath(f"//*[{is_quoted}][not(ancestor::*[{is_quoted}])]"):
        # The text above may announce the quotation, and the sender's own text may be below it.
        mark = builder.DIV(builder.BR(), QUOTED, builder.BR())
        mark.tail, quoted.tail = quoted.tail, None
        quoted.getparent().replace(quoted, mark)
        if quoted.tag != "blockquote" and not SIGNATURE.search(f"{quoted.get('class')} {quoted.get('id')}"):
            for inner in quoted.xpath(".//blockquote"):
                inner.drop_tree()
            declared.append(_plain(quoted))
    return _plain(tree), "\n".join(declared).strip()


def _plain(tree):
    """Plain text, with each block on lines of its own: Odoo's conversion knows bare line breaks and paragraphs."""
    for line_break in tree.iter("br"):
        line_break.attrib.clear()
    for block in list(tree.iter("div", "li", "tr")):
        block.append(builder.BR())
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
    return incoming_mail.is_automatic(mail) and (
        mail_reports.is_from_mail_system(mail) or any(mail_reports.recipients(mail))
    )
