from odoo import api, fields, models

from ...lib import scope
from ...lib.scope import NONE, READ, WRITE

MODEL, SUFFIX = "klientbox.api.access", "_access"
_LEVELS = {NONE: "None", READ: "Read", WRITE: "Read and write"}


class Access(fields.Selection):
    """The access of a key to one resource of the API, on `klientbox.api.access`; its name is `<resource>_access`.

    The field declares the resource: from then on operations may require its scopes. `highest` is the highest level, and
    that of a new key.
    """

    def __init__(self, label=None, highest=WRITE, **attributes):
        # Odoo merges the declarations of a field into one without arguments of its own.
        if label:
            levels = list(_LEVELS.items())[: list(_LEVELS).index(highest) + 1]
            attributes |= {"selection": levels, "string": label, "required": True, "default": highest}
        self._highest = highest
        super().__init__(**attributes)

    def __set_name__(self, owner, name):  # pylint: disable=missing-return
        super().__set_name__(owner, name)
        # The class of a declaration, not one that Odoo makes for a database.
        if getattr(owner, "pool", None) is None:
            if owner._name != MODEL or not name.endswith(SUFFIX):
                raise ValueError(f"{owner._name}.{name}: an Access is a field of {MODEL} named <resource>{SUFFIX}.")
            scope.declare(name.removesuffix(SUFFIX), owner._module, self._highest)


class KlientboxApiAccess(models.AbstractModel):
    """The access of a key to each resource of the API. Addons add the fields of theirs."""

    _name = MODEL
    _description = "Access of an API key"

    clients_access = Access("Clients")
    visits_access = Access("Visits")
    services_access = Access("Services")
    messages_access = Access("Messages", READ)
    reports_access = Access("Reports", READ)
    webhooks_access = Access("Webhooks")
    access_text = fields.Char("Access", compute="_compute_access_text")

    @api.depends(lambda self: self._access_fields())
    def _compute_access_text(self):
        labels = {name: self._fields[name]._description_string(self.env) for name in self._access_fields()}
        highest = scope.resources()
        for record in self:
            by_level = {level: [name for name in labels if record[name] == level] for level in (READ, WRITE)}
            names = {level: ", ".join(labels[name] for name in found) for level, found in by_level.items()}
            if all(level == highest[resource] for resource, level in record._access().items()):
                record.access_text = self.env._("Everything")
            elif len(by_level[READ]) == len(labels):
                record.access_text = self.env._("Everything, read-only")
            elif not any(by_level.values()):
                record.access_text = self.env._("Nothing")
            elif not by_level[WRITE]:
                record.access_text = self.env._("Read: %(names)s", names=names[READ])
            elif not by_level[READ]:
                record.access_text = self.env._("Read and write: %(names)s", names=names[WRITE])
            else:
                record.access_text = self.env._(
                    "Read and write: %(written)s; read: %(read)s", written=names[WRITE], read=names[READ]
                )

    @api.model
    def _access_fields(self, addons=None):
        """The names of the fields of access to the resources of these addons, by default of all installed ones."""
        names = (f"{resource}{SUFFIX}" for resource in scope.resources(addons))
        return [name for name in names if name in self._fields]

    def _access(self):
        """{resource: level}."""
        self.ensure_one()
        return {name.removesuffix(SUFFIX): self[name] for name in self._access_fields()}

    @api.model
    def _access_vals_of(self, access):
        """The values of {resource: level}; to all other resources there is no access."""
        return {name: access.get(name.removesuffix(SUFFIX), NONE) for name in self._access_fields()}

    def _access_vals(self):
        """The same access, for another record."""
        self.ensure_one()
        return {name: self[name] for name in self._access_fields()}
