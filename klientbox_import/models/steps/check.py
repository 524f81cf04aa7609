from odoo.addons.klientbox.lib import clock, names, text
from odoo.tools import SQL

from ...lib import systems, tables
from ...lib.header_words import fold_header
from ...lib.left_out import Column, watched
from ...lib.rows import RowReader, Setting
from ...lib.states import CONTACTS, FILE, READY
from ..klientbox_import_row import as_json
from .contacts import Contacts
from .match import Match

# Rows that are staged or read in one transaction of the job: about two seconds.
CHUNK = 5_000
# Maximum characters of such rows, unless a single row has more: several copies are in memory on the way to the
# database.
CHUNK_TEXT = 2_000_000


def _chunks(rows):
    """Lists of (number, cells), with at most CHUNK rows and about CHUNK_TEXT characters each."""
    chunk, length = [], 0
    for number, cells in rows:
        chunk.append((number, cells))
        # With the quotes and the comma around each.
        length += sum(map(len, cells)) + 4 * len(cells)
        if len(chunk) == CHUNK or length >= CHUNK_TEXT:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk


class Check:
    """The check before an import: stage the rows, read them, and match persons and visits with existing records."""

    def __init__(self, record):
        self.record, self.env = record, record.env

    def step(self):
        """Stage all rows, or read the next chunk of them, or, when all are read, match and finish."""
        Row = self.env["klientbox.import.row"]
        if not self.record.progress:
            self._stage()
            self.record.progress = 1
            return
        unread = self._unread()
        if unread:
            self._read(unread)
            done = Row.search_count([("import_id", "=", self.record.id), ("is_read", "=", True)])
            self.record.progress = max(1, 95 * done // self.record.row_count)
        else:
            Match(self.record).run()
            self.record.write({"state": READY, "progress": 100})

    # -- stage ------------------------------------------------------------------

    def _stage(self):
        """Store the table in the database unchanged; rows staged before are deleted, except fetched ones."""
        Row = self.env["klientbox.import.row"]
        if self.record.is_account:
            self.env.cr.execute(
                SQL("UPDATE klientbox_import_row SET is_read = false WHERE import_id = %s", self.record.id)
            )
            self.record.row_count = self.record.fetched_count
            return
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = %s", self.record.id))
        count = 0
        left_out = self._left_out()
        for chunk in _chunks(watched(self._table_rows(), left_out)):
            Row._stage(self.record, chunk)
            count += len(chunk)
        self.record.row_count = count
        for column in self.record.column_ids:
            if column.position in left_out:
                column.hint = left_out[column.position].hint or False

    def _left_out(self):
        """{place: what is learned of the column} of a file's columns without a meaning, and of the notes on cells: all
        of their cells count, a refusal may be in any of them."""
        columns = self.record.column_ids if self.record.kind == FILE else self.record.column_ids.browse()
        watched_columns = columns.filtered(lambda column: not column.field) | self.record._cell_notes()
        return {column.position: Column(column.header) for column in watched_columns}

    def _table_rows(self):
        """(number, cells) of every row below the headers."""
        if self.record.kind == CONTACTS:
            return Contacts(self.record).rows()
        rows = tables.read(self.record._content(), self.record._layout())
        next(rows)
        return rows

    # -- read -------------------------------------------------------------------

    def _unread(self):
        """(number, cells) of the next rows: at most CHUNK rows and CHUNK_TEXT characters, or a single longer row."""
        return self.env.execute_query(
            SQL(
                """
                SELECT number, cells
                  FROM (SELECT number, cells, sum(length(cells::text)) OVER (ORDER BY number) AS length,
                               row_number() OVER (ORDER BY number) AS place
                          FROM (SELECT number, cells FROM klientbox_import_row
                                 WHERE import_id = %s AND is_read IS NOT TRUE ORDER BY number LIMIT %s) AS next) AS next
                 WHERE length <= %s OR place = 1
                 ORDER BY number
                """,
                self.record.id,
                CHUNK,
                CHUNK_TEXT,
            )
        )

    def _read(self, rows):
        reader = self._reader()
        own = self._own_places()
        numbers, clients, visits, problems, notes = [], [], [], [], []
        for number, cells in rows:
            reading = reader.reading(cells)
            if "service" in reading.visit:
                reading.visit["service_key"] = text.fold(reading.visit["service"])
            if "staff" in reading.visit:
                reading.visit["staff_key"] = names.key(reading.visit["staff"])
            kept = {name: cells[place] for place, name in own.items() if place < len(cells) and cells[place]}
            if kept:
                reading.client["own"] = kept
            numbers.append(number)
            clients.append(as_json(reading.client))
            visits.append(as_json(reading.visit) if reading.visit else None)
            problems.append(as_json(reading.problems) if reading.problems else None)
            notes.append(as_json(reading.notes) if reading.notes else None)
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row
                   SET is_read = true, client = new.client, visit = new.visit, problems = new.problems,
                       notes = new.notes, refused = new.problems IS NOT NULL
                  FROM unnest(%s::int[], %s::jsonb[], %s::jsonb[], %s::jsonb[], %s::jsonb[])
                       AS new(number, client, visit, problems, notes)
                 WHERE row.import_id = %s AND row.number = new.number
                """,
                numbers,
                clients,
                visits,
                problems,
                notes,
                self.record.id,
            )
        )
        self.env["klientbox.import.row"].invalidate_model()

    def _own_places(self):
        """{number of a column: field of the vendor's addon that stores it}, except columns that mean something else."""
        own = self.record._source().own if self.record.is_account else {}
        return {
            column.position: own[column.header]
            for column in self.record.column_ids
            if column.header in own and not column.field
        }

    def _reader(self):
        def texts_of(place):
            rows = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT cells ->> %s FROM klientbox_import_row WHERE import_id = %s", place, self.record.id
                )
            )
            return (cell for [cell] in rows if cell)

        settings = self.record.company_id._klientbox_settings()
        headers = {fold_header(column.header) for column in self.record.column_ids}
        system = self.record._source() or systems.find(headers)
        source = system.name if system else "odoo" if self.record.kind == CONTACTS else "import"
        setting = Setting(
            region=self.record.company_id._klientbox_region(),
            zone=settings.timezone,
            now=clock.now(),
            languages=tuple(code for code, _name in self.env["res.lang"].get_installed()),
            source=source,
            words=system.words if system else {},
            currency=self.record.company_id.currency_id.name or "",
            title_currency=(self.record.beside_table or {}).get("currency", ""),
        )
        columns = self.record.column_ids.sorted("position")
        meant = [column.field or "" for column in columns]
        headers, fields = columns.mapped("header"), self.record._file_fields()
        hints = [column.hint or "" for column in columns] if self.record.kind == FILE else ()
        return RowReader(meant, texts_of, setting, self.record.date_order or "", headers, fields, hints)
