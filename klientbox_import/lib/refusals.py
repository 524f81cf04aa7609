"""Refusals of messages in the words of people."""

from __future__ import annotations

import re

from . import consent_headers
from .header_words import fold_header

_STOP = re.compile(r"stop(?:ka)?|stop ?list")
_SENTENCE_END = re.compile(r"[.!?;,\r\n]+")
_LONGEST_REFUSAL = 5  # words


def holds_refusal(text: str) -> bool:
    """Whether a note or tag, or a whole sentence of it, reads like a refusal of messages: "VIP. Neposílat SMS!"."""
    for sentence in _SENTENCE_END.split(text):
        words = fold_header(sentence)
        if 0 < len(words.split()) <= _LONGEST_REFUSAL and (
            _STOP.fullmatch(words) or consent_headers.field_of(words)[:3] == "no_"
        ):
            return True
    return False
