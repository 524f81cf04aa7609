"""Koibox's API: each operation, parameter and member of the vendor's contract, over HTTP."""

import itertools
import random
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone

import pytest

from .koibox import CONTRACT, LIST, ME, MEMBERS, Koibox, as_json, detail, wrong
from .test_filters import MATCHES

SEED = 6
CROWD = 1_000
NEVER = 2**31 - 1
OPERATIONS = {"listClientes", "saveCliente", "updateCliente", "readApiKey"}
# Members that are served with one value only, and why.
EMPTY = {
    "b64_firma_rgpd": "a consent is an event with its words; there is no image of a signature",
    "file_contrato_rgpd": "there is no file of a signed contract",
    "is_anonymous": "a walk-in without a name is no client here",
    "puntos_disponibles": "there are no loyalty points",
}
PARAMETERS = CONTRACT.query("listClientes")
FILTERS = [name for name in PARAMETERS if name not in ("limit", "offset")]
# A value of each writable member, and the returned one where that has another spelling.
WRITTEN = {
    "nombre": "Lucía",
    "apellido1": "García",
    "apellido2": "López",
    "email": "lucia@example.com",
    "movil": ("+420 601 234 567", "601234567"),
    "fijo": "224 111 222",
    "dni": "12345678Z",
    "sexo": "M",
    "fecha_nacimiento": "1990-02-28",
    "direccion": "Calle Mayor 1",
    "localidad": "Madrid",
    "codigo_postal": "28013",
    "notas": "prefers mornings",
    "code": 4711,
    "descuento_ventas": 12.5,
    "is_suscrito_newsletter": True,
    "is_suscrito_encuestas": True,
    "is_agree_notificaciones_sms": True,
    "is_agree_notificaciones_email": True,
    "is_citas_online": False,
    "is_envios_sms": False,
    "is_envios_email": False,
    "is_active": False,
}
REFERENCES = {"provincia", "categoria", "como_nos_conocio"}


def koibox_of(salon):
    return Koibox(salon.api.url, salon.key)


@pytest.fixture
def koibox(salon):
    """A company for one test, through Koibox's API."""
    return koibox_of(salon)


@pytest.fixture(scope="module")
def empty(empty_salon):
    return koibox_of(empty_salon)


def insert(site, table, rows):
    """Rows by one statement; their ids."""
    columns = ", ".join(rows[0])
    return [
        row
        for [row] in site.sql(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            " RETURNING id",
            [as_json(rows).decode()],
        )
    ]


# -- the contract -----------------------------------------------------------------------------------------------------


def test_the_contract_is_served_whole():
    assert set(CONTRACT.operations) == OPERATIONS
    assert len(FILTERS) == 79
    assert len(PARAMETERS) == 81
    can_be_written = {name for name, schema in MEMBERS.items() if not schema.get("readOnly")}
    assert can_be_written - {"created_by"} == WRITTEN.keys() | REFERENCES


def test_every_member_is_there_and_only_the_known_ones_are_empty(koibox):
    koibox.post(nombre="Eva").expect(201)
    [row] = koibox.list()["results"]
    assert row.keys() == MEMBERS.keys() | {"is_exclude_online_payments"}
    assert {name: row[name] for name in EMPTY} == {
        "b64_firma_rgpd": None,
        "file_contrato_rgpd": None,
        "is_anonymous": False,
        "puntos_disponibles": 0,
    }


def test_every_member_that_can_be_written_comes_back(site, salon, koibox):
    [category] = insert(site, "klientbox_koibox_category", [{"name": "VIP", "company_id": salon.company_id}])
    [heard] = insert(site, "klientbox_koibox_heard", [{"name": "Friend", "company_id": salon.company_id}])
    [[state]] = site.sql("SELECT min(id) FROM res_country_state")
    values = {**WRITTEN, "categoria": category, "como_nos_conocio": heard, "provincia": state}
    sent = {name: value[0] if isinstance(value, tuple) else value for name, value in values.items()}
    expected = {name: value[1] if isinstance(value, tuple) else value for name, value in values.items()}
    plain = koibox.post(nombre="Eva").expect(201)
    for name, value in sent.items():
        body = koibox.patch(plain["id"], **{name: value}).expect()
        assert body[name] == expected[name], name
    made = koibox.post(**{**sent, "movil": "+420602000001", "code": 4712}).expect(201)
    for body in (made, *koibox.list()["results"]):
        differ = {name for name, value in expected.items() if body[name] != value}
        assert differ <= {"movil", "code"}
    for name in (
        "apellido2",
        "email",
        "dni",
        "movil",
        "fijo",
        "codigo_postal",
        "sexo",
        "fecha_nacimiento",
        *REFERENCES,
    ):
        assert koibox.patch(plain["id"], **{name: None}).expect()[name] is None


