"""Clients through v1: bodies, phones, opt-outs, lists and search."""

import itertools

import pytest


def without(members, *names):
    return {name: value for name, value in members.items() if name not in names}


@pytest.fixture
def jan(salon):
    return salon.client("Jan Novák", "+420601234567", email="jan@example.com", notes="VIP")


# -- creating ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name": "required", "phone": "required"}),
        ({"name": "Eva"}, {"phone": "required"}),
        ({"name": "   ", "phone": "601 000 001"}, {"name": "required"}),
        ({"name": "\u001e", "phone": "601 000 001"}, {"name": "invalid_character"}),
        ({"name": "\u00a0\u3000\u2028", "phone": "601 000 001"}, {"name": "required"}),
        ({"name": "Eva", "phone": ""}, {"phone": "required"}),
        ({"name": "Eva", "phone": "\u001f"}, {"phone": "invalid_character"}),
        ({"name": "Eva", "phone": None}, {"phone": "invalid_type"}),
        ({"name": None, "phone": "601 000 001"}, {"name": "invalid_type"}),
        ({"name": "Eva", "phone": 601000001}, {"phone": "invalid_type"}),
        ({"name": "Eva", "phone": "12"}, {"phone": "invalid_phone"}),
        ({"name": "Eva", "phone": "000000000"}, {"phone": "invalid_phone"}),
        ({"name": "Eva", "phone": "+420 123 456 789"}, {"phone": "invalid_phone"}),
        ({"name": "Eva", "phone": "601 000 001", "email": "jan5@x..cz"}, {"email": "invalid_email"}),
        ({"name": "Eva", "phone": "601 000 00A"}, {"phone": "invalid_phone"}),
        ({"name": "Eva", "phone": "601 000 001, 601 000 002"}, {"phone": "invalid_phone"}),
        ({"name": "E" * 256, "phone": "601 000 001"}, {"name": "too_long"}),
        ({"name": "Eva", "phone": "601 000 001", "email": "no-match"}, {"email": "invalid_email"}),
        ({"name": "Eva", "phone": "601 000 001", "email": "a@b.cz, c@d.cz"}, {"email": "invalid_email"}),
        ({"name": "Eva", "phone": "601 000 001", "sms_opt_out": "yes"}, {"sms_opt_out": "invalid_type"}),
        ({"name": "Eva", "phone": "601 000 001", "sms_opt_out": None}, {"sms_opt_out": "invalid_type"}),
        ({"name": "Eva", "phone": "601 000 001", "vip": True}, {"vip": "unknown_field"}),
        ({"name": "Eva", "phone": "601 000 001", "id": 7}, {"id": "unknown_field"}),
        ({"name": "Eva", "phone": "601 000 001", "company_id": 1}, {"company_id": "unknown_field"}),
        (
            {"phone": "12", "email": "no-match", "vip": True},
            {"name": "required", "phone": "invalid_phone", "email": "invalid_email", "vip": "unknown_field"},
        ),
    ],
)
def test_a_refused_body_lists_every_bad_field_and_makes_nothing(empty_salon, body, fields):
    empty_salon.api.post("/clients", **body).invalid(**fields)
    assert empty_salon.api.get("/clients").expect()["total"] == 0


@pytest.mark.parametrize(
    "spelling",
    [
        "+420601234567",
        "601234567",
        "601 234 567",
        "601-234-567",
        "(601) 234/567",
        "00420 601 234 567",
        "+420 601.234.567",
        "  +420 601234567  ",
    ],
)
def test_a_phone_is_e164_however_it_is_written(salon, spelling):
    assert salon.client(phone=spelling)["phone"] == "+420601234567"


def test_a_phone_of_another_country_stays_one(salon):
    assert salon.client(phone="+421 905 123 456")["phone"] == "+421905123456"


def test_a_phone_used_already_is_refused_in_any_spelling_and_nothing_is_made(salon, jan):
    salon.api.post("/clients", name="Eva", phone="00420 601 234 567").refused(400, "phone_taken", phone="phone_taken")
    assert salon.api.get("/clients").expect()["data"] == [jan]


