"""The screens, as people use them: in a real browser, on a desktop (1400 pixels) and on a phone (390)."""

import os
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect, sync_playwright

from dev.simulator import Simulator

from .api import Api
from .clientbook import ClientBookCRM
from .messaging import Messaging
from .outage import wait_for

SIZES = {"desktop": (1400, 900), "phone": (390, 844)}
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# The first page after an installation builds Odoo's assets.
PATIENCE = 60_000


@pytest.fixture(scope="module")
def site(make_site):
    """A server of threads, as `make run` starts it: with processes the browser's websocket would need a proxy."""
    with make_site("screens", salons=12, workers=0).serving() as served:
        yield served


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=QUIET)


@pytest.fixture(params=SIZES)
def window(request, browser):
    """An empty window of the size; at the end its console must have no errors."""
    width, height = SIZES[request.param]
    phone = request.param == "phone"
    context = browser.new_context(viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    failures = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield SimpleNamespace(page=page, phone=phone)
    context.close()
    assert failures == []


@pytest.fixture
def people(site, salon):
    """Logs a user in, with a role in the salon."""

    def make(role, lang="en_US"):
        [[_model, group]] = [site.admin.call("ir.model.data", "check_object_reference", "klientbox", f"group_{role}")]
        login = f"{role}-{salon.company_id}"
        site.admin.call(
            "res.users",
            "create",
            {
                "name": login,
                "login": login,
                "password": login,
                "lang": lang,
                "tz": "Europe/Prague",
                "company_id": salon.company_id,
                "company_ids": [(6, 0, [salon.company_id])],
                "group_ids": [(4, group)],
            },
        )
        return login

    return make


def enter(site, window, login, path):
    """Log in and open a page of Odoo."""
    page = window.page
    page.goto(f"{site.server.url}/web/login?db={site.database}&redirect={path}")
    page.fill("#login", login)
    page.fill("#password", login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page


def card(page, window, name):
    """A client in the list of the desktop or among the cards of the phone."""
    rows = ".o_kanban_record" if window.phone else ".o_data_row"
    return page.locator(rows).filter(has_text=name)


def search(page, window, text):
    """Search in the search box."""
    if window.phone:
        page.locator(".o_control_panel .fa-search").click()
    box = page.locator(".o_searchview_input")
    box.fill(text)
    box.press("Enter")


def test_a_receptionist_finds_a_client_plans_a_visit_and_finishes_it(site, salon, people, window):
    salon.client("Žaneta Nováková", "+420601200300")
    salon.client("Petr Malý", "+420601200301")
    page = enter(site, window, people("receptionist"), "/odoo/klientbox-clients")
    expect(card(page, window, "Petr Malý")).to_be_visible()
    search(page, window, "novakova 601 200")
    expect(card(page, window, "Petr Malý")).to_have_count(0)
    card(page, window, "Žaneta Nováková").get_by_text("Žaneta Nováková").click()
    page.get_by_role("button", name="New visit").click()
    dialog = page.locator(".modal")
    expect(dialog.locator(".o_form_view")).to_be_visible()
    dialog.get_by_role("button", name=re.compile("Save")).first.click()
    expect(dialog).to_have_count(0)
    page.goto(f"{site.server.url}/odoo/action-klientbox.klientbox_visit_today_action")
    card(page, window, "Žaneta Nováková").get_by_text("Žaneta Nováková").first.click()
    page.wait_for_selector(".o_form_view")
    page.get_by_role("button", name="Arrived").first.click()
    page.get_by_role("button", name="Done").first.click()
    expect(page.get_by_role("button", name=re.compile("Back to"))).to_have_count(1)
    # That button is there from "Arrived" on.
    wait_for(lambda: salon.api.get("/visits", state="done").expect()["total"], 30)
    [client] = salon.api.get("/clients", search="zaneta").expect()["data"]
    assert (client["status"], client["total_visits"], client["days_since_visit"]) == ("active", 1, 0)


def test_a_phone_that_is_taken_is_refused_in_words_and_nothing_is_lost(site, salon, people, window):
    salon.client("Žaneta Nováková", "+420601200300")
    page = enter(site, window, people("receptionist", "cs_CZ"), "/odoo/klientbox-clients/new")
    page.locator("[name=name] input, [name=name] textarea").first.fill("Eva Malá")
    page.locator("[name=phone] input").first.fill("601 200 300")
    page.locator(".o_form_button_save").first.click()
    expect(page.locator(".modal")).to_contain_text("Tento telefon už má jiný klient")
    page.locator(".modal .btn-primary").click()
    expect(page.locator("[name=name] input, [name=name] textarea").first).to_have_value("Eva Malá")


def test_the_owner_makes_a_key_which_is_shown_once_and_works(site, salon, people, window):
    site.settings(salon, tier="provoz")
    page = enter(site, window, people("administrator"), "/odoo/action-klientbox.klientbox_settings_open_action")
    page.get_by_role("button", name="Generate API key").first.click()
    dialog = page.locator(".modal")
    dialog.locator("[name=name] input").fill("E-shop")
    dialog.get_by_role("button", name="Generate").click()
    expect(dialog).to_contain_text(re.compile("kbx_live_"))
    [text] = set(re.findall(r"kbx_live_\w{8}_\w{49}", dialog.inner_text()))
    assert Api(site.server.url, text).get("/clients").expect()["total"] == 0
    dialog.get_by_role("button", name="Done").click()
    page.reload()
    page.wait_for_selector(".o_main_navbar")
    expect(page.locator("body")).to_contain_text("E-shop")
    assert text not in page.content()

    page.goto(f"{site.server.url}/odoo/action-klientbox.klientbox_api_key_action")
    card(page, window, "E-shop").get_by_text("E-shop").first.click()
    page.wait_for_selector(".o_form_view")
    page.locator(".o_form_statusbar").get_by_text("Roll", exact=True).click()
    dialog = page.locator(".modal")
    dialog.get_by_text("In 1 hour").click()
    dialog.locator("footer").get_by_role("button", name="Roll").click()
    expect(dialog).to_contain_text("Copy the key now")
    [new] = set(re.findall(r"kbx_live_\w{8}_\w{49}", dialog.inner_text()))
    for key in (text, new):
        assert Api(site.server.url, key).get("/me").expect()["name"] == "E-shop"
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator(".alert-info")).to_contain_text("Replaced by: E-shop")


def test_the_manager_writes_a_text_runs_the_night_and_takes_a_message_back(site, salon, people, window):
    with Simulator() as gateway:
        messaging = Messaging(site, salon, gateway)
    messaging.absent(70, "+420601200300", "Žaneta Nováková")
    page = enter(site, window, people("manager"), "/odoo/action-klientbox.klientbox_rule_action")
    card(page, window, "Overdue for a visit").get_by_text("Overdue for a visit").click()
    page.wait_for_selector(".o_form_view")
    (page.locator(".o_field_x2many .o_kanban_record") if window.phone else page.locator(".o_data_row")).first.click()
    dialog = page.locator(".modal").last
    text = dialog.locator("[name=body] textarea")
    for mistake, error in (
        ("{first_name}, come back! {stop}", "The text needs {salon}"),
        ("{jmeno}, {salon} {stop}", "There is no {jmeno}."),
    ):
        text.fill(mistake)
        dialog.get_by_role("button", name=re.compile("Save")).first.click()
        expect(dialog.locator(".alert-danger")).to_contain_text(error)
        expect(text).to_have_value(mistake)
    dialog.get_by_role("button", name="Discard").click()
    expect(page.locator(".modal")).to_have_count(0)
    page.goto(f"{site.server.url}/odoo/action-klientbox.klientbox_rule_action")
    card(page, window, "Overdue for a visit").get_by_text("Overdue for a visit").click()
    page.get_by_role("button", name="Run now").first.click()
    page.locator(".modal .btn-primary").first.click()
    expect(page.locator(".o_notification").first).to_contain_text("1 messages queued")
    page.goto(f"{site.server.url}/odoo/action-klientbox.klientbox_message_action")
    card(page, window, "Žaneta Nováková").get_by_text("Žaneta Nováková").first.click()
    expect(page.locator(".o_form_view")).to_contain_text("Hello Zaneta, you have not been to ")
    page.get_by_role("button", name="Cancel message").first.click()
    expect(page.locator(".o_form_view")).to_contain_text("Cancelled by hand")
    assert messaging.rows("state", "reason") == [("cancelled", "by_hand")]


def test_a_receptionist_writes_to_a_client(site, salon, people, window):
    """The preview is updated while the text is written; a text that can't be sent shows the reason, and Send is
    disabled; by keyboard alone."""
    with Simulator() as gateway:
        messaging = Messaging(site, salon, gateway)
    messaging.write_gateway(part_price=0.95)
    salon.client("Žaneta Nováková", "+420601200300", sms_opt_out=True)
    page = enter(site, window, people("receptionist"), "/odoo/klientbox-clients")
    card(page, window, "Žaneta Nováková").get_by_text("Žaneta Nováková").click()
    open_write(page, window)
    dialog = page.locator(".modal")
    send = dialog.locator("footer").get_by_role("button", name="Send")
    expect(dialog.get_by_label("E-mail", exact=True)).to_be_disabled()
    expect(dialog).to_contain_text("The client has no e-mail.")
    expect(dialog.get_by_label("Offer", exact=True)).to_be_disabled()
    expect(dialog).to_contain_text("The client has refused SMS.")
    expect(send).to_be_disabled()
    dialog.get_by_label("About a visit or an order").check()
    expect(dialog.locator(".alert-warning")).to_contain_text("SMS refused")
    text = dialog.locator("[name=body] textarea")
    text.press_sequentially("Hello {jmeno}, ")
    expect(dialog).to_contain_text("There is no {jmeno}.")
    expect(send).to_be_disabled()
    # The space that was typed last is still there.
    expect(text).to_have_value("Hello {jmeno}, ")
    text.press("ControlOrMeta+a")
    text.press_sequentially("Příště v 10, {first_name} ")
    expect(dialog.locator("[name=preview]")).to_have_text(re.compile("Priste v 10, Zaneta"))
    expect(dialog.locator("[name=parts]")).to_have_text("1")
    expect(dialog.locator("[name=left]")).to_have_text("141")
    expect(dialog.locator("[name=price]")).to_contain_text("0.95")
    expect(dialog).to_contain_text("Will be sent at once")
    page.keyboard.press("Alt+q")
    expect(page.locator(".o_notification").first).to_contain_text("The message to Žaneta Nováková is on its way.")
    expect(dialog).to_have_count(0)
    page.get_by_role("tab", name="Messages").click()
    expect(page.locator("[name=message_log_ids]")).to_contain_text("Priste v 10, Zaneta")
    assert messaging.rows("address", "purpose", "parts") == [("+420601200300", "transactional", 1)]
    assert not window.phone or page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]


