"""Databases: templates with Odoo's modules and with KlientBox, and quick copies of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from . import odoo_config, project
from .console import Problem, say, step
from .home import locked, log_path
from .postgres import Cluster
from .processes import CommandFailed, run_logged

LANGUAGES = ("en_US", "cs_CZ")
MODULES_PREFIX = "klientbox_odoo_"
TEMPLATE_PREFIX = "klientbox_tpl_"
UNFINISHED = "_new"
# Addresses that Odoo's modules call at the vendor; in development they are a closed port of this machine instead.
SILENCED_ENDPOINTS = (
    "sms.endpoint",
    "iap.endpoint",
    "enrich.endpoint",
    "iap.partner_autocomplete.endpoint",
    "html_editor.media_library_endpoint",
    "html_editor.olg_api_endpoint",
    "odoo_ocn.endpoint",
)
# They call the vendor, or send e-mail that no server here would accept.
SILENCED_CRONS = (
    "mail.ir_cron_module_update_notification",
    "digest.ir_cron_digest_scheduler_action",
)


def execute(
    cluster: Cluster,
    database: str,
    statement: str | sql.Composable,
    parameters: Sequence[object] | Mapping[str, object] = (),
) -> list[tuple[Any, ...]]:
    """Run one statement outside a transaction and return its rows."""
    with closing(psycopg2.connect(cluster.dsn(database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []


def exists(cluster: Cluster, name: str) -> bool:
    return bool(execute(cluster, "postgres", "SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def template(cluster: Cluster) -> str:
    """The name of a database with KlientBox installed, to copy with ``create``; created again when the addon has
    changed."""
    modules_name = MODULES_PREFIX + _digest(odoo_config.identity(), project.dependencies(), LANGUAGES, _recipe())
    name = TEMPLATE_PREFIX + _digest(modules_name, project.fingerprint())
    with locked("templates", "the database templates"):
        if not exists(cluster, name):
            _drop_except(cluster, {modules_name})
            if not exists(cluster, modules_name):
                _build_modules(cluster, modules_name)
            _build_template(cluster, name, modules_name)
    return name


def create(cluster: Cluster, name: str, template_name: str) -> None:
    """Make a database as a copy, with its files; one of the same name is dropped first."""
    drop(cluster, name)
    _copy(cluster, name, template_name)
    source, target = _filestore(cluster, template_name), _filestore(cluster, name)
    if source.exists():
        # Odoo never changes a file of its store, so the copies may share them.
        shutil.copytree(source, target, copy_function=os.link)


def drop(cluster: Cluster, name: str) -> None:
    """Drop a database and its files, even with open connections; no error when there is none."""
    execute(cluster, "postgres", sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(_filestore(cluster, name), ignore_errors=True)


def mark(cluster: Cluster, name: str, facts: dict[str, Any]) -> None:
    """Store facts about a database in the database server itself, so that they exist as long as it does."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(json.dumps(facts)))
    execute(cluster, "postgres", statement)


def marks(cluster: Cluster, name: str) -> dict[str, Any]:
    """The facts that ``mark`` stored; empty for a database that was never finished."""
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    rows = execute(cluster, "postgres", statement, [name])
    noted: dict[str, Any] = json.loads(rows[0][0]) if rows and rows[0][0] else {}
    return noted


def update(cluster: Cluster, name: str, modules: tuple[str, ...]) -> None:
    """Update modules to the present code; modules that were added since are installed."""
    names = ",".join(modules)
    _run_odoo(cluster, name, modules, f"Update of {', '.join(modules)} in {name}", "-i", names, "-u", names)


def _build_modules(cluster: Cluster, name: str) -> None:
    """Odoo's own modules: slow, but needed only when Odoo or our dependencies change."""
    building = name + UNFINISHED
    drop(cluster, building)
    # As Odoo itself makes databases: sorted by code point, which serves its indexes.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'unicode' LC_COLLATE 'C'")
    execute(cluster, "postgres", statement.format(sql.Identifier(building)))
    modules = project.dependencies()
    _run_odoo(
        cluster,
        building,
        modules,
        f"Database with Odoo's modules ({', '.join(modules)})",
        *("-i", ",".join(modules), f"--load-language={','.join(LANGUAGES)}", "--load=base,rpc,web"),
    )
    _silence(cluster, building)
    _finish(cluster, building, name)


