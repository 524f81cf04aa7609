"""What goes with the addon besides its tables."""

from odoo.addons.klientbox.hooks import forget_parts, forget_records


def uninstall_hook(env):
    """Delete files and the like of imports and exports. What was imported stays."""
    for model in ("klientbox.import", "klientbox.export"):
        forget_records(env, model)
    forget_parts(env, "klientbox_import")
