"""The purpose of a message, which decides whether a refusal applies to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

# The stored values. Mailings and messages of rules are commercial.
MARKETING, SEVERAL, TRANSACTIONAL = "marketing", "several", "transactional"


# In the context of the outbox: it requests the sending provider. No request can send this object.
OUTBOX = object()


class Purpose(Enum):
    """How a message was composed; passed in the context, where only code of the server can set it: no caller's JSON
    becomes a member of this class.

    MASS is for many by intent (a mailing, a composer's mass mode). SEVERAL is one message to several people: the
    one person of a document gets it. SINGLE is to one, or an app's own: a reminder, an invoice.
    """

    MASS = MARKETING
    SEVERAL = SEVERAL
    SINGLE = TRANSACTIONAL

    @classmethod
    def vouched(cls, context: Mapping[str, object]) -> Purpose | None:
        """The purpose that code of the server has set in a context, or None."""
        purpose = context.get("klientbox_purpose")
        return purpose if isinstance(purpose, cls) else None

    @classmethod
    def of_count(cls, count: int) -> Purpose:
        """The default purpose for a number of recipients."""
        return cls.SEVERAL if count > 1 else cls.SINGLE
