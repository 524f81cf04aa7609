"""The columns of import and export, and their names in other systems and in people's files.

A header means one of these fields; an unknown one is left out. `guess` compares folded text (no case, no diacritics, no
punctuation), so each spelling is listed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from odoo.addons.klientbox.lib import names, text

from . import amounts, consent_headers, systems
from .header_words import fold_header, spaced

CLIENT, VISIT = "client", "visit"


@dataclass(frozen=True)
class Field:
    """One column: `label` as we write it, `spellings` that also match, `about` its subject."""

    label: str
    about: str
    spellings: str = ""
    is_exported: bool = True


# In the order in which an export writes them. Spellings: English, Czech, then other systems'; separated by commas.
FIELDS = {
    "client_number": Field("Number in this file", CLIENT),
    "external_id": Field(
        "External number",
        CLIENT,
        """
        client id, customer id, id klienta, id zakaznika, cislo klienta, cislo zakaznika, client number,
        customer number, client reference, external id, id cliente, id
        """,
    ),
    "external_source": Field("External system", CLIENT, "external source, source system, zdrojovy system"),
    "code": Field("Client code", CLIENT, "code, kod, kod klienta, karta, cislo karty, card number, card"),
    "name": Field(
        "Name",
        CLIENT,
        """
        full name, client, client name, customer, customer name, name and surname, first and last name, jmeno a
        prijmeni, jmeno prijmeni, prijmeni a jmeno, prijmeni jmeno, cele jmeno, klient, klientka, zakaznik,
        zakaznice, jmeno klienta, jmeno zakaznika, nazev, cliente, nombre completo, nombre y apellidos, imya
        klienta, fio
        """,
    ),
    "given_name": Field(
        "Given name",
        CLIENT,
        """
        first name, given, forename, jmeno, krestni jmeno, krestni, jm, nombre, imya
        """,
    ),
    "family_name": Field(
        "Family name",
        CLIENT,
        """
        last name, surname, family, second name, prijmeni, prijm, apellidos, apellido, familiya
        """,
    ),
    "phone": Field(
        "Phone",
        CLIENT,
        """
        phone number, mobile, mobile number, mobile phone, cell, cell phone, telephone, telephone number,
        home phone, business phone, work phone, other phone, primary phone, telefon domu, telefon prace,
        contact number, tel, tel c, tel cislo, cislo telefonu, telefon, telefonni cislo, telefonni kontakt,
        mobil, mobilni telefon, mobilni cislo, mob, gsm, whatsapp, kontakt, movil, telefono, telefono movil,
        nomer telefona, telefon klienta, phone 1 value, phone 2 value, phone 3 value
        """,
    ),
    "email": Field(
        "E-mail",
        CLIENT,
        """
        email, mail, email address, e mail address, emailova adresa, e mailova adresa, email klienta, correo,
        correo electronico, el posta, primarni e mail, e mail 1 value, e mail 2 value
        """,
    ),
    "birth_date": Field(
        "Birth date",
        CLIENT,
        """
        date of birth, birthday, birthdate, dob, born, datum narozeni, narozeni, narozen, narozena, narozeniny,
        dat nar, datum nar, den narozeni, nar, fecha de nacimiento, fecha nacimiento, cumpleanos, data
        rozhdeniya
        """,
    ),
    "gender": Field("Gender", CLIENT, "sex, pohlavi, sexo, genero, pol"),
    "lang": Field("Language", CLIENT, "lang, jazyk, idioma, preferred language, yazyk"),
    "is_vip": Field("VIP", CLIENT, "is vip, vip klient, vip client"),
    "archived": Field(
        "Archived",
        CLIENT,
        """
        blocked, inactive client, archivovan, archivovano, archivovany, blokovan, blokovany, deleted
        """,
    ),
    "tags": Field(
        "Tags",
        CLIENT,
        """
        tag, labels, label, group, groups, category, stitky, stitek, skupina, skupiny, kategorie, etiquetas
        """,
    ),
    "notes": Field(
        "Notes",
        CLIENT,
        """
        note, client notes, client note, customer notes, comment, comments, remark, poznamka, poznamky, poznamka
        ke klientovi, poznamka o klientovi, komentar, notas, observaciones, primechanie, kommentarii
        """,
    ),
    "sms_consent": Field(
        "SMS consent",
        CLIENT,
        """
        accepts sms, accepts sms marketing, sms marketing, sms opt in, souhlas sms, souhlas se sms, souhlas s
        sms, souhlas se zasilanim sms, sms souhlas, posilat sms, zasilat sms
        """,
    ),
    "sms_consent_at": Field("SMS consent on", CLIENT, "sms consent date, souhlas sms ze dne"),
    "sms_consent_source": Field("SMS consent by", CLIENT),
    "sms_consent_text": Field("SMS consent text", CLIENT, "sms consent wording"),
    "email_consent": Field(
        "E-mail consent",
        CLIENT,
        """
        accepts email, accepts email marketing, email marketing, email opt in, newsletter, souhlas email,
        souhlas s e maily, souhlas se zasilanim e mailu, souhlas se zasilanim emailu, souhlas s newsletterem,
        odber novinek, posilat e maily
        """,
    ),
    "email_consent_at": Field("E-mail consent on", CLIENT, "email consent date, souhlas e mail ze dne"),
    "email_consent_source": Field("E-mail consent by", CLIENT),
    "email_consent_text": Field("E-mail consent text", CLIENT, "email consent wording"),
    "consent": Field(
        "Marketing consent",
        CLIENT,
        """
        accepts marketing, marketing, marketing opt in, opt in, consent, marketing consent given, souhlas,
        souhlasy, marketingovy souhlas, souhlas s marketingem, souhlas se zasilanim, souhlas se zasilanim
        obchodnich sdeleni, souhlas s obchodnimi sdelenimi, souhlas s obchodnim sdelenim, obchodni sdeleni,
        reklama, suhlas, suhlasy, marketingovy suhlas, suhlas s marketingom, suhlas so zasielanim, suhlas so zasielanim
        obchodnych oznameni, einwilligung, werbung, contactable, odebira, kontaktovat, obesilat, rozesilat
        """,
    ),
    "consent_at": Field(
        "Marketing consent on",
        CLIENT,
        """
        consent date, date of consent, consent given on, datum souhlasu, souhlas dne, souhlas ze dne, souhlas
        udelen dne
        """,
    ),
    "consent_text": Field(
        "Marketing consent text",
        CLIENT,
        """
        consent text, consent wording, text souhlasu, zneni souhlasu, dukaz souhlasu
        """,
    ),
    # Refusals with inverse values in a file; an export of ours writes them as consents.
    "no_sms": Field("Refuses SMS", CLIENT, "sms opted out, sms odhlaseno", is_exported=False),
    "no_email": Field("Refuses e-mail", CLIENT, "email opted out, e mail odhlasen", is_exported=False),
    "no_contact": Field(
        "Refuses SMS and e-mail",
        CLIENT,
        "unsubscribed, opted out, opt out, do not contact, odhlasen, odhlasena, odhlaseno, nekontaktovat",
        is_exported=False,
    ),
    "visit_ref": Field(
        "Visit number",
        VISIT,
        """
        visit id, booking id, booking number, booking reference, appointment id, appointment number, appt ref,
        reservation id, reservation number, cislo navstevy, cislo rezervace, id rezervace, id navstevy, cislo
        objednavky
        """,
    ),
    "line": Field("Line of the visit", VISIT, "visit line, radek navstevy"),
    "date": Field(
        "Date",
        VISIT,
        """
        visit date, date of visit, appointment date, booking date, date and time, date time, datetime, start,
        starts, start date, start time and date, scheduled date, datum, datum navstevy, datum a cas, datum
        rezervace, datum a cas rezervace, datum sluzby, termin, zacatek, den, kdy, navsteva, fecha, fecha cita,
        data, data vizita
        """,
    ),
    "time": Field(
        "Time",
        VISIT,
        """
        visit time, start time, from, cas, cas navstevy, cas zacatku, cas od, od, hodina, hora, vremya
        """,
    ),
    "service": Field(
        "Service",
        VISIT,
        """
        services, service name, treatment, item, sluzba, sluzby, nazev sluzby, ukon, ukony, vykon, zakrok,
        prace, osetreni, procedura, servicio, servicios, usluga, uslugi
        """,
    ),
    "staff": Field(
        "Staff",
        VISIT,
        """
        staff member, team member, employee, employee name, provider, stylist, specialist, resource, with,
        pracovnik, pracovnice, zamestnanec, personal, kadernik, kadernice, kosmeticka, barber, stylista, kdo,
        provedl, provedla, obsluha, zdroj, empleado, profesional, sotrudnik, master
        """,
    ),
    "duration": Field(
        "Duration",
        VISIT,
        """
        minutes, length, duration min, duration minutes, delka, trvani, doba, doba trvani, minut, duracion
        """,
    ),
    "amount": Field(
        "Amount",
        VISIT,
        """
        price, total, total price, net sales, gross sales, paid, spent, value, revenue, cena, cena celkem,
        castka, celkem, zaplaceno, utrata, trzba, platba, celkova cena, k uhrade, kc, cena sluzby, cena s dph,
        precio, importe, stoimost, summa, preis, betrag
        """,
    ),
    # An export of ours is in the company's currency.
    "currency": Field(
        "Currency",
        VISIT,
        "currency code, ccy, mena, kod meny, mena platby, wahrung, moneda, divisa, valyuta",
        is_exported=False,
    ),
    "state": Field(
        "State",
        VISIT,
        """
        status, visit status, appointment status, booking status, stav, stav rezervace, stav navstevy, estado,
        statut, ucast
        """,
    ),
    "visit_note": Field(
        "Visit note",
        VISIT,
        """
        booking note, booking notes, appointment note, appointment notes, poznamka k navsteve, poznamka k
        rezervaci, poznamka k terminu, poznamka navstevy
        """,
    ),
}
# Any of them distinguishes persons.
MARKS = ("phone", "email", "external_id", "name", "given_name", "family_name")
# Several columns may fill one field: their texts are joined; of all other fields the first filled one counts.
JOINED = {"notes", "tags", "visit_note"}


def exported(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The columns of an export."""
    return tuple(name for name, field in fields.items() if field.is_exported)


