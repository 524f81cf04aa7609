from . import klientbox_client, klientbox_visit
