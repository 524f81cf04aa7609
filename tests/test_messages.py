"""Messages over real sockets: the simulator is the gateway, the sink is the mail server, jobs run in the server."""

import itertools
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone

import pytest
import requests

from dev import databases
from dev.mail_sink import answer_to, bounce_of
from dev.server import OdooServer
from dev.simulator import Simulator

from .messaging import Messaging

NUMBER = "+420601000001"
WAITS_BEFORE_BELIEVED = timedelta(seconds=61)


@pytest.fixture(scope="module")
def gateway():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(gateway):
    """The gateway with its defaults and without messages."""
    gateway.reset()
    return gateway


@pytest.fixture
def messaging(messaging_site, simulator):
    """A salon that sends."""
    made = Messaging(messaging_site, messaging_site.salon(), simulator)
    yield made
    # Unfinished messages of a test must not delay the next one's jobs.
    messaging_site.sql("UPDATE klientbox_message SET lane = NULL WHERE company_id = %s", [made.salon.company_id])


# -- out --------------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_once_and_its_result_is_recorded(messaging, simulator):
    simulator.configure(reply_by_number={NUMBER: "Ano, ráda přijdu"})
    client = messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    [received] = simulator.messages()
    [[state, reference, provider_ref, parts]] = messaging.rows("state", "reference", "provider_ref", "parts")
    assert (received["to"], received["reference"], received["id"]) == (NUMBER, reference, provider_ref)
    assert received["text"].startswith("Hello Jana, you have not been to ")
    assert (state, parts) == ("replied", 1)
    assert messaging.rows("state", "body", "client_id", direction="in") == [
        ("replied", "Ano, ráda přijdu", client["id"])
    ]
    messaging.run_now()
    messaging.send()
    assert simulator.counts() == {reference: 1}


@pytest.mark.parametrize(
    ("mode", "state", "reason", "accepted"),
    [
        ("ok", "delivered", None, 1),
        ("refuse", "failed", "invalid_number", 0),
        ("unsubscribed", "failed", "unsubscribed", 0),
        ("redirect", "failed", "http_302", 0),
        ("busy", "queued", "http_429", 0),
        ("unavailable", "queued", "http_503", 0),
        ("error", "unknown", "http_500", 1),
        ("reset", "unknown", "connection_lost", 1),
        ("html", "unknown", "unreadable_answer", 1),
        ("huge", "unknown", "unreadable_answer", 1),
    ],
)
def test_a_state_says_only_what_is_certain(messaging, simulator, mode, state, reason, accepted):
    messaging.write_gateway(status_url=False)
    simulator.configure(mode=mode, report="delivered" if mode == "ok" else "none")
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    assert messaging.rows("state", "reason") == [(state, reason)]
    assert simulator.summary()["total"] == accepted


def test_a_gateway_may_want_a_form_and_a_header_of_its_own(messaging, simulator):
    messaging.write_gateway(
        body_format="form",
        auth="header",
        header="Authorization",
        new_secret=f"Bearer {simulator.secret}",
        template='{"to": "{to_digits}", "text": "{text} & co", "reference": "{reference}", "callback": "{callback}"}',
    )
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    [received] = simulator.messages()
    assert received["to"] == NUMBER.lstrip("+")
    assert received["text"].endswith("Reply STOP. & co")
    assert messaging.rows("state") == [("delivered",)]


def test_a_gateway_in_a_private_network_is_not_contacted(messaging, simulator):
    """Unless the server's administrator has listed it; the simulator has such an address."""
    messaging.site.admin.call("ir.config_parameter", "set_param", "klientbox.private_networks", "10.1.2.0/24")
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.site.run_job("cron_messages")
    assert messaging.rows("state", "reason", "attempts") == [("queued", "unreachable", 1)]
    assert simulator.summary()["total"] == 0
    messaging.site.admin.call("ir.config_parameter", "set_param", "klientbox.private_networks", "127.0.0.0/8")


def test_what_certainly_did_not_leave_is_tried_again(messaging, simulator):
    simulator.configure(script=["busy", "unavailable"])
    messaging.absent(70, NUMBER)
    messaging.run_now()
    while messaging.rows("state") != [("delivered",)]:
        messaging.send()
        assert messaging.rows("state", "attempts")[0] in (("queued", 1), ("queued", 2), ("sent", 3), ("delivered", 3))
        # The gateway requires a wait of one second.
        time.sleep(1.1)
    assert [entry["to"] for entry in simulator.messages()] == [NUMBER]


