"""Configuration and command line of Odoo, in one place."""

from __future__ import annotations

import sys
from pathlib import Path

from . import odoo_source, project
from .console import Problem
from .home import REPOSITORY, folder, write_private
from .postgres import Cluster
from .processes import clean_environment

# Odoo's default and ours: each API answers in its own format also while PostgreSQL is away.
SERVER_WIDE_MODULES = ("base", "rpc", "web", *project.ADDONS)
NOWHERE = "http://127.0.0.1:9"


def write(name: str, cluster: Cluster, database: str, **settings: object) -> Path:
    """Write a configuration for one database; ``settings`` override the defaults."""
    options = {
        "addons_path": addons_path(),
        "server_wide_modules": ",".join(SERVER_WIDE_MODULES),
        "data_dir": cluster.data_dir,
        "db_host": cluster.host,
        "db_port": cluster.port,
        "db_user": cluster.user,
        "db_password": cluster.password,
        # Without a filter beside it, or Odoo asks PostgreSQL at each request which databases there are.
        "db_name": database,
        "db_maxconn": 32,
        "list_db": False,
        "http_interface": "127.0.0.1",
        "proxy_mode": False,
        "workers": 0,
        "max_cron_threads": 0,
        "with_demo": False,
        "unaccent": False,
        "publisher_warranty_url": NOWHERE,
        "log_level": "info",
        **settings,
    }
    path = folder("run", "config") / f"{name}.conf"
    write_private(path, "[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items()))
    return path


def command(config: Path, *arguments: str, subcommand: str | None = None) -> list[str]:
    """The command line of Odoo. Not ``python -m odoo``: with workers that breaks the live-chat process."""
    # Odoo searches a subcommand of an addon before it reads the configuration.
    verb = [f"--addons-path={addons_path()}", subcommand] if subcommand else []
    return [sys.executable, str(_source().launcher), *verb, "-c", str(config), *arguments]


def environment(**extra: str) -> dict[str, str]:
    """A child's environment in which ``import odoo`` works and nothing overrides the configuration."""
    return clean_environment(PYTHONPATH=str(_source().python_path), PYTHONUNBUFFERED="1", **extra)


def addons_path(*more: Path) -> str:
    """Odoo's addons, ours, and those of further folders."""
    return ",".join(map(str, (*_source().addons_paths, REPOSITORY, *more)))


def identity() -> str:
    return _source().identity


def _source() -> odoo_source.OdooSource:
    source = odoo_source.find()
    if not source:
        raise Problem("Odoo is not set up yet.", "Run: python3 -m dev setup")
    return source
