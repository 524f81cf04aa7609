"""Run inside Odoo: create a number of further companies."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment


def main(env: Environment, count: str) -> None:
    env["res.company"].create([{"name": f"Salon {number}"} for number in range(1, int(count) + 1)])


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
