"""Erasure of all data of a person, searched for in the whole database, the files and the log."""

import base64
import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from dev.simulator import Simulator

from .importing import Form
from .messaging import Messaging

PHONE, OLD_PHONE = "+420777321654", "+420777321655"
NAME, EMAIL, OTHER_EMAIL = "Zdislava Kratochvílová", "zdislava.kratochvilova@example.com", "zdislava@salon.example"
TEXT = f"{NAME}, {PHONE}, {EMAIL}"


def spellings(phone):
    """A Czech phone in six spellings."""
    digits = phone[1:]
    national = digits[3:]
    grouped = " ".join(re.findall("...", national))
    return [phone, f"00{digits}", national, grouped, f"+420 {grouped}", national[:3] + "-" + national[3:]]


SOUGHT = [*spellings(PHONE), *spellings(OLD_PHONE), NAME, "Kratochv", "zdislava", EMAIL, OTHER_EMAIL]


@pytest.fixture(scope="module")
def simulator():
    with Simulator() as gateway:
        yield gateway


@pytest.fixture(scope="module")
def site(make_site):
    with make_site("erasure", salons=2).serving() as served:
        yield served


def found_in_database(site, texts):
    """{table: rows} that contain one of the texts, in a column of any type."""
    tables = site.sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    patterns = [f"%{text}%" for text in texts]
    binary = site.sql(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'bytea'"
    )
    found = {}
    for [table] in tables:
        # Binary values are numbers in a row's text.
        columns = " ".join(
            f"OR encode(\"{column}\", 'escape') ILIKE ANY(%(patterns)s)" for name, column in binary if name == table
        )
        [[count]] = site.sql(
            f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE ANY(%(patterns)s) {columns}', {"patterns": patterns}
        )
        if count:
            found[table] = count
    return found


def found_in_files(site, texts):
    """Files of the database's filestore that contain one of the texts."""
    folder = Path(site.cluster.data_dir) / "filestore" / site.database
    files = [path for path in folder.rglob("*") if path.is_file() and "checklist" not in path.parts]
    return [path for path in files if any(text.encode() in path.read_bytes() for text in texts)]


def figures(site, salon, client):
    """The counts that stay: the client's totals, visits, messages and the report."""
    return (
        site.sql(
            "SELECT status, last_visit_date, total_visits, total_spent::text FROM klientbox_client WHERE id = %s",
            [client],
        ),
        site.sql(
            "SELECT id, state, start, amount::text FROM klientbox_visit WHERE client_id = %s ORDER BY id", [client]
        ),
        site.sql(
            "SELECT id, state, direction, channel, cost::text, parts, day FROM klientbox_message"
            " WHERE company_id = %s ORDER BY id",
            [salon.company_id],
        ),
        salon.api.get("/reports/reactivation").expect(),
    )