def test_a_gateway_that_is_down_gets_its_messages_later_and_once(messaging, simulator):
    numbers = [f"+42060100000{digit}" for digit in range(8)]
    for number in numbers:
        messaging.absent(70, number)
    messaging.run_now()
    simulator.stop()
    try:
        messaging.site.run_job("cron_messages")
    finally:
        simulator.start()
    states = messaging.rows("state", "reason", "attempts")
    # After three in a row the lane pauses.
    assert sorted(states, key=str) == [("queued", "unreachable", 1)] * 3 + [("queued", None, 0)] * 5
    [[soonest]] = messaging.site.sql(
        "SELECT min(due_at) - now() AT TIME ZONE 'UTC' FROM klientbox_message WHERE lane = %s",
        [f"gateway:{messaging.gateway}"],
    )
    assert timedelta(seconds=200) < soonest <= timedelta(seconds=300)
    messaging.site.sql(
        "UPDATE klientbox_message SET due_at = date_trunc('second', now() AT TIME ZONE 'UTC') WHERE state = 'queued'"
    )
    messaging.send()
    assert messaging.states() == dict.fromkeys(numbers, "delivered")
    assert simulator.max_count() == 1


def test_the_gateway_is_queried_about_an_unknown_message(messaging, simulator):
    """It has the first one, and never got the second one: that one is sent again, and only after a while."""
    simulator.configure(script=["reset", "hang_before"], report="none", hang_seconds=0.5)
    messaging.absent(70, NUMBER)
    messaging.absent(71, "+420601000002")
    messaging.run_now()
    messaging.send()
    assert messaging.states() == {NUMBER: "sent", "+420601000002": "unknown"}
    messaging.site.sql(
        "UPDATE klientbox_message SET due_at = date_trunc('second', now() AT TIME ZONE 'UTC') WHERE state = 'unknown'"
    )
    messaging.send()
    assert messaging.states()["+420601000002"] == "unknown", "its request might still be under way"
    messaging.site.sql(
        "UPDATE klientbox_message SET tried_at = tried_at - %s, due_at = date_trunc('second', now() AT TIME ZONE 'UTC')"
        " WHERE state = 'unknown'",
        [WAITS_BEFORE_BELIEVED],
    )
    messaging.send()
    assert messaging.states() == {NUMBER: "sent", "+420601000002": "sent"}
    assert simulator.max_count() == 1
    assert len(simulator.counts()) == 2


def test_an_idempotent_gateway_gets_an_unknown_message_again(messaging, simulator):
    messaging.write_gateway(status_url=False, is_idempotent=True)
    simulator.configure(script=["reset"], idempotent=True)
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    assert messaging.rows("state", "attempts") == [("delivered", 2)]
    assert simulator.max_count() == 1


def test_a_user_resolves_unknown_messages_by_hand(messaging, simulator):
    messaging.write_gateway(status_url=False)
    simulator.configure(mode="error", report="none")
    for number in (NUMBER, "+420601000002", "+420601000003"):
        messaging.absent(70, number)
    messaging.run_now()
    messaging.send()
    ids = dict(messaging.rows("address", "id"))
    call = messaging.site.admin.call
    call("klientbox.message", "action_mark_sent", [ids[NUMBER]])
    call("klientbox.message", "action_mark_failed", [ids["+420601000002"]])
    simulator.reset()
    call("klientbox.message", "action_send_again", [ids["+420601000003"]])
    messaging.send()
    assert messaging.states() == {NUMBER: "sent", "+420601000002": "failed", "+420601000003": "delivered"}
    assert [message["to"] for message in simulator.messages()] == ["+420601000003"]


def test_a_message_pointless_at_the_moment_of_sending_is_not_sent(messaging, simulator):
    clients = {number: messaging.absent(70, number) for number in (f"+42060100000{digit}" for digit in range(6))}
    refused, booked, back, archived, blacklisted, written = clients
    messaging.run_now()
    api = messaging.salon.api
    api.patch(f"/clients/{clients[refused]['id']}", sms_opt_out=True).expect()
    tomorrow = (datetime.now() + timedelta(days=1)).isoformat(timespec="seconds")
    messaging.salon.visit(clients[booked], tomorrow, state="scheduled")
    messaging.salon.visit(clients[back], datetime.now().strftime("%Y-%m-%dT00:00:00"), state="done")
    api.delete(f"/clients/{clients[archived]['id']}").expect()
    messaging.site.sql("INSERT INTO phone_blacklist (number, active) VALUES (%s, true)", [blacklisted])
    messaging.send()
    assert dict(messaging.rows("address", "reason")) == {
        refused: "opted_out",
        booked: "booked",
        back: "came_back",
        archived: "client_archived",
        blacklisted: "blacklisted",
        written: None,
    }
    assert [message["to"] for message in simulator.messages()] == [written]
    messaging.site.sql("DELETE FROM phone_blacklist")


