from odoo.addons.klientbox.lib import replies
from odoo.addons.klientbox.tests.test_replies import REPLIES
from odoo.addons.klientbox_import.lib.cell_words import consent, refuses
from odoo.addons.klientbox_import.lib.column_headers import guess, with_cells
from odoo.addons.klientbox_import.lib.consent_headers import is_list_of_refusals
from odoo.addons.klientbox_import.lib.left_out import looks_like
from odoo.addons.klientbox_import.lib.refusals import in_state, reads_like_refusal
from odoo.addons.klientbox_import.lib.values import Unreadable
from odoo.tests import BaseCase

# Headers of salons and systems, by the field that they mean. "named" ones are named before the import: they are
# ambiguous. So are headers "by a no" where a cell below them says no.
HEADERS = {
    "no_sms": """
        Nekontaktovat SMS; Zákaz SMS; Nechce SMS; Stop SMS; SMS Opt Out; HasOptedOutOfSms; Do Not Text; donotsms;
        NoSMS; Bez SMS; Nepřeje si SMS; Neposielať SMS; Kein SMS; Ne SMS; Zakázat SMS; SMS zakázány; SMS blokováno;
        smsOptedOut; Blokovat SMS; Blokován pro SMS; Blacklist SMS; SMS: ne; Opted out of SMS; SMS unsubscribed;
        Don't text; Banned from SMS; Exclude from SMS; Declined SMS; Keine SMS; SMS gesperrt; Neželá si SMS; Geen
        SMS
        """,
    "no_email": """
        Email Opt Out; HasOptedOutOfEmail; Newsletter zrušen; newsletterUnsubscribed; EmailOptOut; Kein Newsletter;
        Odmítá newsletter; Zrušil newsletter; Datum odhlášení z newsletteru; Blokovat e-maily; E-mail zakázán;
        Newsletter ne; Unsubscribed from emails; No marketing emails; Suppressed emails; Excluded from emails;
        Removed from mailing list; Newsletter abbestellt; Odstranit z mailingu
        """,
    "no_contact": """
        Neoslovovat; Nechce reklamu; Odmítá marketing; Vyřazen z rozesílek; Blacklist; Black list; Suppressed;
        Odhlášeno dne; Datum odhlášení; Unsubscribed at; Opt-out date; DND; DoNotContact; No marketing; Refuses
        marketing; GDPR odvolán; Souhlas odvolán; Souhlas odvolán dne; Odvolal souhlas; Zrušil odběr; Nesouhlas s
        marketingem; Nepřeje si být kontaktován; Nesúhlas; Odhlásený; Keine Werbung; Abgemeldet; Werbung gesperrt;
        Robinson; Robinsonův seznam; Reklama - NE; Marketing blokován; Unsub; Left list; Nevolat; Nezasílat;
        Neobtěžovat; Zákaz zasílání; zakaz_kontaktu; Odhlaseny odber; Opt-out of marketing; Marketing: No; Vznesl
        námitku; Vyloučit z kampaní; Vynechat z rozesílky; Nezařazovat do rozesílky; Nezahrnovat do kampaní; V
        stoplistu; Blokovat zprávy; Exclude from campaigns; Consent withdrawn; Consent revoked; Consent refused;
        Odvolání souhlasu; Datum odvolání souhlasu; Súhlas odvolaný; Zrušený odber; Odvolal súhlas; Nesúhlasí;
        Nezasielať ponuky; Widerruf der Einwilligung; Einwilligung widerrufen; Keine Einwilligung; Werbeverbot;
        Nicht kontaktieren; Bez souhlasu; Nedal souhlas; Odmítl souhlas; Námitka proti marketingu; Objected to
        marketing; Not subscribed; Suppression list; Bez súhlasu; Súhlas zrušený; Uitgeschreven
        """,
    "sms_consent": """
        Can SMS; Můžeme posílat SMS?; Consent SMS (Y/N); Receive SMS; sms_optin; Souhl. SMS; SMS ano/ne; SMS
        (yes/no); Text message marketing; SMS Consent Status; Text OK; Promotional Texts; SMS novinky; Allow text
        notifications; Receive Text Promotions; Werbung per SMS; SMS erlaubt; Povolit SMS; Can we text; Einwilligung
        SMS; Reklamní SMS
        """,
    "email_consent": """
        Can Email; Wants newsletter; email_permission; Newsletter; E-mail ano/ne; Email Marketing Status;
        Nieuwsbrief; Promotional Emails; Novinky e-mailem; Receive Email Promotions; Newsletter ja/nein; E-Mail
        erlaubt; Přihlášena k newsletteru; Obchodní sdělení e-mailem; Odoberá newsletter
        """,
    "consent": """
        Opt Status; Opt-in status; Opted in/out; Subscriber Status; is_subscribed; accepts_marketing; OptIn;
        Reklama; Smíme psát?; Smíme kontaktovat; Posílat novinky; Zasílat obchodní sdělení; Marketing allowed; Obch.
        sdělení; Obch.sděl.; Mkt souhlas; Kontaktovat?; Werbung erlaubt; Marketing (A/N); Marketing agreement;
        Súhlas áno/nie; May we contact you; Darf kontaktiert werden; Přihlášen k odběru; Zasielanie noviniek;
        Zasielanie ponúk; Může dostávat novinky
        """,
    "named": """
        STOP; Marketing Status; GDPR; GDPR marketing; Souhlas GDPR; Communication preference; Akce a slevy;
        marketing_state; Datum odvolání; Udělení/odvolání souhlasu; Námitka; Objected; Objection; Excluded; Muted;
        Notifikace; Kampaně; Mailing; Mailing list; SMS preference; Email preference; Account Emails; Schedule
        Texts; SMS reminder; Herinnering per SMS; Email Bounced; Novinky
        """,
    "by a no": """
        Preferovaný kanál; Preferred contact method; Preferovaná komunikace; Kontaktovat přes; Oslovovat;
        Marketing source; Optin; Web opt-in; Reminders; Appointment reminders; Notifications; Posílat připomínky;
        Upomínky; Přeje si být informován; Zákazník si přeje informace; Informovat; Chce dostávat akce; Erinnerungen;
        Přijímat nabídky; Zájem o nabídky; Hromadné zprávy; Upozornění; Dostává zprávy; Oznámení; Benachrichtigungen;
        Pozvánky; Volat; Zaslat přání; Push
        """,
    "": """
        Obchodní zástupce; Email sent; Poslední SMS; Počet SMS; Last email; Email verified; SMS kredit; Reklamace;
        Zakázka; Zákazník od; Blokovaný termín; Zrušené návštěvy; Declined payments; Povolání; Poznámka 2; Neplatič;
        Preferred stylist; Emergency contact; Photo consent; Souhlas s fotografováním; Město; Alergie
        """,
}