def leave_traces(site, messaging):
    """A client with data of every kind; the id, and a call that could be repeated."""
    salon, call = messaging.salon, site.admin.call
    company = {"company_id": salon.company_id}
    call("klientbox.webhook", "create", [{"name": "Made Up", "url": "http://127.0.0.1:9/hook", **company}])
    body = {"name": NAME, "phone": OLD_PHONE, "email": EMAIL, "notes": f"Alergie. {TEXT}"}
    again = {"headers": {"Idempotency-Key": "once"}, "json": body}
    client = salon.api.request("POST", "/clients", **again).expect(201)["id"]
    day = datetime.now(timezone.utc) - timedelta(days=70)
    service = call("klientbox.service", "create", [{"name": "Cut", "price": 400, **company}])[0]
    salon.api.post(
        "/visits", client_id=client, service_id=service, date=day.isoformat(timespec="seconds"), state="done", note=TEXT
    ).expect(201)
    # A message to the old number, a STOP from it, then a new number.
    messaging.run_now()
    messaging.send()
    messaging.simulator.reply(OLD_PHONE, f"Stop! {TEXT}")
    messaging.simulator.settle()
    messaging.send()
    salon.api.patch(f"/clients/{client}", phone=PHONE).expect()
    # Another entry of the same person, with an address of its own.
    twin = salon.client(NAME, OLD_PHONE, email=OTHER_EMAIL, email_opt_out=True)["id"]
    [merge] = call(
        "klientbox.client.merge", "create", [{"target_id": client, "client_ids": [(6, 0, [client, twin])], **company}]
    )
    call("klientbox.client.merge", "action_merge", [merge])
    # Data of the facades.
    described = call("klientbox.client", "fields_get", [], ["type", "store", "readonly"])
    texts = {
        name: f"{TEXT} {name}"
        for name, field in described.items()
        if re.match("koibox_|clientbook_", name)
        and field["type"] in ("char", "text")
        and field["store"]
        and not field["readonly"]
    }
    assert len(texts) > 20
    call("klientbox.client", "write", [client], {**texts, "birth_date": "1990-05-06", "code": EMAIL})
    for model, names in (
        ("klientbox.purchase", ("item", "description", "image")),
        ("klientbox.repair", ("item", "description", "condition", "requested_repair", "sent_where", "image")),
        ("klientbox.special.order", ("description",)),
        ("klientbox.wishlist.item", ("item", "description", "image")),
    ):
        call(model, "create", [{"client_id": client, **company, **dict.fromkeys(names, TEXT)}])
    # Odoo's own.
    file = base64.b64encode(TEXT.encode()).decode()
    call("klientbox.client", "message_post", [client], body=TEXT)
    call("klientbox.client", "activity_schedule", [client], summary=TEXT, note=TEXT)
    call("klientbox.client", "action_make_partner", [client])
    [contact] = call("klientbox.client", "read", [client], ["partner_id"])
    call("res.partner", "message_post", [contact["partner_id"][0]], body=TEXT)
    for vals in (
        {"res_model": "klientbox.client", "res_id": client},
        {"res_model": "res.partner", "res_id": contact["partner_id"][0]},
    ):
        call("ir.attachment", "create", [{"name": f"{NAME}.txt", "datas": file, **vals}])
    call("sms.sms", "create", [{"number": PHONE, "body": TEXT}], context={"allowed_company_ids": [salon.company_id]})
    # As before clients could only be contacted from here.
    mail = {"model": "klientbox.client", "res_id": client, "body_html": TEXT, "email_to": EMAIL}
    site.inside([{"model": "mail.mail", "create": [mail]}])
    # Open dialogs, and scheduled messages.
    about = {"subject": NAME, "body": TEXT, "partner_ids": [(6, 0, contact["partner_id"][:1])]}
    call("mail.compose.message", "create", [{"model": "klientbox.client", "res_ids": str([client]), **about}])
    call(
        "sms.composer", "create", [{"res_model": "klientbox.client", "res_id": client, "numbers": PHONE, "body": TEXT}]
    )
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    [[author]] = site.sql("SELECT partner_id FROM res_users WHERE id = %s", [site.admin.user_id])
    later = {"scheduled_date": tomorrow, "author_id": author, "is_note": True, "subject": NAME, "body": TEXT}
    call("mail.scheduled.message", "create", [{"model": "klientbox.client", "res_id": client, **later}])
    # Saved searches, as the web client stores them.
    users = [(6, 0, [site.admin.user_id])]
    for name, domain in (("By phone", f"[('phone', '=', '{PHONE}')]"), (f"{NAME}'s visits", "[]")):
        values = {"name": name, "domain": domain, "model_id": "klientbox.client", "user_ids": users}
        call("ir.filters", "create", [values])
    choice = {"kind": "contacts", "partner_domain": f"[('email', '=', '{EMAIL}')]"}
    call("klientbox.import", "create", [{**choice, **company}])
    # Files: one chosen and left, one imported, one in preview.
    draft = base64.b64encode(f"name;phone\n{NAME};{PHONE}\n".encode()).decode()
    call("klientbox.import", "create", [{"file": draft, "file_name": f"{NAME}.csv", **company}])
    rows = f"name;phone;email;notes\n{NAME};777 321 654;{EMAIL};{TEXT}\nEva Malá;602 111 222;;\n"
    assert Form(site, salon, rows.encode()).take_over() == "done"
    assert Form(site, salon, rows.replace("Eva", "Ema").encode(), name="again.csv").check() == "ready"
    site.run_job("cron_messages")
    # A message that waits.
    site.sql(
        "INSERT INTO klientbox_message"
        " (company_id, client_id, direction, channel, state, address, body, lane, create_date, due_at)"
        " VALUES (%s, %s, 'out', 'sms', 'queued', %s, %s, 'odoo:0', now(), now() + interval '1 day')",
        [salon.company_id, client, PHONE, TEXT],
    )
    return client, again


