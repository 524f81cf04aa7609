"""Reports of mail servers and of the recipients' providers about e-mails of ours: failures, delays, receipts,
complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message

from flufl.bounce import all_failures

from .failure_reasons import BOUNCED, REJECTED, UNDELIVERED
from .replies import OTHER, REFUSAL, UNCLEAR

# Local parts of the senders of mail servers.
_MAIL_SYSTEMS = {"mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "postmaster"}
# What the recipient's provider reports of the recipient (RFC 5965): they have refused, or nothing is to be concluded.
_COMPLAINTS = {"abuse", "fraud", "opt-out", "opt-out-list"}
_NO_COMPLAINTS = {"not-spam", "auth-failure", "dkim", "virus"}
_FAILED_ACTIONS = {"failed", "expired"}
# Not an IP address.
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_BASIC_STATUS = re.compile(r"\b(?:55[0-6]|511|521|541)\b")
# Words of reports that follow no standard.
_WILL_TRY_AGAIN = re.compile(
    r"""
    \b(?:
        zpo[zž]d | odlo[zž]en | (?:zat[ií]m|zatia[lľ]|dosud|doposud)\s+ne | do[cč]asn | budeme?\s+se?\s+pokou
      | dal[sš][ií]\s+pokus | delay | not\s+yet\s+been | still\s+being | will\s+(?:be\s+)?retr | will\s+keep
      | temporar | vor[uü]bergehend | verz[oö]ger
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOT_DELIVERED = re.compile(
    r"""
    \b(?:
        nedoru[cč]iteln | nebyla?\s+doru[cč]en | nemohla?\s+b[yý]t\s+doru[cč]en | nelze\s+doru[cč]it | nedoru[cč]en
      | (?:nebylo\s+mo[zž]n[eé]|nebolo\s+mo[zž]n[eé]|nepoda[rř]ilo)\s+(?:\w+\s+){0,4}doru[cč]i
      | nemohla?\s+by[tť]\s+doru[cč]en | undeliver | (?:could|can)\s?not\s+be\s+delivered | not\s+be\s+delivered
      | delivery\s+(?:has\s+)?failed | returned\s+(?:mail|to\s+sender) | unzustellbar | nicht\s+zugestellt
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NO_SUCH_MAILBOX = re.compile(
    r"""
    \b(?:
        neexistuj | nezn[aá]m | nenalezen | nebyla?\s+nalezen | neplatn[aáeéy] | zru[sš]en
      | (?:user|recipient|mailbox|address|account)\s+(?:\w+\s+){0,2}(?:unknown|not\s+found|disabled)
      | unknown\s+(?:user|recipient|mailbox) | no\s+such | does\s?n[o']t\s+exist | doesn't\s+exist | existiert\s+nicht
      | unbekannt
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"[^\s<>;,@]{1,64}@[^\s<>;,@]{1,255}")
# A returned e-mail may be in the text of a report, with its headers; more of it is not searched.
LONGEST = 100_000


def first_word(mail: Message, name: str) -> str:
    """The first word of a header, in lower case: parameters and comments follow it."""
    word = re.match(r"\s*([\w-]*)", str(mail.get(name, "")))
    return word[1].lower() if word else ""


def is_from_mail_system(mail: Message) -> bool:
    """Whether the sender is a mail server, not a mailbox."""
    sender = _ADDRESS.search(str(mail.get("From", "")))
    return sender is not None and sender[0].partition("@")[0].lower() in _MAIL_SYSTEMS


def is_receipt(mail: Message) -> bool:
    """Whether the recipient's program reports that a mail was read or deleted (RFC 8098)."""
    return any(part.get_content_type() == "message/disposition-notification" for part in mail.walk())


def complaint(mail: Message) -> str | None:
    """What a report of the recipient's provider says of the recipient; None of a mail that is no such report.

    REFUSAL: they have marked our mail as spam. UNCLEAR: a kind that we don't know. OTHER: about something else.
    """
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            kinds = {first_word(fields, "Feedback-Type") for fields in part.walk()} - {""}
            if kinds & _COMPLAINTS:
                return REFUSAL
            return OTHER if kinds and kinds <= _NO_COMPLAINTS else UNCLEAR
    return None


def complainants(mail: Message) -> set[str]:
    """The addresses that a report of `complaint` names."""
    fields = (
        value
        for part in mail.walk()
        if part.get_content_type() == "message/feedback-report"
        for of_part in part.walk()
        for name in ("Original-Rcpt-To", "Removal-Recipient")
        for value in of_part.get_all(name, ())
    )
    return {address.lower() for value in fields for address in _ADDRESS.findall(str(value))}


def references(mail: Message) -> str:
    """The headers of a report and of the mail returned with it, also within its text: they may name a mail of ours."""
    names = ("Message-ID", "X-Microsoft-Original-Message-ID", "Original-Message-ID", "References", "In-Reply-To")
    headers = [str(value) for part in mail.walk() for name in names for value in part.get_all(name, ())]
    texts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text"]
    said = (each[:LONGEST].decode(errors="replace") for each in texts if isinstance(each, bytes))
    return "\n".join((*headers, *said))


def reason_in_words(said: str) -> tuple[bool, str | None]:
    """(whether a mail server's text is understood, why a mail has failed for good): by its codes, then by its words.

    Understood without a reason: the server will try again.
    """
    codes = list(_STATUS.finditer(said))
    for code in codes:
        if code[1] == "5":
            return True, _reason_of(code)
    if any(code[1] == "4" for code in codes) or _WILL_TRY_AGAIN.search(said):
        return True, None
    if _NOT_DELIVERED.search(said) or _BASIC_STATUS.search(said):
        return True, BOUNCED if _NO_SUCH_MAILBOX.search(said) else UNDELIVERED
    return False, None


def addresses_in(said: str) -> set[str]:
    """The e-mail addresses that a text names."""
    return {address.lower() for address in _ADDRESS.findall(said)}


def recipients(mail: Message) -> tuple[set[str], set[str]]:
    """(addresses that failed permanently, other addresses named) of a delivery report; both empty where it names none.

    A report that a mail was delayed, relayed, delivered or read names no failure (RFC 3464, RFC 8098). Texts of mail
    servers that follow no standard are left to flufl.bounce, which knows many.
    """
    statuses = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        temporary, permanent = (set(), set()) if is_receipt(mail) else all_failures(mail)
        return _lower(permanent), _lower(temporary)
    failed: set[str] = set()
    others: set[str] = set()
    for block in _blocks(mail):
        addresses = _addresses_of(block)
        (failed if first_word(block, "Action") in _FAILED_ACTIONS else others).update(addresses)
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
    return _reason_of(code) if code else BOUNCED


def _reason_of(code: re.Match[str]) -> str:
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


def _lower(addresses: Iterable[str | bytes]) -> set[str]:
    return {(each.decode(errors="replace") if isinstance(each, bytes) else each).lower() for each in addresses}
