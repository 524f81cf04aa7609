from odoo.addons.klientbox.api.facade import Facade


class ClientBook(Facade):
    """The manners of Client Book's API where they differ from v1's."""


clientbook = ClientBook(
    addon="klientbox_clientbook",
    prefix="/apiv1",
    other_prefixes=("/v1",),
    title="Client Book compatible API",
    version="1.0.0",
)
