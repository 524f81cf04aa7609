"""Run inside Odoo by ``translations``: writes the terms of each addon as a .pot file into a folder."""

import sys
from pathlib import Path

from odoo.tools.translate import trans_export

folder, addons = Path(sys.argv[1]), sys.argv[2:]
for addon in addons:
    with (folder / f"{addon}.pot").open("wb") as file:
        trans_export(False, [addon], file, "po", env)  # noqa: F821 - given by dev/inside.py
