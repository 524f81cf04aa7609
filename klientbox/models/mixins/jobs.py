"""Jobs of Odoo's scheduler that must start sooner than it would see to them."""

from __future__ import annotations

import logging

import psycopg2
from odoo import SUPERUSER_ID, api

from ...tools import timers

_logger = logging.getLogger(__name__)
# How often the scheduler looks for jobs that are due.
SCHEDULER_SECONDS = 60


def start_in(env: api.Environment, seconds: float | None, job: str) -> None:
    """Start a job, named by its XML id, after this many seconds where the scheduler would be late. None: not at all."""
    if seconds is None or seconds > SCHEDULER_SECONDS:
        return
    registry = env.registry

    def start():
        try:
            with registry.cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {}).ref(job)._trigger()
        except psycopg2.Error:
            _logger.info("%s could not be started: the database is not available.", job)

    timers.call_in(seconds, (env.cr.dbname, job), start)
