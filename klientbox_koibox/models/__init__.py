from . import klientbox_client, klientbox_import, klientbox_koibox_category, klientbox_koibox_heard, res_company
from . import klientbox_client_alias
