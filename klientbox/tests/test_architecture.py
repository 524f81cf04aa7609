import ast
from pathlib import Path

from odoo.tests import BaseCase

ADDON = Path(__file__).parents[1]
# The modules that each folder may import (docs/architecture.md, the rules of import).
MAY_KNOW = {
    "lib": {"lib"},
    "tools": {"compat", "lib", "tools"},
    "models": {"exceptions", "lib", "models", "tools"},
    "wizard": {"exceptions", "lib", "models", "wizard"},
    "api": {"api", "compat", "exceptions", "lib"},
    "operations": {"api", "exceptions", "lib", "operations"},
    "controllers": {"controllers", "operations"},
    "server": {"api", "compat", "lib", "server"},
}


def imports(path):
    """Full names of a file's imports; its own addon's as `klientbox.…`."""
    package = ("klientbox", *path.relative_to(ADDON).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *([node.module] if node.module else [])))
            yield from (f"{name}.{alias.name}" for alias in node.names)


def private_names(path):
    """Names with an underscore before them that a file takes of something."""
    for node in ast.walk(ast.parse(path.read_text())):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
        if isinstance(name, str) and name.startswith("_") and name.isidentifier():
            yield name


class TestArchitecture(BaseCase):
    def test_arrows_point_one_way(self):
        for folder, known in MAY_KNOW.items():
            for path in sorted((ADDON / folder).rglob("*.py")):
                ours = {name.split(".")[1] for name in imports(path) if name.startswith("klientbox.")}
                with self.subTest(path=path.relative_to(ADDON)):
                    self.assertLessEqual(ours, known)

    def test_the_domain_s_pure_python_knows_no_odoo(self):
        for path in sorted((ADDON / "lib").rglob("*.py")):
            self.assertEqual([name for name in imports(path) if name.split(".")[0] == "odoo"], [], path.name)

    def test_a_model_never_sees_a_request(self):
        for path in sorted((ADDON / "models").rglob("*.py")):
            self.assertEqual([name for name in imports(path) if name.startswith("odoo.http")], [], path.name)

    def test_private_names_of_odoo_stand_in_one_place(self):
        private = set(private_names(ADDON / "compat.py"))
        self.assertIn("_serve_db", private)
        for folder in ("api", "controllers", "operations", "server", "tools"):
            for path in sorted((ADDON / folder).rglob("*.py")):
                with self.subTest(path=path.relative_to(ADDON)):
                    self.assertEqual(private & {*private_names(path)}, set())
