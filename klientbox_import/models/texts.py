"""Texts about a file, row or cell that can't be imported, in the language of an environment."""

from odoo.addons.klientbox.lib import reasons
from odoo.addons.klientbox.models.mixins.reasons import sentence, translated
from odoo.tools import formatLang

from ..lib import accounts, limits
from ..lib.rows import UNREAD

# Unreadable ones beside others are not lost.
KEPT_AS_TEXT = (f"{UNREAD}phone", f"{UNREAD}email")


def of_problems(env):
    """{code: the text after the name of the column}."""
    phones = {code: translated(env, reason) for code, reason in reasons.PHONE.items()}
    return {
        "missing": env._("is missing"),
        "nameless": env._("is missing"),
        "empty": env._("is missing"),
        "ambiguous_name": env._("several clients have this name; add a phone or an e-mail to identify the client"),
        "client_archived": translated(env, reasons.CLIENT_ARCHIVED),
        "taken": env._("already used by another client"),
        "done_in_future": translated(env, reasons.DONE_IN_FUTURE),
        "invalid_email": translated(env, reasons.INVALID_EMAIL),
        **phones,
        "too_long_phone": phones["too_long"],
        "too_long": env._("is too long"),
        "unreadable_date": env._("this is not a date"),
        "ambiguous_date": env._("day and month can't be distinguished here"),
        "day_out_of_range": env._("this day is not possible here"),
        "unreadable_time": env._("this is not a time of day"),
        "unreadable_amount": env._("this is not an amount"),
        "ambiguous_amount": env._("thousands and decimals can't be distinguished here"),
        "negative_amount": env._("an amount can't be negative"),
        "foreign_currency": env._("this amount is in another currency than the company's"),
        "unknown_currency": env._("this is not a known currency"),
        "unclear_currency": env._("no currency is given, and other amounts of the file are in another one"),
        "formula_unsaved": env._(
            "the file holds a formula without its value; open it in a spreadsheet and save it again"
        ),
        "spreadsheet_error": env._("the spreadsheet shows an error here"),
        "broken_card": env._("this contact can't be read"),
        "no_person": env._("this contact is a group or a company, not a person"),
        "totals": env._("this row holds totals, not a client"),
        "unreadable_duration": env._("this is not a duration of at most a day"),
        "unreadable_number": env._("this is not a number"),
        "unknown_state": env._("this is not a known state of a visit"),
        "unreadable_yes_no": env._("this is neither yes nor no"),
        "unknown_gender": env._("this is not a known gender"),
        "unknown_language": env._("this language is not known here"),
    }


def of_remarks(env):
    """{code: the remark on a row that is accepted}."""
    return {
        "phone_mended": env._("phone corrected"),
        "consent_without_proof": env._("consent without proof: not recorded"),
        "took_place": env._("imported as done: its time has passed"),
        "duplicate": env._("the same as an earlier row"),
        "others_number": env._("the external number is another client's: left out"),
        "other_name": env._("the client has another name here"),
        "phone_dummy": env._("the phone is a placeholder: left out"),
        "phone_doubtful": env._(
            "check the phone: of another country, premium-rate or not assigned; a zero or a prefix may be lost"
        ),
        "phone_no_sms": env._("the phone can't get SMS"),
        "unclear_refusal": env._("an unclear entry about refusal: recorded as a refusal"),
        "refusal_in_words": env._("a text in this row looks like a refusal of messages: no refusal is recorded"),
        "refusal_in_state": env._("the state means a refusal of messages: recorded as a refusal"),
        "inactive_state": env._("by its state this client is inactive, blocked or former: archived if new here"),
        "name_word": env._("check the name: a word in it may mean an empty cell"),
        "no_year": env._("the birth date has no year: left out"),
        "kept_address": env._("further phones or e-mails are kept in the notes"),
        "other_phone": env._("the client has another phone here: this one is kept in the notes"),
        "other_email": env._("the client has another e-mail here: this one is kept in the notes"),
        "no_visit": env._("by its state this booking is not a visit: only the client is imported"),
        "unknown_state": env._("the state is unknown: only the client is imported, without the visit"),
        "shared_address": env._("the same phone or e-mail under another name"),
        "joined_by_name": env._("joined with other rows by the name alone"),
        "visit_updated": env._("the visit is updated from the file"),
        "visit_differs": env._("the visit here differs and stays as it is"),
    }


def of_remark(env, code):
    """The remark on a row, by its code or the name of a field that was left empty."""
    if code in KEPT_AS_TEXT:
        label = dict(env["klientbox.import.column"]._labels())[code.removeprefix(UNREAD)]
        return env._("%(column)s: can't be read, kept in the notes as text", column=label)
    if code.startswith(UNREAD):
        label = dict(env["klientbox.import.column"]._labels())[code.removeprefix(UNREAD)]
        return env._("%(column)s: can't be read, left out", column=label)
    return of_remarks(env)[code]


