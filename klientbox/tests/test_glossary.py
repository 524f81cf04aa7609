"""Plain words in all our addons, their tests and the documentation, and one Czech word for each thing.

Each word here has a better one. Words that also have a plain sense ("given name", "a letter of the alphabet") are not
listed; reviews find those.
"""

import re
from pathlib import Path

import polib
from odoo.tests import BaseCase

from .architecture import ADDONS

# {word or phrase, as a regular expression: the better one}
INSTEAD = {
    "told": "notified, stated, reported, or the name of the value",
    "untold": "not notified",
    "telling": "significant, distinctive, or the name of the value",
    "asked": "queried, requested, required",
    "unasked": "not requested",
    "whoever|whomever": "the user who, the client who",
    "nobody|somebody": "no one, a user, a client",
    "stands?|stood|standing": "is, applies",
    "so many": "at most, the number of",
    "tally|tallies": "counter",
    "manners?": "protocol, format",
    "polite guest": "limited",
    "desks?": "reception, receptionist",
    "doors?": "route",
    r"drift\w* away": "lapse, lapsed",
    "of which (nobody|no one)": "unknown",
    "what opens": "credentials",
    "said twice": "duplicate",
    "it is none": "it is not valid, it is no refusal",
    "address of the web": "web address",
    "written to about": "contacted for",
    "is written to": "is contacted",
    "go(es)? out|went out|going out": "is sent, are sent",
    "lives? as long": "has the same lifetime",
    "you have seen at": "you have confirmed",
    "see whom": "view clients",
}
# The same for the Czech translations.
INSTEAD_CZECH = {
    r"společnost\w*": "firma",
    r"manažer\w*": "vedoucí",
    "hodin[ay]? rozesílání": "hodiny odesílání",
    r"vygener\w*": "vytvořit",
    r"založ\w*|založen\w*": "vytvořit",
    "nejdříve|nejprve": "nejdřív",
    r"přihlašovací\w* údaj\w*": "přístupové údaje",
    "podpisové(ho|mu|m)? hesl[aoue]m?": "podpisový klíč",
    r"událost\w* souhlasu": "záznamy souhlasů",
    r"napojení\w*": "integrace",
    r"člen\w*": "položka",
    "kartě": "záložce",
    r"\w+\(a\)": "a wording without gender, such as „Vytvořeno uživatelem“",
}
_PATTERN = re.compile(rf"\b({'|'.join(INSTEAD)})\b", re.IGNORECASE)
_CZECH = re.compile(rf"(?<!\w)({'|'.join(INSTEAD_CZECH)})(?!\w)", re.IGNORECASE)
# {(file, what is found): why it may be there}
EXCEPTIONS = {
    ("klientbox/migrations/19.0.1.5.0/pre-message-job.py", "told"): "a column's former name",
    ("klientbox/migrations/19.0.1.6.0/pre-plain-names.py", "told"): "a column's former name",
    ("klientbox/lib/reply_words.py", "asked"): "a word of clients' replies",
    ("klientbox/tests/replies.py", "asked"): "a word of clients' replies",
}
# {term: why its Czech may have such a word}
CZECH_EXCEPTIONS = {"Companies": "Odoo's own term"}
# Besides the addons, where the whole project is there.
PROJECT = ("deploy", "dev", "docs", "findings", "tests")
TEXTS = (".cfg", ".csv", ".html", ".js", ".md", ".py", ".scss", ".sql", ".toml", ".xml", ".yml")
# Not written by us, or made from what is checked here.
SKIPPED = ("docs/benchmarks/", "klientbox/static/lib/", "tests/data/")
MADE_FROM_SOURCE = "i18n"


def paths():
    """All files with texts of ours."""
    folders = [path.parent for path in ADDONS.glob("klientbox*/__manifest__.py")]
    single = []
    if (ADDONS / "CONTRIBUTING.md").exists():
        folders += [ADDONS / name for name in PROJECT]
        single = [path for path in ADDONS.iterdir() if path.is_file()]
    for path in sorted([*single, *(path for folder in folders for path in folder.rglob("*"))]):
        name = path.relative_to(ADDONS).as_posix()
        is_ours = not name.startswith(SKIPPED) and MADE_FROM_SOURCE not in path.parts
        if path.suffix in TEXTS and is_ours and path != Path(__file__):
            yield name, path


def found():
    """{(file, what is found in its text or in its name)}, in lower case; names of code are taken apart."""
    for name, path in paths():
        for match in _PATTERN.finditer(f"{name}\n{path.read_text()}".replace("_", " ")):
            yield name, match[0].lower()


def found_in_czech():
    """(addon, English, what is found in its Czech)."""
    for path in ADDONS.glob("klientbox*/i18n/cs.po"):
        for entry in polib.pofile(str(path)):
            for match in _CZECH.finditer(entry.msgstr):
                yield path.parts[-3], entry.msgid, match[0]


class TestGlossary(BaseCase):
    def test_texts_and_names_have_plain_words(self):
        new = {*found()} - EXCEPTIONS.keys()
        self.assertEqual(sorted(new), [], "INSTEAD has a better word for each.")

    def test_no_exception_is_left_over(self):
        self.assertEqual(sorted(EXCEPTIONS.keys() - {*found()}), [])

    def test_a_thing_has_one_name_in_czech(self):
        new = [place for place in found_in_czech() if place[1] not in CZECH_EXCEPTIONS]
        self.assertEqual(new, [], "INSTEAD_CZECH has the one word for each.")
