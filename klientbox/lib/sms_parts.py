"""How many SMS a text is billed as."""

from __future__ import annotations

from functools import cache

import gsm0338

_CODEC = gsm0338.Codec()
# (one SMS, each part of several): septets of the GSM alphabet, or UTF-16 units (3GPP TS 23.038 and 23.040).
GSM, UNICODE = (160, 153), (70, 67)


def count(text: str) -> int:
    """The number of parts; an empty text is none. A character that takes two places, as "[" or an emoji, is not
    split."""
    return _fill(text)[0] if text else 0


def left(text: str) -> int:
    """How many places are left in the last part: this many more letters cost nothing."""
    return _fill(text)[1]


def _fill(text: str) -> tuple[int, int]:
    """(parts, places left in the last one)."""
    try:
        lengths, (single, part) = [_septets(char) for char in text], GSM
    except UnicodeError:
        lengths, (single, part) = [1 if char <= "\uffff" else 2 for char in text], UNICODE
    if sum(lengths) <= single:
        return 1, single - sum(lengths)
    parts, free = 1, part
    for length in lengths:
        if length > free:
            parts, free = parts + 1, part
        free -= length
    return parts, free


@cache
def _septets(char: str) -> int:
    return len(_CODEC.encode(char)[0])
