"""Steps before the tables are created, after installation for every company, and at uninstallation."""

import logging
import secrets

from odoo.tools import SQL

from .lib import phone
from .models.clients.klientbox_consent_event import SALT_PARAMETER
from .tools import phone_plans, uninstall

_logger = logging.getLogger(__name__)
# Odoo's tables with the name of a record's model in this column.
_NAMING = (
    ("mail_message", "model"),
    ("mail_followers", "res_model"),
    ("mail_activity", "res_model"),
    ("ir_filters", "model_id"),
    ("ir_exports", "resource"),
)


def pre_init_hook(env):
    """Extensions behind the client search index; the database's owner may create both (PostgreSQL 13 and newer)."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")


def post_init_hook(env):
    """Create the salt of address hashes, once and for all, and the settings of existing companies."""
    env["ir.config_parameter"].set_param(SALT_PARAMETER, secrets.token_hex(32))
    env["ir.config_parameter"].set_param(phone_plans.PARAMETER, phone.PLANS)
    # Also of archived companies: they may be restored.
    env["res.company"].with_context(active_test=False).search([])._klientbox_prepare()
    env["klientbox.api.key"]._check_database()


def uninstall_hook(env):
    """Remove objects created by SQL, before Odoo drops the tables. Refusals and their proof are deleted as well: the
    wizard has warned of it."""
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
    # A company can't be deleted; one with nothing but test data is archived.
    env.cr.execute(
        """
        UPDATE res_company SET active = false
         WHERE id IN (SELECT company_id FROM klientbox_settings WHERE test_of_id IS NOT NULL)
           AND id NOT IN (SELECT company_id FROM res_users)
        """
    )
    forget_records(env, "klientbox.")
    forget_parts(env, "klientbox")


def forget_records(env, prefix):
    """Delete parameters, files, messages and other records of all models with this prefix."""
    env["ir.config_parameter"].search([("key", "=like", f"{prefix}%")]).unlink()
    # Also files of fields, which a search without `res_field` ignores; the ORM has the files themselves removed.
    files = [("res_model", "=like", f"{prefix}%"), ("res_field", "in", [False, *_file_fields(env, prefix)])]
    env["ir.attachment"].with_context(active_test=False).search(files).unlink()
    env.flush_all()
    for table, column in _NAMING:
        env.cr.execute(
            SQL("DELETE FROM %s WHERE starts_with(%s, %s)", SQL.identifier(table), SQL.identifier(column), prefix)
        )
    env.invalidate_all()


def forget_parts(env, addon):
    """Delete the external ids that other modules have for parts of an addon's models: inherited fields, and their
    selections. The parts are deleted with the models, their external ids would stay."""
    env.cr.execute(
        """
        DELETE FROM ir_model_data AS name
         USING ir_model_data AS brought, (
            SELECT 'ir.model.inherit' AS model, id, model_id FROM ir_model_inherit
             UNION ALL
            SELECT 'ir.model.fields.selection', choice.id, field.model_id
              FROM ir_model_fields_selection AS choice JOIN ir_model_fields AS field ON field.id = choice.field_id
         ) AS part
         WHERE name.model = part.model AND name.res_id = part.id AND name.module <> %(addon)s
           AND brought.model = 'ir.model' AND brought.res_id = part.model_id AND brought.module = %(addon)s
           AND NOT EXISTS (
               SELECT FROM ir_model_data AS other
                WHERE other.model = 'ir.model' AND other.res_id = part.model_id AND other.module <> %(addon)s)
        """,
        {"addon": addon},
    )


def _file_fields(env, prefix):
    fields = env["ir.model.fields"].search([("model", "=like", f"{prefix}%"), ("ttype", "in", ("binary", "html"))])
    return fields.mapped("name")
