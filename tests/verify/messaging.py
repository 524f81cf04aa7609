"""Salons whose messages are sent by the simulated gateway, and every state that the database stored of each message."""

from collections import Counter
from contextlib import contextmanager

from dev.server import free_port

from .masters import nudge, serve, wait_for

JOB = ("klientbox", "cron_messages")
AWAY_DAYS = 70  # a client with an absence of this length has lapsed
WAITING = ("queued", "claimed")
TAKEN_WITHIN = 60
REMEMBER = """
    CREATE TABLE verify_history (
        id serial PRIMARY KEY, message_id int NOT NULL, state text NOT NULL, at timestamptz DEFAULT clock_timestamp()
    );
    CREATE INDEX ON verify_history (message_id);
    CREATE FUNCTION verify_remember() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' OR NEW.state IS DISTINCT FROM OLD.state THEN
            INSERT INTO verify_history (message_id, state) VALUES (NEW.id, NEW.state);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER verify_remember AFTER INSERT OR UPDATE ON klientbox_message
        FOR EACH ROW WHEN (NEW.direction = 'out') EXECUTE FUNCTION verify_remember();
"""


class Messaging:
    """A database with salons and a gateway; servers are started and stopped."""

    def __init__(self, site, cluster):
        self.site, self.cluster = site, cluster
        self.gateway = None
        self.servers = []
        self._ports = [free_port(), free_port()]
        site.sql(REMEMBER)
        for key, value in {
            "klientbox.private_networks": "127.0.0.0/8",
            "web.base.url": f"http://127.0.0.1:{self._ports[0]}",
            "web.base.url.freeze": "True",
        }.items():
            statement = """
                INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
            site.sql(statement, [key, value])

    @contextmanager
    def serving(self, count=1, fault=None):
        """Serve with this many masters, which are killed at the end of the block. Reports go to the first."""
        with serve(self.site, self.cluster, self._ports[:count], fault) as self.servers:
            yield self.servers

    def open_salon(self, clients):
        """A salon with this many clients who are due, and nothing queued yet."""
        salon, admin = self.site.salon(), self.site.admin
        [gateway_id] = admin.call(
            "klientbox.gateway",
            "create",
            [
                {
                    "name": "Simulator",
                    "company_id": salon.company_id,
                    "url": f"{self.gateway.url}/send",
                    "status_url": f"{self.gateway.url}/messages/{{reference}}",
                    "new_secret": self.gateway.secret,
                }
            ],
        )
        self.site.settings(
            salon, sms_gateway_id=gateway_id, opens=0, closes=24, rest_days=False, daily_cap=0, lang="en_US"
        )
        rules = admin.call(
            "klientbox.rule", "search", [("company_id", "=", salon.company_id), ("trigger", "=", "warning")]
        )
        admin.call("klientbox.rule", "write", rules, {"enabled": True})
        self._let_lapse(salon.company_id, clients)
        return MessagingSalon(self, salon.company_id)

    def nudge(self):
        """Start the job at once."""
        nudge(self.cluster, self.site.database, *JOB)

    def until_taken(self, count):
        """Return the gateway's messages once it has this many. A worker that had just begun may have missed the
        call."""
        wait_for(lambda: len(self.gateway.messages()) >= count, TAKEN_WITHIN, pause=1, meanwhile=self.nudge)
        return self.gateway.messages()

    def revive(self):
        """Restart processes that have ended by themselves, as a system's service manager does."""
        for server in self.servers:
            if server.ended():
                server.start()

    def _let_lapse(self, company_id, clients):
        self.site.sql(
            """
            WITH day AS (
                SELECT (now() AT TIME ZONE 'Europe/Prague')::date - %(away)s AS last
            ), client AS (
                INSERT INTO klientbox_client
                       (name, search_key, company_id, active, version, status, phone, last_visit_date, total_visits,
                        total_spent, sms_opt_out, email_opt_out, create_date)
                SELECT 'Client ' || n, 'client ' || n, %(company)s, TRUE, 1, 'warning',
                       '+4206' || lpad(n::text, 8, '0'), day.last, 1, 0, FALSE, FALSE, now()
                  FROM day, generate_series(1, %(clients)s) n
                RETURNING id
            )
            INSERT INTO klientbox_visit
                   (client_id, company_id, state, start, duration, stop, amount, version, create_date)
            SELECT client.id, %(company)s, 'done', day.last + interval '11 h', 30, day.last + interval '11.5 h', 0, 1,
                   now()
              FROM client, day
            """,
            {"company": company_id, "clients": clients, "away": AWAY_DAYS},
        )


class MessagingSalon:
    """The results of a salon's messages, by its database and by the gateway."""

    def __init__(self, messaging, company_id):
        self.messaging, self.company_id = messaging, company_id

    def run_now(self):
        """Queue due messages, as the button does."""
        admin = self.messaging.site.admin
        ids = admin.call("klientbox.settings", "search", [("company_id", "=", self.company_id)])
        admin.call("klientbox.settings", "action_run_now", ids)

    def column(self, name):
        """{reference: value} of one of the messages' columns."""
        statement = f"SELECT reference, {name} FROM klientbox_message WHERE company_id = %s AND direction = 'out'"
        return dict(self.messaging.site.sql(statement, [self.company_id]))

    def states(self):
        """{state: how many messages}."""
        return Counter(self.column("state").values())

    def counts(self):
        """{how often the gateway accepted a message: how many messages}."""
        taken = self.messaging.gateway.counts()
        return Counter(taken.get(reference, 0) for reference in self.column("id"))

    def twice(self):
        """References that are queued although the gateway has them."""
        taken = self.messaging.gateway.counts()
        return [
            reference for reference, state in self.column("state").items() if state in WAITING and taken.get(reference)
        ]

    def histories(self):
        """{the states that a message went through, in order: how many messages}."""
        rows = self.messaging.site.sql(
            """
            SELECT array_agg(history.state ORDER BY history.id) FROM verify_history history
              JOIN klientbox_message message ON message.id = message_id
             WHERE company_id = %s GROUP BY message_id
            """,
            [self.company_id],
        )
        return Counter(" ".join(states) for [states] in rows)

    def steps(self):
        """{(state, next state): how often a message changed from one to the other}."""
        rows = self.messaging.site.sql(
            """
            SELECT before, state, count(*) FROM (
                SELECT state, lag(state) OVER (PARTITION BY message_id ORDER BY id) AS before FROM verify_history
                 WHERE message_id IN (SELECT id FROM klientbox_message WHERE company_id = %s)
            ) step WHERE before IS NOT NULL GROUP BY before, state
            """,
            [self.company_id],
        )
        return Counter({(before, state): times for before, state, times in rows})

    def passed(self, state):
        """How often messages came into a state."""
        statement = """
            SELECT count(*) FROM verify_history history JOIN klientbox_message message ON message.id = message_id
             WHERE company_id = %s AND history.state = %s
            """
        [[times]] = self.messaging.site.sql(statement, [self.company_id, state])
        return times

    def settle(self, expected, seconds):
        """Return once the messages are in these states, {state: how many}."""
        try:
            wait_for(lambda: self.states() == expected, seconds, pause=1, meanwhile=self._go_on)
        except AssertionError as error:
            raise AssertionError(f"{error}: {dict(self.states())} instead of {expected}") from error

    def _go_on(self):
        self.messaging.revive()
        self.messaging.nudge()
