"""The job that delivers webhooks is killed: every event arrives all the same, and a repeated one has the same id."""

import json
import os
import signal
import time
from contextlib import suppress

import pytest

from dev import databases
from tests.contract import PREFIX
from tests.receivers import Receiver

from . import figures
from .masters import CRON, Master, nudge, wait_for

CLIENTS = 60
KILLS = 8
# Seconds for a lease of 60 to expire and for a job to see it.
LEASE_ENDS = 150


@pytest.fixture(scope="module")
def hook_site(make_site, cluster):
    made = make_site("webhook_kill", salons=4)
    made.sql("INSERT INTO ir_config_parameter (key, value) VALUES ('klientbox.private_networks', '127.0.0.0/8')")
    yield made
    databases.drop(cluster, made.database)


@pytest.fixture
def serve(hook_site, cluster):
    """Starts a master; all are killed at the end."""
    masters = []

    def serve(fault=None):
        master = Master(hook_site.database, cluster, fault)
        masters.append(master)
        hook_site.server = master
        master.start()
        master.wait_complete()
        return master

    yield serve
    for master in masters:
        master.kill()


def subscribe(salon, receiver):
    """A webhook of the salon that leads to the receiver."""
    body = json.dumps({"url": receiver.url, "events": ["client.created"]})
    answer = salon.api.raw("POST", f"{PREFIX}/webhooks", {"Content-Type": "application/json"}, body)
    assert answer.status == 201, answer.content
    return answer.body["id"]


def states(site, hook):
    """{state: how many deliveries}."""
    return dict(
        site.sql("SELECT state, count(*) FROM klientbox_webhook_delivery WHERE webhook_id = %s GROUP BY state", [hook])
    )


@pytest.mark.parametrize(("point", "times"), [("webhook_claimed", 1), ("webhook_answered", 2)])
def test_killed_while_it_delivers_it_comes_again_with_the_same_id(hook_site, cluster, serve, point, times):
    with Receiver() as receiver:
        doomed = serve(point)
        salon = hook_site.salon()
        hook = subscribe(salon, receiver)
        [worker] = doomed.pids(CRON)
        salon.client()
        wait_for(lambda: worker not in doomed.pids(CRON), 60)
        assert states(hook_site, hook) == {"sending": 1}
        assert len(receiver.received) == times - 1
        doomed.kill()
        serve()

        def look():
            nudge(cluster, hook_site.database, "klientbox", "cron_messages")

        wait_for(lambda: states(hook_site, hook) == {"delivered": 1}, LEASE_ENDS, pause=1, meanwhile=look)
        assert len(receiver.received) == times
        assert len({one.id for one in receiver.received}) == 1


def test_killed_again_and_again_nothing_is_lost(hook_site, cluster, serve):
    with Receiver() as receiver:
        master = serve()
        salon = hook_site.salon()
        hook = subscribe(salon, receiver)
        kills = 0
        for number in range(CLIENTS):
            salon.client(f"Client {number}", f"+4206010{number:05}")
            if number % (CLIENTS // KILLS) == 0:
                for worker in master.pids(CRON):
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
                        kills += 1
                time.sleep(0.2)

        def look():
            nudge(cluster, hook_site.database, "klientbox", "cron_messages")

        wait_for(lambda: states(hook_site, hook) == {"delivered": CLIENTS}, LEASE_ENDS * 2, pause=1, meanwhile=look)
        sequences = {one.id: one.event["sequence"] for one in receiver.received}
        assert sorted(sequences.values()) == list(range(1, CLIENTS + 1))
        assert kills >= KILLS // 2
        figures.keep("webhook_kills", {"kills": kills, "events": CLIENTS, "requests": len(receiver.received)})