def open_write(page, window):
    """Press Write in the form's header."""
    page.wait_for_selector(".o_form_view")
    if window.phone:
        page.locator(".o_statusbar_buttons button").last.click()
        page.get_by_text("Write", exact=True).last.click()
    else:
        page.locator(".o_form_statusbar").get_by_role("button", name="Write", exact=True).click()
    page.wait_for_selector(".modal .o_form_view")


def test_the_chatter_of_a_client_is_for_colleagues(site, salon, people, window):
    client = salon.client("Žaneta Nováková", "+420601200300", email="zaneta@example.com")
    page = enter(site, window, people("receptionist"), f"/odoo/klientbox-clients/{client['id']}")
    expect(page.locator(".o-mail-Chatter-logNote")).to_be_visible()
    expect(page.locator(".o-mail-Chatter-activity")).to_be_visible()
    expect(page.locator(".o-mail-Chatter-sendMessage")).to_have_count(0)
    page.locator(".o-mail-Chatter-logNote").click()
    page.locator(".o-mail-Composer-input, .o-mail-Composer textarea").first.fill("She will call")
    page.locator(".o-mail-Composer").get_by_role("button", name="Log", exact=True).click()
    message = page.locator(".o-mail-Message").filter(has_text="She will call")
    expect(message).to_be_visible()
    mails = "SELECT id FROM mail_mail WHERE mail_message_id IN (SELECT id FROM mail_message WHERE model = %s)"
    assert site.sql(mails, ["klientbox.client"]) == []
    # Elsewhere the button is unchanged.
    [contact] = site.admin.call("res.partner", "create", [{"name": "Supplier"}])
    page.goto(f"{site.server.url}/odoo/res.partner/{contact}")
    expect(page.locator(".o-mail-Chatter-sendMessage")).to_be_visible()


