"""No user and no key of one company sees, counts, changes or names records of another."""

import base64
import itertools
import re
from dataclasses import dataclass

import pytest

from . import made_up
from .api import RpcError
from .contract import CONTRACT, PREFIX
from .salons import Salon

NEVER = 2**31 - 1
ROLES = ("receptionist", "manager", "administrator")
# Users without a role in KlientBox, who must see nothing of it: {name: group of Odoo}.
OUTSIDERS = {"internal": "base.group_user", "portal": "base.group_portal"}
PASSWORD = "a passphrase of the tests"
# Amounts and minutes that occur nowhere else, so that the walk finds them in an answer.
FIGURES = {"Anna": (5515551, 5312435), "Berta": (7717771, 7312437)}
IMPORTED = base64.b64encode(b"name;phone\nKarel;603333333\n").decode()
# Every model of KlientBox, with a change that a user might try. A model that is not in this list fails the test.
CHANGES = {
    "klientbox.api.key": {"rate_limit": 0},
    "klientbox.api.key.generate": {"name": "changed"},
    "klientbox.api.key.roll": {"overlap": "now"},
    "klientbox.change": {"kind": "delete"},
    "klientbox.client": {"notes": "changed"},
    "klientbox.client.alias": {"phone": "changed"},
    "klientbox.client.merge": {"target_id": False},
    "klientbox.clientbook.integration": {"status": "disabled"},
    "klientbox.consent.event": {"client_id": False},
    "klientbox.consent.record": {"text": "changed"},
    "klientbox.decision": {"reason": "booked"},
    "klientbox.erasure": {"client_number": 7},
    "klientbox.export": {"format": "csv"},
    "klientbox.gateway": {"name": "changed"},
    "klientbox.import": {"state": "undoing"},
    "klientbox.import.column": {"header": "changed"},
    "klientbox.import.row": {"number": 7},
    "klientbox.inbound": {"state": "done"},
    "klientbox.koibox.category": {"name": "changed"},
    "klientbox.koibox.heard": {"name": "changed"},
    "klientbox.message": {"state": "failed"},
    "klientbox.message.write": {"body": "changed"},
    "klientbox.purchase": {"item": "changed"},
    "klientbox.repair": {"item": "changed"},
    "klientbox.rule": {"enabled": True},
    "klientbox.rule.step": {"delay": 1},
    "klientbox.service": {"name": "changed"},
    "klientbox.settings": {"active_days": 1},
    "klientbox.special.order": {"description": "changed"},
    "klientbox.staff": {"name": "changed"},
    "klientbox.status.change": {"new_status": "lost"},
    "klientbox.suppression": {"address_hash": "changed"},
    "klientbox.tag": {"name": "changed"},
    "klientbox.undeliverable": {"reason": "changed"},
    "klientbox.visit": {"note": "changed"},
    "klientbox.visit.line": {"sequence": 1},
    "klientbox.webhook": {"url": "https://changed.example/"},
    "klientbox.webhook.delivery": {"state": "delivered"},
    "klientbox.wishlist.item": {"item": "changed"},
}
# Records of a client of each kind, and the field of their name.
THINGS = {
    "klientbox.purchase": "item",
    "klientbox.repair": "item",
    "klientbox.special.order": "description",
    "klientbox.wishlist.item": "item",
}
# These have no rows: abstract models, and a form that is stored nowhere.
WITHOUT_ROWS = {
    "klientbox.api.access",
    "klientbox.api.key.show",
    "klientbox.client.dialog",
    "klientbox.credential",
    "klientbox.clientbook.goods",
    "klientbox.clientbook.item",
    "klientbox.clientbook.record",
    "klientbox.clientbook.show",
    "klientbox.clientbook.listed",
    "klientbox.logged",
    "klientbox.named",
    "klientbox.owned",
    "klientbox.sealed",
    "klientbox.single.line",
    "klientbox.versioned",
    "klientbox.webhook.show",
}


