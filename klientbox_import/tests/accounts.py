import http.server
import json
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests
from odoo.addons.klientbox.tests.common import SalonCase
from odoo.addons.klientbox_import.lib import accounts
from odoo.addons.klientbox_import.models import texts
from odoo.addons.klientbox_import.models.steps import fetch
from odoo.addons.klientbox_import.tools import account
from odoo.orm.models import NO_ACCESS

SEND = requests.Session.send
ADDRESSES = "127.0.0.0/8"


class _Vendor(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        """The answer that the test has prepared, else a page."""
        server = self.server
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        server.received.append((parts.path, query, dict(self.headers)))
        status, headers, body = server.prepared.pop(0) if server.prepared else (200, {}, server.page(query))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Log nothing."""


class AccountCase(SalonCase):
    """A vendor of the test's own at a real port, for answers that no real one would send.

    `kind`, `credentials` and `page(query)` are the vendor's.
    """

    kind = None
    credentials = {}

    def page(self, query):
        """The vendor's answer to a query."""
        raise NotImplementedError

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        """Odoo's tests allow no outgoing connections; the guard itself allows only this machine."""
        return SEND(session, request, **options)

    def setUp(self):
        super().setUp()
        self.records = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Vendor)
        self.server.received, self.server.prepared, self.server.page = [], [], self.page
        self.server.daemon_threads = True
        thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.env["ir.config_parameter"].set_param("klientbox.private_networks", ADDRESSES)
        self.patch(account, "FIRST_WAIT", 0)

    def prepare(self, status, body=b"", **headers):
        """The next answer of the vendor."""
        self.server.prepared.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))

    def record(self, **vals):
        """An import of the account, created as in a form."""
        typed = {f"{self.kind}_{name}": text for name, text in self.credentials.items()}
        given = {"kind": self.kind, "company_id": self.salon.id, "account_url": self.address, "per_second": 20}
        return self.env["klientbox.import"].create({**given, **typed, **vals})

    def fetched(self, **vals):
        """An import whose account was fetched and checked."""
        record = self.record(**vals)
        record.action_check()
        self.work(record)
        return record

    def work(self, record):
        """Run the job until it has to wait for a user."""
        while record.state in ("fetching", "checking", "importing", "undoing"):
            record._step()

    def taken(self, **vals):
        """An import whose account was imported."""
        record = self.fetched(**vals)
        self.assertEqual(record.state, "ready", record.problem)
        record.action_import()
        self.work(record)
        return record

    def kept(self, record):
        """The stored credentials."""
        return record._credentials()

    def clients(self):
        """The salon's clients, including archived ones, in order of creation."""
        clients = self.env["klientbox.client"].with_context(active_test=False)
        return clients.search([("company_id", "=", self.salon.id)], order="id")

    def means(self, record):
        """{member: (its treatment, how many records have it)}."""
        return {column.header: (column.field or "", column.filled) for column in record.column_ids}


