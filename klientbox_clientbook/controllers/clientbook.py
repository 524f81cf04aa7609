from odoo import http

from ..operations import clientbook


class KlientboxClientBook(http.Controller):
    """The door of Client Book's API. All paths of the facade come here; the dispatcher knows the operations."""

    @clientbook.door()
    def serve(self):
        """Never called: the dispatcher serves the operation itself."""
