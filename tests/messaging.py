"""Everything a salon needs to send: a gateway that leads to a simulator, its rules switched on, and the sending job."""

import time
from datetime import datetime, timedelta, timezone

PRIVATE_NETWORKS = "klientbox.private_networks"
PATIENCE = 60
UNREAD_SECONDS = 5
ALWAYS = {"opens": 0, "closes": 24, "rest_days": False, "daily_cap": 0, "days_between": 0, "lang": "en_US"}


class Messaging:
    """A salon's messages, out and in."""

    def __init__(self, site, salon, simulator, **settings):
        self.site, self.salon, self.simulator = site, salon, simulator
        site.admin.call("ir.config_parameter", "set_param", PRIVATE_NETWORKS, "127.0.0.0/8")
        [self.gateway] = site.admin.call("klientbox.gateway", "create", [self._gateway_vals()])
        site.settings(salon, sms_gateway_id=self.gateway, **{**ALWAYS, **settings})
        self.rules = site.admin.call("klientbox.rule", "search", [("company_id", "=", salon.company_id)])
        site.admin.call("klientbox.rule", "write", self.rules, {"enabled": True})

    @property
    def settings_id(self):
        """The salon's settings."""
        [settings] = self.site.admin.call("klientbox.settings", "search", [("company_id", "=", self.salon.company_id)])
        return settings

    @property
    def callback(self):
        """The gateway's callback address."""
        [row] = self.site.admin.call("klientbox.gateway", "read", [self.gateway], ["callback_url"])
        return row["callback_url"]

    def write_gateway(self, **values):
        """Change the gateway as its administrator does."""
        self.site.admin.call("klientbox.gateway", "write", [self.gateway], values)

    def absent(self, days, number, name="Jana Nováková", **members):
        """A client whose last visit was this many days ago; the body."""
        client = self.salon.client(name, number, **members)
        day = datetime.now(timezone.utc) - timedelta(days=days)
        self.salon.visit(client, day.isoformat(timespec="seconds"), state="done")
        return client

    def run_now(self):
        """The button "Run now"."""
        return self.site.admin.call("klientbox.settings", "action_run_now", [self.settings_id])

    def send(self, patience=PATIENCE):
        """Run the sending job until nothing is due any more; the gateway's callbacks are processed, too."""
        deadline = time.monotonic() + patience
        while True:
            self.site.run_job("cron_messages")
            self.simulator.settle(patience)
            if not self.waiting():
                return
            assert time.monotonic() < deadline, f"{self.waiting()} rows still wait"
            # A message may wait for the processing of a callback, which would last forever with a frozen clock.
            self.site.clock.advance(UNREAD_SECONDS)

    def waiting(self):
        """Messages that could be sent, and unprocessed callbacks."""
        [[rows]] = self.site.sql(
            """
            SELECT (SELECT count(*) FROM klientbox_message
                     WHERE company_id = %(company)s
                       AND (state IN ('claimed', 'sending')
                            OR (state = 'queued' AND due_at <= now() AT TIME ZONE 'UTC')))
                 + (SELECT count(*) FROM klientbox_inbound WHERE company_id = %(company)s AND state = 'new')
            """,
            {"company": self.salon.company_id},
        )
        return rows

    def rows(self, *columns, direction="out"):
        """Messages of the salon, oldest first, as tuples of these columns."""
        return self.site.sql(
            f"SELECT {', '.join(columns)} FROM klientbox_message WHERE company_id = %s AND direction = %s ORDER BY id",
            [self.salon.company_id, direction],
        )

    def states(self):
        """{address: state} of outgoing messages."""
        return dict(self.rows("address", "state"))

    def _gateway_vals(self):
        return {
            "name": "Simulator",
            "company_id": self.salon.company_id,
            "url": f"{self.simulator.url}/send",
            "status_url": f"{self.simulator.url}/messages/{{reference}}",
            "new_secret": self.simulator.secret,
        }
