"""Pure Python of the domain: no module here imports odoo."""

from . import address, api_key, client_status, clock, faults, gateway_format, incoming_mail, mail_reports, message
from . import phone, placeholders, quotations, redact, replies, sending_hours, sms_parts, text, visit, webhook
