import itertools

from odoo import api, models
from odoo.exceptions import UserError

from ..lib import amounts, tables
from ..lib.cells import LOOKED_AT, sample
from ..lib.column_headers import guess, with_cells
from ..lib.consent_headers import is_list_of_refusals
from ..lib.header_words import fold_header
from ..lib.left_out import looks_like
from ..lib.limits import MAX_BYTES, BadFile
from ..lib.states import DONE, READY, UNDONE
from ..lib.tables import Layout
from . import texts


class KlientboxImport(models.Model):
    """The file of an import: its format, and the meaning of its columns."""

    _inherit = "klientbox.import"

    def _read_headers(self):
        content = self._content()
        try:
            layout = tables.detect(content, self.encoding or "", self.separator or "", self.sheet or "")
            rows = tables.read(content, layout)
            _number, headers = next(rows)
            samples = [cells for _number, cells in itertools.islice(rows, LOOKED_AT)]
            beside_table = self._read_beside_table(content, layout)
        except BadFile as error:
            raise UserError(self._text_of(error)) from error
        self.write(
            {
                "encoding": layout.encoding or False,
                "separator": layout.separator or False,
                "sheet": layout.sheet or False,
                "header_row": layout.header,
                "beside_table": beside_table,
            }
        )
        signature = "|".join(map(fold_header, headers))
        if signature != self.signature or len(self.column_ids) != len(headers):
            self.signature = signature
            self.column_ids = [(5,), *((0, 0, vals) for vals in self._prepare_columns(headers, samples))]

    def _read_beside_table(self, content, layout):
        """What titles, names and other sheets say about the table: a currency of its amounts, a title of a list of
        refusals, sheets with clients that are not read, lines in another encoding, and whether the last column has the
        notes on cells."""
        titles, sheets = tables.titles(content, layout), tables.other_sheets(content, layout.sheet)
        # A file may be named after another of its sheets.
        named = [*titles, layout.sheet, *([] if any(map(is_list_of_refusals, sheets)) else [self.file_name or ""])]
        return {
            "currency": amounts.currency_of_titles(titles, self.company_id.currency_id.name or ""),
            "refusals": next((title for title in named if is_list_of_refusals(title)), ""),
            "sheets": sheets,
            "other_lines": tables.lines_in_other_encoding(content, layout),
            "cell_notes": tables.has_cell_notes(content, layout),
        }

    def _prepare_columns(self, headers, samples):
        """The meaning of each column: as chosen before for the same headers, else a guess."""
        before = self.search(
            [("company_id", "=", self.company_id.id), ("signature", "=", self.signature), ("id", "!=", self._origin.id)]
            + [("state", "in", (READY, DONE, UNDONE))],
            limit=1,
        )
        remembered = before.column_ids.mapped("field") if len(before.column_ids) == len(headers) else None
        labels = [
            pair
            for lang, _name in self.env["res.lang"].get_installed()
            for pair in self.with_context(lang=lang).env["klientbox.import.column"]._labels()
        ]
        columns = [[cells[place] for cells in samples if place < len(cells)] for place in range(len(headers))]
        meant = remembered or with_cells(guess(headers, labels, self._file_fields()), columns)
        if self._beside("cell_notes", False):
            headers = [*headers[:-1], self.env._("Notes on cells")]
        return [
            {
                "position": position,
                "header": header or self.env._("Column %(number)s", number=position + 1),
                "sample": sample(columns[position]),
                "field": field,
                "hint": looks_like(header, columns[position]) or False,
            }
            for position, (header, field) in enumerate(zip(headers, meant, strict=True))
        ]

    def _content(self):
        """The bytes of the file. Raises UserError when it is missing or too large."""
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "file")], limit=1
        )
        if not attachment:
            raise UserError(self.env._("Choose a file first."))
        if attachment.file_size > MAX_BYTES:
            raise UserError(texts.of_files(self.env)["too_big"])
        return attachment.raw or b""

    def _layout(self):
        kind = "xlsx" if not self.encoding else "csv" if self.separator else "vcard"
        return Layout(kind, self.encoding or "", self.separator or "", self.sheet or "", self.header_row)

    @api.model
    def _from_file(self, company, name, content):
        """An import of a file's bytes."""
        record = self.create({"company_id": company.id, "file_name": name})
        self.env["ir.attachment"].create(
            {"name": name, "res_model": self._name, "res_id": record.id, "res_field": "file", "raw": content}
        )
        return record

    def _text_of(self, error):
        """The error text of an unreadable file."""
        return texts.of_files(self.env, error.row)[error.code]
