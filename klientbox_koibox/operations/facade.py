from odoo.addons.klientbox.api.facade import Facade


class Koibox(Facade):
    """The manners of Koibox's API where they differ from v1's."""


koibox = Koibox(
    addon="klientbox_koibox",
    prefix="/api",
    families=("clientes", "api-key"),
    key_header="X-Koibox-Key",
    title="Koibox compatible API",
    version="1.0.0",
)
