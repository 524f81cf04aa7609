from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...exceptions import FieldError
from ...lib import names, placeholders, sms_parts, text
from ...lib.address import EMAIL, SMS
from ...lib.client_status import DUE, INACTIVE, LOST, WARNING

LONGEST_SMS = 1000
LONGEST_SUBJECT = 200
# A preview of a text on the form, and the number of SMS parts.
SAMPLE = {"first_name": "Jana", "name": "Jana Nováková", "days": 75}


class KlientboxRule(models.Model):
    """Messages of a company to lapsed clients: one rule a trigger, with its timed steps."""

    _name = "klientbox.rule"
    _description = "Reactivation rule"
    _inherit = ["klientbox.owned"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(ondelete="cascade")
    trigger = fields.Selection(
        [(WARNING, "Warning"), (INACTIVE, "Inactive"), (LOST, "Lost")],
        required=True,
        help="The status that makes a client due.",
    )
    enabled = fields.Boolean(
        "Switched on", help="When on, clients due are contacted each night. When off, no client is contacted."
    )
    step_ids = fields.One2many("klientbox.rule.step", "rule_id", "Messages", copy=True, context={"active_test": False})

    _trigger_unique = models.UniqueIndex(
        "(company_id, trigger) WHERE active IS TRUE", "There is a rule for this trigger already."
    )

    @api.onchange("company_id", "trigger")
    def _onchange_trigger(self):
        """Report at once, not only at the write, that a trigger already has a rule."""
        others = self.search([("company_id", "=", self.company_id.id), ("id", "!=", self._origin.id)])
        by_trigger = {rule.trigger: rule for rule in others}
        free = [trigger for trigger in DUE if trigger not in by_trigger]
        if not self.trigger:
            self.trigger = next(iter(free), False)
        if not free and not self._origin:
            message = self.env._("Each trigger already has a rule. Change that rule, or archive it first.")
        elif self.trigger in by_trigger:
            message = self.env._(
                "The rule “%(rule)s” already has this trigger. Change that rule, or archive it first.",
                rule=by_trigger[self.trigger].name,
            )
        else:
            return None
        return {"warning": {"title": self.env._("Trigger already used"), "message": message}}

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.env["klientbox.message"].search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("A rule that has contacted clients can't be deleted. Archive it instead."))

    def action_run_now(self):
        """Run the coming night now for the rule's company."""
        self.ensure_one()
        return self.company_id._klientbox_settings().action_run_now()

    def action_suggest_texts(self):
        """Replace the rule's texts by our standard texts, in every language of this database."""
        for rule in self:
            first = rule.step_ids.filtered("active")[:1]
            if not first:
                first = rule.step_ids.create({"rule_id": rule.id, **rule._suggestion()})
            for lang, _name in self.env["res.lang"].get_installed():
                suggested = rule.with_context(lang=lang)._suggestion()
                channel = suggested.pop("channel")
                first.with_context(lang=lang).write(suggested)
            # Checked after the write: the replaced texts may be invalid.
            first.channel = channel

    @api.model
    def _prepare_for(self, companies):
        """Create the three rules of a new company, switched off."""
        for company in companies:
            rules = self.create(
                [
                    {
                        "company_id": company.id,
                        "trigger": trigger,
                        "name": self.new({"trigger": trigger})._title(),
                        "sequence": place,
                    }
                    for place, trigger in enumerate(DUE)
                ]
            )
            for lang, _name in self.env["res.lang"].get_installed():
                for rule in rules.with_context(lang=lang):
                    rule.name = rule._title()
            rules.action_suggest_texts()

    def _title(self):
        return {
            WARNING: self.env._("Overdue for a visit"),
            INACTIVE: self.env._("No visit for a long time"),
            LOST: self.env._("Last attempt"),
        }[self.trigger]

    def _suggestion(self):
        """A default text for this rule, in the language of the context."""
        body = {
            WARNING: self.env._(
                "Hello {first_name}, you have not been to {salon} for {days} days. Shall we find you a time? {stop}"
            ),
            INACTIVE: self.env._("Hello {first_name}, we miss you at {salon}. Come and see us again! {stop}"),
            LOST: self.env._(
                "Hello {first_name}, it has been a while since your last visit to {salon}. We would love to see you again. {stop}"  # noqa: E501
            ),
        }[self.trigger]
        return {"channel": SMS, "subject": self.env._("We miss you at {salon}"), "body": body}


