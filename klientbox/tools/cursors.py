"""Connections beside the request's own, for the few writes that must persist even if the request fails."""

from __future__ import annotations

import secrets
import select
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from odoo.modules import module

if TYPE_CHECKING:
    from odoo.modules.registry import Registry
    from odoo.sql_db import BaseCursor, PsycoConnection

# A process rarely needs more at once; all of them count towards `db_maxconn`.
MOST_KEPT_OPEN = 4
# Of one connection; PostgreSQL keeps their plans in its memory.
MOST_PREPARED = 100

_kept_open: deque[BaseCursor] = deque()
# {cursor: {text: name}}, the most recently used last.
_prepared: WeakKeyDictionary[BaseCursor, OrderedDict[str, str]] = WeakKeyDictionary()


@contextmanager
def autocommit_cursor(registry: Registry) -> Iterator[BaseCursor]:
    """A cursor on the primary that commits each statement at once, in READ COMMITTED.

    For limiter, idempotency and outbox only. Close it before business code runs: requests that hold two connections
    exhaust the pool.
    """
    with registry.cursor() as cr:
        _commit_each(cr)
        yield cr


@contextmanager
def kept_open_cursor(registry: Registry) -> Iterator[BaseCursor]:
    """An autocommit cursor that stays open for the next call: for checks at the start of every request.

    Odoo's pool resets a connection each time it is borrowed, and PostgreSQL then plans functions anew: half of the key
    check's time. For plain statements only; an environment would cache its reads.
    """
    if module.current_test:
        with autocommit_cursor(registry) as cr:
            yield cr
        return
    cr = _taken(registry.db_name)
    if cr is None:
        cr = registry.cursor()
        _commit_each(cr)
    try:
        yield cr
    except BaseException:
        cr.close()
        raise
    _kept_open.append(cr)
    while len(_kept_open) > MOST_KEPT_OPEN:
        _kept_open.popleft().close()


def execute_prepared(cr: BaseCursor, text: str, numbers: tuple[int, ...]) -> None:
    """Execute a statement whose plan PostgreSQL keeps for this cursor of `kept_open_cursor`.

    `text` has $1, $2, ... for `numbers`; nothing else is replaced in it.
    """
    # The text is the ORM's, the name ours, the numbers are integers.
    # pylint: disable=sql-injection
    known = _prepared.setdefault(cr, OrderedDict())
    if text not in known:
        if len(known) >= MOST_PREPARED:
            _text, oldest = known.popitem(last=False)
            cr.execute(f"DEALLOCATE {oldest}")
        name = f"klientbox_{secrets.token_hex(6)}"
        cr.execute(f"PREPARE {name} AS {text}")
        known[text] = name
    known.move_to_end(text)
    cr.execute(f"EXECUTE {known[text]} ({', '.join(map(str, numbers))})")


def _commit_each(cr: BaseCursor) -> None:
    # Odoo's own test cases have one connection for all, in a transaction that is rolled back.
    if not module.current_test:
        cr.connection.autocommit = True


def _taken(database: str) -> BaseCursor | None:
    """A kept open cursor of this database, or None."""
    for cr in reversed(tuple(_kept_open)):
        if cr.dbname != database:
            continue
        try:
            _kept_open.remove(cr)
        except ValueError:
            # Another thread was faster.
            continue
        if not cr.closed and not _was_closed(cr.connection):
            return cr
        cr.connection.close()
    return None


def _was_closed(connection: PsycoConnection) -> bool:
    """Whether PostgreSQL has sent something unrequested: it does so when it closes a connection."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
