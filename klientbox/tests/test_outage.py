import psycopg2
from odoo.tests import BaseCase
from psycopg2 import errors
from psycopg2.pool import PoolError

from ..lib import database


class TestOutage(BaseCase):
    def test_only_a_lost_connection_means_that_the_database_is_away(self):
        for error in (
            psycopg2.OperationalError("connection refused"),
            psycopg2.InterfaceError("connection already closed"),
            psycopg2.DatabaseError("server closed the connection unexpectedly"),
            PoolError("The Connection Pool Is Full"),
        ):
            with self.subTest(error=error):
                self.assertTrue(database.is_away(error))
        for error in (
            psycopg2.ProgrammingError("syntax error"),
            psycopg2.IntegrityError("duplicate key"),
            ValueError("no"),
            OSError("no"),
        ):
            with self.subTest(error=error):
                self.assertFalse(database.is_away(error))

    def test_a_code_tells_a_cut_connection_from_a_statement_that_failed(self):
        away = ("08006", "57P01", "57P02", "57P03", "53300")
        for code in (*away, "55P03", "40001", "40P01", "57014"):
            error = errors.lookup(code)()
            error.__setstate__({"pgcode": code})
            with self.subTest(error=error):
                self.assertEqual(database.is_away(error), code in away)

    def test_what_followed_from_it_is_recognised(self):
        try:
            try:
                raise psycopg2.OperationalError("connection refused")
            except psycopg2.OperationalError:
                raise PermissionError("no") from None
        except PermissionError as error:
            found = error
        self.assertTrue(database.has_gone_away(found))
        self.assertFalse(database.has_gone_away(PermissionError("no")))
