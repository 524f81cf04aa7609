from odoo.tests import BaseCase

from .architecture import ArchitectureChecks


class TestArchitecture(ArchitectureChecks, BaseCase):
    addon = "klientbox"
