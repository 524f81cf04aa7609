from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import escape_psql

# PostgreSQL's maximum; a longer number belongs to another system.
MOST_ID = 2**31 - 1


class KlientboxClientbookListed(models.AbstractModel):
    """Records that an integration for Client Book lists, adds and changes."""

    _name = "klientbox.clientbook.listed"
    _description = "Record that a Client Book integration reads"

    # The fields that a text is searched in.
    _clientbook_texts = ()

    @api.model
    def _clientbook_add(self, vals):
        """Create a record from an integration's values."""
        return self._clientbook_as_integration().create(self._clientbook_prepare(vals)).with_env(self.env)

    def _clientbook_change(self, vals):
        """Change a record by an integration's values."""
        self._clientbook_as_integration().write(self._clientbook_prepare(vals))

    def _clientbook_as_integration(self):
        """The same records for values of an integration: it also sets its own numbers."""
        return self._as_system().with_context(klientbox_clientbook=True)

    def _clientbook_prepare(self, vals):
        """Values for create (without a record) and write from an integration's values."""
        return vals

    def _clientbook_remove(self):
        """Archive: recorded data stay visible."""
        self.action_archive()

    @api.model
    def _clientbook_domain(self, query):
        """The records of the company that a list of the integration may show."""
        domain = Domain("company_id", "=", self.env.company.id)
        return domain & self._clientbook_search_domain(query["q"]) if query.get("q") else domain

    @api.model
    def _clientbook_search_domain(self, text):
        """The records with this text in one of their texts."""
        return Domain.OR([Domain(name, "ilike", escape_psql(text)) for name in self._clientbook_texts])

    @api.model
    def _clientbook_get(self, text):
        """The record of this number of ours, of the present company; empty for any other text."""
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_ID)) else 0
        return self.search(self._clientbook_domain({}) & Domain("id", "=", number)) if number <= MOST_ID else self

    @api.model
    def _clientbook_find(self, text):
        """The record that a member of another one refers to."""
        return self._clientbook_get(text)


class KlientboxClientbookRecord(models.AbstractModel):
    """Records that an integration for Client Book copies.

    Two numbers link a record to its copy. Both empty: never copied. Only the old one: changed here since, to be fetched
    again. The new one: unchanged since.
    """

    _name = "klientbox.clientbook.record"
    _description = "Record that a Client Book integration copies"
    _inherit = ["klientbox.clientbook.listed"]

    clientbook_new_id = fields.Char(
        "Number in the integration",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Assigned by the integration. Cleared when the record changes here, until the integration has fetched it.",
    )
    clientbook_old_id = fields.Char(
        "First number in the integration", readonly=True, copy=False, index="btree_not_null"
    )
    clientbook_added_by_id = fields.Many2one(
        "klientbox.staff", "Added by", check_company=True, ondelete="set null", index="btree_not_null", copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        """The adding user is stored where they are one of the staff; the first number is never changed.

        Nothing is added to an erased client.
        """
        self._klientbox_check_named(vals_list)
        if "client_id" in self._fields:
            clients = {vals["client_id"] for vals in vals_list if vals.get("client_id")}
            self.env["klientbox.client"].browse(clients)._refuse_erased()
        staff = self._clientbook_present_staff()
        vals_list = [
            {
                **({"clientbook_added_by_id": staff.id} if staff else {}),
                **vals,
                **self._clientbook_first_number(vals, vals),
            }
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """A changed record differs from the integration's copy, unless the integration changes it. No text of an erased
        client's record is written again."""
        if "client_id" in self._fields:
            texts = [name for name, field in self._fields.items() if field.type in ("char", "text")]
            self.env["klientbox.client"]._refuse_refilled(self, vals, texts)
        added = self._clientbook_out_of_step(vals)
        records = self._as_system_beside(vals) if added else self
        result = super(KlientboxClientbookRecord, records).write({**vals, **added})
        for record in self:
            first = self._clientbook_first_number(vals, record)
            if first:
                super(KlientboxClientbookRecord, record).write(first)
        return result

    @api.model
    def _clientbook_find(self, text):
        """Also finds the integration's number; ours comes first."""
        return super()._clientbook_find(text) or self._clientbook_of_number(text)

    @api.model
    def _clientbook_of_number(self, text):
        """The record with this number of the integration's."""
        numbers = Domain("clientbook_new_id", "=", text) | Domain("clientbook_old_id", "=", text)
        return self.search(self._clientbook_domain({}) & numbers, order="id", limit=1) if text else self

    def _prepare_erasure_vals(self):
        """Erase the free text of a client's record, and the integration's numbers."""
        return {"clientbook_new_id": False, "clientbook_old_id": False}

    def _clientbook_fields(self):
        """The fields whose changes the integration must receive."""
        return {name for name, field in self._fields.items() if field.store} - set(models.MAGIC_COLUMNS)

    def _clientbook_out_of_step(self, vals):
        is_integration = self._is_system() and self.env.context.get("klientbox_clientbook")
        if is_integration or "clientbook_new_id" in vals:
            return {}
        if self._clientbook_fields() & vals.keys() and any(record.clientbook_new_id for record in self):
            return {"clientbook_new_id": False}
        return {}

    @api.model
    def _clientbook_first_number(self, vals, record):
        has_first = record.get("clientbook_old_id") if isinstance(record, dict) else record.clientbook_old_id
        number = vals.get("clientbook_new_id")
        return {"clientbook_old_id": number} if number and not has_first else {}

    @api.model
    def _clientbook_present_staff(self):
        staff = self.env["klientbox.staff"]
        if self.env.su or not self.env.user.has_group("klientbox.group_receptionist"):
            return staff
        return staff.search([("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)], limit=1)
