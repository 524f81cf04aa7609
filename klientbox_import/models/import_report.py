import io
import itertools

from odoo import models

from ..lib import tables
from ..lib.amounts import BY_METHOD, is_net, rank
from ..lib.column_headers import CONSENTS, about_visits
from ..lib.consent_headers import is_list_of_refusals
from ..lib.header_words import fold_header
from ..lib.states import FILE
from . import texts

SHOWN_LINES = 20


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
        used = set(self.column_ids.mapped("field"))
        found = [*self._lost_refusals(), *self._left_out_columns("phone"), *self._left_out_columns("email")]
        sheets = [sheet for sheet in self._beside("sheets", []) if not is_list_of_refusals(sheet)]
        if sheets:
            found.append(self.env._("Other sheets with clients are not read: %(sheets)s.", sheets=", ".join(sheets)))
        lines = self._beside("other_lines", [])
        if lines:
            shown = ", ".join([*map(str, lines[:SHOWN_LINES]), *(["…"] if len(lines) > SHOWN_LINES else [])])
            found.append(
                self.env._("Lines of the file that are not UTF-8 like the others; check their letters: %s.", shown)
            )
        if "date" in used and "amount" not in used:
            found += self._left_out_columns("amount")
        found += self._undecided_amounts() if "date" in used else []
        net = self.column_ids.filtered(lambda column: column.field == "amount" and is_net(fold_header(column.header)))
        if net:
            found.append(
                self.env._("These prices are without the tax: %(columns)s.", columns=", ".join(net.mapped("header")))
            )
        added = about_visits(self._added_fields())
        lost = self.column_ids.filtered(lambda column: column.field in {"service", "staff", "amount", *added})
        if self.kind == FILE and lost and "date" not in used:
            names = ", ".join(lost.mapped("header"))
            found.append(
                self.env._(
                    "No column holds the date of visits: only clients are imported, without %(columns)s.", columns=names
                )
            )
        if self.addresses_kept:
            found.append(
                self.env._(
                    "Rows with further phones or e-mails, which are kept in the notes: %(count)s.",
                    count=self.addresses_kept,
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

    def _undecided_amounts(self):
        """Warnings where it is not certain which column holds what the client paid."""
        columns = self.column_ids.filtered(lambda column: column.field == "amount").sorted("position")
        if not columns:
            return []
        best = min(rank(column.header) for column in columns)
        left_out = self.column_ids.filtered(
            lambda column: (
                not column.field
                and column.hint == "amount"
                and rank(column.header) < best
                and not is_net(fold_header(column.header))
            )
        )
        found = []
        if left_out:
            names = ", ".join(left_out.mapped("header"))
            found.append(
                self.env._("Columns that may hold what clients paid are left out: %(columns)s.", columns=names)
            )
        alike = columns.filtered(lambda column: rank(column.header) == best)
        if len(alike) > 1 and best != BY_METHOD:
            names = ", ".join(alike.mapped("header"))
            found.append(
                self.env._(
                    "Several columns may hold what clients paid; the first one counts: %(columns)s.", columns=names
                )
            )
        return found

    def _lost_refusals(self, decided=()):
        """Warnings of refusals that the import may lose: the command imports nothing as long as there are some. Columns
        in `decided` have their meaning, or are left out, on purpose."""
        found = self._left_out_columns("consent", decided)
        cell_notes = self._cell_notes()
        if cell_notes.hint == "consent" and cell_notes.field not in (False, *CONSENTS) and cell_notes not in decided:
            found.append(
                self.env._("Notes on cells may hold refusals, but are imported as texts: %s.", cell_notes.header)
            )
        title = self._beside("refusals", "")
        if title and not any(column.field in CONSENTS for column in self.column_ids):
            found.append(
                self.env._(
                    "“%(title)s” looks like a list of refusals, but no column of it says who has refused. Add one.",
                    title=title,
                )
            )
        sheets = [sheet for sheet in self._beside("sheets", []) if is_list_of_refusals(sheet)]
        if sheets:
            found.append(
                self.env._(
                    "Sheets that look like lists of refusals are not read: %(sheets)s.", sheets=", ".join(sheets)
                )
            )
        return found

    def _cell_notes(self):
        """The column of the notes on cells, which the sheet itself does not have; empty without one."""
        return self.column_ids.sorted("position")[-1:] if self._beside("cell_notes", False) else self.column_ids[:0]

    def _left_out_columns(self, hint, decided=()):
        """The warning of the columns without a meaning that probably hold this, as a list."""
        columns = self.column_ids.filtered(
            lambda column: column.hint == hint and not column.field and column not in decided
        )
        return [f"{texts.of_hints(self.env)[hint]} {', '.join(columns.mapped('header'))}."] if columns else []

    def _beside(self, name, default):
        """A fact that the file says beside its table."""
        return (self.beside_table or {}).get(name) or default

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
