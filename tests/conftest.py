import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev import databases
from dev.mail_sink import MailSink
from dev.postgres import Cluster
from dev.testing import cluster_of

from .salons import Site


@pytest.fixture(scope="session")
def cluster(worker_id):
    """The database server of the tests; each process has one of its own."""
    with Cluster(cluster_of(worker_id)) as server:
        yield server


@pytest.fixture(scope="session")
def template(cluster):
    """The name of a database with KlientBox, to copy."""
    return databases.template(cluster)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The folder of clocks and of the answers of inside scripts."""
    return tmp_path_factory.mktemp("klientbox")


@pytest.fixture(scope="session")
def make_site(cluster, template, folder):
    """Makes a site with a database of this name; `serving` then starts its server."""

    def make(name, **options):
        return Site(cluster, f"klientbox_test_{name}", options.pop("template", template), folder, **options)

    return make


@pytest.fixture(scope="session")
def site(make_site):
    """The server that most tests share; each uses a salon of its own."""
    with make_site("shared").serving() as served:
        yield served


@pytest.fixture(scope="session")
def messaging_site(make_site):
    """The server of the tests that send: no other test uses its jobs."""
    with make_site("messaging", salons=70).serving() as served:
        yield served


@pytest.fixture(scope="session")
def mail_server(messaging_site):
    """The mail sink of that server."""
    with MailSink() as sink:
        server = {"name": "Sink", "smtp_host": sink.host, "smtp_port": sink.port, "smtp_encryption": "none"}
        messaging_site.admin.call("ir.mail_server", "create", [server])
        yield sink


@pytest.fixture
def salon(site):
    """A company for one test, with a key without limit."""
    return site.salon()


@pytest.fixture(scope="session")
def empty_salon(site):
    """A company in which nothing is ever created, for reads and refusals."""
    return site.salon()


@pytest.fixture
def clock(site):
    """The shared server's clock, reset to real time afterwards."""
    yield site.clock
    site.clock.reset()


@pytest.fixture(scope="session")
def at_once():
    """Calls a function in this many threads, started together; their results in order."""

    def run(count, function):
        gate = threading.Barrier(count)

        def start(number):
            gate.wait()
            return function(number)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(start, range(count)))

    return run
