from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS

from .klientbox_guard import OURS, is_of_ours

# In the context while `create` adds defaults. A request that sends it gets fewer of them.
CREATING = "klientbox_creating"


class IrDefault(models.Model):
    """Defaults of fields of ours.

    Any internal user may set their own default of any field, without rights on the field or its model. Odoo adds it
    after the values of a request are checked, and also where our code creates a record as superuser. So a user's own
    default fills only forms, and there only what this user may enter: the form sends it as a value. Defaults for all
    users or a company, which administrators of Odoo set, also fill new records. Neither changes what only KlientBox
    sets, or refers to a record that the user may not read.
    """

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        """Leave out values that the user could not enter."""
        defaults = super()._get_model_defaults(model_name, condition)
        if not defaults or model_name not in self.env:
            return defaults
        model = self.env[model_name]
        ours = {name for name in defaults if model._klientbox_is_guarded(name)}
        if not ours:
            return defaults
        shared = self._klientbox_shared_defaults(model_name, condition)
        kept = {name: value for name, value in defaults.items() if name not in ours}
        for name in ours:
            values = defaults if model._klientbox_takes_own_default(name) else shared
            if name in values and model._klientbox_takes_default(name, values[name]):
                kept[name] = values[name]
        return kept

    def _klientbox_shared_defaults(self, model_name, condition):
        """The defaults that are no single user's: the superuser's in the same company."""
        shared = self.with_user(SUPERUSER_ID).with_company(self.env.company)
        return super(IrDefault, shared)._get_model_defaults(  # pylint: disable=super-method-mismatch
            model_name, condition
        )


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _add_missing_default_values(self, values):
        """A user's own defaults are for forms, see ir.default."""
        if not self.env["ir.default"]._get_model_defaults(self._name):
            return super()._add_missing_default_values(values)
        return super(Base, self.with_context(**{CREATING: True}))._add_missing_default_values(values)

    @api.model
    def _klientbox_is_guarded(self, name):
        """Whether a field is ours, or refers to a record of ours."""
        field = self._fields.get(name)
        return bool(field) and (self._name.startswith(OURS) or self._klientbox_is_link(name) or is_of_ours(field))

    @api.model
    def _klientbox_takes_own_default(self, name):
        """Whether a default of the user's own may fill a field."""
        is_form = not self.env.su and not self.env.context.get(CREATING)
        return is_form and self._has_field_access(self._fields[name], "write")

    @api.model
    def _klientbox_takes_default(self, name, value):
        """Whether any default may fill a field, and this one refers only to records that the user may read. A default
        may have been set in another company, or its record deleted: that is no error."""
        field = self._fields[name]
        if self._klientbox_is_fixed(field) or field.groups == NO_ACCESS:
            return False
        if self.env.su:
            return True
        try:
            self.browse()._klientbox_check_values([{name: value}])
        except UserError:
            return False
        return True
