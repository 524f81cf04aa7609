"""Run inside Odoo: the evening before a night, or the night itself as its job does it.

Arguments: ``prepare DAY DUE`` (how many are due; 0: no client was ever contacted, and the usual limit applies), or
``run DAY FILE [tell-start]``: the file gets seconds and megabytes, or, with ``tell-start``, is made when it begins.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from odoo.addons.klientbox.lib import clock

if TYPE_CHECKING:
    from odoo.api import Environment

# 2:00 in Prague, when the job sees that the day has begun.
NIGHT_HOUR = timedelta(hours=0)
CLEAN = (
    "DELETE FROM klientbox_message",
    "TRUNCATE klientbox_decision, klientbox_status_change, klientbox_change",
)
# All lapsed clients but the last ones of this number were contacted in time.
WRITTEN = """
    INSERT INTO klientbox_message (company_id, client_id, queued_for, direction, channel, purpose, trigger, rule_id,
                                   step_id, step, absence_since, state, address, address_hash, queued_day, day,
                                   reference, attempts)
    SELECT client.company_id, client.id, client.id, 'out', 'sms', 'marketing', rule.trigger, rule.id, step.id,
           step.number, client.last_visit_date, 'delivered', client.phone, md5(client.phone), %(today)s::date - 30,
           %(today)s::date - 30, md5(client.id::text), 1
      FROM (SELECT *, row_number() OVER (ORDER BY sms_opt_out, last_visit_date DESC, id) AS place
              FROM (SELECT client.*, CASE WHEN last_visit_date >= %(today)s::date - 60 THEN 'active'
                                          WHEN last_visit_date >= %(today)s::date - 90 THEN 'warning'
                                          WHEN last_visit_date >= %(today)s::date - 180 THEN 'inactive'
                                          ELSE 'lost' END AS tonight FROM klientbox_client client) judged
             WHERE tonight <> 'active') client
      JOIN klientbox_rule rule ON rule.company_id = client.company_id AND rule.trigger = client.tonight
      JOIN klientbox_rule_step step ON step.rule_id = rule.id
     WHERE place > %(due)s
    """


def prepare(env: Environment, today: date, due: int) -> None:
    for statement in CLEAN:
        env.cr.execute(statement)
    settings = env["klientbox.settings"].search([], order="company_id", limit=1)
    yesterday = today - timedelta(days=1)
    settings.write({"daily_cap": 0 if due else 50, "lang": "cs_CZ"})
    env["klientbox.rule"].search([("company_id", "=", settings.company_id.id)]).enabled = True
    env.flush_all()
    env["klientbox.client"]._find_outdated(settings, yesterday)._move_statuses(settings, yesterday)
    env.cr.execute("TRUNCATE klientbox_status_change, klientbox_change")
    if due:
        env.cr.execute(WRITTEN, {"today": today, "due": due})
    env["klientbox.settings"].search([]).write({"status_day": yesterday, "night_day": yesterday})


def run(env: Environment, today: date, file: str, tell_start: bool) -> None:
    megabytes = _megabytes()
    if tell_start:
        Path(file).touch()
    started = time.perf_counter()
    with clock.as_of(datetime.combine(today, datetime.min.time()) + NIGHT_HOUR):
        env["klientbox.settings"]._cron_night()
    env.cr.commit()
    seconds = time.perf_counter() - started
    if not tell_start:
        Path(file).write_text(json.dumps({"seconds": seconds, "megabytes": _megabytes() - megabytes}))


def _megabytes() -> float:
    """The peak memory of this process; that of getrusage would be inherited from the process that started it."""
    lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def main(env: Environment, what: str, day: str, argument: str, *options: str) -> None:
    if what == "prepare":
        prepare(env, date.fromisoformat(day), int(argument))
    else:
        run(env, date.fromisoformat(day), argument, "tell-start" in options)


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
