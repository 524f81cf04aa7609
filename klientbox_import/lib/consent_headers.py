"""Which headers are about consent to messages, and which about refusal."""

from __future__ import annotations

import re

from .header_words import spaced

# Persons who do not want something, in any number: "nechce", "nechtějí", "nepřejí si", "nemají zájem".
_UNWILLING = (
    r"(?:nechc(?:e|i|ou|eme|u|es)|necht(?:ej[ie]?|el[aiy]?)|nepr(?:[ae]j[eiu]\w*|al[aiy]?)|nezela\w*"
    r"|nem(?:a|aji|aju) (?:so )?zau?j[ei]m|nezaujem|nezajem|(?:mocht\w*|will|wollen|wunsch(?:t|en)) kein\w*)"
)
# Out of the list of those who get messages.
_OUT_OF_LIST = (
    r"(?:odebr[ae]\w*|odstran\w*|vyr[ai][dz]\w*|vymaz\w*|s?maz\w*|vyskrtn\w*|vyjm\w*|vylouc\w*) (?:\w+ )?ze? (?:\w+ )?"
    r"(?:databaz\w*|evidenc\w*|seznam\w*|zoznam\w*|rozesil\w*|rozosiel\w*|mailing\w*|kontakt[uoy]v?)"
)
# Words in headers of consents and refusals, in Czech, Slovak, English, German and Spanish.
_NO = re.compile(
    r"\b(?:unsub\w*|opt(?:ed)? ?outs?|black ?list\w*|stop ?list\w*|suppress\w*|complained|dnc|dnd|left list|robinson\w*"
    r"|(?:do ?not|dont|don t|never) ?(?:text|call|send|mail|e ?mail|market|contact|disturb|message|phone|sms)\w*"
    r"|odhl|odhlas\w*|ne(?:po|za|obe|roze|ode)s(?:i|ie)l[ae]\w*|neposlat|nepsat|nepisat|nekontakt\w*|nevolat|neoslovovat"
    r"|nesouhlas\w*|nesuhlas\w*|neodebira\w*|neodobera\w*|neobtez\w*|neobtaz\w*|nerusit|nemailovat|nemarketing\w*"
    rf"|{_UNWILLING} si(?=$| byt kontakt)|neb[yi]t kontakt\w*|{_OUT_OF_LIST}"
    r"|ne(?:inform|pripom[ie]n|upozorn|upom[ie]n|oznam)ovat|neinformova[tn]\w*|nepripom[ie]nat"
    r"|vznesl\w* namitk\w*|zakaz\w* (?:kontakt\w*|komunik\w*)"
    r"|stop (?:sms|marketing|e ?mails?|newsletters?|reklam\w*)|bez (?:sms|e ?mailu|reklamy|newsletteru|marketingu)"
    r"|nicht (?:kontaktieren|anschreiben|anrufen)|werbe(?:verbot|widerspruch|sperre)|not subscribed|afgemeld"
    r"|uitgeschreven|(?:no|keine) (?:calls?|anrufe)|nechce volat"
    r"|keine? (?:werbung|sms|e ?mails?|newsletter|nachrichten|angebote)|abgemeldet\w*"
    r"|no (?:molestar|contactar|enviar|llamar))\b"
)
# The end of a consent or subscription: "Zrušen odběr", "Consent revoked", "GDPR odvolán".
_END = (
    r"(?:zrus\w*|odvol\w*|ukonc\w*|revok\w*|withdr\w*|withheld|denied|cancel\w*|zpet|widerruf\w*|entzogen|abbestell\w*|refus\w*"
    r"|declin\w*|verweiger\w*)"
)
_OF_CONSENT = r"(?:so?uhlas\w*|consents?|gdpr|odber\w*|odoberani\w*|newsletter\w*|subscription|zasilani|einwilligung)"
_ENDED = re.compile(
    rf"\b(?:{_END} (?:\w+ )?{_OF_CONSENT}|{_OF_CONSENT} (?:\w+ )?{_END}"
    r"|(?:bez|neudel\w*|nedal\w*|odmit\w*|nema|no|without|keine) (?:\w+ )?(?:so?uhlas\w*|consent|einwilligung))\b"
)
# A consent to something else, or a day that may be either: "Udělení/odvolání souhlasu".
_NOT_ENDED = re.compile(r"\b(?:photo\w*|foto\w*|cookies|udel\w*|given|granted)\b")
# These count only beside the refused thing: "No SMS" and "Do not contact", not "No shows" and "Never paid".
_NO_BESIDE_TOPIC = re.compile(
    r"\b(?:do ?not|don t|dont|never|refus\w*|declin\w*|revok\w*|withdrawn|odvola\w*|odmit\w*|nesmi|nelze"
    rf"|{_UNWILLING}|vyrazen\w*|vyrad\w*|zakaz(?![kn])\w*|(?:za)?blok\w*|block\w*|ban(?:ned)?|exclu\w*|vylouc\w*"
    r"|vyluc\w*|vynech\w*|nezara\w*|nezahrn\w*|odstran\w* ze?|removed? from|gesperrt|sperre|verboten|unerwunscht"
    r"|mute\w*|namitk\w*|objection\w*|objected|widerspruch|vypn\w*|disabled"
    r"|(?:no|not|ne|neni|zadne|zadny|kein|geen)"
    r"(?= (?:\w+ )?(?:sms|texts?|e ?mails?|mailing|newsletter|marketing|contact|promo|reklam)))\b"
    r"|\b(?:sms|e ?mails?|newsletter|marketing|reklam\w*) (?:ne|no|nein|nie|zrusen\w*)$"
)
_YES = re.compile(
    r"\b(?:accept\w*|allow\w*|agree\w*|consent\w*|subscri\w*|opt(?:ed)? ?ins?|permission\w*|send|receives?|wants?"
    r"|can|may (?:we|be)|ok(?: to)?|souhl\w*|suhlas\w*|posilat|zasilat|zasilani|odesilat|posielat|zasielat|zasielani\w*"
    r"|odosielat|rozesilat|odber|einwilligung\w*|toestemming|angemeldet|darf"
    r"|odebira|odobera|prihlasen\w*|prihlasil\w*|povolen\w*|povolit|chce|lze|smi|smime|muze|muzeme|mozeme|mozno|acepta|acceptance|erlaubt|erwunscht"
    r"|zustimmung|zugestimmt)\b"
)
_SMS = re.compile(
    r"\b(?:sms\w*|donotsms|texts|text (?:messages?|messaging|marketing|alerts|opt|ok|consent"
    r"|notifications?|reminders?|promo\w*|offers?|updates?)|texting|txt|mobile (?:messages?|marketing)"
    r"|(?:not|dont|don t|never|can|may|we|ok to|ok|no) text)\b"
)
_EMAIL = re.compile(r"\b(?:e ?mail\w*|mail(?:s|ing\w*|u|y)?|newsletter\w*|nieuwsbrief|complained)\b")
# Offers, whatever else the header says. A business e-mail ("obchodní e-mail") is none.
_OFFERS = (
    r"(?:marketing\w*|mkt|promo\w*|advertis\w*|obch(?:odni\w*)? ?sdel\w*|obchodne oznam\w*|reklam(?!ac)\w*"
    r"|novin(?:ek|ky)|noviniek|offers?|werbung)"
)
_MARKETING = re.compile(rf"\b(?:{_OFFERS}|obchodni\w*|contact|communications?|notifications?)\b")
_OFFER = re.compile(rf"\b{_OFFERS}\b")
# Beside a yes or no these are about messages, too; alone they may be about anything.
_MESSAGES = re.compile(
    r"\b(?:nabid(?:ek|ky|ku)|ponuk[auy]?|kontakt|kontaktovan\w*|obesilan\w*|kontaktovat|kontaktiert|psat|pisat"
    r"|oslovovat|oslovit|rozesil\w*|rozosiel\w*"
    r"|zprav\w*|sprav(?:y|u)|werbung|kampan\w*|campaigns?|komunikac\w*|notifik\w*|upozorneni)\b"
)
_SENDING = re.compile(
    r"\b(?:(?:zasila|posila|zasiela|posiela)(?:n\w*|t)|poslat|zaslat|dostavat|prij[ie]mat|odebirat|odoberat)\b"
)
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
_SUBSCRIBED = re.compile(r"(?:is |has )?(?:subscribed|subscription)\b|prihlasen\w* k odberu$")
# Headers of a state of consent, whose cells say which.
_STATUS = re.compile(r"(?:opt(?:ed)? ?(?:in)? ?(?:status|state)|opt(?:ed)? in out|opt(?:ed)? out in|subscriber status)")
# Whole headers that may be about messages or about anything else: "Stop" may also be when a visit ends.
_MAYBE = re.compile(
    r"odber|odberatel\w*|odmit(?:a|l|la)|stop(?:ka)?|zakaz|baja|bounced?|rozesilk[ay]|obesilk[ay]|muted?|excluded"
    r"|objected|objections?|namitk[ay]|(?:datum )?odvolan[io]|widerspruch|gesperrt|notifikace|kampane|campaigns?"
    r"|akce a slevy|(?:communication|contact|marketing) preferences?"
)
# "SMS ano/ne", "Marketing (A/N)": the header asks a question, so its cells are answers.
_QUESTION = re.compile(r" (?:a n|ano ne|ano nie|y n|yes no|j n|ja nein|ja nee|0 1|1 0)$")
# In a title they are about all persons below it, with the refused thing or without.
_OF_ALL = re.compile(
    rf"\b{_UNWILLING}\b|^(?:stop(?:ka)?|(?:za)?blokovan[ie]|blocked|gesperrt\w*)"
    r"(?: (?:klient|zakazni|customer|client|kunde)\w*)?$"
)
_OFFER_ALONE = re.compile(r"mkt|obch ?sdel\w*")
# Channels of which clients may have chosen one, or none.
_CHANNELS = re.compile(
    r"\b(?:komunik\w*|communicat\w*|kanal\w*|channel|kontaktovat"
    r"|(?:prefer\w*|zpusob\w*|forma|best) (?:kontakt\w*|contact\w*))\b"
)
# What a salon may send, in headers that ask for it in other words: a no below them may be a refusal.
_MAY_BE_SENT = re.compile(
    r"\b(?:opt ?ins?|remind\w*|notif\w*|alerts?|pripom[ie]n\w*|upom[ie]n\w*|upozorn\w*|inform\w*|info|akc[ei]"
    r"|slev[ay]?|zlav[ay]?|letak\w*|oznam\w*|sdelen\w*|pozvank\w*|erinner\w*|herinner\w*"
    r"|benachricht\w*|nachricht\w*|angebot\w*|aanbieding\w*|recordatorio\w*|avisos?|notificacion\w*|volat|calls?"
    r"|anruf\w*|messages?|messaging|whatsapp|viber|push|news|subscrib\w*|contact(?:able|ed)|updates?|propagac\w*|prani"
    r"|odebirat|odoberat|zaslat|poslat|dostava\w*|zasila\w*"
    r"|zasiela\w*|posila\w*|posiela\w*|prij[ie]ma[tn]?\w*)\b"
)
# About the address or the messages that were sent, not about consent.
_NO_QUESTION = re.compile(
    r"\b(?:sent|odeslan\w*|poslan\w*|last|posledni\w*|count|pocet|verified|overen\w*|valid\w*|typ|type|zbyva"
    r"|[ck]redit\w*|poznamk\w*|notes?|label|popis|domain)\b"
)
_NOT_MESSAGES = re.compile(r"\b(?:photo\w*|foto\w*|cookies)\b")


