import uuid
from datetime import timedelta
from functools import cache

from odoo import models
from odoo.tools import SQL

from ...lib import clock, phone, sms_parts
from ...lib.address import SMS, address_hash
from ...lib.purpose import MARKETING
from ...tools import sql_files
from ...tools.retired_gateway import GATEWAY_RETIRED
from ..mixins.bulk_insert import insert
from .message_limits import VALID_HOURS


class KlientboxSettings(models.Model):
    """Finds the clients due tonight and the reasons against; queues one message a client, rule, step and absence."""

    _inherit = "klientbox.settings"

    def _reactivate(self, today, closed=None):
        """Decide and queue for one company's local day, in this transaction; returns the number of messages queued.

        Runs of the same company wait for each other on its settings. `closed` is a reason: the messages are then
        recorded as cancelled for it instead of queued, without a limit, and no client is contacted. In a rehearsal the
        decisions record the clients that would be contacted, and nothing else happens.
        """
        self.ensure_one()
        company = self.company_id
        self._lock_limits()
        self.env.flush_all()
        candidates = self._find_candidates(today)
        chosen, reasons = self._choose_due(today, candidates, unlimited=bool(closed))
        if self.rehearsal_since and not closed:
            reasons.update((place, "rehearsal") for place, _candidate in chosen)
            chosen = []
        queued = self._queue_due(today, chosen, closed)
        self._write_decisions(company, today, candidates, reasons, queued, closed)
        if queued and not closed:
            self.env.ref("klientbox.cron_messages")._trigger(at=max(self._due_at(), clock.now()))
        return len(queued)

    def _find_candidates(self, today):
        """Every client whose next message is due by date: dicts with the reason against it, if any.

        The most recent absences come first.
        """
        company = self.company_id
        statement = sql_files.statement(
            "clients_due",
            company=company.id,
            root=company.root_id.id,
            family=company._klientbox_family().ids,
            active=self.active_days,
            warning=self.warning_days,
            inactive=self.inactive_days,
            between=self.days_between,
            not_for_sms=list(phone.NOT_FOR_SMS),
            today=today,
            now=clock.now(),
        )
        self.env.cr.execute(statement)
        return self.env.cr.dictfetchall()

    def _choose_due(self, today, candidates, unlimited):
        """(candidates to contact, {index in candidates: reason against}). One message a night to one address."""
        left = None if unlimited or not self.daily_cap else self._left_on(self._sending_day())
        chosen, reasons, addresses = [], {}, set()
        has_problems = cache(self._text_has_problems)
        # A closed message is not sent, whatever its text and its gateway.
        no_sms = not unlimited and self._why_no_sms()
        for place, candidate in enumerate(candidates):
            reason = candidate["reason"]
            key = (candidate["channel"], candidate["address"])
            if not reason and key in addresses:
                reason = "same_address"
            if not reason and no_sms and candidate["channel"] == SMS:
                reason = GATEWAY_RETIRED
            if not reason and not unlimited and has_problems(candidate["step_id"], candidate["lang"] or self.lang):
                reason = "bad_text"
            if not reason and left is not None and len(chosen) >= left:
                reason = "daily_cap"
            if reason:
                reasons[place] = reason
            else:
                addresses.add(key)
                chosen.append(place)
        return [(place, candidates[place]) for place in chosen], reasons

    def _text_has_problems(self, step_id, lang):
        """Whether a text can't be sent: written before the check existed, or around it."""
        return bool(self.env["klientbox.rule.step"].browse(step_id)._text_problems(lang))

    def _queue_due(self, today, chosen, closed):
        """Write the messages; returns the indexes of those that were new. The unique indexes decide."""
        clients = self.env["klientbox.client"].browse([candidate["client_id"] for _place, candidate in chosen])
        salt = self.env["klientbox.consent.event"]._salt()
        gateway = self._sms_gateway()
        due_at, day = self._due_at(), self._sending_day()
        expires_at = due_at + timedelta(hours=VALID_HOURS)
        Message, rows, places = self.env["klientbox.message"], [], {}
        for (place, candidate), client in zip(chosen, clients, strict=True):
            step = self.env["klientbox.rule.step"].browse(candidate["step_id"])
            step = step.with_context(lang=client.lang or self.lang)
            subject, body = step._write_to(client, today, self, candidate["channel"])
            is_sms = candidate["channel"] == SMS
            reference = uuid.uuid4().hex
            places[reference] = place
            rows.append(
                {
                    **Message._prepare_row(self, candidate["channel"], candidate["address"], reference, gateway),
                    "client_id": client.id,
                    "queued_for": client.id,
                    "trigger": candidate["trigger"],
                    "purpose": MARKETING,
                    "rule_id": candidate["rule_id"],
                    "step_id": candidate["step_id"],
                    "step": candidate["step"],
                    "absence_since": candidate["absence_since"],
                    "state": "cancelled" if closed else "queued",
                    "reason": closed,
                    "queued_day": day,
                    "address_hash": address_hash(salt, candidate["channel"], candidate["address"]),
                    "subject": subject,
                    "body": body,
                    "parts": sms_parts.count(body) if is_sms else None,
                    "due_at": due_at,
                    "expires_at": expires_at,
                }
            )
        inserted = Message._insert(rows)
        if not closed:
            Message._track(rows, inserted)
        return {places[reference] for reference in inserted}

    def _due_at(self):
        return self._sending_hours().next_open(clock.now())

    def _sending_day(self):
        """The local day on which tonight's messages are sent: the same for several nights over a weekend without
        sending."""
        return clock.local(self._due_at(), self.timezone).date()

    def _write_decisions(self, company, today, candidates, reasons, queued, closed):
        """Update the decisions to this night; unchanged ones are not written."""
        tonight = {}
        for place, candidate in enumerate(candidates):
            written = place in queued and not closed
            reason = None if written else closed if place in queued else reasons.get(place, "same_address")
            tonight[tuple(candidate[name] for name in ("client_id", "rule_id", "step", "absence_since")), reason] = None
        # Compared here, not in the inserting statement: an anti-join there would find its own new rows.
        rows = self.env.execute_query(
            SQL(
                "SELECT id, client_id, rule_id, step, absence_since, reason FROM klientbox_decision"
                " WHERE company_id = %s AND day_to IS NULL",
                company.id,
            )
        )
        open_rows = {
            ((client_id, rule_id, step, day), reason): row for row, client_id, rule_id, step, day, reason in rows
        }
        over = [row for key, row in open_rows.items() if key not in tonight]
        fresh = [(*key, reason) for key, reason in tonight if (key, reason) not in open_rows]
        if over:
            self.env.cr.execute(
                SQL(
                    "UPDATE klientbox_decision SET day_to = greatest(day_from, %s::date - 1) WHERE id = ANY(%s)",
                    today,
                    over,
                )
            )
        insert(self.env["klientbox.decision"], (self._prepare_decision(company, today, *key) for key in fresh))

    def _prepare_decision(self, company, today, client_id, rule_id, step, absence_since, reason):
        return {
            "company_id": company.id,
            "client_id": client_id,
            "rule_id": rule_id,
            "step": step,
            "absence_since": absence_since,
            "outcome": "skipped" if reason else "queued",
            "reason": reason,
            "day_from": today,
            "day_to": None if reason else today,
        }
