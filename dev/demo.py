"""The demo: a salon's database that is created once, updated and served."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import databases, debian, nginx, odoo_config, odoo_source, project
from .console import Problem, say, step
from .demo_messaging import DemoMessaging
from .home import REPOSITORY, folder, write_private
from .postgres import HOST, Cluster
from .processes import run_visible, tail
from .salon import BARBERSHOP, BEAUTY_STUDIO, HAIR_SALON
from .server import OdooServer, run_inside

DATABASE = "klientbox_demo"
FILL = REPOSITORY / "dev" / "demo_fill.py"
DEFAULT_PORT = 8069
# The demo's companies by their names in the file of keys.
COMPANIES = {"salon": HAIR_SALON.name, "other_company": BARBERSHOP.name, "low_tier": BEAUTY_STUDIO.name}
# Increased when demo_fill.py makes other keys than before.
KEY_SET = 3
READY_SECONDS = 120
WATCH_SECONDS = 0.5
HIGHEST_PORT = 65535


def run() -> None:
    """Serve the demo until it is stopped."""
    port = _number("PORT", DEFAULT_PORT, 1, HIGHEST_PORT)
    workers = _number("WORKERS", 0, 0, 64)
    cluster = Cluster("demo")
    if cluster.in_use():
        raise Problem(f"The demo is already running{_where()}.", "Stop it first: Ctrl-C in its terminal.")
    with cluster:
        _require_free(port)
        odoo_source.ensure()
        access = _prepare(cluster)
        proxy = bool(workers) and _has_nginx()
        server = OdooServer(DATABASE, cluster, port=port, workers=workers, cron_threads=1, proxy=proxy)
        demo_messaging = DemoMessaging(cluster)
        try:
            with step("Odoo, a gateway simulator and a mail sink"):
                demo_messaging.start()
                demo_messaging.lead(DATABASE, server.url)
                demo_messaging.teach(DATABASE)
                server.start()
                server.wait_ready(READY_SECONDS)
            access = {**access, "url": server.url, "database": DATABASE, "simulator": demo_messaging.url}
            _write(access)
            say(_welcome(access, server))
            _watch(server, cluster)
        finally:
            server.stop()
            demo_messaging.stop()


def reset() -> None:
    """Drop the demo; the next run makes a new one."""
    cluster = Cluster("demo")
    if cluster.in_use():
        raise Problem(f"The demo is running{_where()}.", "Stop it first: Ctrl-C in its terminal.")
    with cluster:
        databases.drop(cluster, DATABASE)
    _path().unlink(missing_ok=True)
    say("The demo was removed. `make run` creates a new one.")


def shell() -> int:
    """Odoo's shell in the demo's database, beside a running demo or without one. Returns its exit status."""
    cluster = Cluster("demo")
    with contextlib.nullcontext() if cluster.in_use() else cluster:
        if not databases.marks(cluster, DATABASE):
            raise Problem("There is no demo yet.", "Create it: make run")
        return _call_odoo(cluster, "shell", "--no-http")


def bring_in(file: Path, company: str, dry_run: bool, options: Sequence[str] = ()) -> int:
    """Import a file into one of the demo's companies, named as in `COMPANIES` or by its name; the exit status.

    With or without a running demo; a missing demo is created, one of older code is updated.
    """
    arguments = [str(file), "--company", COMPANIES.get(company, company), *["--dry-run"] * dry_run, *options]
    cluster = Cluster("demo")
    if cluster.in_use():
        return _call_odoo(cluster, "klientbox_import", *arguments, log_level="warn")
    with cluster:
        odoo_source.ensure()
        _prepare(cluster)
        return _call_odoo(cluster, "klientbox_import", *arguments, log_level="warn")


def _call_odoo(cluster: Cluster, subcommand: str, *arguments: str, **settings: object) -> int:
    config = odoo_config.write(f"demo-{subcommand}", cluster, DATABASE, **settings)
    command = odoo_config.command(config, *arguments, subcommand=subcommand)
    return run_visible(command, env=odoo_config.environment())


def _prepare(cluster: Cluster) -> dict[str, Any]:
    """The demo's database, complete and up to date, and its credentials: login, password and keys."""
    state = {"odoo": odoo_config.identity(), "addons": project.fingerprint()}
    recorded = databases.marks(cluster, DATABASE)
    if recorded:
        _update(cluster, recorded, state)
        # A demo from before some of today's keys gets all of them anew.
        is_whole = recorded.get("key_set") == KEY_SET
        access = (is_whole and _remembered(recorded)) or _fill(cluster, "--keys-only")
    else:
        access = _make(cluster)
    _write(access)
    databases.mark(cluster, DATABASE, {**state, "keys": _digest(access["keys"]), "key_set": KEY_SET})
    return access


