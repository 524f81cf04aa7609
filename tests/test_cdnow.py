"""A year and a half of real purchases is created through the API; a month of nights must then change exactly the right
statuses.

The reference (cdnow.py) counts from the purchase days alone. A day D runs as in a salon: in its first hours the nightly
job runs, before any visit; at noon the clients come who buy on D. So the job of D changes all clients whose absence
crosses a limit on D, also those who will come at noon (`moves_on(…, buyers=True)`), and by the evening these are active
again (`status_on`).
"""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dev.simulator import Simulator

from . import cdnow
from .messaging import Messaging

EVE, FIRST_NIGHT, LAST_NIGHT = date(1998, 5, 31), date(1998, 6, 1), date(1998, 6, 30)
PRAGUE, UTC = ZoneInfo("Europe/Prague"), ZoneInfo("UTC")
MOST_ITEMS = 500


def moment(day, hour):
    """A local hour as naive UTC, as the server's clock needs it."""
    return datetime.combine(day, time(hour), PRAGUE).astimezone(UTC).replace(tzinfo=None)


class Imported:
    """The salon with the sample in it, and the mapping of its ids to the reference's."""

    def __init__(self, site, clients):
        self.site, self.clients = site, clients
        self.salon = site.salon()
        self.ours = {}  # {reference id: our id}
        [self.cron] = site.admin.call(
            "ir.cron", "search", [("code", "=", "model._cron_night()")], context={"active_test": False}
        )

    def bring_in(self, last_day):
        """Create all clients with their visits up to a day."""
        self.site.clock.set(moment(last_day, 23))

        made = self._create("/clients/bulk", [{"name": one.name, "phone": one.phone} for one in self.clients])
        self.ours = {client.id: ours for client, ours in zip(self.clients, made, strict=True)}
        visits = [self._visit(client, day) for client in self.clients for day in client.days if day <= last_day]
        self._create("/visits/bulk", visits)

    def open_shop(self, day):
        """At noon, record the visits of clients who buy on this day."""
        self.site.clock.set(moment(day, 12))
        for client in self.clients:
            if day in client.days:
                self.salon.api.post("/visits", **self._visit(client, day)).expect(201)

    def night(self, day, hour=2):
        """Run the nightly job in the first hours of a day."""
        self.site.clock.set(moment(day, hour))
        self.site.admin.call("ir.cron", "method_direct_trigger", [self.cron])

    def moved_on(self, day):
        """{new status: reference ids} of the recorded moves of a day."""
        rows = self.site.admin.call(
            "klientbox.status.change",
            "search_read",
            [("company_id", "=", self.salon.company_id), ("day", "=", str(day))],
            ["client_id", "new_status"],
        )
        reference = {ours: theirs for theirs, ours in self.ours.items()}
        moved = {}
        for row in rows:
            moved.setdefault(row["new_status"], []).append(reference[row["client_id"][0]])
        assert all(len(set(ids)) == len(ids) for ids in moved.values())
        return {status: set(ids) for status, ids in moved.items()}

    def statuses(self):
        """{reference id: status} by the list."""
        listed = {client["id"]: client["status"] for client in self.salon.api.pages("/clients")}
        return {theirs: listed[ours] for theirs, ours in self.ours.items()}

    def _visit(self, client, day):
        return {"client_id": self.ours[client.id], "date": f"{day}T12:00:00", "state": "done"}

    def _create(self, path, items):
        """The ids of the created records, in the order of the items."""
        ids = []
        for first in range(0, len(items), MOST_ITEMS):
            body = self.salon.api.post(path, items=items[first : first + MOST_ITEMS]).expect()
            assert body["failed"] == 0, body
            ids += [result["id"] for result in body["results"]]
        return ids


@pytest.fixture(scope="module")
def imported(make_site):
    with make_site("cdnow", salons=1).serving() as served:
        sample = Imported(served, cdnow.load())
        sample.bring_in(EVE)
        yield sample


# One sequence; each test continues where the one before it stopped.


