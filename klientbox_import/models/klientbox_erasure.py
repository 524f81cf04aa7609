import itertools
import re

from odoo import models
from odoo.addons.klientbox.lib import phone
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.lib.text import fold
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..lib import tables
from ..lib.limits import BadFile
from ..lib.states import CHECKING, DONE, DRAFT, FAILED, FILE, UNDONE, WORKING

IMPORT = "klientbox.import"
# Shorter words in the name of a file are not taken for a person's name.
LEAST_LETTERS = 3


def _lines(text):
    return [[line] for line in text.splitlines()]


def _words(text):
    return re.findall(r"\w+", fold(text).replace("_", " "))


class KlientboxErasure(models.Model):
    """Files of imports and the rows that were read from them are copies of a client, too."""

    _inherit = "klientbox.erasure"

    def _find_copies(self, client, addresses, names):
        copies = super()._find_copies(client, addresses, names)
        return {**copies, IMPORT: self._imports(client, addresses, names)}

    def _refuse_while_running(self, client, addresses, copies):
        if copies[IMPORT].filtered(lambda record: record.state in WORKING):
            raise UserError(self.env._("An import with this client is running. Try again when it is done."))
        return super()._refuse_while_running(client, addresses, copies)

    def _erase_copies(self, client, addresses, names, copies):
        self._erase_imports(client, addresses, copies[IMPORT])
        self._erase_file_names(client, addresses, names, copies[IMPORT])
        self._erase_choices(client, addresses, names)
        return super()._erase_copies(client, addresses, names, copies)

    def _erase_imports(self, client, addresses, imports):
        """Erase staged rows and files. A completed import can still be undone; any other one returns to draft."""
        for record in imports:
            if record.state in (DONE, UNDONE):
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE klientbox_import_row
                           SET cells = NULL, client = NULL, visit = NULL, filled = NULL, record_key = NULL
                         WHERE import_id = %s AND %s
                        """,
                        record.id,
                        self._is_staged(client, addresses),
                    )
                )
                record.write({"file": False, "beside_table": False})
            else:
                self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = %s", record.id))
                record.write(
                    {
                        "file": False,
                        "beside_table": False,
                        "cursor": False,
                        "fetched_at": False,
                        "state": DRAFT,
                        "problem": self.env._(
                            "It contained a client whose personal data were erased. Choose it again."
                        ),
                    }
                )

    def _erase_file_names(self, client, addresses, names, imports):
        """Erase file names with the client's name or address; for a file that contains the client a part of the name is
        enough."""
        long_words = {word for name in names for word in _words(name) if len(word) >= LEAST_LETTERS}
        for record in self._files_of(client).filtered("file_name"):
            is_part = record in imports and not long_words.isdisjoint(_words(record.file_name))
            if is_part or self._is_about([record.file_name], addresses, names):
                record.file_name = False

    def _erase_choices(self, client, addresses, names):
        """Reset choices of Odoo's contacts by an address or a name of the client."""
        imports = self.env["klientbox.import"]._as_system()
        for record in imports.search([("company_id", "=", client.company_id.id), ("partner_domain", "!=", "[]")]):
            if self._is_about([record.partner_domain or ""], addresses, names):
                record.partner_domain = "[]"

    def _imports(self, client, addresses, names):
        """Imports with the client in a staged row, or in a file of which the rows are not staged yet."""
        staged = self._staged_imports(client, addresses)
        unread = self._files_of(client).filtered(lambda record: record.state in (DRAFT, CHECKING, FAILED)) - staged
        return staged | unread.filtered(lambda record: self._is_in_file(record, addresses, names))

    def _files_of(self, client):
        imports = self.env["klientbox.import"]._as_system()
        return imports.search([("company_id", "=", client.company_id.id), ("kind", "=", FILE)])

    def _is_in_file(self, record, addresses, names):
        """Whether a file, or its name, holds one of the addresses or names of the client."""
        files_sudo = self.env["ir.attachment"].sudo()  # The attachment of a field belongs to Odoo, not to the user.
        mine = [("res_model", "=", record._name), ("res_id", "=", record.id), ("res_field", "=", "file")]
        rows = [[record.file_name or ""]]
        files_sudo = files_sudo.search(mine)
        for file_sudo in files_sudo:
            rows = itertools.chain(rows, self._rows_of(file_sudo.raw or b""), _lines(file_sudo.index_content or ""))
        return bool(files_sudo) and any(self._is_about(cells, addresses, names) for cells in rows)

    def _rows_of(self, content):
        """Rows of all sheets of a file; the lines of its text if it is not a table."""
        try:
            layout = tables.detect(content)
            for sheet in tables.sheets(content) or [""]:
                chosen = tables.detect(content, sheet=sheet) if sheet else layout
                yield from (cells for _number, cells in tables.read(content, chosen))
        except BadFile:
            yield from _lines(content.decode(errors="replace"))

    def _is_about(self, cells, addresses, names):
        """Whether texts that belong together hold one of the addresses or all words of one of the names, in any order.

        Many persons share a name of a single word: such a name must be the whole text.
        """
        digits = [re.sub(r"\D", "", cell) for cell in cells]
        if any(number in cell for number in filter(None, map(phone.significant, addresses[SMS])) for cell in digits):
            return True
        lowered = [cell.lower() for cell in cells]
        if any(address.lower() in cell for address in addresses[EMAIL] for cell in lowered):
            return True
        return any(self._names(name, cells) for name in names)

    def _names(self, name, cells):
        sought = set(_words(name))
        if len(sought) == 1:
            return any(set(_words(cell)) == sought for cell in cells)
        return bool(sought) and sought <= {word for cell in cells for word in _words(cell)}

    def _staged_imports(self, client, addresses):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT import_id FROM klientbox_import_row WHERE company_id = %s AND %s",
                client.company_id.id,
                self._is_staged(client, addresses),
            )
        )
        return self.env["klientbox.import"]._as_system().browse(record for [record] in rows)

    def _is_staged(self, client, addresses):
        """The condition that a staged row is about the client: by its client, existing or created, or by an address."""
        return SQL(
            """
            (known_client = ANY(%(clients)s) OR made_client = ANY(%(clients)s)
             OR EXISTS (SELECT FROM jsonb_array_elements_text(cells) AS cell WHERE %(mentions)s))
            """,
            clients=self._numbers(client),
            mentions=self._mentions(SQL("cell"), addresses),
        )
