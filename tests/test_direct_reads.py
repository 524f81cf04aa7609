"""Reads that are answered without Odoo's environment give what the usual way gives, and follow every change."""

import re

import pytest

from .contract import PREFIX

# More than the server's processes: each learns the statement from its first request, and the last one may be that.
TIMES = 8
# Odoo's line of the access log: status, length, number of statements, seconds.
STATEMENTS = 2


def answers(salon, path, **query):
    """The bodies and headers of repeated requests, which must be the same in all."""
    found = [salon.api.get(path, **query) for _time in range(TIMES)]
    kept = [(each.status, each.content, {name: each.headers.get(name) for name in ("ETag", "Link")}) for each in found]
    assert kept == [kept[0]] * TIMES
    return found[0]


def statements_of(site, answer):
    """The numbers of statements of the last requests for this path, by the log, which has no values of the query."""
    path = re.escape(answer.target.partition("?")[0])
    log = re.sub(r"\x1b\[[\d;]+m", "", site.log)
    counts = re.findall(rf'"GET {path}(?:\?\S*)? HTTP/1\.\d" \d+ \S+ (\d+) \d', log)
    return [int(count) for count in counts[-TIMES:]]


@pytest.fixture
def filled(site):
    """A salon with clients and visits of all kinds."""
    salon = site.salon()
    service = salon.api.post("/services", name="Stříhání 50 %", duration_minutes=45, price=690.5).expect(201)
    jana = salon.client("Jana 50 % 'Nováková'", "+420601000201", email="jana@example.com", notes="řádek\n2")
    eva = salon.client("Eva", "+420601000202", sms_opt_out=True, external_id="x-1")
    salon.visit(jana, "2026-04-15T14:00:00", service_id=service["id"], staff_name="Alena")
    salon.visit(eva, "2026-02-01T09:30:00")
    for number in range(5):
        salon.client(f"Client {number}", f"+42060100021{number}")
    return salon


@pytest.mark.parametrize("path", ["/clients", "/visits", "/services", "/messages", "/me"])
def test_lists_and_the_key_are_the_same_either_way(site, filled, path):
    direct = answers(filled, path)
    assert STATEMENTS in statements_of(site, direct)
    if path == "/me":
        return
    usual = filled.api.get(path, sort={"/clients": "id", "/messages": "-id"}.get(path, "id"))
    assert statements_of(site, usual)[-1] > STATEMENTS
    assert sorted(direct.body["data"], key=lambda each: each["id"]) == sorted(
        usual.body["data"], key=lambda each: each["id"]
    )
    assert direct.body["total"] == usual.body["total"]


def test_a_page_and_its_neighbours_are_the_same_either_way(site, filled):
    for page, per_page in ((1, 3), (2, 3), (3, 3), (1, 200), (1, 500)):
        direct = answers(filled, "/clients", page=page, per_page=per_page)
        assert STATEMENTS in statements_of(site, direct)
        usual = filled.api.get("/clients", page=page, per_page=per_page, sort="id")
        assert direct.content == usual.content
        assert direct.headers.get("Link") == usual.headers["Link"].replace("&sort=id", "")
    # A page after the last one has no row to carry the total.
    assert answers(filled, "/clients", page=9, per_page=3).body["total"] == 7


def test_a_record_is_the_same_either_way_and_follows_its_changes(site, filled):
    for path in ("/clients", "/visits", "/services"):
        for record in filled.api.get(path).body["data"]:
            direct = answers(filled, f"{path}/{record['id']}")
            assert direct.body == record
            assert STATEMENTS in statements_of(site, direct)
    client = filled.api.get("/clients").body["data"][0]
    before = answers(filled, f"/clients/{client['id']}")
    filled.api.patch(f"/clients/{client['id']}", notes="new").expect()
    after = answers(filled, f"/clients/{client['id']}")
    assert (after.body["notes"], after.headers["ETag"] != before.headers["ETag"]) == ("new", True)
    filled.api.delete(f"/clients/{client['id']}").expect()
    for _time in range(TIMES):
        filled.api.get(f"/clients/{client['id']}").refused(404, "not_found")
    assert answers(filled, "/clients").body["total"] == 6


def test_a_new_rule_holds_at_the_next_request(site, filled):
    model = site.xmlid("klientbox.model_klientbox_client")
    assert answers(filled, "/clients").body["total"] == 7
    name = ("name", "=", "Eva")
    rule = {"name": "Eva alone", "model_id": model, "domain_force": f"[('company_id', '!=', {filled.company_id})]"}
    [rule_id] = site.admin.call("ir.rule", "create", [rule])
    try:
        assert filled.api.get("/clients").body["total"] == 0
        assert answers(filled, "/clients").body["total"] == 0
        domain = f"['|', ('company_id', '!=', {filled.company_id}), {name!r}]"
        site.admin.call("ir.rule", "write", [rule_id], {"domain_force": domain})
        assert [each["name"] for each in filled.api.get("/clients").body["data"]] == ["Eva"]
        assert answers(filled, "/clients").body["total"] == 1
    finally:
        site.admin.call("ir.rule", "unlink", [rule_id])
    assert filled.api.get("/clients").body["total"] == 7


def test_refusals_are_those_of_the_usual_way_and_count_once(site, filled):
    answers(filled, "/clients")
    filled.api.get("/clients", page=0).invalid(page="out_of_range")
    filled.api.get("/clients", per_page="x").invalid(per_page="invalid_number")
    filled.api.with_key("kbx_live_junk").get("/clients").refused(403, "api_key_invalid")
    filled.api.with_key(None).get("/clients").refused(401, "api_key_missing")
    limited = filled.api.with_key(site.new_key(filled, "limited", rate_limit=6))
    paths = ("/clients", "/clients?page=0", "/me", "/clients/999999999", "/clients", "/clients")
    assert [limited.get(path).headers["RateLimit-Remaining"] for path in paths] == list("543210")
    refusal = limited.get("/clients")
    refusal.refused(429, "rate_limited")
    assert int(refusal.headers["Retry-After"]) in range(1, 61)
    site.admin.call("klientbox.api.key", "action_revoke", site.key_ids(limited.key))
    limited.get("/clients").refused(403, "api_key_revoked")
    limited.get("/me").refused(403, "api_key_revoked")


def test_the_company_of_the_key_follows_its_settings(site, filled):
    assert answers(filled, "/me").body["company"]["timezone"] == "Europe/Prague"
    noon = answers(filled, "/visits").body["data"][0]["date"]
    site.settings(filled, timezone="Europe/London")
    assert answers(filled, "/me").body["company"]["timezone"] == "Europe/London"
    assert answers(filled, "/visits").body["data"][0]["date"] == noon.replace("T14", "T13")
    [[contact]] = site.sql("SELECT partner_id FROM res_company WHERE id = %s", [filled.company_id])
    country = answers(filled, "/me").body["company"]["country"]
    site.admin.call("res.partner", "write", [contact], {"type": "other"})
    assert answers(filled, "/me").body["company"]["country"] == country


def test_an_address_with_doubled_slashes_is_the_same(filled):
    direct = answers(filled, "/clients")
    doubled = filled.api.raw("GET", f"{PREFIX}//clients", {"X-API-Key": filled.key})
    assert doubled.content == direct.content
