"""The limit is exact over two masters, at once and over minutes, and no call waits for a serialization failure."""

import itertools
import time
from collections import Counter
from datetime import timedelta

import pytest

from . import figures
from .masters import wait_for

LIMIT, WINDOW = 100, timedelta(seconds=60)
CLIENTS, CALLS, ROUNDS = 16, 20, 30
STEADY_SECONDS, A_SECOND = 300, 3
# Every moment at which a call was admitted, by the deciding clock.
REMEMBER = """
    CREATE TABLE verify_admission (key_id int NOT NULL, at timestamptz NOT NULL);
    CREATE FUNCTION verify_admit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO verify_admission SELECT NEW.key_id, at FROM (
            SELECT unnest(NEW.ring) AS at EXCEPT SELECT unnest(CASE WHEN TG_OP = 'UPDATE' THEN OLD.ring END)
        ) fresh WHERE at > '-infinity';
        RETURN NULL;
    END $$;
    CREATE TRIGGER verify_admit AFTER INSERT OR UPDATE ON klientbox_api_rate
        FOR EACH ROW EXECUTE FUNCTION verify_admit();
"""


@pytest.fixture(scope="module")
def salon(duo):
    return duo.site.salon()


def test_of_320_calls_at_once_exactly_100_are_let_in_whichever_master_they_meet(duo, salon, at_once):
    before, accepted, started = duo.serialization_failures(), [], time.monotonic()
    for number in range(ROUNDS):
        key = duo.site.new_key(salon, f"round {number}")

        def calls(client, key=key):
            api = duo.api(client, key)
            return [api.get("/services") for _ in range(CALLS)]

        answers = [answer for own in at_once(CLIENTS, calls) for answer in own]
        assert len(answers) == CLIENTS * CALLS
        for answer in answers:
            if answer.status != 200:
                answer.refused(429, "rate_limited")
                assert 1 <= int(answer.headers["Retry-After"]) <= WINDOW.seconds
        accepted.append(sum(answer.status == 200 for answer in answers))
    result = {
        "accepted": dict(Counter(accepted)),
        "calls": ROUNDS * CLIENTS * CALLS,
        "calls_a_second": round(ROUNDS * CLIENTS * CALLS / (time.monotonic() - started)),
        "rounds": ROUNDS,
        "serialization_failures": duo.serialization_failures() - before,
    }
    figures.keep("limit_at_once", result)
    assert accepted == [LIMIT] * ROUNDS
    assert result["serialization_failures"] == 0


def test_no_minute_of_a_steady_stream_holds_more_than_100_and_retry_after_is_true(duo, salon):
    before = duo.serialization_failures()
    duo.site.sql(REMEMBER)
    key = duo.site.new_key(salon, "steady")
    [key_id] = duo.site.key_ids(key)
    apis = [duo.api(number, key) for number in range(2)]
    statuses, started = Counter(), time.monotonic()
    for number in range(STEADY_SECONDS * A_SECOND):
        time.sleep(max(0, started + number / A_SECOND - time.monotonic()))
        statuses[apis[number % 2].get("/services").status] += 1
    seconds = time.monotonic() - started

    # A caller who waits as required is admitted; there are no other calls meanwhile.
    waits = []
    for number in range(3):
        refusals = []

        def is_refused(number=number, refusals=refusals):
            answer = apis[number % 2].get("/services")
            refusals[:] = [answer] if answer.status == 429 else []
            return refusals

        wait_for(is_refused, 60, pause=0)
        waits.append(int(refusals[0].headers["Retry-After"]))
        time.sleep(waits[-1])
        apis[1 - number % 2].get("/services").expect()

    moments = [at for [at] in duo.site.sql("SELECT at FROM verify_admission WHERE key_id = %s ORDER BY at", [key_id])]
    most = max(
        sum(1 for _ in itertools.takewhile(lambda at, first=first: at < first + WINDOW, moments[index:]))
        for index, first in enumerate(moments)
    )
    result = {
        "calls": sum(statuses.values()),
        "most_in_60_s": most,
        "refused": statuses[429],
        "retry_after_kept": waits,
        "seconds": round(seconds),
        "serialization_failures": duo.serialization_failures() - before,
    }
    figures.keep("limit_steady", result)
    assert statuses.keys() == {200, 429}
    assert len(moments) >= statuses[200]
    assert most == LIMIT
    assert result["serialization_failures"] == 0
