"""An import is killed repeatedly, and so is its undoing: all of it exists or nothing, and at last it is done."""

import base64
import os
import random
import signal
import time
from contextlib import suppress

import pytest

from dev import databases
from tests import cdnow

from . import figures
from .masters import CRON, Master, nudge, wait_for

SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))
JOB = ("klientbox_import", "cron_import")
TIMES = 4  # the sample so often
# Seconds until a strike: shorter than the step, or it would be over before.
PAUSES = {"checking": (0.2, 1.5), "importing": (0.2, 1.5), "undoing": (0.05, 0.3)}
# A step that was interrupted four times in a row is given up: after this many tries it is not killed again.
MOST_TRIES = 2
KILLS = {"checking": 12, "importing": 3, "undoing": 3}
DONE_WITHIN = 180


@pytest.fixture(scope="module")
def salon_site(make_site, cluster):
    made = make_site("import_kill", salons=1)
    yield made
    databases.drop(cluster, made.database)


class Brought:
    """An import of the sample, and the code that kills its worker."""

    def __init__(self, site, cluster, master):
        self.site, self.cluster, self.master = site, cluster, master
        self.company = site.salon().company_id
        self.clients, self.visits = 0, 0
        [self.record] = site.admin.call("klientbox.import", "create", [self._values()])
        self.kills = dict.fromkeys(KILLS, 0)
        self._random = random.Random(SEED)

    def _values(self):
        lines = ["Jméno;Telefon;Datum;Cena"]
        for number in range(TIMES):
            for client in cdnow.load():
                self.clients += 1
                self.visits += len(client.days)
                name, phone = f"{client.name}/{number}", f"+42072{number}{client.id:06}"
                lines += [f"{name};{phone};{day:%d.%m.%Y};100" for day in client.days]
        file = base64.b64encode("\r\n".join(lines).encode()).decode()
        return {"company_id": self.company, "file_name": "sample.csv", "file": file}

    def press(self, button, works, ends, seen):
        """Press a button and kill the worker while it works; the visible state meanwhile is one of `seen`."""
        self.site.admin.call("klientbox.import", button, [self.record])
        nudge(self.cluster, self.site.database, *JOB)
        deadline = time.monotonic() + DONE_WITHIN
        while self.state() == works:
            assert time.monotonic() < deadline, f"still {works} after {DONE_WITHIN} s"
            assert self.seen() in seen
            if self.kills[works] < KILLS[works]:
                self._strike(works)
            # After three interruptions the scheduler itself waits for the job's next minute.
            nudge(self.cluster, self.site.database, *JOB)
            time.sleep(0.2)
        assert self.state() == ends
        assert self.seen() == seen[-1]

    def _strike(self, works):
        time.sleep(self._random.uniform(*PAUSES[works]))
        workers = self.master.pids(CRON)
        if workers and self.state() == works and self.tries() <= MOST_TRIES:
            with suppress(ProcessLookupError):
                os.kill(workers[0], signal.SIGKILL)
                self.kills[works] += 1
        wait_for(lambda: self.master.pids(CRON), 30)

    def tries(self):
        [[tries]] = self.site.sql("SELECT tries FROM klientbox_import WHERE id = %s", [self.record])
        return tries

    def state(self):
        [[state]] = self.site.sql("SELECT state FROM klientbox_import WHERE id = %s", [self.record])
        return state

    def seen(self):
        """(clients, visits, lines) of the salon, as visible now."""
        [row] = self.site.sql(
            """
            SELECT (SELECT count(*) FROM klientbox_client WHERE company_id = %(company)s),
                   (SELECT count(*) FROM klientbox_visit WHERE company_id = %(company)s),
                   (SELECT count(*) FROM klientbox_visit_line WHERE company_id = %(company)s)
            """,
            {"company": self.company},
        )
        return tuple(row)


def test_killed_on_the_way_it_is_whole_or_not_there(salon_site, cluster):
    print(f"\nKLIENTBOX_SEED={SEED}")
    with Master(salon_site.database, cluster) as master:
        master.wait_complete()
        salon_site.server = master
        brought = Brought(salon_site, cluster, master)
        nothing, everything = (0, 0, 0), (brought.clients, brought.visits, brought.visits)
        started = time.monotonic()
        brought.press("action_check", "checking", "ready", [nothing])
        brought.press("action_import", "importing", "done", [nothing, everything])
        brought.press("action_undo", "undoing", "undone", [everything, nothing])
        seconds = time.monotonic() - started
    assert min(brought.kills.values()) > 0
    figures.keep(
        "import_kills",
        {"rows": brought.visits, "kills": brought.kills, "half_seen": 0, "seconds": round(seconds, 1)},
    )
