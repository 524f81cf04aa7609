from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL, escape_psql

from ...exceptions import FieldError
from ...lib import client_status, clock, phone, text
from ...lib.address import EMAIL, SMS, is_email
from ...lib.reasons import INVALID_EMAIL, PHONE_TAKEN
from ..mixins.bulk_insert import insert
from ..mixins.klientbox_single_line import NUMBERS
from ..mixins.reasons import sentence, translated
from .klientbox_consent_event import OWN_REFUSALS

ADDRESS_FIELDS = {SMS: "phone", EMAIL: "email"}
FLAG_FIELDS = {SMS: "sms_opt_out", EMAIL: "email_opt_out"}
# Columns that are copied to the linked contact, one way.
PARTNER_FIELDS = ("name", "phone", "email")
# Characters, same limit as in the API and in imports.
LONGEST_NAME = 255
# The last digits of a phone, which few others share.
SEARCHED_DIGITS = 7


class KlientboxClient(models.Model):
    """A client of a company; one row a company, with columns of its own.

    Not a contact (`_inherits`): merging or editing contacts would delete clients, break their phones and affect other
    companies' clients.
    """

    _name = "klientbox.client"
    _description = "Client"
    _inherit = ["klientbox.named", "klientbox.versioned", "mail.thread", "mail.activity.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(
        "Client name", required=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    given_name = fields.Char("Given name")
    family_name = fields.Char("Family name")
    phone = fields.Char(help="Stored as +420601234567, however it is entered.")
    phone_pretty = fields.Char("Phone number", compute="_compute_phone_pretty")
    phone_kind = fields.Selection(
        [
            ("mobile", "Mobile"),
            ("landline", "Landline"),
            ("special", "Special number"),
            ("unassigned", "Not assigned"),
        ],
        "Kind of phone",
        compute="_compute_phone_kind",
        store=True,
        precompute=True,
        help="Based on the numbering plan of its country. Only a mobile phone can get SMS.",
    )
    sms_obstacle = fields.Char("No SMS to this phone", compute="_compute_obstacles")
    is_sms_set_aside = fields.Boolean(
        "SMS undeliverable", compute="_compute_obstacles", search="_search_is_sms_set_aside"
    )
    email = fields.Char("E-mail")
    email_obstacle = fields.Char("No messages to this e-mail", compute="_compute_obstacles")
    is_email_set_aside = fields.Boolean(
        "E-mail undeliverable", compute="_compute_obstacles", search="_search_is_email_set_aside"
    )
    lang = fields.Selection(_lang_get, "Language", help="Language of messages; empty: the company's language.")
    birth_date = fields.Date("Birth date")
    gender = fields.Selection([("female", "Female"), ("male", "Male"), ("other", "Other")])
    code = fields.Char(help="The salon's own number of this client.", copy=False)
    external_id = fields.Char("External number", help="The number of this client in the external system.", copy=False)
    external_source = fields.Char("External system", copy=False)
    active = fields.Boolean(default=True)
    erased_at = fields.Datetime(
        "Erased on", readonly=True, copy=False, help="From then on no data here identifies the person."
    )
    is_vip = fields.Boolean("VIP")
    tag_ids = fields.Many2many("klientbox.tag", string="Tags", check_company=True)
    notes = fields.Text()
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        copy=False,
        readonly=True,
        help="Created when an invoice or another app needs one. Changes of the client are copied to the contact,"
        " never the reverse.",
    )
    search_key = fields.Char("Search key", compute="_compute_search_key", store=True, precompute=True)

    visit_ids = fields.One2many("klientbox.visit", "client_id", "Visits")
    last_visit_date = fields.Date("Last visit", compute="_compute_visit_totals", store=True, precompute=True)
    total_visits = fields.Integer("Visits done", compute="_compute_visit_totals", store=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    total_spent = fields.Monetary(
        "Spent", compute="_compute_visit_totals", store=True, precompute=True, help="Total amount of the visits done."
    )
    next_visit = fields.Datetime("Next visit", compute="_compute_next_visit")
    status = fields.Selection(
        [
            (client_status.NEW, "New"),
            (client_status.ACTIVE, "Active"),
            (client_status.WARNING, "Warning"),
            (client_status.INACTIVE, "Inactive"),
            (client_status.LOST, "Lost"),
        ],
        compute="_compute_status",
        store=True,
        required=True,
        precompute=True,
        help="Based on the days since the last visit; a client without a visit is new.",
    )
    days_since_visit = fields.Integer("Days since visit", compute="_compute_days_since_visit")

    sms_opt_out = fields.Boolean("No SMS", compute="_compute_opt_outs", store=True, readonly=False, precompute=True)
    email_opt_out = fields.Boolean(
        "No e-mail", compute="_compute_opt_outs", store=True, readonly=False, precompute=True
    )
    consent_event_ids = fields.One2many("klientbox.consent.event", "client_id", "Consent events")
    message_log_ids = fields.One2many("klientbox.message", "client_id", "SMS and e-mails", readonly=True)
    decision_ids = fields.One2many("klientbox.decision", "client_id", "Decisions", readonly=True)
    alias_ids = fields.One2many("klientbox.client.alias", "client_id", "Merged entries", readonly=True)

    _phone_unique = models.UniqueIndex("(company_id, phone) WHERE active IS TRUE", PHONE_TAKEN)
    _code_unique = models.UniqueIndex("(company_id, code) WHERE code IS NOT NULL", "Another client has this code.")
    _external_unique = models.UniqueIndex(
        "(company_id, external_source, external_id) WHERE external_id IS NOT NULL",
        "Another client has this external number.",
    )
    _external_index = models.Index("(company_id, external_id) WHERE external_id IS NOT NULL")
    _list_index = models.Index("(company_id, id) WHERE active IS TRUE")
    _name_index = models.Index("(company_id, name_order, id) WHERE active IS TRUE")
    _last_visit_index = models.Index("(company_id, last_visit_date NULLS FIRST, id) WHERE active IS TRUE")
    _status_index = models.Index("(company_id, status, last_visit_date, active)")
    _search_index = models.Index("USING gin (company_id, search_key gin_trgm_ops)")
    _email_index = models.Index("(company_id, lower(email)) WHERE email IS NOT NULL")
    _no_sms_index = models.Index("(company_id, id) WHERE phone_kind <> 'mobile'")

    def init(self):
        """Let PostgreSQL sample more search keys than values of other columns in its statistics.

        It then knows whether a family name is common, and reads the list or the index accordingly: at a million clients
        2 ms instead of 20.
        """
        self.env.cr.execute("ALTER TABLE klientbox_client ALTER COLUMN search_key SET STATISTICS 1000")
        return super().init()

    @api.depends("given_name", "family_name")
    def _compute_name(self):
        for client in self:
            client.name = " ".join(client._name_parts()) or client.name

    def _name_parts(self):
        """The parts of a name, in this order; addons may add more."""
        self.ensure_one()
        return [part for part in (self.given_name, self.family_name) if part]

    @api.depends("name", "phone")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        """In a drop-down with the phone, which distinguishes clients of the same name."""
        with_phone = self.env.context.get("formatted_display_name")
        for client in self:
            client.display_name = (
                f"{client.name} --{client.phone_pretty}--" if with_phone and client.phone else client.name
            )

    @api.depends("phone")
    def _compute_phone_pretty(self):
        for client in self:
            client.phone_pretty = client.phone and phone.pretty(client.phone)

    @api.depends("phone")
    def _compute_phone_kind(self):
        for client in self:
            region = client.company_id._klientbox_region()
            # In an unsaved form it is as typed.
            client.phone_kind = client.phone and phone.kind_as_typed(client.phone, region)

    @api.depends("phone", "phone_kind", "email")
    @api.depends_context("lang")
    def _compute_obstacles(self):
        """The note that staff read beside an address that gets no messages."""
        kinds = self._kinds_without_sms()
        for company, clients in self.grouped("company_id").items():
            found = self.env["klientbox.undeliverable"]._find(
                company, {channel: set(clients.mapped(field)) for channel, field in ADDRESS_FIELDS.items()}
            )
            for client in clients:
                sms, email = (
                    found.get((channel, (client[field] or "").lower())) for channel, field in ADDRESS_FIELDS.items()
                )
                client.is_sms_set_aside, client.is_email_set_aside = bool(sms), bool(email)
                client.sms_obstacle = kinds.get(client.phone_kind) or (sms and sms._obstacle_text())
                client.email_obstacle = email and email._obstacle_text()

    def _search_is_sms_set_aside(self, operator, value):
        return self._search_set_aside(SMS, operator, value)

    def _search_is_email_set_aside(self, operator, value):
        return self._search_set_aside(EMAIL, operator, value)

    def _search_set_aside(self, channel, operator, value):
        """Clients with an address that their company or its branches have marked as undeliverable."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.env["klientbox.undeliverable"].flush_model()
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """
                EXISTS (
                    SELECT FROM klientbox_undeliverable known
                      JOIN res_company company ON split_part(company.parent_path, '/', 1)::int = known.company_id
                     WHERE company.id = %s AND known.channel = %s AND known.address = lower(%s)
                       AND known.used_again_at IS NULL)
                """,
                model._field_to_sql(alias, "company_id", query),
                channel,
                model._field_to_sql(alias, ADDRESS_FIELDS[channel], query),
            )
        )

    @api.model
    def _kinds_without_sms(self):
        """{kind of phone: why it can't get SMS, as text}."""
        return {
            phone.LANDLINE: self.env._("Landline: can't get SMS"),
            phone.SPECIAL: self.env._("Special number (toll-free, premium-rate, internet…): can't get SMS"),
            phone.UNASSIGNED: self.env._("No such number is assigned: can't get SMS"),
        }

    @api.depends("name", "phone", "email", "alias_ids.name", "alias_ids.phone", "alias_ids.email")
    def _compute_search_key(self):
        """Also finds clients by values of merged entries, such as an old phone."""
        for client in self:
            keys = (text.search_key(each.name, each.phone, each.email) for each in (client, *client.alias_ids))
            client.search_key = " ".join(dict.fromkeys(keys))

    @api.depends("visit_ids.state", "visit_ids.start", "visit_ids.amount")
    def _compute_visit_totals(self):
        done = {
            client.id: (last, count, spent)
            for client, last, count, spent in self.env["klientbox.visit"]._read_group(
                [("client_id", "in", self.ids), ("state", "=", "done")],
                ["client_id"],
                ["start:max", "__count", "amount:sum"],
            )
        }
        zones = {company: company._klientbox_settings().timezone for company in self.company_id}
        for client in self:
            last, client.total_visits, client.total_spent = done.get(client._origin.id, (False, 0, 0))
            client.last_visit_date = last and clock.local(last, zones[client.company_id]).date()

    @api.depends("last_visit_date", "active")
    def _compute_status(self):
        for company, clients in self.grouped("company_id").items():
            settings = company._klientbox_settings()
            thresholds, today = settings._thresholds(), settings._today()
            for client in clients:
                client.status = thresholds.status_of(client.last_visit_date, today)

    @api.depends("last_visit_date", "company_id")
    def _compute_days_since_visit(self):
        for company, clients in self.grouped("company_id").items():
            today = company._klientbox_settings()._today()
            for client in clients:
                last = client.last_visit_date
                client.days_since_visit = last and client_status.days_since(last, today)

    def _compute_next_visit(self):
        upcoming = dict(
            self.env["klientbox.visit"]._read_group(
                [("client_id", "in", self.ids), ("state", "=", "scheduled"), ("start", ">", clock.now())],
                ["client_id"],
                ["start:min"],
            )
        )
        for client in self:
            client.next_visit = upcoming.get(client._origin, False)

    @api.depends("phone", "email")
    def _compute_opt_outs(self):
        """A flag is set when the address is suppressed, or, without an address, when the client's last event was a
        refusal."""
        Event = self.env["klientbox.consent.event"]
        for company, clients in self.grouped("company_id").items():
            hashes = {
                channel: {client: Event._hash(channel, client[field]) for client in clients}
                for channel, field in ADDRESS_FIELDS.items()
            }
            suppressed = self.env["klientbox.suppression"]._find(
                company, {channel: set(by_client.values()) - {False} for channel, by_client in hashes.items()}
            )
            for channel, flag in FLAG_FIELDS.items():
                for client in clients:
                    key = hashes[channel][client]
                    refused = bool(suppressed.get((channel, key))) if key else client._has_withdrawn(channel)
                    # In an unsaved form: the refusal will apply to the new address as well.
                    client[flag] = refused or (client.id != client._origin.id and client._origin[flag])

    def _search_display_name(self, operator, value):
        if operator in ("ilike", "like") and isinstance(value, str):
            return self._get_search_domain(value)
        return super()._search_display_name(operator, value)

    @api.constrains("name")
    def _check_name(self):
        for client in self:
            if not (client.name or "").strip():
                raise ValidationError(self.env._("A client needs a name."))

    @api.model_create_multi
    def create(self, vals_list):
        """Normalise addresses; flags in the values become consent events."""
        self._refuse_erasures(*vals_list)
        self._klientbox_check_named(vals_list)
        vals_list = [self._name_source(self._prepare_addresses(vals)) for vals in vals_list]
        flags = [{name: vals.pop(name) for name in FLAG_FIELDS.values() if name in vals} for vals in vals_list]
        self._refuse_taken_phones(
            (vals.get("company_id") or self.env.company.id, vals.get("phone"))
            for vals in vals_list
            if vals.get("active", True)
        )
        self._refuse_taken_numbers(self._external_key(vals) for vals in vals_list)
        clients = super().create(vals_list)
        for client, wanted in zip(clients, flags, strict=True):
            for channel, flag in FLAG_FIELDS.items():
                # A false opt-out flag is no consent: a suppressed address stays suppressed.
                if wanted.get(flag):
                    client._record_flag(channel, True)
        return clients

    def write(self, vals):
        """A refusal moves with the client to a new address; the linked contact is updated.

        Raises FieldError where an opt-out flag can't get the value in `vals`.
        """
        self._refuse_erasures(vals)
        self._refuse_erased()
        vals = self._name_source(self._prepare_addresses(vals))
        if "external_id" in vals or "external_source" in vals:
            self._refuse_taken_numbers(client._external_key(vals) for client in self)
        if vals.get("phone") or vals.get("active"):
            staying = self.filtered(lambda client: vals.get("active", client.active))
            staying._refuse_taken_phones((client.company_id.id, vals.get("phone", client.phone)) for client in staying)
        refusals = {channel: self._refusals_at_stake(channel, vals) for channel in ADDRESS_FIELDS}
        wanted = {channel: vals.pop(flag) for channel, flag in FLAG_FIELDS.items() if flag in vals}
        result = super().write(vals)
        for channel, refused in refusals.items():
            for client, source in refused.items():
                if not client._refused_by(channel):
                    client._opt_out(channel, source, text=self.env._("Transferred to a new address."))
        for channel, flag in wanted.items():
            self._record_flag(channel, flag)
        if any(name in vals for name in ("name", "given_name", "family_name", "phone", "email")):
            self._update_partner()
        return result

    def message_post(self, **kwargs):
        """Refuse additions to an erased client."""
        self._refuse_erased()
        return super().message_post(**kwargs)

    def _check_access(self, operation):
        """Refuse changes of an erased client and of its notes, activities and files."""
        result = super()._check_access(operation)
        if result or operation != "write":
            return result
        # Nothing but this is read of the client, and the caller may write it.
        erased = self.sudo().filtered("erased_at").with_env(self.env)
        return (erased, lambda: AccessError(self._erased_text())) if erased else None

    def _refuse_erased(self):
        """Raise FieldError where the personal data of one of the clients have been erased."""
        # Whether the user may see the client is checked elsewhere; this reveals nothing else.
        if any(self.sudo().mapped("erased_at")):
            raise FieldError(("client_id", "client_erased", self._erased_text()))

    @api.model
    def _refuse_refilled(self, records, vals, texts):
        """Raise FieldError where records with a `client_id` would put one of these texts on an erased client, or be
        moved from or to one."""
        if any(vals.get(name) for name in texts):
            records.client_id._refuse_erased()
        if "client_id" in vals:
            records._klientbox_check_named([{"client_id": vals["client_id"]}])
            moved = records.filtered(lambda record: record.client_id.id != vals["client_id"])
            if moved:
                (moved.client_id | self.browse(vals["client_id"] or []))._refuse_erased()

    def _erased_text(self):
        return self.env._(
            "This client's personal data are permanently erased. If the person comes back, create a new client."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_kept(self):
        """Explain why the client is kept, and what to do instead of deleting it."""
        kept_for = {}
        for model, label in self._kept_for().items():
            records = self.env[model].with_context(active_test=False)
            for client, count in records._read_group([("client_id", "in", self.ids)], ["client_id"], ["__count"]):
                kept_for.setdefault(client, []).append(f"{label} ({count})")
        for client, labels in kept_for.items():
            raise UserError(
                self.env._(
                    "%(client)s has %(records)s and can't be deleted. Archive the client instead. If the person asks"
                    " for it, an administrator can erase their personal data in the Consent tab; the figures stay.",
                    client=client.name,
                    records=", ".join(labels),
                )
            )

    def _kept_for(self):
        """{model: label} of records with a `client_id` that prevent a client's deletion; addons extend it."""
        return {"klientbox.visit": self.env._("visits"), "klientbox.message": self.env._("messages")}

    def action_visits(self):
        """Open the client's visits, ready to add the next one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_visit_action")
        return {**action, "domain": [("client_id", "=", self.id)], "context": {"default_client_id": self.id}}

    def action_use_phone_again(self):
        """Send SMS to the phone again, though the last ones were not delivered."""
        self._use_again(SMS)

    def action_use_email_again(self):
        """Send e-mails to the address again, though the last ones were not delivered."""
        self._use_again(EMAIL)

    def _use_again(self, channel):
        self.ensure_one()
        self.check_access("write")
        address = (self[ADDRESS_FIELDS[channel]] or "").lower()
        self.env["klientbox.undeliverable"]._find(self.company_id, {channel: [address]})[channel, address]._use_again()
        self.invalidate_recordset(["is_sms_set_aside", "is_email_set_aside", "sms_obstacle", "email_obstacle"])

    def action_make_partner(self):
        """Open the client's contact, for invoices and other apps."""
        self.ensure_one()
        partner = self._make_partner()
        return {"type": "ir.actions.act_window", "res_model": "res.partner", "res_id": partner.id, "view_mode": "form"}

    def action_erase(self):
        """Erase the client's personal data for good."""
        self.ensure_one()
        if not self.env.user.has_group("klientbox.group_administrator"):
            raise AccessError(self.env._("Only KlientBox administrators can erase personal data."))
        self.check_access("write")
        erasure = self.env["klientbox.erasure"]._run(self)
        message = self.env._("The personal data are erased.")
        if erasure.contact_kept:
            message = self.env._("The personal data are erased. The contact is used elsewhere in Odoo and stays there.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if erasure.contact_kept else "success",
                "sticky": erasure.contact_kept,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _prepare_erasure_vals(self):
        """Values of the client's own fields after an erasure; addons with fields of a client extend it."""
        self.ensure_one()
        emptied = ("given_name", "family_name", "phone", "email", "lang", "birth_date", "gender", "code", "external_id")
        return {
            **dict.fromkeys((*emptied, "external_source", "notes", "is_vip", "active"), False),
            "name": self.env._("Erased client %(number)s", number=self.id),
            "tag_ids": [Command.clear()],
        }

    def _erase_belongings(self):
        """Erase personal data in the client's visits; addons with records of a client extend it.

        Future visits are cancelled.
        """
        ahead = self.visit_ids.filtered(lambda visit: visit.state == "scheduled" and visit.start > clock.now())
        ahead._cancel()
        self.visit_ids.write({"note": False, "external_ref": False})

    @api.model
    def _get_search_domain(self, search_text):
        """Clients whose name, phone or e-mail contains every word, ignoring case, diacritics and spelling."""
        words = text.search_words(search_text)
        if words is None:
            return Domain.FALSE
        return Domain.AND([self._get_word_domain(word) for word in words] or [Domain.TRUE])

    def _get_word_domain(self, word):
        """Clients with this word in their search key.

        A long number is searched by its last digits: all phones start alike, and the index would have to read every
        client.
        """
        if not word.isdecimal() or len(word) <= SEARCHED_DIGITS:
            return Domain("search_key", "like", escape_psql(word))
        whole = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "strpos(%s, %s) > 0", model._field_to_sql(alias, "search_key", query), word
            )
        )
        return Domain("search_key", "like", word[-SEARCHED_DIGITS:]) & whole

    def _prepare_addresses(self, vals):
        """Phone as E.164, e-mail and names trimmed, an empty text as no value."""
        # These are searched for before they are stored.
        vals = {**vals, **self._in_one_line({name: vals[name] for name in NUMBERS & vals.keys()})}
        self._refuse_long_names(vals)
        for name in ("name", "given_name", "family_name", "email", "phone", "code", "external_id"):
            if isinstance(vals.get(name), str):
                vals[name] = vals[name].strip() or False
        if vals.get("phone"):
            company = self.env["res.company"].browse(vals.get("company_id")) or self[:1].company_id or self.env.company
            vals["phone"] = self._e164(vals["phone"], company)
        if vals.get("email") and not is_email(vals["email"]):
            raise FieldError(("email", "invalid_email", sentence(self.env, INVALID_EMAIL)))
        return vals

    @api.model
    def _refuse_erasures(self, *vals_list):
        if any("erased_at" in vals for vals in vals_list):
            raise AccessError(self.env._("Only KlientBox can record erasures."))

    def _refuse_long_names(self, vals):
        too_long = [
            (name, "too_long", self.env._("A name has at most %(count)s characters.", count=LONGEST_NAME))
            for name in ("name", "given_name", "family_name")
            if len(vals.get(name) or "") > LONGEST_NAME
        ]
        if too_long:
            raise FieldError(*too_long)

    @api.model
    def _e164(self, number, company):
        """A phone as E.164, read with the company's country. Raises ValidationError."""
        try:
            return phone.of_person(number, company._klientbox_region())
        except phone.InvalidPhone as error:
            raise FieldError(("phone", "invalid_phone", sentence(self.env, str(error)))) from error

    def _refuse_taken_phones(self, wanted):
        """Raise FieldError when another client has one of the (company id, phone) pairs.

        The unique index decides concurrent writes; this gives everyone else a readable message.
        """
        wanted = [pair for pair in wanted if pair[1]]
        if len(set(wanted)) < len(wanted):
            raise FieldError(self._phone_taken())
        taken = self._taken_phones(wanted)
        for pair in wanted:
            if pair in taken:
                raise FieldError(self._phone_taken(taken[pair]))

    def _taken_phones(self, wanted):
        """{(company id, phone): the client into whom the entry with it was merged, if not a client's own}."""
        numbers = [number for _company, number in wanted if number]
        # Archived clients keep their phone without reserving it, also where a list shows them.
        others = self.with_context(active_test=True).search([("phone", "in", numbers), ("id", "not in", self.ids)])
        taken = {(client.company_id.id, client.phone): self.browse() for client in others}
        if self._is_by_api():
            # For an integration the phone still means that person; staff know when it has a new owner.
            for entry in self._merged_entries("phone", numbers).filtered("client_id.active"):
                taken.setdefault((entry.company_id.id, entry.phone), entry.client_id)
        return taken

    def _merged_entries(self, field, values):
        """Entries merged into other clients, by a value of theirs."""
        return self.env["klientbox.client.alias"].search([(field, "in", values), ("client_id", "not in", self.ids)])

    def _phone_taken(self, merged_into=None):
        if merged_into:
            message = self.env._("An entry merged into client %(id)s has this phone.", id=merged_into.id)
        else:
            message = translated(self.env, PHONE_TAKEN)
        return ("phone", "phone_taken", message)

    @api.model
    def _unique_problems(self):
        return {
            **super()._unique_problems(),
            "klientbox_client_phone_unique": self._phone_taken(),
            "klientbox_client_external_unique": self._number_taken(),
        }

    def _name_source(self, vals):
        """An external number without a system is the API's, unless the client's number belongs to another system."""
        if self._is_by_api() and vals.get("external_id") and not any(client.external_source for client in self):
            return {"external_source": "api", **vals}
        return vals

    def _external_key(self, vals):
        """(company id, system, number) of a client with these values."""
        company_id = vals.get("company_id") or self.company_id.id or self.env.company.id
        return (company_id, *(vals.get(name, self[name]) for name in ("external_source", "external_id")))

    def _refuse_taken_numbers(self, wanted):
        """Raise FieldError when another client has one of the (company id, system, number), see `_external_key`."""
        wanted = [key for key in wanted if all(key)]
        if len(set(wanted)) < len(wanted):
            raise FieldError(self._number_taken())
        taken = self._taken_numbers(wanted)
        for key in wanted:
            if key in taken:
                raise FieldError(self._number_taken(taken[key]))

    def _taken_numbers(self, wanted):
        """{(company id, system, number): the client into whom the entry with it was merged, if not a client's own}."""
        if not wanted:
            return {}
        numbers = [number for _company, _system, number in wanted]
        # An archived client is still the one that the other system refers to.
        others = self.with_context(active_test=False).search(
            [("external_id", "in", numbers), ("id", "not in", self.ids)]
        )
        taken = {client._external_key({}): self.browse() for client in others}
        # The number of a merged entry refers to the remaining client.
        for entry in self._merged_entries("external_id", numbers):
            taken.setdefault((entry.company_id.id, entry.external_source, entry.external_id), entry.client_id)
        return taken

    def _number_taken(self, merged_into=None):
        if merged_into:
            message = self.env._("An entry merged into client %(id)s has this external number.", id=merged_into.id)
        else:
            message = self.env._("Another client, possibly archived, has this external number.")
        return ("external_id", "external_id_taken", message)

    @api.model
    def _prepare_each(self, vals_list):
        """[(values for `create`, problems)] of clients of this company from values of integrations.

        A problem is (field, code, message): a conflict with an existing client, or with an earlier one in the list.
        """
        each = [self._name_source(self._prepare_addresses(vals)) for vals in vals_list]
        phones = self._taken_phones([(self.env.company.id, vals.get("phone")) for vals in each])
        numbers = self._taken_numbers([key for key in map(self._external_key, each) if all(key)])
        prepared = []
        for vals in each:
            phone_key, number_key = (self.env.company.id, vals.get("phone")), self._external_key(vals)
            problems = [self._phone_taken(phones[phone_key])] if phone_key in phones else []
            problems += [self._number_taken(numbers[number_key])] if number_key in numbers else []
            if not problems:
                phones |= {phone_key: None} if phone_key[1] else {}
                numbers |= {number_key: None} if all(number_key) else {}
            prepared.append((vals, problems))
        return prepared

    def _recount_visits(self):
        """Recompute the totals from visits, as when a company moves to another time zone."""
        self.env.add_to_compute(self._fields["last_visit_date"], self)
        self.env.add_to_compute(self._fields["total_visits"], self)
        self.env.add_to_compute(self._fields["total_spent"], self)
        self.env.add_to_compute(self._fields["status"], self)
        self.flush_recordset()

    # -- consent ------------------------------------------------------------

    def _opt_out(self, channel, source, **proof):
        """Record that the client refuses messages of a channel; it takes effect at once."""
        self._record_consent("withdrawn", channel, source, **proof)

    def _record_consent(self, kind, channel, source, **proof):
        """Write a consent event as proof of what the client said (or staff did), and update the flags."""
        return self.env["klientbox.consent.event"]._record(
            source, [{**client._prepare_consent_vals(channel), "kind": kind, **proof} for client in self]
        )

    def _consent(self, channel, words, said_on, how):
        """Record the client's new consent to messages of a channel: its words, day and method.

        It ends any refusal, so words, day and method are required as proof. Raises FieldError.
        """
        self.ensure_one()
        self._refuse_erased()
        today = self.company_id._klientbox_settings()._today()
        zone = self.company_id._klientbox_settings().timezone
        refusal = self._refusal(channel)
        problems = []
        if not self[ADDRESS_FIELDS[channel]]:
            message = self.env._("The client has no address for this channel.")
            problems.append((ADDRESS_FIELDS[channel], "required", message))
        if not (words or "").strip():
            problems.append(("text", "required", self.env._("Write down the client's words.")))
        if said_on > today:
            problems.append(("said_on", "out_of_range", self.env._("This day is in the future.")))
        # As in _refused_by: it may belong to another branch; only its day is read.
        elif refusal and said_on < clock.local(refusal.sudo().at, zone).date():
            message = self.env._("The client has refused messages since that day. This consent no longer applies.")
            problems.append(("said_on", "before_refusal", message))
        if problems:
            raise FieldError(*problems)
        proof = {"basis": "consent", "text": words.strip(), "said_on": said_on, "how": how}
        self._record_consent("given", channel, self._consent_source(), **proof)

    def _prepare_consent_vals(self, channel):
        """The values that say whose consent an event is about."""
        self.ensure_one()
        return {
            "company_id": self.company_id.root_id.id,
            "client_id": self.id,
            "channel": channel,
            "address": self[ADDRESS_FIELDS[channel]],
        }

    def _last_consents(self, channel):
        """{client: the last event about their present address, or about the client where they have no address}."""
        Event = self.env["klientbox.consent.event"]
        hashes = {client: Event._hash(channel, client[ADDRESS_FIELDS[channel]]) for client in self}
        by_key = {}
        # Consent to an address counts in every branch; rights to read the words are checked on the returned events.
        for event in Event.sudo().search(
            Domain("company_id", "in", self.company_id.root_id.ids)
            & Domain("channel", "=", channel)
            & (Domain("address_hash", "in", list(filter(None, hashes.values()))) | Domain("client_id", "in", self.ids)),
            order="id",
        ):
            by_key[event.address_hash or event.client_id.id] = event
        found = {client: by_key.get(hashes[client] or client.id) for client in self}
        return {client: event.with_env(self.env) for client, event in found.items() if event}

    def _record_flag(self, channel, wanted):
        """A flag set by hand or by the API becomes an event, where it is a change.

        Raises FieldError where the flag can't be set.
        """
        for client in self:
            refused = client._refused_by(channel)
            if wanted and not refused:
                client._opt_out(channel, self._consent_source())
            elif refused and not wanted:
                # Also of an address that the client has just got.
                self._refuse_to_lift(channel, refused)
                client._record_consent("lifted", channel, self._consent_source())

    @api.model
    def _refuse_to_lift(self, channel, source):
        """Raise FieldError where a refusal of this source can only be withdrawn by the client."""
        if source in OWN_REFUSALS:
            message = self.env._(
                "The client has refused these messages. Only a new consent from the client can change that."
            )
            raise FieldError((FLAG_FIELDS[channel], "consent_required", message))

    def _refusals_at_stake(self, channel, vals):
        """{client: source} of the refusals that a write would lose by changing the address.

        Raises FieldError where the write would lift the client's own refusal.
        """
        flag = FLAG_FIELDS[channel]
        if ADDRESS_FIELDS[channel] not in vals and flag not in vals:
            return {}
        refused = {client: source for client in self if (source := client._refused_by(channel))}
        if vals.get(flag, True):
            return refused
        for source in refused.values():
            self._refuse_to_lift(channel, source)
        return {}

    def _refused_by(self, channel):
        """The source of the refusal in force, or False."""
        # The event may belong to a client of another branch: the refusal counts here as well.
        return self._refusal(channel).sudo().source

    def _refusal(self, channel):
        """The event of the refusal in force, if there is one."""
        self.ensure_one()
        events = self.env["klientbox.consent.event"]
        key = events._hash(channel, self[ADDRESS_FIELDS[channel]])
        if not key:
            return self._last_event(channel) if self._has_withdrawn(channel) else events
        return self.env["klientbox.suppression"]._find(self.company_id, {channel: {key}})[channel, key].event_id

    def _last_event(self, channel):
        events = self.env["klientbox.consent.event"]
        if not self._origin:
            return events
        return events.search([("client_id", "=", self._origin.id), ("channel", "=", channel)], order="id desc", limit=1)

    def _has_withdrawn(self, channel):
        return self._last_event(channel).kind == "withdrawn"

    @api.model
    def _consent_source(self):
        return "api" if self._is_by_api() else "staff"

    @api.model
    def _is_by_api(self):
        """Whether the API acts. Checked by its user, which no one else can be: any caller can set a context."""
        return self.env.uid == self.env["ir.model.data"]._xmlid_to_res_id("klientbox.user_api")

    @api.model
    def _find_by_address(self, company, channel, addresses):
        """Clients of a root company and its branches who have one of the addresses; includes archived ones."""
        self.flush_model(["company_id", "phone", "email"])
        # A refusal applies to every branch of the company, including those that the user may not see, and to archived
        # clients, who may be restored.
        companies_sudo = self.env["res.company"].sudo().with_context(active_test=False)
        branches_sudo = companies_sudo.search([("id", "child_of", company.id)])
        address = {SMS: SQL("phone"), EMAIL: SQL("lower(email)")}[channel]
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM klientbox_client WHERE company_id = ANY(%s) AND %s = ANY(%s)",
                branches_sudo.ids,
                address,
                [each.lower() for each in addresses],
            )
        )
        return self.sudo().browse(client_id for [client_id] in rows)

    @api.model
    def _person_with_phone(self, company, number):
        """The client of a company with this phone, else the one into which an entry with it was merged."""
        own = Domain("company_id", "=", company.id)
        return self.search(own & Domain("phone", "=", number), limit=1) or self.search(
            own & Domain("alias_ids.phone", "=", number), limit=1
        )

    # -- merged entries -------------------------------------------------------

    @api.model
    def _survivors(self, former_ids):
        """{former id: remaining client} of merged entries, for the clients that the user may see."""
        former_ids = set(former_ids)
        if not former_ids:
            return {}
        found = self.search([("alias_ids.former_id", "in", list(former_ids))])
        return {
            entry.former_id: client for client in found for entry in client.alias_ids if entry.former_id in former_ids
        }

    @api.model
    def _survivor(self, former_id):
        """The remaining client of a merged entry; empty where there was no such entry."""
        return self._survivors([former_id]).get(former_id, self.browse())

    def _merged_into(self):
        """{id: id of the remaining client, or None} of these ids, which may no longer exist."""
        entries = self.env["klientbox.client.alias"].search([("former_id", "in", self.ids)])
        known = {entry.former_id: entry.client_id.id for entry in entries}
        return {number: known.get(number) for number in self.ids}

    def _recompute_opt_outs(self):
        for flag in FLAG_FIELDS.values():
            self.env.add_to_compute(self._fields[flag], self)

    # -- status ------------------------------------------------------------

    @api.model
    def _count_by_status(self, company):
        """{status: number of clients} of one company, with every status."""
        counts = dict(self._read_group([("company_id", "=", company.id)], ["status"], ["__count"]))
        return {name: counts.get(name, 0) for name in client_status.STATUSES}

    @api.model
    def _find_outdated(self, settings, today):
        """Clients of a company whose status is not that of `today`; found by index, so the cost depends on how many
        have changed."""
        self.flush_model(["company_id", "status", "last_visit_date"])
        outside = [(client_status.NEW, SQL("last_visit_date IS NOT NULL"))]
        for bucket, first, last in settings._thresholds().windows(today):
            outside.append((bucket, SQL("last_visit_date IS NULL")))
            if first:
                outside.append((bucket, SQL("last_visit_date < %s", first)))
            if last:
                outside.append((bucket, SQL("last_visit_date > %s", last)))
        company = settings.company_id.id
        searches = [
            SQL("SELECT id FROM klientbox_client WHERE company_id = %s AND status = %s AND %s", company, bucket, bound)
            for bucket, bound in outside
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(searches))
        return self.browse(client_id for [client_id] in rows)

    def _move_statuses(self, settings, today):
        """Set the status of these clients of one company as of `today`, record each change, and return the changed
        clients."""
        self.flush_model(["company_id", "status", "last_visit_date"])
        whens = SQL(" ").join(
            SQL("WHEN last_visit_date >= %s THEN %s", first, bucket)
            for bucket, first, _last in settings._thresholds().windows(today)
            if first
        )
        self._wake_log_readers()
        # A concurrent visit may well commit first; that is no error to log.
        self.env.cr.execute(
            SQL(
                """
                WITH due AS (
                    SELECT id, status AS old,
                           CASE WHEN last_visit_date IS NULL THEN 'new' %(whens)s ELSE 'lost' END AS status
                      FROM klientbox_client
                     WHERE company_id = %(company)s AND id = ANY(%(ids)s)
                )
                UPDATE klientbox_client AS client SET status = due.status
                  FROM due
                 WHERE client.id = due.id AND client.status IS DISTINCT FROM due.status
                RETURNING client.id, due.old, due.status
                """,
                whens=whens,
                company=settings.company_id.id,
                ids=self.ids,
            ),
            log_exceptions=False,
        )
        changes = self.env.cr.fetchall()
        moved = self.browse(client_id for client_id, _old, _new in changes)
        moved.invalidate_recordset(["status", "version"], flush=False)
        moved.modified(["status"])
        company = settings.company_id
        insert(
            self.env["klientbox.status.change"],
            (self._prepare_status_change(company, today, *change) for change in changes),
        )
        return moved

    def _prepare_status_change(self, company, day, client_id, old, new):
        return {
            "company_id": company.id,
            "client_id": client_id,
            "old_status": old,
            "new_status": new,
            "day": day,
        }

    # -- contact ------------------------------------------------------------

    def _make_partner(self):
        """The client's contact, created when first needed and visible to the client's company alone."""
        for client in self.filtered(lambda client: not client.partner_id):
            client._as_system().partner_id = self.env["res.partner"].create(
                {"company_id": client.company_id.id, **client._prepare_partner_vals()}
            )
        return self.partner_id

    def _update_partner(self):
        """Update the contact as superuser: receptionists and the API may change no contacts themselves.

        Not the contact of a user: a changed e-mail address would allow taking over the account. Nor that of a company,
        or one that belongs to another company.
        """
        for client in self.filtered("partner_id"):
            if not client._has_shared_partner():
                client.partner_id.sudo().write(client._prepare_partner_vals())

    def _has_shared_partner(self):
        """Whether the contact is also that of a user or of a company, or belongs to a company that is not the
        client's."""
        self.ensure_one()
        # Also of users and companies that the present user may not read.
        partner_sudo = self.partner_id.sudo().with_context(active_test=False)
        companies_sudo = self.env["res.company"].sudo().with_context(active_test=False)
        return bool(
            partner_sudo.user_ids
            or (partner_sudo.company_id and partner_sudo.company_id not in self.company_id.sudo().parent_ids)
            or companies_sudo.search_count([("partner_id", "=", partner_sudo.id)], limit=1)
        )

    def _prepare_partner_vals(self):
        self.ensure_one()
        return {name: self[name] for name in PARTNER_FIELDS}
