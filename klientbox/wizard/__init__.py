from . import klientbox_api_key_generate
