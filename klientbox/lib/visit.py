"""The states of a visit, in their order."""

SCHEDULED, ARRIVED, DONE, NO_SHOW, CANCELLED = "scheduled", "arrived", "done", "no_show", "cancelled"
STATES = (SCHEDULED, ARRIVED, DONE, NO_SHOW, CANCELLED)
