"""nginx before Odoo's worker processes: of the machine, or unpacked from its distribution's package without root."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from . import debian
from .console import Problem, step
from .home import REPOSITORY, folder, locked, log_path
from .postgres import HOST
from .processes import CommandFailed, Service, clean_environment, tail

SHARED = REPOSITORY / "deploy" / "nginx"
# A current package contains the program itself; Ubuntu 22.04 has it in the second one.
PACKAGES = ("nginx", "nginx-core")
PLACES = ("/usr/sbin/nginx", "/usr/local/sbin/nginx")
START_SECONDS = 10
CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {state}/nginx.pid;
error_log {log} crit;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {state}/body;
    proxy_temp_path {state}/proxy;
    fastcgi_temp_path {state}/fastcgi;
    uwsgi_temp_path {state}/uwsgi;
    scgi_temp_path {state}/scgi;
    include {shared}/http.conf;
    upstream klientbox {{ server {host}:{odoo}; }}
    upstream klientbox_websocket {{ server {host}:{websocket}; }}
    server {{
        listen {host}:{port} backlog=1024;
        server_name localhost;
        set $klientbox_pages {shared};
        include {shared}/locations.conf;
    }}
}}
"""


def ensure() -> Path:
    """The program, unpacked when the machine has none. Raises debian.Unavailable."""
    with locked("setup", "the set-up"):
        return _find() or _unpack()


class Proxy:
    """nginx with deploy/nginx at a port of 127.0.0.1, before an Odoo at two others. `stop` ends it at once."""

    def __init__(self, owner: str, name: str, port: int, odoo: int, websocket: int) -> None:
        self._log = log_path(f"{owner}-{name}")
        state = folder("run", "nginx", f"{owner}-{name}")
        configuration = state / "nginx.conf"
        text = CONFIGURATION.format(
            # Its workers must reach a home that is root's alone; an ordinary user's are that user's anyway.
            user="" if os.geteuid() else "user root;",
            state=state,
            log=self._log,
            shared=SHARED,
            host=HOST,
            port=port,
            odoo=odoo,
            websocket=websocket,
        )
        configuration.write_text(text)
        (state / "nginx.pid").unlink(missing_ok=True)
        command = [ensure(), "-p", state, "-c", configuration]
        self._service = Service(owner, name, command, self._log, env=clean_environment())
        self._wait_ready(state / "nginx.pid")

    def ended(self) -> bool:
        return self._service.ended()

    def stop(self) -> None:
        self._service.stop()

    def _wait_ready(self, written: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not written.exists():
            if self._service.ended() or time.monotonic() > deadline:
                self._service.stop()
                raise Problem("nginx did not start.", f"Whole log: {self._log}", tail(self._log))
            time.sleep(0.02)


def _find() -> Path | None:
    known = (shutil.which("nginx"), *PLACES, _root() / "usr" / "sbin" / "nginx")
    return next((Path(path) for path in known if path and Path(path).exists()), None)


def _root() -> Path:
    return folder("nginx") / "root"


def _unpack() -> Path:
    """The package from the machine's own sources, unpacked aside and renamed when it runs."""
    debian.require_packages()
    work = folder("nginx") / "partial"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    log = log_path("nginx-download")
    try:
        with step("nginx, the distribution's package"):
            apt = debian.Apt(work / "apt", (), log)
            apt.update()
            for package in PACKAGES:
                for path in apt.download(package):
                    debian.unpack(path, work / "root", log)
                if (work / "root" / "usr" / "sbin" / "nginx").exists():
                    break
            _require_running(work / "root" / "usr" / "sbin" / "nginx")
            (work / "root").replace(_root())
    except CommandFailed as error:
        raise debian.Unavailable(f"nginx's package could not be unpacked ({error.tail.strip()})") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return _root() / "usr" / "sbin" / "nginx"


def _require_running(program: Path) -> None:
    if not program.exists():
        raise debian.Unavailable("the distribution's package of nginx contains no program")
    result = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    if result.returncode:
        raise debian.Unavailable(f"nginx does not run here ({result.stderr.strip()})")
