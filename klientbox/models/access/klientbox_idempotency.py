import json

from odoo import api, models
from odoo.tools import SQL

from ...tools import idempotency
from ...tools.cursors import kept_open_cursor

# Headers that name a record or its version.
NAMING = ("Content-Location", "ETag", "Location")


class KlientboxIdempotency(models.AbstractModel):
    """Answers to calls with an Idempotency-Key; kept for 24 hours, readable by no user."""

    _name = "klientbox.idempotency"
    _description = "Stored API responses"

    def init(self):
        """Create tables and function."""
        idempotency.install(self.env.cr)

    @api.model
    def _begin(self, *call):
        with kept_open_cursor(self.env.registry) as cr:
            return idempotency.begin(cr, *call)

    @api.model
    def _keep(self, *answer):
        """Store the answer, in the transaction of the call; returns whether it is the first."""
        return idempotency.keep(self.env.cr, *answer)

    @api.model
    def _keep_refusal(self, *answer):
        """Store the answer to a call that changed nothing; its own transaction is rolled back."""
        with kept_open_cursor(self.env.registry) as cr:
            return idempotency.keep(cr, *answer)

    @api.model
    def _release(self, *call):
        with kept_open_cursor(self.env.registry) as cr:
            idempotency.release(cr, *call)

    @api.model
    def _erase(self, companies, numbers, mentions):
        """Stop repeating answers of these companies' keys that contain a client of one of these ids; a repeated call
        gets the reason as an error, and nothing is done twice. `mentions` is a further condition on `body`."""
        any_number = "|".join(f"{number:d}" for number in numbers)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT key_id, name, headers FROM klientbox_idempotency_answer
                 WHERE key_id IN (SELECT id FROM klientbox_api_key WHERE company_id = ANY(%s))
                   AND (body ~ %s OR (body ~ %s AND body ~ '"(sms_opt_out|is_envios_sms)"') OR %s)
                """,
                companies.ids,
                f'"client_id": ?({any_number})[,}}]',
                f'"id": ?({any_number})[,}}]',
                mentions,
            )
        )
        for key_id, name, headers in rows:
            kept = {header: value for header, value in json.loads(headers) if header not in NAMING}
            error = {
                "code": "client_erased",
                "message": "The stored response contained a client whose personal data have been erased since.",
                "request_id": kept.get("X-Request-Id"),
            }
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE klientbox_idempotency_answer SET status = 422, headers = %s, body = %s
                     WHERE key_id = %s AND name = %s
                    """,
                    json.dumps(list(kept.items())),
                    json.dumps({"error": error}),
                    key_id,
                    name,
                )
            )

    @api.autovacuum
    def _forget(self):
        idempotency.forget(self.env.cr)
