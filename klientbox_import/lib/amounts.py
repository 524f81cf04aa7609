"""Prices and durations as people and booking systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from odoo.addons.klientbox.lib.text import fold, listing

from .values import Unreadable, filled

HIGHEST = Decimal(99_999_999)
LONGEST_DURATION = 24 * 60

_CENT = Decimal("0.01")
_FREE = frozenset(("zdarma", "gratis", "free", "free of charge", "bezplatne", "gratuito", fold("бесплатно")))
# Signs and names of currencies beside an amount, folded. A dollar and a krone may be of several countries.
_SYMBOLS = {
    "kc": "CZK",
    "kcs": "CZK",
    "korun": "CZK",
    "koruna": "CZK",
    "koruny": "CZK",
    "€": "EUR",
    "euro": "EUR",
    "eura": "EUR",
    "euros": "EUR",
    "eurech": "EUR",
    "eurach": "EUR",
    "korunach": "CZK",
    "£": "GBP",
    "zl": "PLN",
    "ft": "HUF",
    "fr": "CHF",
    "sfr": "CHF",
    "₽": "RUB",
    "rub": "RUB",
    "руб": "RUB",
    "р": "RUB",
    "₴": "UAH",
    "грн": "UAH",
    "hrn": "UAH",
    "лв": "BGN",
    "lei": "RON",
    "₺": "TRY",
    "₹": "INR",
    "¥": "JPY CNY",
    "$": "USD CAD AUD NZD SGD HKD MXN",
    "us$": "USD",
    "dollar": "USD CAD AUD NZD SGD HKD MXN",
    "dollars": "USD CAD AUD NZD SGD HKD MXN",
    "dolarech": "USD CAD AUD NZD SGD HKD MXN",
    "zloty": "PLN",
    "zlotych": "PLN",
    "kr": "SEK NOK DKK ISK",
}
_CODES = listing(
    """
    czk eur usd gbp pln huf chf rub uah ron bgn sek nok dkk isk cad aud nzd jpy cny try inr rsd ils mxn brl zar sgd hkd
    thb vnd aed hrk skk
    """
)
_CURRENCIES = {
    **{code: frozenset([code.upper()]) for code in _CODES},
    **{symbol: frozenset(codes.split()) for symbol, codes in _SYMBOLS.items()},
}
_CURRENCY = "(?:" + "|".join(f"{re.escape(mark)}\\.?" for mark in sorted(_CURRENCIES, key=len, reverse=True)) + ")"
_MINUS = "[-−–]"
_AMOUNT = re.compile(
    rf"(?P<first>{_CURRENCY} ?)?(?P<minus>{_MINUS} ?)?(?P<second>{_CURRENCY} ?)?\+?"
    r"(?P<figure>[0-9][0-9 '’`.,]*(?<=[0-9])|[.,][0-9]+)"
    # "500,-" and "500." are whole; "500-" is an accountant's negative amount.
    rf"(?: ?[.,](?: ?{_MINUS}{{1,2}})?|(?P<minus_after> ?{_MINUS}))?(?P<last> ?{_CURRENCY})?"
)
_SIGN = re.compile(r"kč|[€$£₽₴₺₹¥]", re.IGNORECASE)
_SLOVAK_CROWN = re.compile(r"\bS[kK]\b")
# A currency that nothing tells.
UNKNOWN = "?"
_FORMAT_CURRENCY = re.compile(r"\[\$([^\[\]-]{1,40})(?:-[^\[\]]{0,40})?\]|\"([^\"]{1,40})\"|([€£$¥₽₴₺₹])")
_NO_DIGIT = re.compile("[^0-9]")
_MORE_THAN_FIGURE = re.compile(r"[^0-9\s.,-]")
_MARKS = re.compile("[.,]")
# A single mark with three digits after it may separate thousands or decimals.
_OPEN = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_WHOLE = re.compile(r"[0-9]*|[0-9]{1,3}([ '’`.,])[0-9]{3}(?:\1[0-9]{3})*")


@dataclass(frozen=True)
class Amounts:
    """The format of the amounts of one column, learned from all of its cells.

    `decimal` is "," or "."; it is "mixed" where the column has both, so that "1.234" is ambiguous.
    """

    decimal: str = ","

    @classmethod
    def learn(cls, texts: Iterable[str], preferred: str = ",") -> Amounts:
        """Reads once through `texts`. Unambiguous amounts count ("1.234,50", "12.5"); in a column without any, "1.234"
        is probably in thousands, because prices have two decimals."""
        shown, supposed = set(), set()
        for text in texts:
            try:
                figure, _negative, _currency = _parts(text)
                if _OPEN.fullmatch(figure):
                    supposed.add("," if "." in figure else ".")
                else:
                    mark = _decimal_shown(figure)
                    _amount(figure, mark)
                    shown.add(mark)
            except Unreadable:
                continue
        found = {mark for mark in shown if mark} or supposed or {preferred}
        return cls(found.pop() if len(found) == 1 else "mixed")

    def parse(self, text: str, currency: str = "") -> Decimal:
        """An amount from 0 to HIGHEST with two decimals (half up). An amount in another currency than `currency` (a
        code, "" for any) is refused: its number alone would have another value."""
        figure, negative, codes = _parts(text)
        if not _OPEN.fullmatch(figure):
            amount = _amount(figure, _decimal_shown(figure))
        elif self.decimal == "mixed":
            raise Unreadable("ambiguous_amount")
        else:
            amount = _amount(figure, self.decimal)
        if negative and amount:
            raise Unreadable("negative_amount")
        if amount and currency and codes and currency not in codes:
            raise Unreadable("foreign_currency")
        return amount


@lru_cache(4096)
def _parts(text: str) -> tuple[str, bool, frozenset[str]]:
    """(digits with their marks, whether a minus is beside them, possible currency codes) of a cell."""
    written = fold(filled(text))
    if written in _FREE:
        return "0", False, frozenset()
    in_brackets = written.startswith("(") and written.endswith(")")
    match = _AMOUNT.fullmatch(written[1:-1] if in_brackets else written)
    if not match:
        raise Unreadable("unreadable_amount")
    marks = [match[name].strip() for name in ("first", "second", "last") if match[name]]
    allowed = [_CURRENCIES.get(mark) or _CURRENCIES[mark.rstrip(".")] for mark in marks]
    return match["figure"], bool(in_brackets or match["minus"] or match["minus_after"]), _common(allowed)


def _common(allowed: list[frozenset[str]]) -> frozenset[str]:
    """The codes that all marks of a currency allow. Marks that contradict each other ("CZK/EUR") mean none of them."""
    common = frozenset.intersection(*allowed) if allowed else frozenset()
    if allowed and not common:
        raise Unreadable("unknown_currency")
    return common


def with_currency(text: str, header: str) -> str:
    """The text of a cell with the currency that only the header of its column names, as "Price (EUR)"."""
    try:
        if _parts(text)[2]:
            return text
    except Unreadable:
        return text
    mark = _currency_in(header)
    return f"{text} {mark}" if mark else text


# In a header other codes are words of a language, unless they are in capitals.
_PLAIN_CODES = (
    *("kc", "euro", "czk", "eur", "usd", "gbp", "pln", "eura", "zl"),
    *("euros", "eurech", "eurach", "korunach", "dollars", "dolarech", "zloty", "zlotych"),
)
# Words of a price in headers, folded; of a bare "Sk" beside one the currency is the former Slovak one.
_MONEY = re.compile(
    r"\b(?:cen[ay]?|castk\w*|uhrad\w*|uhraz\w*|zaplac\w*|zaplat\w*|platb\w*|utrat\w*|trzb\w*|trzeb|obrat\w*|suma"
    r"|prijem|prijmy|price\w*|amounts?|total|cost|paid|fees?|revenue|sales|turnover|spent|spend|charge[ds]?"
    r"|preis\w*|betrag|kosten|summe|umsatz|precio|importe|prijs|bedrag|cien\w*|hotov\w*|cash|bargeld"
    r"|efectivo|zaplaten\w*|uhraden\w*|ciastk\w*)\b"
)
_PLAIN_MARKS = frozenset(("kc", "euro", "€", "£", "$", "zl"))
_CURRENCY_WORD = re.compile(r"[^\W\d_]+|[€£$]")
# Names of currencies in a column of their own; "koruna" alone is the Czech one.
_NAMES = {
    "ceska koruna": "CZK",
    "ceske koruny": "CZK",
    "korun ceskych": "CZK",
    "koruna ceska": "CZK",
    "czech koruna": "CZK",
    "czech crown": "CZK",
    "us dollar": "USD",
    "us dollars": "USD",
    "americky dolar": "USD",
    "pound": "GBP",
    "british pound": "GBP",
    "polsky zloty": "PLN",
}


@lru_cache(256)
def _currency_in(header: str) -> str:
    return next(iter(_currencies_in(header)), "")


@lru_cache(256)
def _currencies_in(header: str) -> tuple[str, ...]:
    """The marks of currencies in a header or title, in the form of `_CURRENCIES`."""
    signs = [fold(sign) for sign in _SIGN.findall(header)]
    words = [word for word in re.split(r"[\W_\d]+", header) if word and (word.isupper() or fold(word) in _PLAIN_CODES)]
    found = [fold(word) for word in words if word.lower() in _CODES or fold(word) in _PLAIN_CODES]
    if _SLOVAK_CROWN.search(header) and _MONEY.search(fold(header)):
        found.append("skk")
    return (*signs, *found)


def is_about_money(header: str) -> bool:
    """Whether a header has the word of a price or a currency."""
    return bool(_MONEY.search(" ".join(re.split(r"[\W_]+", fold(header)))) or _currency_in(header))


def shown_currencies(text: str) -> frozenset[str]:
    """The currencies that a cell of an amount may show; none for an unreadable one."""
    if not _MORE_THAN_FIGURE.search(text):
        return frozenset()
    try:
        return _parts(text)[2]
    except Unreadable:
        return frozenset()


@lru_cache(4096)
def is_amount(text: str) -> bool:
    """Whether a cell can be read as an amount in some currency."""
    try:
        figure, _negative, _codes = _parts(text)
        if not _OPEN.fullmatch(figure):
            _amount(figure, _decimal_shown(figure))
    except Unreadable:
        return False
    return True


def currency_of_titles(titles: Iterable[str], own: str) -> str:
    """The currency that titles above a table name for all of its amounts, as a mark: "všechny částky v EUR". "" where
    they name none or the own one; UNKNOWN where they name several."""
    codes = [_CURRENCIES[mark] for title in titles for mark in _currencies_in(title)]
    if not codes or all(own in each for each in codes):
        return ""
    common = frozenset.intersection(*codes)
    return sorted(common)[0] if common else UNKNOWN


@lru_cache(256)
def currencies(text: str) -> frozenset[str]:
    """The codes that a cell of a currency column may mean: "EUR", "€", "Kč", "CZK - Česká koruna"."""
    if "?" in text:
        raise Unreadable("unknown_currency")
    written = fold(filled(text))
    mark = written if written in _CURRENCIES else written.rstrip(".")
    if mark in _CURRENCIES:
        return _CURRENCIES[mark]
    if written in _NAMES:
        return frozenset([_NAMES[written]])
    allowed = [_CURRENCIES[word] for word in _CURRENCY_WORD.findall(written) if word in _CODES or word in _PLAIN_MARKS]
    if not allowed:
        raise Unreadable("unknown_currency")
    return _common(allowed)


def without_currency(header: str, folded: str) -> str:
    """The folded words of a header without its currency: "Price (EUR)" is a price."""
    if not _currency_in(header):
        return folded
    words = [word for word in folded.split() if word not in _CURRENCIES and word not in ("in", "v", "ve", "sk")]
    return " ".join(words)


# Whether a price contains the tax, in folded headers.
_TAX = r"(?:dph|dane|dani|vat|tax|taxes|gst|mwst|ust)"
_NET = re.compile(
    rf"\b(?:(?:bez|excl\w*|without|before|ex|ohne|exkl|zzgl|pred) {_TAX}|net(?:to)?|zaklad(?: dane)?)\b",
)
_WITH_TAX = re.compile(
    rf"\b(?:(?:s|vc|vcetne|vratane|incl\w*|with|after|inkl|mit|inc|po) {_TAX}|gross|brutto)\b",
)


def is_net(header: str) -> bool:
    """Whether a folded header is of prices without the tax."""
    return bool(_NET.search(header)) and not _WITH_TAX.search(header)


_AFTER_DISCOUNT = re.compile(
    r"\b(?:po sleve|po zlave|(?:se|so) (?:slevou|zlavou)|after (?:the )?discount|discounted|final|konecn[aey]"
    r"|vysledn[aey]|nach rabatt)\b"
)
_BEFORE_DISCOUNT = re.compile(
    r"\b(?:(?:pred|bez) slev(?:ou|y)|(?:pred|bez) zlav(?:ou|y)|before (?:the )?discount|without discount|list|original"
    r"|puvodn[ie]|povodn[ae]|cenikov[aey]|bezn[aey]|zakladni|zakladna|regular|full|vor rabatt)\b"
)
# Words in headers of what the client paid in the end, and of what they had to pay, folded.
_PAID_WORDS = (
    r"(?:zaplac\w*|uhraz\w*|uhrad[ay]|paid|payments?|zaplaten\w*|uhraden\w*|plat(?:ba|by|eb)|spent|utrat\w*|bezahlt"
    r"|betaald|pagad[oa]|inkas\w*)"
)
_PAID = re.compile(rf"\b{_PAID_WORDS}\b")
_DUE_TO_PAY = re.compile(r"\b(?:k|na) uhrad[eyu]")
_DUE = re.compile(
    r"\b(?:celkem|celkov\w*|celkom|total|k uhrade|na uhradu|trzb\w*|trzeb|obrat\w*|revenue|sales|turnover|suma|spolu"
    r"|gesamt\w*|umsatz|totaal|summe)\b"
)
# A part of the amount, by the method of payment. Those of the first kind are nothing else.
_CASH = re.compile(r"\b(?:hotov\w*|cash|bargeld|efectivo|contant)\b")
_METHODS = re.compile(
    r"\b(?:hotov\w*|cash|bargeld|efectivo|contant|kart(?:a|ou|y|e)|cards?|prevod(?:em|om)?|terminal\w*|poukaz\w*"
    r"|vouchers?|darkov\w*|gift|qr|bank\w*|ucet|na ucet|benefit\w*|stravenk\w*|faktur\w*|transfer|online|kredit\w*"
    r"|credit|debit|platebn\w*|tarjeta|uberweisung)\b"
)
_BESIDE_METHOD = re.compile(rf"\b(?:{_PAID_WORDS}|amount|castka|by|in|v|na|s|z toho|of which)\b")
CARD_WORDS = frozenset(("karta", "card"))
# Which of several prices of a visit is what the client paid: the lowest number.
PAID, DUE, BY_METHOD, PRICE, LIST_PRICE = range(5)


def without_details(header: str) -> str:
    """The words of a folded header without those about tax and discount: "Cena s DPH po slevě" is a price."""
    for detail in (_NET, _WITH_TAX, _AFTER_DISCOUNT, _BEFORE_DISCOUNT):
        header = detail.sub(" ", header)
    return " ".join(header.split())


def is_only_detail(header: str) -> bool:
    """Whether a folded header has only words about the tax: "Gross", "bez DPH"."""
    return bool(_NET.search(header) or _WITH_TAX.search(header)) and not without_details(header)


@lru_cache(256)
def rank(header: str) -> int:
    """How certainly a header is of what the client paid: PAID, DUE, BY_METHOD, PRICE or LIST_PRICE."""
    folded = " ".join(re.split(r"[\W_]+", fold(header))).strip()
    words = " ".join(without_currency(header, folded).split())
    if is_by_method(words):
        return BY_METHOD
    if _PAID.search(words) and not _DUE_TO_PAY.search(words):
        return PAID
    if _BEFORE_DISCOUNT.search(words):
        return LIST_PRICE
    return DUE if _DUE.search(words) or _AFTER_DISCOUNT.search(words) else PRICE


def is_by_method(header: str) -> bool:
    """Whether a folded header is of the part of an amount that was paid in one way: "Hotově", "Zaplaceno kartou"."""
    return bool(_METHODS.search(header)) and not _BESIDE_METHOD.sub(" ", _METHODS.sub(" ", header)).strip()


def is_surely_by_method(header: str) -> bool:
    """The same, for a header that is nothing else without others beside it: "Karta" may be a client's card."""
    return is_by_method(header) and bool(_CASH.search(header) or _PAID.search(header))


