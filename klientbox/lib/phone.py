"""Phones are stored as E.164 or not at all: one spelling for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

from . import reasons
from .text import clean, clean_lines

_LETTER = re.compile(r"[^\W\d_]")
# How gateways and links write an address.
_SCHEME = re.compile(r"\s*(?:tel|callto|sms|smsto|mms|rcs|viber|whatsapp):(?://)?", re.IGNORECASE)


class InvalidPhone(ValueError):
    """The text can't be read as one phone number; `reason`, a key of reasons.PHONE, is the reason, without the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reasons.PHONE[reason])
        self.reason = reason


def e164(text: str, region: str) -> str:
    """`text` as E.164, e.g. "601 234 567" in "CZ" as "+420601234567".

    Requires a possible number (length and country), not an assigned one: numbering plans grow faster than any list of
    them. Raises InvalidPhone.
    """
    text = _without_scheme(text)
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


def of_person(text: str, region: str) -> str:
    """`e164` of a person's phone: placeholders such as "000000000", which many would share, are refused as well."""
    number = e164(text, region)
    if is_dummy(number):
        raise InvalidPhone("not_a_phone")
    return number


# Phones that no numbering plan has, or of an unknown country.
_DIGITS = re.compile(r"[0-9]{3,15}")
# Separators between the numbers of a list, never within one.
_LISTED = re.compile(r"[^\d+()./\s-]+|(?<=[\s/-])(?=\+)")


def dialled(text: str, region: str) -> str:
    """`text` as a gateway gets it: E.164, or the digits of a short number as they are.

    Raises InvalidPhone, also for a list of numbers, which some gateways would send to each of them.
    """
    try:
        return e164(text, region)
    except InvalidPhone:
        if not _DIGITS.fullmatch(text.strip()):
            raise
        return text.strip()


def listed(text: str) -> list[str]:
    """The parts of a text that may be several numbers, in any notation of a list."""
    return [part.strip(" \t\r\n/-") for part in _LISTED.split(text) if _DIGIT.search(part)]


def _without_scheme(text: str) -> str:
    """The number of an address such as "tel:+420601234567;ext=" or "whatsapp:+420601234567"."""
    scheme = _SCHEME.match(text)
    return re.split(r"[;?]", text[scheme.end() :])[0] if scheme else text


# With this many digits, a number without a plus is an international one in most gateways.
_INTERNATIONAL = 11


# How often a gateway and a proxy before it may have encoded an address.
_MOST_ENCODED = 3
_ENCODED = re.compile("%[0-9a-f]{2}", re.IGNORECASE)
_IN_BRACKETS = re.compile("<([^<>]*)>")
_URI_SCHEME = re.compile("^sips?:", re.IGNORECASE)


def readings(text: str, region: str) -> list[str]:
    """The numbers that a gateway's spelling of a phone may mean, the likeliest first: gateways omit the plus, or lose
    it in transfer, or write an address with the number in it. Empty for a text that is no phone, as the name of a
    sender."""
    text = _without_address(text)
    digits = "".join(_DIGIT.findall(text))
    candidates = [text]
    if not text.startswith(("+", "00")) and digits:
        candidates.insert(0 if _is_international(digits) else 1, f"+{digits}")
    bare = digits.lstrip("0")
    if digits.startswith("0") and not text.startswith("00"):
        # A leading zero that the country does not use.
        candidates += [bare, f"+{bare}"] if _is_international(bare) else [bare]
    found = []
    for candidate in candidates:
        try:
            found.append(e164(candidate, region))
        except InvalidPhone:
            continue
    return list(dict.fromkeys(found))


def _without_address(text: str) -> str:
    """The number alone of `"Jana" <sip:%2B420601234567@gateway;user=phone>`, "+420 (0) 601 234 567/Jana" and the
    like."""
    for _ in range(_MOST_ENCODED):
        if _ENCODED.search(text):
            text = unquote(text)
    in_brackets = _IN_BRACKETS.search(text)
    if in_brackets and _DIGIT.search(in_brackets[1]):
        text = in_brackets[1]
    text = re.split("[;?@]", _URI_SCHEME.sub("", _without_scheme(text.strip())))[0]
    before_slash, _slash, _rest = text.partition("/")
    if _count_digits(before_slash) >= _WHOLE:
        text = before_slash
    return _TRUNK_ZERO.sub(r"\1", text.strip())


def _is_international(digits: str) -> bool:
    return len(digits) >= _INTERNATIONAL and _is_valid(f"+{digits}")


