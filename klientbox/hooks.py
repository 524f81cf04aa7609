"""What must be there before the tables are made, what every company gets once they are, and what goes with them."""

import logging
import secrets

from .models.klientbox_consent_event import SALT_PARAMETER
from .tools import uninstall

_logger = logging.getLogger(__name__)


def pre_init_hook(env):
    """Extensions behind the client search index; the database's owner may create both (PostgreSQL 13 and newer)."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")


def post_init_hook(env):
    """Make the salt of address hashes, once and for all, and the settings of the companies that were there before."""
    env["ir.config_parameter"].set_param(SALT_PARAMETER, secrets.token_hex(32))
    env["res.company"].search([])._klientbox_prepare()
    env["klientbox.api.key"]._check_database()


def uninstall_hook(env):
    """Take away what was made by SQL, before Odoo drops the tables. Refusals and their proof go as well: the wizard has
    said so."""
    events = env["klientbox.consent.event"].search_count([])
    _logger.warning("KlientBox is uninstalled: %s consent events are deleted with all other data.", events)
    uninstall.drop_functions(env.cr, "klientbox_")
    uninstall.drop_tables(
        env.cr,
        "klientbox_webhook_feed",
        "klientbox_api_rate",
        "klientbox_heartbeat",
        "klientbox_idempotency_answer",
        "klientbox_idempotency_claim",
    )
    # A company can't be deleted; one that held nothing but test data is put away.
    env.cr.execute(
        """
        UPDATE res_company SET active = false
         WHERE id IN (SELECT company_id FROM klientbox_settings WHERE test_of_id IS NOT NULL)
           AND id NOT IN (SELECT company_id FROM res_users)
        """
    )
    uninstall.forget_records(env, "klientbox.")