def test_after_an_erasure_nothing_anywhere_reads_as_the_person(site, simulator):
    messaging = Messaging(site, site.salon(), simulator)
    salon = messaging.salon
    client, again = leave_traces(site, messaging)
    traces = found_in_database(site, SOUGHT)
    # Otherwise the search could find nothing for the wrong reason.
    assert traces.keys() >= {
        "ir_attachment",
        "ir_filters",
        "klientbox_client",
        "klientbox_consent_event",
        "klientbox_idempotency_answer",
        "klientbox_import",
        "klientbox_import_column",
        "klientbox_import_row",
        "klientbox_inbound",
        "klientbox_message",
        "klientbox_purchase",
        "klientbox_repair",
        "klientbox_special_order",
        "klientbox_visit",
        "klientbox_webhook_delivery",
        "klientbox_wishlist_item",
        "mail_activity",
        "mail_compose_message",
        "mail_mail",
        "mail_message",
        "mail_scheduled_message",
        "res_partner",
        "sms_composer",
        "sms_sms",
    }
    assert found_in_files(site, SOUGHT)
    before, written = figures(site, salon, client), len(site.log)
    suppressed = site.sql("SELECT count(*) FROM klientbox_suppression WHERE company_id = %s", [salon.company_id])

    site.admin.call("klientbox.client", "action_erase", [client])
    # Odoo's daily cleaning deletes the files.
    site.inside([{"model": "ir.attachment", "ids": [], "call": "_gc_file_store"}])
    site.run_job("cron_messages")

    assert found_in_database(site, SOUGHT) == {}
    assert found_in_files(site, SOUGHT) == []
    log = site.log[written:]
    assert [text for text in SOUGHT if text in log] == []
    assert f"Client {client} was erased by user {site.admin.user_id}." in log

    after = figures(site, salon, client)
    *earlier, waiting = before[2]
    assert after == (before[0], before[1], [*earlier, (waiting[0], "cancelled", *waiting[2:])], before[3])
    [[left]] = site.sql("SELECT count(*) FROM klientbox_suppression WHERE company_id = %s", [salon.company_id])
    assert left == 4 >= suppressed[0][0], "two phones and two e-mails, by their hashes"
    salon.api.get(f"/clients/{client}").refused(404, "not_found")
    repeated = salon.api.request("POST", "/clients", **again)
    assert repeated.headers["Idempotency-Replayed"] == "true"
    repeated.refused(422, "client_erased")
    assert json.loads(repeated.content)["error"]["request_id"] == repeated.headers["X-Request-Id"]
    # Clients imported from an old list are opted out.
    rows = f"name;phone;email\n{NAME};{OLD_PHONE};{EMAIL}\nZ. V.;{PHONE};{OTHER_EMAIL}\n"
    assert Form(site, salon, rows.encode(), name="old.csv").take_over() == "done"
    flags = site.sql(
        "SELECT sms_opt_out, email_opt_out FROM klientbox_client WHERE company_id = %s AND phone = ANY(%s)",
        [salon.company_id, [PHONE, OLD_PHONE]],
    )
    assert flags == [(True, True), (True, True)]


def test_only_an_administrator_erases_over_the_wire(site):
    salon = site.salon()
    client = salon.client("Eva", "+420601000001")
    groups = dict(
        site.sql("SELECT name, res_id FROM ir_model_data WHERE module = 'klientbox' AND model = 'res.groups'")
    )
    vals = {"name": "m", "login": "erasure-manager", "password": "a passphrase of the tests"}
    site.inside(
        [
            {
                "model": "res.users",
                "create": [
                    {
                        **vals,
                        "company_id": salon.company_id,
                        "company_ids": [salon.company_id],
                        "group_ids": [groups["group_manager"]],
                    }
                ],
            }
        ]
    )
    manager = site.web(vals["login"], vals["password"])
    with pytest.raises(Exception, match="administrator"):
        manager.call("klientbox.client", "action_erase", [client["id"]])
    assert salon.api.get(f"/clients/{client['id']}").expect()["name"] == "Eva"
