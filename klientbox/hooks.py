"""What must be there before the tables are made, and what every company gets once they are."""

import secrets

from .models.klientbox_consent_event import SALT_PARAMETER


def pre_init_hook(env):
    """Extensions behind the client search index; the database's owner may create both (PostgreSQL 13 and newer)."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")


def post_init_hook(env):
    """Make the salt of address hashes, once and for all, and the settings of the companies that were there before."""
    env["ir.config_parameter"].set_param(SALT_PARAMETER, secrets.token_hex(32))
    env["res.company"].search([])._klientbox_prepare()
    env["klientbox.api.key"]._check_database()