def test_another_company_may_use_the_same_phone(site, jan):
    assert site.salon().client(phone=jan["phone"])["phone"] == jan["phone"]


def test_of_sixteen_at_once_one_gets_the_phone(site, salon, at_once):
    answers = at_once(
        16, lambda number: salon.api.copy().post("/clients", name=f"Twin {number}", phone="+420601234567")
    )
    assert sorted(answer.status for answer in answers) == [201] + [400] * 15
    for answer in answers:
        if answer.status == 400:
            answer.refused(400, "phone_taken", phone="phone_taken")
    assert salon.api.get("/clients").expect()["total"] == 1


def test_text_is_trimmed_and_empty_is_null(salon):
    client = salon.client("  Eva   Nová ", email="", notes="")
    assert (client["name"], client["email"], client["notes"]) == ("Eva Nová", None, None)


def test_255_characters_of_a_name_are_kept(salon):
    name = "Ž" * 255
    assert salon.client(name)["name"] == name


@pytest.mark.parametrize("name", ["Žaneta Říčanová", "Przemysław Łukasz", "Πηνελόπη", "李小龙", "Zoë 🌸 O'Brien"])
def test_letters_of_any_language_come_back_as_they_went(salon, name):
    client = salon.client(name, notes=f"{name}\n{name}")
    assert salon.api.get(f"/clients/{client['id']}").expect() == client
    assert (client["name"], client["notes"]) == (name, f"{name}\n{name}")


def test_markup_stays_text(salon):
    name = "<script>alert(1)</script> {{7*7}} ${7*7} %s"
    assert salon.client(name)["name"] == name


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain", None],
)
def test_json_is_taken_with_the_content_type_that_curl_sends(salon, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    body = '{"name": "Jiří", "phone": "601234567"}'.encode()
    answer = salon.api.raw("POST", "/klientbox/api/v1/clients", headers, body)
    assert answer.expect(201)["name"] == "Jiří"


@pytest.mark.parametrize(
    "content_type", ["application/xml", "multipart/form-data; boundary=x", "text/html", "application/vnd.api+json"]
)
def test_a_body_of_another_format_is_415(empty_salon, content_type):
    body = b'{"name": "Eva", "phone": "601234567"}'
    empty_salon.api.request("POST", "/clients", headers={"Content-Type": content_type}, data=body).refused(
        415, "unsupported_media_type"
    )


# -- changing ---------------------------------------------------------------------------------------------------------


def changers():
    return pytest.mark.parametrize("method", ["PUT", "PATCH"])


@changers()
def test_only_what_was_sent_changes(salon, jan, method):
    changed = salon.api.request(method, f"/clients/{jan['id']}", json={"name": "Jan Novák ml."}).expect()
    assert changed == {**jan, "name": "Jan Novák ml."}


@changers()
def test_read_modify_write_works_with_all_members(salon, jan, method):
    sent = {**jan, "notes": "Prefers mornings"}
    assert salon.api.request(method, f"/clients/{jan['id']}", json=sent).expect() == sent


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("id", 1),
        ("status", "lost"),
        ("last_visit_date", "2026-01-01"),
        ("total_visits", 7),
        ("days_since_visit", 7),
        ("created", "2026-01-01T00:00:00"),
    ],
)
def test_a_read_only_member_with_another_value_is_refused_and_nothing_changes(salon, jan, member, value):
    salon.api.put(f"/clients/{jan['id']}", **{**jan, "name": "Changed", member: value}).invalid(**{member: "read_only"})
    assert salon.api.get(f"/clients/{jan['id']}").expect() == jan


def test_a_read_only_member_alone_and_unchanged_changes_nothing(salon, jan):
    assert salon.api.put(f"/clients/{jan['id']}", id=jan["id"]).expect() == jan


