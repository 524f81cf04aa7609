"""Run inside Odoo: the time of a key's admission, and again with this many other keys. Writes {name: {p50, p95}} in
milliseconds to the file named."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

# As many calls with each key as its limit allows, so that none is refused.
KEYS_USED, LIMIT = 15, 100


def main(env: Environment, keys: str, answer: str) -> None:
    company = env.ref("base.main_company")
    company._klientbox_settings().tier = "provoz"
    model = env["klientbox.api.key"]
    made = [model._generate(company, "bench", rate_limit=LIMIT) for _number in range(2 * KEYS_USED)]
    # The admission reads on a connection of its own.
    env.cr.commit()
    few = _measure(model, [text for _record, text in made[:KEYS_USED]])
    env.cr.execute(
        """
        INSERT INTO klientbox_api_key
        SELECT (jsonb_populate_record(key, jsonb_build_object(
                   'id', nextval('klientbox_api_key_id_seq'), 'prefix', 'x' || md5(number::text)))).*
          FROM klientbox_api_key key, generate_series(1, %s) AS number
         WHERE key.id = %s
        """,
        [int(keys), made[0][0].id],
    )
    env.cr.commit()
    env.cr.execute("ANALYZE klientbox_api_key")
    env.cr.commit()
    Path(answer).write_text(
        json.dumps({"few": few, "many": _measure(model, [text for _record, text in made[KEYS_USED:]])})
    )


def _measure(model: BaseModel, texts: list[str]) -> dict[str, float]:
    taken = []
    for _call in range(LIMIT):
        for text in texts:
            started = time.perf_counter()
            admission = model._admit(text, "127.0.0.1")
            taken.append((time.perf_counter() - started) * 1000)
            assert admission.refusal is None, admission
    cuts = quantiles(taken, n=20)
    return {"p50": cuts[9], "p95": cuts[18]}


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
