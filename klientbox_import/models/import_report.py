import io
import itertools

from odoo import models

from ..lib import tables
from ..lib.column_headers import about_visits
from ..lib.states import FILE
from . import texts


class KlientboxImport(models.Model):
    """The results of an import: the report of the command, warnings, and the refused rows as a file."""

    _inherit = "klientbox.import"

    def _report(self):
        """The report that the command prints."""
        names = ("clients_created", "clients_matched", "visits_created", "visits_existing")
        Row = self.env["klientbox.import.row"]
        refused = Row.search([("import_id", "=", self.id), ("refused", "=", True)], order="number")
        noted = Row.search([("import_id", "=", self.id), ("noted", "=", True)], order="number")
        return {
            "rows": self.row_count,
            **{name: self[name] for name in names},
            "visits_updated": self.visits_updated,
            "visits_differing": self.visits_differing,
            "refused": [{"row": row.number, "reason": row.reason} for row in refused],
            "remarks": [{"row": row.number, "remark": row.remarks} for row in noted],
            "warnings": self._warnings(),
            "duplicates": self.duplicate_count,
            "phones_mended": self.phones_mended,
            "consents_without_proof": self.consents_unproved,
            "sms_refusals": self.sms_refusals,
            "email_refusals": self.email_refusals,
            "services_created": self.services_created,
        }

    def _warnings(self):
        """Warnings before the import, in the user's language."""
        self.ensure_one()
        found = []
        left_out = self.column_ids.filtered(lambda column: column.hint and not column.field)
        for hint, words in texts.of_hints(self.env).items():
            headers = left_out.filtered(lambda column, hint=hint: column.hint == hint).mapped("header")
            if headers:
                found.append(f"{words} {', '.join(headers)}.")
        used = set(self.column_ids.mapped("field"))
        added = about_visits(self._added_fields())
        lost = self.column_ids.filtered(lambda column: column.field in {"service", "staff", "amount", *added})
        if self.kind == FILE and lost and "date" not in used:
            names = ", ".join(lost.mapped("header"))
            found.append(
                self.env._(
                    "No column holds the date of visits: only clients are imported, without %(columns)s.", columns=names
                )
            )
        if self.phones_without_sms:
            found.append(
                self.env._(
                    "Clients whose phone can't get SMS (landlines, numbers not assigned and the like): %(count)s.",
                    count=self.phones_without_sms,
                )
            )
        if self.visits_differing:
            found.append(
                self.env._(
                    "Visits that differ from those here and were changed here stay as they are: %(count)s.",
                    count=self.visits_differing,
                )
            )
        return found

    def _refused_file(self):
        """A CSV file of the refused rows as they came, with number and reason in the first columns."""
        columns = self.column_ids.sorted("position")
        rows = self.env["klientbox.import.row"].search(
            [("import_id", "=", self.id), ("refused", "=", True)], order="number"
        )
        file = io.BytesIO()
        headers = [self.env._("Row"), self.env._("Reason"), *columns.mapped("header")]
        lines = ([str(row.number), row.reason, *row.cells, *[""] * (len(columns) - len(row.cells))] for row in rows)
        tables.write(itertools.chain([headers], lines), file, "csv")
        return file.getvalue()
