"""A night whose clients, visits and companies change while the sending job waits at one of its points."""

import itertools
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

import requests

from .messaging import Messaging

# "queued" is before the job begins; the others are points of klientbox/lib/faults.
BEFORE = ("queued", "before_claim", "claimed", "judged")
AFTER = "sending"
PATIENCE = 180
LOOK = 0.02
DAYS_BETWEEN = 7
TEXTED_DAYS, MAILED_DAYS = 70, 100


class Waits:
    """Points at which the server's threads wait, see klientbox/lib/faults."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    @contextmanager
    def at(self, point):
        """Threads that reach this point inside the block wait for `go_on`."""
        (self.folder / point).touch()
        try:
            yield
        finally:
            (self.folder / point).unlink()
            for path in self.folder.glob("*.here"):
                path.unlink()

    def arrived(self):
        """[(waiting lane, id of its message, or 0)]."""
        names = [path.name.split(".") for path in self.folder.glob("*.here")]
        return [(thread.removeprefix("klientbox-"), int(message_id)) for _point, thread, message_id, _here in names]

    def go_on(self, lane):
        """Let a lane continue to its next point."""
        for path in self.folder.glob(f"*.klientbox-{lane}.*.here"):
            path.unlink()


class Expected(NamedTuple):
    """The expected result of a message: the address that gets it, its state and reason."""

    address: str | None
    state: str
    reason: str | None = None


class Change:
    """A change of a client, and its expected effect on the client's queued message."""

    def __init__(self, night, client, old):
        self.night, self.client, self.old = night, client, old
        self.is_done = False

    def make(self):
        """Make the change."""

    def before(self):
        """The message's result when the change is made before the last statement."""
        raise NotImplementedError

    def after(self):
        """And when it is made after that one: the message is being sent to the old address."""
        return Expected(self.old, "sent")

    def _cancelled(self, reason):
        return Expected(None, "cancelled", reason)

    def _call(self, model, method, *arguments):
        return self.night.site.admin.call(model, method, *arguments)

    def _patch(self, **members):
        self.night.salon.api.patch(f"/clients/{self.client['id']}", **members).expect()


class PhoneCorrected(Change):
    def make(self):
        self.new = self.night.number()
        self._patch(phone=self.new)

    def before(self):
        return Expected(self.new, "sent")


class PhoneRemoved(Change):
    def make(self):
        self._call("klientbox.client", "write", [self.client["id"]], {"phone": False})

    def before(self):
        return self._cancelled("no_address")


class Merged(Change):
    """Into an entry with another phone, without a queued message."""

    def make(self):
        self.new = self.night.number()
        self.night.merge(self.night.salon.client("Jana Nová", self.new), self.client)

    def before(self):
        return Expected(self.new, "sent")


class Refused(Change):
    def make(self):
        self._patch(sms_opt_out=True)

    def before(self):
        return self._cancelled("opted_out")


class Stopped(Change):
    def make(self):
        body = {"from": self.old, "text": "STOP", "event_id": f"stop-{self.client['id']}"}
        assert requests.post(self.night.messaging.callback, json=body, timeout=30).status_code == 200

    def before(self):
        return self._cancelled("opted_out")

    def after(self):
        return Expected(self.old, "replied")


class CameBack(Change):
    def make(self):
        self.night.salon.visit(self.client, _iso(timedelta(seconds=-1)), state="done")

    def before(self):
        return self._cancelled("came_back")


class Booked(Change):
    def make(self):
        self.night.salon.visit(self.client, _iso(timedelta(days=1)), state="scheduled")

    def before(self):
        return self._cancelled("booked")


class Here(Change):
    """A booked visit has begun, and has no mark yet."""

    def make(self):
        self.night.salon.visit(self.client, _iso(timedelta(minutes=-5)), state="scheduled")

    def before(self):
        return self._cancelled("visit_unmarked")


class Archived(Change):
    def make(self):
        self._call("klientbox.client", "action_archive", [self.client["id"]])

    def before(self):
        return self._cancelled("client_archived")