def about_visits(fields: Mapping[str, Field]) -> set[str]:
    """The fields that a row without a visit can't have."""
    return {name for name, field in fields.items() if field.about == VISIT}


def _spellings(fields: Mapping[str, Field]) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, field in fields.items():
        for spelling in (name, field.label, *field.spellings.split(",")):
            known.setdefault(fold_header(spelling), name)
    known.update(dict.fromkeys(names.FAMILY_FIRST | names.GIVEN_FIRST, "name"))
    known.pop("", None)
    return known


# Words for a whole name where no other column has a part of it.
_ANY_NAME = ("jmeno", "nombre", "имя", "imya")

# Nouns in other systems before or after the word for a field: "Customer Phone", "Čas rezervace".
_CLIENT_NOUNS = text.listing(
    """
    client clients customer customers guest patient person member user attendee invitee contact klient klienta klientky
    klientu zakaznik zakaznika zakaznice zakazniku hosta osoby
    """
)
_VISIT_NOUNS = text.listing(
    """
    appointment appointments appt booking bookings visit reservation session rezervace rezervaci navsteva navstevy
    objednavky objednani terminu schuzky
    """
)
_SERVICE_NOUNS = text.listing("service services treatment sluzba sluzby sluzeb osetreni procedury")
_STAFF_NOUNS = text.listing(
    """
    staff employee provider stylist specialist therapist barber pracovnik pracovnika zamestnanec zamestnance
    personalu kadernika kadernice
    """
)
_OF_SERVICE = ("amount", "duration", "date", "time", "service", "staff", "state")


