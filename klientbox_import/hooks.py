"""Records that are deleted with the addon besides its tables."""

from odoo.addons.klientbox.hooks import forget_addon


def uninstall_hook(env):
    """Delete attachments and other records of imports and exports. Imported records are kept."""
    forget_addon(env, "klientbox_import")
