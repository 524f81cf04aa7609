"""The limit of requests of a key: exact over all processes, for this key alone; and keys that expire."""

import time
import zlib
from datetime import datetime, timedelta, timezone

import pytest

from .salons import serialization_failures

LIMIT = 100
# Thirty rounds, over two masters: tests/verify/test_limit_masters.py.
CLIENTS, CALLS, ROUNDS = 16, 20, 3
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def limited(site, salon):
    """The API with a fresh key of the usual limit."""
    return salon.api.with_key(site.new_key(salon))


def use_up(api, count=LIMIT):
    for _ in range(count):
        api.get("/services").expect()


def test_of_320_calls_at_once_exactly_100_are_accepted_in_each_round(site, salon, at_once):
    before = serialization_failures(site.cluster, site.server)
    for number in range(ROUNDS):
        key = site.new_key(salon, f"round {number}")

        def calls(_number, key=key):
            api = salon.api.with_key(key)
            return [api.get("/services") for _ in range(CALLS)]

        answers = [answer for own in at_once(CLIENTS, calls) for answer in own]
        refused = [answer for answer in answers if answer.status != 200]
        assert (len(answers), len(answers) - len(refused)) == (CLIENTS * CALLS, LIMIT), f"round {number}"
        for answer in refused:
            answer.refused(429, "rate_limited")
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(site.server.worker_pids()) >= 2
    assert serialization_failures(site.cluster, site.server) == before


def test_every_answer_tells_what_is_left_and_the_101st_when_to_come_back(limited):
    for left in range(LIMIT - 1, -1, -1):
        answer = limited.get("/services")
        answer.expect()
        assert answer.headers["RateLimit-Policy"] == f'"default";q={LIMIT};w=60'
        assert answer.headers["RateLimit"].startswith(f'"default";r={left};t=')
    answer = limited.get("/services")
    answer.refused(429, "rate_limited")
    seconds = int(answer.headers["Retry-After"])
    assert 1 <= seconds <= 60
    assert answer.headers["RateLimit"] == f'"default";r=0;t={seconds}'


def test_a_call_after_the_seconds_of_retry_after_is_accepted_and_not_before(site, limited):
    use_up(limited)
    [key_id] = site.key_ids(limited.key)
    # Instead of waiting a minute: the oldest of the hundred is made 58.5 seconds old, the others with it.
    site.sql(
        """
        UPDATE klientbox_api_rate SET ring = ARRAY(
            SELECT hit - (interval '58.5 s' - (clock_timestamp() - (SELECT min(x) FROM unnest(ring) AS x)))
              FROM unnest(ring) WITH ORDINALITY AS hits(hit, place) ORDER BY place
        ) WHERE key_id = %s
        """,
        [key_id],
    )
    answer = limited.get("/services")
    answer.refused(429, "rate_limited")
    time.sleep(int(answer.headers["Retry-After"]))
    limited.get("/services").expect()


def test_refused_calls_count_nothing_and_bad_requests_count_as_any_other(limited):
    limited.get("/clients/999999999").refused(404, "not_found")
    limited.get("/nowhere").refused(404, "not_found")
    limited.post("/clients").invalid(name="required", phone="required")
    limited.delete("/services").refused(405, "method_not_allowed")
    answer = limited.get("/services")
    left = int(answer.headers["RateLimit"].split(";")[1].removeprefix("r="))
    # Without an operation, no key is checked; requests that reached an operation were counted.
    assert left == LIMIT - 3
    use_up(limited, left)
    for _ in range(20):
        limited.get("/services").refused(429, "rate_limited")


def test_the_document_and_options_need_no_key_and_count_nothing(limited):
    for _ in range(3):
        limited.get("/openapi.json").expect()
        limited.request("OPTIONS", "/clients")
    assert limited.get("/services").headers["RateLimit"].startswith(f'"default";r={LIMIT - 1};')


def test_other_keys_have_limits_of_their_own(site, salon, limited):
    other_salon = site.salon()
    beside = salon.api.with_key(site.new_key(salon, "beside"))
    stranger = other_salon.api.with_key(site.new_key(other_salon))
    use_up(limited)
    limited.get("/services").refused(429, "rate_limited")
    for api in (beside, stranger):
        assert api.get("/services").headers["RateLimit"].startswith(f'"default";r={LIMIT - 1};')


