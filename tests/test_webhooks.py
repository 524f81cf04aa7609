"""Webhooks over real sockets: the job of the server delivers, receivers on loopback answer correctly, wrongly or
never."""

import base64
import hashlib
import hmac
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import psycopg2
import pytest

from dev.home import REPOSITORY
from dev.server import free_port
from dev.simulator import Simulator

from .contract import PREFIX
from .messaging import PRIVATE_NETWORKS, Messaging
from .receivers import Receiver
from .verify.masters import nudge, wait_for

SOON = 20
RECEIVERS = REPOSITORY / "docs" / "api" / "receivers"


@pytest.fixture(scope="module")
def site(make_site):
    """A server whose scheduler really runs."""
    with make_site("webhooks", salons=16, cron_threads=1).serving() as served:
        served.admin.call("ir.config_parameter", "set_param", PRIVATE_NETWORKS, "127.0.0.0/8")
        yield served


@pytest.fixture
def salon(site):
    """A salon; its webhooks are switched off afterwards, so that they don't delay the next test's job."""
    made = site.salon()
    yield made
    site.clock.reset()
    site.sql("UPDATE klientbox_webhook SET enabled = false WHERE company_id = %s", [made.company_id])


@pytest.fixture
def call(salon):
    """Calls the API; returns the body of the answer, which must have the status."""

    def call(method, path, status=200, **members):
        body = json.dumps(members) if members else None
        answer = salon.api.raw(method, PREFIX + path, {"Content-Type": "application/json"}, body)
        assert answer.status == status, answer.content
        return answer.body

    return call


@pytest.fixture
def subscribe(call):
    """Makes a webhook that leads to a receiver."""

    def subscribe(receiver, *events):
        return call("POST", "/webhooks", 201, url=receiver.url, events=list(events) or ["*"])

    return subscribe


@pytest.fixture
def pass_through(site, call):
    """Lets a webhook's deliveries be tried repeatedly, by moving the server's clock."""

    def look():
        nudge(site.cluster, site.database, "klientbox", "cron_messages")

    def pass_through(receiver, hook, hours):
        moment = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        for attempts, wait in enumerate(hours, 1):
            moment += timedelta(hours=wait)
            site.clock.set(moment)
            assert len(receiver.wait_for(attempts, pause=0.2, meanwhile=look)) == attempts
            # The result is written before the clock is moved.
            settled(call, hook)

    return pass_through


def signature(secret, received):
    """The expected header, by the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{received.id}.{received.headers['webhook-timestamp']}.".encode() + received.content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_a_change_arrives_at_once_signed_and_as_get_shows_it(salon, subscribe, call):
    with Receiver() as receiver:
        hook = subscribe(receiver, "client.*")
        clients = []
        for number in range(10):
            clients.append(salon.client(f"Client {number}", f"+42060100000{number}"))
            receiver.wait_for(len(clients), 10)
        salon.api.patch(f"/clients/{clients[0]['id']}", notes="Blond").expect()
        salon.api.delete(f"/clients/{clients[1]['id']}").expect()
        wait_for(lambda: len(receiver.received) == 12, SOON)
        first, changed, gone = (receiver.received[number] for number in (0, 10, 11))
        assert first.headers["content-type"] == "application/json"
        assert abs(time.time() - int(first.headers["webhook-timestamp"])) < 60
        assert first.headers["webhook-signature"] == signature(hook["secret"], first)
        assert {**first.event, "timestamp": None} == {
            "type": "client.created",
            "id": first.id,
            "timestamp": None,
            "company_id": salon.company_id,
            "sequence": 1,
            "data": clients[0],
        }
        assert datetime.fromisoformat(first.event["timestamp"].replace("Z", "+00:00"))
        assert changed.event["type"] == "client.updated"
        assert changed.event["data"] == salon.api.get(f"/clients/{clients[0]['id']}").expect()
        stone = {"id": clients[1]["id"], "merged_into": None}
        assert (gone.event["type"], gone.event["data"]) == ("client.deleted", stone)
        assert [one.event["sequence"] for one in receiver.received] == list(range(1, 13))
        assert len({one.id for one in receiver.received}) == 12


def test_a_receiver_that_fails_three_times_gets_it_the_fourth(salon, subscribe, call, pass_through):
    with Receiver(500, 302, 503, 204) as receiver:
        hook = subscribe(receiver, "client.created")
        salon.client()
        pass_through(receiver, hook, (0, 0.01, 0.1, 0.6))
        assert len({one.id for one in receiver.received}) == 1
        assert len({one.content for one in receiver.received}) == 1
        [delivery] = settled(call, hook)
        assert (delivery["state"], delivery["attempts"], delivery["http_status"], delivery["error"]) == (
            "delivered",
            4,
            204,
            None,
        )
        assert call("GET", f"/webhooks/{hook['id']}")["failing_since"] is None


def test_a_delivery_is_dead_after_eight_attempts_until_it_is_replayed(salon, subscribe, call, pass_through):
    with Receiver(*[500] * 8, 204) as receiver:
        hook = subscribe(receiver, "client.created")
        salon.client()
        pass_through(receiver, hook, (0, 0.01, 0.1, 0.6, 2.2, 5.5, 11, 11))
        [dead] = settled(call, hook)
        assert (dead["state"], dead["attempts"], dead["next_attempt"]) == ("dead", 8, None)
        assert call("GET", f"/webhooks/{hook['id']}/deliveries?state=delivered")["total"] == 0
        call("POST", f"/webhooks/deliveries/{dead['id']}/replay")
        wait_for(lambda: len(receiver.received) == 9, SOON)
        assert {one.id for one in receiver.received} == {dead["event_id"]}
        [delivery] = settled(call, hook)
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 1)


def settled(call, hook):
    """The webhook's deliveries, none of which is being sent."""
    latest = SimpleNamespace(rows=[])

    def are_settled():
        latest.rows = call("GET", f"/webhooks/{hook['id']}/deliveries")["data"]
        return all(row["state"] != "sending" for row in latest.rows)

    wait_for(are_settled, SOON, pause=0.2)
    return latest.rows


