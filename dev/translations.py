"""Terms of the addons: .pot files as Odoo exports them, Czech files with the same terms."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polib

from . import databases, odoo_source, project
from .console import say
from .home import REPOSITORY
from .postgres import Cluster
from .server import run_inside

DATABASE = "klientbox_terms"
SCRIPT = Path(__file__).with_name("export_terms.py")
WIDTH = 78


def update() -> bool:
    """Write what the code says into the .pot and .po files; whether each term has its Czech."""
    odoo_source.ensure()
    with Cluster("test") as cluster, tempfile.TemporaryDirectory() as folder:
        databases.create(cluster, DATABASE, databases.template(cluster))
        try:
            run_inside(cluster, DATABASE, SCRIPT, folder, *project.ADDONS)
        finally:
            databases.drop(cluster, DATABASE)
        missing = [term for addon in project.ADDONS for term in _update(addon, Path(folder) / f"{addon}.pot")]
    for addon, term in missing:
        say(f"  {addon}: {term}")
    say(f"{len(missing)} terms have no Czech." if missing else "Each term has its Czech.")
    return not missing


def _update(addon: str, exported: Path) -> list[tuple[str, str]]:
    """Update both files of an addon; (addon, term) of each term without Czech."""
    i18n = REPOSITORY / addon / "i18n"
    terms = polib.pofile(str(exported))
    known = i18n / f"{addon}.pot"
    if known.exists():
        # A new date alone is no change.
        terms.metadata = polib.pofile(str(known)).metadata
    _write(terms, known)
    czech = polib.pofile(str(i18n / "cs.po"), wrapwidth=WIDTH)
    words = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in czech}
    header, metadata = czech.header, czech.metadata
    for entry in terms:
        entry.msgstr = words.get((entry.msgctxt, entry.msgid), "")
    terms.header, terms.metadata = header, metadata
    _write(terms, i18n / "cs.po")
    return [(addon, entry.msgid) for entry in terms if not entry.msgstr]


def _write(file: polib.POFile, path: Path) -> None:
    file.wrapwidth = WIDTH
    file.save(str(path))
