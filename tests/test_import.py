"""Files imported into a salon and exported from it, from outside: the command, the form with its job, the export."""

import csv
import io
import random
import re
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
import xlsxwriter

from dev.simulator import Simulator

from .api import RpcError
from .dirty_file import NOW, SERVICE_HERE, DirtyFile
from .foreign_files import FOREIGN_FILES
from .importing import Form, command, report, without_remarks
from .messaging import Messaging

PASSWORD = "a passphrase of the tests"
BOUND_SECONDS = 5
# Memory that the command itself may use for a file that it refuses.
READING_SECONDS = 2
MOST_MEGABYTES = 500


@pytest.fixture(scope="module")
def import_site(make_site):
    """A server of its own, with its clock at noon of a fixed day."""
    with make_site("import", salons=40).serving() as served:
        served.clock.set(NOW)
        yield served


@pytest.fixture
def salon(import_site):
    """A company for one test."""
    return import_site.salon()


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(site, salon):
    """The number of all records that an import creates."""
    tables = ("client", "visit", "service", "tag", "consent_event", "import")
    return {
        table: site.sql(f"SELECT count(*) FROM klientbox_{table} WHERE company_id = %s", [salon.company_id])[0][0]
        for table in tables
    }


EMPTY = {"client": 0, "visit": 0, "service": 0, "tag": 0, "consent_event": 0, "import": 0}


# -- a dirty file -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dirty():
    return DirtyFile()


def receive(site, salon, dirty):
    """The existing clients of the salon before the file is imported, with their visits."""
    company = {"company_id": salon.company_id}
    call = site.admin.call
    call("klientbox.service", "create", [{"name": SERVICE_HERE, **company}])
    ids = call("klientbox.client", "create", [{**person.values_here, **company} for person in dirty.people_here])
    by_person = dict(zip(dirty.people_here, ids, strict=True))
    visits = [
        {
            "client_id": by_person[visit.person],
            "start": in_utc(site, visit.start),
            "state": visit.state,
            "external_ref": visit.ref or False,
        }
        for visit in dirty.visits
        if visit.here
    ]
    call("klientbox.visit", "create", visits)


def in_utc(site, wall):
    [[moment]] = site.sql("SELECT %s::timestamp AT TIME ZONE 'Europe/Prague' AT TIME ZONE 'UTC'", [wall])
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@pytest.fixture(scope="module")
def dirty_salon(import_site, dirty, tmp_path_factory):
    """A salon that has imported the file, as Czech Excel saves it: (salon, the command's output, the file)."""
    salon = import_site.salon()
    receive(import_site, salon, dirty)
    path = write(tmp_path_factory.mktemp("dirty"), "klientky.csv", dirty.cp1250())
    return salon, command(import_site, salon, path), path


def as_cp1250(text):
    """A text without the characters that Windows's charset lacks."""
    return text and text.encode("cp1250", "replace").decode("cp1250")


def assert_is_in(site, salon, dirty, spelled=str):
    """All clients and visits exist as the file's author meant them, and no others."""
    spent = {
        row["id"]: row["total_spent"]
        for row in site.admin.call(
            "klientbox.client", "search_read", [("company_id", "=", salon.company_id)], ["total_spent"]
        )
    }
    expected = [{**client, "name": spelled(client["name"])} for client in dirty.clients]
    actual = [
        {name: spent[client["id"]] if name == "total_spent" else client[name] for name in expected[0]}
        for client in salon.api.pages("/clients")
    ]
    assert_same(actual, expected)
    expected = [{**visit, "client_name": spelled(visit["client_name"])} for visit in dirty.api_visits]
    actual = [{name: visit[name] for name in expected[0]} for visit in salon.api.pages("/visits")]
    assert_same(actual, expected)
    by_status = Counter(client["status"] for client in dirty.clients)
    assert salon.api.get("/reports/summary").expect() == {
        "total_clients": len(dirty.clients),
        "status_breakdown": {name: by_status[name] for name in ("new", "active", "warning", "inactive", "lost")},
        "visits_today": 0,
        "messages_this_month": 0,
    }
    given = "SELECT channel, count(*) FROM klientbox_consent_event WHERE company_id = %s AND kind = 'given' GROUP BY 1"
    assert dict(site.sql(given, [salon.company_id])) == {"sms": dirty.consents, "email": dirty.consents}


def assert_report(actual, expected):
    """The same counts, and the same rows refused for the same reasons."""
    assert_same(actual["refused"], expected["refused"])
    assert actual == expected


def assert_same(actual, expected):
    """The same rows in any order; a failure shows only those that differ."""
    actual, expected = (Counter(tuple(row.items()) for row in rows) for rows in (actual, expected))
    assert (list((actual - expected).elements())[:5], list((expected - actual).elements())[:5]) == ([], [])


def test_every_row_of_a_dirty_file_is_accounted_for(dirty, dirty_salon):
    _salon, printed, _path = dirty_salon
    assert printed.status == 0
    assert_report(without_remarks(printed.body), dirty.report)
    assert printed.body["rows"] == 3000
    assert len(printed.body["refused"]) > 150


