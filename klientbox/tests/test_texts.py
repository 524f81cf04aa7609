from contextlib import suppress

from odoo.addons.klientbox.exceptions import FieldError
from odoo.tests import tagged

from .test_reactivation import ReactivationCase

GOOD = "Hezký den, {first_name}, {salon} {stop}"


@tagged("post_install", "-at_install")
class TestTexts(ReactivationCase):
    """A text is checked in each language, when it is written and again when it is sent."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.step = self.rule("warning").step_ids
        self.step.with_context(lang="cs_CZ").body = GOOD

    def texts(self, field="body"):
        return {lang: self.step.with_context(lang=lang)[field] for lang in ("en_US", "cs_CZ")}

    def test_no_way_of_writing_another_language_passes_the_check(self):
        before = self.texts()
        bad = "{nonsense} {salon} {stop}"
        for body, code in ((bad, "placeholder_unknown"), ("Ahoj {salon}", "placeholder_missing"), ("", None)):
            for write in (
                lambda body: self.step.update_field_translations("body", {"cs_CZ": body}),
                lambda body: self.step.update_field_translations("body", {"en_US": GOOD, "cs_CZ": body}),
                lambda body: self.step.web_override_translations({"body": body}),
                lambda body: self.step.with_context(lang="cs_CZ").web_override_translations({"body": body}),
                lambda body: self.step.with_context(lang="cs_CZ").write({"body": body}),
                lambda body: self.step.rule_id.with_context(lang="cs_CZ").write(
                    {"step_ids": [(1, self.step.id, {"body": body})]}
                ),
            ):
                with self.subTest(body=body), self.assertRaises(FieldError) as refused, self.cr.savepoint():
                    write(body)
                if code:
                    self.assertEqual(refused.exception.problems[0][:2], ("body", code))
                self.env.invalidate_all()
                self.assertEqual(self.texts(), before)

    def test_no_text_with_a_brace_too_many_is_saved_or_sent(self):
        before = self.texts()
        for wrong in (
            "Ahoj {{first_name}}",
            "Ahoj {first_name {salon}",
            "Ahoj first_name}",
            "Ahoj {first_name",
            "Ahoj {first_name}}",
            "Ahoj ${first_name}",
            "Ahoj #{first_name}",
            "Ahoj [first_name]",
            "Ahoj <name>",
            "Ahoj %(name)s",
            "Ahoj %first_name%",
            "Ahoj {",
        ):
            body = f"{wrong} {{salon}} {{stop}}"
            for field, text in (("body", body), ("subject", wrong)):
                for lang in ("en_US", "cs_CZ"):
                    with self.subTest(text=text, lang=lang):
                        with self.assertRaises(FieldError) as refused, self.cr.savepoint():
                            self.step.update_field_translations(field, {lang: text})
                        self.assertEqual(refused.exception.problems[0][:2], (field, "placeholder_malformed"))
                self.env.invalidate_all()
            # As a text that was saved before the check.
            self.env.cr.execute(
                "UPDATE klientbox_rule_step SET body = jsonb_set(body, '{en_US}', to_jsonb(%s::text)) WHERE id = %s",
                [body, self.step.id],
            )
            self.env.invalidate_all()
            self.assertEqual(
                [code for _name, code, _text in self.step._text_problems("en_US")], ["placeholder_malformed"]
            )
            self.step.update_field_translations("body", {"en_US": before["en_US"]})
        self.assertEqual(self.texts(), before)

    def test_a_text_that_was_saved_with_braces_is_not_queued(self):
        client = self.absent(61)
        self.env.cr.execute(
            "UPDATE klientbox_rule_step SET body = jsonb_build_object('en_US', %s) WHERE id = %s",
            ["Hello {{first_name}} {salon} {stop}", self.step.id],
        )
        self.env.invalidate_all()
        self.assertEqual((self.night(), self.reason(client)), (0, "bad_text"))

    def test_brackets_and_percents_of_other_meaning_stay(self):
        for text in (
            "Sleva 20 % pro {name} {salon} {stop}",
            "(salon) {salon} [dnes] <3 {stop}",
            "-20% {days} {salon} {stop}",
        ):
            self.step.body = text
            self.assertEqual(self.step.body, text)

    def test_the_refusal_names_the_language(self):
        with self.assertRaises(FieldError) as refused, self.cr.savepoint():
            self.step.update_field_translations("body", {"cs_CZ": "{jmeno} {salon} {stop}"})
        [(_field, _code, message)] = refused.exception.problems
        self.assertTrue(message.startswith("Czech / Čeština: There is no {jmeno}."), message)

    def test_a_subject_is_checked_in_each_language_and_is_one_line(self):
        self.step.write({"channel": "email", "subject": "We miss you"})
        for subject in ("{nonsense}", " "):
            with self.assertRaises(FieldError), self.cr.savepoint():
                self.step.update_field_translations("subject", {"cs_CZ": subject})
        self.step.update_field_translations("subject", {"cs_CZ": "Chybíte\nnám\u2028zde"})
        self.assertEqual(self.texts("subject"), {"en_US": "We miss you", "cs_CZ": "Chybíte nám zde"})
        self.step.rule_id.update_field_translations("name", {"cs_CZ": "Vypadává\r\nnám"})
        self.assertEqual(self.step.rule_id.with_context(lang="cs_CZ").name, "Vypadává nám")
        with self.assertRaises(FieldError) as refused, self.cr.savepoint():
            self.step.rule_id.update_field_translations("name", {"cs_CZ": "\n"})
        self.assertEqual(refused.exception.problems[0][:2], ("name", "required"))

    def test_the_dialog_of_translations_stores_no_character_that_postgresql_refuses(self):
        """Every translated text of ours, in one line or in several."""
        good = {"body": GOOD}
        for model in sorted(self.env.registry):
            if not model.startswith("klientbox.") or self.env[model]._abstract:
                continue
            record = self.env[model].search([], limit=1)
            for name, field in record._fields.items() if record else ():
                if not field.translate or not field.store:
                    continue
                text = good.get(name, "Chybíte nám")
                for lost in ("\0", "\ud800", "\udfff"):
                    with self.subTest(model=model, field=name, lost=lost):
                        record.update_field_translations(name, {"cs_CZ": f"{lost}{text}{lost}"})
                        self.env.flush_all()
                        self.assertEqual(record.with_context(lang="cs_CZ")[name], text)
                        with suppress(FieldError), self.cr.savepoint():
                            record.update_field_translations(name, {"cs_CZ": lost})
                            self.env.flush_all()
        with self.assertRaises(FieldError), self.cr.savepoint():
            self.step.update_field_translations("body", {"cs_CZ": "\0"})

    def test_a_subject_has_a_limit_wherever_it_is_written(self):
        self.step.write({"channel": "email", "subject": "S" * 200})
        for write in (
            lambda subject: self.step.update_field_translations("subject", {"cs_CZ": subject}),
            lambda subject: self.step.write({"subject": subject}),
            lambda subject: self.step.web_override_translations({"subject": subject}),
        ):
            with self.assertRaises(FieldError) as refused, self.cr.savepoint():
                write("S" * 201)
            self.assertEqual(refused.exception.problems[0][:2], ("subject", "too_long"))
        client = self.absent(61, email="eva@example.com")
        problems = client._writing_problems("email", "transactional", "S" * 201, "Text")
        self.assertEqual([problem[:2] for problem in problems], [("subject", "too_long")])

    def test_an_sms_made_of_an_email_is_short_in_each_language(self):
        self.step.write({"channel": "email", "subject": "We miss you"})
        self.step.update_field_translations("body", {"cs_CZ": GOOD + "x" * 1000})
        with self.assertRaises(FieldError) as refused:
            self.step.channel = "sms"
        self.assertEqual(refused.exception.problems[0][:2], ("body", "too_long"))

    def spoil(self, body="{nonsense} {salon} {stop}"):
        """An invalid Czech text, written around the check."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE klientbox_rule_step SET body = jsonb_set(body, '{cs_CZ}', to_jsonb(%s::text)) WHERE id = %s",
            [body, self.step.id],
        )
        self.env.invalidate_all()

    def test_a_bad_text_of_before_stops_no_other_language_and_can_be_replaced(self):
        self.spoil()
        self.step.body = "Hello {first_name}, {salon} {stop}"
        self.step.rule_id.action_suggest_texts()
        self.assertEqual(self.step._text_problems("cs_CZ"), [])
        self.assertNotIn("{nonsense}", self.texts()["cs_CZ"])

    def test_no_client_gets_a_text_that_bypassed_the_check(self):
        """By SQL, or before the check existed. Clients whose text is valid get it."""
        self.spoil()
        jana = self.absent(61, lang="cs_CZ")
        eva = self.absent(62, "Eva Malá", lang="en_US")
        self.assertEqual(self.night(), 1)
        self.assertEqual((self.reason(jana), self.reason(eva)), ("bad_text", False))
        self.assertEqual(self.messages().mapped("client_id.name"), ["Eva Malá"])
        self.step.with_context(lang="cs_CZ").body = GOOD
        self.assertEqual(self.night(), 1)
        self.assertEqual(self.messages(jana).body, "Hezky den, Jana, Salon Jana Nechcete zpravy? Odpovezte STOP.")