@changers()
def test_null_clears_optional_text(salon, jan, method):
    changed = salon.api.request(method, f"/clients/{jan['id']}", json={"email": None, "notes": None}).expect()
    assert changed == {**jan, "email": None, "notes": None}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"body": "required"}),
        ({"name": None}, {"name": "invalid_type"}),
        ({"name": ""}, {"name": "required"}),
        ({"name": "\u001e"}, {"name": "invalid_character"}),
        ({"phone": None}, {"phone": "invalid_type"}),
        ({"sms_opt_out": None}, {"sms_opt_out": "invalid_type"}),
        ({"email_opt_out": 1}, {"email_opt_out": "invalid_type"}),
        ({"unknown": 1, "phone": "1"}, {"unknown": "unknown_field", "phone": "invalid_phone"}),
    ],
)
def test_a_bad_change_is_refused_whole(salon, jan, body, fields):
    salon.api.put(f"/clients/{jan['id']}", **body).invalid(**fields)
    salon.api.patch(f"/clients/{jan['id']}", **body).invalid(**fields)
    assert salon.api.get(f"/clients/{jan['id']}").expect() == jan


def test_a_phone_changes_in_any_spelling_and_the_old_one_is_free(salon, jan):
    changed = salon.api.patch(f"/clients/{jan['id']}", phone="602 222 222").expect()
    assert changed["phone"] == "+420602222222"
    assert salon.client(phone="+420601234567")["phone"] == "+420601234567"


def test_a_phone_of_another_client_is_refused_on_change(salon, jan):
    eva = salon.client("Eva", "+420602222222")
    salon.api.patch(f"/clients/{eva['id']}", phone=jan["phone"]).refused(400, "phone_taken", phone="phone_taken")
    assert salon.api.get(f"/clients/{eva['id']}").expect() == eva


def test_the_own_phone_may_be_sent_again(salon, jan):
    assert salon.api.patch(f"/clients/{jan['id']}", phone="601 234 567").expect() == jan


# -- no phone ---------------------------------------------------------------------------------------------------------


def test_a_client_without_a_phone_is_given_with_null(site, salon):
    made = site.admin.call("klientbox.client", "create", [{"name": "Walk-in", "company_id": salon.company_id}])
    client = salon.api.get(f"/clients/{made[0]}").expect()
    assert (client["phone"], client["email"], client["notes"]) == (None, None, None)
    # Read, modify, write; a client may stay without a phone.
    assert salon.api.put(f"/clients/{made[0]}", name="Walk-in 2").expect()["phone"] is None


# -- deleting ---------------------------------------------------------------------------------------------------------


def test_a_deleted_client_is_gone_from_everywhere_but_the_visits(salon, jan):
    visit = salon.visit(jan, "2026-04-15T14:00:00")
    assert salon.api.delete(f"/clients/{jan['id']}").expect() == {"deleted": True, "id": jan["id"]}
    for method in ("GET", "DELETE"):
        salon.api.request(method, f"/clients/{jan['id']}").refused(404, "not_found")
    for method in ("PUT", "PATCH"):
        salon.api.request(method, f"/clients/{jan['id']}", json={"name": "Back"}).refused(404, "not_found")
    assert salon.api.get("/clients").expect()["total"] == 0
    assert salon.api.get("/clients", search="Novák").expect()["total"] == 0
    assert salon.api.get("/reports/summary").expect()["total_clients"] == 0
    assert salon.api.get("/visits", client_id=jan["id"]).expect()["data"] == [visit]
    salon.api.post("/visits", client_id=jan["id"], date="2026-04-16T14:00:00").invalid(client_id="unknown_client")


def test_a_deleted_clients_phone_may_be_used_again_under_a_new_id(salon, jan):
    salon.api.delete(f"/clients/{jan['id']}").expect()
    again = salon.client("Jan Novák", jan["phone"])
    assert again["id"] != jan["id"]
    assert [client["id"] for client in salon.api.get("/clients").expect()["data"]] == [again["id"]]


@pytest.mark.parametrize("record", ["0", "-1", "abc", "1.5", "1e3", "01", "9999999999", "99999999999999999999", "%20"])
def test_an_id_that_is_none_is_404(empty_salon, record):
    empty_salon.api.get(f"/clients/{record}").refused(404, "not_found")


