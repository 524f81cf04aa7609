from datetime import date, timedelta

from odoo.addons.klientbox.lib import phone
from odoo.addons.klientbox.tools import phone_plans
from odoo.modules.module import load_script
from odoo.tests import tagged, users
from odoo.tools import file_path

from .common import NOON
from .test_reactivation import TODAY, ReactivationCase

# Numbers that can't get SMS in the numbering plans of the salons' countries.
NUMBERS = {
    phone.MOBILE: (
        *("+420601234567", "+420777123456", "+421901234567", "+4915112345678", "+43664123456", "+48601234567"),
        # In North America landlines and mobile phones share their numbers.
        *("+12125551234", "+447911123456", "+33612345678"),
    ),
    phone.LANDLINE: (
        *("+420222333444", "+420499123456", "+421221234567", "+49301234567", "+4315123456", "+48221234567"),
        *("+442071234567", "+33142345678"),
    ),
    phone.SPECIAL: (
        # Toll-free, premium-rate, shared-cost.
        *("+420800123456", "+420906123456", "+420840123456", "+421800123456", "+421900123456", "+498001234567"),
        *("+499001234567", "+43800123456", "+43900123456", "+48800123456", "+48701234567", "+18005551234"),
        *("+19005551234", "+448001234567", "+449091234567", "+33800123456", "+33899123456"),
        # Internet, personal, company, pager, voicemail.
        *("+420910123456", "+421650123456", "+43720123456", "+48391234567", "+445612345678", "+33912345678"),
        *("+420700123456", "+15005551234", "+447012345678", "+420955123456", "+443001234567", "+447640123456"),
        "+420960123456",
    ),
    phone.UNASSIGNED: ("+420111222333", "+421111222333", "+48111222333", "+11112223333", "+33700123456"),
}
LANDLINE = "+420222333444"


