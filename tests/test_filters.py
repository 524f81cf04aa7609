"""Filters, order and choice of members of the lists: each one in the served document, compared with Python."""

import itertools
import operator

import pytest

from .contract import CONTRACT, PREFIX

LISTS = {"listClients": "/clients", "listVisits": "/visits", "listServices": "/services", "listMessages": "/messages"}
# Tested separately.
BY_HAND = {"page", "per_page", "search", "date_from", "date_to", "updated_since", "sort", "fields"}
NAMES = ["Ana", "Bea 100% x_y", "Cyril O'Hara", "Dana\\", "eva", "Jana Říčanová", "Jan", "JANA"]
# Members of staff and a walk-in, in alphabetical order, not of code points.
ALPHABETICAL = ["Ana", "Bea 100% x_y", "Cyril O'Hara", "Dana\\", "eva", "Jan", "JANA", "Jana Říčanová", "Walk-in"]
MATCHES = {
    "": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "icontains": lambda value, wanted: wanted.lower() in value.lower(),
    "istartswith": lambda value, wanted: value.lower().startswith(wanted.lower()),
}
NEVER = {"id": 2**31 - 1, "client_id": 2**31 - 1, "phone": "+420777777777"}


def fill(site, salon):
    """A salon in which no two clients are alike."""
    api = salon.api
    services = [
        api.post("/services", name=name, duration_minutes=minutes, price=price).expect(201)["id"]
        for name, minutes, price in (("Střih", 30, 490.5), ("Barva", 120, 0), ("Foukaná_", 30, 1250))
    ]
    for number, name in enumerate(NAMES):
        client = salon.client(
            name,
            f"+42060100000{number}",
            email=f"{'abcdefgh'[number]}_{number}@example.com" if number % 3 else None,
            sms_opt_out=number == 2,
            email_opt_out=number == 4,
            external_id=f"{'hgfedcba'[number]}%{number}" if number % 2 else None,
        )
        for day, state in itertools.islice((("01", "done"), ("02", "no_show"), ("03", "done")), number % 4):
            salon.visit(client, f"2026-0{number + 1}-{day}T10:00:0{number}", state=state, service_id=services[0])
    company = {"company_id": salon.company_id, "client_id": client["id"]}
    site.inside(
        [
            {"model": "klientbox.client", "create": [{"name": "Walk-in", "company_id": salon.company_id}]},
            {
                "model": "klientbox.message",
                "create": [
                    {"channel": "sms", "state": "sent", "trigger": "lost", "step": 1, "day": "2026-06-01", **company},
                    {"channel": "sms", "state": "failed", "reason": "refused", "cost": 1.5, **company},
                    {"channel": "email", "state": "queued", "trigger": "warning", "step": 2, "cost": 0.9, **company},
                    {"channel": "sms", "direction": "in", "state": "replied", "company_id": salon.company_id},
                ],
            },
        ]
    )
    for table in ("client", "visit", "message"):
        # More than a second apart, and with fractions of one that no answer shows.
        site.sql(
            f"UPDATE klientbox_{table} SET create_date = '2026-06-15 10:00:00.7'::timestamp + id * '1.6 s'::interval"
            " WHERE company_id = %s",
            [salon.company_id],
        )
    site.sql(
        "UPDATE klientbox_message SET sent_at = create_date + '1 h', delivered_at = create_date + '2 h'"
        " WHERE company_id = %s AND state IN ('sent', 'replied')",
        [salon.company_id],
    )
    return salon


@pytest.fixture(scope="module")
def crowd(site):
    return fill(site, site.salon())


@pytest.fixture(scope="module")
def others(site):
    """Another salon with clients and visits as well, none of which may ever be found."""
    salon = site.salon()
    for number, name in enumerate(NAMES[:3]):
        client = salon.client(name, f"+42060100000{number}", external_id=f"{'hgf'[number]}%{number}")
        salon.visit(client, f"2026-0{number + 1}-01T10:00:00")
    return salon


@pytest.fixture(scope="module")
def rows(crowd):
    return {path: crowd.api.pages(path) for path in LISTS.values()}


def ids(answer):
    return [row["id"] for row in answer.expect()["data"]]


def filters_of(name):
    """[(parameter, member, lookup)] of a list, as the served document has them."""
    found = [parameter for parameter in CONTRACT.served.query(name) if parameter not in BY_HAND]
    return [(parameter, *(parameter.partition("__")[::2])) for parameter in found]


