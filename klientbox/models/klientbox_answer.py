import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext

from ..lib import clock
from ..lib.address import EMAIL, SMS
from ..lib.message import FAILED, REPLIED
from ..lib.stop_words import is_stop
from ..lib.text import short, storable
from ..tools.outbox import Outbox
from .klientbox_client import ADDRESS_FIELDS
from .klientbox_consent_event import OWN_REFUSALS

OUR_REFERENCE = re.compile(r"(?:<|STOP )([0-9a-f]{32})\b")
LONGEST_ANSWER = 5000
# The same words from the same phone within this time are one answer that the provider has repeated.
SAME_ANSWER = timedelta(hours=1)


class KlientboxAnswer(models.AbstractModel):
    """What clients write back, by SMS or e-mail: kept as incoming messages, and obeyed where it is a STOP."""

    _name = "klientbox.answer"
    _description = "Answers of clients"

    @api.model
    def _receive(self, box, company, channel, address, body, answered, event_id=None):
        """Somebody wrote to us. A STOP counts at once; a repetition of the same answer changes nothing."""
        company = answered.company_id or company
        Message = self.env["klientbox.message"]
        client = answered.client_id or (Message._client_of(company, address) if channel == SMS else answered.client_id)
        if is_stop(body):
            self._refuse(company, channel, address, client, body)
        if not self._is_known(company, channel, address, body, event_id):
            Message.create(
                {
                    "company_id": company.id,
                    "client_id": client.id,
                    "direction": "in",
                    "channel": channel,
                    "state": REPLIED,
                    "address": address,
                    "body": body[:LONGEST_ANSWER],
                    "provider_ref": event_id,
                    "day": company._klientbox_settings()._today(),
                    "sent_at": clock.now(),
                    "reply_to_id": answered.id,
                }
            )
        if answered:
            box.report(answered.id, REPLIED)

    @api.model
    def _refuse(self, company, channel, address, client, words):
        """Record that whoever has this address refuses messages, and that the client does if that is another one."""
        Event = self.env["klientbox.consent.event"]
        key = Event._hash(channel, address)
        known = self.env["klientbox.suppression"]._find(company, {channel: {key}})[channel, key]
        if known.source not in OWN_REFUSALS:
            # Whoever answers from another address is known by that address alone.
            is_theirs = client and Event._hash(channel, client[ADDRESS_FIELDS[channel]]) == key
            Event._record(
                "stop",
                [
                    {
                        "company_id": company.root_id.id,
                        "client_id": is_theirs and client.id,
                        "channel": channel,
                        "address": address,
                        "kind": "withdrawn",
                        "text": words[:LONGEST_ANSWER],
                    }
                ],
            )
        if client and client._refused_by(channel) not in OWN_REFUSALS:
            client._opt_out(channel, "stop", text=words[:LONGEST_ANSWER])

    @api.model
    def _is_known(self, company, channel, address, body, event_id):
        Message = self.env["klientbox.message"]
        same = fields.Domain(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "in"),
                ("channel", "=", channel),
                ("address", "=", address),
            ]
        )
        if event_id:
            return bool(Message.search_count(same & fields.Domain("provider_ref", "=", event_id), limit=1))
        recent = fields.Domain("sent_at", ">", clock.now() - SAME_ANSWER)
        return bool(Message.search_count(same & recent & fields.Domain("body", "=", body[:LONGEST_ANSWER]), limit=1))

    @api.model
    def _receive_mail(self, mail, parsed):
        """Take an answer to an e-mail of ours; returns whether it was one."""
        named = f"{parsed.get('references') or ''} {parsed.get('in_reply_to') or ''} {parsed.get('subject') or ''}"
        box = Outbox(self.env.registry)
        answered = self._find_mailed(box, named)
        if not answered:
            return False
        if (mail["Auto-Submitted"] or "no").lower() == "no":
            words = self._words_of(mail)
            if is_stop(parsed.get("subject") or "") and not is_stop(words):
                words = f"{parsed['subject']}\n{words}"
            sender = email_normalize(parsed.get("email_from")) or answered.address
            event_id = short(storable(parsed.get("message_id") or "")) or None
            # Whoever hands mails in is no user of KlientBox; the answer goes to the company that was answered.
            self.sudo()._receive(box, answered.company_id, EMAIL, sender, storable(words), answered, event_id)
        return True

    @api.model
    def _words_of(self, mail):
        """The text of a mail, whatever it says of its charset."""
        part = mail.get_body(("plain", "html"))
        if not part:
            return ""
        try:
            words = part.get_content()
        except LookupError:
            # A charset that nobody knows; STOP reads the same in nearly all of them.
            words = part.get_payload(decode=True).decode(errors="replace")
        words = words.strip()
        return html2plaintext(words) if part.get_content_type() == "text/html" else words

    @api.model
    def _receive_bounce(self, message_ids):
        """An e-mail of ours came back."""
        box = Outbox(self.env.registry)
        returned = self._find_mailed(box, " ".join(message_ids))
        if returned:
            box.report(returned.id, FAILED, "bounced")

    @api.model
    def _find_mailed(self, box, text):
        """The message that is named in a mail's headers, of whatever company: mail is routed for all of them."""
        for reference in OUR_REFERENCE.findall(text):
            if message_id := box.find(None, reference, None):
                return self.env["klientbox.message"].sudo().browse(message_id)
        return self.env["klientbox.message"]
