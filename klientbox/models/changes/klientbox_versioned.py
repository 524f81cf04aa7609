from odoo import api, fields, models
from odoo.tools import SQL


class KlientboxVersioned(models.AbstractModel):
    """Logged records that integrators copy: a trigger increments `version` at each change."""

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
                -- A merge sets it above the versions of all entries.
                NEW.version := greatest(OLD.version + 1, NEW.version);
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

    def _merged_into(self):
        """{id: id of the record remaining after a merge, or None} of these ids, which may no longer exist."""
        return dict.fromkeys(self.ids)

    @api.model
    def _survivor(self, former_id):
        """The remaining record where the one of this id was merged away, or none."""
        return self.browse()