def test_a_key_without_limit_has_none(salon):
    for _ in range(LIMIT + 20):
        assert "RateLimit" not in salon.api.get("/services").headers


def test_a_wrong_secret_behind_a_right_public_part_uses_nothing_up(limited):
    wrong = limited.with_key(forged(limited.key))
    for _ in range(LIMIT + 20):
        answer = wrong.get("/services")
        answer.refused(403, "api_key_invalid")
        assert "RateLimit" not in answer.headers
    assert limited.get("/services").headers["RateLimit"].startswith(f'"default";r={LIMIT - 1};')


def forged(key):
    """A key with the same public part, another secret and a correct checksum."""
    body = key[:18] + key[18:61][::-1]
    number, checksum = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        checksum = DIGITS[digit] + checksum
    assert len(body + checksum) == len(key)
    return body + checksum


def test_another_limit_holds_from_the_next_call(site, limited):
    use_up(limited, 10)
    site.admin.call("klientbox.api.key", "write", site.key_ids(limited.key), {"rate_limit": 12})
    use_up(limited, 2)
    limited.get("/services").refused(429, "rate_limited")
    site.admin.call("klientbox.api.key", "write", site.key_ids(limited.key), {"rate_limit": 14})
    use_up(limited, 2)
    limited.get("/services").refused(429, "rate_limited")


@pytest.mark.parametrize(
    "key",
    [
        "x",
        "kbx_live_",
        "Bearer kbx_live_AbCd1234",
        "kbx_live_AbCd1234_" + "A" * 49,
        "kbx_live_" + "A" * 10_000,
        "' OR 1=1 --",
        "\u017elu\u0165ou\u010dk\u00fd".encode().decode("latin-1"),
    ],
)
def test_junk_is_no_key(empty_salon, key):
    empty_salon.api.with_key(key).get("/services").refused(403, "api_key_invalid")


def test_a_key_with_one_character_changed_is_no_key(limited):
    for place in (9, 20, len(limited.key) - 1):
        other = "A" if limited.key[place] != "A" else "B"
        wrong = limited.key[:place] + other + limited.key[place + 1 :]
        limited.with_key(wrong).get("/services").refused(403, "api_key_invalid")


def test_a_key_in_the_address_is_not_taken(empty_salon):
    answer = empty_salon.api.with_key(None).get("/services", api_key=empty_salon.key)
    answer.refused(400, "api_key_in_address")


def test_a_revoked_key_stops_at_once_in_all_processes(site, limited):
    use_up(limited, 4)
    site.admin.call("klientbox.api.key", "action_revoke", site.key_ids(limited.key))
    for _ in range(40):
        limited.get("/services").refused(403, "api_key_revoked")


def test_an_expired_key_stops(site, salon):
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    expired = site.new_key(salon, expires_at=f"{now - timedelta(seconds=2):%Y-%m-%d %H:%M:%S}")
    salon.api.with_key(expired).get("/services").refused(403, "api_key_expired")
    later = site.new_key(salon, "later", expires_at=f"{now + timedelta(hours=1):%Y-%m-%d %H:%M:%S}")
    salon.api.with_key(later).get("/services").expect()


def test_the_keys_of_an_archived_company_stop_until_it_is_back(site, salon):
    def archive(archived):
        context = {"allowed_company_ids": [1], "active_test": False}
        site.admin.call("res.company", "write", [salon.company_id], {"active": not archived}, context=context)

    archive(True)
    try:
        salon.api.get("/services").refused(403, "company_inactive")
    finally:
        archive(False)
    salon.api.get("/services").expect()


def test_a_key_is_not_to_be_read_again(site, salon, limited):
    record = site.admin.call("klientbox.api.key", "read", site.key_ids(limited.key))[0]
    secret = limited.key.split("_")[3]
    assert record["prefix"] in limited.key
    assert "digest" not in record
    assert secret not in str(record)