@dataclass
class Side:
    """A company with a record in every model."""

    salon: Salon
    rows: dict  # {model: ids}
    client: dict
    users: dict  # {role: web session}
    others: dict  # {model of Odoo's: ids}
    xmlids: dict  # {model: external id of its first row}
    markers: list  # values that are in no other data

    @property
    def company_id(self):
        return self.salon.company_id


def models_of(site):
    found = site.admin.call("ir.model", "search_read", [("model", "=like", "klientbox.%")], ["model"])
    return {row["model"] for row in found} - WITHOUT_ROWS


def table_of(model):
    return model.replace(".", "_")


def build(site, name, phone):
    """A company with a record in every model and a user in every role."""
    salon = site.salon()
    company = {"company_id": salon.company_id}
    client = salon.client(
        name,
        phone,
        email=f"{name.lower()}@example.com",
        sms_opt_out=True,
        notes=f"{name}'s note",
        external_id=f"{name}-7",
    )
    price, minutes = FIGURES[name]
    groups = dict(
        site.sql("SELECT name, res_id FROM ir_model_data WHERE module = 'klientbox' AND model = 'res.groups'")
    )
    exporting = site.xmlid("base.group_allow_export")
    roles = {role: groups[f"group_{role}"] for role in ROLES} | {
        role: site.xmlid(group) for role, group in OUTSIDERS.items()
    }
    [[rule]] = site.sql("SELECT min(id) FROM klientbox_rule WHERE company_id = %s", [salon.company_id])
    [service], [gateway], *_others = site.inside(
        [
            {
                "model": "klientbox.service",
                "create": [{"name": f"{name}'s service", "price": price, "duration": minutes, **company}],
            },
            {"model": "klientbox.gateway", "create": [{"name": f"{name}'s gateway", **company}]},
            {
                "model": "klientbox.decision",
                "create": [
                    {
                        "client_id": client["id"],
                        "rule_id": rule,
                        "outcome": "skipped",
                        "reason": "opted_out",
                        "day_from": "2026-01-01",
                        **company,
                    }
                ],
            },
            {"model": "klientbox.client.merge", "create": [{"target_id": client["id"], **company}]},
            {"model": "klientbox.consent.record", "create": [{"client_id": client["id"], "text": name, **company}]},
            {"model": "klientbox.message.write", "create": [{"client_id": client["id"], "body": name, **company}]},
            {
                "model": "klientbox.webhook",
                "create": [{"name": f"{name}'s webhook", "url": "https://shop.example/hook", **company}],
            },
            {"model": "klientbox.export", "create": [company]},
            {
                "model": "klientbox.import",
                "create": [{"file": IMPORTED, "file_name": f"{name}'s secret.csv", **company}],
            },
            {"model": "klientbox.staff", "create": [{"name": f"{name}'s staff", **company}]},
            {"model": "klientbox.tag", "create": [{"name": f"{name}'s tag", **company}]},
            {"model": "klientbox.clientbook.integration", "create": [company]},
            *(
                {"model": model, "create": [{"client_id": client["id"], name: f"{name}'s thing", **company}]}
                for model, name in THINGS.items()
            ),
            {"model": "klientbox.koibox.category", "create": [{"name": f"{name}'s category", **company}]},
            {"model": "klientbox.koibox.heard", "create": [{"name": f"{name}'s answer", **company}]},
            {
                "model": "klientbox.message",
                "create": [
                    {
                        "client_id": client["id"],
                        "channel": "sms",
                        "address": phone,
                        "body": f"{name}'s words",
                        **company,
                    }
                ],
            },
            {"model": "klientbox.api.key.generate", "create": [{"name": name, **company}]},
            {"model": "klientbox.api.key.roll", "create": [{"key_id": site.key_ids(salon.key)[0], **company}]},
            {
                "model": "klientbox.client",
                "ids": [client["id"]],
                "call": "message_post",
                "kwargs": {"body": f"{name}'s secret"},
            },
            {
                "model": "klientbox.status.change",
                "create": [{"client_id": client["id"], "new_status": "warning", "day": "2026-01-01", **company}],
            },
            {
                "model": "res.users",
                "create": [
                    {
                        "name": f"{name}'s {role}",
                        "login": f"{name}-{role}",
                        "password": PASSWORD,
                        "company_ids": [salon.company_id],
                        "group_ids": [group, *([exporting] if role in ROLES else [])],
                        **company,
                    }
                    for role, group in roles.items()
                ],
            },
        ]
    )
    salon.visit(client, "2026-01-15T10:00:00", service_id=service, staff_name=f"{name}'s staff", note=f"{name}'s visit")
    [[hook]] = site.sql("SELECT id FROM klientbox_webhook WHERE company_id = %s", [salon.company_id])
    [[imported]] = site.sql("SELECT id FROM klientbox_import WHERE company_id = %s", [salon.company_id])
    [model] = site.ids("SELECT id FROM ir_model WHERE model = 'klientbox.client'")
    activity = {"activity_type_id": site.xmlid("mail.mail_activity_data_todo"), "summary": f"{name}'s activity"}
    site.inside(
        [
            {"model": "klientbox.client", "ids": [client["id"]], "call": "_make_partner"},
            {"model": "mail.activity", "create": [{**activity, "res_model_id": model, "res_id": client["id"]}]},
            {
                "model": "ir.attachment",
                "create": [{"name": f"{name}'s.txt", "res_model": "klientbox.client", "res_id": client["id"]}],
            },
            {"model": "klientbox.webhook", "ids": [hook], "call": "action_test"},
            {"model": "klientbox.import", "ids": [imported], "call": "action_check"},
            {"model": "klientbox.import", "ids": [imported], "call": "_finish", "arguments": ["checking"]},
            {
                "model": "klientbox.inbound",
                "create": [
                    {"gateway_id": gateway, "received_at": "2026-01-01", "digest": "x", "state": "done", **company}
                ],
            },
        ]
    )
    site.sql(
        "INSERT INTO klientbox_erasure (company_id, client_number, at) VALUES (%s, %s, now())",
        [salon.company_id, client["id"]],
    )
    site.sql(
        "INSERT INTO klientbox_undeliverable (company_id, channel, address, reason, day)"
        " VALUES (%s, 'sms', %s, 'invalid_number', '2026-01-01')",
        [salon.company_id, phone],
    )
    site.sql(
        "INSERT INTO klientbox_client_alias (company_id, client_id, former_id, name, external_id, external_source)"
        " VALUES (%s, %s, %s, %s, %s, 'api')",
        [salon.company_id, client["id"], NEVER - client["id"], f"{name}'s former entry", f"{name}-8"],
    )
    others = others_of(site, name, salon, client)
    rows = {
        model: [
            row for [row] in site.sql(f"SELECT id FROM {table_of(model)} WHERE company_id = %s", [salon.company_id])
        ]
        for model in CHANGES
    }
    users = {role: site.web(f"{name}-{role}", PASSWORD) for role in (*ROLES, *OUTSIDERS)}
    spelled = f"{phone[4:7]} {phone[7:10]} {phone[10:]}"
    markers = [name, f"{name.lower()}@example.com", phone, phone[4:], spelled, str(price), str(minutes)]
    return Side(salon, rows, client, users, others, add_xmlids(site, rows), markers)


