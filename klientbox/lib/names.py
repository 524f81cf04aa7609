"""Names of people: titles, given and family names, and equal spellings.

Czech writes either name first, so the order is known only where something shows it: the header of the column, a comma,
a form that only family names have ("-ová", "-á", "-ý"), or a word that is a known given name where the other is none.
Where nothing does, there is no given name: a message without a name in its greeting is better than one with the family
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from .given_names import is_given_name
from .text import fold, listing

# Folded, without dots.
_BEFORE = listing(
    """
    bc bca mgr mga ing arch ingarch mudr mddr mvdr mvd judr phdr rndr paeddr paedr pharmdr thdr thlic icdr rsdr phmr
    doc prof dr dipl akad plk kpt pan pani p slecna sl mr mrs ms miss mx sir madam herr frau sr sra srta
    """
)
_AFTER = listing(
    """
    phd csc drsc dsc dis mba msc bsc llm llb mph dba mpa bba eur beng meng thd artd facs ml st jr sen esq mim mhm lld
    """
)
_FIRMS = listing("sro as spol vos zs ops gmbh ltd llc inc ag")
# Without a dot these are probably names or initials.
_NEED_DOT = frozenset(("p", "sl", "st", "ml", "doc", "sr", "sen", "eur", "arch", "plk"))
# Words that people write where a name should be, folded.
_NO_NAMES = listing(
    """
    vip klient klientka zakaznik zakaznice host hoste client customer guest novy neznamy neznama neznam
    anonym anonymni unknown test salon studio kadernictvi kadernik kadernice holicstvi barber kosmetika kosmeticka
    manikura pedikura nehty masaze solarium firma rezervace objednavka recepce pokladna blok volno pauza stala staly
    manzel manzelka maminka mama tata babicka deda dcera syn sestra bratr kamaradka
    """
)
_INITIAL = re.compile(r"[^\W\d_]\.?(?:[- ]?[^\W\d_]\.)*")
_LETTER = re.compile(r"[^\W\d_]")
_FAMILY_FORM = re.compile(r"(?:ov[aá]|á|ý)$")


def _listed(text: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in text.split(","))


# Folded headers that show which name comes first.
FAMILY_FIRST = _listed(
    """
    prijmeni a jmeno, prijmeni jmeno, prijmeni a krestni jmeno, surname and name, surname name, surname and first name,
    last name and first name, last name first name, last and first name, last first, family name and given name,
    apellidos y nombre, apellidos nombre
    """
)
GIVEN_FIRST = _listed(
    """
    jmeno a prijmeni, jmeno prijmeni, krestni jmeno a prijmeni, name and surname, name surname, first and last name,
    first name and last name, first name last name, first last, given name and family name, nombre y apellidos
    """
)


class Name(NamedTuple):
    """The parts of a name; `given` and `family` are None where they can't be distinguished."""

    given: str | None
    family: str | None
    before: str = ""
    after: str = ""

    @property
    def whole(self) -> str:
        """Titles, given name, family name; "" where the two can't be distinguished."""
        if not (self.given and self.family):
            return ""
        named = " ".join(filter(None, (self.before, self.given, self.family)))
        return f"{named}, {self.after}" if self.after else named


class Order(NamedTuple):
    """Which name comes first in a column: True the family name, False the given name, None: it differs or is
    unknown."""

    family_first: bool | None = None

    @classmethod
    def learn(cls, header: str, texts: Iterable[str]) -> Order:
        """From the folded header of a column, else from its names: their forms, and known given names among them."""
        if header in FAMILY_FIRST or header in GIVEN_FIRST:
            return cls(header in FAMILY_FIRST)
        shown = {_family_first(_words(text)[1], _PLAIN) for text in texts} - {None}
        return cls(shown.pop() if len(shown) == 1 else None)


_PLAIN = Order()


