"""The sender's own words in an e-mail reply, without quotations of their mail program.

Libraries for this know Czech and Slovak mail programs in part only: mail-parser-reply 1.36 keeps the quotation of a
Czech Gmail (findings/reply_parsers_czech.sh). Our own e-mails end with the way to refuse, so a quotation that is kept
would count as a refusal, and one that hides the reply below it would lose a refusal.
"""

import re

# These lines begin the quotation; nothing below belongs to the sender.
_ENDS = re.compile(
    r"""
    (?:
        -{2,}\s*(?:
            original\s+message | forwarded\s+message | p[uů]vodn[ií]\s+(?:zpr[aá]va|e-?mail)
          | p[oô]vodn[aáyý]\s+(?:spr[aá]va|e-?mail)
          | p[rř]eposlan[aá]\s+zpr[aá]va | odpov[eě][dď] | urspr[uü]ngliche\s+nachricht
        )\s*-*
      | _{10,}
      | --
    )$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENT_FROM = re.compile(
    r"^\s*(?:odesl[aá]no\s+z|odoslan[eé]\s+z|sent\s+from\s+my|get\s+outlook\s+for|z[ií]skejte\s+outlook|poslan[oé]\s+z)\b",
    re.IGNORECASE,
)
# The first line of a header block, as Outlook and Seznam put it above an unmarked quotation.
_HEADER = re.compile(r"^\s*\*?(?:od|from|von)\s*:\*?\s*\S", re.IGNORECASE)
_MORE_HEADER = re.compile(
    r"^\s*\*?(?:komu|pro|to|an|datum|date|odesl[aá]no|odoslan[eé]|sent|gesendet|p[rř]edm[eě]t|predmet|subject|betreff|kopie|cc)\s*:",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*>")
# At the end of a line, without its colon.
_WROTE = re.compile(
    r"\b(?:napsal|nap[ií]sal|wrote|schrieb)\w{0,3}(?:\(a\))?(?:\s+u[zž][ií]vate[lľ](?:ka)?\s.{1,200})?$", re.IGNORECASE
)
_WHO_OR_WHEN = re.compile(r"[\d@<]")
_DATE = re.compile(r"\d{1,2}[.:/]\s?\d{1,2}|\d{4}")
_LONGEST_ANNOUNCEMENT = 3  # lines, where a mail program has wrapped it
_HEADER_WITHIN = 3  # lines from "From:" to another member of the header


def own_words(body: str) -> str:
    """`body` (plain text) without quotations, the lines that announce them, and the signature of a phone."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = _without_marked(_up_to_end(lines))
    return "\n".join(line for line in kept if not _SENT_FROM.match(line)).strip()


def _up_to_end(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if _ENDS.match(line.strip()) or _begins_header(lines, number):
            return lines[:number]
    return lines


def _begins_header(lines: list[str], number: int) -> bool:
    below = lines[number + 1 : number + 1 + _HEADER_WITHIN]
    return bool(_HEADER.match(lines[number])) and any(map(_MORE_HEADER.match, below))


def _without_marked(lines: list[str]) -> list[str]:
    """Without lines marked by ">", and without the lines above them that name their author."""
    if not any(map(_QUOTED.match, lines)):
        return _up_to_announcement(lines)
    kept = []
    for number, line in enumerate(lines):
        if not _QUOTED.match(line):
            kept.append(line)
        elif not number or not _QUOTED.match(lines[number - 1]):
            _drop_announcement(kept)
    return kept


def _up_to_announcement(lines: list[str]) -> list[str]:
    """Some programs mark nothing, or indent: then all below "... wrote:" is quoted."""
    for number, line in enumerate(lines):
        if _WROTE.search(line.rstrip(" \t:")) and _DATE.search(line):
            return lines[:number]
    return lines


def _drop_announcement(kept: list[str]) -> None:
    """Remove the announcement at the end of the lines kept so far, with the lines that its program has wrapped."""
    end = len(kept)
    while end and not kept[end - 1].strip():
        end -= 1
    paragraph = end
    while paragraph and kept[paragraph - 1].strip() and end - paragraph < _LONGEST_ANNOUNCEMENT:
        paragraph -= 1
    starts = [start for start in range(end - 1, paragraph - 1, -1) if _announces(" ".join(kept[start:end]))]
    if starts:
        with_date = (start for start in starts if _DATE.search(" ".join(kept[start:end])))
        del kept[next(with_date, starts[0]) :]


def _announces(said: str) -> bool:
    if not said.rstrip().endswith(":") or not _WHO_OR_WHEN.search(said):
        return False
    return bool(_WROTE.search(said.rstrip(" \t:")) or _DATE.search(said))
