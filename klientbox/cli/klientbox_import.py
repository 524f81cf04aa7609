import json
import sys
from pathlib import Path

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

EPILOG = """
The outcome is one line of JSON: rows, clients_created, clients_matched, visits_created, visits_existing, refused (row
and reason), duplicates, phones_mended, consents_without_proof, services_created. Rows are numbered as in a spreadsheet:
the headers are row 1. A file that can't be read gives {"error": ...} and the exit status 1.
"""


class KlientboxImport(Command):
    """Import clients and visits of a CSV or XLSX file into a company, all or nothing."""

    name = "klientbox_import"
    epilog = EPILOG

    def run(self, cmdargs):
        """Import one file and print what came of it."""
        asked = self._parse(cmdargs)
        options = [
            "--no-http",
            *(["-c", asked.config] if asked.config else []),
            *(["-d", asked.db] if asked.db else []),
        ]
        config.parse_config(options, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database: -d NAME")
        registry = Registry(config["db_name"][0])
        with registry.cursor() as cr:
            outcome = self._import(Environment(cr, SUPERUSER_ID, {}), asked)
            if asked.dry_run or "error" in outcome:
                cr.rollback()
        registry.signal_changes()
        print(json.dumps(outcome, ensure_ascii=False))
        if "error" in outcome:
            sys.exit(1)

    def _parse(self, cmdargs):
        self.parser.add_argument("file", type=Path, help="a CSV or XLSX file")
        self.parser.add_argument("--company", default="", help="name or id; not needed where there is only one")
        self.parser.add_argument("--dry-run", action="store_true", help="say what would come of it, change nothing")
        self.parser.add_argument("-c", "--config", help="Odoo's configuration file")
        self.parser.add_argument("-d", "--database", dest="db", help="the database")
        return self.parser.parse_args(cmdargs)

    def _import(self, env, asked):
        company = self._company(env, asked.company)
        if not company:
            return {"error": f"company: there is no company {asked.company}"}
        return env["klientbox.import"]._import_path(company, asked.file, dry_run=asked.dry_run)

    def _company(self, env, wanted):
        companies = env["res.company"].search([], order="id")
        if wanted.isdecimal():
            return companies.filtered(lambda company: company.id == int(wanted))
        if wanted:
            return companies.filtered(lambda company: company.name.casefold() == wanted.casefold())[:1]
        return companies if len(companies) == 1 else companies.browse()
