from . import klientbox_client, klientbox_gateway, klientbox_visit
