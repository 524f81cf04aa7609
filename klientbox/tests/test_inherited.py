import csv
import inspect
import re

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import SalonCase

OURS = "klientbox."
# Odoo's addons whose methods read or write messages as superuser.
MAIL = re.compile(r"odoo\.addons\.(mail|sms|phone_validation|bus|fetchmail)\.")
AS_SUPERUSER = re.compile(r"sudo\(|_sudo\b|_su\b|with_user\(")
# What a request may do by a method, as reviewed: nothing; only what the rights of its user allow; or it has no
# access to a record of ours at all.
REFUSED, OWN_RIGHTS, NOT_OURS = "refused", "own rights", "not ours"


@tagged("post_install", "-at_install")
class TestInherited(SalonCase):
    """Odoo's public methods that act as superuser and may reach records of ours: inventory_inherited.csv."""

    maxDiff = None

    def test_each_inherited_method_was_reviewed(self):
        known = self.table()
        found = set(self.inherited()) | set(self.superuser())
        self.assertEqual(sorted(known.keys() - found), [], "obsolete lines")
        self.assertEqual(sorted(found - known.keys()), [], "methods without a line")
        self.assertEqual({who for who, _reason in known.values()}, {REFUSED, OWN_RIGHTS, NOT_OURS})
        self.assertTrue(all(reason for _who, reason in known.values()))

    def test_what_is_refused_is_refused_to_every_role(self):
        for (model, name), (who, _reason) in self.table().items():
            if who != REFUSED:
                continue
            owner = self.env[model if model in self.env else "klientbox.client"]
            for user in (self.receptionist, self.manager, self.owner):
                with self.subTest(method=name, user=user.login), self.assertRaises(AccessError):
                    getattr(owner.with_user(user), name)("klientbox.client", "From: a@example.com\n\n")

    def test_followers_are_shown_to_readers_of_their_record_alone(self):
        """By each way to list them; Odoo shows followers to every internal user."""
        theirs = self.client("Petr", company=self.other, phone="601234567")
        company = {"company_id": self.other.id, "company_ids": [(6, 0, self.other.ids)]}
        karel = new_test_user(self.env, login="kb_karel", groups="klientbox.group_receptionist", **company)
        theirs.message_subscribe(karel.partner_id.ids)
        company = {"company_id": self.salon.id, "company_ids": [(6, 0, self.salon.ids)]}
        outsider = new_test_user(self.env, login="kb_outsider", groups="base.group_user", **company)
        of_theirs = [("res_model", "=", theirs._name), ("res_id", "=", theirs.id)]
        follower = self.env["mail.followers"].search(of_theirs)
        self.assertEqual(follower.partner_id, karel.partner_id)
        for user in (outsider, self.receptionist, self.manager, self.owner):
            mine = theirs.with_user(user).with_context(allowed_company_ids=self.salon.ids)
            with self.subTest(user=user.login):
                for filtered in (False, True):
                    with self.assertRaises(AccessError):
                        mine.message_get_followers(filter_recipients=filtered)
                followers = mine.env["mail.followers"]
                self.assertFalse(followers.search(of_theirs))
                self.assertFalse(followers.search_count([("partner_id", "=", karel.partner_id.id)]))
                with self.assertRaises(AccessError):
                    followers.browse(follower.id).read(["name", "email"])
        # Readers of the record see them, and those of Odoo's documents stay as they were.
        colleague = new_test_user(
            self.env, login="kb_eva", groups="klientbox.group_receptionist", company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )  # fmt: skip
        mine = theirs.with_user(colleague).with_context(allowed_company_ids=self.other.ids)
        self.assertIn(karel.name, str(mine.message_get_followers()))
        self.assertEqual(mine.env["mail.followers"].search(of_theirs).mapped("name"), [karel.name])
        self.assertEqual(mine.message_follower_ids.partner_id, karel.partner_id)
        contact = self.env["res.partner"].create({"name": "Contact"})
        contact.message_subscribe(karel.partner_id.ids)
        self.assertEqual(contact.with_user(outsider).message_follower_ids.partner_id, karel.partner_id)

    def table(self):
        """{(model, method): (what a request may do, why)}."""
        with file_open("klientbox/tests/inventory_inherited.csv") as file:
            return {(row["model"], row["name"]): (row["who"], row["reason"]) for row in csv.DictReader(file)}

    def inherited(self):
        """(model of Odoo's, method) of the methods that our models inherit, beside those of every model."""
        for model in self.env.registry:
            if model.startswith(OURS):
                yield from self.methods_of(model, lambda _cls, _name: True)

    def superuser(self):
        """(model, method) of Odoo's addons for messages, with code that acts as superuser."""
        for model in self.env.registry:
            if not model.startswith(OURS):
                yield from self.methods_of(model, self.is_superuser)

    def is_superuser(self, cls, name):
        return bool(MAIL.match(cls.__module__) and AS_SUPERUSER.search(inspect.getsource(vars(cls)[name])))

    def methods_of(self, model, is_wanted):
        cls = self.env.registry[model]
        everywhere = dir(self.env.registry["base"])
        for name in dir(cls):
            if name.startswith("_") or name in everywhere or not inspect.isfunction(getattr(cls, name, None)):
                continue
            owners = [
                base for base in cls.mro() if name in vars(base) and self.is_odoos(base) and is_wanted(base, name)
            ]
            if owners and self.is_public(model, name):
                yield owners[-1]._name or owners[-1].__name__, name

    def is_odoos(self, cls):
        return cls.__module__.startswith("odoo.addons.") and ".klientbox" not in cls.__module__

    def is_public(self, model, name):
        try:
            get_public_method(self.env[model], name)
        except AccessError:
            return False
        return True