def others_of(site, name, salon, client):
    """Odoo's own records of a company and a client: {model: ids}."""
    of_company, of_client = [salon.company_id], [client["id"]]
    return {
        "res.company": of_company,
        "res.partner": site.ids("SELECT partner_id FROM klientbox_client WHERE id = %s", of_client),
        "res.users": site.ids("SELECT id FROM res_users WHERE company_id = %s", of_company),
        "resource.resource": site.ids("SELECT resource_id FROM klientbox_staff WHERE company_id = %s", of_company),
        "mail.message": site.ids("SELECT id FROM mail_message WHERE body LIKE %s", [f"%{name}'s secret%"]),
        "mail.activity": site.ids("SELECT id FROM mail_activity WHERE summary = %s", [f"{name}'s activity"]),
        "ir.attachment": site.ids("SELECT id FROM ir_attachment WHERE name = %s", [f"{name}'s.txt"]),
    }


def add_xmlids(site, rows):
    """An external id for the first row of each model: {model: external id}."""
    known = {model: f"row_{ids[0]}_of_{table_of(model)}" for model, ids in rows.items()}
    for model, ids in rows.items():
        site.sql(
            "INSERT INTO ir_model_data (module, name, model, res_id) VALUES ('walk', %s, %s, %s)",
            [known[model], model, ids[0]],
        )
    return {model: f"walk.{known[model]}" for model in rows}


