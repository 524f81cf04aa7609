"""Odoo with threads and few connections: twice as many calls at once as there are connections, and none fails."""

from collections import Counter

import pytest

from . import figures

CONNECTIONS, CALLERS, CALLS = 16, 32, 20


@pytest.fixture(scope="module")
def served(make_site):
    made = make_site("pool", salons=1, workers=0, db_maxconn=CONNECTIONS)
    # Half as many threads as connections, as each call may borrow a second one; further calls wait. Without it Odoo
    # itself answers with an error when its pool is empty, whatever the request.
    made.server.environment["ODOO_MAX_HTTP_THREADS"] = "auto"
    with made.serving() as site:
        yield site


def test_thirty_two_callers_share_sixteen_connections(served, at_once):
    salon = served.salon()

    def calls(number):
        api = salon.api.copy()
        made = [
            api.post("/clients", name=f"{number}/{call}", phone=f"+4206{number:02}{call:06}") for call in range(CALLS)
        ]
        return Counter(answer.status for answer in made) + Counter(api.get("/clients").status for _ in range(CALLS))

    statuses = sum(at_once(CALLERS, calls), Counter())
    pool_errors = served.log.count("PoolError") + served.log.count("Connection Pool Is Full")
    figures.keep(
        "pool",
        {
            "answers": {str(status): count for status, count in statuses.items()},
            "callers": CALLERS,
            "connections": CONNECTIONS,
            "pool_errors": pool_errors,
        },
    )
    assert statuses == {201: CALLERS * CALLS, 200: CALLERS * CALLS}
    assert pool_errors == 0
