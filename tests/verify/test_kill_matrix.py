"""A process is killed at each point of sending (K1 to K8); the gateway counts, the database stores each state."""

import os
import signal
import threading

import pytest

from .masters import CRON, wait_for

MESSAGES = 5  # less than MessageSender claims at once
CLAIM_ENDS, ATTEMPT_ENDS = (
    60,
    150,
)  # seconds for a lease of 30 to expire, or of 60 and a query; and for a job to see it
MANY = 500
# Longer than a server of two cores takes to start the next one.
ANSWER_SECONDS = 0.05
WAITING_REPORTS = "SELECT count(*) FROM klientbox_inbound WHERE state NOT IN ('done', 'unmatched', 'unreadable')"
LOST_JOB = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle in transaction'
       AND query ~ %s
"""

FIRST = "+420600000001"  # clients in the order of their messages
SENT = "queued claimed sending sent"
DELIVERED = f"{SENT} delivered"
CLAIMED_TWICE = "queued claimed"


@pytest.fixture
def die(messaging):
    """Queues messages with a server that kills itself at a point; the salon in the resulting state."""

    def die(point):
        with messaging.serving(fault=point) as [doomed]:
            salon = messaging.open_salon(MESSAGES)
            [worker] = doomed.pids(CRON)
            salon.run_now()
            wait_for(lambda: worker not in doomed.pids(CRON), 60)
        return salon

    return die


def test_k1_killed_before_the_claim(messaging, gateway, die):
    salon = die("before_claim")
    assert (salon.states(), salon.counts()) == ({"queued": MESSAGES}, {0: MESSAGES})
    with messaging.serving():
        salon.settle({"delivered": MESSAGES}, 60)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {DELIVERED: MESSAGES}


def test_k2_killed_with_messages_claimed_and_none_begun(messaging, gateway, die):
    salon = die("claimed")
    assert (salon.states(), salon.counts()) == ({"claimed": MESSAGES}, {0: MESSAGES})
    with messaging.serving():
        salon.settle({"delivered": MESSAGES}, CLAIM_ENDS)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {f"{CLAIMED_TWICE} {DELIVERED}": MESSAGES}


def test_k2_killed_before_the_connection_the_gateway_says_not_found_and_it_is_sent(messaging, gateway, die):
    salon = die("sending")
    assert (salon.states(), salon.counts()) == ({"sending": 1, "claimed": MESSAGES - 1}, {0: MESSAGES})
    with messaging.serving():
        salon.settle({"delivered": MESSAGES}, ATTEMPT_ENDS)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {
        f"queued claimed sending unknown {DELIVERED}": 1,
        f"{CLAIMED_TWICE} {DELIVERED}": MESSAGES - 1,
    }


def test_k3_killed_while_the_gateway_has_it_and_hangs(messaging, gateway):
    gateway.configure(script=["hang"], report_by_number={FIRST: "none"}, status_query=False)
    with messaging.serving() as [server]:
        salon = messaging.open_salon(MESSAGES)
        salon.run_now()
        [message] = messaging.until_taken(1)
        [worker] = server.pids(CRON)
        os.kill(worker, signal.SIGKILL)
        assert salon.states() == {"sending": 1, "claimed": MESSAGES - 1}
        salon.settle({"unknown": 1, "delivered": MESSAGES - 1}, ATTEMPT_ENDS)
        assert salon.column("reason")[message["reference"]] == "interrupted"
        gateway.report(message["reference"], "delivered")
        salon.settle({"delivered": MESSAGES}, 30)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {
        "queued claimed sending unknown delivered": 1,
        f"{CLAIMED_TWICE} {DELIVERED}": MESSAGES - 1,
    }


def test_k4_killed_with_the_answer_read_and_not_written_then_reported(messaging, gateway, die):
    gateway.configure(report_by_number={FIRST: "none"}, status_query=False)
    salon = die("answered")
    assert (salon.states(), salon.counts()) == (
        {"sending": 1, "claimed": MESSAGES - 1},
        {1: 1, 0: MESSAGES - 1},
    )
    with messaging.serving():
        salon.settle({"unknown": 1, "delivered": MESSAGES - 1}, ATTEMPT_ENDS)
        [message] = gateway.messages(to=FIRST)
        gateway.report(message["reference"], "delivered")
        salon.settle({"delivered": MESSAGES}, 30)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {
        "queued claimed sending unknown delivered": 1,
        f"{CLAIMED_TWICE} {DELIVERED}": MESSAGES - 1,
    }


def test_k4_killed_with_the_answer_read_and_not_written_then_queried(messaging, gateway, die):
    gateway.configure(report="none")
    salon = die("answered")
    with messaging.serving():
        salon.settle({"sent": MESSAGES}, ATTEMPT_ENDS)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {
        "queued claimed sending unknown sent": 1,
        f"{CLAIMED_TWICE} {SENT}": MESSAGES - 1,
    }


def test_k5_killed_after_the_answer_was_written(messaging, gateway, die):
    gateway.configure(report="none")
    salon = die("done")
    assert (salon.states(), salon.counts()) == ({"sent": 1, "claimed": MESSAGES - 1}, {1: 1, 0: MESSAGES - 1})
    with messaging.serving():
        salon.settle({"sent": MESSAGES}, CLAIM_ENDS)
    assert salon.counts() == {1: MESSAGES}
    assert salon.histories() == {SENT: 1, f"{CLAIMED_TWICE} {SENT}": MESSAGES - 1}


def test_k6_two_jobs_and_a_third_by_hand_share_one_queue(messaging, gateway):
    gateway.configure(answer_delay=ANSWER_SECONDS)
    by_hand = [{"model": "klientbox.message", "ids": [], "call": "_cron_messages"}]
    with messaging.serving(count=2):
        salon = messaging.open_salon(MANY)
        salon.run_now()
        hand = threading.Thread(target=messaging.site.inside, args=(by_hand,))
        hand.start()
        messaging.until_taken(20)
        # The scheduler lets one job run at a time, until its own connection breaks: then another server begins, too.
        begun = rf"DELETE FROM ir_cron_trigger\s+WHERE cron_id = {messaging.site.xmlid('klientbox.cron_messages')}\M"
        assert messaging.site.sql(LOST_JOB, [begun]) == [(True,)]
        messaging.nudge()
        salon.settle({"delivered": MANY}, 120)
        hand.join()
    assert salon.counts() == {1: MANY}
    assert salon.passed("sending") == MANY
    # A job whose time is over releases messages that it has claimed and not begun.
    assert salon.steps().keys() <= {*zip(DELIVERED.split(), DELIVERED.split()[1:], strict=False), ("claimed", "queued")}
    # Each sender waits for an answer before it sends again.
    assert most_at_once(gateway) == 3


def test_k7_the_database_is_stopped_at_once_while_messages_are_sent(messaging, gateway, cluster):
    if cluster.external:
        pytest.skip("the PostgreSQL of $KLIENTBOX_PG is not ours to stop")
    gateway.configure(answer_delay=ANSWER_SECONDS)
    with messaging.serving() as [server]:
        # A live-chat process that is still starting would die with the database and take the server with it.
        wait_for(server.live_chat_listens, 60)
        salon = messaging.open_salon(MANY)
        salon.run_now()
        for outage in (1, 2):
            gateway.wait_for(outage * 40, 120)
            cluster.stop(immediate=True)
            cluster.start()
            assert salon.twice() == []
            messaging.revive()
            server.wait_ready()
            messaging.nudge()
        salon.settle({"delivered": MANY}, 240)
        assert salon.twice() == []
    assert salon.counts() == {1: MANY}
    assert not any("sending queued" in history for history in salon.histories())


def test_k8_a_report_that_is_quicker_than_the_answer_stays(messaging, gateway):
    gateway.configure(report_first=True, answer_delay=5)
    with messaging.serving():
        salon = messaging.open_salon(1)
        salon.run_now()
        [message] = messaging.until_taken(1)
        salon.settle({"delivered": 1}, 30)
        assert salon.column("provider_ref") == {message["reference"]: None}, "the answer was quicker"
        wait_for(lambda: salon.column("provider_ref") == {message["reference"]: message["id"]}, 30)
        gateway.report(message["reference"], "failed")
        gateway.settle()
        wait_for(lambda: messaging.site.sql(WAITING_REPORTS) == [(0,)], 30, meanwhile=messaging.nudge)
    assert (salon.states(), salon.counts()) == ({"delivered": 1}, {1: 1})
    assert salon.histories() == {"queued claimed sending delivered": 1}


def most_at_once(gateway):
    """The maximum number of messages that the gateway handled at the same moment."""
    taken = sorted(message["at"] for message in gateway.messages())
    return max(sum(0 <= other - moment < ANSWER_SECONDS for other in taken) for moment in taken)
