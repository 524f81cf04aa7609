"""Classes of a client's reply: a refusal of messages, something about a visit, something else, or unclear.

A wrong refusal costs a client their reminders, a missed one breaks the law. So only a whole reply refuses: all of its
words belong to a refusal, as in "Prosím, už mi nepište". Words of refusal beside anything else are unclear, and a
person decides.
"""

import re
import unicodedata

from . import text
from .reply_words import (
    ABOUT_VISIT,
    BESIDE_CONSENT,
    CONSENT,
    DOUBTFUL,
    DOUBTFUL_PHRASES,
    FIRST_NAMES,
    FOR_A_PERSON,
    HARMLESS,
    JOINED,
    LOOK_ALIKES,
    MILD,
    OPERATOR_WORDS,
    REFUSING,
    TAKEN_BACK,
    UNWANTED,
    WISHES,
)

REFUSAL, VISIT, OTHER, UNCLEAR = "refusal", "visit", "other", "unclear"
CLASSES = (REFUSAL, VISIT, OTHER, UNCLEAR)

_INVISIBLE = {"Cc", "Cf", "Me", "Mn"}
_LONGEST_SIGNATURE = 12  # words below a refusal that is in a line of its own


def classify(reply: str) -> str:
    """REFUSAL, VISIT, OTHER or UNCLEAR of a client's own words; quotations must be gone, see `quotations.own_words`."""
    words = _words(reply)
    if not words:
        return OTHER
    if _refuses(words) or _refuses_in_a_line(reply):
        return REFUSAL
    if FOR_A_PERSON.search(" ".join(words)):
        return UNCLEAR
    is_about_visit = _is_about_visit(reply)
    refusing = set(words) & REFUSING
    if refusing:
        # "Nechci v pondělí, raději v úterý" is about a visit; "stop" and the like never are.
        return VISIT if is_about_visit and refusing <= MILD else UNCLEAR
    if is_about_visit:
        return VISIT
    is_doubtful = set(words) & DOUBTFUL and len(words) <= _LONGEST_SIGNATURE
    return UNCLEAR if is_doubtful or DOUBTFUL_PHRASES.search(" ".join(words)) else OTHER


def refuses(reply: str) -> bool:
    """Whether a reply is a clear refusal."""
    return classify(reply) == REFUSAL


def _folded(reply: str) -> str:
    # Invisible characters, as phones put them before or into a word, are ignored; so are marks on letters.
    visible = "".join(char for char in reply if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    return text.fold(visible).translate(LOOK_ALIKES)


def _words(reply: str) -> list[str]:
    folded = " ".join(re.findall(r"[^\W_]+", _folded(reply)))
    for pattern, word in JOINED:
        folded = pattern.sub(word, folded)
    return folded.split()


def _is_about_visit(reply: str) -> bool:
    return bool(ABOUT_VISIT.search(_folded(reply)))


def _refuses(words: list[str]) -> bool:
    """Whether all these words are a refusal and nothing else."""
    if "".join(words) in OPERATOR_WORDS:
        return True
    # The subject of our own unsubscribe address: STOP and the number of the message.
    others = {word for word in words if not re.fullmatch(r"[0-9a-f]{32}", word)}
    if others & CONSENT and others & TAKEN_BACK:
        rest = others - CONSENT - TAKEN_BACK - BESIDE_CONSENT
    else:
        rest = others - REFUSING
        if rest == others:
            return False
    if not others & UNWANTED:
        rest = {word for word in rest - WISHES - FIRST_NAMES if not word.endswith("ova")}
    return rest <= HARMLESS | REFUSING


def _refuses_in_a_line(reply: str) -> bool:
    """Whether one line refuses and the others are no more than a greeting and a signature."""
    lines = [line for line in reply.splitlines() if _words(line)]
    refusing = {line for line in lines if _refuses(_words(line))}
    others = "\n".join(line for line in lines if line not in refusing)
    return bool(refusing) and len(_words(others)) <= _LONGEST_SIGNATURE and not _is_about_visit(others)
