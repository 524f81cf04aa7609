from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from ...exceptions import FieldError
from ...lib import clock
from ...lib.reasons import CLIENT_ARCHIVED, DONE_IN_FUTURE
from ...lib.visit import ARRIVED, CANCELLED, DONE, NO_SHOW, SCHEDULED
from ..mixins.reasons import sentence

DEFAULT_MINUTES = 30
HIGHEST_ID = 2**31 - 1
# Times of walk-ins are rounded to this.
WALK_IN_MINUTES = 5
# Visits in these states have no revenue and don't occupy staff.
NOT_COUNTED = (CANCELLED, NO_SHOW)


class KlientboxVisit(models.Model):
    """An appointment or a walk-in. Only `done` counts in the client's status and totals."""

    _name = "klientbox.visit"
    _description = "Visit"
    _inherit = ["klientbox.owned", "klientbox.versioned"]
    _order = "start desc, id desc"
    _check_company_auto = True
    _logged_column = "state"
    _klientbox_in_sql = ("service_id", "staff_name")

    client_id = fields.Many2one("klientbox.client", required=True, ondelete="restrict", index=True, check_company=True)
    state = fields.Selection(
        [
            (SCHEDULED, "Scheduled"),
            (ARRIVED, "Arrived"),
            (DONE, "Done"),
            (NO_SHOW, "No-show"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        default=SCHEDULED,
    )
    start = fields.Datetime("Start time", required=True, default=lambda self: clock.now_whole(WALK_IN_MINUTES))
    duration = fields.Integer(compute="_compute_duration", store=True, precompute=True, help="Minutes in the chair.")
    stop = fields.Datetime("End", compute="_compute_stop", store=True, precompute=True)
    note = fields.Text()
    external_ref = fields.Char("External number", help="Number of this visit in the external system.", copy=False)
    imported_version = fields.Integer(
        "Imported version",
        readonly=True,
        copy=False,
        help="The version after an import. While it is the current version, the visit has not been changed here.",
    )
    line_ids = fields.One2many("klientbox.visit.line", "visit_id", "Services", copy=True)
    service_id = fields.Many2one("klientbox.service", compute="_compute_first_line", string="First service")
    staff_id = fields.Many2one(
        "klientbox.staff",
        compute="_compute_staff",
        store=True,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    staff_name = fields.Char("Staff name", compute="_compute_first_line")
    services = fields.Char("All services", compute="_compute_all_lines")
    all_staff = fields.Char("All staff", compute="_compute_all_lines")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True)
    counted_amount = fields.Monetary(
        "Amount counted", compute="_compute_counted_amount", help="0 for a cancelled visit or a no-show."
    )
    same_time = fields.Text(
        "At the same time",
        compute="_compute_same_time",
        help="Other visits of the client or the staff at the same time.",
    )
    phone_pretty = fields.Char(related="client_id.phone_pretty")
    client_status = fields.Selection(related="client_id.status")

    _external_ref_unique = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL", "This visit was already recorded."
    )
    _list_index = models.Index("(company_id, start DESC, id DESC)")
    _done_index = models.Index("(client_id, start) WHERE state = 'done'")

    @api.depends("client_id.name", "line_ids.service_id.name")
    def _compute_display_name(self):
        for visit in self:
            services = ", ".join(visit.line_ids.service_id.mapped("name"))
            visit.display_name = f"{visit.client_id.name} · {services}" if services else visit.client_id.name

    @api.depends("line_ids.duration")
    def _compute_duration(self):
        for visit in self:
            visit.duration = sum(visit.line_ids.mapped("duration")) or DEFAULT_MINUTES

    @api.depends("start", "duration")
    def _compute_stop(self):
        for visit in self:
            visit.stop = visit.start and visit.start + timedelta(minutes=visit.duration)

    @api.depends("line_ids.sequence", "line_ids.service_id", "line_ids.staff_name")
    def _compute_first_line(self):
        self._fetch_lines()
        for visit in self:
            first = visit.line_ids[:1]
            visit.service_id = first.service_id
            visit.staff_name = first.staff_name

    @api.depends("line_ids.sequence", "line_ids.service_id.name", "line_ids.staff_name")
    def _compute_all_lines(self):
        for visit in self:
            visit.services = ", ".join(filter(None, visit.line_ids.mapped("service_id.name"))) or False
            visit.all_staff = ", ".join(dict.fromkeys(filter(None, visit.line_ids.mapped("staff_name")))) or False

    @api.depends("line_ids.sequence", "line_ids.staff_id")
    def _compute_staff(self):
        self._fetch_lines()
        for visit in self:
            visit.staff_id = visit.line_ids[:1].staff_id

    def _fetch_lines(self):
        """Read the lines of all visits at once: the first line of each would be read by itself, as a slice of the
        lines does not know those of the other visits."""
        self.line_ids.fetch(["service_id", "staff_id", "staff_name"])

    @api.depends("line_ids.price")
    def _compute_amount(self):
        for visit in self:
            visit.amount = sum(visit.line_ids.mapped("price"))

    @api.depends("amount", "state")
    def _compute_counted_amount(self):
        for visit in self:
            visit.counted_amount = 0 if visit.state in NOT_COUNTED else visit.amount

    def _field_to_sql(self, alias, field_expr, query=None):
        """Service and staff of the first line, for lists in one statement (api/rows)."""
        if field_expr not in self._klientbox_in_sql:
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "(SELECT %(column)s FROM klientbox_visit_line WHERE visit_id = %(visit)s ORDER BY sequence, id LIMIT 1)",
            column=SQL.identifier(field_expr),
            visit=SQL.identifier(alias, "id"),
        )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "counted_amount:sum":
            return super()._read_group_select(aggregate_spec, query)
        amount, state = (self._field_to_sql(self._table, name, query) for name in ("amount", "state"))
        return SQL("COALESCE(SUM(%s) FILTER (WHERE %s NOT IN %s), 0)", amount, state, NOT_COUNTED)

    @api.depends("client_id", "start", "state", "line_ids.staff_id", "line_ids.start")
    def _compute_same_time(self):
        for visit in self:
            visit.same_time = "\n".join(visit._same_time_sentences()) or False

    @api.onchange("client_id", "start", "line_ids")
    def _onchange_same_time(self):
        """Warn before two visits of one client at the same minute are saved; both may be right."""
        if self.same_time:
            return {"warning": {"title": self.env._("At the same time"), "message": self.same_time}}
        return None

    def _same_time_sentences(self):
        """The other visits of the client at this minute, and of each member of staff at the minute of their service."""
        self.ensure_one()
        if not self.start or self.state in NOT_COUNTED:
            return
        visits = self.env["klientbox.visit"]
        others = Domain("id", "!=", self._origin.id) & Domain("state", "not in", NOT_COUNTED)
        if self.client_id:
            own = Domain("client_id", "=", self.client_id._origin.id) & self._at_minute("start", self.start)
            for visit in visits.search(own & others):
                yield self._same_time_sentence(self.client_id, visit.start, visit)
        for line in self.line_ids.filtered("staff_id"):
            minute = self._at_minute("start", line.start or self.start)
            busy = self.env["klientbox.visit.line"].search(
                Domain("staff_id", "=", line.staff_id._origin.id) & minute & Domain("visit_id", "any", others)
            )
            for other in busy:
                yield self._same_time_sentence(line.staff_id, other.start, other.visit_id)

    def _at_minute(self, name, moment):
        minute = moment.replace(second=0, microsecond=0)
        return Domain(name, ">=", minute) & Domain(name, "<", minute + timedelta(minutes=1))

    def _same_time_sentence(self, person, moment, visit):
        return self.env._(
            "%(person)s has another visit at %(time)s: %(visit)s.",
            person=person.name,
            time=f"{clock.local(moment, visit.company_id._klientbox_settings().timezone):%H:%M}",
            visit=visit.display_name,
        )

    @api.constrains("state", "start")
    def _check_done_is_past(self):
        now = clock.now()
        if any(visit.state == DONE and visit.start > now for visit in self):
            raise FieldError(self._done_in_future())

    @api.model_create_multi
    def create(self, vals_list):
        """A visit has its client's company. An archived client's visits stay, new ones are a mistake."""
        self._klientbox_check_named(vals_list)
        for vals in vals_list:
            if vals.get("client_id"):
                vals["company_id"] = self.env["klientbox.client"].browse(vals["client_id"]).company_id.id
        visits = super().create(vals_list)
        # Before the insertion Odoo computed each visit from draft lines, which have lost prices set by hand.
        for name in ("amount", "duration"):
            self.env.add_to_compute(self._fields[name], visits.filtered("line_ids"))
        if not all(visits.client_id.mapped("active")):
            raise FieldError(("client_id", "client_archived", sentence(self.env, CLIENT_ARCHIVED)))
        return visits

    def write(self, vals):
        """Amounts of an erased client's visits may be corrected; texts and client may not."""
        self.env["klientbox.client"]._refuse_refilled(self, vals, ("note", "external_ref"))
        return super().write(vals)

    def web_save(self, vals, specification, next_id=None):
        """Wait for others who change visits of the same client."""
        # What is no id is refused when it is saved.
        self._lock_with_clients([client for client in [vals.get("client_id")] if type(client) is int])
        return super().web_save(vals, specification, next_id)

    def action_arrive(self):
        """Mark as arrived."""
        self.ensure_one()
        self.state = ARRIVED

    def action_done(self):
        """Mark as done; a visit that ended before its planned start is moved to now."""
        self.ensure_one()
        self._lock_with_clients()
        now = clock.now()
        start = self.start if self.start <= now else clock.now_whole(WALK_IN_MINUTES)
        self.write({"state": DONE, "start": start})

    def action_no_show(self):
        """Mark as no-show."""
        self.ensure_one()
        self._lock_with_clients()
        self.state = NO_SHOW

    def action_cancel(self):
        """Cancel the visit."""
        self.ensure_one()
        self._lock_with_clients()
        self._cancel()

    def action_reset(self):
        """Set back to planned, after a mistake."""
        self.ensure_one()
        self._lock_with_clients()
        self.state = SCHEDULED

    def _cancel(self):
        """Cancel the visits; a repetition is no error."""
        self.filtered(lambda visit: visit.state != CANCELLED).state = CANCELLED

    def _lock_with_clients(self, client_ids=()):
        """Lock these visits, their clients and further clients (any numbers) until the transaction ends.

        Called at the start of a request that changes visits. Totals and status of a client follow the visits, so all
        changes meet in the client's row. A transaction that has begun to read can't wait for that row: it would fail,
        and Odoo would repeat the request after a random sleep of up to 2, 4, 8 and 16 seconds. So this one begins anew,
        in READ COMMITTED, where reads after the lock see what the others have committed. Always visits before clients,
        each in the order of their ids, so that no deadlock can occur.

        Does nothing in a transaction that has already written.
        """
        cr, companies = self.env.cr, self.env.companies.ids
        if cr.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
            if not cr.fetchone()[0]:
                return
            cr.rollback()
        wanted = [client_id for client_id in client_ids if 0 < client_id <= HIGHEST_ID]
        # In one statement with the first lock: each visit that is recorded waits for it.
        begin = SQL("SET TRANSACTION ISOLATION LEVEL READ COMMITTED;")
        if self.ids:
            visits = self._lock("klientbox_visit", "client_id", self.ids, companies, begin)
            wanted += [client_id for [client_id] in visits]
            begin = SQL()
        locked = {client_id for [client_id] in self._lock("klientbox_client", "id", wanted, companies, begin)}
        merged = self._survivors_of(set(wanted) - locked)
        if merged:
            self._lock("klientbox_client", "id", merged, companies, SQL())

    def _survivors_of(self, client_ids):
        """Ids of the clients into which entries with these ids were merged. Read without the ORM, as in `_lock`; rights
        are checked later."""
        if not client_ids:
            return []
        rows = self.env.execute_query(
            SQL("SELECT client_id FROM klientbox_client_alias WHERE former_id = ANY(%s)", list(client_ids))
        )
        return [client_id for [client_id] in rows]

    def _lock(self, table, column, ids, company_ids, begin):
        return self.env.execute_query(
            SQL(
                """
                %(begin)s SELECT %(column)s FROM %(table)s
                 WHERE id = ANY(%(ids)s) AND company_id = ANY(%(companies)s) ORDER BY id FOR NO KEY UPDATE
                """,
                begin=begin,
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=ids,
                companies=company_ids,
            )
        )

    @api.model
    def _record(self, client_id, start, state, **more):
        """Create a visit from values of an integration: ids that may be wrong, staff by name; `more` may be
        `service_id`, `staff_name` and `note`.

        Raises FieldError for all unknown values.
        """
        [[vals, problems]] = self._prepare_each([{"client_id": client_id, "start": start, "state": state, **more}])
        if problems:
            raise FieldError(*problems)
        return self.create(vals)

    @api.model
    def _prepare_each(self, vals_list):
        """[(values for `create`, problems)] of visits from values of integrations, see `_record`.

        A problem is (field, code, message).
        """
        clients = self._visible("klientbox.client", vals_list, "client_id")
        # The id of a merged entry means the remaining client.
        clients |= self.env["klientbox.client"]._survivors({visit["client_id"] for visit in vals_list} - clients.keys())
        services = self._visible("klientbox.service", vals_list, "service_id")
        has_staff = any(visit.get("staff_name") for visit in vals_list)
        staff = self.env["klientbox.staff"]._by_name() if has_staff else {}
        return [self._prepare_record(visit, clients, services, staff) for visit in vals_list]

    def _visible(self, model, vals_list, name):
        """{id: record} of existing ones; a value may be any number."""
        wanted = {visit[name] for visit in vals_list if visit.get(name)}
        return {record.id: record for record in self.env[model].search([("id", "in", list(wanted))])}

    def _prepare_record(self, values, clients, services, staff):
        service_id, staff_name = values.get("service_id"), values.get("staff_name")
        vals = {name: values.get(name) for name in ("start", "state", "note")}
        problems = []
        if values["client_id"] in clients:
            vals["client_id"] = clients[values["client_id"]].id
        else:
            problems.append(("client_id", "unknown_client", self.env._("There is no such client.")))
        if service_id and service_id not in services:
            problems.append(self._unknown_service())
        if values["state"] == DONE and values["start"] > clock.now():
            problems.append(self._done_in_future())
        if service_id or staff_name:
            line = {"service_id": service_id or False, **self._prepare_staff_vals(staff_name, staff)}
            vals["line_ids"] = [fields.Command.create(line)]
        return vals, problems

    def _done_in_future(self):
        return ("start", "done_in_future", sentence(self.env, DONE_IN_FUTURE))

    def _unknown_service(self):
        return ("service_id", "unknown_service", self.env._("There is no such service."))

    def _prepare_staff_vals(self, name, known=None):
        staff = self.env["klientbox.staff"]._find_by_name(name, known)
        return {"staff_id": staff.id, "staff_name": staff.name if staff else name or False}

    def _correct(self, **values):
        """Change a visit by values of an integration: any of `start`, `state`, `note`, `service_id` and `staff_name`.
        None clears the last three.

        Service and staff are the first line's; the others stay. Raises FieldError.
        """
        self.ensure_one()
        vals = {
            name: values[name]
            for name in ("start", "state", "note")
            if name in values and values[name] != (self[name] or None)
        }
        line = self._prepare_correction(values)
        if line:
            first = self.line_ids[:1]
            vals["line_ids"] = [fields.Command.update(first.id, line) if first else fields.Command.create(line)]
        if vals:
            self.write(vals)

    def _prepare_correction(self, values):
        """The new values of the first line. Unchanged values are left alone: a price set by hand stays, and so does a
        service that was archived meanwhile."""
        vals = {}
        service_id = values.get("service_id")
        if "service_id" in values and service_id != (self.service_id.id or None):
            if service_id and not self._visible("klientbox.service", [values], "service_id"):
                raise FieldError(self._unknown_service())
            vals["service_id"] = service_id or False
        if "staff_name" in values and values["staff_name"] != (self.staff_name or None):
            vals |= self._prepare_staff_vals(values["staff_name"])
        return vals

    @api.model
    def _get_days_domain(self, company, first, last):
        """Visits of these local days of a company, both included; None means no limit."""
        zone = company._klientbox_settings().timezone
        domain = Domain("company_id", "=", company.id)
        if first:
            domain &= Domain("start", ">=", clock.day_bounds(first, zone)[0])
        if last:
            domain &= Domain("start", "<", clock.day_bounds(last, zone)[1])
        return domain

    @api.model
    def _count_expected(self, company, day):
        """Visits of a local day that are not cancelled or missed."""
        return self.search_count(self._get_days_domain(company, day, day) & Domain("state", "not in", NOT_COUNTED))
