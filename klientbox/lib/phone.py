"""Phones are E.164 or nothing: one spelling, whoever wrote them."""

import re

import phonenumbers

_LETTER = re.compile(r"[^\W\d_]")


REASONS = {
    "letters": "a phone has no letters",
    "too_short": "the number is too short",
    "too_long": "the number is too long",
    "not_a_phone": "this is not a phone number",
}


class InvalidPhone(ValueError):
    """The text can't be read as one phone number; `reason`, a key of REASONS, says why, without the text."""

    def __init__(self, reason):
        super().__init__(REASONS[reason])
        self.reason = reason


def e164(text, region):
    """`text` as E.164, e.g. "601 234 567" in "CZ" as "+420601234567".

    Asks for a possible number (length and country), not for an assigned one: numbering plans grow faster than any
    list of them. Raises InvalidPhone.
    """
    if _LETTER.search(text):
        raise InvalidPhone("letters")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone("not_a_phone") from error
    reason = phonenumbers.is_possible_number_for_type_with_reason(
        number, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise InvalidPhone("too_short")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise InvalidPhone("too_long")
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or number.extension:
        raise InvalidPhone("not_a_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def pretty(number):
    """An E.164 number in groups, as people read it."""
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