def test_a_hanging_receiver_delays_no_other_webhook(salon, subscribe, call):
    with Receiver("hang") as hanging, Receiver() as quick:
        stuck, hook = subscribe(hanging, "client.created"), subscribe(quick, "client.created")
        salon.client()
        wait_for(lambda: hanging.received, SOON)
        began = time.monotonic()
        for number in range(1, 6):
            salon.client(f"Client {number}", f"+42060100000{number + 1}")
        wait_for(lambda: len(quick.received) == 6, 10)
        assert len(hanging.received) == 1, "one at a time"
        wait_for(lambda: call("GET", f"/webhooks/{stuck['id']}/deliveries?state=pending")["total"] >= 5, 30)
        [first] = [row for row in settled_one(call, stuck) if row["sequence"] == 1]
        assert first["error"] == "timeout"
        assert 14_000 <= first["duration_ms"] <= 20_000
        assert time.monotonic() - began < 60
        assert call("GET", f"/webhooks/{hook['id']}")["failing_since"] is None


def settled_one(call, hook):
    """Deliveries of a webhook once the first attempt has ended."""
    latest = SimpleNamespace(rows=[])

    def has_failed():
        latest.rows = call("GET", f"/webhooks/{hook['id']}/deliveries")["data"]
        return any(row["error"] for row in latest.rows)

    wait_for(has_failed, 30, pause=0.2)
    return latest.rows


def test_who_hangs_delays_no_message_and_no_report(site, salon, subscribe, call):
    number = "+420601000009"
    with Receiver("hang") as hanging, Simulator() as simulator:
        messaging = Messaging(site, salon, simulator)
        messaging.absent(70, number)
        hook = subscribe(hanging, "client.created")
        salon.client()
        hanging.wait_for(1)
        messaging.run_now()
        wait_for(lambda: messaging.states() == {number: "delivered"}, 14)
        assert call("GET", f"/webhooks/{hook['id']}/deliveries?state=sending")["total"] == 1, "it hangs still"


def test_a_receiver_may_ask_for_patience(salon, subscribe, call):
    with Receiver(429, headers={"Retry-After": "120"}) as receiver:
        hook = subscribe(receiver, "client.created")
        salon.client()
        receiver.wait_for(1)
        [delivery] = settled_one(call, hook)
        tried, again = (datetime.fromisoformat(delivery[name]) for name in ("last_attempt", "next_attempt"))
        assert timedelta(seconds=119) <= again - tried <= timedelta(seconds=125)


def test_a_redirect_is_a_failure_and_410_the_end(salon, subscribe, call):
    with Receiver() as target, Receiver(301, headers={"Location": target.url}) as moved, Receiver(410) as gone:
        redirected, ended = subscribe(moved, "client.created"), subscribe(gone, "client.created")
        salon.client()
        wait_for(lambda: moved.received and gone.received, SOON)
        wait_for(lambda: not call("GET", f"/webhooks/{ended['id']}")["enabled"], SOON)
        assert call("GET", f"/webhooks/{ended['id']}")["disabled_reason"] == "gone"
        assert [row["state"] for row in settled(call, ended)] == ["dead"]
        [delivery] = settled(call, redirected)
        assert (delivery["state"], delivery["http_status"], delivery["error"]) == ("pending", 301, "http_301")
        assert target.received == []
        assert call("GET", f"/webhooks/{redirected['id']}")["failing_since"]


