"""Pure Python of the domain: no module here imports odoo."""

from . import address, api_key, clock, faults, gateway_format, message, phone, placeholders, redact, sending_hours
from . import sms_parts, status, stop_words, text, visit, webhook
