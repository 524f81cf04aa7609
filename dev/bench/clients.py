"""Many clients for measurements, written by SQL: creating them is not measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dev import databases
from dev.console import step
from dev.postgres import Cluster
from dev.server import run_inside

if TYPE_CHECKING:
    from datetime import date

COMPANIES = Path(__file__).with_name("companies_inside.py")
SPREAD_DAYS = 400
# The days of absence after which a client crosses a threshold.
THRESHOLDS = [60, 90, 180]
INSERT = """
    INSERT INTO klientbox_client (
        company_id, name, phone, email, search_key, status, active, sms_opt_out, email_opt_out,
        last_visit_date, total_visits, total_spent, version, create_date, write_date
    )
    SELECT companies.ids[1 + number %% cardinality(companies.ids)], 'Klient ' || number, phone, email,
           'klient ' || number || ' ' || substr(phone, 2) || ' ' || email,
           'new', true, number %% 20 = 0, number %% 30 = 0, %(today)s::date - absent,
           1 + number %% 30, 690 * (1 + number %% 30), 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM generate_series(1, %(count)s) AS number
     CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM res_company) AS companies
     CROSS JOIN LATERAL (
               SELECT '+420720' || lpad(number::text, 6, '0') AS phone, 'klient' || number || '@example.com' AS email
           ) AS address
     CROSS JOIN LATERAL (
               SELECT 1 + CASE WHEN number %% %(spread)s = 0
                               THEN (%(thresholds)s::int[])[1 + number / %(spread)s %% 3]
                               ELSE number %% %(spread)s
                          END AS absent
           ) AS visit
    """


@contextmanager
def database(cluster: Cluster, name: str, count: int, today: date, companies: int = 1) -> Iterator[str]:
    """A database with this many clients, spread over its companies, all of status new; dropped at the end.

    Their last visits spread evenly over 400 days, but none was yesterday: those clients are moved to the day before a
    threshold, so that together with the clients of the three threshold days one in a hundred crosses one on the day
    ``today``.
    """
    template = databases.template(cluster)
    with step(f"{count:,} clients"):
        databases.create(cluster, name, template)
        if companies > 1:
            run_inside(cluster, name, COMPANIES, str(companies - 1))
        parameters = {"count": count, "today": today, "spread": SPREAD_DAYS, "thresholds": THRESHOLDS}
        databases.execute(cluster, name, INSERT, parameters)
        databases.execute(cluster, name, "TRUNCATE klientbox_change")
        databases.execute(cluster, name, "VACUUM ANALYZE")
    try:
        yield name
    finally:
        databases.drop(cluster, name)
