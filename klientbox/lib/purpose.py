"""What a message is for, and so whom a refusal keeps it from."""

from enum import Enum

# As kept with a message. Commercial is what goes to many, and what a rule sends.
MARKETING, SEVERAL, TRANSACTIONAL = "marketing", "several", "transactional"


# In the context of the outbox: it asks for the provider that sends. No request can send this object.
OUTBOX = object()


class Purpose(Enum):
    """How a message was composed; handed on in the context, where only code of the server can put it: no caller's JSON
    becomes a member of this class.

    MASS is for many by intent (a mailing, a composer's mass mode). SEVERAL is one message to several people: those whom
    a document is about get it. SINGLE is to one, or an app's own: a reminder, an invoice.
    """

    MASS = MARKETING
    SEVERAL = SEVERAL
    SINGLE = TRANSACTIONAL

    @classmethod
    def vouched(cls, context):
        """The purpose that code of the server has given in a context, or None."""
        given = context.get("klientbox_purpose")
        return given if isinstance(given, cls) else None

    @classmethod
    def of_count(cls, count):
        """What a message to so many people is when nothing else is known."""
        return cls.SEVERAL if count > 1 else cls.SINGLE
