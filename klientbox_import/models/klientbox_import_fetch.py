from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.klientbox.models.mixins.url_check import allowed_networks
from odoo.tools import SQL

from ..lib.accounts import UNKNOWN, Cursor, Table
from ..lib.limits import MAX_ROWS
from ..tools.account import MOST_TROUBLES, Account, AccountError
from .klientbox_import import CHECKING, LOOKED_AT, STOPPED
from .klientbox_import_row import as_json


class KlientboxImportFetch(models.AbstractModel):
    """Fetches an account at another vendor into rows of an import, page by page.

    A page's rows and the cursor after it are one transaction, and a record has one row whatever pages it is on: when a
    process dies, at most one page is fetched again, and no row is duplicated. Credentials are deleted when everything
    is fetched, or when the vendor rejects them.
    """

    _name = "klientbox.import.fetch"
    _description = "Fetching of an account"

    @api.model
    def _sources(self):
        """{kind of an import: its lib.accounts.Source}. A vendor's addon adds its own, the kind, and a field
        `<kind>_<credential>` for each of its credentials."""
        return {}

    @api.model
    def _prepare(self, record):
        """Set the columns from the vendor's table of members; rows of an earlier fetch are deleted."""
        self._forget_rows(record)
        columns = [
            {"position": position, "header": member.name, "field": member.field or False, "fate": member.fate or False}
            for position, member in enumerate(record._source().members)
        ]
        record.column_ids = [(5,), *((0, 0, vals) for vals in columns)]

    @api.model
    def _forget(self, record):
        """Delete the fetched rows and the credentials."""
        self._forget_rows(record)
        record.column_ids = [(5,)]
        record._wipe_credentials()

    def _forget_rows(self, record):
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = %s", record.id))
        record.write(
            {"cursor": False, "fetched_at": False}
            | dict.fromkeys(("fetched_count", "account_count", "row_count", "refused_count"), 0)
        )

    @api.model
    def _step(self, record):
        """Fetch the next page; after the last one the rows are checked."""
        source, cursor = record._source(), Cursor.load(record.cursor)
        account = Account(
            source,
            record.account_url,
            record._credentials(),
            allowed_networks(self.env),
            record.per_second,
        )
        try:
            self._take(record, source, cursor, account.page(cursor.start, source.page_size, record.troubles))
        except AccountError as error:
            self._meet_trouble(record, error)
            return
        if cursor.is_done:
            record._wipe_credentials()
            record.write({"state": CHECKING, "progress": 0, "fetched_at": fields.Datetime.now()})

    def _meet_trouble(self, record, error):
        """Wait and try again, or stop with a reason."""
        if error.is_closed:
            record._wipe_credentials()
        if error.wait is None or record.troubles + 1 >= MOST_TROUBLES:
            record.write({"state": STOPPED, "problem": self.env["klientbox.import.words"]._of_accounts()[error.code]})
            return
        next_at = fields.Datetime.now() + timedelta(seconds=error.wait)
        record.write({"troubles": record.troubles + 1, "next_at": next_at})

    def _take(self, record, source, cursor, page):
        """Store the new records of a page, and move the cursor. Raises AccountError."""
        Row = self.env["klientbox.import.row"]
        keys = [source.key(item) for item in page.records]
        here = Row._staged_keys(record, keys)
        if cursor.steps_back(bool(keys) and keys[0] in here, source.page_size):
            record.write({"cursor": cursor.store(), "troubles": 0, "next_at": False})
            return
        new = {key: item for key, item in zip(keys, page.records, strict=True) if key not in here}
        count = record.fetched_count + len(new)
        if max(count, page.total or 0) > MAX_ROWS:
            raise AccountError("too_many_rows")
        table = Table(source, record.column_ids.sorted("position").mapped("header")[len(source.members) :])
        table.learn(new.values())
        numbered = enumerate(new.items(), record.fetched_count + 1)
        Row._stage(record, [(number, as_json(table.cells(item)), key) for number, (key, item) in numbered])
        self._describe(record, table, new.values())
        cursor.turn(keys, page, count)
        total = page.total or 0
        record.write(
            {
                "cursor": cursor.store(),
                "fetched_count": count,
                "account_count": total,
                "progress": min(99, 100 * count // total) if total else 0,
                "troubles": 0,
                "next_at": False,
            }
        )

    def _describe(self, record, table, records):
        """Count how many records have a value in each column, with the first few values."""
        columns = record.column_ids.sorted("position")
        new = table.names[len(columns) :]
        record.column_ids = [
            (0, 0, {"position": position, "header": name, "fate": UNKNOWN})
            for position, name in enumerate(new, len(columns))
        ]
        filled_in, cells = [table.said(item) for item in records], [table.cells(item) for item in records]
        for column in record.column_ids.sorted("position"):
            filled = sum(column.header in names for names in filled_in)
            if not filled:
                continue
            looked_at = (row[column.position] for row in cells[:LOOKED_AT] if column.position < len(row))
            column.write(
                {"filled": column.filled + filled, "sample": column.sample or record._sample(looked_at) or False}
            )
