"""`updated_since`: a poller's copy is complete in the end, whichever transaction commits when."""

import base64
import hashlib
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone

import psycopg2
import pytest

LONG_AGO = "1900-01-01T00:00:00"
LISTS = ["/clients", "/visits", "/services"]


@contextmanager
def transaction(site):
    """A connection of its own, beside the server, in a transaction that is committed at the end."""
    with closing(psycopg2.connect(site.server.cluster.dsn(site.database))) as connection:
        with connection.cursor() as cursor:
            yield cursor
        connection.commit()


class Poller:
    """An integration's copy of a list, by `updated_since` alone."""

    def __init__(self, api, path, since=LONG_AGO, **query):
        self.api, self.path, self.since, self.query = api, path, since, query
        self.copy = {}

    def poll(self):
        """Update the copy; the ids in the answers, in their order."""
        ids = []
        while True:
            body = self.api.get(self.path, updated_since=self.since, **self.query).expect()
            for row in body["data"]:
                self.copy[row["id"]] = row
            for stone in body["deleted"]:
                self.copy.pop(stone["id"], None)
            ids += [row["id"] for row in body["data"] + body["deleted"]]
            self.since = body["next_updated_since"]
            if not body["has_more"]:
                return ids

    def expect_all(self):
        """Assert that the copy is what the list has."""
        there = self.api.pages(self.path)
        assert sorted(self.copy.values(), key=lambda row: row["id"]) == sorted(there, key=lambda row: row["id"])


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "since", ["", "yesterday", "2026-02-30", "s1_", "s1_x", "42", "s1_" + "A" * 40, "s1_" + "é" * 20]
)
def test_what_is_neither_a_time_nor_a_token_is_refused(empty_salon, path, since):
    answer = empty_salon.api.get(path, updated_since=since)
    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == ["updated_since"]


def test_a_token_that_was_tampered_with_is_refused(salon):
    token = salon.api.get("/clients", updated_since=LONG_AGO).expect()["next_updated_since"]
    salon.api.get("/clients", updated_since=token).expect()
    for place in range(3, len(token)):
        other = "A" if token[place] != "A" else "B"
        bent = token[:place] + other + token[place + 1 :]
        answer = salon.api.get("/clients", updated_since=bent)
        if place < len(token) - 1:  # the last letter may have unused bits
            answer.invalid(updated_since="invalid_token")


def forged(token, about, *parts):
    """A token with other parts, and the matching checksum."""
    raw = base64.urlsafe_b64decode(token.removeprefix("s1_") + "==")
    present = raw[8:].decode().split(".")
    written = ".".join(str(part) if part is not None else present[place] for place, part in enumerate(parts)).encode()
    mark = hashlib.blake2s(f"{about}|".encode() + written, digest_size=8).digest()
    return "s1_" + base64.urlsafe_b64encode(mark + written).decode().rstrip("=")


@pytest.mark.parametrize(
    "parts",
    [
        (None, None, 10**40, 0, 0),
        (None, None, None, 2**31, 1),
        (None, None, 5, 1, -1),
        (None, None, 5, 1, 10**40),
        (-1, None, 0, 0, 0),
        ("1_0", None, 0, 0, 0),
        ("٣", None, 0, 0, 0),
        ("+1", None, 0, 0, 0),
        (" 1", None, 0, 0, 0),
        ("", None, 0, 0, 0),
        (None, None, 0, 0, 0, 0),
    ],
)
def test_numbers_that_no_token_has_are_refused(site, empty_salon, parts):
    token = empty_salon.api.get("/clients", updated_since=LONG_AGO).expect()["next_updated_since"]
    about = f"{empty_salon.company_id}/klientbox.client"
    empty_salon.api.get("/clients", updated_since=forged(token, about, None, None, None, None, None)).expect()
    answer = empty_salon.api.get("/clients", updated_since=forged(token, about, *parts))
    answer.invalid(updated_since="invalid_token")


def test_a_token_is_good_for_its_list_and_company_alone(salon, empty_salon):
    token = salon.api.get("/clients", updated_since=LONG_AGO).expect()["next_updated_since"]
    salon.api.get("/visits", updated_since=token).invalid(updated_since="invalid_token")
    empty_salon.api.get("/clients", updated_since=token).invalid(updated_since="invalid_token")


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"page": 2}, ["page"]),
        ({"search": "jana", "status": "new"}, ["search", "status"]),
        ({"sort": "id", "id__gt": 1}, ["id__gt", "sort"]),
    ],
)
def test_it_goes_with_no_filter_other_page_or_order(empty_salon, query, fields):
    answer = empty_salon.api.get("/clients", updated_since=LONG_AGO, **query)
    answer.invalid(**dict.fromkeys(fields, "not_with_updated_since"))
    assert "returns all changes" in answer.error["message"]