def test_sms_of_odoo_s_own_go_the_same_way_once(messaging, simulator):
    """A contact's SMS from Odoo's composer, queued and then sent again by a worker that had lost its commit."""
    company = {"allowed_company_ids": [messaging.salon.company_id]}
    [[partner], _message] = messaging.site.inside(
        [
            {"model": "res.partner", "create": [{"name": "Karel", "phone": NUMBER}], "context": company},
            {
                "model": "res.partner",
                "ids": [messaging.site.sql("SELECT max(id) FROM res_partner")[0][0] + 1],
                "call": "_message_sms",
                "arguments": ["Těšíme se na Vás"],
                "kwargs": {"sms_numbers": [NUMBER]},
                "context": company,
            },
        ]
    )
    [[uuid]] = messaging.site.sql("SELECT uuid FROM sms_sms ORDER BY id DESC LIMIT 1")
    again = {"model": "sms.sms", "ids": [messaging.site.sql("SELECT max(id) FROM sms_sms")[0][0]], "call": "_send"}
    messaging.site.inside([again])
    messaging.send()
    messaging.send()
    assert messaging.rows("reference", "sms_uuid", "state", "odoo_state") == [(uuid, uuid, "delivered", "delivered")]
    assert [message["text"] for message in simulator.messages()] == ["Těšíme se na Vás"]
    [[status]] = messaging.site.sql(
        "SELECT notification_status FROM mail_notification JOIN sms_tracker ON mail_notification_id ="
        " mail_notification.id WHERE sms_uuid = %s",
        [uuid],
    )
    assert (status, partner > 0) == ("sent", True)


def test_without_a_gateway_of_ours_odoo_s_provider_sends(messaging, simulator):
    """In a test its address is a closed port: certainly not sent, so it is queued for another try."""
    messaging.site.settings(messaging.salon, sms_gateway_id=False)
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    [[state, lane, attempts]] = messaging.rows("state", "lane", "attempts")
    assert (state, lane, attempts) == ("queued", f"odoo:{messaging.salon.company_id}", 1)
    assert simulator.messages() == []


def test_reports_of_odoo_s_provider_reach_the_message_and_a_late_failure_changes_nothing(messaging, simulator):
    messaging.site.settings(messaging.salon, sms_gateway_id=False)
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.site.sql(
        "UPDATE klientbox_message SET state = 'sent' WHERE company_id = %s", [messaging.salon.company_id]
    )
    [[uuid]] = messaging.rows("reference")
    for status, state in (("sent", "sent"), ("delivered", "delivered"), ("not_delivered", "delivered")):
        messaging.site.admin.rpc("/sms/status", message_statuses=[{"uuids": [uuid], "sms_status": status}])
        assert messaging.rows("state") == [(state,)], status


# -- in ---------------------------------------------------------------------------------------------------------------


def test_all_orders_of_the_news_end_in_the_same_state(messaging, simulator):
    """Send result, delivered, failed and reply in all 24 orders; each twice, and in one batch.

    Callbacks before the send result are posted while the gateway has the message and has not answered yet.
    """
    simulator.configure(report="none", answer_delay=0.7)
    orders = list(itertools.permutations(("sent", "delivered", "failed", "answer")))
    numbers = [f"+4206011{place:05}" for place in range(len(orders))]
    for number in numbers:
        messaging.absent(70, number)
    messaging.run_now()
    callback = messaging.callback

    def tell(message, news):
        event = {"reference": message["reference"], "state": news}
        if news == "answer":
            event = {"from": message["to"], "text": "Ano", "in_reply_to": message["reference"]}
        for body in (event, [event, event]):
            assert requests.post(callback, json=body, timeout=10).status_code == 200

    def worked_on():
        while messaging.site.sql("SELECT 1 FROM klientbox_inbound WHERE state = 'new' LIMIT 1"):
            if not job.is_alive():
                # On a busy machine the last message is answered before all of its callbacks are posted.
                messaging.send()
            time.sleep(0.02)

    job = threading.Thread(target=messaging.send, args=(120,))
    job.start()
    seen = {}
    for place, order in enumerate(orders, start=1):
        message = simulator.wait_for(place, timeout=60)[place - 1]
        before, after = order[: order.index("sent")], order[order.index("sent") + 1 :]
        for news in before:
            tell(message, news)
            worked_on()
        seen[message["to"]] = after
        if place > 1:
            previous = simulator.messages()[place - 2]
            for news in seen.pop(previous["to"]):
                tell(previous, news)
                worked_on()
    job.join()
    last = simulator.messages()[-1]
    for news in seen.pop(last["to"]):
        tell(last, news)
        messaging.send()
    assert messaging.states() == dict.fromkeys(numbers, "replied")
    assert len(messaging.rows("id", direction="in")) == len(orders), "a repeated reply counts once"
    assert simulator.max_count() == 1


