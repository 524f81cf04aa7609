"""Who may send messages of Odoo's own, and who gets none, wherever an SMS or e-mail of Odoo's is sent.

An SMS passes `sms.sms._send_with_api`, an e-mail `mail.mail._send`. The purpose of a message is set where it is
composed, see lib/purpose. `env` is the environment of the sending user.
"""

from collections import defaultdict

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...lib import phone
from ...lib.address import EMAIL, SMS
from ...lib.failure_reasons import UNSUBSCRIBED
from ...lib.purpose import Purpose

# On these models notes, activities and notifications are internal; clients are contacted by the button Write.
OURS = "klientbox."


def check_sms_sender(env, is_mass):
    """Raise AccessError where a user without the role for it sends an SMS; jobs and automations may."""
    if env.uid == SUPERUSER_ID:
        return
    if is_mass and not env.user.has_group("klientbox.group_manager"):
        raise AccessError(env._("Only KlientBox managers can send an SMS to several people at once."))
    if not env.user.has_group("klientbox.group_receptionist"):
        raise AccessError(env._("Sending an SMS requires a role in KlientBox. Receptionists can send to one person."))


def check_mass_mail_sender(env, company, emails, least=1):
    """Raise AccessError if a user who is no manager writes to several recipients, at least `least` of them clients.

    Messages to others need no role of ours: other apps work as before.
    """
    if env.su or env.user.has_group("klientbox.group_manager"):
        return
    clients_sudo = env["klientbox.client"]._find_by_address(company.root_id, EMAIL, list(emails))
    if len({client.email.lower() for client in clients_sudo}) >= least:
        raise AccessError(
            env._(
                "Some of the recipients are clients of %(company)s. Only KlientBox managers can write to several"
                " clients at once. Remove these recipients.",
                company=company.name,
            )
        )


def is_internal(model):
    """Whether messages of Odoo's about records of a model are internal."""
    return bool(model) and model.startswith(OURS)


def refuse_external(env):
    """Raise UserError: a user would contact an external recipient in another way than by Write."""
    raise UserError(
        env._(
            "Notes and activities here are for your colleagues. To contact a client, use the Write button: it"
            " respects refusals and records what was sent."
        )
    )


def check_internal(env, model, partner_ids=()):
    """Raise UserError where a message about a record of ours would go to external recipients."""
    if is_internal(model) and external_contacts(env, partner_ids):
        refuse_external(env)


def external_contacts(env, partner_ids):
    """Those of the contacts who have no internal account."""
    # Internal accounts are looked up regardless of the user's access to contacts.
    return env["res.partner"].sudo().browse(partner_ids or ()).filtered("partner_share")


def persons_of(document):
    """Contacts whom a document is about: a message about it is theirs, also with others in copy.

    Several external ones (the attendees of an event) are an audience instead.
    """
    # Regardless of the user's access to contacts.
    partners_sudo = document.sudo()._mail_get_partners().get(document.id, document.env["res.partner"].sudo())
    external_sudo = partners_sudo.filtered("partner_share")
    return partners_sudo - external_sudo if len(external_sudo) > 1 else partners_sudo


def refused(env, companies, channel, addresses):
    """Those of the addresses, in their one spelling, that are on the suppression list of one of the companies."""
    Event = env["klientbox.consent.event"]
    hashes = {Event._hash(channel, address): address for address in addresses if address}
    # Only KlientBox reads the list; the sending user must not need access to it.
    suppressions_sudo = env["klientbox.suppression"].sudo()
    found = set()
    for company in companies.root_id:
        found |= suppressions_sudo._find(company, {channel: set(hashes)}).keys()
    return {hashes[address_hash] for _channel, address_hash in found}


