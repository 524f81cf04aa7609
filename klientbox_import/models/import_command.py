from odoo import api, models
from odoo.exceptions import UserError

from ..lib.header_words import fold_header
from ..lib.limits import MAX_BYTES, BadFile
from ..lib.states import CHECKING, FETCHING, IMPORTING, STOPPED


class KlientboxImport(models.Model):
    """Whole imports in one transaction, for the command."""

    _inherit = "klientbox.import"

    @api.model
    def _import_path(self, company, path, dry_run=False, columns=None, leave_out=False, **options):
        """Import a file of this machine in the present transaction, for the command; returns the report.

        `options` may have `encoding`, `sheet` and `date_order`, `columns` is {header: field, "" for none}. An
        unreadable file returns {"error": reason}; so does a file of which refusals may be lost, unless `leave_out`.
        """
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadFile("too_big")
            record = self._from_file(company, path.name, path.read_bytes())
            record.write(options)
            record._prepare()
            decided = record._choose_columns(columns or {})
            if not record.problem:
                record._finish(CHECKING)
                lost = [] if dry_run or leave_out else record._lost_refusals(decided)
                if lost:
                    return {"error": self._text_of_lost(lost), "warnings": record._warnings()}
                if not dry_run:
                    record._finish(IMPORTING)
        except OSError as error:
            return {"error": f"file: {error.strerror}"}
        except BadFile as error:
            return {"error": f"file: {self._text_of(error)}"}
        except UserError as error:
            return {"error": f"file: {error}"}
        if record.problem:
            warnings = record._warnings()
            return {"error": f"columns: {record.problem}", **({"warnings": warnings} if warnings else {})}
        return record._report()

    def _choose_columns(self, columns):
        """Give columns the meaning that the command names; returns these. Raises UserError for an unknown one."""
        named, fields = self.column_ids.browse(), dict(self.env["klientbox.import.column"]._labels())
        for header, field in columns.items():
            chosen = self.column_ids.filtered(
                lambda column, header=header: fold_header(column.header) == fold_header(header)
            )
            if not chosen or field not in ("", *fields):
                raise UserError(
                    self.env._("There is no column or meaning of this name: %(name)s", name=f"{header}={field}")
                )
            chosen.field = field or False
            named |= chosen
        self._require_marks()
        return named

    def _text_of_lost(self, lost):
        return self.env._(
            "refusals: %(reasons)s Nothing was imported. Name the meaning of the columns (--column HEADER=MEANING), or"
            " import without them (--leave-out).",
            reasons=" ".join(lost),
        )

    @api.model
    def _import_account(self, company, kind, address, credentials, dry_run=False):
        """Fetch and import an account in the present transaction, for the command; returns the report.

        `credentials` by their names. An account that can't be fetched returns {"error": reason}.
        """
        try:
            if kind not in self._sources():
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
        members = {
            column.header: (column.field or column.treatment or "", column.filled) for column in record.column_ids
        }
        return {**record._report(), "members": members}
