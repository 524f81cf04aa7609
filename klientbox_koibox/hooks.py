"""Numbers and dates for existing clients at installation, and cleanup at uninstallation."""

from odoo.addons.klientbox.hooks import forget_addon

from .tools import numbering


def post_init_hook(env):
    """Every company gets a counter, every client a number and the day since when they are a client."""
    numbering.add_counters(env.cr, env["res.company"].with_context(active_test=False).search([]).ids)
    numbering.number_all(env.cr)
    env.cr.execute("UPDATE klientbox_client SET koibox_registered = create_date")
    env.invalidate_all(flush=False)


def uninstall_hook(env):
    """Without the columns the trigger would refuse every new client."""
    numbering.uninstall(env.cr)
    forget_addon(env, "klientbox_koibox")
