"""The states of a message, and which of two that arrive in any order is the later truth."""

QUEUED, CLAIMED, SENDING = "queued", "claimed", "sending"
CANCELLED, UNKNOWN, SENT, FAILED, DELIVERED, REPLIED = "cancelled", "unknown", "sent", "failed", "delivered", "replied"

# In the order of what they know: news only ever moves a message to the right. A gateway that reports a failure after
# a delivery, or answers after it has reported, changes nothing.
STATES = (QUEUED, CLAIMED, SENDING, CANCELLED, UNKNOWN, SENT, FAILED, DELIVERED, REPLIED)
# The gateway has it, or refused it: what reports count.
HANDED_OVER = (SENT, FAILED, DELIVERED, REPLIED)
