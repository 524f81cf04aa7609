"""Access that this addon gave must end with it."""

from odoo.addons.klientbox.hooks import forget_parts, forget_records


def uninstall_hook(env):
    """Delete records that belong to the addon's models. Its tokens end with their audience, see `klientbox.api.key`."""
    forget_records(env, "klientbox.clientbook.")
    forget_parts(env, "klientbox_clientbook")
