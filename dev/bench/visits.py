"""Visits of the clients of dev.bench.clients, written by SQL: three of each, with one service and one of the staff."""

from __future__ import annotations

from pathlib import Path

from dev import databases
from dev.console import step
from dev.postgres import Cluster
from dev.server import run_inside

STAFF = Path(__file__).with_name("visits_inside.py")
EACH = 3
STATEMENTS = (
    """
    INSERT INTO klientbox_visit (
        company_id, client_id, state, start, stop, duration, amount, staff_id, version, create_date, write_date
    )
    SELECT client.company_id, client.id, 'done', start, start + interval '45 minutes', 45, 690, staff.id, 1, start,
           start
      FROM klientbox_client AS client
     CROSS JOIN generate_series(1, %(each)s) AS number
     CROSS JOIN LATERAL (
               SELECT (client.last_visit_date - 30 * (number - 1)) + time '08:00'
                      + client.id %% 600 * interval '1 minute' AS start
           ) AS moment
      JOIN LATERAL (
               SELECT id FROM klientbox_staff WHERE company_id = client.company_id
                ORDER BY id OFFSET client.id %% 6 LIMIT 1
           ) AS staff ON TRUE
    """,
    """
    INSERT INTO klientbox_visit_line (
        visit_id, company_id, sequence, service_id, staff_id, staff_name, start, duration, price, create_date,
        write_date
    )
    SELECT visit.id, visit.company_id, 10, service.id, staff.id, staff.name, visit.start, 45, 690, visit.start,
           visit.start
      FROM klientbox_visit AS visit
      JOIN klientbox_staff AS staff ON staff.id = visit.staff_id
      JOIN LATERAL (
               SELECT id FROM klientbox_service WHERE company_id = visit.company_id
                ORDER BY id OFFSET visit.client_id %% 12 LIMIT 1
           ) AS service ON TRUE
    """,
)


def fill(cluster: Cluster, database: str) -> None:
    """Give each client their visits."""
    with step(f"{EACH} visits of each client"):
        run_inside(cluster, database, STAFF)
        for statement in STATEMENTS:
            databases.execute(cluster, database, statement, {"each": EACH})
        databases.execute(cluster, database, "TRUNCATE klientbox_change")
        databases.execute(cluster, database, "VACUUM ANALYZE")
