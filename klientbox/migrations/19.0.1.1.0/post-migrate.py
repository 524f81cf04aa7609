from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The nightly job has another name and does more; existing companies get their rules, switched off."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    old_job = env.ref("klientbox.cron_refresh_statuses", raise_if_not_found=False)
    if old_job:
        old_job.unlink()
    env["klientbox.rule"]._prepare_for(env["res.company"].search([("klientbox_settings_ids", "!=", False)]))
