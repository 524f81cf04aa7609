from odoo.addons.klientbox.api.dispatcher import _without_database
from odoo.tests.common import BaseCase, tagged
from odoo.tools import config
from werkzeug.test import EnvironBuilder


@tagged("post_install", "-at_install")
class TestWithoutDatabase(BaseCase):
    """The error of a request without a database; that it is raised is Odoo's own behaviour."""

    def answer(self, databases, named=None):
        for option, value in {"db_name": databases, "dbfilter": ""}.items():
            self.addCleanup(config.__setitem__, option, config[option])
            config[option] = value
        headers = {"X-Odoo-Database": named} if named else {}
        error = _without_database(EnvironBuilder(headers=headers).get_request())
        return error.code, error.error_code, dict(error.headers)

    def test_a_name_that_is_not_served_is_not_found(self):
        self.assertEqual(self.answer(["one"], "two"), (404, "unknown_database", {}))
        self.assertEqual(self.answer(["one", "two"], "three"), (404, "unknown_database", {}))

    def test_where_there_are_several_one_must_be_named(self):
        self.assertEqual(self.answer(["one", "two"]), (400, "database_missing", {}))

    def test_what_is_there_and_can_t_be_reached_is_unavailable(self):
        away = (503, "unavailable", {"Retry-After": "1"})
        self.assertEqual(self.answer(["one"]), away)
        self.assertEqual(self.answer(["one"], "one"), away)
        self.assertEqual(self.answer(["one", "two"], "two"), away)
