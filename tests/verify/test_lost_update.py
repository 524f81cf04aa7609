"""Eight callers change the same record with If-Match: one that has not seen the last change is refused, and none is
lost."""

import time
from collections import Counter

from . import figures

CLIENTS, TIMES = 8, 100


def test_no_unseen_change_is_overwritten(duo, at_once):
    salon = duo.site.salon()
    client = salon.client(notes="0")
    path = f"/clients/{client['id']}"
    started = time.monotonic()

    def count_up(number):
        """Add one this many times, reading anew after each refusal; how often each status was answered."""
        api, statuses = duo.api(number, salon.key), Counter()
        while statuses[200] < TIMES:
            seen = api.get(path)
            answer = api.request(
                "PATCH",
                path,
                json={"notes": str(int(seen.expect()["notes"]) + 1)},
                headers={"If-Match": seen.headers["ETag"]},
            )
            if answer.status != 200:
                answer.refused(412, "precondition_failed")
            statuses[answer.status] += 1
        return statuses

    statuses = sum(at_once(CLIENTS, count_up), Counter())
    final = int(salon.api.get(path).expect()["notes"])
    figures.keep(
        "lost_updates",
        {
            "changed": statuses[200],
            "final": final,
            "refused": statuses[412],
            "seconds": round(time.monotonic() - started),
        },
    )
    assert final == statuses[200] == CLIENTS * TIMES