def test_no_connection_is_made_to_an_inner_address(site, salon, subscribe, call):
    """Saved while the server's administrator allowed it, or by a name with another address since."""
    with Receiver() as receiver:
        hook = subscribe(receiver, "client.created")
        site.admin.call("ir.config_parameter", "set_param", PRIVATE_NETWORKS, "10.1.2.0/24")
        try:
            salon.client()
            [delivery] = settled_one(call, hook)
            assert (delivery["state"], delivery["error"]) == ("pending", "forbidden_address")
            assert receiver.received == []
            for url, code in (
                ("http://8.8.8.8/", "forbidden_address"),
                ("https://127.0.0.1/", "forbidden_address"),
                ("https://a:b@shop.example/", "user_in_url"),
            ):
                details = call("POST", "/webhooks", 400, url=url)["error"]["details"]
                assert [(detail["field"], detail["code"]) for detail in details] == [("url", code)]
        finally:
            site.admin.call("ir.config_parameter", "set_param", PRIVATE_NETWORKS, "127.0.0.0/8")


def test_a_late_commit_is_delivered_once_and_delays_no_other_event(site, salon, subscribe):
    first, second = salon.client(), salon.client("Petra", "+420601000002")
    with Receiver() as receiver, closing(psycopg2.connect(site.cluster.dsn(site.database))) as slow:
        subscribe(receiver, "client.updated")
        slow.cursor().execute("UPDATE klientbox_client SET notes = 'late' WHERE id = %s", [first["id"]])
        salon.api.patch(f"/clients/{second['id']}", notes="quick").expect()
        # The transaction that is still open does not block the others.
        wait_for(lambda: len(receiver.received) == 1, SOON)
        slow.commit()
        salon.api.patch(f"/clients/{second['id']}", notes="quick again").expect()
        wait_for(lambda: len(receiver.received) == 3, SOON)
        events = [(one.event["data"]["id"], one.event["data"]["notes"]) for one in receiver.received]
        assert events == [(second["id"], "quick"), (first["id"], "late"), (second["id"], "quick again")]


def test_a_repeated_call_is_not_given_the_secret_again(site, salon):
    def ask(path, key, **body):
        return salon.api.request("POST", path, json=body, headers={"Idempotency-Key": key})

    body = {"url": "https://receiver.example/hook", "events": ["*"]}
    made = ask("/webhooks", "hook-1", **body)
    assert made.status == 201
    ask("/webhooks", "hook-1", **body).refused(422, "secret_given_once")
    [hook] = salon.api.get("/webhooks").expect()["data"]
    rotate = f"/webhooks/{hook['id']}/rotate"
    renewed = ask(rotate, "hook-2")
    assert renewed.status == 200
    ask(rotate, "hook-2").refused(422, "secret_given_once")
    kept = site.sql("SELECT body FROM klientbox_idempotency_answer WHERE name IN ('hook-1', 'hook-2')")
    assert len(kept) == 2
    for answer in (made, renewed):
        assert answer.body["secret"].startswith("whsec_")
        assert not [text for [text] in kept if answer.body["secret"] in text]


def test_a_secret_is_shown_once_and_rotated_with_an_overlap(salon, subscribe, call):
    with Receiver() as receiver:
        hook = subscribe(receiver)
        assert hook["secret"].startswith("whsec_")
        shown = call("GET", f"/webhooks/{hook['id']}")
        assert shown == {name: value for name, value in hook.items() if name != "secret"}
        assert call("GET", "/webhooks")["data"] == [shown]
        renewed = call("POST", f"/webhooks/{hook['id']}/rotate")
        assert {**renewed, "secret": None} == {**shown, "secret": None}
        delivery = call("POST", f"/webhooks/{hook['id']}/test", 201)
        assert delivery["type"] == "webhook.test"
        wait_for(lambda: receiver.received, SOON)
        [received] = receiver.received
        both = [signature(renewed["secret"], received), signature(hook["secret"], received)]
        assert received.headers["webhook-signature"].split(" ") == both
        assert received.event["data"] == {"webhook_id": hook["id"]}


