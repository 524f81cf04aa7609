"""Which headers are about consent to messages, and which about refusal."""

from __future__ import annotations

import re

from .header_words import spaced

# Words in headers of consents and refusals, in Czech, Slovak, English, German and Spanish.
_NO = re.compile(
    r"\b(?:unsub\w*|opt(?:ed)? ?outs?|black ?list\w*|suppress\w*|complained|dnc|dnd"
    r"|(?:do ?not|dont|don t|never) (?:text|call|send|mail|e ?mail|market|contact|disturb|message|phone|sms)\w*"
    r"|odhl|odhlas\w*|ne(?:po|za|obe|roze|ode)s(?:i|ie)l[ae]\w*|neposlat|nepsat|nepisat|nekontakt\w*|nevolat|neoslovovat"
    r"|nesouhlas\w*|nesuhlas\w*|neodebira\w*|neodobera\w*|neobtez\w*|neobtaz\w*|nerusit"
    r"|zrusen\w* odber\w*|odber\w* zrusen\w*|nepr[ae]je si(?=$| byt kontakt)"
    r"|stop (?:sms|marketing|e ?mails?|newsletters?|reklam\w*)|bez (?:sms|e ?mailu|reklamy|newsletteru)"
    r"|keine? (?:werbung|sms|e ?mails?|newsletter)|abgemeldet|no (?:molestar|contactar|enviar|llamar))\b"
)
# These count only beside the refused thing: "No SMS" and "Do not contact", not "No shows" and "Never paid".
_NO_BESIDE_TOPIC = re.compile(
    r"\b(?:do ?not|don t|dont|never|refus\w*|declin\w*|revok\w*|withdrawn|odvola\w*|odmit\w*|nechc[ei]|nesmi|nelze"
    r"|nepr[ae]je|vyrazen\w*|zakaz(?:ano|any)?"
    r"|(?:no|not|ne|neni|zadne|zadny)"
    r"(?= (?:\w+ )?(?:sms|texts?|e ?mails?|mailing|newsletter|marketing|contact|promo|reklam)))\b"
)
_YES = re.compile(
    r"\b(?:accept\w*|allow\w*|agree\w*|consent\w*|subscri\w*|opt(?:ed)? ?ins?|permission\w*|send|receives?|wants?"
    r"|can|may (?:we|be)|ok to|souhlas\w*|suhlas\w*|posilat|zasilat|zasilani|posielat|zasielat|rozesilat|odber|odebira"
    r"|prihlasen\w*|povolen\w*|chce|lze|smi|mozno|acepta|acceptance)\b"
)
_SMS = re.compile(
    r"\b(?:sms\w*|texts|text (?:messages?|messaging|marketing|alerts|opt)|texting|txt|mobile (?:messages?|marketing)"
    r"|(?:not|dont|don t|never|can|may|ok to|no) text)\b"
)
_EMAIL = re.compile(r"\b(?:e ?mail\w*|mail(?:s|ing|ingy|u|y)?|newsletter\w*|complained)\b")
_MARKETING = re.compile(
    r"\b(?:marketing\w*|promo\w*|advertis\w*|obchodni\w*|reklam(?!ac)\w*|novin(?:ek|ky)|contact"
    r"|communications?|notifications?|offers?)\b"
)
# Beside a yes or no these are about messages, too; alone they may be about anything.
_MESSAGES = re.compile(
    r"\b(?:nabid(?:ek|ky|ku)|kontakt|kontaktovan\w*|kontaktovat|psat|oslovovat|oslovit|rozesil\w*|zprav\w*|werbung)\b"
)
_SENDING = re.compile(r"\b(?:zasila|posila|zasiela|posiela)n\w*")
# About the processing of data, not about messages; and days, words and sources beside a consent.
_OTHER_CONSENT = re.compile(
    r"\b(?:gdpr|dsgvo|datenschutz\w*|zpracovani\w*|spracovan\w*|osobn(?:ich|ych)|privacy|terms|podmi[en]\w*|policy"
    r"|photo\w*|foto\w*|cookies)\b"
)
_ASIDE = re.compile(
    r"\b(?:date|datum|dne|at|on|kdy|time|timestamp|source|zdroj|method|reason|duvod|by|kdo"
    r"|count|pocet|id|since|od)\b"
)
_YES_OR_STATUS = re.compile(rf"{_YES.pattern}|\bstatus\b")
_BARE_CONSENT = re.compile(r"\b(?:gdpr|rgpd|dsgvo|consent\w*|souhlas\w*|suhlas\w*|einwilligung\w*|subscri\w*)\b")
# Whole headers that may be about messages or about anything else: "Stop" may also be when a visit ends.
_MAYBE = re.compile(
    r"odber|odberatel\w*|odmit(?:a|l|la)|stop(?:ka)?|stop ?list|zakaz|baja|bounced?|rozesilk[ay]|obesilk[ay]"
)


def field_of(header: str) -> str:
    """The field of a header that is about consent or refusal, "" where it is about neither or ambiguous."""
    if _OTHER_CONSENT.search(header):
        return ""
    sms, email = _SMS.search(header), _EMAIL.search(header)
    topic = _MARKETING.search(header) or _MESSAGES.search(header)
    is_no = _NO.search(header) or (
        _NO_BESIDE_TOPIC.search(header) and (sms or email or topic or _SENDING.search(header))
    )
    is_yes = _YES.search(header) and (
        sms or email or topic or header.split(maxsplit=1)[0] in ("subscribed", "subscription")
    )
    if not (is_no or is_yes) or (_ASIDE.search(header) and not is_no):
        return ""
    channel = "" if bool(sms) == bool(email) else "sms" if sms else "email"
    if is_no:
        return f"no_{channel or 'contact'}"
    return f"{channel}_consent" if channel else "consent"


def names_channel(header: str) -> bool:
    """Whether the words of a header name SMS or e-mail."""
    return bool(_SMS.search(header) or _EMAIL.search(header))


def is_about_consent(header: str) -> bool:
    """Whether a header may be about consent or refusal, for columns without a meaning."""
    words = spaced(header)
    if field_of(words) or _NO.search(words) or _MAYBE.fullmatch(words):
        return True
    is_topic = _SMS.search(words) or _EMAIL.search(words) or _MARKETING.search(words)
    return bool(_BARE_CONSENT.search(words) or _MARKETING.search(words) or (is_topic and _YES_OR_STATUS.search(words)))
