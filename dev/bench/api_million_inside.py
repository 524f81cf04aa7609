"""Run inside Odoo: pages of the API's list of clients, many times, statement by statement.

Writes {kind: {rows, total: 95th percentiles in milliseconds without and with the total, most: the most that matched}}
to the file named.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import quantiles

from odoo.addons.klientbox.api.rows import parts
from odoo.addons.klientbox.operations.v1.clients import Client
from odoo.fields import Domain
from odoo.tools import SQL

PAGE, TIMES = 50, 60


def main(env, answer: str) -> None:
    clients = env(
        user=env.ref("klientbox.user_api").id,
        context={"allowed_company_ids": env.ref("base.main_company").ids},
        su=False,
    )["klientbox.client"]
    numbers = range(100_000, 1_000_000, 15_000)
    words = {
        "first_page": [""] * TIMES,
        "name_part": [f"family{a}{b}" for a in "abcdefghijklmno" for b in "aceg"],
        "rare_name_part": [f"{a}a family{b}{c}" for a in "acegikmoqs" for b in "bdf" for c in "ac"],
        "phone_part": [str(number)[:6] + " " for number in numbers],
        "exact_phone": [f"+42072{number:07}" for number in numbers],
    }
    asked = {kind: [clients._get_search_domain(word) for word in tried] for kind, tried in words.items()}
    for status in ("active", "new", "inactive"):
        asked[f"status_{status}"] = [Domain("status", "=", status)] * TIMES
    Path(answer).write_text(json.dumps({kind: _measure(clients, domains) for kind, domains in asked.items()}))


def _measure(clients, domains) -> dict[str, float]:
    rows, totals, most = [], [], 0
    names = tuple(dict.fromkeys(Client.field_names()))
    for domain in domains:
        query, columns, number = parts(clients, domain, names, "id", 0, PAGE)
        rows.append(_milliseconds(clients.env, query.select(*columns))[0])
        taken, found = _milliseconds(clients.env, query.select(*columns, SQL("(%s)", number)))
        totals.append(taken)
        most = max(most, found[0][-1] if found else 0)
    return {"rows": _p95(rows), "total": _p95(totals), "most": most}


def _milliseconds(env, statement):
    started = time.perf_counter()
    found = env.execute_query(statement)
    return (time.perf_counter() - started) * 1000, found


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[18]


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
