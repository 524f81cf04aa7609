"""The servers other tests rely on: the SMS gateway's simulator and the mail sink, seen through their protocols."""

import email
import email.policy
import json
import smtplib
import socket
import subprocess
import sys
import threading
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from dev.home import REPOSITORY
from dev.mail_sink import MailSink, answer_to, bounce_of
from dev.simulator import Simulator

ANA, EVA = "+420601000001", "+420601000002"


class Salon(ThreadingHTTPServer):
    """Accepts callbacks as Odoo would: `got` has their bodies, `statuses` the answers before it is 200."""

    def __init__(self, port=0):
        self.got, self.statuses, self.on_post = [], [], lambda: None
        super().__init__(("127.0.0.1", port), SalonHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/sms?token=t"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def __exit__(self, *exception):
        self.shutdown()
        super().__exit__(*exception)

    def states(self):
        return [body["state"] for body in self.got if "state" in body]


class SalonHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/sms?token=t"
        self.server.on_post()
        self.server.got.append(body)
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def salon():
    with Salon() as server:
        yield server


@pytest.fixture
def gateway(tmp_path):
    with Simulator(journal=tmp_path / "journal") as simulator:
        yield simulator


@pytest.fixture
def send(gateway):
    """Sends a message; keeps its connection, as a client with a session does."""
    with requests.Session() as session:
        session.trust_env = False

        def post(reference="r1", to=ANA, callback="", form=False, secret=gateway.secret, **options):
            fields = {"reference": reference, "to": to, "text": "Ahoj", "sender": "Salon", "callback": callback}
            headers = {"Authorization": f"Bearer {secret}"}
            body = {"data": fields} if form else {"json": fields}
            options = {"timeout": 5, "allow_redirects": False, **options}
            return session.post(f"{gateway.url}/send", headers=headers, **body, **options)

        yield post


def ask(gateway, method, path, **options):
    headers = {"Authorization": f"Bearer {gateway.secret}"}
    return requests.request(method, gateway.url + path, headers=headers, timeout=5, **options)


def modes_of(gateway):
    return [message["mode"] for message in gateway.messages()]


# Sending


@pytest.mark.parametrize("form", [False, True])
def test_a_message_is_recorded_and_accepted(gateway, send, tmp_path, form):
    before = time.time()
    answer = send(form=form)
    assert (answer.status_code, answer.json()) == (201, {"id": "sim-1", "parts": 1})
    [message] = gateway.messages()
    assert before <= message.pop("at") <= time.time()
    kept = {"reference": "r1", "to": ANA, "text": "Ahoj", "sender": "Salon", "callback": "", "mode": "ok"}
    assert {**kept, "id": "sim-1"}.items() <= message.items()
    assert json.loads((tmp_path / "journal").read_text())["id"] == "sim-1"


def test_a_wrong_secret_sends_nothing(gateway, send):
    answer = send(secret="guessed")
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    assert requests.get(f"{gateway.url}/messages/r1", timeout=5).status_code == 401
    assert gateway.messages() == []


@pytest.mark.parametrize(
    ("mode", "status", "body"),
    [
        ("refuse", 422, {"error": "invalid_number"}),
        ("busy", 429, {"error": "busy"}),
        ("unavailable", 503, {"error": "unavailable"}),
        ("redirect", 302, {}),
    ],
)
def test_modes_that_take_nothing(gateway, send, mode, status, body):
    gateway.configure(mode=mode)
    answer = send()
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers.get("Retry-After") == ("1" if mode in ("busy", "unavailable") else None)
    assert answer.headers.get("Location") == ("/send2" if mode == "redirect" else None)
    assert (gateway.messages(), gateway.count("r1")) == ([], 0)
    assert len(gateway.refused) == gateway.summary()["refused"] == (mode == "refuse")


def test_an_error_comes_after_the_message_is_taken(gateway, send):
    gateway.configure(mode="error")
    assert send().status_code == 500
    assert gateway.count("r1") == 1


def test_html_and_a_huge_answer(gateway, send):
    gateway.configure(script=["html", "huge"])
    answer = send()
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, "text/html", "<html>ok</html>")
    answer = send("r2")
    assert len(answer.content) > 2_000_000
    assert answer.json()["id"] == "sim-2"
    assert modes_of(gateway) == ["html", "huge"]