def _is_valid(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


_DIGIT = re.compile(r"\d")
_LONGEST_CELL = 250
# "6,01235E+08" is all that a spreadsheet has left of a number.
_SCIENTIFIC = re.compile(r"'?[0-9]([.,][0-9]+)?e\+?[0-9]{1,2}", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[,;\n]|:::|\b(?:nebo|alebo|or|oder|and|a)\b")
# Digits of the shortest number that can be one of several, and of one that is certainly complete.
_FEW, _WHOLE = 7, 9
_LABEL = re.compile(
    r"^(?:(?:tel(?:efon)?|mob(?:il(?:e|n[ií])?)?|gsm|phone|cell|whatsapp|[tm](?=[.:]))(?![^\W\d_])[.:]*\s*)+",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s{0,20}(?:\([^()0-9]{0,100}\)|\[[^\[\]0-9]{0,100}\])$")
_DIGITS_AND_LOOKALIKES = re.compile(r"[+(]*[0-9][0-9\s+()./OoIl-]*[0-9]")
_LOOKALIKES = str.maketrans("OoIl", "0011")
_TRUNK_ZERO = re.compile(r"^((?:\+|00)[0-9]{1,3}|42[01])\s*\(0\)")
_PREFIX = re.compile(r"\+|00")
_DECIMAL_ZERO = re.compile(r"(\+?[0-9]{7,})\.0")
# Czech and Slovak numbers occur in each other's country, and no number within either is as long. Fewer digits than
# these occur in too many other texts.
_FEW_SIGNIFICANT = 6
_WITHOUT_PLUS = re.compile(r"(?:00)?(42[01][0-9]{9})")


def mend(text: str, region: str) -> tuple[str | None, bool]:
    """(E.164, or None when a cell of a spreadsheet has no phone; whether more than its spelling was corrected).

    Makes only certain corrections. Raises InvalidPhone, also for a number without all of its digits ("mangled").
    """
    cell = clean(text, zero=True)
    if not _DIGIT.search(cell):
        return None, False
    if _SCIENTIFIC.fullmatch(cell):
        raise InvalidPhone("mangled")
    decimal = _DECIMAL_ZERO.fullmatch(cell)
    if decimal:
        return e164(_mended(decimal[1]), region), True
    try:
        return e164(cell, region), False
    except InvalidPhone:
        if len(cell) > _LONGEST_CELL:
            raise
        parts = [part.strip() for part in _BETWEEN_NUMBERS.split(clean_lines(text)) if _DIGIT.search(part)]
        if len(parts) > 1 and min(map(_count_digits, parts)) < _FEW:
            raise
    return _first_mended(parts, region), True


def every(text: str, region: str) -> tuple[list[str], list[str]]:
    """(all numbers in a cell of a spreadsheet, the first as `mend` returns it; its parts with digits that can't be
    read)."""
    found: list[str] = []
    unread: list[str] = []
    decimal = _DECIMAL_ZERO.fullmatch(clean(text))
    for part in _BETWEEN_NUMBERS.split(decimal[1] if decimal else clean_lines(text)):
        if not _DIGIT.search(part):
            continue
        for piece in _pieces(part.strip(), region):
            try:
                found.append(e164(_mended(piece), region))
            except InvalidPhone:
                unread.append(piece)
    return list(dict.fromkeys(found)), unread


def _pieces(part: str, region: str) -> list[str]:
    """The part as one number, or its pieces where these are numbers of their own."""
    try:
        e164(_mended(part), region)
    except InvalidPhone:
        before_slash, *rest = part.split("/")
        if rest and _count_digits(before_slash) >= _WHOLE:
            return [piece.strip() for piece in (before_slash, *rest) if _DIGIT.search(piece)]
        pieces = part.split()
        if min(map(_count_digits, pieces)) >= _WHOLE:
            return pieces
    return [part]


def with_prefix(text: str, prefix: str, region: str) -> str | None:
    """A number whose prefix is in a cell of its own, as text with both: of a country ("+48", "0048", "48", "PL"), or of
    an area. A number with a prefix of its own stays. None where it is not certain which number is meant."""
    bare = text.strip().lstrip("'(")
    if _PREFIX.match(bare):
        return text
    code = "".join(_DIGIT.findall(prefix)).removeprefix("00")
    if not code:
        country = prefix.strip().upper()
        if country not in phonenumbers.SUPPORTED_REGIONS:
            return None
        candidates = [f"+{phonenumbers.country_code_for_region(country)}{bare}"]
    elif int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        # Some repeat the code in the number.
        candidates = [f"+{code}{bare}", *([f"+{bare}"] if bare.startswith(code) else [])]
    else:
        candidates = [f"{prefix.strip()}{bare}"]
    return next((candidate for candidate in candidates if _is_valid_in(candidate, region)), None)


def _is_valid_in(text: str, region: str) -> bool:
    try:
        return _is_valid(e164(text, region))
    except InvalidPhone:
        return False


def _first_mended(parts: list[str], region: str) -> str:
    """The first readable number; if there is none, the error of the first."""
    problems = []
    for part in parts:
        for candidate in (part, *_whole_numbers(part)):
            try:
                return e164(_mended(candidate), region)
            except InvalidPhone as error:
                problems.append(error)
    raise problems[0]


def _whole_numbers(part: str) -> Iterator[str]:
    """The first of several numbers that are separated only by characters that numbers contain as well."""
    before_slash, slash, _rest = part.partition("/")
    if slash and _count_digits(before_slash) >= _WHOLE:
        yield before_slash
    pieces = part.split()
    if min(map(_count_digits, pieces)) >= _WHOLE:
        yield pieces[0]


def _count_digits(text: str) -> int:
    return len(_DIGIT.findall(text))


def _mended(text: str) -> str:
    text = _REMARK.sub("", _LABEL.sub("", text.strip().lstrip("'’`")))
    if _DIGITS_AND_LOOKALIKES.fullmatch(text):
        text = text.translate(_LOOKALIKES)
    text = _TRUNK_ZERO.sub(r"\1", text)
    without_plus = _WITHOUT_PLUS.fullmatch(re.sub(r"[\s()./-]", "", text))
    return f"+{without_plus[1]}" if without_plus else text


_RUNNING = ("0123456789012", "9876543210987", "1234567890123")
_COSTLY = (
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
)


def is_dummy(number: str) -> bool:
    """Whether an E.164 number is a typical invented one: one repeated digit, or digits that run up or down."""
    end = number[-_FEW:]
    if len(set(end)) > 1 and not any(end in running for running in _RUNNING):
        return False
    digits = phonenumbers.national_significant_number(phonenumbers.parse(number, None))
    return len(set(digits)) == 1 or any(digits in running for running in _RUNNING)


# Kinds of numbers. Numbering plans grow: numbers of another edition are checked again, see `PLANS`.
MOBILE, LANDLINE, SPECIAL, UNASSIGNED = "mobile", "landline", "special", "unassigned"
NOT_FOR_SMS = (LANDLINE, SPECIAL, UNASSIGNED)
# The edition of the numbering plans.
PLANS = phonenumbers.__version__
_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE: MOBILE,
    # In North America they can't be distinguished.
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE: MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE: LANDLINE,
    phonenumbers.PhoneNumberType.UNKNOWN: UNASSIGNED,
}


@lru_cache(4096)
def kind(number: str) -> str:
    """The kind of an E.164 number, by its country's numbering plan: MOBILE, LANDLINE, SPECIAL or UNASSIGNED.

    SPECIAL is toll-free, premium-rate, shared-cost, internet, company, personal, pager and voicemail numbers: networks
    deliver no SMS to them, or not to a phone. UNASSIGNED numbers belong to no one in the plan.
    """
    return _KINDS.get(phonenumbers.number_type(phonenumbers.parse(number, None)), SPECIAL)


def kind_as_typed(text: str, region: str) -> str | None:
    """As `kind`, of a phone in any spelling; None for a text that is no phone."""
    try:
        return kind(e164(text, region))
    except InvalidPhone:
        return None


def is_mobile(number: str) -> bool:
    """Whether an E.164 number can get an SMS, as far as its numbering plan shows."""
    return kind(number) == MOBILE


def can_get_sms(number: str) -> bool:
    """Whether a dialled number can get an SMS: E.164 by its numbering plan; of a short number it is assumed."""
    return not number.startswith("+") or is_mobile(number)


def is_doubtful(number: str, text: str, region: str) -> bool:
    """Whether digits may have been lost in this E.164 number: a spreadsheet drops leading zeros and the plus.

    So it is with a number of another country that was written without a prefix, a premium one, and an unassigned one.
    """
    return (not _PREFIX.match(text.lstrip(" '(")) and _is_abroad(number, region)) or _is_costly_or_none(number)


def _is_abroad(number: str, region: str) -> bool:
    return not number.startswith(f"+{phonenumbers.country_code_for_region(region)}")


@lru_cache(4096)
def _is_costly_or_none(number: str) -> bool:
    costly = phonenumbers.number_type(phonenumbers.parse(number, None)) in _COSTLY
    return costly or kind(number) == UNASSIGNED


def national(number: str, region: str) -> str:
    """An E.164 number in digits alone as dialled within `region`, where that can be read back; else unchanged."""
    formatted = phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = "".join(_DIGIT.findall(formatted))
    try:
        return digits if e164(digits, region) == number else number
    except InvalidPhone:
        return number


def significant(number: str) -> str | None:
    """The digits of a phone without its country's code, which all its spellings share; None where there are too few."""
    try:
        digits = phonenumbers.national_significant_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        digits = "".join(_DIGIT.findall(number))
    return digits if len(digits) >= _FEW_SIGNIFICANT else None


def pretty(number: str) -> str:
    """An E.164 number in groups, as people read it."""
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
