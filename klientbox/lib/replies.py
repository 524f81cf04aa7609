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
    COMPLAINT,
    CONSENT,
    DATA,
    DEADLINE,
    DECLINING,
    DELETED,
    DELETING,
    DISPLEASED,
    DOUBTFUL,
    FIRST_NAMES,
    FOR_A_PERSON,
    GREETINGS,
    HARMLESS,
    JOINED,
    LOOK_ALIKES,
    MESSAGES_OR_DATA,
    MILD,
    OPERATOR_WORDS,
    OTHER_ENDINGS,
    OTHER_WORDS,
    QUESTION,
    REFUSING,
    STAYING,
    TAKEN_BACK,
    UNINTERESTED,
    UNINTERESTED_AT_ALL,
    UNWANTED,
    WISHES,
)

REFUSAL, VISIT, OTHER, UNCLEAR = "refusal", "visit", "other", "unclear"
CLASSES = (REFUSAL, VISIT, OTHER, UNCLEAR)

_INVISIBLE = {"Cc", "Cf", "Me", "Mn"}
_LONGEST_SIGNATURE = 12  # words below a refusal that is in a line of its own
_LONGEST_QUESTION = 3  # words of a refusal that may be a question, as "STOP?"
_MISTYPED_LENGTHS = range(6, 25)
_NEGATION = "ne"


def _shortened(word: str) -> set[str]:
    """A word, and the word without each of its letters: two words that share one differ by one mistyped letter."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


# {whether the words are negated: the shortened words of refusal that are long enough to be recognised without a letter}
_SHORTENED = {
    is_negated: frozenset(
        short
        for word in REFUSING - MILD
        if len(word) > min(_MISTYPED_LENGTHS) and word.startswith(_NEGATION) == is_negated
        for short in _shortened(word)
    )
    for is_negated in (True, False)
}


def classify(reply: str) -> str:
    """REFUSAL, VISIT, OTHER or UNCLEAR of a client's own words; quotations must be gone, see `quotations.own_words`."""
    lines = _lines(text.of_ucs2_hex(reply))
    words = _words(" ".join(lines))
    if not words:
        return OTHER
    if _refuses(words) or _refuses_in_a_line(lines):
        return UNCLEAR if _is_question(lines, words) else REFUSAL
    if FOR_A_PERSON.search(" ".join(words)) or not set(words) & REFUSING <= MILD or any(map(_is_mistyped, words)):
        return UNCLEAR
    if _is_about_visit(lines):
        return UNCLEAR if _is_about_messages_too(lines, words) else VISIT
    return UNCLEAR if _is_doubtful(words) else OTHER


def refuses(reply: str) -> bool:
    """Whether a reply is a clear refusal."""
    return classify(reply) == REFUSAL


def _lines(reply: str) -> list[str]:
    """The lines of a reply, folded and without greetings; those that say nothing are left out."""
    lines = (GREETINGS.sub(" ", _folded(line)).strip() for line in reply.splitlines())
    return [line for line in lines if _words(line)]


def _folded(reply: str) -> str:
    # Invisible characters, as phones put them before or into a word, are ignored; so are marks on letters.
    visible = "".join(char for char in reply if char.isspace() or unicodedata.category(char) not in _INVISIBLE)
    return text.fold(visible).translate(LOOK_ALIKES)


def _words(folded: str) -> list[str]:
    folded = STAYING.sub(" neodhlasit ", folded)
    folded = " ".join(re.findall(r"[^\W_]+", folded))
    for pattern, word in JOINED:
        folded = pattern.sub(word, folded)
    return folded.split()


def _is_about_visit(lines: list[str]) -> bool:
    return bool(ABOUT_VISIT.search(" ".join(lines)))


def _is_about_messages_too(lines: list[str], words: list[str]) -> bool:
    """Whether a reply that names a visit may refuse messages nevertheless.

    "Nechci v pondělí, raději v úterý" is about a visit alone; "Nechci SMS večer" and "Nechci. Přijdu, až budu chtít."
    may not be.
    """
    said = " ".join(words)
    if COMPLAINT.search(said) or UNINTERESTED_AT_ALL.search(said) or _takes_consent_back(set(words)):
        return True
    if not set(words) & (REFUSING | UNINTERESTED):
        return False
    return bool(MESSAGES_OR_DATA.search(said)) or any(map(_is_refusing_clause, lines))


def _is_refusing_clause(line: str) -> bool:
    """Whether a part of a line refuses, or is without interest, and names nothing else."""
    for clause in re.split(r"[.,;:!?()\u2013-]", line):
        words = set(_words(clause))
        if _refuses(list(words)) or (words & UNINTERESTED and words <= UNINTERESTED | HARMLESS | {"nemam", "nemame"}):
            return True
    return False


def _is_doubtful(words: list[str]) -> bool:
    said = " ".join(words)
    patterns = (COMPLAINT, UNINTERESTED_AT_ALL, DISPLEASED)
    if set(words) & REFUSING or any(pattern.search(said) for pattern in patterns):
        return True
    return bool(set(words) & DOUBTFUL) and len(words) <= _LONGEST_SIGNATURE


def _refuses(words: list[str]) -> bool:
    """Whether all these words are a refusal and nothing else."""
    if "".join(words) in OPERATOR_WORDS:
        return True
    # The subject of our own unsubscribe address: STOP and the number of the message.
    others = {word for word in words if not re.fullmatch(r"[0-9a-f]{32}", word)}
    if _takes_consent_back(others):
        rest = others - CONSENT - TAKEN_BACK - BESIDE_CONSENT
    else:
        rest = others - REFUSING
        if rest == others:
            return False
    if others & DECLINING and others & REFUSING <= DECLINING and not MESSAGES_OR_DATA.search(" ".join(words)):
        return False
    if others & REFUSING and others & REFUSING <= DELETING:
        if not others & DELETED:
            return False
        rest -= DELETED | (DEADLINE if others & DATA else set())
    if not others & UNWANTED:
        rest = {word for word in rest - WISHES - FIRST_NAMES if not word.endswith("ova")}
    return rest <= HARMLESS | REFUSING


def _takes_consent_back(words: set[str]) -> bool:
    return bool(words & CONSENT and words & TAKEN_BACK)


def _is_question(lines: list[str], words: list[str]) -> bool:
    """Whether a short refusal may be a question: "STOP?"; but not "Můžete mě odhlásit?"."""
    return len(words) <= _LONGEST_QUESTION and bool(QUESTION.search(lines[-1])) and not set(words) & WISHES


def _is_mistyped(word: str) -> bool:
    """Whether a word differs from a word of refusal by a letter, or by the order of two."""
    if len(word) not in _MISTYPED_LENGTHS or word in OTHER_WORDS or OTHER_ENDINGS.search(word):
        return False
    return not _SHORTENED[word.startswith(_NEGATION)].isdisjoint(_shortened(word))


def _refuses_in_a_line(lines: list[str]) -> bool:
    """Whether one line refuses and the others are no more than a greeting and a signature."""
    refusing = {line for line in lines if _refuses(_words(line))}
    others = [line for line in lines if line not in refusing]
    return bool(refusing) and len(_words(" ".join(others))) <= _LONGEST_SIGNATURE and not _is_about_visit(others)
