from odoo.tests import TransactionCase, tagged

from .common import LanguageChecks


@tagged("post_install", "-at_install")
class TestLanguage(LanguageChecks, TransactionCase):
    addon = "klientbox"
