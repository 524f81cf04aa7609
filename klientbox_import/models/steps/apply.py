from odoo.addons.klientbox.lib import clock

from ...lib.states import DONE
from .clients import Clients
from .consents import Consents
from .match import Match
from .visits import Visits


class Apply:
    """Imports the rows in one transaction: all records become visible at once, or none."""

    def __init__(self, record):
        self.record = record

    def run(self):
        """Import all rows that were not refused. Messages wait for a rehearsal: an import alone contacts no client."""
        record = self.record
        Match(record).run()
        made = {"tags": Clients(record).run(), "events": Consents(record).run(), "services": Visits(record).run()}
        done_at = clock.now()
        if record.clients_created or record.visits_created or record.visits_updated:
            record.company_id._klientbox_settings()._rehearse(done_at)
        record.write({"state": DONE, "done_at": done_at, "made": made})