def wanted(rows, member, lookup):
    """Values to filter by: some existing ones, and one that does not exist."""
    if lookup == "isnull":
        return [True, False]
    values = sorted({row[member] for row in rows if row[member] is not None})
    if isinstance(values[0], bool):
        return [True, False]
    some = values[:: max(len(values) // 3, 1)]
    if lookup == "in":
        return [some, [*some[:1], NEVER.get(member, some[0])]]
    if lookup in ("icontains", "istartswith"):
        parts = [part for value in some[:2] for part in (value, value[:1].swapcase(), value[1:4], value[-2:])]
        return [part for part in parts if part.strip() == part != ""] + ["%", "_", "\\", "'"]
    return [*some, *([NEVER[member]] if member in NEVER else [])]


def written(value):
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else value


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_finds_what_python_finds(crowd, others, rows, name, subtests):
    path = LISTS[name]
    filters = filters_of(name)
    assert len(filters) > 10
    for parameter, member, lookup in filters:
        for value in wanted(rows[path], member, lookup):
            if lookup == "isnull":
                expected = [row["id"] for row in rows[path] if (row[member] is None) == value]
            else:
                expected = [
                    row["id"] for row in rows[path] if row[member] is not None and MATCHES[lookup](row[member], value)
                ]
            with subtests.test(parameter=parameter, value=value):
                assert ids(crowd.api.get(path, per_page=200, **{parameter: written(value)})) == expected


def place(member, value):
    """The sort key of a value."""
    return ALPHABETICAL.index(value) if member == "name" and value in ALPHABETICAL else value or 0


@pytest.mark.parametrize("name", LISTS)
def test_every_order_is_python_s_and_ends_in_the_id(crowd, rows, name, subtests):
    path = LISTS[name]
    terms = CONTRACT.served.query(name)["sort"]["items"]["enum"]
    assert {term.lstrip("-") for term in terms} == {member for _parameter, member, _lookup in filters_of(name)}
    for term in terms:
        member = term.lstrip("-")
        expected = sorted(rows[path], key=lambda row: row["id"])
        expected.sort(key=lambda row: (row[member] is not None, place(member, row[member])), reverse=term != member)
        with subtests.test(term):
            assert ids(crowd.api.get(path, sort=term)) == [row["id"] for row in expected]


def test_orders_go_together_and_the_first_counts_first(crowd, rows):
    expected = sorted(rows["/clients"], key=lambda row: row["id"])
    expected.sort(key=lambda row: row["last_visit_date"] or "", reverse=True)
    expected.sort(key=lambda row: row["total_visits"])
    answer = crowd.api.get("/clients", sort="total_visits,-last_visit_date")
    assert ids(answer) == [row["id"] for row in expected]
    assert ids(crowd.api.get("/clients", sort="total_visits,-last_visit_date,-total_visits")) == ids(answer)


def test_filters_pages_and_search_go_together(crowd):
    query = {"search": "jan", "total_visits__gte": 1, "sort": "-name", "per_page": 1}
    pages = [crowd.api.get("/clients", page=page, **query).expect() for page in (1, 2, 3)]
    assert [page["data"][0]["name"] for page in pages] == ["Jana Říčanová", "JANA", "Jan"]
    assert {page["total"] for page in pages} == {3}
    assert crowd.api.get("/clients", total_visits__gte=1, total_visits__lt=1).expect()["data"] == []


def test_times_are_local_unless_they_have_an_offset(crowd, rows):
    first = min(visit["date"] for visit in rows["/visits"])
    assert first == "2026-02-01T10:00:01"
    for written_time in (first, "2026-02-01T09:00:01Z", "2026-02-01T10:00:01+01:00"):
        assert len(ids(crowd.api.get("/visits", date__lte=written_time))) == 1
        assert ids(crowd.api.get("/visits", date__lt=written_time)) == []


def test_a_phone_is_found_in_any_spelling(crowd, rows):
    [client] = [row for row in rows["/clients"] if row["phone"] == "+420601000003"]
    for spelling in ("+420601000003", "601 000 003", "00420601000003"):
        assert ids(crowd.api.get("/clients", phone=spelling)) == [client["id"]]
    assert ids(crowd.api.get("/clients", phone__in="601000003,777 777 777")) == [client["id"]]


def test_ids_of_another_company_find_nothing(crowd, others):
    theirs = others.api.get("/clients").expect()["data"]
    some = ",".join(str(client["id"]) for client in theirs)
    assert crowd.api.get("/clients", id__in=some).expect()["total"] == 0
    assert crowd.api.get("/visits", client_id__in=some).expect()["total"] == 0
    assert crowd.api.get("/messages", client_id__in=some).expect()["total"] == 0


# -- members ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_member_can_be_had_alone(crowd, rows, name, subtests):
    path = LISTS[name]
    members = CONTRACT.served.query(name)["fields"]["items"]["enum"]
    assert set(members) == set(rows[path][0])
    whole = crowd.api.get(path, per_page=200).expect()
    for member in members:
        with subtests.test(member):
            body = crowd.api.get(path, per_page=200, fields=member).expect()
            assert body == {**whole, "data": [{member: row[member]} for row in whole["data"]]}
    body = crowd.api.get(path, per_page=200, fields=",".join(members)).expect()
    assert body == whole


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        ("/clients", {"total_visits__gte": "many"}, {"total_visits__gte": "invalid_number"}),
        ("/clients", {"total_visits__gte": "-1"}, {"total_visits__gte": "invalid_number"}),
        ("/clients", {"total_visits": "3000000000"}, {"total_visits": "out_of_range"}),
        ("/clients", {"total_visits__lt": ""}, {"total_visits__lt": "invalid_number"}),
        ("/clients", {"id": "0"}, {"id": "out_of_range"}),
        ("/clients", {"id__in": "1,x,3,0"}, {"id__in.1": "invalid_number", "id__in.3": "out_of_range"}),
        ("/clients", {"id__in": ""}, {"id__in": "required"}),
        ("/clients", {"id__in": ",".join(["7"] * 201)}, {"id__in": "too_long"}),
        ("/clients", {"name__icontains": ""}, {"name__icontains": "required"}),
        ("/clients", {"name__icontains": "x" * 256}, {"name__icontains": "too_long"}),
        ("/clients", {"search": "x" * 256}, {"search": "too_long"}),
        ("/clients", {"search": "\ufdfa" * 3400}, {"search": "too_long"}),
        ("/clients", {"name__in": "Ana,,Bea"}, {"name__in.1": "required"}),
        ("/clients", {"email": "a\0b"}, {"email": "invalid_character"}),
        ("/clients", {"phone": "Jana"}, {"phone": "invalid_phone"}),
        ("/clients", {"phone__in": "601000003,1"}, {"phone__in.1": "invalid_phone"}),
        ("/clients", {"status__in": "new,asleep"}, {"status__in.1": "invalid_choice"}),
        ("/clients", {"last_visit_date__lt": "soon"}, {"last_visit_date__lt": "invalid_date"}),
        ("/clients", {"last_visit_date__isnull": "perhaps"}, {"last_visit_date__isnull": "invalid_boolean"}),
        ("/clients", {"sms_opt_out": "1"}, {"sms_opt_out": "invalid_boolean"}),
        ("/clients", {"created__gte": "2026-02-30T00:00:00"}, {"created__gte": "invalid_datetime"}),
        ("/clients", {"name__regex": "a"}, {"name__regex": "unknown_field"}),
        ("/clients", {"name__isnull": "true"}, {"name__isnull": "unknown_field"}),
        ("/clients", {"search_key__icontains": "a"}, {"search_key__icontains": "unknown_field"}),
        ("/clients", {"company_id": "1"}, {"company_id": "unknown_field"}),
        ("/clients", {"days_since_visit__gt": "1"}, {"days_since_visit__gt": "unknown_field"}),
        ("/clients", {"sort": "search_key"}, {"sort.0": "invalid_choice"}),
        ("/clients", {"sort": "name,--id"}, {"sort.1": "invalid_choice"}),
        ("/clients", {"sort": ""}, {"sort": "required"}),
        ("/clients", {"fields": "id,digest"}, {"fields.1": "invalid_choice"}),
        ("/clients", {"fields": ""}, {"fields": "required"}),
        ("/visits", {"client_id__lt": "5"}, {"client_id__lt": "unknown_field"}),
        ("/visits", {"date__gte": "yesterday"}, {"date__gte": "invalid_datetime"}),
        ("/services", {"price__gte": "dear"}, {"price__gte": "invalid_number"}),
        ("/services", {"price__gte": "1e999"}, {"price__gte": "finite_number"}),
        ("/services", {"duration_minutes": "1.5"}, {"duration_minutes": "invalid_number"}),
        ("/messages", {"trigger": "boredom"}, {"trigger": "invalid_choice"}),
        ("/messages", {"body__icontains": "a"}, {"body__icontains": "unknown_field"}),
    ],
)
def test_a_bad_filter_is_refused(empty_salon, path, query, fields):
    empty_salon.api.get(path, **query).invalid(**fields)


def test_a_repeated_filter_is_refused(empty_salon):
    empty_salon.api.request("GET", "/clients?id__gt=1&id__gt=2").invalid(id__gt="repeated")


def test_a_list_may_be_repeated_instead_as_many_clients_write_it(salon):
    ids = [salon.client(name, f"60133344{number}")["id"] for number, name in enumerate(("Jana", "Eva", "Ivo"))]
    query = f"id__in={ids[0]}&id__in={ids[1]}&sort=-name&sort=id&fields=id&fields=name"
    body = salon.api.request("GET", f"/clients?{query}").expect()
    assert body["data"] == [{"id": ids[0], "name": "Jana"}, {"id": ids[1], "name": "Eva"}]
    salon.api.request("GET", "/clients?id__in=1&id__in=x").invalid(**{"id__in.1": "invalid_number"})


def test_lists_of_values_are_one_text_in_the_document():
    for name, path in LISTS.items():
        for parameter in CONTRACT.served.operations[name].parameters:
            is_list = parameter["schema"].get("type") == "array"
            assert parameter.get("explode", True) is not is_list, (PREFIX + path, parameter["name"])
