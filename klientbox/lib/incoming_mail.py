"""The kind of an incoming e-mail: written by a person, by a program, or a report about one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message

from flufl.bounce import all_failures

from .failure_reasons import BOUNCED, REJECTED, UNDELIVERED
from .quotations import own_words
from .replies import UNCLEAR, classify, refuses

_FAILED_ACTIONS = {"failed", "expired"}
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
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>;,@]{1,64}@[^\s<>;,@]{1,255}")


def is_automatic(mail: Message) -> bool:
    """Whether a program has replied, as out of office (RFC 3834, and older conventions of servers)."""
    if _word(mail, "Auto-Submitted") not in ("", "no") or _AUTOMATIC_SUBJECT.match(str(mail.get("Subject", ""))):
        return True
    return _word(mail, "Precedence") in _AUTOMATIC_PRECEDENCE or any(name in mail for name in _AUTOMATIC_HEADERS)


def classify_reply(body: str) -> str:
    """The class of an e-mail reply by the sender's own words, see `replies.classify`.

    Where none are left, a refusal may be below a supposed quotation: a person decides.
    """
    words = own_words(body)
    if words or not any(refuses(line) for line in body.splitlines() if not line.lstrip().startswith(">")):
        return classify(words)
    return UNCLEAR


def recipients(mail: Message) -> tuple[set[str], set[str]]:
    """(addresses that failed permanently, other addresses named) of a delivery report; both empty where it names none.

    A report that a mail was delayed, relayed, delivered or read names no failure (RFC 3464, RFC 8098). Texts of mail
    servers that follow no standard are left to flufl.bounce, which knows many.
    """
    statuses = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        is_receipt = any(part.get_content_type() == "message/disposition-notification" for part in mail.walk())
        temporary, permanent = (set(), set()) if is_receipt else all_failures(mail)
        return _lower(permanent), _lower(temporary)
    failed: set[str] = set()
    others: set[str] = set()
    for block in _blocks(mail):
        addresses = _addresses_of(block)
        (failed if _word(block, "Action") in _FAILED_ACTIONS else others).update(addresses)
    return failed, others - failed


def failure_reason(mail: Message, address: str) -> str:
    """Why a mail failed by a delivery report, a reason of lib/failure_reasons.

    By the code of the address (RFC 3463): a full mailbox or an unreachable server may be temporary, and a mail that is
    refused for its content or sender says nothing about the address. Without a code it is permanent.
    """
    codes = {}
    for block in _blocks(mail):
        for known in _addresses_of(block) or {""}:
            codes[known] = str(block.get("Status", ""))
    code = _STATUS.search(codes.get(address.lower()) or next(iter(codes.values()), ""))
    if not code:
        return BOUNCED
    kind, subject, detail = code.groups()
    if subject == "7":
        return REJECTED
    return UNDELIVERED if kind == "4" or (subject, detail) == ("2", "2") else BOUNCED


def _blocks(mail: Message) -> list[Message]:
    """The entries of a report, one for each recipient."""
    statuses = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    return [block for part in statuses for block in part.walk() if block is not part]


def _addresses_of(block: Message) -> set[str]:
    return {
        address.lower()
        for name in ("Original-Recipient", "Final-Recipient")
        for address in _ADDRESS.findall(str(block.get(name, "")))
    }


def _word(mail: Message, name: str) -> str:
    """The first word of a header, in lower case: parameters and comments follow it."""
    word = re.match(r"\s*([\w-]*)", str(mail.get(name, "")))
    return word[1].lower() if word else ""


def _lower(addresses: Iterable[str | bytes]) -> set[str]:
    return {(each.decode(errors="replace") if isinstance(each, bytes) else each).lower() for each in addresses}