def test_a_client_may_leave_in_the_middle_of_a_huge_answer(gateway, send, capfd):
    gateway.configure(script=["huge"])
    send(stream=True).close()
    assert send("r2").status_code == 201
    assert capfd.readouterr().err == ""


def test_a_reset_connection(gateway, send):
    gateway.configure(mode="reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        send()
    assert gateway.count("r1") == 1


def test_hanging_after_and_before_the_message_is_taken(gateway, send, capfd):
    gateway.configure(script=["hang", "hang_before"])
    for reference in ("r1", "r2"):
        with pytest.raises(requests.ReadTimeout):
            send(reference, timeout=0.1)
    gateway.configure(script=["hang", "hang_before"], hang_seconds=0.1)
    assert send("r3").status_code == 201
    with pytest.raises(requests.ConnectionError, match="without response"):
        send("r4")
    assert gateway.counts() == {"r1": 1, "r3": 1}
    assert capfd.readouterr().err == ""


def test_stop_ends_a_hang_and_idle_connections(gateway, send):
    send("r0")  # leaves its connection open
    gateway.configure(script=["hang"])
    ended = []

    def hang():
        try:
            requests.post(
                f"{gateway.url}/send",
                json={"reference": "r1", "to": ANA, "text": "x"},
                headers={"Authorization": f"Bearer {gateway.secret}"},
                timeout=5,
            )
        except requests.ConnectionError as error:
            ended.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    gateway.wait_for(2)
    gateway.stop()
    thread.join(1)
    assert len(ended) == 1
    with pytest.raises(requests.ConnectionError):
        send("r2")
    assert gateway.counts() == {"r0": 1, "r1": 1}


def test_a_slow_answer(gateway, send):
    gateway.configure(answer_delay=0.2)
    assert send().elapsed.total_seconds() >= 0.2


def test_the_number_then_the_script_then_the_mode_decides(gateway, send):
    gateway.configure(mode="error", script=["busy", "ok"], modes_by_number={EVA: "refuse"})
    assert [send(f"r{n}", to).status_code for n, to in enumerate([ANA, EVA, ANA, ANA])] == [429, 422, 201, 500]
    assert gateway.config()["script"] == []


def test_counts_tell_who_was_sent_twice(gateway, send):
    for reference in ("r1", "r2", "r1"):
        send(reference)
    assert (gateway.counts(), gateway.max_count()) == ({"r1": 2, "r2": 1}, 2)
    seen = ask(gateway, "GET", "/_sim/messages?reference=r1&limit=1").json()
    assert [message["id"] for message in seen.pop("messages")] == ["sim-3"]
    callbacks = seen.pop("callbacks")
    assert seen == {"total": 3, "references": {"r1": 2, "r2": 1}, "max_count": 2, "refused": 0}
    assert {"posted", "failed", "waiting"} <= callbacks.keys()
    assert ask(gateway, "GET", f"/_sim/messages?to=%2B{EVA[1:]}").json()["messages"] == []
    assert ask(gateway, "GET", "/_sim/messages?limit=0").json()["messages"] == []


def test_a_repeated_reference_gets_the_first_answer(gateway, send):
    gateway.configure(mode="repeat")
    answers = [send(), send(), send("r2")]
    assert [answer.status_code for answer in answers] == [201, 200, 201]
    assert answers[0].json() == answers[1].json() != answers[2].json()
    assert gateway.max_count() == 1


def test_idempotent_in_any_mode(gateway, send):
    gateway.configure(idempotent=True, script=["reset", "error"])
    with pytest.raises(requests.ConnectionError):
        send()
    answer = send()
    assert (answer.status_code, answer.json()) == (200, {"id": "sim-1", "parts": 1})
    assert gateway.counts() == {"r1": 1}


def test_many_at_once(gateway):
    def one(number):
        body = {"reference": f"r{number % 20}", "to": ANA, "text": "x"}
        ask(gateway, "POST", "/send", json=body)

    gateway.configure(idempotent=True, answer_delay=0.2)
    threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 3
    assert (len(gateway.counts()), gateway.max_count()) == (20, 1)


def test_the_status_query(gateway, send):
    gateway.configure(report_delay=60)
    send()
    assert ask(gateway, "GET", "/messages/r1").json() == {"reference": "r1", "id": "sim-1", "state": "accepted"}
    gateway.report("r1", "failed")
    assert ask(gateway, "GET", "/messages/r1").json()["state"] == "failed"
    answer = ask(gateway, "GET", "/messages/r2")
    assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})
    gateway.configure(status_query=False)
    assert ask(gateway, "GET", "/messages/r1").status_code == 501


