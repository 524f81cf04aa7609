"""Two entries of one person are merged, seen from outside: the API, both facades, and later files."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from .clientbook import connect
from .importing import command, report, without_remarks
from .koibox import Koibox
from .test_sync import Poller

PHONE, OLD_PHONE = "+420601234567", "+420777000111"


def merge(site, salon, target, *others):
    """Merge as a manager does, by the dialog."""
    company = {"company_id": salon.company_id}
    ids = [client["id"] for client in (target, *others)]
    wanted = {"target_id": target["id"], "client_ids": [(6, 0, ids)], **company}
    [dialog] = site.admin.call("klientbox.client.merge", "create", [wanted])
    site.admin.call("klientbox.client.merge", "action_merge", [dialog])


@pytest.fixture
def jana(salon):
    return salon.client("Jana Nováková", PHONE, external_id="A-1")


@pytest.fixture
def twin(salon):
    return salon.client("Jana Malá", OLD_PHONE, external_id="B-2")


def test_the_old_id_is_not_found_for_a_deletion_and_by_another_company(site, salon, jana, twin):
    merge(site, salon, jana, twin)
    salon.api.delete(f"/clients/{twin['id']}").refused(404, "not_found")
    stranger = site.salon()
    stranger.api.get(f"/clients/{twin['id']}").refused(404, "not_found")
    stranger.api.patch(f"/clients/{twin['id']}", notes="x").refused(404, "not_found")
    stranger.api.post("/visits", client_id=twin["id"]).invalid(client_id="unknown_client")
    assert stranger.api.get("/visits", client_id=twin["id"]).expect()["total"] == 0
    assert stranger.api.get("/clients", external_id="B-2").expect()["total"] == 0
    assert stranger.client("Petr", OLD_PHONE, external_id="B-2")["external_id"] == "B-2"
    assert salon.api.get(f"/clients/{jana['id']}").expect()["phone"] == PHONE


def test_an_old_etag_of_a_merged_entry_fails_the_precondition(site, salon, jana, twin):
    path = f"/clients/{twin['id']}"
    seen = [salon.api.patch(path, notes=str(number)).headers["ETag"] for number in range(9)]
    merge(site, salon, jana, twin)
    for tag in seen:
        salon.api.request("PATCH", path, {"If-Match": tag}, json={"notes": "x"}).refused(412, "precondition_failed")
    fresh = salon.api.get(path).headers["ETag"]
    assert salon.api.request("PATCH", path, {"If-Match": fresh}, json={"notes": "x"}).expect()["notes"] == "x"


def test_the_number_of_the_merged_entry_is_taken_and_leads_to_the_client(site, salon, jana, twin):
    merge(site, salon, jana, twin)
    taken = salon.api.post("/clients", name="Petr", phone="+420601000009", external_id="B-2")
    taken.refused(400, "external_id_taken", external_id="external_id_taken")
    bulk = salon.api.post("/clients/bulk", items=[{"name": "Petr", "phone": "+420601000009", "external_id": "B-2"}])
    assert bulk.expect()["results"][0]["error"]["code"] == "external_id_taken"
    for query in ({"external_id": "B-2"}, {"external_id__in": "B-2,X"}, {"id": twin["id"]}, {"search": "777 000 111"}):
        assert [row["id"] for row in salon.api.get("/clients", **query).expect()["data"]] == [jana["id"]], query
    assert salon.api.patch(f"/clients/{jana['id']}", external_id="B-2").expect()["external_id"] == "B-2"


def test_the_phone_of_the_merged_entry_makes_no_second_client(site, salon, jana, twin):
    merge(site, salon, jana, twin)
    words = f"An entry merged into client {jana['id']} has this phone."
    refused = salon.api.post("/clients", name="Jana Malá", phone="777 000 111")
    refused.refused(400, "phone_taken", phone="phone_taken")
    assert refused.body["error"]["message"] == words
    third = salon.client("Petr", "+420601000009")
    salon.api.patch(f"/clients/{third['id']}", phone=OLD_PHONE).refused(400, "phone_taken", phone="phone_taken")
    results = salon.api.post("/clients/bulk", items=[{"name": "Jana Malá", "phone": OLD_PHONE}]).expect()["results"]
    assert (results[0]["error"]["code"], results[0]["error"]["message"]) == ("phone_taken", words)
    number = salon.api.post("/clients", name="Petr", phone="+420601000010", external_id="B-2")
    number.refused(400, "external_id_taken", external_id="external_id_taken")
    assert number.body["error"]["message"] == f"An entry merged into client {jana['id']} has this external number."
    for query in ({"phone": "777000111"}, {"phone__in": f"{OLD_PHONE},+420601000099"}, {"phone": PHONE}):
        assert [row["id"] for row in salon.api.get("/clients", **query).expect()["data"]] == [jana["id"]], query
    assert salon.api.get("/clients").expect()["total"] == 2
    # The client themselves may have it again, and staff give it to a new owner.
    assert salon.api.patch(f"/clients/{jana['id']}", phone=OLD_PHONE).expect()["phone"] == OLD_PHONE
    salon.api.patch(f"/clients/{jana['id']}", phone=PHONE).expect()
    company = {"company_id": salon.company_id}
    site.admin.call("klientbox.client", "create", [{"name": "Eva", "phone": OLD_PHONE, **company}])
    salon.api.post("/clients", name="Petra", phone=OLD_PHONE).refused(400, "phone_taken", phone="phone_taken")
    assert [row["name"] for row in salon.api.get("/clients", phone=OLD_PHONE).expect()["data"]] == ["Eva"]


def test_the_phone_of_an_archived_client_is_free_again(site, salon, jana, twin):
    merge(site, salon, jana, twin)
    salon.api.delete(f"/clients/{jana['id']}").expect()
    assert salon.api.post("/clients", name="Eva", phone=OLD_PHONE).expect(201)["phone"] == OLD_PHONE


def test_the_old_id_leads_to_the_client_who_is_left(site, salon, jana, twin):
    salon.visit(twin, "2026-04-01T10:00:00")
    merge(site, salon, jana, twin)
    path = f"/clients/{twin['id']}"
    answer = salon.api.get(path)
    assert (answer.expect()["id"], answer.body["total_visits"], answer.body["external_id"]) == (jana["id"], 1, "A-1")
    assert answer.headers["Content-Location"].endswith(f"/clients/{jana['id']}")
    assert "Content-Location" not in salon.api.get(f"/clients/{jana['id']}").headers
    for call in (salon.api.put, salon.api.patch):
        assert call(path, name="Jana").expect()["id"] == jana["id"]
    visit = salon.api.post("/visits", client_id=twin["id"], date="2026-04-02T10:00:00").expect(201)
    assert (visit["client_id"], visit["client_name"]) == (jana["id"], "Jana")
    bulk = salon.api.post("/visits/bulk", items=[{"client_id": twin["id"], "date": "2026-04-03T10:00:00"}]).expect()
    assert bulk["results"][0]["data"]["client_id"] == jana["id"]
    for query in ({"client_id": twin["id"]}, {"client_id__in": f"{twin['id']},{jana['id']}"}):
        assert salon.api.get("/visits", **query).expect()["total"] == 3
    assert salon.api.get("/messages", client_id=twin["id"]).expect()["total"] == 0
    third = salon.client("Jana Velká", "+420601000003")
    merge(site, salon, third, jana)
    assert [salon.api.get(f"/clients/{one['id']}").expect()["id"] for one in (jana, twin)] == [third["id"]] * 2
    salon.api.delete(f"/clients/{third['id']}").expect()
    for one in (jana, twin):
        salon.api.get(f"/clients/{one['id']}").refused(404, "not_found")


def test_a_poller_learns_who_is_left(site, salon, jana, twin):
    poller = Poller(salon.api, "/clients")
    poller.poll()
    merge(site, salon, jana, twin)
    body = salon.api.get("/clients", updated_since=poller.since).expect()
    assert [row["id"] for row in body["data"]] == [jana["id"]]
    assert body["deleted"] == [{"id": twin["id"], "merged_into": jana["id"]}]
    poller.poll()
    poller.expect_all()


def test_koibox_s_old_id_leads_to_the_client(site, salon, jana, twin):
    koibox = Koibox(salon.api.url, salon.key)
    merge(site, salon, jana, twin)
    assert koibox.patch(twin["id"], localidad="Brno").expect()["id"] == jana["id"]
    assert [row["id"] for row in koibox.list(id__in=twin["id"])["results"]] == [jana["id"]]


def test_client_book_s_old_numbers_find_the_client_but_delete_no_client(site, salon):
    crm = connect(site, salon)
    kept = crm.added("clients", client_last_name="Nováková", client_cell_phone=PHONE, new_inventory_id="K1")
    gone = crm.added("clients", client_last_name="Malá", client_cell_phone=OLD_PHONE, new_inventory_id="G1")
    number = gone["client_id"]
    bought = crm.added("purchase", client_id=number, item="Ring")
    merge(site, salon, {"id": int(kept["client_id"])}, {"id": int(number)})
    crm.refused(crm.call("POST", "clients/delete", data={"client_id": number}), "client_id")
    assert crm.get(f"clients/view/id/{number}")["data"]["client_id"] == kept["client_id"]
    edited = crm.post("clients/edit", {"client_id": number, "client_city": "Brno"})
    assert (edited["data"]["client_id"], edited["data"]["client_city"]) == (kept["client_id"], "Brno")
    for known in (number, "G1"):
        wish = crm.added("wishlist", client_id=known, item="Necklace")
        assert wish["client_id"] == kept["client_id"]
    for query in ({"cid": number}, {"cinvid": "G1"}, {"cinvid": "K1"}):
        rows = crm.get("purchase/specificlist", query)["data"]
        assert [row["item_id"] for row in rows] == [bought["item_id"]], query


def test_a_later_file_meets_the_client_by_what_the_merged_entry_had(site, salon, jana, twin, tmp_path):
    company = {"company_id": salon.company_id}
    [numbered] = site.admin.call(
        "klientbox.client",
        "create",
        [{"name": "J. Nová", "external_id": "990", "external_source": "import", **company}],
    )
    merge(site, salon, jana, twin, {"id": numbered})
    before = salon.api.get(f"/clients/{jana['id']}").expect()
    path = tmp_path / "later.csv"
    path.write_text(
        "Client ID;Name;Mobile;Birthday;Date;Service\n"
        "990;J. Nová;;1990-05-16;2026-04-01 10:00;Cut\n"
        ";Jana Malá;777 000 111;;2026-04-02 10:00;Cut\n"
    )
    printed = command(site, salon, path)
    assert without_remarks(printed.body) == report(rows=2, clients_matched=1, visits_created=2, services_created=1), (
        printed.body
    )
    after = salon.api.get(f"/clients/{jana['id']}").expect()
    assert (after["total_visits"], after["name"], after["phone"]) == (2, before["name"], PHONE)
    assert salon.api.get("/clients").expect()["total"] == 1


def test_undoing_an_import_keeps_merged_clients(site, salon, tmp_path):
    path = tmp_path / "clients.csv"
    path.write_text("Name;Mobile\nJana Nováková;601 234 567\nJana Malá;777 000 111\nEva Nová;601 000 005\n")
    command(site, salon, path)
    rows = {row["name"]: row for row in salon.api.get("/clients").expect()["data"]}
    hand = salon.client("Jana ručně", "+420601000008")
    merge(site, salon, hand, rows["Jana Malá"])
    own = salon.client("Jana sama", "+420601000007")
    merge(site, salon, rows["Jana Nováková"], own)
    [done] = site.ids("SELECT id FROM klientbox_import WHERE company_id = %s", [salon.company_id])
    site.admin.call("klientbox.import", "action_undo", [done])
    site.run_job("cron_import")
    [[state, kept]] = site.sql("SELECT state, kept_count FROM klientbox_import WHERE id = %s", [done])
    left = {row["name"] for row in salon.api.get("/clients").expect()["data"]}
    assert (state, kept, left) == ("undone", 2, {"Jana Nováková", "Jana ručně"})
    assert salon.api.get(f"/clients/{rows['Jana Malá']['id']}").expect()["id"] == hand["id"]
    assert salon.api.get(f"/clients/{own['id']}").expect()["name"] == "Jana Nováková"


def test_visits_recorded_while_a_merge_is_at_work_are_the_client_s(site, salon, jana, twin):
    def record(number):
        return salon.api.copy().post("/visits", client_id=twin["id"], date=f"2026-04-{number:02}T10:00:00").status

    with ThreadPoolExecutor(8) as crowd:
        recorded = [crowd.submit(record, number) for number in range(1, 29)]
        merge(site, salon, jana, twin)
        statuses = [each.result() for each in recorded]
    assert statuses == [201] * 28
    assert salon.api.get("/visits", client_id=jana["id"]).expect()["total"] == 28
    assert salon.api.get(f"/clients/{jana['id']}").expect()["total_visits"] == 28
