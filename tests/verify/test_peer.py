"""For the record: the same kills against Odoo's own SMS queue, without KlientBox."""

import time
from pathlib import Path

import pytest

from dev import databases, odoo_config, odoo_source
from dev.home import log_path
from dev.processes import run_logged

from . import figures
from .masters import Master, Nemesis, nudge, wait_for

ADDONS = Path(__file__).parent / "addons"
JOB = ("sms", "ir_cron_sms_scheduler_action")
SEED = 1
KILLS, MESSAGES = 20, 600
ANSWER_SECONDS = 0.007
DRAINED_WITHIN = 240


@pytest.fixture
def database(cluster, template):
    """A database with Odoo's SMS and a provider that sends to the simulator, and without KlientBox."""
    name = "klientbox_test_peer"
    # Created on the way to the template, with the modules that KlientBox depends on.
    [[odoo_only]] = databases.execute(
        cluster,
        "postgres",
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND NOT datallowconn",
        [databases.MODULES_PREFIX],
    )
    databases.create(cluster, name, odoo_only)
    config = odoo_config.write("test-peer", cluster, name, **peer_settings())
    command = odoo_config.command(config, "-i", "sms_peer", "--stop-after-init", "--no-http")
    run_logged(command, log_path("odoo-install-peer"), env=odoo_config.environment())
    databases.execute(cluster, "postgres", f"ALTER DATABASE {name} SET synchronous_commit = on")
    yield name
    databases.drop(cluster, name)


def peer_settings():
    """Odoo unchanged, and the provider."""
    paths = (*odoo_source.ensure().addons_paths, ADDONS)
    return {"addons_path": ",".join(map(str, paths)), "server_wide_modules": "base,rpc,web"}


def test_odoos_own_queue_under_the_same_kills(cluster, database, gateway):
    gateway.configure(answer_delay=ANSWER_SECONDS, report="none")

    def sql(statement, parameters=()):
        return databases.execute(cluster, database, statement, parameters)

    def wake():
        nudge(cluster, database, *JOB)

    for key, value in {"sms_peer.url": f"{gateway.url}/send", "sms_peer.secret": gateway.secret}.items():
        sql("INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)", [key, value])
    masters = [Master(database, cluster, settings=peer_settings()) for _ in range(2)]
    try:
        for master in masters:
            master.start()
        for master in masters:
            master.wait_complete()
        sql(
            """
            INSERT INTO sms_sms (uuid, number, body, state, to_delete)
            SELECT gen_random_uuid(), '+4206' || lpad(n::text, 8, '0'), 'Hello', 'outgoing', FALSE
              FROM generate_series(1, %s) n
            """,
            [MESSAGES],
        )
        started = time.monotonic()
        wake()
        gateway.wait_for(1, 90)
        nemesis = Nemesis(masters, cluster, database, SEED)
        for _ in range(KILLS):
            nemesis.strike()
            wake()
        waiting = "SELECT count(*) FROM sms_sms WHERE state = 'outgoing'"
        wait_for(lambda: sql(waiting) == [(0,)], DRAINED_WITHIN, pause=1, meanwhile=wake)
        seconds = time.monotonic() - started
        failed = sql("SELECT count(*) FROM sms_sms WHERE state = 'error'")[0][0]
    finally:
        for master in masters:
            master.kill()

    counts = gateway.counts()
    figures.keep(
        "odoo_sms_queue",
        {
            "doubled": sum(count > 1 for count in counts.values()),
            "failed": failed,
            "kills": sum(nemesis.kills.values()),
            "kills_of": dict(nemesis.kills),
            "kills_of_the_sender": nemesis.senders,
            "messages": MESSAGES,
            "most_for_one": gateway.max_count(),
            "seconds": round(seconds),
            "sent": sum(counts.values()),
        },
    )
    assert len(counts) == MESSAGES
