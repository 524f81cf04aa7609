"""Files as other systems export them, with the headers that identify them; all persons are invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Foreign:
    """A file, the counts of its import, and the expected content of the salon: {name: (phone, e-mail, no SMS, no
    e-mail)} and {(name, local start, state, amount, minutes)}."""

    content: bytes
    report: dict
    clients: dict
    visits: set = field(default_factory=set)


def _lines(*lines, encoding="utf-8"):
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


FOREIGN_FILES = {
    "export_customer_list_2026-06-01.csv": Foreign(
        _lines(
            "Client ID,First Name,Last Name,Blocked,Block Reason,Gender,Mobile Number,Telephone,Email,"
            "Accepts Marketing,Accepts SMS Marketing,Address,Apartement Suite,Area,City,State,Post Code,"
            "Date of Birth,Added,Note,"
            "Tags,Referral Source",
            r"1001,Anna,Vrbová,No,,Female,\+420601111001,,anna@example.com,Yes,No,,,,Brno,,60200,1990-05-06,"
            '2024-01-02,"Alergie, pozor",VIP,',
            "1002,Boris,Malý,No,,Male,420601111002,,boris@example.com,No,No,,,,,,,,2024-01-02,,,Walk-In",
            "1003,Cyril,,No,,,,+420 222 111 003,,No,Yes,,,,,,,,2024-01-02,,,",
            "1004,Dora,Pryč,Yes,Nechodí,,,,dora@example.com,,,,,,,,,,2024-01-02,,,",
            encoding="utf-8-sig",
        ),
        {"rows": 4, "clients_created": 4, "consents_without_proof": 2, "sms_refusals": 2, "email_refusals": 2},
        {
            "Anna Vrbová": ("+420601111001", "anna@example.com", True, False),
            "Boris Malý": ("+420601111002", "boris@example.com", True, True),
            "Cyril": ("+420222111003", None, False, True),
        },
    ),
    "fresha_client_list.csv": Foreign(
        _lines(
            "Client,Gender,Age,Mobile number,Email,Added on,First appt.,Last appt.,Loyalty points balance,Loyalty tier,"
            "Client source,Referred by",
            'Anna Vrbová,Female,,+420 601 111 001,anna@example.com,"14 Nov 2025, 12:00am","14 Nov 2025, 12:00am",,0,,'
            "Walk-in,",
            'Boris Malý,Male,33,,boris@example.com,"2 Jan 2026, 5:43pm",,,0,,Online,Anna Vrbová',
        ),
        {"rows": 2, "clients_created": 2},
        {
            "Anna Vrbová": ("+420601111001", "anna@example.com", False, False),
            "Boris Malý": (None, "boris@example.com", False, False),
        },
    ),
    "fresha_appointments_list.csv": Foreign(
        _lines(
            "Appt. ref.,Client,Team member,Resource,Status,Created date,Scheduled date,Cancelled date,Category,Service,"
            "Duration (mins),Appt. slot,Created by,Cancelled by,Location,Net sales,Cancellation reason,Fees charged,"
            "Prepayments",
            'A1,Anna Vrbová,Petra,,Completed,"04 Jan 2026, 5:43pm","02 Feb 2026, 1:46pm",,Hair,Střih,1h 10min,'
            '13:46:00-14:56:00,Petra,,Brno,"CZK 1,234.56",,0,0',
            'A1,Anna Vrbová,Petra,,Completed,"04 Jan 2026, 5:43pm","02 Feb 2026, 1:46pm",,Hair,Barva,45min,'
            "14:56:00-15:41:00,Petra,,Brno,42.50,,0,0",
            'A2,Anna Vrbová,Petra,,No Show,"04 Dec 2025, 5:43pm","17 Dec 2025, 11:30am",,Hair,Střih,1h 0min,'
            "11:30:00-12:30:00,Online,,Brno,0,,0,0",
            'A3,Boris Malý,Petra,,Cancelled,"04 Dec 2025, 5:43pm","18 Dec 2025, 12:00am","17 Dec 2025, 9:00am",Hair,'
            "Střih,2h,00:00:00-02:00:00,Online,Online,Brno,0,Nemoc,0,0",
            'A4,Boris Malý,Petra,,Confirmed,"04 Jun 2026, 5:43pm","03 Aug 2026, 9:00am",,Hair,Střih,45min,'
            "09:00:00-09:45:00,Online,,Brno,30.00,,0,0",
            'A5,,Petra,,Completed,"04 Jun 2026, 5:43pm","03 Jun 2026, 9:00am",,Hair,Střih,45min,09:00:00-09:45:00,'
            "Online,,Brno,30.00,,0,0",
        ),
        {
            "rows": 6,
            "clients_created": 2,
            "visits_created": 4,
            "services_created": 2,
            "refused": [{"row": 7, "reason": "Name: is missing"}],
        },
        {"Anna Vrbová": (None, None, False, False), "Boris Malý": (None, None, False, False)},
        {
            ("Anna Vrbová", "2026-02-02 13:46:00", "done", 1277.06, 115),
            ("Anna Vrbová", "2025-12-17 11:30:00", "no_show", 0.0, 60),
            ("Boris Malý", "2025-12-18 00:00:00", "cancelled", 0.0, 120),
            ("Boris Malý", "2026-08-03 09:00:00", "scheduled", 30.0, 45),
        },
    ),
    "google_contacts.csv": Foreign(
        _lines(
            "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,"
            "Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,"
            "Organization Department,Birthday,Notes,"
            "Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,"
            "Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
            'Dana,,Holá,,,,,,,,,,,1985-06-12,"Dvě\nřádky",,Stálé ::: * myContacts,* ,'
            "dana@example.com ::: d@example.com,"
            ",,Mobile,601 222 001 ::: 601 222 002,,",
            "Emil,,Dub,,,,,,,,,,,,,,* myContacts,,,Work,emil@example.com,,,Mobile,+420 601 222 003",
        ),
        {"rows": 2, "clients_created": 2, "phones_mended": 1},
        {
            "Dana Holá": ("+420601222001", "dana@example.com", False, False),
            "Emil Dub": ("+420601222003", "emil@example.com", False, False),
        },
    ),
    "google_contacts_old.csv": Foreign(
        _lines(
            "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,"
            "Family Name Yomi,Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,"
            "Location,"
            "Billing Information,Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,"
            "Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value",
            "Dana Holá,Dana,,Holá,,,,,,,,,,,1985-06-12,,,,,,,,,,,poznámka,,,* myContacts ::: Stálé,* ,dana@example.com,"
            "Mobile,601222001",
        )
        .decode()
        .encode("utf-16"),
        {"rows": 1, "clients_created": 1},
        {"Dana Holá": ("+420601222001", "dana@example.com", False, False)},
    ),
    "reservio.csv": Foreign(
        _lines(
            "firstname,lastname,email,phone,address,note,birthday,privacyPolicyAcceptedAt,"
            "marketingNotificationsAcceptedAt",
            "Filip,Král,filip@example.com,601 33 30 01,Praha,alergie,1980-01-31,2024-03-01T10:00:00Z,"
            "2023-01-20T14:22:33+01:00",
            "Gita,Malá,,+420601333002,,,,2024-03-01T10:00:00Z,",
        ),
        {"rows": 2, "clients_created": 2},
        {
            "Filip Král": ("+420601333001", "filip@example.com", False, False),
            "Gita Malá": ("+420601333002", None, False, False),
        },
    ),
    "koibox.csv": Foreign(
        _lines(
            "Nº cliente;Nombre;Apellidos;Móvil;Fijo;Email;DNI;Fecha de nacimiento;Categoría;Notas;"
            "Acepta publicidad;Fecha alta",
            "17;Inés;Peña Ruiz;+34 612 345 678;;ines@example.com;;31/12/1990;VIP;alergia;Sí;01/02/2024",
            "18;Jorge;Núñez;;+34 912 345 678;;;05/04/1985;;;No;01/02/2024",
        ),
        {"rows": 2, "clients_created": 2, "consents_without_proof": 1, "sms_refusals": 1, "email_refusals": 1},
        {
            "Inés Peña Ruiz": ("+34612345678", "ines@example.com", False, False),
            "Jorge Núñez": ("+34912345678", None, True, True),
        },
    ),
    "altegio_ru.csv": Foreign(
        _lines(
            "Дата;Время начала;Время окончания;Клиент;Телефон;Email;Сотрудник;Услуга;Стоимость;Длительность;Статус;"
            "Комментарий;Источник;Способ оплаты;Оплачено",
            "06.11.2025;10:00;11:30;Ирина Ель;+7 999 123-45-67;irina@example.com;Ольга;Стрижка;1 500;90;Пришёл;"
            "первый раз;Онлайн;Карта;1 500",
            "07.11.2025;10:00;11:30;Ирина Ель;+7 999 123-45-67;;Ольга;Стрижка;1 500;01:30;Не пришёл;;Онлайн;;0",
            "08.11.2025;12:00;12:30;Кира Мир;+7 999 123-45-68;;Ольга;Окрашивание;0;30;Отменён;;Онлайн;;0",
            "08.11.2026;12:00;12:30;Кира Мир;+7 999 123-45-68;;Ольга;Окрашивание;900,50;30;Ожидание;;Онлайн;;0",
        ),
        {"rows": 4, "clients_created": 2, "visits_created": 4, "services_created": 2},
        {
            "Ирина Ель": ("+79991234567", "irina@example.com", False, False),
            "Кира Мир": ("+79991234568", None, False, False),
        },
        {
            ("Ирина Ель", "2025-11-06 10:00:00", "done", 1500.0, 90),
            ("Ирина Ель", "2025-11-07 10:00:00", "no_show", 1500.0, 90),
            ("Кира Мир", "2025-11-08 12:00:00", "cancelled", 0.0, 30),
            ("Кира Мир", "2026-11-08 12:00:00", "scheduled", 900.5, 30),
        },
    ),
    "altegio_en.csv": Foreign(
        _lines(
            "Date,Start time,End time,Client,Phone,Email,Staff,Service,Price,Duration,Status,Comment,Source,"
            "Payment method,Paid",
            "06.11.2025,10:00,11:30,Karel Jasan,+420 601 444 001,karel@example.com,Olga,Haircut,500,90,Arrived,,Online,"
            "Card,500",
            "07.11.2025,10:00,11:30,Karel Jasan,+420 601 444 001,,Olga,Haircut,500,01:30,No-Show,,Online,,0",
            "08.11.2026,12:00,12:30,Lída Vrba,+420 601 444 002,,Olga,Colour,900,30,Pending,,Online,,0",
        ),
        {"rows": 3, "clients_created": 2, "visits_created": 3, "services_created": 2},
        {
            "Karel Jasan": ("+420601444001", "karel@example.com", False, False),
            "Lída Vrba": ("+420601444002", None, False, False),
        },
        {
            ("Karel Jasan", "2025-11-06 10:00:00", "done", 500.0, 90),
            ("Karel Jasan", "2025-11-07 10:00:00", "no_show", 500.0, 90),
            ("Lída Vrba", "2026-11-08 12:00:00", "scheduled", 900.0, 30),
        },
    ),
}
