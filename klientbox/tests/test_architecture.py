import ast
import unittest
from configparser import ConfigParser

from odoo.tests import BaseCase

from .architecture import ADDONS, ArchitectureChecks


class TestArchitecture(ArchitectureChecks, BaseCase):
    addon = "klientbox"


@unittest.skipUnless((ADDONS / "setup.cfg").exists(), "The addons alone are here, not the whole project.")
class TestProject(BaseCase):
    def addons(self):
        return {path.parent.name for path in ADDONS.glob("klientbox*/__manifest__.py")}

    def test_lint_tests_and_translations_know_each_addon(self):
        tree = ast.parse((ADDONS / "dev" / "project.py").read_text())
        [listed] = (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and node.targets[0].id == "ADDONS"
        )
        self.assertEqual(set(listed), self.addons())

    def test_the_type_checker_knows_each_folder_with_types(self):
        config = ConfigParser(interpolation=None)
        config.read(ADDONS / "setup.cfg")
        checked = {name.strip() for name in config["mypy"]["files"].split(",")}
        typed = {
            f"{addon}/{folder}"
            for addon in self.addons()
            for folder in ("lib", "api", "tools")
            if any((ADDONS / addon / folder).glob("[!_]*.py"))
        }
        self.assertLessEqual(typed, checked)
