"""An addon on top of KlientBox: its additions work, and are gone where the addon is not installed."""

import json
from pathlib import Path

import pytest
import requests

from dev import odoo_config
from dev.simulator.server import Simulator

from .contract import PREFIX
from .importing import Form
from .messaging import Messaging
from .receivers import Receiver

NAME = "klientbox_sample"
OURS = {"addons_path": odoo_config.addons_path(Path(__file__).parent / "addons")}
# Loaded in the process as if another database of the server had it.
LOADED = {**OURS, "server_wide_modules": ",".join((*odoo_config.SERVER_WIDE_MODULES, NAME))}
PATHS = {f"{PREFIX}/cards", f"{PREFIX}/clients/{{id}}/card"}
FILE = "name;phone;date;state\nEva Malá;602 111 222;2026-03-02 10:00;done\n"


def change(site, button):
    """Install or uninstall the addon, in a process beside the server."""
    site.inside([{"model": "ir.module.module", "ids": [], "call": "update_list"}], **OURS)
    ids = site.ids("SELECT id FROM ir_module_module WHERE name = %s", [NAME])
    site.inside([{"model": "ir.module.module", "ids": ids, "call": button}], **OURS)
    site.__dict__.pop("admin", None)


def give_card(salon, client, card):
    """Give a client a card; neither contract nor document of the tests know this call."""
    body = json.dumps({"card": card})
    return salon.api.raw("PUT", f"{PREFIX}/clients/{client['id']}/card", {"Content-Type": "application/json"}, body)


def cards(salon):
    return salon.api.raw("GET", f"{PREFIX}/cards")


def served_paths(salon):
    document = salon.api.raw("GET", f"{PREFIX}/openapi.json").expect()
    return {PREFIX + path for path in document["paths"]}


@pytest.fixture(scope="module")
def site(make_site):
    with make_site("other_addons", salons=1, **LOADED).serving() as served:
        yield served


@pytest.fixture(scope="module")
def salon(site):
    return site.salon()


# One sequence; each test continues where the one before it stopped.


def test_where_it_is_not_installed_its_operations_are_not_found_and_in_no_document(salon):
    eva = salon.client("Eva", "+420601000001")
    assert not PATHS & served_paths(salon)
    cards(salon).refused(404, "not_found")
    give_card(salon, eva, "A1").refused(404, "not_found")


def test_where_it_is_installed_they_are_served(site, salon):
    change(site, "button_immediate_install")
    assert served_paths(salon) >= PATHS
    [eva] = salon.api.get("/clients").expect()["data"]
    assert site.sql("SELECT sample_card_length FROM klientbox_client") == [(0,)]
    assert give_card(salon, eva, "A1").expect() == {"id": eva["id"], "card": "A1"}
    assert site.sql("SELECT sample_card_length FROM klientbox_client") == [(2,)]
    assert cards(salon).expect()["data"] == [{"id": eva["id"], "card": "A1"}]


def test_its_unique_index_is_refused_in_its_own_words(salon):
    jan = salon.client("Jan", "+420601000002")
    answer = give_card(salon, jan, "A1")
    answer.refused(400, "invalid_request", sample_card="card_taken")
    assert answer.error["message"] == "Another client has this card."


def test_its_required_field_of_a_visit_stops_no_import(site, salon):
    assert Form(site, salon, FILE.encode()).take_over() == "done"
    assert site.sql("SELECT sample_room, count(*) FROM klientbox_visit GROUP BY sample_room") == [(7, 1)]
    made = salon.visit(salon.api.get("/clients").expect()["data"][0], "2026-03-02T11:00:00")
    assert site.sql("SELECT sample_room FROM klientbox_visit WHERE id = %s", [made["id"]]) == [(7,)]


def test_its_kind_of_gateway_sends_and_reports(site, salon):
    with Simulator() as simulator, Receiver() as listener:
        messaging = Messaging(site, salon, simulator)
        messaging.write_gateway(kind="sample", url=listener.url, new_secret="heslo")
        site.sql(
            "UPDATE res_partner SET phone = '+420601000009'"
            " WHERE id = (SELECT partner_id FROM res_users WHERE login = 'admin') RETURNING id"
        )
        site.admin.call("klientbox.gateway", "action_send_test", [messaging.gateway])
        site.run_job("cron_messages")
        [request] = listener.received
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
        [[headers]] = site.sql("SELECT headers FROM klientbox_inbound")
        assert headers["x-arrived"] == "yes"
        assert not {"authorization", "x-password"} & headers.keys()


def test_uninstalled_its_operations_are_gone_again(site, salon):
    change(site, "button_immediate_uninstall")
    assert not PATHS & served_paths(salon)
    cards(salon).refused(404, "not_found")
    assert len(salon.api.get("/clients").expect()["data"]) == 3
