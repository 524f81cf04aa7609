"""Apps of Odoo's that send by themselves pass a refusal as well: mailings by e-mail and SMS, reminders, invitations."""

import pytest

from dev.mail_sink import MailSink
from dev.simulator import Simulator
from tests.post import Post

from .apps import template_with_apps

JANA, EVA = "+420601000001", "+420601000002"


@pytest.fixture(scope="module")
def site(cluster, template, make_site):
    """A server with these apps."""
    name = template_with_apps(cluster, template, "klientbox_senders", "make_senders.py")
    with make_site("senders", template=name, salons=3).serving() as served:
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
    """A salon that Jana has refused everything; she and Eva are contacts as well."""
    with Simulator() as simulator:
        yield Town(site, Post(site, site.salon(), simulator))


class Town:
    def __init__(self, site, post):
        self.site, self.post = site, post
        self.company = {"allowed_company_ids": [post.salon.company_id]}
        self.call = site.admin.call
        self.call("res.company", "write", [post.salon.company_id], {"email": "salon@example.com"})
        refused = {"sms_opt_out": True, "email_opt_out": True}
        post.salon.client("Jana Nováková", JANA, email="jana@example.com", **refused)
        people = [
            {"name": "Jana", "email": "Jana@Example.com", "phone": JANA},
            {"name": "Eva", "email": "eva@example.com", "phone": EVA},
        ]
        company = {"company_id": post.salon.company_id, "company_ids": [(6, 0, [post.salon.company_id])]}
        [[role]] = site.sql(
            "SELECT res_id FROM ir_model_data WHERE module = 'mass_mailing' AND name = 'group_mass_mailing_user'"
        )
        login = f"marketing{post.salon.company_id}"
        user = {"name": "Marketing", "login": login, "password": login, "group_ids": [(6, 0, [role])], **company}
        self.call("res.users", "create", [user], context={"no_reset_password": True})
        self.marketing = site.web(login, login)
        self.people = self.call("res.partner", "create", people, context=self.company)

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
    assert salon.post.rows("address", "purpose") == [(EVA, "marketing")]
    assert salon.traces(mailing)[jana] == ("cancel", "sms_optout")
    assert salon.traces(mailing)[eva][0] in ("process", "pending", "sent")


def test_a_reminder_of_an_appointment(salon):
    event = {"name": "Střih", "start": "2030-01-01 10:00:00", "stop": "2030-01-01 11:00:00"}
    event |= {"partner_ids": [(6, 0, salon.people)], "user_id": False}
    [event] = salon.call("calendar.event", "create", [event], context=salon.company)
    # As its reminder does, which is a job's.
    reminder = {"model": "calendar.event", "ids": [event], "call": "_message_sms_with_template"}
    reminder["kwargs"] = {"template_fallback": "Zítra v 10", "partner_ids": salon.people, "put_in_queue": False}
    salon.site.inside([{**reminder, "context": salon.company}])
    assert sorted(salon.post.rows("address", "purpose")) == [(JANA, "transactional"), (EVA, "transactional")]
