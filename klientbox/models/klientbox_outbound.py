from odoo import api, models

from ..exceptions import FieldError
from ..tools import outbound

# Networks (CIDR, with commas) that are private but allowed, such as that of a gateway in the salon.
PRIVATE_NETWORKS = "klientbox.private_networks"


class KlientboxOutbound(models.AbstractModel):
    """Addresses that users type in and the server calls: gateways and webhooks. See tools/outbound.py."""

    _name = "klientbox.outbound"
    _description = "Addresses outside"

    @api.model
    def _networks(self):
        """The private networks that the server's administrator allows."""
        # Users can't read parameters of the server, and these only decide which addresses are refused.
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return outbound.networks(parameters_sudo.get_param(PRIVATE_NETWORKS))

    @api.model
    def _check_address(self, field, url):
        """Raise FieldError for an address that is never allowed."""
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