def test_page_1_may_be_named_as_generated_clients_do(salon):
    client = salon.client()
    body = salon.api.get("/clients", updated_since=LONG_AGO, page=1).expect()
    assert (body["page"], [row["id"] for row in body["data"]]) == (1, [client["id"]])


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_salon_has_no_changes(empty_salon, path):
    body = empty_salon.api.get(path, updated_since=LONG_AGO).expect()
    token = body.pop("next_updated_since")
    per_page = 200 if path == "/services" else 50
    assert body == {"data": [], "total": 0, "page": 1, "per_page": per_page, "has_more": False, "deleted": []}
    assert empty_salon.api.get(path, updated_since=token).expect()["data"] == []


def test_after_everything_come_the_changes_alone(salon):
    jana, eva = salon.client(), salon.client("Eva", "+420601000002")
    poller = Poller(salon.api, "/clients")
    assert poller.poll() == [jana["id"], eva["id"]]
    poller.expect_all()
    changed = salon.api.patch(f"/clients/{eva['id']}", name="Eva Malá").expect()
    assert poller.poll() == [eva["id"]]
    assert poller.copy[eva["id"]] == changed
    salon.visit(jana, "2026-04-01T10:00:00")
    assert poller.poll() == [jana["id"]]
    poller.expect_all()


def test_a_deleted_record_is_listed_as_a_tombstone(site, salon):
    jana, eva = salon.client(), salon.client("Eva", "+420601000002")
    service = salon.api.post("/services", name="Střih").expect(201)
    visit = salon.visit(jana, "2026-04-01T10:00:00", service_id=service["id"])
    pollers = [Poller(salon.api, path) for path in LISTS]
    for poller in pollers:
        poller.poll()
    salon.api.delete(f"/clients/{eva['id']}").expect()
    salon.api.delete(f"/services/{service['id']}").expect()
    site.admin.call("klientbox.visit", "unlink", [visit["id"]])
    assert pollers[0].poll() == [jana["id"], eva["id"]]
    for poller in pollers[1:]:
        body = poller.api.get(poller.path, updated_since=poller.since).expect()
        assert body["data"] == []
        assert len(body["deleted"]) == body["total"] == 1
        poller.poll()
    assert [list(poller.copy) for poller in pollers] == [[jana["id"]], [], []]


def test_a_walk_gives_each_record_once_and_says_when_more_is_to_come(salon):
    made = [salon.client(f"Client {number}", f"+42060100000{number}")["id"] for number in range(5)]
    salon.api.delete(f"/clients/{made[1]}").expect()
    first = salon.api.get("/clients", updated_since=LONG_AGO, per_page=2, fields="id,name")
    assert first.headers["Link"].endswith('; rel="next"')
    body = first.expect()
    assert body["data"] == [{"id": made[0], "name": "Client 0"}]
    assert (body["deleted"], body["has_more"], body["total"], body["per_page"]) == (
        [{"id": made[1], "merged_into": None}],
        True,
        5,
        2,
    )
    poller = Poller(salon.api, "/clients", body["next_updated_since"], per_page=2)
    assert poller.poll() == made[2:]
    assert poller.poll() == []


def test_a_change_during_a_walk_is_returned_by_the_next_walk(salon):
    made = [salon.client(f"Client {number}", f"+42060100000{number}")["id"] for number in range(4)]
    body = salon.api.get("/clients", updated_since=LONG_AGO, per_page=2).expect()
    salon.api.patch(f"/clients/{made[0]}", name="Changed").expect()
    poller = Poller(salon.api, "/clients", body["next_updated_since"])
    assert poller.poll() == made[2:]
    assert poller.poll() == [made[0]]


def test_updated_since_a_time_misses_no_later_change(site, salon):
    old, recent = salon.client(), salon.client("Eva", "+420601000002")
    now = datetime.now(timezone.utc)
    hours = {old["id"]: 5, recent["id"]: 1}
    for client, ago in hours.items():
        site.sql(
            "UPDATE klientbox_change SET at = at - %s WHERE company_id = %s AND res_id = %s",
            [timedelta(hours=ago), salon.company_id, client],
        )

    def changed(ago):
        since = (now - timedelta(hours=ago)).isoformat(timespec="seconds")
        return Poller(salon.api, "/clients", since).poll()

    assert changed(6) == [old["id"], recent["id"]]
    # Whether the last change before the time had ended by then is unknown: better twice than never.
    assert changed(0) == [recent["id"]]
    assert set(changed(3)) >= {recent["id"]}


