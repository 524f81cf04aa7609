"""Common reads of the API are answered before Odoo makes an environment for the request: api/direct.py."""

import functools

from .. import compat
from ..api import direct


def _read_first(serve_db):
    @functools.wraps(serve_db)
    def served(self):
        return direct.serve(self) or serve_db(self)

    return served


compat.replace_serve_db(_read_first)