# -- opt-outs ---------------------------------------------------------------------------------------------------------


def test_the_api_can_lift_opt_outs_that_only_the_api_has_set(salon, jan):
    changed = salon.api.patch(f"/clients/{jan['id']}", sms_opt_out=True).expect()
    assert changed == {**jan, "sms_opt_out": True}
    changed = salon.api.patch(f"/clients/{jan['id']}", sms_opt_out=False, email_opt_out=True).expect()
    assert changed == {**jan, "email_opt_out": True}
    assert salon.api.get(f"/clients/{jan['id']}").expect() == changed


def test_an_opt_out_given_at_creation_holds_and_is_written_down(site, salon):
    client = salon.client(email="eva@example.com", sms_opt_out=True, email_opt_out=True)
    assert (client["sms_opt_out"], client["email_opt_out"]) == (True, True)
    events = site.sql(
        "SELECT channel, kind, source, address FROM klientbox_consent_event WHERE client_id = %s ORDER BY channel",
        [client["id"]],
    )
    assert events == [
        ("email", "withdrawn", "api", "eva@example.com"),
        ("sms", "withdrawn", "api", "+420601000001"),
    ]


def test_a_flag_that_does_not_change_is_refused_and_not_answered_with_200(site, salon, jan):
    """Every way in which a flag may be sent: either the answer has it, or it has the reason why not."""
    [[walk_in]] = site.inside(
        [{"model": "klientbox.client", "create": [{"name": "Eva", "company_id": salon.company_id}]}]
    )
    eva = salon.api.get(f"/clients/{walk_in}").expect()
    assert (eva["phone"], eva["sms_opt_out"], eva["email_opt_out"]) == (None, False, False)
    for send in (salon.api.patch, salon.api.put):
        for flag in (True, False):
            changed = send(f"/clients/{walk_in}", sms_opt_out=flag, email_opt_out=flag).expect()
            assert (changed["sms_opt_out"], changed["email_opt_out"]) == (flag, flag)
    stopped = salon.client("Petr", "+420603000003", email="petr@example.com")
    site.inside(
        [
            {"model": "klientbox.client", "ids": [stopped["id"]], "call": "_opt_out", "arguments": [channel, source]}
            for channel, source in (("sms", "stop"), ("email", "unsubscribe"))
        ]
    )
    salon.api.delete(f"/clients/{stopped['id']}").expect()
    # A new owner of the address gets the refusal; the flag beside it can't withdraw that.
    for send, (address, flag) in itertools.product(
        (salon.api.patch, salon.api.put),
        (({"phone": "603 000 003"}, "sms_opt_out"), ({"email": "petr@example.com"}, "email_opt_out")),
    ):
        send(f"/clients/{jan['id']}", **address, **{flag: False}).refused(
            400, "consent_required", **{flag: "consent_required"}
        )
        assert salon.api.get(f"/clients/{jan['id']}").expect() == jan
    moved = salon.api.patch(f"/clients/{jan['id']}", phone="603 000 003").expect()
    assert moved["sms_opt_out"] is True
    back = salon.api.patch(f"/clients/{jan['id']}", phone=jan["phone"]).expect()
    assert back["sms_opt_out"] is True, "a refusal follows to the next address, also back"
    salon.api.patch(f"/clients/{jan['id']}", sms_opt_out=False).refused(
        400, "consent_required", sms_opt_out="consent_required"
    )


def test_an_opt_out_follows_the_phone_to_a_new_client_and_the_client_to_a_new_phone(salon, jan):
    salon.api.patch(f"/clients/{jan['id']}", sms_opt_out=True).expect()
    salon.api.delete(f"/clients/{jan['id']}").expect()
    again = salon.client("Jan Novák", jan["phone"])
    assert again["sms_opt_out"] is True
    moved = salon.api.patch(f"/clients/{again['id']}", phone="602 333 444").expect()
    assert (moved["phone"], moved["sms_opt_out"]) == ("+420602333444", True)


