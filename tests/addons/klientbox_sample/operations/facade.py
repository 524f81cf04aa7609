from odoo.addons.klientbox.api.facade import Facade


class Vendor(Facade):
    """The protocol of the vendor's API where it differs from v1's."""


vendor = Vendor(
    addon="klientbox_sample",  # must be installed in the request's database
    prefix="/api",  # of all paths
    other_prefixes=("/rest",),  # lead to the same operations
    families=("customers", "key"),  # its own first words, where another API lives below the prefix
    key_header="X-Vendor-Key",
    title="Vendor compatible API",
    version="1.0.0",
)
