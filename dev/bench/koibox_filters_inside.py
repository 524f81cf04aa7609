"""Run inside Odoo: the first page of Koibox's list with each single filter, many times, as the facade reads it.

Writes {filter: 95th percentile in milliseconds} to the file named; "none" is without one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from odoo.addons.klientbox_koibox.operations.clientes import ClienteFilter, list_clientes

from dev.bench.api_million import FAMILY_NAMES, GIVEN_NAMES

if TYPE_CHECKING:
    from odoo.api import Environment

TIMES = 25
COUNT = 100_000


def main(env: Environment, answer: str) -> None:
    company = env.ref("base.main_company")
    env = env(
        user=env.ref("klientbox.user_api").id,
        context={"allowed_company_ids": company.ids},
        su=False,
    )
    context = {"zone": "Europe/Prague", "region": env.company._klientbox_region}
    figures = {"none": _p95(_take(env, {}, context) for _time in range(TIMES))}
    for name, (member, lookup) in ClienteFilter.lookups.items():
        values = _values(member, lookup)
        queries = [{name: values[turn % len(values)]} for turn in range(TIMES)]
        figures[name] = _p95(_take(env, query, context) for query in queries)
    Path(answer).write_text(json.dumps(figures))
    for name, figure in sorted(figures.items(), key=lambda pair: -pair[1])[:12]:
        print(f"{figure:7.1f} ms  {name}")


def _take(env: Environment, query: dict[str, str], context: dict[str, Any]) -> float:
    filters = ClienteFilter.model_validate(query, context=context)
    started = time.perf_counter()
    list_clientes(env, filters)
    return (time.perf_counter() - started) * 1000


def _values(member: str, lookup: str) -> list[str]:
    """Values of the filters: some that few clients have, some that many have, and some that none has."""
    today = date.today()
    given, family = GIVEN_NAMES.split(), FAMILY_NAMES.split()
    numbers = [str(number * 7919 % 100_000_000).zfill(8) for number in range(1, COUNT, COUNT // 8)]
    texts = {
        "id": [str(number) for number in range(1, COUNT, COUNT // 8)],
        "nombre": [*given[:6], "an", "zz"],
        "apellido1": [*(name[:4] for name in family[:6]), "ov", "zzz"],
        "apellido2": [*(name[:4] for name in family[:6]), "ov", "zzz"],
        "email": ["klient5000", "example", "99@", "unknown", "k"],
        "dni": [*(number[1:6] for number in numbers), "1", "zzzz"],
        "movil": [f"6{number}" for number in numbers],
        "fijo": [str(911_000_000 + number) for number in range(1, COUNT, COUNT // 8)],
        "codigo_postal": ["01000", "01250", "99999"],
        "origen": ["api", "w", "x"],
        "categoria": ["1", "2", "8", "99"],
        "sexo": ["H", "M", "X"],
        "code": ["1", "50000", "99990", "200000"],
        "numero_ventas": ["0", "1", "12", "24", "99"],
        "total_citas_realizadas": ["0", "1", "15", "29", "99"],
        "importe_ventas": ["0", "41.5", "500", "1000"],
        "importe_deudas": ["0", "10", "80", "0.01"],
        "descuento_ventas": ["0", "10", "5", "99"],
    }
    if member.startswith("is_"):
        return ["true", "false"]
    if member.startswith("fecha"):
        days = [str(today - timedelta(days=back)) for back in (0, 1, 30, 400, 899, 2000)]
        return [f"{day}T10:00:00" for day in days] if member == "fecha_alta" else days
    values = texts[member]
    return [",".join(values[place : place + 3]) for place in range(len(values))] if lookup == "in" else values


def _p95(values: Iterable[float]) -> float:
    return quantiles(values, n=20)[18]


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