def test_what_a_dirty_file_tells_is_in_the_salon_to_the_crown(import_site, dirty, dirty_salon):
    salon, _printed, _path = dirty_salon
    assert_is_in(import_site, salon, dirty, as_cp1250)


def test_the_same_file_twice_changes_nothing(import_site, dirty, dirty_salon):
    salon, _printed, path = dirty_salon

    def versions():
        return {
            table: import_site.sql(
                f"SELECT id, version FROM klientbox_{table} WHERE company_id = %s ORDER BY id", [salon.company_id]
            )
            for table in ("client", "visit", "service")
        } | {"rows": {**rows_of(import_site, salon), "import": None}}

    before = versions()
    printed = command(import_site, salon, path)
    assert versions() == before
    first = dirty.report
    again = {
        "clients_created": 0,
        "clients_matched": first["clients_created"] + first["clients_matched"],
        "visits_created": 0,
        "visits_existing": first["visits_created"] + first["visits_existing"],
        "services_created": 0,
    }
    assert_report(without_remarks(printed.body), {**first, **again})


def test_the_same_content_in_another_format_has_the_same_outcome(import_site, salon, dirty, tmp_path):
    receive(import_site, salon, dirty)
    before = rows_of(import_site, salon)
    printed = command(import_site, salon, write(tmp_path, "klientky.txt", dirty.utf_16()), "--dry-run")
    assert_report(without_remarks(printed.body), dirty.report)
    assert rows_of(import_site, salon) == before, "a dry run changes nothing"
    form = Form(import_site, salon, dirty.xlsx(), name="klientky.xlsx")
    assert form.take_over() == "done"
    assert_report(form.report, dirty.report)
    assert_is_in(import_site, salon, dirty)


def test_two_persons_who_claim_one_mark_do_not_stop_the_others(import_site, salon):
    """A visit's number and a client's number belong to one person each, also where only the file has them."""
    form = Form(
        import_site,
        salon,
        "Číslo klienta;Jméno a příjmení;Telefon;Číslo rezervace;Datum\r\n"
        ";Jana Nová;601000001;B1;1.3.2026\r\n"
        ";Eva Malá;601000002;B1;2.3.2026\r\n"
        ";Iva Malá;601000003;;\r\n"
        "7;Ida Malá;601000004;;\r\n"
        "7;Iva Malá;601000003;;\r\n".encode(),
    )
    assert form.take_over() == "done", form.read("problem")
    assert {"row": 3, "reason": "Visit number: already used by another client"} in form.report["refused"]
    assert {name: visits for name, (_phone, _status, visits) in people_of(salon).items()} | {"Eva Malá": 0} == {
        "Jana Nová": 1,
        "Eva Malá": 0,
        "Iva Malá": 0,
        "Ida Malá": 0,
    }


# -- bad files --------------------------------------------------------------------------------------------------------