@lru_cache(8192)
def split(text: str, order: Order = _PLAIN) -> Name:
    """The parts of a name as it is written in a column of this order."""
    first, *others = [part.strip() for part in text.split(",")]
    trailing = [part for part in others if part and all(map(_is_title, part.split()))]
    rest = [part for part in others if part and part not in trailing]
    before, words, behind = _words(first)
    after = " ".join([*behind, *trailing])
    if _is_firm(text):
        return Name(None, None)
    if rest:
        more_before, given, _after = _words(rest[0])
        if len(rest) > 1 or len(given) > 2 or (len(words) > 1 and not all(map(_is_family_form, words))):
            return Name(None, None, " ".join(before), after)
        return _cased(" ".join(given) or None, " ".join(words) or None, [*before, *more_before], after)
    if len(words) < 2:
        # A single name after a title is a family name.
        return _cased(None, words[0] if words and (before or after) else None, before, after)
    family_first = _family_first(words, order)
    if family_first is None:
        return Name(None, None, " ".join(before), after)
    if not family_first:
        return _cased(words[0], " ".join(words[1:]), before, after)
    length = max(1, next((place for place, word in enumerate(words) if not _is_family_form(word)), len(words) - 1))
    if len(words) > 2 and length == 1 and not _is_family_form(words[0]):
        return Name(None, None, " ".join(before), after)
    return _cased(" ".join(words[length:]), " ".join(words[:length]), before, after)


def first_name(text: str | None) -> str:
    """The first name in a greeting, where only the whole name is known; "" in doubt."""
    before, words, after = _words((text or "").partition(",")[0])
    if "," not in (text or "") and len(words) == 1 and not (before or after):
        return words[0] if is_given_name(words[0]) and not _is_family_form(words[0]) else ""
    return split(text or "").given or ""


def without_titles(text: str) -> str:
    """A given name in its usual form; "" for a word that is none, as "VIP", "*" or "J."."""
    name = " ".join(_words(text.partition(",")[0])[1])
    return name if _may_be_given(name) else ""


@lru_cache(8192)
def key(text: str | None) -> str:
    """The same for two spellings of a name: case, diacritics, titles, commas and the order of its words are ignored."""
    parts = [part for part in re.split(r"[,\s]+", text or "") if part]
    words = [part for part in parts if not _is_title(part)] or parts
    return " ".join(sorted(map(fold, words)))


@lru_cache(8192)
def alike(one: str, other: str) -> bool:
    """Whether two names (see `key`) may be one person's: a word of two letters or more is in both."""
    return one == other or any(len(word) > 1 for word in {*one.split()} & {*other.split()})


def _words(text: str) -> tuple[list[str], list[str], list[str]]:
    """(titles before, words of the name, titles after) of a name without commas."""
    words = text.split()
    start, end = 0, len(words)
    while start < end and _is_title(words[start], before=True):
        start += 1
    while end > start and _is_title(words[end - 1], before=False):
        end -= 1
    return words[:start], words[start:end], words[end:]


def _is_title(word: str, before: bool | None = None) -> bool:
    bare = fold(word).replace(".", "").strip(",")
    if bare in _NEED_DOT and "." not in word:
        return False
    return (before is not False and bare in _BEFORE) or (before is not True and bare in _AFTER)


def _is_firm(text: str) -> bool:
    return any(fold(word).replace(".", "").strip(",") in _FIRMS for word in text.split())


def _is_family_form(word: str) -> bool:
    return len(word) > 2 and bool(_FAMILY_FORM.search(word.lower()))


def _order_shown(words: list[str]) -> bool | None:
    """Whether the family name comes first, as far as the forms of the words show it."""
    if len(words) < 2:
        return None
    first, last = _is_family_form(words[0]), _is_family_form(words[-1])
    return None if first == last else first


def _order_by_given(words: list[str]) -> bool | None:
    """The same, where only one of both ends is a known given name."""
    if len(words) < 2:
        return None
    first, last = is_given_name(words[0]), is_given_name(words[-1])
    return None if first == last else last


def _family_first(words: list[str], order: Order) -> bool | None:
    """Whether the family name comes first in this name. A given name that contradicts its column leaves it open: it is
    the family name of some."""
    shown = _order_shown(words)
    if shown is not None:
        return shown
    by_given = _order_by_given(words)
    if order.family_first is None or by_given is None:
        return order.family_first if by_given is None else by_given
    return by_given if by_given == order.family_first else None


def _may_be_given(name: str) -> bool:
    """Whether a text may be a given name: no initial, no sign, no word for something else."""
    folded = fold(name)
    if folded in _NO_NAMES or not _LETTER.search(name) or _INITIAL.fullmatch(name):
        return False
    return not any(char.isdigit() for char in name)


def _cased(given: str | None, family: str | None, before: list[str], after: str) -> Name:
    """Names in capitals get the usual case. A word that is no name is no given name."""
    given = given if given and _may_be_given(given) else None
    parts = [part for part in (given, family) if part]
    if sum(map(len, parts)) > 3 and all(part.isupper() for part in parts):
        given, family = given and given.title(), family and family.title()
    return Name(given, family, " ".join(before), after)
