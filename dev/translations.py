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
        known = {addon: _czech(addon) for addon in project.ADDONS}
        missing = [term for addon in project.ADDONS for term in _update(addon, Path(folder) / f"{addon}.pot", known)]
    for addon, term in missing:
        say(f"  {addon}: {term}")
    say(f"{len(missing)} terms have no Czech." if missing else "Each term has its Czech.")
    return not missing


def _czech(addon: str) -> polib.POFile:
    """The Czech file of an addon; empty where there is none yet."""
    path = REPOSITORY / addon / "i18n" / "cs.po"
    return polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else polib.POFile()


def _update(addon: str, exported: Path, known: dict[str, polib.POFile]) -> list[tuple[str, str]]:
    """Update both files of an addon; (addon, term) of each term without Czech.

    A term that is new in the addon has the Czech that it has in another: code moves between addons.
    """
    i18n = REPOSITORY / addon / "i18n"
    i18n.mkdir(exist_ok=True)
    terms = polib.pofile(str(exported))
    template = i18n / f"{addon}.pot"
    if template.exists():
        # A new date alone is no change.
        terms.metadata = polib.pofile(str(template)).metadata
    _write(terms, template)
    own = known[addon]
    words = {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for czech in (*reversed(known.values()), own)
        for entry in czech
        if entry.msgstr
    }
    for entry in terms:
        entry.msgstr = words.get((entry.msgctxt, entry.msgid), "")
    described = own if own.metadata else next(czech for czech in known.values() if czech.metadata)
    terms.metadata = described.metadata
    if own.header:
        terms.header = own.header
    _write(terms, i18n / "cs.po")
    return [(addon, entry.msgid) for entry in terms if not entry.msgstr]


def _write(file: polib.POFile, path: Path) -> None:
    file.wrapwidth = WIDTH
    file.save(str(path))
