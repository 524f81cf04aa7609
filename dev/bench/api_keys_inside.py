"""Run inside Odoo: keys of ours and one of the administrator for Odoo's API; see api_keys."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dev.home import write_private

if TYPE_CHECKING:
    from odoo.api import Environment

# At 100 requests a minute each, enough for 500 a second.
KEYS = 300


def main(env: Environment, answer: str) -> None:
    company = env.ref("base.main_company")
    company._klientbox_settings().tier = "provoz"
    ours = [env["klientbox.api.key"]._generate(company, "bench")[1] for _number in range(KEYS)]
    keys = env["res.users.apikeys"].with_user(env.ref("base.user_admin"))
    json2 = keys._generate("rpc", "bench", datetime.now() + timedelta(days=1))
    write_private(Path(answer), json.dumps({"ours": ours, "json2": json2, "company": company.id}))


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
