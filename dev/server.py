"""Odoo as a server, and scripts inside a ready Odoo environment."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from . import nginx, odoo_config
from .console import Problem
from .home import REPOSITORY, log_path
from .postgres import HOST, Cluster
from .processes import CommandFailed, Service, run_logged, tail

_numbers = itertools.count(1)
# A proxy of the environment must not be used for our own machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class OdooServer:
    """An Odoo that serves one database on 127.0.0.1; use it as a context manager, or call ``start`` and ``stop``.

    ``settings`` go into odoo.conf, ``environment`` into the process. Several may serve the same database. ``stop`` ends
    it in order, ``kill`` at once, like a power cut. With ``proxy`` nginx is before it, as in production.
    """

    def __init__(
        self,
        database: str,
        cluster: Cluster,
        port: int | None = None,
        workers: int = 0,
        cron_threads: int = 0,
        proxy: bool = False,
        settings: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.database = database
        self.cluster = cluster
        self.port = port or free_port()
        self.workers = workers
        self.cron_threads = cron_threads
        self.proxy = proxy
        self.settings = settings or {}
        self.environment = environment or {}
        self.name = f"odoo-{database}-{next(_numbers)}"
        self.log_path = log_path(f"{cluster.name}-{self.name}")
        self._service: Service | None = None
        self._proxy: nginx.Proxy | None = None

    def __enter__(self) -> OdooServer:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The main process; with workers it serves no requests itself."""
        if self._service is None:
            raise RuntimeError("the server was not started")
        return self._service.pid

    def start(self) -> None:
        http_port, gevent_port = free_port() if self.proxy else self.port, free_port()
        config = odoo_config.write(
            f"{self.cluster.name}-{self.name}",
            self.cluster,
            self.database,
            http_port=http_port,
            gevent_port=gevent_port,
            workers=self.workers,
            max_cron_threads=self.cron_threads,
            proxy_mode=self.proxy,
            **self.settings,
        )
        self.log_path.unlink(missing_ok=True)
        environment = odoo_config.environment(**self.environment)
        self._service = Service(
            self.cluster.name, self.name, odoo_config.command(config), self.log_path, env=environment
        )
        if self.proxy:
            self._proxy = nginx.Proxy(self.cluster.name, f"nginx-{self.name}", self.port, http_port, gevent_port)

    def wait_ready(self, timeout: float = 60) -> None:
        """Return once Odoo answers; raises a Problem with the log's last lines when it dies or takes too long."""
        deadline = time.monotonic() + timeout
        while not self._healthy():
            if self._service is None or self._service.ended():
                raise self._problem("Odoo ended while starting")
            if time.monotonic() > deadline:
                raise self._problem(f"Odoo did not answer within {timeout:g} s")
            time.sleep(0.1)

    def ended(self) -> bool:
        """Whether Odoo, or the proxy before it, has ended."""
        return any(each is None or each.ended() for each in (self._service, *[self._proxy] * self.proxy))

    def worker_pids(self) -> list[int]:
        """The processes that serve requests and jobs: with workers all but the main and the live-chat one."""
        if not self.workers:
            return [self.pid]
        children = psutil.Process(self.pid).children()
        return sorted(child.pid for child in children if "gevent" not in child.cmdline())

    def stop(self) -> None:
        self._stop()

    def kill(self) -> None:
        self._stop(signal.SIGKILL)

    def _stop(self, number: signal.Signals | None = None) -> None:
        if self._proxy:
            self._proxy.stop()
        if self._service:
            self._service.stop(number)

    def _healthy(self) -> bool:
        try:
            with DIRECT.open(f"{self.url}/web/health", timeout=5) as answer:
                return bool(json.load(answer).get("status") == "pass")
        except (OSError, ValueError, urllib.error.URLError):
            return False

    def _problem(self, what: str) -> Problem:
        return Problem(f"{what}.", f"Whole log: {self.log_path}", tail(self.log_path))


def run_inside(
    cluster: Cluster,
    database: str,
    script: Path | str,
    *arguments: str,
    on_line: Callable[[str], object] | None = None,
    settings: dict[str, Any] | None = None,
) -> str:
    """Run a Python file with ``env`` (superuser) and ``sys.argv``; returns its output.

    It has a process and a transaction of its own, committed when it succeeded. ``on_line`` is called with each line as
    it comes, ``settings`` go into odoo.conf.
    """
    config = odoo_config.write(f"{cluster.name}-script", cluster, database, **{"log_level": "warn", **(settings or {})})
    command = [sys.executable, "-m", "dev.inside", config, script, *arguments]
    log = log_path(f"script-{cluster.name}")
    log.unlink(missing_ok=True)
    try:
        return run_logged(command, log, on_line, env=odoo_config.environment(), cwd=REPOSITORY)
    except CommandFailed as error:
        raise Problem(f"{Path(script).name} failed in {database}.", f"Whole log: {error.log}", error.tail) from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
