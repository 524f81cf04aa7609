"""Odoo's processes survive a restart of PostgreSQL, and accept many connections at once.

Three methods of `odoo.service.server` are wrapped:

- `PreforkServer.process_spawn`: before the main process replaces a worker that ended, it checks the database for
  changes of the registry. The scheduler's worker ends with its connection, so after a crash of PostgreSQL that check
  fails in the main process, which then ends, and with it all of Odoo.
- `ThreadedServer.cron_thread`: without workers the scheduler's thread ends instead, and no job ever runs again.
- `PreforkServer.start`: the kernel queues eight connections for each worker, and drops further ones.
"""

import functools
import logging
import time

from odoo import sql_db
from odoo.service import server
from odoo.tools import config

from ..lib import database

RETRY_SECONDS = 1
# How many connections wait until a worker is free; the system may allow fewer (net.core.somaxconn).
BACKLOG = 1024
_logger = logging.getLogger(__name__)


def _require_database():
    """Raise unless the database server accepts connections, checked with the scheduler's own connection settings."""
    sql_db.db_connect("postgres").cursor().close()


def _spawn_without_check(multi, with_scheduler):
    """Start workers without checking for changes of the registry: each checks by itself, before it does anything.

    The live chat reads the database while it starts, so it waits until that is available.
    """
    if config["http_enable"]:
        while len(multi.workers_http) < multi.population:
            multi.worker_spawn(server.WorkerHTTP, multi.workers_http)
    while with_scheduler and len(multi.workers_cron) < config["max_cron_threads"]:
        multi.worker_spawn(server.WorkerCron, multi.workers_cron)


def _keep_main_process(process_spawn):
    @functools.wraps(process_spawn)
    def guarded(self):
        is_reachable = False
        try:
            # A scheduler that can't connect ends at once, and would be restarted as fast as the machine can.
            if len(self.workers_cron) < config["max_cron_threads"]:
                _require_database()
                is_reachable = True
            process_spawn(self)
            return
        except Exception as error:
            if not database.is_away(error):
                raise
            _logger.info("Workers wait for the database: %s", str(error).strip())
        # Connections must not be shared among processes.
        sql_db.close_all()
        # With the server reachable, one database of several was dropped: the others' jobs continue.
        _spawn_without_check(self, with_scheduler=is_reachable)

    return guarded


def _keep_scheduler(cron_thread):
    @functools.wraps(cron_thread)
    def guarded(self, number):
        while True:
            try:
                return cron_thread(self, number)
            except Exception as error:
                if not database.is_away(error):
                    raise
                _logger.info("Scheduler %s waits for the database: %s", number, str(error).strip())
                time.sleep(RETRY_SECONDS)

    return guarded


def _lengthen_queue(start):
    @functools.wraps(start)
    def lengthened(self):
        start(self)
        # A socket from systemd or a reload has the queue length that it was created with, or gets the same.
        if self.socket:
            self.socket.listen(BACKLOG)

    return lengthened


server.PreforkServer.process_spawn = _keep_main_process(server.PreforkServer.process_spawn)
server.PreforkServer.start = _lengthen_queue(server.PreforkServer.start)
server.ThreadedServer.cron_thread = _keep_scheduler(server.ThreadedServer.cron_thread)
