from datetime import timedelta

from odoo import fields
from odoo.addons.klientbox.models.mixins.url_check import allowed_networks
from odoo.tools import SQL

from ...lib.accounts import UNKNOWN, Cursor, Table
from ...lib.cells import LOOKED_AT, sample
from ...lib.limits import MAX_ROWS
from ...lib.states import CHECKING, STOPPED
from ...tools.account import MOST_FAILURES, Account, AccountError
from .. import texts


class Fetch:
    """Fetches an account at another vendor into rows of an import, page by page.

    A page's rows and the cursor after it are one transaction, and a record has one row whatever pages it is on: when a
    process dies, at most one page is fetched again, and no row is duplicated. Credentials are deleted when everything
    is fetched, or when the vendor rejects them.
    """

    def __init__(self, record):
        self.record, self.env = record, record.env
        self.source = record._source()

    def prepare(self):
        """Set the columns from the vendor's table of members; rows of an earlier fetch are deleted."""
        self._forget_rows()
        columns = [
            {
                "position": position,
                "header": member.name,
                "field": member.field or False,
                "treatment": member.treatment or False,
            }
            for position, member in enumerate(self.source.members)
        ]
        self.record.column_ids = [(5,), *((0, 0, vals) for vals in columns)]

    def forget(self):
        """Delete the fetched rows and the credentials."""
        self._forget_rows()
        self.record.column_ids = [(5,)]
        self.record._wipe_credentials()

    def _forget_rows(self):
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = %s", self.record.id))
        self.record.write(
            {"cursor": False, "fetched_at": False}
            | dict.fromkeys(("fetched_count", "account_count", "row_count", "refused_count"), 0)
        )

    def step(self):
        """Fetch the next page; after the last one the rows are checked."""
        cursor = Cursor.load(self.record.cursor)
        account = Account(
            self.source,
            self.record.account_url,
            self.record._credentials(),
            allowed_networks(self.env),
            self.record.per_second,
        )
        try:
            self._take(cursor, account.page(cursor.start, self.source.page_size, self.record.failures))
        except AccountError as error:
            self._record_failure(error)
            return
        if cursor.is_done:
            self.record._wipe_credentials()
            self.record.write({"state": CHECKING, "progress": 0, "fetched_at": fields.Datetime.now()})

    def _record_failure(self, error):
        """Wait and try again, or stop with a reason."""
        if error.is_closed:
            self.record._wipe_credentials()
        if error.wait is None or self.record.failures + 1 >= MOST_FAILURES:
            self.record.write({"state": STOPPED, "problem": texts.of_accounts(self.env)[error.code]})
            return
        next_at = fields.Datetime.now() + timedelta(seconds=error.wait)
        self.record.write({"failures": self.record.failures + 1, "next_at": next_at})

    def _take(self, cursor, page):
        """Store the new records of a page, and move the cursor. Raises AccountError."""
        Row = self.env["klientbox.import.row"]
        keys = [self.source.key(item) for item in page.records]
        here = Row._staged_keys(self.record, keys)
        if cursor.steps_back(bool(keys) and keys[0] in here, self.source.page_size):
            self.record.write({"cursor": cursor.store(), "failures": 0, "next_at": False})
            return
        new = {key: item for key, item in zip(keys, page.records, strict=True) if key not in here}
        count = self.record.fetched_count + len(new)
        if max(count, page.total or 0) > MAX_ROWS:
            raise AccountError("too_many_rows")
        table = Table(
            self.source, self.record.column_ids.sorted("position").mapped("header")[len(self.source.members) :]
        )
        table.learn(new.values())
        numbered = enumerate(new.items(), self.record.fetched_count + 1)
        Row._stage(self.record, [(number, table.cells(item), key) for number, (key, item) in numbered])
        self._describe(table, new.values())
        cursor.turn(keys, page, count)
        total = page.total or 0
        self.record.write(
            {
                "cursor": cursor.store(),
                "fetched_count": count,
                "account_count": total,
                "progress": min(99, 100 * count // total) if total else 0,
                "failures": 0,
                "next_at": False,
            }
        )

    def _describe(self, table, records):
        """Count how many records have a value in each column, with the first few values."""
        columns = self.record.column_ids.sorted("position")
        new = table.names[len(columns) :]
        self.record.column_ids = [
            (0, 0, {"position": position, "header": name, "treatment": UNKNOWN})
            for position, name in enumerate(new, len(columns))
        ]
        filled_in, cells = [table.said(item) for item in records], [table.cells(item) for item in records]
        for column in self.record.column_ids.sorted("position"):
            filled = sum(column.header in names for names in filled_in)
            if not filled:
                continue
            looked_at = (row[column.position] for row in cells[:LOOKED_AT] if column.position < len(row))
            column.write({"filled": column.filled + filled, "sample": column.sample or sample(looked_at) or False})
