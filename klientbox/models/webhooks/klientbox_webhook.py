import json
import logging
import uuid
from collections import defaultdict
from datetime import timedelta, timezone
from urllib.parse import urlsplit

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from ...exceptions import FieldError
from ...lib import clock, webhook
from ..mixins.url_check import check_url

_logger = logging.getLogger(__name__)

MOST_A_COMPANY = 20
# How long the secret before a rotation still signs, beside the new one.
OVERLAP = timedelta(hours=24)
# Rows of the change log that are processed in one go: the job has other work.
BATCH = 200
UNANNOUNCED = [("disabled_reason", "in", ("gone", "failing")), ("is_announced", "=", False)]
# A snapshot with transaction numbers that this server has not reached.
_FROM_ELSEWHERE = """
    pg_snapshot_xmax(coalesce(feed.target, feed.seen)) > pg_snapshot_xmax(pg_current_snapshot())
"""
# The log is read from the oldest transaction that was running then: the index skips older rows.
_UNSEEN = """
    change.id > greatest(feed.floor_id, feed.done_id)
    AND change.txid >= pg_snapshot_xmin(feed.seen)::text::bigint
    AND NOT pg_visible_in_snapshot(change.txid::text::xid8, feed.seen)
"""
FLAGS = {event: f"on_{event.replace('.', '_')}" for event in webhook.EVENTS}


