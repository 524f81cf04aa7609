"""A hundred kills while five thousand messages are sent: each reaches the gateway exactly once.

KLIENTBOX_KILLS and KLIENTBOX_MESSAGES set smaller numbers, KLIENTBOX_SEED repeats a run's choices.
"""

import os
import random
import time

from . import figures
from .masters import Nemesis

DEFAULT_KILLS, DEFAULT_MESSAGES = 100, 5_000
KILLS = int(os.environ.get("KLIENTBOX_KILLS", DEFAULT_KILLS))
MESSAGES = int(os.environ.get("KLIENTBOX_MESSAGES", DEFAULT_MESSAGES))
SEED = int(os.environ.get("KLIENTBOX_SEED", random.randrange(1_000_000)))
# Seconds until the gateway answers, and until it reports: before an interrupted message becomes unknown, or afterwards.
ANSWERS, REPORTS = (0.005, 0.01, 0.1), (0.05, 1.0, 75.0)
SLOW = 0.2
SETTLED_WITHIN = 360
# Possible states of a message, as long as the gateway itself is available.
STEPS = {
    ("queued", "claimed"),
    ("claimed", "queued"),
    ("claimed", "sending"),
    ("sending", "sent"),
    ("sending", "unknown"),
    ("sending", "delivered"),
    ("unknown", "queued"),
    ("unknown", "sent"),
    ("unknown", "delivered"),
    ("sent", "delivered"),
}


def test_no_message_is_lost_or_sent_twice_whichever_process_is_killed(messaging, gateway):
    print(f"\nKLIENTBOX_SEED={SEED}")
    gateway.configure(answer_delay=ANSWERS[0])
    weather = random.Random(SEED)
    with messaging.serving(count=2) as masters:
        salon = messaging.open_salon(MESSAGES)
        salon.run_now()
        started = time.monotonic()
        nemesis = Nemesis(masters, messaging.cluster, messaging.site.database, SEED)
        gateway.wait_for(1, 90)
        for kill in range(KILLS):
            gateway.configure(answer_delay=weather.choice(ANSWERS), report_delay=weather.choice(REPORTS))
            # The kills are to hit sending until the last.
            if sum(gateway.counts().values()) > MESSAGES * (0.1 + 0.8 * kill / KILLS):
                gateway.configure(answer_delay=SLOW)
            nemesis.strike()
            messaging.nudge()
        killed_until = time.monotonic()
        sent_by_then = sum(gateway.counts().values())
        gateway.configure(answer_delay=ANSWERS[0], report_delay=1.0)
        salon.settle({"delivered": MESSAGES}, SETTLED_WITHIN)
        seconds = time.monotonic() - started

    counts, steps = salon.counts(), salon.steps()
    result = {
        "became_unknown": salon.passed("unknown"),
        "doubled": sum(messages for count, messages in counts.items() if count > 1),
        "kills": sum(nemesis.kills.values()),
        "kills_of": dict(nemesis.kills),
        "kills_of_the_sender": nemesis.senders,
        "interrupted": steps["sending", "unknown"] + steps["sending", "delivered"],
        "lost": counts[0],
        "messages": MESSAGES,
        "seconds": round(seconds),
        "seconds_of_killing": round(killed_until - started),
        "sent_while_killing": sent_by_then,
        "seed": SEED,
        "tried_again": steps["unknown", "queued"],
    }
    if (KILLS, MESSAGES) == (DEFAULT_KILLS, DEFAULT_MESSAGES):
        figures.keep("klientbox", result)
    else:
        print(result)
    assert sent_by_then < MESSAGES
    assert gateway.max_count() == 1
    assert counts == {1: MESSAGES}
    assert set(gateway.counts()) == set(salon.column("id"))
    assert steps.keys() <= STEPS