def test_the_whole_sample_is_in(imported):
    assert len(imported.clients) == len(imported.ours) == 2357
    [first] = imported.salon.api.get("/clients", per_page=1).expect()["data"]
    assert imported.salon.api.get("/clients").expect()["total"] == 2357
    expected = sum(day <= EVE for client in imported.clients for day in client.days)
    assert imported.salon.api.get("/visits", state="done").expect()["total"] == expected
    assert first["id"] == min(imported.ours.values())


def test_after_the_import_the_statuses_are_right_before_any_night(imported):
    assert imported.statuses() == cdnow.status_on(imported.clients, EVE)
    imported.night(EVE, hour=23)
    assert imported.moved_on(EVE) == {}


def test_each_night_of_june_moves_exactly_the_expected_clients(imported):
    due = Counter()
    for number in range((LAST_NIGHT - FIRST_NIGHT).days + 1):
        day = FIRST_NIGHT + timedelta(days=number)
        expected = cdnow.moves_on(imported.clients, day, buyers=True)
        imported.night(day)
        assert imported.moved_on(day) == expected, day
        imported.night(day, hour=4)
        assert imported.moved_on(day) == expected, f"{day}: a second run moves no client"
        imported.open_shop(day)
        imported.night(day, hour=23)
        assert imported.moved_on(day) == expected, f"{day}: nor does one after the shop has closed"
        due.update({status: len(ids) for status, ids in expected.items()})
    # The month was not empty: each trigger had a client who became due.
    assert set(due) == {"warning", "inactive", "lost"}
    assert min(due.values()) > 10


def test_at_the_end_of_june_every_client_is_as_the_reference_counts(imported):
    imported.site.clock.set(moment(LAST_NIGHT, 23))
    expected = cdnow.status_on(imported.clients, LAST_NIGHT)
    assert imported.statuses() == expected
    by_id = {client["id"]: client for client in imported.salon.api.pages("/clients")}
    for client in imported.clients:
        row = by_id[imported.ours[client.id]]
        assert (
            row["name"],
            row["phone"],
            row["total_visits"],
            row["last_visit_date"],
            row["days_since_visit"],
        ) == (
            client.name,
            client.phone,
            len(client.days),
            str(client.days[-1]),
            (LAST_NIGHT - client.days[-1]).days,
        )


def test_lists_by_status_and_the_summary_agree(imported):
    expected = Counter(cdnow.status_on(imported.clients, LAST_NIGHT).values())
    for status in ("new", "active", "warning", "inactive", "lost"):
        listed = imported.salon.api.pages("/clients", status=status)
        assert {client["status"] for client in listed} <= {status}
        assert len(listed) == expected[status]
    summary = imported.salon.api.get("/reports/summary").expect()
    assert summary["total_clients"] == 2357
    assert {status: count for status, count in summary["status_breakdown"].items() if count} == expected
    assert summary["visits_today"] == sum(LAST_NIGHT in client.days for client in imported.clients)


def test_all_visits_are_there_day_by_day(imported):
    purchases = Counter(str(day) for client in imported.clients for day in client.days)
    visits = imported.salon.api.pages("/visits", state="done")
    assert Counter(visit["date"].removesuffix("T12:00:00") for visit in visits) == purchases
    assert len(visits) == sum(purchases.values())
    by_client = Counter(visit["client_id"] for visit in visits)
    assert by_client == {imported.ours[client.id]: len(client.days) for client in imported.clients}


def test_search_finds_clients_by_name_and_phone(imported):
    ours = imported.ours
    for client in imported.clients[::100]:
        number = f"{client.id:04}"
        # Every word may be in the name or the phone, so that others match too.
        matches = {ours[each.id] for each in imported.clients if number in each.name or number in each.phone}
        for search in (client.name, client.name.upper(), f"zakaznik {number}"):
            assert {found["id"] for found in imported.salon.api.pages("/clients", search=search)} == matches, search
        for search in (client.phone, client.phone[4:], re.sub(r"(\d{3})(?=\d)", r"\1 ", client.phone[4:])):
            [found] = imported.salon.api.get("/clients", search=search).expect()["data"]
            assert (found["id"], found["status"]) == (ours[client.id], client.status_on(LAST_NIGHT)), search


# -- the night of the last day, with the rules on ---------------------------------------------------------------------