class KlientboxWebhook(models.Model):
    """An address that receives the events of a company.

    Events are made from the change log: `klientbox_webhook_feed` stores, for each webhook, the snapshot of the database
    up to which changes have become deliveries. Changes that a long transaction commits late are not in that snapshot,
    and so come next time; changes in it never come twice.
    """

    _name = "klientbox.webhook"
    _description = "Webhook"
    _inherit = ["klientbox.credential"]
    _order = "id"

    name = fields.Char(
        required=True, help="The program that receives the events, so that you know what stops when you switch it off."
    )
    company_id = fields.Many2one(ondelete="cascade")
    url = fields.Char(
        "Address", required=True, help="The address to which events are posted, such as https://shop.example/klientbox"
    )
    enabled = fields.Boolean(default=True, copy=False)
    disabled_reason = fields.Selection(
        [
            ("by_hand", "Switched off by hand"),
            ("gone", "The receiver reported that it no longer exists (410)"),
            ("failing", "All deliveries failed for five days"),
        ],
        "Reason for switching off",
        readonly=True,
        copy=False,
    )
    is_announced = fields.Boolean("Administrators were notified", readonly=True, copy=False)
    failing_since = fields.Datetime("Failing since", readonly=True, copy=False)
    events = fields.Char(
        required=True, default=webhook.EVERYTHING, help="Names, groups such as client.*, or * for all events."
    )
    everything = fields.Boolean("All events, including future ones", compute="_compute_flags", inverse="_inverse_flags")
    on_client_created = fields.Boolean("Client created", compute="_compute_flags", inverse="_inverse_flags")
    on_client_updated = fields.Boolean("Client changed", compute="_compute_flags", inverse="_inverse_flags")
    on_client_deleted = fields.Boolean("Client deleted or archived", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_created = fields.Boolean("Visit created", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_updated = fields.Boolean("Visit changed", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_done = fields.Boolean("Visit done", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_cancelled = fields.Boolean("Visit cancelled", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_no_show = fields.Boolean("Client did not come", compute="_compute_flags", inverse="_inverse_flags")
    on_visit_deleted = fields.Boolean("Visit deleted", compute="_compute_flags", inverse="_inverse_flags")
    on_message_queued = fields.Boolean("Message queued", compute="_compute_flags", inverse="_inverse_flags")
    on_message_sent = fields.Boolean("Message sent", compute="_compute_flags", inverse="_inverse_flags")
    on_message_delivered = fields.Boolean("Message delivered", compute="_compute_flags", inverse="_inverse_flags")
    on_message_failed = fields.Boolean("Message failed", compute="_compute_flags", inverse="_inverse_flags")
    on_message_replied = fields.Boolean("Message replied to", compute="_compute_flags", inverse="_inverse_flags")
    secret = fields.Char(
        "Signing secret", groups=NO_ACCESS, required=True, copy=False, default=lambda self: webhook.new_secret()
    )
    previous_secret = fields.Char("Previous signing secret", groups=NO_ACCESS, copy=False)
    previous_until = fields.Datetime(
        "Previous secret valid until", readonly=True, copy=False, help="Until then both secrets are used for signing."
    )
    api_key_id = fields.Many2one(
        "klientbox.api.key",
        "Made by the API key",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="It receives the events that this key may read. Empty: it was made by a user.",
    )
    withheld = fields.Char(
        "Withheld events", compute="_compute_withheld", help="Chosen events that the API key may not read now."
    )
    is_secret_shown = fields.Boolean("Secret was shown", readonly=True, copy=False)
    delivery_ids = fields.One2many("klientbox.webhook.delivery", "webhook_id", "Deliveries")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    dead_count = fields.Integer("Given up", compute="_compute_counts")

    def init(self):
        """Create the table with each webhook's position in the log. No fields of the record: the job writes it while
        people edit."""
        self.env.cr.execute(
            """
            CREATE TABLE IF NOT EXISTS klientbox_webhook_feed (
                webhook_id int PRIMARY KEY REFERENCES klientbox_webhook ON DELETE CASCADE,
                seen pg_snapshot NOT NULL, target pg_snapshot, done_id bigint NOT NULL DEFAULT 0,
                floor_id bigint NOT NULL DEFAULT 0, last_id bigint NOT NULL DEFAULT 0,
                sequence bigint NOT NULL DEFAULT 0
            );
            COMMENT ON COLUMN klientbox_webhook_feed.seen IS 'changes visible in it have become deliveries';
            COMMENT ON COLUMN klientbox_webhook_feed.target IS 'changes visible in it become deliveries, up to done_id';
            COMMENT ON COLUMN klientbox_webhook_feed.floor_id IS 'changes up to this one are never delivered';
            COMMENT ON COLUMN klientbox_webhook_feed.last_id IS 'the newest change that became a delivery';
            """
        )

    @api.depends("events")
    def _compute_flags(self):
        for hook in self:
            names = (hook.events or "").split()
            wanted = webhook.covered(names)
            hook.everything = webhook.EVERYTHING in names
            for event, flag in FLAGS.items():
                hook[flag] = event in wanted

    def _inverse_flags(self):
        for hook in self:
            chosen = [event for event, flag in FLAGS.items() if hook[flag]]
            hook.events = self._events_text([webhook.EVERYTHING] if hook.everything else chosen)

    @api.depends("events", "api_key_id.scopes", "api_key_id.state")
    def _compute_withheld(self):
        for hook in self:
            chosen = webhook.covered((hook.events or "").split())
            hook.withheld = ", ".join(sorted(chosen - hook._readable(chosen)))

    def _compute_counts(self):
        counts = {
            (hook.id, state): count
            for hook, state, count in self.env["klientbox.webhook.delivery"]._read_group(
                [("webhook_id", "in", self.ids)], ["webhook_id", "state"], ["__count"]
            )
        }
        for hook in self:
            hook.waiting_count = counts.get((hook.id, "pending"), 0) + counts.get((hook.id, "sending"), 0)
            hook.dead_count = counts.get((hook.id, "dead"), 0)

    @api.constrains("url")
    def _check_url(self):
        for hook in self:
            check_url(self.env, "url", hook.url)

    @api.constrains("events")
    def _check_events(self):
        for hook in self:
            self._events_text(hook.events.split())

    @api.constrains("company_id")
    def _check_number(self):
        for _company, count in self._read_group(
            [("company_id", "in", self.company_id.ids)], ["company_id"], ["__count"]
        ):
            if count > MOST_A_COMPANY:
                message = self.env._("A company has at most %(most)s webhooks.", most=MOST_A_COMPANY)
                raise UserError(message)

    @api.model_create_multi
    def create(self, vals_list):
        """A webhook receives changes after its creation."""
        hooks = super().create(vals_list)
        hooks._start_feed()
        return hooks

    def write(self, vals):
        """A webhook that is switched on again receives changes from then on; queued deliveries continue."""
        if "enabled" not in vals:
            return super().write(vals)
        changing = self.filtered(lambda hook: hook.enabled != vals["enabled"])
        reason = {
            "disabled_reason": False if vals["enabled"] else "by_hand",
            "failing_since": False,
            "is_announced": False,
        }
        super().write(vals)
        if changing:
            changing._write_system(reason)
        if changing and vals["enabled"]:
            changing._start_feed()
            self._wake()
        return True

    # -- actions of users -------------------------------------------------------

    def action_enable(self):
        """Switch it on."""
        self.write({"enabled": True})

    def action_disable(self):
        """Switch it off: nothing is sent, and changes meanwhile are never sent."""
        self.write({"enabled": False})

    def action_show_secret(self):
        """Show the new secret once."""
        self.ensure_one()
        self.check_access("write")
        if self.is_secret_shown:
            raise UserError(self.env._("The secret was already shown. If it is lost, generate a new one."))
        return self._show(self._reveal_secret())

    def action_rotate(self):
        """Make another secret and show it; the previous one signs for a day more."""
        return self._show(self._rotate())

    def action_test(self):
        """Send a test event."""
        self._test()
        return self._notice(self.env._("A test event is on its way. See the result in the deliveries."))

    def action_replay_dead(self):
        """Send all given-up deliveries again."""
        self.ensure_one()
        self._require_enabled()
        count = self.delivery_ids.search([("webhook_id", "=", self.id), ("state", "=", "dead")])._replay()
        return self._notice(self.env._("%(count)s deliveries are sent again.", count=count))

    def action_deliveries(self):
        """Show all its deliveries."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("klientbox.klientbox_webhook_delivery_action")
        return {**action, "domain": [("webhook_id", "=", self.id)]}

    def action_keep(self):
        """Let the webhook be the salon's own, independent of the key that made it."""
        self.check_access("write")
        if not self.env.user.has_group("klientbox.group_administrator"):
            raise AccessError(self.env._("Only KlientBox administrators can decide that a webhook needs no key."))
        self._write_system({"api_key_id": False})

    @api.model
    def _subscribe(self, url, name, events, enabled):
        """Create a webhook for a program: (webhook, its secret, which is returned only here)."""
        hook = self.create(
            {
                "url": url,
                "name": name or self._name_of(url),
                "events": self._events_text(events),
                "enabled": enabled,
            }
        )
        hook._bind()
        return hook, hook._reveal_secret()

    def _change(self, changes):
        """Write a program's changes: members of the API by name."""
        if "events" in changes:
            changes = {**changes, "events": self._events_text(changes["events"])}
        is_chosen = any(changes.get(name, self[name]) != self[name] for name in ("url", "events"))
        self.write(changes)
        if is_chosen:
            self._bind()

    def _bind(self):
        """Let the key of this request, which has chosen receiver or events, limit the events from now on."""
        if "klientbox_admission" in self.env.context:
            key, _admission = self.env["klientbox.api.key"]._present()
            # No caller chooses the key.
            self.sudo().api_key_id = key.id

    def _readable(self, events):
        """Those of the events that the webhook's key may read now; all where it has none."""
        key_sudo = self.sudo().api_key_id
        if not key_sudo:
            return events
        scopes = {None, *(key_sudo.scopes or "").split()} if key_sudo.state == "valid" else ()
        return {event for event in events if webhook.scope_of(event) in scopes}

    def _reveal_secret(self):
        """The secret in plain text; records that it was shown."""
        self._write_system({"is_secret_shown": True})
        # Users who may write the webhook may see its secret when it is made, and never again.
        return self.sudo().secret

    def _rotate(self):
        """Replace the secret; returns the new one."""
        self.ensure_one()
        self.check_access("write")
        # Only this method can read the secrets.
        hook_sudo = self.sudo()
        hook_sudo.write(
            {
                "previous_secret": hook_sudo.secret,
                "previous_until": clock.now() + OVERLAP,
                "secret": webhook.new_secret(),
            }
        )
        return self._reveal_secret()

    def _test(self):
        """Queue a test event; returns its delivery."""
        self.ensure_one()
        self.check_access("write")
        self._require_enabled()
        # Only the engine may write deliveries.
        delivery_sudo = self.sudo()._queue([(webhook.TEST, None, 0, clock.now(), {"webhook_id": self.id})])
        self._wake()
        return delivery_sudo.sudo(self.env.su)

    def _require_enabled(self):
        if not all(hook.enabled for hook in self):
            raise UserError(self.env._("Switch the webhook on first."))

    def _show(self, secret):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signing secret"),
            "res_model": "klientbox.webhook.show",
            "view_mode": "form",
            "target": "new",
            "context": {"default_secret": secret},
        }

    def _notice(self, message):
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        params = {"type": "success", "message": message, "next": reload}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    @api.model
    def _events_text(self, names):
        """A choice of events in its stored form; raises FieldError for an unknown event."""
        try:
            written = webhook.canonical(names)
        except webhook.UnknownEvent as error:
            message = self.env._("There is no event %(name)s.", name=error)
            raise FieldError(("events", "unknown_event", message)) from error
        if not written:
            raise FieldError(("events", "required", self.env._("Choose at least one event.")))
        return " ".join(written)

    @api.model
    def _name_of(self, url):
        """The default name of a webhook: its host."""
        try:
            return (urlsplit(url).hostname or url)[:64]
        except ValueError:
            return url

    # -- from changes to deliveries ----------------------------------------------

    @api.model
    def _wake(self):
        """Start the job at once."""
        self.env.ref("klientbox.cron_messages")._trigger()

    @api.model
    def _wake_for_changes(self):
        """Start the job at once if this transaction has made changes that a webhook of the company receives."""
        [[is_wanted]] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (
                    SELECT FROM klientbox_webhook hook JOIN klientbox_change change USING (company_id)
                     WHERE hook.enabled AND change.model = ANY(%s)
                       AND change.txid = pg_current_xact_id()::text::bigint
                )
                """,
                list(webhook.FAMILIES),
            )
        )
        if is_wanted:
            self._wake()

    def _start_feed(self):
        """Send changes that are not visible yet at this moment, and no earlier ones."""
        self.flush_model(["enabled"])
        self.env.cr.execute(
            """
            INSERT INTO klientbox_webhook_feed (webhook_id, seen, floor_id, last_id)
            SELECT hook.id, pg_current_snapshot(), coalesce(future.id, 0), coalesce(future.id, 0)
              FROM unnest(%s) AS hook(id), LATERAL (
                -- A log from another server may have transaction numbers that this one has not reached.
                SELECT max(change.id) AS id FROM klientbox_change change
                 WHERE txid > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
              ) future
            ON CONFLICT (webhook_id) DO UPDATE
               SET seen = excluded.seen, target = NULL, done_id = 0,
                   floor_id = excluded.floor_id, last_id = greatest(klientbox_webhook_feed.last_id, excluded.last_id)
            """,
            [self.ids],
        )

    @api.model
    def _work(self, stuck):
        """The job's webhook work while it sends: make deliveries of changes, and notify people of webhooks that were
        switched off; each webhook in a transaction of its own.

        `stuck` is a set of webhook ids that this call extends by those that fail: they must not block anything else.
        """
        tasks = [(hook_id, "_fan_out") for hook_id in self._find_behind()]
        tasks += [(hook.id, "_announce_switched_off") for hook in self.search(UNANNOUNCED)]
        for hook_id, task in tasks:
            if hook_id in stuck:
                continue
            try:
                with self.env.registry.cursor() as cr:
                    getattr(api.Environment(cr, SUPERUSER_ID, {})[self._name].browse(hook_id), task)()
            except psycopg2.errors.SerializationFailure:
                _logger.info("Webhook %s: another job is delivering, or a user is enabling it.", hook_id)
            except Exception:
                stuck.add(hook_id)
                _logger.exception("Webhook %s: its changes can't be processed.", hook_id)

    @api.model
    def _find_behind(self):
        """The ids of webhooks whose company has log rows that they have not processed."""
        self.env.cr.execute(
            f"""
            SELECT hook.id
              FROM klientbox_webhook hook JOIN klientbox_webhook_feed feed ON feed.webhook_id = hook.id
              JOIN res_company company ON company.id = hook.company_id
             WHERE hook.enabled AND company.active IS TRUE AND (
                feed.target IS NOT NULL OR {_FROM_ELSEWHERE} OR EXISTS (
                    SELECT FROM klientbox_change change
                     WHERE change.company_id = hook.company_id AND change.model = ANY(%s) AND {_UNSEEN}
                )
             )
             ORDER BY hook.id
            """,
            [list(webhook.FAMILIES)],
        )
        return [hook_id for [hook_id] in self.env.cr.fetchall()]

    def _fan_out(self):
        """Make deliveries of the next section of the log."""
        self.ensure_one()
        self._set_target()
        changes = self._next_changes()
        wanted = self._readable(webhook.covered(self.events.split()))
        self._queue(self._with_data([event for event in webhook.events_of(changes) if event.type in wanted]))
        is_complete = len(changes) < BATCH
        self.env.cr.execute(
            """
            UPDATE klientbox_webhook_feed
               SET done_id = CASE WHEN %(complete)s THEN 0 ELSE %(newest)s END,
                   seen = CASE WHEN %(complete)s THEN target ELSE seen END,
                   target = CASE WHEN %(complete)s THEN NULL ELSE target END,
                   last_id = greatest(last_id, %(newest)s)
             WHERE webhook_id = %(id)s
            """,
            {"id": self.id, "complete": is_complete, "newest": changes[-1].id if changes else 0},
        )

    def _set_target(self):
        """Determine up to which snapshot changes are sent now; the row of the feed stays locked.

        A snapshot of the future was taken by another server, before the database was moved here: then log rows newer
        than the last sent one count.
        """
        self.env.cr.execute(
            f"""
            UPDATE klientbox_webhook_feed feed
               SET target = CASE WHEN {_FROM_ELSEWHERE} THEN NULL ELSE feed.target END,
                   seen = CASE WHEN {_FROM_ELSEWHERE} THEN '1:1:' ELSE feed.seen END,
                   floor_id = CASE WHEN {_FROM_ELSEWHERE} THEN feed.last_id ELSE feed.floor_id END,
                   done_id = CASE WHEN {_FROM_ELSEWHERE} THEN 0 ELSE feed.done_id END
             WHERE webhook_id = %(id)s;
            UPDATE klientbox_webhook_feed SET target = pg_current_snapshot()
             WHERE webhook_id = %(id)s AND target IS NULL
            """,
            {"id": self.id},
        )

    def _next_changes(self):
        """The changes to send next, in the order of the log; of messages only outgoing ones."""
        self.env.cr.execute(
            f"""
            SELECT change.id, change.model, change.res_id, change.kind, change.was, change.became, change.at
              FROM klientbox_change change JOIN klientbox_webhook_feed feed ON feed.webhook_id = %(id)s
             WHERE change.company_id = %(company)s AND change.model = ANY(%(models)s) AND {_UNSEEN}
               AND pg_visible_in_snapshot(change.txid::text::xid8, feed.target)
               AND (change.model <> %(message)s OR EXISTS (
                    SELECT FROM klientbox_message message
                     WHERE message.id = change.res_id AND message.direction = 'out'))
             ORDER BY change.id LIMIT %(limit)s
            """,
            {
                "id": self.id,
                "company": self.company_id.id,
                "models": webhook.models_of(self.events.split()),
                "message": webhook.MESSAGE,
                "limit": BATCH,
            },
        )
        return [webhook.Change(*row) for row in self.env.cr.fetchall()]

    def _with_data(self, events):
        """(type, model, id, moment, data) of events. Deleted records are left out: their deletion has an event of its
        own."""
        wanted = defaultdict(list)
        for event in events:
            if not event.is_deletion:
                wanted[event.model].append(event.res_id)
        data = {model: self._data_of(model, ids) for model, ids in wanted.items()}
        gone = defaultdict(list)
        for event in events:
            if event.is_deletion:
                gone[event.model].append(event.res_id)
        tombstones = {model: self._tombstones_of(model, ids) for model, ids in gone.items()}
        for event in events:
            shown = (tombstones if event.is_deletion else data)[event.model].get(event.res_id)
            if shown:
                yield (*event, shown)

    def _data_of(self, model, ids):
        """{id: the record as GET returns it}, without those that it would not find; see operations/v1/payloads.py."""
        raise NotImplementedError

    def _tombstones_of(self, model, ids):
        """{id: the data of the event of a deleted record}; for a merged client with the id of the remaining one."""
        if model != webhook.CLIENT:
            return {res_id: {"id": res_id} for res_id in ids}
        merged = self.env[model].browse(ids)._merged_into()
        return {res_id: {"id": res_id, "merged_into": merged[res_id]} for res_id in ids}

    def _queue(self, items):
        """Make deliveries of (type, model, id, moment, data), in this order."""
        items = list(items)
        self.env.cr.execute(
            "UPDATE klientbox_webhook_feed SET sequence = sequence + %s WHERE webhook_id = %s RETURNING sequence",
            [len(items), self.id],
        )
        [[last]] = self.env.cr.fetchall()
        vals_list = []
        for sequence, (name, model, res_id, moment, data) in enumerate(items, last - len(items) + 1):
            event_id = f"evt_{uuid.uuid4().hex}"
            payload = {
                "type": name,
                "id": event_id,
                "timestamp": moment.replace(microsecond=0, tzinfo=timezone.utc).isoformat().replace("+00:00", "Z"),
                "company_id": self.company_id.id,
                "sequence": sequence,
                "data": data,
            }
            vals_list.append(
                {
                    "webhook_id": self.id,
                    "company_id": self.company_id.id,
                    "event_id": event_id,
                    "type": name,
                    "model": model,
                    "res_id": res_id,
                    "sequence": sequence,
                    "payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
                    "next_at": clock.now(),
                }
            )
        return self.env["klientbox.webhook.delivery"].create(vals_list)

    # -- failures -----------------------------------------------------------------

    def _announce_switched_off(self):
        """Notify the company's administrators that this webhook was switched off."""
        for user in self.company_id._klientbox_administrators():
            self.with_context(lang=user.lang)._notify(user)
        self.is_announced = True

    def _notify(self, user):
        reasons = dict(self._fields["disabled_reason"]._description_selection(self.env))
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("Webhook %(name)s was switched off", name=self.name),
            body=self.env._(
                "%(reason)s. No more events are sent, and events that occur in the meantime will not be sent later."
                " When the receiver works again, switch the webhook on in KlientBox, Configuration, Webhooks.",
                reason=reasons[self.disabled_reason],
            ),
        )

    def _give_up_waiting(self, company):
        """After a restored backup: close queued deliveries, which may have been delivered since. They can still be sent
        again by hand."""
        self.env.cr.execute(
            """
            UPDATE klientbox_webhook_delivery
               SET state = 'dead', last_error = 'restored', next_at = NULL, finished_at = %s
             WHERE company_id = %s AND state = 'pending'
            """,
            [clock.now(), company.id],
        )
        self.env["klientbox.webhook.delivery"].invalidate_model()


class KlientboxWebhookShow(models.AbstractModel):
    """A form without a table: the secret passes through the browser and is stored nowhere."""

    _name = "klientbox.webhook.show"
    _description = "Show a signing secret"

    # The form's onchange, which returns the secret, requires an id.
    id = fields.Id()
    secret = fields.Char("Signing secret", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Store nothing: when a tab with the form is closed, the browser saves it."""
        return self.browse()
