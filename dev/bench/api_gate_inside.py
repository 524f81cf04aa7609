"""Run inside Odoo: how long a key's admission takes, and again beside so many other keys. Writes {name: {p50, p95}} in
milliseconds to the file named."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import quantiles

CALLS, LIMIT = 3_000, 10_000


def main(env, keys: str, answer: str) -> None:
    company = env.ref("base.main_company")
    company._klientbox_settings().tier = "provoz"
    model = env["klientbox.api.key"]
    _record, text = model._generate(company, "bench", rate_limit=LIMIT)
    # The admission looks from a connection of its own.
    env.cr.commit()
    few = _measure(model, text)
    prefix = "md5(number::text)"
    env.cr.execute(
        f"""
        INSERT INTO klientbox_api_key (name, company_id, prefix, digest, rate_limit)
        SELECT 'other', %s, 'x' || {prefix}, {prefix}, 100 FROM generate_series(1, %s) AS number
        """,
        [company.id, int(keys)],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE klientbox_api_key")
    env.cr.commit()
    Path(answer).write_text(json.dumps({"few": few, "many": _measure(model, text)}))


def _measure(model, text: str) -> dict[str, float]:
    taken = []
    for _call in range(CALLS):
        started = time.perf_counter()
        admission = model._admit(text, "127.0.0.1")
        taken.append((time.perf_counter() - started) * 1000)
        assert admission.refusal is None, admission
    cuts = quantiles(taken, n=20)
    return {"p50": cuts[9], "p95": cuts[18]}


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
