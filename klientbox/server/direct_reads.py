"""Common reads of the API are answered before Odoo makes an environment for the request: api/direct_reads.py."""

import functools

from .. import compat
from ..api import direct_reads


def _read_first(serve_db):
    @functools.wraps(serve_db)
    def served(self):
        return direct_reads.serve(self) or serve_db(self)

    return served


compat.replace_serve_db(_read_first)
