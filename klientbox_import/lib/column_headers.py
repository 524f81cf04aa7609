"""The columns of import and export, and their names in other systems and in people's files.

A header means one of these fields; an unknown one is left out. `guess` compares folded text (no case, no diacritics, no
punctuation), so each spelling is listed once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from odoo.addons.klientbox.lib import names, text

from . import amounts, cell_words, consent_headers, dates, left_out, systems
from .header_words import fold_header, spaced

CLIENT, VISIT = "client", "visit"
_DIGIT = re.compile(r"\d")


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
        first name, given, forename, jmeno, krestni jmeno, krestni, jm, nombre, imya, first, meno, krstne meno, vorname,
        voornaam
        """,
    ),
    "family_name": Field(
        "Family name",
        CLIENT,
        """
        last name, surname, family, second name, prijmeni, prijm, apellidos, apellido, familiya, last, priezvisko,
        nachname, familienname, achternaam
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
        nomer telefona, telefon klienta, phone 1 value, phone 2 value, phone 3 value, phone 1, phone 2,
        phone 3, mobile 1, mobile 2, day phone, night phone, evening phone, landline, land line, kontaktni
        cislo, kontaktni telefon, kontaktni mobil, telefon mobil, mobil telefon, druhy telefon, dalsi
        telefon, telefon 1, telefon 2, telefon 3, mobil 1, mobil 2, pevna linka, telefonne cislo, mobilne
        cislo, cislo mobilu, handy, handynummer, telefonnummer, mobilnummer, mobiltelefon, rufnummer,
        telefoon, telefoonnummer, mobiel, mobiele nummer, text reminder number
        """,
    ),
    # Before each phone of its row that has none of its own.
    "phone_prefix": Field(
        "Phone prefix",
        CLIENT,
        """
        phone country code, phone code, prefix, country code, country calling code, calling code, dial code,
        dialing code, dialling code, country prefix, mobile country code, mobile prefix, area code, phone
        area code, predvolba, predvolba zeme, mezinarodni predvolba, telefonni predvolba, predvolba
        telefonu, kod zeme, kod zeme telefonu, predcislie, predcisli, medzinarodna predvolba, vorwahl,
        landesvorwahl, landervorwahl, prefijo, landcode
        """,
        is_exported=False,
    ),
    "email": Field(
        "E-mail",
        CLIENT,
        """
        email, mail, email address, e mail address, emailova adresa, e mailova adresa, email klienta, correo,
        correo electronico, el posta, primarni e mail, e mail 1 value, e mail 2 value, email 1, email 2, email 3,
        mailova adresa, druhy e mail, dalsi e mail, kontaktni e mail, mailadresse, e mailadres
        """,
    ),
    "birth_date": Field(
        "Birth date",
        CLIENT,
        """
        date of birth, birthday, birthdate, dob, born, datum narozeni, narozeni, narozen, narozena, narozeniny,
        dat nar, datum nar, den narozeni, nar, fecha de nacimiento, fecha nacimiento, cumpleanos, data
        rozhdeniya, datum narodenia, narodenie, narodeniny, geburtstag, geburtsdatum, geboortedatum, verjaardag,
        birthday mm dd
        """,
    ),
    "gender": Field("Gender", CLIENT, "sex, pohlavi, sexo, genero, pol, pohlavie, geschlecht, geslacht"),
    "lang": Field("Language", CLIENT, "lang, jazyk, idioma, preferred language, yazyk"),
    "is_vip": Field("VIP", CLIENT, "is vip, vip klient, vip client"),
    "archived": Field(
        "Archived",
        CLIENT,
        """
        blocked, is blocked, inactive client, inactive, is inactive, is archived, archived at, deleted, is deleted,
        deleted at, removed, banned, deactivated, former client, former customer, deceased, is deceased, dead, died,
        date of death, archivovan, archivovana, archivovano, archivovany, blokovan, blokovana, blokovano, blokovany,
        blokace, zablokovan, zablokovana, zablokovano, zablokovany, blokovan od, zablokovan od, vyrazen, vyrazena,
        vyrazeno, vyrazeny, vyradeny, vyrazen dne, smazan, smazana, smazano, smazany, zmazany, vymazan, vymazana,
        vymazano, vymazany, odstranen, odstranena, odstraneno, neaktivni, neaktivny, neaktivni klient, deaktivovan,
        deaktivovano, byvaly, byvaly klient, byvaly zakaznik, byvala klientka, zesnuly, zesnula, zemrel, zemrela,
        zemrel a, zomrel, mrtvy, umrti, datum umrti, inaktiv, blockiert, archiviert, geloscht, verstorben, inactivo,
        bloqueado, eliminado, fallecido
        """,
    ),
    # With inverse answers; an export of ours writes them as archived.
    "is_active": Field(
        "Active",
        CLIENT,
        """
        is active, active client, active customer, aktivni, aktivni klient, aktivni zakaznik, aktivny, aktiv, activo,
        je aktivni, klient je aktivni
        """,
        is_exported=False,
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
        ke klientovi, poznamka o klientovi, komentar, notas, observaciones, primechanie, kommentarii, interni poznamka,
        interni poznamky, internal note, internal notes, notes on cells, notiz, notizen, bemerkung, bemerkungen,
        notities, opmerkingen
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
        odber novinek, posilat e maily, nieuwsbrief
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
        reklama, suhlas, suhlasy, odobera, marketingovy suhlas, suhlas s marketingom, suhlas so zasielanim,
        suhlas so zasielanim obchodnych oznameni, einwilligung, werbung, contactable, odebira, kontaktovat,
        obesilat, rozesilat
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
        starts, start date, start time and date, start date time, start date and time, scheduled date, datum,
        datum navstevy, datum a cas, datum rezervace, datum a cas rezervace, datum rezervacie, datum a hodina,
        datum sluzby, termin, zacatek, den, kdy, navsteva, fecha, fecha cita, data, data vizita
        """,
    ),
    "time": Field(
        "Time",
        VISIT,
        """
        visit time, start time, from, cas, cas navstevy, cas zacatku, cas od, od, hodina, hora, vremya, uhrzeit, tijd
        """,
    ),
    "service": Field(
        "Service",
        VISIT,
        """
        services, service name, treatment, item, leistung, leistungen, dienstleistung, behandlung, behandeling, dienst,
        sluzba, sluzby, nazev sluzby, ukon, ukony, vykon, zakrok,
        prace, osetreni, procedura, servicio, servicios, usluga, uslugi
        """,
    ),
    "staff": Field(
        "Staff",
        VISIT,
        """
        staff member, team member, employee, employee name, provider, stylist, specialist, resource, with,
        pracovnik, pracovnice, zamestnanec, personal, kadernik, kadernice, kosmeticka, barber, stylista, kdo,
        provedl, provedla, obsluha, zdroj, empleado, profesional, sotrudnik, master, mitarbeiter, mitarbeiterin,
        medewerker, zamestnankyna, kadernicka
        """,
    ),
    "duration": Field(
        "Duration",
        VISIT,
        """
        minutes, length, duration min, duration minutes, delka, trvani, doba, doba trvani, minut, duracion, dauer, duur,
        trvanie
        """,
    ),
    "amount": Field(
        "Amount",
        VISIT,
        """
        price, total, total price, net sales, gross sales, paid, spent, value, revenue, cena, cena celkem,
        castka, celkem, zaplaceno, utrata, trzba, platba, celkova cena, k uhrade, kc, cena sluzby, cena s dph,
        precio, importe, stoimost, summa, preis, betrag, cost, suma, uhrazeno, zaplaceno celkem, uhrazeno celkem,
        amount paid, paid amount, price paid, total paid, total sales, sales, cena za sluzbu, cena sluzeb, trzby, obrat,
        zaplatene, uhradene, ciastka, cena spolu, gesamt, gesamtpreis, umsatz, prijs, bedrag, totaal
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
    # Answers beside or instead of a state.
    "cancelled": Field(
        "Cancelled",
        VISIT,
        "canceled, is cancelled, is canceled, was cancelled, zruseno, stornovano",
        is_exported=False,
    ),
    "no_show": Field(
        "Did not come",
        VISIT,
        """
        no show, noshow, is no show, marked as no show, did not show, nedorazil, nedorazila, nedorazil a, neprisel,
        neprisla, neprisel a, neucast
        """,
        is_exported=False,
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
# All columns of consents and refusals count: one refusal is enough.
CONSENTS = ("consent", "sms_consent", "email_consent", "no_sms", "no_email", "no_contact")
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


# Notes on the cells of a sheet are about the client.
_CELL_NOTES = "notes on cells"
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
    _take_gross_prices(folded, found)
    pairs = zip(headers, folded, strict=True)
    _take_payments([" ".join(amounts.without_currency(*pair).split()) for pair in pairs], found)
    # In a list of visits a lone "Poznámka" is about the visit.
    if {"date", "service"} <= set(found) and "visit_note" not in found:
        found = [
            "visit_note" if name == "notes" and header != _CELL_NOTES else name
            for header, name in zip(folded, found, strict=True)
        ]
    return found


def _take_gross_prices(headers: Sequence[str], found: list[str]) -> None:
    """The amount of a visit is what the client paid: a price without tax counts only where there is no other."""
    prices = [place for place, name in enumerate(found) if name == "amount"]
    net = [place for place in prices if amounts.is_net(headers[place])]
    if len(net) < len(prices):
        for place in net:
            found[place] = ""


def _take_payments(headers: Sequence[str], found: list[str]) -> None:
    """Parts of an amount by the method of payment count where no column has all that was paid. One part beside a price
    may be all or not."""
    methods = [
        place
        for place, header in enumerate(headers)
        if (found[place] in ("", "amount") or header in amounts.CARD_WORDS) and amounts.is_by_method(header)
    ]
    prices = [place for place, name in enumerate(found) if name == "amount" and place not in methods]
    is_paid = any(amounts.rank(headers[place]) < amounts.BY_METHOD for place in prices)
    is_sure = any(amounts.is_surely_by_method(headers[place]) for place in methods)
    if "date" in found and is_sure and not is_paid and (len(methods) > 1 or not prices):
        for place in methods:
            found[place] = "amount"


def with_cells(found: Sequence[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """The fields of `guess` where the first cells of a column don't contradict.

    "Start Time" may hold the whole moment, a column of addresses holds no answers, and one of words ("Zaplaceno": ano)
    holds no amounts and no names ("Zákazník": ano), whatever its header says. `columns` has some cells of each.
    """
    found = list(found)
    for place, name in enumerate(found):
        cells = [cell for cell in columns[place] if cell.strip()]
        if name == "time" and "date" not in found and cells and all(map(dates.has_day, cells)):
            found[place] = "date"
        elif name in CONSENTS and left_out.holds_addresses(cells):
            found[place] = ""
    _take_real_names(found, columns)
    answers = [place for place, name in enumerate(found) if name == "amount" and _are_answers(columns[place])]
    if len(answers) < found.count("amount"):
        found = ["" if place in answers else name for place, name in enumerate(found)]
    return found


def _take_real_names(found: list[str], columns: Sequence[Sequence[str]]) -> None:
    """Without a column of whole names a lone one of given names may have them."""
    answers = [place for place, name in enumerate(found) if name == "name" and cell_words.are_answers(columns[place])]
    for place in answers:
        found[place] = ""
    if answers and not {"name", "family_name"} & set(found) and "given_name" in found:
        found[found.index("given_name")] = "name"


def _are_answers(cells: Sequence[str]) -> bool:
    """Whether cells are 0 and 1, or have neither digits, nor a word for a price, nor an error of a spreadsheet."""
    filled = {cell.strip() for cell in cells} - {""}
    if not filled or filled <= {"0", "1"}:
        return bool(filled)
    return not any("#" in cell or _DIGIT.search(cell) or amounts.is_amount(cell) for cell in filled)


def _field_of(header: str, spelled: str, known: Mapping[str, str], fields: Mapping[str, Field]) -> str:
    """The field of one header: as written, by its words, without a currency, by its nouns."""
    if spelled in known:
        return known[spelled]
    apart = spaced(header)
    bare = " ".join(amounts.without_currency(header, apart).split())
    for words in dict.fromkeys((apart, bare)):
        if words in known:
            return known[words]
    # Only a price has a tax or a discount.
    if known.get(amounts.without_details(bare)) == "amount" or amounts.is_only_detail(bare):
        return "amount"
    return consent_headers.field_of(apart) or (_by_noun(bare, known, fields) if bare else "")
