"""Run inside Odoo by test_isolation: every model, as every role, by every method that takes or returns records.

All calls go through Odoo's own `call_kw`, as a request's do, each in a savepoint that is rolled back. The whole answer,
or the whole error, is searched for the markers of the other company. The user of the API has no password, so a script
is the only way to call as this user.

argv: a file with {"roles": {role: user id}, "own": side, "foreign": side, "models": [name]}, and the file for the
result {"calls": {role: {method: number}}, "answered", "leaks", "seen", "surprises"}. A side is {"company_id", "rows":
{model: ids}, "markers": [text], "accounts": [name], "others": {model: ids}, "xmlids": {model: external id}}.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import psycopg2
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.service.model import call_kw

# Methods after which rows need not be counted.
READING = {
    "read",
    "search_read",
    "search_count",
    "name_search",
    "web_read",
    "web_search_read",
    "onchange",
    "export_data",
}
X2MANY = ("one2many", "many2many")
RELATIONAL = ("many2one", *X2MANY)
# Odoo's errors for an invalid request; any other error is unexpected.
EXPECTED = (UserError, ValueError, KeyError, AttributeError, TypeError, NotImplementedError)
# After these no further call of the transaction is answered.
BLIND = (psycopg2.errors.InFailedSqlTransaction, psycopg2.errors.InvalidSavepointSpecification)
# Every model with a chatter has the mail gateway's methods.
GATEWAYS = ("mail.thread", "klientbox.client", "res.partner", "discuss.channel")
# How Odoo's models refer to a record of any model: (field of the model, field of the id or ids).
# Values of no salon that take a minute to compute: each app's dependencies, one statement for each step.
SLOW = {("ir.module.module", "has_iap")}
PAIRS = (("res_model", "res_id"), ("model", "res_id"), ("res_model", "res_ids"), ("model", "res_ids"))


class RolledBack(Exception):
    """Ends the savepoint of a call that was answered."""


class Walk:
    """Calls, and the answers that contained the other company's markers."""

    def __init__(self, env, plan):
        self.root, self.own, self.foreign = env, plan["own"], plan["foreign"]
        self.models = plan["models"]
        self.theirs = self._pattern(self.foreign["markers"])
        self.ours = self._pattern(self.own["markers"])
        # Odoo shows every account to every internal user, by a rule of its own; for our models this is no exception.
        self.accounts = self._pattern(self.foreign["accounts"])
        self.calls, self.answered, self.seen = defaultdict(Counter), defaultdict(Counter), defaultdict(Counter)
        self.leaks, self.surprises, self.known = [], [], {}
        # Rows that this transaction writes have its number, or a greater one.
        env.cr.execute("SELECT pg_current_xact_id()::text::bigint")
        [self.transaction] = env.cr.fetchone()
        self.rows = self.count_rows()

    def _pattern(self, markers):
        return re.compile("|".join(rf"(?<!\d){re.escape(marker)}(?!\d)" for marker in markers))

    def as_role(self, role, user_id):
        """From here on calls are made as this role, in its own company."""
        self.role = role
        self.env = Environment(self.root.cr, user_id, {"allowed_company_ids": [self.own["company_id"]]})

    def count_rows(self):
        """(rows of the other company, those that this transaction has written), over all models."""
        tables = " UNION ALL ".join(
            f"SELECT count(*) AS all, count(*) FILTER (WHERE xmin::text::bigint >= {self.transaction}) AS written"
            f" FROM {model.replace('.', '_')} WHERE company_id = {self.foreign['company_id']}"
            for model in self.models
        )
        self.root.cr.execute(f"SELECT sum(counted.all), sum(written) FROM ({tables}) counted")
        return self.root.cr.fetchone()

    def call(self, model, method, /, *arguments, context=None, echo="", after=None, **options):
        """Make one call. Its answer or error is searched and returned as text; its changes are undone.

        `echo` is a text of the request that an error may repeat. `after` is called after an answer, and its result
        searched as well.
        """
        self.calls[self.role][method] += 1
        options["context"] = {**self.env.context, **(context or {})}
        try:
            # A transaction with writes is not restarted by code that locks first: the savepoint stays.
            self.root.cr.execute("SELECT pg_current_xact_id()")
            with self.root.cr.savepoint():
                result = call_kw(self.env[model], method, list(arguments), options)
                text = json.dumps(result, default=str, ensure_ascii=False)
                self.root.flush_all()
                if after:
                    # Messages about accounts, which Odoo shows to every internal user.
                    text += self.accounts.sub("", json.dumps(after(), default=str, ensure_ascii=False))
                if method not in READING and self.count_rows() != self.rows:
                    self.leaks.append(
                        [self.role, model, method, "written", repr((arguments, options))[:300], text[:300]]
                    )
                raise RolledBack
        except RolledBack:
            self.answered[self.role][method] += 1
        except Exception as error:
            text = f"{error!r} {error} {getattr(error, 'context', '')}"
            if isinstance(error, BLIND) or not isinstance(error, (*EXPECTED, psycopg2.Error)):
                self.surprises.append([self.role, model, method, text[:300]])
        for quoted in (f"'{echo}'", f'\\"{echo}\\"') if echo else ():
            text = text.replace(quoted, "")
        if not model.startswith("klientbox."):
            text = self.accounts.sub("", text)
        if found := self.theirs.search(text):
            self.leaks.append([self.role, model, method, found[0], repr((arguments, options))[:300], text[:300]])
        if self.ours.search(text):
            self.seen[self.role][method] += 1
        return text

    # -- arguments -------------------------------------------------------------------

    def fields(self, model):
        """The fields visible to this role: {name: description}."""
        key = self.role, model
        if key not in self.known:
            wanted = ["type", "relation", "store", "searchable", "groupable"]
            self.known[key] = self.env[model].fields_get([], wanted)
        return self.known[key]

    def specification(self, model, *lines):
        """The fields that a form requests: every field but lists of records, of which only those named, with all their
        fields."""
        return {
            name: {"fields": self.specification(field["relation"])}
            if name in lines
            else {"fields": {"display_name": {}}}
            if field["type"] in RELATIONAL
            else {}
            for name, field in self.fields(model).items()
            if name in lines or field["type"] not in X2MANY
        }

    def ids(self, model):
        """A record of the other company in this model, or none."""
        return (self.foreign["rows"].get(model) or self.foreign["others"].get(model) or [])[:1]

    def values(self, field):
        """Each way in which a value may refer to a record of the other company."""
        [theirs] = self.ids(field["relation"])
        if field["type"] == "many2one":
            return [theirs, str(theirs), {"id": theirs}]
        inner = [
            {name: self.ids(line["relation"])[0]}
            for name, line in self.fields(field["relation"]).items()
            if line["type"] == "many2one" and self.ids(line["relation"])
        ]
        ours = self.own["rows"].get(field["relation"], [])[:1]
        commands = [
            [4, theirs, 0],
            [6, 0, [theirs]],
            *([0, "virtual_1", line] for line in inner[:2]),
            *([1, row, line] for row in ours for line in inner[:2]),
        ]
        # Odoo reads three elements of a command, and ignores a fourth.
        longer = [[*command, {}] for command in commands]
        others = [[4, str(theirs)], [1, theirs, {}], [2, theirs], [3, theirs]]
        return [[command] for command in (*commands, *longer, *others)]

    def named(self, model):
        """(field, value) for each relational field with each way to refer to a foreign record."""
        for name, field in self.fields(model).items():
            if field["type"] in RELATIONAL and self.ids(field["relation"]):
                values = self.values(field)
                # A role without rights here is refused before the values are read.
                may = any(self.env[model].has_access(operation) for operation in ("read", "create", "write"))
                for value in values if may else values[:1]:
                    yield name, field, value

    # -- the methods --------------------------------------------------------------

    def walk_model(self, model):
        """All calls on one of our models."""
        theirs, ours = self.foreign["rows"].get(model, []), self.own["rows"].get(model, [])
        specification = self.specification(model)
        self.call(model, "onchange", [], {}, [], specification)
        self.call(model, "default_get", list(self.fields(model)))
        for row in ours[:1]:
            # A call without a foreign record is answered: the control sees it.
            self.call(model, "web_save", [row], {}, specification)
        self.walk_values(model, ours)
        self.walk_records(model, theirs, ours, specification)
        self.walk_lists(model, theirs, ours)

    def walk_values(self, model, ours):
        """Foreign ids in values, in every method with values."""
        done = set()
        for name, field, value in self.named(model):
            specification = self.specification(model, name)
            self.call(model, "onchange", [], {name: value}, [name], specification)
            self.call(model, "create", [{name: value}])
            for row in ours[:1]:
                self.call(model, "onchange", [row], {name: value}, [name], specification)
                self.call(model, "web_save", [row], {name: value}, specification)
            if name in done:
                continue
            done.add(name)
            defaults = {f"default_{name}": value}
            self.call(model, "onchange", [], {name: value}, [], specification)
            self.call(model, "onchange", [], {}, [], specification, context=defaults)
            self.call(model, "default_get", list(self.fields(model)), context=defaults)
            self.call(model, "name_create", "Made Up", context=defaults)
            self.call(model, "web_save", [], {name: value}, specification)
            for row in ours[:1]:
                self.call(model, "write", [row], {name: value})
                self.call(model, "copy", [row], {name: value})
            self.walk_load(model, name, field)
        for active_model in (model, "klientbox.client", "klientbox.api.key"):
            ids = self.ids(active_model)
            active = {"active_model": active_model, "active_ids": ids, "active_id": (ids or [False])[0]}
            self.call(model, "default_get", list(self.fields(model)), context=active)
            self.call(model, "onchange", [], {}, [], self.specification(model), context=active)

    def walk_load(self, model, name, field):
        """A column of a file that refers to a foreign record by its number, its external id or its name."""
        [theirs] = self.ids(field["relation"])
        self.call(model, "load", [f"{name}/.id"], [[str(theirs)]])
        self.call(model, "load", [f"{name}/id"], [[self.foreign["xmlids"].get(field["relation"], "none.such")]])
        named = self.foreign["markers"][0]
        self.call(model, "load", [name], [[named]], echo=named)

    def walk_records(self, model, theirs, ours, specification):
        """Foreign records themselves; own ones as the control."""
        for row in (*theirs[:2], *ours[:2]):
            self.call(model, "read", [row])
            self.call(model, "web_read", [row], specification)
            self.call(model, "copy", [row])
            self.call(model, "copy_data", [row])
            self.call(model, "onchange", [row], {}, [], specification)
            self.call(model, "export_data", [row], self.export_paths(model))
            self.call(model, "load", [".id", "display_name"], [[str(row), "changed"]])
        if theirs:
            self.call(model, "load", ["id"], [[self.foreign["xmlids"][model]]])
            self.call(model, "web_resequence", theirs, {"display_name": {}}, "id")
            self.call(model, "get_formview_id", theirs[:1])
            self.call(model, "get_metadata", theirs[:1])

    def export_paths(self, model):
        """Every field, and one step further."""
        return [
            path
            for name, field in self.fields(model).items()
            for path in (
                [f"{name}/.id", f"{name}/id", f"{name}/display_name"] if field["type"] in RELATIONAL else [name]
            )
        ]

    def walk_lists(self, model, theirs, ours):
        """Lists, groups and counts, of everything and of the foreign records by their ids."""
        fields = self.fields(model)
        groups = [name for name, field in fields.items() if field.get("groupable") and field["store"]]
        links = [name for name in groups if fields[name]["type"] in RELATIONAL]
        for domain in ([], [("id", "in", theirs)]):
            self.call(model, "search_read", domain, list(fields))
            self.call(model, "web_search_read", domain, self.specification(model))
            self.call(model, "search_count", domain)
            self.call(model, "name_search", "", domain=domain)
            self.call(model, "web_name_search", "", {"display_name": {}}, domain=domain)
        for name in {*links, *groups[:3]}:
            self.call(model, "formatted_read_group", [], [name], ["__count"])
            self.call(model, "web_read_group", [], [name], ["__count"], auto_unfold=True)
        self.call(model, "formatted_read_group", [("id", "in", theirs)], groups[:1], ["__count"])
        self.call(model, "web_read_group", [("id", "in", theirs)], groups[:1], ["__count"])
        for name, field in fields.items():
            if field["type"] == "many2one":
                self.call(model, "search_panel_select_range", name, enable_counters=True)
            if field["type"] in ("many2one", "many2many"):
                self.call(model, "search_panel_select_multi_range", name, enable_counters=True)
            if field["type"] in RELATIONAL and field.get("searchable"):
                self.walk_way(model, name, field)
        for marker in self.foreign["markers"]:
            self.call(model, "name_search", marker)

    def walk_way(self, model, name, field):
        """Whether a search across a relation counts records of the other company."""
        beyond = self.env[field["relation"]]
        for text in ("name", "email", "phone"):
            if text in beyond._fields and beyond._fields[text].store:
                found = self.call(model, "search_count", [(f"{name}.{text}", "ilike", self.foreign["markers"][0])])
                if found.isdecimal() and int(found):
                    self.leaks.append([self.role, model, "search_count", f"{name}.{text}", found, ""])
        self.call(model, "search_read", [], ["id"], order=f"{name}, id")

    # -- mail -------------------------------------------------------------------------

    def walk_mail(self):
        """The public methods of Odoo's chatter and mail gateway with the other company's client: those of
        klientbox/tests/inventory_inherited.csv that a request can call at all."""
        [theirs], mine = self.ids("klientbox.client"), self.own["rows"]["klientbox.client"][0]
        me = self.env.user.partner_id.id
        text, kinds = "A text of the walk", ["mail.mail_activity_data_todo"]
        source = {"render_values": {}, "subject": text}
        on_client = {
            "message_post": ([], {"body": text}),
            "message_notify": ([], {"body": text, "partner_ids": [me]}),
            "message_subscribe": ([[me]], {}),
            "message_unsubscribe": ([[me]], {}),
            "message_get_followers": ([], {}),
            "message_change_thread": ([mine], {}),
            "message_mail_with_source": (["mail.message_activity_assigned"], source),
            "message_post_with_source": (["mail.message_activity_assigned"], source),
            "notify_cancel_by_type": (["email"], {}),
            "activity_schedule": (kinds, {"summary": text}),
            "activity_search": ([kinds], {"only_automated": False}),
            "activity_feedback": ([kinds], {"only_automated": False, "feedback": text}),
            "activity_reschedule": ([kinds], {"only_automated": False, "date_deadline": "2030-01-01"}),
            "activity_unlink": ([kinds], {"only_automated": False}),
            "activity_send_mail": ([1], {}),
            "action_reschedule_my_next_today": ([], {}),
        }
        for method, (arguments, options) in on_client.items():
            self.call("klientbox.client", method, [theirs], *arguments, after=self.inbox, **options)
        named = {"model": "klientbox.client", "res_id": theirs, "partner_ids": [me], "body": text}
        self.call("mail.thread", "message_notify", [], after=self.inbox, **named)
        self.call("mail.activity", "get_activity_data", "klientbox.client", [("id", "=", theirs)])
        for activity in self.foreign["others"]["mail.activity"]:
            for method in ("action_notify", "activity_format", "action_feedback", "action_cancel"):
                self.call("mail.activity", method, [activity], after=self.inbox)
        for message in self.foreign["others"]["mail.message"]:
            for method in ("set_message_done", "toggle_message_starred"):
                self.call("mail.message", method, [message], after=self.inbox)
        self.walk_gateway(theirs)

    def inbox(self):
        """The newest messages that the role can read, with the names of their records."""
        names = ["record_name", "subject", "body", "preview"]
        return self.env["mail.message"].search_read([], names, order="id desc", limit=20)

    def walk_gateway(self, theirs):
        """The methods of the mail gateway: every answer is a hole, whatever it contains."""
        visit, [message] = self.ids("klientbox.visit"), self.foreign["rows"]["klientbox.message"][:1]
        foreign = {"name": "Made Up", "company_id": self.foreign["company_id"]}
        attempts = [
            {"thread_id": theirs},
            {"custom_values": foreign},
            {"custom_values": {**foreign, "visit_ids": [[4, *visit]]}},
            {"custom_values": {**foreign, "message_log_ids": [[4, message]]}},
        ]
        head = "To: salon@example.com\nSubject: STOP\nMessage-ID: <walk@example.com>\n"
        message_id = f"<{self.reference(message)}@klientbox.message>"
        reply = f"From: {self.foreign['markers'][1]}\n{head}In-Reply-To: {message_id}\n\nSTOP"
        refused = [
            *((model, "message_process", [False, reply], {}) for model in GATEWAYS),
            *((model, "message_process", ["klientbox.client", reply], more) for model in GATEWAYS for more in attempts),
            *((model, "message_new", [{}, foreign], {}) for model in GATEWAYS),
            *((model, "message_update", [[theirs], {}, {"notes": "changed"}], {}) for model in GATEWAYS),
            *((model, method, [reply], {}) for model in GATEWAYS for method in ("message_parse", "message_route")),
        ]
        for model, method, arguments, options in refused:
            before = self.answered[self.role][method]
            self.call(model, method, *arguments, **options)
            if self.answered[self.role][method] != before:
                self.leaks.append([self.role, model, method, "answered", repr((arguments, options))[:300], ""])

    def reference(self, message):
        """The number of a message, which the role is not supposed to know."""
        return self.root["klientbox.message"].browse(message).reference or "0" * 32

    def walk_system(self, model):
        """A model of Odoo's or another addon's: all records that the role may list, and every link to a record of
        ours."""
        fields = {name: field for name, field in self.fields(model).items() if field["type"] != "binary"}
        fields = {name: field for name, field in fields.items() if (model, name) not in SLOW}
        lists = [name for name, field in fields.items() if field["type"] in X2MANY]
        # Where one list is refused, all are.
        for names in ([name for name in fields if name not in lists], *([name] for name in lists)):
            self.call(model, "search_read", [], names, limit=2000)
        for name, field in fields.items():
            if field["type"] in RELATIONAL and field["relation"] in self.models and self.ids(field["relation"]):
                for value in self.values(field):
                    self.call(model, "onchange", [], {name: value}, [name], self.specification(model, name))
                    self.call(model, "default_get", list(fields), context={f"default_{name}": value})
        for model_field, id_field in PAIRS:
            if model_field in fields and id_field in fields:
                self.walk_pair(model, fields, model_field, id_field)

    def walk_pair(self, model, fields, model_field, id_field):
        """A record named by its model and its id, as in activities, messages and composers."""
        specification = self.specification(model)
        [theirs] = self.ids("klientbox.client")
        value = theirs if fields[id_field]["type"] in ("integer", "many2one_reference") else str([theirs])
        values = {model_field: "klientbox.client", id_field: value}
        if "res_model_id" in fields:
            values["res_model_id"] = self.root["ir.model"]._get_id("klientbox.client")
        active = {"active_model": "klientbox.client", "active_id": theirs, "active_ids": [theirs]}
        defaults = {f"default_{name}": value for name, value in values.items()}
        self.call(model, "onchange", [], values, list(values), specification)
        self.call(model, "onchange", [], values, [], specification)
        self.call(model, "onchange", [], {}, [], specification, context={**active, **defaults})
        self.call(model, "default_get", list(fields), context={**active, **defaults})
        self.call(model, "create", [values])
        self.call(model, "web_save", [], values, specification)


def main(env, plan_path, result_path):
    plan = json.loads(Path(plan_path).read_text())
    walk = Walk(env, plan)
    for role, user_id in plan["roles"].items():
        walk.as_role(role, user_id)
        for model in plan["models"]:
            walk.walk_model(model)
        walk.walk_mail()
        for model in sorted(env.registry):
            if model not in plan["models"] and not model.startswith("klientbox.") and env[model]._auto:
                walk.walk_system(model)
    env.cr.rollback()
    result = {name: getattr(walk, name) for name in ("calls", "answered", "seen", "leaks", "surprises")}
    Path(result_path).write_text(json.dumps(result, ensure_ascii=False))


main(env, *sys.argv[1:])  # noqa: F821