def field_of(header: str) -> str:
    """The field of a header that is about consent or refusal, "" where it is about neither or ambiguous.

    `header` in the form of `header_words.spaced`.
    """
    question = _QUESTION.search(header)
    words = header[: question.start()] if question else header
    if _ENDED.search(words) and not _NOT_ENDED.search(words):
        return _of_channel("no", words)
    if _OTHER_CONSENT.search(words):
        return ""
    channel = _SMS.search(words) or _EMAIL.search(words)
    topic = _MARKETING.search(words) or _MESSAGES.search(words)
    is_no = _NO.search(words) or (_NO_BESIDE_TOPIC.search(words) and (channel or topic or _SENDING.search(words)))
    if is_no:
        return _of_channel("no", words)
    # "Promotional texts" and "SMS ano/ne" need no verb.
    is_yes = (
        (_YES.search(words) and (channel or topic or _SUBSCRIBED.match(words)))
        or _STATUS.fullmatch(words)
        or (channel and _OFFER.search(words))
        or _OFFER_ALONE.fullmatch(words)
        or (question and (channel or topic or _BARE_CONSENT.search(words)))
    )
    return _of_channel("yes", words) if is_yes and not _ASIDE.search(words) else ""


def _of_channel(answer: str, words: str) -> str:
    sms, email = _SMS.search(words), _EMAIL.search(words)
    channel = "" if bool(sms) == bool(email) else "sms" if sms else "email"
    if answer == "no":
        return f"no_{channel or 'contact'}"
    return f"{channel}_consent" if channel else "consent"


