"""Connections beside the request's own, for the few things that must hold whatever becomes of the request."""

from contextlib import contextmanager

from odoo.modules import module


@contextmanager
def autocommit_cursor(registry):
    """A cursor on the primary that commits each statement at once, in READ COMMITTED.

    For limiter, idempotency and outbox only. Close it before business begins: a request that holds two connections
    starves the pool.
    """
    with registry.cursor() as cr:
        # Odoo's own test cases have one connection for all, in a transaction that is rolled back.
        if not module.current_test:
            cr.connection.autocommit = True
        yield cr
