"""Run inside Odoo: the product's refresh and the bare statement, in turn, each from the same state of the table.

Arguments: the file for the seconds, the day, the number of rounds. The first round warms up and is not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from odoo.addons.klientbox.tools.cursors import autocommit_cursor

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.sql_db import BaseCursor

STATUS_ON = """
    CASE WHEN last_visit_date IS NULL THEN 'new'
         WHEN last_visit_date >= %(today)s::date - 60 THEN 'active'
         WHEN last_visit_date >= %(today)s::date - 90 THEN 'warning'
         WHEN last_visit_date >= %(today)s::date - 180 THEN 'inactive'
         ELSE 'lost' END
    """
SET_ALL = f"UPDATE klientbox_client SET status = {STATUS_ON} WHERE company_id = %(company)s"
SET_CHANGED = f"{SET_ALL} AND status IS DISTINCT FROM {STATUS_ON}"
# 85 % of them have been away longer.
ALL_ACTIVE = "UPDATE klientbox_client SET status = 'active'"


class Bench:
    """One company's refresh. ``bare`` is a second connection, in autocommit: no ORM, no longer transaction."""

    def __init__(self, env: Environment, bare: BaseCursor, today: date) -> None:
        self.env = env
        self.bare = bare
        self.settings = env["klientbox.settings"].search([], order="company_id", limit=1)
        self.today = {"today": today, "company": self.settings.company_id.id}
        self.yesterday = {**self.today, "today": today - timedelta(days=1)}

    def compare(
        self, restore: tuple[str, Mapping[str, object] | None], bare_statement: str, rounds: int
    ) -> dict[str, list[float]]:
        """Seconds of both. The first one alternates, so that neither always finds the warmer caches."""
        ways: dict[str, Callable[[], object]] = {
            "ours": self._refresh,
            "bare": lambda: self.bare.execute(bare_statement, self.today),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name in sorted(ways, reverse=bool(number % 2)):
                self._restore(*restore, triggers=name == "ours")
                started = time.perf_counter()
                ways[name]()
                if number:
                    seconds[name].append(time.perf_counter() - started)
                self._require_right()
        return seconds

    def _refresh(self) -> None:
        self.settings._refresh_statuses(self.today["today"])
        self.env.cr.commit()

    def _restore(self, statement: str, parameters: Mapping[str, object] | None, triggers: bool) -> None:
        self.env.cr.commit()
        self.env.invalidate_all()
        self.bare.execute("ALTER TABLE klientbox_client DISABLE TRIGGER USER")
        self.bare.execute(statement, parameters)
        if triggers:
            self.bare.execute("ALTER TABLE klientbox_client ENABLE TRIGGER USER")
        self.bare.execute("TRUNCATE klientbox_change, klientbox_status_change")
        self.bare.execute("VACUUM ANALYZE klientbox_client")

    def _require_right(self) -> None:
        """Both must have the same result, or the comparison is meaningless."""
        self.bare.execute(f"SELECT count(*) FROM klientbox_client WHERE status <> {STATUS_ON}", self.today)
        [wrong] = self.bare.fetchone()
        assert not wrong, f"{wrong} statuses are wrong"


def main(env: Environment, answer: str, today: str, rounds: str) -> None:
    with autocommit_cursor(env.registry) as bare:
        bench = Bench(env, bare, date.fromisoformat(today))
        seconds = {
            "all": bench.compare((ALL_ACTIVE, None), SET_ALL, int(rounds)),
            "one_percent": bench.compare((SET_CHANGED, bench.yesterday), SET_ALL, int(rounds)),
        }
    Path(answer).write_text(json.dumps(seconds))


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
