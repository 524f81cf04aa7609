"""A Python client that a generator makes from the served document: it works, and its names read well."""

import datetime
import enum
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from dev.home import REPOSITORY

from .contract import PREFIX

PACKAGE = "klientbox_client"
GUIDE = REPOSITORY / "docs" / "api" / "generated-clients.md"
FUNCTIONS = {
    "clients": {
        "create_client",
        "create_clients",
        "delete_client",
        "get_client",
        "list_clients",
        "patch_client",
        "update_client",
    },
    "key": {"get_key"},
    "messages": {"get_message", "list_messages"},
    "reports": {"report_reactivation", "report_summary"},
    "services": {
        "create_service",
        "delete_service",
        "get_service",
        "list_services",
        "patch_service",
        "update_service",
    },
    "visits": {
        "cancel_visit",
        "create_visit",
        "create_visits",
        "get_visit",
        "list_visits",
        "patch_visit",
        "update_visit",
    },
    "webhooks": {
        "create_webhook",
        "delete_webhook",
        "get_webhook",
        "list_webhook_deliveries",
        "list_webhooks",
        "replay_webhook_delivery",
        "rotate_webhook_secret",
        "test_webhook",
        "update_webhook",
    },
}
ENUMS = {
    "Channel": {"EMAIL", "SMS"},
    "ClientStatus": {"ACTIVE", "INACTIVE", "LOST", "NEW", "WARNING"},
    "DeliveryState": {"DEAD", "DELIVERED", "PENDING", "SENDING"},
    "Direction": {"IN", "OUT"},
    "KeyMode": {"LIVE", "TEST"},
    "Trigger": {"INACTIVE", "LOST", "WARNING"},
    "VisitState": {"ARRIVED", "CANCELLED", "DONE", "NO_SHOW", "SCHEDULED"},
}
# Each resource is read, created and changed; its list comes with all members, some members, or as changes.
MODELS = {
    *("Client", "ClientCreate", "ClientUpdate", "ClientList", "ClientChanges", "PartialClientList"),
    *("ClientBulk", "ClientResult", "ClientResults"),
    *("Visit", "VisitCreate", "VisitUpdate", "VisitList", "VisitChanges", "PartialVisitList"),
    *("VisitBulk", "VisitResult", "VisitResults"),
    *("Service", "ServiceCreate", "ServiceUpdate", "ServiceList", "ServiceChanges", "PartialServiceList"),
    *("Message", "MessageList", "MessageState", "PartialMessageList"),
    *("Key", "KeyCompany", "RateLimit", "Scope", "Summary", "StatusBreakdown", "Reactivation", "Tombstone", "Deleted"),
    *("Webhook", "WebhookCreate", "WebhookUpdate", "WebhookList", "WebhookWithSecret"),
    *("Error", "ErrorBody", "Problem", "ItemError", "ItemProblem"),
}


@pytest.fixture(scope="module")
def generated(site, tmp_path_factory):
    """Imports a module of the generated package."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_bytes(site.api.raw("GET", f"{PREFIX}/openapi.json").content)
    result = _generate(folder)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def _generate(folder):
    """As an integrator calls it; it formats its output with ruff, which is installed beside Python."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    options = ["--path", "openapi.json", "--meta", "none", "--fail-on-warning", "--output-path", PACKAGE]
    return subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *options],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def connected(generated, salon):
    """The generated client with the key of a salon."""
    return generated("client").AuthenticatedClient(
        base_url=salon.api.url + PREFIX,
        token=salon.key,
        prefix="",
        auth_header_name="X-API-Key",
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
    )


@pytest.fixture
def call(generated, connected):
    """Calls the function of an operation; returns its result."""

    def run(tag, name, *arguments, **members):
        return generated(f"api.{tag}.{name}").sync(*arguments, client=connected, **members)

    return run


@pytest.fixture
def models(generated):
    return generated("models")


def test_each_tag_is_a_module_and_each_operation_a_function(generated):
    modules = {module.name for module in pkgutil.iter_modules(generated("api").__path__)}
    assert FUNCTIONS.keys() == modules
    for tag, functions in FUNCTIONS.items():
        assert {module.name for module in pkgutil.iter_modules(generated(f"api.{tag}").__path__)} == functions


def test_models_and_enumerations_have_names_to_work_with(models):
    assert set(models.__all__) >= MODELS | ENUMS.keys()
    for name, members in ENUMS.items():
        made = getattr(models, name)
        assert issubclass(made, enum.Enum)
        assert {member.name for member in made} == members
    assert {scope.name for scope in models.Scope} >= {"CLIENTS_READ", "CLIENTS_WRITE", "REPORTS_READ"}
    assert models.ListClientsSortItem.LAST_VISIT_DATE_DESC.value == "-last_visit_date"
    # No name that a generator had to invent.
    assert not [name for name in models.__all__ if "Type" in name or name[-1].isdigit()]
    unnamed = {name for name in models.__all__ for member in getattr(models, name).__dict__ if "VALUE_" in member}
    # Their values are numbers: 201 and 400.
    assert unnamed == {"ClientResultStatus", "VisitResultStatus"}


def test_types_say_what_may_be_empty(generated, models):
    types = get_type_hints(models.Client, {**vars(generated("models.client"))})
    assert types["id"] is int
    assert types["status"] is models.ClientStatus
    assert set(get_args(types["email"])) == {str, NoneType}
    assert set(get_args(types["last_visit_date"])) == {datetime.date, NoneType}


