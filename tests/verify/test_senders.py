"""Apps of Odoo's that send by themselves are subject to refusals as well: mailings by e-mail and SMS, reminders,
invitations."""

import pytest

from dev.mail_sink import MailSink
from dev.simulator import Simulator
from tests.api import RpcError
from tests.messaging import Messaging

from .apps import template_with_apps

JANA, EVA, ADAM = "+420601000001", "+420601000002", "+420601000003"


@pytest.fixture(scope="module")
def site(cluster, template, make_site):
    """A server with these apps."""
    name = template_with_apps(cluster, template, "klientbox_senders", "make_senders.py")
    with make_site("senders", template=name, salons=4).serving() as served:
        yield served


@pytest.fixture
def sink(site):
    with MailSink() as sink:
        server = {"name": "Sink", "smtp_host": sink.host, "smtp_port": sink.port, "smtp_encryption": "none"}
        [made] = site.admin.call("ir.mail_server", "create", [server])
        yield sink
        site.admin.call("ir.mail_server", "unlink", [made])


@pytest.fixture
def salon(site, sink):
    """A salon in which Jana has refused everything; Jana and Eva are contacts as well."""
    with Simulator() as simulator:
        yield Town(site, Messaging(site, site.salon(), simulator))


class Town:
    def __init__(self, site, messaging):
        self.site, self.messaging = site, messaging
        self.company = {"allowed_company_ids": [messaging.salon.company_id]}
        self.call = site.admin.call
        self.call("res.company", "write", [messaging.salon.company_id], {"email": "salon@example.com"})
        # Odoo requires an address of the user who invites.
        self.call("res.users", "write", [site.admin.user_id], {"email": "admin@example.com"})
        refused = {"sms_opt_out": True, "email_opt_out": True}
        self.client = messaging.salon.client("Jana Nováková", JANA, email="jana@example.com", **refused)
        people = [
            {"name": "Jana", "email": "Jana@Example.com", "phone": JANA},
            {"name": "Eva", "email": "eva@example.com", "phone": EVA},
        ]
        company = {"company_id": messaging.salon.company_id, "company_ids": [(6, 0, [messaging.salon.company_id])]}
        [[role]] = site.sql(
            "SELECT res_id FROM ir_model_data WHERE module = 'mass_mailing' AND name = 'group_mass_mailing_user'"
        )
        login = f"marketing{messaging.salon.company_id}"
        user = {"name": "Marketing", "login": login, "password": login, "group_ids": [(6, 0, [role])], **company}
        self.call("res.users", "create", [user], context={"no_reset_password": True})
        self.marketing = site.web(login, login)
        self.of_company = company
        self.people = self.call("res.partner", "create", people, context=self.company)

    def receptionist(self):
        """A new receptionist of the salon."""
        groups = [
            self.site.sql("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", [module, name])[0][0]
            for module, name in (("klientbox", "group_receptionist"), ("base", "group_user"))
        ]
        login = f"receptionist{self.messaging.salon.company_id}"
        user = {"name": "Recepce", "login": login, "password": login, "email": f"{login}@example.com"}
        self.call(
            "res.users",
            "create",
            [{**user, "group_ids": [(6, 0, groups)], **self.of_company}],
            context={"no_reset_password": True},
        )
        return self.site.web(login, login)

    def mailing(self, **values):
        """A mailing to both, put into the queue, and the queue's job."""
        [model] = self.call("ir.model", "search", [("model", "=", "res.partner")])
        domain = str([("id", "in", self.people)])
        values = {
            "subject": "Sleva",
            "mailing_model_id": model,
            "mailing_domain": domain,
            **values,
        }
        [mailing] = self.marketing.call("mailing.mailing", "create", [values])
        self.marketing.call("mailing.mailing", "action_put_in_queue", [mailing])
        self.run_job("mass_mailing", "ir_cron_mass_mailing_queue")
        return mailing

    def refused(self, model, method, *arguments, context=None, **options):
        """The error text of a refused call, or None where it succeeds."""
        try:
            self.call(model, method, *arguments, context={**self.company, **(context or {})}, **options)
        except RpcError as error:
            return str(error)
        return None

    def template(self, model):
        """A template for a message to Jana about a record of a model."""
        [model] = self.call("ir.model", "search", [("model", "=", model)])
        texts = {"name": "Sleva", "subject": "Sleva", "body_html": "<p>Sleva</p>", "email_to": "jana@example.com"}
        [template] = self.call("mail.template", "create", [{**texts, "model_id": model, "use_default_to": False}])
        return template

    def write(self, **vals):
        """The dialog Write; its error text, or None."""
        [dialog] = self.call(
            "klientbox.message.write", "create", [{"client_id": self.client["id"], **vals}], context=self.company
        )
        return self.refused("klientbox.message.write", "action_send", [dialog])

    def send_all(self):
        """Let Odoo's queues and ours send all due messages."""
        self.run_job("mail", "ir_cron_mail_scheduler_action")
        self.run_job("sms", "ir_cron_sms_scheduler_action")
        self.messaging.send()

    def run_job(self, module, name):
        """Run a scheduled job of Odoo's."""
        [[job]] = self.site.sql("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", [module, name])
        assert self.call("ir.cron", "method_direct_trigger", [job]) is True

    def traces(self, mailing):
        """{contact: (status, failure type)} of a mailing."""
        rows = self.call(
            "mailing.trace",
            "search_read",
            [("mass_mailing_id", "=", mailing)],
            ["res_id", "trace_status", "failure_type"],
        )
        return {row["res_id"]: (row["trace_status"], row["failure_type"]) for row in rows}


