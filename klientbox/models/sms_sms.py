from odoo import api, fields, models
from odoo.addons.sms.tools.sms_api import SmsApiBase


class OutboxApi(SmsApiBase):
    """Stands where Odoo would call a provider: writes the batch into our outbox, in Odoo's own transaction.

    So an SMS and Odoo's word that it is being processed are committed together or not at all, and a batch that Odoo
    sends again adds nothing. The provider that Odoo had chosen is called by the outbox.
    """

    def __init__(self, env, company_of):
        super().__init__(env)
        self._company_of = company_of

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        Post = self.env["klientbox.post"]
        results = []
        for message in messages:
            for asked in message["numbers"]:
                uuid, number = asked["uuid"], asked["number"]
                if not number:
                    results.append({"uuid": uuid, "state": "sms_number_missing"})
                    continue
                Post._take_over(self._company_of(uuid), number, message["content"], uuid)
                results.append({"uuid": uuid, "state": "processing"})
        return results


class SmsSms(models.Model):
    _inherit = "sms.sms"

    klientbox_company_id = fields.Many2one("res.company", "Sending company", ondelete="set null")

    @api.model_create_multi
    def create(self, vals_list):
        """Remember who sends: the scheduler that takes it from the queue is in no company."""
        for vals in vals_list:
            vals.setdefault("klientbox_company_id", self.env.company.id)
        return super().create(vals_list)

    def _get_sms_company(self):
        return self.mail_message_id.record_company_id or self.klientbox_company_id or super()._get_sms_company()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """A queue over several companies: core asks it for its one company and fails."""
        if self.env.context.get("sms_api"):
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sms_api, messages in self._split_by_api():
            super(SmsSms, messages.with_context(sms_api=sms_api))._send(unlink_failed, unlink_sent, raise_exception)
        return None

    def _send_with_api(self, sms_api, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Whatever provider Odoo has chosen, the outbox stands before it."""
        # The outbox is written by the engine alone; who may send an SMS in Odoo is decided by Odoo.
        companies = {sms.uuid: sms._get_sms_company() for sms in self}
        outbox_api = OutboxApi(self.env(su=True), companies.__getitem__)
        result = super()._send_with_api(outbox_api, unlink_failed, unlink_sent, raise_exception)
        self.env.ref("klientbox.cron_post")._trigger()
        return result
