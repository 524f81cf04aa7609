"""The one-byte encodings of Czech and Slovak files, and the detection of a file's encoding."""

from __future__ import annotations

import itertools
import re
from collections import Counter

# The likeliest first: Windows, Unix and the web, DOS, classic Mac OS.
ONE_BYTE = ("cp1250", "iso8859-2", "cp852", "mac_latin2")
_SAMPLE = 2**20  # bytes
# How much a character speaks for an encoding: letters of Czech and Slovak by their frequency, those of the neighbours,
# typographic punctuation and other signs in tables.
_WEIGHTS = {
    **dict.fromkeys("áéíýěščřžůú", 4),
    **dict.fromkeys("ÁÉÍÝĚŠČŘŽŮÚóťďňľ", 3),
    **dict.fromkeys("ÓŤĎŇĽôĺŕäüößÄÜÖ", 2),
    **dict.fromkeys("ąćęłńśźżĄĆĘŁŃŚŹŻőűŐŰăâîşţ\u00a0–„“’°€§…", 0.5),
}
# A letter that no Czech word has, a box of DOS, a control character: improbable in a text.
_STRANGE, _CONTROL = -4, -20
_WORD = re.compile(r"[^\W\d_]+")
# Vowels that begin no Czech word, and that hardly follow another vowel.
_NO_START, _VOWELS, _ACCENTED = frozenset("éěůýĚŮÝ"), frozenset("aeiouyáéíóúýěů"), frozenset("áéíóúýěů")
_MISPLACED = -5


def best(content: bytes) -> str:
    """The encoding in which a file that is not UTF-8 reads most like Czech or Slovak.

    Detectors by statistics of languages need more text than a table of names has. A text without evidence is read in
    the likeliest one.
    """
    scores = {encoding: _score(content[:_SAMPLE], encoding) for encoding in ONE_BYTE}
    found = max(ONE_BYTE, key=scores.__getitem__)
    return found if scores[found] > 0 else ONE_BYTE[0]


def _score(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    counts = Counter(char for char in text if char > "\x7f")
    words = Counter(word for word in _WORD.findall(text) if not word.isascii())
    return sum(_weight(char) * count for char, count in counts.items()) + sum(
        _MISPLACED * _misplaced(word) * count for word, count in words.items()
    )


def _weight(char: str) -> float:
    if char < "\xa0" or char == "\ufffd":
        return _CONTROL
    return _WEIGHTS.get(char, _STRANGE)


def _misplaced(word: str) -> int:
    """How many letters are in unlikely places: capitals within a word, vowels at the wrong place."""
    lower = word.lower()
    return (
        (len(word) == 1)
        + (word[0] in _NO_START)
        + sum(small.islower() and big.isupper() for small, big in itertools.pairwise(word))
        + sum(one in _VOWELS and other in _ACCENTED for one, other in itertools.pairwise(lower))
    )
