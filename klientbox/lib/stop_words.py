"""Refusals in answers."""

import re
import unicodedata

from . import text

STOP_WORDS = {"stop", "stopka", "odhlasit", "unsubscribe", "end", "cancel", "quit"}


def is_stop(answer):
    """Whether the first word of an answer refuses further messages, whatever its case, diacritics or punctuation.

    Invisible characters, as phones put them before or into a word, count for nothing.
    """
    seen = "".join(char for char in answer if unicodedata.category(char) != "Cf")
    words = re.findall(r"\w+", text.fold(seen))
    return bool(words) and words[0] in STOP_WORDS
