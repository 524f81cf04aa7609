"""Errors of the models that a caller can act on: the fields, and a stable code for each reason."""

from __future__ import annotations

import logging

from odoo.exceptions import ValidationError


class FieldError(ValidationError):
    """Invalid values.

    `problems` are (field, code, message); a code is in snake_case, the same in every language.
    """

    # A caller's mistake is no incident of the server.
    loglevel = logging.INFO

    def __init__(self, *problems: tuple[str, str, str]) -> None:
        super().__init__("\n".join(message for _field, _code, message in problems))
        self.problems = problems
