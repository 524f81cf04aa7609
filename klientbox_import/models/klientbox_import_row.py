import json

from odoo import api, fields, models
from odoo.addons.klientbox.models.mixins.bulk_insert import insert
from odoo.tools import SQL
from psycopg2.extras import Json

from ..lib.rows import KEPT_ADDRESS, REFUSAL_IN_WORDS
from . import texts

# Problems that only a check of all rows and of existing clients can find.
DUPLICATE, OTHER_NAME, OTHERS_NUMBER = "duplicate", "other_name", "others_number"
SHARED_ADDRESS, JOINED_BY_NAME = "shared_address", "joined_by_name"
VISIT_UPDATED, VISIT_DIFFERS = "visit_updated", "visit_differs"
OTHER_PHONE, OTHER_EMAIL = "other_phone", "other_email"
JUDGED_NOTES = {
    *(DUPLICATE, OTHER_NAME, OTHERS_NUMBER, SHARED_ADDRESS, JOINED_BY_NAME, VISIT_UPDATED, VISIT_DIFFERS),
    *(OTHER_PHONE, OTHER_EMAIL),
}
# Remarks that are counted elsewhere, or are as common as rows.
COMMON_NOTES = (
    "phone_mended",
    "phone_no_sms",
    "consent_without_proof",
    "took_place",
    KEPT_ADDRESS,
    DUPLICATE,
    OTHERS_NUMBER,
    OTHER_NAME,
    VISIT_UPDATED,
)
NAMELESS, AMBIGUOUS_NAME, TAKEN, CLIENT_ARCHIVED = "nameless", "ambiguous_name", "taken", "client_archived"


