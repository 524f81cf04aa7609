"""A database of the released version is updated to this code: nothing is lost, nothing is there twice, and it works."""

import base64
import io
import json
import subprocess
import tarfile

import pytest

from dev import databases, odoo_config, odoo_source
from dev.home import REPOSITORY, log_path
from dev.processes import run_logged
from dev.server import OdooServer, run_inside
from tests.api import Api
from tests.salons import HERE

# 19.0.1.3.0: import and export were part of the core.
RELEASED = "678d81a"
FACADES = ("klientbox_koibox", "klientbox_clientbook")
IMPORT = "klientbox_import"
TABLES = ("klientbox_import", "klientbox_import_column", "klientbox_import_row", "klientbox_client", "klientbox_visit")
FILE = "name;phone;date;state\nEva Malá;602 111 222;2026-03-02 10:00;done\nnobody;12;;\n"
# External ids of what people see or what runs; they belong to the addon of their own by now.
MOVED = {
    "ir.actions.act_window": {"klientbox_export_action", "klientbox_import_action", "klientbox_import_new_action"},
    "ir.actions.server": {"klientbox_adopt_action"},
    "ir.cron": {"cron_import"},
    "ir.model": {"model_klientbox_export", "model_klientbox_import", "model_klientbox_import_row"},
    "ir.model.access": {"access_klientbox_import_manager"},
    "ir.rule": {"klientbox_import_company_rule", "klientbox_export_company_rule"},
    "ir.ui.menu": {"klientbox_menu_import", "klientbox_menu_export"},
    "ir.ui.view": {"klientbox_import_view_form", "klientbox_import_row_view_list"},
}


class Database:
    """A database with Odoo's modules, for these addons of ours; `folder` has the released ones."""

    def __init__(self, cluster, name, folder, addons):
        self.cluster, self.name, self.folder, self.addons = cluster, name, folder, addons
        paths = ",".join(map(str, (*odoo_source.ensure().addons_paths, folder)))
        # In its processes nothing of ours is loaded before a database says so.
        self.old = {"addons_path": paths, "server_wide_modules": "base,rpc,web"}

    def odoo(self, *arguments, **settings):
        """Run Odoo until it has done what the arguments say; its log."""
        config = odoo_config.write("upgrade", self.cluster, self.name, **settings)
        command = odoo_config.command(config, *arguments, "--stop-after-init", "--no-http")
        log = log_path("odoo-upgrade")
        log.unlink(missing_ok=True)
        return run_logged(command, log, None, env=odoo_config.environment())

    def steps(self, *steps, **settings):
        """Carry out steps inside Odoo, see tests/steps.py; their results."""
        source, results = self.folder / "given.json", self.folder / "results.json"
        source.write_text(json.dumps(steps))
        run_inside(self.cluster, self.name, HERE / "steps.py", str(source), str(results), settings=settings)
        return json.loads(results.read_text())

    def sql(self, statement, parameters=()):
        return databases.execute(self.cluster, self.name, statement, parameters)

    def make_released(self):
        """Install the old addons; a client, an import that was taken over, and a key."""
        self.odoo("-i", ",".join(self.addons), **self.old)
        file = base64.b64encode(FILE.encode()).decode()
        values = {"company_id": 1, "file_name": "clients.csv", "file": file}
        [[record], [dialog]] = self.steps(
            {"model": "klientbox.import", "create": [values]},
            {"model": "klientbox.api.key.generate", "create": [{"name": "E-shop", "company_id": 1}]},
            **self.old,
        )
        on_import = {"model": "klientbox.import", "ids": [record]}
        [[cron]] = self.sql("SELECT res_id FROM ir_model_data WHERE module = 'klientbox' AND name = 'cron_import'")
        settings = [number for [number] in self.sql("SELECT id FROM klientbox_settings WHERE company_id = 1")]
        [*_done, shown, _client, _filter, _settings, _cron] = self.steps(
            {**on_import, "call": "_prepare"},
            {**on_import, "call": "_finish", "arguments": ["checking"]},
            {**on_import, "call": "_finish", "arguments": ["importing"]},
            {"model": "klientbox.api.key.generate", "ids": [dialog], "call": "action_generate"},
            {"model": "klientbox.client", "create": [{"name": "Jana", "company_id": 1}]},
            {"model": "ir.filters", "create": [self._favourite()]},
            {"model": "klientbox.settings", "ids": settings, "call": "write", "arguments": [{"tier": "provoz"}]},
            {"model": "ir.cron", "ids": [cron], "call": "write", "arguments": [{"active": False}]},
            **self.old,
        )
        self.record, self.key = record, shown["context"]["default_key"]
        assert self.sql("SELECT state, clients_created FROM klientbox_import") == [("done", 1)]

    def _favourite(self):
        """A saved filter of the list of imports."""
        [[action]] = self.sql("SELECT res_id FROM ir_model_data WHERE name = 'klientbox_import_action'")
        return {"name": "Mine", "model_id": "klientbox.import", "action_id": action, "user_ids": [], "domain": "[]"}

    def rows(self):
        """{table: its rows, as they are, by id}."""
        found = {}
        for table in TABLES:
            found[table] = dict(self.sql(f"SELECT id, to_jsonb({table}) FROM {table}"))
        return found

    def names(self, addon):
        """{(model, name): id} of the records that an addon has brought."""
        rows = self.sql("SELECT model, name, res_id FROM ir_model_data WHERE module = %s", [addon])
        return {(model, name): record for model, name, record in rows}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A folder with the released addons."""
    folder = tmp_path_factory.mktemp("released")
    command = ["git", "archive", RELEASED, "klientbox", *FACADES]
    packed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, timeout=60).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def make_database(cluster, template, released):
    """Makes a `Database`; it is dropped afterwards."""
    made = []
    [[modules]] = databases.execute(
        cluster,
        "postgres",
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
        [databases.MODULES_PREFIX],
    )

    def make(name, addons):
        databases.create(cluster, f"klientbox_test_{name}", modules)
        made.append(f"klientbox_test_{name}")
        return Database(cluster, made[-1], released, addons)

    yield make
    for name in made:
        databases.drop(cluster, name)


@pytest.mark.parametrize("addons", [("klientbox",), ("klientbox", *FACADES)], ids=["core", "facades"])
def test_nothing_is_lost_and_nothing_is_there_twice(make_database, addons):
    upgraded = make_database("upgraded", addons)
    upgraded.make_released()
    before, names = upgraded.rows(), upgraded.names("klientbox")

    log = upgraded.odoo("-u", "klientbox")

    assert [line for line in log.splitlines() if " ERROR " in line or " CRITICAL " in line] == []
    states = upgraded.sql("SELECT name, state FROM ir_module_module WHERE starts_with(name, 'klientbox')")
    assert {name for name, state in states if state == "installed"} == {*addons, IMPORT}
    its_rows_are_as_before(before, upgraded.rows())
    its_records_are_the_same(names, upgraded.names(IMPORT), upgraded.names("klientbox"))
    its_job_and_favourites_are_kept(upgraded)
    it_is_as_installed_anew(upgraded, make_database("fresh", addons))
    it_works(upgraded)


def its_rows_are_as_before(before, after):
    """What a row said it says still; later versions have more columns."""
    for table, rows in before.items():
        assert rows, table
        assert rows.keys() == after[table].keys()
        for number, row in rows.items():
            kept = {name: after[table][number].get(name) for name in row}
            assert {**kept, "write_date": None} == {**row, "write_date": None}


def its_records_are_the_same(before, moved, left):
    """The same views, menus and the like, by their ids, under the other addon's name."""
    for model, expected in MOVED.items():
        for name in expected:
            assert moved[model, name] == before[model, name], name
            assert (model, name) not in left


