from odoo.addons.klientbox.hooks import forget_addon


def uninstall_hook(env):
    """Delete what belongs to the addon's models and fields."""
    forget_addon(env, "klientbox_sample")
