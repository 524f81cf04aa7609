"""The states of a message, and which of two that arrive in any order is the later one."""

QUEUED, CLAIMED, SENDING = "queued", "claimed", "sending"
CANCELLED, UNKNOWN, SENT, FAILED, DELIVERED, REPLIED = "cancelled", "unknown", "sent", "failed", "delivered", "replied"

# In order of progress: a report only ever moves a message to the right. A gateway that reports a failure after a
# delivery, or whose answer comes after its report, changes nothing.
STATES = (QUEUED, CLAIMED, SENDING, CANCELLED, UNKNOWN, SENT, FAILED, DELIVERED, REPLIED)
# The gateway has it, or refused it: these states count in reports.
HANDED_OVER = (SENT, FAILED, DELIVERED, REPLIED)
