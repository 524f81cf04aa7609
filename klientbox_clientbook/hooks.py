"""Access that this addon gave must end with it."""

from odoo.addons.klientbox.hooks import forget_addon


def uninstall_hook(env):
    """Delete what belongs to the addon's models. Its tokens end with their audience, see `klientbox.api.key`."""
    forget_addon(env, "klientbox_clientbook")