def _build_template(cluster: Cluster, name: str, modules_name: str) -> None:
    building = name + UNFINISHED
    create(cluster, building, modules_name)
    addons = project.ADDONS
    _run_odoo(cluster, building, addons, f"Database with {', '.join(addons)}", "-i", ",".join(addons))
    _silence(cluster, building)
    _finish(cluster, building, name)


def _run_odoo(cluster: Cluster, database: str, modules: tuple[str, ...], title: str, *arguments: str) -> None:
    """Let Odoo install or update modules, with progress, and check the result."""
    config = odoo_config.write(f"{cluster.name}-install", cluster, database)
    log = log_path(f"odoo-install-{cluster.name}")
    log.unlink(missing_ok=True)
    command = odoo_config.command(config, *arguments, "--stop-after-init", "--no-http")
    with step(title) as current:

        def show(line: str) -> None:
            found = re.search(r"(?:Loading|loading) module (\w+) \((\d+/\d+)\)", line)
            if found:
                current.detail = f"module {found[2]}, {found[1]}"

        try:
            output = run_logged(command, log, show, env=odoo_config.environment())
        except CommandFailed as error:
            raise Problem(f"Odoo failed: {title}.", f"Whole log: {log}", error.tail) from error
        _require_installed(cluster, database, modules, log)
    _tell_errors(output, log)


def _require_installed(cluster: Cluster, database: str, modules: tuple[str, ...], log: Path) -> None:
    statement = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    missing = set(modules) - {name for [name] in execute(cluster, database, statement)}
    if missing:
        raise Problem(f"Odoo did not install {', '.join(sorted(missing))}.", f"The log says why: {log}")


def _tell_errors(output: str, log: Path) -> None:
    errors = [line for line in output.splitlines() if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line)]
    if errors:
        say(f"  {len(errors)} errors in {log}, the first: {errors[0]}")


def _silence(cluster: Cluster, database: str) -> None:
    """A development database must not access the Internet."""
    for key in SILENCED_ENDPOINTS:
        statement = """
            INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
            """
        execute(cluster, database, statement, [key, odoo_config.NOWHERE])
    statement = """
        UPDATE ir_cron SET active = false FROM ir_model_data AS xml
         WHERE xml.model = 'ir.cron' AND xml.res_id = ir_cron.id AND xml.module || '.' || xml.name = ANY(%s)
        """
    execute(cluster, database, statement, [list(SILENCED_CRONS)])


def _finish(cluster: Cluster, building: str, name: str) -> None:
    """Rename a finished template; from then on no connections are allowed, so that it can always be copied."""
    files = _filestore(cluster, name)
    shutil.rmtree(files, ignore_errors=True)
    if _filestore(cluster, building).exists():
        _filestore(cluster, building).rename(files)
    identifiers = {"building": sql.Identifier(building), "name": sql.Identifier(name)}
    execute(cluster, "postgres", sql.SQL("ALTER DATABASE {building} ALLOW_CONNECTIONS false").format(**identifiers))
    execute(cluster, "postgres", sql.SQL("ALTER DATABASE {building} RENAME TO {name}").format(**identifiers))


def _drop_except(cluster: Cluster, kept: set[str]) -> None:
    """Drop templates of earlier code, and those that were never finished."""
    statement = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) OR starts_with(datname, %s)"
    for [name] in execute(cluster, "postgres", statement, [MODULES_PREFIX, TEMPLATE_PREFIX]):
        if name not in kept:
            drop(cluster, name)


def _copy(cluster: Cluster, name: str, template_name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    execute(cluster, "postgres", statement.format(sql.Identifier(name), sql.Identifier(template_name)))


def _filestore(cluster: Cluster, database: str) -> Path:
    return cluster.data_dir / "filestore" / database


def _recipe() -> str:
    """Other inputs of a template: a change here must create a new one. Odoo stores the addons that it could install."""
    return repr((SILENCED_ENDPOINTS, SILENCED_CRONS, project.ADDONS))


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
