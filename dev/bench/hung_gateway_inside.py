"""Run inside Odoo: two gateways of one company that lead to two simulators, and a key.

Arguments: the file for their ids, the addresses of both simulators, their secret.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment


def main(env: Environment, answer: str, free: str, hung: str, secret: str) -> None:
    env["ir.config_parameter"].set_param("klientbox.private_networks", "127.0.0.0/8")
    company = env["res.company"].search([], order="id", limit=1)
    company._klientbox_settings().tier = "provoz"
    env.ref("base.user_admin").phone = "+420601000000"
    gateways = env["klientbox.gateway"].create(
        [
            {"name": name, "company_id": company.id, "url": f"{url}/send", "new_secret": secret}
            for name, url in (("free", free), ("hung", hung))
        ]
    )
    _key, text = env["klientbox.api.key"]._generate(company, "Bench", rate_limit=0)
    Path(answer).write_text(json.dumps({"key": text, **{gateway.name: gateway.id for gateway in gateways}}))


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
