"""Numbers that can't get SMS and undeliverable addresses, over real sockets: a simulated gateway, a mail sink."""

import pytest

from dev.mail_sink import bounce_of
from dev.simulator import Simulator

from .post import Post

MOBILE, LANDLINE = "+420601000001", "+420222333444"
EMAIL = "jana@example.com"


@pytest.fixture(scope="module")
def gateway():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def post(post_site, gateway, mail_server):
    """A salon that sends SMS, and e-mails in their place."""
    gateway.reset()
    mail_server.reset()
    made = Post(post_site, post_site.salon(), gateway)
    post_site.admin.call("res.company", "write", [made.salon.company_id], {"email": "salon@example.com"})
    yield made
    post_site.sql("UPDATE klientbox_message SET lane = NULL WHERE company_id = %s", [made.salon.company_id])


def night(post):
    post.run_now()
    post.send()


def reasons(post):
    """Why clients were not contacted."""
    return [
        reason
        for [reason] in post.site.sql(
            "SELECT reason FROM klientbox_decision WHERE company_id = %s AND day_to IS NULL ORDER BY id",
            [post.salon.company_id],
        )
    ]


def set_aside(post):
    return post.site.sql(
        "SELECT channel, address, reason FROM klientbox_undeliverable WHERE company_id = %s ORDER BY id",
        [post.salon.company_id],
    )


def refusals(post):
    return post.site.sql(
        "SELECT channel, address, source, client_id FROM klientbox_consent_event"
        " WHERE company_id = %s AND kind = 'withdrawn' ORDER BY id",
        [post.salon.company_id],
    )


def test_a_landline_gets_no_sms_and_an_e_mail_where_there_is_an_address(post, gateway, mail_server):
    post.absent(70, LANDLINE)
    post.absent(70, "+420222333445", name="Eva Malá", email="eva@example.com")
    night(post)
    assert gateway.summary()["total"] == 0
    assert post.rows("channel", "address", "state", "cost") == [("email", "eva@example.com", "sent", None)]
    [mail] = mail_server.mails()
    assert (mail.recipients, mail.message["Subject"][:15]) == (("eva@example.com",), "We miss you at ")
    assert reasons(post) == ["no_mobile"]


@pytest.mark.parametrize("word", ["invalid_number", "unknown_subscriber", "landline", "21614", "30005"])
def test_a_number_that_the_gateway_calls_invalid_is_written_to_once(post, gateway, mail_server, word):
    gateway.configure(report="failed", error_by_number={MOBILE: word})
    post.absent(70, MOBILE, email=EMAIL)
    night(post)
    [(_channel, address, reason)] = set_aside(post)
    assert (address, post.rows("state", "reason")) == (MOBILE, [("failed", reason)])
    # The next stage of the same absence.
    post.site.settings(post.salon, warning_days=65)
    night(post)
    assert gateway.summary()["total"] == 1
    assert post.rows("channel", "address", "state") == [("sms", MOBILE, "failed"), ("email", EMAIL, "sent")]
    # A bounce marks the e-mail as undeliverable as well.
    [mail] = mail_server.mails()
    post.site.admin.call("mail.thread", "message_process", False, bounce_of(mail).decode())
    assert set_aside(post) == [("sms", MOBILE, reason), ("email", EMAIL, "bounced")]


def test_one_failure_that_may_pass_sets_nothing_aside(post, gateway):
    gateway.configure(report="failed")
    post.absent(70, MOBILE)
    night(post)
    assert (post.rows("state", "reason"), set_aside(post)) == ([("failed", "undelivered")], [])


@pytest.mark.parametrize("way", ["answer", "report"])
def test_a_refusal_at_the_provider_is_the_clients_own(post, gateway, way):
    if way == "answer":
        gateway.configure(modes_by_number={MOBILE: "unsubscribed"})
    else:
        gateway.configure(report="failed", error_by_number={MOBILE: "21610"})
    client = post.absent(70, MOBILE)
    night(post)
    post.send()
    assert post.rows("state", "reason") == [("failed", "unsubscribed")]
    assert refusals(post) == [("sms", MOBILE, "provider", client["id"])]
    assert set_aside(post) == []
    after = post.salon.api.get(f"/clients/{client['id']}").expect()
    assert (after["sms_opt_out"], after["email_opt_out"]) == (True, False)
    refused = post.salon.api.patch(f"/clients/{client['id']}", sms_opt_out=False)
    refused.refused(400, "consent_required", sms_opt_out="consent_required")


def test_a_report_repeated_records_one_refusal(post, gateway):
    gateway.configure(report="failed", report_times=3, error_by_number={MOBILE: "unsubscribed"})
    post.absent(70, MOBILE)
    night(post)
    post.send()
    assert len(refusals(post)) == 1
