"""ETag and If-Match: no caller overwrites a change that they have not seen; and other rules of HTTP."""

import gzip

import pytest

from .contract import PREFIX


def change(api, client, tag, **members):
    return api.request("PATCH", f"/clients/{client['id']}", json=members, headers={"If-Match": tag})


def test_a_stale_version_is_refused_and_nothing_changes(salon):
    client = salon.client()
    tag = salon.api.get(f"/clients/{client['id']}").headers["ETag"]
    newer = change(salon.api, client, tag, notes="first")
    assert newer.status == 200
    assert newer.headers["ETag"] != tag
    for method, options in (
        ("PATCH", {"json": {"notes": "second"}}),
        ("PUT", {"json": {"name": "Eva"}}),
        ("DELETE", {}),
    ):
        path = f"/clients/{client['id']}"
        salon.api.request(method, path, headers={"If-Match": tag}, **options).refused(412, "precondition_failed")
    assert salon.api.get(f"/clients/{client['id']}").expect() == newer.body
    assert change(salon.api, client, newer.headers["ETag"], notes="second").expect()["notes"] == "second"


@pytest.mark.parametrize(("wanted", "status"), [("*", 200), ('"0", "1"', 200), ('W/"1"', 412), ('"0"', 412), ("", 412)])
def test_if_match_is_read_as_the_standard_has_it(salon, wanted, status):
    client = salon.client()
    assert change(salon.api, client, wanted, notes="x").status == status


def test_a_change_by_anybody_counts(site, salon):
    client = salon.client()
    tag = salon.api.get(f"/clients/{client['id']}").headers["ETag"]
    site.admin.call("klientbox.client", "write", [client["id"]], {"notes": "from the form"})
    change(salon.api, client, tag, notes="from the API").refused(412, "precondition_failed")


def test_of_two_at_the_same_moment_one_is_refused(salon, at_once):
    client = salon.client()
    tag = salon.api.get(f"/clients/{client['id']}").headers["ETag"]
    answers = at_once(8, lambda number: change(salon.api.copy(), client, tag, notes=str(number)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 7


def test_if_match_asterisk_never_fails_the_precondition(salon, at_once):
    client = salon.client()

    def changes(number):
        api = salon.api.copy()
        return [change(api, client, "*", notes=f"{number}/{call}").status for call in range(8)]

    # Too many at the same moment may get the answer to try again.
    assert set(sum(at_once(4, changes), [])) <= {200, 503}


def test_a_long_answer_is_compressed_only_for_callers_that_accept_it(salon):
    for number in range(8):
        salon.client(f"Client {number}", f"+42060100000{number}")
    target = f"{PREFIX}/clients"
    plain = salon.api.raw("GET", target)
    packed = salon.api.raw("GET", target, {"Accept-Encoding": "br, gzip"})
    refused = salon.api.raw("GET", target, {"Accept-Encoding": "gzip;q=0, identity"})
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert len(packed.content) < len(plain.content) / 2
    assert refused.content == plain.content
    for answer in (plain, packed, refused):
        assert answer.headers["Vary"] == "Accept-Encoding, Origin"


def test_links_lead_through_the_pages(salon):
    for number in range(5):
        salon.client(f"Client {number}", f"+42060100000{number}")

    def links(**query):
        answer = salon.api.get("/clients", per_page=2, **query)
        parts = (part.partition(">; rel=") for part in answer.headers["Link"].split(", "))
        return {name.strip('"'): target.removeprefix("<") for target, _middle, name in parts}

    pages = {number: f"{PREFIX}/clients?per_page=2&page={number}" for number in (1, 2, 3)}
    assert links() == {"first": pages[1], "next": pages[2], "last": pages[3]}
    assert links(page=2) == {"first": pages[1], "prev": pages[1], "next": pages[3], "last": pages[3]}
    assert links(page=3) == {"first": pages[1], "prev": pages[2], "last": pages[3]}
    assert links(page=9) == {"first": pages[1], "prev": pages[3], "last": pages[3]}


def test_the_request_s_id_is_in_the_log_and_the_key_is_not(site, salon):
    salon.api.request("GET", "/clients", headers={"X-Request-Id": "find-me-again"}).expect()
    [line] = [line for line in site.log.splitlines() if "find-me-again" in line]
    assert "GET /klientbox/api/v1/clients 200" in line
    assert salon.key.split("_")[3] not in site.log
