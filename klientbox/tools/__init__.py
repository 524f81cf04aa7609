from . import (
    courier,
    cursors,
    deliveries,
    heartbeat,
    http_gateway,
    lanes,
    odoo_mail,
    odoo_sms,
    outbound,
    outbox,
    outcome,
)
from . import postman
