"""Refusals of the models that a caller can act on: which fields, and a stable word for each reason."""

import logging

from odoo.exceptions import ValidationError


class FieldError(ValidationError):
    """Values that can't be taken.

    `problems` are (field, code, message); a code is a snake_case word, the same in every language.
    """

    # A caller's mistake is no incident of the server.
    loglevel = logging.INFO

    def __init__(self, *problems):
        super().__init__("\n".join(message for _field, _code, message in problems))
        self.problems = problems
