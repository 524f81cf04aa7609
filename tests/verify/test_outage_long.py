"""PostgreSQL away for twenty seconds under load: honest at once, back at once, and no acknowledged write is lost."""

import time
from collections import Counter

import pytest

from tests.api import examine
from tests.outage import Load, lasting, stopped, wait_for

from . import figures

THREADS, AWAY = 8, 20
ANSWERED_WITHIN, BACK_WITHIN = 2, 5
ENOUGH = 50  # writes before it and after it


@pytest.fixture(scope="module")
def served(make_site, cluster):
    with lasting(make_site, cluster, "outage_long") as site:
        yield site


def test_twenty_seconds_without_postgresql(served, cluster):
    salon = served.salon()
    process, workers = served.server.pid, served.server.worker_pids()
    with Load(salon, THREADS) as load:
        wait_for(lambda: len(load.acknowledged) >= ENOUGH, 60)
        going = time.monotonic()
        with stopped(cluster):
            gone = time.monotonic()
            time.sleep(AWAY)
            coming = time.monotonic()
        back = time.monotonic()
        wait_for(lambda: any(each.answer.status == 200 and each.asked_at > back for each in load.timed), BACK_WITHIN)
        acknowledged = len(load.acknowledged)
        wait_for(lambda: len(load.acknowledged) >= acknowledged + ENOUGH, 60)

    during = [each for each in load.timed if gone <= each.asked_at and each.asked_at + each.seconds <= coming]
    good = min(each.asked_at + each.seconds for each in load.timed if each.asked_at > gone and each.answer.status < 300)
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
    assert max(each.seconds for each in load.timed if each.asked_at + each.seconds > going) < ANSWERED_WITHIN
    assert good - back < BACK_WITHIN
    assert lost == {}
    assert (served.server.pid, served.server.worker_pids()) == (process, workers)


def statuses(timed):
    """How often each status was answered."""
    return Counter(each.answer.status for each in timed)
