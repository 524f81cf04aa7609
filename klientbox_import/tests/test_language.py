from odoo.addons.klientbox.tests.common import LanguageChecks
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestLanguage(LanguageChecks, TransactionCase):
    addon = "klientbox_import"
