"""A night with 43 clients whose company, phone, e-mail, refusal or visit changes, who are merged, or whose company
closes, at each moment between queueing and sending."""

import pytest

from dev.mail_sink import MailSink
from dev.simulator import Simulator
from tests.changes import AFTER, BEFORE, Night, Waits

CLIENTS = 43
TIMES = 3


@pytest.fixture(scope="module")
def changing(make_site, folder):
    """A server whose threads can be made to wait, with a gateway and a mail server."""
    waits = Waits(folder / "waits")
    made = make_site("changing_night", salons=18, environment={"KLIENTBOX_WAIT": str(waits.folder)})
    with made.serving() as site, Simulator() as simulator, MailSink() as sink:
        simulator.configure(report="none")
        server = {"name": "Sink", "smtp_host": sink.host, "smtp_port": sink.port, "smtp_encryption": "none"}
        site.admin.call("ir.mail_server", "create", [server])
        yield site, waits, simulator, sink


@pytest.mark.parametrize("moment", [*BEFORE, AFTER])
def test_no_message_goes_to_a_wrong_address_and_none_twice(changing, moment):
    site, waits, simulator, sink = changing
    simulator.forget()
    sink.reset()
    night = Night(site, waits, simulator, sink, TIMES)
    assert len(night.changes) == CLIENTS
    night.pass_with_changes_at(moment)
    assert night.outcome() == night.expected(moment)
    assert simulator.max_count() == 1
