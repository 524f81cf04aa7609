import json
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, escape_psql

from ...lib import clock, phone
from ...lib.address import EMAIL, SMS
from ...tools import idempotency
from ..messaging.gateway_callbacks import CALLBACK_TEXT
from .klientbox_client import ADDRESS_FIELDS
from .klientbox_consent_event import OWN_REFUSALS

_logger = logging.getLogger(__name__)

# Tables that may refer to a contact without being a reason to keep it: our own, and parts of the contact.
NO_REASON_TO_KEEP = {
    "klientbox_client",
    "klientbox_client_alias",
    "mail_followers",
    "mail_mail_res_partner_rel",
    "mail_message",
    "mail_message_res_partner_rel",
    "mail_message_res_partner_starred_rel",
    "mail_notification",
    "res_partner_res_partner_category_rel",
}


class KlientboxErasure(models.Model):
    """Erases personal data, and records the erasure: who, when, which client number.

    Visits, amounts and counts stay, and a hash of each address: an erased person gets no more messages, also when an
    old list is imported once more.
    """

    _name = "klientbox.erasure"
    _description = "Erasure"
    _inherit = ["klientbox.owned", "klientbox.sealed"]
    _order = "id desc"
    _rec_name = "client_number"

    company_id = fields.Many2one(ondelete="cascade")
    client_number = fields.Integer("Number of the client", required=True, readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Erased by", readonly=True, ondelete="set null")
    at = fields.Datetime("Erased on", required=True, readonly=True)
    contact_kept = fields.Boolean(
        "Contact kept",
        readonly=True,
        help="The contact is used elsewhere in Odoo, for example on an invoice; only the link to it was removed.",
    )

    @api.model
    def _run(self, client):
        """Erase a client's personal data, here and in every copy; returns the log row.

        The caller checks the rights. Raises UserError while a process about the client is running.
        """
        client.ensure_one()
        if client.erased_at:
            raise UserError(self.env._("This client's personal data are erased already."))
        client = client._as_system().with_context(
            active_test=False, tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        # Cached values may be old: a file is written beside its record.
        self.env.invalidate_all()
        addresses, names = self._addresses(client), {client.name, *client.alias_ids.mapped("name")}
        copies = self._find_copies(client, addresses, names)
        self._refuse_while_running(client, addresses, copies)
        self._suppress(client, addresses)
        self._erase_unsent(client, addresses)
        contact_kept = self._delete_contacts(client)
        client._erase_belongings()
        client.write(client._prepare_erasure_vals())
        self.env.flush_all()
        self._erase_messages(client, addresses)
        self._erase_events(client, addresses)
        self._erase_undeliverable(client, addresses)
        self._erase_thread(client)
        self._erase_copies(client, addresses, names, copies)
        client.alias_ids._erase()
        self.env.cr.execute(SQL("UPDATE klientbox_client SET erased_at = %s WHERE id = %s", clock.now(), client.id))
        self.env.invalidate_all()
        _logger.info("Client %s was erased by user %s.", client.id, self.env.uid)
        vals = {
            "company_id": client.company_id.id,
            "client_number": client.id,
            "user_id": self.env.uid,
            "at": clock.now(),
            "contact_kept": contact_kept,
        }
        with self._unseal():
            # No user may write this log.
            return self.sudo().create(vals)

    # -- whose data it is ---------------------------------------------------------

    def _addresses(self, client):
        """{channel: addresses} that are or were the client's: of the client, the entries merged into it, the messages
        and the consent events."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH known AS (
                    SELECT phone, email FROM klientbox_client WHERE id = %(client)s
                     UNION SELECT phone, email FROM klientbox_client_alias WHERE client_id = %(client)s
                )
                SELECT channel, address FROM klientbox_message WHERE client_id = %(client)s AND address IS NOT NULL
                 UNION SELECT channel, address FROM klientbox_consent_event
                        WHERE client_id = %(client)s AND address IS NOT NULL
                 UNION SELECT 'sms', phone FROM known WHERE phone IS NOT NULL
                 UNION SELECT 'email', email FROM known WHERE email IS NOT NULL
                 UNION SELECT 'email', lower(email) FROM known WHERE email IS NOT NULL
                """,
                client=client.id,
            )
        )
        return {wanted: {address for channel, address in rows if channel == wanted} for wanted in (SMS, EMAIL)}

    def _numbers(self, client):
        """The client's id, and those of the entries that were merged into it."""
        return [client.id, *client.alias_ids.mapped("former_id")]

    def _not_shared(self, client, channel, addresses):
        """Those of the addresses that no other client of the company and its branches has."""
        root = client.company_id.root_id
        others_sudo = self.env["klientbox.client"]._find_by_address(root, channel, addresses) - client.sudo()
        taken = {(other[ADDRESS_FIELDS[channel]] or "").lower() for other in others_sudo}
        return {address for address in addresses if address.lower() not in taken}

    def _find_copies(self, client, addresses, names):
        """{model: records} that hold a copy of what identifies the client and are found by that alone; addons add
        theirs. Looked for before anything is erased; `addresses` as `_addresses`, `names` all that the client had."""
        return {}

    def _mentions(self, column, addresses):
        """The condition that a text contains one of the addresses, however it is spelt there."""
        digits = [f"%{number}%" for number in filter(None, map(phone.significant, addresses[SMS]))]
        words = [f"%{escape_psql(address.lower())}%" for address in addresses[EMAIL]]
        return SQL(
            r"""
            (regexp_replace(%(column)s, '\D', '', 'g') LIKE ANY(%(digits)s)
             OR lower(%(column)s) LIKE ANY(%(words)s))
            """,
            column=column,
            digits=digits,
            words=words,
        )

    # -- running processes ---------------------------------------------------------

    def _refuse_while_running(self, client, addresses, copies):
        """Raise UserError while a process about the client is running: its data would be lost, or come back.

        Addons extend it for what works on their `copies`, see `_find_copies`.
        """
        [[sending]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM klientbox_message WHERE client_id = %s AND state = 'sending'",
                client.id,
            )
        )
        [[waiting]] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM klientbox_inbound WHERE company_id = %s AND state = 'new' AND %s",
                client.company_id.id,
                self._mentions(CALLBACK_TEXT, addresses),
            )
        )
        if sending or waiting:
            raise UserError(self.env._("A message of this client is on its way; try again in a minute."))

    # -- erasing --------------------------------------------------------------------

    def _suppress(self, client, addresses):
        """Keep a refusal by the hash alone, where no other client has the address."""
        Event = self.env["klientbox.consent.event"]
        company = client.company_id.root_id
        vals_list = []
        for channel, known in addresses.items():
            hashes = {Event._hash(channel, address): address for address in self._not_shared(client, channel, known)}
            listed = self.env["klientbox.suppression"]._find(client.company_id, {channel: set(hashes)})
            present = Event._hash(channel, client[ADDRESS_FIELDS[channel]])
            vals_list += [
                {
                    "company_id": company.id,
                    "client_id": key == present and client.id,
                    "channel": channel,
                    "address": address,
                    "kind": "withdrawn",
                }
                for key, address in hashes.items()
                if listed[channel, key].source not in OWN_REFUSALS
            ]
        Event._record("erasure", vals_list)

    def _erase_messages(self, client, addresses):
        """Cancel queued messages; of all messages only state, days, parts and cost stay."""
        self.env["klientbox.message"]._wake_log_readers()
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_message
                   SET address = NULL, subject = NULL, body = NULL,
                       provider_ref = CASE direction WHEN 'out' THEN provider_ref END,
                       state = CASE WHEN state IN ('queued', 'claimed') THEN 'cancelled' ELSE state END,
                       reason = CASE WHEN state IN ('queued', 'claimed') THEN 'client_erased' ELSE reason END,
                       claim_token = NULL, lease_until = NULL, due_at = NULL
                 WHERE client_id = %s OR (client_id IS NULL AND company_id = %s AND address = ANY(%s))
                """,
                client.id,
                client.company_id.id,
                [address for known in addresses.values() for address in known],
            )
        )

    def _erase_events(self, client, addresses):
        """Remove person and words from consent events; consent or refusal, time and method stay as proof."""
        events = self.env["klientbox.consent.event"]
        mine = fields.Domain("client_id", "=", client.id)
        for channel, known in addresses.items():
            mine |= (
                fields.Domain("company_id", "=", client.company_id.root_id.id)
                & fields.Domain("client_id", "=", False)
                & fields.Domain("channel", "=", channel)
                & fields.Domain("address", "in", list(self._not_shared(client, channel, known)))
            )
        # Events without a client belong to the root company, which an administrator of a branch can't read.
        events.sudo().search(mine)._erase()

    def _erase_undeliverable(self, client, addresses):
        """An address stays marked as undeliverable only where another client has it."""
        self.env["klientbox.undeliverable"]._erase(
            client.company_id,
            {channel: self._not_shared(client, channel, known) for channel, known in addresses.items()},
        )

    def _erase_thread(self, record):
        """Delete chatter with its tracked values, files, activities and followers."""
        # Only authors may delete their notes, mails and files; here all of them have to go.
        messages_sudo = self.env["mail.message"].sudo()
        messages_sudo = messages_sudo.search([("model", "=", record._name), ("res_id", "in", record.ids)])
        files_sudo = self.env["ir.attachment"].sudo()
        files_sudo = files_sudo.search([("res_model", "=", record._name), ("res_id", "in", record.ids)])
        (files_sudo | messages_sudo.attachment_ids).unlink()
        for model in ("sms.sms", "mail.mail"):
            self.env[model].sudo().search([("mail_message_id", "in", messages_sudo.ids)]).unlink()
        messages_sudo.unlink()
        record_sudo = record.sudo().with_context(active_test=False)
        record_sudo.activity_ids.unlink()
        record_sudo.message_follower_ids.unlink()

    def _erase_unsent(self, client, addresses):
        """Delete open dialogs and scheduled messages: about the client or their contact, to the contact, or, written by
        a user of the company, with one of the addresses in the text."""
        contacts = client.partner_id | client.alias_ids.partner_id
        about = SQL(" OR ").join(
            SQL("(model = %s AND ids && %s::bigint[])", model, ids)
            for model, ids in ((client._name, self._numbers(client)), (contacts._name, contacts.ids))
        )
        sources = {
            "mail.compose.message": ("model", "res_ids", ("subject", "body", "res_domain")),
            "mail.scheduled.message": ("model", "res_id", ("subject", "body", "notification_parameters")),
            "sms.composer": (
                "res_model",
                "concat_ws(' ', res_id, res_ids)",
                ("body", "numbers", "recipient_single_number_itf"),
            ),
        }
        for model, (about_model, about_ids, texts) in sources.items():
            # They belong to other users; here all of them have to go.
            records_sudo = self.env[model].sudo()
            found = self.env.execute_query(
                SQL(
                    r"""
                    SELECT id FROM (
                        SELECT id, create_uid, %(model)s AS model, concat_ws(' ', %(texts)s) AS text,
                               ARRAY(SELECT match[1]::bigint
                                       FROM regexp_matches(%(ids)s::text, '\d+', 'g') AS match) AS ids
                          FROM %(table)s
                    ) AS unsent
                     WHERE %(about)s OR (%(mentions)s AND create_uid IN (
                        SELECT user_id FROM res_company_users_rel WHERE cid = %(company)s))
                    """,
                    model=SQL.identifier(about_model),
                    texts=SQL(", ").join(map(SQL.identifier, texts)),
                    ids=SQL(about_ids),
                    table=SQL.identifier(records_sudo._table),
                    about=about,
                    mentions=self._mentions(SQL("text"), addresses),
                    company=client.company_id.id,
                )
            )
            unsent_sudo = records_sudo.browse(record for [record] in found)
            if contacts and "partner_ids" in records_sudo._fields:
                unsent_sudo |= records_sudo.search([("partner_ids", "in", contacts.ids)])
            if "attachment_ids" in records_sudo._fields:
                # Choices in a dialog have no other use yet.
                files_sudo = unsent_sudo.attachment_ids
                files_sudo.filtered(
                    lambda file: file.res_model in ("mail.compose.message", "mail.scheduled.message")
                ).unlink()
            unsent_sudo.unlink()

    def _delete_contacts(self, client):
        """Delete the contacts of the client and of the entries merged into it; returns whether one was kept, because
        something else in Odoo uses it."""
        partners = client.partner_id | client.alias_ids.partner_id
        client.partner_id = False
        client.alias_ids._clear_contacts()
        self.env.flush_all()
        kept = [self._delete_contact(client, partner) for partner in partners]
        return any(kept)

    def _delete_contact(self, client, partner):
        # Contacts belong to other apps; every table is checked for a use of this one.
        partner_sudo = partner.sudo()
        if partner_sudo.company_id != client.company_id or self._is_used(partner_sudo):
            return True
        self._erase_thread(partner_sudo)
        partner_sudo.unlink()
        return False

    def _is_used(self, partner):
        """Whether anything but our client and the contact's own chatter refers to it."""
        references = self.env.execute_query(
            SQL(
                """
                SELECT source.relname, attribute.attname, reference.confdeltype IN ('c', 'n')
                  FROM pg_constraint reference
                  JOIN pg_class source ON source.oid = reference.conrelid
                  JOIN pg_attribute attribute
                    ON attribute.attrelid = source.oid AND attribute.attnum = reference.conkey[1]
                 WHERE reference.contype = 'f' AND reference.confrelid = 'res_partner'::regclass
                """
            )
        )
        passing = self._passing_tables()
        tests = [
            SQL(
                "SELECT 1 FROM %(table)s WHERE %(column)s = %(id)s%(others)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                id=partner.id,
                others=SQL(" AND id <> %s", partner.id) if table == "res_partner" else SQL(),
            )
            for table, column, gives_way in references
            if table not in NO_REASON_TO_KEEP and not (gives_way and table in passing)
        ]
        other_clients = ["|", ("partner_id", "=", partner.id), ("alias_ids.partner_id", "=", partner.id)]
        return bool(
            self.env["klientbox.client"].sudo().with_context(active_test=False).search_count(other_clients, limit=1)
            or self.env.execute_query(SQL("(%s) LIMIT 1", SQL(") UNION ALL (").join(tests)))
        )

    @api.model
    def _passing_tables(self):
        """Tables of dialogs and of their relations, which Odoo empties by itself: no reason to keep a contact."""
        tables = {True: set(), False: set()}
        for model in self.env.registry.values():
            if model._abstract:
                continue
            relations = {
                field.relation for field in model._fields.values() if field.type == "many2many" and field.store
            }
            tables[model.is_transient()] |= {model._table, *relations}
        return tables[True] - tables[False]

    def _erase_filters(self, company, addresses, names):
        """Delete saved searches of the company's users for an address or a name of the client."""
        # They belong to their users; here all of them have to go.
        filters_sudo = self.env["ir.filters"].sudo()
        shared = filters_sudo._fields["user_ids"]
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT id, create_uid, replace(concat_ws(' ', name, domain, context), chr(34), chr(39)) AS text
                      FROM ir_filters
                ) AS saved
                 WHERE (%(mentions)s OR (SELECT bool_or(strpos(text, name) > 0) FROM unnest(%(names)s) AS name))
                   AND EXISTS (
                       SELECT FROM res_company_users_rel AS staff
                        WHERE staff.cid = %(company)s AND (staff.user_id = saved.create_uid OR staff.user_id IN (
                            SELECT %(user)s FROM %(shared)s WHERE %(filter)s = saved.id)))
                """,
                mentions=self._mentions(SQL("text"), addresses),
                # Many texts contain a name of a single word: it must be a whole value.
                names=[name if " " in name else f"'{name}'" for name in names],
                company=company.id,
                user=SQL.identifier(shared.column2),
                shared=SQL.identifier(shared.relation),
                filter=SQL.identifier(shared.column1),
            )
        )
        filters_sudo.browse(number for [number] in found).unlink()

    def _erase_copies(self, client, addresses, names, copies):
        """Erase the client in stored callbacks and webhooks, in answers kept for repeated calls, in queued SMS, saved
        searches, and notifications to browsers. Addons extend it for their `copies`, see `_find_copies`."""
        company = client.company_id
        self._erase_filters(company, addresses, names)
        self.env.cr.execute(
            SQL(
                "DELETE FROM klientbox_inbound WHERE company_id = %s AND %s",
                company.id,
                self._mentions(CALLBACK_TEXT, addresses),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM klientbox_webhook_delivery delivery
                 WHERE company_id = %(company)s AND (
                    (model = 'klientbox.client' AND res_id = ANY(%(clients)s))
                    OR (model = 'klientbox.visit' AND res_id IN (
                        SELECT id FROM klientbox_visit WHERE client_id = %(client)s))
                    OR (model = 'klientbox.message' AND res_id IN (
                        SELECT id FROM klientbox_message WHERE client_id = %(client)s))
                    OR %(mentions)s)
                """,
                company=company.id,
                client=client.id,
                clients=self._numbers(client),
                mentions=self._mentions(SQL("payload"), addresses),
            )
        )
        # Keys of the tested company can read a test company's clients.
        companies = company | company._klientbox_settings().test_of_id
        idempotency.erase(self.env.cr, companies.ids, self._numbers(client), self._mentions(SQL("body"), addresses))
        numbers = [("number", "in", list(addresses[SMS])), ("klientbox_company_id", "in", [company.id, False])]
        # Odoo's queue of SMS is for its own job alone, and a dialog belongs to the user who left it open.
        self.env["sms.sms"].sudo().search(numbers).unlink()
        for dialog in ("klientbox.consent.record", "klientbox.message.write"):
            self.env[dialog].sudo().search([("client_id", "=", client.id)]).unlink()
        self.env.cr.execute(
            SQL(
                "DELETE FROM bus_bus WHERE (SELECT bool_or(strpos(message, name) > 0) FROM unnest(%s) AS name) OR %s",
                # As it is written in JSON.
                [json.dumps(name)[1:-1] for name in names],
                self._mentions(SQL("message"), addresses),
            )
        )
