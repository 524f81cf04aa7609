"""Run inside Odoo: pages of the API's list of clients, many times, statement by statement.

Writes {kind: {rows, total: 95th percentiles in milliseconds without and with the total, most: the most that matched}}
to the file named.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from odoo.addons.klientbox.api.rows import FEW, page_of_rows, parts
from odoo.addons.klientbox.operations.v1.clients import Client
from odoo.fields import Domain

from dev.bench.api_million import FAMILY_NAMES, GIVEN_NAMES

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

PAGE, TIMES = 50, 60


def main(env: Environment, answer: str) -> None:
    clients = env(
        user=env.ref("klientbox.user_api").id,
        context={"allowed_company_ids": env.ref("base.main_company").ids},
        su=False,
    )["klientbox.client"]
    numbers = range(100_000, 1_000_000, 15_000)
    given_names, family_names = GIVEN_NAMES.split(), FAMILY_NAMES.split()
    words = {
        "first_page": [""] * TIMES,
        "name_part": [name[:4] for name in given_names],
        "family_name": family_names,
        "two_name_parts": [f"{given[:4]} {family[:5]}" for given in given_names[:10] for family in family_names[:6]],
        "phone_part": [f"{number * 7919 % 100_000_000:08}"[1:7] for number in numbers],
        "exact_phone": [f"+4206{number * 7919 % 100_000_000:08}" for number in numbers],
        "no_match": [f"{given} {family}k unknown" for given in given_names[:10] for family in family_names[:6]],
    }
    queries = {kind: [clients._get_search_domain(word) for word in tried] for kind, tried in words.items()}
    for status in ("active", "new", "inactive"):
        queries[f"status_{status}"] = [Domain("status", "=", status)] * TIMES
    figures = {
        kind: _measure(clients, domains, "id", bool(words.get(kind, [""])[0])) for kind, domains in queries.items()
    }
    for kind in ("first_page", "family_name", "two_name_parts", "exact_phone", "no_match"):
        figures[f"{kind}_by_name"] = _measure(clients, queries[kind], "name, id", kind != "first_page")
    Path(answer).write_text(json.dumps(figures))


def _measure(clients: BaseModel, domains: Iterable[Domain], order: str, by_pattern: bool) -> dict[str, float]:
    """The total is timed as the API reads page and total. The rows alone are the page's statement without the total;
    where one statement finds all matches first, rows and total are one."""
    rows, totals, most = [], [], 0
    names = tuple(dict.fromkeys(Client.field_names()))
    for domain in domains:
        taken, (_found, total) = _milliseconds(
            lambda d=domain: page_of_rows(clients, d, names, order, 0, PAGE, by_pattern)
        )
        query, columns, _number = parts(clients, domain, names, order, 0, PAGE)
        is_one = by_pattern and order == "id" and total <= FEW
        alone, _found = _milliseconds(lambda q=query, c=columns: clients.env.execute_query(q.select(*c)))
        rows.append(taken if is_one else alone)
        totals.append(taken)
        most = max(most, total)
    return {"rows": _p95(rows), "total": _p95(totals), "most": most}


def _milliseconds(work: Callable[..., Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return (time.perf_counter() - started) * 1000, done


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[18]


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
