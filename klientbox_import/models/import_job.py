import logging
import time

import psycopg2.errors
from odoo import api, fields, models
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.models.mixins.jobs import start_in
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib.limits import BadFile
from ..lib.states import CHECKING, DRAFT, FETCHING, IMPORTING, STOPPED, UNDOING, WORKING
from .klientbox_import import KEPT_DAYS
from .steps.apply import Apply
from .steps.check import Check
from .steps.fetch import Fetch
from .steps.undo import Undo

_logger = logging.getLogger(__name__)

TRIES = 4
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "active_test": False,
}


class KlientboxImport(models.Model):
    """The job: one step of one import after the other."""

    _inherit = "klientbox.import"

    @api.model
    def _cron_import(self):
        """Take one step of one import after the other; each step is a transaction, and is repeated when interrupted."""
        while found := self._find_due():
            if not self.env["ir.cron"]._commit_progress(remaining=len(found)):
                return
            # The reason of an interruption is in the language of the user who started the import; the job has none.
            found.with_context(lang=found._starter().lang)._try_step()
            self.env["ir.cron"]._commit_progress(1)
        waiting = self.search([("state", "=", FETCHING), ("next_at", "!=", False)], order="next_at", limit=1)
        if waiting:
            seconds = (waiting.next_at - fields.Datetime.now()).total_seconds()
            start_in(self.env, max(seconds, 0) + 1, "klientbox_import.cron_import")

    @api.model
    def _find_due(self):
        """The next import to work on: imports with all rows staged come before those that are fetched, which take
        turns."""
        here = self.search([("state", "in", (CHECKING, IMPORTING, UNDOING))], order="id", limit=1)
        due = ["|", ("next_at", "=", False), ("next_at", "<=", fields.Datetime.now())]
        return here or self.search([("state", "=", FETCHING), *due], order="write_date, id", limit=1)

    def _try_step(self):
        """Take the next step. A step that fails repeatedly is given up with a message; a concurrent change is no
        failure."""
        if self.tries >= TRIES:
            self._give_up(self.env._("The import was interrupted or failed %(times)s times.", times=TRIES))
            return
        # Counted before the step: a process that dies in the step can't count it.
        self.tries += 1
        self.env["ir.cron"]._commit_progress()
        try:
            self._step()
            self.tries = 0
            self.env.flush_all()
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.UniqueViolation):
            # Someone recorded the same client meanwhile: check again.
            self._back_out()
        except BadFile as error:
            self._back_out()
            self._give_up(self._text_of(error))
        except UserError as error:
            self._back_out()
            self._give_up(str(error))
        except Exception:
            self._back_out()
            _logger.exception("Import %s failed while %s.", self.id, self.state)

    def _back_out(self):
        self.env.cr.rollback()
        self.env.invalidate_all()

    def _give_up(self, problem):
        self.write({"state": WORKING[self.state], "problem": problem, "tries": 0})

    def _step(self):
        """The next step of the present state, as short as possible."""
        if self.state == FETCHING:
            Fetch(self).step()
        elif self.state == CHECKING:
            Check(self).step()
        elif self.state == IMPORTING:
            Apply(self._alone()).run()
        else:
            Undo(self._alone()).run()

    def _alone(self):
        """This import with its company locked, so that imports and nights of a company run one at a time, as the user
        who started it: their rights were checked when they pressed the button."""
        settings = self.company_id._klientbox_settings()
        self.env.cr.execute(SQL("SELECT FROM klientbox_settings WHERE id = %s FOR UPDATE", settings.id))
        importer = self.with_user(self._starter()).sudo()
        return importer.with_company(self.company_id).with_context(**QUIET)

    def _finish(self, state):
        """Take all steps of a state in the present transaction: for the command, which has no watchdog."""
        self.state = state
        while self.state == state:
            self._step()
            if self.next_at:
                time.sleep(max(0, (self.next_at - fields.Datetime.now()).total_seconds()))

    @api.autovacuum
    def _gc_rows(self):
        """Imported clients and visits are kept; files and staged rows are personal data and are deleted."""
        limit = fields.Datetime.subtract(clock.now(), days=KEPT_DAYS)
        old = self.search([("write_date", "<", limit), ("expired", "=", False), ("state", "not in", tuple(WORKING))])
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = ANY(%s)", old.ids))
        for stopped in old.filtered(lambda record: record.state == STOPPED):
            Fetch(stopped).forget()
            stopped.state = DRAFT
        old.write({"file": False, "beside_table": False, "expired": True})
