from . import alarm, courier, cursors, deliveries, heartbeat, http_gateway, lanes
from . import odoo_mail, odoo_sms, outbound, outbox, outcome, postman
