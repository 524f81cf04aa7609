from . import base_module_uninstall
from . import klientbox_api_key_generate
from . import klientbox_api_key_roll
from . import klientbox_client_dialog
from . import klientbox_client_merge
from . import klientbox_consent_record
from . import klientbox_message_write
