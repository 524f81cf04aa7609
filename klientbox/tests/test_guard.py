from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import NOON, SalonCase

NEVER = 2**31 - 1


@tagged("post_install", "-at_install")
class TestGuard(SalonCase):
    """The ids and fields that a request may send in values; the walk over all models is tests/isolation_walk.py."""

    def setUp(self):
        super().setUp()
        self.petr = self.client("Petr", company=self.other, phone="601234567")
        self.jana = self.client()
        self.env.flush_all()

    def mine(self, record, user=None):
        return record.with_user(user or self.receptionist).with_context(allowed_company_ids=self.salon.ids)

    def test_a_foreign_id_in_an_onchange_looks_like_one_that_is_not_there(self):
        spec = {"client_id": {"fields": {"display_name": {}}}, "phone_pretty": {}, "client_status": {}}
        visits = self.mine(self.env["klientbox.visit"])
        for names in (["client_id"], []):
            refusals = []
            for client_id in (self.petr.id, NEVER):
                with self.assertRaises(UserError) as refused:
                    visits.onchange({"client_id": client_id}, names, spec)
                refusals.append((type(refused.exception), refused.exception.problems))
            self.assertEqual(refusals[0], refusals[1])
            self.assertEqual([field for field, _code, _message in refusals[0][1]], ["client_id"])
        answer = visits.onchange({"client_id": self.jana.id}, ["client_id"], spec)
        self.assertEqual(answer["value"]["client_status"], "new")

    def test_no_way_to_write_an_id_escapes(self):
        staff = self.env["klientbox.staff"].create({"name": "Karel", "company_id": self.other.id})
        merges = self.mine(self.env["klientbox.client.merge"], self.manager)
        visits, theirs = self.mine(self.env["klientbox.visit"]), self.petr.id
        inner = {"line_ids": [[0, "virtual_1", {"staff_id": staff.id}]]}
        for model, values in (
            (visits, {"client_id": str(theirs)}),
            (visits, {"client_id": {"id": theirs}}),
            (visits, {"client_id": self.jana.id, **inner}),
            (merges, {"client_ids": [[4, theirs]]}),
            (merges, {"client_ids": [[4, str(theirs)]]}),
            (merges, {"client_ids": [[6, 0, [theirs]]]}),
            (merges, {"client_ids": [[1, theirs, {}]]}),
            (merges, {"client_ids": [theirs]}),
        ):
            for call in (lambda m=model, v=values: m.onchange(v, list(v), {}), lambda m=model, v=values: m.create([v])):
                with self.subTest(model=model._name, values=values), self.assertRaises(UserError) as refused:
                    call()
                self.assertIn("There is no such record.", str(refused.exception))

    def test_a_command_is_read_where_odoo_reads_it(self):
        staff = self.env["klientbox.staff"].create({"name": "Karel", "company_id": self.other.id})
        line = self.env["klientbox.visit.line"].create({"visit_id": self.visit(self.jana).id})
        theirs = self.env["klientbox.visit.line"].create({"visit_id": self.visit(self.petr).id})
        tag = self.env["klientbox.tag"].create({"name": "Theirs", "company_id": self.other.id})
        visits, clients = self.mine(self.env["klientbox.visit"]), self.mine(self.env["klientbox.client"])
        commands = [
            *([operation, line.id, {"staff_id": staff.id}, more] for operation in (0, 1) for more in ({}, [], 0, None)),
            *([0, "virtual_1", {"staff_id": staff.id}, {}, {}], [1, line.id, [["staff_id", staff.id]]]),
            *([operation, theirs.id] for operation in (1, 2, 3, 4)),
            *([operation, theirs.id, 0, 0] for operation in (2, 3, 4)),
            *([6, 0, [theirs.id], []], [6, 0, str(theirs.id)], [6, 0, theirs.id], [7, theirs.id, 0], []),
        ]
        spec = {"line_ids": {"fields": {"staff_name": {}}}, "all_staff": {}, "staff_name": {}}
        for command in commands:
            for values in ({"line_ids": [command]}, {"line_ids": [[5], command]}):
                for call in (
                    lambda v=values: visits.onchange(v, ["line_ids"], spec),
                    lambda v=values: visits.onchange(v, [], spec),
                    lambda v=values: visits.create([{"client_id": self.jana.id, **v}]),
                    lambda v=values: visits.browse(line.visit_id.id).write(v),
                    lambda v=values: visits.browse(line.visit_id.id).web_save(v, spec),
                ):
                    with self.subTest(values=values), self.assertRaises(UserError), self.env.cr.savepoint():
                        call()
        for command in ([4, tag.id, 0, 0], [6, 0, [tag.id], 0], [0, 0, {"name": "Mine"}, {}]):
            with self.subTest(command=command), self.assertRaises(UserError):
                clients.onchange({"tag_ids": [command]}, ["tag_ids"], {"tag_ids": {"fields": {"name": {}}}})
        # The short forms stay valid.
        mine = visits.browse(line.visit_id.id)
        mine.write({"line_ids": [[1, line.id, {"staff_name": "Eva"}]]})
        mine.write({"line_ids": [[6, False, line.ids]]})
        self.assertEqual(line.staff_name, "Eva")

    def test_defaults_of_the_context_are_values_as_well(self):
        visits = self.mine(self.env["klientbox.visit"]).with_context(default_client_id=self.petr.id)
        for call in (
            lambda: visits.default_get(["client_id"]),
            lambda: visits.onchange({}, [], {"phone_pretty": {}}),
            lambda: visits.create([{}]),
        ):
            with self.assertRaises(UserError):
                call()

    def test_models_of_odoo_name_no_record_of_another_salon_either(self):
        values = {"res_model": "klientbox.client", "res_id": self.petr.id}
        by_id = {"res_model_id": self.env["ir.model"]._get_id("klientbox.client"), "res_id": self.petr.id}
        for vals in (values, by_id):
            with self.assertRaises(UserError):
                self.mine(self.env["mail.activity"]).onchange(vals, list(vals), {"res_name": {}})
        with self.assertRaises(UserError):
            message = {"model": "klientbox.client", "res_id": self.petr.id}
            self.mine(self.env["mail.message"]).onchange(message, list(message), {"record_name": {}})

    def test_a_branch_may_write_what_belongs_to_the_whole_company(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.salon.id})
        self.receptionist.write({"company_ids": [(6, 0, branch.ids)], "company_id": branch.id})
        client = self.client("Eva", company=branch, phone="601234999")
        client.with_user(self.receptionist).with_context(allowed_company_ids=branch.ids).sms_opt_out = True
        self.assertTrue(client.sms_opt_out)

    def test_odoo_s_error_names_no_record_of_another_salon_in_debug_mode_either(self):
        with self.debug_mode(), self.assertRaises(AccessError) as refused:
            self.mine(self.petr).read(["name"])
        self.assertNotIn("Petr", str(refused.exception))

    def test_staff_are_not_moved_by_their_resource(self):
        """Their company, user and working hours are stored in a record of Odoo's, which managers may write."""
        karel = self.env["klientbox.staff"].create({"name": "Karel", "company_id": self.salon.id})
        resource, free = karel.resource_id, self.env["resource.resource"].create({"name": "Free", "company_id": False})
        stranger = new_test_user(
            self.env, login="kb_stranger", groups="base.group_user", company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )  # fmt: skip
        for user in (self.manager, self.owner):
            for vals in (
                {"company_id": self.other.id},
                {"company_id": False},
                {"company_id": str(self.salon.id)},
                {"user_id": stranger.id},
                {"user_id": str(stranger.id)},
            ):
                with self.subTest(user=user.login, vals=vals):
                    for call in ("write", "web_save"):
                        arguments = (vals,) if call == "write" else (vals, {})
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            getattr(self.mine(resource, user), call)(*arguments)
                    loaded = self.mine(resource, user).load(
                        [".id", *(f"{name}/.id" for name in vals)], [[str(resource.id), *map(str, vals.values())]]
                    )
                    self.assertFalse(loaded["ids"] and resource.company_id != self.salon)
            for resource_id in (free.id, str(free.id), False):
                named = self.subTest(user=user.login, resource=resource_id)
                with named, self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.mine(karel, user).write({"resource_id": resource_id})
        self.env.invalidate_all()
        self.assertRecordValues(karel, [{"company_id": self.salon.id, "user_id": False, "resource_id": resource.id}])
        # What a manager may change stays possible.
        self.mine(karel, self.manager).write({"user_id": self.receptionist.id, "name": "Karel Malý"})
        self.mine(resource, self.manager).write({"name": "Karel", "company_id": self.salon.id, "active": False})
        self.assertRecordValues(karel, [{"name": "Karel", "user_id": self.receptionist.id, "active": False}])
        # Another app's resources move as before.
        self.mine(free, self.manager).company_id = self.salon

    def test_no_user_sets_a_system_field(self):
        visit = self.visit(self.jana)
        partner = self.env["res.partner"].create({"name": "Contact"})
        for target, vals in (
            (self.jana, {"version": 9}),
            (self.jana, {"status": "lost"}),
            (self.jana, {"total_spent": 9}),
            (self.jana, {"total_visits": 9}),
            (self.jana, {"last_visit_date": NOON.date()}),
            (self.jana, {"search_key": "x"}),
            (self.jana, {"partner_id": partner.id}),
            (visit, {"amount": 9}),
            (visit, {"version": 9}),
            (self.settings(), {"held_since": NOON}),
            (self.settings(), {"rehearsal_since": NOON}),
            (self.settings(), {"night_day": NOON.date()}),
        ):
            with self.subTest(model=target._name, vals=vals):
                mine = self.mine(target, self.owner)
                with self.assertRaises(AccessError) as refused:
                    mine.write(vals)
                self.assertIn(next(iter(vals)), str(refused.exception))
                # Nor with the mark of our own code: a request can only send its name.
                for mark in (True, 1, "object", {}):
                    with self.assertRaises(AccessError):
                        mine.with_context(klientbox_system=mark).write(vals)
        with self.assertRaises(AccessError):
            self.mine(self.env["klientbox.client"]).create([{"name": "Eva", "total_spent": 9}])
        with self.assertRaises(AccessError):
            self.mine(self.env["klientbox.client"]).with_context(default_total_spent=9).create([{"name": "Eva"}])
