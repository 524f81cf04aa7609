"""Odoo masters with known worker processes, and the code that kills them."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

import psutil

from dev import databases
from dev.server import OdooServer
from tests.api import Api
from tests.salons import Site, serialization_failures

CRON, HTTP, MASTER = "cron_worker", "http_worker", "master"
# How often each is hit, of a hundred times.
SHARES = {CRON: 60, HTTP: 25, MASTER: 15}
SHORTEST_PAUSE, LONGEST_PAUSE = 0.3, 1.2


class Master(OdooServer):
    """An Odoo with two processes for requests and one for jobs, as in production."""

    def __init__(self, database, cluster, fault=None, **options):
        environment = {"KLIENTBOX_FAULT": fault} if fault else {}
        super().__init__(database, cluster, workers=2, cron_threads=1, environment=environment, **options)

    def pids(self, kind):
        """The ids of the living processes of a kind. Those for jobs have the lower priority that Odoo gives them."""
        found = []
        with contextlib.suppress(psutil.NoSuchProcess):
            master = psutil.Process(self.pid)
            for child in master.children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    is_cron = child.nice() > master.nice()
                    if child.status() != psutil.STATUS_ZOMBIE and "gevent" not in child.cmdline():
                        found += [child.pid] if is_cron == (kind == CRON) else []
        return found

    def wait_complete(self):
        """Return once it answers and the scheduler runs."""
        self.wait_ready()
        wait_for(lambda: self.pids(CRON), 30)

    def live_chat_listens(self):
        """Whether the process of Odoo's live chat has started."""
        children = psutil.Process(self.pid).children()
        chats = [child for child in children if "gevent" in child.cmdline()]
        return any(
            connection.status == psutil.CONN_LISTEN for chat in chats for connection in chat.net_connections("tcp")
        )

    def restart(self):
        """A power cut, and a restart."""
        self.kill()
        self.start()


@contextlib.contextmanager
def serve(site, cluster, ports, fault=None):
    """Serve a site with a master at each port, killed at the end of the block; the site uses the first."""
    masters = [Master(site.database, cluster, fault, port=port) for port in ports]
    site.server = masters[0]
    try:
        for master in masters:
            master.start()
        for master in masters:
            master.wait_complete()
        site.teach()
        yield masters
    finally:
        for master in masters:
            master.kill()


@dataclass
class Duo:
    """A site that two masters serve at once, as behind a load balancer."""

    site: Site
    masters: list

    def api(self, number, key):
        """The API as a client reaches it; those with even numbers get the first master."""
        return Api(self.masters[number % len(self.masters)].url, key)

    def pids(self):
        """All processes that answer requests."""
        return [pid for master in self.masters for pid in master.pids(HTTP)]

    def serialization_failures(self):
        """How often the database or a master has logged a serialization failure so far."""
        return serialization_failures(self.site.cluster, *self.masters)


class Nemesis:
    """Kills processes of masters at random, by a seed."""

    def __init__(self, masters, cluster, database, seed):
        self.masters, self.cluster, self.database = masters, cluster, database
        self.kills = Counter()
        self.senders = 0
        self._random = random.Random(seed)

    def strike(self):
        """Kill a process of this kind after a pause; without one, kill a process of another kind at once."""
        time.sleep(self._random.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))
        kind = self._random.choices(list(SHARES), SHARES.values())[0]
        while not self._kill_one(kind):
            kind = self._random.choice(list(SHARES))
            time.sleep(0.05)

    def _kill_one(self, kind):
        sender = self._sender()
        if kind == MASTER:
            # One that is still starting sends nothing yet.
            complete = [master for master in self.masters if master.pids(CRON)]
            if not complete:
                return False
            victim = self._random.choice(complete)
            hit = victim.pids(CRON)
            victim.restart()
        else:
            present = [pid for master in self.masters for pid in master.pids(kind)]
            if not present:
                return False
            hit = [sender if sender in present else self._random.choice(present)]
            with contextlib.suppress(ProcessLookupError):
                os.kill(hit[0], signal.SIGKILL)
        self.kills[kind] += 1
        self.senders += sender in hit
        return True

    def _sender(self):
        """The process that runs a job: the scheduler's own transaction is open meanwhile."""
        rows = databases.execute(
            self.cluster,
            "postgres",
            """
            SELECT split_part(application_name, '-', 2)::int FROM pg_stat_activity
             WHERE datname = %s AND state = 'idle in transaction' AND application_name ~ '^odoo-[0-9]+$'
               AND position('DELETE FROM ir_cron_trigger' IN query) > 0
            """,
            [self.database],
        )
        return rows[0][0] if rows else None


def nudge(cluster, database, module, job):
    """Start a job at once, as queueing a message does; the scheduler itself checks every minute."""
    databases.execute(
        cluster,
        database,
        """
        INSERT INTO ir_cron_trigger (cron_id, call_at)
        SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data
         WHERE module = %s AND name = %s
           AND NOT EXISTS (SELECT FROM ir_cron_trigger WHERE cron_id = res_id AND call_at <= now() AT TIME ZONE 'UTC')
        """,
        [module, job],
    )
    databases.execute(cluster, "postgres", "SELECT pg_notify('cron_trigger', %s)", [database])


def wait_for(condition, seconds, pause=0.05, meanwhile=None):
    """Repeat until it holds, and do something else in between; returns how long that took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        if meanwhile:
            meanwhile()
        time.sleep(pause)
    return time.monotonic() - started
