from collections import defaultdict

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..lib import phone
from ..lib.address import EMAIL, SMS
from ..lib.delivery import UNSUBSCRIBED
from ..lib.purpose import Purpose

# Of these models notes, activities and notifications are for the house alone; clients are written to by Write.
OURS = "klientbox."


class KlientboxSending(models.AbstractModel):
    """Who may send messages of Odoo's own, and who gets none: asked wherever an SMS or e-mail of Odoo's leaves.

    An SMS passes `sms.sms._send_with_api`, an e-mail `mail.mail._send`. What a message is for is marked where it is
    composed, see lib/purpose.
    """

    _name = "klientbox.sending"
    _description = "Who may send, and to whom"

    @api.model
    def _check_sms_sender(self, is_mass):
        """Raise AccessError where a person without the role for it sends an SMS; jobs and automations may."""
        if self.env.uid == SUPERUSER_ID:
            return
        if is_mass and not self.env.user.has_group("klientbox.group_manager"):
            raise AccessError(self.env._("Only a manager of KlientBox sends an SMS to several people at once."))
        if not self.env.user.has_group("klientbox.group_receptionist"):
            raise AccessError(self.env._("Sending an SMS needs a role in KlientBox: Receptionist, for one person."))

    @api.model
    def _check_mass_mail_sender(self, company, emails, least=1):
        """Raise AccessError where a person who is no manager writes to many people of whom `least` are clients.

        To others anybody may write whom Odoo lets: their own apps work as before.
        """
        if self.env.su or self.env.user.has_group("klientbox.group_manager"):
            return
        clients_sudo = self.env["klientbox.client"]._find_by_address(company.root_id, EMAIL, list(emails))
        if len({client.email.lower() for client in clients_sudo}) >= least:
            raise AccessError(
                self.env._(
                    "Some of the recipients are clients of %(company)s. Only a manager of KlientBox writes to several"
                    " clients at once; take them out.",
                    company=company.name,
                )
            )

    @api.model
    def _is_for_house(self, model):
        """Whether what Odoo sends about records of a model stays in the house."""
        return bool(model) and model.startswith(OURS)

    @api.model
    def _refuse_outside(self):
        """Raise UserError: a person would write to somebody outside the house in another way than by Write."""
        raise UserError(
            self.env._(
                "Notes and activities here are for your colleagues. To write to a client, use the button Write: it"
                " knows what they have refused and keeps what was sent."
            )
        )

    @api.model
    def _check_house(self, model, partner_ids=()):
        """Raise UserError where something about a record of ours would go to people outside the house."""
        if self._is_for_house(model) and self._outside(partner_ids):
            self._refuse_outside()

    @api.model
    def _outside(self, partner_ids):
        """Those of the contacts who have no account of the house."""
        # Who has an account is asked whatever the writer may see of contacts.
        return self.env["res.partner"].sudo().browse(partner_ids or ()).filtered("partner_share")

    @api.model
    def _refused(self, companies, channel, addresses):
        """Those of the addresses, in their one spelling, that are on the suppression list of one of the companies."""
        Event = self.env["klientbox.consent.event"]
        hashes = {Event._hash(channel, address): address for address in addresses if address}
        # The list is KlientBox's own; whoever sends must not need to read it.
        suppressions_sudo = self.env["klientbox.suppression"].sudo()
        found = set()
        for company in companies.root_id:
            found |= suppressions_sudo._find(company, {channel: set(hashes)}).keys()
        return {hashes[address_hash] for _channel, address_hash in found}

    @api.model
    def _passed_over(self, companies, channel, addresses):
        """Those of the addresses to which nothing commercial goes: refused, with a reply that waits to be read, or set
        aside as undeliverable."""
        addresses = {address for address in addresses if address}
        found = self._refused(companies, channel, addresses)
        for company in companies.root_id:
            # The list is KlientBox's own; whoever sends must not need to read it.
            set_aside = self.env["klientbox.undeliverable"].sudo()._find(company, {channel: addresses})
            found |= {address for address in addresses if set_aside.get((channel, address.lower()))}
            clients_sudo = self.env["klientbox.client"]._find_by_address(company, channel, list(addresses))
            replies_sudo = self._unread_replies(
                company, Domain("client_id", "in", clients_sudo.ids) | Domain("address", "in", list(addresses))
            )
            theirs = set(replies_sudo.mapped("address")) | {
                (client.phone if channel == SMS else client.email) or "" for client in replies_sudo.client_id
            }
            found |= {address for address in addresses if address.lower() in {each.lower() for each in theirs}}
        return found

    @api.model
    def _unread_replies(self, company, domain):
        """Replies that wait to be read in a company and its branches, by a domain, as superuser."""
        # One may refuse for all branches, also those whom the person at work may not see.
        messages_sudo = self.env["klientbox.message"].sudo()
        family = self.env["klientbox.reactivation"]._family(company)
        return messages_sudo.search(Domain("needs_review", "=", True) & Domain("company_id", "in", family.ids) & domain)

    @api.model
    def _spelling(self, company, number):
        """A phone as the suppression list knows it; a short number stays as it is. None for what is no one number."""
        try:
            return phone.dialled(number, company._klientbox_region())
        except phone.InvalidPhone:
            return None

    @api.model
    def _warning(self, channel, names):
        """What a writer is told before a single message to people who refused it; False where nobody has."""
        if not names or not self.env.user.has_group("klientbox.group_receptionist"):
            return False
        people = ", ".join(names)
        if channel == SMS:
            return self.env._(
                "%(people)s: SMS refused. Send only what they need to know about their visit.", people=people
            )
        return self.env._(
            "%(people)s: e-mails refused. Send only what they need to know about their visit.", people=people
        )

    @api.model
    def _out_of_reach(self, company, channel, address):
        """Why nothing arrives at an address in its one spelling: "no_mobile", "undeliverable" or, where a provider has
        just reported a refusal, "opted_out"; None where something may."""
        if channel == SMS and not phone.can_get_sms(address):
            return "no_mobile"
        # The list is KlientBox's own; whoever sends must not need to read it.
        row = self.env["klientbox.undeliverable"].sudo()._find(company, {channel: [address]})[channel, address.lower()]
        return row and ("opted_out" if row.reason == UNSUBSCRIBED else "undeliverable") or None

    @api.model
    def _reach_warning(self, company, channel, spelled):
        """The warning before a single message to undeliverable addresses. It may be sent: some
        networks read an SMS out. `spelled` is {address in its one spelling, or None: as it is written}; False where
        there is nothing to tell."""
        if not self.env.user.has_group("klientbox.group_receptionist"):
            return False
        told = defaultdict(list)
        for address, written in spelled.items():
            told[address and self._out_of_reach(company, channel, address)].append(written)
        warnings = {
            "no_mobile": self.env._("not a mobile phone. The SMS may never arrive, or be read out by a machine."),
            "undeliverable": self.env._("the last messages could not be delivered there."),
        }
        return " ".join(f"{', '.join(told[reason])}: {words}" for reason, words in warnings.items() if told[reason])

    @api.model
    def _for_documents(self, sender, ids):
        """`sender` marked as writing to many, where a person lets it write about several documents at once.

        A job does so for what it has to send: reminders, invoices.
        """
        if len(set(ids)) < 2 or Purpose.vouched(self.env.context) or self.env.uid == SUPERUSER_ID:
            return sender
        return sender.with_context(klientbox_purpose=Purpose.MASS)

    @api.model
    def _for_company_of(self, composer, mailing_field):
        """A composer in the company that sends: a job that sends a mailing is in none, whoever has made it is."""
        if self.env.uid != SUPERUSER_ID or mailing_field not in composer._fields:
            return composer
        company = composer[mailing_field].create_uid.company_id
        return composer.with_company(company) if company else composer

    @api.model
    def _notify(self, action, sentences):
        """What became of a message to many, shown before an action goes on."""
        if not sentences:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": " ".join(sentences),
                "next": action or {"type": "ir.actions.act_window_close"},
            },
        }
