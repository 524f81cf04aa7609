"""100,000 clients in one company: the database time of the first page of Koibox's list with each single filter."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from dev import databases
from dev.console import say, step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import run_inside

from .api_million import FAMILY_NAMES, GIVEN_NAMES
from .result import Result

SCRIPT = Path(__file__).with_name("koibox_filters_inside.py")
DATABASE = "klientbox_bench_koibox"
COUNT = 100_000
MOST_MS = 150
CATEGORIES = """
    INSERT INTO klientbox_koibox_category (company_id, name)
    SELECT (SELECT min(id) FROM res_company), 'Category ' || number FROM generate_series(1, 8) AS number
    """
# As in a salon of many years; the figures are random, so that each filter matches some clients and not others.
INSERT = """
    INSERT INTO klientbox_client (
        company_id, name, given_name, family_name, koibox_nombre, koibox_apellido1, koibox_apellido2, phone, email,
        search_key, status, active, gender, sms_opt_out, email_opt_out, last_visit_date, total_visits, total_spent,
        koibox_national_id, koibox_landline, koibox_zip, koibox_origin, koibox_category_id, koibox_newsletter,
        koibox_surveys, koibox_sms_notices, koibox_email_notices, koibox_online_booking, koibox_no_online_payments,
        koibox_agreed, koibox_agreed_on, koibox_sales, koibox_sales_amount, koibox_debt, koibox_last_sale,
        koibox_discount, koibox_registered, version, create_date, write_date
    )
    SELECT (SELECT min(id) FROM res_company), initcap(given || ' ' || family), initcap(given), initcap(family),
           initcap(given), initcap(family), CASE WHEN number %% 4 = 0 THEN initcap(second) END, phone, email,
           given || ' ' || family || ' ' || substr(phone, 2) || ' ' || email,
           CASE WHEN number %% 100 < 45 THEN 'active' ELSE 'lost' END, number %% 10 > 0,
           CASE number %% 3 WHEN 0 THEN 'male' WHEN 1 THEN 'female' END, number %% 20 = 0, number %% 15 = 0,
           %(today)s::date - number %% 900, number %% 30, number %% 30 * 490.5,
           lpad((number * 7919 %% 100000000)::text, 8, '0') || chr(65 + number %% 26), '9' || 11000000 + number,
           lpad((1000 + number %% 500)::text, 5, '0'), (ARRAY['api', 'w', 'c'])[1 + number %% 4],
           category, number %% 2 = 0, number %% 5 = 0, number %% 3 > 0, number %% 7 > 0, number %% 9 > 0,
           number %% 50 = 0, number %% 6 > 0, CASE WHEN number %% 6 > 0 THEN %(today)s::date - number %% 1500 END,
           number %% 25, number %% 25 * 41.5, CASE WHEN number %% 40 = 0 THEN number %% 90 ELSE 0 END,
           %(today)s::date - number %% 800, CASE WHEN number %% 12 = 0 THEN 10 ELSE 0 END,
           %(today)s::timestamp - number * interval '20 minutes', 1,
           %(today)s::timestamp - number * interval '20 minutes', now() AT TIME ZONE 'UTC'
      FROM generate_series(1, %(count)s) AS number
     CROSS JOIN LATERAL (SELECT abs(hashint4(number::int)) AS hash) AS drawn
     CROSS JOIN LATERAL (
               SELECT (%(given)s::text[])[1 + hash %% cardinality(%(given)s::text[])] AS given,
                      (%(family)s::text[])[1 + hash / 64 %% cardinality(%(family)s::text[])] AS family,
                      (%(family)s::text[])[1 + hash / 4096 %% cardinality(%(family)s::text[])] AS second,
                      '+4206' || lpad((number::bigint * 7919 %% 100000000)::text, 8, '0') AS phone,
                      'klient' || number || '@example.com' AS email,
                      (SELECT min(id) + number %% 9 FROM klientbox_koibox_category HAVING number %% 9 < 8) AS category
           ) AS person
    """
# A third of the clients was contacted when lost; half of them have come again since.
MESSAGES = """
    INSERT INTO klientbox_message (company_id, client_id, direction, channel, state, trigger, absence_since)
    SELECT company_id, id, 'out', CASE WHEN id %% 2 = 0 THEN 'sms' ELSE 'email' END, 'delivered', 'lost',
           last_visit_date - CASE WHEN id %% 4 < 2 THEN 0 ELSE 500 END
      FROM klientbox_client WHERE id %% 3 = 0
    """


def measure() -> list[Result]:
    """The slowest filter's 95th percentile, as the facade reads page and number of matches; by name where it is."""
    with Cluster("test") as cluster, tempfile.TemporaryDirectory(dir=folder("run")) as private:
        databases.create(cluster, DATABASE, databases.template(cluster))
        try:
            with step(f"{COUNT:,} clients"):
                fill(cluster)
            with step("Each filter"):
                answer = Path(private) / "figures.json"
                say(run_inside(cluster, DATABASE, SCRIPT, str(answer)))
                figures = json.loads(answer.read_text())
        finally:
            databases.drop(cluster, DATABASE)
    slowest = max(figures, key=figures.get)
    return [
        Result("koibox_slowest_filter_ms", figures[slowest], f"ms ({slowest}, of {len(figures)})", MOST_MS),
        Result("koibox_no_filter_ms", figures["none"], "ms", MOST_MS),
    ]


def fill(cluster: Cluster) -> None:
    """Put the clients and their messages into the database."""
    for table in ("klientbox_client", "klientbox_message"):
        # No integration polls this database: its log of changes would only take time. The clients keep their numbers'
        # trigger.
        databases.execute(cluster, DATABASE, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    databases.execute(cluster, DATABASE, "ALTER TABLE klientbox_client ENABLE TRIGGER klientbox_koibox_number")
    databases.execute(cluster, DATABASE, CATEGORIES, {})
    parameters = {
        "count": COUNT,
        "today": date.today(),
        "given": GIVEN_NAMES.split(),
        "family": FAMILY_NAMES.split(),
    }
    databases.execute(cluster, DATABASE, INSERT, parameters)
    databases.execute(cluster, DATABASE, MESSAGES, {})
    databases.execute(cluster, DATABASE, "VACUUM ANALYZE")
