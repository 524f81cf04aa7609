import argparse
import json
import sys
from pathlib import Path

from odoo.api import SUPERUSER_ID, Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

EPILOG = """
The outcome is one line of JSON: rows, clients_created, clients_matched, visits_created, visits_existing,
visits_updated, visits_differing, refused (row and reason), remarks (row and remark), warnings, duplicates,
phones_mended, consents_without_proof, services_created. Rows are numbered as in a spreadsheet: the headers are row 1.
A file that can't be read gives {"error": ...} and the exit status 1. So does a file whose columns, titles or sheets may
hold refusals that would be lost: name their meaning with --column (consent, sms_consent, email_consent, no_contact,
no_sms, no_email), or leave them out with --column HEADER= or --leave-out.

With --account, clients are fetched from an account at another vendor. Its credentials are read from standard input, as
a JSON object: {"key": ...} for koibox, {"app_id": ..., "app_key": ..., "token": ..., "secret": ...} for clientbook. The
outcome then has "members" as well: how each member of the vendor's records is imported, and how many clients have it.
"""


OPTIONS = ("encoding", "sheet", "date_order")
ENCODINGS = ("utf-8", "cp1250", "iso8859-2", "cp852", "mac_latin2", "utf-16-le", "utf-16-be")


class KlientboxImport(Command):
    """Import clients and visits of a CSV, XLSX or vCard file, or of an account, into a company, all or nothing."""

    name = "klientbox_import"
    epilog = EPILOG

    def run(self, cmdargs):
        """Import one file and print the result."""
        args = self._parse(cmdargs)
        options = [
            "--no-http",
            *(["-c", args.config] if args.config else []),
            *(["-d", args.db] if args.db else []),
        ]
        config.parse_config(options, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("name one database: -d NAME")
        registry = Registry(config["db_name"][0])
        with registry.cursor() as cr:
            outcome = self._import(Environment(cr, SUPERUSER_ID, {}), args)
            if args.dry_run or "error" in outcome:
                cr.rollback()
        registry.signal_changes()
        print(json.dumps(outcome, ensure_ascii=False))
        if "error" in outcome:
            sys.exit(1)

    def _parse(self, cmdargs):
        self.parser.add_argument("file", type=Path, nargs="?", help="a CSV, XLSX or vCard file")
        self.parser.add_argument("--encoding", choices=ENCODINGS, help="of a CSV file; detected by default")
        self.parser.add_argument("--sheet", help="of an XLSX file; by default the first one with headers")
        self.parser.add_argument(
            "--date-order", choices=("dmy", "mdy"), help="of dates whose order the file doesn't show"
        )
        self.parser.add_argument(
            "--column",
            metavar="HEADER=MEANING",
            action="append",
            type=_column,
            default=[],
            help="the meaning of a column, as consent or no_sms; HEADER= leaves it out",
        )
        self.parser.add_argument(
            "--leave-out",
            action="store_true",
            help="import although columns, titles or sheets that may hold refusals are left out",
        )
        self.parser.add_argument("--account", metavar="VENDOR", help="fetch from there instead: koibox or clientbook")
        self.parser.add_argument("--address", help="of the vendor's API, such as https://api.vendor.example")
        self.parser.add_argument("--company", default="", help="name or id; not needed where there is only one")
        self.parser.add_argument("--dry-run", action="store_true", help="report the expected results, change nothing")
        self.parser.add_argument("-c", "--config", help="Odoo's configuration file")
        self.parser.add_argument("-d", "--database", dest="db", help="the database")
        args = self.parser.parse_args(cmdargs)
        if bool(args.file) == bool(args.account) or bool(args.account) != bool(args.address):
            self.parser.error("name a file, or --account and --address")
        return args

    def _import(self, env, args):
        company = self._company(env, args.company)
        if not company:
            return {"error": f"company: there is no company {args.company}"}
        if args.file:
            options = {name: getattr(args, name) for name in OPTIONS if getattr(args, name)}
            return env["klientbox.import"]._import_path(
                company,
                args.file,
                dry_run=args.dry_run,
                columns=dict(args.column),
                leave_out=args.leave_out,
                **options,
            )
        credentials = _credentials()
        if credentials is None:
            return {"error": "credentials: standard input holds no JSON object of texts"}
        return env["klientbox.import"]._import_account(
            company, args.account, args.address, credentials, dry_run=args.dry_run
        )

    def _company(self, env, wanted):
        companies = env["res.company"].search([], order="id")
        if wanted.isdecimal():
            return companies.filtered(lambda company: company.id == int(wanted))
        if wanted:
            return companies.filtered(lambda company: company.name.casefold() == wanted.casefold())[:1]
        return companies if len(companies) == 1 else companies.browse()


def _column(text):
    """(header, field) of HEADER=FIELD; a header may contain the sign, a field does not."""
    header, sign, field = text.rpartition("=")
    if not sign or not header:
        raise argparse.ArgumentTypeError("expected HEADER=MEANING")
    return header, field.strip()


def _credentials():
    """The JSON object on standard input, which is in no process list and no shell history; None for anything else."""
    try:
        content = json.load(sys.stdin)
    except ValueError:
        return None
    return content if isinstance(content, dict) and all(isinstance(text, str) for text in content.values()) else None