def its_job_and_favourites_are_kept(upgraded):
    """The job stays switched off, a favourite of the list of imports belongs to the same action."""
    jobs = upgraded.sql(
        "SELECT code, cron.active FROM ir_cron AS cron JOIN ir_act_server ON ir_act_server.id = ir_actions_server_id"
        " WHERE strpos(code, '_cron_import') > 0"
    )
    assert jobs == [("model._cron_import()", False)]
    favourites = upgraded.sql(
        "SELECT xml.module, xml.name FROM ir_filters JOIN ir_model_data AS xml ON xml.res_id = ir_filters.action_id"
        " WHERE xml.model = 'ir.actions.act_window' AND ir_filters.name = 'Mine'"
    )
    assert favourites == [(IMPORT, "klientbox_import_action")]


def it_is_as_installed_anew(upgraded, fresh):
    """The same names of records as in a database that today's code has made, where the new addon comes by itself."""
    fresh.odoo("-i", ",".join(fresh.addons))
    addons = (*fresh.addons, IMPORT)
    found, expected = ({(addon, *key) for addon in addons for key in made.names(addon)} for made in (upgraded, fresh))
    assert {"lost": sorted(expected - found), "left": sorted(found - expected)} == {"lost": [], "left": []}


def it_works(upgraded):
    """The key is let in, and what was imported before can be undone."""
    with OdooServer(upgraded.name, upgraded.cluster) as server:
        names = [client["name"] for client in Api(server.url, upgraded.key).get("/clients").expect()["data"]]
        assert sorted(names) == ["Eva Malá", "Jana"]
    on_import = {"model": "klientbox.import", "ids": [upgraded.record]}
    upgraded.steps({**on_import, "call": "action_undo"}, {**on_import, "call": "_finish", "arguments": ["undoing"]})
    assert upgraded.sql("SELECT name FROM klientbox_client") == [("Jana",)]
