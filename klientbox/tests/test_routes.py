import json

from odoo.addons.klientbox.api import facade as facades
from odoo.addons.klientbox.api import openapi
from odoo.addons.klientbox.api.errors import ApiError
from odoo.addons.klientbox.api.facade import Facade
from odoo.addons.klientbox.api.shapes import Answer, Query
from odoo.addons.klientbox.operations.v1.facade import REFUSALS, Error
from odoo.tests import TransactionCase, tagged


class Room(Answer):
    """A room of the salon."""

    id: int


@tagged("post_install", "-at_install")
class TestRoutes(TransactionCase):
    """Operations that an addon adds to an API are served where that addon is installed, and nowhere else."""

    def setUp(self):
        super().setUp()
        self.addCleanup(facades._facades.remove, self.declare())

    def declare(self):
        self.facade = Facade(addon="klientbox", prefix="/klientbox/test", title="Test", version="1")
        rooms = self.facade.resource("/rooms", "klientbox.service", "Room", gives=Room)

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
        self.assertEqual(routes.find("POST", "/rooms/1/clean")[0].scope, "rooms:write")
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
