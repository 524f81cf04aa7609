import ast
import io
import itertools
import json
import logging
import time

import psycopg2.errors
from odoo import api, fields, models
from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.models.mixins.jobs import start_in
from odoo.addons.klientbox.models.mixins.url_check import check_url
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..lib import tables
from ..lib.column_headers import MARKS, fold_header, guess, looks_like
from ..lib.limits import MAX_BYTES, BadFile
from ..lib.tables import Layout

_logger = logging.getLogger(__name__)

DRAFT, CHECKING, READY, IMPORTING, DONE = "draft", "checking", "ready", "importing", "done"
UNDOING, UNDONE, FAILED = "undoing", "undone", "failed"
FETCHING, STOPPED = "fetching", "stopped"
# The states in which the job works, and the state after too many errors in each.
WORKING = {FETCHING: STOPPED, CHECKING: FAILED, IMPORTING: READY, UNDOING: DONE}
FILE, CONTACTS = "file", "contacts"
TRIES = 4
# Rows that are searched for examples, and how many different examples of a column are shown.
LOOKED_AT, SAMPLES = 50, 3
KEPT_DAYS = 30
# How long credentials of an abandoned import from an account are kept.
CREDENTIALS_DAYS = 2
MOST_PER_SECOND = 20
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "active_test": False,
}


