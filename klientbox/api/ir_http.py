from odoo import models
from odoo.http import request
from werkzeug.exceptions import NotFound

from . import facade


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Every path below a facade's prefix belongs to the facade: no language prefix, no redirect, no page of another
        module."""
        owner = facade.owner_of(path_info)
        if not owner:
            return super()._match(path_info)
        router = request.env["ir.http"].routing_map().bind_to_environ(request.httprequest.environ)
        try:
            matched = router.match(path_info=owner.prefix, method="GET", return_rule=True)
        except NotFound:
            # The facade's addon is installed in another database of this server.
            return super()._match(path_info)
        request.is_frontend = request.is_frontend_multilang = False
        return matched
