"""The addons are uninstalled without a trace, with a salon's data in them, under a running server; and can be installed
again."""

import pytest
import requests

from dev import databases
from dev.server import OdooServer
from tests.api import TIMEOUT, RpcError
from tests.clientbook import connect
from tests.contract import PREFIX
from tests.importing import Form
from tests.traces import left_over, lost, naming, traces

KOIBOX, CLIENTBOOK = "/api/clientes/", "/apiv1/clients/list"
ODOOS_OWN = "base,rpc,web"


@pytest.fixture
def bare(cluster, template):
    """Traces of a database with Odoo's modules, before ours were installed."""
    [[name]] = databases.execute(
        cluster,
        "postgres",
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
        [databases.MODULES_PREFIX],
    )
    databases.create(cluster, "klientbox_test_bare", name)
    yield traces(cluster, "klientbox_test_bare")
    databases.drop(cluster, "klientbox_test_bare")


@pytest.fixture
def site(make_site):
    with make_site("uninstall", salons=2).serving() as served:
        yield served


@pytest.fixture
def salon(site):
    """A salon with a record of every kind in it."""
    made = site.salon()
    client = made.client(email="jana@example.com")
    made.visit(client, "2026-04-15T14:00:00")
    made.api.patch(f"/clients/{client['id']}", sms_opt_out=True).expect()
    made.api.post("/webhooks", url="https://shop.example/hook").expect(201)
    made.api.request("POST", "/services", headers={"Idempotency-Key": "one"}, json={"name": "Cut"}).expect(201)
    site.new_key(made, "test", mode="test")
    company = {"company_id": made.company_id}
    site.inside(
        [
            {"model": "klientbox.gateway", "create": [{"name": "g", **company}]},
            {"model": "klientbox.message", "create": [{"client_id": client["id"], "channel": "sms", **company}]},
            {
                "model": "klientbox.client",
                "ids": [client["id"]],
                "call": "message_post",
                "kwargs": {"body": "A remark"},
            },
            {"model": "ir.filters", "create": [{"name": "Mine", "model_id": "klientbox.repair", "user_ids": []}]},
            {"model": "ir.config_parameter", "create": [{"key": "klientbox.private_networks", "value": "10.0.0.0/8"}]},
        ]
    )
    site.__dict__.pop("admin", None)
    Form(site, made, "Jméno;Telefon\r\nEva Malá;601000002\r\n".encode()).press("action_check")
    made.crm = connect(site, made)
    made.crm.get("clients/list", {})
    return made


def uninstall(site, *names):
    """As the button does, in a process beside the server, which is notified.

    Odoo refuses to uninstall a module in `server_wide_modules`, so this process has none of ours there.
    """
    with pytest.raises(RpcError, match="cannot be uninstalled"):
        site.admin.call("ir.module.module", "button_immediate_uninstall", _module_ids(site, names))
    _change(site, "button_immediate_uninstall", names, server_wide_modules=ODOOS_OWN)


def _module_ids(site, names):
    return site.ids("SELECT id FROM ir_module_module WHERE name = ANY(%s)", [list(names)])


def _change(site, button, names, **settings):
    site.inside([{"model": "ir.module.module", "ids": _module_ids(site, names), "call": button}], **settings)
    site.__dict__.pop("admin", None)
    expected = "installed" if button == "button_immediate_install" else "uninstalled"
    states = site.sql("SELECT DISTINCT state FROM ir_module_module WHERE name = ANY(%s)", [list(names)])
    assert states == [(expected,)]


def statuses(url, *paths):
    """{path: (status, content type)} of GETs without a key."""
    answers = {path: requests.get(url + path, timeout=TIMEOUT, allow_redirects=False) for path in paths}
    return {path: (answer.status_code, answer.headers["Content-Type"]) for path, answer in answers.items()}


def test_nothing_is_left_and_everything_comes_again(site, salon, bare, cluster):
    url = site.server.url
    assert site.sql("SELECT count(*) FROM klientbox_consent_event")[0][0] > 0
    [[files]] = site.sql("SELECT count(*) FROM ir_attachment WHERE res_model = 'klientbox.import'")
    assert files > 0

    uninstall(site, "klientbox_koibox", "klientbox_clientbook")
    # This server has not been restarted: it still has them in `server_wide_modules`.
    json, text = "application/json; charset=utf-8", "text/plain; charset=utf-8"
    assert statuses(url, KOIBOX, CLIENTBOOK) == {KOIBOX: (404, json), CLIENTBOOK: (404, text)}
    assert salon.api.get("/clients").expect()["total"] == 1
    salon.client("Petra", "+420601000009")
    token = f"{salon.crm.credentials['token']}_{salon.crm.credentials['secret']}"
    assert salon.api.with_key(token).get("/me").status == 403
    assert site.ids("SELECT id FROM klientbox_api_key WHERE prefix = %s", [token.split("_")[2]]) == []
    assert naming(cluster, site, "koibox", "clientbook", "klientbox.repair") == []

    uninstall(site, "klientbox_import")
    assert naming(cluster, site, "klientbox_import", "klientbox.import", "klientbox_export", "klientbox.export") == []
    assert salon.api.get("/clients").expect()["total"] == 2
    assert "klientbox-import" not in site.admin.call("klientbox.client", "get_empty_list_help", "")

    uninstall(site, "klientbox")
    after = traces(cluster, site.database)
    assert left_over(bare, after) == {}
    assert lost(bare, after) == {}
    callback = "/klientbox/gateway/1-" + "A" * 43
    v1, document = f"{PREFIX}/clients", f"{PREFIX}/openapi.json"
    gone = statuses(url, v1, document, KOIBOX, CLIENTBOOK, callback)
    assert {path: status for path, (status, _type) in gone.items()} == dict.fromkeys(gone, 404)
    assert (gone[v1], gone[document]) == ((404, json), (404, json))
    web_client_works(site)
    with OdooServer(site.database, cluster, settings={"server_wide_modules": ODOOS_OWN}) as plain:
        page = "text/html; charset=utf-8"
        assert statuses(plain.url, v1, KOIBOX) == {v1: (404, page), KOIBOX: (404, page)}

    _change(site, "button_immediate_install", ("klientbox", "klientbox_koibox", "klientbox_clientbook"))
    assert site.sql("SELECT state FROM ir_module_module WHERE name = 'klientbox_import'") == [("installed",)]
    again = site.new_salon()
    again.client("Jana", "+420601000001")
    assert again.api.get("/clients").expect()["total"] == 1
    connect(site, again).get("clients/list", {})
    assert statuses(url, v1) == {v1: (401, json)}


def web_client_works(site):
    """A user logs in, the web client and its menus load, records are read and written."""
    web = site.admin
    page = web.session.get(f"{site.server.url}/odoo", timeout=TIMEOUT)
    assert (page.status_code, "o_web_client" in page.text) == (200, True)
    menus = web.session.get(f"{site.server.url}/web/webclient/load_menus", timeout=TIMEOUT).json()
    assert "KlientBox" not in {menu.get("name") for menu in menus.values()}
    [partner] = web.call("res.partner", "create", [{"name": "After"}])
    assert web.call("res.partner", "read", [partner], ["name"]) == [{"id": partner, "name": "After"}]
    web.call("res.company", "create", [{"name": "New company"}])
    assert "Traceback" not in site.log.split("module klientbox uninstalled")[-1]