def not_to_contact(env, companies, channel, addresses):
    """Those of the addresses that may get nothing commercial: refused, with an unread reply, or undeliverable."""
    addresses = {address for address in addresses if address}
    found = refused(env, companies, channel, addresses)
    for company in companies.root_id:
        # Only KlientBox reads the list; the sending user must not need access to it.
        set_aside = env["klientbox.undeliverable"].sudo()._find(company, {channel: addresses})
        found |= {address for address in addresses if set_aside.get((channel, address.lower()))}
        clients_sudo = env["klientbox.client"]._find_by_address(company, channel, list(addresses))
        replies_sudo = unread_replies(
            env, company, Domain("client_id", "in", clients_sudo.ids) | Domain("address", "in", list(addresses))
        )
        theirs = set(replies_sudo.mapped("address")) | {
            (client.phone if channel == SMS else client.email) or "" for client in replies_sudo.client_id
        }
        found |= {address for address in addresses if address.lower() in {each.lower() for each in theirs}}
    return found


def unread_replies(env, company, domain):
    """Unread replies in a company and its branches, by a domain, as superuser."""
    # One may be a refusal for all branches, including those that the user may not see.
    messages_sudo = env["klientbox.message"].sudo()
    family = Domain("company_id", "in", company._klientbox_family().ids)
    return messages_sudo.search(Domain("needs_review", "=", True) & family & domain)


def spelling(company, number):
    """A phone as in the suppression list; a short number stays as it is. None where the text is not exactly one
    number."""
    try:
        return phone.dialled(number, company._klientbox_region())
    except phone.InvalidPhone:
        return None


def refusal_warning(env, channel, names):
    """The warning before a single message to recipients who refused messages; False where there are none."""
    if not names or not env.user.has_group("klientbox.group_receptionist"):
        return False
    people = ", ".join(names)
    if channel == SMS:
        return env._("%(people)s: SMS refused. Send only what they need to know about their visit.", people=people)
    return env._("%(people)s: e-mails refused. Send only what they need to know about their visit.", people=people)


def out_of_reach(env, company, channel, address):
    """Why nothing arrives at a normalised address: "no_mobile", "undeliverable" or, where a provider has just
    reported a refusal, "opted_out"; None where nothing is known against it."""
    if channel == SMS and not phone.can_get_sms(address):
        return "no_mobile"
    # Only KlientBox reads the list; the sending user must not need access to it.
    row = env["klientbox.undeliverable"].sudo()._find(company, {channel: [address]})[channel, address.lower()]
    return row and ("opted_out" if row.reason == UNSUBSCRIBED else "undeliverable") or None


def reach_warning(env, company, channel, spelled):
    """The warning before a single message to undeliverable addresses. It may be sent: some networks read an SMS
    out. `spelled` is {normalised address or None: as it is written}; False where there is nothing to warn of."""
    if not env.user.has_group("klientbox.group_receptionist"):
        return False
    found = defaultdict(list)
    for address, written in spelled.items():
        found[address and out_of_reach(env, company, channel, address)].append(written)
    warnings = {
        "no_mobile": env._("not a mobile phone. The SMS may never arrive, or be read out by a machine."),
        "undeliverable": env._("the last messages could not be delivered there."),
    }
    return " ".join(f"{', '.join(found[reason])}: {words}" for reason, words in warnings.items() if found[reason])


def for_documents(sender, ids):
    """`sender` marked as a mailing, where a user sends it about several documents at once.

    A job sends its own messages: reminders, invoices.
    """
    if len(set(ids)) < 2 or Purpose.vouched(sender.env.context) or sender.env.uid == SUPERUSER_ID:
        return sender
    return sender.with_context(klientbox_purpose=Purpose.MASS)


def for_company_of(composer, mailing_field):
    """A composer in the sending company: a job that sends a mailing has none, its creator has one."""
    if composer.env.uid != SUPERUSER_ID or mailing_field not in composer._fields:
        return composer
    company = composer[mailing_field].create_uid.company_id
    return composer.with_company(company) if company else composer


def with_notification(env, action, sentences):
    """The result of a message to many, shown before an action continues."""
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