def test_what_is_read_only_is_ignored(koibox):
    read_only = {name: 7 for name, schema in MEMBERS.items() if schema.get("readOnly")}
    made = koibox.post(nombre="Eva", **read_only, unknown=1).expect(201)
    assert made["numero_ventas"] == 0
    changed = koibox.patch(made["id"], **read_only).expect()
    assert {**changed, "updated": made["updated"]} == made
    assert koibox.patch(made["id"], **made).expect() == changed
    assert koibox.patch(made["id"]).expect() == changed


def test_no_search_term_or_key_appears_in_the_log(site, koibox):
    secrets = {"nombre": "Zdislava", "apellido1": "Przybylska", "apellido2": "Wszechny", "email": "zdisla4"}
    secrets["dni"] = "4711Q"
    for name, value in secrets.items():
        koibox.list(**{f"{name}__icontains": value})
    for name, value in (("movil", "601987654"), ("movil__in", "601987655"), ("fijo", "911987656")):
        koibox.list(**{name: value})
        secrets[name] = value
    koibox.with_key(None).get(LIST, key=koibox.key)
    for value in (*secrets.values(), koibox.key):
        assert value not in site.log


def test_the_key_tells_its_centre(site, salon, koibox):
    for path in (ME, ME.rstrip("/")):
        assert koibox.get(path).expect() == {"name": "tests", "centro": salon.company_id, "is_active": True}
    mute = koibox.with_key(site.new_key(salon, "mute", clients_access="none"))
    assert mute.get(ME).expect()["name"] == "mute"


def test_paths_do_with_or_without_the_last_slash(koibox):
    made = koibox.request("POST", LIST.rstrip("/"), json={"nombre": "Eva"}).expect(201)
    assert koibox.get(LIST.rstrip("/")).expect()["count"] == 1
    assert koibox.request("PATCH", f"{LIST}{made['id']}", json={"notas": "x"}).expect()["notas"] == "x"


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(site):
    return make_crowd(site, site.salon())


def stretch(body):
    return [row["id"] for row in body["results"]]


@pytest.mark.parametrize(
    ("limit", "served"),
    [(None, 20), ("1", 1), ("50", 50), ("51", 50), ("200", 50), ("0", 20), ("-3", 20), ("ten", 20), ("", 20)]
    + [("9" * 30, 50), ("1.5", 20), ("²", 20)],
)
def test_a_limit_that_cannot_be_meant_is_the_usual_one(crowd, limit, served):
    assert len(crowd.list(**({} if limit is None else {"limit": limit}))["results"]) == served


def test_links_lead_through_the_whole_list(crowd):
    rows = crowd.all()
    assert len(rows) == CROWD
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    base = crowd.url + LIST
    body = crowd.list(limit=30, offset=5)
    assert (body["next"], body["previous"]) == (f"{base}?limit=30&offset=35", f"{base}?limit=30")
    assert stretch(body) == [row["id"] for row in rows[5:35]]
    body = crowd.request("GET", f"{LIST}?page=2&limit=80&is_active=true&offset=120&id__in=").expect()
    assert body["previous"] == f"{base}?page=2&is_active=true&id__in=&limit=50&offset=70"
    body = crowd.list(offset=CROWD + 5)
    assert (body["results"], body["next"], body["count"]) == ([], None, CROWD)
    for offset in ("-5", "x", "9" * 40):
        assert crowd.list(offset=offset)["count"] == CROWD


def test_links_name_the_host_of_the_request(crowd):
    body = crowd.request("GET", LIST, {"Host": "salon.example:8443"}).expect()
    assert body["next"] == "http://salon.example:8443/api/clientes/?limit=20&offset=20"


# -- filters ----------------------------------------------------------------------------------------------------------


