from . import klientbox_client_merge
