"""A night during which clients, visits and companies change. `make verify` has the complete one."""

import pytest

from dev.mail_sink import MailSink
from dev.simulator import Simulator

from .changes import Night, Waits


@pytest.fixture(scope="module")
def changing(make_site, folder):
    """A server whose threads can be made to wait, with a gateway and a mail server."""
    waits = Waits(folder / "waits")
    made = make_site("changes", salons=6, environment={"KLIENTBOX_WAIT": str(waits.folder)})
    with made.serving() as site, Simulator() as simulator, MailSink() as sink:
        simulator.configure(report="none")
        server = {"name": "Sink", "smtp_host": sink.host, "smtp_port": sink.port, "smtp_encryption": "none"}
        site.admin.call("ir.mail_server", "create", [server])
        yield site, waits, simulator, sink


@pytest.mark.parametrize("moment", ["judged", "sending"])
def test_changes_before_the_last_statement_count_and_no_client_gets_two_messages(changing, moment):
    site, waits, simulator, sink = changing
    simulator.forget()
    sink.reset()
    night = Night(site, waits, simulator, sink, times=1)
    night.pass_with_changes_at(moment)
    assert night.outcome() == night.expected(moment)
    assert simulator.max_count() == 1