SAYS_YES, NOT_REACHED = "5", "7"  # the last digits of those who answer, and of those whose phone is off


@pytest.fixture(scope="module")
def messaging(imported):
    """The salon sends to a simulator: some clients reply, some can't be reached."""
    imported.site.clock.set(moment(LAST_NIGHT, 16))
    phones = [client.phone for client in imported.clients]
    with Simulator() as simulator:
        simulator.configure(
            report_by_number={phone: "failed" for phone in phones if phone.endswith(NOT_REACHED)},
            reply_by_number={phone: "Ano, přijdu" for phone in phones if phone.endswith(SAYS_YES)},
        )
        yield Messaging(imported.site, imported.salon, simulator)


def due(imported):
    """[(trigger, client)] of all clients due on the last night, the most recent absences first."""
    statuses = cdnow.status_on(imported.clients, LAST_NIGHT)
    absent = [client for client in imported.clients if statuses[client.id] in ("warning", "inactive", "lost")]
    absent.sort(key=lambda client: (-client.days[-1].toordinal(), imported.ours[client.id]))
    return [(statuses[client.id], client) for client in absent]


def check_messages(imported, messaging, expected):
    """Exactly the expected messages, each received once; the results are in the report of that day."""
    simulator = messaging.simulator
    assert Counter(messaging.rows("trigger", "address")) == Counter(
        (trigger, client.phone) for trigger, client in expected
    )
    assert Counter(message["to"] for message in simulator.messages()) == Counter(
        client.phone for _trigger, client in expected
    )
    assert simulator.max_count() == 1
    figures = {}
    for trigger in ("warning", "inactive", "lost"):
        phones = [client.phone for status, client in expected if status == trigger]
        failed = sum(phone.endswith(NOT_REACHED) for phone in phones)
        replied = sum(phone.endswith(SAYS_YES) for phone in phones)
        figures[trigger] = {
            "sent": len(phones),
            "delivered": len(phones) - failed,
            "replied": replied,
            "failed": failed,
        }
    day = str(LAST_NIGHT)
    report = imported.salon.api.get("/reports/reactivation", date_from=day, date_to=day).expect()
    totals = {name: sum(figure[name] for figure in figures.values()) for name in figures["warning"]}
    assert report == {
        "date_from": day,
        "date_to": day,
        "by_trigger": figures,
        "total_sent": totals["sent"],
        **{name: totals[name] for name in ("delivered", "replied", "failed")},
    }
    assert imported.salon.api.get("/reports/summary").expect()["messages_this_month"] == totals["sent"]


def test_the_last_night_writes_to_exactly_those_who_are_due(imported, messaging):
    expected = due(imported)
    assert Counter(trigger for trigger, _client in expected) == {"lost": 1842, "inactive": 215, "warning": 69}
    messaging.run_now()
    messaging.send(patience=300)
    check_messages(imported, messaging, expected)


def test_a_second_run_of_the_same_night_sends_nothing(imported, messaging):
    before = messaging.simulator.summary()["total"]
    messaging.run_now()
    imported.night(LAST_NIGHT, hour=20)
    messaging.send()
    assert messaging.simulator.summary()["total"] == before


def test_with_the_usual_limit_only_the_most_recent_are_contacted(imported, messaging):
    """The same night once more, as if nothing had been sent, with the default settings of a salon."""
    site = imported.site
    for statement in (
        "DELETE FROM klientbox_inbound",
        "UPDATE klientbox_message SET reply_to_id = NULL",
        "DELETE FROM klientbox_message",
        "DELETE FROM klientbox_decision",
        "UPDATE klientbox_settings SET night_day = NULL",
    ):
        site.sql(statement)
    messaging.simulator.forget()
    site.settings(imported.salon, daily_cap=50, days_between=7)
    imported.night(LAST_NIGHT, hour=17)
    messaging.send()
    check_messages(imported, messaging, due(imported)[:50])
    reasons = site.sql("SELECT reason, count(*) FROM klientbox_decision WHERE day_to IS NULL GROUP BY reason")
    assert reasons == [("daily_cap", 1842 + 215 + 69 - 50)]