def test_of_an_unknown_message_the_manager_says_what_became_of_it(site, salon, people, window):
    with Simulator() as gateway:
        messaging = Messaging(site, salon, gateway)
    messaging.absent(70, "+420601200300", "Žaneta Nováková")
    messaging.run_now()
    site.sql(
        "UPDATE klientbox_message SET state = 'unknown', reason = 'timeout', day = queued_day WHERE company_id = %s",
        [salon.company_id],
    )
    page = enter(site, window, people("manager"), "/odoo/action-klientbox.klientbox_message_action")
    card(page, window, "Žaneta Nováková").get_by_text("Žaneta Nováková").first.click()
    expect(page.locator(".alert-warning")).to_contain_text("It is not known")
    page.get_by_role("button", name="Mark as sent").first.click()
    page.locator(".modal .btn-primary").first.click()
    expect(page.locator(".alert-warning")).to_have_count(0)
    assert messaging.rows("state") == [("sent",)]
    report = salon.api.get("/reports/reactivation").expect()
    assert (report["total_sent"], report["delivered"]) == (1, 0)


# As a Czech Excel saves it: the phone of the third row is invalid, the last row repeats the second one.
CARD_FILE = """\
Jméno a příjmení;Telefon;Datum;Služba;Cena;Káva
Žaneta Nováková;601 200 300;3.3.2025 10:00;Střih;450;latté
Žaneta Nováková;601 200 300;7.4.2025 10:00;Barva;1 200;
Petr Malý;60;8.4.2025 11:00;Střih;450;
Eva Černá;601 200 302;9.4.2025 9:30;Střih;450;
Žaneta Nováková;601 200 300;7.4.2025 10:00;Barva;1 200;
"""