@pytest.mark.parametrize(
    ("news", "state"),
    [
        (("failed",), "failed"),
        (("delivered",), "delivered"),
        (("failed", "delivered"), "delivered"),
        (("delivered", "failed"), "delivered"),
        (("buffered",), "sent"),
        ((), "sent"),
    ],
)
def test_news_only_moves_a_message_forward(messaging, simulator, news, state):
    simulator.configure(report="none")
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    [message] = simulator.messages()
    for status in news * 2:
        simulator.report(message["reference"], status)
        simulator.settle()
    messaging.send()
    assert messaging.rows("state") == [(state,)]


def test_a_report_of_the_gateway_s_own_number_may_be_quicker_than_the_answer_that_names_it(messaging, simulator):
    requests.post(messaging.callback, json={"id": "later-1", "state": "delivered"}, timeout=10).raise_for_status()
    messaging.site.run_job("cron_messages")
    company = [messaging.salon.company_id]
    assert messaging.site.sql("SELECT state FROM klientbox_inbound WHERE company_id = %s", company) == [("waiting",)]
    simulator.configure(report="none")
    messaging.absent(70, NUMBER)
    messaging.run_now()
    messaging.send()
    messaging.site.sql("UPDATE klientbox_message SET provider_ref = 'later-1' WHERE company_id = %s", company)
    messaging.send()
    assert messaging.rows("state") == [("delivered",)]
    assert messaging.site.sql("SELECT state FROM klientbox_inbound WHERE company_id = %s", company) == [("done",)]


def test_stop_counts_at_once_for_the_sms_of_that_phone_alone(messaging, simulator):
    simulator.configure(reply_by_number={NUMBER: "Stop!"})
    client = messaging.absent(70, NUMBER, email="jana@example.com")
    messaging.run_now()
    messaging.send()
    api = messaging.salon.api
    after = api.get(f"/clients/{client['id']}").expect()
    assert (after["sms_opt_out"], after["email_opt_out"]) == (True, False)
    api.patch(f"/clients/{client['id']}", sms_opt_out=False).refused(
        400, "consent_required", sms_opt_out="consent_required"
    )
    proof = "SELECT kind, source, text, address FROM klientbox_consent_event WHERE client_id = %s"
    assert messaging.site.sql(proof, [client["id"]]) == [("withdrawn", "stop", "Stop!", NUMBER)]
    simulator.reply(NUMBER, "STOP", event_id="again")
    simulator.settle()
    messaging.send()
    assert len(messaging.site.sql(proof, [client["id"]])) == 1
    assert len(messaging.rows("id", direction="in")) == 2


def test_a_stop_from_an_unknown_phone_is_remembered(messaging, simulator):
    requests.post(messaging.callback, json={"from": "601 999 888", "text": "odhlásit"}, timeout=10).raise_for_status()
    messaging.send()
    assert messaging.salon.client(phone="+420601999888", name="Later")["sms_opt_out"] is True


def test_only_the_gateway_itself_is_heard(messaging, simulator):
    path, _slash, secret = messaging.callback.rpartition("/")
    number, _dash, token = secret.partition("-")
    strangers = (
        f"{number}-{token[:-1]}x",
        f"{int(number) + 1000}-{token}",
        f"{number}-",
        token,
        "1",
        f"{number}-{token}x",
        f"{number}-{'á' * 40}",
        "9" * 30 + f"-{token}",
    )
    for stranger in strangers:
        answer = requests.post(f"{path}/{stranger}", json={"state": "delivered"}, timeout=10)
        assert answer.status_code == 404, stranger
    assert (
        messaging.site.sql("SELECT 1 FROM klientbox_inbound WHERE company_id = %s", [messaging.salon.company_id]) == []
    )
    assert requests.post(messaging.callback, data=b"x" * 70_000, timeout=10).status_code == 413


def test_callbacks_are_kept_raw_answered_at_once_and_once(messaging, simulator):
    bodies = (b'{"state": "delivered", "reference": "none"}', b"\x00\xff not json", b"", b"[" * 50_000)
    for body in bodies * 3:
        answer = requests.post(messaging.callback, data=body, timeout=10)
        assert (answer.status_code, answer.text, "Set-Cookie" in answer.headers) == (200, "OK", False)
    assert requests.get(messaging.callback, params={"id": "7", "state": "1"}, timeout=10).status_code == 200
    form = requests.post(messaging.callback, data={"id": "8", "state": "3"}, timeout=10)
    assert form.status_code == 200
    messaging.send()
    rows = messaging.site.sql(
        "SELECT state, repeats, query, body, headers->>'content-type' FROM klientbox_inbound WHERE company_id = %s"
        " ORDER BY id",
        [messaging.salon.company_id],
    )
    form = "application/x-www-form-urlencoded"
    assert [row[:2] for row in rows] == [("waiting", 2), *[("unreadable", 2)] * 3, *[("waiting", 0)] * 2]
    assert [row[2:] for row in rows[-2:]] == [("id=7&state=1", "", None), (None, "id=8&state=3", form)]


