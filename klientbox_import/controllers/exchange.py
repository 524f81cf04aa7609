from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request
from werkzeug.exceptions import Forbidden, NotFound

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class KlientboxExchange(http.Controller):
    """Downloads: an export, and the refused rows of an import."""

    @http.route("/klientbox/export/<int:company_id>.<any(csv, xlsx):kind>", type="http", auth="user", readonly=True)
    def export(self, company_id, kind):
        """Clients and visits of one of the user's companies."""
        company = request.env.user.company_ids.filtered(lambda company: company.id == company_id)
        if not company:
            raise NotFound()
        env = request.env(context={**request.env.context, "allowed_company_ids": company.ids})
        return _download(lambda: env["klientbox.export"]._file(company, kind), f"klientbox-{company_id}.{kind}", kind)

    @http.route("/klientbox/import/<int:import_id>/refused", type="http", auth="user", readonly=True)
    def refused(self, import_id):
        """The refused rows as they came, each with its reason."""
        companies = request.env.user.company_ids.ids
        env = request.env(context={**request.env.context, "allowed_company_ids": companies})
        record = env["klientbox.import"].search([("id", "=", import_id)])
        if not record:
            raise NotFound()
        return _download(record._refused_file, f"refused-{import_id}.csv", "csv")


def _download(make, name, kind):
    try:
        content = make()
    except AccessError as error:
        raise Forbidden() from error
    headers = [("Content-Type", TYPES[kind]), ("Content-Disposition", content_disposition(name))]
    return request.make_response(content, headers=headers)