class TestRefusals(BaseCase):
    def test_headers_of_consents_and_refusals_in_four_languages_are_known_or_named(self):
        for meant, headers in HEADERS.items():
            for header in map(str.strip, headers.split(";")):
                with self.subTest(header=header):
                    found = guess([header])[0]
                    if not found:
                        yes, no = looks_like(header, ["ano"]), looks_like(header, ["ne"])
                        found = "named" if yes == "consent" else "by a no" if no == "consent" else ""
                    self.assertEqual(found, meant)

    def test_a_column_is_named_for_a_refusal_in_any_of_its_cells(self):
        blank, many = [""] * 99, ["Brno"] * 99
        cases = (
            ("SMS", [*blank, "ne"], "consent"),
            ("Mailing", [*blank, "NE - nepsat"], "consent"),
            ("Mailing", ["ano", "podle domluvy", "ne"], "consent"),
            ("Mailing", ["1.2.2025"], "consent"),
            ("Město", [*many, "NEPOSÍLAT SMS"], "consent"),
            ("Interní", [*many, "odhlášena 1.2.2025"], "consent"),
            ("Skupina 2", [*many, "Unsubscribed"], "consent"),
            ("Preferovaná komunikace", ["e-mail", "nikdy"], "consent"),
            ("Preferovaná komunikace", ["e-mail", "žádná"], "consent"),
            ("Preferovaná komunikace", ["e-mail", "SMS"], ""),
            ("Posílat připomínky", ["ano", "podle domluvy", "Ne"], "consent"),
            ("Upozornění", ["1", "0", "-"], "consent"),
            ("Přijímat nabídky", ["Ano", "0"], "consent"),
            ("Zájem o nabídky", ["✓", "✗"], "consent"),
            ("Reminders", ["TRUE", "FALSE"], "consent"),
            ("Upozornění", ["1", "1"], ""),
            ("Upozornění", ["0", "1", "17"], ""),
            ("Počet zpráv", ["0", "1"], ""),
            ("Kouří", ["nikdy", "ne"], ""),
            ("Storno", ["zrušeno", "cancel"], ""),
            ("GDPR", blank, ""),
            ("Počet SMS", ["0", "1", "17"], ""),
            ("SMS", ["601 234 567", "602 345 678"], "phone"),
            ("Obchodní e-mail", ["a@b.cz", "c@d.cz"], "email"),
        )
        for header, cells, kind in cases:
            with self.subTest(header=header, cells=cells[-2:]):
                self.assertEqual(looks_like(header, cells), kind)

    def test_a_column_of_addresses_holds_no_answers_whatever_its_header_says(self):
        self.assertEqual(guess(["Marketing e-mail"]), ["email_consent"])
        self.assertEqual(with_cells(["email_consent"], [["a@b.cz", "c@d.cz"]]), [""])
        self.assertEqual(with_cells(["email_consent"], [["ano", "ne"]]), ["email_consent"])

    def test_a_refusing_reply_is_found_in_a_cell(self):
        # The first word may also cancel a visit; others are spelled as only a reply may be.
        missed = {"CANCEL", "_STOP_", "SΤΟP", "O d h l á s i t"}
        for reply in REPLIES[replies.REFUSAL]:
            with self.subTest(reply=reply):
                self.assertEqual(reads_like_refusal(reply), reply not in missed)

    def test_refusals_in_the_words_of_staff_are_found(self):
        found = """
            Jana Nováková - NEPSAT; Petra (neposílat SMS); STOP Eva; 602 102 339 STOP; 602 102 339 NEPOSÍLAT SMS
            zrušila souhlas; odvolala souhlas se zasíláním 3/2025; nemarketing; GDPR-ne; neoslovovat s nabídkami
            Nepřeje si dostávat reklamní zprávy ani volání od nás, děkuji; volat jen po 17. hodině, žádné SMS!!!
            Do not text; unsubscribed; odhlášena 1.2.2025; nechce žádné zprávy; bez SMS; nemá zájem o nabídky
            nesúhlasí so zasielaním; keine Werbung; špatné číslo; VIP. Nechce SMS; přeje si nebýt kontaktován
            odebrat z databáze; nechce nic posílat; nepřeje si nic dostávat; nechtějí dostávat zprávy; neinformovat
            nepřejí si být kontaktováni; vyřadit z evidence; nechce být obesílána; nechcú správy; neupozorňovat
            """
        for text in filter(None, (each.strip() for line in found.splitlines() for each in line.split(";"))):
            with self.subTest(text=text):
                self.assertTrue(reads_like_refusal(text))
        ordinary = """
            Nechce kávu; káva ne; bez parabenů; alergie, dost citlivá; nikdy nechodí včas; zrušila 3x termín; No show
            Odvolala termín 3.5.; konec spolupráce; vždy ruší na poslední chvíli; Odstranění gelu; Stop vrásky; Konečná
            Nečasová Hana; Nemcová; Zákazník 12; Zakázka č. 5; Endová Petra; neplatí kartou; nemá e-mail; Zrušeno
            odebere dort v sobotu; nepřijela; nechce být vidět z ulice; odstranit z nehtů gel
            Pošle SMS; psí vousy, nevolá na sms, ale na telefon prý ano; ne; no; nikdy; 1; cancel
            """
        for text in filter(None, (each.strip() for line in ordinary.splitlines() for each in line.split(";"))):
            with self.subTest(text=text):
                self.assertFalse(reads_like_refusal(text))

    def test_a_state_of_a_client_may_be_a_refusal_and_one_of_a_visit_is_none(self):
        cases = {
            "no_contact": "Odhlášen; odhlášená; STOP; Unsubscribed; Opted out; blacklist; Nekontaktovat; neodebírá",
            "no_email": "hard bounce; Soft bounced; complained; Stížnost na spam; cleaned",
            "": "Aktivní; neaktivní; Blokovaný; Hotovo; Zrušeno; cancelled; Declined; No show; Nový; ok; zrušil sms",
        }
        for field, states in cases.items():
            for state in states.split(";"):
                with self.subTest(state=state):
                    self.assertEqual(in_state(state.strip()), field)

    def test_an_answer_is_understood_with_its_marks_its_day_and_a_remark(self):
        for text in (
            *(
                "NE!",
                "nie",
                "nein",
                "Nee",
                "never",
                "nikdy",
                "OUT",
                "neg.",
                "odmítl",
                "odmítla",
                "odmítnuto",
                "nesúhlasí",
            ),
            *("nedala souhlas", "ne, děkuji", "NE - nepsat", "odvolala 3.2.2025", "zrušeno", "do not contact"),
        ):
            with self.subTest(text=text):
                self.assertIs(consent(text), False)
        for text in ("áno", "Ja", "ANO!", "súhlasí"):
            self.assertIs(consent(text), True, text)
        for text in ("spíš ne", "ano, jen e-mailem", "podle domluvy", "možná", "2"):
            with self.subTest(text=text), self.assertRaises(Unreadable):
                consent(text)

    def test_the_name_of_a_refusal_below_its_header_is_one(self):
        for text in (
            "ano",
            "x",
            "1",
            "Unsubscribed",
            "odhlášen",
            "opted out",
            "nechce",
            "neodebírá",
            "nikdy",
            "bounced",
        ):
            self.assertIs(refuses(text), True, text)
        for text in ("ne", "NE!", "nie", "nein", "0", "false", "subscribed", "opted in", "souhlasí"):
            self.assertIs(refuses(text), False, text)
        for text in ("ne, děkuji", "po úrazu", "?"):
            with self.subTest(text=text), self.assertRaises(Unreadable):
                refuses(text)

    def test_titles_and_names_of_lists_of_refusals_are_known(self):
        for title in (
            "Odhlášení",
            "Seznam odhlášených z SMS",
            "unsubscribed.csv",
            "stoplist",
            "DNC",
            "NEPOSILAT_2025.xlsx",
            "Nechtějí SMS",
            "Nechtějí zprávy",
            "Nechtějí dostávat SMS",
            "Nechtějí",
            "klienti_co_nechteji_sms.csv",
            "Nepřejí si být kontaktováni",
            "Klienti, kteří si nepřejí SMS",
            "Nemají zájem o SMS",
            "Nechcú SMS",
            "Neprajú si správy",
            "Kunden möchten keine SMS",
            "Abgemeldete Kunden",
            "Blokovaní klienti",
        ):
            self.assertTrue(is_list_of_refusals(title), title)
        for title in (
            "Klienti",
            "Export klientů",
            "Sheet1",
            "Rezervace 2026",
            "clients.csv",
            "SMS souhlasy",
            "Nechanice",
            "Nečasová",
        ):
            self.assertFalse(is_list_of_refusals(title), title)