# Reports and replies


def test_a_report_follows(gateway, send, salon):
    gateway.configure(report_by_number={EVA: "failed"})
    send("r1", ANA, salon.url)
    send("r2", EVA, salon.url)
    assert gateway.settle()["posted"] == 2
    reports = sorted(salon.got, key=lambda body: body["reference"])
    assert all(body.pop("at").endswith("+00:00") for body in reports)
    assert reports == [
        {"reference": "r1", "id": "sim-1", "state": "delivered"},
        {"reference": "r2", "id": "sim-2", "state": "failed"},
    ]


def test_no_report_and_many(gateway, send, salon):
    gateway.configure(report="none")
    send(callback=salon.url)
    gateway.settle()
    assert salon.got == []
    gateway.configure(report="delivered", report_times=3)
    send("r2", callback=salon.url)
    gateway.settle()
    assert [body["reference"] for body in salon.got] == ["r2"] * 3


def test_a_report_before_the_answer(gateway, send, salon):
    gateway.configure(report_first=True, batch=True)
    send(callback=salon.url)
    assert salon.states() == ["delivered"]


def test_reports_in_batches(gateway, send, salon):
    gateway.configure(batch=True, batch_size=2, batch_wait=0.3, report_delay=0)
    for number in range(5):
        send(f"r{number}", callback=salon.url)
    gateway.settle()
    assert sorted(len(batch) for batch in salon.got) == [1, 2, 2]
    assert {report["reference"] for batch in salon.got for report in batch} == {f"r{number}" for number in range(5)}


def test_replies_follow_the_report(gateway, send, salon):
    gateway.configure(reply="Ano", reply_by_number={EVA: "STOP"}, reply_delay=0.05)
    send("r1", ANA, salon.url)
    gateway.settle()
    send("r2", EVA, salon.url)
    gateway.settle()
    assert salon.states() == ["delivered"] * 2
    assert salon.got[1::2] == [
        {"event_id": "in-1", "from": ANA, "text": "Ano", "in_reply_to": "r1"},
        {"event_id": "in-2", "from": EVA, "text": "STOP", "in_reply_to": "r2"},
    ]


def test_reports_and_replies_at_will(gateway, send, salon):
    gateway.configure(report="none")
    send(callback=salon.url)
    answer = ask(gateway, "POST", "/_sim/report", json={"reference": "r1", "state": "failed"})
    assert answer.status_code == 202
    gateway.settle()
    answer = ask(gateway, "POST", "/_sim/reply", json={"from": ANA, "text": "Stop"})
    gateway.settle()
    assert gateway.reply(ANA, "Stop", event_id="in-1") == answer.json()["event_id"] == "in-1"
    gateway.settle()
    reply = {"event_id": "in-1", "from": ANA, "text": "Stop", "in_reply_to": "r1"}
    assert (salon.states(), salon.got[1:]) == (["failed"], [reply, reply])
    assert ask(gateway, "POST", "/_sim/reply", json={"from": EVA, "text": "Stop"}).status_code == 404
    assert ask(gateway, "POST", "/_sim/report", json={"reference": "r9", "state": "failed"}).status_code == 404
    gateway.reply(EVA, "Who are you?", callback=salon.url)
    gateway.settle()
    assert salon.got[-1]["in_reply_to"] is None