@pytest.fixture(scope="module")
def own(site):
    return build(site, "Anna", "+420601111111")


@pytest.fixture(scope="module")
def foreign(site):
    return build(site, "Berta", "+420602222222")


def checksum(site, side, without=""):
    """{model: a checksum of all values in its rows of one company}, `without` a column."""
    return {
        model: site.sql(
            f"SELECT md5(string_agg((to_jsonb(t) - %s)::text, '|' ORDER BY id)) FROM {table_of(model)} t"
            " WHERE company_id = %s",
            [without, side.company_id],
        )
        for model in CHANGES
    }


@pytest.fixture(autouse=True)
def foreign_rows_stay(site, foreign):
    """Whatever a test of this file tries, not one byte of the other company changes."""

    before = checksum(site, foreign)
    yield
    assert checksum(site, foreign) == before


def refused(user, model, method, *arguments, **options):
    """Whether a call is refused as expected: without access, or as if the record did not exist."""
    try:
        user.call(model, method, *arguments, **options)
    except RpcError as error:
        return error.name in ("AccessError", "MissingError", "UserError", "ValidationError", "FieldError")
    return False


def granted(user, model, method, *arguments, **options):
    """The result, or None where the role has no access to the model at all."""
    try:
        return user.call(model, method, *arguments, **options)
    except RpcError as error:
        assert error.name == "AccessError", error
        return None


def every_cell(site, own):
    assert models_of(site) == CHANGES.keys(), "a model without a line in CHANGES"
    return itertools.product(CHANGES, [(role, own.users[role]) for role in ROLES])


def test_both_companies_have_rows_in_every_model(site, own, foreign):
    assert models_of(site) == CHANGES.keys()
    for side in (own, foreign):
        assert {model for model, rows in side.rows.items() if not rows} == set()


def test_an_administrator_sees_the_own_rows_so_the_walk_can_see_something(own):
    user = own.users["administrator"]
    for model, rows in own.rows.items():
        if model not in ("klientbox.api.key.generate", "klientbox.api.key.roll"):  # a dialog is its user's
            assert user.call(model, "search_count", [("id", "in", rows)]) == len(rows), model


# -- the walk: every method, every role, the whole answer ---------------------------------------------------------


@pytest.fixture(scope="module")
def walked(site, own, foreign):
    """The results of isolation_walk.py."""
    sides = {
        name: {
            "company_id": side.company_id,
            "rows": side.rows,
            "markers": side.markers,
            "accounts": site.accounts(side.company_id),
            "others": side.others,
            "xmlids": side.xmlids,
        }
        for name, side in (("own", own), ("foreign", foreign))
    }
    roles = {role: own.users[role].user_id for role in (*ROLES, *OUTSIDERS)}
    roles["api"] = site.xmlid("klientbox.user_api")
    return site.script("isolation_walk.py", {"roles": roles, "models": list(CHANGES), **sides})


# The calls of the walk, and whether their answers can contain a value at all.
WALKED = {
    "onchange", "default_get", "web_read", "name_create", "copy", "export_data", "load", "create", "write", "web_save",
    "read", "search_read", "web_search_read", "search_count", "name_search", "web_name_search",
    "formatted_read_group", "web_read_group", "search_panel_select_range", "search_panel_select_multi_range",
}  # fmt: skip
SHOWING = WALKED - {"create", "write", "name_create", "copy", "load", "search_count", "default_get"}
# Calls that the API's user may not make at all: it has no right to export, and no form saves for it.
NOT_THE_API = {"export_data", "web_save"}