def names_channel(header: str) -> bool:
    """Whether the words of a header name SMS or e-mail."""
    return bool(_SMS.search(header) or _EMAIL.search(header)) and not _NO_QUESTION.search(header)


def names_day(header: str) -> bool:
    """Whether the words of a header name a day, a source or the like beside something else."""
    return bool(_ASIDE.search(header))


def asks_for_channel(header: str) -> bool:
    """Whether the words of a header ask how to contact someone: an answer may be that no one should."""
    return bool(_CHANNELS.search(header))


def names_messages(header: str) -> bool:
    """Whether the words of a header name messages or a way to contact: a "no" below it may be a refusal."""
    return any(topic.search(header) for topic in (_OFFER, _MESSAGES, _CHANNELS, _MAY_BE_SENT))


def counts_messages(header: str) -> bool:
    """Whether the words of a header name facts about messages that were sent, such as their number."""
    return bool(_NO_QUESTION.search(header))


def is_about_consent(header: str) -> bool:
    """Whether a header may be about consent or refusal, for columns without a meaning."""
    words = spaced(header)
    if _NOT_MESSAGES.search(words):
        return False
    if field_of(words) or any(about.search(words) for about in (_NO, _ENDED, _BARE_CONSENT)):
        return True
    if _MAYBE.fullmatch(words) or (_OFFER.search(words) and not _ASIDE.search(words)):
        return True
    is_topic = _SMS.search(words) or _EMAIL.search(words) or _MARKETING.search(words)
    return bool(is_topic and _YES_OR_STATUS.search(words))


def is_list_of_refusals(title: str) -> bool:
    """Whether a title above a table, or the name of its sheet or file, says that those below have refused."""
    words = spaced(title)
    return any(of_all.search(words) for of_all in (_NO, _ENDED, _OF_ALL)) or field_of(words)[:3] == "no_"
