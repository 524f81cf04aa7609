"""KlientBox's own API, version 1."""

from .facade import v1
from . import clients, docs, me, messages, reports, services, visits, webhooks
from . import payloads