def test_the_same_callback_a_hundred_times_at_once_is_one(messaging, simulator, at_once):
    body = {"from": NUMBER, "text": "Ano", "event_id": "only"}
    callback = messaging.callback
    statuses = at_once(20, lambda _n: [requests.post(callback, json=body, timeout=30).status_code for _ in range(5)])
    assert set(itertools.chain(*statuses)) == {200}
    messaging.send()
    assert len(messaging.rows("id", direction="in")) == 1


# -- e-mail -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sink(mail_server):
    mail_server.reset()
    return mail_server


@pytest.fixture
def mail_messaging(messaging, sink):
    """A salon that sends e-mails."""
    call = messaging.site.admin.call
    call("res.company", "write", [messaging.salon.company_id], {"email": "salon@example.com"})
    steps = call("klientbox.rule.step", "search", [("rule_id", "in", messaging.rules)])
    call("klientbox.rule.step", "write", steps, {"channel": "email", "subject": "Chybíte nám, {first_name}"})
    return messaging


def hand_in(site, raw):
    """Pass a mail to Odoo as its mail gateway script does."""
    site.admin.call("mail.thread", "message_process", False, raw.decode())


def test_an_email_is_sent_once_with_our_message_id(mail_messaging, sink):
    client = mail_messaging.absent(70, NUMBER, email="jana@example.com")
    mail_messaging.run_now()
    mail_messaging.send()
    mail_messaging.send()
    [mail] = sink.mails()
    [[state, reference]] = mail_messaging.rows("state", "reference")
    assert (state, mail.recipients, mail.message_id) == (
        "sent",
        ("jana@example.com",),
        f"<{reference}@klientbox.message>",
    )
    report = mail_messaging.salon.api.get("/reports/reactivation").expect()["by_trigger"]["warning"]
    assert report == {"sent": 1, "delivered": 1, "replied": 0, "failed": 0}, "taken, and it did not come back"
    message = mail.message
    assert message["Subject"] == "Chybíte nám, Jana"
    assert "salon@example.com" in message["From"]
    assert message["List-Unsubscribe"].endswith(f"?subject=STOP%20{reference}>")
    assert message.get_body(("plain",)).get_content().startswith("Hello Jana, you have not been to ")
    hand_in(mail_messaging.site, answer_to(mail, "Ano, přijdu ve čtvrtek."))
    assert mail_messaging.rows("state") == [("replied",)]
    [[body, channel, answered]] = mail_messaging.rows("body", "channel", "client_id", direction="in")
    assert (body.startswith("Ano, přijdu ve čtvrtek."), channel, answered) == (True, "email", client["id"])


def test_an_email_answered_by_stop_is_the_last_one(mail_messaging, sink):
    client = mail_messaging.absent(70, NUMBER, email="jana@example.com")
    mail_messaging.run_now()
    mail_messaging.send()
    hand_in(mail_messaging.site, answer_to(sink.mails()[0], "STOP\n\n> Hello Jana"))
    after = mail_messaging.salon.api.get(f"/clients/{client['id']}").expect()
    assert (after["sms_opt_out"], after["email_opt_out"]) == (False, True)


def test_an_email_that_comes_back_has_failed(mail_messaging, sink):
    mail_messaging.absent(70, NUMBER, email="jana@example.com")
    mail_messaging.run_now()
    mail_messaging.send()
    hand_in(mail_messaging.site, bounce_of(sink.mails()[0]))
    assert mail_messaging.rows("state", "reason") == [("failed", "bounced")]


@pytest.mark.parametrize(
    ("mode", "state", "kept"),
    [
        ("refuse_recipient", "failed", 0),
        ("refuse_data", "failed", 0),
        ("busy", "queued", 0),
        ("drop", "unknown", 1),
    ],
)
def test_a_mail_server_s_words_are_taken_for_what_they_say(mail_messaging, sink, mode, state, kept):
    sink.configure(mode=mode)
    mail_messaging.absent(70, NUMBER, email="jana@example.com")
    mail_messaging.run_now()
    mail_messaging.send()
    mail_messaging.send()
    assert mail_messaging.rows("state") == [(state,)]
    assert len(sink.mails()) == kept


