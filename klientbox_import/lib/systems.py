"""Ready mappings of the exports of other systems, as far as their formats are public.

`fields.py` has words that mean the same everywhere; here are the meanings of words in one system alone, and the headers
that identify its files (those of `marks` folded, see `fields.fold_header`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class System:
    """An export of one system. A file is recognised when it has a header of each set in `marks`."""

    name: str
    marks: tuple[frozenset[str], ...]
    headers: dict[str, str] = field(default_factory=dict)
    # {field: {folded text: value}} of words that mean something else elsewhere.
    words: dict[str, dict[str, str]] = field(default_factory=dict)


def _any(*headers: str) -> frozenset[str]:
    return frozenset(headers)


SYSTEMS = (
    System(
        "fresha",
        (_any("client id"), _any("mobile number"), _any("accepts marketing", "blocked")),
        {
            "client id": "external_id",
            # With a column of its own for SMS this one is about e-mail; without it reading it so is the safe choice.
            "accepts marketing": "email_consent",
            "block reason": "notes",
            "added": "",
            "area": "",
        },
    ),
    System("fresha", (_any("client"), _any("added on"), _any("client source")), {"added on": "", "gender": "gender"}),
    System(
        "fresha",
        (_any("appt ref"), _any("scheduled date"), _any("client")),
        {
            # Of a visit with several services each has a row with the same reference.
            "appt ref": "visit_ref",
            "client": "name",
            "scheduled date": "date",
            "appt slot": "",
            "duration mins": "duration",
            # Before discounts; what the client paid is in "total sales", or without the tax in "net sales".
            "gross sales": "",
            "net sales": "amount",
            "total sales": "amount",
            "cancellation reason": "visit_note",
            "category": "",
            "resource": "",
            "location": "",
        },
    ),
    System(
        "vagaro",
        (_any("customer first"), _any("customer last"), _any("receive text promotions", "cell", "day phone")),
        {"customer first": "given_name", "customer last": "family_name", "amount paid": "", "last visited": ""},
    ),
    System(
        "calendly",
        (_any("invitee name", "invitee first name"), _any("invitee email"), _any("start date time")),
        {
            "invitee name": "name",
            "invitee first name": "given_name",
            "invitee last name": "family_name",
            "invitee email": "email",
            "text reminder number": "phone",
            "event type name": "service",
            "start date time": "date",
            "user name": "staff",
        },
    ),
    System(
        "acuity",
        (_any("start time"), _any("end time"), _any("calendar"), _any("type", "appointment type")),
        {
            "start time": "date",
            "type": "service",
            "appointment type": "service",
            "calendar": "staff",
            "appointment price": "amount",
            "amount paid online": "",
            "date scheduled": "",
            "paid": "",
        },
    ),
    System(
        "google",
        (_any("e mail 1 value", "phone 1 value"),),
        {
            "labels": "tags",
            "group membership": "tags",
            "middle name": "given_name",
            "additional name": "given_name",
            "organization name": "",
            "location": "",
            "subject": "",
        },
    ),
    System(
        "reservio",
        (_any("privacypolicyacceptedat", "marketingnotificationsacceptedat"),),
        {
            "firstname": "given_name",
            "lastname": "family_name",
            # The day of an acceptance, without its words: alone it is no proof, but it is kept with a consent.
            "marketingnotificationsacceptedat": "consent_at",
            "privacypolicyacceptedat": "",
        },
    ),
    System(
        "altegio",
        (_any("клиент", "имя", "имя клиента"), _any("телефон", "номер телефона")),
        {
            "имя": "name",
            "имя клиента": "name",
            "клиент": "name",
            "фио": "name",
            "фамилия": "family_name",
            "телефон": "phone",
            "номер телефона": "phone",
            "дата рождения": "birth_date",
            "пол": "gender",
            "комментарий": "notes",
            "категория": "tags",
            "категории": "tags",
            "номер карты": "code",
            "дата": "date",
            "дата визита": "date",
            "время": "time",
            "время начала": "time",
            "сотрудник": "staff",
            "мастер": "staff",
            "специалист": "staff",
            "услуга": "service",
            "услуги": "service",
            "стоимость": "amount",
            "сумма": "amount",
            "длительность": "duration",
            "статус": "state",
            "id записи": "visit_ref",
        },
    ),
    System(
        "altegio",
        (_any("sold"), _any("name"), _any("phone"), _any("visits", "last visit", "first visit")),
        {"sold": ""},
    ),
    System(
        "koibox",
        (_any("nombre"), _any("movil", "apellido1", "apellido 1", "apellidos")),
        {
            "nombre": "given_name",
            "apellido1": "family_name",
            "apellido 1": "family_name",
            "primer apellido": "family_name",
            "no cliente": "external_id",
            "n cliente": "external_id",
            "codigo": "external_id",
            "codigo cliente": "external_id",
            "fijo": "phone",
            "categoria": "tags",
            "acepta publicidad": "consent",
            "acepta comunicaciones comerciales": "consent",
            "fecha alta": "",
            "fecha de alta": "",
        },
        # Hombre (man) and mujer (woman).
        {"gender": {"h": "male", "m": "female"}},
    ),
)


def find(headers: set[str]) -> System | None:
    """The system whose export has these folded headers."""
    return next((system for system in SYSTEMS if all(mark & headers for mark in system.marks)), None)
