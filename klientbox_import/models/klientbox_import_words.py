from odoo import api, models
from odoo.tools import formatLang

from ..lib import accounts, limits
from ..lib.rows import UNREAD


class KlientboxImportWords(models.AbstractModel):
    """Texts about a file, row or cell that can't be imported, in the user's language."""

    _name = "klientbox.import.words"
    _description = "Texts of an import"

    @api.model
    def _of_problems(self):
        """{code: the text after the name of the column}."""
        return {
            "missing": self.env._("is missing"),
            "nameless": self.env._("is missing"),
            "empty": self.env._("is missing"),
            "ambiguous_name": self.env._(
                "several clients have this name; add a phone or an e-mail to identify the client"
            ),
            "client_archived": self.env._("this client is archived"),
            "taken": self.env._("already used by another client"),
            "done_in_future": self.env._("a completed visit can't be in the future"),
            "too_long": self.env._("is too long"),
            "letters": self.env._("a phone has no letters"),
            "too_short": self.env._("the number is too short"),
            "mangled": self.env._("the spreadsheet has lost digits of this number"),
            "not_a_phone": self.env._("this is not a phone number"),
            "invalid_email": self.env._("this is not an e-mail address"),
            "unreadable_date": self.env._("this is not a date"),
            "ambiguous_date": self.env._("day and month can't be distinguished here"),
            "day_out_of_range": self.env._("this day is not possible here"),
            "unreadable_time": self.env._("this is not a time of day"),
            "unreadable_amount": self.env._("this is not an amount"),
            "ambiguous_amount": self.env._("thousands and decimals can't be distinguished here"),
            "negative_amount": self.env._("an amount can't be negative"),
            "foreign_currency": self.env._("this amount is in another currency than the company's"),
            "unknown_currency": self.env._("this is not a known currency"),
            "formula_unsaved": self.env._(
                "the file holds a formula without its value; open it in a spreadsheet and save it again"
            ),
            "spreadsheet_error": self.env._("the spreadsheet shows an error here"),
            "broken_card": self.env._("this contact can't be read"),
            "unreadable_duration": self.env._("this is not a duration of at most a day"),
            "unreadable_number": self.env._("this is not a number"),
            "unknown_state": self.env._("this is not a known state of a visit"),
            "unreadable_yes_no": self.env._("this is neither yes nor no"),
            "unknown_gender": self.env._("this is not a known gender"),
            "too_long_phone": self.env._("the number is too long"),
        }

    @api.model
    def _of_remarks(self):
        """{code: the remark on a row that is accepted}."""
        return {
            "phone_mended": self.env._("phone corrected"),
            "consent_without_proof": self.env._("consent without proof: not recorded"),
            "took_place": self.env._("imported as done: its time has passed"),
            "duplicate": self.env._("the same as an earlier row"),
            "others_number": self.env._("the external number is another client's: left out"),
            "other_name": self.env._("the client has another name here"),
            "phone_dummy": self.env._("the phone is a placeholder: left out"),
            "phone_doubtful": self.env._(
                "check the phone: of another country, premium-rate or not assigned; a zero or a prefix may be lost"
            ),
            "phone_no_sms": self.env._("the phone can't get SMS"),
            "unclear_refusal": self.env._("an unclear entry about refusal: recorded as a refusal"),
            "refusal_in_words": self.env._("the notes or tags look like a refusal of messages: no refusal is recorded"),
            "no_visit": self.env._("by its state this booking is not a visit: only the client is imported"),
            "unknown_state": self.env._("the state is unknown: only the client is imported, without the visit"),
            "shared_address": self.env._("the same phone or e-mail under another name"),
            "joined_by_name": self.env._("joined with other rows by the name alone"),
            "visit_updated": self.env._("the visit is updated from the file"),
            "visit_differs": self.env._("the visit here differs and stays as it is"),
        }

    @api.model
    def _of_remark(self, code):
        """The remark on a row, by its code or the name of a field that was left empty."""
        if code.startswith(UNREAD):
            label = dict(self.env["klientbox.import.column"]._labels())[code.removeprefix(UNREAD)]
            return self.env._("%(column)s: can't be read, left out", column=label)
        return self._of_remarks()[code]

    @api.model
    def _of_hints(self):
        """{hint: the introduction to columns without a meaning}."""
        return {
            "consent": self.env._("Columns that may hold refusals are left out:"),
            "phone": self.env._("Columns of phones are left out:"),
            "email": self.env._("Columns of e-mails are left out:"),
        }

    @api.model
    def _of_columns(self):
        """{hint: the probable meaning of a column}."""
        return {
            "consent": self.env._("looks like a consent or a refusal"),
            "phone": self.env._("looks like phones"),
            "email": self.env._("looks like e-mails"),
        }

    @api.model
    def _number(self, value):
        """A large number in the format of the user's language."""
        return formatLang(self.env, value, digits=0)

    @api.model
    def _of_files(self, row=None):
        """{code of an unreadable file: reason and remedy}; `row` is the number of the row with the error."""
        return {
            "empty": self.env._("The file is empty."),
            "no_header": self.env._("The file has no row of headers. Add a first row with the names of the columns."),
            "no_rows": self.env._("The file has headers, but no rows below them."),
            "too_big": self.env._(
                "The file is larger than %(size)s MB. Split it into several files.", size=limits.MAX_BYTES // 2**20
            ),
            "too_many_rows": self.env._(
                "The file has more than %(count)s rows. Split it into several files.",
                count=self._number(limits.MAX_ROWS),
            ),
            "too_many_columns": self.env._("The file has more than %(count)s columns.", count=limits.MAX_COLUMNS),
            "too_many_cells": self.env._(
                "The sheet has too many cells. Save the columns and rows you need as a new file."
            ),
            "binary": self.env._("This is not a table: the file is an image, a PDF, a program or other binary data."),
            "markup": self.env._("This is a web page or an XML file. Open it in a spreadsheet and save it as XLSX."),
            "other_zip": self.env._("This is an archive or a document of another kind. Save it as XLSX or CSV."),
            "old_excel": self.env._("This is a file of an old version of Excel (XLS). Save it as XLSX."),
            "encrypted": self.env._("The file is protected by a password. Save it without one."),
            "macros": self.env._("The file has macros. Save it as XLSX, without macros."),
            "zip_bomb": self.env._("The file unpacks to far more than a table needs."),
            "long_cell": self.env._(
                "Row %(row)s: a cell has more than %(count)s characters. Shorten it; in CSV check for an open quote.",
                row=row,
                count=self._number(limits.MAX_CELL),
            ),
            "long_row": self.env._(
                "Row %(row)s: the cells have more than %(count)s characters in all. Shorten them.",
                row=row,
                count=self._number(limits.MAX_ROW_TEXT),
            ),
            "too_much_text": self.env._(
                "From row %(row)s on the file has more than %(count)s million characters. Split it into several files.",
                row=row,
                count=limits.MAX_TEXT // 10**6,
            ),
            "broken_csv": self.env._(
                "Row %(row)s can't be read: a quote is not closed, or the row is too long.", row=row
            ),
            "broken_xlsx": self.env._("The file is damaged. Open it in a spreadsheet and save it as XLSX again."),
            "no_such_sheet": self.env._("The file has no visible sheet of this name."),
            "wrong_encoding": self.env._("The file can't be read in this encoding. Save it as CSV UTF-8."),
            "wrong_separator": self.env._("The separator must be a semicolon, a comma, a tab or a vertical bar."),
        }

    @api.model
    def _of_fates(self):
        """{code: the treatment of a member of another vendor's records}."""
        return {
            accounts.NOTED: self.env._("kept in the notes"),
            accounts.OWN: self.env._("kept in this vendor's own fields of the client"),
            accounts.REFUSAL: self.env._("a refusal takes effect; a consent without proof is not valid"),
            accounts.OPPOSITE: self.env._("imported with the opposite meaning"),
            accounts.LAST_VISIT: self.env._("becomes one visit; earlier visits are unknown"),
            accounts.COUNTED: self.env._("KlientBox counts this itself"),
            accounts.NO_PLACE: self.env._("not imported: KlientBox has no field for it"),
            accounts.IMAGE: self.env._("pictures and documents are not fetched"),
            accounts.UNKNOWN: self.env._("not known to KlientBox"),
        }

    @api.model
    def _of_accounts(self):
        """{code of an account that can't be fetched: reason and remedy}."""
        return {
            "closed": self.env._(
                "The vendor does not accept these credentials. They have been deleted; enter them again."
            ),
            "too_many": self.env._(
                "The vendor limits the number of requests. Continue later, or with fewer requests a second."
            ),
            "unavailable": self.env._(
                "The vendor's server has an error. Continue later: the data fetched so far are kept."
            ),
            "not_there": self.env._(
                "This vendor's API was not found at this address. Cancel, and enter another address."
            ),
            "refused": self.env._("The vendor refuses this request. Cancel, and check the address."),
            "too_many_rows": self.env._(
                "The account has more than %(count)s clients: too many for an import.",
                count=self._number(limits.MAX_ROWS),
            ),
            "too_large": self.env._("The vendor's response is too large."),
            "unreadable": self.env._("The server at this address is not this vendor's API."),
            "forbidden_address": self.env._("This address is not on the open Internet."),
            "unreachable": self.env._(
                "The address can't be reached. Continue later: the data fetched so far are kept."
            ),
            "timeout": self.env._(
                "The vendor took too long to respond. Continue later: the data fetched so far are kept."
            ),
            "connection_lost": self.env._("The connection was lost. Continue later: the data fetched so far are kept."),
        }