def counts(page, **expected):
    """Wait for the preview or the result, and compare its counts."""
    for name, count in expected.items():
        expect(page.locator(f"[data-count={name}]")).to_have_text(str(count))


def test_a_card_file_is_looked_at_imported_and_taken_back(site, salon, people, window):
    page = enter(site, window, people("manager"), "/odoo/klientbox-import/new")
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    file = {"name": "klientky.csv", "mimeType": "text/csv", "buffer": CARD_FILE.encode("cp1250")}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check").dblclick()
    expect(page.locator(".o_form_view")).to_contain_text("Reading the rows")
    address = page.url
    site.run_job("cron_import")
    counts(page, clients_created=2, visits_created=3, clients_matched=0, refused_count=1, duplicate_count=1)
    expect(page.locator("[name=refused_row_ids]")).to_contain_text("Phone: the number is too short")

    page.get_by_role("tab", name="Columns").click()
    page.get_by_label("Káva").select_option("Notes")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Check again").click()
    expect(page.locator(".o_form_view")).to_contain_text("Reading the rows")
    site.run_job("cron_import")
    counts(page, clients_created=2, visits_created=3)
    assert salon.api.get("/clients").expect()["total"] == 0

    page.get_by_role("button", name="Import", exact=True).dblclick()
    expect(page.locator(".o_form_view")).to_contain_text("Importing…")
    # A user who leaves meanwhile finds it done.
    page.goto(f"{site.server.url}/odoo/klientbox-clients")
    site.run_job("cron_import")
    page.goto(address)
    counts(page, clients_created=2, visits_created=3, refused_count=1)
    page.get_by_role("button", name="View clients").click()
    expect(card(page, window, "Žaneta Nováková")).to_be_visible()
    expect(card(page, window, "Eva Černá")).to_be_visible()
    assert site.sql(
        "SELECT name, notes, total_visits FROM klientbox_client WHERE company_id = %s ORDER BY name", [salon.company_id]
    ) == [("Eva Černá", None, 1), ("Žaneta Nováková", "latté", 2)]

    outbox = f"{site.server.url}/odoo/action-klientbox.klientbox_outbox_open_action"
    page.goto(outbox)
    expect(page.locator(".alert-info")).to_contain_text("No client is contacted")
    expect(page.locator(".alert-info")).to_contain_text("An administrator decides")

    page.goto(address)
    counts(page, clients_created=2)
    if window.phone:
        page.locator(".o_statusbar_buttons button").last.click()
    page.get_by_text("Undo import").click()
    page.locator(".modal .btn-primary").click()
    expect(page.locator(".o_form_view")).to_contain_text("Undoing…")
    site.run_job("cron_import")
    expect(page.locator(".o_form_view")).to_contain_text("the imported records have been deleted")
    assert salon.api.get("/clients").expect()["total"] == 0

    page.goto(outbox)
    expect(page.locator(".o_form_view")).to_contain_text("Messages in progress", ignore_case=True)
    expect(page.locator(".alert-info")).to_be_hidden()


