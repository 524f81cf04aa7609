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
# The codes of a mail server (RFC 3463, and the registry of IANA "SMTP Enhanced Status Codes"), without the digit that
# says whether the server will try again: the address does not exist, or belongs to someone else.
_NO_MAILBOX = frozenset(
    {(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10)}  # address, domain, syntax, ambiguous, moved, null MX
    | {(2, 1), (4, 1), (4, 4), (7, 17), (7, 18)}  # disabled, not found or no route by Microsoft, another owner
)
# About the sender, the mail, the protocol, the servers or the policy of either: nothing about the address. A wrong
# SPF record of the salon's domain, or a full disk, would else set all clients aside.
_NOT_THE_ADDRESS = frozenset(
    # A valid address, the sender's syntax and domain, relayed; by Microsoft: several From, the day's limit.
    {(1, 5), (1, 7), (1, 8), (1, 9), (1, 20), (1, 90)}
    | {(2, 3)}  # longer than the mailbox allows
    | {(4, 6)}  # a loop between servers
)
_NOT_THE_ADDRESS_AT_ALL = frozenset({3, 5, 6, 7})  # system, protocol, content, security and policy
# Codes that servers also give where they have no better one: words decide.
_VAGUE = frozenset({(0, 0), (5, 0), (2, 0)})
# Words about the content of a mail, or about the server that has sent it, whatever the code.
_REFUSED_MAIL = re.compile(
    r"""
    \b(?:
        spam | spamhaus | spamcop | unsolicited | junk\s+mail | bulk\s+mail | (?:black|block|deny)[\s-]?list
      | (?:dns)?[rd]bl\b | block(?:ed|ing)\b | barracuda | reputation | spf\b | dkim\b | dmarc\b | reverse\s+dns | rdns
      | ptr\s+record | not\s+authori[sz]ed\s+to\s+send
      | relay(?:ing)?\s+(?:access\s+)?(?:denied|not\s+(?:permitted|allowed)) | content\s+(?:reject|filter|policy)
      | (?:policy|security)\s+(?:reason|violation|reject|restrict) | virus | malware | phishing
      | message\s+(?:is\s+)?(?:too\s+(?:big|large)|size\s+exceeds) | too\s+many\s+(?:hops|connections|messages)
      | rate\s+limit | (?:mail|routing)\s+loop | nevy[zž][aá]dan | p[rř][ií]li[sš]\s+velk | blokov[aá]n
      | odm[ií]tnuta?\s+(?:jako|kv[uů]li|filtrem)
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Words about our own address; but not "returned to sender: user unknown".
_REFUSED_SENDER = re.compile(
    r"""
    (?<!to\ )(?<!to\ the\ )\bsender\b(?:(?!unable)[^.;:\n]){0,60}
    (?:reject|denied|refused|fail|block|unknown|invalid|not\s+(?:exist|found|allowed|resolve|verif)
      |n't\s+(?:exist|resolve))
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A copy of our e-mail below the words of a server; it begins a line.
_COPY = re.compile(
    r"^[-\s>]{0,20}(?:this\s+is\s+a\s+copy|below\s+this\s+line|(?:original|returned)\s+message|message\s+headers)",
    re.IGNORECASE | re.MULTILINE,
)
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
      | unbekannt | (?:mailbox|account)\s+(?:\w+\s+){0,2}(?:unavailable|inactive|blocked|suspended|closed)
      | invalid\s+(?:mailbox|recipient) | no\s+mailbox | unrouteable
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
            return True, _reason_of(code, said)
    if any(code[1] == "4" for code in codes) or _WILL_TRY_AGAIN.search(said):
        return True, None
    if _NOT_DELIVERED.search(said) or _BASIC_STATUS.search(said):
        return True, _reason_by_words(said)
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


def failure_reason(mail: Message, address: str, said: str = "") -> str:
    """Why a mail failed by a delivery report, a reason of lib/failure_reasons; `said` is the report's text without our
    e-mail.

    By the code of the address (RFC 3463) and the words of the server beside it: a full mailbox or an unreachable server
    may be temporary, and a mail that is refused for its content or sender says nothing about the address. A report
    without entries and without such words is about the address.
    """
    said = _COPY.split(said, maxsplit=1)[0]
    blocks = {known: block for block in _blocks(mail) for known in _addresses_of(block) or {""}}
    block = blocks.get(address.lower()) or next(iter(blocks.values()), None)
    if block is not None:
        diagnosis = str(block.get("Diagnostic-Code", ""))
        codes = [*_STATUS.finditer(str(block.get("Status", ""))), *_STATUS.finditer(diagnosis)]
        # Some servers put the code of another server into its words, and a general one into the field.
        exact = [code for code in codes if _place(code) not in _VAGUE]
        words = diagnosis or said
        otherwise = UNDELIVERED if diagnosis else BOUNCED
        return _reason_of((exact or codes)[0], words, otherwise) if codes else _reason_by_words(words, BOUNCED)
    code = next((code for code in _STATUS.finditer(said) if code[1] == "5"), None)
    return _reason_of(code, said) if code else _reason_by_words(said, BOUNCED)


def is_about_recipient(status: str) -> bool:
    """Whether an answer of a mail server, with its code, says that the mailbox does not exist."""
    code = _STATUS.match(status.strip())
    return code is not None and code[1] == "5" and code[2] == "1" and _reason_of(code, status) == BOUNCED


def _reason_of(code: re.Match[str], said: str, otherwise: str = UNDELIVERED) -> str:
    """The reason by a code and the words beside it; `otherwise` where neither says more than that the mail failed."""
    place = _place(code)
    if place in _VAGUE:
        reason = _reason_by_words(said, REJECTED if place[0] in _NOT_THE_ADDRESS_AT_ALL else otherwise)
        return UNDELIVERED if reason == BOUNCED and code[1] == "4" else reason
    if place in _NOT_THE_ADDRESS or (place[0] in _NOT_THE_ADDRESS_AT_ALL and place not in _NO_MAILBOX):
        return REJECTED
    if place[0] in (1, 2, 4) and _refuses_mail(said):
        return REJECTED
    is_permanent = place in _NO_MAILBOX or (place[0] == 1 and place not in _NOT_THE_ADDRESS)
    return BOUNCED if code[1] == "5" and is_permanent else UNDELIVERED


def _reason_by_words(said: str, otherwise: str = UNDELIVERED) -> str:
    if _refuses_mail(said):
        return REJECTED
    return BOUNCED if _NO_SUCH_MAILBOX.search(said) else otherwise


def _refuses_mail(said: str) -> bool:
    """Whether a server's words are about the sender or the content, and not about the mailbox."""
    # Names of people and hosts are no words of the server: <spam@example.com>.
    said = _ADDRESS.sub(" ", said)
    if _REFUSED_SENDER.search(said):
        return True
    return bool(_REFUSED_MAIL.search(said)) and not _NO_SUCH_MAILBOX.search(said)


def _place(code: re.Match[str]) -> tuple[int, int]:
    """The subject and the detail of a code."""
    return int(code[2]), int(code[3])


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
