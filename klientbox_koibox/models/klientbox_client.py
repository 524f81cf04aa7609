import psycopg2
from odoo import api, fields, models
from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.reasons import NO_SUCH_RECORD
from odoo.addons.klientbox.models.mixins.reasons import translated
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import numbering, sales

CODE_INDEX = "klientbox_client_koibox_code_unique"
CODE_TAKEN = ("koibox_code", "code_taken", "Another client, possibly archived, has this number.")
NAME_FIELDS = {
    "given_name": "koibox_nombre",
    "family_name": "koibox_apellido1",
    "koibox_second_family_name": "koibox_apellido2",
}
LOST_FIELDS = {"koibox_lost_sms": SMS, "koibox_lost_email": EMAIL}
CONSENT_FIELDS = ("koibox_agreed", "koibox_agreed_on")
SALE_FIELDS = ("koibox_sales", "koibox_sales_amount", "koibox_last_sale", "koibox_debt")
# States of a message that has reached its recipient; a failed one has not.
ARRIVED = ("sent", "delivered", "replied")


class KlientboxClient(models.Model):
    """Koibox's fields of a client, beyond KlientBox's."""

    _inherit = "klientbox.client"

    koibox_code = fields.Integer(
        "Koibox number",
        copy=False,
        help="Assigned automatically, and can be changed to a free number. A new client whose own code is a plain"
        " number gets that number.",
    )
    koibox_registered = fields.Datetime("Client since", copy=False)
    koibox_second_family_name = fields.Char("Second family name")
    # The name in Koibox's format: three parts that together are the name.
    koibox_nombre = fields.Char("Koibox: first name", compute="_compute_koibox_name", store=True, precompute=True)
    koibox_apellido1 = fields.Char("Koibox: family name", compute="_compute_koibox_name", store=True, precompute=True)
    koibox_apellido2 = fields.Char(
        "Koibox: second family name", compute="_compute_koibox_name", store=True, precompute=True
    )
    koibox_national_id = fields.Char("National ID number")
    koibox_landline = fields.Char("Landline")
    koibox_street = fields.Char("Street")
    koibox_city = fields.Char("Town")
    koibox_zip = fields.Char("Postal code")
    koibox_state_id = fields.Many2one("res.country.state", "Province", ondelete="restrict")
    koibox_category_id = fields.Many2one(
        "klientbox.koibox.category", "Category", ondelete="restrict", index="btree_not_null", check_company=True
    )
    koibox_heard_id = fields.Many2one(
        "klientbox.koibox.heard", "Heard about us from", ondelete="restrict", index="btree_not_null", check_company=True
    )
    koibox_origin = fields.Char(
        "Origin",
        readonly=True,
        copy=False,
        default=lambda self: self._is_by_api() and "api",
        help="Koibox's code; api is an integration.",
    )
    koibox_newsletter = fields.Boolean("Newsletter")
    koibox_surveys = fields.Boolean("Surveys")
    koibox_sms_notices = fields.Boolean("SMS notices")
    koibox_email_notices = fields.Boolean("E-mail notices")
    koibox_online_booking = fields.Boolean("May book online", default=True)
    koibox_no_online_payments = fields.Boolean("No online payments")
    koibox_discount = fields.Float("Sales discount", digits=(16, 2))
    koibox_agreed = fields.Boolean(
        "Consent in force",
        compute="_compute_koibox_consent",
        store=True,
        precompute=True,
        help="The client's last statement on SMS or e-mail was a consent.",
    )
    koibox_agreed_on = fields.Date("Consent since", compute="_compute_koibox_consent", store=True, precompute=True)
    koibox_lost_sms = fields.Boolean(
        "Lost SMS sent", compute="_compute_koibox_lost", search="_search_koibox_lost_sms", help="During this absence."
    )
    koibox_lost_email = fields.Boolean(
        "Lost e-mail sent",
        compute="_compute_koibox_lost",
        search="_search_koibox_lost_email",
        help="During this absence.",
    )
    koibox_sales = fields.Integer("Sales", compute="_compute_koibox_sales", store=True, precompute=True)
    koibox_sales_amount = fields.Monetary(
        "Sales amount",
        compute="_compute_koibox_sales",
        store=True,
        precompute=True,
        help="Invoices and orders of the point of sale, and visits on days without one.",
    )
    koibox_last_sale = fields.Date("Last sale", compute="_compute_koibox_sales", store=True, precompute=True)
    koibox_debt = fields.Monetary(
        "Owes", compute="_compute_koibox_sales", store=True, precompute=True, help="Unpaid amount of posted invoices."
    )

    _koibox_code_unique = models.UniqueIndex("(company_id, koibox_code)", CODE_TAKEN[2])
    _koibox_national_id_index = models.Index(
        "USING gin (company_id, koibox_national_id gin_trgm_ops) WHERE koibox_national_id IS NOT NULL"
    )
    _koibox_code_positive = models.Constraint("CHECK(koibox_code > 0)", "A client's number must be at least 1.")
    _koibox_discount_not_negative = models.Constraint(
        "CHECK(koibox_discount >= 0)", "A sales discount can't be negative."
    )

    def init(self):
        """Create the trigger that numbers clients."""
        numbering.install(self.env.cr)
        return super().init()

    @api.depends("koibox_second_family_name")
    def _compute_name(self):
        return super()._compute_name()

    def _name_parts(self):
        """Spanish names have two family names."""
        second = self.koibox_second_family_name
        return [*super()._name_parts(), *([second] if second else [])]

    @api.depends("name", "given_name", "family_name", "koibox_second_family_name")
    def _compute_koibox_name(self):
        """The parts, where they make up the name; a name that was set as a whole, or changed since, is one part.

        So the parts together are always the name that the salon sees.
        """
        for client in self:
            is_apart = client.given_name and client.name == " ".join(client._name_parts())
            client.koibox_nombre = client.given_name if is_apart else client.name
            client.koibox_apellido1 = is_apart and client.family_name
            client.koibox_apellido2 = is_apart and client.koibox_second_family_name

    @api.depends("phone", "email", "consent_event_ids.kind")
    def _compute_koibox_consent(self):
        """A client who has consented for one channel has signed; the day is that of the latest consent in force."""
        # Only kind and day are read, also of events of another branch's client with the address.
        consents = [self.sudo()._last_consents(channel) for channel in (SMS, EMAIL)]
        zones = {company: company._klientbox_settings().timezone for company in self.company_id}
        for client in self:
            times = [last[client].at for last in consents if client in last and last[client].kind == "given"]
            client.koibox_agreed = bool(times)
            client.koibox_agreed_on = times and clock.local(max(times), zones[client.company_id]).date()

    @api.depends(lambda self: sales.paths(self.env))
    def _compute_koibox_sales(self):
        sold, owed = {}, {}
        for company, clients in self.grouped("company_id").items():
            if clients.ids:
                sold |= sales.sold(clients, company._klientbox_settings().timezone)
                owed |= sales.owed(clients)
        for client in self:
            known = client._origin.id
            client.koibox_sales, client.koibox_sales_amount, client.koibox_last_sale = sold.get(known, (0, 0, False))
            client.koibox_debt = max(owed.get(known, 0), 0)

    @api.depends("last_visit_date")
    def _compute_koibox_lost(self):
        for name, channel in LOST_FIELDS.items():
            domain = Domain("id", "in", self.ids) & self._koibox_lost_domain(channel)
            written = self.with_context(active_test=False).search(domain)
            for client in self:
                client[name] = client._origin in written

    def _search_koibox_lost_sms(self, operator, value):
        return self._search_koibox_lost(SMS, operator, value)

    def _search_koibox_lost_email(self, operator, value):
        return self._search_koibox_lost(EMAIL, operator, value)

    def _search_koibox_lost(self, channel, operator, value):
        if operator != "in" or list(value) != [True]:
            return NotImplemented
        return self._koibox_lost_domain(channel)

    def _koibox_lost_domain(self, channel):
        return Domain.custom(to_sql=lambda model, alias, query: self._koibox_lost_sql(alias, channel))

    @api.model
    def _koibox_lost_sql(self, alias, channel):
        """Whether a "lost" message was sent in the present absence: since then there was no visit.

        The outbox writes states of messages without the ORM: a stored copy would be outdated.
        """
        return SQL(
            """
            EXISTS (SELECT FROM klientbox_message AS lost
                     WHERE lost.client_id = %(client)s AND lost.trigger = 'lost' AND lost.channel = %(channel)s
                       AND lost.state IN %(states)s AND lost.absence_since = %(last)s)
            """,
            client=self._field_to_sql(alias, "id"),
            last=self._field_to_sql(alias, "last_visit_date"),
            channel=channel,
            states=ARRIVED,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """One statement reads all that Koibox's list shows, including these two."""
        if field_expr in LOST_FIELDS:
            return self._koibox_lost_sql(alias, LOST_FIELDS[field_expr])
        return super()._field_to_sql(alias, field_expr, query)

    @api.model_create_multi
    def create(self, vals_list):
        """Numbers come from the database, unless the values have them."""
        self._klientbox_check_named(vals_list)
        self._refuse_taken_codes(
            (vals.get("company_id") or self.env.company.id, vals.get("koibox_code")) for vals in vals_list
        )
        try:
            clients = super().create(vals_list)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name != CODE_INDEX or any(vals.get("koibox_code") for vals in vals_list):
                raise
            # A user has just entered the number that the counter returned: the framework tries again.
            raise ConcurrencyError from error
        clients.invalidate_recordset(["koibox_code", "koibox_registered"], flush=False)
        return clients

    def write(self, vals):
        """Another client's number is refused with an error text."""
        if vals.get("koibox_code"):
            self._refuse_taken_codes((client.company_id.id, vals["koibox_code"]) for client in self)
        return super().write(vals)

    def _refuse_taken_codes(self, wanted):
        """Raise FieldError when another client has one of the (company id, number); see `_refuse_taken_phones`."""
        wanted = [pair for pair in wanted if pair[1]]
        if not wanted:
            return
        numbers = [number for _company, number in wanted]
        others = self.with_context(active_test=False).search(
            [("koibox_code", "in", numbers), ("id", "not in", self.ids)]
        )
        taken = {(client.company_id.id, client.koibox_code) for client in others}
        if len(set(wanted)) < len(wanted) or taken & set(wanted):
            raise FieldError(CODE_TAKEN)

    @api.model
    def _unique_problems(self):
        return {**super()._unique_problems(), CODE_INDEX: CODE_TAKEN}

    def _prepare_erasure_vals(self):
        """Koibox's number, category and discount don't identify a person."""
        emptied = ("second_family_name", "national_id", "landline", "street", "city", "zip", "state_id")
        flags = ("newsletter", "surveys", "sms_notices", "email_notices", "online_booking")
        return super()._prepare_erasure_vals() | dict.fromkeys((f"koibox_{name}" for name in emptied + flags), False)

    def _recompute_opt_outs(self):
        """An event may change the consent whenever it may change the flags."""
        for name in CONSENT_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        return super()._recompute_opt_outs()

    def _recount_visits(self):
        """Also the sales."""
        for name in SALE_FIELDS:
            self.env.add_to_compute(self._fields[name], self)
        return super()._recount_visits()

    # -- the facade -------------------------------------------------------------

    @api.model
    def _koibox_create(self, values):
        """Create a client from the values of Koibox's API: {field: value}, references as ids. Raises FieldError."""
        return self.create(self._koibox_vals(values))

    def _koibox_write(self, values):
        """Change a client by the values of Koibox's API, see `_koibox_create`."""
        self.ensure_one()
        # Odoo would count an empty write as a change and set another `updated`.
        if vals := self._koibox_vals(values):
            self.write(vals)

    def _koibox_vals(self, values):
        """Values for `create` or `write`.

        A changed part of the name is combined with the other parts as they are shown, so that no part is lost.
        """
        vals = dict(values)
        self._koibox_check_references(vals)
        if vals.keys() & NAME_FIELDS.keys():
            vals = {**{name: self[shown] for name, shown in NAME_FIELDS.items()}, **vals}
        return vals

    def _koibox_check_references(self, vals):
        """Raise FieldError for each id of a missing record."""
        problems = []
        for name, value in vals.items():
            field = self._fields[name]
            if field.type == "many2one" and value and not self.env[field.comodel_name].search([("id", "=", value)]):
                problems.append((name, "unknown", translated(self.env, NO_SUCH_RECORD)))
        if problems:
            raise FieldError(*problems)
