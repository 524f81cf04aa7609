from . import klientbox_api_access, klientbox_client, klientbox_gateway, klientbox_visit
from . import klientbox_sample_stamp, klientbox_sample_voucher
from . import import_fields, required_columns
