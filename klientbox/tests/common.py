import ast
from datetime import datetime
from pathlib import Path

from odoo.addons.klientbox.lib import clock
from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import file_open, file_path
from odoo.tools.translate import PoFileReader, TranslationModuleReader

NOON = datetime(2026, 11, 20, 11, 0)  # 12:00 in Prague
# Functions whose text Odoo exports for translation.
TRANSLATING = ("_", "_lt")


class SalonCase(TransactionCase):
    """Two salons with their staff; it is noon of Friday 2026-11-20 in Prague."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "mail_create_nolog": True})
        czechia = cls.env.ref("base.cz")
        cls.salon, cls.other = cls.env["res.company"].create(
            [{"name": "Salon Jana", "country_id": czechia.id}, {"name": "Barber Brno", "country_id": czechia.id}]
        )
        # Texts are checked in English.
        for company in cls.salon | cls.other:
            company._klientbox_settings().lang = "en_US"
        cls.receptionist, cls.manager, cls.owner = (
            new_test_user(
                cls.env,
                login=f"kb_{role}",
                groups=f"klientbox.group_{role}",
                company_id=cls.salon.id,
                company_ids=[(6, 0, cls.salon.ids)],
            )
            for role in ("receptionist", "manager", "administrator")
        )
        cls.env.user.company_ids |= cls.salon | cls.other
        cls.env.user.company_id = cls.salon

    def setUp(self):
        super().setUp()
        self.set_clock(NOON)

    def set_clock(self, moment):
        """Set the present moment (naive UTC)."""
        frozen = clock.as_of(moment)
        frozen.__enter__()
        self.addCleanup(frozen.__exit__, None, None, None)

    def client(self, name="Jana Nováková", company=None, **vals):
        company = company or self.salon
        return self.env["klientbox.client"].create({"name": name, "company_id": company.id, **vals})

    def visit(self, client, start=NOON, state="done", **vals):
        return self.env["klientbox.visit"].create(
            {"client_id": client.id, "company_id": client.company_id.id, "start": start, "state": state, **vals}
        )

    def settings(self, company=None):
        return (company or self.salon)._klientbox_settings()


class LanguageChecks:
    """Checks of the Czech translation of an `addon`."""

    # Odoo runs test methods of base classes only on request.
    allow_inherited_tests_method = True

    def test_labels_are_in_sentence_case(self):
        """A label that a developer forgot is the field's name, with a capital in each word."""
        labels = {
            f"{model}.{name}": field.string
            for model, class_ in self.env.registry.items()
            for name, field in class_._fields.items()
            if field._module == self.addon and name not in ("display_name", *MAGIC_COLUMNS)
        }
        names = {"Book", "Client", "KlientBox", "Koibox", "Odoo", "Sundays"}
        wrong = {
            place: label
            for place, label in labels.items()
            if any(word.istitle() and word not in names for word in label.split()[1:])
        }
        self.assertEqual(wrong, {})

    def test_every_word_is_said_in_czech(self):
        """Each term that Odoo would export has its Czech translation, and the file has no obsolete one."""
        reader = TranslationModuleReader(self.env.cr, [self.addon])
        exported = {source for _module, _type, _name, _id, source, _value, _comments in reader}
        with file_open(f"{self.addon}/i18n/cs.po", "rb") as file:
            czech = {entry["src"]: entry["value"] for entry in PoFileReader(file)}
        missing = sorted(term for term in exported if not czech.get(term))
        self.assertEqual(missing, [])
        self.assertEqual(sorted(set(czech) - exported), [])

    def test_a_sentence_is_written_once(self):
        """No sentence of this addon's code is also elsewhere in it or in the core: two of them would drift apart."""
        places = {}
        for addon in {"klientbox", self.addon}:
            for path in sorted(Path(file_path(addon)).rglob("*.py")):
                for sentence in _sentences(path):
                    places.setdefault(sentence.rstrip(".").casefold(), []).append(f"{addon}: {path.name}")
        self.assertEqual({sentence: found for sentence, found in places.items() if len(found) > 1}, {})


def _sentences(path):
    """The terms to translate in a file, with three words or more."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", None)) in TRANSLATING:
            for term in node.args[:1]:
                if isinstance(term, ast.Constant) and len(term.value.split()) > 2:
                    yield term.value
