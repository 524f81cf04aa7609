"""Run by ``server.run_inside`` in a process of its own: a script with a ready Odoo environment."""

from __future__ import annotations

import runpy
import sys

import odoo.api
import odoo.modules.registry
import odoo.tools


def main(config: str, script: str, *arguments: str) -> None:
    odoo.tools.config.parse_config(["-c", config], setup_logging=True)
    [database] = odoo.tools.config["db_name"]
    sys.argv = [script, *arguments]
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cursor:
        environment = odoo.api.Environment(cursor, odoo.api.SUPERUSER_ID, {})
        runpy.run_path(script, init_globals={"env": environment}, run_name="__main__")
    # A running server of this database clears its caches.
    registry.signal_changes()


if __name__ == "__main__":
    main(*sys.argv[1:])
