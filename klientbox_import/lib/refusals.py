"""Refusals of messages in the words of people."""

from __future__ import annotations

import re
from functools import lru_cache

from odoo.addons.klientbox.lib import replies, text

from . import cell_words, consent_headers
from .header_words import fold_header
from .values import Unreadable

_STOP = re.compile(r"stop(?:ka)?|stop ?list")
_SENTENCE_END = re.compile(r"[.!?;,\r\n]+")
_LONGEST_SENTENCE, _LONGEST_REPLY = 12, 30  # words
# The beginnings of all words that occur in refusals. Most cells have none of them, and need no longer look.
_TRACE = re.compile(
    r"""
    \b(?:
        s\W?t\W?[o0]\W?p | sto+p | stp\b | sotp | stpo | tsop
      | ne(?:\b | p[ris o] | za | o[bdst] | ro | ko | vo | vy | sp | sm | so | su | st | ru | in | up | ch | ud | da
          | zo | us | ma(?:\b|i|r|t|m|d) | m[eu]j | p | b) | ni(?:e\b|c\b|cht|kdy) | no\b | not\b | nope | never
      | don | do\ not | unsu | unsc | unreg | opt | remov | delet | eras | revok | cancel | quit | end\b | ende\b
      | cease | object | leave | get\b | take\b | withdr | withh | declin | refus | deni | disag | disab | spam
      | od(?:hl|str|vol|mi|eb) | vy(?:maz|rad|raz|skr|pn|louc|luc|nech) | [sz]maz | zrus | rus(?:i|im)\b | zast | ukonc
      | konec\b | konc | koniec | prest[ae] | skonc | zakaz(?![kn]) | (?:za)?blok | blac | block | mute | deakt | gdpr
      | s[ou]+hl | consent | perm | robins | suppr | bounc | compl | dnc\b | dnd\b | bez\b | without | kein | abge
      | abme | abbe | aufh | austr | wider | lass | hor(?:t|en)\b | meld | loe?sch | streich | beend | verboten
      | unerw | jde?te\ mi | vznes | namit | dej | daj | dost\b | nech | lose\b | shut | enough | turn\ off | harass
      | annoy | fuck | piss | baja\b | exclu | stacil | omyl | interes | zadn | ziadn | stizn | stazn | obtez | otrav
      | nera[dj] | nezel | nezv | ned[oa] | nemie?n | nehod | namiet | vznas | vyj[mi] | vynd | vyho[dz] | vypus | sund
      | odob | nehm | entf | bestell | geloe?scht | nomore | taken\b | discont | refrain
      | nahlas | vypn | sms | spatn | chybn | zle\ cis | wrong | falsche
    )
    | [а-я] | 🛑
    """,
    re.VERBOSE,
)
# What an unclear text must name to be about messages: "Káva ne" is not.
_TOPIC = re.compile(
    r"""
    \b(?:ne|za)?(?:
        s+ms | esem | e?-?mail | mejl | zprav | sprav | text | messag | newsl | reklam | nabid | ponuk | market | promo
      | akc[ei]\b | sdelen | oznamen | upozor | pripom | notif | rozes | rozos | databaz | evidenc | seznam | zoznam
      | kontakt | contact | oslov | ps[ati] | pis[ateu] | vol(?:at|ej|aj) | call | gdpr | osobni | udaj | data\b | daten
      | s[ou]+hlas | consent | odhlas | subscr | spam | obtez | obtaz | otrav | blok | block | me\b | mne\b | cislo
      | number | nummer | werb | nachricht | odber | odober | receiv | sign
    )
    """,
    re.VERBOSE,
)
# States of a client, not of a visit: in a column of states they refuse messages.
_STATES = re.compile(
    r"(?:email )?(?:unsub\w*|opt(?:ed)? ?outs?|not subscribed|black ?list\w*|suppressed|stop|stopka|stop ?list|dnc"
    r"|odhlas\w*|neodebira\w*|neodobera\w*|ne(?:za|po)s[ie]+la\w*|nekontakt\w*|nepsat|zadny kontakt|bez souhlasu"
    r"|nesouhlas\w*|nesuhlas\w*|abgemeldet)"
)
# These say only that e-mails must not be sent.
_EMAIL_STATES = re.compile(
    r"(?:hard |soft )?bounced?|cleaned|complain(?:ed|t)|(?:stiznost na )?spam(?: complaint)?|undeliverable"
    r"|nedorucitelny"
)


@lru_cache(16_384)
def reads_like_refusal(cell: str) -> bool:
    """Whether a text, or a whole sentence of it, reads like a refusal of messages: "VIP. Neposílat SMS!"."""
    folded = text.fold(cell)
    if not _TRACE.search(folded):
        return False
    if any(map(_is_refusing_sentence, _SENTENCE_END.split(cell))):
        return True
    return any(_is_refusing_reply(part) for part in dict.fromkeys((cell, *cell.splitlines())))


def _is_refusing_sentence(sentence: str) -> bool:
    """Whether it refuses in the words of headers and of the third person: "Nechce SMS", "Odvolala souhlas"."""
    words = fold_header(sentence)
    if not 0 < len(words.split()) <= _LONGEST_SENTENCE:
        return False
    return bool(_STOP.fullmatch(words)) or consent_headers.field_of(words)[:3] == "no_"


def _is_refusing_reply(cell: str) -> bool:
    """Whether it would refuse as a client's reply. An unclear one counts where it names messages."""
    is_about_messages = bool(_TOPIC.search(text.fold(cell)))
    if len(cell.split()) > _LONGEST_REPLY or (is_state_of_visit(cell) and not is_about_messages):
        return False
    kind = replies.classify(cell)
    return kind == replies.REFUSAL or (kind == replies.UNCLEAR and is_about_messages)


def is_state_of_visit(cell: str) -> bool:
    """Whether a cell is a known state of a visit."""
    try:
        cell_words.state(cell)
    except Unreadable:
        return False
    return True


@lru_cache(1024)
def in_state(cell: str) -> str:
    """The field of the refusal in a column of states: "no_contact", "no_email" for an e-mail that must get nothing,
    "" for none. "Odhlášen" is the state of a client; what it says of a visit is left to `cell_words.state`."""
    words = fold_header(cell)
    if _STATES.fullmatch(words):
        return "no_contact"
    if _EMAIL_STATES.fullmatch(words):
        return "no_email"
    return "no_contact" if not is_state_of_visit(cell) and reads_like_refusal(cell) else ""
