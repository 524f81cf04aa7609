"""Steps before the tables are created, after installation for every company, and at uninstallation."""

import logging
import secrets

from odoo.fields import Domain
from odoo.tools import SQL

from .lib import phone
from .models.clients.klientbox_consent_event import SALT_PARAMETER
from .tools import phone_plans, uninstall

_logger = logging.getLogger(__name__)
# Tables with the name of a record's model in this column.
_NAMING = (
    ("klientbox_change", "model"),
    ("mail_message", "model"),
    ("mail_followers", "res_model"),
    ("mail_activity", "res_model"),
    ("ir_filters", "model_id"),
    ("ir_exports", "resource"),
)
_WITH_FILES = ("binary", "html")


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
    # Faster than row by row.
    env.cr.execute("TRUNCATE klientbox_change")
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
    forget_addon(env, "klientbox")


def forget_addon(env, addon):
    """Delete what Odoo would leave of an addon that is being uninstalled: everything that names its models or is in its
    fields. Every addon with models or fields calls this in its `uninstall_hook`.

    The keys of its parameters begin with its name: `klientbox.sample.` for `klientbox_sample`.
    """
    models = _ending(env, addon, "ir.model")
    names = models.mapped("model")
    # Odoo deletes the records after this, and their triggers would log it.
    uninstall.drop_triggers(env.cr, [env[name]._table for name in names if name in env])
    env["ir.config_parameter"].search([("key", "=like", f"{addon.replace('_', '.')}.%")]).unlink()
    env["ir.attachment"].search(_get_files_domain(env, names, _ending(env, addon, "ir.model.fields"))).unlink()
    env.flush_all()
    for table, column in _NAMING:
        env.cr.execute(SQL("DELETE FROM %s WHERE %s = ANY(%s)", SQL.identifier(table), SQL.identifier(column), names))
    _forget_names_of_parts(env, models)
    env.invalidate_all()


def _ending(env, addon, kind):
    """The models or fields (`kind`) that an addon has brought and no module that stays has."""
    env.cr.execute(
        """
        SELECT res_id FROM ir_model_data WHERE model = %s
         GROUP BY res_id
        HAVING bool_or(module = %s)
           AND bool_and(module IN (SELECT name FROM ir_module_module WHERE state = 'to remove'))
        """,
        [kind, addon],
    )
    return env[kind].browse(res_id for [res_id] in env.cr.fetchall())


def _get_files_domain(env, names, fields):
    """Files of the records of these models, and in these fields of other models; the ORM removes the files from the
    disk as well."""
    own = env["ir.model.fields"].search([("model", "in", names), ("ttype", "in", _WITH_FILES)])
    # A search without `res_field` ignores files of fields.
    domain = Domain("res_model", "in", names) & Domain("res_field", "in", [False, *own.mapped("name")])
    for field in fields.filtered(lambda field: field.ttype in _WITH_FILES):
        domain |= Domain("res_model", "=", field.model) & Domain("res_field", "=", field.name)
    return domain


def _forget_names_of_parts(env, models):
    """Delete the external ids that other modules have for parts of models: inherited fields, and their selections. The
    parts are deleted with the models, their external ids would stay."""
    env.cr.execute(
        """
        DELETE FROM ir_model_data AS name
         USING (
            SELECT 'ir.model.inherit' AS model, id, model_id FROM ir_model_inherit
             UNION ALL
            SELECT 'ir.model.fields.selection', choice.id, field.model_id
              FROM ir_model_fields_selection AS choice JOIN ir_model_fields AS field ON field.id = choice.field_id
         ) AS part
         WHERE name.model = part.model AND name.res_id = part.id AND part.model_id = ANY(%s)
           AND name.module NOT IN (SELECT name FROM ir_module_module WHERE state = 'to remove')
        """,
        [models.ids],
    )
