from odoo import api, models

from ..tools import idempotency
from ..tools.cursors import standing_cursor


class KlientboxIdempotency(models.AbstractModel):
    """What was answered to calls with an Idempotency-Key; kept for 24 hours, and out of everybody's reach."""

    _name = "klientbox.idempotency"
    _description = "Answers to repeated API calls"

    def init(self):
        """Tables and function."""
        idempotency.install(self.env.cr)

    @api.model
    def _begin(self, *call):
        with standing_cursor(self.env.registry) as cr:
            return idempotency.begin(cr, *call)

    @api.model
    def _keep(self, *answer):
        """The answer, in the transaction of what was done; whether it is the first."""
        return idempotency.keep(self.env.cr, *answer)

    @api.model
    def _keep_refusal(self, *answer):
        """The answer to a call that changed nothing; its own transaction is rolled back."""
        with standing_cursor(self.env.registry) as cr:
            return idempotency.keep(cr, *answer)

    @api.model
    def _release(self, *call):
        with standing_cursor(self.env.registry) as cr:
            idempotency.release(cr, *call)

    @api.autovacuum
    def _forget(self):
        idempotency.forget(self.env.cr)