def test_a_name_with_line_breaks_stops_no_email(mail_messaging, sink):
    """Of the company, of its contact, which other users edit, of a client. A mail that can't be built stops no
    other."""
    call, salon = mail_messaging.site.admin.call, mail_messaging.salon
    call("res.company", "write", [salon.company_id], {"name": "Salon\nJana\u2028Nová"})
    [company] = call("res.company", "read", [salon.company_id], ["name", "partner_id"])
    assert company["name"] == "Salon Jana Nová"
    call("res.partner", "write", company["partner_id"][0], {"name": "Salon\r\nBcc: eva@example.com\u0085Jana"})
    for number in range(4):
        mail_messaging.absent(70 + number, f"+42060100000{number}", email=f"client{number}@example.com")
    client = mail_messaging.salon.client("Eva\u2028\u2029Malá", "+420601000009", email="eva@example.com")
    assert client["name"] == "Eva Malá"
    mail_messaging.site.sql(
        "UPDATE klientbox_client SET given_name = E'Jana\nBcc: x@example.com' WHERE company_id = %s", [salon.company_id]
    )
    mail_messaging.run_now()
    mail_messaging.site.sql(
        "UPDATE klientbox_client SET email = E'client1@example.com\nBcc: eva@example.com'"
        " WHERE email = 'client1@example.com'"
    )
    mail_messaging.send()
    assert sorted(mail_messaging.rows("state", "reason")) == [("failed", "not_buildable"), *[("sent", None)] * 3]
    mails = sorted(sink.mails(), key=lambda mail: mail.recipients)
    assert [mail.recipients for mail in mails] == [(f"client{number}@example.com",) for number in (0, 2, 3)]
    for mail in mails:
        assert mail.message["Subject"] == "Chybíte nám, Jana Bcc: x@example.com"
        assert mail.message["Bcc"] is None
        [sender] = mail.message["From"].addresses
        assert (sender.display_name, sender.addr_spec) == ("Salon Bcc: eva@example.com Jana", "salon@example.com")