def test_callbacks_wait_for_a_salon_that_is_away(gateway, send):
    with Salon() as salon:
        port = salon.server_port
    gateway.callbacks.pause = 0.1
    gateway.configure(reply="Ano")
    send(callback=salon.url)
    time.sleep(0.2)
    assert gateway.callbacks.results()["waiting"] == 1
    with Salon(port) as salon:
        salon.statuses = [503]
        results = gateway.settle()
    assert (results["posted"], results["failed"], results["waiting"]) == (2, 0, 0)
    assert results["repeated"] >= 2
    assert ["state" in body for body in salon.got] == [True, True, False]


def test_callbacks_that_fail_for_good(gateway, send, salon):
    salon.statuses = [404]
    send(callback=salon.url)
    gateway.settle()
    for callback in ("http://sms.example.com/", "https://127.0.0.1/", "http://127.0.0.1:x/", "nonsense", 5):
        send("r2", callback=callback)
    results = gateway.settle()
    assert (results["posted"], results["failed"], len(salon.got)) == (0, 6, 1)
    assert results["errors"][0] == "status 404"
    assert any("this machine only" in error for error in results["errors"])


def test_settling_counts_a_report_before_the_answer(gateway, send, salon):
    """A test that waits for a message, then for its callbacks, has them all, also while /send is not answered."""
    gateway.configure(report_first=True)
    salon.on_post = lambda: time.sleep(0.1)
    thread = threading.Thread(target=send, kwargs={"callback": salon.url})
    thread.start()
    gateway.wait_for(1)
    gateway.settle()
    assert salon.states() == ["delivered"]
    thread.join()


def test_a_salon_can_query_the_gateway_during_a_callback(gateway, send, salon):
    """A callback holds no lock of the gateway."""
    salon.on_post = lambda: ask(gateway, "GET", "/messages/r1").raise_for_status()
    gateway.configure(report_first=True)
    assert send(callback=salon.url).status_code == 201
    assert salon.states() == ["delivered"]


# The gateway itself


def test_a_restart_keeps_port_and_memory(gateway, send, salon):
    gateway.configure(report_delay=0.2)
    send(callback=salon.url)
    url = gateway.url
    gateway.stop()
    with pytest.raises(requests.ConnectionError):
        send("r2")
    time.sleep(0.3)
    assert salon.got == []
    gateway.start()
    gateway.settle()
    assert (gateway.url, salon.states(), gateway.counts()) == (url, ["delivered"], {"r1": 1})
    gateway.restart()
    assert send("r2").json()["id"] == "sim-2"


def test_the_configuration_is_shown_changed_and_reset(gateway):
    defaults = ask(gateway, "GET", "/_sim/config").json()
    assert (defaults["mode"], defaults["report_delay"], defaults["hang_seconds"]) == ("ok", 0.05, 60)
    changed = ask(gateway, "POST", "/_sim/config", json={"mode": "busy", "reply": "Ano", "answer_delay": 1}).json()
    assert changed == {**defaults, "mode": "busy", "reply": "Ano", "answer_delay": 1} == gateway.config()
    assert ask(gateway, "DELETE", "/_sim/config").json() == defaults


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"mode": "ok", "colour": 1, "size": 2}, "unknown: colour, size"),
        ({"mode": "broken"}, "wrong value: mode"),
        ({"script": ["ok", 5]}, "wrong value: script"),
        ({"script": "ok"}, "wrong value: script"),
        ({"modes_by_number": {ANA: "broken"}}, "wrong value: modes_by_number"),
        ({"report": "ok", "answer_delay": -1}, "wrong value: answer_delay, report"),
        ({"batch": "yes", "batch_size": 1.5, "report_times": True}, "wrong value: batch, batch_size, report_times"),
        ({"reply": 5}, "wrong value: reply"),
        ({"self": 5}, "unknown: self"),
    ],
)
def test_a_wrong_configuration_changes_nothing(gateway, members, named):
    before = gateway.config()
    answer = ask(gateway, "POST", "/_sim/config", json=members)
    assert (answer.status_code, answer.json()) == (400, {"error": named})
    assert gateway.config() == before


