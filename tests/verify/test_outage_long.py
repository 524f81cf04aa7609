"""PostgreSQL unavailable for twenty seconds under load, and five times for ten while messages are sent: correct errors
at once, recovery at once and by itself, no acknowledged write is lost and nothing is sent twice."""

import time
from collections import Counter

import pytest

from tests.api import examine
from tests.contract import PREFIX
from tests.outage import Load, lasting, log_sequences, serving_pids, stopped, wait_for

from . import figures

THREADS, AWAY = 8, 20
ANSWERED_WITHIN, BACK_WITHIN = 2, 5
ENOUGH = 50  # writes before it and after it
CRASHES, CRASH_SECONDS, BETWEEN_SECONDS = 5, 10, 6
MESSAGES, ANSWER_SECONDS = 300, 0.3
SETTLED_WITHIN = 300


@pytest.fixture(scope="module")
def served(make_site, cluster):
    with lasting(make_site, cluster, "outage_long") as site:
        yield site


def test_twenty_seconds_without_postgresql(served, cluster):
    salon = served.salon()
    process, workers = served.server.pid, serving_pids(served.server)
    with Load(salon, THREADS) as load:
        wait_for(lambda: len(load.acknowledged) >= ENOUGH, 60)
        going = time.monotonic()
        with stopped(cluster):
            gone = time.monotonic()
            time.sleep(AWAY)
            coming = time.monotonic()
        back = time.monotonic()
        wait_for(lambda: any(each.answer.status == 200 and each.sent_at > back for each in load.timed), BACK_WITHIN)
        acknowledged = len(load.acknowledged)
        wait_for(lambda: len(load.acknowledged) >= acknowledged + ENOUGH, 60)

    during = [each for each in load.timed if gone <= each.sent_at and each.sent_at + each.seconds <= coming]
    good = min(each.sent_at + each.seconds for each in load.timed if each.sent_at > gone and each.answer.status < 300)
    kept = {client["id"]: client["phone"] for client in salon.api.pages("/clients")}
    lost = dict(load.acknowledged.items() - kept.items())
    figures.keep(
        "outage",
        {
            "acknowledged": len(load.acknowledged),
            "answers_while_away": {str(status): count for status, count in statuses(during).items()},
            "first_good_answer_after": round(good - back, 2),
            "lost": len(lost),
            "not_acknowledged_but_there": len(kept.keys() - load.acknowledged.keys()),
            "seconds_away": round(coming - gone, 1),
            "slowest_answer_while_away": round(max(each.seconds for each in during), 3),
            "unanswered": len(load.unanswered),
        },
    )
    assert load.unanswered == []
    for each in load.timed:
        examine(each.answer)
        if each.answer.status == 503:
            each.answer.refused(503, "unavailable")
            assert int(each.answer.headers["Retry-After"]) >= 1
    assert statuses(during).keys() == {503}
    assert statuses(load.timed).keys() == {200, 201, 503}
    assert max(each.seconds for each in load.timed if each.sent_at + each.seconds > going) < ANSWERED_WITHIN
    assert good - back < BACK_WITHIN
    assert lost == {}
    assert (served.server.pid, serving_pids(served.server)) == (process, workers)


def test_five_crashes_while_messages_are_sent(messaging, gateway, cluster):
    """With a scheduler, which ends with its connection: nothing is restarted by hand."""
    if cluster.external:
        pytest.skip("the PostgreSQL of $KLIENTBOX_PG is not ours to stop")
    gateway.configure(answer_delay=ANSWER_SECONDS)
    log_sequences(messaging.site)
    with messaging.serving() as [server]:
        salon, busy = messaging.open_salon(MESSAGES), messaging.site.salon()
        web, master, backs = messaging.site.web("admin", "admin"), server.pid, []
        cookies = web.session.cookies.get_dict()
        salon.run_now()
        with Load(busy) as load:
            for crash in range(1, CRASHES + 1):
                messaging.until_taken(10 * crash)
                with stopped(cluster):
                    time.sleep(CRASH_SECONDS)
                backs.append(wait_for(lambda: busy.api.raw("GET", f"{PREFIX}/services").status == 200, BACK_WITHIN))
                time.sleep(BETWEEN_SECONDS)
                assert (server.ended(), server.pid) == (False, master)
        salon.settle({"delivered": MESSAGES}, SETTLED_WITHIN)
        kept = {client["id"]: client["phone"] for client in busy.api.pages("/clients")}
        figures.keep(
            "crashes_with_scheduler",
            {
                "acknowledged": len(load.acknowledged),
                "back_after": [round(seconds, 2) for seconds in backs],
                "crashes": CRASHES,
                "lost": len(load.acknowledged.items() - kept.items()),
                "master_restarts": int(server.pid != master),
                "messages": MESSAGES,
                "seconds_away": CRASH_SECONDS,
                "sent_twice": sum(count for times, count in salon.counts().items() if times > 1),
                "unanswered": len(load.unanswered),
                "unknown_meanwhile": salon.passed("unknown"),
            },
        )
        assert salon.counts() == {1: MESSAGES}
        assert load.acknowledged.items() <= kept.items()
        assert load.unanswered == []
        assert (server.ended(), server.pid) == (False, master)
        assert web.session.cookies.get_dict() == cookies
        assert web.call("res.users", "search_count", [("id", "=", web.user_id)]) == 1


def statuses(timed):
    """How often each status was answered."""
    return Counter(each.answer.status for each in timed)
