import json
import re
from unittest.mock import patch

from odoo.addons.klientbox.api import facade as facades
from odoo.addons.klientbox.api import openapi
from odoo.addons.klientbox.api.errors import ApiError
from odoo.addons.klientbox.api.facade import Facade
from odoo.addons.klientbox.api.paging import Page, Paged, changes_form
from odoo.addons.klientbox.api.shapes import Answer, Query, Scope, Shape, optional
from odoo.addons.klientbox.api.sync import Polled
from odoo.addons.klientbox.lib import scope
from odoo.addons.klientbox.operations.v1.facade import REFUSALS, Error
from odoo.tests import TransactionCase, tagged
from pydantic import Field, create_model


class Room(Answer):
    """A room of the salon."""

    id: int
    label: str = Field(validation_alias="name", examples=["Sauna"])


class _Other:
    """Shapes of another addon, with names that the facade's own shapes have."""

    class Room(Answer):
        """A room of another house."""

        id: int
        floor: int

    class RoomList(Paged[Room]):
        """A page of rooms of another house."""

    class RoomFilter(Page):
        """Filters of another house's rooms."""

        floor: str = optional()


class RoomList(Paged[Room]):
    """A page of rooms."""


class RoomFilter(Polled, Page):
    """Filters of rooms."""


class Scopes(Answer):
    """What a key may do."""

    scopes: list[Scope]


class RoomChange(Shape):
    """The members to change."""

    start: str = ""


@tagged("post_install", "-at_install")
class TestRoutes(TransactionCase):
    """Operations that an addon adds to an API are served where that addon is installed, and nowhere else."""

    def setUp(self):
        super().setUp()
        self.addCleanup(facades._facades.remove, self.declare())

    def declare(self):
        self.facade = Facade(addon="klientbox", prefix="/klientbox/test", title="Test", version="1")
        rooms = self.facade.resource("/rooms", "klientbox.service", "Room", gives=Room, scope="services")

        @rooms.on_list(query=Query)
        def list_rooms(env, query):
            """List rooms"""

        @rooms.on_read(addon="klientbox_absent")
        def get_room(env, room):
            """Read a room"""

        @rooms.on_one("POST", "/clean", "cleanRoom", addon="klientbox_absent")
        def clean_room(env, room):
            """Clean a room"""

        return self.facade

    def routes(self, *more):
        """The routes in a database with KlientBox and more addons."""

        class Registry:
            _init_modules = {"klientbox", *more}

        return self.facade.routes(Registry)

    def document(self, routes):
        return json.loads(openapi.document(self.facade, routes, Error, REFUSALS))

    def test_without_its_addon_an_operation_is_not_found_and_in_no_document(self):
        routes = self.routes()
        for method, path in (("GET", "/rooms/1"), ("POST", "/rooms/1/clean")):
            with self.assertRaises(ApiError) as refusal:
                routes.find(method, path)
            self.assertEqual((refusal.exception.code, refusal.exception.error_code), (404, "not_found"))
            with self.assertRaises(ApiError):
                routes.methods_of(path)
        self.assertEqual(routes.find("GET", "/rooms")[0].name, "listRooms")
        self.assertEqual(list(self.document(routes)["paths"]), ["/rooms"])

    def test_with_its_addon_it_is_served(self):
        routes = self.routes("klientbox_absent")
        self.assertEqual(routes.find("GET", "/rooms/1")[1], {"id": 1})
        self.assertEqual(routes.find("POST", "/rooms/1/clean")[0].scope, "services:write")
        self.assertEqual(routes.methods_of("/rooms/1"), ["GET", "HEAD", "OPTIONS"])
        self.assertEqual(list(self.document(routes)["paths"]), ["/rooms", "/rooms/{id}", "/rooms/{id}/clean"])

    def test_two_databases_of_one_process_keep_apart(self):
        without, with_it = self.routes(), self.routes("klientbox_absent")
        self.assertIs(self.routes(), without)
        self.assertIs(self.routes("klientbox_absent"), with_it)
        self.assertEqual([operation.name for operation in without.operations], ["listRooms"])

    def test_what_is_declared_later_is_served_as_well(self):
        before = self.routes()

        @self.facade.operation("GET", "/later", name="later", tag="Later", gives=Room)
        def later(env):
            """Come later"""

        self.assertEqual(later.__module__, "odoo.addons.klientbox.tests.test_routes")
        self.assertIsNot(self.routes(), before)
        self.assertEqual(self.routes().find("GET", "/later")[0].addon, "klientbox")

    def test_a_request_without_a_database_finds_every_operation(self):
        self.assertEqual(len(self.facade.routes(None).operations), 3)

    def test_a_facade_that_is_not_installed_serves_nothing(self):
        self.facade.addon = "klientbox_absent"
        with self.assertRaises(ApiError) as refusal:
            self.routes()
        self.assertEqual((refusal.exception.code, refusal.exception.error_code), (404, "not_installed"))