def workbook(**parts):
    """A workbook of one client, with parts (their names after the folder xl) added or replaced."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Jméno", "Telefon"])
        for row in range(1, 200):
            sheet.write_row(row, 0, [f"Jana {row}", f"+420601000{row:03}"])
    if not parts:
        return file.getvalue()
    made = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for member in source.namelist():
            if member not in parts:
                target.writestr(member, source.read(member))
        for member, write_part in parts.items():
            with target.open(member, "w") as part:
                write_part(part)
    return made.getvalue()


def bomb(part):
    part.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
    for _megabyte in range(300):
        part.write(b" " * 2**20)


def other_document():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


EMPTY_FILE = "file: The file is empty."
NO_HEADER = "file: The file has no row of headers. Add a first row with the names of the columns."
BINARY = "file: This is not a table: the file is an image, a PDF, a program or other binary data."
# Mistakes that an owner may choose, and the error texts.
BAD_FILES = {
    "empty.csv": (b"", EMPTY_FILE),
    "blank.csv": (b"\r\n;;;\r\n\r\n", EMPTY_FILE),
    "no_header.csv": (b"601000001;Jana\r\n601000002;Eva\r\n", NO_HEADER),
    "only_headers.csv": (
        "Jméno;Telefon;E-mail\r\n".encode("cp1250"),
        "file: The file has headers, but no rows below them.",
    ),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(9000), BINARY),
    "invoice.csv": (b"%PDF-1.7\n" + random.Random(2).randbytes(9000), BINARY),
    "random.csv": (random.Random(3).randbytes(20_000), BINARY),
    "page.csv": (
        b"<html><body><table><tr><td>Jana</td></tr></table></body></html>",
        "file: This is a web page or an XML file. Open it in a spreadsheet and save it as XLSX.",
    ),
    "open_quote.csv": (
        'Jméno;Telefon\r\n"Jana;601000001\r\nEva;601000002\r\n'.encode(),
        "file: Row 2 can't be read: a quote is not closed, or the row is too long.",
    ),
    "colours.csv": (
        "Barva;Velikost\r\nmodrá;XL\r\n".encode(),
        "columns: No column holds a name, phone or e-mail. Select the meaning of the columns below.",
    ),
    "bomb.xlsx": (
        lambda: workbook(**{"xl/worksheets/sheet1.xml": bomb}),
        "file: The file unpacks to far more than a table needs.",
    ),
    "macros.xlsx": (
        workbook(**{"xl/vbaProject.bin": lambda part: part.write(b"Sub Auto_Open()")}),
        "file: The file has macros. Save it as XLSX, without macros.",
    ),
    "truncated.xlsx": (
        workbook()[:-700],
        "file: The file is damaged. Open it in a spreadsheet and save it as XLSX again.",
    ),
    "letter.xlsx": (
        other_document,
        "file: This is an archive or a document of another kind. Save it as XLSX or CSV.",
    ),
    "old.xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "file: This is a file of an old version of Excel (XLS). Save it as XLSX.",
    ),
}


def made(content):
    """Bytes of a bad file; the large ones are created when they are needed."""
    return content() if callable(content) else content


def test_a_bad_file_is_refused_at_once_by_the_command_and_changes_nothing(import_site, salon, tmp_path, subtests):
    expected = {}
    for name in ("invoice.csv", "colours.csv", "bomb.xlsx", "truncated.xlsx"):
        content, words = BAD_FILES[name]
        expected[write(tmp_path, name, made(content))] = words
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.write("Jméno;Telefon\r\nJana;601000001\r\n".encode())
        huge.truncate(200 * 2**20)
    expected[tmp_path / "huge.csv"] = "file: The file is larger than 32 MB. Split it into several files."
    expected[tmp_path / "missing.csv"] = "file: No such file or directory"
    expected[tmp_path] = "file: Is a directory"
    with ThreadPoolExecutor(2) as pool:
        printed = pool.map(lambda path: command(import_site, salon, path), expected)
        printed = dict(zip(expected, printed, strict=True))
    # The command's memory without a file to read.
    start = printed[tmp_path / "missing.csv"].seconds
    for path, words in expected.items():
        said = printed[path]
        with subtests.test(file=path.name):
            assert (said.status, said.body) == (1, {"error": words})
            assert said.seconds <= start + READING_SECONDS
    assert rows_of(import_site, salon) == EMPTY


def shared_text(columns, rows):
    """A workbook in which one text of 32,767 characters is in this many cells."""
    cell = '<c t="s"><v>1</v></c>'
    sheet = f'<row><c t="inlineStr"><is><t>name</t></is></c></row>{f"<row>{cell * columns}</row>" * rows}'
    strings = f"<sst><si><t>name</t></si><si><t>{'x' * 32_767}</t></si></sst>"
    parts = {
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": strings,
    }
    return workbook(**{name: lambda part, text=text: part.write(text.encode()) for name, text in parts.items()})


def test_a_small_file_does_not_become_gigabytes(import_site, salon, tmp_path, subtests):
    """Nor does one row, nor one cell; the error names the row, and nothing is left of those before it."""
    words = {
        "wide.xlsx": (
            shared_text(200, 2_000),
            "Row 2: the cells have more than 100,000 characters in all. Shorten them.",
        ),
        "tall.xlsx": (
            shared_text(1, 90_000),
            "From row 1026 on the file has more than 33 million characters. Split it into several files.",
        ),
        "cell.csv": (
            b"name;phone\r\nJana;601000001\r\nEva;" + b"x" * 30_000_000,
            "Row 3 can't be read: a quote is not closed, or the row is too long.",
        ),
    }
    paths = {write(tmp_path, name, content): said for name, (content, said) in words.items()}
    assert max(path.stat().st_size for path in paths if path.suffix == ".xlsx") < 200_000
    with ThreadPoolExecutor(2) as pool:
        printed = list(pool.map(lambda path: command(import_site, salon, path), paths))
    for (path, said), answer in zip(paths.items(), printed, strict=True):
        with subtests.test(file=path.name):
            assert (answer.status, answer.body) == (1, {"error": f"file: {said}"})
            # Odoo alone has 150.
            assert answer.megabytes < MOST_MEGABYTES
    assert rows_of(import_site, salon) == EMPTY


def test_a_bad_file_is_refused_at_once_by_the_form(import_site, salon, subtests):
    for name, (content, words) in BAD_FILES.items():
        with subtests.test(file=name):
            form = Form(import_site, salon, made(content), name=name)
            began = time.monotonic()
            kind, _colon, words = words.partition(": ")
            if name == "empty.csv":
                # For Odoo an empty file is none.
                words = "Choose a file first."
            if kind == "columns":
                form.press("action_check")
                assert form.read("problem") == words
            else:
                with pytest.raises(RpcError, match=f"^{re.escape(words)}$"):
                    form.press("action_check")
            assert time.monotonic() - began <= BOUND_SECONDS
            assert form.read("state") == "draft"
    assert {**rows_of(import_site, salon), "import": 0} == EMPTY


def test_the_command_refuses_an_unknown_company(import_site, salon, tmp_path):
    path = write(tmp_path, "good.csv", "Jméno;Telefon\r\nJana;601000001\r\n")
    nowhere = replace(salon, company_id=2**31 - 1)
    printed = command(import_site, nowhere, path)
    assert (printed.status, printed.body) == (1, {"error": "company: there is no company 2147483647"})
    assert rows_of(import_site, salon) == EMPTY


# -- the form and its job ---------------------------------------------------------------------------------------------

PLAIN = (
    "Jméno;Telefon;Datum;Cena;Stav\r\n"
    "Jana Nová;601 000 001;1.6.2026 10:00;500,-;hotovo\r\n"
    "Jana Nová;601 000 001;1.3.2026 10:00;1 234,50 Kč;hotovo\r\n"
    "Eva Malá;601 000 002;1.1.2026;;nepřišla\r\n"
    "Chyba;12;1.1.2026;;hotovo\r\n"
).encode()
PLAIN_REPORT = report(
    rows=4, clients_created=2, visits_created=3, refused=[{"row": 5, "reason": "Phone: the number is too short"}]
)


def people_of(salon):
    """{name: (phone, status, visits done)} of the API."""
    return {
        client["name"]: (client["phone"], client["status"], client["total_visits"])
        for client in salon.api.pages("/clients")
    }


PLAIN_PEOPLE = {"Jana Nová": ("+420601000001", "active", 2), "Eva Malá": ("+420601000002", "new", 0)}


def test_the_form_checks_first_and_imports_on_request(import_site, salon):
    form = Form(import_site, salon, PLAIN)
    form.press("action_check")
    assert form.read("state") == "checking"
    with pytest.raises(RpcError, match="The state of this import has changed meanwhile; open it again."):
        form.press("action_check")
    form.work()
    assert (form.read("state"), form.report) == ("ready", PLAIN_REPORT)
    assert {**rows_of(import_site, salon), "import": 0} == EMPTY
    form.press("action_import")
    assert form.read("state") == "importing"
    assert people_of(salon) == {}
    with pytest.raises(RpcError, match="The state of this import has changed meanwhile; open it again."):
        form.press("action_import")
    form.work()
    assert (form.read("state"), form.report) == ("done", PLAIN_REPORT)
    assert people_of(salon) == PLAIN_PEOPLE
    for button in ("action_check", "action_import", "action_back"):
        with pytest.raises(RpcError, match="The state of this import has changed meanwhile; open it again."):
            form.press(button)


def test_an_import_is_seen_whole_or_not_at_all(import_site, salon):
    count = 2500
    lines = [f"Klientka {number};+42060{number:07};1.{number % 12 + 1}.2025" for number in range(count)]
    form = Form(import_site, salon, "\r\n".join(["Jméno;Telefon;Datum", *lines]).encode())
    assert form.check() == "ready"
    form.press("action_import")
    seen = [salon.api.get("/clients", per_page=1).expect()["total"]]
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(form.work)
        while not job.done():
            seen.append(salon.api.get("/clients", per_page=1).expect()["total"])
        job.result()
    seen.append(salon.api.get("/clients", per_page=1).expect()["total"])
    assert set(seen) == {0, count}
    assert len(seen) > 5, "the job was too quick to show anything"


def test_a_mapping_made_by_hand_is_remembered_for_the_next_file_of_its_kind(import_site, salon):
    odd = "Kdo to je;Kam volat;Kolik dala;Přišla\r\nJana Nová;601000001;500;1.6.2026\r\n"
    form = Form(import_site, salon, odd.encode())
    form.press("action_check")
    assert form.read("state") == "draft"
    assert form.read("problem") == "No column holds a name, phone or e-mail. Select the meaning of the columns below."
    meant = {"Kdo to je": "name", "Kam volat": "phone", "Kolik dala": "amount", "Přišla": "date"}
    for header, field in meant.items():
        form.means(header, field)
    assert form.take_over() == "done"
    assert people_of(salon) == {"Jana Nová": ("+420601000001", "active", 1)}
    following = odd.replace("Jana Nová;601000001", "Eva Malá;601000002").encode("cp1250")
    form = Form(import_site, salon, following)
    assert form.take_over() == "done"
    assert form.columns() == meant
    assert people_of(salon)["Eva Malá"] == ("+420601000002", "active", 1)
    stranger = import_site.salon()
    form = Form(import_site, stranger, following)
    form.press("action_check")
    assert form.columns() == dict.fromkeys(meant, False), "what one company has said another does not hear"


def test_refused_rows_can_be_downloaded_mended_and_imported(import_site, salon):
    form = Form(import_site, salon, PLAIN)
    assert form.take_over() == "done"
    answer = import_site.admin.session.get(f"{import_site.server.url}/klientbox/import/{form.id}/refused")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [
        ["Row", "Reason", "Jméno", "Telefon", "Datum", "Cena", "Stav"],
        ["5", "Phone: the number is too short", "Chyba", "12", "1.1.2026", "", "hotovo"],
    ]
    mended = Form(import_site, salon, answer.content.replace(b"12;1.1.2026", b"601 000 003;1.1.2026"))
    assert mended.take_over() == "done"
    assert mended.report == report(rows=1, clients_created=1, visits_created=1)
    assert people_of(salon) == {**PLAIN_PEOPLE, "Chyba": ("+420601000003", "inactive", 1)}


# -- undo -------------------------------------------------------------------------------------------------------------


def test_an_import_that_is_undone_leaves_the_salon_as_it_was(import_site, salon):
    known = salon.client("Dana Stálá", "+420601000009")
    salon.visit(known, "2026-05-01T10:00:00", state="done")
    before = salon.api.pages("/clients"), salon.api.pages("/visits")
    form = Form(
        import_site,
        salon,
        PLAIN
        + "Dana Stálá;601000009;10.6.2026;900;hotovo\r\nDana Stálá;601000009;1.5.2026 10:00;1;hotovo\r\n".encode(),
    )
    assert form.take_over() == "done"
    expected = report(
        rows=6,
        clients_created=2,
        clients_matched=1,
        visits_created=4,
        visits_existing=1,
        refused=PLAIN_REPORT["refused"],
    )
    assert form.report == expected
    assert people_of(salon) == {**PLAIN_PEOPLE, "Dana Stálá": ("+420601000009", "active", 2)}
    assert form.undo() == "undone"
    assert (salon.api.pages("/clients"), salon.api.pages("/visits")) == before
    assert {**rows_of(import_site, salon), "import": 0} == {**EMPTY, "client": 1, "visit": 1}
    with pytest.raises(RpcError, match="The state of this import has changed meanwhile; open it again."):
        form.press("action_undo")
    again = Form(import_site, salon, PLAIN)
    assert again.take_over() == "done"
    assert people_of(salon) == {**PLAIN_PEOPLE, "Dana Stálá": ("+420601000009", "active", 1)}


def test_what_an_import_has_filled_in_is_emptied_and_what_was_changed_since_stays(import_site, salon):
    first = salon.client("Dana Stálá", "+420601000001")
    second = salon.client("Iva Stálá", "+420601000002", notes="ze salonu")
    form = Form(
        import_site,
        salon,
        "Jméno;Telefon;E-mail;Poznámka;Štítky;Souhlas\r\n"
        "Dana Stálá;601000001;dana@example.com;ze souboru;VIP;ne\r\n"
        "Iva Stálá;601000002;iva@example.com;ze souboru;;\r\n".encode(),
    )
    assert form.take_over() == "done"
    fields = ("email", "notes", "sms_opt_out", "email_opt_out")

    def values_of(client):
        body = salon.api.get(f"/clients/{client['id']}").expect()
        return tuple(body[name] for name in fields)

    assert values_of(first) == ("dana@example.com", "ze souboru", True, True)
    assert values_of(second) == ("iva@example.com", "ze salonu", False, False)
    salon.api.patch(f"/clients/{second['id']}", email="iva.nova@example.com").expect()
    assert form.undo() == "undone"
    assert values_of(first) == (None, None, False, False)
    assert values_of(second) == ("iva.nova@example.com", "ze salonu", False, False)
    assert rows_of(import_site, salon)["tag"] == 0


def test_who_has_had_a_visit_since_she_was_imported_stays_with_that_visit(import_site, salon):
    form = Form(import_site, salon, PLAIN)
    assert form.take_over() == "done"
    [jana] = salon.api.get("/clients", search="Jana").expect()["data"]
    salon.visit(jana, "2026-06-14T10:00:00", state="done")
    assert form.undo() == "undone"
    assert form.read("kept_count") == 1
    assert people_of(salon) == {"Jana Nová": ("+420601000001", "active", 1)}
    [visit] = salon.api.pages("/visits")
    assert (visit["date"], visit["state"]) == ("2026-06-14T10:00:00", "done")


# -- an import alone contacts no client -------------------------------------------------------------------------------


@pytest.fixture
def sending(import_site, salon):
    """A salon that sends to its clients, and a simulator instead of its gateway."""
    with Simulator() as simulator:
        yield Messaging(import_site, salon, simulator)
        import_site.clock.set(NOW)


LONG_ABSENT = "Jméno;Telefon;Datum\r\n" + "".join(
    f"Klientka {days};+42060200{days:04};{NOW - timedelta(days=days):%d.%m.%Y}\r\n"
    for days in (20, 58, 61, 70, 91, 400)
)
DUE = {f"+42060200{days:04}" for days in (61, 70, 91, 400)}


def decisions(site, salon):
    """{phone: why the client is not contacted} of the present decisions."""
    return dict(
        site.sql(
            "SELECT client.phone, decision.reason FROM klientbox_decision decision"
            " JOIN klientbox_client client ON client.id = decision.client_id"
            " WHERE decision.company_id = %s AND decision.day_to IS NULL",
            [salon.company_id],
        )
    )


def test_nights_after_an_import_are_a_rehearsal_until_an_administrator_ends_it(import_site, sending):
    salon = sending.salon
    assert Form(import_site, salon, LONG_ABSENT.encode()).take_over() == "done"
    said = sending.run_now()["params"]["message"]
    assert said == "Rehearsal: 4 would be contacted."
    for night in (1, 2):
        import_site.clock.set(NOW + timedelta(days=night))
        import_site.run_job("cron_night")
        import_site.run_job("cron_messages")
    assert (sending.rows("id"), sending.simulator.messages()) == ([], [])
    assert decisions(import_site, salon) == dict.fromkeys(DUE, "rehearsal")
    import_site.admin.call("klientbox.settings", "action_end_rehearsal", [sending.settings_id])
    assert sending.rows("id") == [], "not before the next night"
    import_site.clock.set(NOW + timedelta(days=3))
    import_site.run_job("cron_night")
    assert set(sending.rows("address", "state")) == {(address, "queued") for address in DUE | {"+420602000058"}}


def test_who_was_absent_before_an_import_is_left_alone_when_the_owner_starts_afresh(import_site, sending):
    salon = sending.salon
    assert Form(import_site, salon, LONG_ABSENT.encode()).take_over() == "done"
    import_site.admin.call("klientbox.settings", "action_start_with_newly_lapsed", [sending.settings_id])
    # Nights by hand: another test may have set a later day for the job of all companies.
    for day in (1, 2):
        import_site.clock.set(NOW + timedelta(days=day))
        sending.run_now()
    assert set(sending.rows("address", "state", "reason")) == {(address, "cancelled", "imported") for address in DUE}
    # The sixty-first day after their visit has come; nothing new is due for the others.
    import_site.clock.set(NOW + timedelta(days=3))
    sending.run_now()
    queued = [address for address, state in sending.rows("address", "state") if state == "queued"]
    assert queued == ["+420602000058"]
    assert len(sending.rows("id")) == len(DUE) + 1


# -- rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def staff(import_site):
    """Two companies, the first with an import that has a refused row; users of both."""
    own, other = import_site.salon(), import_site.salon()
    form = Form(import_site, own, PLAIN)
    assert form.take_over() == "done"
    groups = dict(
        import_site.sql("SELECT name, res_id FROM ir_model_data WHERE module = 'klientbox' AND model = 'res.groups'")
    )
    users = {}
    for name, company, role in (
        ("receptionist", own, "receptionist"),
        ("manager", own, "manager"),
        ("stranger", other, "administrator"),
    ):
        values = {"name": name, "login": name, "password": PASSWORD, "company_id": company.company_id}
        values |= {"company_ids": [company.company_id], "group_ids": [groups[f"group_{role}"]]}
        import_site.admin.call("res.users", "create", [values])
        users[name] = import_site.web(name, PASSWORD)
    return own, form, users


def downloads(site, web, salon, form):
    """Statuses of all downloads of a company."""
    paths = [f"/klientbox/export/{salon.company_id}.{kind}" for kind in ("csv", "xlsx")]
    paths.append(f"/klientbox/import/{form.id}/refused")
    return [web.session.get(site.server.url + path, allow_redirects=False).status_code for path in paths]


def refusal(call, *arguments, **options):
    """The name of the exception that refuses a call."""
    with pytest.raises(RpcError) as caught:
        call(*arguments, **options)
    return caught.value.name


def test_a_receptionist_neither_imports_nor_exports_nor_sees_rows(import_site, staff):
    own, form, users = staff
    receptionist = users["receptionist"]
    for model in ("klientbox.import", "klientbox.import.column", "klientbox.import.row", "klientbox.export"):
        assert refusal(receptionist.call, model, "search", []) == "AccessError"
    with pytest.raises(RpcError) as caught:
        Form(import_site, own, PLAIN, web=receptionist)
    assert caught.value.name == "AccessError"
    for button in ("action_check", "action_import", "action_undo", "action_back"):
        assert refusal(receptionist.call, "klientbox.import", button, [form.id]) == "AccessError"
    statuses = downloads(import_site, receptionist, own, form)
    assert set(statuses) <= {403, 404}, statuses


def test_another_company_s_administrator_finds_nothing_of_an_import(import_site, staff):
    own, form, users = staff
    stranger = users["stranger"]
    for model in ("klientbox.import", "klientbox.import.column", "klientbox.import.row"):
        assert stranger.call(model, "search", []) == []
    assert refusal(stranger.call, "klientbox.import", "read", [form.id], ["file"]) == "AccessError"
    for button in ("action_check", "action_import", "action_undo", "action_back"):
        assert refusal(stranger.call, "klientbox.import", button, [form.id]) == "AccessError"
    with pytest.raises(RpcError) as caught:
        Form(import_site, own, PLAIN, web=stranger)
    # Another company looks like one that does not exist.
    assert caught.value.name == "FieldError"
    assert downloads(import_site, stranger, own, form) == [404, 404, 404]
    assert people_of(own) == PLAIN_PEOPLE


def test_undoing_a_forged_import_takes_nothing_from_another_company(import_site, staff):
    own, _form, users = staff
    other = import_site.salon()
    company = {"company_id": other.company_id}
    services = import_site.admin.call("klientbox.service", "create", [{"name": "Cizí služba", **company}])
    tags = import_site.admin.call("klientbox.tag", "create", [{"name": "Cizí štítek", **company}])
    client = other.client("Nechce", "+420601000009", sms_opt_out=True)
    [[event]] = import_site.sql("SELECT id FROM klientbox_consent_event WHERE client_id = %s", [client["id"]])
    made = {"services": services, "tags": tags, "events": [event]}
    form = Form(import_site, own, PLAIN, web=users["manager"])
    with suppress(RpcError):
        users["manager"].call("klientbox.import", "write", [form.id], {"state": "done", "made": made})
        form.undo()
    kept = {**EMPTY, "client": 1, "service": 1, "tag": 1, "consent_event": 1}
    assert rows_of(import_site, other) == kept
    assert other.api.get(f"/clients/{client['id']}").expect()["sms_opt_out"] is True


def test_a_manager_imports_into_the_own_company_and_exports_it(import_site, staff):
    own, form, users = staff
    manager = users["manager"]
    assert downloads(import_site, manager, own, form) == [200, 200, 200]
    content = "Jméno;Telefon\r\nJana Nová;601000001\r\n".encode()
    made = Form(import_site, own, content, web=manager)
    made.press("action_check")
    import_site.run_job("cron_import")
    assert made.report == report(rows=1, clients_matched=1)


def test_downloads_need_a_session(import_site, staff):
    own, form, _users = staff
    for path in (f"/klientbox/export/{own.company_id}.csv", f"/klientbox/import/{form.id}/refused"):
        answer = requests.get(import_site.server.url + path, allow_redirects=False, timeout=30)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0].endswith("/web/login")) == (303, True)


# -- export and import again ------------------------------------------------------------------------------------------


def download(site, salon, kind="csv"):
    answer = site.admin.session.get(f"{site.server.url}/klientbox/export/{salon.company_id}.{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f"klientbox-{salon.company_id}.{kind}")
    return answer.content


def picture(site, salon):
    """All data of a salon's clients and visits except its own numbers of them, archived ones too."""
    clients = site.sql(
        """
        SELECT name, given_name, family_name, phone, email, birth_date, gender, lang, is_vip, active, code, external_id,
               external_source, notes, status, last_visit_date, total_visits, total_spent, sms_opt_out, email_opt_out,
               (SELECT string_agg(tag.name, '|' ORDER BY tag.name) FROM klientbox_tag tag
                  JOIN klientbox_client_klientbox_tag_rel rel ON rel.klientbox_tag_id = tag.id
                 WHERE rel.klientbox_client_id = client.id)
          FROM klientbox_client client WHERE company_id = %s ORDER BY id
        """,
        [salon.company_id],
    )
    visits = site.sql(
        """
        SELECT client.name, visit.start, visit.stop, visit.state, visit.duration, visit.amount, visit.note,
               visit.external_ref, service.name, line.staff_name, line.start, line.duration, line.price
          FROM klientbox_visit visit JOIN klientbox_client client ON client.id = visit.client_id
          LEFT JOIN klientbox_visit_line line ON line.visit_id = visit.id
          LEFT JOIN klientbox_service service ON service.id = line.service_id
         WHERE visit.company_id = %s ORDER BY client.id, visit.start, visit.id, line.sequence, line.id
        """,
        [salon.company_id],
    )
    return clients, visits


