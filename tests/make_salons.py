"""Run inside Odoo: make companies of the tier with the API, each with a key without limit.

argv: how many, the first number, and the file for the result: a list of {"company_id", "key"}.
"""

import json
import sys
from pathlib import Path

count, first = int(sys.argv[1]), int(sys.argv[2])
# Amounts in the files of these tests are in crowns.
crowns = env.ref("base.CZK").id  # noqa: F821
salons = [{"name": f"Salon {number}", "currency_id": crowns} for number in range(first, first + count)]
companies = env["res.company"].create(salons)  # noqa: F821
env.ref("base.user_admin").company_ids |= companies  # noqa: F821
env["klientbox.settings"].search([("company_id", "in", companies.ids)]).tier = "provoz"  # noqa: F821
made = []
for company in companies:
    _key, text = env["klientbox.api.key"]._generate(company, "tests", rate_limit=0)  # noqa: F821
    made.append({"company_id": company.id, "key": text})
Path(sys.argv[3]).write_text(json.dumps(made))
