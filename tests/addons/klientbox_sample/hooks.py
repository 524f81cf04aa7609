from odoo.addons.klientbox.hooks import forget_parts, forget_records


def uninstall_hook(env):
    """Delete records and external ids that Odoo would leave of the addon's models."""
    forget_records(env, "klientbox.sample.")
    forget_parts(env, "klientbox_sample")
