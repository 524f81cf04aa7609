import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.states import FETCHING

# How long credentials of an abandoned import are kept.
CREDENTIALS_DAYS = 2


class KlientboxImport(models.Model):
    """The account at another vendor: which vendors there are, and its credentials."""

    _inherit = "klientbox.import"

    @api.model
    def _sources(self):
        """{kind of an import: its lib.accounts.Source}. A vendor's addon adds its own, the kind, and a field
        `<kind>_<credential>` for each of its credentials."""
        return {}

    def _source(self):
        """The Source of the account's vendor; None for other kinds."""
        return self._sources().get(self.kind)

    def _credential_fields(self):
        """{field: name of the credential} for an account of this kind; the fields are in the vendor's addon."""
        source = self._source()
        return {f"{self.kind}_{name}": name for name in source.credentials} if source else {}

    def _compute_credentials(self):
        """Credentials are never shown."""
        for kind, source in self._sources().items():
            for name in source.credentials:
                self[f"{kind}_{name}"] = False

    def _inverse_credentials(self):
        for record in self:
            entered = {name: record[field] for field, name in record._credential_fields().items() if record[field]}
            if entered:
                # Users who may write the import may use another account; no one may read the credentials.
                record_sudo = record.sudo()
                kept = json.loads(record_sudo.credentials or "{}")
                record_sudo.credentials = json.dumps({**kept, **{name: text.strip() for name, text in entered.items()}})
        # The answer to the request that set them does not contain them either.
        self.invalidate_recordset([field for record in self for field in record._credential_fields()], flush=False)

    def _wipe_credentials(self):
        # No one may read them; users who may write the import may have them deleted.
        self.sudo().credentials = False

    def _credentials(self):
        """The credentials of the account, by name; for the job."""
        return json.loads(self.sudo().credentials or "{}")

    def _require_credentials(self):
        if not self.account_url:
            raise UserError(self.env._("Enter the address of the account first."))
        if set(self._source().credentials) - self._credentials().keys():
            raise UserError(
                self.env._("Enter the credentials first: they are kept only until all clients are fetched.")
            )

    @api.autovacuum
    def _gc_credentials(self):
        """Delete the credentials of an abandoned import; the user can type them again."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=CREDENTIALS_DAYS)
        # No user may read the field.
        kept_sudo = self.sudo().search([("credentials", "!=", False), ("state", "!=", FETCHING)])
        kept_sudo.filtered(lambda record: record.write_date < limit)._wipe_credentials()
