"""Callbacks of gateways, over real sockets: whole or cut, in any spelling. A STOP that was answered 200 takes
effect."""

import base64
import hashlib
import hmac
import json
import random
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest
import requests

from dev.simulator import Simulator

from .messaging import Messaging

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST = 64 * 1024
BODIES, SEED = 250, 13
HUGE = "1" * 5000
# Incompressible: an index accepts no more than 2,704 bytes.
LONG = base64.b64encode(random.Random(SEED).randbytes(6000)).decode()


@pytest.fixture(scope="module")
def messaging(messaging_site):
    with Simulator() as simulator:
        yield Messaging(messaging_site, messaging_site.salon(), simulator)


@pytest.fixture
def callback(messaging):
    """The gateway's present callback address: a test may have set another secret."""
    return messaging.callback


def stops(messaging):
    """Phones whose STOP is recorded."""
    rows = messaging.site.sql(
        "SELECT address FROM klientbox_consent_event WHERE company_id = %s AND kind = 'withdrawn' AND source = 'stop'",
        [messaging.salon.company_id],
    )
    return [address for [address] in rows]


def stored(messaging):
    [[count]] = messaging.site.sql(
        "SELECT count(*) FROM klientbox_inbound WHERE company_id = %s", [messaging.salon.company_id]
    )
    return count


