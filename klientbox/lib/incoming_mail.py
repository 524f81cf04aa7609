"""Incoming e-mails: written by a program or by a person, and the class of a person's reply."""

from __future__ import annotations

import re
from email.message import Message
from typing import NamedTuple

from . import quotations
from .mail_reports import first_word
from .replies import OTHER, REFUSAL, UNCLEAR, classify, refuses
from .text import fold

_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Mail-Autoreply")
_AUTOMATIC_PRECEDENCE = {"auto_reply"}
# Servers and companies mark mails of persons by these as well.
_BULK_HEADERS = ("X-Auto-Response-Suppress",)
_BULK_PRECEDENCE = {"bulk", "junk"}
# Prefixes of the subject in automatic replies, or replacements of it.
_AUTOMATIC_SUBJECT = re.compile(
    r"""
    \s*(?:(?:re|odp|aw|fwd?)\.?\s*:\s*){0,3}(?:
        automatick[aá]\s+odpov[eě][dď](?:\s+na\s+(?:va[sš][iu]\s+)?(?:s?z?pr[aá]vu|e-?mail))?
      | automatisch(?:e|es)\s+antwort
      | automatic\s+reply | auto-?\s?reply | auto-?\s?response | odpowied[zź]\s+automatyczna
      | odpov[eě][dď]\s+(?:v|po[cč]as|za)\s+nep[rř][ií]tomnosti | auto(?=\s*:)
      | mimo\s+kancel[aá][rř](?:iu|i)? | out\s+of\s+(?:the\s+)?office(?:\s+(?:re|auto)-?\s?reply)? | ooo
      | abwesen(?:d|heit|heitsnotiz) | nep[rř][ií]tomnos[tť](?:\s+v\s+kancel[aá][rř]i{1,2})?
      | (?:jsem|som)\s+na\s+dovolen(?:[eé]|ke)
    )\s*(?::|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The writer is away: a folded text, as programs send it in their place.
_AWAY = re.compile(
    r"\b(?:na dovolen|dovolenou|mimo kancelar|nepritomn|out of (?:the )?office|on (?:annual |sick )?leave"
    r"|on (?:vacation|holiday)|im urlaub|nicht im (?:buro|haus)|abwesen)"
)
_YES = re.compile(r"\b(?:[aá]no|jo|yes|ok|chci|chcem|pros[ií]m)\b", re.IGNORECASE)
_LONGEST_OFFER = 15  # words of a quotation, with its marks


def is_automatic(mail: Message) -> bool:
    """Whether a program has replied, as out of office, or a server has marked a person's mail so."""
    if _is_by_program(mail) or first_word(mail, "Precedence") in _BULK_PRECEDENCE:
        return True
    return any(name in mail for name in _BULK_HEADERS)


def counts(mail: Message, words: str, reply_class: str) -> bool:
    """Whether a mail with these words, of this class, counts as a reply of a person.

    A text that is nothing but a refusal always does. An unclear text goes before a person where a server alone may have
    marked the mail as automatic; a program's own text ("Do not reply") says nothing.
    """
    if reply_class == UNCLEAR:
        return not (_is_by_program(mail) or (is_automatic(mail) and _AWAY.search(fold(words))))
    return reply_class == REFUSAL or not is_automatic(mail)


def _is_by_program(mail: Message) -> bool:
    """Whether a mail declares that a program has written it (RFC 3834, and older conventions of such programs)."""
    if first_word(mail, "Auto-Submitted") not in ("", "no") or _AUTOMATIC_SUBJECT.match(str(mail.get("Subject", ""))):
        return True
    return first_word(mail, "Precedence") in _AUTOMATIC_PRECEDENCE or any(name in mail for name in _AUTOMATIC_HEADERS)


class Answered(NamedTuple):
    """The e-mail of ours that a mail replies to."""

    subject: str = ""
    body: str = ""


def classify_mail(subject: str, body: str, ours: Answered, declared: str = "") -> tuple[str, str]:
    """(class, the sender's words) of an e-mail reply, see `classify_reply`: by its text, and by its subject where the
    sender has written one.

    What the subject repeats of ours does not count: our own may say "Nenechte si ujít" or "STOP nudě".
    """
    reply_class = classify_reply(body, ours.body, declared)
    own_subject = fold(subject).replace(fold(ours.subject), " ") if ours.subject else subject
    if reply_class == REFUSAL or classify(own_subject) not in (REFUSAL, UNCLEAR):
        return reply_class, body
    both = classify_reply(f"{own_subject}\n{body}", ours.body, declared)
    if both == OTHER or (both != REFUSAL and reply_class == UNCLEAR):
        both = UNCLEAR
    return both, f"{subject}\n{body}"


def classify_reply(body: str, ours: str = "", declared: str = "") -> str:
    """The class of an e-mail reply by the sender's own words, see `replies.classify`.

    `ours` is the message that it replies to, `declared` what a mail program has declared as the quotation. The sender
    may have written below an unmarked quotation: a refusal there counts where our own message is above it, else a
    person decides.
    """
    reply = quotations.split(body)
    below = "\n\n".join(filter(None, (reply.below, quotations.without_frame(declared))))
    if refuses(reply.own):
        # Even in the words that our message asks for.
        return REFUSAL
    own, rest = quotations.without(reply.own, ours), quotations.without(below, ours)
    reply_class = classify(own)
    if reply_class == OTHER and _affirms_refusal(own, reply.quoted):
        return UNCLEAR
    if not rest.strip():
        return reply_class
    if rest != below and refuses(f"{own}\n{rest}"):
        return REFUSAL
    parts = (rest, *re.split(r"\n\s*\n", rest), *rest.splitlines())
    return UNCLEAR if any(classify(part) in (REFUSAL, UNCLEAR) for part in parts) else reply_class


def _affirms_refusal(own: str, quoted: str) -> bool:
    """Whether a reply says yes to a quotation of the line that offers to refuse, and of nothing else."""
    words = quoted.split()
    return len(words) <= _LONGEST_OFFER and classify(quoted) in (REFUSAL, UNCLEAR) and bool(_YES.search(own))