def make_crowd(site, salon):
    """A thousand clients with few different values each, so that filters combine; realistic figures, by SQL."""
    chance = random.Random(SEED)
    company = {"company_id": salon.company_id}
    categories = insert(site, "klientbox_koibox_category", [{"name": name, **company} for name in "ABCD"])

    def maybe(*values, empty=0.3):
        return None if chance.random() < empty else chance.choice(values)

    def day():
        return maybe(*(str(date(2026, 1, 1) + timedelta(days=9 * step)) for step in range(12)))

    clients = []
    for number in range(CROWD):
        names = [
            chance.choice(("Ana", "Žaneta", "O'Hara 50%", "José_María")),
            maybe("Núñez", "Sanz\\Gil"),
            maybe("Ruiz"),
        ]
        hour = f"0{chance.randint(0, 3)}:30:{chance.choice('05')}0.5"
        email = maybe(f"c{number}@example.com", f"C{number}_x@Příklad.cz")
        phone = maybe(f"+4206010{number:05}", f"+3460100{number:04}")
        name = " ".join(filter(None, names))
        key = f"{name} {(phone or '').lstrip('+')} {email or ''}".casefold()
        folded = "".join(char for char in unicodedata.normalize("NFKD", key) if not unicodedata.combining(char))
        clients.append(
            {
                "name": name,
                "koibox_nombre": names[0],
                "koibox_apellido1": names[1],
                "koibox_apellido2": names[2],
                "search_key": " ".join(folded.split()),
                "email": email,
                "phone": phone,
                "status": "new",
                "active": chance.random() < 0.8,
                "gender": maybe("male", "female", "other"),
                "sms_opt_out": chance.random() < 0.3,
                "email_opt_out": chance.random() < 0.3,
                "koibox_national_id": maybe("12345678Z", "x_1", "X%2"),
                "koibox_landline": maybe("911 222 333", "912000000", "+34 913"),
                "koibox_zip": maybe("28013", "08001", "110 00"),
                "koibox_origin": maybe("api", "w", "c"),
                "koibox_category_id": maybe(*categories),
                "koibox_newsletter": maybe(True, False),
                "koibox_surveys": maybe(True, False),
                "koibox_sms_notices": maybe(True, False),
                "koibox_email_notices": maybe(True, False),
                "koibox_online_booking": maybe(True, False),
                "koibox_no_online_payments": maybe(True, False),
                "koibox_agreed": maybe(True, False),
                "koibox_agreed_on": day(),
                "koibox_sales": maybe(0, 1, 2, 9),
                "koibox_sales_amount": maybe(0, 10.5, 412.5, 99999.99),
                "koibox_debt": maybe(0, 0.01, 30),
                "koibox_last_sale": day(),
                "koibox_discount": maybe(0, 5, 12.5),
                "total_visits": maybe(0, 1, 11),
                "last_visit_date": day(),
                "koibox_registered": f"2026-03-{chance.randint(28, 30)}T{hour}",
                "create_date": "2026-04-01T08:00:00",
                "write_date": "2026-04-01T08:00:00",
                **company,
            }
        )
    ids = insert(site, "klientbox_client", clients)
    messages = [
        {
            "client_id": client_id,
            "direction": "out",
            "channel": chance.choice(("sms", "email")),
            "state": chance.choice(("sent", "delivered", "failed", "queued")),
            "trigger": chance.choice(("lost", "lost", "warning")),
            "absence_since": chance.choice((client["last_visit_date"], "2025-01-01")),
            **company,
        }
        for client_id, client in zip(ids, clients, strict=True)
        if client["last_visit_date"] and chance.random() < 0.5
    ]
    insert(site, "klientbox_message", messages)
    return koibox_of(salon)


@pytest.fixture(scope="module")
def rows(crowd):
    return crowd.all()


def moment(text):
    return datetime.fromisoformat(text)


def held(row, member, lookup, value):
    """Whether a row matches a filter, by the row's own values."""
    actual = moment(row[member]) if member == "fecha_alta" else row[member]
    return actual is not None and MATCHES[lookup](actual, value)


def values_of(rows, member):
    return sorted({row[member] for row in rows if row[member] is not None})