def _update(cluster: Cluster, recorded: dict[str, Any], state: dict[str, Any]) -> None:
    if recorded["odoo"] != state["odoo"]:
        databases.update(cluster, DATABASE, ("base",))
    elif recorded["addons"] != state["addons"]:
        databases.update(cluster, DATABASE, project.ADDONS)


def _remembered(recorded: dict[str, Any]) -> dict[str, Any] | None:
    """The content of demo.json, if it is about this database: with $KLIENTBOX_PG there may be several."""
    access = _read()
    return access if access and _digest(access["keys"]) == recorded.get("keys") else None


def _make(cluster: Cluster) -> dict[str, Any]:
    template = databases.template(cluster)
    with step("The demo's database"):
        databases.create(cluster, DATABASE, template)
    return _fill(cluster)


def _fill(cluster: Cluster, *options: str) -> dict[str, Any]:
    """Let demo_fill.py fill the database, or only make new keys; it returns the credentials."""
    title = "New API keys for the demo" if options else "The demo's salon"
    with step(title) as current, tempfile.TemporaryDirectory(dir=folder("run")) as private:
        answer = Path(private) / "access.json"

        def show(line: str) -> None:
            current.detail = line

        run_inside(cluster, DATABASE, FILL, str(answer), *options, on_line=show)
        access: dict[str, Any] = json.loads(answer.read_text())
        return access


def _has_nginx() -> bool:
    """Whether nginx can run before the workers; prints when not."""
    try:
        nginx.ensure()
    except debian.Unavailable as reason:
        say(
            f"  nginx is not available: {reason}. Clients connect to the workers directly, and slow ones block them. "
            "Install nginx and start again."
        )
        return False
    return True


def _watch(server: OdooServer, cluster: Cluster) -> None:
    """Wait for Ctrl-C; report a process that ends by itself."""
    while not server.ended():
        time.sleep(WATCH_SECONDS)
        if not cluster.external and not cluster.running():
            raise Problem("The demo's database server ended.", "Start again: make run")
    raise Problem("Odoo ended.", f"Whole log: {server.log_path}", tail(server.log_path))


def _number(variable: str, default: int, lowest: int, highest: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise Problem(f"{variable} is {text}.", f"Give a number from {lowest} to {highest}.")
    return int(text)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise Problem(
                f"Port {port} can't be used: {error.strerror}.", "Take another one: PORT=8070 make run"
            ) from error


def _digest(keys: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()[:16]


def _path() -> Path:
    return folder("run") / "demo.json"


def _read() -> dict[str, Any] | None:
    try:
        access: dict[str, Any] = json.loads(_path().read_text())
        return access
    except (FileNotFoundError, ValueError):
        return None


def _where() -> str:
    access = _read()
    return f" at {access['url']}" if access else ""


def _write(access: dict[str, Any]) -> None:
    names = ("url", "database", "login", "password", "keys", "simulator")
    write_private(_path(), json.dumps({name: access.get(name) for name in names}, indent=2) + "\n")


def _welcome(access: dict[str, Any], server: OdooServer) -> str:
    key = access["keys"]["salon"]
    return f"""
KlientBox is ready.

  Address   {access["url"]}
  Login     {access["login"]}
  Password  {access["password"]}
  API key   {key}
  Gateway   {access["simulator"]}/_sim/messages  (a simulator: no real SMS is sent)

  curl -H 'X-API-Key: {key}' '{access["url"]}/klientbox/api/v1/clients?per_page=3'

The same in {_path()}; Odoo's log: {server.log_path}
Ctrl-C stops everything.
"""