@pytest.mark.parametrize("path", ["/send", "/_sim/config", "/_sim/reply", "/_sim/report"])
def test_a_body_that_cannot_be_read(gateway, path):
    for body in (b"{", b"[]", b"\xff"):
        answer = ask(gateway, "POST", path, data=body)
        assert answer.status_code == 400
        assert "body" in answer.json()["error"]


def test_what_is_missing_is_named(gateway):
    answer = ask(gateway, "POST", "/send", json={"to": ANA, "text": 5})
    assert (answer.status_code, answer.json()) == (400, {"error": "missing: reference, text"})
    assert ask(gateway, "POST", "/nowhere").status_code == 404
    assert ask(gateway, "GET", "/_sim/mails").status_code == 404


def test_all_is_forgotten(gateway, send, salon):
    gateway.configure(mode="repeat", report_delay=60)
    send(callback=salon.url)
    forgotten = ask(gateway, "DELETE", "/_sim/messages").json()
    assert (forgotten["total"], forgotten["messages"], forgotten["callbacks"]["waiting"]) == (0, [], 0)
    assert send().status_code == 201
    gateway.reset()
    assert (gateway.messages(), gateway.config()["mode"]) == ([], "ok")


def test_waiting_has_an_end(gateway, send):
    gateway.configure(report_delay=60)
    send()
    with pytest.raises(TimeoutError):
        gateway.wait_for(2, timeout=0.05)
    with pytest.raises(TimeoutError):
        gateway.settle(timeout=0.05)