def test_a_salon_moves_in_from_its_account_at_a_vendor(site, salon, people, window):
    site.admin.call("ir.config_parameter", "set_param", "klientbox.private_networks", "127.0.0.0/8")
    there = site.salon()
    there.client("Žaneta Nováková", "+420601200300")
    there.client("Eva Černá", "+420601200301", notes="latté")
    page = enter(site, window, people("manager"), "/odoo/klientbox-import/new")
    page.get_by_label("Koibox", exact=True).check()
    page.locator("[name=account_url] input").fill(site.server.url)
    page.locator("[name=koibox_key] input").fill("not the key")
    page.get_by_role("button", name="Fetch and check").click()
    expect(page.locator(".o_form_view")).to_contain_text("Fetching the clients")
    site.run_job("cron_import")
    expect(page.locator(".alert-danger")).to_contain_text("does not accept these credentials")
    expect(page.locator("[name=koibox_key] input")).to_have_value("")

    page.locator("[name=koibox_key] input").fill(there.key)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".o_form_view")).to_contain_text("Fetching the clients")
    site.run_job("cron_import")
    counts(page, clients_created=2, refused_count=0)
    for figure in ("Fetched: 2", "In the account: 2"):
        expect(page.locator(".o_form_view")).to_contain_text(figure)
    expect(page.locator("[name=koibox_key]")).to_have_count(0)
    expect(page.locator("[name=column_ids]")).to_contain_text("KlientBox counts this itself")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(".o_form_view")).to_contain_text("Importing…")
    site.run_job("cron_import")
    page.get_by_role("button", name="View clients").click()
    expect(card(page, window, "Žaneta Nováková")).to_be_visible()
    assert site.sql(
        "SELECT name, notes, external_source FROM klientbox_client WHERE company_id = %s ORDER BY name",
        [salon.company_id],
    ) == [("Eva Černá", "latté", "koibox"), ("Žaneta Nováková", None, "koibox")]


