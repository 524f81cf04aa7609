"""The alphabetical order of a language, as text that PostgreSQL sorts byte by byte (collation C).

The database's collation is one for all companies, and many builds have no ICU. A key has up to three levels, as in the
Unicode Collation Algorithm: letters of the alphabet, then accents, then upper case. Languages with letters of their own
are those in `ALPHABETS`; all others have the algorithm's common order, in which Č is a C with an accent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

# The letters of a language's own alphabet, each after the one before the colon.
ALPHABETS = {
    "cs": {"c": "č", "h": ("ch",), "r": "ř", "s": "š", "z": "ž"},
    "sk": {"a": "ä", "c": "č", "h": ("ch",), "o": "ô", "r": "ř", "s": "š", "z": "ž"},
}
COMMON = ""
# The weights of a letter on each level, and those of all letters that are known.
_Weights = tuple[str, ...]
_Elements = dict[str, _Weights]
# Names were once unlimited. An entry of a B-tree of PostgreSQL has at most 2,704 bytes, with company and id.
LONGEST_TEXT, LONGEST_KEY = 255, 2_000

_PUNCTUATION = " _-–—,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$€"
_DIGITS = "0123456789"
_LATIN = "abcdeəfghiıjkĸlmnŋopqrstŧuvwxyzþʼ"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_CYRILLIC = "абвгдђеєжзѕиійјклљмнњопрстћуфхцчџшщъыьэюя"
# Letters that Unicode does not decompose, as a letter with a stroke or another mark.
_MARKED = {
    "ł": "l\u0336",
    "đ": "d\u0336",
    "ħ": "h\u0336",
    "ø": "o\u0338",
    "ð": "dð",
    "ґ": "гґ",
    "æ": "aæe",
    "œ": "oœe",
    "ß": "sßs",
    "‘": "'‘",
    "’": "'’",
    "‚": "'‚",
    "“": '"“',
    "”": '"”',
    "„": '"„',
}
# Acute, grave, breve, circumflex, caron, ring, diaeresis, double acute, tilde, dot, strokes, cedilla, ogonek, macron.
_MARKS = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0338\u0327\u0328\u0304\u0336"

_NEXT_LEVEL = "!"
_PLAIN = "0"
_ACCENTS = {mark: chr(ord(_PLAIN) + place) for place, mark in enumerate(_MARKS, start=1)}
_OTHER_ACCENT, _OTHER_LETTER_AS_ACCENT = (chr(ord(_PLAIN) + len(_MARKS) + more) for more in (1, 2))
# Weights of more than one byte begin here; unknown letters come after all others, by their number.
_BEYOND_ASCII = 0xC0
_OTHER_LETTER = "\u0180"


def tailored(language: str | None) -> str:
    """The part of a language's code ("cs_CZ") that determines the order; "" where it is the common one."""
    known = (language or "").partition("_")[0]
    return known if known in ALPHABETS else COMMON


# The pattern that splits a text, with the two-character letters of a language.
_TOKENS = {(): re.compile("(?s:.)"), ("ch",): re.compile("(?i:ch)|(?s:.)")}


def sort_key(text: str, language: str | None) -> str:
    """The sort key of `text`, in a language such as "cs_CZ".

    Texts of the same key differ at most in invisible ways. A key is no longer valid when the order changes here: then
    stored ones must be rewritten.
    """
    tokens, elements = _order_of(tailored(language))
    letters, accents, cases = [], [], []
    for token in tokens(unicodedata.normalize("NFC", text[:LONGEST_TEXT])):
        letter, accent, case = elements.get(token) or _learn(elements, token)
        letters.append(letter)
        accents.append(accent)
        cases.append(case)
    levels = ["".join(letters), "".join(accents).rstrip(_PLAIN), "".join(cases).rstrip(_PLAIN)]
    key = _NEXT_LEVEL.join(levels).rstrip(_NEXT_LEVEL)
    return key.encode()[:LONGEST_KEY].decode(errors="ignore")


@cache
def _order_of(language: str) -> tuple[Callable[[str], list[str]], _Elements]:
    """(a function that splits a text, {token: its weights on each level}); the latter grows."""
    own = ALPHABETS.get(language, {})
    alphabet = list(_PUNCTUATION + _DIGITS)
    for letter in _LATIN:
        alphabet += [letter, *own.get(letter, ())]
    for script in (_GREEK, _CYRILLIC):
        alphabet += script
    weights = _weights(alphabet)
    elements: _Elements = {letter: (weight, _PLAIN, _PLAIN) for letter, weight in weights.items()}
    # At the end of a word.
    elements["ς"] = (weights["σ"], _PLAIN, "2")
    pairs = [letter for letter in weights if len(letter) > 1]
    for pair in pairs:
        elements |= _cases_of(pair, weights[pair])
    return _TOKENS[tuple(pairs)].findall, elements


def _weights(alphabet: list[str]) -> dict[str, str]:
    """{letter: one character}, of one byte as long as there are any above the separator of levels."""
    ascii_ones = [chr(code) for code in range(ord(_NEXT_LEVEL) + 1, 0x7F)]
    others = [chr(_BEYOND_ASCII + place) for place in range(len(alphabet))]
    return dict(zip(alphabet, [*ascii_ones, *others], strict=False))


def _cases_of(pair: str, weight: str) -> _Elements:
    """A letter of two characters: ch, cH, Ch, CH."""
    first, second = pair
    spellings = (pair, first + second.upper(), first.upper() + second, pair.upper())
    return {spelling: (weight, _PLAIN, str(case)) for case, spelling in enumerate(spellings)}


def _learn(elements: _Elements, token: str) -> _Weights:
    """The weights of a character that has not occurred before."""
    found = elements[token] = _analyse(elements, token)
    return found


def _analyse(elements: _Elements, char: str) -> _Weights:
    lower = char.lower()
    if lower != char:
        letter, accent, case = elements.get(lower) or _sequence(elements, lower)
        # Only the base letter of an accented one has a case.
        return letter, accent, f"1{case[1:]}"
    if char in _MARKED:
        letter, *rest = _MARKED[char]
        return _joined([elements[letter], *(_mark_or_letter(elements, part) for part in rest)])
    if unicodedata.combining(char):
        return _accent(char)
    apart = unicodedata.normalize("NFKD", char)
    if apart != char:
        return _sequence(elements, apart)
    if unicodedata.category(char) in ("Cc", "Cf"):
        return "", "", ""
    return _OTHER_LETTER + char, _PLAIN * 2, _PLAIN * 2


def _sequence(elements: _Elements, chars: str) -> _Weights:
    return _joined([elements.get(char) or _analyse(elements, char) for char in chars])


def _joined(parts: Iterable[_Weights]) -> _Weights:
    return tuple("".join(level) for level in zip(*parts, strict=True))


def _mark_or_letter(elements: _Elements, part: str) -> _Weights:
    return elements[part] if part in elements and part not in _MARKED else _accent(part)


def _accent(mark: str) -> _Weights:
    other = _OTHER_ACCENT if unicodedata.combining(mark) else _OTHER_LETTER_AS_ACCENT
    return "", _ACCENTS.get(mark) or other + mark, _PLAIN
