from odoo import fields, models
from odoo.tools import SQL


class KlientboxVersioned(models.AbstractModel):
    """Logged records that integrators keep a copy of: each change counts up `version`, by a trigger as well."""

    _name = "klientbox.versioned"
    _description = "Versioned record"
    _inherit = ["klientbox.logged"]

    version = fields.Integer(default=1, readonly=True, copy=False)

    def init(self):
        """Install the trigger on every table that inherits this."""
        super().init()
        if self._abstract:
            return
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION klientbox_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.version := OLD.version + 1;
                RETURN NEW;
            END $$;
            """
        )
        self._create_trigger(
            "klientbox_count_version",
            SQL("BEFORE UPDATE"),
            SQL(
                "FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW AND %s) EXECUTE FUNCTION klientbox_count_version()",
                self._is_noted(),
            ),
        )
