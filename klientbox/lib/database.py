"""What an error of psycopg2 says about the database as a whole."""

import psycopg2
from psycopg2.pool import PoolError

# The classes and codes of PostgreSQL that mean "not now": connection exceptions, shutdown, start, too many connections.
_CLASS = "08"
_CODES = {"57P01", "57P02", "57P03", "57P05", "53300"}


def is_away(error):
    """Whether an exception says that PostgreSQL can't be reached, has cut us off or takes no more connections.

    A statement that failed, a lock that was not to be had or a serialization failure says nothing of the kind.
    """
    if isinstance(error, psycopg2.OperationalError):
        # Without a code it comes from the client's library: it could not connect, or lost the connection.
        return not error.pgcode or error.pgcode.startswith(_CLASS) or error.pgcode in _CODES
    # The pool raises the bare class for a dead connection.
    return isinstance(error, (psycopg2.InterfaceError, PoolError)) or type(error) is psycopg2.DatabaseError


def has_gone_away(error):
    """Whether an exception, or one that led to it, says so."""
    seen = set()
    while error is not None and id(error) not in seen:
        if is_away(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