def raw_request(url, text):
    """The status of a raw request that is not continued; None where there is no answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(text.replace(b"PATH", parts.path.encode(), 1))
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return int(answer.split()[1]) if answer else None


def chunks(*parts, end=b"0\r\n\r\n"):
    head = b"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


def part_in_windows(word):
    head = '--xyz\r\nContent-Disposition: form-data; name="{}"\r\n{}\r\n{}\r\n'
    charset = "Content-Type: text/plain; charset=windows-1250\r\n"
    return (head.format("from", "", "PHONE") + head.format("text", charset, word) + "--xyz--\r\n").encode("cp1250")


def multipart(**members):
    parts = "".join(
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in members.items()
    )
    return f"{parts}--xyz--\r\n".encode()


# (name, content type, body): the phone is PHONE, in each row another one.
SPELLINGS = [
    ("NUL as an escape", JSON, r'{"from": "PHONE", "text": "STOP\u0000"}'),
    ("NUL within the word", JSON, r'{"from": "PHONE", "text": "ST\u0000OP"}'),
    ("NUL in the phone", JSON, r'{"from": "PHONE\u0000", "text": "STOP"}'),
    ("half a surrogate pair", JSON, r'{"from": "PHONE", "text": "STOP \ud83d"}'),
    ("half a pair in the number", JSON, r'{"from": "PHONE", "text": "STOP", "event_id": "a\udc00"}'),
    ("a bare NUL", JSON, '{"from": "PHONE", "text": "STOP\0"}'),
    ("a mark", JSON, b'\xef\xbb\xbf{"from": "PHONE", "text": "STOP"}'),
    ("a mark before the word", JSON, '{"from": "PHONE", "text": "\ufeff\u200bSTOP"}'),
    ("UTF-16", JSON, '{"from": "PHONE", "text": "STOP"}'.encode("utf-16")),
    ("UTF-16 without a mark", JSON, '{"from": "PHONE", "text": "STOP"}'.encode("utf-16-be")),
    ("Windows", f"{JSON}; charset=windows-1250", '{"from": "PHONE", "text": "Odhlásit"}'.encode("cp1250")),
    ("Windows, undeclared", JSON, '{"from": "PHONE", "text": "Odhlásit"}'.encode("cp1250")),
    ("no such charset", f"{JSON}; charset=utf-7", '{"from": "PHONE", "text": "Odhlásit"}'),
    ("a bad element", JSON, '[7, {"from": "PHONE", "text": "STOP"}, null, "x", {"x": 1}, []]'),
    ("a bad event beside it", JSON, r'[{"id": "\ud800", "state": "delivered"}, {"from": "PHONE", "text": "STOP"}]'),
    (
        "another answer with the same text",
        JSON,
        '[{"from": "+420609999999", "text": "STOP"}, {"from": "PHONE", "text": "STOP"}]',
    ),
    ("a number", JSON, '{"from": DIGITS, "text": "STOP"}'),
    ("a number with an exponent", JSON, '{"from": DIGITS.0, "text": "STOP"}'),
    ("a huge number beside it", JSON, '{"from": "PHONE", "text": "STOP", "event_id": ' + HUGE + "}"),
    (
        "a long event number",
        JSON,
        '{"from": "PHONE", "text": "STOP", "event_id": "' + LONG + '"}',
    ),
    ("not a number", JSON, '{"from": "PHONE", "text": "STOP", "price": NaN}'),
    ("a member twice", JSON, '{"from": "PHONE", "text": "STOP", "text": "Ano"}'),
    ("nested beside it", JSON, '{"from": "PHONE", "text": "STOP", "x": ' + "[" * 400 + "]" * 400 + "}"),
    ("spaces", JSON, '{"from": " SPACED ", "text": " stop. "}'),
    ("without a plus", JSON, '{"from": "DIGITS", "text": "STOP"}'),
    ("a scheme", JSON, '{"from": "tel:PHONE", "text": "STOP"}'),
    ("a form", FORM, "from=%2BDIGITS&text=STOP%00"),
    ("a form whose plus is a space", FORM, "from=+DIGITS&text=STOP"),
    ("a form in Windows", FORM, f"from=DIGITS&text={quote('ODHLÁSIT'.encode('cp1250'))}"),
    (
        "a form in a charset",
        f"{FORM}; charset=iso-8859-2",
        f"from=DIGITS&text={quote('odhlásit'.encode('iso-8859-2'))}",
    ),
    ("a form with a member twice", FORM, "from=DIGITS&text=stop&text=x"),
    ("a form with bad bytes", FORM, b"from=DIGITS&x=\xff\xfe&text=STOP"),
    ("JSON that calls itself a form", FORM, '{"from": "PHONE", "text": "STOP"}'),
    ("a form that calls itself JSON", JSON, "from=DIGITS&text=STOP"),
    ("a form as text", "text/plain", "text=STOP&from=DIGITS"),
    ("parts", "multipart/form-data; boundary=xyz", multipart(**{"from": "PHONE", "text": "STOP"})),
    ("no type", None, '{"from": "PHONE", "text": "STOP"}'),
    ("a part in Windows", "multipart/form-data; boundary=xyz", part_in_windows("Odhlásit")),
    ("UTF-8 by another name", f"{JSON}; charset=iso-8859-1", '{"from": "PHONE", "text": "Odhlásit"}'),
    ("invisible characters", JSON, r'{"from": "PHONE", "text": "S\u034fTO\ufe0fP\b"}'),
    ("a plus that is encoded", JSON, '{"from": "%2BDIGITS", "text": "STOP"}'),
    ("a plus that is encoded twice", FORM, "from=%252BDIGITS&text=STOP"),
    ("a mail address", JSON, '{"from": "PHONE@sms.example.cz", "text": "STOP"}'),
    ("a SIP address with a name", JSON, r'{"from": "\"Jana\" <sip:PHONE@gw>", "text": "STOP", "state": "received"}'),
    ("parameters", JSON, '{"from": "PHONE;npi=1", "text": "STOP"}'),
    ("a name behind it", JSON, '{"from": "PHONE/Jana", "text": "STOP"}'),
]


def spelt(body, number):
    raw = body if isinstance(body, bytes) else body.encode()
    digits = number.lstrip("+")
    for name, value in (("PHONE", number), ("DIGITS", digits), ("SPACED", f"{number[:4]} {number[4:7]} {number[7:]}")):
        for encoding in ("ascii", "utf-16-le", "utf-16-be"):
            raw = raw.replace(name.encode(encoding), value.encode(encoding))
    return raw


def send(url, content_type, raw):
    headers = {"Content-Type": content_type} if content_type else {}
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, data=raw, headers=headers, timeout=30).status_code


def test_a_stop_counts_however_it_is_spelt(messaging, callback, subtests):
    numbers = {name: f"+420602{place:06}" for place, (name, *_rest) in enumerate(SPELLINGS)}
    for name, content_type, body in SPELLINGS:
        assert send(callback, content_type, spelt(body, numbers[name])) == 200, name
    query = "+420602900000"
    assert requests.get(callback, params={"from": query, "text": "STOP"}, timeout=10).status_code == 200
    assert requests.post(f"{callback}?from={query[1:-1]}1&text=STOP", timeout=10).status_code == 200
    messaging.send()
    found = stops(messaging)
    for name, number in [*numbers.items(), ("GET", query), ("POST with a query", "+420602900001")]:
        with subtests.test(name):
            assert found.count(number) == 1


def test_members_of_a_callback_may_be_in_its_address(messaging, callback, subtests):
    cases = (
        ("a form", "from", FORM, "text=STOP"),
        ("a form whose text is in the address", "text", FORM, "from=DIGITS"),
        ("an empty object", "from text", JSON, "{}"),
        ("an object", "from", JSON, '{"text": "STOP"}'),
        ("a list", "from", JSON, '[{"text": "STOP"}]'),
        ("JSON that calls itself a form", "from", FORM, '{"text": "STOP"}'),
        ("parts", "from", "multipart/form-data; boundary=xyz", multipart(text="STOP")),
        ("text", "from", "text/plain", "text=STOP"),
        ("another text", "from text", JSON, '{"text": "Ano"}'),
        ("nothing of it", "key", JSON, '{"from": "PHONE", "text": "STOP"}'),
    )
    numbers = [f"+420604{place:06}" for place in range(len(cases))]
    for number, (name, in_address, content_type, body) in zip(numbers, cases, strict=True):
        members = {"from": quote(number), "text": "STOP", "key": "x"}
        query = "&".join(f"{member}={members[member]}" for member in in_address.split())
        assert send(f"{callback}?{query}", content_type, spelt(body, number)) == 200, name
    messaging.send()
    found = stops(messaging)
    for number, (name, *_rest) in zip(numbers, cases, strict=True):
        with subtests.test(name):
            assert found.count(number) == 1


def test_whatever_holds_a_stop_is_obeyed(messaging, callback):
    """Some hundred bodies generated from a seed, with changes that gateways, proxies and phones make to an event."""
    numbers = [f"+421905{place:06}" for place in range(BODIES)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda number: send(callback, *made_up(random.Random(number), number)), numbers))
    assert set(statuses) == {200}
    messaging.send()
    missing = set(numbers) - set(stops(messaging))
    assert not missing, f"{len(missing)}: {[made_up(random.Random(number), number) for number in sorted(missing)[:3]]}"


def made_up(chance, number):
    """(content type, body) with a STOP from a phone."""
    word = chance.choice(
        ["STOP", "stop", "Stop prosím", "ODHLÁSIT", "unsubscribe!", "\u200bSTOP", "STOP\u0000", "QUIT\ud800"]
    )
    phone = chance.choice(
        [number, number[1:], f"00{number[1:]}", f" {number}", f"{number[:4]} {number[4:]}", f"tel:{number}"]
    )
    event = {"from": phone, "text": word}
    for name, value in chance.sample(
        [
            ("event_id", chance.choice([None, number, 10**30, {"a": 1}, "x" * 3000, "\u0000"])),
            ("x", [[{"y": None}]]),
            ("\u0000", "\udfff"),
            ("in_reply_to", chance.choice(["none", 7, ["a"], None])),
            ("time", 1e300),
        ],
        chance.randint(0, 5),
    ):
        event[name] = value
    kind = chance.choice(["json", "json", "batch", "form", "parts", "text"])
    if kind in ("json", "batch", "text"):
        junk = chance.choices(
            [None, 5, "x", {}, [], {"state": "odd"}, {"id": "\ud800", "state": "delivered"}, {"from": "x"}], k=4
        )
        data = event if kind == "json" else [*junk[:2], event, *junk[2:]]
        text = json.dumps(data)
        encoding = chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
        return chance.choice([JSON, "text/plain", FORM, f"{JSON}; charset=latin-1", None]), text.encode(encoding)
    # Without halves of pairs, which only JSON has. A question mark for one is another text: "QUIT?" waits for a person.
    members = {name: str(value).encode("utf-8", "ignore").decode() for name, value in event.items()}
    members = {name: value for name, value in members.items() if name != "\0"}
    if kind == "parts":
        return "multipart/form-data; boundary=xyz", multipart(**members)
    encoding = chance.choice(["utf-8", "cp1250"])
    query = "&".join(f"{quote(name)}={quote(value.encode(encoding, 'replace'))}" for name, value in members.items())
    return FORM, query.encode()


def test_what_is_not_whole_is_refused_and_not_stored(messaging, callback):
    event = b'{"from": "+420603000001", "text": "STOP"}'
    many = b"[" + b" " * MOST
    whole = b"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    before = stored(messaging)
    for name, text, status in (
        ("a body that ends early", whole % 500 + event, 400),
        ("a form that ends early", (whole % 500).replace(b"json", b"x-www-form-urlencoded") + b"from=1&text=A", 400),
        ("chunks without an end", chunks(event, end=b""), 400),
        ("a chunk that ends early", chunks(end=b"ff\r\n" + event), 400),
        ("a chunk of no length", chunks(event, end=b"zz\r\n"), 400),
        ("too long", whole % (MOST + 1) + many, 413),
        ("too long in chunks", chunks(*[many[i : i + 8192] for i in range(0, len(many), 8192)]), 413),
        ("a form too long", (whole % (MOST + 1)).replace(b"json", b"x-www-form-urlencoded") + many, 413),
        (
            "a form too long in chunks",
            chunks(b"text=STOP&from=+420603000001&x=", many).replace(b"json", b"x-www-form-urlencoded"),
            413,
        ),
        (
            "parts too long",
            (whole % (MOST + 9)).replace(b"application/json", b"multipart/form-data; boundary=xyz") + b"-" * (MOST + 9),
            413,
        ),
        ("packed", (whole % len(event)).replace(b"Host: x", b"Host: x\r\nContent-Encoding: gzip") + event, 415),
    ):
        assert raw_request(callback, text) == status, name
    assert stored(messaging) == before
    # Complete, and just below the maximum length.
    padded = event[:-1] + b" " * (MOST - len(event)) + b"}"
    assert raw_request(callback, chunks(padded[:40_000], padded[40_000:])) == 200
    assert send(callback, JSON, padded) == 200
    assert stored(messaging) == before + 1
    messaging.send()
    assert stops(messaging).count("+420603000001") == 1


def digits_of_arabic(match):
    return match[0].translate({ord("0") + digit: 0x660 + digit for digit in range(10)})


def test_looking_stores_nothing_and_a_stranger_s_body_is_not_read(messaging, callback):
    before = stored(messaging)
    stranger = f"{callback[:-1]}{'x' if callback[-1] != 'x' else 'y'}"
    query = "?from=601603604&text=STOP"
    for method, url, status in (
        ("HEAD", callback + query, 200),
        ("OPTIONS", callback + query, 204),
        ("GET", callback, 200),
        ("HEAD", stranger, 404),
        ("OPTIONS", stranger, 404),
        ("POST", callback.replace("/gateway/", "/gateway%2F") + query, 404),
        ("POST", re.sub(r"/gateway/(\d+)", digits_of_arabic, callback) + query, 404),
        ("PUT", callback, 405),
        ("DELETE", callback, 405),
    ):
        answer = requests.request(method, url, timeout=10)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (status, False), method
    assert requests.options(callback, timeout=10).headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    begun = time.monotonic()
    # The announced body never comes: a server that waits for it waits forever.
    waiting = b"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 50000\r\n\r\n"
    parts = urlsplit(stranger)
    for content_type in (b"application/json", FORM.encode(), b"multipart/form-data; boundary=x"):
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
            connection.sendall((waiting % content_type).replace(b"PATH", parts.path.encode(), 1))
            assert connection.recv(100).split()[1] == b"404"
    assert time.monotonic() - begun < 10
    assert stored(messaging) == before


def test_what_can_t_be_read_raises_one_alarm_and_can_be_read_again(messaging, callback):
    admin = messaging.site.admin
    subject = "KlientBox cannot read callbacks from Simulator"

    def notices():
        return admin.call("mail.message", "search_count", [("subject", "=", subject)])

    def unread():
        [row] = admin.call("klientbox.settings", "read", [messaging.settings_id], ["unread_count"])
        return row["unread_count"]

    admin.call("klientbox.gateway", "action_close_alarm", [messaging.gateway])
    before = notices()
    for body in (
        '{"msisdn": "601 605 001", "message": "STOP"}',
        '{"msisdn": "601 605 002", "message": "STOP"}',
        "<sms/>",
    ):
        assert send(callback, JSON, body.encode()) == 200
        messaging.send()
    assert notices() - before > 0
    once = notices()
    assert unread() >= 3
    messaging.write_gateway(reply_from_path="msisdn", reply_text_path="message")
    admin.call("klientbox.gateway", "action_read_again", [messaging.gateway])
    messaging.send()
    assert {"+420601605001", "+420601605002"} <= set(stops(messaging))
    assert unread() >= 1, "the rest is unreadable as before, so the alarm is open again"
    assert notices() > once
    messaging.write_gateway(reply_from_path="from", reply_text_path="text")


def test_a_signed_gateway_is_heard_with_its_signature_alone(messaging):
    messaging.write_gateway(signature_header="X-Signature", timestamp_header="X-Time", new_signing_secret="tajné")
    callback, body = messaging.callback, b'{"from": "+420603000009", "text": "STOP"}'
    now = int(time.time())

    def signed(moment=now, secret="tajné", content=body, form="{}"):
        digest = hmac.new(secret.encode(), f"{moment}.".encode() + content, hashlib.sha256)
        return {"X-Time": str(moment), "X-Signature": form.format(digest.hexdigest())}

    base = base64.b64encode(bytes.fromhex(signed()["X-Signature"])).decode()
    before = stored(messaging)
    for name, headers in (
        ("none", {}),
        ("no time", {"X-Signature": signed()["X-Signature"]}),
        ("another secret", signed(secret="jiné")),
        ("another body", signed(content=b"{}")),
        ("an old one", signed(now - 400)),
        ("one of the future", signed(now + 400)),
        ("a time that was changed", {**signed(), "X-Time": str(now + 1)}),
        ("no ASCII", {**signed(), "X-Signature": "é".encode("latin-1")}),
    ):
        assert requests.post(callback, data=body, headers=headers, timeout=10).status_code == 401, name
    assert stored(messaging) == before
    for headers in (signed(), signed(form="sha256={}"), {**signed(), "X-Signature": base}):
        assert requests.post(callback, data=body, headers=headers, timeout=10).status_code == 200
    assert stored(messaging) == before + 1
    # The address of a POST is not signed; of a GET it is the signed part.
    query = "from=%2B42060300001{}&text=STOP"
    for body_signed in (b"", b"{}"):
        answer = requests.post(
            f"{callback}?{query.format(0)}", data=body_signed, headers=signed(content=body_signed), timeout=10
        )
        assert answer.status_code == 200
    forged, right = (signed(content=text) for text in (b"", query.format(1).encode()))
    assert requests.get(f"{callback}?{query.format(1)}", headers=forged, timeout=10).status_code == 401
    assert requests.get(f"{callback}?{query.format(1)}", headers=right, timeout=10).status_code == 200
    messaging.send()
    assert [stops(messaging).count(f"+42060300001{last}") for last in (0, 1)] == [0, 1]
    [row] = messaging.site.admin.call("klientbox.gateway", "read", [messaging.gateway])
    assert "tajné" not in str(row)
    messaging.write_gateway(signature_header=False, timestamp_header=False)


def test_a_rolled_address_ends_at_once_or_after_a_day(messaging):
    admin, body = messaging.site.admin, {"id": "none", "state": "odd"}

    def status(url):
        return requests.post(url, json=body, timeout=10).status_code

    first = messaging.callback
    admin.call("klientbox.gateway", "action_roll_callback", [messaging.gateway])
    second = messaging.callback
    assert second != first
    assert (status(first), status(second)) == (200, 200)
    messaging.site.sql(
        "UPDATE klientbox_gateway SET previous_callback_until = previous_callback_until - interval '1 day'"
        " WHERE id = %s RETURNING id",
        [messaging.gateway],
    )
    assert (status(first), status(second)) == (404, 200)
    admin.call("klientbox.gateway", "action_roll_callback_now", [messaging.gateway])
    third = messaging.callback
    assert (status(first), status(second), status(third)) == (404, 404, 200)


def test_a_late_stop_to_a_gateway_that_is_archived_is_obeyed(messaging, callback):
    """Also of an archived company: its recipients may still reply."""
    numbers = ["+420601555001", "+420601555002"]
    call = messaging.site.admin.call
    assert requests.post(callback, json={"from": numbers[0], "text": "STOP"}, timeout=30).status_code == 200
    call("klientbox.gateway", "write", [messaging.gateway], {"active": False})
    messaging.site.sql("UPDATE res_company SET active = FALSE WHERE id = %s", [messaging.salon.company_id])
    try:
        assert requests.post(callback, json={"from": numbers[1], "text": "STOP"}, timeout=30).status_code == 200
        messaging.site.run_job("cron_messages")
    finally:
        messaging.site.sql("UPDATE res_company SET active = TRUE WHERE id = %s", [messaging.salon.company_id])
        call("klientbox.gateway", "write", [messaging.gateway], {"active": True})
    assert set(numbers) <= set(stops(messaging))
