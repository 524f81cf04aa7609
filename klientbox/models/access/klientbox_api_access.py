from odoo import api, fields, models

from ...lib.scope import NONE, READ, RESOURCES, WRITE

_LEVELS = [(NONE, "None"), (READ, "Read"), (WRITE, "Read and write")]
_READING = _LEVELS[:2]


class KlientboxApiAccess(models.AbstractModel):
    """The access of a key to each resource of the API."""

    _name = "klientbox.api.access"
    _description = "Access of an API key"

    clients_access = fields.Selection(_LEVELS, "Clients", required=True, default=WRITE)
    visits_access = fields.Selection(_LEVELS, "Visits", required=True, default=WRITE)
    services_access = fields.Selection(_LEVELS, "Services", required=True, default=WRITE)
    messages_access = fields.Selection(_READING, "Messages", required=True, default=READ)
    reports_access = fields.Selection(_READING, "Reports", required=True, default=READ)
    webhooks_access = fields.Selection(_LEVELS, "Webhooks", required=True, default=WRITE)
    access_text = fields.Char("Access", compute="_compute_access_text")

    @api.depends(lambda self: self._access_fields())
    def _compute_access_text(self):
        labels = {name: self._fields[name]._description_string(self.env) for name in self._access_fields()}
        for record in self:
            by_level = {level: [name for name in labels if record[name] == level] for level in (READ, WRITE)}
            names = {level: ", ".join(labels[name] for name in found) for level, found in by_level.items()}
            if all(record[f"{resource}_access"] == most for resource, most in RESOURCES.items()):
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
    def _access_fields(self):
        return [f"{resource}_access" for resource in RESOURCES]

    def _access(self):
        """{resource: level}."""
        self.ensure_one()
        return {resource: self[f"{resource}_access"] for resource in RESOURCES}

    def _access_vals(self):
        """The same access, for another record."""
        self.ensure_one()
        return {name: self[name] for name in self._access_fields()}
