"""A key that is revoked while it is used stops at once, on either master."""

import threading
import time
from collections import Counter

from . import figures
from .masters import wait_for

CALLERS, CALLS = 8, 200


def test_no_call_is_let_in_that_begins_after_the_key_was_revoked(duo):
    salon = duo.site.salon()
    key = duo.site.new_key(salon, rate_limit=0)
    calls, stop = [], threading.Event()

    def go_on(number):
        api = duo.api(number, key)
        while not stop.is_set():
            sent_at = time.monotonic()
            calls.append((sent_at, api.get("/services")))

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    try:
        wait_for(lambda: len(calls) >= CALLS, 60)
        revoking = time.monotonic()
        duo.site.admin.call("klientbox.api.key", "action_revoke", duo.site.key_ids(key))
        revoked = time.monotonic()
        wait_for(lambda: len([at for at, _answer in calls if at > revoked]) >= CALLS, 60)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    def statuses(begin, end):
        return Counter(answer.status for at, answer in calls if begin < at <= end)

    after = statuses(revoked, time.monotonic())
    figures.keep(
        "revoked",
        {
            "accepted_afterwards": after[200],
            "accepted_before": statuses(0, revoking)[200],
            "refused_afterwards": after[403],
            "seconds_of_revoking": round(revoked - revoking, 2),
        },
    )
    assert after.keys() == {403}
    for at, answer in calls:
        if at > revoked:
            answer.refused(403, "api_key_revoked")
