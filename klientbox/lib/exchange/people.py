"""Which rows of a file are one person, and which client of the company she already is.

A person is known by her phone, then by her e-mail, then by her number in another system; a row that has none of them
by her name, where only one person has it. Clients of the company and rows of the file are judged alike: each brings
the marks (phone, e-mail, number) it has, and who shares a mark is the same person, if nothing speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import text


@dataclass(slots=True, eq=False)
class Person:
    """One person; `client` is her id in the company or None, `names_here` what she is called there."""

    client: int | None
    phone: str | None = None
    email: str | None = None
    external: tuple[str, str] | None = None
    names: frozenset[str] = frozenset()
    names_here: frozenset[str] = frozenset()
    archived: bool = False
    joined: Person | None = None

    def whole(self) -> Person:
        """The person whom this one turned out to be."""
        person = self
        while person.joined:
            person = person.joined
        return person


class People:
    """Everybody known so far. First all clients are told by `know`, then each row asks `meet`."""

    def __init__(self):
        self._phones: dict[str, Person] = {}
        self._emails: dict[str, list[Person]] = {}
        self._externals: dict[tuple[str, str], Person] = {}
        self._names: dict[str, list[Person]] = {}

    def know(self, client, name, phone=None, email=None, external=None, archived=False):
        """A client of the company. Active ones are told first: an archived one only has what nobody else holds."""
        names = frozenset([text.fold(name)])
        self._enter(Person(client, phone, email, external, names, names, archived))

    def meet(self, name, phone=None, email=None, external=None) -> Person:
        """The person of a row with at least one mark, new or known. Ask `whole` of her once all rows were met."""
        folded = text.fold(name or "")
        found = self._find(folded, phone, email, external)
        if not found:
            return self._enter(Person(None, phone, email, external, frozenset([folded] if folded else [])))
        person, *others = found
        for other in others:
            self._join(person, other)
        self._learn(person, folded, phone, email, external)
        return person

    def meet_by_name(self, name) -> Person:
        """The person of a row that has nothing but a name. Raises LookupError where several have this name."""
        folded = text.fold(name)
        namesakes = {id(person): person for person in map(Person.whole, self._names.get(folded, []))}
        # Archived ones don't stand in the way of the one who still comes.
        active = [person for person in namesakes.values() if not person.archived]
        choice = active or list(namesakes.values())
        if len(choice) > 1:
            raise LookupError(f"{len(choice)} persons have this name")
        return choice[0] if choice else self._enter(Person(None, names=frozenset([folded])))

    def _find(self, name, phone, email, external):
        """Persons with one of the marks, the strongest mark first, each once."""
        found = []
        if phone and phone in self._phones:
            found.append(self._phones[phone].whole())
        shared = [person for person in map(Person.whole, self._emails.get(email, [])) if _may_be(person, name, phone)]
        found += sorted(shared, key=lambda person: name not in person.names)
        if external and external in self._externals:
            found.append(self._externals[external].whole())
        return list(dict.fromkeys(found))

    def _join(self, person, other):
        """Two who turned out to be one. Two clients of the company stay two: merging them is a person's decision."""
        if other.whole() is person.whole() or (other.client and person.client):
            return
        if other.phone and person.phone and other.phone != person.phone:
            return
        kept, gone = (other, person) if other.client else (person, other)
        gone.joined = kept
        kept.phone, kept.email = kept.phone or gone.phone, kept.email or gone.email
        kept.external = kept.external or gone.external
        kept.names |= gone.names

    def _learn(self, person, name, phone, email, external):
        """Marks of a row become the person's where she has none of that kind."""
        person = person.whole()
        if phone and phone not in self._phones:
            person.phone = person.phone or phone
            self._phones[phone] = person
        if email and not any(known.whole() is person for known in self._emails.get(email, [])):
            person.email = person.email or email
            self._emails.setdefault(email, []).append(person)
        if external and external not in self._externals:
            person.external = person.external or external
            self._externals[external] = person
        if name and name not in person.names:
            person.names |= {name}
            self._names.setdefault(name, []).append(person)

    def _enter(self, person):
        if person.phone:
            self._phones.setdefault(person.phone, person)
        if person.email:
            self._emails.setdefault(person.email, []).append(person)
        if person.external:
            self._externals.setdefault(person.external, person)
        for name in person.names:
            self._names.setdefault(name, []).append(person)
        return person


def _may_be(person, name, phone):
    """Whether an e-mail is proof enough: a mother and her child share one, but neither their phone nor their name."""
    other_phone = phone and person.phone and phone != person.phone
    other_name = name and person.names and name not in person.names
    return not (other_phone and other_name)