def test_after_a_stop_the_api_cannot_opt_in_but_a_new_consent_can(site, salon, jan):
    def record(kind, source):
        site.inside(
            [
                {
                    "model": "klientbox.client",
                    "ids": [jan["id"]],
                    "call": "_record_consent",
                    "arguments": [kind, "sms", source],
                }
            ]
        )

    record("withdrawn", "stop")
    stopped = salon.api.get(f"/clients/{jan['id']}").expect()
    assert stopped == {**jan, "sms_opt_out": True}
    for body in ({"sms_opt_out": False}, {"sms_opt_out": False, "phone": "602 333 444"}):
        salon.api.patch(f"/clients/{jan['id']}", **body).refused(
            400, "consent_required", sms_opt_out="consent_required"
        )
    assert salon.api.get(f"/clients/{jan['id']}").expect() == stopped
    # A member may be written back unchanged; the other channel is free.
    assert salon.api.put(f"/clients/{jan['id']}", **{**stopped, "name": "Jan"}).expect()["sms_opt_out"] is True
    assert salon.api.patch(f"/clients/{jan['id']}", email_opt_out=True).expect()["email_opt_out"] is True
    # Deleting and creating again does not circumvent it.
    salon.api.delete(f"/clients/{jan['id']}").expect()
    again = salon.client("Jan Novák", jan["phone"], sms_opt_out=False)
    assert again["sms_opt_out"] is True

    jan["id"] = again["id"]
    record("given", "form")
    assert salon.api.get(f"/clients/{again['id']}").expect()["sms_opt_out"] is False
    assert salon.api.patch(f"/clients/{again['id']}", sms_opt_out=False).expect()["sms_opt_out"] is False


# -- the caller's own number ------------------------------------------------------------------------------------------


def test_a_number_of_the_caller_s_own_is_kept_and_unique(site, salon, jan):
    assert jan["external_id"] is None
    path = f"/clients/{jan['id']}"
    assert salon.api.patch(path, external_id=" A-7 ").expect()["external_id"] == "A-7"
    salon.api.post("/clients", name="Eva", phone="+420601000009", external_id="A-7").refused(
        400, "external_id_taken", external_id="external_id_taken"
    )
    assert salon.api.get("/clients").expect()["total"] == 1
    eva = salon.client("Eva", "+420601000009", external_id="A-8")
    salon.api.patch(f"/clients/{eva['id']}", external_id="A-7").refused(
        400, "external_id_taken", external_id="external_id_taken"
    )
    assert salon.api.put(path, external_id="A-7", name="Jan").expect()["external_id"] == "A-7"
    assert site.salon().client(external_id="A-7")["external_id"] == "A-7"
    assert salon.api.patch(path, external_id=None).expect()["external_id"] is None
    assert salon.api.patch(f"/clients/{eva['id']}", external_id="A-7").expect()["external_id"] == "A-7"


def test_two_who_give_one_number_at_once_get_one_client(salon, at_once):
    answers = at_once(
        8,
        lambda number: salon.api.copy().post("/clients", name="Eva", phone=f"+42060100000{number}", external_id="A-7"),
    )
    assert sorted(answer.status for answer in answers) == [201] + [400] * 7
    assert {answer.error["code"] for answer in answers if answer.status == 400} == {"external_id_taken"}


@pytest.mark.parametrize(
    ("value", "code"), [("x" * 256, "too_long"), (7, "invalid_type"), ("a\tb", "invalid_character")]
)
def test_a_number_of_the_caller_s_own_is_a_short_text(empty_salon, value, code):
    body = {"name": "Eva", "phone": "+420601000009", "external_id": value}
    empty_salon.api.post("/clients", **body).invalid(external_id=code)


# -- lists ------------------------------------------------------------------------------------------------------------