def test_an_administrator_connects_client_book_and_follows_a_repair(site, salon, people, window):
    """The credentials are shown once and work; records of the integration are on the screen, and go through their
    stages."""
    page = enter(
        site,
        window,
        people("administrator"),
        "/odoo/action-klientbox_clientbook.klientbox_clientbook_integration_open_action",
    )
    page.get_by_text("Enabled", exact=True).click()
    page.locator(".o_form_statusbar").get_by_role("button", name="Generate credentials").click()
    dialog = page.locator(".modal")
    expect(dialog).to_contain_text("Copy them now")
    expect(dialog).to_contain_text("&secret=")
    [line] = re.findall(r"app_id=\S+", dialog.inner_text())
    credentials = dict(part.split("=") for part in line.split("&"))
    dialog.get_by_role("button", name="Done").click()
    crm = ClientBookCRM(**credentials)
    crm.crm_host_url = site.server.url
    client = crm.added("clients", client_last_name="Nováková", client_first_name="Žaneta", client_city="Brno")
    crm.added("repairs", client_id=client["client_id"], item="Hair dryer", sent="1")
    for come_back in (page.reload, lambda: page.goto(f"{site.server.url}/odoo/klientbox-clientbook")):
        come_back()
        page.wait_for_selector(".o_main_navbar")
        expect(page.locator("body")).to_contain_text(credentials["token"])
    for name in ("app_key", "secret"):
        assert credentials[name] not in page.content()

    page.goto(f"{site.server.url}/odoo/klientbox-repairs")
    card(page, window, "Hair dryer").get_by_text("Hair dryer").click()
    page.wait_for_selector(".o_form_view")
    page.get_by_role("button", name="Mark as returned").click()
    expect(page.get_by_role("button", name="Client notified")).to_be_visible()
    assert crm.get("repairs/list")["data"][0]["status"] == "RECEIVED"
    assert not window.phone or page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"][0]


def test_a_receptionist_finds_clients_without_sms_and_uses_a_number_again(site, salon, people, window):
    salon.client("Žaneta Nováková", "+420222333444")
    undeliverable = salon.client("Petr Malý", "+420601200301", email="petr@example.com")
    salon.client("Eva Malá", "+420601200302")
    site.sql(
        "INSERT INTO klientbox_undeliverable (company_id, channel, address, reason, day)"
        " VALUES (%(company)s, 'sms', '+420601200301', 'unknown_subscriber', '2026-11-12'),"
        " (%(company)s, 'email', 'petr@example.com', 'bounced', '2026-11-12')",
        {"company": salon.company_id},
    )
    page = enter(site, window, people("receptionist"), "/odoo/klientbox-clients")
    expect(card(page, window, "Eva Malá")).to_be_visible()
    if window.phone:
        page.locator(".o_control_panel .fa-search").click()
    page.locator(".o_searchview_dropdown_toggler").click()
    page.get_by_role("menuitemcheckbox", name="Can't get SMS").click()
    page.keyboard.press("Escape")
    expect(card(page, window, "Eva Malá")).to_have_count(0)
    expect(card(page, window, "Žaneta Nováková")).to_be_visible()
    card(page, window, "Petr Malý").get_by_text("Petr Malý").click()
    notice = page.get_by_text("Undeliverable since 11/12/2026: The number is not in use")
    expect(notice).to_be_visible()
    page.get_by_role("button", name="Use again").first.click()
    expect(notice).to_have_count(0)
    expect(page.get_by_text("Undeliverable since 11/12/2026: The e-mail was returned")).to_be_visible()
    used = "SELECT count(*) FROM klientbox_undeliverable WHERE company_id = %s AND used_again_at IS NOT NULL"
    assert site.sql(used, [salon.company_id]) == [(1,)]
    assert undeliverable["phone"] == "+420601200301"
