from odoo import api, models

from ..exceptions import FieldError
from ..tools import outbound

# Networks (CIDR, with commas) that are not the open Internet and still may be spoken to, as a gateway in the salon.
PRIVATE_NETWORKS = "klientbox.private_networks"


class KlientboxOutbound(models.AbstractModel):
    """Addresses that people type in and the server then speaks to: gateways and webhooks. See tools/outbound.py."""

    _name = "klientbox.outbound"
    _description = "Addresses outside"

    @api.model
    def _networks(self):
        """The networks at home that the server's owner has named."""
        # Whoever runs a salon reads no parameter of the server, and these only decide what is refused.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return outbound.networks(parameters_sudo.get_param(PRIVATE_NETWORKS))

    @api.model
    def _check_address(self, field, url):
        """Raise FieldError for an address that will never be spoken to."""
        word = outbound.objection(url, self._networks())
        if word:
            raise FieldError((field, word, self._objections()[word]))

    @api.model
    def _objections(self):
        return {
            "invalid_url": self.env._("This is no address of the web. It begins with https://"),
            "https_only": self.env._("The address must begin with https://"),
            "user_in_url": self.env._("An address holds no user and no password."),
            "forbidden_port": self.env._("Only the ports 443 and 8443 are spoken to."),
            "forbidden_address": self.env._("This address is not on the open Internet."),
        }
