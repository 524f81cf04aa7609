"""Records that are deleted with the addon besides its tables."""

from odoo.addons.klientbox.hooks import forget_parts, forget_records


def uninstall_hook(env):
    """Delete attachments and other records of imports and exports. Imported records are kept."""
    for model in ("klientbox.import", "klientbox.export"):
        forget_records(env, model)
    forget_parts(env, "klientbox_import")