def of_hints(env):
    """{hint: the introduction to columns without a meaning}."""
    return {
        "consent": env._("Columns that may hold refusals are left out:"),
        "phone": env._("Columns of phones are left out:"),
        "email": env._("Columns of e-mails are left out:"),
        "amount": env._("Columns of prices are left out, the visits have none:"),
    }


def of_columns(env):
    """{hint: the probable meaning of a column}."""
    return {
        "consent": env._("looks like a consent or a refusal"),
        "phone": env._("looks like phones"),
        "email": env._("looks like e-mails"),
        "amount": env._("looks like prices"),
    }


def number(env, value):
    """A large number in the format of the user's language."""
    return formatLang(env, value, digits=0)


def of_files(env, row=None):
    """{code of an unreadable file: reason and remedy}; `row` is the number of the row with the error."""
    return {
        "empty": env._("The file is empty."),
        "no_header": env._("The file has no row of headers. Add a first row with the names of the columns."),
        "no_rows": env._("The file has headers, but no rows below them."),
        "too_big": env._(
            "The file is larger than %(size)s MB. Split it into several files.", size=limits.MAX_BYTES // 2**20
        ),
        "too_many_rows": env._(
            "The file has more than %(count)s rows. Split it into several files.",
            count=number(env, limits.MAX_ROWS),
        ),
        "too_many_columns": env._("The file has more than %(count)s columns.", count=limits.MAX_COLUMNS),
        "too_many_cells": env._("The sheet has too many cells. Save the columns and rows you need as a new file."),
        "binary": env._("This is not a table: the file is an image, a PDF, a program or other binary data."),
        "markup": env._("This is a web page or an XML file. Open it in a spreadsheet and save it as XLSX."),
        "other_zip": env._("This is an archive or a document of another kind. Save it as XLSX or CSV."),
        "old_excel": env._("This is a file of an old version of Excel (XLS). Save it as XLSX."),
        "encrypted": env._("The file is protected by a password. Save it without one."),
        "macros": env._("The file has macros. Save it as XLSX, without macros."),
        "zip_bomb": env._("The file unpacks to far more than a table needs."),
        "long_cell": env._(
            "Row %(row)s: a cell has more than %(count)s characters. Shorten it; in CSV check for an open quote.",
            row=row,
            count=number(env, limits.MAX_CELL),
        ),
        "long_row": env._(
            "Row %(row)s: the cells have more than %(count)s characters in all. Shorten them.",
            row=row,
            count=number(env, limits.MAX_ROW_TEXT),
        ),
        "too_much_text": env._(
            "From row %(row)s on the file has more than %(count)s million characters. Split it into several files.",
            row=row,
            count=limits.MAX_TEXT // 10**6,
        ),
        "broken_csv": env._("Row %(row)s can't be read: a quote is not closed, or the row is too long.", row=row),
        "broken_xlsx": env._("The file is damaged. Open it in a spreadsheet and save it as XLSX again."),
        "no_such_sheet": env._("The file has no visible sheet of this name."),
        "wrong_encoding": env._("The file can't be read in this encoding. Save it as CSV UTF-8."),
        "wrong_separator": env._("The separator must be a semicolon, a comma, a tab or a vertical bar."),
    }


def of_treatments(env):
    """{code: the treatment of a member of another vendor's records}."""
    return {
        accounts.NOTED: env._("kept in the notes"),
        accounts.OWN: env._("kept in this vendor's own fields of the client"),
        accounts.REFUSAL: env._("a refusal takes effect; a consent without proof is not valid"),
        accounts.OPPOSITE: env._("imported with the opposite meaning"),
        accounts.LAST_VISIT: env._("becomes one visit; earlier visits are unknown"),
        accounts.COUNTED: env._("KlientBox counts this itself"),
        accounts.NO_PLACE: env._("not imported: KlientBox has no field for it"),
        accounts.IMAGE: env._("pictures and documents are not fetched"),
        accounts.UNKNOWN: env._("not known to KlientBox"),
    }


def of_accounts(env):
    """{code of an account that can't be fetched: reason and remedy}."""
    return {
        "closed": env._("The vendor does not accept these credentials. They have been deleted; enter them again."),
        "too_many": env._("The vendor limits the number of requests. Continue later, or with fewer requests a second."),
        "unavailable": env._("The vendor's server has an error. Continue later: the data fetched so far are kept."),
        "not_there": env._("This vendor's API was not found at this address. Cancel, and enter another address."),
        "refused": env._("The vendor refuses this request. Cancel, and check the address."),
        "too_many_rows": env._(
            "The account has more than %(count)s clients: too many for an import.",
            count=number(env, limits.MAX_ROWS),
        ),
        "too_large": env._("The vendor's response is too large."),
        "unreadable": env._("The server at this address is not this vendor's API."),
        "forbidden_address": sentence(env, reasons.FORBIDDEN_ADDRESS),
        "unreachable": env._("The address can't be reached. Continue later: the data fetched so far are kept."),
        "timeout": env._("The vendor took too long to respond. Continue later: the data fetched so far are kept."),
        "connection_lost": env._("The connection was lost. Continue later: the data fetched so far are kept."),
    }
