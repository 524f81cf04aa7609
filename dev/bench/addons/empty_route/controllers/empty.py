from __future__ import annotations

from odoo import http


class EmptyRoute(http.Controller):
    @http.route("/empty", type="http", auth="none", readonly=True, save_session=False)
    def empty(self) -> str:
        """Nothing."""
        return ""