def test_as_a_process(mail):
    command = [sys.executable, "-m", "dev.simulator", "--port", "0", "--secret", "s", "--smtp-port", "0"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            smtp_port = int(process.stdout.readline().rpartition(":")[2])
            url = process.stdout.readline().split()[-1]
            body = {"reference": "r1", "to": ANA, "text": "x"}
            headers = {"Authorization": "Bearer s"}
            assert requests.post(f"{url}/send", json=body, headers=headers, timeout=5).status_code == 201
            with smtplib.SMTP("127.0.0.1", smtp_port, timeout=5) as client:
                client.send_message(mail)
            [shown] = requests.get(f"{url}/_sim/mails", timeout=5).json()
        finally:
            process.terminate()
        assert process.wait(5) == 0
    assert (shown["recipients"], shown["message_id"], shown["subject"]) == ([*ADDRESSES], mail["Message-ID"], "Účet")


# The mail sink

ADDRESSES = ("ana@client.example", "eva@client.example")


@pytest.fixture
def sink():
    with MailSink() as server:
        yield server


@pytest.fixture
def mail():
    message = EmailMessage(policy=email.policy.SMTP.clone(max_line_length=998))
    message["From"] = "Salón Ivana <ivana@salon.example>"
    message["Sender"] = "bounce@salon.example"  # the envelope's sender
    message["Reply-To"] = "catchall@salon.example"
    message["To"] = ", ".join(ADDRESSES)
    message["Subject"] = "Účet"
    message["Message-ID"] = f"<{'1234567890.' * 8}openerp-private@salon.example>"
    message["References"] = "<first@salon.example>"
    message.set_content("Děkujeme.\n.tečka\n")
    return message


@pytest.fixture
def hand_over(sink, mail):
    def send(timeout=5):
        with smtplib.SMTP(sink.host, sink.port, timeout=timeout) as client:
            return client.send_message(mail)

    return send


def test_a_mail_is_kept_as_it_came(sink, mail, hand_over):
    assert hand_over() == {}
    [kept] = sink.wait_for(1)
    assert (kept.envelope_from, kept.recipients) == ("bounce@salon.example", ADDRESSES)
    assert kept.raw == mail.as_bytes()
    assert kept.message_id == mail["Message-ID"]
    assert (kept.message["Subject"], kept.message.get_content().splitlines()) == ("Účet", ["Děkujeme.", ".tečka"])
    sink.reset()
    assert sink.mails() == []


@pytest.mark.parametrize(("mode", "status"), [("refuse_recipient", 550), ("busy", 451)])
def test_refused_recipients(sink, hand_over, mode, status):
    sink.configure(modes_by_recipient={ADDRESSES[0]: mode})
    assert {address: code for address, (code, _text) in hand_over().items()} == {ADDRESSES[0]: status}
    assert sink.mails()[0].recipients == ADDRESSES[1:]
    sink.configure(mode=mode, modes_by_recipient={})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_over()
    assert len(sink.mails()) == 1


def test_refused_content(sink, hand_over):
    sink.configure(mode="refuse_data")
    with pytest.raises(smtplib.SMTPDataError, match="554"):
        hand_over()
    assert sink.mails() == []


def test_an_answer_that_never_comes(sink, hand_over):
    sink.configure(mode="drop")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hand_over()
    sink.configure(mode="hang")
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        hand_over(timeout=0.1)
    sink.configure(hang_seconds=0.1)
    assert hand_over() == {}
    assert len(sink.mails()) == 3


def test_a_stop_ends_a_hang_and_a_start_keeps_the_port(sink, hand_over):
    sink.configure(mode="hang")
    failures = []

    def wait():
        try:
            hand_over()
        except smtplib.SMTPException as error:
            failures.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    sink.wait_for(1)
    port = sink.port
    sink.stop()
    thread.join(1)
    assert len(failures) == 1
    with pytest.raises(ConnectionRefusedError):
        hand_over()
    sink.configure(mode="ok")
    sink.start()
    assert hand_over() == {}
    assert (sink.port, len(sink.mails())) == (port, 2)


def test_an_idle_client_does_not_hold_up_a_stop(sink):
    with socket.create_connection((sink.host, sink.port)) as client:
        client.recv(100)
        started = time.monotonic()
        sink.stop()
        assert client.recv(100) == b""
        assert time.monotonic() - started < 1


def test_a_wrong_mode_is_refused(sink):
    for members in ({"mode": "broken"}, {"modes_by_recipient": {"a@b.example": "broken"}}, {"colour": 1}):
        with pytest.raises(ValueError, match="unknown"):
            sink.configure(**members)


def test_the_answer_of_a_recipient(sink, mail, hand_over):
    hand_over()
    raw = answer_to(sink.mails()[0], "Příště prosím jinak.")
    answer = email.message_from_bytes(raw, policy=email.policy.default)
    assert (answer["From"], answer["To"]) == (ADDRESSES[0], "catchall@salon.example")
    assert (answer["Subject"], answer["In-Reply-To"]) == ("Re: Účet", mail["Message-ID"])
    assert answer["References"].split() == ["<first@salon.example>", mail["Message-ID"]]
    assert answer["Message-ID"] not in (None, mail["Message-ID"])
    assert answer.get_content().strip() == "Příště prosím jinak."
    assert mail["Message-ID"].encode() in raw


@pytest.mark.parametrize(("status", "action"), [("5.1.1", "failed"), ("4.2.2", "delayed")])
def test_the_bounce_of_a_mail(sink, mail, hand_over, status, action):
    """Parsed like Odoo's mail.thread."""
    hand_over()
    bounce = email.message_from_bytes(bounce_of(sink.mails()[0], status), policy=email.policy.SMTP)
    assert bounce.get_content_type() == "multipart/report"
    assert (bounce["To"], "MAILER-DAEMON@" in bounce["From"]) == ("bounce@salon.example", True)
    parts = {part.get_content_type(): part for part in bounce.walk()}
    _server, recipient = parts["message/delivery-status"].get_payload()
    assert recipient["Final-Recipient"].split(";")[1].strip() == ADDRESSES[0]
    assert (recipient["Status"], recipient["Action"]) == (status, action)
    headers = email.message_from_string(parts["text/rfc822-headers"].get_content(), policy=email.policy.SMTP)
    assert (headers["Message-Id"], headers["Subject"]) == (mail["Message-ID"], "Účet")