def own_refusals(site, salon):
    """{address: source} of the clients' own refusals."""
    return dict(
        site.sql(
            "SELECT event.address, event.source FROM klientbox_suppression suppression"
            " JOIN klientbox_consent_event event ON event.id = suppression.event_id"
            " WHERE suppression.company_id = %s AND event.source IN ('stop', 'unsubscribe')",
            [salon.company_id],
        )
    )


@pytest.fixture
def real_time(import_site):
    """Consent is dated by the machine's own clock, so its day must not be after the server's."""
    import_site.clock.reset()
    yield
    import_site.clock.set(NOW)


@pytest.fixture(scope="module")
def full_salon(import_site):
    """A salon with some of everything, recorded by the API and by hand."""
    site, salon = import_site, import_site.salon()
    company = {"company_id": salon.company_id}
    make = site.admin.call
    names = (
        "Žaneta Šťastná-Ďuriš",
        "Emoji 💇 Nováková",
        "=1+1",
        '=HYPERLINK("http://example.com";"Klikni")',
        "'=A1",
        "@SUM(A1)",
        'Jana "Janička"; Nová',
    )
    clients = [
        salon.client(name, f"+42060100010{place}", email=f"client{place}@example.com")
        for place, name in enumerate(names)
    ]
    clients.append(salon.client("Poznámková", "+420601000110", notes="první řádek\ndruhý; řádek\n=1+1"))
    clients.append(salon.client("Bez SMS", "+420601000111", sms_opt_out=True))
    clients.append(salon.client("Bez zpráv", "+420601000112", sms_opt_out=True, email_opt_out=True))
    clients.append(salon.client("Řekla STOP", "+420601000113", email="stop@example.com"))
    clients.append(salon.client("Souhlasí", "+420601000114", email="ano@example.com"))
    cut, colour = make(
        "klientbox.service",
        "create",
        [
            {"name": "Střih", "price": 590.5, "duration": 45, **company},
            {"name": "Barva; melír", "price": 1200, **company},
        ],
    )
    make("klientbox.staff", "create", [{"name": "Petra", **company}])
    tags = make("klientbox.tag", "create", [{"name": "VIP", **company}, {"name": "pravidelná", **company}])
    make(
        "klientbox.client",
        "write",
        [clients[0]["id"]],
        {
            "given_name": "Žaneta",
            "family_name": "Šťastná-Ďuriš",
            "birth_date": "1985-02-28",
            "gender": "female",
            "lang": "cs_CZ",
            "is_vip": True,
            "code": "007",
            "external_id": "K-1",
            "external_source": "starý systém",
            "tag_ids": [(6, 0, tags)],
        },
    )
    for place, state in enumerate(("done", "no_show", "cancelled", "arrived")):
        salon.visit(clients[place % 2], f"2025-0{place + 2}-10T10:{place}0:00", state=state, service_id=cut)
    salon.visit(
        clients[2], "2024-12-31T23:59:00", state="done", staff_name="petra", note="druhá\npoznámka", service_id=cut
    )
    salon.visit(clients[3], "2025-03-30T10:00:00", state="done", staff_name="Externistka", service_id=colour)
    salon.visit(clients[4], "2199-12-24T08:00:00", state="scheduled", service_id=colour)
    salon.visit(clients[5], "2025-01-10T10:00:00", state="done")
    make(
        "klientbox.visit",
        "create",
        [
            {
                "client_id": clients[6]["id"],
                "state": "done",
                "start": "2025-05-05 08:00:00",
                "external_ref": "R-77",
                "line_ids": [
                    (0, 0, {"service_id": cut, "price": 400}),
                    (0, 0, {"service_id": colour, "price": 1000.5, "duration": 90}),
                    (0, 0, {"service_id": cut, "price": 400}),
                ],
            }
        ],
    )
    archived = salon.client("Odešla Pryč", "+420601000120")
    salon.visit(archived, "2025-05-05T10:00:00", state="done", service_id=cut)
    salon.api.delete(f"/clients/{archived['id']}").expect()
    site.inside(
        [
            {
                "model": "klientbox.client",
                "ids": [clients[10]["id"]],
                "call": "_record_consent",
                "arguments": ["withdrawn", "sms", "stop"],
                "kwargs": {"text": "STOP"},
            },
            {
                "model": "klientbox.client",
                "ids": [clients[11]["id"]],
                "call": "_record_consent",
                "arguments": ["given", "email", "form"],
                "kwargs": {"text": "Souhlasím s novinkami", "at": "2025-02-03 11:00:00"},
            },
        ]
    )
    return salon


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_makes_the_same_salon_elsewhere(import_site, real_time, full_salon, salon, kind, tmp_path):
    printed = command(import_site, salon, write(tmp_path, f"all.{kind}", download(import_site, full_salon, kind)))
    refusals = {"sms_refusals": 3, "email_refusals": 1}
    assert without_remarks(printed.body) == report(
        rows=17, clients_created=13, visits_created=10, services_created=2, **refusals
    )
    assert picture(import_site, salon) == picture(import_site, full_salon)
    assert own_refusals(import_site, salon) == {"+420601000113": "stop"}
    assert download(import_site, salon) == download(import_site, full_salon), "no column is lost"


