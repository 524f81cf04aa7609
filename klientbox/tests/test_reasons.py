from odoo.addons.klientbox.exceptions import FieldError
from odoo.addons.klientbox.lib import phone, reasons
from odoo.addons.klientbox.models.mixins.reasons import sentence, translated
from odoo.tests import tagged

from .common import SalonCase


@tagged("post_install", "-at_install")
class TestReasons(SalonCase):
    """A reason is one text: after a name as it is, on a screen as a sentence, in the user's language."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("cs_CZ")
        self.czech = self.env(context={**self.env.context, "lang": "cs_CZ"})

    def test_a_reason_after_a_name_and_alone(self):
        reason = reasons.PHONE["too_short"]
        self.assertEqual(
            [translated(env, reason) for env in (self.env, self.czech)],
            ["the number is too short", "číslo je příliš krátké"],
        )
        self.assertEqual(
            [sentence(env, reason) for env in (self.env, self.czech)],
            ["The number is too short.", "Číslo je příliš krátké."],
        )
        self.assertEqual(sentence(self.czech, reasons.CONNECTION_LOST, end=""), "Spojení se přerušilo")

    def test_what_a_form_refuses(self):
        for vals, message in (
            ({"phone": "klapka 12"}, "V telefonu nejsou písmena."),
            ({"phone": "12345"}, "Číslo je příliš krátké."),
            ({"phone": "60123456789012345"}, "Číslo je příliš dlouhé."),
            ({"phone": "000 000 000"}, "Toto není telefonní číslo."),
            ({"phone": "123456789"}, "Toto není telefonní číslo."),
            ({"email": "jana"}, "Toto není e-mailová adresa."),
            ({"email": "jan5@x..cz"}, "Toto není e-mailová adresa."),
        ):
            with self.subTest(vals=vals), self.assertRaises(FieldError) as refused:
                self.client(phone=False).with_env(self.czech).write(vals)
            self.assertEqual(refused.exception.problems[0][2], message)

    def test_the_texts_that_the_api_answers(self):
        self.assertEqual(str(phone.InvalidPhone("not_a_phone")), "this is not a phone number")
        self.assertEqual(
            [sentence(self.env, reason) for reason in (reasons.DONE_IN_FUTURE, reasons.CLIENT_ARCHIVED)],
            ["A visit that is done can't be in the future.", "This client is archived."],
        )
        self.assertEqual(sentence(self.env, reasons.FORBIDDEN_ADDRESS), "This address is not on the public Internet.")
