from odoo.addons.klientbox.lib import names, placeholders
from odoo.tests import BaseCase

FAMILY_FIRST, OPEN = names.Order(True), names.Order(None)


class TestNames(BaseCase):
    def test_titles_are_no_names(self):
        cases = {
            "Mgr. Hana Malá": ("Hana", "Malá", "Mgr.", ""),
            "MUDr. Ivo Velký, Ph.D.": ("Ivo", "Velký", "MUDr.", "Ph.D."),
            "prof. Ing. Jan Novák CSc.": ("Jan", "Novák", "prof. Ing.", "CSc."),
            "Ivana Říhová, DiS.": ("Ivana", "Říhová", "", "DiS."),
            "paní Svobodová": (None, "Svobodová", "paní", ""),
            "Mgr. Malá": (None, "Malá", "Mgr.", ""),
            "Karel Doc": ("Karel", "Doc", "", ""),
            "Mgr.": (None, None, "Mgr.", ""),
        }
        for text, parts in cases.items():
            with self.subTest(text=text):
                self.assertEqual(tuple(names.split(text)), parts)

    def test_the_order_is_that_of_the_comma_the_forms_or_the_column(self):
        jana, petr = ("Jana", "Nováková"), ("Petr", "Novák")
        cases = (
            ("Nováková, Jana", names.Order(), jana),
            ("Nováková Jana", names.Order(), jana),
            ("Jana Nováková", FAMILY_FIRST, jana),
            ("Novak Petr", FAMILY_FIRST, ("Petr", "Novak")),
            ("Petr Novák", names.Order(), petr),
            ("Novák Petr", OPEN, petr),
            ("Novák Petr", names.Order(False), (None, None)),
            ("Petr Pavel", OPEN, (None, None)),
            ("Koval Xuan", OPEN, (None, None)),
            ("Koval Xuan", names.Order(False), ("Koval", "Xuan")),
            ("Krejčí Petr", OPEN, ("Petr", "Krejčí")),
            ("Novotny Jan", OPEN, ("Jan", "Novotny")),
            ("Novák Jan Karel", OPEN, (None, None)),
            ("J. Nováková", OPEN, (None, "Nováková")),
            ("VIP Nováková", OPEN, (None, "Nováková")),
            ("Nováková Dvořáková Jana", FAMILY_FIRST, ("Jana", "Nováková Dvořáková")),
            ("García López Juan", FAMILY_FIRST, (None, None)),
            ("ČERNÁ LUCIE", names.Order(), ("Lucie", "Černá")),
            ("Firma, s.r.o.", names.Order(), (None, None)),
            ("Jana Malířová, Brno", names.Order(), (None, None)),
        )
        for text, order, parts in cases:
            with self.subTest(text=text, order=order):
                self.assertEqual(names.split(text, order)[:2], parts)

    def test_a_column_shows_its_order_by_its_header_or_its_names(self):
        cases = (
            ("prijmeni a jmeno", [], True),
            ("jmeno a prijmeni", ["Nováková Jana"], False),
            ("jmeno", ["Nováková Jana", "Novák Petr"], True),
            ("jmeno", ["Jana Nováková", "Petr Novák"], False),
            ("jmeno", ["Jana Nováková", "Nováková Eva"], None),
            ("name", ["Petr Novák"], False),
            ("klient", ["Novák Tomáš", "Krejčí Petr", "Novotny Jan"], True),
            ("klient", ["Novák Tomáš", "Petr Krejčí"], None),
            ("klient", ["Koval Xuan", "VIP", "*", ""], None),
            ("jmeno", ["Koval Xuan", "Bílek Adam"], True),
        )
        for header, texts, order in cases:
            with self.subTest(header=header, texts=texts):
                self.assertEqual(names.Order.learn(header, texts).family_first, order)

    def test_who_is_greeted_by_name_is_greeted_by_the_given_one(self):
        greeted = {"Jana Nováková": "Jana", "Nováková Jana": "Jana", "Dvořák, Petr": "Petr", "Mgr. Hana Malá": "Hana"}
        greeted |= {"Karel": "Karel", "paní Svobodová": "", "Svobodová": "", "Mgr.": "", "": "", "Firma, s.r.o.": ""}
        greeted |= {"Novák Tomáš": "Tomáš", "Krejčí Petr": "Petr", "Novotny Jan": "Jan", "Petr Novák": "Petr"}
        greeted |= {"John Smith": "John", "Anna-Marie Kos": "Anna-Marie", "ZUZKA": "ZUZKA", "Koval Xuan": ""}
        greeted |= dict.fromkeys(("Novák", "Krejčí", "VIP", "*", "J.", "J. Novák", "Kadeřnictví", "Petr Pavel"), "")
        for name, called in greeted.items():
            with self.subTest(name=name):
                self.assertEqual(names.first_name(name), called)

    def test_a_given_name_that_is_no_name_is_in_no_greeting(self):
        cases = {"MUDr. Jana": "Jana", "Xuan": "Xuan", "Jana Marie": "Jana Marie", "Jana, Ph.D.": "Jana"}
        cases |= dict.fromkeys(("VIP", "*", "J.", "J", "J. K.", "Kadeřnictví", "klientka", "Jana 2", "", "???"), "")
        for given, called in cases.items():
            with self.subTest(given=given):
                self.assertEqual(names.without_titles(given), called)

    def test_spellings_of_one_name_have_one_key(self):
        for spelling in ("Říhová Ivana", "Bc. Ivana Říhová", "IVANA RIHOVA", "Ivana Říhová, DiS.", "Říhová, Ivana"):
            self.assertEqual(names.key(spelling), "ivana rihova", spelling)
        self.assertNotEqual(names.key("Ivan Říha"), names.key("Ivana Říhová"))

    def test_a_greeting_without_a_name_reads_as_one(self):
        for text, filled in (
            ("Hello {first_name}, we miss you.", "Hello, we miss you."),
            ("Dobrý den {first_name}!", "Dobrý den!"),
            ("{first_name}, we miss you.", "we miss you."),
            ("We miss you {first_name} at {salon}.", "We miss you at Salon."),
        ):
            with self.subTest(text=text):
                self.assertEqual(placeholders.fill(text, {"first_name": "", "salon": "Salon"}), filled)
