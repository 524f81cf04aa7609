"""Nothing that was let in by this addon may go on being let in without it."""

from odoo.addons.klientbox.hooks import forget_records


def uninstall_hook(env):
    """Revoke the access tokens: they are API keys, and would go on opening v1."""
    env.cr.execute(
        """
        UPDATE klientbox_api_key SET revoked_at = now() AT TIME ZONE 'UTC'
         WHERE clientbook_integration_id IS NOT NULL AND revoked_at IS NULL
        """
    )
    env.invalidate_all(flush=False)
    forget_records(env, "klientbox.clientbook.")
