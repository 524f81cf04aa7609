from odoo import api, models
from odoo.tools import SQL

from ...tools import sql_files
from ...tools.name_order import UNNOTED


class KlientboxLogged(models.AbstractModel):
    """Records whose every change leaves a row in the change log, klientbox.change.

    Triggers of the database write it, so it includes the set-based statements of the jobs as well as a form, an import
    or another module's SQL. A row of the log carries its transaction's number: `write_date` is the start of a
    transaction, and a poll by it would miss changes that a long import commits late.
    """

    _name = "klientbox.logged"
    _description = "Record with a change log"

    # The column whose value is logged as it was before and after a change.
    _logged_column = "active"

    def init(self):
        """Install the triggers on every table that inherits this."""
        super().init()
        if self._abstract:
            return
        self._create_log_function()
        for event, tables in (
            ("INSERT", "NEW TABLE AS became"),
            ("UPDATE", "OLD TABLE AS was NEW TABLE AS became"),
            ("DELETE", "OLD TABLE AS was"),
        ):
            self._create_trigger(
                f"klientbox_log_{event.lower()}",
                SQL("AFTER %s", SQL(event)),
                SQL(
                    "REFERENCING %s FOR EACH STATEMENT WHEN (%s) EXECUTE FUNCTION klientbox_log_change(%s, %s)",
                    SQL(tables),
                    self._is_noted(),
                    self._name,
                    self._logged_column,
                ),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Wake the readers of the log when the transaction is committed."""
        records = super().create(vals_list)
        self._wake_log_readers()
        return records

    def write(self, vals):
        """See create."""
        self._wake_log_readers()
        return super().write(vals)

    def unlink(self):
        """See create."""
        self._wake_log_readers()
        return super().unlink()

    def _wake_log_readers(self):
        """Check once a transaction, before the commit, whether a webhook waits for its changes.

        Only so that webhooks need not wait for the job's next minute: nothing is lost without this call.
        """
        hooks = self.env.cr.precommit
        if "klientbox.wake_log_readers" not in hooks.data:
            hooks.data["klientbox.wake_log_readers"] = True
            hooks.add(self.env["klientbox.webhook"]._wake_for_changes)

    @api.model
    def _is_noted(self):
        """The condition of a trigger that ignores updates by tools/name_order."""
        return SQL("current_setting(%s, TRUE) IS DISTINCT FROM 'on'", UNNOTED)

    def _create_trigger(self, name, event, action):
        names = {"name": SQL.identifier(name), "table": SQL.identifier(self._table)}
        self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", **names))
        self.env.cr.execute(
            SQL("CREATE TRIGGER %(name)s %(event)s ON %(table)s %(action)s", event=event, action=action, **names)
        )

    def _create_log_function(self):
        sql_files.run(self.env.cr, "change_log")
