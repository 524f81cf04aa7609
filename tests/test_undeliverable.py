"""Numbers that can't get SMS and undeliverable addresses, over real sockets: a simulated gateway, a mail sink."""

import pytest

from dev.mail_sink import bounce_of
from dev.simulator import Simulator

from .messaging import Messaging

MOBILE, LANDLINE = "+420601000001", "+420222333444"
EMAIL = "jana@example.com"


@pytest.fixture(scope="module")
def gateway():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def messaging(messaging_site, gateway, mail_server):
    """A salon that sends SMS, and e-mails in their place."""
    gateway.reset()
    mail_server.reset()
    made = Messaging(messaging_site, messaging_site.salon(), gateway)
    messaging_site.admin.call("res.company", "write", [made.salon.company_id], {"email": "salon@example.com"})
    yield made
    messaging_site.sql("UPDATE klientbox_message SET lane = NULL WHERE company_id = %s", [made.salon.company_id])


def night(messaging):
    messaging.run_now()
    messaging.send()


def reasons(messaging):
    """Why clients were not contacted."""
    return [
        reason
        for [reason] in messaging.site.sql(
            "SELECT reason FROM klientbox_decision WHERE company_id = %s AND day_to IS NULL ORDER BY id",
            [messaging.salon.company_id],
        )
    ]


def set_aside(messaging):
    return messaging.site.sql(
        "SELECT channel, address, reason FROM klientbox_undeliverable WHERE company_id = %s ORDER BY id",
        [messaging.salon.company_id],
    )


def refusals(messaging):
    return messaging.site.sql(
        "SELECT channel, address, source, client_id FROM klientbox_consent_event"
        " WHERE company_id = %s AND kind = 'withdrawn' ORDER BY id",
        [messaging.salon.company_id],
    )


def test_a_landline_gets_no_sms_and_an_e_mail_where_there_is_an_address(messaging, gateway, mail_server):
    messaging.absent(70, LANDLINE)
    messaging.absent(70, "+420222333445", name="Eva Malá", email="eva@example.com")
    night(messaging)
    assert gateway.summary()["total"] == 0
    assert messaging.rows("channel", "address", "state", "cost") == [("email", "eva@example.com", "sent", None)]
    [mail] = mail_server.mails()
    assert (mail.recipients, mail.message["Subject"][:15]) == (("eva@example.com",), "We miss you at ")
    assert reasons(messaging) == ["no_mobile"]


@pytest.mark.parametrize("code", ["invalid_number", "unknown_subscriber", "landline", "21614", "30005"])
def test_a_number_that_the_gateway_calls_invalid_is_contacted_once(messaging, gateway, mail_server, code):
    gateway.configure(report="failed", error_by_number={MOBILE: code})
    messaging.absent(70, MOBILE, email=EMAIL)
    night(messaging)
    [(_channel, address, reason)] = set_aside(messaging)
    assert (address, messaging.rows("state", "reason")) == (MOBILE, [("failed", reason)])
    # The next stage of the same absence.
    messaging.site.settings(messaging.salon, warning_days=65)
    night(messaging)
    assert gateway.summary()["total"] == 1
    assert messaging.rows("channel", "address", "state") == [("sms", MOBILE, "failed"), ("email", EMAIL, "sent")]
    # A bounce marks the e-mail as undeliverable as well.
    [mail] = mail_server.mails()
    messaging.site.admin.call("mail.thread", "message_process", False, bounce_of(mail).decode())
    assert set_aside(messaging) == [("sms", MOBILE, reason), ("email", EMAIL, "bounced")]


def test_one_failure_that_may_pass_sets_nothing_aside(messaging, gateway):
    gateway.configure(report="failed")
    messaging.absent(70, MOBILE)
    night(messaging)
    assert (messaging.rows("state", "reason"), set_aside(messaging)) == ([("failed", "undelivered")], [])


@pytest.mark.parametrize("way", ["answer", "report"])
def test_a_refusal_at_the_provider_is_the_clients_own(messaging, gateway, way):
    if way == "answer":
        gateway.configure(modes_by_number={MOBILE: "unsubscribed"})
    else:
        gateway.configure(report="failed", error_by_number={MOBILE: "21610"})
    client = messaging.absent(70, MOBILE)
    night(messaging)
    messaging.send()
    assert messaging.rows("state", "reason") == [("failed", "unsubscribed")]
    assert refusals(messaging) == [("sms", MOBILE, "provider", client["id"])]
    assert set_aside(messaging) == []
    after = messaging.salon.api.get(f"/clients/{client['id']}").expect()
    assert (after["sms_opt_out"], after["email_opt_out"]) == (True, False)
    refused = messaging.salon.api.patch(f"/clients/{client['id']}", sms_opt_out=False)
    refused.refused(400, "consent_required", sms_opt_out="consent_required")


def test_a_report_repeated_records_one_refusal(messaging, gateway):
    gateway.configure(report="failed", report_times=3, error_by_number={MOBILE: "unsubscribed"})
    messaging.absent(70, MOBILE)
    night(messaging)
    messaging.send()
    assert len(refusals(messaging)) == 1
