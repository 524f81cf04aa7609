from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date

from ...lib import clock
from ...lib.address import SMS
from ...lib.purpose import Purpose
from . import sending_rules
from .odoo_sms import LEFT_OUT


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    klientbox_warning = fields.Char("Refused", compute="_compute_klientbox_warning")
    klientbox_outcome = fields.Char("Sending result", readonly=True)

    @api.depends("composition_mode", "res_model", "res_id", "res_ids", "numbers", "recipient_single_number_itf")
    def _compute_klientbox_warning(self):
        """Warn before a single SMS to recipients who have refused SMS or can't get it; in a mailing they would be left
        out."""
        for composer in self:
            numbers = () if composer._klientbox_is_mass() else composer._klientbox_numbers()
            spelled = {sending_rules.spelling(self.env.company, number): number for number in numbers}
            refused = sending_rules.refused(self.env, self.env.company, SMS, spelled)
            warnings = (
                sending_rules.refusal_warning(self.env, SMS, [spelled[number] for number in refused]),
                sending_rules.reach_warning(self.env, self.env.company, SMS, spelled),
            )
            composer.klientbox_warning = " ".join(filter(None, warnings)) or False

    def onchange(self, values, field_names, fields_spec):
        """Check before it opens: about records of ours no SMS is written here."""
        if not field_names:
            self._klientbox_check_internal(self.env.context.get("default_res_model"))
        return super().onchange(values, field_names, fields_spec)

    def _klientbox_check_internal(self, model):
        if self.env.uid != SUPERUSER_ID and sending_rules.is_internal(model):
            sending_rules.refuse_external(self.env)

    def action_send_sms(self):
        """Show how many recipients were left out, and until when the others wait."""
        result = super().action_send_sms()
        return sending_rules.with_notification(
            self.env, result, [outcome for outcome in self.mapped("klientbox_outcome") if outcome]
        )

    def _action_send_sms(self):
        """The user needs a role, and a mailing leaves out recipients who have refused messages."""
        for composer in self:
            self._klientbox_check_internal(composer.res_model)
        purpose = Purpose.MASS if self._klientbox_is_mass() else Purpose.SINGLE
        if not self.env.su and not Purpose.vouched(self.env.context):
            sending_rules.check_sms_sender(self.env, purpose is Purpose.MASS)
        composer = sending_rules.for_company_of(self, "mailing_id")
        sent = super(SmsComposer, composer.with_context(klientbox_purpose=purpose))._action_send_sms()
        if purpose is Purpose.MASS:
            self._as_system().klientbox_outcome = self._klientbox_outcome_of(sent)
        return sent

    def _get_optout_record_ids(self, records, recipients_info):
        """Numbers on the suppression list of the record's company, or of the sending one."""
        if sending_rules.is_internal(records._name):
            # For a job; a user gets an error message.
            return records.ids
        left_out = super()._get_optout_record_ids(records, recipients_info)
        companies = records._mail_get_companies(default=self.env.company)
        for company, of_company in records.grouped(lambda record: companies[record.id]).items():
            numbers = {recipients_info[record.id]["sanitized"] for record in of_company}
            refused = sending_rules.refused(self.env, company | self.env.company, SMS, numbers)
            left_out += [record.id for record in of_company if recipients_info[record.id]["sanitized"] in refused]
        return left_out

    def _klientbox_is_mass(self):
        if self.composition_mode == "mass":
            return True
        records = self._get_records()
        return len(records or ()) > 1 or len(set((self.sanitized_numbers or "").split(","))) > 1

    def _klientbox_numbers(self):
        """The number of a single SMS."""
        records = self._get_records()
        if self.comment_single_recipient and len(records) == 1:
            return [number for number in (self.recipient_single_number_itf or self.recipient_single_number,) if number]
        return [number for number in (self.sanitized_numbers or "").split(",") if number]

    def _klientbox_outcome_of(self, sent):
        """How many recipients get none and when the others get theirs, as text."""
        if sent._name == "mail.message":
            sent = self.env["sms.sms"].sudo().search([("mail_message_id", "in", sent.ids)])
        counts = {
            kind: len(sent.filtered(lambda sms, kind=kind: sms.failure_type == kind)) for kind in LEFT_OUT.values()
        }
        sentences = []
        if counts["sms_optout"]:
            sentences.append(self.env._("%(count)s left out: they have refused SMS.", count=counts["sms_optout"]))
        if counts["sms_blacklist"]:
            sentences.append(self.env._("%(count)s left out: on Odoo's blacklist.", count=counts["sms_blacklist"]))
        if counts["sms_number_format"]:
            sentences.append(
                self.env._("%(count)s left out: their number can't get SMS.", count=counts["sms_number_format"])
            )
        if counts["sms_duplicate"]:
            sentences.append(
                self.env._(
                    "%(count)s left out: their number was contacted a few days ago.", count=counts["sms_duplicate"]
                )
            )
        # Only the engine reads messages; the user who has just written them may know how many are queued.
        waiting_sudo = (
            self.env["klientbox.message"]
            .sudo()
            .search(
                [("sms_uuid", "in", sent.mapped("uuid")), ("due_at", ">", clock.now()), ("state", "=", "queued")],
                order="due_at desc",
            )
        )
        if waiting_sudo:
            last = clock.local(waiting_sudo[0].due_at, waiting_sudo[0].company_id._klientbox_settings().sudo().timezone)
            sentences.append(
                self.env._(
                    "%(count)s wait for sending hours or the daily limit, the last one until %(moment)s.",
                    count=len(waiting_sudo),
                    moment=f"{format_date(self.env, last.date())} {last:%H:%M}",
                )
            )
        return " ".join(sentences)
