"""Why a value is refused, each reason once: the text after the name of a field or a column ("phone: the number is too
short").

The API answers it as it is. Models translate it and make a sentence of it (models/mixins/reasons.py).
"""

# There is no environment here.
# pylint: disable=prefer-env-translation
from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for Odoo's export of terms to translate."""
    return text


# By the reasons of lib/phone.InvalidPhone.
PHONE = {
    "letters": _("a phone has no letters"),
    "too_short": _("the number is too short"),
    "too_long": _("the number is too long"),
    "not_a_phone": _("this is not a phone number"),
    "mangled": _("the spreadsheet has lost digits of this number"),
}
INVALID_EMAIL = _("this is not an e-mail address")
CLIENT_ARCHIVED = _("this client is archived")
DONE_IN_FUTURE = _("a visit that is done can't be in the future")
FORBIDDEN_ADDRESS = _("this address is not on the public Internet")
# Sentences.
NO_SUCH_RECORD = _("There is no such record.")
PHONE_TAKEN = _("Another client of this company has this phone.")
# Of messages and webhooks.
CONNECTION_LOST = _("the connection was lost")
INTERRUPTED = _("the server stopped while sending")
