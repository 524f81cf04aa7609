"""An addon on top of KlientBox: its additions work, and are gone where the addon is not installed."""

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

from dev import odoo_config
from dev.home import REPOSITORY
from dev.simulator.server import Simulator

from .api import RpcError
from .contract import PREFIX
from .importing import Form
from .messaging import Messaging
from .receivers import Receiver
from .traces import left_over, lost, traces

NAME = "klientbox_sample"
ADDONS = Path(__file__).parent / "addons"
OURS = {"addons_path": odoo_config.addons_path(ADDONS)}
# Loaded in the process as if another database of the server had it.
LOADED = {**OURS, "server_wide_modules": ",".join((*odoo_config.SERVER_WIDE_MODULES, NAME))}
PATHS = {"/cards", "/clients/{id}/card", "/vouchers", "/vouchers/{id}"}
VENDOR = "/api"
SCOPES = [
    *(f"{resource}:{right}" for resource in ("clients", "visits", "services") for right in ("read", "write")),
    "messages:read",
    "reports:read",
    "webhooks:read",
    "webhooks:write",
]
STOP = {"X-Sender": "+420601000001", "X-Text": "STOP"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
FILE = "name;phone;date;state\nEva Malá;602 111 222;2026-03-02 10:00;done\n"
PRICES = (
    "name;phone;date;state;service;price;staff\n"
    "Jan Malý;603 111 222;2026-03-02 10:00;done;Střih;450;Eva\n"
    "Jan Malý;603 111 222;2026-03-03 10:00;done;;;\n"
    "Jan Malý;603 111 222;2099-03-03 10:00;;Střih;;Ivana\n"
)
CARDS = (
    "name;phone;bonus card;Bonus;Bonus since;Favourite;Kabina;date\n"
    "Nová;606 111 222;N1;zlatá;1.3.2020;Ivana;12;2026-03-04 10:00\n"
    "Nová;606 111 222;;;;;;2026-03-05 10:00\n"
    "Jan;601 000 002;J1;Silver;;;;\n"
    "Cizí;607 111 222;A1;;;;;\n"
    "Chyba;608 111 222;;bronzová;;;;\n"
    "Druhá;609 111 222;N1;;;;;\n"
    "Datum;610 111 222;;;kdysi;;;\n"
)
CLIENT_VALUES = "name, sample_card, sample_bonus, sample_since::text, sample_favourite_id IS NOT NULL"


def change(site, button):
    """Install or uninstall the addon, in a process beside the server."""
    site.inside([{"model": "ir.module.module", "ids": [], "call": "update_list"}], **OURS)
    ids = site.ids("SELECT id FROM ir_module_module WHERE name = %s", [NAME])
    site.inside([{"model": "ir.module.module", "ids": ids, "call": button}], **OURS)
    site.__dict__.pop("admin", None)


def call(api, method, path, prefix=PREFIX, headers=None, **body):
    """An answer to a call that neither contract nor document of the tests know."""
    headers = {**({"Content-Type": "application/json"} if body else {}), **(headers or {})}
    return api.raw(method, f"{prefix}{path}", headers, json.dumps(body) if body else None)


def give_card(salon, client, card):
    return call(salon.api, "PUT", f"/clients/{client['id']}/card", card=card)


def send_test(messaging):
    """Queue an SMS to the user's own phone."""
    messaging.site.admin.call("klientbox.gateway", "action_send_test", [messaging.gateway])


def changes_of_stamps(site):
    """The kinds of changes in the log of the addon's own model."""
    rows = site.sql("SELECT kind FROM klientbox_change WHERE model = 'klientbox.sample.stamp' ORDER BY id")
    return [kind for [kind] in rows]


def cards(salon):
    return call(salon.api, "GET", "/cards")


def served(salon):
    return call(salon.api, "GET", "/openapi.json").expect()


def scopes_of(site, text):
    """(the stored scopes of a key, those that it has in the API)."""
    [[stored]] = site.sql("SELECT scopes FROM klientbox_api_key WHERE id = %s", site.key_ids(text))
    return stored.split(), call(site.api.with_key(text), "GET", "/me").expect()["scopes"]


def export(site, salon):
    """The exported file of a salon."""
    answer = site.admin.session.get(f"{site.server.url}/klientbox/export/{salon.company_id}.csv", timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.fixture(scope="module")
def site(make_site):
    with make_site("other_addons", salons=6, **LOADED).serving() as served:
        yield served


@pytest.fixture(scope="module")
def salon(site):
    return site.salon()


@pytest.fixture(scope="module")
def core(salon):
    """The document without the addon."""
    return served(salon)


@pytest.fixture(scope="module")
def before(site, cluster):
    """Traces of the database before the addon was installed."""
    return traces(cluster, site.database)


@pytest.fixture(scope="module")
def messaging(site):
    """A gateway of the addon's kind, in a salon of its own: the other one rehearses its nights after an import."""
    with Simulator() as simulator, Receiver() as listener:
        made = Messaging(site, site.salon(), simulator)
        made.listener = listener
        yield made


# One sequence; each test continues where the one before it stopped.


@pytest.mark.usefixtures("before")
def test_where_it_is_not_installed_its_operations_are_not_found_and_in_no_document(site, salon, core):
    eva = salon.client("Eva", "+420601000001")
    assert not PATHS & core["paths"].keys()
    assert "Gift vouchers" not in json.dumps(core)
    cards(salon).refused(404, "not_found")
    give_card(salon, eva, "A1").refused(404, "not_found")
    for method in ("GET", "POST"):
        call(salon.api, method, "/vouchers").refused(404, "not_found")
    call(salon.api, "GET", "/customers", VENDOR).refused(404, "not_installed")
    assert scopes_of(site, salon.key) == (SCOPES, SCOPES)
    assert core["components"]["schemas"]["Scope"]["enum"] == SCOPES


def test_where_it_is_installed_they_are_served(site, salon):
    change(site, "button_immediate_install")
    assert served(salon)["paths"].keys() >= PATHS
    [eva] = salon.api.get("/clients").expect()["data"]
    assert site.sql("SELECT sample_card_length FROM klientbox_client") == [(0,)]
    assert give_card(salon, eva, "A1").expect() == {"id": eva["id"], "card": "A1"}
    assert site.sql("SELECT sample_card_length FROM klientbox_client") == [(2,)]
    assert cards(salon).expect()["data"] == [{"id": eva["id"], "card": "A1"}]
    assert call(salon.api, "GET", f"/cards?client_id={eva['id'] + 1}").expect()["total"] == 0


def test_its_document_is_that_of_before_and_its_own(salon, core):
    document = served(salon)
    schemas, own = document["components"]["schemas"], core["components"]["schemas"]
    assert {name: schemas[name] for name in own.keys() - {"Scope"}} == {n: own[n] for n in own.keys() - {"Scope"}}
    assert {path: document["paths"][path] for path in core["paths"]} == core["paths"]
    assert schemas["Scope"]["enum"] == [*SCOPES, "vouchers:read", "vouchers:write"]
    assert schemas.keys() - own.keys() == {
        "Card",
        "CardChange",
        "CardList",
        "PartialVoucher",
        "PartialVoucherList",
        "Voucher",
        "VoucherCreate",
        "VoucherList",
        "VoucherUpdate",
        f"{NAME}.Client",
    }
    voucher = schemas["Voucher"]["properties"]
    assert voucher["client"] == {"$ref": f"#/components/schemas/{NAME}.Client"}
    assert voucher["code"]["examples"] == ["V-2026-17"]
    assert {"name": "Vouchers", "description": "Gift vouchers of clients."} in document["tags"]
    for path, text in (("/vouchers/{id}", "The gift voucher's id."), ("/clients/{id}/card", "The card's id.")):
        for operation in document["paths"][path].values():
            [described] = [each["description"] for each in operation["parameters"] if each.get("in") == "path"]
            assert described == f"{text} An id of another company is not found."
    names = [each["name"] for each in document["paths"]["/cards"]["get"]["parameters"]]
    assert names == ["page", "per_page", "client_id"]
    OpenAPIV31SpecValidator(document).validate()


def test_a_key_of_before_has_no_access_to_its_new_resource(site, salon):
    assert scopes_of(site, salon.key) == (SCOPES, SCOPES)
    for method, right in (("GET", "read"), ("POST", "write")):
        error = call(salon.api, method, "/vouchers").refused(403, "scope_missing")
        assert error["message"] == f"This API key lacks the scope vouchers:{right}."


def test_the_dialog_and_the_form_of_a_key_grant_access(site, salon):
    for model in ("klientbox.api.key", "klientbox.api.key.generate"):
        views = site.admin.call(model, "get_views", [[False, "form"]])["views"]
        assert "vouchers_access" in views["form"]["arch"]
    everything = [*SCOPES, "vouchers:read", "vouchers:write"]
    assert scopes_of(site, site.new_key(salon)) == (everything, everything)
    reader = site.new_key(salon, vouchers_access="read")
    assert scopes_of(site, reader) == (everything[:-1], everything[:-1])
    assert call(salon.api.with_key(reader), "GET", "/vouchers").expect()["total"] == 0
    call(salon.api.with_key(reader), "POST", "/vouchers").refused(403, "scope_missing")
    site.admin.call("klientbox.api.key", "write", site.key_ids(salon.key), {"vouchers_access": "write"})
    assert scopes_of(site, salon.key) == (everything, everything)


def test_its_new_resource_is_listed_created_read_changed_and_deleted(salon):
    eva = salon.api.get("/clients").expect()["data"][0]
    made = call(salon.api, "POST", "/vouchers", code="V1", client_id=eva["id"], valid_from="2026-03-02T10:00:00")
    voucher = made.expect(201)
    client = {"id": eva["id"], "name": "Eva"}
    assert voucher == {"id": voucher["id"], "code": "V1", "client": client, "valid_from": "2026-03-02T10:00:00"}
    path = f"/vouchers/{voucher['id']}"
    assert made.headers["Location"] == f"{PREFIX}{path}"
    assert call(salon.api, "GET", path).expect() == voucher
    assert call(salon.api, "GET", "/vouchers?code=V1").expect()["data"] == [voucher]
    assert call(salon.api, "GET", "/vouchers?code=V2").expect()["data"] == []
    assert call(salon.api, "GET", "/vouchers?fields=code").expect()["data"] == [{"code": "V1"}]
    assert call(salon.api, "PATCH", path, code="V2").expect() == {**voucher, "code": "V2"}
    later = {**voucher, "valid_from": "2026-03-03T10:00:00"}
    assert call(salon.api, "PUT", path, **later).expect() == later
    assert call(salon.api, "DELETE", path).expect() == {"deleted": True, "id": voucher["id"]}
    call(salon.api, "GET", path).refused(404, "not_found")


def test_its_errors_name_the_members_that_were_sent(site, salon):
    eva = salon.api.get("/clients").expect()["data"][0]
    valid = {"code": "V1", "client_id": eva["id"], "valid_from": "2026-03-02T10:00:00"}
    kept = call(salon.api, "POST", "/vouchers", **valid).expect(201)
    other = call(salon.api, "POST", "/vouchers", **{**valid, "code": "V2"}).expect(201)
    for wrong, member, code in (
        ({"code": "V1"}, "code", "voucher_taken"),
        ({"code": "V3", "valid_from": "1999-12-31T10:00:00"}, "valid_from", "out_of_range"),
        ({"code": "V3", "client_id": 999_999}, "client_id", "not_found"),
        ({"code": ""}, "code", "required"),
    ):
        call(salon.api, "POST", "/vouchers", **{**valid, **wrong}).refused(400, "invalid_request", **{member: code})
    changed = call(salon.api, "PATCH", f"/vouchers/{other['id']}", code=kept["code"])
    changed.refused(400, "invalid_request", code="voucher_taken")
    assert changed.error["message"] == "Another voucher has this code."


def test_its_own_api_names_its_own_header_and_members(site, salon):
    def ask(method, path, **body):
        return call(salon.api.with_key(None), method, path, VENDOR, {"X-Vendor-Key": salon.key}, **body)

    missing = call(salon.api, "GET", "/customers", VENDOR)
    missing.refused(401, "api_key_missing")
    assert missing.error["message"] == "API key missing: send it in the header X-Vendor-Key."
    assert missing.headers["WWW-Authenticate"] == 'ApiKey realm="Vendor compatible API", header="X-Vendor-Key"'
    eva = salon.api.get("/clients", name="Eva").expect()["data"][0]
    jan = salon.client("Jan", "+420601000002")
    [customer] = ask("GET", "/customers?full_name=Eva").expect()["data"]
    assert customer == {"id": eva["id"], "full_name": "Eva", "mobile": eva["phone"]}
    changed = ask("PATCH", f"/customers/{eva['id']}", full_name="Eva Malá").expect()
    assert changed == {**customer, "full_name": "Eva Malá"}
    taken = ask("PUT", f"/customers/{eva['id']}", mobile=jan["phone"])
    taken.refused(400, "phone_taken", mobile="phone_taken")
    ask("PATCH", f"/customers/{eva['id']}", full_name="Eva").expect()
    site.settings(salon, api_origins="https://www.example.com")
    origin = {"Origin": "https://www.example.com"}
    for prefix, header in ((VENDOR, "X-Vendor-Key"), (PREFIX, "X-API-Key")):
        path = "/customers" if prefix == VENDOR else "/clients"
        allowed = call(salon.api.with_key(None), "OPTIONS", path, prefix, origin).headers
        expected = f"Content-Type, Idempotency-Key, If-Match, {header}, X-Request-Id"
        assert allowed["Access-Control-Allow-Headers"] == expected


def test_its_unique_index_is_refused_in_its_own_words(salon):
    jan = salon.api.get("/clients", name="Jan").expect()["data"][0]
    answer = give_card(salon, jan, "A1")
    answer.refused(400, "invalid_request", card="card_taken")
    assert answer.error["message"] == "Another client has this card."


def test_its_required_field_of_a_visit_stops_no_import(site, salon):
    assert Form(site, salon, FILE.encode()).take_over() == "done"
    assert site.sql("SELECT sample_room, count(*) FROM klientbox_visit GROUP BY sample_room") == [(7, 1)]
    made = salon.visit(salon.api.get("/clients").expect()["data"][0], "2026-03-02T11:00:00")
    assert site.sql("SELECT sample_room FROM klientbox_visit WHERE id = %s", [made["id"]]) == [(7,)]


def test_required_columns_that_it_computes_stop_no_import(site, salon):
    form = Form(site, salon, PRICES.encode())
    assert form.take_over() == "done", form.read("problem")
    visits = site.sql(
        "SELECT amount, sample_points, version = imported_version, sample_token FROM klientbox_visit"
        " WHERE client_id = (SELECT id FROM klientbox_client WHERE name = 'Jan Malý') ORDER BY id"
    )
    assert [visit[:3] for visit in visits] == [(450, 458, True), (0, 8, True), (450, 458, True)]
    assert len({token for *_values, token in visits}) == 3
    lines = site.sql("SELECT staff_name, price, sample_letters FROM klientbox_visit_line ORDER BY id")
    assert lines == [("Eva", 450, 11), ("Ivana", 450, 13)]
    assert site.sql("SELECT sample_cells, count(*) FROM klientbox_import_row GROUP BY 1 ORDER BY 1") == [(4, 1), (7, 3)]
    totals = "SELECT total_visits, total_spent, sample_points FROM klientbox_client WHERE name = 'Jan Malý'"
    assert site.sql(totals) == [(2, 450, 924)]


def test_a_meaning_that_it_does_not_declare_is_refused(site, salon):
    form = Form(site, salon, b"name;phone;card\nEva;601 000 001;X\n")
    assert form.check() == "ready"
    form.press("action_back")
    form.means("card", "sample_undeclared")
    form.press("action_check")
    assert form.read("state") == "draft"
    problem = "These columns have a meaning that can't be imported: card. Select another one below."
    assert form.read("problem") == problem


def test_its_fields_are_imported_and_undone(site, salon):
    site.admin.call("klientbox.staff", "create", [{"name": "Ivana", "company_id": salon.company_id}])
    clients = f"SELECT {CLIENT_VALUES} FROM klientbox_client WHERE sample_card IS NOT NULL ORDER BY id"
    assert site.sql(clients) == [("Eva", "A1", None, None, False)]
    form = Form(site, salon, CARDS.encode())
    assert form.check() == "ready"
    taken = "Sample card: already used by another client"
    assert form.report["refused"] == [
        {"row": 5, "reason": taken},
        {"row": 6, "reason": "Bonus: this is not a bonus of ours"},
        {"row": 7, "reason": taken},
    ]
    assert (form.report["clients_created"], form.read("noted_count")) == (2, 1)
    form.press("action_import")
    form.work()
    assert site.sql(clients) == [
        ("Eva", "A1", None, None, False),
        ("Jan", "J1", "silver", None, False),
        ("Nová", "N1", "gold", "2020-03-01", True),
    ]
    rooms = "SELECT sample_room FROM klientbox_visit ORDER BY id DESC LIMIT 2"
    assert site.sql(rooms) == [(7,), (12,)]
    assert form.undo() == "undone"
    assert site.sql(clients) == [("Eva", "A1", None, None, False)]
    assert Form(site, salon, CARDS.encode()).take_over() == "done"


def test_its_fields_are_exported_and_read_back(site, salon):
    other = site.salon()
    site.admin.call("klientbox.staff", "create", [{"name": "Ivana", "company_id": other.company_id}])
    content = export(site, salon)
    header = content.decode("utf-8-sig").partition("\r\n")[0]
    assert header.endswith("Sample card;Bonus;Bonus since;Favourite;Room")
    form = Form(site, other, content)
    assert form.take_over() == "done", form.read("problem")
    assert form.report["refused"] == []
    assert export(site, other) == content
    clients = f"SELECT {CLIENT_VALUES} FROM klientbox_client WHERE company_id = %s ORDER BY name, phone"
    assert site.sql(clients, [other.company_id]) == site.sql(clients, [salon.company_id])
    rooms = "SELECT start, sample_room FROM klientbox_visit WHERE company_id = %s ORDER BY start, id"
    assert site.sql(rooms, [other.company_id]) == site.sql(rooms, [salon.company_id])


def test_a_night_and_callbacks_have_required_columns_that_it_computes(site):
    # Another salon: that of the tests before rehearses its nights after an import.
    with Simulator() as simulator:
        messaging = Messaging(site, site.salon(), simulator)
        messaging.absent(59, "+420601000003", "Petr")
        site.clock.set(datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(days=2))
        messaging.run_now()
        site.clock.reset()
        assert site.sql("SELECT new_status, sample_letters FROM klientbox_status_change") == [("warning", 11)]
        assert site.sql("SELECT outcome, sample_letters FROM klientbox_decision") == [("queued", 4)]
        [(body, length)] = messaging.rows("body", "sample_length")
        assert length == len(body) > 0
        assert requests.post(messaging.callback, json={"unknown": "event"}, timeout=10).ok
        [(headers, count)] = site.sql("SELECT headers, sample_headers FROM klientbox_inbound")
        assert count == len(headers) > 0


def test_its_kind_of_gateway_sends_and_reports(site, messaging):
    messaging.write_gateway(kind="sample", url=messaging.listener.url, new_secret="heslo")
    site.sql(
        "UPDATE res_partner SET phone = '+420601000009'"
        " WHERE id = (SELECT partner_id FROM res_users WHERE login = 'admin') RETURNING id"
    )
    send_test(messaging)
    site.run_job("cron_messages")
    [request] = messaging.listener.received
    [(reference, state, provider_ref)] = messaging.rows("reference", "state", "provider_ref")
    assert (request.headers["to"], request.headers["reference"]) == ("+420601000009", reference)
    assert request.content.decode() == "KlientBox: the gateway Simulator works."
    assert (state, provider_ref) == ("sent", f"sample-{reference}")
    url = f"{messaging.callback}?message={reference}"
    assert requests.post(url, headers={"X-Arrived": "yes", "X-Password": "x"}, timeout=10).status_code == 401
    arrived = {"X-Arrived": "yes", "X-Password": "heslo", "Authorization": "Basic x"}
    answer = requests.post(url, headers=arrived, timeout=10)
    assert (answer.status_code, answer.text) == (202, "<Response/>")
    assert answer.headers["Content-Type"].startswith("text/xml")
    site.run_job("cron_messages")
    assert messaging.rows("state") == [("delivered",)]
    [[headers]] = site.sql("SELECT headers FROM klientbox_inbound ORDER BY id DESC LIMIT 1")
    assert headers["x-arrived"] == "yes"
    assert not {"authorization", "x-password"} & headers.keys()


def test_it_has_records_of_every_kind_and_a_message_waits(site, salon, messaging):
    theirs = [("sample_card", "=", "A1"), ("company_id", "=", salon.company_id)]
    [eva] = site.admin.call("klientbox.client", "search", theirs)
    stamp = {"name": "Second", "company_id": salon.company_id, "image": PIXEL, "client_id": eva, "friend_ids": [eva]}
    ids = site.admin.call("klientbox.sample.stamp", "create", [stamp])
    site.admin.call("klientbox.client", "write", [eva], {"sample_stamp_id": ids[0], "sample_photo": PIXEL})
    site.admin.call("klientbox.sample.stamp", "message_post", ids, body="A remark")
    site.admin.call("klientbox.sample.stamp", "export_data", ids, ["id", "name"])
    site.admin.call("ir.config_parameter", "set_param", "klientbox.sample.colors", "3")
    assert changes_of_stamps(site) == ["insert", "insert"]
    send_test(messaging)
    assert messaging.rows("state") == [("delivered",), ("queued",)]


def test_uninstalled_its_operations_and_scopes_are_gone_again(site, salon, core):
    change(site, "button_immediate_uninstall")
    assert served(salon) == core
    cards(salon).refused(404, "not_found")
    call(salon.api, "GET", "/vouchers").refused(404, "not_found")
    call(salon.api, "GET", "/customers", VENDOR).refused(404, "not_installed")
    assert scopes_of(site, salon.key) == (SCOPES, SCOPES)
    assert len(salon.api.get("/clients").expect()["data"]) == 6


def test_uninstalled_it_leaves_nothing_behind(site, cluster, before):
    after = traces(cluster, site.database)
    # The file of the import and the setting of the gateway are the salon's.
    assert left_over(before, after) == {
        "attachment": ["klientbox.import file"],
        "parameter": ["klientbox.private_networks"],
        "record of a module": [f"base.module_{NAME}"],
    }
    assert lost(before, after) == {}
    assert changes_of_stamps(site) == []


def test_uninstalled_its_gateway_is_kept_and_sends_nothing(site, messaging):
    [row] = site.admin.call("klientbox.gateway", "read", [messaging.gateway], ["kind", "active", "has_secret"])
    assert row == {"id": messaging.gateway, "kind": "retired", "active": False, "has_secret": False}
    [copy] = site.admin.call("klientbox.gateway", "copy", [messaging.gateway])
    assert site.sql("SELECT kind, active FROM klientbox_gateway WHERE id = %s", [copy]) == [("retired", False)]
    assert messaging.rows("state", "reason") == [("delivered", None), ("cancelled", "gateway_retired")]
    with pytest.raises(RpcError, match="The app of the SMS gateway was uninstalled"):
        send_test(messaging)
    messaging.absent(61, "+420601000061")
    messaging.run_now()
    site.run_job("cron_messages")
    reasons = "SELECT DISTINCT reason FROM klientbox_decision WHERE day_to IS NULL AND company_id = %s"
    assert site.sql(reasons, [messaging.salon.company_id]) == [("gateway_retired",)]
    assert len(messaging.rows("state")) == 2
    assert len(messaging.listener.received) == 1
    assert "stopped." not in site.log.split(f"module {NAME} uninstalled")[-1]


def test_uninstalled_its_callbacks_are_stored_and_an_alarm_says_that_they_cannot_be_read(site, salon, messaging):
    for send, query in ((requests.post, "message=1"), (requests.get, "message=2")):
        answer = send(f"{messaging.callback}?{query}", headers=STOP, timeout=10)
        assert (answer.status_code, answer.text) == (200, "OK")
    site.run_job("cron_messages")
    unread = site.sql("SELECT state, headers->>'x-text' FROM klientbox_inbound ORDER BY id DESC LIMIT 2")
    assert unread == [("unreadable", "STOP"), ("unreadable", "STOP")]
    [row] = site.admin.call("klientbox.gateway", "read", [messaging.gateway], ["alarm_since", "unread_count"])
    assert row["alarm_since"]
    assert row["unread_count"] == 2
    [row] = site.admin.call("klientbox.settings", "read", [messaging.settings_id], ["unread_count", "gateway_problem"])
    assert (row["unread_count"], row["gateway_problem"]) == (2, "The app of the SMS gateway was uninstalled")


def test_installed_again_it_does_not_give_keys_their_scopes_back(site, salon):
    change(site, "button_immediate_install")
    assert scopes_of(site, salon.key) == (SCOPES, SCOPES)
    call(salon.api, "GET", "/vouchers").refused(403, "scope_missing")


# The guide for such addons.


def test_the_code_of_the_guide_is_that_of_the_addon():
    guide = (REPOSITORY / "docs" / "facades.md").read_text()
    code = "\n".join(
        path.read_text() for path in sorted((ADDONS / NAME).rglob("*.*")) if path.suffix in (".py", ".xml")
    )
    blocks = re.findall(r"^```(?:python|xml)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 7
    assert [block for block in blocks if block not in code] == []