def test_clients_come_by_id_in_pages_with_the_total(salon):
    made = [salon.client(f"Client {9 - number}", f"+42060100000{number}")["id"] for number in range(5)]
    assert made == sorted(made)

    def page(**query):
        body = salon.api.get("/clients", **query).expect()
        return [client["id"] for client in body["data"]], body["total"], body["page"], body["per_page"]

    assert page() == (made, 5, 1, 50)
    assert page(per_page=2) == (made[:2], 5, 1, 2)
    assert page(per_page=2, page=3) == (made[4:], 5, 3, 2)
    assert page(per_page=2, page=4) == ([], 5, 4, 2)
    assert page(page=10**9) == ([], 5, 10**9, 50)
    assert page(per_page=500) == (made, 5, 1, 200)
    assert page(page=10**18 - 1, per_page=200) == ([], 5, 10**18 - 1, 200)


@pytest.mark.parametrize("path", ["/clients", "/visits", "/services"])
@pytest.mark.parametrize("name", ["page", "per_page"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "", "1e2", "٣", "9" * 30])
def test_a_page_is_a_whole_number_of_at_least_one(empty_salon, path, name, value):
    answer = empty_salon.api.get(path, **{name: value})
    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == [name]


@pytest.mark.parametrize("path", ["/clients", "/visits", "/services"])
def test_more_than_200_a_page_is_served_as_200(empty_salon, path):
    assert empty_salon.api.get(path, per_page=500).expect()["per_page"] == 200


@pytest.mark.parametrize(
    "path", ["/clients", "/visits", "/services", "/reports/reactivation", "/reports/summary", "/me"]
)
def test_an_unknown_parameter_is_refused(empty_salon, path):
    empty_salon.api.get(path, colour="red").invalid(colour="unknown_field")


def test_a_repeated_parameter_is_refused(empty_salon):
    empty_salon.api.request("GET", "/clients?page=1&page=2").invalid(page="repeated")


def test_a_status_that_is_none_is_refused(empty_salon):
    empty_salon.api.get("/clients", status="asleep").invalid(status="invalid_choice")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zaneta", {"Žaneta Říčanová"}),
        ("ŽANETA", {"Žaneta Říčanová"}),
        ("ricanova zaneta", {"Žaneta Říčanová"}),
        ("Říčan", {"Žaneta Říčanová"}),
        ("lukasz", {"Przemysław Łukasz"}),
        ("strasse", {"Jürgen Straße"}),
        ("Straße", {"Jürgen Straße"}),
        ("+420 601 111 222", {"Žaneta Říčanová"}),
        ("00420601111222", {"Žaneta Říčanová"}),
        ("601111222", {"Žaneta Říčanová"}),
        ("601-111-222", {"Žaneta Říčanová"}),
        ("(601) 111 222", {"Žaneta Říčanová"}),
        ("111222", {"Žaneta Říčanová"}),
        ("zaneta@example.com", {"Žaneta Říčanová"}),
        ("100%", {"100% Salon_Kid"}),
        ("%", {"100% Salon_Kid"}),
        ("n_k", {"100% Salon_Kid"}),
        ("_", {"100% Salon_Kid"}),
        ("\\", {"Back\\slash"}),
        ("zaneta lukasz", set()),
        ("no-match", set()),
        ("", {"Žaneta Říčanová", "Przemysław Łukasz", "Jürgen Straße", "100% Salon_Kid", "Back\\slash"}),
        ("   ", {"Žaneta Říčanová", "Przemysław Łukasz", "Jürgen Straße", "100% Salon_Kid", "Back\\slash"}),
    ],
)
def test_search_finds_by_any_spelling_and_takes_wildcards_literally(crowd, text, found):
    body = crowd.api.get("/clients", search=text).expect()
    assert {client["name"] for client in body["data"]} == found
    assert body["total"] == len(found)


@pytest.fixture(scope="module")
def crowd(site):
    salon = site.salon()
    salon.client("Žaneta Říčanová", "+420601111222", email="zaneta@example.com")
    salon.client("Przemysław Łukasz", "+420602222333")
    salon.client("Jürgen Straße", "+420603333444")
    salon.client("100% Salon_Kid", "+420604444555")
    salon.client("Back\\slash", "+420605555666")
    return salon
