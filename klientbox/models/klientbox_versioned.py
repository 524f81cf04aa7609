from odoo import fields, models
from odoo.tools import SQL


class KlientboxVersioned(models.AbstractModel):
    """Records that integrators keep a copy of: each change counts up `version` and leaves a row in the change log.

    The database does both, by triggers, so that the set-based statements of the nightly job count as well as a form,
    an import or another module's SQL. A row of the log carries its transaction's number: `write_date` is the start of
    a transaction, and whoever polled by it would miss what a long import commits late.
    """

    _name = "klientbox.versioned"
    _description = "Versioned record"

    version = fields.Integer(default=1, readonly=True, copy=False)

    def init(self):
        """Install the triggers on every table that inherits this."""
        super().init()
        if self._abstract:
            return
        self._create_trigger_functions()
        self._create_trigger(
            "klientbox_count_version",
            SQL("BEFORE UPDATE"),
            SQL("FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION klientbox_count_version()"),
        )
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            self._create_trigger(
                f"klientbox_log_{event.lower()}",
                SQL("AFTER %s", SQL(event)),
                SQL(
                    "REFERENCING %s TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION klientbox_log_change(%s)",
                    SQL(rows),
                    self._name,
                ),
            )

    def _create_trigger(self, name, event, action):
        names = {"name": SQL.identifier(name), "table": SQL.identifier(self._table)}
        self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", **names))
        self.env.cr.execute(
            SQL("CREATE TRIGGER %(name)s %(event)s ON %(table)s %(action)s", event=event, action=action, **names)
        )

    def _create_trigger_functions(self):
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION klientbox_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.version := OLD.version + 1;
                RETURN NEW;
            END $$;

            CREATE OR REPLACE FUNCTION klientbox_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO klientbox_change (model, res_id, company_id, kind, txid, at)
                SELECT TG_ARGV[0], id, company_id, lower(TG_OP), pg_current_xact_id()::text::bigint,
                       clock_timestamp() AT TIME ZONE 'UTC'
                  FROM changed;
                RETURN NULL;
            END $$;
            """
        )