def test_the_receiver_of_the_guide_takes_what_is_ours_and_nothing_else(salon, call):
    port = free_port()
    hook = call("POST", "/webhooks", 201, url=f"http://127.0.0.1:{port}/", name="Guide", events=["client.created"])
    environment = {**os.environ, "WEBHOOK_SECRET": hook["secret"]}
    command = [sys.executable, str(RECEIVERS / "receiver.py"), str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_for(lambda: _listens(port), SOON)
            client = salon.client()
            line = process.stdout.readline()
            assert line.startswith("1 client.created ")
            assert json.loads(line.partition(" client.created ")[2]) == client
            call("POST", f"/webhooks/{hook['id']}/rotate")
            call("POST", f"/webhooks/{hook['id']}/test", 201)
            assert process.stdout.readline().startswith("2 webhook.test "), "the old secret is good for a day"
        finally:
            process.terminate()


def test_the_guide_s_verification_refuses_what_was_changed():
    spec = importlib.util.spec_from_file_location("receiver", RECEIVERS / "receiver.py")
    receiver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(receiver)
    # The example of the Standard Webhooks specification.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert receiver.verify(secret, headers, body, now=1614265330 + 299) == {"test": 2432232314}
    for changed in (
        {"now": 1614265330 + 301},
        {"now": 1614265330 - 301},
        {"body": body + b" "},
        {"headers": {**headers, "webhook-id": "msg_other"}},
        {"headers": {**headers, "webhook-signature": "v1,AAAA"}},
        {"headers": {**headers, "webhook-timestamp": "now"}},
        {"headers": {**headers, "webhook-timestamp": "²"}},
        {"headers": {**headers, "webhook-timestamp": "1" * 5000}},
        {"headers": {**headers, "webhook-signature": "v1"}},
        {"headers": {**headers, "webhook-signature": "v1,Ä"}},
        {"headers": {}},
    ):
        arguments = {"secret": secret, "headers": headers, "body": body, "now": 1614265330, **changed}
        with pytest.raises(receiver.NotFromKlientBox):
            receiver.verify(**arguments)


def test_no_salon_reaches_the_webhooks_of_another(site, salon, subscribe, call):
    with Receiver() as receiver:
        hook = subscribe(receiver)
        delivery = call("POST", f"/webhooks/{hook['id']}/test", 201)
        stranger = site.salon()
        paths = [
            ("GET", f"/webhooks/{hook['id']}"),
            ("PATCH", f"/webhooks/{hook['id']}"),
            ("DELETE", f"/webhooks/{hook['id']}"),
            ("POST", f"/webhooks/{hook['id']}/rotate"),
            ("POST", f"/webhooks/{hook['id']}/test"),
            ("GET", f"/webhooks/{hook['id']}/deliveries"),
            ("POST", f"/webhooks/deliveries/{delivery['id']}/replay"),
        ]
        for method, path in paths:
            body = json.dumps({"enabled": False}) if method == "PATCH" else None
            answer = stranger.api.raw(method, PREFIX + path, {"Content-Type": "application/json"}, body)
            assert (answer.status, answer.error["code"]) == (404, "not_found"), path
        assert stranger.api.raw("GET", PREFIX + "/webhooks").body["data"] == []
        assert call("GET", f"/webhooks/{hook['id']}")["enabled"]


def test_a_webhook_is_made_changed_and_deleted_by_the_api(call):
    url = "https://shop.example/hook"
    hook = call("POST", "/webhooks", 201, url=url, events=["visit.done", "client.created"], enabled=False)
    assert (hook["name"], hook["events"], hook["enabled"]) == ("shop.example", ["client.created", "visit.done"], False)
    changed = call("PATCH", f"/webhooks/{hook['id']}", events=["client.*"], name="Shop", enabled=True)
    assert (changed["name"], changed["events"], changed["enabled"]) == ("Shop", ["client.*"], True)
    assert call("PATCH", f"/webhooks/{hook['id']}", **{**changed, "enabled": False})["disabled_reason"] == "by_hand"
    for members, field, code in (
        ({"events": ["client.born"]}, "events", "unknown_event"),
        ({"events": []}, "events", "required"),
        ({"url": "http://[::1]/"}, "url", "forbidden_address"),
        ({"secret": "whsec_mine"}, "secret", "unknown_field"),
        ({"failing_since": "2026-01-01T00:00:00"}, "failing_since", "read_only"),
    ):
        details = call("PATCH", f"/webhooks/{hook['id']}", 400, **members)["error"]["details"]
        assert [(detail["field"], detail["code"]) for detail in details] == [(field, code)]
    assert call("POST", f"/webhooks/{hook['id']}/test", 400)["error"]["message"]
    assert call("DELETE", f"/webhooks/{hook['id']}") == {"deleted": True, "id": hook["id"]}
    call("GET", f"/webhooks/{hook['id']}", 404)


# What a key must be able to read for an event, and an event of each resource.
RESOURCES = {"clients": "client.created", "visits": "visit.done", "messages": "message.failed"}


@pytest.fixture
def limited(site, salon):
    """Makes a key that may read only these resources, and write webhooks: (calls of the API as `call`, its ids)."""

    def limited(*readable):
        levels = {name: "read" if name in readable else "none" for name in (*RESOURCES, "services", "reports")}
        key = site.new_key(salon, rate_limit=0, **{f"{name}_access": level for name, level in levels.items()})
        api = salon.api.with_key(key)

        def call(method, path, **members):
            return api.raw(method, PREFIX + path, {"Content-Type": "application/json"}, json.dumps(members))

        return call, site.key_ids(key)

    return limited


def as_set(hook):
    """A webhook as it was set: whether its receiver answers changes by itself."""
    return {**hook, "failing_since": None}


def test_a_webhook_is_no_way_around_a_key_s_access(site, call, limited, subtests):
    """Every event, by every operation that makes, redirects or sends, with a key that may not read it."""
    [known] = {
        found[1] for found in re.finditer(r"Known events: ([a-z_., ]+)\.", str(site.api.get("/openapi.json").body))
    }
    events = known.split(", ")
    assert len(events) >= 14
    url, evil = "https://shop.example/hook", "https://evil.example/hook"
    for resource, event in RESOURCES.items():
        others = [name for name in RESOURCES if name != resource]
        ask, _key = limited(*others)
        allowed = RESOURCES[others[0]]
        mine = ask("POST", "/webhooks", url=url, events=[allowed]).expect(201)
        theirs = call("POST", "/webhooks", 201, url=url, events=[event])
        test = call("POST", f"/webhooks/{theirs['id']}/test", 201)
        before = as_set(call("GET", f"/webhooks/{theirs['id']}"))
        family = resource.removesuffix("s")
        forbidden = [*(name for name in events if name.startswith(f"{family}.")), f"{family}.*", "*"]
        attempts = [
            ("POST", "/webhooks", {"url": url}),
            *(("POST", "/webhooks", {"url": url, "events": [allowed, name]}) for name in forbidden),
            *(("PATCH", f"/webhooks/{mine['id']}", {"events": [name]}) for name in forbidden),
            ("PATCH", f"/webhooks/{theirs['id']}", {"url": evil}),
            ("PATCH", f"/webhooks/{theirs['id']}", {"url": evil, "events": [allowed]}),
            ("PATCH", f"/webhooks/{theirs['id']}", {"enabled": False}),
            ("POST", f"/webhooks/{theirs['id']}/rotate", {}),
            ("POST", f"/webhooks/{theirs['id']}/test", {}),
            ("POST", f"/webhooks/deliveries/{test['id']}/replay", {}),
        ]
        for method, path, members in attempts:
            with subtests.test(resource=resource, method=method, path=path, members=members):
                error = ask(method, path, **members).refused(403, "scope_missing")
                assert f"{resource}:read" in error["message"]
        assert as_set(call("GET", f"/webhooks/{theirs['id']}")) == before
        assert call("GET", f"/webhooks/{mine['id']}")["events"] == [allowed]
        # To give up what it may not read is allowed, to the receiver that is known already.
        assert ask("PATCH", f"/webhooks/{theirs['id']}", events=[allowed]).expect()["events"] == [allowed]


def test_deliveries_stop_with_the_access_of_the_key(site, salon, limited):
    ask, key = limited("clients", "visits")
    with Receiver() as receiver:
        hook = ask("POST", "/webhooks", url=receiver.url, events=["client.*", "visit.*"]).expect(201)
        client = salon.client("Eva", "+420601000001")
        receiver.wait_for(1, SOON)
        site.admin.call("klientbox.api.key", "write", key, {"clients_access": "none"})
        salon.api.patch(f"/clients/{client['id']}", notes="withheld").expect()
        salon.visit(client, "2026-01-15T10:00:00")
        receiver.wait_for(3, SOON)
        site.admin.call("klientbox.api.key", "action_revoke", key)
        salon.visit(client, "2026-01-16T10:00:00")
        time.sleep(3)
        assert [each.event["type"] for each in receiver.received] == ["client.created", "visit.created", "visit.done"]
        assert b"withheld" not in b"".join(each.content for each in receiver.received)
        site.admin.call("klientbox.webhook", "action_keep", [hook["id"]])
        salon.api.patch(f"/clients/{client['id']}", notes="known").expect()
        wait_for(lambda: receiver.received[-1].event["type"] == "client.updated", SOON)


def _listens(port):
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