class VisitMoved(Change):
    """It was another client's visit."""

    def make(self):
        other = self.night.salon.client("Eva Nová", self.night.number())
        visits = self._call("klientbox.visit", "search", [("client_id", "=", self.client["id"])])
        self._call("klientbox.visit", "write", visits, {"client_id": other["id"]})

    def before(self):
        return self._cancelled("visits_changed")


class MailCorrected(Change):
    def make(self):
        self.new = f"new-{self.old}"
        self._patch(email=self.new)

    def before(self):
        return Expected(self.new, "sent")


class TwinKept(Change):
    """The entry into which another one is merged; each has a queued message."""

    twin = None

    def make(self):
        self.night.merge(self.client, self.twin.client)
        self.twin.is_done = True

    def before(self):
        return Expected(self.old, "sent")


class TwinMerged(Change):
    def make(self):
        raise AssertionError("the older message comes first")

    def before(self):
        return self._cancelled("written_recently")

    after = before


TEXTED = (PhoneCorrected, PhoneRemoved, Merged, Refused, Stopped, CameBack, Booked, Here, Archived, VisitMoved)


class CompanyArchived(Change):
    """The first of the company's messages takes the others along."""

    is_first = True

    def make(self):
        company = self.night.archived.salon.company_id
        # No user acts in an archived company.
        self.night.site.admin.company_ids.remove(company)
        self._call("res.company", "write", [company], {"active": False})
        self.night.mark_done(CompanyArchived)

    def before(self):
        return self._cancelled("company_archived")

    def after(self):
        return super().after() if self.is_first else self.before()


class HoursClosed(CompanyArchived):
    """The present hour is outside the company's sending hours."""

    def make(self):
        hour = datetime.now(ZoneInfo("Europe/Prague")).hour
        hours = {"opens": 0, "closes": 1} if hour else {"opens": 12, "closes": 13}
        self.night.site.settings(self.night.closed.salon, **hours)
        self.night.mark_done(HoursClosed)

    def before(self):
        return Expected(None, "queued")


