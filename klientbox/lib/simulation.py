"""The simulated result of a message in test mode. Nothing is sent; the address selects the result.

| SMS to a number that ends in | e-mail to | what happens |
|---|---|---|
| 0001 | refused@… | the gateway refuses it permanently: failed |
| 0002 | unknown@… | no answer: unknown |
| 0003 | bounced@… | accepted, then reported as not delivered: sent, then failed |
| any other | any other | an SMS is sent, then delivered; an e-mail is sent (there are no further reports) |

Any text is allowed between a plus sign and the @: refused+7@example.com.
"""

from __future__ import annotations

from .address import SMS

REFUSED, UNKNOWN, UNDELIVERED, DELIVERED, TAKEN = "refused", "unknown", "undelivered", "delivered", "taken"
_BY_LAST_DIGITS = {"0001": REFUSED, "0002": UNKNOWN, "0003": UNDELIVERED}
_BY_MAILBOX = {"refused": REFUSED, "unknown": UNKNOWN, "bounced": UNDELIVERED}


def result_of(channel: str, address: str | None) -> str:
    """The simulated result of a message to an address."""
    if channel == SMS:
        return _BY_LAST_DIGITS.get((address or "")[-4:], DELIVERED)
    mailbox = (address or "").rpartition("@")[0].partition("+")[0]
    return _BY_MAILBOX.get(mailbox.lower(), TAKEN)
