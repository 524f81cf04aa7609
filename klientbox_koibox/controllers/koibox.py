from odoo import http

from ..operations import koibox


class KlientboxKoibox(http.Controller):
    """The door of Koibox's API. All paths of the facade come here; the dispatcher knows the operations."""

    @koibox.door()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