@tagged("post_install", "-at_install")
class TestDeclarations(TransactionCase):
    """A declaration is refused, or what is made of it is right."""

    def setUp(self):
        super().setUp()
        self.facade = Facade(
            addon="klientbox",
            prefix="/klientbox/test",
            title="Test",
            version="1",
            key_header="X-Room-Key",
            tags={"Rooms": "Rooms of the salon."},
            examples={"*": {"id": 42}, "Room": {"floor": 3}},
            field_names={"start": "date"},
        )
        self.addCleanup(facades._facades.remove, self.facade)

    def resource(self, path="/rooms", singular="Room", **more):
        return self.facade.resource(path, "klientbox.service", singular, **{"gives": Room, "scope": "services", **more})

    def declare_rooms(self):
        """A list of rooms and their changes, of the facade's own addon."""

        @self.resource().on_list(query=RoomFilter, gives=RoomList)
        def list_rooms(env, query):
            """List rooms"""

    def declare_others(self):
        """A list with the same names, of another addon."""
        others = self.resource("/cabins", "Cabin", about="Rooms of another house.", gives=_Other.Room)

        @others.on_list(query=_Other.RoomFilter, gives=_Other.RoomList, addon="klientbox_absent")
        def list_cabins(env, query):
            """List cabins"""

        @others.on_read(addon="klientbox_absent")
        def get_cabin(env, cabin):
            """Read a cabin"""

    def document(self, *addons):
        class Registry:
            _init_modules = {"klientbox", *addons}

        return json.loads(openapi.document(self.facade, self.facade.routes(Registry), Error, REFUSALS))

    def refused(self, text, method, path, **declaration):
        with self.assertRaisesRegex(ValueError, f"^{re.escape(text)}$"):

            @self.facade.operation(method, path, **{"tag": "Rooms", "gives": Room, **declaration})
            def refused(env):
                """Be refused"""

    def test_a_second_operation_of_a_method_and_path_is_refused(self):
        self.declare_rooms()
        text = "klientbox_absent declares GET /rooms, which klientbox has declared as listRooms."
        self.refused(text, "GET", "/rooms", name="others", addon="klientbox_absent")

        @self.resource().on_read()
        def get_room(env, room):
            """Read a room"""

        text = "klientbox declares GET /rooms/{room}, which klientbox has declared as getRoom."
        self.refused(text, "GET", "/rooms/{room}", name="another")
        text = "klientbox declares GET /cabins as listRooms, which is the name of GET /rooms."
        self.refused(text, "GET", "/cabins", name="listRooms")
        self.assertEqual([operation.name for operation in self.facade.operations], ["listRooms", "getRoom"])

    def test_a_scope_that_no_key_can_have_is_refused(self):
        for needed, resource, level in (("rooms:read", "rooms", "read"), ("messages:write", "messages", "write")):
            text = (
                f"GET /rooms needs the scope {needed}, which no key can have: first declare the field {resource}_access"
                f" of klientbox.api.access, with the level {level}."
            )
            self.refused(text, "GET", "/rooms", name="listRooms", scope=needed)
        with self.assertRaisesRegex(ValueError, "^GET /rooms needs the scope rooms:read, which no key can have"):
            self.resource(scope="").on_list()(lambda env: None)
        self.assertEqual(self.facade.operations, [])

    def test_an_operation_is_served_where_the_addon_of_its_scope_is_installed_too(self):
        with patch.dict(scope._declared):
            scope.declare("rooms", "klientbox_absent", "read")
            self.resource(scope="rooms").on_list()(lambda env: None)
            self.assertEqual(self.document()["paths"], {})
            self.assertEqual(list(self.document("klientbox_absent")["paths"]), ["/rooms"])
        self.assertEqual(self.facade.operations[0].scope, "rooms:read")

    def test_the_document_lists_the_scopes_of_the_installed_addons(self):
        self.facade.operation("GET", "/scopes", name="scopes", tag="Rooms", gives=Scopes)(lambda env: None)
        core = scope.scopes(scope.resources({"klientbox"}))
        with patch.dict(scope._declared):
            scope.declare("rooms", "klientbox_absent", "read")
            for addons, more in (((), []), (("klientbox_absent",), ["rooms:read"])):
                listed = self.document(*addons)["components"]["schemas"]["Scope"]
                self.assertEqual((listed["type"], listed["enum"]), ("string", core + more))
                self.assertEqual(listed["x-enum-varnames"][-1], "ROOMS_READ" if more else "WEBHOOKS_WRITE")

    def test_an_addon_does_not_rename_the_schemas_of_others(self):
        self.declare_rooms()
        alone = self.document()
        self.declare_others()
        self.assertEqual(self.document(), alone)
        both = self.document("klientbox_absent")
        schemas, own = both["components"]["schemas"], alone["components"]["schemas"]
        self.assertEqual({name: schemas[name] for name in own}, own)
        self.assertEqual(both["paths"]["/rooms"], alone["paths"]["/rooms"])
        added = ["klientbox_absent.Room", "klientbox_absent.RoomList"]
        self.assertEqual(sorted(schemas.keys() - own.keys()), added)
        self.assertEqual(list(schemas[added[0]]["properties"]), ["id", "floor"])
        rows = schemas[added[1]]["properties"]["data"]["items"]
        self.assertEqual(rows, {"$ref": "#/components/schemas/klientbox_absent.Room"})
        cabins = both["paths"]["/cabins"]["get"]
        self.assertEqual([each["name"] for each in cabins["parameters"]], ["page", "per_page", "floor"])
        answer = cabins["responses"]["200"]["content"]["application/json"]["schema"]
        self.assertEqual(answer, {"$ref": "#/components/schemas/klientbox_absent.RoomList"})

    def test_a_schema_that_refers_to_a_different_one_is_different(self):
        """Its text is the same as that of the facade's own."""
        self.declare_rooms()
        same = create_model("RoomList", __base__=Paged[_Other.Room], __doc__=RoomList.__doc__)
        self.resource("/cabins", "Cabin", gives=same).on_list(addon="klientbox_absent")(lambda env: None)
        schemas = self.document("klientbox_absent")["components"]["schemas"]
        for addon in ("", "klientbox_absent."):
            rows = schemas[f"{addon}RoomList"]["properties"]["data"]["items"]
            self.assertEqual(rows, {"$ref": f"#/components/schemas/{addon}Room"})

    def test_a_shared_shape_is_described_once(self):
        self.declare_rooms()
        self.resource("/cabins", "Cabin").on_list(query=RoomFilter, gives=RoomList, addon="klientbox_absent")(list)
        schemas = self.document("klientbox_absent")["components"]["schemas"]
        self.assertEqual(schemas, self.document()["components"]["schemas"])

    def test_examples_and_tags_of_an_addon_are_its_own(self):
        self.declare_rooms()
        self.declare_others()
        document = self.document("klientbox_absent")
        self.assertEqual(
            document["tags"],
            [
                {"name": "Rooms", "description": "Rooms of the salon."},
                {"name": "Cabins", "description": "Rooms of another house."},
            ],
        )
        self.assertEqual(self.document()["tags"], document["tags"][:1])
        schemas = document["components"]["schemas"]
        self.assertEqual(schemas["Room"]["properties"]["label"]["examples"], ["Sauna"])
        other = schemas["klientbox_absent.Room"]["properties"]
        self.assertEqual((other["id"].get("examples"), other["floor"].get("examples")), ([42], None))

    def test_names_and_texts_are_right_for_any_noun(self):
        for singular, plural, name, tag, noun in (
            ("Room", "", "listRooms", "Rooms", "room"),
            ("ProbeCard", "", "listProbeCards", "ProbeCards", "probe card"),
            ("Gift card", "", "listGiftCards", "Gift cards", "gift card"),
            ("Category", "", "listCategories", "Categories", "category"),
            ("Day", "", "listDays", "Days", "day"),
            ("Address", "", "listAddresses", "Addresses", "address"),
            ("SMS status", "SMS statuses", "listSMSStatuses", "SMS statuses", "SMS status"),
            ("Staff member", "Staff", "listStaff", "Staff", "staff member"),
        ):
            with self.subTest(singular=singular):
                self.facade.operations.clear()
                things = self.resource("/clients/{id}/things", singular, plural=plural)
                things.on_list(query=Query)(lambda env, query: None)
                things.on_one("GET", "", "one")(lambda env, thing: None)
                listed, one = self.facade.operations
                self.assertEqual((listed.name, listed.tag), (name, tag))
                [parameter] = openapi._parameters(one, openapi.Schemas())
                text = f"The {noun}'s id. An id of another company is not found."
                self.assertEqual(parameter["description"], text)

    def test_without_a_noun_an_id_is_the_record_s(self):
        options = {"name": "one", "tag": "Categories", "gives": Room, "subject": "klientbox.service"}
        self.facade.operation("GET", "/categories/{id}", **options)(lambda env, one: None)
        [parameter] = openapi._parameters(self.facade.operations[0], openapi.Schemas())
        self.assertEqual(parameter["description"], "The record's id. An id of another company is not found.")

    def test_changes_are_described_by_their_rows(self):
        for doc, text in (
            ("A page of gift cards.", "Changed gift cards."),
            ("All of them.", "Changed rows of GiftCardList."),
            (None, "Changed rows of GiftCardList."),
        ):
            changes = changes_form(create_model("GiftCardList", __base__=Paged[Room], __doc__=doc))
            self.assertEqual((changes.__name__, changes.__doc__), ("GiftCardChanges", text))

    def test_errors_name_members_as_the_answer_or_the_body_does(self):
        rooms = self.resource(field_names={"secret": "password"})
        names = {"start": "date", "id": "id", "name": "label", "secret": "password"}
        self.assertEqual(rooms.wire_names(), names)
        self.assertEqual(rooms.wire_names(RoomChange), {**names, "start": "start"})
        rooms.on_update(takes=RoomChange)(lambda env, room, changes: None)
        self.assertEqual(self.facade.operations[0].field_names, {**names, "start": "start"})
        self.facade.operation("GET", "/other", name="other", tag="Rooms", gives=Room)(lambda env: None)
        self.assertEqual(self.facade.operations[-1].field_names, {"start": "date"})

    def test_of_two_members_that_show_a_field_the_one_of_its_name_counts(self):
        shape = create_model(
            "Shown",
            __base__=Answer,
            client_name=(str, Field(validation_alias="client_id")),
            client_id=(int, ...),
            day=(str, Field(validation_alias="start")),
            time=(str, Field(validation_alias="start")),
        )
        self.assertEqual(shape.wire_names(), {"client_id": "client_id", "start": "day"})

    def test_a_missing_key_is_refused_with_the_header_of_the_api(self):
        self.assertEqual(self.facade.message("api_key_missing"), "API key missing: send it in the header X-Room-Key.")
        self.assertIn("in the header X-Room-Key, never", self.facade.message("api_key_in_address"))
        error = self.document()["components"]["responses"]["E401"]["content"]["application/json"]["example"]["error"]
        self.assertEqual(error["message"], self.facade.message("api_key_missing"))
