def migrate(cr, version):
    """The job that sends messages calls klientbox.message; its model of its own, klientbox.post, is gone."""
    cr.execute(
        """
        UPDATE ir_act_server action
           SET model_id = model.id, code = 'model._cron_messages()'
          FROM ir_model model, ir_cron job, ir_model_data name
         WHERE model.model = 'klientbox.message' AND job.ir_actions_server_id = action.id
           AND name.model = 'ir.cron' AND name.res_id = job.id AND name.module = 'klientbox' AND name.name = 'cron_post'
        """
    )
    # Odoo names the action of a job after it.
    cr.execute(
        """
        UPDATE ir_model_data SET name = replace(name, 'cron_post', 'cron_messages')
         WHERE module = 'klientbox' AND name IN ('cron_post', 'cron_post_ir_actions_server')
        """
    )
    # The same column under a name that says what it holds.
    cr.execute("ALTER TABLE klientbox_message RENAME COLUMN told_state TO odoo_state")
    cr.execute("DROP INDEX IF EXISTS klientbox_message__told_index, klientbox_message_told_index")
    cr.execute(
        """
        UPDATE ir_model_fields SET name = 'odoo_state' WHERE model = 'klientbox.message' AND name = 'told_state'
        """
    )
    cr.execute(
        """
        UPDATE ir_model_data SET name = 'field_klientbox_message__odoo_state'
         WHERE module = 'klientbox' AND name = 'field_klientbox_message__told_state'
        """
    )
