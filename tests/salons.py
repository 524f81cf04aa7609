"""The environment of the tests: a database with a server, and salons (companies with a key)."""

import itertools
import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from dev import databases
from dev.home import log_path
from dev.server import OdooServer, run_inside

from . import logs
from .api import Api, Web
from .contract import CONTRACT, PREFIX

HERE = Path(__file__).parent
# Made in one go: most of the time is the start of Odoo.
BATCH = 120


class Clock:
    """The server's clock (KLIENTBOX_AS_OF_FILE); empty is the real time."""

    def __init__(self, path):
        self.path = path
        self.reset()

    def set(self, moment):
        """Set the clock to `moment`, naive UTC."""
        self._moment = moment
        self._write(moment.isoformat())

    def advance(self, seconds):
        """Move a clock that was set; real time runs by itself."""
        if self._moment:
            self.set(self._moment + timedelta(seconds=seconds))

    def reset(self):
        """Real time again."""
        self._moment = None
        self._write("")

    def _write(self, text):
        partial = self.path.with_suffix(".partial")
        partial.write_text(text)
        partial.replace(self.path)


@dataclass
class Salon:
    """A company for one test."""

    company_id: int
    api: Api

    @property
    def key(self):
        """A key without limit."""
        return self.api.key

    def client(self, name="Jana Nováková", phone="+420601000001", **members):
        """A new client's body."""
        return self.api.post("/clients", name=name, phone=phone, **members).expect(201)

    def visit(self, client, date, **members):
        """A new visit's body."""
        return self.api.post("/visits", client_id=client["id"], date=date, **members).expect(201)


class Site:
    """A database of its own, made from a template, with a server of two worker processes (0: threads)."""

    def __init__(
        self,
        cluster,
        database,
        template,
        folder,
        salons=BATCH,
        workers=2,
        cron_threads=0,
        proxy=False,
        environment=None,
        foresees_errors=False,
        **settings,
    ):
        self.cluster, self.database = cluster, database
        self._foresees_errors = foresees_errors
        self._batch = salons
        self._folder = folder
        databases.create(cluster, database, template)
        self.clock = Clock(folder / f"{database}.clock")
        self._salons, self._numbers = [], itertools.count(1)
        self._refill()
        self.server = OdooServer(
            database,
            cluster,
            workers=workers,
            cron_threads=cron_threads,
            proxy=proxy,
            settings=settings,
            environment={"KLIENTBOX_AS_OF_FILE": str(self.clock.path), **(environment or {})},
        )

    @contextmanager
    def serving(self):
        """Serve while the block runs, then delete everything; the log is checked."""
        try:
            self.server.start()
            self.server.wait_ready()
            self.teach()
            # The gateways' callback address.
            self.admin.call("ir.config_parameter", "set_param", "web.base.url", self.server.url)
            yield self
        finally:
            # Killed, as an orderly stop takes the workers several seconds: nothing of it is needed any more.
            self.server.kill()
            databases.drop(self.cluster, self.database)
        logs.check(self.server.log_path, self._foresees_errors)

    def teach(self):
        """Check every answer against the document that the server serves; the first server of a session is read."""
        if not CONTRACT.served:
            CONTRACT.learn(self.api.raw("GET", f"{PREFIX}/openapi.json").expect())

    @property
    def api(self):
        """The API without a key."""
        return Api(self.server.url)

    @property
    def log(self):
        """The server's log so far."""
        return self.server.log_path.read_text(errors="replace")

    def salon(self):
        """A company for one test."""
        if not self._salons:
            self._refill()
        made = self._salons.pop(0)
        return Salon(made["company_id"], Api(self.server.url, made["key"]))

    @cached_property
    def admin(self):
        """A web session of Odoo's administrator, allowed in all salons."""
        return self.web("admin", "admin")

    def web(self, login, password):
        """A web session."""
        return Web(self.server.url, self.database, login, password)

    def settings(self, salon, **values):
        """Change a salon's settings as its administrator does."""
        ids = self.admin.call("klientbox.settings", "search", [("company_id", "=", salon.company_id)])
        self.admin.call("klientbox.settings", "write", ids, values)

    def new_key(self, salon, name="another", **values):
        """Make a key as the administrator does, in the dialog; `values` are then written on it. Returns its text."""
        wanted = {"company_id": salon.company_id, "name": name, "mode": values.pop("mode", "live")}
        [dialog] = self.admin.call("klientbox.api.key.generate", "create", [wanted])
        action = self.admin.call("klientbox.api.key.generate", "action_generate", [dialog])
        text = action["context"]["default_key"]
        if values:
            self.admin.call("klientbox.api.key", "write", self.key_ids(text), values)
        return text

    def key_ids(self, text):
        """The id of a key's record, in a list."""
        return self.admin.call("klientbox.api.key", "search", [("prefix", "=", text.split("_")[2])])

    def run_job(self, name):
        """Run a scheduled job of ours in a server's process, as "Run manually" does."""
        [[job]] = self.sql(
            "SELECT res_id FROM ir_model_data WHERE starts_with(module, 'klientbox') AND name = %s", [name]
        )
        result = self.admin.call("ir.cron", "method_direct_trigger", [job])
        assert result is True, result

    def sql(self, statement, parameters=()):
        """Run a statement beside the server and return its rows."""
        return databases.execute(self.cluster, self.database, statement, parameters)

    def ids(self, statement, parameters=()):
        """The first column of a statement's rows."""
        return [row[0] for row in self.sql(statement, parameters)]

    def xmlid(self, name):
        """The id of the record with this external id."""
        [found] = self.ids("SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", name.split("."))
        return found

    def accounts(self, company_id):
        """Names and logins of a company's users."""
        users = self.sql(
            "SELECT partner.name, login FROM res_users JOIN res_partner partner ON partner.id = partner_id"
            " WHERE res_users.company_id = %s",
            [company_id],
        )
        return [text for user in users for text in user]

    def inside(self, steps, **settings):
        """Execute steps inside Odoo, see steps.py; the list of their results."""
        return self.script("steps.py", steps, **settings)

    def script(self, name, arguments, **settings):
        """Run a script of this folder inside Odoo; it reads `arguments` from its first file and writes its second."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            arguments_file, results_file = Path(folder) / "given", Path(folder) / "results"
            arguments_file.write_text(json.dumps(arguments, default=str))
            run_inside(
                self.cluster, self.database, HERE / name, str(arguments_file), str(results_file), settings=settings
            )
            return json.loads(results_file.read_text())

    def new_salon(self):
        """A web session that is opened now: previous ones were lost with their database's contents."""
        self._salons.clear()
        return self.salon()

    def _refill(self):
        self.__dict__.pop("admin", None)
        number = next(self._numbers)
        result = self._folder / f"{self.database}-salons-{number}.json"
        run_inside(
            self.cluster, self.database, HERE / "make_salons.py", str(self._batch), str(number * 1000), str(result)
        )
        self._salons += json.loads(result.read_text())
        result.unlink()


def serialization_failures(cluster, *servers):
    """How often the database or one of its servers has logged a serialization failure so far."""
    logs = [log_path(f"postgres-{cluster.name}"), *(server.log_path for server in servers)]
    written = "".join(log.read_text(errors="replace") for log in logs if log.exists())
    return written.count("could not serialize") + written.count("SERIALIZATION_FAILURE")
