"""Run inside Odoo: services and staff of each company; see visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment

SERVICES, STAFF = 12, 6


def main(env: Environment) -> None:
    for company in env["res.company"].search([]):
        for number in range(SERVICES):
            vals = {"name": f"Služba {number}", "duration": 45, "price": 690, "company_id": company.id}
            env["klientbox.service"].create(vals)
        for number in range(STAFF):
            env["klientbox.staff"].create({"name": f"Kadeřnice {number}", "company_id": company.id})


if __name__ == "__main__":
    main(globals()["env"])