def test_a_salon_that_was_emptied_gets_everything_back_from_its_export(import_site, real_time, full_salon):
    """All but the proofs of consent, which were never deleted."""
    content, before = download(import_site, full_salon), picture(import_site, full_salon)
    import_site.sql("DELETE FROM klientbox_visit WHERE company_id = %s", [full_salon.company_id])
    import_site.sql("DELETE FROM klientbox_client WHERE company_id = %s", [full_salon.company_id])
    assert Form(import_site, full_salon, content).take_over() == "done"
    assert picture(import_site, full_salon) == before
    assert download(import_site, full_salon) == content


def test_whose_phone_is_another_s_by_now_comes_back_as_herself(import_site, salon):
    """An archived client keeps their phone without reserving it; an active one may have the same."""
    first = salon.client("Odešla Pryč", "+420601000001")
    salon.visit(first, "2025-05-05T10:00:00", state="done")
    salon.api.delete(f"/clients/{first['id']}").expect()
    salon.visit(salon.client("Nová Majitelka", "+420601000001"), "2026-06-01T10:00:00", state="done")
    elsewhere = import_site.salon()
    assert Form(import_site, elsewhere, download(import_site, salon)).take_over() == "done"
    assert people_of(elsewhere) == {"Nová Majitelka": ("+420601000001", "active", 1)}
    assert picture(import_site, elsewhere) == picture(import_site, salon)


