from . import cursors, heartbeat, http_gateway, odoo_mail, odoo_sms, outbound, outbox, outcome, postman