class KlientboxImport(models.Model):
    """An import of clients and visits: first previewed, then imported in one transaction.

    Rows are staged (klientbox.import.row), read and checked in chunks; until the import only the preview shows them.
    Imported records become visible all at once or not at all, and can be removed as long as the rows are kept.
    """

    _name = "klientbox.import"
    _description = "Import of clients and visits"
    _inherit = ["klientbox.owned"]
    _order = "id desc"
    _rec_name = "file_name"
    _check_company_auto = True

    company_id = fields.Many2one(ondelete="cascade")
    # Addons add the vendors whose accounts can be imported; see `_source`.
    kind = fields.Selection(
        [(FILE, "A file (CSV, Excel)"), (CONTACTS, "Contacts in Odoo")], "Source", required=True, default=FILE
    )
    file = fields.Binary(attachment=True, copy=False)
    file_name = fields.Char("File name", default=lambda self: self.env._("Import"))
    state = fields.Selection(
        [
            (DRAFT, "Source"),
            (FETCHING, "Being fetched"),
            (STOPPED, "Interrupted"),
            (CHECKING, "Being checked"),
            (READY, "Preview"),
            (IMPORTING, "Being imported"),
            (DONE, "Imported"),
            (UNDOING, "Being undone"),
            (UNDONE, "Undone"),
            (FAILED, "Failed"),
        ],
        required=True,
        readonly=True,
        default=DRAFT,
        copy=False,
    )
    problem = fields.Char(readonly=True, copy=False, help="Reason for the failure.")
    progress = fields.Integer(readonly=True, copy=False, help="Percent of the rows that are read.")
    tries = fields.Integer(readonly=True, default=0, copy=False)

    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("cp1250", "Windows (cp1250)"),
            ("iso8859-2", "ISO 8859-2"),
            ("cp852", "DOS (cp852)"),
            ("mac_latin2", "Mac (Central European)"),
            ("utf-16-le", "UTF-16"),
            ("utf-16-be", "UTF-16 BE"),
        ]
    )
    separator = fields.Selection([(";", "Semicolon"), (",", "Comma"), ("\t", "Tab"), ("|", "Bar")])
    sheet = fields.Char(help="Empty: the first one with headers of clients.")
    header_row = fields.Integer("Row of the headers", readonly=True)
    date_order = fields.Selection(
        [("dmy", "Day, month, year"), ("mdy", "Month, day, year")],
        "Order in dates",
        help="For dates with slashes, where no column of the file shows the order. Empty: such dates are refused.",
    )
    is_account = fields.Boolean("From an account", compute="_compute_is_account")
    account_url = fields.Char(
        "Address", copy=False, help="Address of the vendor's API, such as https://api.vendor.example"
    )
    per_second = fields.Integer(
        "Requests a second",
        required=True,
        default=5,
        help="Maximum request rate, so that the vendor's API is not overloaded.",
    )
    credentials = fields.Char(
        groups=NO_ACCESS, copy=False, help="Credentials as JSON; deleted as soon as all clients are fetched."
    )
    has_credentials = fields.Boolean("Has credentials", compute="_compute_has_credentials")
    cursor = fields.Json(readonly=True, copy=False, help="Progress of fetching.")
    fetched_count = fields.Integer("Fetched", readonly=True, copy=False)
    account_count = fields.Integer(
        "In the account", readonly=True, copy=False, help="As reported by the vendor; 0: unknown."
    )
    fetched_at = fields.Datetime("Fetched on", readonly=True, copy=False)
    troubles = fields.Integer(
        "Failed requests", readonly=True, copy=False, help="Number of consecutive failed requests."
    )
    next_at = fields.Datetime("Continues at", readonly=True, copy=False)
    partner_domain = fields.Char("Which contacts", default="[]", help="Persons with a phone or an e-mail among these.")
    with_orders = fields.Boolean(
        "Orders as visits", default=True, help="From Point of Sale and Sales, where installed."
    )
    column_ids = fields.One2many("klientbox.import.column", "import_id", "Columns")
    changed = fields.Boolean(copy=False, help="Columns or options were changed since the rows were checked.")
    signature = fields.Char(readonly=True, help="The headers: a file with the same headers is read in the same way.")
    row_ids = fields.One2many("klientbox.import.row", "import_id", "All rows", readonly=True)
    refused_row_ids = fields.One2many(
        "klientbox.import.row", "import_id", "Refused rows", readonly=True, domain=[("refused", "=", True)]
    )

    row_count = fields.Integer("Rows", readonly=True)
    clients_created = fields.Integer("New clients", readonly=True)
    clients_matched = fields.Integer("Existing clients", readonly=True)
    visits_created = fields.Integer("New visits", readonly=True)
    visits_existing = fields.Integer(
        "Visits not added again", readonly=True, help="Existing visits, or duplicates in the file."
    )
    visits_updated = fields.Integer(
        "Visits updated",
        readonly=True,
        help="Matched by their number and not changed here since they were imported: updated from the file.",
    )
    visits_differing = fields.Integer(
        "Visits that differ", readonly=True, help="Changed here, or not imported: they stay as they are."
    )
    noted_count = fields.Integer("Rows with remarks", readonly=True, help="Accepted with a remark to review.")
    warning = fields.Text(compute="_compute_warning", help="Warnings to review before importing.")
    refused_count = fields.Integer("Rows refused", readonly=True)
    duplicate_count = fields.Integer("Duplicates", readonly=True, help="Rows that add nothing to an earlier one.")
    phones_mended = fields.Integer("Phones corrected", readonly=True)
    phones_without_sms = fields.Integer("Clients whose phone can't get SMS", readonly=True)
    consents_unproved = fields.Integer(
        "Consents without proof", readonly=True, help="A consent without a date and a text or source is not valid."
    )
    sms_refusals = fields.Integer("Refusals of SMS", readonly=True, help="They take effect in refused rows, too.")
    email_refusals = fields.Integer("Refusals of e-mail", readonly=True, help="They take effect in refused rows, too.")
    services_created = fields.Integer("New services", readonly=True)
    kept_count = fields.Integer(
        "Kept when undone", readonly=True, help="Clients who have had visits or messages since they were imported."
    )
    done_at = fields.Datetime("Imported on", readonly=True, copy=False)
    made = fields.Json(
        "Other created records", readonly=True, copy=False, help="Undoing deletes them besides clients and visits."
    )
    expired = fields.Boolean(readonly=True, help="The rows have been deleted, so the import can't be undone any more.")

    _signature_index = models.Index("(company_id, signature, id)")
    _working_index = models.Index("(id) WHERE state IN ('fetching', 'checking', 'importing', 'undoing')")
    _per_second_in_range = models.Constraint(
        f"CHECK(per_second BETWEEN 1 AND {MOST_PER_SECOND})", "Between 1 and 20 requests a second."
    )

    @api.depends("kind")
    def _compute_is_account(self):
        for record in self:
            record.is_account = record.kind not in (False, FILE, CONTACTS)

    def _compute_has_credentials(self):
        for record, record_sudo in zip(self, self.sudo(), strict=True):
            # Returns only whether credentials are saved.
            record.has_credentials = bool(record_sudo.credentials)

    @api.depends("kind", "file_name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            named = record.file_name if record.kind == FILE else kinds.get(record.kind)
            record.display_name = named or self.env._("Import")

    @api.depends(
        "column_ids.field", "column_ids.hint", "kind", "noted_count", "phones_without_sms", "visits_differing", "state"
    )
    def _compute_warning(self):
        for record in self:
            record.warning = "\n".join(record._warnings()) if record.column_ids else ""

    @api.onchange("column_ids", "encoding", "separator", "sheet", "date_order")
    def _onchange_reading(self):
        """The preview describes the rows as they were read; a change makes it invalid."""
        self.changed = self.state == READY

    @api.constrains("account_url")
    def _check_account_url(self):
        for record in self.filtered("account_url"):
            check_url(self.env, "account_url", record.account_url)

    # -- actions of users -------------------------------------------------------

    def action_check(self):
        """Read the file's headers, or fetch the account, and let the job check every row; nothing is imported."""
        self.ensure_one()
        self._require(DRAFT, READY)
        self._as_system()._prepare()
        if not self.problem:
            self._start(FETCHING if self.is_account and not self.fetched_at else CHECKING)

    def action_continue(self):
        """Continue an interrupted fetch or check."""
        self.ensure_one()
        self._require(*((STOPPED, FAILED) if self.is_account else ()))
        if not self.fetched_at:
            self._require_credentials()
        self._start(CHECKING if self.fetched_at else FETCHING)

    def action_cancel(self):
        """Stop fetching, and delete the fetched rows."""
        self.ensure_one()
        self._require(FETCHING, STOPPED)
        record = self._as_system()
        self.env["klientbox.import.fetch"]._forget(record)
        record.write({"state": DRAFT, "problem": False})

    def action_import(self):
        """Import all rows that were not refused, in one transaction."""
        self.ensure_one()
        self._require(READY)
        if self.changed:
            raise UserError(self.env._("Columns or format have changed: check again first."))
        self._start(IMPORTING)

    def action_undo(self):
        """Remove the records of this import."""
        self.ensure_one()
        self._require(DONE)
        if self.expired:
            raise UserError(
                self.env._("An import can be undone for %(days)s days; its rows have been deleted.", days=KEPT_DAYS)
            )
        self._start(UNDOING)

    def action_back(self):
        """Back to the file, its columns and options."""
        self.ensure_one()
        self._require(READY, FAILED)
        self._as_system().write({"state": DRAFT, "problem": False})

    def action_refused(self):
        """Download the refused rows as they came, with reasons, so that they can be corrected and imported again."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/klientbox/import/{self.id}/refused", "target": "download"}

    def action_rows(self):
        """Show all rows with their results."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox_import.klientbox_import_row_action")
        return {**action, "domain": [("import_id", "=", self.id)]}

    def action_noted(self):
        """Show the accepted rows that have a remark."""
        self.ensure_one()
        return {**self.action_rows(), "context": {"search_default_noted": 1}}

    def action_clients(self):
        """Show the clients that this import has created."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_client_action")
        return {**action, "domain": [("id", "in", self._made("client"))], "context": {"active_test": False}}

    def _require(self, *states):
        if not self.env.user.has_group("klientbox.group_manager"):
            raise AccessError(self.env._("Only KlientBox managers can import."))
        self.check_access("write")
        if self.state not in states:
            raise UserError(self.env._("The state of this import has changed meanwhile; open it again."))

    def _start(self, state):
        begun = {"problem": False, "progress": 0, "tries": 0, "troubles": 0, "next_at": False, "changed": False}
        if state in (FETCHING, CHECKING):
            # The rows are written again.
            begun["expired"] = False
        self._as_system().write({"state": state, **begun})
        self.env.ref("klientbox_import.cron_import")._trigger()

    # -- the file -----------------------------------------------------------------

    def write(self, vals):
        """A new file resets the choices made for the previous one. Credentials of one account are not sent to another
        address."""
        if "file" in vals:
            vals = {"encoding": False, "separator": False, "sheet": False, "column_ids": [(5,)], **vals}
        if any(record[name] != vals[name] for name in {"kind", "account_url"} & vals.keys() for record in self):
            self._wipe_credentials()
        return super().write(vals)

    def _prepare(self):
        """Detect the file's format and the meaning of its columns. Raises UserError for an unreadable file."""
        self.problem = False
        if self.kind == FILE:
            self._read_headers()
        elif self.is_account:
            if self.state == DRAFT or self.expired:
                self._require_credentials()
                self.env["klientbox.import.fetch"]._prepare(self)
        else:
            self._chosen_domain()
            self.column_ids = [(5,), *self.env["klientbox.import.contacts"]._columns()]
        if not any(column.field in MARKS for column in self.column_ids):
            self.problem = self.env._(
                "No column holds a name, phone or e-mail. Select the meaning of the columns below."
            )

    def _read_headers(self):
        content = self._content()
        try:
            layout = tables.detect(content, self.encoding or "", self.separator or "", self.sheet or "")
            rows = tables.read(content, layout)
            _number, headers = next(rows)
            samples = [cells for _number, cells in itertools.islice(rows, LOOKED_AT)]
        except BadFile as error:
            raise UserError(self._words_of(error)) from error
        self.write(
            {
                "encoding": layout.encoding or False,
                "separator": layout.separator or False,
                "sheet": layout.sheet or False,
                "header_row": layout.header,
            }
        )
        signature = "|".join(map(fold_header, headers))
        if signature != self.signature or len(self.column_ids) != len(headers):
            self.signature = signature
            self.column_ids = [(5,), *((0, 0, vals) for vals in self._prepare_columns(headers, samples))]

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
        meant = remembered or guess(headers, labels)
        return [
            {
                "position": position,
                "header": header or self.env._("Column %(number)s", number=position + 1),
                "sample": self._sample(cells[position] for cells in samples if position < len(cells)),
                "field": field,
                "hint": looks_like(header, [cells[position] for cells in samples if position < len(cells)]) or False,
            }
            for position, (header, field) in enumerate(zip(headers, meant, strict=True))
        ]

    def _sample(self, cells):
        """The first few different non-empty cells of a column."""
        return " · ".join(list(dict.fromkeys(filter(None, cells)))[:SAMPLES])[:80]

    def _content(self):
        """The bytes of the file. Raises UserError when it is missing or too large."""
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "file")], limit=1
        )
        if not attachment:
            raise UserError(self.env._("Choose a file first."))
        if attachment.file_size > MAX_BYTES:
            raise UserError(self._words_of(BadFile("too_big")))
        return attachment.raw or b""

    def _layout(self):
        kind = "xlsx" if not self.encoding else "csv" if self.separator else "vcard"
        return Layout(kind, self.encoding or "", self.separator or "", self.sheet or "", self.header_row)

    def _chosen_domain(self):
        """The domain of the chosen contacts. Raises UserError for an invalid one."""
        try:
            domain = Domain(ast.literal_eval(self.partner_domain or "[]"))
            self.env["res.partner"].search_count(domain, limit=1)
        except (ValueError, SyntaxError, TypeError) as error:
            raise UserError(self.env._("This selection of contacts is not valid.")) from error
        return domain

    # -- the account ----------------------------------------------------------------

    def _source(self):
        """The lib.accounts.Source of the account's vendor; None for other kinds. Addons add theirs."""
        return self.env["klientbox.import.fetch"]._sources().get(self.kind)

    def _credential_fields(self):
        """{field: name of the credential} for an account of this kind; the fields are in the vendor's addon."""
        source = self._source()
        return {f"{self.kind}_{name}": name for name in source.credentials} if source else {}

    def _compute_credentials(self):
        """Credentials are never shown."""
        for kind, source in self.env["klientbox.import.fetch"]._sources().items():
            for name in source.credentials:
                self[f"{kind}_{name}"] = False

    def _inverse_credentials(self):
        for record in self:
            entered = {name: record[field] for field, name in record._credential_fields().items() if record[field]}
            if entered:
                # Users who may write the import may use another account; no one may read the credentials.
                record_sudo = record.sudo()
                kept = json.loads(record_sudo.credentials or "{}")
                record_sudo.credentials = json.dumps({**kept, **{name: text.strip() for name, text in entered.items()}})
        # The answer to the request that set them does not contain them either.
        self.invalidate_recordset([field for record in self for field in record._credential_fields()], flush=False)

    def _wipe_credentials(self):
        # No one may read them; users who may write the import may have them deleted.
        self.sudo().credentials = False

    def _credentials(self):
        """The credentials of the account, by name; for the job."""
        return json.loads(self.sudo().credentials or "{}")

    def _require_credentials(self):
        if not self.account_url:
            raise UserError(self.env._("Enter the address of the account first."))
        if set(self._source().credentials) - self._credentials().keys():
            raise UserError(
                self.env._("Enter the credentials first: they are kept only until all clients are fetched.")
            )

    # -- the job --------------------------------------------------------------------

    @api.model
    def _cron_import(self):
        """Take one step of one import after the other; each step is a transaction, and is repeated when interrupted."""
        while found := self._find_due():
            if not self.env["ir.cron"]._commit_progress(remaining=len(found)):
                return
            # The reason of an interruption is in the language of the user who started the import; the job has none.
            found.with_context(lang=found.create_uid.lang)._try_step()
            self.env["ir.cron"]._commit_progress(1)
        waiting = self.search([("state", "=", FETCHING), ("next_at", "!=", False)], order="next_at", limit=1)
        if waiting:
            seconds = (waiting.next_at - fields.Datetime.now()).total_seconds()
            start_in(self.env, max(seconds, 0) + 1, "klientbox_import.cron_import")

    @api.model
    def _find_due(self):
        """The next import to work on: imports with all rows staged come before those that are fetched, which take
        turns."""
        here = self.search([("state", "in", (CHECKING, IMPORTING, UNDOING))], order="id", limit=1)
        due = ["|", ("next_at", "=", False), ("next_at", "<=", fields.Datetime.now())]
        return here or self.search([("state", "=", FETCHING), *due], order="write_date, id", limit=1)

    def _try_step(self):
        """Take the next step. A step that fails repeatedly is given up with a message; a concurrent change is no
        failure."""
        if self.tries >= TRIES:
            self._give_up(self.env._("The import was interrupted or failed %(times)s times.", times=TRIES))
            return
        # Counted before the step: a process that dies in the step can't count it.
        self.tries += 1
        self.env["ir.cron"]._commit_progress()
        try:
            self._step()
            self.tries = 0
            self.env.flush_all()
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.UniqueViolation):
            # Someone recorded the same client meanwhile: check again.
            self._back_out()
        except BadFile as error:
            self._back_out()
            self._give_up(self._words_of(error))
        except UserError as error:
            self._back_out()
            self._give_up(str(error))
        except Exception:
            self._back_out()
            _logger.exception("Import %s failed while %s.", self.id, self.state)

    def _back_out(self):
        self.env.cr.rollback()
        self.env.invalidate_all()

    def _give_up(self, problem):
        self.write({"state": WORKING[self.state], "problem": problem, "tries": 0})

    def _step(self):
        """The next step of the present state, as short as possible."""
        if self.state == FETCHING:
            self.env["klientbox.import.fetch"]._step(self)
        elif self.state == CHECKING:
            self.env["klientbox.import.check"]._step(self)
        elif self.state == IMPORTING:
            record = self._alone()
            record.env["klientbox.import.apply"]._run(record)
        else:
            record = self._alone()
            record.env["klientbox.import.undo"]._run(record)

    def _alone(self):
        """This import with its company locked, so that imports and nights of a company run one at a time, as the user
        who started it: their rights were checked when they pressed the button."""
        settings = self.company_id._klientbox_settings()
        self.env.cr.execute(SQL("SELECT FROM klientbox_settings WHERE id = %s FOR UPDATE", settings.id))
        importer = self.with_user(self.create_uid).sudo()
        return importer.with_company(self.company_id).with_context(**QUIET)

    def _finish(self, state):
        """Take all steps of a state in the present transaction: for the command, which has no watchdog."""
        self.state = state
        while self.state == state:
            self._step()
            if self.next_at:
                time.sleep(max(0, (self.next_at - fields.Datetime.now()).total_seconds()))

    @api.ondelete(at_uninstall=False)
    def _unlink_not_while_it_works(self):
        if any(record.state in WORKING for record in self):
            raise UserError(self.env._("An import can't be deleted while it is being worked on."))

    @api.autovacuum
    def _gc_rows(self):
        """Imported clients and visits are kept; files and staged rows are personal data and are deleted."""
        limit = fields.Datetime.subtract(clock.now(), days=KEPT_DAYS)
        old = self.search([("write_date", "<", limit), ("expired", "=", False), ("state", "not in", tuple(WORKING))])
        self.env.cr.execute(SQL("DELETE FROM klientbox_import_row WHERE import_id = ANY(%s)", old.ids))
        for stopped in old.filtered(lambda record: record.state == STOPPED):
            self.env["klientbox.import.fetch"]._forget(stopped)
            stopped.state = DRAFT
        old.write({"file": False, "expired": True})

    @api.autovacuum
    def _gc_credentials(self):
        """Delete the credentials of an abandoned import; the user can type them again."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=CREDENTIALS_DAYS)
        # No user may read the field.
        kept_sudo = self.sudo().search([("credentials", "!=", False), ("state", "!=", FETCHING)])
        kept_sudo.filtered(lambda record: record.write_date < limit)._wipe_credentials()

    def _made(self, what):
        """Ids of the clients or visits that this import has created."""
        column = SQL.identifier({"client": "made_client", "visit": "made_visit"}[what])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(column)s FROM klientbox_import_row WHERE import_id = %(import)s"
                " AND %(column)s IS NOT NULL ORDER BY 1",
                column=column,
                **{"import": self.id},
            )
        )
        return [made for [made] in rows]

    # -- results ----------------------------------------------------------------

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
        for hint, words in self.env["klientbox.import.words"]._of_hints().items():
            headers = left_out.filtered(lambda column, hint=hint: column.hint == hint).mapped("header")
            if headers:
                found.append(f"{words} {', '.join(headers)}.")
        used = set(self.column_ids.mapped("field"))
        about_visits = self.column_ids.filtered(lambda column: column.field in ("service", "staff", "amount"))
        if self.kind == FILE and about_visits and "date" not in used:
            names = ", ".join(about_visits.mapped("header"))
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

    def _words_of(self, error):
        """The error text of an unreadable file."""
        return self.env["klientbox.import.words"]._of_files(error.row)[error.code]

    @api.model
    def _import_path(self, company, path, dry_run=False, **options):
        """Import a file of this machine in the present transaction, for the command; returns the report.

        `options` may have `encoding`, `sheet` and `date_order`. An unreadable file returns {"error": reason}.
        """
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadFile("too_big")
            record = self._from_file(company, path.name, path.read_bytes())
            record.write(options)
            record._prepare()
            if not record.problem:
                record._finish(CHECKING)
                if not dry_run:
                    record._finish(IMPORTING)
        except OSError as error:
            return {"error": f"file: {error.strerror}"}
        except BadFile as error:
            return {"error": f"file: {self._words_of(error)}"}
        except UserError as error:
            return {"error": f"file: {error}"}
        if record.problem:
            warnings = record._warnings()
            return {"error": f"columns: {record.problem}", **({"warnings": warnings} if warnings else {})}
        return record._report()

    @api.model
    def _import_account(self, company, kind, address, credentials, dry_run=False):
        """Fetch and import an account in the present transaction, for the command; returns the report.

        `credentials` by their names. An account that can't be fetched returns {"error": reason}.
        """
        try:
            if kind not in self.env["klientbox.import.fetch"]._sources():
                raise UserError(self.env._("This vendor is unknown."))
            record = self.create({"company_id": company.id, "kind": kind, "account_url": address})
            record.write({field: credentials.get(name) for field, name in record._credential_fields().items()})
            record._prepare()
            record._finish(FETCHING)
            if record.state == STOPPED:
                raise UserError(record.problem)
            record._finish(CHECKING)
            if not dry_run:
                record._finish(IMPORTING)
        except UserError as error:
            return {"error": f"account: {error}"}
        members = {column.header: (column.field or column.fate or "", column.filled) for column in record.column_ids}
        return {**record._report(), "members": members}

    @api.model
    def _from_file(self, company, name, content):
        """An import of a file's bytes."""
        record = self.create({"company_id": company.id, "file_name": name})
        self.env["ir.attachment"].create(
            {"name": name, "res_model": self._name, "res_id": record.id, "res_field": "file", "raw": content}
        )
        return record
