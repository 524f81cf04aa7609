"""An account of 5,000 clients is fetched over HTTP while the job is killed repeatedly: no duplicates, nothing
missing."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest

from dev import databases
from tests.moving import AccountForm, clients_of, fill

from . import figures
from .masters import CRON, Master, nudge, wait_for

SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))
JOB = ("klientbox_import", "cron_import")
CLIENTS = 5_000
WORKING = ("fetching", "checking", "importing")
# Kills by the present step, and the seconds until a kill. The check of rows is killed elsewhere.
KILLS = {"fetching": 10, "importing": 2}
PAUSES = {"fetching": (0.1, 1.0), "importing": (0.2, 1.5)}
# A step that was interrupted four times in a row is given up: after this many tries it is not killed again.
MOST_TRIES = 2
DONE_WITHIN = 300


@pytest.fixture(scope="module")
def moving_site(make_site, cluster):
    made = make_site("moving_kill", salons=2)
    yield made
    databases.drop(cluster, made.database)


class Move:
    """The import of an account, and the code that kills its job."""

    def __init__(self, site, cluster, master, form, target):
        self.site, self.cluster, self.master, self.form, self.target = site, cluster, master, form, target
        self.kills = dict.fromkeys(KILLS, 0)
        self.rows_seen = []
        self._random = random.Random(SEED)

    def press(self, button, ends):
        """Press a button, and kill while the job works; no client of the target is visible before all are."""
        self.form.press(button)
        deadline = time.monotonic() + DONE_WITHIN
        while (state := self.state()) in WORKING:
            assert time.monotonic() < deadline, f"still {state} after {DONE_WITHIN} s"
            assert self.seen() in (0, CLIENTS)
            self.look_at_rows()
            # After three interruptions the scheduler itself waits for the job's next minute.
            nudge(self.cluster, self.site.database, *JOB)
            if state in KILLS and self.kills[state] < KILLS[state]:
                self.strike(state)
            time.sleep(0.1)
        assert state == ends, self.form.read("problem")

    def strike(self, state):
        """Kill the process that works on it, if it still does."""
        time.sleep(self._random.uniform(*PAUSES[state]))
        workers = self.master.pids(CRON)
        if workers and self.state() == state and self.value("tries") <= MOST_TRIES:
            with suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)
                self.kills[state] += 1
        wait_for(lambda: self.master.pids(CRON), 30)

    def look_at_rows(self):
        """As many rows as the cursor's transaction says, each of another client."""
        [row] = self.site.sql(
            """
            SELECT fetched_count, count(row.id), count(DISTINCT row.record_key)
              FROM klientbox_import AS import LEFT JOIN klientbox_import_row AS row ON row.import_id = import.id
             WHERE import.id = %s GROUP BY import.id
            """,
            [self.form.id],
        )
        fetched, rows, records = row
        assert fetched == rows == records
        self.rows_seen.append(rows)

    def state(self):
        return self.value("state")

    def value(self, name):
        [[value]] = self.site.sql(f"SELECT {name} FROM klientbox_import WHERE id = %s", [self.form.id])
        return value

    def seen(self):
        """How many clients the target has, as visible now."""
        [[count]] = self.site.sql(
            "SELECT count(*) FROM klientbox_client WHERE company_id = %s", [self.target.company_id]
        )
        return count


def test_killed_on_the_way_all_come_once(moving_site, cluster):
    print(f"\nKLIENTBOX_SEED={SEED}")
    with Master(moving_site.database, cluster) as master:
        master.wait_complete()
        moving_site.server = master
        moving_site.admin.call("ir.config_parameter", "set_param", "klientbox.private_networks", "127.0.0.0/8")
        source, target = moving_site.salon(), moving_site.salon()
        ids = fill(moving_site, source, CLIENTS)
        form = AccountForm(moving_site, target, "koibox", master.url, {"koibox_key": source.key})
        move = Move(moving_site, cluster, master, form, target)
        started = time.monotonic()
        move.press("action_check", "ready")
        fetched = time.monotonic() - started
        assert form.report["clients_created"] == CLIENTS
        move.press("action_import", "done")
        seconds = time.monotonic() - started

        assert clients_of(moving_site, target) == clients_of(moving_site, source)
        numbers = moving_site.sql(
            "SELECT external_id::int FROM klientbox_client WHERE company_id = %s ORDER BY 1", [target.company_id]
        )
        assert [number for [number] in numbers] == sorted(ids)
        assert move.value("credentials") is None
    assert min(move.kills.values()) > 0
    assert len(set(move.rows_seen)) > 5
    figures.keep(
        "moving_kills",
        {
            "clients": CLIENTS,
            "kills": move.kills,
            "twice": 0,
            "missing": 0,
            "seconds_fetched": round(fetched, 1),
            "seconds": round(seconds, 1),
        },
    )
