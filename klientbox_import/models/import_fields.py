from odoo import api, models

from ..lib.added_fields import with_added
from . import texts


class KlientboxImport(models.Model):
    """Fields that other addons add to files, see docs/importing.md."""

    _inherit = "klientbox.import"

    @api.model
    def _added_fields(self):
        """{field of klientbox.client or klientbox.visit: lib.added_fields.AddedField}.

        An addon adds its own here, and each to the selection of klientbox.import.column.field.
        """
        return {}

    @api.model
    def _file_fields(self):
        """{name: Field} of everything that a column of a file may fill."""
        return with_added(self._added_fields())

    def _prepare_added_vals(self, about, values):
        """Values for the model from those that this import has read, {name: value}.

        An addon extends this where a cell names another record, such as that of a Many2one.
        """
        return {
            name: values[name]
            for name, field in self._added_fields().items()
            if field.about == about and name in values
        }

    @api.model
    def _problem_texts(self):
        """{code: why a cell can't be read, after the name of its column}. An addon adds those of its fields."""
        return texts.of_problems(self.env)
