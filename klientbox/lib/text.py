"""Folding of text for search, in one place for stored values and for queries; short texts in one line; and cells of
spreadsheets without invisible characters."""

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
# Of a search: characters as they are entered, and different words.
LONGEST_SEARCH, MOST_WORDS = 255, 40
# A whole text as the numbers of its UTF-16 units, as gateways pass on an SMS in UCS-2: Latin, Greek and Cyrillic
# letters, punctuation, emoji. Digits of a phone or a code are hardly ever all of this kind.
_UCS2_HEX = re.compile(
    r"(?:0[0-4][0-9a-f]{2}|20[0-6][0-9a-f]|d[89ab][0-9a-f]{2}d[c-f][0-9a-f]{2}){2,}", re.ASCII | re.IGNORECASE
)
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
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    # Styled capitals, as in bold letters or in a sign such as \u2122, are capitals only once they are decomposed.
    return " ".join(bare.casefold().translate(_WHOLE_LETTERS).split())


def of_ucs2_hex(text: str) -> str:
    """`text`, or what it says where all of it is UCS-2 in hexadecimal digits ("00530054004F0050")."""
    digits = text.strip()
    if not _UCS2_HEX.fullmatch(digits):
        return text
    return storable(bytes.fromhex(digits).decode("utf-16-be"))


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


def search_words(text: str) -> list[str] | None:
    """The words that must all be in a search key, each once; a phone in any spelling is one word of digits.

    None for a text that is too long to be looked for: no client has it. One character may be several words.
    """
    text = text.strip()
    if len(text) > LONGEST_SEARCH:
        return None
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 3 and _PHONE.fullmatch(text):
        return [digits.removeprefix("00")]
    words = list(dict.fromkeys(fold(text).split()))
    return words if len(words) <= MOST_WORDS else None


# Controls, marks without width and halves of surrogate pairs: what no one sees, and PostgreSQL partly refuses. What
# joins letters or emoji to one stays.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_NO_TEXT = re.compile(r"[-–—−_.?*/ ]+")
_WORDS_FOR_NOTHING = (
    *("x", "xx", "xxx", "n/a", "#n/a", "null", "(null)", "none", "nan", "nil", r"\n", "empty", "unknown", "not set"),
    *("nemá", "není", "není k dispozici", "#není_k_dispozici", "žádný", "žádná", "žádné", "bez", "prázdné"),
    *("neuvedeno", "neuveden", "neuvedena", "nezadáno", "nezadán", "nezadána", "nevyplněno", "neznámé", "neznámo"),
    *("neznámý", "neznámá", "nezjištěno"),
    *("not specified", "unspecified", "not provided", "not available", "neurčeno", "neurčena", "neurčen"),
    *("nespecifikováno", "undefined"),
)
# Empty dates of MySQL, Outlook and others.
_NO_DATE = re.compile(r"0{1,4}([-./]) ?0{1,2}\1 ?0{1,4}\.?(?:[ T]0?0:00(?::00)?(?:Z|\.0+)?)?")
_NOTHING = frozenset((*_WORDS_FOR_NOTHING, *map(fold, _WORDS_FOR_NOTHING)))
_LONGEST_NOTHING = max(map(len, _NOTHING))


def tidy(text: str) -> str:
    """`text` in NFC, trimmed, with single spaces and nothing invisible."""
    return _composed(" ".join(_INVISIBLE.sub("", text).split()))


def clean(text: str, zero: bool = False) -> str:
    """`tidy`, and "" where the whole cell is a word for nothing as "-", "x" or "neuvedeno"; with `zero` "0" as well."""
    text = tidy(text)
    return "" if _is_nothing(text) or (zero and text == "0") else text


def clean_lines(text: str) -> str:
    """`clean` for notes: line breaks (as "\n") and the white space within lines stay."""
    lines = _INVISIBLE.sub("", text).splitlines()
    text = _composed("\n".join(line.rstrip() for line in lines).strip())
    return "" if _is_nothing(text) else text


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _is_nothing(text: str) -> bool:
    if len(text) <= _LONGEST_NOTHING and text.casefold() in _NOTHING:
        return True
    return bool(_NO_TEXT.fullmatch(text) or (text[:1] == "0" and _NO_DATE.fullmatch(text)))
