from odoo.tests import Form, tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestRule(SalonCase):
    """The messages in forms of rules before anything is saved."""

    def setUp(self):
        super().setUp()
        self.rules = self.env["klientbox.rule"].search([("company_id", "=", self.salon.id)])

    def opened(self, user=None, **values):
        """The answer to New, as the web client requests it."""
        spec = {name: {} for name in ("name", "trigger", "company_id")}
        return self.env["klientbox.rule"].with_user(user or self.manager).onchange(values, [], spec)

    def test_new_says_at_once_that_every_trigger_is_taken(self):
        self.assertEqual(
            self.opened()["warning"]["message"],
            "Each trigger already has a rule. Change that rule, or archive it first.",
        )

    def test_new_takes_the_trigger_that_is_free(self):
        self.rules.filtered(lambda rule: rule.trigger == "inactive").active = False
        answer = self.opened()
        self.assertNotIn("warning", answer)
        self.assertEqual(answer["value"]["trigger"], "inactive")

    def test_a_trigger_that_is_taken_is_named_when_it_is_chosen(self):
        self.rules.filtered(lambda rule: rule.trigger == "inactive").active = False
        values = {"name": "Mine", "trigger": "lost", "company_id": self.salon.id}
        spec = {name: {} for name in values}
        answer = self.env["klientbox.rule"].with_user(self.manager).onchange(values, ["trigger"], spec)
        self.assertEqual(
            answer["warning"]["message"],
            "The rule “Last attempt” already has this trigger. Change that rule, or archive it first.",
        )
        rule = self.rules.with_user(self.manager)[0]
        self.assertNotIn("warning", rule.onchange({"trigger": rule.trigger}, ["trigger"], spec))

    def test_the_dialog_of_a_text_refuses_what_can_t_be_saved(self):
        step = self.rules[0].step_ids[0]
        form = Form(step.with_user(self.manager), view="klientbox.klientbox_rule_step_view_form")
        for body, problem in (
            ("Ahoj {jmeno}, {salon} {stop}", "There is no {jmeno}. Available: {first_name} {name} {salon}"),
            ("Ahoj {salon}", "The text needs {stop}: each message must say who writes and how to refuse."),
        ):
            form.body = body
            self.assertIn(problem, form.problem)
            self.assertFalse(form.is_fit)
            # An empty required field keeps the dialog open.
            with self.assertRaisesRegex(AssertionError, "is_fit is a required field"):
                form.save()
        form.body = "Ahoj {first_name}, {salon} {stop}"
        form.channel = "email"
        form.subject = "{salon} a {něco}"
        self.assertIn("There is no {něco}.", form.problem)
        form.subject = "{salon}"
        self.assertFalse(form.problem)
        form.save()
        self.assertEqual(step.body, "Ahoj {first_name}, {salon} {stop}")

    def test_a_new_company_speaks_the_language_of_its_country(self):
        self.env["res.lang"]._activate_lang("de_DE")
        countries = {"cz": "cs_CZ", "us": "en_US", "gb": "en_US", "at": "de_DE", "ch": "de_DE", "br": "en_US"}
        for code, lang in countries.items():
            with self.subTest(code):
                company = self.env["res.company"].create(
                    {"name": f"Salon {code}", "country_id": self.env.ref(f"base.{'uk' if code == 'gb' else code}").id}
                )
                self.assertEqual(company._klientbox_settings().lang, lang)
        self.assertEqual(self.env["res.company"].create({"name": "Nowhere"})._klientbox_settings().lang, "en_US")
