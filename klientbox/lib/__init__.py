"""Pure Python of the domain: no module here imports odoo."""

from . import address, api_key, clock, phone, redact, status, text, visit