class Night:
    """A salon with clients for each kind of change, each several times, and two more salons with two clients each."""

    def __init__(self, site, waits, simulator, sink, times):
        self.site, self.waits, self.simulator, self.sink = site, waits, simulator, sink
        self._numbers = (f"+420602{number:06}" for number in itertools.count(1))
        self.changes = {}
        self.messaging, self.archived, self.closed = (self._open() for _ in range(3))
        self.salon = self.messaging.salon
        for _ in range(times):
            for kind in TEXTED:
                self._add(self.messaging, kind)
            first, second = self._add(self.messaging, TwinKept), self._add(self.messaging, TwinMerged)
            first.twin = second
            self._add_mailed()
        for messaging, kind in ((self.archived, CompanyArchived), (self.closed, HoursClosed)):
            self._add(messaging, kind)
            self._add(messaging, kind).is_first = False
        for messaging in (self.messaging, self.archived, self.closed):
            messaging.run_now()
        assert len(self._messages()) == len(self.changes) == times * (len(TEXTED) + 3) + 4

    def number(self):
        """An unused phone."""
        return next(self._numbers)

    def merge(self, kept, other):
        """Merge two entries, as a manager does."""
        entries = {"target_id": kept["id"], "client_ids": [(6, 0, [kept["id"], other["id"]])]}
        call = self.site.admin.call
        dialog = call("klientbox.client.merge", "create", [{**entries, "company_id": self.salon.company_id}])
        call("klientbox.client.merge", "action_merge", dialog)

    def mark_done(self, kind):
        """All changes of this kind have been made."""
        for change in self.changes.values():
            change.is_done = change.is_done or type(change) is kind

    def pass_with_changes_at(self, moment):
        """Send queued messages; each change is made while its message is at this moment."""
        if moment == "queued":
            self._change(self.changes)
        else:
            self._run_until(moment)
        assert self._is_over()
        self._run_to_the_end()

    def outcome(self):
        """({client: (state, reason)}, phones that got an SMS, recipients of mails), each with its count."""
        states = {queued_for: (state, reason) for _id, queued_for, state, reason, _lane in self._messages()}
        phones = sorted(message["to"] for message in self.simulator.messages())
        return states, phones, sorted(recipient for mail in self.sink.mails() for recipient in mail.recipients)

    def expected(self, moment):
        """The expected value of `outcome`."""
        ends = {
            client: change.after() if moment == AFTER else change.before() for client, change in self.changes.items()
        }
        addresses = sorted(end.address for end in ends.values() if end.address)
        return (
            {client: (end.state, end.reason) for client, end in ends.items()},
            [address for address in addresses if "@" not in address],
            [address for address in addresses if "@" in address],
        )

    def _open(self):
        return Messaging(self.site, self.site.salon(), self.simulator, days_between=DAYS_BETWEEN)

    def _add(self, messaging, kind):
        number = self.number()
        client = messaging.absent(TEXTED_DAYS, number)
        self.changes[client["id"]] = kind(self, client, number)
        return self.changes[client["id"]]

    def _add_mailed(self):
        call = self.site.admin.call
        if not any(isinstance(change, MailCorrected) for change in self.changes.values()):
            call("res.company", "write", [self.salon.company_id], {"email": "salon@example.com"})
            steps = call(
                "klientbox.rule.step",
                "search",
                [("rule_id", "in", self.messaging.rules), ("rule_id.trigger", "=", "inactive")],
            )
            call("klientbox.rule.step", "write", steps, {"channel": "email", "subject": "Chybíte nám"})
        number = self.number()
        address = f"jana{number[-4:]}@example.com"
        client = self.messaging.absent(MAILED_DAYS, number, email=address)
        self.changes[client["id"]] = MailCorrected(self, client, address)

    def _messages(self):
        companies = [messaging.salon.company_id for messaging in (self.messaging, self.archived, self.closed)]
        return self.site.sql(
            """
            SELECT id, queued_for, state, reason, lane FROM klientbox_message
             WHERE company_id = ANY(%s) AND direction = 'out' ORDER BY id
            """,
            [companies],
        )

    def _clients_at(self, moment, lane, message_id):
        """The clients whose messages are at a point of a lane: one, or all that are queued or claimed."""
        if message_id:
            return [row[1] for row in self._messages() if row[0] == message_id]
        state = "queued" if moment == "before_claim" else "claimed"
        return [row[1] for row in self._messages() if (row[2], row[4]) == (state, lane)]

    def _change(self, clients):
        for client in clients:
            change = self.changes[client]
            if not change.is_done:
                change.is_done = True
                change.make()

    def _run_until(self, moment):
        """Run the job, again where claims expired on a slow machine, until all changes have been made at this
        moment."""
        deadline = time.monotonic() + PATIENCE
        with self.waits.at(moment):
            while not self._is_over():
                assert time.monotonic() < deadline, self._messages()
                runner = threading.Thread(target=self._run_job, args=(self.site.admin.copy(),))
                runner.start()
                while runner.is_alive():
                    for lane, message_id in self.waits.arrived():
                        self._change(self._clients_at(moment, lane, message_id))
                        self.waits.go_on(lane)
                    time.sleep(LOOK)

    def _run_job(self, web):
        web.call("ir.cron", "method_direct_trigger", [self.site.xmlid("klientbox.cron_messages")])

    def _is_over(self):
        return all(change.is_done for change in self.changes.values())

    def _run_to_the_end(self):
        """Run the job until only the closed salon has queued messages."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.site.run_job("cron_messages")
            self.simulator.settle()
            waiting = [
                row
                for row in self._messages()
                if row[2] in ("queued", "claimed", "sending") and not isinstance(self.changes[row[1]], HoursClosed)
            ]
            if not waiting:
                return
            assert time.monotonic() < deadline, waiting
            time.sleep(1)


def _iso(delta):
    return (datetime.now(timezone.utc) + delta).isoformat(timespec="seconds")
