import logging
from functools import cache, partial

from odoo import SUPERUSER_ID, api, models

from ...lib import simulation
from ...lib.address import SMS, address_hash
from ...lib.message import DELIVERED, FAILED
from ...tools import heartbeat
from ...tools.lanes import Lanes
from ...tools.message_sender import MessageSender
from ...tools.odoo_mail import OdooMail
from ...tools.odoo_sms import OdooSms
from ...tools.outbox import TEST_LANE, Outbox
from ...tools.retired_gateway import GATEWAY_RETIRED
from ...tools.simulated_gateway import Guarded, SimulatedGateway
from ...tools.webhook_deliveries import Deliveries
from ...tools.webhook_sender import WebhookSender
from ..mixins.jobs import start_in
from ..mixins.url_check import allowed_networks

_logger = logging.getLogger(__name__)


class KlientboxMessage(models.Model):
    """The job that sends messages and webhooks and processes callbacks."""

    _inherit = "klientbox.message"

    @api.model
    def _cron_messages(self):
        """Send due messages and webhooks, and meanwhile process reports and replies, so that a STOP counts before the
        next claim."""
        registry, outbox = self.env.registry, Outbox(self.env.registry)
        deliveries = Deliveries(registry)
        heartbeat.beat(registry)
        claims, attempts = outbox.recover()
        if claims or attempts:
            _logger.warning("A worker died: %s messages go back to the queue, %s are unknown.", claims, attempts)
        if events := deliveries.recover():
            _logger.warning("A worker died: %s webhooks are delivered again.", events)
        stuck = set()

        def work():
            """The job's work while its lanes run; returns the seconds left for new work."""
            heartbeat.beat(registry)
            done = self.env["klientbox.inbound"]._work(outbox)
            self.env["klientbox.undeliverable"]._record_refusals()
            self._report_test_messages(outbox)
            self._update_odoo_states(outbox)
            self.env["klientbox.webhook"]._work(stuck)
            self.env.invalidate_all()
            done += message_sender.finished.take() + webhook_sender.finished.take()
            # A run with recorded progress is not given up by the scheduler when it is killed.
            return self.env["ir.cron"]._commit_progress(done, remaining=outbox.count() + deliveries.count())

        hash_of = partial(address_hash, self.env["klientbox.consent.event"]._salt())
        message_sender = MessageSender(outbox, self._provider_maker(registry), hash_of)
        webhook_sender = WebhookSender(deliveries, allowed_networks(self.env))
        Lanes([message_sender, webhook_sender], work).run()
        self.env["klientbox.inbound"]._work(outbox, ("new", "waiting"))
        work()
        behind = set(self.env["klientbox.webhook"]._find_behind()) - stuck
        if outbox.count() or deliveries.count() or behind or self.env["klientbox.inbound"]._is_behind():
            # The scheduler checks again in a minute; this starts it at once.
            self.env.ref("klientbox.cron_messages")._trigger()
        else:
            start_in(self.env, deliveries.seconds_to_next(), "klientbox.cron_messages")

    @api.model
    def _provider_maker(self, registry):
        """A function from a lane to its provider, for the threads of MessageSender; it returns None where the lane has
        no active provider."""

        @cache
        def is_test(company_id):
            with registry.cursor() as cr:
                company = api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(company_id)
                return bool(company._klientbox_settings().test_of_id)

        def provider_of(lane):
            if lane.startswith(TEST_LANE):
                return SimulatedGateway()
            kind, _colon, number = lane.partition(":")
            if kind == "mail":
                provider = OdooMail(registry, int(number), self._message_id)
            elif kind == "odoo":
                provider = OdooSms(registry, int(number))
            else:
                with registry.cursor() as cr:
                    gateways = api.Environment(cr, SUPERUSER_ID, {})["klientbox.gateway"]
                    gateway = gateways.browse(int(number))
                    if gateway.exists()._is_retired():
                        # Queued while its app was uninstalled, or by a user who sends an unknown one again.
                        gateway.env["klientbox.message"]._cancel_of_gateways(gateway, GATEWAY_RETIRED)
                    provider = gateway._provider() if gateway._is_sending() else None
            return provider and Guarded(provider, is_test)

        return provider_of

    @api.model
    def _report_test_messages(self, outbox):
        """Report test messages as their address requests it, like a gateway."""
        for message_id, channel, address in outbox.sent_tests():
            if simulation.result_of(channel, address) == simulation.UNDELIVERED:
                outbox.report(message_id, FAILED, "undelivered" if channel == SMS else "bounced")
            else:
                # Also where a user has marked an unknown one as sent.
                outbox.report(message_id, DELIVERED)