def wanted(rows, member, lookup):
    """Values to filter by, as Python has them."""
    values = values_of(rows, member)
    if isinstance(values[0], bool):
        return [True, False]
    if member == "fecha_alta":
        values = [moment(value) for value in values]
        return [*values[:: len(values) // 3], values[0] - timedelta(seconds=1)]
    if lookup == "in":
        return [values[:1], values[1:3], [*values[-1:], NEVER if isinstance(values[0], int) else "none"]]
    if lookup == "icontains":
        parts = [part for value in values[:3] for part in (value, value[:2].swapcase(), value[1:4], value[-1:])]
        return [*parts, "%", "_", "\\", "'", "ž"]
    if isinstance(values[0], (int, float)) and not isinstance(values[0], bool):
        return [*values[:: max(len(values) // 3, 1)], values[0] - 1, values[-1] + 1, 0]
    return [*values[:: max(len(values) // 3, 1)], *(["1999-12-31"] if member.startswith("fecha") else ["none"])]


def written(value):
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else value


def expected(rows, conditions):
    return [row["id"] for row in rows if all(held(row, *condition) for condition in conditions)]


def condition(parameter, value):
    member, _, lookup = parameter.partition("__")
    return member, lookup, value


def test_every_filter_finds_what_python_finds(crowd, rows, subtests):
    assert len(rows) == CROWD
    matching = 0
    for parameter in FILTERS:
        member, _, lookup = parameter.partition("__")
        for value in wanted(rows, member, lookup):
            found = expected(rows, [condition(parameter, value)])
            matching += bool(found)
            with subtests.test(parameter=parameter, value=value):
                body = crowd.list(limit=50, **{parameter: written(value)})
                assert body["count"] == len(found)
                assert stretch(body) == found[:50]
    assert matching > 2 * len(FILTERS)


def test_every_pair_of_filters_is_both(crowd, rows):
    chance = random.Random(SEED)
    pairs = []
    for pair in itertools.combinations(FILTERS, 2):
        values = {each: chance.choice(wanted(rows, *each.partition("__")[::2])) for each in pair}
        pairs.append(values)
    assert len(pairs) == 79 * 78 // 2

    def differs(values, session):
        found = expected(rows, [condition(*each) for each in values.items()])
        body = session.list(limit=2, **{name: written(value) for name, value in values.items()})
        return (body["count"], stretch(body)) != (len(found), found[:2])

    def try_some(some):
        session = crowd.copy()
        return [values for values in some if differs(values, session)]

    with ThreadPoolExecutor(4) as pool:
        assert list(itertools.chain(*pool.map(try_some, [pairs[start::4] for start in range(4)]))) == []


def test_booleans_are_spelt_as_django_spells_them(crowd, rows):
    for value, spellings in ((True, ("true", "True", "1", "TRUE")), (False, ("false", "False", "0"))):
        found = expected(rows, [("is_active", "", value)])
        assert {crowd.list(is_active=spelling)["count"] for spelling in spellings} == {len(found)}


def test_phones_are_found_in_any_spelling(crowd, rows):
    [row] = [row for row in rows if row["movil"] and not row["movil"].startswith("+")][:1]
    number = row["movil"]
    for spelling in (number, f"+420{number}", f"00420 {number[:3]} {number[3:]}", f"{number},+34999", f" {number} "):
        assert stretch(crowd.list(**{"movil__in": spelling})) == [row["id"]]
    assert crowd.list(movil="no-match")["count"] == 0
    foreign = next(row for row in rows if row["movil"] and row["movil"].startswith("+34"))
    assert stretch(crowd.list(movil=foreign["movil"])) == [foreign["id"]]


def test_times_without_an_offset_are_the_salon_s(crowd, rows):
    """Also around the night in which clocks are put forward."""
    for row in rows[:40]:
        there = moment(row["fecha_alta"])
        assert str(there.utcoffset()) == ("1:00:00" if row["fecha_alta"] < "2026-03-29T02" else "2:00:00")
        for spelling in (
            there.isoformat(),
            there.astimezone(timezone.utc).isoformat().replace("+00:00", "Z"),
            there.replace(tzinfo=None).isoformat(),
        ):
            found = expected(rows, [("fecha_alta", "lt", there)])
            assert crowd.list(fecha_alta__lt=spelling)["count"] == len(found)


def test_lists_may_be_repeated_of_all_else_the_last_counts(crowd, rows):
    first, second = rows[0]["id"], rows[1]["id"]
    body = crowd.request("GET", f"{LIST}?id__in={first}&id__in={second},,").expect()
    assert stretch(body) == [first, second]
    body = crowd.request("GET", f"{LIST}?code={rows[0]['code']}&code={rows[1]['code']}").expect()
    assert stretch(body) == [second]


@pytest.mark.parametrize(
    "query",
    ["page=2", "page_size=5", "email=c1@example.com", "telefono=1", "nombre__regex=(", "ordering=-id", "search=x"]
    + ["nombre__icontains=", "id__in=", "id__in=,,", "code=", "is_active=%20", "fecha_alta__lt="],
)
def test_what_is_unknown_or_empty_is_ignored(crowd, query):
    assert crowd.request("GET", f"{LIST}?{query}").expect()["count"] == CROWD


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *((name, "many") for name in ("id__in", "categoria", "categoria__in", "numero_ventas", "code__lt")),
        ("numero_ventas", "1.5"),
        ("id__in", "1,x,3"),
        ("importe_ventas__gte", "dear"),
        ("importe_deudas", "1e999"),
        ("descuento_ventas__lt", "NaN"),
        ("is_active", "perhaps"),
        ("is_envios_sms", "2"),
        ("fecha_ultima_venta__lt", "soon"),
        ("fecha_firma_rgpd", "2026-02-30"),
        ("fecha_alta__gte", "2026-02-30T00:00:00"),
        ("fecha_alta", "0001-01-01T00:00:00Z"),
        ("nombre__icontains", "a\0b"),
    ],
)
def test_a_value_of_the_wrong_type_names_its_filter(empty, parameter, value):
    answer = empty.get(LIST, **{parameter: value})
    assert wrong(answer) == {parameter}
    [[sentence]] = answer.body.values()
    assert sentence.startswith("This ") or "character" in sentence


def test_all_invalid_filters_are_named_at_once(empty):
    answer = empty.get(LIST, code="x", is_active="x", categoria="1", nombre__icontains="x")
    assert wrong(answer) == {"code", "is_active"}


def test_ids_that_nothing_has_find_nothing(crowd):
    for query in ({"id__in": "0,-5"}, {"categoria": 0}, {"categoria": -1}, {"id__in": 10**17}, {"categoria": NEVER}):
        assert crowd.list(**query)["count"] == 0
    for query in ({"code": 10**17}, {"code__gt": 10**17}, {"numero_ventas__lt": 0}):
        assert crowd.list(**query)["count"] == 0
    assert crowd.list(code__lt=10**17)["count"] == crowd.list(numero_ventas__gt=-1)["count"] == CROWD


# -- figures ----------------------------------------------------------------------------------------------------------


def test_figures_follow_what_happens(site, salon, koibox):
    made = koibox.post(nombre="Eva", movil="601000001", email="eva@example.com").expect(201)
    assert (made["numero_ventas"], made["importe_ventas"], made["total_citas_realizadas"]) == (0, 0, 0)
    service = salon.api.post("/services", name="Cut", duration_minutes=30, price=490.5).expect(201)["id"]
    for day in ("01", "15"):
        salon.visit(made, f"2026-04-{day}T23:30:00", state="done", service_id=service)
    salon.visit(made, "2026-04-20T10:00:00", state="no_show", service_id=service)
    site.inside(
        [
            {
                "model": "klientbox.client",
                "ids": [made["id"]],
                "call": "_record_consent",
                "arguments": ["given", "sms", "form"],
                "kwargs": {"at": "2026-03-31 22:30:00"},
            },
            {
                "model": "klientbox.message",
                "create": [
                    {
                        "client_id": made["id"],
                        "channel": "sms",
                        "state": "sent",
                        "trigger": "lost",
                        "absence_since": "2026-04-15",
                        "company_id": salon.company_id,
                    }
                ],
            },
        ]
    )
    [row] = koibox.list()["results"]
    figures = {
        "numero_ventas": 2,
        "importe_ventas": 981,
        "importe_deudas": 0,
        "fecha_ultima_venta": "2026-04-15",
        "total_citas_realizadas": 2,
        "fecha_ultima_cita_realizada": "2026-04-15",
        "is_agree_rgpd": True,
        "fecha_firma_rgpd": "2026-04-01",
        "is_sms_cliente_perdido_enviado": True,
        "is_email_cliente_perdido_enviado": False,
        "origen": "api",
    }
    assert {name: row[name] for name in figures} == figures
    salon.visit(made, "2026-05-01T10:00:00", state="done", service_id=service)
    [row] = koibox.list(is_sms_cliente_perdido_enviado=False)["results"]
    assert row["fecha_ultima_venta"] == "2026-05-01"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", row["created"])
    assert row["created"] == row["fecha_alta"]


def test_a_client_of_elsewhere_has_all_of_it(salon, koibox):
    salon.client("Jana Nováková", "601 234 567")
    [row] = koibox.list()["results"]
    assert (row["nombre"], row["apellido1"], row["movil"], row["code"]) == ("Jana Nováková", None, "601234567", 1)
    changed = koibox.patch(row["id"], apellido1="Dvořáková").expect()
    assert (changed["nombre"], changed["apellido1"]) == ("Jana Nováková", "Dvořáková")
    assert salon.api.get(f"/clients/{row['id']}").expect()["name"] == "Jana Nováková Dvořáková"
    salon.api.delete(f"/clients/{row['id']}").expect()
    [row] = koibox.list()["results"]
    assert row["is_active"] is False
    assert koibox.patch(row["id"], is_active=True).expect()["is_active"] is True


def test_the_integration_can_t_lift_a_refusal_of_the_client(site, koibox):
    made = koibox.post(nombre="Eva", movil="601000001").expect(201)
    assert koibox.patch(made["id"], is_envios_sms=False).expect()["is_envios_sms"] is False
    assert koibox.patch(made["id"], is_envios_sms=True).expect()["is_envios_sms"] is True
    site.inside([{"model": "klientbox.client", "ids": [made["id"]], "call": "_opt_out", "arguments": ["sms", "stop"]}])
    assert wrong(koibox.patch(made["id"], is_envios_sms=True)) == {"is_envios_sms"}
    assert koibox.patch(made["id"], is_envios_sms=False, notas="x").expect()["is_envios_sms"] is False


# -- writing ----------------------------------------------------------------------------------------------------------


def test_numbers_count_up_may_be_set_and_not_be_taken_twice(koibox, at_once):
    made = [koibox.post(nombre=f"Client {number}").expect(201) for number in range(2)]
    assert [client["code"] for client in made] == [1, 2]
    assert koibox.post(nombre="Eva", code=4).expect(201)["code"] == 4
    assert wrong(koibox.post(nombre="Ivo", code=4)) == {"code"}
    assert wrong(koibox.patch(made[0]["id"], code=4)) == {"code"}
    assert wrong(koibox.post(nombre="Ivo", code=0)) == {"code"}
    numbers = at_once(6, lambda number: koibox.copy().post(nombre=f"At once {number}").expect(201)["code"])
    assert sorted(numbers) == [3, 5, 6, 7, 8, 9]
    racing = at_once(4, lambda number: koibox.copy().post(nombre=f"Racing {number}", code=77).status)
    assert sorted(racing) == [201, 400, 400, 400]


def test_a_new_client_without_a_number_gets_a_free_one(koibox, at_once):
    """Half of them enter by hand the very numbers that the others are about to get."""

    def make(number):
        members = {"code": 1 + number // 2} if number % 2 else {}
        return koibox.copy().post(nombre=f"Client {number}", **members)

    answers = at_once(8, make)
    assert [answer.status for answer in answers[::2]] == [201] * 4
    assert {answer.status for answer in answers[1::2]} <= {201, 400}
    codes = [row["code"] for row in koibox.list()["results"]]
    assert len(codes) == len(set(codes)) == sum(answer.status == 201 for answer in answers)


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({}, {"nombre"}),
        ({"nombre": ""}, {"nombre"}),
        ({"nombre": None}, {"nombre"}),
        ({"nombre": ["Eva"]}, {"nombre"}),
        ({"nombre": "x" * 256}, {"nombre"}),
        ({"nombre": "Eva", "movil": "letters"}, {"movil"}),
        ({"nombre": "Eva", "movil": "+420 601 234 5678"}, {"movil"}),
        ({"nombre": "Eva", "email": "no-match"}, {"email"}),
        ({"nombre": "Eva", "sexo": "X"}, {"sexo"}),
        ({"nombre": "Eva", "fecha_nacimiento": "2026-02-30"}, {"fecha_nacimiento"}),
        ({"nombre": "Eva", "categoria": NEVER, "provincia": 2**40, "como_nos_conocio": -1}, set()),
        ({"nombre": "Eva", "is_active": "perhaps", "code": "x"}, {"is_active", "code"}),
        ({"nombre": "Eva", "descuento_ventas": -1}, {"descuento_ventas"}),
        ({"nombre": "Eva", "is_envios_sms": None}, {"is_envios_sms"}),
    ],
)
def test_what_is_wrong_is_named(empty, members, named):
    named = named or {"categoria", "provincia", "como_nos_conocio"}
    assert wrong(empty.post(**members)) == named
    assert empty.list()["count"] == 0


def test_a_phone_of_another_client_is_refused(koibox):
    koibox.post(nombre="Eva", movil="601000001").expect(201)
    assert wrong(koibox.post(nombre="Ivo", movil="+420601000001")) == {"movil"}


def test_numbers_and_flags_may_come_as_text(koibox):
    made = koibox.post(
        nombre="Eva", movil=601000001, code="12", descuento_ventas="7.5", is_active="false", categoria=""
    )
    body = made.expect(201)
    assert (body["movil"], body["code"], body["descuento_ventas"], body["is_active"]) == ("601000001", 12, 7.5, False)
    assert body["categoria"] is None


# -- refusals ---------------------------------------------------------------------------------------------------------


def each_operation(koibox, client_id):
    yield koibox.get(LIST)
    yield koibox.post(nombre="Eva")
    yield koibox.patch(client_id, notas="x")
    yield koibox.get(ME)


def test_every_operation_asks_for_a_key_that_may(site, salon, koibox):
    made = koibox.post(nombre="Eva").expect(201)
    for answer in each_operation(koibox.with_key(None), made["id"]):
        assert "X-Koibox-Key" in detail(answer, 401)
    for answer in each_operation(koibox.with_key("kbx_live_nonsense"), made["id"]):
        detail(answer, 403)
    reader = koibox.with_key(site.new_key(salon, "reader", clients_access="read"))
    assert [answer.status for answer in each_operation(reader, made["id"])] == [200, 403, 403, 200]
    mute = koibox.with_key(site.new_key(salon, "mute", clients_access="none"))
    assert [answer.status for answer in each_operation(mute, made["id"])] == [403, 403, 403, 200]
    slow = koibox.with_key(site.new_key(salon, "slow", rate_limit=1))
    slow.get(ME).expect()
    for answer in each_operation(slow, made["id"]):
        detail(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    site.settings(salon, tier="start")
    for answer in each_operation(koibox, made["id"]):
        detail(answer, 403)


def test_an_id_that_never_was_is_404(empty):
    for client_id in (NEVER, 0, 10**9, "x"):
        detail(empty.patch(client_id, notas="x"), 404)
    detail(empty.get(f"{LIST}visits/more/"), 404)
    detail(empty.get("/api/api-key/"), 404)


def test_other_methods_are_405_and_say_which_there_are(empty):
    answer = empty.request("DELETE", LIST)
    detail(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    for method, path in (("PUT", f"{LIST}1/"), ("GET", f"{LIST}1/"), ("POST", ME)):
        detail(empty.request(method, path), 405)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"Eva"', "application/json", 400),
        (b'{"nombre": "Eva", "nombre": "Ivo"}', "application/json", 400),
        (b'{"nombre": "\xff"}', "application/json", 400),
        (b"<a/>", "text/xml", 415),
        (b'{"nombre": "' + b"x" * 2**20 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused_in_the_vendors_shape(empty, body, content_type, status):
    answer = empty.request("POST", LIST, {"Content-Type": content_type}, data=body)
    if status == 400:
        assert wrong(answer) == {"non_field_errors"}
    else:
        detail(answer, status)


def test_a_server_error_has_the_vendor_s_shape(site, koibox):
    site.sql("ALTER TABLE klientbox_client RENAME COLUMN search_key TO search_key_away")
    try:
        detail(koibox.get(LIST, nombre__icontains="eva"), 500)
    finally:
        site.sql("ALTER TABLE klientbox_client RENAME COLUMN search_key_away TO search_key")
    koibox.list()


def test_a_call_is_made_once_with_an_idempotency_key(koibox):
    answers = [koibox.request("POST", LIST, {"Idempotency-Key": "a"}, json={"nombre": "Eva"}) for _time in range(2)]
    assert answers[0].expect(201) == answers[1].expect(201)
    assert koibox.list()["count"] == 1


# -- other companies --------------------------------------------------------------------------------------------------


def test_nothing_of_another_company_is_seen_named_or_changed(site):
    own, foreign = site.salon(), site.salon()
    koibox, theirs = koibox_of(own), koibox_of(foreign)
    mine = koibox.post(nombre="Anna", movil="601111111").expect(201)
    hers = theirs.post(nombre="Berta", movil="602222222", code=500).expect(201)
    lists = {
        member: insert(site, f"klientbox_koibox_{table}", [{"name": "VIP", "company_id": foreign.company_id}])[0]
        for member, table in (("categoria", "category"), ("como_nos_conocio", "heard"))
    }
    theirs.patch(hers["id"], **lists).expect()

    def snapshot():
        return site.sql("SELECT t::text FROM klientbox_client t WHERE company_id = %s", [foreign.company_id])

    before = snapshot()
    assert stretch(koibox.list()) == [mine["id"]]
    queries = [{"id__in": hers["id"]}, {"movil": "602222222"}, {"nombre__icontains": "ert"}, {"code": 500}]
    for query in (*queries, {"categoria": lists["categoria"]}, {"categoria__in": lists["categoria"]}):
        assert koibox.list(**query)["count"] == 0
    stolen, never = koibox.patch(hers["id"], notas="x"), koibox.patch(NEVER, notas="x")
    assert (stolen.status, stolen.content) == (never.status, never.content) == (404, stolen.content)
    for member, theirs_id in lists.items():
        for call in (
            lambda **members: koibox.post(nombre="Eva", **members),
            lambda **members: koibox.patch(mine["id"], **members),
        ):
            stolen, never = call(**{member: theirs_id}), call(**{member: NEVER})
            assert wrong(stolen) == {member}
            assert stolen.content == never.content
    # Neither their phone nor their number prevents it.
    koibox.post(nombre="Berta", movil="602222222", code=500).expect(201)
    assert snapshot() == before


# -- anything ---------------------------------------------------------------------------------------------------------

ANY_TEXT = [
    "",
    " ",
    "\0",
    "é" * 300,
    "9" * 30,
    "-1",
    "1e999",
    "NaN",
    "null",
    "[]",
    "' OR 1=1--",
    "%",
    "\\",
    "2026-02-30",
]
ANY_TEXT += [
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "1,2,x",
    ",,,",
    "true",
    "🙂",
    "a\r\nb",
    "${7*7}",
    "../",
]
ANY_JSON = [None, True, 0, -1, 1.5, 2**40, 10**30, float("inf"), float("nan"), [], {}, [1], {"id": 1}, *ANY_TEXT]


def test_any_value_anywhere_is_no_fault_of_the_server(site, salon, koibox):
    made = koibox.post(nombre="Eva", movil="601000001", email="eva@example.com").expect(201)
    chance = random.Random(SEED)
    parameters = [(name, value) for name in PARAMETERS for value in chance.sample(ANY_TEXT, 8)]
    calls = [("GET", LIST, {"params": {name: value}}) for name, value in parameters]
    members = [(name, value) for name in (*MEMBERS, "unknown") for value in chance.sample(ANY_JSON, 12)]
    for name, value in members:
        body = as_json({name: value} if name == "nombre" else {"nombre": "Ivo", name: value})
        calls.append(("PATCH", f"{LIST}{made['id']}/", {"data": body, "headers": {"Content-Type": "application/json"}}))
    chance.shuffle(calls)

    def ask(some):
        session = koibox.copy()
        return [session.request(method, path, **options).status for method, path, options in some]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(itertools.chain(*pool.map(ask, [calls[start::4] for start in range(4)])))
    assert set(statuses) <= {200, 400}
    assert {200, 400} <= set(statuses)


@pytest.mark.parametrize(
    "query", ["%ff", "nombre__icontains=%ff", "code=%zz", "%00=1", "=", "&&&", "a[]=1", "limit=%00"]
)
def test_a_query_of_any_bytes_is_answered(empty, query):
    assert empty.request("GET", f"{LIST}?{query}").status in (200, 400)