def test_no_answer_of_any_method_to_any_role_holds_a_value_of_the_other_company(walked):
    assert walked["leaks"] == []


def test_the_walk_asks_every_method_as_every_role(walked):
    assert walked["surprises"] == []
    assert walked["calls"].keys() == {*ROLES, *OUTSIDERS, "api"}
    for role, calls in walked["calls"].items():
        assert calls.keys() >= WALKED, role
    print("\ncalls of the walk:", sum(sum(calls.values()) for calls in walked["calls"].values()))


def test_the_walk_sees_the_own_company_so_it_would_see_another(walked):
    for role in ROLES:
        assert walked["seen"][role].keys() >= SHOWING, role
    assert walked["seen"]["api"].keys() >= SHOWING - NOT_THE_API


def test_no_search_finds_counts_or_groups_foreign_rows(site, own, foreign, subtests):
    for model, (role, user) in every_cell(site, own):
        with subtests.test(model=model, role=role):
            rows = foreign.rows[model]
            theirs = [("id", "in", rows)]
            for arguments in ([theirs], [[]]):
                assert not set(granted(user, model, "search", *arguments) or []) & set(rows)
            assert not granted(user, model, "search_count", theirs)
            assert not granted(user, model, "search_count", [("company_id", "=", foreign.company_id)])
            assert not granted(user, model, "search_read", theirs, ["display_name"])
            page = granted(user, model, "web_search_read", theirs, {"display_name": {}})
            assert page in (None, {"length": 0, "records": []})
            assert not granted(user, model, "name_search", "", domain=theirs)
            groups = granted(user, model, "formatted_read_group", theirs, [], ["__count"]) or []
            assert sum(group["__count"] for group in groups) == 0
            groups = granted(user, model, "formatted_read_group", [], ["company_id"], ["__count"]) or []
            assert foreign.company_id not in {group["company_id"][0] for group in groups if group["company_id"]}


def test_no_read_by_id_gives_foreign_rows(site, own, foreign, subtests):
    for model, (role, user) in every_cell(site, own):
        with subtests.test(model=model, role=role):
            for row in foreign.rows[model]:
                assert refused(user, model, "read", [row], ["display_name"])
                assert refused(user, model, "web_read", [row], {"display_name": {}})
                assert refused(user, model, "export_data", [row], ["display_name"])


def test_no_write_or_unlink_reaches_foreign_rows(site, own, foreign, subtests):
    for model, (role, user) in every_cell(site, own):
        with subtests.test(model=model, role=role):
            for row in foreign.rows[model]:
                assert refused(user, model, "write", [row], CHANGES[model])
                assert refused(user, model, "web_save", [row], CHANGES[model], {})
                assert refused(user, model, "unlink", [row])


def test_naming_the_other_company_in_the_context_opens_nothing(site, own, foreign, subtests):
    for model, (role, user) in every_cell(site, own):
        with subtests.test(model=model, role=role):
            for companies in ([foreign.company_id], [own.company_id, foreign.company_id]):
                context = {"allowed_company_ids": companies}
                found = granted(user, model, "search", [("id", "in", foreign.rows[model])], context=context)
                assert not found


