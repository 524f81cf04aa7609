"""Incoming e-mails: written by a program or by a person, and the class of a person's reply."""

from __future__ import annotations

import re
from email.message import Message

from . import quotations
from .mail_reports import first_word
from .replies import OTHER, REFUSAL, UNCLEAR, classify, refuses

_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Auto-Response-Suppress", "X-Mail-Autoreply")
_AUTOMATIC_PRECEDENCE = {"auto_reply", "bulk", "junk"}
# Prefixes of the subject in automatic replies, or replacements of it.
_AUTOMATIC_SUBJECT = re.compile(
    r"""
    \s*(?:
        automatick[aá]\s+odpove[dď] | automatick[aá]\s+odpov[eě][dď] | automatisch(?:e|es)\s+antwort
      | automatic\s+reply | auto-?\s?reply | auto-?\s?response | odpowied[zź]\s+automatyczna
      | mimo\s+kancel[aá][rř](?:iu|i)? | out\s+of\s+(?:the\s+)?office(?:\s+(?:re|auto)-?\s?reply)? | ooo
      | abwesen(?:d|heit|heitsnotiz) | nep[rř][ií]tomnos[tť](?:\s+v\s+kancel[aá][rř]i{1,2})?
      | (?:jsem|som)\s+na\s+dovolen(?:[eé]|ke)
    )\s*(?::|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_YES = re.compile(r"\b(?:[aá]no|jo|yes|ok|chci|chcem|pros[ií]m)\b", re.IGNORECASE)
_LONGEST_OFFER = 15  # words of a quotation, with its marks


def is_automatic(mail: Message) -> bool:
    """Whether a program has replied, as out of office (RFC 3834, and older conventions of servers)."""
    if first_word(mail, "Auto-Submitted") not in ("", "no") or _AUTOMATIC_SUBJECT.match(str(mail.get("Subject", ""))):
        return True
    return first_word(mail, "Precedence") in _AUTOMATIC_PRECEDENCE or any(name in mail for name in _AUTOMATIC_HEADERS)


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