def test_odoo_s_mass_mail_leaves_out_clients_who_have_refused(mail_messaging, sink):
    """From its composer, over a real mail server; a single one is sent, and so is a new password."""
    call, company = mail_messaging.site.admin.call, {"allowed_company_ids": [mail_messaging.salon.company_id]}
    mail_messaging.salon.client("Jana Nováková", NUMBER, email="jana@example.com", email_opt_out=True)
    people = [{"name": "Jana", "email": "Jana <JANA@example.com>"}, {"name": "Eva", "email": "eva@example.com"}]
    people = call("res.partner", "create", people, context=company)

    def compose(mode, partners, **values):
        values |= {"composition_mode": mode, "model": "res.partner", "res_ids": str(partners)}
        values |= {"subject": "Sleva", "body": "<p>Sleva</p>", "email_from": "salon@example.com"}
        [composer] = call("mail.compose.message", "create", [values], context=company)
        return call("mail.compose.message", "action_send_mail", [composer], context=company)

    action = compose("mass_mail", people)
    assert (
        action["params"]["message"]
        == "1 left out: they have refused e-mails, their reply has not been read yet, or their address is"
        " undeliverable."
    )
    assert [mail.recipients for mail in sink.mails()] == [("eva@example.com",)]
    sink.reset()
    compose("comment", people[:1], partner_ids=[(6, 0, people[:1])])
    user = {"name": "Jana", "login": "jana", "email": "jana@example.com"}
    [user] = call("res.users", "create", [user], context={**company, "no_reset_password": True})
    call("res.users", "action_reset_password", [user])
    deadline = time.monotonic() + 10
    while len(sink.mails()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [mail.recipients for mail in sink.mails()] == [("jana@example.com",)] * 2


# -- once -------------------------------------------------------------------------------------------------------------


def test_each_absence_gets_one_message_whatever_triggers_it(make_site, cluster, simulator):
    """Two servers with their jobs, a manual run, a clock set back, an upgrade, the same history again; then a new
    visit and a new absence: a second one."""
    site = make_site("episode", salons=1, cron_threads=1)
    with site.serving():
        clients = {}
        with OdooServer(
            site.database,
            cluster,
            workers=2,
            cron_threads=1,
            environment={"KLIENTBOX_AS_OF_FILE": str(site.clock.path)},
        ):
            messaging = Messaging(site, site.salon(), simulator)
            numbers = [f"+4206010000{place:02}" for place in range(10)]
            for number in numbers:
                clients[number] = messaging.absent(70, number)
            with ThreadPoolExecutor(6) as pool:
                list(pool.map(lambda _n: _patiently(messaging.run_now), range(6)))
                list(pool.map(lambda _n: _patiently(lambda: site.run_job("cron_messages")), range(4)))
            site.clock.set(datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(hours=1))
            messaging.run_now()
            site.clock.reset()
            messaging.send()
        assert simulator.summary()["total"] == 10
        databases.update(cluster, site.database, ("klientbox",))
        messaging.run_now()
        again = messaging.salon.api
        last = datetime.now() - timedelta(days=70)
        for number in numbers[:5]:
            # The same visit recorded once more; the same person deleted and recorded again.
            messaging.salon.visit(clients[number], last.strftime("%Y-%m-%dT09:00:00"), state="done")
        for number in numbers[5:]:
            again.delete(f"/clients/{clients[number]['id']}").expect()
            messaging.absent(70, number)
        messaging.run_now()
        messaging.send()
        assert simulator.summary()["total"] == 10
        assert simulator.max_count() == 1
        messaging.salon.visit(clients[numbers[0]], datetime.now().strftime("%Y-%m-%dT00:00:00"), state="done")
        site.clock.set(datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(days=75))
        messaging.run_now()
        site.run_job("cron_messages")
        simulator.settle()
        warnings = [address for address, trigger in messaging.rows("address", "trigger") if trigger == "warning"]
        assert sorted(warnings) == sorted([*numbers, numbers[0]])
        assert simulator.max_count() == 1


def _patiently(call):
    """Another process may be running the same job: then the call is repeated."""
    for _attempt in range(50):
        try:
            return call()
        except Exception as error:
            if not re.search("already executing|concurrent|serialize", str(error)):
                raise
            time.sleep(0.2)
    raise AssertionError("never got through")


# -- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28)])
def test_over_a_daylight_saving_day_each_rule_writes_once_a_day_and_never_at_night(messaging_site, simulator, change):
    """Ten-minute steps from 21:00 of the day before to past 9:00 of the day after, both jobs at each; every rule has a
    client due on each of the two days."""
    site = messaging_site
    eve = datetime.combine(change, datetime.min.time()) - timedelta(hours=5)
    site.clock.set(eve)
    messaging = Messaging(site, site.salon(), simulator, opens=8, closes=20)
    simulator.configure(report="none")
    triggers, days = (("warning", 61), ("inactive", 91), ("lost", 181)), (change, change + timedelta(days=1))
    expected = {}
    for (trigger, bound), day in itertools.product(triggers, days):
        number = f"+420601{len(expected):06}"
        client = messaging.salon.client("Jana", number)
        messaging.salon.visit(client, f"{day - timedelta(days=bound)}T12:00:00", state="done")
        expected[number] = (trigger, day)
    for step in range(6 * 38):
        site.clock.set(eve + timedelta(minutes=10 * step))
        site.run_job("cron_night")
        site.run_job("cron_messages")
    site.clock.reset()
    rows = messaging.rows("address", "trigger", "day", "state", "tried_at")
    assert {address: (trigger, day) for address, trigger, day, _state, _at in rows} == expected
    assert {state for *_rest, state, _at in rows} == {"sent"}
    zone = "SELECT (%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Prague')::time::text"
    assert {site.sql(zone, [at])[0][0] for *_rest, at in rows} == {"08:00:00"}
    assert simulator.max_count() == 1


# -- held -------------------------------------------------------------------------------------------------------------


def test_after_a_gap_or_in_a_copy_the_outbox_is_held_and_asks(make_site, simulator):
    with make_site("held", salons=2).serving() as site:
        messaging = Messaging(site, site.salon(), simulator)
        quiet = site.salon()
        site.run_job("cron_messages")
        messaging.absent(70, NUMBER)
        messaging.run_now()
        held = "SELECT held_reason FROM klientbox_settings WHERE company_id = %s"
        for cause, change in (
            ("gap", "UPDATE klientbox_heartbeat SET at = at - interval '16 min'"),
            ("copied", "UPDATE ir_config_parameter SET value = 'another' WHERE key = 'database.uuid'"),
        ):
            site.sql(change)
            site.run_job("cron_messages")
            assert site.sql(held, [messaging.salon.company_id]) == [(cause,)]
            assert site.sql(held, [quiet.company_id]) == [(None,)], "a company without messages is not held"
            assert messaging.rows("state") == [("queued",)]
            site.run_job("cron_night")
            assert simulator.messages() == []
            if cause == "gap":
                site.admin.call("klientbox.settings", "action_resume", [messaging.settings_id])
                site.sql("UPDATE klientbox_message SET state = 'queued', claim_token = NULL")
                site.admin.call("klientbox.settings", "action_pause", [messaging.settings_id])
                site.admin.call("klientbox.settings", "action_resume", [messaging.settings_id])
        site.admin.call("ir.config_parameter", "set_param", "database.is_neutralized", "True")
        site.admin.call("klientbox.settings", "action_resume", [messaging.settings_id])
        site.run_job("cron_messages")
        assert messaging.rows("state") == [("queued",)]
        site.admin.call("ir.config_parameter", "set_param", "database.is_neutralized", False)
        messaging.send()
        assert messaging.rows("state") == [("delivered",)]


# -- together ---------------------------------------------------------------------------------------------------------


def test_a_stop_while_a_thousand_are_being_sent_is_obeyed_within_seconds(make_site, simulator):
    """The last hundred of a thousand say STOP while the first are being sent."""
    simulator.configure(answer_delay=0.005, report="none")
    with make_site("stop", salons=1, cron_threads=1).serving() as site:
        messaging = Messaging(site, site.salon(), simulator)
        numbers = _make_absent(site, messaging.salon, 1000)
        callback = messaging.callback
        messaging.run_now()
        simulator.wait_for(100, timeout=60)
        # The most recent absences go first: these are the last.
        for number in numbers[-100:]:
            requests.post(callback, json={"from": number, "text": "STOP"}, timeout=10).raise_for_status()
        deadline = time.monotonic() + 120
        while messaging.waiting() and time.monotonic() < deadline:
            time.sleep(0.5)
        refused = dict(
            site.sql(
                "SELECT address, extract(epoch FROM create_date AT TIME ZONE 'UTC')::float"
                " FROM klientbox_consent_event WHERE source = 'stop'"
            )
        )
        received = {message["to"]: message["at"] for message in simulator.messages()}
        states = dict(messaging.rows("address", "reason"))
        [client] = messaging.salon.api.get("/clients", search=numbers[-1]).expect()["data"]
    assert client["sms_opt_out"] is True
    assert sorted(refused) == sorted(numbers[-100:])
    late = {number: received[number] - at for number, at in refused.items() if number in received}
    assert max(late.values(), default=0) <= 5, late
    stopped = {number for number, reason in states.items() if reason == "opted_out"}
    assert stopped == set(refused) - set(received)
    assert len(stopped) >= 90, "the test was too slow to show anything"
    assert set(numbers[:-100]) <= set(received)
    assert simulator.max_count() == 1


def test_a_hanging_gateway_delays_no_other_salon(make_site, simulator):
    """While one salon's gateway accepts messages without an answer, the other's are sent without delay."""
    with make_site("hang", salons=2, cron_threads=1).serving() as site, Simulator() as hanging:
        hanging.configure(mode="hang", report="none")
        stuck = Messaging(site, site.salon(), hanging)
        free = Messaging(site, site.salon(), simulator)
        _make_absent(site, stuck.salon, 3)
        stuck.run_now()
        hanging.wait_for(1, timeout=60)
        waits = []
        for place in range(20):
            free.absent(70, f"+4206020000{place:02}")
            started = time.time()
            free.run_now()
            waits.append(simulator.wait_for(place + 1, timeout=30)[place]["at"] - started)
            time.sleep(0.3)
        assert hanging.summary()["total"] == 1, "the gateway hangs all the while"
        assert max(waits) < 5, waits
        free.salon.api.get("/clients").expect()


def _make_absent(site, salon, count):
    """This many clients with a visit 61 days ago, 62, …: the phones in the order of their messages."""
    numbers = [f"+4206030{place:05}" for place in range(count)]
    rows = [[number, 61 + place % 30] for place, number in enumerate(numbers)]
    site.sql(
        """
        WITH given AS (SELECT * FROM json_to_recordset(%(rows)s::json) AS t(phone text, days int)),
        client AS (
            INSERT INTO klientbox_client (company_id, name, phone, active, status, last_visit_date, total_visits,
                                          total_spent, sms_opt_out, email_opt_out, version, search_key, create_date)
            SELECT %(company)s, 'Jana', phone, true, 'warning', (now() AT TIME ZONE 'Europe/Prague')::date - days, 1,
                   0, false, false, 1, 'jana ' || substr(phone, 2), now() AT TIME ZONE 'UTC'
              FROM given RETURNING id, last_visit_date
        )
        INSERT INTO klientbox_visit (company_id, client_id, state, start, stop, duration, version)
        SELECT %(company)s, id, 'done', last_visit_date + time '12:00', last_visit_date + time '12:30', 30, 1
          FROM client
        """,
        {
            "rows": json.dumps([{"phone": number, "days": days} for number, days in rows]),
            "company": salon.company_id,
        },
    )
    by_age = site.sql(
        "SELECT phone FROM klientbox_client WHERE company_id = %s ORDER BY last_visit_date DESC, id",
        [salon.company_id],
    )
    return [phone for [phone] in by_age]
