"""Databases with apps of Odoo's beside ours, made once for each state of the addons."""

from pathlib import Path

from dev import databases
from dev.server import run_inside


def template_with_apps(cluster, template, name, script):
    """The database `name`: `template` after a script of this folder has run inside it."""
    facts = {"template": template}
    if databases.marks(cluster, name) != facts:
        databases.create(cluster, name, template)
        run_inside(cluster, name, Path(__file__).with_name(script))
        databases.mark(cluster, name, facts)
    return name