def currency_of_format(code: str | None) -> str:
    """The currency in a spreadsheet's number format, "" for none: of `[$€-1]` the sign."""
    for match in _FORMAT_CURRENCY.finditer(code or ""):
        mark: str = next(filter(None, match.groups())).strip()
        if fold(mark) in _CURRENCIES or fold(mark).rstrip(".") in _CURRENCIES:
            return mark
    return ""


def _decimal_shown(figure: str) -> str | None:
    """The decimal mark of an unambiguous figure; None without any."""
    marks = _MARKS.findall(figure)
    if not marks:
        return None
    parts_thousands = marks.count(marks[-1]) > 1
    return ("," if marks[-1] == "." else ".") if parts_thousands else marks[-1]


def _amount(figure: str, mark: str | None) -> Decimal:
    """The amount of a figure whose decimals follow `mark` (or that has none)."""
    whole, _mark, decimals = figure.partition(mark) if mark else (figure, "", "")
    digits = _NO_DIGIT.sub("", whole)
    if not _WHOLE.fullmatch(whole) or _NO_DIGIT.search(decimals) or len(digits) > len(str(HIGHEST)):
        raise Unreadable("unreadable_amount")
    amount = Decimal(f"{digits or 0}.{decimals}").quantize(_CENT, ROUND_HALF_UP)
    if amount > HIGHEST:
        raise Unreadable("unreadable_amount")
    return amount


