"""Run inside Odoo: create a number of further companies."""

from __future__ import annotations

import sys


def main(env, count: str) -> None:
    env["res.company"].create([{"name": f"Salon {number}"} for number in range(1, int(count) + 1)])


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
