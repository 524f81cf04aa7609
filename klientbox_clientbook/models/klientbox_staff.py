from odoo import api, fields, models
from odoo.addons.klientbox.exceptions import FieldError
from odoo.fields import Domain

OWNER, MANAGER, EMPLOYEE = "2", "1", "0"
ROLES = {OWNER: "klientbox.group_administrator", MANAGER: "klientbox.group_manager"}
# Odoo manages logins, roles, user names and their addresses, never an integration: a changed login or e-mail address
# can take over an account.
DECIDED_IN_ODOO = ("clientbook_has_login", "clientbook_permissions", "clientbook_password")
OF_THE_ACCOUNT = ("clientbook_username", "clientbook_email")


class KlientboxStaff(models.Model):
    """An employee in Client Book: a member of staff, and data of the account, if there is one."""

    _name = "klientbox.staff"
    _inherit = ["klientbox.staff", "klientbox.clientbook.listed"]
    _clientbook_texts = ("name", "clientbook_username")

    clientbook_username = fields.Char(
        "User name", compute="_compute_clientbook_account", store=True, readonly=False, compute_sudo=True
    )
    clientbook_email = fields.Char(
        "E-mail", compute="_compute_clientbook_account", store=True, readonly=False, compute_sudo=True
    )
    clientbook_has_login = fields.Boolean("May log in", compute="_compute_clientbook_rights", compute_sudo=True)
    clientbook_permissions = fields.Char("Role in Client Book", compute="_compute_clientbook_rights", compute_sudo=True)
    # An integration's own values of an employee; nothing here reads them.
    clientbook_manager_mails = fields.Boolean("Owner gets the manager's mails")
    clientbook_guardian_notification = fields.Boolean("Guardian notification")
    clientbook_store_notification = fields.Boolean("Store notification")
    clientbook_company_notification = fields.Boolean("Company notification")
    clientbook_reminders = fields.Boolean("Reminders")

    @api.depends("user_id.login", "user_id.email")
    def _compute_clientbook_account(self):
        for staff in self:
            staff.clientbook_username = staff.user_id.login or staff.clientbook_username
            staff.clientbook_email = staff.user_id.email or staff.clientbook_email

    @api.depends("user_id.active", "user_id.group_ids")
    def _compute_clientbook_rights(self):
        for staff in self:
            user = staff.user_id
            staff.clientbook_has_login = bool(user.active)
            staff.clientbook_permissions = next(
                (level for level, group in ROLES.items() if user and user.has_group(group)), EMPLOYEE
            )

    @api.model
    def _clientbook_domain(self, query):
        """The staff of the company that a list of the integration may show."""
        domain = super()._clientbook_domain(query)
        if query.get("username"):
            domain &= Domain("clientbook_username", "=", query["username"])
        if query.get("store") and query["store"] != str(self.env.company.id):
            return Domain.FALSE
        return domain

    def _clientbook_prepare(self, vals):
        """Values that would grant access, remove it, or lead to an account are refused by name; present values may be
        repeated."""
        vals = dict(vals)
        protected = {name: vals.pop(name) for name in DECIDED_IN_ODOO if name in vals}
        refused = [name for name, value in protected.items() if value != self._clientbook_known()[name]]
        if self.user_id:
            refused += [name for name in OF_THE_ACCOUNT if name in vals and vals[name] != self[name]]
        if refused:
            message = self.env._(
                "Only an administrator can decide who may log in and with which role, not an integration."
            )
            raise FieldError(*[(name, "decided_in_odoo", message) for name in refused])
        self._clientbook_refuse_taken(vals.get("clientbook_username"))
        if not self:
            vals["name"] = vals.get("name") or vals.get("clientbook_username")
        return vals

    def _clientbook_known(self):
        return {
            "clientbook_has_login": self.clientbook_has_login,
            "clientbook_permissions": self.clientbook_permissions or EMPLOYEE,
            "clientbook_password": False,
        }

    def _clientbook_refuse_taken(self, username):
        others = Domain("clientbook_username", "=", username) & Domain("id", "not in", self.ids)
        if username and self.search_count(self._clientbook_domain({}) & others, limit=1):
            message = self.env._("Another employee has this user name.")
            raise FieldError(("clientbook_username", "username_taken", message))
