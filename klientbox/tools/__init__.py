from . import admission, cursors, heartbeat, http_gateway, lanes, message_sender, odoo_mail
from . import odoo_sms, outbox, outcome, timers, url_guard, webhook_deliveries, webhook_sender