def test_two_visits_that_look_the_same_come_back_as_two(import_site, salon):
    client = salon.client("Matka", "+420601000001")
    for _child in range(2):
        salon.visit(client, "2026-06-01T10:00:00", state="done")
    elsewhere = import_site.salon()
    assert Form(import_site, elsewhere, download(import_site, salon)).take_over() == "done"
    assert people_of(elsewhere) == {"Matka": ("+420601000001", "active", 2)}


# -- other systems ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FOREIGN_FILES)
def test_a_file_of_another_system_needs_no_mapping(import_site, salon, name, tmp_path):
    foreign = FOREIGN_FILES[name]
    printed = command(import_site, salon, write(tmp_path, name, foreign.content))
    assert without_remarks(printed.body) == report(**foreign.report)
    clients = {
        client["name"]: (client["phone"], client["email"], client["sms_opt_out"], client["email_opt_out"])
        for client in salon.api.pages("/clients")
    }
    assert clients == foreign.clients
    visits = import_site.sql(
        "SELECT client.name, (visit.start AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Prague')::text, visit.state,"
        " visit.amount::float, visit.duration FROM klientbox_visit visit"
        " JOIN klientbox_client client ON client.id = visit.client_id WHERE visit.company_id = %s",
        [salon.company_id],
    )
    assert set(visits) == foreign.visits
    assert len(visits) == len(foreign.visits)
