"""1,000,000 clients in one company: the database time of a page of the API's list, with and without its total."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from dev import databases
from dev.console import step
from dev.home import folder
from dev.postgres import Cluster
from dev.server import run_inside

from .result import Result

SCRIPT = Path(__file__).with_name("api_million_inside.py")
NAMES = Path(__file__).with_name("api_million_names_inside.py")
DATABASE = "klientbox_bench_million"
COUNT = 1_000_000
MOST_PAGE_MS, MOST_TOTAL_MS = 20, 60
# A search sorted by name finds all matches before the page is cut.
SORTED = [f"{kind}_by_name" for kind in ("family_name", "two_name_parts", "exact_phone", "no_match")]
MOST_SORTED_MS = 60
# A change of the company's language, and the update to the version that has the order.
MOST_REORDER_S = 120
# As in a salon; each value is random.
GIVEN_NAMES = """
jana eva anna marie hana lenka katerina lucie petra veronika martina tereza alena michaela jitka helena zuzana
barbora ivana monika klara simona pavla dagmar karolina nikola gabriela renata adela kristyna jiri jan petr
josef pavel martin tomas jaroslav miroslav zdenek
"""
FAMILY_NAMES = """
novak svoboda dvorak cerny prochazka kucera vesely horak nemec marek pospisil pokorny hajek kral jelinek ruzicka
benes fiala sedlacek dolezal zeman kolar navratil cermak urban vanek blazek kriz kovar bartos vlcek kopecky
polak musil simek konecny maly cech stanek holub stastny soukup dostal hruska sykora mares moravec vavra bures
barta tichy vacek krejci hlavac kadlec bilek kratochvil matousek beran pavlicek jezek zak kubat havlicek tuma
dusek valenta adamek hruby toman machacek kubicek hlavacek bednar slavik janda vitek petrik stepanek kasparek
janecek rezac smid zelenka vojtech macek kalina subrt martinec simon skala mach koci kubik jurik rehak michalek
buchta votava dolejsi peterka lukas hanak filip blaha kotek zapletal linhart bohac drabek vondra hampl srb vrba
sobotka
"""
INSERT = """
    INSERT INTO klientbox_client (
        company_id, name, phone, email, search_key, status, active, sms_opt_out, email_opt_out,
        last_visit_date, total_visits, total_spent, version, create_date, write_date
    )
    SELECT (SELECT min(id) FROM res_company), initcap(name), phone, email,
           name || ' ' || substr(phone, 2) || ' ' || email,
           CASE WHEN number %% 100 < 45 THEN 'active' WHEN number %% 100 < 60 THEN 'warning'
                WHEN number %% 100 < 99 THEN 'lost' WHEN number %% 200 = 99 THEN 'new' ELSE 'inactive' END,
           true, false, false, %(today)s::date - number %% 700, number %% 30, 0, 1,
           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM generate_series(1, %(count)s) AS number
     CROSS JOIN LATERAL (SELECT abs(hashint4(number::int)) AS hash) AS drawn
     CROSS JOIN LATERAL (
               SELECT (%(given)s::text[])[1 + hash %% cardinality(%(given)s::text[])] || ' ' ||
                      (%(family)s::text[])[1 + hash / 64 %% cardinality(%(family)s::text[])] AS name,
                      '+4206' || lpad((number::bigint * 7919 %% 100000000)::text, 8, '0') AS phone,
                      'klient' || number || '@example.com' AS email
           ) AS person
    """


def measure() -> list[Result]:
    """95th percentiles at the database, in milliseconds.

    The total is exact; its cost where more than 10,000 match is reported without a limit.
    """
    with Cluster("test") as cluster, tempfile.TemporaryDirectory(dir=folder("run")) as private:
        databases.create(cluster, DATABASE, databases.template(cluster))
        try:
            with step(f"{COUNT:,} clients"):
                # No integration polls this database: its log of a million changes would only take time.
                databases.execute(cluster, DATABASE, "ALTER TABLE klientbox_client DISABLE TRIGGER USER")
                parameters = {
                    "count": COUNT,
                    "today": date.today(),
                    "given": GIVEN_NAMES.split(),
                    "family": FAMILY_NAMES.split(),
                }
                databases.execute(cluster, DATABASE, INSERT, parameters)
                databases.execute(cluster, DATABASE, "VACUUM ANALYZE")
            answer = Path(private) / "figures.json"
            with step("Their names in Czech order"):
                run_inside(cluster, DATABASE, NAMES, str(answer))
                reordered = json.loads(answer.read_text())
                # As in a database whose names were not all just sorted again.
                databases.execute(cluster, DATABASE, "VACUUM FULL klientbox_client")
                databases.execute(cluster, DATABASE, "VACUUM ANALYZE klientbox_client")
            with step("Pages of 50"):
                run_inside(cluster, DATABASE, SCRIPT, str(answer))
                figures = json.loads(answer.read_text())
        finally:
            databases.drop(cluster, DATABASE)
    results = [Result("api_1m_reorder_names_s", reordered, "s", MOST_REORDER_S)]
    for name, figure in figures.items():
        most = MOST_SORTED_MS if name in SORTED else MOST_PAGE_MS
        results.append(Result(f"api_1m_{name}_rows_ms", figure["rows"], "ms", most))
        bound = MOST_TOTAL_MS if figure["most"] <= 10_000 else None
        results.append(Result(f"api_1m_{name}_total_ms", figure["total"], f"ms ({figure['most']:,})", bound))
    return results
