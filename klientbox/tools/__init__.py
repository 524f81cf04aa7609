from . import alarm, cursors, deliveries, heartbeat, http_gateway, lanes, message_sender
from . import odoo_mail, odoo_sms, outbox, outcome, url_guard, webhook_sender
