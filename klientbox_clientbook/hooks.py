"""Nothing that was let in by this addon may go on being let in without it."""

from odoo.addons.klientbox.hooks import forget_parts, forget_records


def uninstall_hook(env):
    """Delete what belongs to the addon's records. Its tokens go with their audience, see `klientbox.api.key`."""
    forget_records(env, "klientbox.clientbook.")
    forget_parts(env, "klientbox_clientbook")
