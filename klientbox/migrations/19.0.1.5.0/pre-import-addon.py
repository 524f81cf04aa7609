ADDON = "klientbox_import"
# Names of parts of the models, of their views, actions, rights and rules.
PARTS = "^((access|constraint|field|model|model_inherit_|selection_)_)?klientbox_(import|export)"
OTHERS = (
    "cron_import",
    "cron_import_ir_actions_server",
    "klientbox_adopt_action",
    "klientbox_menu_export",
    "klientbox_menu_import",
)


def migrate(cr, version):
    """Import and export are an addon of their own. What has been theirs becomes that addon's before Odoo would delete
    it, and the addon is installed in the same update."""
    cr.execute("UPDATE ir_module_module SET state = 'to install' WHERE name = %s AND state = 'uninstalled'", [ADDON])
    cr.execute("SELECT id FROM ir_module_module WHERE name = %s", [ADDON])
    if not cr.rowcount:
        raise RuntimeError(f"The addon {ADDON} is missing: it belongs beside klientbox, in the same addons path.")
    [addon_id] = cr.fetchone()
    cr.execute(
        "UPDATE ir_model_data SET module = %s WHERE module = 'klientbox' AND (name ~ %s OR name = ANY(%s))",
        [ADDON, PARTS, list(OTHERS)],
    )
    for table in ("ir_model_constraint", "ir_model_relation"):
        cr.execute(
            f"""
            UPDATE {table} AS part SET module = %s
              FROM ir_module_module AS addon, ir_model AS model
             WHERE part.module = addon.id AND addon.name = 'klientbox'
               AND part.model = model.id AND model.model ~ '^klientbox[.](import|export)'
            """,
            [addon_id],
        )