def _by_noun(header: str, known: Mapping[str, str], fields: Mapping[str, Field]) -> str:
    """The field of a header that has a noun beside the field's word, "" for none."""
    words = header.split()
    for noun, rest in ((words[0], words[1:]), (words[-1], words[:-1])) if len(words) > 1 else ():
        found = known.get(" ".join(rest), "")
        if noun in _CLIENT_NOUNS and found and fields[found].about == CLIENT:
            return found
        if noun in _VISIT_NOUNS:
            if found == "notes":
                return "visit_note"
            if found and fields[found].about == VISIT:
                return found
        if noun in _SERVICE_NOUNS and (found in _OF_SERVICE or rest in (["name"], ["nazev"])):
            return found if found in _OF_SERVICE else "service"
        if noun in _STAFF_NOUNS and rest in (["name"], ["full", "name"], ["jmeno"]):
            return "staff"
    return ""


def guess(
    headers: Sequence[str], labels: Iterable[tuple[str, str]] = (), fields: Mapping[str, Field] | None = None
) -> list[str]:
    """The field of each header, "" where it is unknown.

    `labels` are pairs (field, label) as an export in the user's language writes them.
    """
    fields = FIELDS if fields is None else fields
    known = {**{fold_header(label): name for name, label in labels}, **_spellings(fields)}
    folded = [fold_header(header) for header in headers]
    system = systems.find(set(folded))
    if system:
        known.update({fold_header(header): name for header, name in system.headers.items()})
    found = [_field_of(header, spelled, known, fields) for header, spelled in zip(headers, folded, strict=True)]
    given = found.count("given_name")
    for place, header in enumerate(folded):
        # "Jméno" is the whole name when it is alone, and beside "Křestní jméno"; beside "Příjmení" it is a part.
        if header in _ANY_NAME and "name" not in found and (given > 1 or "family_name" not in found):
            found[place] = "name"
    # In a list of visits a lone "Poznámka" is about the visit.
    if {"date", "service"} <= set(found) and "visit_note" not in found:
        found = ["visit_note" if name == "notes" else name for name in found]
    return found


def _field_of(header: str, spelled: str, known: Mapping[str, str], fields: Mapping[str, Field]) -> str:
    """The field of one header: as written, by its words, without a currency, by its nouns."""
    if spelled in known:
        return known[spelled]
    apart = spaced(header)
    bare = " ".join(amounts.without_currency(header, apart).split())
    for words in dict.fromkeys((apart, bare)):
        if words in known:
            return known[words]
    return consent_headers.field_of(apart) or (_by_noun(bare, known, fields) if bare else "")