class AccountChecks:
    """Checks for fetching any vendor's account; `people(count)` makes its records."""

    # Odoo runs inherited tests only on request.
    allow_inherited_tests_method = True

    def people(self, count, first=1):
        """This many records, with a name and a phone each."""
        raise NotImplementedError

    def test_credentials_are_never_read(self):
        record = self.record()
        self.assertEqual(self.kept(record), self.credentials)
        self.assertEqual(record._fields["credentials"].groups, NO_ACCESS)
        mine = record.with_user(self.manager)
        typed = [f"{self.kind}_{name}" for name in self.credentials]
        [read] = mine.read([*typed, "has_credentials"])
        self.assertEqual({read[name] for name in typed} | {read["has_credentials"]}, {False, True})
        with self.assertRaises(Exception) as refused:
            mine.read(["credentials"])
        self.assertEqual(type(refused.exception).__name__, "AccessError")

    def test_credentials_of_one_account_are_not_sent_to_another_address(self):
        record = self.record()
        record.account_url = self.address + "/elsewhere"
        self.assertEqual(self.kept(record), {})
        with self.assertRaisesRegex(Exception, "Enter the credentials first"):
            record.action_check()
        self.assertEqual(self.server.received, [])

    def test_a_refused_key_is_forgotten_and_says_so(self):
        for status in self.env["klientbox.import"]._sources()[self.kind].closed:
            with self.subTest(status=status):
                self.prepare(status, b"no")
                record = self.fetched()
                self.assertEqual((record.state, self.kept(record)), ("stopped", {}))
                self.assertIn("does not accept these credentials", record.problem)

    def test_a_key_of_impossible_letters_is_no_key(self):
        self.prepare(401)
        for text in ("klíč €", "a\nb"):
            with self.subTest(text=text):
                record = self.fetched(**{f"{self.kind}_{next(iter(self.credentials))}": text})
                self.assertEqual((record.state, self.kept(record)), ("stopped", {}))
                self.prepare(401)

    def test_what_is_no_such_api_says_so(self):
        for status, body, words in ((404, b"", "was not found"), (302, b"", "refuses"), (400, b"{}", "refuses")):
            with self.subTest(status=status):
                self.prepare(status, body, Location="http://127.0.0.1/")
                record = self.fetched()
                self.assertEqual(record.state, "stopped")
                self.assertIn(words, record.problem)
        self.assertEqual(len(self.server.received), 3)

    def test_an_unreadable_answer_is_requested_again_until_the_import_stops(self):
        bodies = (b"<html>", b"[]", b"{}", b'"x"', b"[" * 100_000, b"\xff", b"null", b"1")
        for body in bodies:
            self.prepare(200, body)
        record = self.fetched()
        self.assertEqual((record.state, len(self.server.received)), ("stopped", len(bodies)))
        self.assertIn("is not this vendor's API", record.problem)
        self.assertEqual(self.kept(record), self.credentials)

    def test_the_import_waits_as_long_as_a_429_requires_and_goes_on(self):
        self.records = self.people(3)
        record = self.record()
        record.action_check()
        self.prepare(429, b"", Retry_After="90")
        record._step()
        seconds = (record.next_at - self.env["klientbox.import"]._fields["next_at"].now()).total_seconds()
        self.assertEqual((record.state, record.failures), ("fetching", 1))
        self.assertTrue(85 <= seconds <= 90, seconds)
        self.assertNotIn(record, self.env["klientbox.import"]._find_due())
        self.work(record)
        self.assertEqual((record.state, record.failures, record.clients_created), ("ready", 0, 3))

    def test_a_source_with_errors_is_requested_again_until_the_import_stops(self):
        self.records = self.people(3)
        for _time in range(account.MOST_FAILURES):
            self.prepare(503, b"")
        record = self.fetched()
        self.assertEqual((record.state, record.fetched_count), ("stopped", 0))
        self.assertIn("has an error", record.problem)
        record.action_continue()
        self.work(record)
        self.assertEqual((record.state, record.clients_created, self.kept(record)), ("ready", 3, {}))

    def test_too_many_clients_are_not_begun_with(self):
        self.patch(fetch, "MAX_ROWS", 2)
        self.records = self.people(3)
        record = self.fetched()
        self.assertEqual((record.state, record.fetched_count), ("stopped", 0))
        self.assertEqual(record.problem, "The account has more than 100,000 clients: too many for an import.")

    def test_what_is_here_comes_before_what_is_fetched_and_of_that_one_takes_turns(self):
        self.records = self.people(3)
        due = self.env["klientbox.import"]._find_due
        first, second, waiting = (self.record() for _time in range(3))
        for minutes, record in enumerate((second, first, waiting)):
            record.action_check()
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE klientbox_import SET write_date = now() + %s * interval '1 minute' WHERE id = %s",
                [minutes, record.id],
            )
        waiting.next_at = waiting._fields["next_at"].now() + timedelta(minutes=1)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(due(), second)
        second._step()
        self.assertEqual((second.state, due()), ("checking", second))
        self.work(second)
        self.assertEqual(due(), first)
        self.work(first)
        self.assertFalse(due())

    def test_every_reason_has_its_words(self):
        self.assertEqual(set(texts.of_treatments(self.env)), set(accounts.TREATMENTS))
        self.assertEqual(set(texts.of_accounts(self.env)), set(account.CODES))

    def test_continuing_needs_credentials(self):
        self.prepare(401)
        record = self.fetched()
        with self.assertRaisesRegex(Exception, "Enter the credentials first"):
            record.action_continue()
        record.write({f"{self.kind}_{name}": text for name, text in self.credentials.items()})
        self.records = self.people(1)
        record.action_continue()
        self.work(record)
        self.assertEqual((record.state, record.fetched_count), ("ready", 1))

    def test_cancelled_nothing_of_it_is_kept(self):
        self.records = self.people(3)
        record = self.record()
        record.action_check()
        self.prepare(500)
        record._step()
        record.with_user(self.manager).action_cancel()
        self.assertEqual((record.state, self.kept(record), len(record.row_ids)), ("draft", {}, 0))

    def test_a_receptionist_fetches_nothing(self):
        record = self.record()
        for action in ("action_check", "action_continue", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(Exception) as refused:
                getattr(record.with_user(self.receptionist), action)()
            self.assertEqual(type(refused.exception).__name__, "AccessError")
        self.assertEqual(self.server.received, [])

    def test_each_record_of_every_page_is_fetched_once(self):
        size = self.env["klientbox.import"]._sources()[self.kind].page_size
        self.records = self.people(2 * size + 3)
        record = self.fetched()
        self.assertEqual(
            (record.state, record.row_count, record.clients_created), ("ready", 2 * size + 3, 2 * size + 3)
        )
        self.assertEqual(self.kept(record), {})

    def test_a_record_deleted_meanwhile_hides_no_other(self):
        size = self.env["klientbox.import"]._sources()[self.kind].page_size
        self.records = self.people(3 * size)
        everybody = list(self.records)
        record = self.record()
        record.action_check()
        record._step()
        del self.records[: size // 2]
        self.work(record)
        self.assertEqual((record.state, record.fetched_count), ("ready", len(everybody)))

    def test_junk_is_refused_and_the_rest_comes(self):
        [good, bad, lonely] = self.people(3)
        name = next(member.name for member in self._members() if member.field == "given_name")
        bad |= {name: "\x00Eva\ud800", "unheard_of": {"deep": [[[[1]]]]}, "another": "word"}
        lonely[self._source().id_member] = None
        self.records = [good, None, "text", 7, [], {}, bad, good, lonely, {name: None}]
        record = self.fetched()
        self.assertEqual(record.state, "ready", record.problem)
        self.assertEqual((record.clients_created, record.fetched_count), (3, 9))
        self.assertEqual(record.refused_row_ids.mapped("reason"), ["Name: is missing"] * 6)
        unknown = record.column_ids.filtered(lambda column: column.treatment == "unknown")
        self.assertEqual(
            [(column.header, column.sample or "", column.filled) for column in unknown],
            [("unheard_of", "", 1), ("another", "word", 1)],
        )

    def test_the_same_account_twice_changes_nothing(self):
        self.records = self.people(3)
        first = self.taken()
        before = self.clients().read()
        again = self.taken()
        self.assertEqual((first.clients_created, again.clients_created, again.clients_matched), (3, 0, 3))
        self.assertEqual(self.clients().read(), before)
        self.assertEqual(set(self.clients().mapped("external_source")), {self._source().name})

    def test_undone_all_is_as_before(self):
        self.records = self.people(3)
        record = self.taken()
        record.action_undo()
        self.work(record)
        self.assertEqual((record.state, len(self.clients())), ("undone", 0))

    def test_the_credentials_of_an_abandoned_import_are_deleted(self):
        self.prepare(404)
        stopped = self.fetched()
        self.assertEqual(self.kept(stopped), self.credentials)
        self.env.flush_all()
        self.env.cr.execute("UPDATE klientbox_import SET write_date = now() - interval '3 days'")
        self.env.invalidate_all()
        self.env["klientbox.import"]._gc_credentials()
        self.assertEqual((stopped.state, self.kept(stopped)), ("stopped", {}))

    def test_another_meaning_of_a_member_is_read_without_fetching_again(self):
        self.records = self.people(2)
        record = self.fetched()
        before = len(self.server.received)
        name = next(member.name for member in self._members() if member.field == "given_name")
        record.column_ids.filtered(lambda column: column.header == name).field = "notes"
        record.action_check()
        self.work(record)
        self.assertEqual((record.state, len(self.server.received)), ("ready", before))
        self.assertEqual([row.client["notes"] for row in record.row_ids.sorted("number")], ["Jana 1", "Jana 2"])

    def _source(self):
        return self.env["klientbox.import"]._sources()[self.kind]

    def _members(self):
        return self._source().members
