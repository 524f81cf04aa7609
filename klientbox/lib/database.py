"""The meaning of a psycopg2 error for the database as a whole."""

from __future__ import annotations

import psycopg2
from psycopg2.pool import PoolError

# The classes and codes of PostgreSQL that mean "not now": connection exceptions, shutdown, start, too many connections.
_CLASS = "08"
_CODES = {"57P01", "57P02", "57P03", "57P05", "53300"}


def is_away(error: BaseException) -> bool:
    """Whether an exception means that PostgreSQL can't be reached, has closed the connection or accepts no more of
    them.

    A failed statement, a lock that was not available or a serialization failure does not count.
    """
    if isinstance(error, psycopg2.OperationalError):
        # Without a code it comes from the client's library: it could not connect, or lost the connection.
        return not error.pgcode or error.pgcode.startswith(_CLASS) or error.pgcode in _CODES
    # The pool raises the bare class for a dead connection.
    return isinstance(error, (psycopg2.InterfaceError, PoolError)) or type(error) is psycopg2.DatabaseError


def has_gone_away(error: BaseException | None) -> bool:
    """Whether an exception, or one of its causes, means that."""
    seen = set()
    while error is not None and id(error) not in seen:
        if is_away(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
