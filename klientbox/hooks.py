"""What must be there before the tables are made, and what every company gets once they are."""


def pre_init_hook(env):
    """Extensions behind the client search index; the database's owner may create both (PostgreSQL 13 and newer)."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")


def post_init_hook(env):
    """Companies that were there before KlientBox get their settings, as later ones do when they are created."""
    env["res.company"].search([])._klientbox_prepare()
    env["klientbox.api.key"]._check_database()
