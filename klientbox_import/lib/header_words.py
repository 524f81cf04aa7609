"""Headers of columns in a form for comparison."""

from __future__ import annotations

import re

from odoo.addons.klientbox.lib import text


def fold_header(header: str) -> str:
    """A header in its form for comparison: "Tel. č.:" and "tel c" are the same."""
    return " ".join(re.sub(r"[\W_]+", " ", text.fold(header)).split())


def spaced(header: str) -> str:
    """A header folded, with spaces between the words of "camelCase"."""
    pairs = zip(" " + header, header, strict=False)
    return fold_header("".join(f" {char}" if char.isupper() and before.islower() else char for before, char in pairs))
