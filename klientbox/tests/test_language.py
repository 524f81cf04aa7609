from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import PoFileReader, TranslationModuleReader


@tagged("post_install", "-at_install")
class TestLanguage(TransactionCase):
    def test_every_word_is_said_in_czech(self):
        """Each term that Odoo would export has its Czech, and the file holds none that is gone."""
        reader = TranslationModuleReader(self.env.cr, ["klientbox"])
        exported = {source for _module, _type, _name, _id, source, _value, _comments in reader}
        with file_open("klientbox/i18n/cs.po", "rb") as file:
            czech = {entry["src"]: entry["value"] for entry in PoFileReader(file)}
        missing = sorted(term for term in exported if not czech.get(term))
        self.assertEqual(missing, [])
        self.assertEqual(sorted(set(czech) - exported), [])
