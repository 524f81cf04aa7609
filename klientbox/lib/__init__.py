"""Pure Python of the domain: no module here imports odoo."""

from . import address, api_key, clock, faults, gateway_format, incoming_mail, mail_reports, message, phone
from . import placeholders, quotations, redact, replies, sending_hours, sms_parts, status, text, visit, webhook
