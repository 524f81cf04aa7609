from odoo.addons.klientbox.lib.quotations import own_words
from odoo.addons.klientbox.lib.replies import OTHER, REFUSAL, UNCLEAR, VISIT, classify
from odoo.tests import BaseCase

from .replies import REPLIES

SALON = "Salon Jana <salon@example.com>"
QUOTED = ["> Dobrý den, chybíte nám.", "> Odhlásit: odpovězte STOP"]
# The header that Outlook puts above a quotation, and the quotation, which it does not mark.
OUTLOOK = [
    f"Od: {SALON}",
    "Odesláno: pondělí 23. listopadu 2026 10:15",
    "Komu: jana@example.com",
    "Předmět: Chybíte nám",
    "",
    "Odhlásit: odpovězte STOP",
    "",
]
# With each of these a refusal stays one.
GREETINGS = ("hezký večer", "Přeji krásné odpoledne", "mějte se hezky", "pekný víkend prajem", "Have a nice day!")
# Words of time and service beside a refusal of messages: never about a visit alone.
TIMES = (
    "dnes",
    "v pátek",
    "každý týden",
    "večer",
    "na barvení",
    "o termínech",
    "mám termín jinde",
    "every week",
    "ráno v 9",
)
OF_MESSAGES = (
    "Nechci vaše SMS",
    "Nechci reklamu",
    "Vymažte mě",
    "Smažte moje číslo",
    "Neposílejte mi to",
    "Nepřeji si, abyste mi psali",
    "Nemám zájem o vaše zprávy",
    "Dost těch nabídek",
    "Nechcem správy",
    "Zmažte ma",
    "I don't want these texts",
    "Delete my number",
    "Keine Werbung",
)
# Refusals of messages, and visits beside which they stay refusals.
BESIDE_A_VISIT = (
    *OF_MESSAGES,
    "Odvolávám souhlas",
    "Beru zpět svůj souhlas",
    "Nemáte můj souhlas",
    "Odvolávam súhlas",
    "I withdraw my consent",
    "Nevolejte mi a nechte si to",
    "Mám toho dost",
    "Nezajímá mě to",
    "Nemám zájem",
    "Nepotřebuji upomínky",
    "Nesouhlasím se zasíláním",
    "Vznáším námitku",
    "Namietam",
    "Odeberte mě ze seznamu",
    "Odstraňte moje číslo",
    "Vyhoďte mě z databáze",
    "Nechtěla bych dostávat SMS",
    "Toto je nevyžádané sdělení",
    "Zapomeňte moje číslo",
    "Dejte mi pokoj",
    "Do not disturb",
    "Lose my number",
    "Not interested",
    "Es reicht",
    "Nejsem Jana",
    "Paní Nováková zemřela",
    "This is not her number",
)
VISITS = (
    "{}, přijdu v pátek",
    "{}. Termín v úterý platí.",
    "{}\nUvidíme se v sobotu",
    "{} každý týden",
    "Přijdu v pátek. {}",
    "V 10 přijdu, {}",
    "{}, objednám se sama",
)
# Neither greeting nor signature makes a refusal of these.
OF_VISITS = (
    "Zrušte mi prosím termín zítra",
    "Nechci barvení, jen stříhání",
    "Nemohu dnes přijít",
    "Nechci v pondělí, raději v úterý",
    "Smažte mi prosím tu rezervaci",
    "Smažte to prosím",
    "Nechcem farbenie, iba strihanie",
    "Delete my booking please",
)
# (program, the lines of a mail, the sender's own words)
MAILS = [
    (
        "gmail cs",
        [
            "Děkuji, přijdu.",
            "",
            f"po 23. 11. 2026 v 10:15 odesílatel {SALON} napsal:",
            "",
            *QUOTED,
            "",
        ],
        "Děkuji, přijdu.",
    ),
    (
        "gmail cs old",
        [
            "STOP",
            "",
            f"Dne po 23. 11. 2026 10:15 uživatel {SALON} napsal:",
            "",
            *QUOTED,
            "",
        ],
        "STOP",
    ),
    (
        "gmail wrapped",
        [
            "Ano",
            "",
            "po 23. 11. 2026 v 10:15 odesílatel Salon Jana <",
            "salon@example.com> napsal:",
            "",
            *QUOTED,
            "",
        ],
        "Ano",
    ),
    (
        "gmail sk",
        [
            "Prídem",
            "",
            f"po 23. 11. 2026 o 10:15 {SALON} napísal(a):",
            "",
            *QUOTED,
            "",
        ],
        "Prídem",
    ),
    (
        "gmail en",
        [
            "Thanks",
            "",
            f"On Mon, Nov 23, 2026 at 10:15 AM {SALON} wrote:",
            "",
            *QUOTED,
            "",
        ],
        "Thanks",
    ),
    (
        "gmail en wrapped",
        [
            "Thanks",
            "",
            "On Mon, Nov 23, 2026 at 10:15 AM Salon Jana Krásná a dcery s.r.o.",
            "<salon@example.com> wrote:",
            "",
            *QUOTED,
            "",
        ],
        "Thanks",
    ),
    (
        "iphone cs",
        [
            "Děkuji",
            "",
            "Odesláno z iPhonu",
            "",
            f"> 23. 11. 2026 v 10:15, {SALON}:",
            "> ",
            "> Odhlásit STOP",
            "",
        ],
        "Děkuji",
    ),
    (
        "iphone cs2",
        [
            "Děkuji",
            "",
            "Odesláno z iPhonu",
            "",
            f"23. 11. 2026 v 10:15, {SALON}:",
            "",
            *QUOTED,
            "",
        ],
        "Děkuji",
    ),
    (
        "iphone en",
        [
            "Ok",
            "",
            "Sent from my iPhone",
            "",
            f"On 23 Nov 2026, at 10:15, {SALON} wrote:",
            "",
            *QUOTED,
            "",
        ],
        "Ok",
    ),
    (
        "seznam",
        [
            "Ano, děkuji",
            "",
            "---------- Původní e-mail ----------",
            f"Od: {SALON}",
            "Komu: jana@example.com",
            "Datum: 23. 11. 2026 10:15:00",
            "Předmět: Chybíte nám",
            '"Odhlásit: odpovězte STOP"',
            "",
        ],
        "Ano, děkuji",
    ),
    (
        "outlook cs",
        [
            "Přijdu v pátek",
            "",
            "________________________________",
            *OUTLOOK,
        ],
        "Přijdu v pátek",
    ),
    (
        "outlook cs2",
        [
            "Přijdu v pátek",
            "",
            *OUTLOOK,
        ],
        "Přijdu v pátek",
    ),
    (
        "outlook en",
        [
            "Fine",
            "",
            f"From: {SALON}",
            "Sent: Monday, November 23, 2026 10:15 AM",
            "To: jana@example.com",
            "Subject: We miss you",
            "",
            "Reply STOP",
            "",
        ],
        "Fine",
    ),
    (
        "outlook orig",
        [
            "Fine",
            "",
            "-----Original Message-----",
            f"From: {SALON}",
            "Sent: x",
            "",
            "Reply STOP",
            "",
        ],
        "Fine",
    ),
    (
        "tb cs",
        [
            "Přijdu",
            "",
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            *QUOTED,
            "",
        ],
        "Přijdu",
    ),
    (
        "tb below",
        [
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            *QUOTED,
            "",
            "STOP",
            "",
        ],
        "STOP",
    ),
    (
        "tb below visit",
        [
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            *QUOTED,
            "",
            "Přijdu ve 14",
            "-- ",
            "Jana",
        ],
        "Přijdu ve 14",
    ),
    (
        "between",
        [
            "Dobrý den",
            "",
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            "> Chybíte nám",
            "Přijdu v úterý",
            "> Odhlásit: odpovězte STOP",
            "Díky",
        ],
        "Dobrý den\n\nPřijdu v úterý\nDíky",
    ),
    (
        "tb en",
        [
            "On 11/23/26 10:15 AM, Salon Jana wrote:",
            *QUOTED,
            "",
            "Please stop",
            "",
        ],
        "Please stop",
    ),
    (
        "tb sk",
        [
            "Dňa 23. 11. 26 o 10:15 Salon Jana napísal(a):",
            *QUOTED,
            "",
            "Odhlásiť",
            "",
        ],
        "Odhlásiť",
    ),
    (
        "indent",
        [
            "Stop",
            "",
            "Dne 23. 11. 2026 v 10:15 Salon Jana napsal(a):",
            "",
            "    Dobrý den, chybíte nám",
            "    přijdete?",
            "",
        ],
        "Stop",
    ),
    (
        "none",
        [
            "Přijdu v pátek v 10:15",
        ],
        "Přijdu v pátek v 10:15",
    ),
    (
        "own colon",
        [
            "Chci tyto služby:",
            "- barva",
            "- střih",
        ],
        "Chci tyto služby:\n- barva\n- střih",
    ),
    (
        "own from",
        [
            "Od: pondělí mám čas",
            "děkuji",
        ],
        "Od: pondělí mám čas\nděkuji",
    ),
    (
        "crlf",
        [
            "STOP",
            "",
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            "> Odhlásit STOP",
            "",
        ],
        "STOP",
    ),
    (
        "only quote",
        [
            "Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):",
            *QUOTED,
            "",
        ],
        "",
    ),
    (
        "sig",
        [
            "Děkuji",
            "-- ",
            "Jana",
            "STOP agency",
        ],
        "Děkuji",
    ),
    (
        "nested",
        [
            "Ok",
            "",
            "> > Odhlásit STOP",
            "> Ano",
            "",
        ],
        "Ok",
    ),
    (
        "mob samsung",
        [
            "Dobře",
            "",
            "Odesláno z mého telefonu Galaxy",
            "",
            "-------- Původní zpráva --------",
            f"Od: {SALON}",
            "Datum: 23.11.26 10:15",
            "Komu: x",
            "Předmět: x",
            "",
            "STOP",
        ],
        "Dobře",
    ),
    (
        "de",
        [
            "Danke",
            "",
            f"Am 23.11.2026 um 10:15 schrieb {SALON}:",
            "",
            *QUOTED,
            "",
        ],
        "Danke",
    ),
    (
        "wrote inside",
        [
            "Kamarádka mi napsala:",
            "přijď v úterý",
        ],
        "Kamarádka mi napsala:\npřijď v úterý",
    ),
]


