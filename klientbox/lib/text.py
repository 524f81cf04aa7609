"""Folding of text for search, in one place for stored values and for queries; and short texts in one line."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Letters that Unicode does not decompose into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# The same for either case, and punctuation of Czech texts that the alphabet of SMS lacks.
_PLAIN_LETTERS = {
    **_WHOLE_LETTERS,
    **{ord(chr(code).upper()): bare.upper() for code, bare in _WHOLE_LETTERS.items() if len(chr(code).upper()) == 1},
    **{ord(char): bare for char, bare in {"„": '"', "“": '"', "”": '"', "’": "'", "–": "-", "—": "-"}.items()},
}
# NUL and halves of surrogate pairs: PostgreSQL stores neither.
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
_LONGEST_KEY = 200
_PHONE = re.compile(r"[\d\s+()./\-]+")
# Controls, including every character at which Python or a mail server ends a line.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def storable(text: str) -> str:
    """`text` without the characters that PostgreSQL can't store."""
    return _UNSTORABLE.sub("", text)


def short(text: str) -> str:
    """`text`, or its digest where it is longer than an index allows."""
    return text if len(text) <= _LONGEST_KEY else hashlib.sha256(text.encode()).hexdigest()


def fold(text: str) -> str:
    """Lower case without diacritics, single spaces: "Žaneta  ŁUKASZ" and "zaneta lukasz" are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(bare.translate(_WHOLE_LETTERS).split())


def one_line(text: str) -> str:
    """`text` on one line: white space of any kind and controls are single spaces, and none at the ends."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def has_controls(text: str) -> bool:
    """Whether `text` contains a control character, such as a line break or a tab."""
    return bool(_CONTROLS.search(text))


def plain(text: str) -> str:
    """`text` without diacritics, with its case: an SMS of plain letters has 160 of them, not 70."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).translate(_PLAIN_LETTERS)


def listing(words: str) -> frozenset[str]:
    """The items of a list that is written as text."""
    return frozenset(words.split())


def search_key(name: str | None, phone: str | None, email: str | None) -> str:
    """The search key of a client: folded name, digits of the phone, folded e-mail."""
    parts = (fold(name or ""), (phone or "").lstrip("+"), fold(email or ""))
    return " ".join(part for part in parts if part)


def search_words(text: str) -> list[str]:
    """The words that must all be in a search key; a phone in any spelling is one word of digits."""
    text = text.strip()
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 3 and _PHONE.fullmatch(text):
        return [digits.removeprefix("00")]
    return fold(text).split()