def test_nothing_is_created_in_the_other_company(own, foreign, subtests):
    company = {"company_id": foreign.company_id}
    attempts = {
        "klientbox.client": {"name": "Planted", **company},
        "klientbox.visit": {"client_id": foreign.client["id"], **company},
        "klientbox.visit.line": {"visit_id": foreign.rows["klientbox.visit"][0]},
        "klientbox.service": {"name": "Planted", **company},
        "klientbox.staff": {"name": "Planted", **company},
        "klientbox.tag": {"name": "Planted", **company},
        "klientbox.koibox.category": {"name": "Planted", **company},
        "klientbox.koibox.heard": {"name": "Planted", **company},
        "klientbox.rule": {"name": "Planted", "trigger": "lost", "active": False, **company},
        "klientbox.rule.step": {"rule_id": foreign.rows["klientbox.rule"][0], "body": "{salon} {stop}"},
        "klientbox.gateway": {"name": "Planted", **company},
        "klientbox.client.alias": {"client_id": foreign.client["id"], "former_id": 1, "name": "Planted", **company},
        "klientbox.client.merge": {"target_id": foreign.client["id"], **company},
        "klientbox.webhook": {"name": "Planted", "url": "https://shop.example/hook", **company},
        "klientbox.consent.event": {"channel": "sms", "kind": "given", "source": "form", **company},
        "klientbox.consent.record": {"client_id": foreign.client["id"], "text": "Planted"},
        "klientbox.message.write": {"client_id": foreign.client["id"], "body": "Planted"},
        "klientbox.clientbook.integration": company,
        **{model: {"client_id": foreign.client["id"], name: "Planted"} for model, name in THINGS.items()},
        "klientbox.api.key": {"name": "Planted", "prefix": "AAAAAAAA", **company},
        "klientbox.api.key.generate": {"name": "Planted", **company},
        "klientbox.api.key.roll": {"key_id": foreign.rows["klientbox.api.key"][0], **company},
    }
    for (model, vals), (role, user) in itertools.product(attempts.items(), own.users.items()):
        with subtests.test(model=model, role=role):
            assert refused(user, model, "create", [vals])


def test_a_visit_cannot_be_recorded_for_a_foreign_client(own, foreign):
    for role in ROLES:
        user = own.users[role]
        assert refused(user, "klientbox.visit", "create", [{"client_id": foreign.client["id"]}])


def test_receptionists_and_managers_make_no_keys(own):
    for role in ("receptionist", "manager"):
        assert refused(own.users[role], "klientbox.api.key.generate", "create", [{"name": "mine"}])
        assert refused(own.users[role], "klientbox.api.key", "search", [])


def test_methods_of_foreign_records_are_refused(own, foreign, subtests):
    buttons = {
        "klientbox.client": ("action_visits", "action_make_partner", "action_archive", "action_erase"),
        "klientbox.visit": ("action_arrive", "action_done", "action_no_show", "action_cancel", "action_reset"),
        "klientbox.api.key": ("action_revoke", "action_roll"),
        "klientbox.api.key.generate": ("action_generate",),
        "klientbox.api.key.roll": ("action_roll",),
        "klientbox.service": ("action_archive",),
        "klientbox.rule": ("action_run_now", "action_suggest_texts", "action_archive"),
        "klientbox.gateway": (
            "action_send_test",
            "action_roll_callback",
            "action_roll_callback_now",
            "action_unread",
            "action_read_again",
            "action_close_alarm",
        ),
        "klientbox.inbound": ("action_read_again",),
        "klientbox.message": ("action_cancel", "action_mark_sent", "action_mark_failed", "action_send_again"),
        "klientbox.settings": ("action_run_now", "action_pause", "action_resume", "action_restored"),
        "klientbox.client.merge": ("action_merge",),
        "klientbox.consent.record": ("action_record",),
        "klientbox.message.write": ("action_send",),
        "klientbox.webhook": (
            "action_enable",
            "action_disable",
            "action_show_secret",
            "action_rotate",
            "action_test",
            "action_replay_dead",
            "action_deliveries",
        ),
        "klientbox.webhook.delivery": ("action_replay",),
    }
    for (model, methods), (role, user) in itertools.product(buttons.items(), own.users.items()):
        for method in methods:
            with subtests.test(model=model, method=method, role=role):
                result = ""
                try:
                    result = str(user.call(model, method, foreign.rows[model][:1]))
                except RpcError as error:
                    assert error.name in ("AccessError", "MissingError", "UserError"), error
                assert "Berta" not in result


