"""What a module can leave behind in a database."""

from dev import databases

# Everything that a module can leave behind, as text. Objects that PostgreSQL creates for a table are dropped with it.
TRACES = {
    "function": """
        SELECT function.oid::regprocedure::text FROM pg_proc AS function
         WHERE pronamespace = current_schema()::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = function.oid AND deptype = 'e')
        """,
    "relation": "SELECT relkind::text || ' ' || relname FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace",
    "column": "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "constraint": "SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint WHERE conrelid > 0",
    "trigger": "SELECT tgrelid::regclass::text || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    "type": """
        SELECT typname FROM pg_type
         WHERE typnamespace = current_schema()::regnamespace AND typelem = 0
           AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
        """,
    "parameter": "SELECT key FROM ir_config_parameter",
    "model": "SELECT model FROM ir_model",
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "selection": "SELECT field.model || '.' || field.name || ' ' || value FROM ir_model_fields_selection AS selection"
    " JOIN ir_model_fields AS field ON field.id = selection.field_id",
    "record of a module": "SELECT module || '.' || name FROM ir_model_data",
    "job": "SELECT cron_name FROM ir_cron",
    "user": "SELECT login FROM res_users",
    "group": "SELECT name->>'en_US' FROM res_groups",
    "menu": "SELECT name->>'en_US' FROM ir_ui_menu",
    "view": "SELECT name FROM ir_ui_view",
    "rule": "SELECT name FROM ir_rule",
    "action": "SELECT type || ' ' || coalesce(name->>'en_US', '') FROM ir_actions",
    "attachment": "SELECT coalesce(res_model, '') || ' ' || coalesce(res_field, '') FROM ir_attachment"
    " WHERE res_model IS DISTINCT FROM 'ir.ui.view'",
    "message": "SELECT DISTINCT model FROM mail_message WHERE model IS NOT NULL",
    "filter": "SELECT DISTINCT model_id FROM ir_filters",
    "follower": "SELECT DISTINCT res_model FROM mail_followers",
    "activity": "SELECT DISTINCT res_model FROM mail_activity",
}
# Not ours: objects that a database and its companies get by use, and by the extension pg_trgm, which stays.
GAINED = {
    "relation": {"i res_partner_phone_partial_gin_idx"},
    "parameter": {"web.base.url"},
    "message": {"res.partner"},
    "follower": {"res.partner"},
}


def traces(cluster, database):
    """{kind: set of all objects of it}."""
    return {
        kind: {str(trace) for [trace] in databases.execute(cluster, database, statement)}
        for kind, statement in TRACES.items()
    }


def naming(cluster, site, *words):
    """Traces that hold one of the words, but for the names of addons that could be installed."""
    present = traces(cluster, site.database)
    found = [trace for traced in present.values() for trace in traced if any(word in trace for word in words)]
    return [trace for trace in found if not trace.startswith("base.module_")]


def left_over(before, after):
    """{kind: new objects}, of kinds with any."""
    found = {kind: sorted(after[kind] - before[kind] - GAINED.get(kind, set())) for kind in before}
    return {kind: more for kind, more in found.items() if more}


def lost(before, after):
    """{kind: missing objects}, of kinds with any."""
    return left_over(after, before)
