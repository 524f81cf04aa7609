"""The rules of import (docs/architecture.md), for the core and each addon with folders of the same names."""

import ast
from pathlib import Path

ADDONS = Path(__file__).parents[2]
OURS = "odoo.addons."
# What each folder may know of its addon and of the core.
MAY_KNOW = {
    "lib": {"lib"},
    "tools": {"compat", "lib", "tools"},
    "models": {"exceptions", "lib", "models", "tools"},
    "wizard": {"exceptions", "lib", "models", "wizard"},
    "api": {"api", "compat", "exceptions", "lib", "tools"},
    "operations": {"api", "exceptions", "lib", "operations"},
    "controllers": {"controllers", "operations"},
    "server": {"api", "compat", "lib", "server"},
    "cli": {"lib"},
    "hooks.py": {"hooks", "lib", "models", "tools"},
}


def imports(path):
    """Whole names of what a file imports; those of our addons as `klientbox.…`."""
    package = path.relative_to(ADDONS).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*base, *([node.module] if node.module else [])))
            if name.startswith(f"{OURS}klientbox"):
                name = name.removeprefix(OURS)
            yield from (f"{name}.{alias.name}" for alias in node.names)


def private_names(path):
    """Names with an underscore before them that a file takes of something."""
    for node in ast.walk(ast.parse(path.read_text())):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "value", None)
        if isinstance(name, str) and name.startswith("_") and name.isidentifier():
            yield name


class ArchitectureChecks:
    """What must hold of the code of an `addon`."""

    # Without this, Odoo skips inherited test methods.
    allow_inherited_tests_method = True

    def files(self, folder=""):
        path = ADDONS / self.addon / folder
        return [path] if path.is_file() else sorted(path.rglob("*.py"))

    def test_arrows_point_one_way(self):
        for folder, known in MAY_KNOW.items():
            for path in self.files(folder):
                ours = {tuple(name.split(".")[:2]) for name in imports(path) if name.startswith("klientbox")}
                with self.subTest(path=path.relative_to(ADDONS)):
                    self.assertLessEqual({part for _addon, part in ours}, known)

    def test_an_addon_knows_itself_and_what_it_depends_on(self):
        manifest = ast.literal_eval((ADDONS / self.addon / "__manifest__.py").read_text())
        known = {self.addon, *manifest["depends"]}
        for path in self.files():
            ours = {name.split(".")[0] for name in imports(path) if name.startswith("klientbox")}
            with self.subTest(path=path.relative_to(ADDONS)):
                self.assertLessEqual(ours, known)

    def test_the_domain_s_pure_python_knows_no_odoo(self):
        for path in self.files("lib"):
            self.assertEqual([name for name in imports(path) if name.split(".")[0] == "odoo"], [], path.name)

    def test_a_model_never_sees_a_request(self):
        for path in self.files("models"):
            self.assertEqual([name for name in imports(path) if name.startswith("odoo.http")], [], path.name)

    def test_private_names_of_odoo_are_in_one_place(self):
        private = set(private_names(ADDONS / "klientbox" / "compat.py"))
        self.assertIn("_serve_db", private)
        for folder in ("api", "controllers", "operations", "server", "tools"):
            for path in self.files(folder):
                with self.subTest(path=path.relative_to(ADDONS)):
                    self.assertEqual(private & {*private_names(path)}, set())
