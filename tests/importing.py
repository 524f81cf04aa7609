"""The two ways to import a file into a salon: the command, and the form with its job."""

import base64
import itertools
import json
import os
import subprocess
from dataclasses import dataclass

from dev import odoo_config

_numbers = itertools.count(1)
# The form's names for members of the command's output.
COUNTS = {
    "row_count": "rows",
    "clients_created": "clients_created",
    "clients_matched": "clients_matched",
    "visits_created": "visits_created",
    "visits_existing": "visits_existing",
    "visits_updated": "visits_updated",
    "visits_differing": "visits_differing",
    "duplicate_count": "duplicates",
    "phones_mended": "phones_mended",
    "consents_unproved": "consents_without_proof",
    "sms_refusals": "sms_refusals",
    "email_refusals": "email_refusals",
    "services_created": "services_created",
}
NOTHING = {**dict.fromkeys(COUNTS.values(), 0), "refused": []}


def report(**counts):
    """A whole report, from its members that are not empty."""
    return {**NOTHING, **counts}


def without_remarks(body):
    """A report's counts and refused rows, without remarks."""
    return {name: value for name, value in body.items() if name not in ("remarks", "warnings")}


@dataclass(frozen=True)
class Printed:
    """The command's output; `seconds` of processor time, which no other test makes longer, and `megabytes` of memory at
    most."""

    status: int
    body: dict
    seconds: float
    megabytes: int


def command(site, salon, path, *options, typed=""):
    """Run `odoo klientbox_import` for one file, or for none. Its output is one line of JSON and nothing else."""
    name = f"{site.database}-import-{next(_numbers)}"
    config = odoo_config.write(name, site.cluster, site.database, log_level="warn")
    arguments = (*([str(path)] if path else []), "--company", str(salon.company_id), *options)
    process = subprocess.Popen(
        odoo_config.command(config, *arguments, subcommand="klientbox_import"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=odoo_config.environment(ODOO_RC=str(config), KLIENTBOX_AS_OF_FILE=str(site.clock.path)),
    )
    with process:
        process.stdin.write(typed.encode())
        process.stdin.close()
        # Its warnings fit the pipe: both are read once it has ended.
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out, errors = process.stdout.read().decode(), process.stderr.read().decode()
    assert out.count("\n") == 1, (out, errors)
    return Printed(process.returncode, json.loads(out), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


class Form:
    """One import, created as in the web client."""

    def __init__(self, site, salon, content, web=None, name="clients.csv", **values):
        self.site, self.web = site, web or site.admin
        file = base64.b64encode(content).decode()
        [self.id] = self.web.call(
            "klientbox.import", "create", [{"company_id": salon.company_id, "file_name": name, "file": file, **values}]
        )

    def press(self, button):
        """A button of the form. Raises RpcError."""
        return self.web.call("klientbox.import", button, [self.id])

    def work(self):
        """The job's work once it is started."""
        self.site.run_job("cron_import")

    def check(self):
        """Check the file; the form's state afterwards."""
        self.press("action_check")
        self.work()
        return self.read("state")

    def take_over(self):
        """Check and import; the form's state afterwards."""
        assert self.check() == "ready", self.read("problem")
        self.press("action_import")
        self.work()
        return self.read("state")

    def undo(self):
        """Undo; the form's state afterwards."""
        self.press("action_undo")
        self.work()
        return self.read("state")

    def read(self, name):
        """One field."""
        [values] = self.web.call("klientbox.import", "read", [self.id], [name])
        return values[name]

    def columns(self):
        """{header: field}."""
        rows = self.web.call(
            "klientbox.import.column", "search_read", [("import_id", "=", self.id)], ["header", "field"]
        )
        return {row["header"]: row["field"] for row in rows}

    def means(self, header, field):
        """Set the meaning of a column by hand."""
        ids = self.web.call("klientbox.import.column", "search", [("import_id", "=", self.id), ("header", "=", header)])
        self.web.call("klientbox.import.column", "write", ids, {"field": field})

    @property
    def report(self):
        """The counts as the command prints them, and the refused rows."""
        [values] = self.web.call("klientbox.import", "read", [self.id], [*COUNTS])
        rows = self.web.call(
            "klientbox.import.row",
            "search_read",
            [("import_id", "=", self.id), ("refused", "=", True)],
            ["number", "reason"],
            order="number",
        )
        refused = [{"row": row["number"], "reason": row["reason"]} for row in rows]
        return {**{name: values[field] for field, name in COUNTS.items()}, "refused": refused}
