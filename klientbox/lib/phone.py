"""Phones are E.164 or nothing: one spelling, whoever wrote them."""

import re

import phonenumbers

_LETTER = re.compile(r"[^\W\d_]")


class InvalidPhone(ValueError):
    """The text can't be read as one phone number; the message says why, without the text."""


def e164(text, region):
    """`text` as E.164, e.g. "601 234 567" in "CZ" as "+420601234567".

    Asks for a possible number (length and country), not for an assigned one: numbering plans grow faster than any
    list of them. Raises InvalidPhone.
    """
    if _LETTER.search(text):
        raise InvalidPhone("a phone has no letters")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone("not a phone number") from error
    reason = phonenumbers.is_possible_number_for_type_with_reason(
        number, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise InvalidPhone("the number is too short")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise InvalidPhone("the number is too long")
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or number.extension:
        raise InvalidPhone("not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def pretty(number):
    """An E.164 number in groups, as people read it."""
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
