"""Messages out and in: rules, the night, limits, the outbox, gateways, replies, and messages of Odoo's own."""