@tagged("post_install", "-at_install")
class TestNumbersWithoutSms(ReactivationCase):
    def test_a_number_says_what_it_is_for(self):
        for kind, numbers in NUMBERS.items():
            for number in numbers:
                with self.subTest(number=number):
                    self.assertEqual(phone.kind(number), kind)
                    self.assertEqual(phone.can_get_sms(number), kind == phone.MOBILE)

    def test_a_short_number_may_get_sms(self):
        self.assertTrue(phone.can_get_sms("90999"))

    def test_no_sms_is_queued_to_a_number_that_can_t_get_one(self):
        silent = [self.absent(61, phone=number) for kind in phone.NOT_FOR_SMS for number in NUMBERS[kind]]
        mobile = [self.absent(61, phone=number) for number in NUMBERS[phone.MOBILE]]
        self.assertEqual(self.night(), len(mobile))
        self.assertEqual(self.messages().client_id, self.env["klientbox.client"].union(*mobile))
        self.assertEqual({self.reason(client) for client in silent}, {"no_mobile"})
        self.assertEqual(self.night(TODAY + timedelta(days=1)), 0)

    def test_an_e_mail_goes_instead_of_the_sms_where_there_is_an_address(self):
        jana = self.absent(61, phone=LANDLINE, email="Jana@Example.com")
        self.assertEqual(self.night(), 1)
        self.assertRecordValues(
            self.messages(jana),
            [
                {
                    "channel": "email",
                    "address": "jana@example.com",
                    "subject": "We miss you at Salon Jana",
                    "body": "Hello Jana, you have not been to Salon Jana for 61 days. Shall we find you a time?"
                    " No more? Reply STOP.",
                    "state": "queued",
                    "trigger": "warning",
                    "step": 1,
                    "absence_since": date(2026, 9, 20),
                    "lane": f"mail:{self.salon.id}",
                    "parts": 0,
                    "gateway_id": False,
                }
            ],
        )
        self.assertFalse(self.env["sms.tracker"].search([("sms_uuid", "=", self.messages(jana).reference)]))
        self.assertEqual((self.night(), len(self.messages(jana))), (0, 1))

    def test_opted_out_clients_get_no_e_mail_instead(self):
        cases = {
            "sms_opt_out": self.absent(61, phone="+420222333401", email="a@example.com", sms_opt_out=True),
            "email_opt_out": self.absent(61, phone="+420222333402", email="b@example.com", email_opt_out=True),
            "sms_blacklisted": self.absent(61, phone="+420222333403", email="c@example.com"),
            "email_blacklisted": self.absent(61, phone="+420222333404", email="d@example.com"),
        }
        self.env["phone.blacklist"].create({"number": "+420222333403"})
        self.env["mail.blacklist"].create({"email": "d@example.com"})
        self.assertEqual(self.night(), 0)
        self.assertEqual(
            {name: self.reason(client) for name, client in cases.items()},
            {
                "sms_opt_out": "opted_out",
                "email_opt_out": "no_mobile",
                "sms_blacklisted": "blacklisted",
                "email_blacklisted": "no_mobile",
            },
        )

    def test_two_with_one_address_get_one_e_mail_whichever_way_it_came_about(self):
        self.rule("warning").step_ids.write({"channel": "email"})
        mother = self.absent(61, "Jana", phone="+420601000001", email="doma@example.com")
        self.assertEqual(self.night(), 1)
        self.rule("warning").step_ids.write({"channel": "sms"})
        child = self.absent(61, "Anna", phone=LANDLINE, email="Doma@example.com")
        self.assertEqual(self.night(), 0)
        self.assertEqual((len(self.messages(mother)), self.reason(child)), (1, "same_address"))

    def test_an_sms_of_the_past_days_holds_the_e_mail_back_unless_it_failed(self):
        self.settings().days_between = 7
        jana = self.absent(61, phone=LANDLINE, email="jana@example.com")
        earlier = self.env["klientbox.message"].create(
            {
                "company_id": self.salon.id,
                "client_id": jana.id,
                "channel": "sms",
                "purpose": "marketing",
                "address": LANDLINE,
                "state": "sent",
                "queued_day": TODAY - timedelta(days=1),
            }
        )
        self.assertEqual((self.night(), self.reason(jana)), (0, "written_recently"))
        self.env.cr.execute("UPDATE klientbox_message SET state = 'failed' WHERE id = %s", [earlier.id])
        self.assertEqual(self.night(), 1)

    def test_the_text_of_an_sms_has_a_subject_as_an_e_mail(self):
        step = self.rule("warning").step_ids
        for own, sent in (("Come to {salon}", "Come to Salon Jana"), (False, "We miss you at Salon Jana")):
            with self.subTest(own=own):
                step.subject = own
                client = self.absent(61, f"Client {own}", phone=LANDLINE, email="jana@example.com")
                written, _body = step._write_to(client, TODAY, self.settings(), "email")
                self.assertEqual(written, sent)
                client.phone = False

    def test_an_e_mail_keeps_the_letters_that_an_sms_loses(self):
        step = self.rule("warning").step_ids
        step.body = "Přijďte k nám, {salon}. {stop}"
        jana = self.absent(61)
        _subject, texted = step._write_to(jana, TODAY, self.settings(), "sms")
        _subject, mailed = step._write_to(jana, TODAY, self.settings(), "email")
        self.assertEqual([text.split(",")[0] for text in (texted, mailed)], ["Prijdte k nam", "Přijďte k nám"])

    def test_a_subject_of_an_sms_is_checked_like_its_text(self):
        with self.assertRaisesRegex(Exception, "There is no {phone}"):
            self.rule("warning").step_ids.subject = "{phone}"

    @users("kb_receptionist")
    def test_the_client_shows_it_and_the_list_finds_it(self):
        Client = self.env["klientbox.client"]
        words = {
            LANDLINE: "Landline: can't get SMS",
            "+420800123456": "Special number (toll-free, premium-rate, internet…): can't get SMS",
            "+420111222333": "No such number is assigned: can't get SMS",
            "+420601234567": False,
            False: False,
        }
        clients = Client.create([{"name": str(number), "phone": number} for number in words])
        self.assertEqual(clients.mapped("sms_obstacle"), list(words.values()))
        found = Client.search([("phone_kind", "in", phone.NOT_FOR_SMS), ("id", "in", clients.ids)], order="id")
        self.assertEqual(found, clients[:3])
        clients[0].phone = "+420601234568"
        self.assertEqual((clients[0].phone_kind, clients[0].sms_obstacle), ("mobile", False))

    def test_another_edition_of_the_numbering_plans_is_followed_once_and_changes_no_version(self):
        clients = self.client(phone=LANDLINE) | self.client(phone="+420601234567") | self.client()
        self.env.flush_all()
        versions = clients.mapped("version")
        self.env.cr.execute("UPDATE klientbox_client SET phone_kind = 'special' WHERE id = ANY(%s)", [clients.ids])
        self.env.invalidate_all()
        versions = clients.mapped("version")
        phone_plans.rewrite(self.env.cr, min(clients.ids) - 1)
        self.env.invalidate_all()
        self.assertEqual(clients.mapped("phone_kind"), ["landline", "mobile", "special"])
        self.assertEqual(clients.mapped("version"), versions)
        self.assertIsNone(phone_plans.rewrite(self.env.cr, max(clients.ids)))

    def test_the_migration_sets_phone_kinds_and_logs_no_change(self):
        clients = self.client(phone=LANDLINE) | self.client(phone="+420601234567") | self.client()
        clients[0].action_archive()
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_client SET phone_kind = NULL")
        self.env.invalidate_all()
        versions = clients.mapped("version")
        log = self.env["klientbox.change"].search_count([])
        script = load_script(file_path("klientbox/migrations/19.0.1.4.0/pre-phone-kind.py"), "klientbox_pre_phone_kind")
        script.migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual(clients.mapped("phone_kind"), ["landline", "mobile", False])
        self.assertEqual((clients.mapped("version"), self.env["klientbox.change"].search_count([])), (versions, log))

    def test_the_night_judges_phones_anew_only_after_the_plans_have_changed(self):
        parameters = self.env["ir.config_parameter"]
        jana = self.client(phone=LANDLINE)
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_client SET phone_kind = 'mobile' WHERE id = %s", [jana.id])
        with self.enter_registry_test_mode():
            for known, kind in ((phone.PLANS, "mobile"), ("1.0", "landline")):
                parameters.set_param(phone_plans.PARAMETER, known)
                self.env.ref("klientbox.cron_night").method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(jana.phone_kind, kind)
        self.assertEqual(parameters.get_param(phone_plans.PARAMETER), phone.PLANS)

    def test_what_goes_to_many_passes_over_landlines_and_a_single_sms_only_warns(self):
        Message = self.env["klientbox.message"]
        self.assertEqual(
            Message._queue_odoo_sms(self.salon, LANDLINE, "Sale!", "1" * 32, purpose="marketing"), ("no_mobile", None)
        )
        self.assertEqual(Message._queue_odoo_sms(self.salon, LANDLINE, "See you at 10", "2" * 32), (None, NOON))
        composer = self.env["sms.composer"].create(
            {"composition_mode": "numbers", "numbers": "222 333 444", "body": "See you at 10"}
        )
        self.assertEqual(
            composer.klientbox_warning,
            "+420222333444: not a mobile phone. The SMS may never arrive, or be read out by a machine.",
        )
