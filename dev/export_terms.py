"""Run inside Odoo by ``translations``: writes the terms of each addon as a .pot file into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from odoo.tools.translate import trans_export

if TYPE_CHECKING:
    from odoo.api import Environment


def main(env: Environment, folder: str, *addons: str) -> None:
    """Write <folder>/<addon>.pot for each addon."""
    for addon in addons:
        with (Path(folder) / f"{addon}.pot").open("wb") as file:
            trans_export(False, [addon], file, "po", env)


if __name__ == "__main__":
    main(globals()["env"], *sys.argv[1:])
