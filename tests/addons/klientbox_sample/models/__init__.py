from . import klientbox_api_access, klientbox_client, klientbox_gateway, klientbox_sample_voucher, klientbox_visit
from . import import_fields, required_columns