def test_a_mailing_by_email(salon, sink):
    mailing = salon.mailing(mailing_type="mail", body_html="<p>Sleva</p>", email_from="salon@example.com")
    salon.run_job("mail", "ir_cron_mail_scheduler_action")
    jana, eva = salon.people
    assert [mail.recipients for mail in sink.mails()] == [("eva@example.com",)]
    assert salon.traces(mailing) == {jana: ("cancel", "mail_optout"), eva: ("sent", False)}


def test_a_mailing_by_sms(salon):
    mailing = salon.mailing(mailing_type="sms", body_plaintext="Sleva", sms_allow_unsubscribe=False)
    salon.run_job("sms", "ir_cron_sms_scheduler_action")
    jana, eva = salon.people
    assert salon.messaging.rows("address", "purpose") == [(EVA, "marketing")]
    assert salon.traces(mailing)[jana] == ("cancel", "sms_optout")
    assert salon.traces(mailing)[eva][0] in ("process", "pending", "sent")


def test_a_reminder_of_an_appointment(salon):
    event = {"name": "Střih", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"}
    event |= {"partner_ids": [(6, 0, salon.people)], "user_id": False}
    [event] = salon.call("calendar.event", "create", [event], context=salon.company)
    # Like its reminder, which is sent by a job.
    reminder = {"model": "calendar.event", "ids": [event], "call": "_message_sms_with_template"}
    reminder["kwargs"] = {"template_fallback": "Zítra v 10", "partner_ids": salon.people, "put_in_queue": False}
    salon.site.inside([{**reminder, "context": salon.company}])
    assert sorted(salon.messaging.rows("address", "purpose")) == [(JANA, "transactional"), (EVA, "transactional")]


def test_a_refused_client_through_every_way_about_the_client(salon, sink):
    """Whatever of Odoo's is tried on the client's record, nothing is sent; Write sends messages about a visit alone."""
    client, [jana, eva] = salon.client["id"], salon.people
    template, about = salon.template("klientbox.client"), {"res_model": "klientbox.client", "res_ids": str([client])}
    comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
    shared = {"active_model": "klientbox.client", "active_id": client}
    composer = {"model": "klientbox.client", "res_ids": str([client]), "subject": "Sleva", "body": "Sleva"}

    def dialog(model, action, vals, context=None):
        if words := salon.refused(model, "create", [vals], context=context):
            return words
        [made] = salon.call(model, "search", [], order="id desc", limit=1)
        return salon.refused(model, action, [made])

    ways = {
        "comment": lambda: salon.refused("klientbox.client", "message_post", [client], body="Sleva", **comment),
        "named": lambda: salon.refused("klientbox.client", "message_post", [client], body="Sleva", partner_ids=[jana]),
        "SMS": lambda: salon.refused("klientbox.client", "message_post", [client], body="S", sms_numbers=[JANA]),
        "notify": lambda: salon.refused("klientbox.client", "message_notify", [client], body="S", partner_ids=[jana]),
        "template": lambda: salon.refused("mail.template", "send_mail", [template], client, force_send=True),
        "activity": lambda: salon.refused("klientbox.client", "activity_send_mail", [client], template),
        "follow": lambda: salon.refused("klientbox.client", "message_subscribe", [client], [jana]),
        "invite": lambda: dialog(
            "mail.followers.edit", "edit_followers", {**about, "partner_ids": [(6, 0, [jana])], "notify": True}
        ),
        "share": lambda: dialog(
            "portal.share",
            "action_send_mail",
            {"res_model": "klientbox.client", "res_id": client, "partner_ids": [(6, 0, [jana, eva])]},
            shared,
        ),
        "composer": lambda: dialog(
            "mail.compose.message", "action_send_mail", {**composer, "partner_ids": [(6, 0, [jana])]}
        ),
        "mass mail": lambda: dialog(
            "mail.compose.message", "action_send_mail", {**composer, "composition_mode": "mass_mail"}
        ),
        "SMS composer": lambda: dialog(
            "sms.composer", "action_send_sms", {**about, "composition_mode": "mass", "body": "Sleva"}
        ),
        "Write": lambda: salon.write(channel="sms", purpose="marketing", body="Sleva v {salon}"),
        "Write by e-mail": lambda: salon.write(
            channel="email", purpose="marketing", subject="Sleva", body="Sleva v {salon}"
        ),
    }
    for name, begin in ways.items():
        words = begin()
        # A client is no document of the portal: Odoo itself has no address to share.
        expected = "_get_share_url" if name == "share" else "refused" if "Write" in name else "the Write button"
        assert words and expected in words, (name, words)
    # A mailing's job shows no error and sends nothing.
    [model] = salon.call("ir.model", "search", [("model", "=", "klientbox.client")])
    domain = str([("id", "=", client)])
    for values in (
        {"mailing_type": "mail", "body_html": "S", "email_from": "salon@example.com"},
        {"mailing_type": "sms", "body_plaintext": "S"},
    ):
        mailing = salon.mailing(mailing_model_id=model, mailing_domain=domain, **values)
        assert set(salon.traces(mailing).values()) <= {("cancel", "mail_optout"), ("cancel", "sms_optout")}
    salon.send_all()
    assert [mail.recipients for mail in sink.mails()] == []
    assert salon.messaging.rows("address") == []

    assert salon.write(channel="sms", purpose="transactional", body="Zítra v 10") is None
    assert salon.write(channel="email", purpose="transactional", subject="Termín", body="Zítra v 10") is None
    salon.send_all()
    assert [mail.recipients for mail in sink.mails()] == [("jana@example.com",)]
    assert salon.messaging.rows("address", "purpose") == [
        (JANA, "transactional"),
        ("jana@example.com", "transactional"),
    ]
    assert set(salon.messaging.rows("state")) <= {("sent",), ("delivered",)}
    [mail] = sink.mails()
    assert "STOP" in mail.message["List-Unsubscribe"]


def test_the_tests_of_a_mailing_leave_out_clients_who_have_refused(salon, sink):
    """A test of a mailing is sent at once and by the outbox; its author sees who gets none."""
    by_mail = salon.mailing(mailing_type="mail", body_html="<p>Sleva</p>", email_from="salon@example.com")
    by_sms = salon.mailing(mailing_type="sms", body_plaintext="Sleva", sms_allow_unsubscribe=False)
    mails, rows = len(sink.mails()), len(salon.messaging.rows("id"))
    [test] = salon.call(
        "mailing.mailing.test",
        "create",
        [{"mass_mailing_id": by_mail, "email_to": "jana@example.com\nadam@example.com"}],
    )
    salon.call("mailing.mailing.test", "send_mail_test", [test], context=salon.company)
    assert [mail.recipients for mail in sink.mails()[mails:]] == [("adam@example.com",)]
    [test] = salon.call("mailing.sms.test", "create", [{"mailing_id": by_sms, "numbers": f"{JANA}\n{ADAM}"}])
    salon.call("mailing.sms.test", "action_send_sms", [test], context=salon.company)
    assert salon.messaging.rows("address", "purpose")[rows:] == [(ADAM, "transactional")]
    for mailing, words in ((by_mail, "E-mails refused."), (by_sms, "SMS refused.")):
        notes = salon.call(
            "mail.message", "search_read", [("model", "=", "mailing.mailing"), ("res_id", "=", mailing)], ["body"]
        )
        assert any(words in note["body"] for note in notes)


def test_what_is_about_an_account_or_an_appointment_of_their_own_reaches_a_refused_client(salon, sink):
    """Invitations to the portal and to an appointment are no advertisements: they are sent, and nothing else is."""
    jana, _eva = salon.people
    [wizard] = salon.call("portal.wizard", "create", [{"partner_ids": [(6, 0, [jana])]}], context=salon.company)
    [invited] = salon.call("portal.wizard.user", "search", [("wizard_id", "=", wizard)])
    salon.call("portal.wizard.user", "action_grant_access", [invited], context=salon.company)
    assert [mail.recipients for mail in sink.mails()] == [("jana@example.com",)]
    event = {"name": "Střih", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"}
    salon.call("calendar.event", "create", [{**event, "partner_ids": [(6, 0, [jana])]}], context=salon.company)
    salon.send_all()
    assert [mail.recipients for mail in sink.mails()] == [("jana@example.com",)] * 2
    before = len(sink.mails())
    firm = salon.call("res.partner", "create", [{"name": "Firma"}], context=salon.company)
    salon.call("res.partner", "message_subscribe", firm, salon.people)
    salon.call("res.partner", "message_post", firm, body="Sleva", subtype_xmlid="mail.mt_comment")
    salon.send_all()
    assert [mail.recipients for mail in sink.mails()[before:]] == [("eva@example.com",)]


def test_what_a_person_writes_to_several_attendees_is_commercial(salon, sink):
    """An invitation is about their own appointment; a message to all of them leaves out those who have refused."""
    salon.messaging.salon.client("Eva Malá", EVA, email="eva@example.com")
    receptionist = salon.receptionist()
    event = {"name": "Akce", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00", "privacy": "public"}
    [event] = salon.call("calendar.event", "create", [{**event, "partner_ids": [(6, 0, salon.people)]}])
    salon.send_all()
    assert sorted(mail.recipients for mail in sink.mails()) == [("eva@example.com",), ("jana@example.com",)]

    before, texts = len(sink.mails()), {"subject": "Sleva", "body": "Sleva"}
    about = {"model": "calendar.event", "res_ids": str([event]), "partner_ids": [(6, 0, salon.people)]}
    composer = {**about, **texts, "composition_mode": "comment"}
    [dialog] = receptionist.call("mail.compose.message", "create", [composer])
    for model, method, arguments in (
        ("mail.compose.message", "action_send_mail", [[dialog]]),
        ("calendar.event", "message_post", [[event]]),
    ):
        named = {"body": "Sleva", "partner_ids": salon.people} if method == "message_post" else {}
        with pytest.raises(RpcError, match="Only KlientBox managers can write to several clients"):
            receptionist.call(model, method, *arguments, **named)
    [dialog] = salon.call("mail.compose.message", "create", [composer])
    salon.call("mail.compose.message", "action_send_mail", [dialog])
    salon.send_all()
    assert [mail.recipients for mail in sink.mails()[before:]] == [("eva@example.com",)]
