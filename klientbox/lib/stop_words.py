"""Refusals in answers."""

import re

from . import text

STOP_WORDS = {"stop", "stopka", "odhlasit", "unsubscribe", "end", "cancel", "quit"}


def is_stop(answer):
    """Whether the first word of an answer refuses further messages, whatever its case, diacritics or punctuation."""
    words = re.findall(r"\w+", text.fold(answer))
    return bool(words) and words[0] in STOP_WORDS
