from odoo.addons.klientbox.tests.architecture import ArchitectureChecks
from odoo.tests import BaseCase


class TestArchitecture(ArchitectureChecks, BaseCase):
    addon = "klientbox_clientbook"