class TestReplies(BaseCase):
    def test_each_reply_has_its_class(self):
        self.assertGreaterEqual(sum(map(len, REPLIES.values())), 1540)
        for expected, replies in REPLIES.items():
            for reply in replies:
                with self.subTest(reply=reply):
                    self.assertEqual(classify(reply), expected)

    def test_case_diacritics_and_punctuation_change_nothing(self):
        for reply in REPLIES[REFUSAL]:
            for spelling in (reply.upper(), reply.lower(), f"  {reply} !!!", f"„{reply}“"):
                with self.subTest(spelling=spelling):
                    self.assertEqual(classify(spelling), REFUSAL)

    def test_styled_letters_change_nothing(self):
        for reply in (
            "𝗦𝗧𝗢𝗣",
            "𝐒𝐓𝐎𝐏",
            "𝓢𝓽𝓸𝓹",
            "ＳＴＯＰ",
            "🅂🅃🄾🄿",
            "ⓈⓉⓄⓅ",
            "🅢🅣🅞🅟",
            "🆂🆃🅾🅿",
            "🄢🄣🄞🄟",
            "⒮⒯⒪⒫",
            "ꜱᴛᴏᴘ",
            "𝕺𝖉𝖍𝖑𝖆𝖘𝖎𝖙",
        ):
            with self.subTest(reply=reply):
                self.assertEqual(classify(reply), REFUSAL)

    def test_a_refusal_in_ucs_2_digits_counts(self):
        for reply in ("00530054004f0050", "004F00640068006C00E1007300690074\n"):
            with self.subTest(reply=reply):
                self.assertEqual(classify(reply), REFUSAL)
        self.assertEqual(classify("0041006E006F"), OTHER)

    def test_a_greeting_changes_no_refusal(self):
        for reply in (
            "STOP",
            "Nechci",
            "Nechci to",
            "Vymažte mě prosím",
            "Odhlásit",
            "Smažte moje číslo",
            "Už mi nepište",
        ):
            for greeting in GREETINGS:
                for said in (f"{reply}, {greeting}", f"{reply}.\n\n{greeting}\nNovotná", f"{greeting}! {reply}"):
                    with self.subTest(said=said):
                        self.assertEqual(classify(said), REFUSAL)

    def test_a_time_or_a_service_hides_no_refusal(self):
        for refusal in OF_MESSAGES:
            for time in TIMES:
                for said in (f"{refusal} {time}", f"{time}, {refusal}", f"{refusal}. Hezký den, {time}"):
                    with self.subTest(said=said):
                        self.assertIn(classify(said), (REFUSAL, UNCLEAR))

    def test_no_refusal_beside_a_visit_is_about_the_visit_alone(self):
        for refusal in BESIDE_A_VISIT:
            for visit in VISITS:
                with self.subTest(refusal=refusal, visit=visit):
                    self.assertIn(classify(visit.format(refusal)), (REFUSAL, UNCLEAR))

    def test_a_word_that_is_one_letter_away_from_a_refusal_goes_before_a_person(self):
        for mistyped in ("neposilatj", "nekontktujte", "odhlsit", "odhlassit", "neotravutje", "zakazuij", "prestnate"):
            for said in (mistyped, f"{mistyped} mi sms", f"{mistyped}, přijdu v pátek"):
                with self.subTest(said=said):
                    self.assertIn(classify(said), (REFUSAL, UNCLEAR))
        for said in ("Napište mi", "Můžete to Janě vyřídit?", "Můžu vyrazit dřív?", "Kdy skončíme?"):
            with self.subTest(said=said):
                self.assertIn(classify(said), (VISIT, OTHER))

    def test_what_is_about_a_visit_never_refuses(self):
        for reply in OF_VISITS:
            for said in (reply, *(f"{reply}, {greeting}" for greeting in GREETINGS), f"{reply}\nJana Nováková"):
                with self.subTest(said=said):
                    self.assertIn(classify(said), (VISIT, UNCLEAR))

    def test_a_quotation_is_not_the_writer_s_words(self):
        for program, lines, expected in MAILS:
            for line_end in ("\n", "\r\n"):
                with self.subTest(program=program, line_end=line_end):
                    self.assertEqual(own_words(line_end.join(lines)), expected)

    def test_a_quotation_decides_nothing(self):
        """The same words are of the same class in any program."""
        for reply in ("STOP", "Přijdu v pátek", "Děkuji", "Ne, díky", "Už mi nepište"):
            for lines in (
                ["Dne 23. 11. 26 v 10:15 Salon Jana napsal(a):", *QUOTED, "", reply],
                [reply, "", f"po 23. 11. 2026 v 10:15 odesílatel {SALON} napsal:", "", *QUOTED],
                [
                    reply,
                    "",
                    "---------- Původní e-mail ----------",
                    f"Od: {SALON}",
                    "Datum: dnes",
                    "",
                    "Odpovězte STOP",
                ],
            ):
                with self.subTest(reply=reply, lines=lines):
                    self.assertEqual(classify(own_words("\n".join(lines))), classify(reply))