class KlientboxImportRow(models.Model):
    """A row to import: its cells, its errors, its person and its result.

    Written by statements over many rows, never one by one. Numbers of clients and visits are no foreign keys: the
    records may be merged or deleted later, and the row still says what was done.
    """

    _name = "klientbox.import.row"
    _description = "Row of an import"
    _order = "import_id, number"
    _rec_name = "number"
    _log_access = False

    import_id = fields.Many2one("klientbox.import", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    number = fields.Integer(
        "Row", required=True, readonly=True, help="Row number, as in a spreadsheet.", aggregator=None
    )
    record_key = fields.Char("Record key", readonly=True, help="Unique key of a record in the vendor's account.")
    cells = fields.Json(readonly=True)
    is_read = fields.Boolean("Parsed", readonly=True)
    client = fields.Json("Client data", readonly=True)
    visit = fields.Json("Visit data", readonly=True)
    problems = fields.Json(readonly=True, help="Pairs (field, code); a row with one is refused.")
    notes = fields.Json(readonly=True, help="Codes of the remarks.")
    refused = fields.Boolean(readonly=True)
    noted = fields.Boolean("With remarks", readonly=True, help="Accepted with a remark to review.")
    objected = fields.Boolean("Conflict", readonly=True, help="Refused because of another row or an existing client.")
    person = fields.Integer(readonly=True, aggregator=None, help="The row that first names this row's client.")
    known_client = fields.Integer("Existing client", readonly=True, aggregator=None)
    made_client = fields.Integer(
        "Created client", readonly=True, aggregator=None, help="The client that the import created."
    )
    filled = fields.Json(readonly=True, help="Empty fields of the existing client that this import filled.")
    visit_row = fields.Integer(
        "First row of the visit", readonly=True, aggregator=None, help="The first row of this row's visit."
    )
    known_visit = fields.Integer("Existing visit", readonly=True, aggregator=None)
    made_visit = fields.Integer(
        "Created visit", readonly=True, aggregator=None, help="The visit that the import created."
    )
    changes = fields.Json(readonly=True, help="Fields of the existing visit that are updated from the file.")
    visit_before = fields.Json(
        "Previous values of the visit", readonly=True, help="Values of the visit before this import updated it."
    )

    name = fields.Char("Client", compute="_compute_row_values")
    phone = fields.Char(compute="_compute_row_values")
    email = fields.Char("E-mail", compute="_compute_row_values")
    start = fields.Datetime("Visit", compute="_compute_row_values")
    service = fields.Char(compute="_compute_row_values")
    reason = fields.Char("Reason for refusal", compute="_compute_reason")
    remarks = fields.Char(compute="_compute_remarks")
    outcome = fields.Selection(
        [
            ("refused", "Refused"),
            ("new_client", "New client"),
            ("new_visit", "New visit"),
            ("both", "New client and visit"),
            ("known", "Nothing new"),
        ],
        compute="_compute_outcome",
    )
    text = fields.Char("Original text", compute="_compute_text")

    _number_unique = models.UniqueIndex("(import_id, number)", "A row has one number.")
    _record_key_unique = models.UniqueIndex(
        "(import_id, record_key) WHERE record_key IS NOT NULL", "A record is fetched once."
    )
    _person_index = models.Index("(import_id, person)")
    _unread_index = models.Index("(import_id, number) WHERE is_read IS NOT TRUE")
    _noted_index = models.Index("(import_id, number) WHERE noted IS TRUE")
    _refused_index = models.Index("(import_id, number) WHERE refused IS TRUE")

    @api.depends("client", "visit")
    def _compute_row_values(self):
        for row in self:
            client, visit = row.client or {}, row.visit or {}
            row.name = client.get("name") or " ".join(
                client[part] for part in ("given_name", "family_name") if part in client
            )
            row.phone, row.email = client.get("phone"), client.get("email")
            row.start, row.service = visit.get("start"), visit.get("service")

    @api.depends("problems", "notes")
    def _compute_reason(self):
        labels = dict(self.env["klientbox.import.column"]._labels())
        reasons = self.env["klientbox.import"]._problem_texts()
        for row in self:
            found = [f"{labels[name]}: {reasons[code]}" for name, code in row.problems or []]
            # No remark is shown for a refused row.
            if found and REFUSAL_IN_WORDS in (row.notes or []):
                found.append(texts.of_remark(self.env, REFUSAL_IN_WORDS))
            row.reason = "; ".join(found)

    @api.depends("notes")
    def _compute_remarks(self):
        for row in self:
            row.remarks = "; ".join(texts.of_remark(self.env, code) for code in dict.fromkeys(row.notes or []))

    @api.depends("refused", "known_client", "known_visit", "visit_row", "notes", "is_read")
    def _compute_outcome(self):
        for row in self:
            first = row.person == row.number and not row.known_client
            new_visit = bool(row.visit_row) and not row.known_visit and DUPLICATE not in (row.notes or [])
            if row.refused:
                row.outcome = "refused"
            elif new_visit:
                row.outcome = "both" if first else "new_visit"
            else:
                row.outcome = "new_client" if first else "known"

    @api.depends("cells")
    def _compute_text(self):
        for row in self:
            row.text = " | ".join(cell for cell in row.cells or [] if cell)

    @api.model
    def _stage(self, record, rows):
        """Write (number, cells) or (number, cells, key) of a table for an import. Cells are a list of text."""
        insert(
            self,
            (
                {
                    "import_id": record.id,
                    "company_id": record.company_id.id,
                    "number": number,
                    "cells": Json(cells, as_json),
                    "record_key": key[0] if key else None,
                }
                for number, cells, *key in rows
            ),
        )

    @api.model
    def _staged_keys(self, record, keys):
        """Those of these keys that have a row already."""
        rows = self.env.execute_query(
            SQL(
                "SELECT record_key FROM klientbox_import_row WHERE import_id = %s AND record_key = ANY(%s)",
                record.id,
                keys,
            )
        )
        return {key for [key] in rows}

    @api.model
    def _write_persons(self, record, column, values, kind="int"):
        """Store the resulting client on all rows of a person; `values` are (row of the person, value)."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE klientbox_import_row AS row SET %s = new.value
                  FROM unnest(%s::int[], %s) AS new(person, value)
                 WHERE row.import_id = %s AND row.person = new.person
                """,
                SQL.identifier(column),
                [person for person, _value in values],
                SQL("%s::jsonb[]" if kind == "jsonb" else "%s::int[]", [value for _person, value in values]),
                record.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _write_each(self, record, column, values):
        """Store JSON on single rows; `values` are (number, JSON)."""
        self.env.cr.execute(
            SQL(
                "UPDATE klientbox_import_row AS row SET %s = new.value"
                " FROM unnest(%s::int[], %s::jsonb[]) AS new(number, value)"
                " WHERE row.import_id = %s AND row.number = new.number",
                SQL.identifier(column),
                [number for number, _value in values],
                [value for _number, value in values],
                record.id,
            )
        )
        self.invalidate_model()


def as_json(value):
    """Text for a jsonb parameter."""
    return json.dumps(value, ensure_ascii=False)