def test_the_chatter_of_a_foreign_client_stays_closed(own, foreign, subtests):
    for role, user in own.users.items():
        with subtests.test(role=role):

            def chatter(client, user=user):
                return user.rpc("/mail/thread/messages", thread_model="klientbox.client", thread_id=client["id"])

            assert role in OUTSIDERS or "Anna's secret" in str(chatter(own.client))
            # Odoo returns messages of contacts that all companies share instead of those that it refuses.
            answer = chatter(foreign.client)
            records = {(message["model"], message["res_id"]) for message in answer["data"].get("mail.message", [])}
            assert ("klientbox.client", foreign.client["id"]) not in records
            assert "Berta's secret" not in str(answer)


# -- keys -------------------------------------------------------------------------------------------------------------


def same_but_for_the_request(one, other):
    """Two answers that differ only in the id of the request."""

    def bare(answer):
        return answer.status, re.sub(rb'"request_id": "[^"]*"', b"", answer.content)

    return bare(one) == bare(other)


def records_of(side):
    """An id of each collection, as made_up.request needs it."""
    return {name: side.rows[model][0] for name, model in made_up.MODELS.items() if model in side.rows}


def walk():
    """Each place of the served document where a request refers to a record: (operation's name, place)."""
    document = CONTRACT.served
    return [(name, place) for name in sorted(document.operations) for place in made_up.places(document, name)]


def test_the_walk_over_the_routes_has_not_lost_any(site):
    assert {(name, place.name) for name, place in walk()} >= {
        ("getClient", "id"),
        ("updateClient", "id"),
        ("patchClient", "id"),
        ("deleteClient", "id"),
        ("listVisits", "client_id"),
        ("createVisit", "client_id"),
        ("createVisit", "service_id"),
    }


def test_a_foreign_id_looks_like_one_that_never_was(own, foreign, subtests):
    """Every route with every id that it takes; the other values are valid."""
    for name, place in walk():
        with subtests.test(operation=name, where=place.where, member=place.name):

            def call(record, name=name, place=place):
                path, options = made_up.request(CONTRACT.served, name, records_of(own), place, record)
                return own.salon.api.request(CONTRACT.served.operations[name].method, path, **options)

            answer = call(records_of(foreign)[place.collection])
            assert same_but_for_the_request(answer, call(NEVER))
            if place.where == "path":
                answer.refused(404, "not_found")
            elif place.where == "query":
                assert answer.expect()["data"] == []
            else:
                assert [problem["field"] for problem in problems_of(answer)] == [place.name.rpartition(".")[2]]
            # With an own record it works: the id was the reason of the refusal.
            if place.where != "path" or name.startswith("get"):
                answer = call(records_of(own)[place.collection])
                assert answer.status < 300
                assert place.where != "query" or answer.body["data"]


def problems_of(answer):
    """The details of an error, also of the only item of many."""
    if "results" in answer.body:
        [result] = answer.body["results"]
        return result["error"]["details"]
    assert answer.status == 400, answer
    return answer.error["details"]


def test_no_field_is_written_that_the_document_does_not_name(site, own, subtests):
    """Each write with every field of the model behind it: none of them is accepted."""
    document = CONTRACT.served
    for name in sorted(document.operations):
        route = document.operations[name]
        if not document.body(name):
            continue
        with subtests.test(operation=name):
            model = made_up.MODELS[made_up.collection_of(route.path)]
            allowed = made_up.item_schema(document, name)["properties"]
            fields = site.admin.call(model, "fields_get", [], ["type"]).keys() - allowed.keys()
            path, options = made_up.request(document, name, records_of(own))
            body = options["json"]
            for target in body.get("items", [body]):
                target |= dict.fromkeys(fields, 987654321)
            # Once a minute a request records that its key was used.
            before = checksum(site, own, without="last_used_at")
            problems = problems_of(own.salon.api.request(route.method, path, **options))
            assert {problem["field"] for problem in problems} == fields
            assert {problem["code"] for problem in problems} <= {"unknown_field", "read_only"}
            assert checksum(site, own, without="last_used_at") == before


