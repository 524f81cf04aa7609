from odoo import api, models
from odoo.exceptions import AccessError
from odoo.orm.models import MAGIC_COLUMNS, NO_ACCESS


class KlientboxCredential(models.AbstractModel):
    """Records that give others access to us, or us access elsewhere.

    Fields that are readonly, or that no user may read, belong to the system: the screen does not offer them, and no
    call may write them. The system's own methods write them as superuser, or by `_write_system`.
    """

    _name = "klientbox.credential"
    _description = "Credential"
    _inherit = ["klientbox.owned"]

    @api.model
    def _system_fields(self):
        """Names of the fields that no user writes."""
        return {
            name
            for name, field in self._fields.items()
            if field.store and name not in MAGIC_COLUMNS and (field.readonly or field.groups == NO_ACCESS)
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse values of the system's fields, and ignore defaults for them in the context."""
        if self.env.su:
            return super().create(vals_list)
        system = self._system_fields() - {"company_id"}
        self._refuse_system_fields(system, *vals_list)
        chosen = {f"default_{name}" for name in system}
        context = {name: value for name, value in self.env.context.items() if name not in chosen}
        clean = self.with_context(context)  # pylint: disable=context-overridden
        records = super(KlientboxCredential, clean).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        """Refuse values of the system's fields; another company has an error message of its own."""
        if not self.env.su:
            self._refuse_system_fields(self._system_fields() - {"company_id"}, vals)
        return super().write(vals)

    def _write_system(self, vals):
        """Write fields of the system for a user who may write the record."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _refuse_system_fields(self, system, *vals_list):
        refused = sorted(system & {name for vals in vals_list for name in vals})
        if refused:
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in refused)
            raise AccessError(self.env._("These fields are set by KlientBox: %(fields)s.", fields=labels))
