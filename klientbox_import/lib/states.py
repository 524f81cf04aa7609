"""The states of an import and its kinds of source."""

DRAFT, CHECKING, READY, IMPORTING, DONE = "draft", "checking", "ready", "importing", "done"
UNDOING, UNDONE, FAILED = "undoing", "undone", "failed"
FETCHING, STOPPED = "fetching", "stopped"
# The states in which the job works, and the state after too many errors in each.
WORKING = {FETCHING: STOPPED, CHECKING: FAILED, IMPORTING: READY, UNDOING: DONE}
# Vendors' addons add their accounts.
FILE, CONTACTS = "file", "contacts"
