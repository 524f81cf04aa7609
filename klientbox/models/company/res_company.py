from babel.languages import get_official_languages
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.purpose import OUTBOX
from ...lib.text import one_line
from ..messaging.sms_sms import DirectApi

# Values that a test company copies from the real one; afterwards they are independent.
TEST_SETTINGS = (
    "tier",
    "timezone",
    "active_days",
    "warning_days",
    "inactive_days",
    "lang",
    "plain_sms",
    "daily_cap",
    "days_between",
)
# Amounts in these are copies of those in visits.
SUMMED_UP = {"klientbox.client", "klientbox.visit.line"}


def _is_amount(field):
    """Whether a field holds an amount in the company's currency. The price of an SMS part has more digits than that."""
    return field.type == "monetary" or field.name == "part_price"


class ResCompany(models.Model):
    _inherit = "res.company"

    klientbox_settings_ids = fields.One2many(
        "klientbox.settings", "company_id", "KlientBox settings", groups="klientbox.group_administrator"
    )
    klientbox_api_key_ids = fields.One2many(
        "klientbox.api.key", "company_id", "API keys", groups="klientbox.group_administrator"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create the settings of a new company, and let the API's user act in it."""
        companies = super().create([self._klientbox_in_one_line(vals) for vals in vals_list])
        companies._klientbox_prepare()
        return companies

    def write(self, vals):
        """The company's name is the sender of its e-mails: one line. Amounts are in the company's currency, so the
        currency stays. Queued messages of an archived company are cancelled."""
        if vals.get("currency_id"):
            currency = self.env["res.currency"].browse(int(vals["currency_id"]))
            for company in self.filtered(lambda company: company.currency_id != currency):
                company._klientbox_refuse_currency(currency)
        result = super().write(self._klientbox_in_one_line(vals))
        if "active" in vals and not vals["active"]:
            for company in self:
                self.env["klientbox.message"]._cancel_waiting(company, "company_archived")
        return result

    def _klientbox_refuse_currency(self, currency):
        """Raise UserError where another currency would change the meaning of stored amounts."""
        self.ensure_one()
        found = [f"{label} ({count})" for label, count in self._klientbox_amounts() if count]
        if found:
            raise UserError(
                self.env._(
                    "%(company)s has amounts in %(old)s: %(what)s. They would become amounts in %(new)s without"
                    " being converted. Keep the currency. To use another one, create a new company, or delete the"
                    " records with amounts and import them again in the new currency.",
                    company=self.name,
                    old=self.currency_id.name,
                    new=currency.name,
                    what=", ".join(found),
                )
            )

    def _klientbox_amounts(self):
        """(label, count) of each kind of record of ours with an amount in the company's currency. Addons add amounts
        that are stored in no field."""
        self.env.flush_all()
        for name in sorted(self.env.registry):
            records = self.env[name]
            amounts = [field.name for field in records._fields.values() if field.store and _is_amount(field)]
            if name.startswith("klientbox.") and name not in SUMMED_UP and records._auto and amounts:
                [[count]] = self.env.execute_query(
                    SQL(
                        "SELECT count(*) FROM %s WHERE company_id = %s AND (%s)",
                        SQL.identifier(records._table),
                        self.id,
                        SQL(" OR ").join(SQL("%s <> 0", SQL.identifier(amount)) for amount in amounts),
                    )
                )
                yield self.env["ir.model"]._get(name).name, count

    def action_klientbox_generate_api_key(self):
        """Open the dialog that makes a key of this company and shows it once."""
        self.ensure_one()
        self.env["klientbox.api.key.generate"].check_access("create")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_api_key_generate_action")
        return {**action, "context": {"default_company_id": self.id}}

    @api.model
    def _klientbox_in_one_line(self, vals):
        return {**vals, "name": one_line(vals["name"])} if isinstance(vals.get("name"), str) else vals

    def _register_hook(self):
        """Wraps the providers of other apps, in whichever order they were loaded: see DirectApi."""
        super()._register_hook()
        company_class = self.env.registry[self._name]
        chosen = company_class._get_sms_api_class
        if getattr(chosen, "is_klientbox", False):
            return

        def _get_sms_api_class(company):
            is_outbox = company.env.context.get("klientbox_outbox") is OUTBOX
            return chosen(company) if is_outbox else DirectApi

        _get_sms_api_class.is_klientbox = True
        company_class._get_sms_api_class = _get_sms_api_class

    def _klientbox_settings(self):
        """The settings of this company."""
        self.ensure_one()
        return self.env["klientbox.settings"]._of(self)

    def _klientbox_family(self):
        """The company with all branches of its root, including archived ones: they share limits and refusals."""
        self.ensure_one()
        # The night of one branch must count messages of the other branches.
        companies_sudo = self.sudo().with_context(active_test=False)
        return companies_sudo.search([("id", "child_of", self.root_id.id)])

    def _klientbox_administrators(self):
        """The users who are notified of failures in this company."""
        self.ensure_one()
        people = self.env.ref("klientbox.group_administrator").all_user_ids - self.env.ref("base.user_root")
        return people.filtered(lambda user: self in user.company_ids)

    def _klientbox_region(self):
        """The default country of phones without a prefix."""
        self.ensure_one()
        return self.country_id.code or "CZ"

    def _klientbox_language(self):
        """The language of the company's country, if this database has it; else that of the user."""
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        country = self.country_id.code or ""
        spoken = [
            code
            for language in get_official_languages(country, de_facto=True)
            for code in sorted(installed, key=lambda code: not code.endswith(f"_{country}"))
            if code.partition("_")[0] == language
        ]
        return next(iter(spoken), None) or self.partner_id.lang or self.env.lang or "en_US"

    def _klientbox_test_company(self):
        """The company with this one's test data; created when first needed.

        A company of its own, so that every rule that separates companies also separates test data; not a branch, so
        that a refusal there has no effect here. Its creator gets access to it, other users don't.
        """
        self.ensure_one()
        settings_sudo = self._klientbox_settings().sudo()
        known = self._klientbox_settings()._test_company()
        if known:
            return known
        # Users who may make keys need not have the right to create companies.
        test_sudo = self.sudo().create(
            {
                "name": self._klientbox_test_name(),
                "country_id": self.country_id.id,
                "currency_id": self.currency_id.id,
            }
        )
        test_sudo._klientbox_settings().write(
            {
                "test_of_id": self.id,
                **{name: settings_sudo[name] for name in TEST_SETTINGS},
                # A simulated message respects no sending hours.
                "opens": 0,
                "closes": 24,
                "rest_days": False,
            }
        )
        settings_sudo.invalidate_recordset(["test_company_id"])
        return test_sudo.sudo(self.env.su)

    def _klientbox_test_name(self):
        """A name that no company has, archived ones included."""
        name, number = self.env._("%(company)s (test)", company=self.name), 1
        companies_sudo = self.sudo().with_context(active_test=False)
        while companies_sudo.search_count([("name", "=", name)], limit=1):
            number += 1
            name = self.env._("%(company)s (test %(number)s)", company=self.name, number=number)
        return name

    def _klientbox_prepare(self):
        # A user who may create a company creates its settings too, whatever their rights in KlientBox.
        self.env["klientbox.settings"].sudo().create(
            [{"company_id": company.id, "lang": company._klientbox_language()} for company in self]
        )
        api_user_sudo = self.env.ref("klientbox.user_api").sudo()
        api_user_sudo.company_ids |= self
        self.env["klientbox.rule"].sudo()._prepare_for(self)