def test_a_whole_round(call, models):
    made = [
        call("clients", "create_client", body=models.ClientCreate(name=f"Client {number}", phone=f"60111110{number}"))
        for number in range(5)
    ]
    assert [client.name for client in made] == [f"Client {number}" for number in range(5)]
    jana = made[0]
    assert isinstance(jana, models.Client)
    assert (jana.phone, jana.email, jana.status) == ("+420601111100", None, models.ClientStatus.NEW)
    assert call("clients", "get_client", jana.id) == jana

    pages = [call("clients", "list_clients", page=page, per_page=2) for page in (1, 2, 3)]
    assert {type(page) for page in pages} == {models.ClientList}
    assert [client for page in pages for client in page.data] == made
    assert {(page.total, page.per_page) for page in pages} == {(5, 2)}

    changed = call("clients", "patch_client", jana.id, body=models.ClientUpdate(email="jana@example.com"))
    assert (changed.name, changed.email) == (jana.name, "jana@example.com")
    cleared = call("clients", "update_client", jana.id, body=models.ClientUpdate(email=None))
    assert cleared == jana

    assert call("clients", "delete_client", jana.id).to_dict() == {"deleted": True, "id": jana.id}
    gone = call("clients", "get_client", jana.id)
    assert isinstance(gone, models.Error)
    assert gone.error.code == "not_found"


def test_a_visit_is_recorded_changed_and_cancelled(call, models):
    service = call("services", "create_service", body=models.ServiceCreate(name="Haircut", price=450.0))
    client = call("clients", "create_client", body=models.ClientCreate(name="Jana", phone="601222333"))
    wanted = models.VisitCreate(
        client_id=client.id, date="2026-04-15T14:00:00", service_id=service.id, state=models.VisitState.ARRIVED
    )
    visit = call("visits", "create_visit", body=wanted)
    assert (visit.client_name, visit.service_name, visit.state) == ("Jana", "Haircut", models.VisitState.ARRIVED)
    visit = call("visits", "patch_visit", visit.id, body=models.VisitUpdate(state=models.VisitState.DONE))
    assert (visit.state, visit.date) == (models.VisitState.DONE, "2026-04-15T14:00:00")
    assert call("clients", "get_client", client.id).last_visit_date == datetime.date(2026, 4, 15)
    assert call("visits", "cancel_visit", visit.id).state is models.VisitState.CANCELLED


def test_a_version_seen_and_a_call_repeated(generated, connected, call, models):
    create = generated("api.clients.create_client").sync_detailed
    body = models.ClientCreate(name="Jana", phone="601444555")
    answers = [create(client=connected, body=body, idempotency_key="order-1042") for _again in range(2)]
    assert answers[0].parsed == answers[1].parsed
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true"]
    client, seen = answers[0].parsed, answers[0].headers["ETag"]
    changes = models.ClientUpdate(notes="Prefers mornings")
    assert call("clients", "patch_client", client.id, body=changes, if_match=seen).notes == "Prefers mornings"
    refused = call("clients", "patch_client", client.id, body=changes, if_match=seen)
    assert refused.error.code == "precondition_failed"


def test_refusals_are_read_as_such(call, models):
    refused = call("clients", "create_client", body=models.ClientCreate(name="", phone="1"))
    assert isinstance(refused, models.Error)
    assert {problem.field: problem.code for problem in refused.error.details} == {
        "name": "required",
        "phone": "invalid_phone",
    }


def test_filters_bulk_and_changes(call, models):
    items = [models.ClientCreate(name=name, phone=phone) for name, phone in (("Eva", "601666777"), ("Ivo", "1"))]
    result = call("clients", "create_clients", body=models.ClientBulk(items=items))
    assert (result.created, result.failed, result.results[0].data.name) == (1, 1, "Eva")
    found = call("clients", "list_clients", status=models.ClientStatus.NEW, name_istartswith="ev", total_visits_gte=0)
    assert [client.name for client in found.data] == ["Eva"]
    member = models.ListClientsFieldsItem
    order = [models.ListClientsSortItem.LAST_VISIT_DATE_DESC, models.ListClientsSortItem.NAME]
    some = call("clients", "list_clients", id_in=[1, found.data[0].id], fields=[member.ID, member.NAME], sort=order)
    assert isinstance(some, models.PartialClientList)
    assert [client.to_dict() for client in some.data] == [{"id": found.data[0].id, "name": "Eva"}]
    changed = call("clients", "list_clients", updated_since="2026-01-01T00:00:00")
    # A generated client takes the first form that fits; members of changes alone are beside it.
    following = models.ClientChanges.from_dict(changed.to_dict())
    assert [client.name for client in following.data] == ["Eva"]
    assert (following.has_more, following.deleted) == (False, [])
    later = call("clients", "list_clients", updated_since=following.next_updated_since)
    assert later.data == []


def test_the_key_says_what_it_may_do(call, models):
    key = call("key", "get_key")
    assert key.mode is models.KeyMode.LIVE
    assert models.Scope("clients:write") in key.scopes
    assert key.rate_limit is None


def test_the_guide_tells_it_right(generated, salon):
    [program] = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    for shown, real in (("https://salon.example" + PREFIX, salon.api.url + PREFIX), ("kbx_test_...", salon.key)):
        assert shown in program
        program = program.replace(shown, real)
    folder = Path(generated("client").__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", program + "print(answer.email, page.total)"],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "None 0\n"), result.stderr
