"""The project knows all of its addons: for lint, tests, translations and the type checker."""

from configparser import ConfigParser

from dev.home import REPOSITORY
from dev.project import ADDONS


def test_lint_tests_and_translations_know_each_addon():
    assert set(ADDONS) == {path.parent.name for path in REPOSITORY.glob("klientbox*/__manifest__.py")}


def test_the_type_checker_knows_each_folder_with_types():
    config = ConfigParser(interpolation=None)
    config.read(REPOSITORY / "setup.cfg")
    checked = {name.strip() for name in config["mypy"]["files"].split(",")}
    typed = {
        f"{addon}/{folder}"
        for addon in ADDONS
        for folder in ("lib", "api", "tools")
        if any((REPOSITORY / addon / folder).glob("[!_]*.py"))
    }
    assert typed <= checked
