from functools import partial

import pytest

from dev import databases
from dev.server import free_port
from dev.simulator import Simulator

from .masters import Duo, serve
from .messaging import Messaging

# Longer than recording an answer takes, so that the order of both is known.
REPORT_SECONDS = 1.0


@pytest.fixture(scope="session")
def make_site(make_site):
    """As for the other tests; processes are killed and other addons called here, so errors may be logged."""
    return partial(make_site, foresees_errors=True)


@pytest.fixture
def gateway():
    """A gateway for one test; it reports each message as delivered a moment after it was accepted."""
    with Simulator() as simulator:
        simulator.configure(report_delay=REPORT_SECONDS)
        yield simulator


def name_of(module):
    """A test module's name, for its database."""
    return module.__name__.rpartition(".")[2].removeprefix("test_")


@pytest.fixture(scope="module")
def duo(make_site, cluster, request):
    """Two masters on a database of the test module's own."""
    made = make_site(name_of(request.module), salons=4)
    with serve(made, cluster, [free_port(), free_port()]) as masters:
        yield Duo(made, masters)
    databases.drop(cluster, made.database)


@pytest.fixture(scope="module")
def messaging_database(make_site, cluster, request):
    """A database with salons; servers are started by each test."""
    made = make_site(name_of(request.module), salons=12)
    yield Messaging(made, cluster)
    databases.drop(cluster, made.database)


@pytest.fixture
def messaging(messaging_database, gateway):
    """The database with the test's own gateway."""
    messaging_database.gateway = gateway
    return messaging_database