_MINUTES = r"(?:m|min|mins|minut[aey]?|minutes?|minutos?|мин|минут[аы]?|')\.?"
_HOURS = r"(?:h|hod|hodin[aey]?|hours?|hrs?|horas?|ч|час(?:а|ов)?)\.?"
_CLOCK_LENGTH = re.compile(r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]))?(?: ?h\.?)?")
_SPOKEN_LENGTH = re.compile(
    rf"(?:(?P<hours>[0-9]{{1,2}}(?:[.,][0-9]+)?) ?{_HOURS})?"
    rf"(?:(?:(?<=.) ?(?:a |and )?)?(?P<minutes>[0-9]{{1,4}})(?:[.,]0+)?(?: ?{_MINUTES})?)?"
)


@lru_cache(1024)
def duration(text: str) -> int:
    """Whole minutes, from 0 to a day: "90", "1:30", "1 h 30 min", "1,5 h". A bare "1.5" is ambiguous."""
    written = fold(filled(text))
    match = _CLOCK_LENGTH.fullmatch(written) or _SPOKEN_LENGTH.fullmatch(written)
    if not match:
        raise Unreadable("unreadable_duration")
    parts = {unit: Decimal((value or "0").replace(",", ".")) for unit, value in match.groupdict().items()}
    if parts["hours"] and parts["minutes"] >= 60:
        raise Unreadable("unreadable_duration")
    minutes = parts["hours"] * 60 + parts["minutes"] + parts.get("seconds", Decimal(0)) / 60
    if minutes > LONGEST_DURATION:
        raise Unreadable("unreadable_duration")
    return int(minutes.quantize(Decimal(1), ROUND_HALF_UP))
