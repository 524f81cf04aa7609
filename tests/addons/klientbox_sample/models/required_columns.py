"""Required columns, computed or with a default for each row, on every model whose rows statements insert."""

import uuid

from odoo import api, fields, models


def computed(method, **options):
    """A required number that is computed before a row is inserted."""
    return fields.Integer(compute=method, store=True, precompute=True, required=True, **options)


class KlientboxVisit(models.Model):
    _inherit = "klientbox.visit"

    sample_points = computed("_compute_sample_points")
    sample_token = fields.Char(required=True, default=lambda self: uuid.uuid4().hex, copy=False)

    _sample_token_unique = models.UniqueIndex("(sample_token)", "A token is used once.")

    @api.depends("client_id.name", "line_ids.price")
    def _compute_sample_points(self):
        """A point for each letter of the client's name, and one for each crown."""
        for visit in self:
            visit.sample_points = len(visit.client_id.name) + sum(visit.line_ids.mapped("price"))


class KlientboxVisitLine(models.Model):
    _inherit = "klientbox.visit.line"

    sample_letters = computed("_compute_sample_letters")

    @api.depends("visit_id.client_id.name", "staff_name")
    def _compute_sample_letters(self):
        for line in self:
            line.sample_letters = len(line.visit_id.client_id.name) + len(line.staff_name or "")


class KlientboxClient(models.Model):
    _inherit = "klientbox.client"

    sample_points = fields.Integer(compute="_compute_sample_points", store=True)

    @api.depends("visit_ids.sample_points")
    def _compute_sample_points(self):
        for client in self:
            client.sample_points = sum(client.visit_ids.mapped("sample_points"))


class KlientboxMessage(models.Model):
    _inherit = "klientbox.message"

    sample_length = computed("_compute_sample_length")

    @api.depends("body")
    def _compute_sample_length(self):
        for message in self:
            message.sample_length = len(message.body or "")


class KlientboxDecision(models.Model):
    _inherit = "klientbox.decision"

    sample_letters = computed("_compute_sample_letters")

    @api.depends("client_id.name")
    def _compute_sample_letters(self):
        for decision in self:
            decision.sample_letters = len(decision.client_id.name)


class KlientboxStatusChange(models.Model):
    _inherit = "klientbox.status.change"

    sample_letters = computed("_compute_sample_letters")

    @api.depends("client_id.name", "new_status")
    def _compute_sample_letters(self):
        for change in self:
            change.sample_letters = len(change.client_id.name) + len(change.new_status)


class KlientboxInbound(models.Model):
    _inherit = "klientbox.inbound"

    sample_headers = computed("_compute_sample_headers")

    @api.depends("headers")
    def _compute_sample_headers(self):
        for callback in self:
            callback.sample_headers = len(callback.headers)


class KlientboxImportRow(models.Model):
    _inherit = "klientbox.import.row"

    sample_cells = computed("_compute_sample_cells")

    @api.depends("cells")
    def _compute_sample_cells(self):
        for row in self:
            row.sample_cells = len(row.cells or ())