# -- transactions -----------------------------------------------------------------------------------------------------


def test_a_transaction_that_commits_late_is_not_missed(site, salon):
    """One begins, another commits, a poll follows, the first one commits: by time or by number it would be lost."""
    jana, eva = salon.client(), salon.client("Eva", "+420601000002")
    poller, by_time = Poller(salon.api, "/clients"), Poller(salon.api, "/clients")
    poller.poll()
    with transaction(site) as late:
        late.execute("UPDATE klientbox_client SET notes = 'late' WHERE id = %s", [jana["id"]])
        salon.api.patch(f"/clients/{eva['id']}", notes="early").expect()
        assert poller.poll() == [eva["id"]]
        assert poller.copy[jana["id"]]["notes"] is None
        by_time.since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        # While the first is open, later changes are returned again: it costs, and loses nothing.
        assert poller.poll() == [eva["id"]]
    assert poller.poll() == [jana["id"], eva["id"]]
    assert poller.copy[jana["id"]]["notes"] == "late"
    poller.expect_all()
    assert jana["id"] in by_time.poll()
    assert poller.poll() == []


def test_a_late_transaction_is_not_missed_by_a_walk_that_has_passed(site, salon):
    made = [salon.client(f"Client {number}", f"+42060100000{number}")["id"] for number in range(4)]
    with transaction(site) as late:
        late.execute("UPDATE klientbox_client SET notes = 'late' WHERE id = %s", [made[0]])
        body = salon.api.get("/clients", updated_since=LONG_AGO, per_page=2).expect()
        assert body["data"][0]["notes"] is None
    poller = Poller(salon.api, "/clients", body["next_updated_since"])
    assert poller.poll() == made[2:]
    assert made[0] in poller.poll()
    assert poller.copy[made[0]]["notes"] == "late"


def test_a_deletion_that_commits_late_is_not_missed(site, salon):
    jana = salon.client()
    poller = Poller(salon.api, "/clients")
    with transaction(site) as late:
        late.execute("UPDATE klientbox_client SET active = false WHERE id = %s", [jana["id"]])
        assert poller.poll() == [jana["id"]]
    poller.poll()
    assert poller.copy == {}


def test_writers_and_a_poller_at_once_agree_in_the_end(salon, at_once):
    poller = Poller(salon.api.copy(), "/clients", per_page=7)

    def work(number):
        if number == 0:
            for _round in range(12):
                poller.poll()
            return
        api = salon.api.copy()
        for turn in range(8):
            phone = f"+4206010{number}{turn:04}"
            client = api.post("/clients", name=f"Client {number}.{turn}", phone=phone).expect(201)
            if turn % 3 == 0:
                api.delete(f"/clients/{client['id']}").expect()
            elif turn % 3 == 1:
                api.patch(f"/clients/{client['id']}", notes="changed").expect()

    at_once(4, work)
    poller.poll()
    poller.expect_all()


def test_a_service_or_staff_of_a_visit_that_changes_is_a_change_of_the_visit(site, salon):
    visit = salon.visit(salon.client(), "2026-04-01T10:00:00", staff_name="Ota")
    tag = salon.api.get(f"/visits/{visit['id']}").headers["ETag"]
    assert tag == '"1"'
    poller = Poller(salon.api, "/visits")
    poller.poll()
    lines = site.admin.call("klientbox.visit.line", "search", [("visit_id", "=", visit["id"])])
    site.admin.call("klientbox.visit.line", "write", lines, {"staff_name": "Petr"})
    assert poller.poll() == [visit["id"]]
    assert poller.copy[visit["id"]]["staff_name"] == "Petr"
    assert salon.api.get(f"/visits/{visit['id']}").headers["ETag"] == '"2"'


def test_another_numbering_of_transactions_gives_everything_again(site, salon):
    """As after a restore: transaction numbers above all numbers here were not of the future."""
    jana = salon.client()
    poller = Poller(salon.api, "/clients")
    poller.poll()
    site.sql(
        "UPDATE klientbox_change SET txid = txid + 1000000000, oldest_txid = oldest_txid + 1000000000"
        " WHERE company_id = %s",
        [salon.company_id],
    )
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    assert Poller(salon.api, "/clients", now).poll() == [jana["id"]]
    eva = salon.client("Eva", "+420601000002")
    poller.poll()
    assert set(poller.copy) == {jana["id"], eva["id"]}