class KlientboxRuleStep(models.Model):
    """One message of a rule, a number of days after its trigger."""

    _name = "klientbox.rule.step"
    _description = "Message of a rule"
    _inherit = ["klientbox.single.line"]
    _order = "rule_id, delay, number"

    rule_id = fields.Many2one("klientbox.rule", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="rule_id.company_id", store=True)
    number = fields.Integer(
        readonly=True, copy=False, help="Permanent number of the message, independent of its position."
    )
    active = fields.Boolean(default=True)
    delay = fields.Integer("Days after", default=0, help="Days after the client has reached the trigger's status.")
    channel = fields.Selection([(SMS, "SMS"), (EMAIL, "E-mail")], required=True, default=SMS)
    subject = fields.Char(
        translate=True, help="Subject of the e-mail, also of the one sent to clients whose phone can't get the SMS."
    )
    body = fields.Text("Text", required=True, translate=True)
    preview = fields.Text(compute="_compute_preview")
    problem = fields.Char(compute="_compute_problem", help="A problem that prevents saving the texts.")
    # Required in the dialog, which so stays open; the rule itself is saved later, outside of it.
    is_fit = fields.Selection([("yes", "Yes")], "Valid text", compute="_compute_problem")
    parts = fields.Integer("SMS parts", compute="_compute_preview", help="How many SMS the text is billed as.")

    _number_unique = models.UniqueIndex("(rule_id, number)", "Two messages of a rule can't share a number.")
    _delay_not_negative = models.Constraint("CHECK(delay >= 0)", "The days after the trigger can't be negative.")

    @api.depends("body", "channel", "company_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for step in self:
            company = step.company_id or self.env.company
            values = step._sample(company) | {"stop": step._stop_sentence()}
            step.preview = step._fill(step.body or "", values, company._klientbox_settings(), step.channel)
            step.parts = sms_parts.count(step.preview) if step.channel == SMS else 0

    @api.depends("body", "subject", "channel")
    @api.depends_context("lang")
    def _compute_problem(self):
        for step in self:
            step.problem = step._first_problem()
            step.is_fit = not step.problem and "yes"

    def _first_problem(self):
        """Warn about invalid texts in the form; the form itself requires non-empty ones."""
        filled = {name for name in ("body", "subject") if self[name]}
        problems = self._text_problems(self.env.lang or "en_US")
        return next((message for field, _code, message in problems if field in filled), False)

    @api.constrains("body", "subject")
    def _check_texts(self):
        """In the language that is written; an earlier invalid one blocks no other, and is never sent."""
        lang = self.env.lang or "en_US"
        writer = self.env.context.get("klientbox_writer_lang", lang)
        self.with_context(lang=writer)._refuse_problems(lang)

    @api.constrains("channel")
    def _check_channel(self):
        """A text may be too long for an e-mail, or lack a subject, in another language alone."""
        for lang, _name in self.env["res.lang"].get_installed():
            self._refuse_problems(lang)

    def _refuse_problems(self, lang):
        """Raise FieldError where a text can't be sent in a language, which is named where it is not the user's."""
        for step in self:
            if problems := step._text_problems(lang):
                is_writers = lang == (self.env.lang or "en_US")
                where = "" if is_writers else f"{dict(self.env['res.lang'].get_installed()).get(lang, lang)}: "
                raise FieldError(*((field, code, where + message) for field, code, message in problems))

    def _text_problems(self, lang):
        """[(field, code, message)]: why this step can't be sent in a language."""
        self.ensure_one()
        texts = self.with_context(lang=lang)
        body, subject = texts.body or "", (texts.subject or "").strip()
        problems = self._wrong_placeholders("body", body)
        if missing := placeholders.missing(body):
            message = self.env._(
                "The text needs %(names)s: each message must say who writes and how to refuse.",
                names=" ".join(f"{{{name}}}" for name in missing),
            )
            problems.append(("body", "placeholder_missing", message))
        if self.channel == SMS and len(body) > LONGEST_SMS:
            problems.append(self._too_long())
        if self.channel == EMAIL and not subject:
            problems.append(self._no_subject())
        # Also of an SMS: it is sent by e-mail where the client's phone can't get SMS.
        return problems + self._long_subject(subject) + self._wrong_placeholders("subject", subject)

    @api.model
    def _too_long(self):
        return ("body", "too_long", self.env._("An SMS has at most %(count)s characters.", count=LONGEST_SMS))

    @api.model
    def _no_subject(self):
        return ("subject", "required", self.env._("An e-mail needs a subject."))

    def _long_subject(self, subject):
        if len(subject) <= LONGEST_SUBJECT:
            return []
        message = self.env._("A subject has at most %(count)s characters.", count=LONGEST_SUBJECT)
        return [("subject", "too_long", message)]

    def _wrong_placeholders(self, field, template):
        available = " ".join(f"{{{name}}}" for name in placeholders.PLACEHOLDERS)
        if names := placeholders.unknown(template):
            message = self.env._("There is no {%(name)s}. Available: %(names)s.", name=names[0], names=available)
            return [(field, "placeholder_unknown", message)]
        if placeholders.is_malformed(template):
            message = self.env._(
                "Write placeholders in single braces, and no other braces: %(names)s.", names=available
            )
            return [(field, "placeholder_malformed", message)]
        return []

    @api.model_create_multi
    def create(self, vals_list):
        """A step's number is the next one of its rule, never one that was used before."""
        self._klientbox_check_named(vals_list)
        steps = self._as_system_beside(*vals_list)
        taken = {}
        for vals in vals_list:
            rule_id = vals.get("rule_id") or self.env.context.get("default_rule_id")
            if rule_id not in taken:
                [[highest]] = self.with_context(active_test=False)._read_group(
                    [("rule_id", "=", rule_id)], [], ["number:max"]
                )
                taken[rule_id] = highest or 0
            taken[rule_id] += 1
            vals["number"] = taken[rule_id]
        return super(KlientboxRuleStep, steps).create(vals_list).with_env(self.env)

    def write(self, vals):
        """A message stays in its rule; else it could be moved to another company's."""
        if "company_id" in vals or any(step.rule_id.id != vals.get("rule_id", step.rule_id.id) for step in self):
            raise UserError(self.env._("A message can't be moved to another rule."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.env["klientbox.message"].search_count([("step_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("A rule's message that has been sent can't be deleted. Switch off In use instead.")
            )

    def _write_to(self, client, today, settings, channel=None):
        """(subject, text) of this step for a client, in the language of the context.

        `channel` differs from the step's where an e-mail replaces an SMS.
        """
        self.ensure_one()
        channel = channel or self.channel
        values = self._values_of(client, today)
        subject = text.one_line(placeholders.fill(self._email_subject(), values)) if channel == EMAIL else None
        return subject, self._fill(self.body, values, settings, channel)

    def _email_subject(self):
        """The subject of this step as an e-mail; an SMS may have none of its own."""
        own = (self.subject or "").strip()
        if self.channel == SMS and (not own or self._wrong_placeholders("subject", own)):
            return self.rule_id._suggestion()["subject"]
        return own

    @api.model
    def _values_of(self, client, today):
        """{placeholder: its value for a client}, in the language of the context; unknown values are empty."""
        last_visit = client.last_visit_date
        return {
            "first_name": names.without_titles(client.given_name or "") or names.first_name(client.name),
            "name": client.name,
            "salon": client.company_id.name,
            "last_visit": format_date(self.env, last_visit),
            "days": (today - last_visit).days if last_visit else "",
            "stop": self._stop_sentence(),
        }

    def _fill(self, body, values, settings, channel):
        return self._as_sent(channel, placeholders.fill(body, values), settings)

    @api.model
    def _as_sent(self, channel, filled, settings):
        """A text as the client reads it: an SMS without diacritics, if the company has chosen that."""
        return text.plain(filled) if channel == SMS and settings.plain_sms else filled

    def _sample(self, company):
        last_visit = company._klientbox_settings()._today() - timedelta(days=SAMPLE["days"])
        return {**SAMPLE, "salon": company.name, "last_visit": format_date(self.env, last_visit)}

    def _stop_sentence(self):
        return self.env._("No more? Reply STOP.")