def test_no_parameter_is_taken_that_the_document_does_not_name(own, foreign, subtests):
    """Each operation with another company in the query string: it is refused, not ignored."""
    for name, route in sorted(CONTRACT.served.operations.items()):
        with subtests.test(operation=name):
            path, options = made_up.request(CONTRACT.served, name, records_of(own))
            options["params"] = {**(options.get("params") or {}), "company_id": foreign.company_id}
            own.salon.api.request(route.method, path, **options).invalid(company_id="unknown_field")


def test_lists_searches_and_reports_speak_of_the_own_company_alone(own, foreign):
    api = own.salon.api
    assert {client["id"] for client in api.pages("/clients")} == {own.client["id"]}
    assert {visit["client_id"] for visit in api.pages("/visits")} == {own.client["id"]}
    assert {service["name"] for service in api.pages("/services")} == {"Anna's service"}
    for words in ("Berta", "+420602222222", "602222222", "berta@example.com"):
        assert api.get("/clients", search=words).expect()["total"] == 0
    assert api.get("/reports/summary").expect()["total_clients"] == 1


def test_an_opt_out_in_one_company_is_none_in_another(site, foreign):
    stranger = site.salon().client("Same person", foreign.client["phone"])
    assert stranger["sms_opt_out"] is False


def test_a_login_beside_the_key_changes_nothing(own, foreign):
    """The session of a foreign administrator neither widens nor narrows the key's access."""
    cookies = {"session_id": foreign.users["administrator"].session_id}
    answer = own.salon.api.request("GET", "/clients", cookies=cookies)
    assert [client["id"] for client in answer.expect()["data"]] == [own.client["id"]]
    own.salon.api.with_key(None).request("GET", "/clients", cookies=cookies).refused(401, "api_key_missing")
    assert PREFIX in answer.target


# -- attempts to link the two companies; last, because they spoil the rest if they succeed ----------------------------


def test_no_foreign_record_can_be_linked_to_an_own_one(site, own, foreign, subtests):
    """Each relation between two models of KlientBox, tried with a record of the other company."""
    for model, (role, user) in every_cell(site, own):
        described = granted(user, model, "fields_get", [], ["type", "relation", "store", "readonly"]) or {}
        for name, field in described.items():
            if field.get("relation") not in CHANGES or not field.get("store", True):
                continue
            [theirs, *_more] = foreign.rows[field["relation"]]
            value = theirs if field["type"] == "many2one" else [(4, theirs)]
            with subtests.test(model=model, role=role, field=name):
                [mine, *_more] = own.rows[model]
                before = site.sql(f"SELECT t::text FROM {table_of(model)} t WHERE id = %s", [mine])
                assert refused(user, model, "write", [mine], {name: value})
                assert site.sql(f"SELECT t::text FROM {table_of(model)} t WHERE id = %s", [mine]) == before


def test_no_own_record_can_be_moved_to_the_other_company(site, own, foreign, subtests):
    for model, (role, user) in every_cell(site, own):
        with subtests.test(model=model, role=role):
            [mine, *_more] = own.rows[model]
            try:
                assert refused(user, model, "write", [mine], {"company_id": foreign.company_id})
                [(company_id,)] = site.sql(f"SELECT company_id FROM {table_of(model)} WHERE id = %s", [mine])
                assert company_id == own.company_id
            finally:
                # So that the next try begins like this one; consent events can't be changed.
                if model != "klientbox.consent.event":
                    site.sql(f"UPDATE {table_of(model)} SET company_id = %s WHERE id = %s", [own.company_id, mine])


def test_an_administrator_makes_keys_for_no_other_company(own, foreign):
    user = own.users["administrator"]
    [dialog] = user.call("klientbox.api.key.generate", "create", [{"name": "mine"}])
    try:
        user.call("klientbox.api.key.generate", "write", [dialog], {"company_id": foreign.company_id})
        action = user.call("klientbox.api.key.generate", "action_generate", [dialog])
    except RpcError as error:
        assert error.name == "AccessError"
    else:
        answer = own.salon.api.with_key(action["context"]["default_key"]).get("/clients").expect()
        assert foreign.client["id"] not in [client["id"] for client in answer["data"]]
