import ast

from odoo import api, fields, models
from odoo.addons.klientbox.models.mixins.url_check import check_url
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ..lib.column_headers import MARKS
from ..lib.states import (
    CHECKING,
    CONTACTS,
    DONE,
    DRAFT,
    FAILED,
    FETCHING,
    FILE,
    IMPORTING,
    READY,
    STOPPED,
    UNDOING,
    UNDONE,
    WORKING,
)
from .steps import contacts
from .steps.fetch import Fetch

KEPT_DAYS = 30
MOST_PER_SECOND = 20


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
    started_by_id = fields.Many2one(
        "res.users",
        "Started by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The job has this user's rights.",
    )

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
    beside_table = fields.Json(
        "Remarks beside the table",
        readonly=True,
        copy=False,
        help="Remarks on the file beside its table: title, currency, other sheets.",
    )
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
    failures = fields.Integer(
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
    addresses_kept = fields.Integer(
        "Rows with further phones or e-mails", readonly=True, help="They are kept in the notes of the clients."
    )
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
        *("column_ids.field", "column_ids.hint", "kind", "beside_table", "noted_count", "phones_without_sms"),
        *("addresses_kept", "visits_differing", "state"),
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

    def write(self, vals):
        """A new file resets the choices made for the previous one. Credentials of one account are not sent to another
        address."""
        if "file" in vals:
            vals = {"encoding": False, "separator": False, "sheet": False, "column_ids": [(5,)], **vals}
        if any(record[name] != vals[name] for name in {"kind", "account_url"} & vals.keys() for record in self):
            self._wipe_credentials()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_not_while_it_works(self):
        if any(record.state in WORKING for record in self):
            raise UserError(self.env._("An import can't be deleted while it is being worked on."))

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
        Fetch(record).forget()
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

    def _starter(self):
        """The user who started the present work: what it reads and writes, they may. The command starts none."""
        return self.started_by_id or self.create_uid

    def _start(self, state):
        begun = {"problem": False, "progress": 0, "tries": 0, "failures": 0, "next_at": False, "changed": False}
        begun["started_by_id"] = self.env.uid
        if state in (FETCHING, CHECKING):
            # The rows are written again.
            begun["expired"] = False
        self._as_system().write({"state": state, **begun})
        self.env.ref("klientbox_import.cron_import")._trigger()

    def _prepare(self):
        """Detect the file's format and the meaning of its columns. Raises UserError for an unreadable file."""
        if self.kind == FILE:
            self._read_headers()
        elif self.is_account:
            if self.state == DRAFT or self.expired:
                self._require_credentials()
                Fetch(self).prepare()
        else:
            self._chosen_domain()
            self.column_ids = [(5,), *((0, 0, vals) for vals in contacts.columns(self.env))]
        self._require_marks()

    def _require_marks(self):
        """Without a column that distinguishes persons there is a problem; so there is with a meaning that is gone."""
        self.problem = False
        known = self._file_fields()
        unknown = self.column_ids.filtered(lambda column: column.field and column.field not in known)
        if unknown:
            self.problem = self.env._(
                "These columns have a meaning that can't be imported: %(columns)s. Select another one below.",
                columns=", ".join(unknown.mapped("header")),
            )
        elif not any(column.field in MARKS for column in self.column_ids):
            self.problem = self.env._(
                "No column holds a name, phone or e-mail. Select the meaning of the columns below."
            )

    def _chosen_domain(self):
        """The domain of the chosen contacts. Raises UserError for an invalid one."""
        try:
            domain = Domain(ast.literal_eval(self.partner_domain or "[]"))
            self.env["res.partner"].search_count(domain, limit=1)
        except (ValueError, SyntaxError, TypeError) as error:
            raise UserError(self.env._("This selection of contacts is not valid.")) from error
        return domain

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
