"""The sender's own words in an e-mail reply, without quotations of their mail program.

Libraries for this know Czech and Slovak mail programs in part only: mail-parser-reply 1.36 keeps the quotation of a
Czech Gmail (findings/reply_parsers_czech.sh). Our own e-mails end with the way to refuse, so a quotation that is kept
would count as a refusal, and one that hides the reply below it would lose a refusal.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from .text import fold

# These lines begin the quotation.
_ENDS = re.compile(
    r"""
    (?:
        -{2,}\s*(?:
            original\s+message | forwarded\s+message | p[uů]vodn[ií]\s+(?:zpr[aá]va|e-?mail)
          | p[oô]vodn[aáyý]\s+(?:spr[aá]va|e-?mail)
          | p[rř]eposlan[aá]\s+zpr[aá]va | odpov[eě][dď] | urspr[uü]ngliche\s+nachricht
        )\s*-*
      | _{10,}
    )$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SIGNATURE = "--"
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
# "If you are not the addressee, delete this message": the sentence, up to its end or that of the paragraph.
_DISCLAIMER = re.compile(
    r"""
    \b(?:pokud|jestli[zž]e|ak|if)\s{1,3}(?:nejste|nie\s{1,3}ste|you\s{1,3}are\s{1,3}not)\s
    [^.!?\n]{0,40}\n?[^.!?\n]{0,40}(?:adres[aá]t|p[rř][ií]jem[cč]|recipient)
    (?:[^.!?\n]|\n(?![^\S\n]*\n)){0,300}
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Words that a line of ours must share with our message in one piece, also when a mail program has wrapped it.
_LEAST_SHARED = 3
_LONGEST_COMPARED = 20_000


class Reply(NamedTuple):
    """An e-mail reply: the sender's own words, the quotation where it is marked, and the text below the beginning of an
    unmarked one.

    That text is mostly the quotation; a reply written below it is part of it as well.
    """

    own: str
    quoted: str
    below: str


def own_words(body: str) -> str:
    """`body` (plain text) without quotations, the lines that announce them, and the signature of a phone."""
    return split(body).own


def split(body: str) -> Reply:
    """The parts of `body` (plain text)."""
    lines = _DISCLAIMER.sub("", body.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    end = next((number for number, line in enumerate(lines) if _ends(lines, number)), len(lines))
    kept, below = lines[:end], lines[end:]
    quoted = [line for line in kept if _QUOTED.match(line)]
    if quoted:
        kept = _without_marked(kept)
    else:
        # Some programs mark nothing, or indent: then all below "... wrote:" is quoted.
        announced = next((number for number, line in enumerate(kept) if _is_announcement(line)), len(kept))
        kept, below = kept[:announced], kept[announced:] + below
    return Reply(_joined(kept), _joined(quoted), without_frame("\n".join(below)))


def without_frame(text: str) -> str:
    """A quotation without the signature above it, the lines that announce it, and those that are marked."""
    lines = text.split("\n")
    if lines[0].strip() == _SIGNATURE:
        numbers = range(1, len(lines))
        end = next(
            (number for number in numbers if _ends(lines, number) or _is_announcement(lines[number])), len(lines)
        )
        lines = lines[end:]
    frame = (_ENDS, _HEADER, _MORE_HEADER, _QUOTED)
    return _joined(
        [
            line
            for line in lines
            if not any(pattern.match(line.strip()) for pattern in frame) and not _is_announcement(line)
        ]
    )


def without(text: str, ours: str) -> str:
    """`text` without its lines that repeat our message."""
    lines = text[:_LONGEST_COMPARED].split("\n")
    words = [_folded_words(line) for line in lines]
    flat = [word for of_line in words for word in of_line]
    shared: set[int] = set()
    for block in SequenceMatcher(None, _folded_words(ours), flat, autojunk=False).get_matching_blocks():
        if block.size >= _LEAST_SHARED:
            shared.update(range(block.b, block.b + block.size))
    kept, place = [], 0
    for line, of_line in zip(lines, words, strict=True):
        places = range(place, place + len(of_line))
        place = places.stop
        if not of_line or not shared.issuperset(places):
            kept.append(line)
    return "\n".join(kept) + text[_LONGEST_COMPARED:]


def _folded_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))


def _joined(lines: list[str]) -> str:
    return "\n".join(line for line in lines if not _SENT_FROM.match(line)).strip()


def _ends(lines: list[str], number: int) -> bool:
    """Whether a line begins what does not belong to the sender: a signature, or a quotation that is not marked."""
    line = lines[number].strip()
    if line == _SIGNATURE:
        return True
    if not _ENDS.match(line) and not _begins_header(lines, number):
        return False
    return not _QUOTED.match(next((below for below in lines[number + 1 :] if below.strip()), ""))


def _begins_header(lines: list[str], number: int) -> bool:
    below = lines[number + 1 : number + 1 + _HEADER_WITHIN]
    return bool(_HEADER.match(lines[number])) and any(map(_MORE_HEADER.match, below))


def _without_marked(lines: list[str]) -> list[str]:
    """Without lines marked by ">", and without the lines above them that name their author."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        if not _QUOTED.match(line):
            kept.append(line)
        elif not number or not _QUOTED.match(lines[number - 1]):
            _drop_announcement(kept)
    return [line for line in kept if not _ENDS.match(line.strip())]


def _is_announcement(line: str) -> bool:
    return bool(_WROTE.search(line.rstrip(" \t:")) and _DATE.search(line))


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
