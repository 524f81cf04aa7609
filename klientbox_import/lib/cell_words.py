"""The words of booking systems and people for states, answers and genders: Czech, English, Spanish, Russian."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from odoo.addons.klientbox.lib import visit
from odoo.addons.klientbox.lib.text import fold, tidy

from .values import Unreadable, filled

_T = TypeVar("_T")
# Our own words, their labels in English and Czech, and equally clear ones.
_SURE = {
    visit.SCHEDULED: "scheduled, naplánováno, naplánován, naplánovaná",
    visit.ARRIVED: "arrived, dorazil, dorazila, dorazilo, dorazil/a",
    visit.DONE: """
        done, completed, complete, finished, fulfilled, checked out, attended, show, showed up,
        hotovo, dokončeno, dokončená, dokončený, dokončen, dokončena, proběhlo, proběhla, proběhl, uskutečněno,
        uskutečněná, uskutečněn, realizováno, realizovaná, odbaveno, ukončeno, splněno, provedeno, vyřízeno,
        finalizada, finalizado, completada, completado, realizada, realizado, atendida, atendido, asistió, terminada,
        завершен, завершена, завершено, выполнен, выполнена, выполнено, состоялся, визит состоялся, услуга оказана
        """,
    visit.NO_SHOW: """
        no show, noshow, did not come, did not show, did not show up, did not attend, not attended, missed, absent,
        client did not come, client did not show up,
        nepřišel, nepřišla, nepřišlo, nepřišel/a, klient nepřišel, nedorazil, nedorazila, nedorazil/a, neúčast,
        klient nedorazil, nedostavil se, nedostavila se, nedostavil/a se, neproběhlo, zmeškáno, propadlo,
        no presentado, no presentada, no asistió, no acudió, no acude, no se presentó, no vino, ausente,
        не пришел, не пришла, клиент не пришел, неявка, не явился, не явилась, не состоялся
        """,
    visit.CANCELLED: """
        cancelled, canceled, cancellation, late cancelled, late canceled, late cancellation, cancelled by client,
        canceled by client, cancelled by customer, canceled by customer, cancelled by salon, canceled by salon,
        cancelled by business, canceled by business, cancelled by seller, canceled by seller, cancelled by staff,
        canceled by staff, cancelled by provider, canceled by provider, declined, rejected, deleted, void, voided,
        zrušeno, zrušená, zrušený, zrušen, zrušena, zrušil, zrušila, zrušeno klientem, zrušeno klientkou,
        zrušeno zákazníkem, zrušeno salonem, zrušeno personálem, zrušeno provozovatelem, zrušeno pozdě, pozdě zrušeno,
        storno, stornováno, stornovaná, stornovaný, pozdní storno, odmítnuto, odmítnutá, zamítnuto, odhlášeno,
        odhlášen, odhlášena, omluveno, omluven, omluvena, smazáno,
        cancelada, cancelado, anulada, anulado, rechazada, rechazado, eliminada, eliminado,
        отменен, отменена, отменено, отмена, клиент отменил, отменено клиентом, удален, удалена, удалено
        """,
}
# States that systems leave on visits that took place, because they were never updated.
_UNSURE = {
    visit.SCHEDULED: """
        confirmed, not confirmed, unconfirmed, booked, rebooked, new, new booking, pending, accepted, approved, active,
        created, planned, upcoming, reserved, reservation, waiting, open, requested, paid, prepaid, deposit paid,
        potvrzeno, potvrzená, potvrzený, potvrzen, potvrzena, nepotvrzeno, nepotvrzená, objednáno, objednaná, objednán,
        objednána, rezervováno, rezervovaná, zarezervováno, rezervace, nová, nový, nové, nová rezervace, čeká, čekající,
        čeká na potvrzení, čeká na schválení, schváleno, schválená, přijato, přijatá, aktivní, plánováno, plánovaná,
        vytvořeno, zapsáno, zaplaceno, zaplacená, uhrazeno,
        confirmada, confirmado, no confirmada, sin confirmar, pendiente, reservada, reservado, nueva, nuevo, aceptada,
        programada, agendada, pagada, pagado,
        подтвержден, подтверждена, подтверждено, клиент подтвердил, клиент подтвердил запись, не подтвержден,
        не подтверждена, ожидание, ожидает, ожидание клиента, ожидает подтверждения, новая, новый, записан, записана,
        запланирован, запланирована, оплачен, оплачена, оплачено
        """,
    visit.ARRIVED: """
        client arrived, client has arrived, has come, came, checked in, started, in progress, in service,
        klient dorazil, klient přišel, přišel, přišla, přišel/a, probíhá, zahájeno, v salonu, čeká v salonu,
        llegó, ha llegado, llegado, llegada, en sala, en sala de espera, en curso, en proceso, iniciada,
        пришел, пришла, клиент пришел, в процессе, начат
        """,
}
_YES = """
    yes, y, true, t, 1, 1.0, on, ok, x, ✓, ✔, ☑, ✅, in, accepted, allowed, granted, given, enabled,
    ano, a, jo, pravda, zapnuto, povoleno, povolen, souhlas udělen, udělen, uděleno, udělil, udělila, hej, ja, oui,
    sí, s, verdadero, acepta, aceptado, да, д, истина, согласен, согласна, согласие
    """
# They say yes to messages also in a column of refusals.
_SUBSCRIBED = """
    opt in, optin, opted in, subscribed, consent, consented, consent given, agree, agreed,
    souhlas, souhlasí, souhlasím, souhlas ano, má souhlas, odebírá, přihlášen, přihlášena, súhlas, súhlasí, súhlasím,
    odoberá, prihlásený, prihlásená
    """
# In a column of refusals only these mean that there is none.
_PLAIN_NO = """
    no, n, false, f, 0, 0.0, off, ✗, ✘, ☐, ❌, ne, nepravda, nie, nein, nee, non, nope, neg, negative, negativní,
    falso, нет, н, ложь
    """
_NO = """
    never, out, opt out, optout, opted out, unsubscribed, not subscribed, no consent, refused, declined, denied,
    disagree, not allowed, not given, withdrawn, revoked, disabled,
    nikdy, vypnuto, zakázáno, zakázán, bez souhlasu, nesouhlas, nesouhlasí, nesouhlasím, souhlas ne, souhlas neudělen,
    souhlas odvolán, neudělen, neuděleno, neudělil, neudělila, nedal souhlas, nedala souhlas, nedal, nedala, odvolán,
    odvoláno, odvolal, odvolala, odmítl, odmítla, odmítá, odmítnuto, odmítnut, odmítnuta, zamítnuto, nemá souhlas,
    neodebírá, odhlášen, odhlášena, odhlášený, odhlásený, odhlásená, nechce, nezasílat, neposílat, zrušeno, zrušen,
    zrušil, zrušila, ukončeno, nesúhlas, nesúhlasí, nesúhlasím, odvolaný, odmietol, odmietla, odmietnuté, neodoberá,
    nechce, neposielať, nezasielať, zrušené, zakázané, bez súhlasu, abgelehnt, abgemeldet, verweigert, nicht erteilt,
    no acepta, rechazado, не согласен, не согласна
    """
# "h" is left out: where it means "hombre", "m" would be a woman ("mujer").
_GENDERS = {
    "female": """
        female, f, woman, w, mrs, ms, miss, lady, žena, ženy, ženské, ženský, ž, paní, pí, slečna, sl, dáma, dívka,
        mujer, femenino, femenina, señora, sra, женщина, женский, жен, ж
        """,
    "male": """
        male, m, man, mr, gentleman, muž, muži, mužské, mužský, pan, p, pán, chlapec,
        hombre, masculino, señor, sr, мужчина, мужской, муж, м
        """,
    "other": """
        other, nonbinary, non binary, diverse, jiné, jiný, jiná, ostatní, nebinární, otro, otra, no binario,
        другой, другое
        """,
}
# An address that is not in a list yet, or no longer for a technical reason: neither a consent nor a refusal.
_NEITHER = """
    pending, unconfirmed, not confirmed, awaiting confirmation, never subscribed, nonsubscribed, non subscribed,
    transactional, čeká, čeká na potvrzení, nepotvrzeno, nepotvrzený
    """
# Refusals in terms of mailing lists, and addresses that must get nothing any more.
_REFUSED = """
    unsubscribe, do not contact, do not email, do not send, opted_out, cleaned, bounced, hard bounced, complained,
    complaint, spam, suppressed, blacklisted, blocked, inactive, neodebírat, odhlásil, odhlásila, odhlášeno, zablokován,
    zablokováno
    """
# States of bookings that did not become a visit: the client is valid, the visit is not.
_NO_VISIT = """
    rescheduled, moved, refunded, partially refunded, waitlist, waitlisted, waiting list, on waitlist, expired,
    payment failed, unpaid hold, draft, abandoned, přesunuto, přesunutá, přesunut, přeobjednáno, přeobjednán,
    přeobjednána, náhradník, čekací listina, vráceno, vrácena platba, refundováno, propadlá rezervace, reprogramada,
    lista de espera, перенесен, перенесена, лист ожидания
    """
# Longer terms for the same: words anywhere within a state.
_PARTS = (
    (
        visit.NO_SHOW,
        re.compile(r"\bno ?show|did ?n[o' ]?t (?:show|come|attend|arrive)|neprisel|neprisl|nedorazi|nedostavi|neomluv"),
    ),
    (visit.CANCELLED, re.compile(r"cancel|\bzrus|\bstorn|odmitnut")),
    (visit.DONE, re.compile(r"^check(?:ed)? ?out")),
)
# States of clients who are served no more.
_INACTIVE = re.compile(
    r"(?:inactive|not active|neaktivn\w*|inaktiv|inactiv[oa]|(?:de|dis)a(?:ktivovan\w*|ctivated|bled)|archiv\w*"
    r"|(?:za)?blok(?:ace|ovan\w*)|block(?:ed|iert)|bloquead[oa]|banned|gesperrt|vyra[dz]en\w*|[sz]mazan\w*|vymazan\w*"
    r"|odstranen\w*|deleted|removed|geloscht|eliminad[oa]|(?:former|ex|byval[yaei])(?: ?(?:client|customer|klient\w*"
    r"|zakazni\w*))?|zesnul\w*|z[eo]mrel\w*|mrtv\w*|deceased|dead|died|verstorben|fallecid[oa])"
)
_NEGATED = re.compile(r"\b(?:not|un|ne|without|bez)\b.*(?:cancel|zrus|storn)|fee|poplat|policy")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(r"[-_./()\ufe0f]+")
# A date or month beside an answer, and what begins a remark behind one.
_DAY = re.compile(r"\b(?:od |dne |k |on |since |am )?[0-9]{1,4}(?: ?[-./] ?[0-9]{1,4}){1,2}\.?")
_BEFORE_MARK = re.compile(r"[,;:/(!]|\s[-–—]")


def _key(text: str) -> str:
    """Case, diacritics and separators are ignored: "No-Show", "no_show" and "no show" are one."""
    return " ".join(_JOINTS.sub(" ", fold(text)).split())


def _table(*lists: tuple[str, _T]) -> dict[str, _T]:
    return {_key(word): value for words, value in lists for word in words.split(",")}


_STATES = _table(
    *((words, (state, False)) for state, words in _UNSURE.items()),
    *((words, (state, True)) for state, words in _SURE.items()),
)
_ANSWERS = _table((_YES, True), (_SUBSCRIBED, True), (_NO, False), (_PLAIN_NO, False))
_CONSENTS = {**_table((_NEITHER, None), (_REFUSED, False)), **_ANSWERS}
# In a column of refusals.
_REFUSALS = _table((_YES, True), (_SUBSCRIBED, False), (_REFUSED, True), (_NO, True), (_PLAIN_NO, False))
_PLAIN = frozenset(_table((_PLAIN_NO, False)))
_WITHOUT_VISIT = _table((_NO_VISIT, None))
# Names of languages, by their code; also codes that are common for another one.
_LANGUAGES = {
    "cs": "čeština, česky, český, česká, česko, czech, cz, ces, cze, tschechisch, checo",
    "sk": "slovenština, slovenčina, slovensky, slovenský, slovenská, slovak, slk, slo, slowakisch, eslovaco",
    "en": "angličtina, anglicky, anglický, english, eng, gb, us, englisch, inglés",
    "de": "němčina, německy, německý, nemčina, nemecky, german, deutsch, deu, ger, at, alemán",
    "pl": "polština, polsky, polský, poľština, polish, pol, polnisch, polski",
    "uk": "ukrajinština, ukrajinsky, ukrajinčina, ukrainian, ukr, ua, ukrainisch, українська",
    "ru": "ruština, rusky, ruský, russian, rus, russisch, ruso, русский",
    "vi": "vietnamština, vietnamsky, vietnamese, vie, vn, vietnamesisch",
    "hu": "maďarština, maďarsky, maďarčina, hungarian, hun, ungarisch, magyar",
    "es": "španělština, španělsky, spanish, spa, spanisch, español, castellano",
    "fr": "francouzština, francouzsky, french, fra, fre, französisch, francés, français",
    "it": "italština, italsky, italian, ita, italienisch, italiano",
    "nl": "nizozemština, nizozemsky, holandsky, dutch, nld, niederländisch, nederlands",
    "sl": "slovinština, slovinsky, slovenian, slv, slowenisch, slovenščina",
}
_LANGUAGE_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8}){0,2}", re.IGNORECASE)
_NO_GENDER = "prefer not to say, undisclosed, not disclosed, private, nechce uvést, neuvádí"
_LANGUAGE = _table(*((words, code) for code, words in _LANGUAGES.items()))
_GENDER = _table((_NO_GENDER, None), *((words, gender) for gender, words in _GENDERS.items()))


@lru_cache(1024)
def state(text: str) -> tuple[str, bool]:
    """(one of visit.STATES, whether that is sure).

    Not sure are states that systems leave on visits that took place, as "confirmed": once its time has passed, such a
    visit may count as done.
    """
    words = filled(text)
    for key in dict.fromkeys((_key(words), _key(_CAMEL.sub(" ", words)))):
        if key in _STATES:
            return _STATES[key]
        if not _NEGATED.search(key):
            for name, pattern in _PARTS:
                if pattern.search(key):
                    return name, True
    raise Unreadable("unknown_state")


@lru_cache(1024)
def is_inactive(text: str) -> bool:
    """Whether a state of a client means that they are served no more: inactive, blocked, deleted or dead."""
    return bool(_INACTIVE.fullmatch(_answer_key(_CAMEL.sub(" ", text))))


@lru_cache(1024)
def is_no_visit(text: str) -> bool:
    """Whether a state means that a booking did not become a visit: it is pending, was moved or refunded."""
    return _key(_CAMEL.sub(" ", tidy(text))) in _WITHOUT_VISIT


@lru_cache(1024)
def consent(text: str) -> bool | None:
    """The meaning of a cell in a consent column: True, False for a refusal, None for neither.

    A "no" counts with words behind it ("Ne, děkuji") and with its day ("odvolala 3.2.2025"), a "yes" does not: "Ano,
    jen e-mailem" is none for SMS.
    """
    for key in (_answer_key(text), _answer_key(_DAY.sub("", text)), _answer_key(_BEFORE_MARK.split(tidy(text))[0])):
        if key in _CONSENTS and (key == _answer_key(text) or _CONSENTS[key] is False):
            return _CONSENTS[key]
    filled(text)
    raise Unreadable("unreadable_yes_no")


@lru_cache(1024)
def yes_no(text: str) -> bool:
    """Whether a cell says yes. Needs the raw cell, since `clean` reads "x" as empty and here it is a yes."""
    return _answer(_ANSWERS, text)


def are_answers(cells: Iterable[str]) -> bool:
    """Whether all filled cells say yes or no, and some are filled."""
    keys = {_answer_key(cell) for cell in cells if cell.strip()}
    return bool(keys) and keys <= _ANSWERS.keys()


@lru_cache(1024)
def refuses(text: str) -> bool:
    """Whether a cell in a column of refusals says that there is one. "Unsubscribed" below "Unsubscribed" is one."""
    return _answer(_REFUSALS, text)


@lru_cache(1024)
def is_plain_no(text: str) -> bool:
    """Whether a cell is a no and nothing else, or begins with one: "Ne", "NE - nepsat"."""
    return bool({_answer_key(text), _answer_key(_BEFORE_MARK.split(tidy(text))[0])} & _PLAIN)


def _answer(table: Mapping[str, _T], text: str) -> _T:
    key = _answer_key(text)
    if key in table:
        return table[key]
    filled(text)
    raise Unreadable("unreadable_yes_no")


def _answer_key(text: str) -> str:
    return _key(tidy(text).strip("!?,;:\"' "))


@lru_cache(1024)
def gender(text: str) -> str | None:
    """ "female", "male" or "other"; None where it is not stated."""
    return _found(_GENDER, filled(text), "unknown_gender")


@lru_cache(1024)
def language(text: str) -> str:
    """The code of a language: "cs" of "čeština", "cs_CZ", "CZ" or "Czech"."""
    words = filled(text)
    key = _key(words)
    code = _LANGUAGE_CODE.fullmatch(words)
    found = _LANGUAGE.get(key) or (_LANGUAGE.get(_key(code[1]), code[1].lower()) if code else "")
    if not found:
        raise Unreadable("unknown_language")
    return found


def _found(table: Mapping[str, _T], text: str, code: str) -> _T:
    try:
        return table[_key(text)]
    except KeyError:
        raise Unreadable(code) from None
