"""Which rows of a file are one person, and which existing client of the company they are.

A person is identified by phone, then by e-mail, then by their number in another system; a row that has none of these by
name, where only one person has it. Clients of the company and rows of the file are treated alike: each has its
identifiers (phone, e-mail, number), and rows that share one are the same person, unless another value contradicts.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from odoo.addons.klientbox.lib import names


@dataclass(slots=True, frozen=True)
class Marks:
    """The identifying values of a row.

    `number` is the file's own number of a person: different numbers are different persons, whatever else they share.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    external: tuple[str, str] | None = None
    archived: bool = False
    number: str | None = None

    @property
    def key(self) -> str:
        """The name without titles, in any order of its words."""
        key: str = names.key(self.name)
        return key

    def __bool__(self) -> bool:
        """Whether there is more than a name."""
        return bool(self.phone or self.email or self.external)


@dataclass(slots=True, eq=False)
class Person:
    """One person; `client` is their id in the company or None, `names_here` their names there."""

    client: int | None
    phone: str | None = None
    email: str | None = None
    external: tuple[str, str] | None = None
    names: frozenset[str] = frozenset()
    names_here: frozenset[str] = frozenset()
    archived: bool = False
    number: str | None = None
    joined: Person | None = None

    def whole(self) -> Person:
        """The person into which this one was joined."""
        person = self
        while person.joined:
            person = person.joined
        return person

    def fits(self, marks: Marks) -> bool:
        """Whether a row can belong to this person: an archived and an active one are two, unless one is an existing
        client."""
        same_kind = self.archived == marks.archived or self.client
        return bool(same_kind) and (not marks.number or self.number in (None, marks.number))


class People:
    """All persons known so far. First all clients are added by `know`, then entries that were merged into them by
    `know_merged`; then each row calls `meet` or `meet_by_name`."""

    def __init__(self) -> None:
        self._phones: dict[str, list[Person]] = {}
        self._emails: dict[str, list[Person]] = {}
        self._externals: dict[tuple[str, str], list[Person]] = {}
        self._names: dict[str, list[Person]] = {}
        self._numbers: dict[str, Person] = {}
        self._clients: dict[int, Person] = {}

    def know(self, client: int, marks: Marks) -> None:
        """Add a client of the company. Active ones come first: an archived one keeps only identifiers that no other
        has."""
        names = frozenset([marks.key])
        person = Person(client, marks.phone, marks.email, marks.external, names, names, marks.archived)
        self._clients[client] = person
        self._hold(person, marks)

    def know_merged(self, client: int, marks: Marks) -> None:
        """Add the identifiers of an entry that was merged into a client: they lead to the client where no other client
        has them."""
        person = self._clients[client]
        person.names |= {marks.key}
        person.names_here |= {marks.key}
        if marks.external in self._externals:
            marks = replace(marks, external=None)
        self._hold(person, marks)

    def meet(self, marks: Marks) -> Person:
        """The person of a row with at least one identifier, new or known. Call `whole` of it after all rows."""
        if marks.number in self._numbers:
            return self._learn(self._numbers[marks.number].whole(), marks)
        found = self._find(marks)
        if not found:
            return self._enter(marks)
        person, *others = found
        # A person with a number of their own is not joined with another.
        for other in () if marks.number else others:
            self._join(person, other)
        return self._learn(person.whole(), marks)

    def meet_by_name(self, marks: Marks) -> Person:
        """The person of a row that has nothing but a name. Raises LookupError where several have this name."""
        if marks.number in self._numbers:
            return self._numbers[marks.number].whole()
        namesakes = self._holders(self._names, marks.key, marks)
        if marks.number:
            namesakes = [person for person in namesakes if not (person.phone or person.email or person.external)][:1]
        # Archived persons don't make a name ambiguous.
        choice = [person for person in namesakes if person.archived == marks.archived] or namesakes
        if len(choice) > 1:
            raise LookupError(f"{len(choice)} persons have this name")
        return self._learn(choice[0], marks) if choice else self._enter(marks)

    def owner(self, external: tuple[str, str], marks: Marks) -> Person | None:
        """The person with this number in another system."""
        return next(iter(self._holders(self._externals, external, marks)), None)

    def _find(self, marks: Marks) -> list[Person]:
        """Persons with one of the identifiers, the strongest first, each once."""
        found = self._holders(self._phones, marks.phone, marks)[:1]
        found += sorted(
            (person for person in self._holders(self._emails, marks.email, marks) if _may_be(person, marks)),
            key=lambda person: marks.key not in person.names,
        )
        found += self._holders(self._externals, marks.external, marks)[:1]
        return list(dict.fromkeys(found))

    def _holders(self, index: Mapping[Any, list[Person]], mark: Hashable, marks: Marks) -> list[Person]:
        """Persons with an identifier that can match, those of the row's own kind first."""
        holders = dict.fromkeys(person.whole() for person in index.get(mark, ()))
        return sorted(
            (person for person in holders if person.fits(marks)),
            key=lambda person: person.archived != marks.archived,
        )

    def _join(self, person: Person, other: Person) -> None:
        """Join two persons. Two clients of the company stay separate: merging them is a user's decision."""
        person, other = person.whole(), other.whole()
        if other is person or (other.client and person.client) or (other.number and person.number):
            return
        if other.phone and person.phone and other.phone != person.phone:
            return
        kept, gone = (other, person) if other.client else (person, other)
        gone.joined = kept
        kept.phone, kept.email = kept.phone or gone.phone, kept.email or gone.email
        kept.external, kept.number = kept.external or gone.external, kept.number or gone.number
        kept.names |= gone.names

    def _enter(self, marks: Marks) -> Person:
        return self._learn(Person(None, archived=marks.archived), marks)

    def _learn(self, person: Person, marks: Marks) -> Person:
        """Add identifiers of a row to the person where the person has none of that kind and no other has this one."""
        if not self._holders(self._phones, marks.phone, marks):
            person.phone = person.phone or marks.phone
        person.email = person.email or marks.email
        if not self._holders(self._externals, marks.external, marks):
            person.external = person.external or marks.external
        person.number = person.number or marks.number
        person.names |= {marks.key} - {""}
        self._hold(person, marks)
        return person

    def _hold(self, person: Person, marks: Marks) -> None:
        """Let the identifiers lead to the person, unless another of its kind has them already; e-mails and names may be
        shared."""
        places: tuple[tuple[dict[Any, list[Person]], Hashable, bool], ...] = (
            (self._phones, marks.phone, False),
            (self._externals, marks.external, False),
            (self._emails, marks.email, True),
            (self._names, marks.key, True),
        )
        for index, mark, is_shared in places:
            holders = [holder.whole() for holder in index.get(mark, ())]
            held = person in holders if is_shared else any(each.archived == person.archived for each in holders)
            if mark and not held:
                index.setdefault(mark, []).append(person)
        if person.number:
            self._numbers.setdefault(person.number, person)


def _may_be(person: Person, marks: Marks) -> bool:
    """Whether an e-mail is sufficient proof: a mother and a child may share one, but neither phone nor name; and an
    invented one is shared by strangers."""
    known = person.names - {""}
    if not marks.key or not known:
        return True
    if marks.phone and person.phone and marks.phone != person.phone:
        return marks.key in known
    return any(names.alike(marks.key, name) for name in known)
