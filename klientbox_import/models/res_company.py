from odoo import models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    def _klientbox_amounts(self):
        """Includes amounts in unfinished imports."""
        yield from super()._klientbox_amounts()
        yield self.env._("Waiting imports"), self._klientbox_waiting_imports()

    def _klientbox_waiting_imports(self):
        """The number of unfinished imports with amounts in the company's currency."""
        [[count]] = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FROM klientbox_import AS import
                 WHERE company_id = %s AND state IN ('checking', 'ready', 'importing')
                   AND EXISTS (SELECT FROM klientbox_import_row AS row
                                WHERE row.import_id = import.id AND row.visit ? 'amount')
                """,
                self.id,
            )
        )
        return count
