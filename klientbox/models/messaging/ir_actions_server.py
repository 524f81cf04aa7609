from odoo import models

from ...lib.purpose import Purpose


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _run_action_mail_post_multi(self, eval_context=None):
        """An action on several documents is a mailing to several recipients, though Odoo makes a mail for each."""
        purpose = Purpose.vouched(self.env.context)
        if len(set(self.env.context.get("active_ids") or ())) > 1:
            purpose = Purpose.MASS
        action = self.with_context(klientbox_purpose=purpose)
        return super(IrActionsServer, action)._run_action_mail_post_multi(eval_context=eval_context)
